"""Servers that refuse some, ask to wait, want less, or are never done: each letter gets as far as it can.

Tells of `mail/addresses.py`, `mail/line.py`, `mail/mailer.py`, `mail/outbox.py`, `mail/settings.py`.
"""

from __future__ import annotations

import time
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest

from synccenter.contract.errors import SyncError
from synccenter.core.sections import sections
from synccenter.core.settings import Settings
from synccenter.mail.addresses import sorted_out, written
from synccenter.mail.outbox import Outbox, Refused
from synccenter.mail.settings import MailSettings
from tests.mail.test_mailer import mail, mailer
from tests.worlds.clock import Clock
from tests.worlds.mail_servers import dripping_server, smtp


def with_log(size: int, to: str = "agare@butik.se") -> EmailMessage:
    message = mail(to)
    message.add_alternative("<html><body><p>Text</p></body></html>", subtype="html")
    message.add_attachment(b"rad\r\n" * (size // 5), "text", "plain", filename="JobOffice 2026-11-26.log")
    return message


# --- addresses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("agare@butik.se", "agare@butik.se"),
        (" agare@butik.se ", "agare@butik.se"),
        ("agare@åäö.se", "agare@xn--4cab6c.se"),
        ("agare@post.Köket.se", "agare@post.xn--kket-5qa.se"),
        ("ägare@butik.se", "ägare@butik.se"),
        ("agare@localhost", "agare@localhost"),
    ],
)
def test_a_domain_with_swedish_letters_is_written_as_punycode(address: str, wire: str) -> None:
    assert written(address) == wire


@pytest.mark.parametrize(
    "address", ["", "agare", "@butik.se", "agare@", "a b@c.se", "a@b@c.se", "a@-b.se", "a@b..se", "<a@b.se>"]
)
def test_what_is_no_address_is_told_apart(address: str) -> None:
    assert sorted_out([address, "agare@butik.se"]) == (("agare@butik.se",), (address,))


def test_a_broken_address_in_the_settings_does_not_silence_the_others() -> None:
    values = Settings(Path(), sections({}))
    values.set("mail.server", "smtp.köket.se")
    typed = msgspec.structs.replace(values.mail, to=("ägaren", "agare@köket.se"))  # as a hand may have written it
    found = MailSettings.from_settings(typed)
    assert found is not None
    assert (found.server, found.to) == ("smtp.xn--kket-5qa.se", ("agare@xn--kket-5qa.se",))
    assert found.broken == ("ägaren",)


def test_an_address_that_the_server_cannot_write_is_left_out_and_told() -> None:
    with smtp(utf8=False) as (inbox, port):
        problem = mailer(port).deliver(mail("ägare@butik.se, agare@butik.se"))
    assert inbox.receivers == [["agare@butik.se"]]
    assert problem is not None
    assert (problem.code, "ägare@butik.se" in problem.what) == ("E10", True)


# --- wait and come again -------------------------------------------------------------------------------------------


def outbox(folder: Path, port: int, clock: Clock) -> Outbox:
    return Outbox(folder / "utkorg", mailer(port).deliver, clock, "localhost")


def test_greylisting_waits_without_a_word_and_the_mail_arrives(tmp_path: Path) -> None:
    clock = Clock()
    with smtp() as (inbox, port):
        box = outbox(tmp_path, port, clock)
        inbox.later = {"agare@butik.se"}
        box.put(mail())
        assert box.flush() is None
        inbox.later = set()
        assert box.flush() is None
        assert len(box.waiting()) == 1, "the server is left alone for a while"
        clock.later(minutes=6)
        assert box.flush() is None
    assert box.waiting() == []
    assert len(inbox.mails) == 1


def test_one_who_is_greylisted_waits_and_the_others_get_theirs_once(tmp_path: Path) -> None:
    clock = Clock()
    with smtp() as (inbox, port):
        box = outbox(tmp_path, port, clock)
        inbox.later, inbox.refused = {"sen@butik.se"}, {"slutat@butik.se"}
        box.put(mail("agare@butik.se, sen@butik.se, slutat@butik.se"))
        box.flush()
        clock.later(minutes=6)
        inbox.later = set()
        box.flush()
    assert inbox.receivers == [["agare@butik.se"], ["sen@butik.se"]]
    assert box.waiting() == []


def test_a_server_that_asks_to_wait_for_half_a_day_is_told_of(tmp_path: Path) -> None:
    clock = Clock()
    with smtp() as (inbox, port):
        box = outbox(tmp_path, port, clock)
        inbox.answer = "452 4.3.1 Mailbox full, try later"
        box.put(mail())
        assert box.flush() is None
        clock.later(hours=12)
        problem = box.flush()
        assert problem is not None
        assert problem.code == "E11"
        clock.later(days=4)
        box.flush()
    assert [path.suffix for path in sorted((tmp_path / "utkorg").glob("2*"))] == [".nekad"]


# --- too large, and never done ---------------------------------------------------------------------------------------


def test_what_is_too_large_arrives_without_its_attachment_and_says_where_that_is() -> None:
    with smtp() as (inbox, port):
        inbox.largest = 20_000
        assert mailer(port).deliver(with_log(100_000)) is None
    [arrived] = inbox.mails
    assert arrived["Subject"] == "Hej åäö"
    for kind in ("plain", "html"):
        body = arrived.get_body((kind,))
        assert body is not None
        text = body.get_content()
        assert "Text" in text
        assert "JobOffice 2026-11-26.log" in text
    assert list(arrived.iter_attachments()) == []


def test_what_is_too_large_even_so_is_refused() -> None:
    with smtp() as (inbox, port):
        inbox.largest = 10
        with pytest.raises(Refused, match="552"):
            mailer(port).deliver(with_log(100_000))


def test_a_server_that_is_never_silent_and_never_done_is_left() -> None:
    with dripping_server(0.1) as port:
        slow = mailer(port, time_out=5)
        slow._whole = 1.0
        start = time.monotonic()
        with pytest.raises(SyncError, match="inte klar inom 1 sekunder") as raised:
            slow.deliver(mail())
        assert raised.value.problem.code == "E01"
        assert time.monotonic() - start < 4

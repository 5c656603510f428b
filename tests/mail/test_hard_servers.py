"""Servers that refuse some, ask to wait, want less, or are never done: each letter gets as far as it can.

Tells of `mail/addresses.py`, `mail/line.py`, `mail/mailer.py`, `mail/outbox.py`, `mail/settings.py`.
"""

from __future__ import annotations

import time
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiosmtpd.smtp import AuthResult

from synccenter.contract.errors import SyncError
from synccenter.core.sections import sections
from synccenter.core.settings import Settings
from synccenter.mail.addresses import sorted_out, written
from synccenter.mail.outbox import Outbox, Refused
from synccenter.mail.settings import MailSettings
from tests.mail.test_mailer import mail, mailer
from tests.worlds import mail_servers
from tests.worlds.clock import Clock
from tests.worlds.mail_servers import dripping_server, odd_server, smtp


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
        told = box.flush()
        assert told is not None, "who waits does not hide who is refused"
        assert (told.code, "slutat@butik.se" in told.what, "sen@butik.se" in told.sentence()) == ("E10", True, False)
        clock.later(minutes=6)
        inbox.later = set()
        assert box.flush() is None
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


def test_when_none_gets_it_now_the_one_who_never_will_is_told_of(tmp_path: Path) -> None:
    with smtp() as (inbox, port):
        box = outbox(tmp_path, port, Clock())
        inbox.later, inbox.refused = {"sen@butik.se"}, {"slutat@butik.se"}
        box.put(mail("sen@butik.se, slutat@butik.se"))
        told = box.flush()
    assert told is not None
    assert (told.code, "slutat@butik.se" in told.what) == ("E10", True)
    assert [message_from_bytes(path.read_bytes())["To"] for path in box.waiting()] == ["sen@butik.se"]


@pytest.mark.parametrize("when", ["greeting", "sign in"])
def test_a_server_that_takes_nobody_in_just_now_is_left_alone_and_no_password_is_blamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    asked = []

    def later(*_: object) -> AuthResult:
        asked.append(1)
        return AuthResult(success=False, handled=False, message="454 4.7.0 Temporary authentication failure")

    clock = Clock()
    monkeypatch.setattr(mail_servers, "_check", later)
    busy = odd_server(b"421 4.3.2 Too many at once\r\n") if when == "greeting" else smtp(sign_in=True)
    with busy as given:
        port = given if isinstance(given, int) else given[1]
        sign_in = {"sign_in": "none"} if when == "greeting" else {"sign_in": "password", "plain_password": True}
        one = mailer(port, **sign_in)
        box = Outbox(tmp_path / "utkorg", one.deliver, clock, "localhost")
        box.put(mail())
        box.put(mail())
        assert box.flush() is None
        assert len(asked) <= 1, "the second mail would meet the same"
        clock.later(hours=5)
        told = box.flush()
        checked = one.trouble()
    assert told is not None
    assert checked is not None
    assert {told.code, checked.code} == {"E11"}
    assert "lösenord" not in told.sentence() + checked.sentence()
    assert len(box.waiting()) == 2


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


def test_a_size_that_is_refused_with_the_receivers_is_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    with smtp() as (inbox, port):
        asked: list[int] = []

        async def picky(
            _self: object, _server: object, _session: object, envelope: Any, address: str, _: object
        ) -> str:
            asked.append(1)
            if len(asked) == 1:
                return "552 5.3.4 Message size exceeds fixed limit"
            envelope.rcpt_tos.append(address)
            return "250 OK"

        monkeypatch.setattr(type(inbox), "handle_RCPT", picky)
        assert mailer(port).deliver(with_log(1_000)) is None
    assert list(inbox.mails[0].iter_attachments()) == []


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

"""What a person reads on a phone, and what data cannot do to it."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.core.masking import Masker
from synccenter.mail import letters
from synccenter.mail.letters import Letter, Shop, compose, log_for_mail, problem_part
from tests.worlds.clock import Clock
from tests.worlds.logs import make_log, rows_of

SHOP = Shop("Demobutiken AB", "Storgatan 1", "KASSA-1", "0.1.0")
PROBLEM = catalogue.REFUSED_UNKNOWN.problem(item="Kvitto K1-7", host="api.se", status=400, detail="Kontot är spärrat")


def composed(letter: Letter, shop: Shop = SHOP, masker: Masker | None = None) -> EmailMessage:
    message = compose(
        letter,
        shop,
        sender="kassa@butik.se",
        to=["a@b.se", "c@d.se"],
        now=Clock()(),
        masker=masker or Masker(),
        attachments=[("JobOffice Sync Center 2026-11-24.log", "\ufeffÅäö\r\n".encode())],
    )
    again = message_from_bytes(message.as_bytes(policy=SMTP), policy=default)
    assert isinstance(again, EmailMessage)
    return again


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    text = part.get_content()
    assert isinstance(text, str)
    return text


class Seen(HTMLParser):
    """The tags and the visible text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_letter_says_what_to_do_in_text_and_html() -> None:
    message = composed(Letter("2 fel", "Titta på det här.", (problem_part(PROBLEM),)))
    assert message["Subject"] == "Sync Center: 2 fel – Demobutiken AB, Storgatan 1"
    assert message["To"] == "a@b.se, c@d.se"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@butik.se>")
    assert message["Date"].datetime == Clock()()
    page = Seen(body(message, "html"))
    for sentence in (PROBLEM.title, PROBLEM.what, PROBLEM.fix, PROBLEM.who, PROBLEM.then, PROBLEM.detail, PROBLEM.code):
        assert sentence in body(message, "plain")
        assert sentence in page.text
    for foot in ("Demobutiken AB, Storgatan 1", "Kassa KASSA-1", "JobOffice Sync Center 0.1.0"):
        assert foot in body(message, "plain")
    assert "width=device-width" in body(message, "html")
    (log,) = message.iter_attachments()
    assert log.get_filename() == "JobOffice Sync Center 2026-11-24.log"
    assert log.get_content_type() == "text/plain"
    assert log.get_payload(decode=True) == "\ufeffÅäö\r\n".encode()


HOSTILE = st.text(max_size=40) | st.sampled_from(
    ["x\r\nBcc: alla@ond.se", "x\nSubject: y\n\n<script>", "<b>&amp;", "\u202eabc", "=?utf-8?q?Bcc?=", "\x00", "\udce5"]
)


@given(data=HOSTILE, more=HOSTILE)
@settings(max_examples=120, deadline=None)
def test_data_can_add_neither_headers_nor_tags(data: str, more: str) -> None:
    text = data + more
    problem = Problem("X1", PROBLEM.kind, text, text, text, text, text, text, text)
    plain = composed(Letter("1 fel", "x", (problem_part(PROBLEM),)))
    message = composed(Letter(text, text, (problem_part(problem, text),)), Shop(text, text, text, text))
    assert [name for name, _ in message.items()] == [name for name, _ in plain.items()]
    assert message["To"] == "a@b.se, c@d.se"
    assert message["Bcc"] is None
    assert len(str(message["Subject"]).splitlines()) == 1
    assert set(Seen(body(message, "html")).tags) <= set(Seen(body(plain, "html")).tags)
    assert len(list(message.iter_attachments())) == 1


def test_secrets_do_not_reach_a_letter() -> None:
    masker = Masker()
    masker.add("kaffe-med-mjölk-9")
    text = "kaffe-med-mjölk-9"
    problem = Problem("X1", PROBLEM.kind, text, text, text, text, text, text, text)
    message = composed(Letter(text, text, (problem_part(problem, text),)), Shop(text), masker)
    for piece in (str(message["Subject"]), body(message, "plain"), body(message, "html")):
        assert "mjölk" not in piece


def test_a_very_long_sentence_leaves_the_subject_short() -> None:
    assert len(composed(Letter("x" * 5000, "y"))["Subject"]) == 150


def test_the_log_goes_along_with_the_failed_section_first(tmp_path: Path) -> None:
    clock = Clock("2026-11-24 08:00:00")
    log = make_log(tmp_path, clock)
    for number in range(4):
        with log.section(f"Körning {number}"):
            log.row(f"rad {number}")
            if number in {1, 2}:
                log.error(PROBLEM)
        clock.later(minutes=15)
    (tmp_path / "bifogad.log").write_bytes(log_for_mail(log.path_today()))
    rows = rows_of(tmp_path / "bifogad.log")
    assert rows[1] == "Företag:     Demobutiken AB"
    titles = [row.split(" ", 3)[3].rstrip(" -") for row in rows if row.startswith("---- ")]
    assert titles == ["Körning 2", "Körning 1", "Körning 3", "Körning 0"]


def test_a_big_log_is_cut_after_what_failed(tmp_path: Path) -> None:
    log = make_log(tmp_path, Clock())
    with log.section("Trasig"):
        log.error(PROBLEM)
    with log.section("Stor"):
        for number in range(500):
            log.row(f"rad {number}")
    sent = log_for_mail(log.path_today(), 2_000).decode("utf-8-sig")
    assert len(sent) < 2_200
    assert "FEL! Kvitto K1-7" in sent
    assert sent.endswith("… resten finns i loggen på kassan\r\n")


def test_of_an_enormous_log_the_header_and_the_end_go_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "_READ_LIMIT", 20_000)
    log = make_log(tmp_path, Clock())
    with log.section("Morgon"):
        for number in range(2_000):
            log.row(f"rad {number} åäö")
    with log.section("Kväll"):
        log.error(PROBLEM)
    sent = log_for_mail(log.path_today()).decode("utf-8-sig")
    assert sent.startswith("JobOffice Sync Center\r\nFöretag:     Demobutiken AB")
    assert "dagens början är utelämnad" in sent
    assert sent.index("FEL! Kvitto") < sent.index("rad 1999")
    assert "rad 0 " not in sent

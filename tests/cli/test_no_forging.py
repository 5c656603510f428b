"""Whatever a till or a business system holds: no way out shows an escape, a row of its own or our mark.

Tells of `cli/output.py`.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from synccenter.cli import output
from synccenter.contract import catalogue
from synccenter.contract.visible import visible
from synccenter.core.masking import Masker
from synccenter.mail.letters import Letter, Shop, compose, problem_part
from tests.contract.test_visible import NASTY
from tests.places import PROJECT
from tests.worlds.clock import Clock
from tests.worlds.logs import make_log

ONCE = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def rows_of(text: str) -> list[str]:
    """The rows that a terminal or an editor shows."""
    return text.replace("\r\n", "\n").removeprefix("\ufeff").split("\n")


def forged(text: str, own: int = 0) -> list[str]:
    """Rows that we did not write, or that act; `own`: how many `FEL!` rows are ours."""
    rows = rows_of(text)
    bad = [row for row in rows if any(unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for one in row)]
    marked = [row for row in rows if row.lstrip().startswith("FEL!")]
    return bad + marked[own:]


@given(NASTY)
@ONCE
def test_the_terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str) -> None:
    log = make_log(tmp_path / "Loggar", Clock())
    problem = catalogue.MAIL_FAILED.problem(server=text, item=text, detail=text)
    telling = output.Telling(log, quiet=False)
    telling.row(text)
    telling.warning(text)
    telling.error(problem)
    output.say(text)
    output.tell(text, as_json=False)
    output.tell(text, as_json=True, namn=text)
    output.print_table([("Namn", "Belopp"), (text, text), ("1", "FEL!")])
    output.print_problem(problem)
    log.close()
    said = capsys.readouterr()
    assert forged(said.out, own=1) == []
    assert len([row for row in rows_of(said.out) if row.startswith("FEL!")]) == 1, "the row of the error itself"
    assert forged(said.err, own=1) == []
    assert len(rows_of(said.err)) == 2


@given(NASTY)
@ONCE
def test_the_log(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "Loggar"
    for path in folder.glob("*"):
        path.unlink()
    log = make_log(folder, Clock())
    with log.section(text):
        log.row(text)
        log.warning(text)
        log.debug(text)
    log.close()
    written = "\n".join(path.read_text("utf-8-sig") for path in folder.iterdir())
    assert forged(written) == []


@given(NASTY)
@ONCE
def test_the_mail(text: str) -> None:
    problem = catalogue.MAIL_FAILED.problem(server=text, item=text, detail=text)
    shop = Shop(company=text, store=text, till=text, version=text)
    mail = compose(
        Letter(text, text, (problem_part(problem, text),)),
        shop,
        sender="a@b.se",
        to=["c@d.se"],
        now=Clock()(),
        masker=Masker(),
        attachments=[(f"{text}.log", b"rad\r\n")],
    )
    assert set(mail.keys()) == {
        "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version",
        "Content-Type",
    }  # fmt: skip
    assert forged(str(mail["Subject"])) == []
    body = mail.get_body(("plain",))
    assert body is not None
    assert forged(body.get_content()) == []


def test_nothing_in_the_command_line_prints_past_the_one_way_out() -> None:
    for path in (PROJECT / "synccenter/cli").glob("*.py"):
        if path.name not in {"output.py", "signing_in.py"}:  # sign-in shows an address of ours only
            assert not re.search(r"(?<![\w.])print\(", path.read_text(encoding="utf-8")), path.name


def test_what_is_shown_is_the_same_everywhere() -> None:
    problem = catalogue.MAIL_FAILED.problem(server="a\nFEL! b")
    assert visible(problem.sentence()) == problem.sentence()

"""Every error: one `FEL!` row that a cashier can act on, one mail with the log, and no loss.

The shop has a good first day. Then something breaks before the second day is booked; the run meets it twice; then
the cause goes away by itself, and everything must stand in the books exactly once.
"""

from __future__ import annotations

import re

import pytest

from tests.errors.case import Case
from tests.errors.cases import CASES
from tests.worlds.fixtures import Open
from tests.worlds.street import Store, attached_log, failed_section_first


def test_there_are_more_than_fifty() -> None:
    assert len(CASES) > 50
    assert len({case.code for case in CASES}) > 30


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_error_is_told_once_mailed_once_and_loses_nothing(
    case: Case, shop: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    store = shop(system=case.system, lookup=case.lookup)
    patch = pytest.MonkeyPatch()
    try:
        store.settings(f"posting.unit={case.unit}")
        store.trade()
        good = store.sync(capsys)
        assert good.errors == []
        assert good.code == 0
        assert store.mails() == []
        store.trade()

        case.do(store, patch)
        told = store.sync(capsys, everything=case.everything)
        check_told(case, told.errors)
        assert "Traceback" not in told.screen
        check_mailed(case, store, told.errors[0])
        again = store.sync(capsys, everything=case.everything)
        if again.errors:
            check_told(case, again.errors)
            assert store.mails() == [], "the same is not mailed again the same day"

        patch.undo()
        case.undo(store, patch)
        solved = store.sync(capsys, everything=case.everything)
        assert solved.errors == []
        assert solved.code == 0, solved.rows
        assert [str(mail["Subject"]).partition(" – ")[0] for mail in store.mails()] == ["Sync Center: löst"]
        assert store.booked() == dict.fromkeys(store.sold(case.unit), 1)
    finally:
        patch.undo()


def check_told(case: Case, errors: list[str]) -> None:
    """One row, with the code last, what it concerns, and what to do."""
    assert len(errors) == 1, errors
    row = errors[0]
    assert re.search(rf"\[{case.code}\w*\]", row), row
    for words in case.words:
        assert words.casefold() in row.casefold()
    assert "Gör så här: " in row
    assert "Vem: " in row


def check_mailed(case: Case, store: Store, row: str) -> None:
    """One mail, about that one error, in the same words, with the log attached and the failed section first."""
    mails = store.mails()
    assert [str(mail["Subject"]).partition(" – ")[0] for mail in mails] == ["Sync Center: 1 fel"]
    body = mails[0].get_body(("plain",))
    assert body is not None
    text = " ".join(body.get_content().split())
    assert f"Kod: {case.code}" in text
    remedy = row.partition("Gör så här: ")[2].partition(" Vem: ")[0]
    assert remedy in text
    log = attached_log(mails[0])
    assert failed_section_first(log)
    assert f"[{case.code}" in log

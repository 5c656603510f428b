"""Who is who, changed on the vendors' fakes: eEkonomi's and NAV's own lists tell what was sent under another name.

A few of the pairs of `test_new_names.py`, which has them all on books in memory. What stands in the books is counted
from the fakes' own tables, account by account.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synccenter.run.repair import Repair
from tests.connectors.visma.rig import VismaRig
from tests.truth.test_new_names import new_ledger, rename_company, rename_till, told
from tests.truth.test_one_voice import Heard, Judge
from tests.worlds.fakes.nav_rig import NavRig
from tests.worlds.mail_servers import Inbox

CHANGES: dict[str, Callable[[Judge], None]] = {
    "company id": rename_company,
    "store": lambda judge: told(judge, store="Nya torget"),
    "till id": rename_till,
    "new ledger": new_ledger,
    "ledger put back": lambda judge: judge.put_back(judge.ledger),
}
PAIRS = [
    ("new ledger", "store"),
    ("new ledger", "till id"),
    ("new ledger", "company id"),
    ("ledger put back", "store"),
    ("ledger put back", "till id"),
]


def stands(judge: Judge) -> Counter[tuple[str, int]]:
    """(day, account) -> öre, as the fake has them."""
    found: Counter[tuple[str, int]] = Counter()
    if isinstance(judge.rig, VismaRig):
        for voucher in judge.rig.visma.rows["vouchers"].values():
            for row in voucher["Rows"]:
                amount = round(100 * ((row.get("DebitAmount") or 0) - (row.get("CreditAmount") or 0)))
                found[voucher["VoucherDate"][:10], int(row["AccountNumber"])] += amount
    else:
        assert isinstance(judge.rig, NavRig)
        for row in judge.rig.books_there.rows("entries"):
            found[str(row["Posting_Date"]), int(row["G_L_Account_No"])] += int(100 * row["Amount"])
    return found


def answer_found(judge: Judge) -> None:
    """A person says that what seems to have been sent before was."""
    shop = judge.shop()
    repair = Repair(shop)
    for one in repair.chosen("", None, found=True):
        repair.booked(one, "")
    shop.close()


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["z", "day"])
@pytest.mark.parametrize("pair", PAIRS, ids=" + ".join)
@pytest.mark.parametrize("system", ["visma", "nav"])
def test_nothing_goes_twice(
    system: str, pair: tuple[str, ...], unit: str, tmp_path: Path, post: tuple[Inbox, int], capsys: Any
) -> None:
    judge = Judge(tmp_path / "butik", *post, capsys, system)
    judge.strangers = True
    judge.settings(f"posting.unit={unit}")
    judge.trade()
    assert judge.hear() == Heard(frozenset(), 0)
    judge.keep()
    judge.trade()
    assert judge.hear() == Heard(frozenset(), 0)
    before = stands(judge)
    assert before
    for change in pair:
        CHANGES[change](judge)
    for _ in range(2):  # nobody has answered yet
        judge.hear()
        assert stands(judge) == before
    for _ in range(4):
        if judge.hear() == Heard(frozenset(), 0):
            break
        judge.answer_all()
        answer_found(judge)
    assert judge.hear() == Heard(frozenset(), 0)
    assert stands(judge) == before
    judge.close()


@pytest.mark.parametrize("unit", ["z", "day"])
def test_cash_that_came_after_its_z_report_is_known_in_the_folder(
    unit: str, tmp_path: Path, post: tuple[Inbox, int], capsys: Any
) -> None:
    """It went up by itself; a ledger that is new makes one document of Z report and cash."""
    judge = Judge(tmp_path / "butik", *post, capsys, "files")
    judge.strangers = True
    judge.settings(f"posting.unit={unit}")
    judge.trade()
    judge.hear()
    judge.sql(
        "INSERT INTO cash_movement (company, till, number, kind, at, amount, reason, z_number)"
        " SELECT company, till, 500, 'pay_out', at, 700, 'Bankinsättning', number FROM z_report WHERE till='1'"
    )
    assert judge.hear() == Heard(frozenset(), 0)
    before = judge.there()
    new_ledger(judge)
    told(judge, store="Nya torget")
    for _ in range(3):
        judge.hear()
        assert judge.there() == before
        answer_found(judge)
    assert judge.hear() == Heard(frozenset(), 0)
    assert judge.there() == before
    judge.close()

"""The weekend with everything in it is one that a till can have had: each receipt and Z report ties to the öre.

Tells of `till/demo_everything.py`.
"""

from __future__ import annotations

import pytest

from synccenter.posting.controls import check_receipt, check_vat, check_z
from synccenter.till.demo_day import Day, Numbers
from synccenter.till.demo_everything import START, play


def weekend(seed: int) -> Day:
    return play(seed, START, {till: Numbers() for till in ("1", "2")})


@pytest.mark.parametrize("seed", range(1, 6))
def test_every_receipt_and_z_report_ties(seed: int) -> None:
    day = weekend(seed)
    for receipt in day.receipts:
        check_receipt(receipt)
        for line in receipt.lines:
            check_vat(line, receipt)
    for z in day.z_reports:
        check_z(z, [one for one in day.receipts if (one.till, one.z_number) == (z.till, z.number)])
    [over_the_month] = [z for z in day.z_reports if z.till == "2"]
    closed = [one for one in day.receipts if (one.till, one.z_number) == ("2", over_the_month.number)]
    assert {one.at.month for one in closed} == {10, 11}


def test_the_same_seed_is_the_same_weekend_and_another_another() -> None:
    assert weekend(1) == weekend(1)
    assert weekend(1) != weekend(2)

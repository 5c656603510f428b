"""Whatever a till may have sold and however it was paid, over a line that loses an answer: once in the books."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from synccenter.contract.errors import SyncError
from synccenter.contract.model import Invoice, InvoicePayment, InvoiceRow, Ore
from synccenter.truth.standing import Standing, compare, look_up
from tests.connectors.visma import company
from tests.connectors.visma.rig import VismaRig
from tests.connectors.visma.test_money import by_account
from tests.worlds import documents
from tests.worlds.fakes.server import Fault, Request
from tests.worlds.lookups import booked_in

CASH, CARD, SWISH, CLAIM = 1910, 1686, 1930, 1510
Paid = tuple[list[tuple[int, Ore]], Ore, Ore]
"""(account and amount of each payment, what is owed, what was rounded off)."""


def rounded(total: Ore) -> Ore:
    """To whole kronor, as cash is."""
    return (abs(total) + 50) // 100 * 100 * (1 if total >= 0 else -1)


WAYS: Mapping[str, Callable[[Ore, int], Paid]] = {
    "card": lambda total, _: ([(CARD, total)], 0, 0),
    "cash": lambda total, _: ([(CASH, rounded(total))], 0, rounded(total) - total),
    "three rows": lambda total, _: ([(CARD, total // 3), (CARD, total // 3), (SWISH, total - 2 * (total // 3))], 0, 0),
    "change": lambda total, sign: (
        [(CASH, rounded(total) + sign * 20000), (CASH, -sign * 20000)],
        0,
        rounded(total) - total,
    ),
    "cash back on card": lambda total, sign: ([(CARD, total + sign * 10000), (CASH, -sign * 10000)], 0, 0),
    "on account": lambda total, _: ([], total, 0),
    "half on account": lambda total, _: ([(CARD, total // 2)], total - total // 2, 0),
}


def receipt(chance: random.Random, way: str) -> Invoice:
    """A sale, a return or an exchange of some goods, with a gift card now and then."""
    rows = []
    for _ in range(chance.randint(1, 5)):
        article, rate, account = chance.choice((("MUGG", 25, 3001), ("KAFFE", 12, 3002)))
        quantity = chance.choice((1000, 2000, 250, -1000))
        amount = chance.randint(1, 9000) * (1 if quantity > 0 else -1)
        vat = round(abs(amount) * rate / (100 + rate)) * (1 if amount > 0 else -1)
        rows.append(InvoiceRow(article, "Vara", quantity, amount, vat, rate, account))
    if chance.random() < 0.2:
        rows.append(InvoiceRow("", "Presentkort", 1000, 50000, 0, 0, 2421, goods=False))
    total = sum(row.amount for row in rows)
    paid, owed, rounding = WAYS[way](total, -1 if total < 0 else 1)
    payments = tuple(InvoicePayment(f"B{account}", account, amount) for account, amount in paid if amount)
    return Invoice(
        "K1-5",
        documents.DAY,
        "1",
        tuple(rows),
        payments,
        rounding=rounding,
        rounding_account=3740,
        owed=owed,
        credit=total < 0,
    )


def lose(rig: VismaRig, fault: Fault, number: int) -> None:
    """The change of this number meets a fault."""
    met = Counter[str]()

    def matches(request: Request) -> bool:
        met[request.method] += "token" not in request.path
        return request.method == "POST" and met["POST"] == number

    rig.visma.fail(fault, times=1, on=matches)


def sent(rig: VismaRig, document: Invoice) -> str:
    """Send it as the program does: what is unclear is looked up, gone on with, or sent again when it is not there."""
    try:
        return rig.connector().send(document).external_id
    except SyncError as error:
        if not error.uncertain:
            raise
    for _ in range(3):
        verdict = look_up(rig.connector(), document)
        if verdict.standing is Standing.MISSING:
            return rig.connector().send(document).external_id
        if verdict.standing is Standing.OURS:
            return verdict.hits[0].external_id
        assert verdict.standing is Standing.UNFINISHED, verdict
        rig.connector().finish(document, verdict.hits[0])
    raise AssertionError("never done")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("way", WAYS)
def test_any_receipt_is_booked_once_to_the_ore(rig: VismaRig, way: str, seed: int) -> None:
    chance = random.Random(f"{way} {seed}")
    accounts = (CASH, CARD, SWISH, 2421)
    for account in accounts:
        company.add_substitute(rig.visma, account, 100 + account)
    rig.options["substitutes"] = [{"account": one, "rate": 0, "article": f"E{one}-0"} for one in accounts]
    rig.visma.total_without_rounding = chance.random() < 0.5
    document = receipt(chance, way)
    if chance.random() < 0.5:
        lose(rig, chance.choice((Fault.DROP_AFTER, Fault.EMPTY, Fault.ERROR_AFTER, Fault.HTML)), chance.randint(1, 3))
    there = booked_in(rig.connector(), document, sent(rig, document))
    assert there
    assert compare(document, there) == ("", 0)
    assert len(rig.visma.rows["customerinvoices"]) == 1
    wanted = Counter({CLAIM: document.owed})
    for payment in document.payments:
        wanted[payment.account] += payment.amount
    assert {one: by_account(rig)[one] for one in (CASH, CARD, SWISH, CLAIM)} == {
        one: wanted[one] for one in (CASH, CARD, SWISH, CLAIM)
    }

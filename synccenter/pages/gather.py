"""Reads from the till what a Z report's page needs."""

from __future__ import annotations

from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Company, Receipt
from synccenter.pages.facts import Shop, ZFacts, facts
from synccenter.till.registers import Registers
from synccenter.till.sales import Sales
from synccenter.till.values import Unreadable


def shop_of(company: Company, sales: Sales, registers: Registers) -> Shop:
    """The company and the till's own names."""
    return Shop(
        company=company,
        tills={till.id: till for till in sales.tills()},
        groups={group.code: group for group in sales.groups()},
        methods={method.code: method for method in sales.payment_methods()},
        accounts=registers.account_names(),
    )


def report(sales: Sales, shop: Shop, till: str, number: int) -> ZFacts:
    """A Z report's facts. Raises S80 when there is none, and the till's own error when it cannot be read."""
    found = sales.z_numbered(till, [number])
    if not found:
        raise catalogue.Z_UNKNOWN.error(till=till, number=number)
    if isinstance(found[0], Unreadable):
        raise SyncError(found[0].problem)
    receipts = sales.receipts_of_z(till, number)
    for one in receipts:
        if isinstance(one, Unreadable):
            raise SyncError(one.problem)
    readable = [one for one in receipts if isinstance(one, Receipt)]
    return facts(found[0], readable, sales.cash_of_z(till, number), shop)

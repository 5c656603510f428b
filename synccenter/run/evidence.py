"""The page of a Z report with the vouchers that it became: for the business system, and for a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from synccenter.contract.disk import write_atomically
from synccenter.contract.errors import SyncError
from synccenter.contract.model import ReceiptKey, Voucher
from synccenter.core.faults import disk_problem
from synccenter.core.logs import Log
from synccenter.journal.delivery import CASH, Delivery
from synccenter.pages.facts import Entry, entry, together
from synccenter.pages.facts import Shop as Named
from synccenter.pages.gather import report, shop_of
from synccenter.pages.zpage import z_page
from synccenter.shop import Shop

SHOWN_EACH = 4
"""So many vouchers are shown by themselves; more (one for each receipt) are summed by account."""


def page_of(shop: Shop, delivery: Delivery) -> bytes:
    """The page of a delivery made from Z reports: each report, and the rows of its voucher. Raises what `report` does.

    The same delivery gives the same bytes, whenever it is asked.
    """
    named = shop_of(shop.company, shop.sales, shop.registers)
    reports = [report(shop.sales, named, key.till, key.number) for key in delivery.source]
    assert isinstance(delivery.document, Voucher), "only vouchers have pages"
    return z_page(reports, [entry(delivery.document, named)], named)


def page_of_z(shop: Shop, till: str, number: int) -> bytes:
    """The page of a Z report with whatever vouchers it has become so far."""
    named = shop_of(shop.company, shop.sales, shop.registers)
    found = report(shop.sales, named, till, number)
    return z_page([found], _entries(_vouchers(shop, ReceiptKey(till, number)), named), named)


def save_page_of_z(shop: Shop, log: Log, till: str, number: int, path: Path) -> Path:
    """Write the page of a Z report; where it lies. Raises S80 when the till has no such Z report, L01 and others when
    the file cannot be written."""
    content = page_of_z(shop, till, number)
    try:
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, content, shared=True)
    except OSError as error:
        raise SyncError(disk_problem(path, error)) from error
    log.debug(f"Z {number} kassa {till} skrevs som {path}, {len(content)} byte")
    return path


def page_name(till: str, number: int) -> str:
    """What the file is called when nobody says: a till's id may hold what no file name may."""
    return f"Z-rapport {re.sub(r'[^0-9A-Za-zÅÄÖåäö._ -]', '_', till)}-{number}.pdf"


def _vouchers(shop: Shop, key: ReceiptKey) -> list[Voucher]:
    """The vouchers that hold its receipts and its cash, in the order of their references."""
    sales, ledger = shop.sales, shop.ledger
    receipts = [ReceiptKey(one.till, one.number) for one in sales.receipts_of_z(key.till, key.number)]
    references = sorted({*ledger.covered(receipts).values(), *ledger.covered([key], CASH).values()})
    deliveries = [
        one for start in range(0, len(references), 500) for one in ledger.some(references[start : start + 500])
    ]
    deliveries.sort(key=lambda one: (one.business_date, one.till, one.number, one.reference))
    return [one.document for one in deliveries if isinstance(one.document, Voucher)]


def _entries(vouchers: Sequence[Voucher], named: Named) -> list[Entry]:
    if len(vouchers) > SHOWN_EACH:
        return [together(vouchers, named)]
    return [entry(voucher, named) for voucher in vouchers]

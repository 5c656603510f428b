"""A delivery: one document on its way to the business system, what it accounts for and where it is."""

from __future__ import annotations

import json
from datetime import date
from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.contract.model import Document, DocumentKind, Ore, Purpose, ReceiptKey
from synccenter.core.database import Row


class State(Enum):
    """Where a delivery is on its way."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    MANUAL = "manual"
    EMPTY = "empty"  # a Z report without a single movement: nothing to book
    REPLACED = "replaced"


class Unit(Enum):
    """What a delivery is made from."""

    RECEIPT = "receipt"
    Z = "z"
    DAY = "day"
    CASH = "cash"
    PURCHASE = "purchase"  # bought with money from the drawer
    ORDER = "order"
    CUSTOMER = "customer"


DONE = frozenset({State.SENT, State.MANUAL, State.EMPTY})
"""The states in which the books hold what the till sold."""


RECEIPT, CASH, MOVEMENT = "receipt", "z", "movement"
"""What a cover is of; a movement is cash that came after its Z report was sent."""


class Cover(Struct, frozen=True, order=True):
    """What a delivery accounts for: a receipt, the cash movements of a Z report (CASH), or a late one (MOVEMENT).

    `amount` is what the customer paid when it was intended; 0 for cash, and for a receipt that is no sale. `print`:
    what it was made from looked like (`till/prints.py`), "" in ledgers from before there were prints.
    """

    till: str
    number: int
    amount: Ore = 0
    what: str = RECEIPT
    print: str = ""

    @property
    def key(self) -> ReceiptKey:
        """Till and number."""
        return ReceiptKey(self.till, self.number)


class Delivery(Struct, frozen=True, kw_only=True):
    """One document on its way to the business system.

    `source` are the (till, number) it is made from: the receipt, or the Z reports. `document` is None when it
    could not be made; `problem` says why. `total` is what the customers paid. `gives`: new deliveries that get a part
    of it when it is made anew, since that was sold on other days.
    """

    reference: str
    unit: Unit
    till: str
    number: int
    business_date: date
    kind: DocumentKind
    route: str
    source: tuple[ReceiptKey, ...]
    part: int = 1
    total: Ore = 0
    document: Document | None = None
    problem: Problem | None = None
    covers: tuple[Cover, ...] = ()
    state: State = State.PENDING
    attempts: int = 0
    external_id: str = ""
    external_number: str = ""
    replaces: str = ""
    changed: float = 0.0
    gives: tuple[Delivery, ...] = ()


class Awaited(Struct, frozen=True):
    """A span of numbers that may still come. `what` is 'receipt' or 'z'."""

    till: str
    what: str
    first: int
    last: int


COLUMNS = (
    "reference, unit, till, number, part, business_date, kind, route, state, document, source, total, problem,"
    " attempts, external_id, external_number, replaces, changed"
)
_document = msgspec.json.Decoder(Document)
_problem = msgspec.json.Decoder(Problem)


class _Amount(Struct, gc=False):
    amount: Ore
    purpose: str


class _Vat(Struct, gc=False):
    vat: Ore
    sold: bool = True


class _VatOnly(Struct, gc=False):
    """The rows of a voucher's or an invoice's JSON, and of them only what the sum of VAT needs."""

    postings: list[_Amount] = []
    rows: list[_Vat] = []


_VAT_PURPOSE = Purpose.VAT.value
_vat_only = msgspec.json.Decoder(_VatOnly)


def vat_of(document: str | None) -> Ore:
    """The VAT of the receipts' own lines that a document in JSON holds, and no more of it is decoded; 0 where there is
    no document."""
    if not document:
        return 0
    found = _vat_only.decode(document)
    vat = sum([row.vat for row in found.rows if row.sold])
    return vat - sum([row.amount for row in found.postings if row.purpose == _VAT_PURPOSE])


def encode(value: Struct | None) -> str | None:
    """As JSON; None stays None."""
    return None if value is None else msgspec.json.encode(value).decode()


def values(delivery: Delivery) -> dict[str, Any]:
    """As the columns of the table `delivery` hold it."""
    document = encode(delivery.document)
    return {
        "reference": delivery.reference,
        "unit": delivery.unit.value,
        "till": delivery.till,
        "number": delivery.number,
        "part": delivery.part,
        "business_date": delivery.business_date.isoformat(),
        "kind": delivery.kind.value,
        "route": delivery.route,
        "state": delivery.state.value,
        "document": document,
        "vat": vat_of(document),
        "source": msgspec.json.encode([[key.till, key.number] for key in delivery.source]).decode(),
        "total": delivery.total,
        "problem": encode(delivery.problem),
        "attempts": delivery.attempts,
        "external_id": delivery.external_id,
        "external_number": delivery.external_number,
        "replaces": delivery.replaces,
    }


def delivery(row: Row) -> Delivery:
    """From a row of `COLUMNS`. Raises D64: what lies in a page is more than SQLite looks at when it says that a file is
    whole."""
    try:
        return _delivery(row)
    except (ValueError, TypeError) as error:  # msgspec's errors are ValueErrors
        raise catalogue.LEDGER_ROW.error(reference=row[0], detail=str(error)) from error


def _delivery(row: Row) -> Delivery:
    return Delivery(
        reference=row[0],
        unit=Unit(row[1]),
        till=row[2],
        number=row[3],
        part=row[4],
        business_date=date.fromisoformat(row[5]),
        kind=DocumentKind(row[6]),
        route=row[7],
        state=State(row[8]),
        document=_document.decode(row[9]) if row[9] else None,
        source=tuple(ReceiptKey(till, number) for till, number in json.loads(row[10])),
        total=row[11],
        problem=_problem.decode(row[12]) if row[12] else None,
        attempts=row[13],
        external_id=row[14] or "",
        external_number=row[15] or "",
        replaces=row[16] or "",
        changed=row[17],
    )

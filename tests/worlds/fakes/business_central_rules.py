"""The rules of bookkeeping of the fake Business Central, in the words of Microsoft's base app.

Rules without a source in `field/business-systems.md` 3 and 11 are marked as guesses.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, TypeAlias

from msgspec import Struct, field

from tests.worlds.fakes.server import Reply

Row = dict[str, Any]


def guid(*words: object) -> str:
    """The same id for the same words."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, repr(words)))


class Refused(Exception):
    """Business Central says no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def reply(self) -> Reply:
        """The answer."""
        said = f"{self.message}  CorrelationId:  {guid(self.message)}."
        return Reply(self.status, {"error": {"code": self.code, "message": said}})


def dialog(message: str) -> Refused:
    """A message of posting."""
    return Refused(400, "Application_DialogException", message)


class Vat(Struct):
    """What an account's VAT set-up does to a journal line: a gross amount, split."""

    rate: int
    account: str


class Setup(Struct):
    """The set-up of the company, which the API does not show or not change."""

    receivables: str = "1510"
    sales: str = "3001"
    vat_accounts: dict[int, str] = field(default_factory=lambda: {25: "2611", 12: "2621", 6: "2631", 0: ""})
    tax_rates: dict[str, int] = field(default_factory=lambda: {"MOMS25": 25, "MOMS12": 12, "MOMS6": 6, "MOMSFRI": 0})
    account_vat: dict[str, Vat] = field(default_factory=dict)
    copies_vat: set[str] = field(default_factory=set)
    """The journals that take the VAT set-up of the account on their lines."""
    gross_customers: set[str] = field(default_factory=set)
    """The customers with *Prices Including VAT*."""
    posting_series: dict[str, str] = field(default_factory=dict)
    """By journal: what a posted document's number begins with, instead of that of its lines."""
    number_series: dict[str, str] = field(default_factory=dict)
    """By journal: the series that numbers its lines."""
    apply_to_oldest: set[str] = field(default_factory=set)
    """The customers whose *Application Method* is *Apply to Oldest*."""
    pays_itself: dict[str, str] = field(default_factory=dict)
    """By customer: the balancing account of its payment method, which an invoice is paid to when it is posted."""


Booking: TypeAlias = tuple[Any, ...]
"""A row of the ledger to be: account, öre with debit positive, and its dimensions where it has some."""


class Ledger:
    """What is posted. `entries` are the rows of generalLedgerEntries."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.entries: list[Row] = []
        self._series = 0

    def book(self, day: str, number: str, kind: str, text: str, rows: Iterable[Booking]) -> None:
        """Book some rows under a number."""
        for account, amount, *sets in rows:
            if not amount:
                continue
            entry = len(self.entries) + 1
            self.entries.append(
                {
                    "id": guid("entry", entry),
                    "entryNumber": entry,
                    "postingDate": day,
                    "documentNumber": number,
                    "documentType": kind,
                    "accountId": guid("accounts", account),
                    "accountNumber": account,
                    "description": text,
                    "debitAmount": max(0, amount) / 100,
                    "creditAmount": max(0, -amount) / 100,
                    "dimensionSetLines": [dict(one) for some in sets for one in some],
                }
            )

    def next_number(self, series: str) -> str:
        """The next number of a series."""
        self._series += 1
        return f"{series}{self._series:05}"

    def of_line(self, line: Row, journal: str) -> list[Booking]:
        """What a journal line on an account comes to: split where the journal takes the account's VAT."""
        amount, sets = ore(line["amount"]), line.get("dimensionSetLines", ())
        vat = self.setup.account_vat.get(line["accountNumber"])
        if vat is None or journal not in self.setup.copies_vat:
            return [(line["accountNumber"], amount, sets)]
        tax = round(amount * vat.rate / (100 + vat.rate))
        return [(line["accountNumber"], amount - tax, sets), (vat.account, tax, sets)]


def ore(amount: float) -> int:
    """Kronor as öre."""
    return round(amount * 100)

"""What the books hold of invoices: by account, with the day's payments beside them. Pure but for its ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from connectors.business_central import answers, ledger
from connectors.business_central.books import NO_CODES, Codes
from connectors.business_central.documents import PAYMENT, carries
from connectors.dynamics.prices import ore
from connectors.formats.purposes import OUTPUT_VAT
from synccenter.contract.model import Invoice, Ore, Posting, Purpose

_PAYING = {"Payment", "Refund"}
"""Document types that stand under an invoice's own number where the customer's method has paid it."""


class Day:
    """Entries of some days, by document number and by the reference of the invoice that they pay."""

    def __init__(self, entries: Sequence[answers.Entry], codes: Codes = NO_CODES) -> None:
        self._codes = codes
        self._by_number: dict[str, list[answers.Entry]] = {}
        self._paying: dict[str, list[answers.Entry]] = {}
        for row in entries:
            self._by_number.setdefault(row.document_number.upper(), []).append(row)
            if row.description.startswith(f"{PAYMENT} "):
                name = row.description.split(" ")[1].upper()
                self._paying.setdefault(name, []).append(row)

    def paid(self, document: Invoice, there: answers.Sale | None, twins: int = 1) -> dict[int, Ore]:
        """What the payments of an invoice came to by account, without the customer's side of them.

        `twins`: so many invoices carry the reference that day. The ledger does not say which of them a payment is for,
        so each has its part.
        """
        claim = self._claim(there) if there else ""
        begins = f"{PAYMENT} {document.reference}"
        rows = [row for row in self._paying.get(document.reference.upper(), ()) if carries(row.description, begins)]
        rows += [row for row in self._of(there) if row.document_type in _PAYING] if there else []
        named = {str(one.account) for one in document.payments}
        sums: Counter[int] = Counter()
        for row in rows:
            customers = row.account_number == claim if claim else row.account_number not in named
            if not customers and row.account_number.isdigit():
                sums[int(row.account_number)] += ledger.amount(row)
        return {account: amount // twins for account, amount in sums.items() if amount}

    def vat(self, there: answers.Sale) -> dict[int, Ore]:
        """The VAT of a posted document by account (of BAS), as its own entries have it; empty where none is told so."""
        sums: Counter[int] = Counter()
        for row in self._of(there):
            number = int(row.account_number) if row.account_number.isdigit() else 0
            if number in OUTPUT_VAT and row.document_type not in _PAYING:
                sums[number] += ledger.amount(row)
        return {account: amount for account, amount in sums.items() if amount}

    def sales(self, document: Invoice, there: answers.Sale) -> tuple[Posting, ...]:
        """The sales of a posted document as its own entries have them; () where they come to another net than it says
        itself: then its own sum is what is compared."""
        claim, rounding = self._claim(there), document.rounding_account if document.rounding else 0
        rows = [row for row in self._of(there) if row.document_type not in _PAYING and row.account_number != claim]
        found = [ledger.posting(row, self._codes) for row in rows]
        sold = tuple(row for row in found if row.account not in {0, rounding, *OUTPUT_VAT})
        return sold if sum(row.amount for row in sold) == _net(document, there) else ()

    def tells_dimensions(self, there: answers.Sale) -> bool:
        """Whether the entries of a document tell the dimensions that are looked at."""
        return ledger.tells(self._of(there), self._codes)

    def _of(self, there: answers.Sale) -> list[answers.Entry]:
        return self._by_number.get(there.number.upper(), [])

    def _claim(self, there: answers.Sale) -> str:
        """The account of the claim on the customer: the one that the invoice put its whole amount on."""
        sums: Counter[str] = Counter()
        for row in self._of(there):
            if row.document_type in _PAYING:
                continue
            sums[row.account_number] += ledger.amount(row)
        total = _sign(there) * ore(there.total_amount_including_tax)
        return next((account for account, amount in sums.items() if amount and amount == total), "")


def by_purpose(
    document: Invoice, there: answers.Sale, sales: Sequence[Posting], vat: Mapping[int, Ore], paid: Mapping[int, Ore]
) -> tuple[Posting, ...]:
    """Net, VAT and payments as postings. What no entries tell is of no account, as the document itself says it."""
    rounding = document.rounding
    found = [*sales] if sales else [Posting(0, _net(document, there))]
    told = vat or {0: -_sign(there) * ore(there.total_tax_amount)}
    found += [Posting(one, amount, purpose=Purpose.VAT) for one, amount in told.items()]
    found += [Posting(document.rounding_account, -rounding, purpose=Purpose.ROUNDING)] if rounding else []
    return (*found, *(Posting(one, amount, purpose=Purpose.PAYMENT) for one, amount in paid.items()))


def _net(document: Invoice, there: answers.Sale) -> Ore:
    """What the document says that was sold, debit positive."""
    return document.rounding - _sign(there) * ore(there.total_amount_excluding_tax)


def _sign(there: answers.Sale) -> int:
    return -1 if isinstance(there, answers.CreditMemo) else 1

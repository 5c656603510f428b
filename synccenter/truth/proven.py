"""What a proof says: each Z report, gaps, changes after sending, differences in the books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct, field

from synccenter.contract.errors import Problem
from synccenter.contract.model import Ore, Posting, ReceiptKey, kronor


class ZProof(Struct):
    """One Z report: what the till stored, what was sent of it, what the books hold. `booked` None: not read."""

    till: str
    number: int
    business_date: date
    total: Ore
    receipts_total: Ore
    sent: Ore = 0
    booked: Ore | None = None
    waiting: int = 0
    deviates: bool = False
    """It is told of by itself: a receipt of it was changed after it was sent, or its rows are still looked for."""
    before: Ore = 0
    """What was sold before the start date, and is not Sync Center's to book."""
    note: str = ""
    """What is wrong within the till itself: a value that cannot be read, totals that its receipts do not sum to."""

    @property
    def difference(self) -> Ore:
        """Till minus books (or minus sent when the books were not read)."""
        return self.total - self.before - (self.sent if self.booked is None else self.booked)

    @property
    def right(self) -> bool:
        """Whether till, receipts, sent and books agree to the öre."""
        return self.difference == 0 and self.total == self.receipts_total == self.sent + self.before and not self.note


def numbering(what: str, till: str) -> str:
    """What all gaps of a till are called, when its numbers do not run on: `Z:K1:*`. `what`: kvitto or Z."""
    return f"{what}:{till}:*"


class Gap(Struct, frozen=True):
    """Numbers that do not exist. `explained` is a person's note, "" when nobody has explained it."""

    till: str
    what: str  # 'kvitto' or 'Z'
    first: int
    last: int
    explained: str = ""

    @property
    def name(self) -> str:
        """What it is called when a person explains it."""
        return f"{self.what}:{self.till}:{self.first}-{self.last}"


class Deviation(Struct, frozen=True):
    """A receipt that the till and the ledger no longer agree on, with the correction a bookkeeper would make.

    `explained` is a person's note (the correction is booked), "" when nobody has explained it.
    """

    key: ReceiptKey
    reference: str
    sent: Ore
    now: Ore
    voided: bool
    what: str = ""
    """What is different although the amount is not."""
    correction: tuple[Posting, ...] = ()
    explained: str = ""

    @property
    def name(self) -> str:
        """What it is called when a person explains it."""
        return deviation_name(self.key)


def deviation_name(key: ReceiptKey) -> str:
    """What a receipt that was changed after sending is called when a person explains it."""
    return f"ändrat:{key.till}:{key.number}"


class ZChange(Struct, frozen=True):
    """A Z report whose date, sum or cash was changed after it was sent."""

    till: str
    number: int
    reference: str
    what: str
    explained: str = ""

    @property
    def name(self) -> str:
        """What it is called when a person explains it."""
        return f"ändrad-Z:{self.till}:{self.number}"


class BookedDifference(Struct, frozen=True):
    """A delivery that does not stand in the books as it was sent. `count` is how many times it stands there; `draft`:
    it stands there unchanged, and is not booked."""

    reference: str
    number: str
    why: str
    amount: Ore
    count: int = 1
    draft: bool = False

    @property
    def doubled(self) -> bool:
        """Whether it stands there more than once."""
        return self.count > 1


class Proof(Struct):
    """The proof of a period."""

    first: date
    last: date
    reports: list[ZProof] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    states: dict[str, dict[str, int]] = field(default_factory=dict)
    deviations: list[Deviation] = field(default_factory=list)
    z_changes: list[ZChange] = field(default_factory=list)
    books: list[BookedDifference] = field(default_factory=list)
    waiting: int = 0
    parked: int = 0
    unknown: int = 0
    untaken: int = 0
    """Handed over as files that the receiver has not read in yet."""
    unclosed: int = 0
    """Finished receipts that no Z report has closed although later ones have been taken, and that are not sent."""
    unread: list[Problem] = field(default_factory=list)
    """What cannot be read in the till and is therefore not sent."""
    forgotten: list[tuple[ReceiptKey, Ore]] = field(default_factory=list)
    """Finished receipts that the collection has passed and that stand in no delivery: cancelled then."""
    vat_rounded: list[tuple[str, Ore]] = field(default_factory=list)
    leaning: list[Problem] = field(default_factory=list)
    """Invoices whose VAT the books hold rounded in another way: the reference, and how much more there."""
    vat_till: Ore = 0
    vat_sent: Ore = 0
    read_back: bool = False
    not_read: list[tuple[str, str]] = field(default_factory=list)
    """(what, reference) of what the business system could not tell of a delivery: neither right nor wrong."""

    def more(self) -> list[tuple[bool, str]]:
        """(whether it is explained, what is wrong) for Z reports changed after sending, rows that cannot be read and
        forgotten sales."""
        rows = [
            (
                bool(one.explained),
                f"Z {one.number} kassa {one.till} [{one.name}], skickad som {one.reference}: {one.what}.",
            )
            for one in self.z_changes
        ]
        rows += [(False, problem.sentence()) for problem in self.unread]
        rows += [(True, row) for row in (*self.vat_rounding(), *self.not_read_back())]
        rows += [(True, problem.sentence()) for problem in self.leaning]
        return rows + [
            (False, f"Kvitto {key} på {kronor(amount)} kr är klart i kassan men finns inte i något underlag.")
            for key, amount in self.forgotten
        ]

    def vat_rounding(self) -> Iterator[str]:
        """What the VAT of the books differs from the till's by rounding, invoice by invoice as far as a row holds."""
        if not self.vat_rounded:
            return
        more = sum(amount for _, amount in self.vat_rounded)
        invoices = len({name.partition(" ")[0] for name, _ in self.vat_rounded})
        named = ", ".join(f"{reference} {amount:+d} öre" for reference, amount in self.vat_rounded[:5])
        rest = f" och {len(self.vat_rounded) - 5} till" if len(self.vat_rounded) > 5 else ""
        yield (
            f"Momsen i bokföringen skiljer {kronor(more)} kr från kassans på {invoices} fakturor: kassan "
            f"avrundar varje rad, bokföringen summan ({named}{rest})."
        )

    def not_read_back(self) -> Iterator[str]:
        """What could not be read back, each with the deliveries that it concerns."""
        for what in dict.fromkeys(one for one, _ in self.not_read):
            names = [reference for one, reference in self.not_read if one == what]
            rest = f" och {len(names) - 5} till" if len(names) > 5 else ""
            yield (
                f"Kunde inte läsas tillbaka ur bokföringen: {what}, på {len(names)} underlag "
                f"({', '.join(names[:5])}{rest})."
            )

    @property
    def verdict(self) -> str:
        """What a clean proof says: more than could be read is never promised."""
        return f"Varje öre är förklarad{', utom det som inte kunde läsas tillbaka' if self.not_read else ''}."

    @property
    def clean(self) -> bool:
        """Whether every öre is explained."""
        return (
            all(report.right for report in self.reports)
            and all(gap.explained for gap in self.gaps)
            and all(deviation.explained for deviation in self.deviations)
            and all(change.explained for change in self.z_changes)
            and (self.vat_till == self.vat_sent or bool(self.deviations))
            and not (self.books or self.waiting or self.parked or self.unknown)
            and not (self.unclosed or self.unread or self.forgotten)
        )

    def total(self) -> tuple[Ore, Ore, Ore | None]:
        """(till, sent, booked) summed over the Z reports."""
        booked = None
        if self.read_back:
            booked = sum(report.booked or 0 for report in self.reports)
        return sum(report.total for report in self.reports), sum(report.sent for report in self.reports), booked

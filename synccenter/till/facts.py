"""What the database itself can say about a till's sales: gaps, counts and sums for the proof. Reads only.

A year (200,000 receipts) is summed by the database, not fetched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import Ore, Percent, ReceiptState
from synccenter.core.database import Database, Parameters, Row
from synccenter.till import schema
from synccenter.till.values import MOST, Reading, date_of, named, number_of, shown, spans, whole_number

_DAY = timedelta(days=1)
_WEEKS = timedelta(days=62)

WORDS = {
    "receipt": "Kvitto",
    "receipt_line": "Kvittorad",
    "receipt_payment": "Betalning",
    "z_report": "Z-rapport",
    "z_vat": "Z-rapportens moms",
    "z_method": "Z-rapportens betalsätt",
    "cash_movement": "Kassarörelse",
    "customer_order": "Order",
    "customer_order_line": "Orderrad",
    "customer_change": "Kundändring",
}
AMOUNT = f"CASE WHEN {{0}} BETWEEN -{MOST} AND {MOST} THEN {{0}} END"
"""An amount that can be added: not text, and not so large that the sum of two fits nowhere."""


class ZFacts(Struct):
    """A Z report beside what its receipts say.

    `total` is what the Z report stored, `receipts_total` the sum of the payments of the finished receipts that
    it closed. `parked` (and cancelled or voided ones that no Z report has closed) are those within its span.
    `problem` says that a value could not be read, and then the sums are not to be believed.
    """

    till: str
    number: int
    business_date: date | None
    total: Ore
    rounding: Ore
    receipts_total: Ore = 0
    vat: dict[Percent, Ore] = field(default_factory=dict)
    receipts: int = 0
    finished: int = 0
    cancelled: int = 0
    parked: int = 0
    voided: int = 0
    problem: Problem | None = None

    def count(self, state: str, receipts: int) -> None:
        """Count receipts of a state; an unknown state counts as a receipt only."""
        self.receipts += receipts
        match state:
            case "finished":
                self.finished += receipts
            case "cancelled":
                self.cancelled += receipts
            case "parked":
                self.parked += receipts
            case "voided":
                self.voided += receipts

    def sum_of(self, what: str, value: Any) -> Ore:
        """A sum in öre; what is no whole number becomes the problem of this Z report."""
        whole = whole_number(value)
        if whole is None:
            table, column = what.split(".")
            self.problem = catalogue.TILL_VALUE.problem(
                item=f"Z {self.till}-{self.number}",
                table=table,
                column=column,
                value=shown(value),
                wanted="ett heltal",
                row=f"någon av raderna till Z {self.number}",
                then="Z-rapporten väntar; allt annat skickas.",
            )
        return whole or 0


class ReceiptTotal(NamedTuple):
    """A receipt as the proof needs it. `state` is as stored, `total` the sum of its payments.

    `z_number` is None too when it cannot be read.
    """

    number: int
    state: str
    z_number: int | None
    total: Ore


class Facts:
    """The questions that are answered by counting and adding.

    Asked so that a value which is no number neither breaks a sum nor sorts above all numbers; who reads the row
    tells of it.
    """

    _of_till = "company=:company AND till=:till"
    _numbered = f"{_of_till} AND number BETWEEN 1 AND {MOST}"

    def __init__(self, database: Database, company: str, zone: ZoneInfo) -> None:
        self.database = database
        self.company = company
        self.zone = zone
        self.aside: dict[str, Problem] = {}
        """What was met and cannot even be set aside under a number of its own; see `strays`."""

    def set_aside(self, reading: Reading, row: Row) -> None:
        """Note a row whose number cannot be read."""
        table = reading.table.name
        for problem in reading.wrong(row).values():
            found = named(problem, f"{WORDS[table]} {reading.row_name(row)}")
            self.aside.setdefault(f"{found.cause}|{found.item}", found)

    def receipt_gaps(self, till: str, first: int, last: int) -> list[tuple[int, int]]:
        """The spans of receipt numbers from first to last that do not exist: (first missing, last missing)."""
        return self._gaps("receipt", till, first, last)

    def z_gaps(self, till: str, first: int, last: int) -> list[tuple[int, int]]:
        """The spans of Z numbers from first to last that do not exist."""
        return self._gaps("z_report", till, first, last)

    def voided_numbers(self, till: str, numbers: Sequence[int]) -> set[int]:
        """Which of these receipts are voided (*felslag*) by now."""
        voided: set[int] = set()
        for condition, wanted in spans("number", numbers):
            sql = f"SELECT number FROM receipt WHERE {self._of_till} AND {condition} AND state='voided'"
            voided |= {row[0] for row in self.database.query(sql, self._till(till))} & wanted
        return voided

    def states(self, till: str, from_date: date, to_date: date) -> dict[ReceiptState, int]:
        """How many receipts of each state have a time from one day to another, both included, in the shop's zone."""
        counted: Counter[str] = Counter()
        first_sure, end_sure = from_date + _DAY, to_date
        edges = [(from_date - _DAY, to_date + 2 * _DAY)]
        if first_sure < end_sure:
            edges = [(from_date - _DAY, first_sure), (end_sure, to_date + 2 * _DAY)]
            sql = f"SELECT state, COUNT(*) FROM receipt WHERE {self._of_till} AND at>=:a AND at<:b GROUP BY state"
            for state, count in self.database.query(sql, self._between(till, first_sure, end_sure)):
                counted[state] += count
        for edge in edges:
            for at, state in self._near(till, "state", *edge):
                counted[state] += from_date <= at <= to_date
        return {state: counted[state.value] for state in ReceiptState}

    def first_receipt_on(self, till: str, on: date) -> int | None:
        """The lowest number among receipts of a day or later, for the cut-over."""
        near = self._near(till, "number", on - _DAY, on + _DAY)
        numbers = [found for at, number in near if at >= on and (found := number_of(number)) is not None]
        sql = f"SELECT MIN(number) FROM receipt WHERE {self._numbered} AND at>=:a"
        later = self._number(sql, self._till(till, a=(on + _DAY).isoformat()))
        return min((number for number in [*numbers, later] if number is not None), default=None)

    def first_z_on(self, till: str, on: date) -> int | None:
        """The lowest number among Z reports of a business date or later."""
        sql = f"SELECT MIN(number) FROM z_report WHERE {self._numbered} AND business_date>=:a"
        return self._number(sql, self._till(till, a=on.isoformat()))

    def first_number(self, till: str, what: str, on: date) -> int | None:
        """The first receipt ('receipt') of a day or later, or the first Z report that may hold something from then;
        None while there is none."""
        receipt = self.first_receipt_on(till, on)
        if what == "receipt":
            return receipt
        # A Z report of the evening before may have closed a sale of the day's first hours.
        sql = f"SELECT MIN(z_number) FROM receipt WHERE {self._numbered} AND number>=:number AND z_number>=1"
        closer = (
            None if receipt is None else self._number(f"{sql} AND z_number<={MOST}", self._till(till, number=receipt))
        )
        found = [number for number in (self.first_z_on(till, on), closer) if number is not None]
        return min(found, default=None)

    def z_facts(self, from_date: date, to_date: date, *, beside_receipts: bool = True) -> list[ZFacts]:
        """Every Z report of every till with a business date from one day to another, beside its receipts.

        Without the receipts (and without VAT) it is only what the Z reports stored: the proof has its own sums.
        """
        reading = Reading(schema.Z_REPORT, self.zone)
        span = {"company": self.company, "a": from_date.isoformat(), "b": to_date.isoformat()}
        sql = (
            f"SELECT {reading.names} FROM z_report z WHERE z.company=:company AND z.business_date BETWEEN :a AND :b"
            " ORDER BY z.business_date, z.till, z.number"
        )
        facts = {}
        for row in self.database.query(sql, span):
            if (number := number_of(row[1])) is None:
                self.set_aside(reading, row)
                continue
            facts[str(row[0]), number] = _z_facts(reading, row, number)
        if beside_receipts:
            self._add_vat(facts, span)
            self._add_receipts(facts, span)
        return list(facts.values())

    def _add_vat(self, facts: dict[tuple[str, int], ZFacts], span: Parameters) -> None:
        sql = f"SELECT z.till, z.number, p.rate, p.vat{_IN_Z.format(part='z_vat')}"
        for till, number, rate, vat in self.database.query(sql, span):
            if found := facts.get((str(till), number)):
                found.vat[rate] = found.sum_of("z_vat.vat", vat)

    def _add_receipts(self, facts: dict[tuple[str, int], ZFacts], span: Parameters) -> None:
        closed = f"SELECT z.till, z.number, p.state, COUNT(*){_IN_Z.format(part='receipt')}"
        # What no Z report has closed belongs to the one in whose span its number lies.
        waiting = (
            "SELECT z.till, z.number, p.state, COUNT(*) FROM z_report z CROSS JOIN receipt p"
            " WHERE z.company=:company AND z.business_date BETWEEN :a AND :b AND p.company=z.company AND p.till=z.till"
            " AND p.z_number IS NULL AND p.number BETWEEN z.first_receipt AND z.last_receipt AND p.state<>'finished'"
        )
        for sql in (closed, waiting):
            for till, number, state, count in self.database.query(f"{sql} GROUP BY z.till, z.number, p.state", span):
                if found := facts.get((str(till), number)):
                    found.count(state, count)
        each = (
            "SELECT z.till AS till, z.number AS number,"
            f" (SELECT SUM({AMOUNT.format('y.amount')}) FROM receipt_payment y"
            " WHERE y.company=p.company AND y.till=p.till AND y.receipt=p.number) AS amount"
            f"{_IN_Z.format(part='receipt')} AND p.state='finished'"
        )
        paid = f"SELECT till, number, SUM(amount) FROM ({each}) AS paid GROUP BY till, number"
        for till, number, amount in self.database.query(paid, span):
            if found := facts.get((str(till), number)):
                found.receipts_total = found.sum_of("receipt_payment.amount", amount)

    def receipt_span(self, till: str, from_date: date, to_date: date) -> tuple[int, int] | None:
        """The first and last receipt number that belong to some days: by their Z reports, else by their time."""
        span = self._till(till, a=from_date.isoformat(), b=to_date.isoformat(), c=(to_date + _DAY).isoformat())
        closed = (
            f"SELECT MIN(first_receipt), MAX(last_receipt) FROM z_report WHERE {self._of_till}"
            f" AND business_date BETWEEN :a AND :b AND first_receipt BETWEEN 0 AND {MOST}"
            f" AND last_receipt BETWEEN 1 AND {MOST}"
        )
        timed = f"SELECT MIN(number), MAX(number) FROM receipt WHERE {self._numbered} AND at>=:a AND at<:c"
        ends = [row for sql in (closed, timed) for row in self.database.query(sql, span) if row[0] is not None]
        return (min(int(row[0]) for row in ends), max(int(row[1]) for row in ends)) if ends else None

    def receipt_totals(self, till: str, first: int, last: int) -> Iterator[ReceiptTotal]:
        """Every receipt from a number to another with what was paid, in number order."""
        sql = (
            "SELECT r.number, r.state, r.z_number, CAST(COALESCE("
            f"(SELECT SUM({AMOUNT.format('p.amount')}) FROM receipt_payment p"
            " WHERE p.company=r.company AND p.till=r.till AND p.receipt=r.number), 0) AS BIGINT) FROM receipt r"
            " WHERE r.company=:company AND r.till=:till AND r.number BETWEEN :first AND :last ORDER BY r.number"
        )
        for number, state, z_number, total in self.database.stream(sql, self._till(till, first=first, last=last)):
            if (own := number_of(number)) is not None:
                yield ReceiptTotal(own, state, number_of(z_number), total)

    def sold_before(self, till: str, first: int, last: int, cutover: date) -> dict[int, Ore]:
        """Receipt number -> VAT for the finished receipts from a number to another that were sold before a day.

        Only the receipts of the weeks before it are looked at: no Z report holds more.
        """
        span = self._till(till, a=(cutover - _WEEKS).isoformat(), b=(cutover + _DAY).isoformat())
        span |= {"first": first, "last": last}
        sql = (
            f"SELECT r.number, r.at, (SELECT SUM({AMOUNT.format('l.vat')}) FROM receipt_line l"
            " WHERE l.company=r.company AND l.till=r.till AND l.receipt=r.number) FROM receipt r"
            " WHERE r.company=:company AND r.till=:till AND r.at>=:a AND r.at<:b"
            " AND r.number BETWEEN :first AND :last AND r.state='finished'"
        )
        rows = self.database.query(sql, span)
        return {
            own: whole_number(vat or 0) or 0
            for number, at, vat in rows
            if (on := date_of(at, self.zone)) is not None and on < cutover and (own := number_of(number)) is not None
        }

    def cash_reasons(self, since: date) -> list[str]:
        """The reasons for money in and out of the drawers since a day, each once."""
        sql = (
            "SELECT DISTINCT reason FROM cash_movement WHERE company=:company AND kind IN ('pay_in', 'pay_out')"
            " AND at>=:a ORDER BY reason"
        )
        rows = self.database.query(sql, {"company": self.company, "a": since.isoformat()})
        return [str(row[0] or "") for row in rows]

    def on_account_unnamed(self, till: str, since: date) -> list[tuple[int, Ore]]:
        """(receipt, öre) of what a till sold on account since a day without a customer."""
        sql = (
            "SELECT r.number, SUM(p.amount) FROM receipt r CROSS JOIN receipt_payment p"
            " CROSS JOIN payment_method m WHERE r.company=:company AND r.till=:till AND r.at>=:a"
            " AND r.state='finished' AND r.customer='' AND p.company=r.company AND p.till=r.till"
            " AND p.receipt=r.number AND m.company=p.company AND m.code=p.method AND m.kind='invoice'"
            " GROUP BY r.number ORDER BY r.number"
        )
        rows = self.database.query(sql, self._till(till, a=since.isoformat()))
        return [(int(number), whole_number(amount) or 0) for number, amount in rows]

    def unknown_articles(self, till: str, after: int, limit: int = 200, *, in_use: bool = False) -> list[str]:
        """Articles on finished receipts after a number that the till's register does not hold (with `in_use`: or has
        taken out of use), by number."""
        wanted = "(a.number IS NULL OR a.active=0)" if in_use else "a.number IS NULL"
        sql = (
            "SELECT DISTINCT l.article FROM receipt r"
            " JOIN receipt_line l ON l.company=r.company AND l.till=r.till AND l.receipt=r.number"
            " LEFT JOIN article a ON a.company=l.company AND a.number=l.article"
            " WHERE r.company=:company AND r.till=:till AND r.number>:after AND r.state='finished'"
            f" AND l.kind='goods' AND l.article<>'' AND {wanted} ORDER BY l.article"
        )
        rows = self.database.query(self.database.dialect.first(sql, limit), self._till(till, after=after))
        return [str(row[0]) for row in rows]

    def customer_texts(self) -> Iterator[str]:
        """What the till knows of its customers, to be kept out of what strangers read."""
        columns = "name, org_number, address, postal_code, city, email, phone"
        for table in (schema.CUSTOMER, schema.CUSTOMER_CHANGE):
            sql = f"SELECT {columns} FROM {table.name} WHERE company=:company"
            for row in self.database.stream(sql, {"company": self.company}):
                yield from (str(value) for value in row if value)

    def receipt_before(self, till: str, number: int) -> int | None:
        """The highest receipt number below a number, None when there is none."""
        sql = f"SELECT MAX(number) FROM receipt WHERE {self._numbered} AND number<:number"
        return self._number(sql, self._till(till, number=number))

    def closed_for_sure(self, till: str) -> int:
        """The last receipt number that lies within a Z report before the newest; 0 when there is none."""
        sql = (
            f"SELECT MAX(last_receipt) FROM z_report WHERE {self._numbered} AND last_receipt BETWEEN 1 AND {MOST}"
            f" AND number<(SELECT MAX(number) FROM z_report WHERE {self._numbered})"
        )
        return self._number(sql, self._till(till)) or 0

    def first_z(self, till: str) -> int:
        """The lowest Z number of a till, 0 when it has none."""
        return self._number(f"SELECT MIN(number) FROM z_report WHERE {self._numbered}", self._till(till)) or 0

    def _gaps(self, table: str, till: str, first: int, last: int) -> list[tuple[int, int]]:
        if first > last:
            return []
        span = self._till(till, first=first, last=last)
        within = f"FROM {table} WHERE {self._of_till} AND number BETWEEN :first AND :last"
        if self.database.query(f"SELECT COUNT(*) {within}", span)[0][0] == last - first + 1:
            return []
        sql = (
            f"SELECT before, number FROM (SELECT number, COALESCE(LAG(number) OVER (ORDER BY number), {int(first) - 1})"
            f" AS before FROM {table} WHERE {self._of_till} AND number BETWEEN :first AND :last) AS numbered"
            " WHERE number > before + 1 ORDER BY number"
        )
        gaps = [(int(before) + 1, int(number) - 1) for before, number in self.database.query(sql, span)]
        end = self.database.query(
            f"SELECT MAX(number) FROM {table} WHERE {self._of_till} AND number BETWEEN :first AND :last", span
        )[0][0]
        highest = first - 1 if end is None else int(end)
        return [*gaps, (highest + 1, last)] if highest < last else gaps

    def _near(self, till: str, column: str, start: date, end: date) -> list[tuple[date, Any]]:
        """The shop's date and a column of the receipts whose written date lies from start to before end.

        A time may be stored with any offset, so near the ends of a span its day is decided here, not in SQL.
        A time that cannot be read belongs to no day; reading the receipt itself tells about it.
        """
        sql = f"SELECT at, {column} FROM receipt WHERE {self._of_till} AND at>=:a AND at<:b"
        rows = self.database.query(sql, self._between(till, start, end))
        dates = ((date_of(at, self.zone), value) for at, value in rows)
        return [(on, value) for on, value in dates if on is not None]

    def _number(self, sql: str, parameters: Parameters) -> int | None:
        """The one number that a SELECT gives."""
        value = self.database.query(sql, parameters)[0][0]
        return None if value is None else int(value)

    def _till(self, till: str, **more: Any) -> dict[str, Any]:
        return {"company": self.company, "till": till, **more}

    def _between(self, till: str, start: date, end: date) -> dict[str, Any]:
        return self._till(till, a=start.isoformat(), b=end.isoformat())


# CROSS JOIN is how SQLite is told the order: Z reports of the days first, then what is theirs. Left to itself, and
# without statistics, it may walk every receipt of every year for the proof of one day.
_IN_Z = (
    " FROM z_report z CROSS JOIN {part} p WHERE z.company=:company AND z.business_date BETWEEN :a AND :b"
    " AND p.company=z.company AND p.till=z.till AND p.z_number=z.number"
)


def _z_facts(reading: Reading, row: Row, number: int) -> ZFacts:
    till = str(row[0])
    try:
        _, _, _, business_date, _, _, total, rounding = reading.values(row)
    except SyncError as error:
        problem = named(error.problem, f"Z {till}-{number}")
        return ZFacts(till, number, None, 0, 0, problem=problem)
    return ZFacts(till, number, business_date, total, rounding)

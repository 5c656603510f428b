"""The ledger: what was intended, sent and acknowledged. The only place with ledger SQL.

States of a delivery: pending -> sending -> sent | rejected | unknown. *sending* is committed before the wire is
touched; after a crash or an unclear answer it becomes *unknown* and is looked up before anything is sent again.
*manual*: a person says that it is booked. *replaced*: a person had it sent again under a new reference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct

from synccenter.core import catalogue
from synccenter.core.connector import Sent
from synccenter.core.database import Database, Row
from synccenter.core.errors import Problem
from synccenter.core.model import Document, DocumentKind, Ore, ReceiptKey
from synccenter.sync import tables
from synccenter.sync.ownership import Lease


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
    ORDER = "order"
    CUSTOMER = "customer"


DONE = frozenset({State.SENT, State.MANUAL, State.EMPTY})
"""The states in which the books hold what the till sold."""


class Cover(Struct, frozen=True, order=True):
    """A receipt that a delivery accounts for, with what the customer paid when it was intended."""

    till: str
    number: int
    amount: Ore

    @property
    def key(self) -> ReceiptKey:
        """Till and number."""
        return ReceiptKey(self.till, self.number)


class Delivery(Struct, frozen=True, kw_only=True):
    """One document on its way to the business system.

    `source` are the (till, number) it is made from: the receipt, or the Z reports. `document` is None when it
    could not be made; `problem` says why. `total` is what the customers paid.
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


class Awaited(Struct, frozen=True):
    """A span of numbers that may still come. `what` is 'receipt' or 'z'."""

    till: str
    what: str
    first: int
    last: int


_COLUMNS = (
    "reference, unit, till, number, part, business_date, kind, route, state, document, source, total, problem,"
    " attempts, external_id, external_number, replaces, changed"
)
_document = msgspec.json.Decoder(Document)
_problem = msgspec.json.Decoder(Problem)


class Ledger:
    """The ledger of one company, for one thread."""

    def __init__(self, database: Database, company: str, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.company = company
        self._clock = clock
        self.fresh = False
        self._migrate()

    def _migrate(self) -> None:
        found = 0
        if self.database.columns("ledger_version"):
            found = int(self.database.query("SELECT MAX(version) FROM ledger_version")[0][0])
        if found > tables.VERSION:
            raise catalogue.LEDGER_NEWER.error(found=found, known=tables.VERSION)
        if found < tables.VERSION:
            with self.database.transaction():
                # Another process may have been first: look again behind the lock.
                if not (found == 0 and self.database.columns("ledger_version")):
                    self.fresh = found == 0
                    for statement in tables.statements(self.database.dialect.name, found):
                        self.database.execute(statement)

    def _now(self) -> float:
        return self._clock().timestamp()

    def _with(self, **values: Any) -> dict[str, Any]:
        return {"company": self.company, **values}

    @contextmanager
    def together(self) -> Iterator[None]:
        """Several changes, all or none."""
        with self.database.transaction():
            yield

    # --- intent ----------------------------------------------------------------------------------------------

    def intend(self, deliveries: Iterable[Delivery]) -> None:
        """Write what is going to be sent, with the receipts it covers. Call within `together()`.

        A receipt that is covered already makes the whole transaction fail: nothing is ever intended twice.
        """
        now = self._now()
        for delivery in deliveries:
            self.database.execute(
                f"INSERT INTO delivery (company, {_COLUMNS}, generation, created) VALUES (:company, :reference, :unit,"
                " :till, :number, :part, :business_date, :kind, :route, :state, :document, :source, :total, :problem,"
                " :attempts, :external_id, :external_number, :replaces, :changed, 0, :created)",
                # 0: became unclear long ago, so a look-up is believed at once.
                self._with(**_values(delivery), changed=0.0 if delivery.state is State.UNKNOWN else now, created=now),
            )
            self._cover(delivery)

    def _cover(self, delivery: Delivery) -> None:
        for cover in delivery.covers:
            self.database.execute(
                "INSERT INTO covered (company, till, number, reference, amount)"
                " VALUES (:company, :till, :number, :reference, :amount)",
                self._with(till=cover.till, number=cover.number, reference=delivery.reference, amount=cover.amount),
            )

    def covered(self, keys: Iterable[ReceiptKey]) -> dict[ReceiptKey, str]:
        """Which of these receipts belong to a delivery already, and its reference."""
        found: dict[ReceiptKey, str] = {}
        spans: dict[str, list[int]] = {}
        for key in keys:
            spans.setdefault(key.till, []).append(key.number)
        for till, numbers in spans.items():
            wanted = set(numbers)
            rows = self.database.query(
                "SELECT number, reference FROM covered"
                " WHERE company=:company AND till=:till AND number BETWEEN :first AND :last",
                self._with(till=till, first=min(numbers), last=max(numbers)),
            )
            found |= {ReceiptKey(till, number): reference for number, reference in rows if number in wanted}
        return found

    def covered_after(self, till: str, number: int) -> dict[int, str]:
        """Receipt number -> reference for what was intended after a number."""
        return dict(
            self.database.query(
                "SELECT number, reference FROM covered WHERE company=:company AND till=:till AND number>:number",
                self._with(till=till, number=number),
            )
        )

    def covers(self, till: str, first: int, last: int) -> Iterator[tuple[int, str, Ore, str]]:
        """(receipt number, reference, amount, state of the delivery) in number order."""
        rows = self.database.stream(
            "SELECT c.number, c.reference, c.amount, d.state FROM covered c"
            " JOIN delivery d ON d.company=c.company AND d.reference=c.reference"
            " WHERE c.company=:company AND c.till=:till AND c.number BETWEEN :first AND :last ORDER BY c.number",
            self._with(till=till, first=first, last=last),
        )
        return ((int(row[0]), str(row[1]), int(row[2]), str(row[3])) for row in rows)

    # --- sending ---------------------------------------------------------------------------------------------

    def begin(self, reference: str, lease: Lease) -> bool:
        """Mark as *sending* before the wire is touched. False when it is not pending or the lease is lost."""
        return bool(
            self.database.execute(
                "UPDATE delivery SET state='sending', attempts=attempts+1, generation=:generation, changed=:now"
                " WHERE company=:company AND reference=:reference AND state='pending' AND EXISTS"
                " (SELECT 1 FROM lease WHERE lease.company=:company AND holder=:holder"
                f" AND lease.generation=:generation AND expires>{self.database.dialect.now_expression})",
                self._with(reference=reference, now=self._now(), holder=lease.holder, generation=lease.generation),
            )
        )

    def acknowledge(self, reference: str, sent: Sent) -> None:
        """It stands in the business system."""
        self._settle(reference, State.SENT, external_id=sent.external_id, external_number=sent.number, problem=None)

    def reject(self, reference: str, problem: Problem) -> None:
        """It could not be booked, and it is certain that nothing was: parked with its reason."""
        self._settle(reference, State.REJECTED, problem=problem)

    def postpone(self, reference: str, problem: Problem | None) -> None:
        """It is certain that nothing was booked; try again."""
        self._settle(reference, State.PENDING, problem=problem)

    def doubt(self, reference: str, problem: Problem) -> None:
        """It may have been booked: look it up first."""
        self._settle(reference, State.UNKNOWN, problem=problem)

    def _settle(self, reference: str, state: State, *, problem: Problem | None, **ids: str) -> None:
        sets = "".join(f", {name}=:{name}" for name in ids)
        self.database.execute(
            f"UPDATE delivery SET state=:state, problem=:problem, changed=:now{sets}"
            " WHERE company=:company AND reference=:reference",
            self._with(reference=reference, state=state.value, problem=_encode(problem), now=self._now(), **ids),
        )

    def doubt_interrupted(self, problem: Problem) -> int:
        """After a crash: whatever was being sent becomes *unknown*. Only the lease's holder may call it."""
        return self.database.execute(
            "UPDATE delivery SET state='unknown', problem=:problem, changed=:now"
            " WHERE company=:company AND state='sending'",
            self._with(problem=_encode(problem), now=self._now()),
        )

    def doubt_waiting(self) -> int:
        """After the ledger was put back from a copy: what waits may have been sent since, so look it up first."""
        return self.database.execute(
            "UPDATE delivery SET state='unknown', changed=0 WHERE company=:company AND state='pending'", self._with()
        )

    def remake(self, delivery: Delivery) -> None:
        """Replace the document of a delivery that is not in the books: mapped anew from the till.

        Call within `together()`; `delivery.covers` are the receipts to account for anew.
        """
        self.database.execute(
            "DELETE FROM covered WHERE company=:company AND reference=:reference",
            self._with(reference=delivery.reference),
        )
        self._cover(delivery)
        self.database.execute(
            "UPDATE delivery SET document=:document, problem=:problem, state=:state, total=:total, route=:route,"
            " kind=:kind, changed=:now"
            " WHERE company=:company AND reference=:reference AND state IN ('pending', 'rejected')",
            self._with(
                reference=delivery.reference,
                document=_encode(delivery.document),
                problem=_encode(delivery.problem),
                state=delivery.state.value,
                total=delivery.total,
                route=delivery.route,
                kind=delivery.kind.value,
                now=self._now(),
            ),
        )

    # --- by hand ---------------------------------------------------------------------------------------------

    def set_by_hand(self, reference: str, state: State, who: str, act: str, note: str) -> None:
        """A person's decision, with its line in the history. All or none."""
        with self.together():
            self._settle(reference, state, problem=None)
            self.remember(who, act, reference, note)

    def replace(self, old: Delivery, new: Delivery, who: str, note: str) -> None:
        """Send again under a new reference: the receipts move over, the old one stays as *replaced*."""
        with self.together():
            self._settle(old.reference, State.REPLACED, problem=None)
            self.intend([msgspec.structs.replace(new, covers=())])
            self.database.execute(
                "UPDATE covered SET reference=:new WHERE company=:company AND reference=:old",
                self._with(new=new.reference, old=old.reference),
            )
            self.remember(who, "resend", new.reference, note)

    def remember(self, who: str, act: str, reference: str, note: str) -> None:
        """A line in the append-only history."""
        self.database.execute(
            "INSERT INTO history (company, at, who, act, reference, note)"
            " VALUES (:company, :at, :who, :act, :reference, :note)",
            self._with(at=self._now(), who=who, act=act, reference=reference, note=note),
        )

    def history(self, limit: int = 200) -> list[Row]:
        """(at, who, act, reference, note), newest first."""
        select = self.database.dialect.first(
            "SELECT at, who, act, reference, note FROM history WHERE company=:company ORDER BY id DESC", limit
        )
        return self.database.query(select, self._with())

    def explanations(self) -> dict[str, str]:
        """What persons have explained (gaps in the numbers), with their notes."""
        rows = self.database.query(
            "SELECT reference, note FROM history WHERE company=:company AND act='explain' ORDER BY id", self._with()
        )
        return {str(reference): str(note) for reference, note in rows}

    # --- reading ---------------------------------------------------------------------------------------------

    def in_state(self, *states: State, limit: int = 500) -> list[Delivery]:
        """Deliveries in these states: the least tried first, so that a stubborn one never blocks the rest."""
        names = {f"state{number}": state.value for number, state in enumerate(states)}
        marks = ",".join(f":{name}" for name in names)
        select = self.database.dialect.first(
            f"SELECT {_COLUMNS} FROM delivery WHERE company=:company AND state IN ({marks})"
            " ORDER BY attempts, created, reference",
            limit,
        )
        return [_delivery(row) for row in self.database.query(select, self._with(**names))]

    def counts(self) -> dict[State, int]:
        """How many deliveries are on their way, per state. Sent ones are not counted: they may be a million."""
        rows = self.database.query(
            "SELECT state, COUNT(*) FROM delivery WHERE company=:company"
            " AND state IN ('pending','sending','rejected','unknown') GROUP BY state",
            self._with(),
        )
        return {State(state): count for state, count in rows}

    def get(self, reference: str) -> Delivery:
        """One delivery. Raises S12."""
        rows = self.database.query(
            f"SELECT {_COLUMNS} FROM delivery WHERE company=:company AND reference=:reference",
            self._with(reference=reference),
        )
        if not rows:
            raise catalogue.ENTRY_UNKNOWN.error(reference=reference)
        return _delivery(rows[0])

    def between(self, first: date, last: date) -> Iterator[Delivery]:
        """Deliveries by business date."""
        rows = self.database.stream(
            f"SELECT {_COLUMNS} FROM delivery WHERE company=:company AND business_date BETWEEN :first AND :last"
            " ORDER BY business_date, reference",
            self._with(first=first.isoformat(), last=last.isoformat()),
        )
        return (_delivery(row) for row in rows)

    def parts_of_day(self, day: date) -> int:
        """How many deliveries a day has got so far."""
        rows = self.database.query(
            "SELECT MAX(part) FROM delivery WHERE company=:company AND business_date=:day AND unit='day'",
            self._with(day=day.isoformat()),
        )
        return int(rows[0][0] or 0)

    # --- places, awaited numbers, routes, runs ----------------------------------------------------------------

    def place(self, name: str) -> str | None:
        """How far something has been read."""
        rows = self.database.query(
            "SELECT value FROM place WHERE company=:company AND name=:name", self._with(name=name)
        )
        return str(rows[0][0]) if rows else None

    def set_place(self, name: str, value: str) -> None:
        """Remember how far something has been read."""
        self.database.upsert("place", ("company", "name"), ("company", "name", "value"), [(self.company, name, value)])

    def forget_places(self, prefix: str) -> None:
        """Start over: the next run reads from the beginning."""
        self.database.execute(
            "DELETE FROM place WHERE company=:company AND name LIKE :prefix", self._with(prefix=f"{prefix}%")
        )

    def awaited(self, till: str, what: str) -> list[Awaited]:
        """The spans of numbers that may still come."""
        rows = self.database.query(
            "SELECT till, what, first, last FROM awaited WHERE company=:company AND till=:till AND what=:what"
            " ORDER BY first",
            self._with(till=till, what=what),
        )
        return [Awaited(*row) for row in rows]

    def set_awaited(self, till: str, what: str, spans: Sequence[Awaited]) -> None:
        """Replace the spans of a till."""
        self.database.execute(
            "DELETE FROM awaited WHERE company=:company AND till=:till AND what=:what", self._with(till=till, what=what)
        )
        for span in spans:
            self.database.execute(
                "INSERT INTO awaited (company, till, what, first, last) VALUES (:company, :till, :what, :first, :last)",
                self._with(till=till, what=what, first=span.first, last=span.last),
            )

    def route(self) -> tuple[str, str] | None:
        """(system, cut-over date) of the route in use."""
        select = self.database.dialect.first(
            "SELECT system, cutover FROM route WHERE company=:company ORDER BY id DESC", 1
        )
        rows = self.database.query(select, self._with())
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def set_route(self, system: str, cutover: str) -> None:
        """From now on deliveries go this way."""
        self.database.execute(
            "INSERT INTO route (company, system, cutover, since) VALUES (:company, :system, :cutover, :since)",
            self._with(system=system, cutover=cutover, since=self._now()),
        )

    def record_run(self, holder: str, kind: str, started: float, outcome: str, summary: dict[str, Any]) -> None:
        """Remember a run; the last good one is what the heartbeat looks at."""
        self.database.execute(
            "INSERT INTO run (company, holder, kind, started, finished, outcome, summary)"
            " VALUES (:company, :holder, :kind, :started, :finished, :outcome, :summary)",
            self._with(
                holder=holder,
                kind=kind,
                started=started,
                finished=self._now(),
                outcome=outcome,
                summary=json.dumps(summary, ensure_ascii=False),
            ),
        )

    def runs(self, limit: int = 20, outcome: str | None = None) -> list[Row]:
        """(started, finished, kind, holder, outcome, summary as JSON), newest first."""
        where = " AND outcome=:outcome" if outcome else ""
        select = self.database.dialect.first(
            "SELECT started, finished, kind, holder, outcome, summary FROM run"
            f" WHERE company=:company{where} ORDER BY id DESC",
            limit,
        )
        return self.database.query(select, self._with(outcome=outcome) if outcome else self._with())


def _encode(value: Struct | None) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _values(delivery: Delivery) -> dict[str, Any]:
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
        "document": _encode(delivery.document),
        "source": msgspec.json.encode([[key.till, key.number] for key in delivery.source]).decode(),
        "total": delivery.total,
        "problem": _encode(delivery.problem),
        "attempts": delivery.attempts,
        "external_id": delivery.external_id,
        "external_number": delivery.external_number,
        "replaces": delivery.replaces,
    }


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

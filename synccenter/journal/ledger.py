"""The ledger: what was intended, sent and acknowledged. The only place with ledger SQL.

States of a delivery: pending -> sending -> sent | rejected | unknown. *sending* is committed before the wire is
touched; after a crash or an unclear answer it becomes *unknown* and is looked up before anything is sent again.
*manual*: a person says that it is booked. *replaced*: a person had it sent again under a new reference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

import msgspec

from synccenter.contract import catalogue
from synccenter.contract.connector import Sent
from synccenter.contract.errors import Problem
from synccenter.contract.model import DocumentKind, Ore, ReceiptKey
from synccenter.core.database import Database, Row
from synccenter.journal import tables
from synccenter.journal.delivery import (
    COLUMNS,
    DONE,
    RECEIPT,
    Awaited,
    Cover,
    Delivery,
    State,
    Unit,
    delivery,
    encode,
    values,
    vat_of,
)
from synccenter.journal.ownership import Lease
from synccenter.journal.places import Places

__all__ = ["DONE", "Awaited", "Cover", "Delivery", "Ledger", "State", "Unit"]


_UNCLEAR = (State.SENDING, State.UNKNOWN)
"""The states that the business system's answer settles; a person may have been first."""


class Ledger(Places):
    """The ledger of one company, for one thread."""

    def __init__(self, database: Database, company: str, clock: Callable[[], datetime]) -> None:
        super().__init__(database, company, clock)
        self.fence: Callable[[], None] = lambda: None
        """Asked inside every transaction; a run sets it, so that a till that lost the lease writes nothing more."""
        self._migrate()

    def within(self, company: str) -> Ledger:
        """The same ledger's part of another company."""
        return Ledger(self.database, company, self._clock)

    def used(self) -> bool:
        """Whether anything has ever been intended."""
        select = "SELECT reference FROM delivery WHERE company=:company AND reference>'' ORDER BY reference"
        return bool(self.database.query(self.database.dialect.first(select, 1), self._with()))

    def _migrate(self) -> None:
        if self._version() == tables.VERSION:
            return
        with self.database.transaction():
            for statement in tables.LOCK[self.database.dialect.name]:
                self.database.execute(statement)
            found = self._version()  # behind the lock: another process may have been first
            if found > tables.VERSION:
                raise catalogue.LEDGER_NEWER.error(found=found, known=tables.VERSION)
            for statement in tables.statements(self.database.dialect.name, found):
                self.database.execute(statement)

    def _version(self) -> int:
        if not self.database.columns("ledger_version"):
            return 0
        return int(self.database.query("SELECT MAX(version) FROM ledger_version")[0][0])

    @contextmanager
    def together(self) -> Iterator[None]:
        """Several changes, all or none."""
        with self.database.transaction():
            self.fence()
            yield

    # --- intent ----------------------------------------------------------------------------------------------

    def intend(self, deliveries: Iterable[Delivery]) -> None:
        """Write what is going to be sent, with the receipts it covers. Call within `together()`.

        A receipt that is covered already makes the whole transaction fail: nothing is ever intended twice.
        """
        now = self.now()
        for one in deliveries:
            self.database.execute(
                f"INSERT INTO delivery (company, {COLUMNS}, vat, generation, created) VALUES (:company, :reference,"
                " :unit, :till, :number, :part, :business_date, :kind, :route, :state, :document, :source, :total,"
                " :problem, :attempts, :external_id, :external_number, :replaces, :changed, :vat, 0, :created)",
                # 0: became unclear long ago, so a look-up is believed at once.
                self._with(**values(one), changed=0.0 if one.state is State.UNKNOWN else now, created=now),
            )
            self._cover(one)

    def _cover(self, one: Delivery) -> None:
        for cover in one.covers:
            self.database.execute(
                "INSERT INTO covered (company, what, till, number, reference, amount, print)"
                " VALUES (:company, :what, :till, :number, :reference, :amount, :print)",
                self._with(
                    what=cover.what,
                    till=cover.till,
                    number=cover.number,
                    reference=one.reference,
                    amount=cover.amount,
                    print=cover.print,
                ),
            )

    def prints(self, till: str, what: str, first: int, last: int) -> Iterator[Row]:
        """(number, reference, print) of what is accounted for between two numbers, in number order."""
        return self.database.stream(
            "SELECT number, reference, print FROM covered WHERE company=:company AND what=:what AND till=:till"
            " AND number BETWEEN :first AND :last ORDER BY number",
            self._with(what=what, till=till, first=first, last=last),
        )

    def set_print(self, what: str, key: ReceiptKey, value: str) -> None:
        """What something that is accounted for looks like now."""
        self.database.execute(
            "UPDATE covered SET print=:print WHERE company=:company AND what=:what AND till=:till AND number=:number",
            self._with(what=what, till=key.till, number=key.number, print=value),
        )

    def covered(self, keys: Iterable[ReceiptKey], what: str = RECEIPT) -> dict[ReceiptKey, str]:
        """Which of these receipts (or Z reports' cash) belong to a delivery already, and its reference."""
        found: dict[ReceiptKey, str] = {}
        spans: dict[str, list[int]] = {}
        for key in keys:
            spans.setdefault(key.till, []).append(key.number)
        for till, numbers in spans.items():
            wanted = set(numbers)
            rows = self.database.query(
                "SELECT number, reference FROM covered"
                " WHERE company=:company AND what=:what AND till=:till AND number BETWEEN :first AND :last",
                self._with(what=what, till=till, first=min(numbers), last=max(numbers)),
            )
            found |= {ReceiptKey(till, number): reference for number, reference in rows if number in wanted}
        return found

    def covers_of(self, reference: str, what: str) -> list[ReceiptKey]:
        """What a delivery accounts for."""
        rows = self.database.query(
            "SELECT till, number FROM covered WHERE company=:company AND reference=:reference AND what=:what"
            " ORDER BY till, number",
            self._with(reference=reference, what=what),
        )
        return [ReceiptKey(till, number) for till, number in rows]

    def covered_after(self, till: str, number: int) -> dict[int, str]:
        """Receipt number -> reference for what was intended after a number."""
        return dict(
            self.database.query(
                "SELECT number, reference FROM covered"
                " WHERE company=:company AND what='receipt' AND till=:till AND number>:number",
                self._with(till=till, number=number),
            )
        )

    def covers(self, till: str, first: int, last: int) -> Iterator[Row]:
        """(receipt number, reference, amount) in number order."""
        return self.database.stream(
            "SELECT number, reference, amount FROM covered WHERE company=:company AND what='receipt' AND till=:till"
            " AND number BETWEEN :first AND :last ORDER BY number",
            self._with(till=till, first=first, last=last),
        )

    def newest_covers(self, till: str, limit: int) -> dict[int, Ore]:
        """Receipt number -> intended amount of the newest receipts of a till."""
        select = (
            "SELECT number, amount FROM covered WHERE company=:company AND what='receipt' AND till=:till"
            " ORDER BY number DESC"
        )
        return dict(self.database.query(self.database.dialect.first(select, limit), self._with(till=till)))

    # --- sending ---------------------------------------------------------------------------------------------

    def begin(self, reference: str, lease: Lease) -> bool:
        """Mark as *sending* before the wire is touched. False when it is not pending or the lease is lost."""
        return bool(
            self.database.execute(
                "UPDATE delivery SET state='sending', attempts=attempts+1, generation=:generation, changed=:now"
                " WHERE company=:company AND reference=:reference AND state='pending' AND EXISTS"
                " (SELECT 1 FROM lease WHERE lease.company=:company AND holder=:holder"
                f" AND lease.generation=:generation AND expires>{self.database.dialect.now_expression})",
                self._with(reference=reference, now=self.now(), holder=lease.holder, generation=lease.generation),
            )
        )

    def acknowledge(self, reference: str, sent: Sent) -> None:
        """It stands in the business system."""
        self._settle(
            reference, State.SENT, _UNCLEAR, problem=None, external_id=sent.external_id, external_number=sent.number
        )

    def reject(self, reference: str, problem: Problem) -> None:
        """It could not be booked, and it is certain that nothing was: parked with its reason."""
        self._settle(reference, State.REJECTED, _UNCLEAR, problem=problem)

    def postpone(self, reference: str, problem: Problem | None, *, untried: bool = False) -> None:
        """It is certain that nothing was booked; try again. `untried`: for no fault of its own, so in the same turn."""
        self._settle(reference, State.PENDING, _UNCLEAR, problem=problem, untried=untried)

    def hold(self, reference: str, problem: Problem, there: Sent) -> None:
        """Parked with a question, before it was tried: it seems to stand there already as `there`."""
        was = (State.PENDING, State.UNKNOWN)
        self._settle(
            reference, State.REJECTED, was, problem=problem, external_id=there.external_id, external_number=there.number
        )

    def doubt(self, reference: str, problem: Problem | None) -> None:
        """It may have been booked: look it up first. The time to wait for it begins anew."""
        self._settle(reference, State.UNKNOWN, _UNCLEAR, problem=problem)

    def note(self, reference: str, problem: Problem) -> None:
        """Why it stays unknown. Since when it is so is left as it was: a look-up goes by that."""
        sql = "UPDATE delivery SET problem=:problem WHERE company=:company AND reference=:reference AND state='unknown'"
        self.database.execute(sql, self._with(reference=reference, problem=encode(problem)))

    def _settle(
        self,
        reference: str,
        state: State,
        was: Collection[State],
        *,
        problem: Problem | None,
        untried: bool = False,
        **ids: str,
    ) -> bool:
        """Change the state unless somebody was first: only from one of the states in `was`."""
        sets = "".join(f", {name}=:{name}" for name in ids) + (", attempts=attempts-1" if untried else "")
        before = ",".join(f"'{one.value}'" for one in was)
        return bool(
            self.database.execute(
                f"UPDATE delivery SET state=:state, problem=:problem, changed=:now{sets}"
                f" WHERE company=:company AND reference=:reference AND state IN ({before})",
                self._with(reference=reference, state=state.value, problem=encode(problem), now=self.now(), **ids),
            )
        )

    def doubt_interrupted(self, problem: Problem) -> int:
        """After a crash: whatever was being sent becomes *unknown*. Only the lease's holder may call it."""
        return self.database.execute(
            "UPDATE delivery SET state='unknown', problem=:problem, changed=:now"
            " WHERE company=:company AND state='sending'",
            self._with(problem=encode(problem), now=self.now()),
        )

    def doubt_anew(self) -> int:
        """After another till's clock: the time to wait for what is unknown begins anew on ours."""
        return self.database.execute(
            "UPDATE delivery SET changed=:now WHERE company=:company AND state='unknown' AND changed>0",
            self._with(now=self.now()),
        )

    def doubt_waiting(self) -> None:
        """After the ledger was put back from a copy: what waits may have been sent since, so look it up first.

        What is parked keeps the mark (`changed` is 0) until it is mapped anew.
        """
        self.database.execute(
            "UPDATE delivery SET state=CASE WHEN state='pending' THEN 'unknown' ELSE state END, changed=0"
            " WHERE company=:company AND state IN ('pending', 'rejected')",
            self._with(),
        )
        self.database.execute(
            "UPDATE attachment SET doubtful=1 WHERE company=:company AND state='waiting'", self._with()
        )

    def remake(self, one: Delivery) -> None:
        """Replace the document of a delivery that is not in the books: mapped anew from the till.

        Call within `together()`; `covers` are the receipts to account for anew, `gives` what other deliveries get
        of it. Nothing happens when it is not waiting any more. One of a ledger that lost its memory is not
        sent but looked up.
        """
        document = encode(one.document)
        touched = self.database.execute(
            "UPDATE delivery SET document=:document, vat=:vat, problem=:problem, total=:total, route=:route,"
            " kind=:kind, business_date=:business_date, attempts=attempts+:tried, external_id='', external_number='',"
            " state=CASE WHEN changed=0 AND :state='pending' THEN 'unknown' ELSE :state END,"
            " changed=CASE WHEN changed=0 THEN 0 ELSE :now END"
            " WHERE company=:company AND reference=:reference AND state IN ('pending', 'rejected')",
            self._with(
                reference=one.reference,
                document=document,
                vat=vat_of(document),
                problem=encode(one.problem),
                state=one.state.value,
                total=one.total,
                route=one.route,
                kind=one.kind.value,
                business_date=one.business_date.isoformat(),
                tried=int(one.state is State.REJECTED),
                now=self.now(),
            ),
        )
        if touched:
            self.database.execute(
                "DELETE FROM covered WHERE company=:company AND reference=:reference",
                self._with(reference=one.reference),
            )
            self._cover(one)
            self.intend(one.gives)

    # --- by hand ---------------------------------------------------------------------------------------------

    def set_by_hand(
        self, reference: str, state: State, was: Collection[State], *, who: str, act: str, note: str
    ) -> bool:
        """A person's decision, with its line in the history. False when it has left the states in `was`."""
        with self.together():
            if not self._settle(reference, state, was, problem=None):
                return False
            self.remember(who, act, reference, note)
        return True

    def replace(self, old: Delivery, new: Delivery, who: str, note: str) -> bool:
        """Send again under a new reference: the receipts move over (or to what it `gives`), the old one stays as
        *replaced*."""
        with self.together():
            if not self._settle(old.reference, State.REPLACED, (State.SENT, State.MANUAL), problem=None):
                return False
            self.intend([msgspec.structs.replace(new, covers=())])
            self.database.execute(
                "UPDATE covered SET reference=:new WHERE company=:company AND reference=:old",
                self._with(new=new.reference, old=old.reference),
            )
            for cover in (cover for other in new.gives for cover in other.covers):
                self.database.execute(
                    "DELETE FROM covered WHERE company=:company AND reference=:new AND what=:what AND till=:till"
                    " AND number=:number",
                    self._with(new=new.reference, what=cover.what, till=cover.till, number=cover.number),
                )
            self.intend(new.gives)
            self.remember(who, "resend", new.reference, note)
        return True

    def remember(self, who: str, act: str, reference: str, note: str) -> None:
        """A line in the append-only history."""
        self.database.execute(
            "INSERT INTO history (company, at, who, act, reference, note)"
            " VALUES (:company, :at, :who, :act, :reference, :note)",
            self._with(at=self.now(), who=who, act=act, reference=reference, note=note),
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

    def in_state(
        self,
        *states: State,
        limit: int = 500,
        route: str | None = None,
        unit: Unit | None = None,
        kinds: Collection[DocumentKind] = frozenset(DocumentKind),
    ) -> list[Delivery]:
        """Deliveries in these states: the least tried first, so that a stubborn one never blocks the rest.

        Then in the order in which the till made them: a return never goes before its original. `route`: only
        those that are to go this way. `unit`: only those made from that. `kinds`: only documents of these.
        """
        names = {f"state{number}": state.value for number, state in enumerate(states)}
        marks = ",".join(f":{name}" for name in names)
        where = " AND route=:route" if route is not None else ""
        where += " AND unit=:unit" if unit is not None else ""
        if len(kinds) < len(DocumentKind):
            where += " AND kind IN (" + ",".join(f"'{kind.value}'" for kind in DocumentKind if kind in kinds) + ")"
        select = self.database.dialect.first(
            f"SELECT {COLUMNS} FROM delivery WHERE company=:company AND state IN ({marks}){where}"
            " ORDER BY attempts, created, business_date, till, number, reference",
            limit,
        )
        more = ({} if route is None else {"route": route}) | ({} if unit is None else {"unit": unit.value})
        return [delivery(row) for row in self.database.query(select, self._with(**names, **more))]

    def counts(self, first: date = date.min, last: date = date.max) -> dict[State, int]:
        """How many deliveries of some days are on their way, per state. Sent ones are not: there may be a million."""
        rows = self.database.query(
            "SELECT state, COUNT(*) FROM delivery WHERE company=:company"
            " AND state IN ('pending','sending','rejected','unknown')"
            # Written so that the few in these states are looked at, and not all of these days.
            " AND NOT (business_date<:first OR business_date>:last)"
            " GROUP BY state",
            self._with(first=first.isoformat(), last=last.isoformat()),
        )
        return {State(state): count for state, count in rows}

    def on_their_way(self) -> set[str]:
        """The references of what does not stand in the books, without its documents."""
        rows = self.database.query(
            "SELECT reference FROM delivery WHERE company=:company"
            " AND state IN ('pending','sending','rejected','unknown')",
            self._with(),
        )
        return {str(row[0]) for row in rows}

    def get(self, reference: str) -> Delivery:
        """One delivery. Raises S12."""
        rows = self.database.query(
            f"SELECT {COLUMNS} FROM delivery WHERE company=:company AND reference=:reference",
            self._with(reference=reference),
        )
        if not rows:
            raise catalogue.ENTRY_UNKNOWN.error(reference=reference)
        return delivery(rows[0])

    def some(self, references: Sequence[str]) -> list[Delivery]:
        """These deliveries, in the order asked for; those that are not there are left out."""
        names = {f"name{number}": reference for number, reference in enumerate(references)}
        marks = ",".join(f":{name}" for name in names)
        rows = self.database.query(
            f"SELECT {COLUMNS} FROM delivery WHERE company=:company AND reference IN ({marks})", self._with(**names)
        )
        found = {str(row[0]): row for row in rows}
        return [delivery(found[reference]) for reference in references if reference in found]

    def has(self, reference: str) -> bool:
        """Whether there is a delivery of that name."""
        own = self._with(reference=reference)
        return bool(self.database.query("SELECT 1 FROM delivery WHERE company=:company AND reference=:reference", own))

    def called(self, name: str, mark: str) -> str:
        """The reference that a person means: as it is, or without the shop's mark."""
        marked = f"{mark}-{name}"
        rows = self.database.query(
            "SELECT reference FROM delivery WHERE company=:company AND reference IN (:name, :marked)",
            self._with(name=name, marked=marked),
        )
        found = {str(row[0]) for row in rows}
        return marked if name not in found and marked in found else name

    def between(self, first: date, last: date) -> Iterator[Delivery]:
        """Deliveries by business date."""
        rows = self.database.stream(
            f"SELECT {COLUMNS} FROM delivery WHERE company=:company AND business_date BETWEEN :first AND :last"
            " ORDER BY business_date, reference",
            self._with(first=first.isoformat(), last=last.isoformat()),
        )
        return (delivery(row) for row in rows)

    def count_between(self, first: date, last: date) -> int:
        """How many deliveries there are by business date."""
        rows = self.database.query(
            "SELECT COUNT(*) FROM delivery WHERE company=:company AND business_date BETWEEN :first AND :last",
            self._with(first=first.isoformat(), last=last.isoformat()),
        )
        return int(rows[0][0])

    def vat_sent(self, first: date, last: date) -> dict[str, Ore]:
        """Reference -> VAT of what stands in the books for some days."""
        states = ",".join(f"'{state.value}'" for state in DONE)
        rows = self.database.stream(
            "SELECT reference, vat, CASE WHEN vat IS NULL THEN document END FROM delivery WHERE company=:company"
            f" AND business_date BETWEEN :first AND :last AND state IN ({states})",
            self._with(first=first.isoformat(), last=last.isoformat()),
        )
        # A delivery of version 1 has its VAT in the document only.
        return {reference: vat_of(document) if vat is None else vat for reference, vat, document in rows}

    def parts_of_day(self, day: date) -> int:
        """How many deliveries a day has got so far."""
        rows = self.database.query(
            "SELECT MAX(part) FROM delivery WHERE company=:company AND business_date=:day AND unit='day'",
            self._with(day=day.isoformat()),
        )
        return int(rows[0][0] or 0)


def companies_in(database: Database) -> list[str]:
    """The companies that a ledger knows."""
    return [str(row[0]) for row in database.query("SELECT DISTINCT company FROM place ORDER BY company")]

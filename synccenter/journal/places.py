"""What the ledger remembers beside the deliveries: places, awaited numbers, routes and runs. SQL of the ledger."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from synccenter.core.database import Database, Row
from synccenter.journal.delivery import Awaited

if TYPE_CHECKING:
    from synccenter.journal.ledger import Ledger

_TOGETHER = 500
"""Places written in one transaction."""


class Places:
    """For one company; the base of the ledger."""

    def __init__(self, database: Database, company: str, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.company = company
        self._clock = clock

    def now(self) -> float:
        """The clock, as times stand in the ledger: seconds since 1970."""
        return self._clock().timestamp()

    def _with(self, **values: Any) -> dict[str, Any]:
        return {"company": self.company, **values}

    def place(self, name: str) -> str | None:
        """How far something has been read."""
        rows = self.database.query(
            "SELECT value FROM place WHERE company=:company AND name=:name", self._with(name=name)
        )
        return str(rows[0][0]) if rows else None

    def has_read(self, till: str) -> bool:
        """Whether anything of a till has ever been read."""
        return any(self.place(f"{what}:{till}") is not None for what in ("receipt", "z", "cash", "order", "void"))

    def set_place(self, name: str, value: str) -> None:
        """Remember how far something has been read."""
        self.database.upsert("place", ("company", "name"), ("company", "name", "value"), [(self.company, name, value)])

    def forget_places(self, prefix: str) -> None:
        """Start over: the next run reads from the beginning."""
        self.database.execute(
            "DELETE FROM place WHERE company=:company AND name LIKE :prefix", self._with(prefix=f"{prefix}%")
        )

    def forget_place(self, name: str) -> None:
        """Read one thing from its beginning."""
        self.database.execute("DELETE FROM place WHERE company=:company AND name=:name", self._with(name=name))

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
            self._with(system=system, cutover=cutover, since=self.now()),
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
                finished=self.now(),
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


class Kept:
    """Many places at once: those whose names begin with a prefix (what waits for a person, what was agreed on)."""

    def __init__(self, ledger: Ledger, prefix: str) -> None:
        self._ledger = ledger
        self._prefix = prefix

    @property
    def _database(self) -> Database:
        return self._ledger.database

    def all(self, within: str = "") -> dict[str, str]:
        """Every place, or those that begin with `within`, by name without the prefix."""
        begin = f"{self._prefix}{within}"
        rows = self._database.query(
            "SELECT name, value FROM place WHERE company=:company AND name LIKE :begin",
            {"company": self._ledger.company, "begin": f"{begin}%"},
        )
        return {str(name)[len(self._prefix) :]: str(value) for name, value in rows}

    def among(self, names: Sequence[str]) -> dict[str, str]:
        """The places of these names that are there."""
        wanted = {f"{self._prefix}{name}": name for name in names}
        rows = self._database.among("SELECT name, value FROM place", self._ledger.company, "name", sorted(wanted))
        return {wanted[str(name)]: str(value) for name, value in rows if name in wanted}

    def put(self, values: Mapping[str, str]) -> None:
        """Remember these."""
        company = self._ledger.company
        rows = [(company, f"{self._prefix}{name}", value) for name, value in values.items()]
        for start in range(0, len(rows), _TOGETHER):
            with self._ledger.together():
                self._database.upsert(
                    "place", ("company", "name"), ("company", "name", "value"), rows[start : start + _TOGETHER]
                )

    def drop(self, names: Iterable[str]) -> None:
        """Forget these."""
        with self._ledger.together():
            for name in names:
                self._database.execute(
                    "DELETE FROM place WHERE company=:company AND name=:name",
                    {"company": self._ledger.company, "name": f"{self._prefix}{name}"},
                )

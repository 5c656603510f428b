"""Which till owns the sync: a lease in the shared ledger with holder, generation and expiry.

The expiry is judged by the database's clock, never by ours. A holder also watches its own monotonic clock: when
it has been suspended past the expiry it sends nothing more until it has asked whether it is still the holder. The
generation rises with every take-over, so that a holder that comes back is seen in the same statement that marks a
delivery; one that was only slow, and that nobody has taken over from, has lost nothing.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from synccenter.contract import catalogue
from synccenter.core.database import Database


def awake_seconds() -> float:
    """Seconds that only go forward and, unlike time.monotonic on Linux, also count a suspended machine."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


LONGEST = 86_400.0
"""Seconds; no lease is longer (the setting's limit). One that is was taken while the clock stood wrong."""


class Lease:
    """The right to send, for one company. Take it with `acquire`, prove it with `ensure`."""

    def __init__(self, database: Database, company: str, holder: str, seconds: float) -> None:
        self.holder = holder
        self.generation = 0
        self._database = database
        self._company = company
        self._seconds = seconds
        self._until = 0.0
        # A request may run this long after the guard; the lease must outlive it.
        self._margin = min(60.0, seconds / 3)
        self.took_over_from: str | None = None

    def acquire(self) -> None:
        """Take or renew the lease. Raises S01, naming the holder, when another till has it.

        The same holder (this program on this PC, restarted after a crash) gets it back at once, with a new
        generation, so that a left-over of itself can send nothing.
        """
        before = awake_seconds()
        now = self._database.dialect.now_expression
        with self._database.transaction():
            columns = ("company", "holder", "generation", "expires")
            self._database.execute(
                self._database.dialect.insert_missing("lease", ("company",), columns),
                {"company": self._company, "holder": self.holder, "generation": 0, "expires": 0.0},
            )
            row = self._database.query(
                self._database.dialect.locked("lease", "company=:company", f"holder, generation, expires, {now}"),
                {"company": self._company},
            )[0]
            holder, generation, expires, database_now = str(row[0]), int(row[1]), float(row[2]), float(row[3])
            if holder != self.holder and database_now < expires <= database_now + LONGEST:
                until = datetime.fromtimestamp(expires, UTC).astimezone()
                raise catalogue.OTHER_TILL_OWNS.error(holder=holder, until=f"{until:%H:%M:%S}")
            self.took_over_from = holder if holder != self.holder and generation else None
            self.generation = generation + 1
            self._database.execute(
                "UPDATE lease SET holder=:holder, generation=:generation, expires=:expires WHERE company=:company",
                {
                    "holder": self.holder,
                    "generation": self.generation,
                    "expires": database_now + self._seconds,
                    "company": self._company,
                },
            )
        self._until = before + self._seconds

    def claim(self) -> None:
        """Within a transaction: raise S02 when another till has taken over, and let none do so until it ends."""
        dialect = self._database.dialect
        where = "company=:company AND holder=:holder AND generation=:generation"
        parameters = {"company": self._company, "holder": self.holder, "generation": self.generation}
        if not self._database.query(dialect.locked("lease", where, "generation"), parameters):
            raise catalogue.LEASE_LOST.error(holder=self.current_holder())

    def ensure(self) -> None:
        """Raise S02 unless the lease is ours; renews it past half its time, and when it has run out unclaimed."""
        if self._until - awake_seconds() > self._seconds / 2:
            return
        before = awake_seconds()
        renewed = self._database.execute(
            f"UPDATE lease SET expires={self._database.dialect.now_expression}+:seconds"
            " WHERE company=:company AND holder=:holder AND generation=:generation AND expires>0",
            {
                "seconds": self._seconds,
                "company": self._company,
                "holder": self.holder,
                "generation": self.generation,
            },
        )
        if not renewed:
            raise catalogue.LEASE_LOST.error(holder=self.current_holder())
        self._until = before + self._seconds

    def guard(self) -> None:
        """Just before the wire: our own clock says whether the lease outlives a request. No database, no delay."""
        if awake_seconds() + self._margin >= self._until:
            raise catalogue.LEASE_LOST.error(holder=self.current_holder())

    def release(self) -> None:
        """Let another till take over at once."""
        self._database.execute(
            "UPDATE lease SET expires=0 WHERE company=:company AND holder=:holder AND generation=:generation",
            {"company": self._company, "holder": self.holder, "generation": self.generation},
        )
        self._until = 0.0

    def current_holder(self) -> str:
        """Who has the lease now, for the sentence that says so."""
        rows = self._database.query("SELECT holder FROM lease WHERE company=:company", {"company": self._company})
        return str(rows[0][0]) if rows else "–"


def holder_now(database: Database, company: str) -> tuple[str, bool] | None:
    """(holder, whether its lease still runs), for status; None when nobody has ever had it."""
    rows = database.query(
        f"SELECT holder, CASE WHEN expires>{database.dialect.now_expression} THEN 1 ELSE 0 END"
        " FROM lease WHERE company=:company",
        {"company": company},
    )
    return (str(rows[0][0]), bool(rows[0][1])) if rows else None

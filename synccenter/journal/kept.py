"""Many places of the ledger at once: what waits for a person, what was agreed on. A place is a name with a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from synccenter.core.database import Database
from synccenter.journal.ledger import Ledger

_TOGETHER = 500


class Kept:
    """The places whose names begin with a prefix, of one company."""

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

"""A barcode points at the article that is in use. On two in use it never charges the wrong price: it is held.

Who else claims a code is known when the register is through, so contests are settled then. Claims are kept as hashes
of 8 bytes, like the keys that were seen.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from msgspec import Struct

from synccenter.contract.model import Barcode, RegisterRow


class Contest(Struct, frozen=True):
    """A code that several articles in use claim. `owner`: whose it is in the till, "" when nobody's until now."""

    code: str
    owner: str
    claimants: tuple[str, ...]


class Claims:
    """The claims of one fetch."""

    def __init__(self) -> None:
        self._pairs = array("q")
        self._born = array("q")
        self._contested: dict[str, set[str]] = {}

    def page(self, rows: Sequence[RegisterRow]) -> list[RegisterRow]:
        """A page with each code once; a second article on it is a contest."""
        kept: dict[str, Barcode] = {}
        for row in rows:
            assert isinstance(row, Barcode)
            first = kept.setdefault(row.code, row)
            if first.article != row.article:
                self._contested.setdefault(row.code, set()).update((first.article, row.article))
        self._pairs.extend(hash((row.code, row.article)) for row in rows if isinstance(row, Barcode))
        return list(kept.values())

    def fresh(self, row: Barcode) -> None:
        """A code that the till did not have."""
        self._born.append(hash(row.code))

    def contest(self, old: Barcode, new: Barcode) -> None:
        """A code that another article has in the till, or had on an earlier page."""
        self._contested.setdefault(new.code, set()).update((old.article, new.article))

    @property
    def codes(self) -> list[str]:
        """The codes with a contest."""
        return sorted(self._contested)

    def settle(
        self, owners: dict[str, str], in_use: Callable[[set[str]], set[str]], gone: Callable[[str], bool]
    ) -> tuple[dict[str, str], list[Contest]]:
        """(code -> the one article in use that it is to point at, contests for a person).

        `owners`: whose the codes are in the till now. `gone`: whether an owner that did not claim its code in this
        fetch has let go of it.
        """
        wanted = {hash((code, one)) for code, some in self._contested.items() for one in some}
        claimed = wanted.intersection(self._pairs)
        born = {hash(code) for code in self._contested}.intersection(self._born)
        given: dict[str, str] = {}
        left: list[Contest] = []
        for code, some in self._contested.items():
            owner = "" if hash(code) in born else owners.get(code, "")
            claimants = {one for one in some if hash((code, one)) in claimed}
            if owner and owner not in claimants and not gone(owner):
                claimants.add(owner)
            active = in_use(claimants)
            if len(active) > 1:
                left.append(Contest(code, owner, tuple(sorted(active))))
            elif active:
                given[code] = active.pop()
        return given, left

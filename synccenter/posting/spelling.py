"""Payment methods, tills and article groups as a person wrote them in the settings, as the till spells them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, structs

from synccenter.contract.model import ArticleGroup, PaymentMethod, Till
from synccenter.posting.settings import Posting

_COLUMNS = {"method": "methods", "till": "tills", "group": "groups"}
"""Column of a table -> which of the till's registers it names an entry of."""


def spelt(
    section: Posting, tills: Sequence[Till], methods: Sequence[PaymentMethod], groups: Sequence[ArticleGroup]
) -> Posting:
    """The section with every row's method, till and group by the till's own code.

    A code or a name is found however its letters are cased: "Klarna" means KLARNA. What fits nothing, or several,
    stays as it is written.
    """
    registers = {
        "methods": _codes((one.code, one.name) for one in methods),
        "tills": _codes((one.id, one.name) for one in tills),
        "groups": _codes((one.code, one.name) for one in groups),
    }
    tables = {
        name: tuple(_row(row, registers) for row in rows)
        for name, rows in structs.asdict(section).items()
        if isinstance(rows, tuple) and rows and isinstance(rows[0], Struct)
    }
    return structs.replace(section, **tables)


def code_of(written: str, known: Iterable[tuple[str, str]]) -> str:
    """The code of what a person wrote, by `(code, name)`; as it is written when it fits nothing, or several."""
    return _found(written, _codes(known))


def _codes(known: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    """Code or name, without regard to case -> the codes that are called so. A code that is exact always wins."""
    found: dict[str, set[str]] = {}
    for code, name in known:
        for called in {code, name} - {""}:
            found.setdefault(called.strip().casefold(), set()).add(code)
    return found


def _found(written: str, codes: Mapping[str, set[str]]) -> str:
    fitting = codes.get(written.strip().casefold(), set())
    return written if written in fitting or len(fitting) != 1 else next(iter(fitting))


def _row(row: Struct, registers: Mapping[str, Mapping[str, set[str]]]) -> Struct:
    changed = {
        column: _found(getattr(row, column), registers[register])
        for column, register in _COLUMNS.items()
        if hasattr(row, column) and getattr(row, column)
    }
    return structs.replace(row, **changed) if changed else row

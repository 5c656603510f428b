"""What all register files have in common: the table, its columns, and how bad rows are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct, field

from connectors.formats import columns
from connectors.formats.numbers import BadCell, decimal_mark, rounded, yes
from connectors.formats.table import NoHeader, Table
from synccenter.contract.connector import BadRow
from synccenter.contract.model import Percent, Register, RegisterRow

RowT = TypeVar("RowT", bound=RegisterRow)

_SAMPLE = 2000
"""Rows looked at to tell the decimal mark of a column."""

_LONGEST, _LONGEST_NUMBER = 250, 50


class Rules(Struct, frozen=True, kw_only=True):
    """How files of a shop are read. `mapping` is field -> header; `group_vat` is (beginning of group, rate)."""

    delimiter: str = "auto"
    encoding: str = "auto"
    mapping: Mapping[str, str] = field(default_factory=dict)
    default_vat: Percent = 25
    group_vat: tuple[tuple[str, Percent], ...] = ()

    def vat_of_group(self, group: str) -> Percent:
        """The rate of the longest beginning that fits, else the default rate."""
        name = group.casefold()
        fitting = [(len(begins), rate) for begins, rate in self.group_vat if name.startswith(begins.casefold())]
        return max(fitting, default=(0, self.default_vat))[1]


class Content(Struct):
    """What a file gave: rows and bad rows by register. A register that the file has no column for is not there."""

    rows: dict[Register, Sequence[RegisterRow]]
    bad: dict[Register, list[BadRow]] = field(default_factory=dict)


class Reader:
    """Reads one file. `names` are its possible headers; of each group in `needs` one must be there, else `NoHeader`."""

    def __init__(
        self, data: bytes, name: str, names: columns.Names, rules: Rules, needs: Sequence[tuple[str, ...]] = ()
    ) -> None:
        self.name = name
        self.rules = rules
        self.table = Table(
            data, columns.counter(names, rules.mapping), delimiter=rules.delimiter, encoding=rules.encoding
        )
        self.at = columns.find(self.table.headers, names, rules.mapping)
        for alternatives in needs:
            if not any(key in self.at for key in alternatives):
                raise NoHeader(self.table.delimiter.join(self.table.headers)[:80])
        self.lines: dict[str, int] = {}
        self.key = ""
        self.bad: list[BadRow] = []

    def where(self, line: int) -> str:
        """Where a row stands, as a person looks it up."""
        return f"{self.name} rad {line}"

    @property
    def net(self) -> bool:
        """Whether the file's prices are without VAT: only such a column, or one that the settings point out."""
        return "net_price" in self.at and ("price" not in self.at or "net_price" in self.rules.mapping)

    def mark(self, name: str) -> str:
        """The decimal mark of a column."""
        column = self.at.get(name)
        if column is None:
            return ","
        sample = (cells for _, (_, cells) in zip(range(_SAMPLE), self.table.rows(), strict=False))
        return decimal_mark(cells[column] for cells in sample if not isinstance(cells, str))

    def text(self, cells: list[str], name: str) -> str:
        """A cell on one line, "" when the table has no such column. Raises `BadCell` when it is too long."""
        column = self.at.get(name)
        return "" if column is None else self.clean(cells[column], name)

    def clean(self, text: str, name: str) -> str:
        """A cell without blanks around it, line breaks and control characters."""
        text = text.strip()
        if not text.isprintable():
            text = "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
        limit = _LONGEST if name != "number" else _LONGEST_NUMBER
        if len(text) > limit:
            raise BadCell(f"{self.table.headers[self.at[name]]} är längre än {limit} tecken")
        return text

    def number(self, cells: list[str]) -> str:
        """The key of a row, which must be there and be the first of its kind among the rows taken."""
        return self.new_number(self.text(cells, "number"))

    def new_number(self, number: str) -> str:
        """A key that is there and not taken already."""
        if not number:
            raise BadCell(f"{self.table.headers[self.at['number']]} saknas")
        if "+" in number and rounded(number):
            raise BadCell(f"numret ”{number}” är avrundat av ett kalkylprogram; formatera kolumnen som text")
        if number in self.lines:
            raise BadCell(f"numret {number} finns redan på rad {self.lines[number]}")
        self.key = number
        return number

    def each(self, make: Callable[[list[str]], RowT], take: Callable[[RowT, list[str], int], None]) -> None:
        """Make a row of every row of the table and take it; what cannot be made is told with its line."""
        for line, cells in self.table.rows():
            if isinstance(cells, str):
                self.bad.append(BadRow(self.where(line), cells))
                continue
            try:
                row = make(cells)
            except BadCell as bad:
                if any(cell.strip() for cell in cells):  # spreadsheets leave rows of delimiters alone
                    self.bad.append(BadRow(self.where(line), str(bad)))
                continue
            self.lines[self.key] = line
            take(row, cells, line)

    def all(self, make: Callable[[list[str]], RowT]) -> list[RowT]:
        """Every row of the table that can be made."""
        found: list[RowT] = []
        self.each(make, lambda row, _cells, _line: found.append(row))
        return found

    def active(self, cells: list[str]) -> bool:
        """Whether the row is in use: an empty or strange cell does not take it out of use."""
        on, off = self.at.get("active"), self.at.get("inactive")
        if on is not None and yes(cells[on]) is False:
            return False
        return not (off is not None and yes(cells[off]))

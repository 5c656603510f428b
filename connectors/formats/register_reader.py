"""What all register files have in common: the table, its columns, and how bad rows are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct, field

from connectors.formats import columns, file_errors
from connectors.formats.kinds import kind_of
from connectors.formats.mends import Mends, floated
from connectors.formats.numbers import BadCell, failed, points_group, rounded, yes
from connectors.formats.table import Broken, NoHeader, Table
from synccenter.contract.connector import BadRow
from synccenter.contract.model import Percent, Register, RegisterRow

RowT = TypeVar("RowT", bound=RegisterRow)

_SAMPLE = 2000
"""Rows looked at to tell how the numbers of a column are written."""

_LONGEST, _LONGEST_NUMBER = 250, 50
_MONEY = ("price", "net_price", "vat", "deposit", "number")
"""Fields for which it matters which of two columns of one name is taken."""


class Rules(Struct, frozen=True, kw_only=True):
    """How files of a shop are read. `mapping` is field -> header; `group_vat` is (beginning of group, rate).

    `price_vat` says what a price is whose header does not tell: `included`, `excluded`, or `ask`.
    """

    delimiter: str = "auto"
    encoding: str = "auto"
    mapping: Mapping[str, str] = field(default_factory=dict)
    default_vat: Percent = 25
    group_vat: tuple[tuple[str, Percent], ...] = ()
    price_vat: str = "included"

    def vat_of_group(self, group: str) -> Percent:
        """The rate of the longest beginning that fits, else the default rate."""
        name = group.casefold()
        fitting = [(len(begins), rate) for begins, rate in self.group_vat if name.startswith(begins.casefold())]
        return max(fitting, default=(0, self.default_vat))[1]


class Content(Struct):
    """What a file gave: rows and bad rows by register. A register that the file has no column for is not there.

    `notes` are what the file's reading has to tell beside its rows.
    """

    rows: dict[Register, Sequence[RegisterRow]]
    bad: dict[Register, list[BadRow]] = field(default_factory=dict)
    notes: dict[Register, list[str]] = field(default_factory=dict)


class Reader:
    """Reads one file. `names` are its possible headers; of each group in `needs` one must be there, else `NoHeader`.

    Raises FIL20 for a file of another kind, FIL21 when it is not known whether its prices hold VAT, and FIL22 when
    two columns of one name say different things.
    """

    def __init__(
        self, data: bytes, name: str, names: columns.Names, rules: Rules, needs: Sequence[tuple[str, ...]] = ()
    ) -> None:
        if kind := kind_of(data):
            raise file_errors.OTHER_KIND.error(item=name, kind=kind)
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
        self.line = 0
        self.bad: list[BadRow] = []
        self.mends = Mends(name)
        self.notes: list[str] = []
        self.unsaid: dict[str, tuple[int, str]] = {}
        self._look_for_doubles()
        self.net = self._without_vat()
        self.floats = self._through_a_spreadsheet()

    def where(self, line: int) -> str:
        """Where a row stands, as a person looks it up."""
        return f"{self.name} rad {line}"

    def _without_vat(self) -> bool:
        """Whether the file's prices are without VAT: the header says so, or else the settings do."""
        if "net_price" in self.at and ("price" not in self.at or "net_price" in self.rules.mapping):
            return True
        if "price" not in self.at or "price" in self.rules.mapping:
            return False
        header = self.table.headers[self.at["price"]]
        if columns.says_with_vat(header):
            return False
        if self.rules.price_vat == "ask":
            raise file_errors.PRICE_VAT.error(item=self.name, file=self.name, header=header.strip()[:40])
        return self.rules.price_vat == "excluded"

    @property
    def price_field(self) -> str:
        """The field that the price is read from."""
        return "net_price" if self.net and "net_price" in self.at else "price"

    def _look_for_doubles(self) -> None:
        """Two columns of one name: told, and refused when they differ in what matters."""
        for name, column in self.at.items():
            others = columns.doubled(self.table.headers, column)
            if len(others) < 2:
                continue
            header = self.table.headers[column].strip()[:40]
            differ = name in _MONEY and any(len({cells[at].strip() for at in others}) > 1 for cells in self._sample())
            if differ:
                raise file_errors.DOUBLE_HEADER.error(item=self.name, file=self.name, header=header, count=len(others))
            self.notes.append(f"{self.name}: {len(others)} kolumner heter ”{header}”; den första används.")

    def _through_a_spreadsheet(self) -> bool:
        """Whether the numbers of the file were made decimals (`1001.0`) by a spreadsheet."""
        if "number" not in self.at:
            return False
        told = {floated(cells[self.at["number"]].strip()) for cells in self._sample()}
        return True in told and False not in told

    def _sample(self) -> Iterator[list[str]]:
        rows = (cells for _, (_, cells) in zip(range(_SAMPLE), self.table.rows(), strict=False))
        return (cells for cells in rows if isinstance(cells, list))

    def points(self, name: str) -> bool:
        """Whether points set thousands apart in a column; see `points_group`."""
        column = self.at.get(name)
        return column is None or points_group(cells[column] for cells in self._sample())

    def text(self, cells: list[str], name: str) -> str:
        """A cell on one line, "" when the table has no such column. Raises `BadCell` when it is too long."""
        column = self.at.get(name)
        return "" if column is None else self.clean(cells[column], name)

    def clean(self, text: str, name: str) -> str:
        """A cell without blanks around it, line breaks and control characters. Raises `BadCell` for one that is too
        long, or that a spreadsheet had no value for."""
        text = text.strip()
        if failed(text):
            raise BadCell(f"{self.table.headers[self.at[name]].strip()} är ”{text[:20]}”, ett fel i kalkylarket")
        if not text.isprintable():
            text = "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
        limit = _LONGEST if name != "number" else _LONGEST_NUMBER
        if len(text) > limit:
            raise BadCell(f"{self.table.headers[self.at[name]]} är längre än {limit} tecken")
        return text

    def any_number(self, text: str) -> str:
        """An article or customer number, with what a spreadsheet did to it undone. It is the key of the row.

        Raises `BadCell` when it is missing, or rounded for good.
        """
        number = self.clean(text, "number")
        if not number:
            raise BadCell(f"{self.table.headers[self.at['number']].strip()} saknas")
        if not number.isalpha():
            number = self.mends.number(number, self.line, floats=self.floats)
        if "+" in number and rounded(number):
            raise BadCell(f"numret ”{number}” är avrundat av ett kalkylprogram; formatera kolumnen som text")
        self.key = number
        return number

    def number(self, cells: list[str]) -> str:
        """The key of a row, which must be there and be the first of its kind among the rows taken."""
        return self.new_number(cells[self.at["number"]])

    def new_number(self, text: str) -> str:
        """A key that is there and not taken already."""
        number = self.any_number(text)
        if number in self.lines:
            raise BadCell(f"numret {number} finns redan på rad {self.lines[number]}")
        return number

    def each(self, make: Callable[[list[str]], RowT], take: Callable[[RowT, list[str], int], None]) -> None:
        """Make a row of every row of the table and take it; what cannot be made is told with its line and key."""
        for line, cells in self.table.rows():
            self.line, self.key = line, ""
            if isinstance(cells, Broken):
                self.key = cells.first if self.at.get("number") == 0 else ""
                self._tell(cells.why)
                continue
            try:
                row = make(cells)
            except BadCell as bad:
                if any(cell.strip() for cell in cells):  # spreadsheets leave rows of delimiters alone
                    self._tell(str(bad))
                continue
            self.lines[self.key] = line
            take(row, cells, line)

    def _tell(self, why: str) -> None:
        self.bad.append(BadRow(self.where(self.line), why, key=self.key))

    def all(self, make: Callable[[list[str]], RowT]) -> list[RowT]:
        """Every row of the table that can be made."""
        found: list[RowT] = []
        self.each(make, lambda row, _cells, _line: found.append(row))
        return found

    def content(self, register: Register, rows: Sequence[RegisterRow]) -> Content:
        """The file as a register of its own."""
        return Content(
            {register: rows}, {register: self.bad}, {register: self.notes + self.mends.told() + self._unsaid()}
        )

    def active(self, cells: list[str]) -> bool:
        """Whether the row is in use: an empty or strange cell does not take it out; a strange one is told."""
        on, off = self._says(cells, "active"), self._says(cells, "inactive")
        return on is not False and not off

    def _says(self, cells: list[str], name: str) -> bool | None:
        column = self.at.get(name)
        if column is None:
            return None
        said = yes(cells[column])
        if said is None and cells[column].strip():
            self.unsaid.setdefault(name, (self.line, cells[column].strip()))
        return said

    def _unsaid(self) -> list[str]:
        header = {name: self.table.headers[self.at[name]].strip() for name in self.unsaid}
        return [
            f"{self.name}: ”{header[name]}” säger inte alltid ja eller nej, t.ex. rad {line}: ”{text[:40]}”;"
            " de raderna är i bruk."
            for name, (line, text) in self.unsaid.items()
        ]

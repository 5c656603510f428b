"""A small PDF of text and tables: A4, searchable, the same bytes for the same content.

Made by ReportLab with the fonts that every reader of PDF has (Helvetica, ISO 32000-1, 9.6.2.2), so none lies in the
file. They are written in Windows-1252, which holds Swedish; a character outside it is written as its base letter
(`ż` as `z`) or as `?`, never left out silently and never an error. Nothing is compressed and no time is told:
a page is some kilobytes, and whoever makes it again gets the same file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from io import BytesIO

from msgspec import Struct

WIDTH, HEIGHT = 595.28, 841.89
"""A4 in points (ISO 216: 210 x 297 mm)."""

LEFT, RIGHT, TOP, BOTTOM = 48.0, WIDTH - 48.0, HEIGHT - 48.0, 56.0
_REGULAR, _BOLD = "Helvetica", "Helvetica-Bold"
_SIZE, _LEADING = 9.0, 12.5


class Table(Struct, frozen=True):
    """Rows under a heading. `widths` are shares of the page; the columns in `right` are amounts. `total`: the last row
    stands under a line, in bold."""

    heading: str
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    right: frozenset[int] = frozenset()
    labels: Sequence[str] = ()
    total: bool = False


class Sheet(Struct, frozen=True):
    """What begins on a page of its own: a title, lines under it, and tables."""

    title: str
    lines: Sequence[str]
    tables: Sequence[Table]


class _Text(Struct, frozen=True):
    x: float
    y: float
    text: str
    font: str
    size: float


class _Line(Struct, frozen=True):
    y: float


_Page = list[_Text | _Line]


def printable(text: str) -> str:
    """The text in the characters that the page can hold."""
    return "".join(_one(character) for character in unicodedata.normalize("NFC", text))


def _one(character: str) -> str:
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return " " if character.isspace() else ""
    if _fits(character):
        return character
    base = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    return base if base and all(map(_fits, base)) else "?"


def _fits(character: str) -> bool:
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def pdf(title: str, sheets: Sequence[Sheet]) -> bytes:
    """The file."""
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - 60 to 130 ms: only when a page is made

    out = BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=0, lang="sv-SE")
    canvas.setTitle(printable(title))
    canvas.setAuthor("")
    canvas.setCreator("JobOffice Sync Center")
    pages = [(sheet, page) for sheet in sheets for page in _Setter(sheet).pages()]
    for number, (sheet, page) in enumerate(pages, 1):
        for mark in page:
            if isinstance(mark, _Line):
                canvas.setLineWidth(0.5)
                canvas.line(LEFT, mark.y, RIGHT, mark.y)
            else:
                canvas.setFont(mark.font, mark.size)
                canvas.drawString(mark.x, mark.y, mark.text)
        canvas.setFont(_REGULAR, 7.5)
        canvas.drawString(LEFT, 34, _cut(printable(sheet.title), _REGULAR, 7.5, (RIGHT - LEFT) * 0.8))
        canvas.drawRightString(RIGHT, 34, f"Sida {number} av {len(pages)}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Setter:
    """Sets a sheet, line by line, on as many pages as it takes."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._pages: list[_Page] = [[]]
        self._y = TOP

    def pages(self) -> list[_Page]:
        """Where everything stands."""
        self._y -= 16
        self._put(LEFT, self._sheet.title, _BOLD, 16.0, RIGHT - LEFT)
        self._y -= 6
        for line in self._sheet.lines:
            self._feed()
            self._put(LEFT, line, _REGULAR, _SIZE, RIGHT - LEFT)
        for table in self._sheet.tables:
            self._table(table)
        return self._pages

    def _table(self, table: Table) -> None:
        self._need(4 * _LEADING)
        self._y -= 8
        self._feed()
        self._put(LEFT, table.heading, _BOLD, 10.5, RIGHT - LEFT)
        if table.labels:
            self._feed()
            self._row(table, table.labels, _BOLD)
        for number, row in enumerate(table.rows, 1):
            last = table.total and number == len(table.rows)
            self._feed()
            if last:
                self._pages[-1].append(_Line(self._y + _LEADING - 3))
            self._row(table, row, _BOLD if last else _REGULAR)

    def _row(self, table: Table, row: Sequence[str], font: str) -> None:
        x, whole = LEFT, RIGHT - LEFT
        for column, (cell, share) in enumerate(zip(row, table.widths, strict=True)):
            width = share * whole
            text = _cut(printable(cell), font, _SIZE, width - 6)
            right = column in table.right
            self._put(x + width - _width(text, font, _SIZE) if right else x, text, font, _SIZE, width)
            x += width

    def _put(self, x: float, text: str, font: str, size: float, width: float) -> None:
        self._pages[-1].append(
            _Text(round(x, 2), round(self._y, 2), _cut(printable(text), font, size, width), font, size)
        )

    def _feed(self) -> None:
        self._need(_LEADING)
        self._y -= _LEADING

    def _need(self, room: float) -> None:
        if self._y - room < BOTTOM:
            self._pages.append([])
            self._y = TOP


def _width(text: str, font: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth  # noqa: PLC0415 - as above

    return float(stringWidth(text, font, size))


def _cut(text: str, font: str, size: float, width: float) -> str:
    """The text, cut off with an ellipsis where it is too long for its place."""
    if _width(text, font, size) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _width(text[:middle] + "…", font, size) <= width else (low, middle - 1)
    return text[:low].rstrip() + "…"

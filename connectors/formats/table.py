"""CSV tables as shops have them: any usual delimiter and character set, a header somewhere near the top.

A row that cannot be read is named and skipped; the rows after it are read as if it had not been there, also when
its quotation mark was never closed.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from msgspec import Struct

DELIMITERS = (";", "\t", ",", "|")
_DOS = re.compile(rb"[A-Za-z][\x84\x86\x94][A-Za-z]")
_WINDOWS = re.compile(rb"[\xe5\xe4\xf6\xc5\xc4\xd6]")
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_STRAY = re.compile("[\udc80-\udcff\ufffd]")
"""A byte that does not belong to the character set, or a sign that was lost before the file was written."""

_AS_WINDOWS = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
HEADER_WITHIN = 10
"""Titles and dates may stand above the header; it is looked for among so many rows."""

_LONGEST_LINE = 64 * 1024
_LONGEST_KEY = 50
_LONGEST_RECORD = 200
"""A quoted cell may hold line breaks; a record of more lines than this has lost its closing quotation mark."""


class Broken(Struct, frozen=True):
    """A row that cannot be read: the reason in Swedish, and its first cell when it is whole, else ""."""

    why: str
    first: str = ""


Row: TypeAlias = "tuple[int, list[str] | Broken]"
"""A line number, and the cells or what is wrong with the row."""


class NoHeader(ValueError):
    """No row near the top looks like a header; holds what the first row was."""


def encoding_of(data: bytes, wish: str = "auto") -> str:
    """The character set of a table: UTF-16 or UTF-8 by its mark, UTF-8 when valid, else Windows-1252.

    The whole file decides: a stray byte in one of UTF-8 costs its row and does not garble all others. Letters in
    UTF-8 are two bytes that hardly ever stand together in any other character set.

    UTF-16 without its mark shows in every other byte of the first line being NUL. A file without any Windows å, ä
    or ö but with a DOS one between two letters comes from DOS: there Windows has quotation marks and a dagger.
    """
    if wish != "auto":
        return "utf-8-sig" if wish == "utf-8" else wish
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = data[:200]
    if head.count(0) * 3 > len(head) and head.rstrip(b"\0"):
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), 1 << 20):
            decoder.decode(data[start : start + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        letters = _SEQUENCE.findall(data)
        if 2 * len(letters) >= len(_HIGH.findall(data)) - sum(map(len, letters)) and letters:
            return "utf-8-sig"
        return "cp850" if _DOS.search(data) and not _WINDOWS.search(data) else "cp1252"
    return "utf-8-sig"


class Table:
    """A table in memory as bytes; rows are made one at a time.

    `known` tells how many headers of a row mean something; the row and delimiter with the most wins. Raises
    `NoHeader` when none has two.
    """

    def __init__(
        self, data: bytes, known: Callable[[Sequence[str]], int], *, delimiter: str = "auto", encoding: str = "auto"
    ) -> None:
        self._data = data
        self._encoding = encoding_of(data, encoding)
        self._wish = delimiter
        self.delimiter = ""
        self.header_line = 0
        self.headers: list[str] = []
        self._find_header(known)

    def _lines(self) -> Iterator[str]:
        errors = "replace" if self._encoding.startswith("utf-16") else "surrogateescape"
        return io.TextIOWrapper(io.BytesIO(self._data), self._encoding, errors=errors, newline="")

    def _find_header(self, known: Callable[[Sequence[str]], int]) -> None:
        best = (1, 0)  # at least two known headers
        first = ""
        for number, line in enumerate(islice(self._lines(), HEADER_WITHIN), 1):
            text = line.strip("\r\n\ufeff").translate(_AS_WINDOWS)
            first = first or text
            if len(line) > _LONGEST_LINE:
                continue
            for delimiter in DELIMITERS if self._wish == "auto" else (self._wish,):
                headers = next(csv.reader([text], delimiter=delimiter), [])
                if (score := (known(headers), -number)) > best and score[0] > 1:
                    best = score
                    self.delimiter, self.header_line, self.headers = delimiter, number, headers
        if not self.headers:
            raise NoHeader(first[:80])

    def rows(self) -> Iterator[Row]:
        """The rows below the header with their line numbers; empty rows are left out."""
        lines = enumerate(islice(self._lines(), self.header_line, None), self.header_line + 1)
        waiting: deque[tuple[int, str]] = deque()
        delimiter, width = self.delimiter, len(self.headers)
        while True:
            if waiting:
                number, line = waiting.popleft()
            elif (following := next(lines, None)) is not None:
                number, line = following
            else:
                return
            cells: list[str] | Broken
            if '"' in line:
                cells = self._quoted(line, lines, waiting)
            elif "\0" in line or len(line) > _LONGEST_LINE:
                cells = Broken(_unreadable(line), self._first(line))
            else:
                cells = line.rstrip("\r\n").split(delimiter)
            if isinstance(cells, list) and len(cells) != width:
                if not any(cell.strip() for cell in cells):
                    continue
                cells = self._fitted(cells)
            if isinstance(cells, list) and any(not cell.isascii() and _STRAY.search(cell) for cell in cells):
                cells = Broken("ett tecken är trasigt: det hör inte till filens teckenuppsättning", _whole(cells[0]))
            yield number, cells

    def _first(self, line: str) -> str:
        """The first cell of a row whose later ones cannot be told apart; "" when it may not be whole itself."""
        return _whole(line[:_LONGEST_LINE].split(self.delimiter, 1)[0])

    def _fitted(self, cells: list[str]) -> list[str] | Broken:
        """Cells cut or filled to the header when only empty ones, or those of nameless columns, differ."""
        width = len(self.headers)
        if len(cells) < width and not any(header.strip() for header in self.headers[len(cells) :]):
            return cells + [""] * (width - len(cells))
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            return cells[:width]
        how = "för få" if len(cells) < width else "för många"
        return Broken(f"{how} fält: {len(cells)} där rubrikraden har {width}", _whole(cells[0]))

    def _quoted(
        self, line: str, lines: Iterator[tuple[int, str]], waiting: deque[tuple[int, str]]
    ) -> list[str] | Broken:
        """The cells of a row with quotation marks, which may go on over several lines."""
        taken: list[tuple[int, str]] = []
        text = line
        why = "ett citationstecken avslutas aldrig"
        while len(text) <= _LONGEST_LINE and "\0" not in text:
            try:
                cells = next(csv.reader(text.splitlines(keepends=True), delimiter=self.delimiter, strict=True), [])
                return [_unwrapped(cell) for cell in cells] if "=" in text else cells
            except csv.Error as error:
                if "unexpected end" not in str(error):
                    why = "citationstecken som inte hör ihop"
                    break
            following = self._until_quote(lines, waiting, taken)
            if following is None:
                break
            text += following
        else:
            why = _unreadable(text)
        waiting.extendleft(reversed(taken))
        return Broken(why, self._first(line))

    def _until_quote(
        self, lines: Iterator[tuple[int, str]], waiting: deque[tuple[int, str]], taken: list[tuple[int, str]]
    ) -> str | None:
        """The lines up to the next quotation mark; None when the record cannot go on so far.

        A line that is a whole row by itself means that the quotation mark was never meant to span it.
        """
        text, breaks = "", len(self.headers) - 1
        while len(taken) < _LONGEST_RECORD:
            following = waiting.popleft() if waiting else next(lines, None)
            if following is None:
                return None
            taken.append(following)
            line = following[1]
            text += line
            if '"' in line:
                return text
            if breaks > 1 and line.count(self.delimiter) == breaks:
                return None
        return None


def _whole(cell: str) -> str:
    """A cell that can be trusted though its row is broken; "" when it may be broken itself."""
    cell = cell.strip()
    doubtful = '"' in cell or len(cell) > _LONGEST_KEY or not cell.isprintable() or "\ufffd" in cell
    return "" if doubtful else cell


def _unwrapped(cell: str) -> str:
    """`="0012"` -> `0012`: how programs keep Excel from eating zeros."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell


def _unreadable(line: str) -> str:
    if "\0" in line:
        return "raden innehåller tecknet NUL"
    return f"raden är orimligt lång ({len(line)} tecken)"

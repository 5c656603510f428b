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

DELIMITERS = (";", "\t", ",", "|")
_DOS = re.compile(rb"[A-Za-z][\x84\x86\x94][A-Za-z]")
_WINDOWS = re.compile(rb"[\xe5\xe4\xf6\xc5\xc4\xd6]")
HEADER_WITHIN = 10
"""Titles and dates may stand above the header; it is looked for among so many rows."""

_LONGEST_LINE = 64 * 1024
_LONGEST_RECORD = 200
"""A quoted cell may hold line breaks; a record of more lines than this has lost its closing quotation mark."""

Row: TypeAlias = "tuple[int, list[str] | str]"
"""A line number, and the cells or (for a row that cannot be read) the reason in Swedish."""


class NoHeader(ValueError):
    """No row near the top looks like a header; holds what the first row was."""


def encoding_of(data: bytes, wish: str = "auto") -> str:
    """The character set of a table: UTF-16 or UTF-8 by its mark, UTF-8 when valid, else Windows-1252.

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
        return io.TextIOWrapper(io.BytesIO(self._data), self._encoding, errors="replace", newline="")

    def _find_header(self, known: Callable[[Sequence[str]], int]) -> None:
        best = (1, 0)  # at least two known headers
        first = ""
        for number, line in enumerate(islice(self._lines(), HEADER_WITHIN), 1):
            text = line.strip("\r\n\ufeff")
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
            if '"' in line:
                cells = self._quoted(line, lines, waiting)
            elif "\0" in line or len(line) > _LONGEST_LINE:
                cells = _unreadable(line)
            else:
                cells = line.rstrip("\r\n").split(delimiter)
            if len(cells) != width and not isinstance(cells, str):
                if not any(cell.strip() for cell in cells):
                    continue
                cells = self._fitted(cells)
            yield number, cells

    def _fitted(self, cells: list[str]) -> list[str] | str:
        """Cells cut or filled to the header when only empty ones, or those of nameless columns, differ."""
        width = len(self.headers)
        if len(cells) < width and not any(header.strip() for header in self.headers[len(cells) :]):
            return cells + [""] * (width - len(cells))
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            return cells[:width]
        how = "för få" if len(cells) < width else "för många"
        return f"{how} fält: {len(cells)} där rubrikraden har {width}"

    def _quoted(self, line: str, lines: Iterator[tuple[int, str]], waiting: deque[tuple[int, str]]) -> list[str] | str:
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
        return why

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


def _unwrapped(cell: str) -> str:
    """`="0012"` -> `0012`: how programs keep Excel from eating zeros."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell


def _unreadable(line: str) -> str:
    if "\0" in line:
        return "raden innehåller tecknet NUL"
    return f"raden är orimligt lång ({len(line)} tecken)"

"""Reads a picture of the screen as a person does: which words stand where. Tesseract does the reading."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
from typing import NamedTuple

from PIL import Image, ImageOps

ENLARGED = 4
"""Screen text is smaller than what Tesseract was taught on."""


class Word(NamedTuple):
    """A word and its box on the screen."""

    text: str
    left: int
    top: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        return self.left + self.width // 2, self.top + self.height // 2


def words(picture: Image.Image, left: int = 0, top: int = 0) -> list[Word]:
    """The words of a picture whose upper left corner lies at `left`, `top` on the screen: dark on light, and light on
    dark, as the main button is."""
    grey = ImageOps.grayscale(picture)
    found = _read(grey, left, top)
    return found + [
        word for word in _read(ImageOps.invert(grey), left, top) if word.text not in {w.text for w in found}
    ]


def _read(picture: Image.Image, left: int, top: int) -> list[Word]:
    large = picture.resize((picture.width * ENLARGED, picture.height * ENLARGED), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    large.save(buffer, "PNG")
    told = subprocess.run(
        ["tesseract", "-", "-", "-l", "swe", "--psm", "11", "tsv"],
        input=buffer.getvalue(), capture_output=True, check=True, env=os.environ | {"OMP_THREAD_LIMIT": "1"},
    ).stdout.decode()  # fmt: skip
    rows = csv.DictReader(io.StringIO(told), delimiter="\t", quoting=csv.QUOTE_NONE)
    found = []
    for row in rows:
        if row["text"] and row["text"].strip():
            x, y, w, h = (int(row[key]) // ENLARGED for key in ("left", "top", "width", "height"))
            found.append(Word(row["text"].strip(), left + x, top + y, w, h))
    return sorted(found, key=lambda word: (word.top // 8, word.left))


def find(phrase: str, among: list[Word]) -> Word | None:
    """The words of a phrase, beside each other on a line, as one word; None when they are not there."""
    wanted = [_plain(part) for part in phrase.split()]
    for first in among:
        line = sorted((word for word in among if abs(word.middle[1] - first.middle[1]) < 8), key=lambda word: word.left)
        start = line.index(first)
        run = line[start : start + len(wanted)]
        if [_plain(word.text) for word in run] == wanted:
            last = run[-1]
            return Word(phrase, first.left, first.top, last.left + last.width - first.left, first.height)
    return None


def text(among: list[Word]) -> str:
    """All words in reading order."""
    return " ".join(word.text for word in among)


def _plain(word: str) -> str:
    return re.sub(r"[^\wåäöÅÄÖ]", "", word).casefold()

"""Reads a picture of the screen as a person does: which words stand where. Tesseract does the reading."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
from typing import NamedTuple, TypeAlias

from PIL import Image, ImageOps

ENLARGED, MUCH_ENLARGED, LARGE = 3, 4, 400_000
"""Screen text is smaller than what Tesseract was taught on. More takes its time: not for pictures of many pixels."""


SPARSE, LINE = "11", "7"
"""Tesseract's page segmentation: words anywhere, and one line."""

Box: TypeAlias = tuple[int, int, int, int]


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
    """The words of a picture whose upper left corner lies at `left`, `top` on the screen."""
    found = _read(ImageOps.grayscale(picture), SPARSE, left, top)
    for box in _coloured(picture):
        button = ImageOps.autocontrast(ImageOps.invert(ImageOps.grayscale(picture.crop(box))))
        found += _read(ImageOps.expand(button, 8, 255), LINE, left + box[0] - 8, top + box[1] - 8)
    return sorted(found, key=lambda word: (word.top // 8, word.left))


def _read(picture: Image.Image, layout: str, left: int, top: int) -> list[Word]:
    times = ENLARGED if picture.width * picture.height > LARGE else MUCH_ENLARGED
    large = picture.resize((picture.width * times, picture.height * times), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    large.save(buffer, "PNG")
    told = subprocess.run(
        ["tesseract", "-", "-", "-l", "swe", "--psm", layout, "tsv"],
        input=buffer.getvalue(), capture_output=True, check=True, env=os.environ | {"OMP_THREAD_LIMIT": "1"},
    ).stdout.decode()  # fmt: skip
    rows = csv.DictReader(io.StringIO(told), delimiter="\t", quoting=csv.QUOTE_NONE)
    found = []
    for row in rows:
        if row["text"] and row["text"].strip():
            x, y, w, h = (int(row[key]) // times for key in ("left", "top", "width", "height"))
            found.append(Word(row["text"].strip(), left + x, top + y, w, h))
    return found


def _coloured(picture: Image.Image) -> list[Box]:
    """Buttons with white text on a strong colour, which Tesseract does not see among dark text on white."""
    mask = picture.convert("HSV").getchannel("S").point([0] * 180 + [255] * 76)
    boxes = [box for rows in _runs(mask, upright=True) for box in _columns(mask, rows)]
    return [box for box in boxes if 40 < box[2] - box[0] < 300 and 20 < box[3] - box[1] < 50]


def _columns(mask: Image.Image, rows: tuple[int, int]) -> list[Box]:
    strip = mask.crop((0, rows[0], mask.width, rows[1]))
    return [(first, rows[0], last, rows[1]) for first, last in _runs(strip, upright=False)]


def _runs(mask: Image.Image, *, upright: bool) -> list[tuple[int, int]]:
    """Where rows (or columns) with something in them begin and end."""
    size = (1, mask.height) if upright else (mask.width, 1)
    profile = mask.reduce((mask.width, 1) if upright else (1, mask.height)).resize(size).tobytes()
    edges = [at for at in range(len(profile) + 1) if (profile[at - 1 : at] > b"\0") != (profile[at : at + 1] > b"\0")]
    return list(zip(edges[::2], edges[1::2], strict=True))


def find(phrase: str, among: list[Word], *, lowest: bool = False) -> Word | None:
    """The words of a phrase, beside each other on a line, as one word; None when they are not there. The uppermost,
    or the lowest."""
    wanted = [_plain(part) for part in phrase.split()]
    for first in reversed(among) if lowest else among:
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

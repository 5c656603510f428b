"""Draws the table of business systems in README.md from the quality scale's data files. A test compares.

python -m tools.make_quality
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from connectors import REGISTRY
from tests.quality.scale import RULES, Status, marks

DOCUMENT = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- quality: python -m tools.make_quality -->\n", "<!-- /quality -->\n"


def table() -> str:
    """The table, and under it the reason for everything in it that is not a yes."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    scale = {name: marks(name) for name in REGISTRY}
    notes: list[str] = []
    yield "| | " + " | ".join(description.title for description in REGISTRY.values()) + " |"
    yield "|---|" + "---|" * len(REGISTRY)
    for rule in RULES:
        cells = []
        for name in REGISTRY:
            mark = scale[name][rule.name]
            if mark.status is Status.DONE:
                cells.append("ja")
                continue
            if mark.reason not in notes:
                notes.append(mark.reason)
            word = "nej" if mark.status is Status.TODO else "–"
            cells.append(f"{word} ({notes.index(mark.reason) + 1})")
        yield f"| {rule.title} | " + " | ".join(cells) + " |"
    yield ""
    yield "; ".join(f"({number}) {note}" for number, note in enumerate(notes, 1)) + "."


def drawn(text: str) -> str:
    """The document with the table as it should be."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}{table()}{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    DOCUMENT.write_text(drawn(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")

"""Writes docs/FEL.md from the catalogue of errors. Run after changing an entry; a test compares.

python -m tools.make_fel
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from connectors import REGISTRY
from synccenter.contract import catalogue
from synccenter.contract.errors import KIND_TEXT, REACH_TEXT, Entry

TARGET = Path(__file__).resolve().parents[1] / "docs" / "FEL.md"

HEAD = """# Felkoder

Varje rad i loggen som börjar med `FEL!` slutar med en kod inom hakparentes. Här står vad den betyder, vem som
brukar rätta den och vad som händer sedan. Orden inom klammer byts mot det kvitto, konto eller värde som det gäller.

Den här filen skrivs av `python -m tools.make_fel` ur programmets egen felkatalog; ändra den inte för hand.
"""


def groups() -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """(heading, entries): the program's own first, then one group per business system."""
    yield "Sync Center", catalogue.entries()
    for description in REGISTRY.values():
        if description.errors:
            yield description.title, tuple(sorted(description.errors, key=lambda entry: entry.code))


def text() -> str:
    """The whole file."""
    parts = [HEAD]
    for heading, found in groups():
        parts.append(f"\n## {heading}\n")
        for entry in found:
            parts.append(f"\n### {entry.code} {entry.title}\n")
            parts.append(f"\n{entry.what}\n" if entry.what else "")
            parts.append(
                f"\n- **Sort:** {KIND_TEXT[entry.kind]}\n- **Gäller:** {REACH_TEXT[entry.reach]}\n"
                f"- **Gör så här:** {entry.fix}\n- **Vem:** {entry.who}\n"
            )
            parts.append(f"- **Sedan:** {entry.then}\n" if entry.then else "")
    return "".join(parts)


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8", newline="\n")

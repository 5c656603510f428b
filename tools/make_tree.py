"""Draws the tree in docs/ARKITEKTUR.md: every file of the program, with the first sentence of its own text.

python -m tools.make_tree
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[1]
DOCUMENT = PROJECT / "docs/ARKITEKTUR.md"
BEGIN, END = "<!-- tree: python -m tools.make_tree -->\n", "<!-- /tree -->\n"


def sentence(path: Path) -> str:
    """The first sentence of a module's text."""
    text = " ".join((ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n\n")[0].split())
    return re.split(r"(?<=[.?!]) (?=[A-Z*`])", text)[0].rstrip(".").replace("|", "\\|")


def rooms() -> list[Path]:
    """The folders that are drawn, downwards as imports go; the connectors last."""
    order = ("ui", "cli", "service", "reports", "run", "check", "truth", "mail", "journal", "till", "posting", "core")
    inside = PROJECT / "synccenter"
    first = [inside, *(inside / name for name in order), inside / "contract", inside / "contract/catalogue"]
    every = sorted({path.parent for path in inside.rglob("*.py")} - set(first))
    systems = sorted({path.parent for path in (PROJECT / "connectors").rglob("*.py")})
    return [*first, *every, *systems]


def tree() -> str:
    """The tree as one table for each room."""
    return "\n".join(line for room in rooms() for line in _of_room(room))


def _of_room(room: Path) -> Iterator[str]:
    folder = room.relative_to(PROJECT).as_posix()
    yield f"\n**`{folder}/`** {sentence(room / '__init__.py')}.\n"
    files = [path for path in sorted(room.glob("*.py")) if path.name != "__init__.py"]
    if files:
        yield "| file | what |"
        yield "|---|---|"
        yield from (f"| `{path.name}` | {sentence(path)} |" for path in files)


def written(document: str) -> str:
    """The document with the tree as it is now."""
    head, _, rest = document.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}{tree()}\n\n{END}{tail}"


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")

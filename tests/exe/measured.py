"""Figures that the tests measured, for a person: build/exe-measured.json and the test's own output."""

from __future__ import annotations

import json
from typing import Any

from tests.exe.desk import PROJECT

FILE = PROJECT / "build" / "exe-measured.json"


def note(name: str, values: Any) -> None:
    """Keep a figure, and print it."""
    FILE.parent.mkdir(exist_ok=True)
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    FILE.write_text(json.dumps(known | {name: values}, indent=2, ensure_ascii=False), encoding="utf-8")
    print(name, values)

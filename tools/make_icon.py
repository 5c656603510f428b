"""Draws icon.ico, each size by itself so that the small ones are sharp. Run from the project's folder."""

from __future__ import annotations

from pathlib import Path

from synccenter.ui.icons import logo

SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
TARGET = Path(__file__).parents[1] / "icon.ico"


def main() -> None:
    """Write the file anew; the same code gives the same picture."""
    largest, *rest = [logo(size) for size in reversed(SIZES)]
    largest.save(TARGET, format="ICO", sizes=[(size, size) for size in SIZES], append_images=rest)


if __name__ == "__main__":
    main()

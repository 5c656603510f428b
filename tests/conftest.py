"""Which tests keep together when they are spread over two processes: those that share one screen or one exe."""

from __future__ import annotations

from pathlib import Path

import pytest

TOGETHER = ("exe", "ui")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = Path(item.path).relative_to(Path(__file__).parent).parts[0]
        if folder in TOGETHER:
            item.add_marker(pytest.mark.xdist_group(folder))

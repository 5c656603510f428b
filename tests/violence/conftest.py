from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import postgres_url
from tests.sync.world import World
from tests.violence.harness import Nursery

__all__ = ["postgres_url"]


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "Åsas butik")

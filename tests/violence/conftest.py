from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import postgres_url
from tests.violence.harness import Nursery

__all__ = ["postgres_url"]


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()

"""Desks are slow to set up, so a module shares one; each test has a program of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.ui.desk import Desk, Program
from tests.ui.seat import Seat

Sit = Callable[[Path], Seat]


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


@pytest.fixture
def sit(desk: Desk) -> Iterator[Sit]:
    """Start the program on a data folder and sit down in front of it."""
    with ExitStack() as after:

        def start(folder: Path) -> Seat:
            program = Program(desk, folder)
            after.callback(program.stop)
            seat = Seat(desk, program)
            after.callback(seat.close)
            seat.icon()
            return seat

        yield start

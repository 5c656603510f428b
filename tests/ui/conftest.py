"""Desks are slow to set up, so a module shares one; each test has a program of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.ui.desk import Desk, Program
from tests.ui.inside import Inside
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


@pytest.fixture(scope="session")
def screen() -> Iterator[Desk]:
    """A screen for windows in the test's own process."""
    made = Desk(tray=False)
    before = {name: os.environ.get(name) for name in ("DISPLAY", "JOBSYNC_KEYCHAIN", "HOME", "XDG_CONFIG_HOME")}
    os.environ |= {name: made.environment[name] for name in ("DISPLAY", "HOME", "XDG_CONFIG_HOME")}
    os.environ["JOBSYNC_KEYCHAIN"] = f"file:{made.folder / 'keychain.json'}"
    yield made
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    made.close()


@pytest.fixture
def inside(screen: Desk) -> Iterator[Callable[[Path], Inside]]:
    """Open the program's windows on a data folder, in this process."""
    with ExitStack() as after:

        def start(folder: Path) -> Inside:
            made = Inside(folder)
            after.callback(made.close)
            return made

        yield start

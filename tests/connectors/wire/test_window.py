"""One limit for all programs of a data folder: `connectors/wire/window.py` under the pacer."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from connectors.wire.limits import Limit, Pacer
from connectors.wire.window import SharedTimes
from tests.places import PROJECT
from tests.worlds.session import NoSettings, Surroundings

SHARED = Limit(5, 10.0, shared="prov")


def given(pacer: Pacer, world: Surroundings, count: int) -> list[float]:
    """When so many requests may go out."""
    times = []
    for _ in range(count):
        pacer.wait_for("")
        times.append(world.clock.now.timestamp())
    return times


def most_within(times: list[float], seconds: float) -> int:
    return max(sum(start <= one < start + seconds for one in times) for start in times)


def test_two_programs_that_take_turns_keep_one_limit(tmp_path: Path) -> None:
    world = Surroundings(tmp_path)
    first, second = (Pacer(world.session(NoSettings()), SHARED) for _ in range(2))
    times = [at for _ in range(6) for pacer in (first, second) for at in given(pacer, world, 2)]
    assert most_within(times, 10.0) <= 5


def test_a_program_that_is_started_again_at_once_remembers(tmp_path: Path) -> None:
    world = Surroundings(tmp_path)
    times = [at for _ in range(4) for at in given(Pacer(world.session(NoSettings()), SHARED), world, 4)]
    assert most_within(times, 10.0) <= 5


def test_without_a_name_each_counts_for_itself(tmp_path: Path) -> None:
    world = Surroundings(tmp_path)
    given(Pacer(world.session(NoSettings()), Limit(5, 10.0)), world, 5)
    given(Pacer(world.session(NoSettings()), Limit(5, 10.0)), world, 5)
    assert not world.cancel.waits
    assert not list(tmp_path.glob("*.pace"))


@pytest.mark.parametrize(
    "content", [b"", b"abc", b"\xff" * 40, b"\0" * 41], ids=["empty", "short", "no numbers", "torn"]
)
def test_a_file_that_makes_no_sense_hinders_nobody(content: bytes, tmp_path: Path) -> None:
    world = Surroundings(tmp_path)
    (tmp_path / "prov.pace").write_bytes(content)
    given(Pacer(world.session(NoSettings()), SHARED), world, 5)
    assert sum(world.cancel.waits) <= 11


def test_a_folder_that_cannot_be_written_in_leaves_each_its_own_count(tmp_path: Path) -> None:
    (tmp_path / "prov.pace").mkdir()
    world = Surroundings(tmp_path)
    times = given(Pacer(world.session(NoSettings()), SHARED), world, 12)
    assert most_within(times, 10.0) <= 5


def test_a_clock_set_back_a_day_between_two_programs_makes_nobody_wait_for_it(tmp_path: Path) -> None:
    world = Surroundings(tmp_path)
    given(Pacer(world.session(NoSettings()), SHARED), world, 5)
    world.clock.later(seconds=-86_400)
    given(Pacer(world.session(NoSettings()), SHARED), world, 1)
    assert not world.cancel.waits


PROGRAM = """
import sys, time
from pathlib import Path
from connectors.wire.window import SharedTimes
times = SharedTimes(Path(sys.argv[1]), 500)
for _ in range(100):
    with times.held() as held:
        held.append(time.time())
"""


def test_real_programs_lose_none_of_each_others_places(tmp_path: Path) -> None:
    path = tmp_path / "prov.pace"
    programs = [subprocess.Popen([sys.executable, "-c", PROGRAM, str(path)], cwd=PROJECT) for _ in range(4)]
    assert [program.wait(60) for program in programs] == [0] * 4
    with SharedTimes(path, 500).held() as held:
        assert len(held) == 400
        assert all(one <= time.time() for one in held)


@pytest.mark.parametrize("limit", [SHARED, Limit(5, 10.0)], ids=["shared", "alone"])
def test_what_arrives_late_is_counted_from_when_it_arrived(limit: Limit, tmp_path: Path) -> None:
    """The first request opens the line, which takes a second: the sixth waits for ten after that."""
    world = Surroundings(tmp_path)
    pacer = Pacer(world.session(NoSettings()), limit)
    arrived = []
    for number in range(12):
        place = pacer.wait_for("")
        world.clock.later(seconds=1.0 if number == 0 else 0.02)
        arrived.append(world.clock.now.timestamp())
        pacer.answered("", place)
    assert most_within(arrived, 10.0) <= 5
    assert arrived[5] - arrived[0] >= 10.0

"""The exe is built once from this very source, and used on one desk with a fresh user."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.exe.desk import EXE, WINE, Desk, windows_path
from tests.places import PROJECT

BUILD = PROJECT / "tools" / "windows" / "build.sh"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these are `exe`. One worker runs them, see tests/conftest.py: they tell one story on one desk."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.exe)
            item.add_marker(pytest.mark.timeout(900))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure tells what was open, and keeps a picture of the screen in build/. The next story gets a new desk."""
    report = yield
    desk = getattr(item, "funcargs", {}).get("desk")
    if report.failed and isinstance(desk, Desk):
        (PROJECT / "build").mkdir(exist_ok=True)
        desk.screen.picture().save(PROJECT / "build" / f"{item.name}.png")
        seen = f"{desk.processes()}\n{desk.screen.frames()}\n{desk.seen()}"
        report.sections.append(("på skärmen", seen))
        desk.spoiled = True
    return report


@pytest.fixture(scope="session")
def exe() -> Path:
    """The exe, made by build.spec through Wine; made anew only when a source has changed. JOBSYNC_EXE names another."""
    if "JOBSYNC_EXE" in os.environ:
        return Path(os.environ["JOBSYNC_EXE"])
    built = subprocess.run([BUILD], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return PROJECT / "dist" / EXE


class Build:
    """A build that goes on beside the tests, behind everything else that the machine has to do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            ["nice", BUILD, folder], env=os.environ | {"JOBSYNC_FOLDER": "1"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def wait(self) -> None:
        """Until it is done."""
        told, _ = self._process.communicate(timeout=800)
        assert self._process.returncode == 0, told


@pytest.fixture(scope="session")
def second_build(exe: Path) -> Iterator[Build]:
    """The same once more, elsewhere, and as a folder too."""
    with tempfile.TemporaryDirectory(dir=WINE) as folder:
        build = Build(Path(folder))
        yield build
        build.wait()


@pytest.fixture(scope="session", autouse=True)
def _early(request: pytest.FixtureRequest) -> None:
    """The second build takes minutes, so it begins before the tests that do not need it."""
    if any("second_build" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("second_build")


@pytest.fixture(scope="session")
def windows_pc() -> Iterator[Desk]:
    """A PC for all stories."""
    found = Desk()
    yield found
    found.close()


@pytest.fixture
def desk(windows_pc: Desk) -> Desk:
    """The PC with nothing of ours on it, whatever the story before left there."""
    windows_pc.clear()
    return windows_pc


@pytest.fixture
def placed(desk: Desk, exe: Path) -> Path:
    """The exe where a shop might put it: a path with blanks and åäö."""
    place = desk.prefix / "drive_c" / "Butiken på Ön" / "Kassa 1 – åäö" / EXE
    shutil.rmtree(place.parent, ignore_errors=True)
    place.parent.mkdir(parents=True)
    shutil.copy(exe, place)
    return place


@pytest.fixture(scope="session")
def demo(windows_pc: Desk, exe: Path) -> Path:
    """The data of the demo company, made by the exe; nothing runs by the clock."""
    windows_pc.clear()
    command = [windows_path(exe), "--data-dir", windows_path(windows_pc.data)]
    told = windows_pc.wine(*command, "--json", "demo", "--no-sync")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["receipts"] == 300
    windows_pc.wine(*command, "settings", "set", "schedule.mode=manual")
    return Path(shutil.copytree(windows_pc.data, windows_pc.folder / "demo"))


@pytest.fixture
def installed(demo: Path, desk: Desk, placed: Path) -> Path:
    """The demo company lies in the user's data."""
    shutil.copytree(demo, desk.data)
    return placed

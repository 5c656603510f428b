"""Which tests keep together when they are spread over processes, and which need the papers beside the project."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.places import SHARED, WITHOUT_PAPERS

pytest_plugins = ["tests.worlds.fixtures"]

TOGETHER = ("exe", "ui")

IN_MEMORY = Path("/dev/shm")
ENOUGH = 3 * 2**30  # bytes; a whole run leaves half a gigabyte


def _spare_the_disk() -> None:
    """Tests' folders lie in memory where there is room and programs may run: half of a run was waiting for fsync.

    A process that is killed loses nothing in either place; what only a power cut could lose is not tried here.
    """
    if hasattr(os, "statvfs") and IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK):
        room = os.statvfs(IN_MEMORY)
        if room.f_bavail * room.f_frsize >= ENOUGH and not room.f_flag & os.ST_NOEXEC:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


_spare_the_disk()

# A machine that does other things besides has slow moments: an example is judged by what comes out, never by when.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


class ByFolder(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """A process takes the whole of such a folder, first, and the other tests one by one.

    Not `--dist loadgroup`: with pytest 9.2 xdist 3.8 reads no groups and says nothing.
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.split("/")[1]
        return folder if folder in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFolder:
    return ByFolder(config, log)


JUDGED_BY_PAPERS = ("tests/connectors/nav/", "tests/connectors/visma/", "tests/connectors/files/test_sie_files.py")
"""Vendors' specifications and other programs' files: not ours to copy, so they lie in ../shared."""


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """A clone that stands alone says what it could not try; where the papers are, nothing is left out."""
    if SHARED.is_dir():
        return
    for item in items:
        if item.nodeid.startswith(JUDGED_BY_PAPERS) or item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason=WITHOUT_PAPERS))

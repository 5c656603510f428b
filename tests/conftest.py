"""Which tests keep together when they are spread over two processes: those that share one screen or one exe."""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["tests.worlds.fixtures"]

TOGETHER = ("exe", "ui")


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

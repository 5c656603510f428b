"""The program's windows in the test's own process, on a virtual screen, without an icon."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from connectors import REGISTRY
from synccenter.service.background import Service
from synccenter.ui.app import App
from tests.ui.worlds import opener


class Inside:
    """The app with everything but the icon; `settle` lets it work."""

    def __init__(self, folder: Path) -> None:
        self.app = App(folder, REGISTRY, opener(folder))
        self.service: Service = self.app.service
        self.root = self.app.root()
        self.root.report_callback_exception = lambda _kind, error, _trace: self.failed.append(error)
        self.failed: list[BaseException] = []
        self.service.start()

    def settle(self, seconds: float = 0.4) -> None:
        """Let windows and threads work for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.root.update()
            time.sleep(0.005)
        assert not self.failed, self.failed

    def until(self, look: Callable[[], Any], what: str = "", seconds: float = 15.0) -> Any:
        end = time.monotonic() + seconds
        while not (answer := look()):
            assert time.monotonic() < end, f"väntade förgäves på {what}"
            self.root.update()
            time.sleep(0.005)
        return answer

    def close(self) -> None:
        self.service.stop()
        self.app.looker().stop(5)
        self.settle(0.05)
        self.root.destroy()
        gc.collect()
        gc.enable()

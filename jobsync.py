"""JobOffice Sync Center: the way in. Hands the registry of business systems to the program."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

CANCELLED = 5
"""The exit code of Ctrl+C (`cli/output.py`), which is not loaded yet when it may be needed."""


def _leave(_number: int, _frame: object) -> None:
    """Ctrl+C while the program is being loaded: nothing has begun, so it ends at once, in words of its own."""
    with suppress(OSError):
        if "--json" in sys.argv:
            os.write(1, b'{"result": "cancelled"}\n')
        os.write(2, b"Avbrutet.\n")
    os._exit(CANCELLED)


if __name__ == "__main__":
    for _one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(_one, _leave)

from connectors import REGISTRY  # noqa: E402 - loading takes a third of a second
from synccenter.cli.main import open_shop, run  # noqa: E402
from synccenter.contract import catalogue  # noqa: E402
from synccenter.core import unpacked, windows  # noqa: E402
from synccenter.core.refusal import problem_of  # noqa: E402


def main() -> int:
    """Run the command line; without a command the icon by the clock starts."""
    windows.give_streams()
    try:
        unpacked.claim(unpacked.own_folder())
        return run(REGISTRY, sys.argv[1:], tray)
    except Exception as error:  # noqa: BLE001 - the border of the program: what nobody below could tell
        windows.say(windows.APP_NAME, problem_of(error).sentence())
        return 1


def tray(folder: Path) -> int:
    """The icon by the clock; the windows' libraries are loaded only here.

    Raises S90 when they are not installed, S91 without a screen.
    """
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        raise catalogue.NO_SCREEN.error()
    try:
        from synccenter.ui.app import start
    except ModuleNotFoundError as error:
        raise catalogue.DESKTOP_MISSING.error(name=error.name, python=Path(sys.executable).name) from error

    threading.Thread(target=unpacked.sweep, args=(unpacked.own_folder(),), name="städning", daemon=True).start()
    return start(folder, REGISTRY, lambda: open_shop(folder, REGISTRY))


if __name__ == "__main__":
    sys.exit(main())

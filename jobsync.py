"""JobOffice Sync Center: the way in. Hands the registry of business systems to the program."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from connectors import REGISTRY
from synccenter.cli.main import open_shop, run
from synccenter.contract import catalogue
from synccenter.core import unpacked, windows
from synccenter.core.refusal import problem_of


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

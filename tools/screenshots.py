"""Pictures of every window, at 100 to 200 %, light and dark, on three screens: `make screenshots` -> screenshots/.

Run without arguments it starts a virtual screen for each look and itself once more on it. Named looks
(`150-dark-1024x768`) take those alone; `--guides` renews the windows of docs/INSTALL.md in docs/bilder/.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.ui.desk import Desk

PROJECT = Path(__file__).parents[1]
TARGET = PROJECT / "screenshots"
GUIDES = "--guides"
SCALES = (100, 125, 150, 200)
SIZES = ((1024, 768), (1366, 768), (1920, 1080))
"""Width and height of the screens; the smallest are for shops, and 200 % is for the large one only."""


def main() -> None:
    """All looks, one after the other."""
    sys.path.insert(0, str(PROJECT))
    from tests.ui.desk import Desk

    TARGET.mkdir(exist_ok=True)
    only = sys.argv[1:]
    if only == [GUIDES]:
        _on_a_desk(Desk(size="1280x900", tray=False), GUIDES)
        return
    looks = [(scale, dark, size) for scale in SCALES for dark in (False, True) for size in SIZES]
    for scale, dark, (wide, high) in looks:
        name = f"{scale}-{'dark' if dark else 'light'}-{wide}x{high}"
        if (only and name not in only) or (scale == 200 and wide < 1920):
            continue
        _on_a_desk(Desk(size=f"{wide}x{high}", dpi=96 * scale // 100, dark=dark, tray=False), name)


def _on_a_desk(desk: Desk, name: str) -> None:
    try:
        command = [sys.executable, "-m", "tools.screenshots", "--on-screen", name]
        environment = desk.environment | {
            "PYTHONPATH": str(PROJECT),
            "JOBSYNC_KEYCHAIN": f"file:{desk.folder / 'keychain.json'}",
        }
        subprocess.run(command, env=environment, cwd=PROJECT, check=True)
    finally:
        desk.close()


def on_screen(name: str) -> None:
    """On a screen: open every window in every state and take its picture."""
    from tests.ui.gallery import Gallery

    started = time.monotonic()
    if name == GUIDES:
        count = Gallery(PROJECT / "docs" / "bilder", "").take_for_the_guides()
    else:
        count = Gallery(TARGET, name).take_all()
    print(f"{name}: {count} bilder, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--on-screen"]:
        on_screen(sys.argv[2])
    else:
        main()
    os._exit(0)

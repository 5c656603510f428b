"""Pictures of every window, at 100 to 200 %, light and dark, on three screens: `make screenshots` -> screenshots/.

Run without arguments it starts a virtual screen for each look and itself once more on it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
TARGET = PROJECT / "screenshots"
SCALES = (100, 125, 150, 200)
SIZES = ((1024, 768), (1366, 768), (1920, 1080))
"""Width and height of the screens; the smallest are for shops, and 200 % is for the large one only."""


def main() -> None:
    """All looks, one after the other."""
    sys.path.insert(0, str(PROJECT))
    from tests.ui.desk import Desk

    TARGET.mkdir(exist_ok=True)
    only = sys.argv[1:]
    looks = [(scale, dark, size) for scale in SCALES for dark in (False, True) for size in SIZES]
    for scale, dark, (wide, high) in looks:
        name = f"{scale}-{'dark' if dark else 'light'}-{wide}x{high}"
        if (only and name not in only) or (scale == 200 and wide < 1920):
            continue
        desk = Desk(size=f"{wide}x{high}", dpi=96 * scale // 100, dark=dark, tray=False)
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
    count = Gallery(TARGET, name).take_all()
    print(f"{name}: {count} bilder, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--on-screen"]:
        on_screen(sys.argv[2])
    else:
        main()
    os._exit(0)

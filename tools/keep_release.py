"""Keeps what a release leaves on a shop's disk: settings, till and ledger of a small demo shop, in tests/releases/.

python -m tools.keep_release        run once for each release; later releases are tested against it
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from synccenter import __version__

ROOT = Path(__file__).parents[1]
FILES = ("settings.toml", "kassa.sqlite", "kassa.sqlite.ledger.sqlite", "journal-finns.txt", "register")
FOLDER = "{folder}"


def main() -> int:
    """Make the shop, keep its files."""
    target = ROOT / "tests" / "releases" / __version__
    target.mkdir()
    with tempfile.TemporaryDirectory() as made:
        command = [sys.executable, "jobsync.py", "--data-dir", made, "demo", "--receipts", "25"]
        subprocess.run(command, cwd=ROOT, check=True)
        for name in FILES:
            found = Path(made) / name
            (shutil.copytree if found.is_dir() else shutil.copy)(found, target / name)
        settings = target / "settings.toml"
        settings.write_text(settings.read_text(encoding="utf-8").replace(made, FOLDER), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

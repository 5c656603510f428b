"""A connector that lives outside this repository holds itself to the suite, as docs/NY-INTEGRATION.md says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.places import PROJECT

FAKES = PROJECT / "tests/worlds/fakes"


def the_guides_test() -> str:
    """The test file that the guide shows."""
    guide = (PROJECT / "docs/NY-INTEGRATION.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(# test_ladan\.py\n.*?)```", guide, re.DOTALL)
    assert len(blocks) == 1
    return str(blocks[0])


def test_the_guides_example_conforms_in_a_folder_of_its_own(tmp_path: Path) -> None:
    shutil.copy(FAKES / "toy.py", tmp_path / "ladan.py")
    system = (FAKES / "toy_system.py").read_text(encoding="utf-8")
    system = system.replace("from tests.worlds.fakes import toy\n", "import ladan as toy\n")
    (tmp_path / "ladan_system.py").write_text(system, encoding="utf-8")
    (tmp_path / "test_ladan.py").write_text(the_guides_test(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "abilities or booked or TOY02"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) >= 10

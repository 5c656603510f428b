"""`jobsync z-report`: a Z report as a page, by command, and beside its SIE file. Tells of `cli/z_report.py`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synccenter.run.evidence import page_name
from tests.pages.test_page import text_of
from tests.worlds.program import started as jobsync


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    assert jobsync(tmp_path, "demo", "--receipts", "12", "--no-sync").returncode == 0
    done = jobsync(tmp_path, "settings", "set", "files.attach_z=true")
    assert done.returncode == 0, done.stderr
    assert jobsync(tmp_path, "sync").returncode == 0
    return tmp_path


def test_the_page_is_written_where_it_is_asked_for_and_lies_beside_the_sie_file(shop: Path) -> None:
    target = shop / "underlag.pdf"
    done = jobsync(shop, "--json", "z-report", "1", "1", "--out", str(target))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["file"] == str(target)
    text = text_of(target.read_bytes())
    assert "Z-rapport 1 kassa 1" in text
    assert "Verifikation" in text
    files = sorted(path.name for path in (shop / "sie").glob("JobOffice *"))
    assert [path.removesuffix(".si") for path in files if path.endswith(".si")] == [
        path.removesuffix(".pdf") for path in files if path.endswith(".pdf")
    ]
    (beside,) = (shop / "sie").glob("JobOffice *1-Z1*.pdf")
    assert beside.read_bytes() == target.read_bytes()


def test_a_z_report_that_is_not_there_is_told_and_no_file_is_written(shop: Path) -> None:
    target = shop / "underlag.pdf"
    done = jobsync(shop, "z-report", "1", "99", "--out", str(target))
    assert done.returncode == 1
    assert "S80" in done.stderr
    assert not target.exists()
    assert jobsync(shop, "z-report", "1", "1", "--out", str(shop / "finns/inte/a.pdf")).returncode != 0


def test_a_file_is_named_after_till_and_number_whatever_the_till_is_called() -> None:
    assert page_name("Kassa 1", 57) == "Z-rapport Kassa 1-57.pdf"
    assert page_name("A/B:*", 1) == "Z-rapport A_B__-1.pdf"

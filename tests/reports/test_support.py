"""The support packet helps support and tells nothing about the customers."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from synccenter.core.masking import Masker
from synccenter.reports import support
from synccenter.reports.support import make_packet
from tests.worlds.clock import Clock
from tests.worlds.logs import make_log


def contents(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as packet:
        assert packet.testzip() is None
        return {name: packet.read(name).decode() for name in packet.namelist()}


def pack(folder: Path, masker: Masker, **texts: str) -> dict[str, str]:
    path = make_packet(
        folder / "skrivbord",
        now=Clock()(),
        log_folders=(folder / "Loggar", folder / "reserv"),
        settings_file=folder / "settings.toml",
        texts=texts,
        masker=masker,
        people=lambda: iter(["Anna Berg", "Åsa", "Bageriet Ölandskringlan AB", "  ", "ANDERSSON"]),
    )
    assert path.name == "Sync Center support 2026-11-24 1430.zip"
    assert [item.name for item in path.parent.iterdir()] == [path.name]
    return contents(path)


def test_everything_support_asks_for_and_nothing_about_people(tmp_path: Path) -> None:
    clock, masker = Clock("2026-11-10 08:00:00"), Masker()
    log = make_log(tmp_path / "Loggar", clock, masker=masker)
    for _ in range(15):
        with log.section("Synkronisera"):
            log.row("Kund 1001 Anna Berg, 070-123 45 67, införd; kvitto K1-7 på 125,00 kr")
            log.debug('{"Name": "Åsa Öberg", "Email": "asa@exempel.se", "OrganisationNumber": "850312-1234"}')
        clock.later(days=1)
    (tmp_path / "Loggar" / "JobOffice 2026-11-24.log").write_text("kassans egen")
    (tmp_path / "settings.toml").write_text('[mail]\nserver = "smtp.se"\npassword = "glömd-här"\n', encoding="utf-8")
    masker.add("hemlig-nyckel-1")
    found = pack(
        tmp_path, masker, **{"kontroll.txt": "hemlig-nyckel-1 ger fel", "journal.txt": "ölandskringlan\nAnderssons"}
    )
    logs = sorted(name for name in found if name.startswith("loggar/"))
    days = [f"2026-11-{day}" for day in range(18, 25)]
    assert logs == [f"loggar/JobOffice Sync Center {day}.log" for day in days] + [
        f"loggar/JobOffice Sync Center Debug {day}.log" for day in days
    ]
    everything = "\n".join(found.values())
    for person in (
        "Anna Berg",
        "Öberg",
        "asa@",
        "850312",
        "070-123",
        "glömd-här",
        "hemlig-nyckel",
        "Andersson",
        "kassans egen",
    ):
        assert person not in everything
    assert "Kund 1001 <kund>, <telefon>, införd; kvitto K1-7 på 125,00 kr" in everything
    assert 'server = "smtp.se"' in found["settings.toml"]
    assert found["journal.txt"] == "ölandskringlan\n<kund>s"
    assert "Sync Center: " in found["versioner.txt"]
    assert "msgspec" in found["versioner.txt"]


def test_without_logs_and_settings_there_is_still_a_packet(tmp_path: Path) -> None:
    assert set(pack(tmp_path, Masker(), fynd="allt bra")) == {"versioner.txt", "fynd"}


def test_logs_written_in_the_spare_folder_go_along(tmp_path: Path) -> None:
    (tmp_path / "Loggar").write_text("i vägen")
    make_log(tmp_path / "Loggar", Clock()).row("rad")
    assert "loggar1/JobOffice Sync Center 2026-11-24.log" in pack(tmp_path, Masker())


def test_of_an_enormous_log_the_end_goes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support, "FILE_LIMIT", 1_000)
    log = make_log(tmp_path / "Loggar", Clock())
    for number in range(200):
        log.row(f"rad {number}")
    text = pack(tmp_path, Masker())["loggar/JobOffice Sync Center 2026-11-24.log"]
    assert text.startswith("14:30:05 rad 1")
    assert text.endswith("rad 199\r\n")
    assert len(text) <= 1_000


def test_a_disk_that_says_no_leaves_no_half_packet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "full")

    monkeypatch.setattr(support, "_versions", full)
    with pytest.raises(OSError, match="full"):
        pack(tmp_path, Masker())
    assert list((tmp_path / "skrivbord").iterdir()) == []

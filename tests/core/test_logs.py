"""The log a cashier reads in the morning.

Tells of `core/dayfile.py`.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.core import logs
from synccenter.core.logs import Log
from synccenter.core.masking import Masker
from tests.worlds.clock import Clock
from tests.worlds.logs import HEADER, make_log, rows_of

PROBLEM = catalogue.NO_PAYMENT_ACCOUNT.problem(item="Kvitto K1-7", method="PRESENT")


def test_a_day_in_the_shop_reads_like_one(tmp_path: Path) -> None:
    clock = Clock()
    log = make_log(tmp_path / "Loggar", clock)
    with log.section("Synkronisera förändringar"):
        log.row("Artiklar: 3 nya, 1 ändrad")
        clock.later(seconds=2)
        log.error(PROBLEM)
        log.warning("Kassa 2 har inte tagit någon Z-rapport i går")
    assert log.path_today().name == "JobOffice Sync Center 2026-11-24.log"
    rows = rows_of(log.path_today())
    assert rows[:7] == [
        "JobOffice Sync Center",
        "Företag:     Demobutiken AB",
        "Butik:       Storgatan 1",
        "Kassa:       KASSA-1",
        "Version:     0.1.0",
        "Integration: Fortnox",
        "",
    ]
    assert rows[7].startswith("---- 2026-11-24 14:30:05 Synkronisera förändringar ----")
    assert rows[8] == "14:30:05 Artiklar: 3 nya, 1 ändrad"
    assert rows[9] == f"FEL! {PROBLEM.sentence()} (14:30:07)"
    assert rows[10] == "OBS! Kassa 2 har inte tagit någon Z-rapport i går (14:30:07)"
    assert len(rows) == 11


def test_notepad_opens_it_correctly(tmp_path: Path) -> None:
    log = make_log(tmp_path, Clock())
    log.row("Åäö")
    content = log.path_today().read_bytes()
    assert content.startswith(b"\xef\xbb\xbfJobOffice Sync Center\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert content.count(b"\xef\xbb\xbf") == 1


def test_the_debug_log_is_a_file_of_its_own_with_the_errors_in_their_context(tmp_path: Path) -> None:
    log = make_log(tmp_path, Clock())
    with log.section("Synkronisera allt"):
        log.row("syns bara i loggen")
        log.debug("GET https://api.example.se/articles -> 200")
        log.error(PROBLEM)
    assert log.debug_path_today().name == "JobOffice Sync Center Debug 2026-11-24.log"
    debug = rows_of(log.debug_path_today())
    assert "14:30:05 GET https://api.example.se/articles -> 200" in debug
    assert any(row.startswith("---- 2026-11-24 14:30:05 Synkronisera allt -") for row in debug)
    assert any(row.startswith("FEL! Kvitto K1-7") for row in debug)
    assert not any("syns bara" in row for row in debug)
    assert not any("GET https" in row for row in rows_of(log.path_today()))


@given(
    data=st.text(max_size=60),
    mark=st.sampled_from(["", "FEL!", "\r\nFEL! ", "\u2028FEL!", "\n\n---- 2026", "\x85OBS!"]),
)
@settings(max_examples=150, deadline=None)
def test_data_can_neither_forge_a_row_nor_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: str, mark: str
) -> None:
    log = make_log(tmp_path_factory.mktemp("logg"), Clock())
    hostile = mark + data + mark + data
    problem = Problem("X1", PROBLEM.kind, hostile, hostile, hostile, hostile, hostile, hostile, hostile)
    with log.section(hostile):
        log.row(hostile)
        log.warning(hostile)
        log.debug(hostile)
        log.error(problem)
    rows = rows_of(log.path_today())
    assert len(rows) == len(HEADER) + 1 + 2 + 3
    assert [row.startswith("FEL!") for row in rows[-3:]] == [False, False, True]
    assert "\r\n".join(rows).count("FEL!") == 1
    assert len(logs.sections(log.path_today().read_text(encoding="utf-8-sig"))) == 2
    assert len(rows_of(log.debug_path_today())) == len(HEADER) + 1 + 2 + 2


def test_a_right_to_left_override_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    log = make_log(tmp_path, Clock())
    log.row("faktura\u202efdp.exe\x1b[2J\x00")
    assert rows_of(log.path_today())[-1] == "14:30:05 faktura\\u202efdp.exe\\u001b[2J\\u0000"


def test_a_lone_surrogate_from_a_bad_database_is_written_as_its_code(tmp_path: Path) -> None:
    log = make_log(tmp_path, Clock())
    log.row("Kaffe \udce5")
    assert rows_of(log.path_today())[-1] == "14:30:05 Kaffe \\udce5"


def test_secrets_never_reach_either_file(tmp_path: Path) -> None:
    masker = Masker()
    masker.add("kaffe-med-mjölk-9")
    log = make_log(tmp_path, Clock(), masker=masker)
    with log.section("lösenord=kaffe-med-mjölk-9"):
        log.row("sa kaffe-med-mjölk-9 till servern")
        log.debug("Authorization: Bearer eyJhbGciOi.eyJzdWIi.c2ln")
        log.error(catalogue.REFUSED_UNKNOWN.problem(host="h", status=400, detail="kaffe-med-mjölk-9"))
    for path in (log.path_today(), log.debug_path_today()):
        text = path.read_text(encoding="utf-8-sig")
        assert "mjölk" not in text
        assert "eyJ" not in text
        assert "***" in text


def test_midnight_in_the_middle_of_a_run_opens_the_new_days_file(tmp_path: Path) -> None:
    clock = Clock("2026-12-31 23:59:59")
    log = make_log(tmp_path, clock)
    with log.section("Synkronisera allt"):
        log.row("före")
        log.debug("före")
        clock.later(seconds=2)
        log.row("efter")
        log.debug("efter")
    assert rows_of(tmp_path / "JobOffice Sync Center 2026-12-31.log")[-1] == "23:59:59 före"
    for name in ("JobOffice Sync Center", "JobOffice Sync Center Debug"):
        rows = rows_of(tmp_path / f"{name} 2027-01-01.log")
        assert rows[1] == "Företag:     Demobutiken AB"
        assert rows[-2].startswith("---- 2027-01-01 00:00:01 Synkronisera allt (fortsättning) -")
        assert rows[-1] == "00:00:01 efter"


def test_the_hour_that_comes_twice_is_told_apart(tmp_path: Path) -> None:
    clock = Clock("2026-10-25 02:59:59")
    log = make_log(tmp_path, clock)
    with log.section("Synkronisera"):
        log.row("sommar")
        clock.later(seconds=1)
        log.row("vinter")
    assert rows_of(log.path_today())[-3:] == [
        "02:59:59 sommar",
        "02:00:00 Klockan är omställd till vintertid.",
        "02:00:00 vinter",
    ]


def test_in_spring_an_hour_is_missing_and_the_log_says_why(tmp_path: Path) -> None:
    clock = Clock("2026-03-29 01:59:59")
    log = make_log(tmp_path, clock)
    log.row("vinter")
    clock.later(seconds=1)
    log.row("sommar")
    assert rows_of(log.path_today())[-2:] == ["03:00:00 Klockan är omställd till sommartid.", "03:00:00 sommar"]


def test_a_folder_removed_under_our_feet_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "Loggar"
    log = make_log(folder, Clock())
    with log.section("Synkronisera"):
        log.row("ett")
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        log.row("två")
    rows = rows_of(log.path_today())
    assert rows[0] == "JobOffice Sync Center"
    assert rows[-1] == "14:30:05 två"
    assert log.trouble is None


def trouble_of(log: Log) -> Problem | None:
    """Asked through a function: mypy remembers a property's earlier answer."""
    return log.trouble


def test_a_folder_that_cannot_be_used_is_told_once_and_taken_up_again(tmp_path: Path) -> None:
    folder = tmp_path / "Loggar"
    folder.write_text("en fil ligger i vägen")
    clock, told = Clock(), list[Problem]()
    log = make_log(folder, clock, told=told)
    for number in range(5):
        log.row(f"rad {number}")
        clock.later(seconds=20)
    assert [problem.code for problem in told] == ["L02"]
    assert trouble_of(log) == told[0]
    spare = rows_of(tmp_path / "reserv" / "JobOffice Sync Center 2026-11-24.log")
    assert log.path_today().parent == tmp_path / "reserv"
    assert sum(row.startswith("FEL! Loggen går inte att skriva") for row in spare) == 1
    assert spare[-1] == "14:31:25 rad 4"

    folder.unlink()
    clock.later(minutes=1)
    log.row("åter")
    assert trouble_of(log) is None
    rows = rows_of(folder / "JobOffice Sync Center 2026-11-24.log")
    assert rows[-2].startswith("OBS! Loggen skrivs här igen.")
    assert rows[-1] == "14:32:45 åter"

    folder.rename(tmp_path / "bort")
    folder.write_text("i vägen igen")
    log.close()
    log.row("igen")
    assert [problem.code for problem in told] == ["L02", "L02"]


def test_nothing_can_be_written_anywhere_and_the_sync_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "Loggar"
    folder.write_text("i vägen")
    (tmp_path / "reserv").write_text("i vägen")
    clock, told = Clock(), list[Problem]()
    log = make_log(folder, clock, told=told)
    with log.section("Synkronisera"):
        log.row("förlorad")
        log.error(PROBLEM)
    assert [problem.code for problem in told] == ["L02"]
    folder.unlink()
    with log.section("Nästa"):
        log.row("skriven")
    assert any("rader kunde inte skrivas alls" in row for row in rows_of(log.path_today()))


def test_a_full_disk_is_told_as_such_and_a_torn_row_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "Loggar"
    clock, told = Clock(), list[Problem]()
    log = make_log(folder, clock, told=told)
    log.row("hel")
    room = 4
    real = os.write

    def write(descriptor: int, content: bytes) -> int:
        nonlocal room
        if Path(f"/proc/self/fd/{descriptor}").readlink().parent != folder:
            return real(descriptor, content)
        if room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken, room = min(room, len(content)), 0
        return real(descriptor, content[:taken])

    monkeypatch.setattr(os, "write", write)
    log.row("avbruten")
    assert [problem.code for problem in told] == ["L01"]
    monkeypatch.undo()
    clock.later(minutes=2)
    log.row("efteråt")
    rows = rows_of(folder / "JobOffice Sync Center 2026-11-24.log")
    assert rows[-4:-2] == ["14:30:05 hel", "14:3"]
    assert rows[-1] == "14:32:05 efteråt"
    assert rows_of(tmp_path / "reserv" / "JobOffice Sync Center 2026-11-24.log")[-1] == "14:30:05 avbruten"


def test_a_really_full_disk(tmp_path: Path) -> None:
    """/dev/full answers every write with ENOSPC, as a full disk does."""
    folder = tmp_path / "Loggar"
    folder.mkdir()
    (folder / "JobOffice Sync Center 2026-11-24.log").symlink_to("/dev/full")
    told = list[Problem]()
    log = make_log(folder, Clock(), told=told)
    log.row("ändå")
    assert [problem.code for problem in told] == ["L01"]
    assert rows_of(log.path_today())[-1] == "14:30:05 ändå"


def test_the_debug_log_stops_at_its_limit_and_says_so_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "DEBUG_LIMIT", 2_000)
    clock = Clock()
    for _ in range(3):  # started three times that day
        log = make_log(tmp_path, clock)
        for number in range(100):
            log.debug(f"rad {number} {'x' * 80}")
        log.close()
    rows = rows_of(log.debug_path_today())
    assert log.debug_path_today().stat().st_size < 2_200
    assert [row for row in rows if "full" in row] == [rows[-1]]
    assert rows[-1].startswith("OBS! Debug-loggen är full för i dag")
    clock.later(days=1)
    log.debug("ny dag")
    assert rows_of(log.debug_path_today())[-1] == "14:30:05 ny dag"


def test_a_huge_answer_is_cut(tmp_path: Path) -> None:
    log = make_log(tmp_path, Clock())
    log.debug("x" * 1_000_000)
    assert rows_of(log.debug_path_today())[-1].endswith("x … (936000 tecken till)")


OTHERS = (
    "JobOffice 2026-01-01.log",
    "JobOffice Sync Center.log",
    "JobOffice Sync Center 2026-01-01.log.bak",
    "JobOffice Sync Center 2026-01-01 kopia.log",
    "JobOffice Sync Center Debug 2026-13-01.log",
    "JobOffice Sync Center 2026-01-٠١.log",
    "xJobOffice Sync Center 2026-01-01.log",
    "joboffice sync center 2026-01-01.log",
)


def test_cleaning_takes_our_own_old_files_and_nothing_else(tmp_path: Path) -> None:
    ours = ("JobOffice Sync Center 2026-01-01.log", "JobOffice Sync Center Debug 2026-08-25.log")
    kept = ("JobOffice Sync Center 2026-08-26.log", "JobOffice Sync Center 2027-01-01.log", *OTHERS)
    for name in ours + kept:
        (tmp_path / name).write_text("rad")
    (tmp_path / "JobOffice Sync Center 2026-02-02.log").mkdir()
    log = make_log(tmp_path, Clock())
    assert log.clean() == 2
    assert {path.name for path in tmp_path.iterdir()} == {*kept, "JobOffice Sync Center 2026-02-02.log"}
    assert log.clean() == 0


@given(
    name=st.from_regex(r"JobOffice( Sync Center)?( Debug)? 20\d\d-\d\d-\d\d\.log", fullmatch=True)
    | st.text("JobOfice 2026-1.log", max_size=30)
)
@settings(max_examples=100, deadline=None)
def test_the_tills_own_logs_survive_every_cleaning(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("logg")
    if name in {"", ".", ".."}:
        return
    (folder / name).write_text("kassans")
    make_log(folder, Clock("2099-01-01 00:00:00")).clean()
    assert (folder / name).exists() or name.startswith("JobOffice Sync Center")


WRITER = """
import sys
from pathlib import Path
from tests.worlds.clock import Clock
from tests.worlds.logs import make_log
log = make_log(Path(sys.argv[1]), Clock())
with log.section("Process " + sys.argv[2]):
    for number in range(2000):
        log.row(f"{sys.argv[2]} {number} " + "åäö" * 20)
"""


def test_two_processes_append_whole_rows_to_one_file(tmp_path: Path) -> None:
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name], env=environment)
        for name in ("A", "B", "C")
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    rows = rows_of(tmp_path / "JobOffice Sync Center 2026-11-24.log")
    assert rows[:6] == ["JobOffice Sync Center", *(f"{label + ':':<13}{value}" for label, value in HEADER.items())]
    for name in "ABC":
        mine = [row for row in rows if row.startswith(f"14:30:05 {name} ")]
        assert mine == [f"14:30:05 {name} {number} " + "åäö" * 20 for number in range(2000)]
    assert len(rows) == 6 + 3 * 2002
    assert list(tmp_path.glob(".*")) == []


def test_a_file_system_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    log = make_log(tmp_path, Clock())
    log.row("rad")
    assert log.trouble is None
    assert rows_of(log.path_today())[-1] == "14:30:05 rad"


def test_old_logs_that_are_in_use_wait_and_do_not_keep_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, free = (tmp_path / f"JobOffice Sync Center 2026-01-0{day}.log" for day in (1, 2))
    for path in (used, free):
        path.write_text("rad")
    log, real = make_log(tmp_path, Clock()), Path.unlink

    def unlink(self: Path, missing_ok: bool = False) -> None:
        if self == used:
            raise PermissionError(errno.EACCES, "används av ett annat program")
        real(self, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", unlink)
        assert log.clean() == 1
    assert (used.exists(), free.exists()) == (True, False)
    assert "2026-01-01.log gick inte att ta bort" in log.debug_path_today().read_text(encoding="utf-8-sig")
    assert log.clean() == 1


def test_many_threads_write_whole_rows(tmp_path: Path) -> None:
    log = make_log(tmp_path, Clock())

    def work(name: str) -> None:
        for number in range(300):
            log.row(f"{name} {number}")

    threads = [threading.Thread(target=work, args=(f"tråd{index}",)) for index in range(4)]
    with log.section("Synkronisera"):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(rows_of(log.path_today())[8:])) == 1200


def test_a_hundred_thousand_rows_do_not_take_the_till_hostage(tmp_path: Path) -> None:
    log = make_log(tmp_path, Clock())
    start = time.process_time()
    with log.section("Synkronisera allt"):
        for number in range(20_000):
            log.row(f"Artikel {number} Kaffe mellanrost 450 g ändrad: pris 59,90 -> 64,90")
    assert time.process_time() - start < 2.0  # 100,000 in 10 s on a slow, busy machine; measured 0.2 s
    assert len(rows_of(log.path_today())) == 20_008


def test_a_section_with_an_error_is_found_again(tmp_path: Path) -> None:
    log = make_log(tmp_path, Clock())
    with log.section("God"):
        log.row("bra")
    with log.section("Dålig"):
        log.error(PROBLEM)
    header, good, bad = logs.sections(log.path_today().read_text(encoding="utf-8-sig"))
    assert header.startswith("JobOffice Sync Center\nFöretag:")
    assert [logs.has_error(piece) for piece in (header, good, bad)] == [False, False, True]

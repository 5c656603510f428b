"""The border of the command line: what the system refuses, Ctrl+C, and how letters are written.

Tells of `cli/border.py`, `cli/main.py`, `core/refusal.py`, `core/cleaning.py`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from connectors import REGISTRY
from synccenter.cli import main
from synccenter.cli.output import Exit
from synccenter.contract import catalogue
from synccenter.core import autostart
from synccenter.core.logs import Log
from synccenter.reports.watch import Watchman
from synccenter.service.instance import CARD, OK, Instance, Question
from tests.places import PROJECT
from tests.ui.worlds import no_tray
from tests.worlds.program import started as jobsync


def run(folder: Path, *words: str) -> int:
    return main.run(REGISTRY, ["--data-dir", str(folder), *words], no_tray)


@pytest.fixture(autouse=True)
def _keychain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBSYNC_KEYCHAIN", f"file:{tmp_path}/valv.json")


# --- what the system refuses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_json", [True, False])
def test_a_data_folder_that_cannot_be_made_is_a_sentence_with_a_code(tmp_path: Path, as_json: bool) -> None:
    (tmp_path / "fil").write_text("ingen mapp")
    words = ["--json", "status"] if as_json else ["status"]
    done = jobsync(tmp_path / "fil" / "butik", *words)
    assert done.returncode == Exit.DIFFERENCE
    assert "[P06]" in done.stderr
    assert "Traceback" not in done.stderr
    if as_json:
        assert json.loads(done.stdout)["error"]["code"] == "P06"


@pytest.mark.parametrize(
    ("number", "code"), [(28, "L01"), (30, "D36"), (13, "D38"), (16, "D37"), (5, "P06")]
)  # no room, read-only, not allowed, busy, broken
def test_whatever_fails_inside_a_command_is_told_and_stands_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int, code: str
) -> None:
    def refuse(*_: object) -> Exit:
        raise OSError(number, os.strerror(number), str(tmp_path / "fil"))

    monkeypatch.setitem(main.COMMANDS, "status", refuse)
    assert run(tmp_path / "butik", "status") == Exit.DIFFERENCE
    assert f"[{code}]" in capsys.readouterr().err
    assert f"[{code}]" in log_of(tmp_path / "butik")


def test_a_bug_of_ours_is_told_too_and_its_trace_is_for_support_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wrong(*_: object) -> Exit:
        raise LookupError("borta")

    monkeypatch.setitem(main.COMMANDS, "status", wrong)
    assert run(tmp_path / "butik", "--json", "status") == Exit.DIFFERENCE
    told = capsys.readouterr()
    assert json.loads(told.out)["error"]["code"] == "S10"
    assert "Traceback" not in told.err
    assert "Traceback" in log_of(tmp_path / "butik", "JobOffice Sync Center Debug 2")


def log_of(folder: Path, name: str = "JobOffice Sync Center 2") -> str:
    return "".join(path.read_text("utf-8-sig") for path in (folder / "Loggar").glob(f"{name}*.log"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="en fil som alltid är full finns bara på Linux")
@pytest.mark.parametrize("words", [["status"], ["--json", "status"], ["sync"]])
def test_an_answer_that_there_is_no_room_for_is_told_on_standard_error(tmp_path: Path, words: list[str]) -> None:
    """And never in a box: a script has nobody who can press its button."""
    assert jobsync(tmp_path / "butik", "demo").returncode == Exit.OK
    command = [sys.executable, str(PROJECT / "jobsync.py"), "--data-dir", str(tmp_path / "butik"), *words]
    with Path("/dev/full").open("w") as nowhere:
        done = subprocess.run(command, stdout=nowhere, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == Exit.DIFFERENCE
    assert done.stderr.startswith("FEL! ")
    assert "[L01]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["sync"], ["sync", "--dry-run"], ["testmail"]])
def test_an_error_stands_in_the_json_and_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    folder = tmp_path / "butik"
    assert run(folder, "demo", "--no-sync") == Exit.OK
    assert run(folder, "settings", "set", "files.folder_out=") == Exit.OK
    capsys.readouterr()
    assert run(folder, "--json", *words) != Exit.OK
    told = capsys.readouterr()
    assert json.loads(told.out)
    code = told.err.strip().rpartition("[")[2].rstrip("]")
    assert told.err.startswith("FEL! ")
    assert code in told.out


@pytest.mark.parametrize(
    "words", ["finns-inte", "status --json", "proof --day 2026-13-45", "sync --finns-inte", "ledger"]
)
def test_a_command_that_is_misspelled_is_json_for_a_script_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(tmp_path, "--json", *words.split())
    told = capsys.readouterr()
    assert ended.value.code == Exit.USAGE
    assert json.loads(told.out)["error"]["code"] == "D65"
    assert "fel:" in told.err


@pytest.mark.parametrize("who", ["mail", "log"])
def test_a_listener_that_fails_takes_neither_the_run_nor_its_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], who: str
) -> None:
    def odd(*_: object, **__: object) -> None:
        raise RuntimeError("en lyssnare som inte orkar")

    assert run(tmp_path, "demo", "--no-sync") == Exit.OK
    capsys.readouterr()
    monkeypatch.setattr(*((Watchman, "after_run", odd) if who == "mail" else (Log, "row", odd)))
    assert run(tmp_path, "--json", "sync") == (Exit.DIFFERENCE if who == "mail" else Exit.OK)
    told = capsys.readouterr()
    assert json.loads(told.out)["sent"] > 0
    assert ("[S10]" in told.err) == (who == "mail")
    monkeypatch.undo()


def test_where_one_stands_may_be_gone(tmp_path: Path) -> None:
    gone = tmp_path / "borta"
    gone.mkdir()
    script = f"rmdir '{gone}'; exec '{sys.executable}' '{PROJECT / 'jobsync.py'}' --json demo"
    done = subprocess.run(["sh", "-c", script], cwd=gone, capture_output=True, text=True, check=False)
    assert done.returncode == Exit.DIFFERENCE
    assert json.loads(done.stdout)["error"]["code"] == "P06"
    assert done.stderr.startswith("FEL! ")


# --- Ctrl+C --------------------------------------------------------------------------------------------------------


def begun(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A command that has said its first word."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    program = [sys.executable, str(PROJECT / "jobsync.py"), "--data-dir", str(folder)]
    process = subprocess.Popen(
        [*program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout
    assert process.stdout.readline()
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_a_sync_in_order(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "butik"
    assert jobsync(folder, "demo", "--no-sync", "--days", "20", "--receipts", "100").returncode == 0
    process = begun(folder, "sync", "--all")
    process.send_signal(number)
    _, told = process.communicate(timeout=120)
    assert process.returncode == Exit.CANCELLED, told
    assert "Avbryter" in told
    assert "Traceback" not in told
    assert "Avbruten" in log_of(folder)
    status = json.loads(jobsync(folder, "--json", "status").stdout)
    assert status["runs"][0]["outcome"] == "cancelled"
    assert not {"sending", "unknown"} & set(status["counts"])
    assert jobsync(folder, "sync", "--all").returncode == Exit.OK


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", sorted(main.COMMANDS))
def test_any_other_command_ends_in_order_too(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    number: signal.Signals,
) -> None:
    before = signal.getsignal(number)

    def interrupted(*_: object) -> Exit:
        os.kill(os.getpid(), number)
        raise AssertionError("it went on")

    monkeypatch.setitem(main.COMMANDS, command, interrupted)
    words = {"settings": "settings show", "z-report": "z-report 1 1", "month": "month 2026-11", "till": "till seen"}
    words |= {"ledger": "ledger list", "identity": "identity show", "registers": "registers held"}
    assert run(tmp_path / "butik", "--json", *words.get(command, command).split()) == Exit.CANCELLED
    assert json.loads(capsys.readouterr().out) == {"result": "cancelled"}
    assert f"Kommandot {command} avbröts." in log_of(tmp_path / "butik")
    assert signal.getsignal(number) == before


_WHILE_LOADING = """
import os, sys
class Asked:
    def find_spec(self, name, *_):
        if name == "synccenter.cli.main":
            os.kill(os.getpid(), {number})
sys.meta_path.insert(0, Asked())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("as_json", [True, False])
def test_ctrl_c_while_the_program_is_being_loaded_has_it_too(
    tmp_path: Path, number: signal.Signals, as_json: bool
) -> None:
    (tmp_path / "sitecustomize.py").write_text(_WHILE_LOADING.format(number=int(number)), encoding="utf-8")
    words = ["--json", "status"] if as_json else ["status"]
    command = [sys.executable, str(PROJECT / "jobsync.py"), "--data-dir", str(tmp_path / "butik"), *words]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=False
    )
    assert (done.returncode, done.stderr) == (Exit.CANCELLED, "Avbrutet.\n")
    assert json.loads(done.stdout or "{}") == ({"result": "cancelled"} if as_json else {})
    assert not (tmp_path / "butik").exists()


# --- letters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "cp850", "cp437", "cp1252", "latin-1", "ascii"])
def test_text_is_written_as_the_console_reads_it_and_json_is_utf_8(tmp_path: Path, encoding: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": encoding}
    command = [sys.executable, str(PROJECT / "jobsync.py"), "--data-dir", str(tmp_path)]

    def said(*words: str) -> bytes:
        return subprocess.run([*command, *words], capture_output=True, env=environment, check=True).stdout

    text = said("settings", "show", "--describe").decode(encoding)
    assert ("Företag" if encoding != "ascii" else "F?retag") in text
    assert "?" not in text.replace("F?retag", "") or encoding == "ascii", "citattecken, streck och punkter har sin like"
    assert "Företag" in said("--json", "support").decode("utf-8") or json.loads(said("--json", "settings", "show"))


# --- the icon by the clock hears of it -----------------------------------------------------------------------------


def test_settings_changed_here_are_used_by_the_icon_at_once(tmp_path: Path) -> None:
    asked: list[Question] = []

    def answer(question: Question) -> bytes:
        asked.append(question)
        return OK

    folder = tmp_path / "butik"
    folder.mkdir()
    icon = Instance(folder, answer)
    try:
        assert run(folder, "settings", "set", "general.log_days=80") == Exit.OK
        assert run(folder, "settings", "secret", "mail.password", "--delete") == Exit.OK
    finally:
        icon.close()
    assert asked == [Question.RELOAD, Question.RELOAD]
    assert "använder de nya inställningarna" in log_of(folder)
    assert not (folder / CARD).exists()


def test_start_with_windows_is_more_than_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert run(tmp_path / "butik", "settings", "set", "general.autostart=true") == Exit.OK
    assert autostart.autostart() is autostart.Autostart.ON
    [entry] = (tmp_path / "config" / "autostart").iterdir()
    assert f'"--data-dir" "{tmp_path / "butik"}"' in entry.read_text(encoding="utf-8")
    (tmp_path / "config" / "autostart").chmod(0o700)
    assert run(tmp_path / "butik", "settings", "set", "general.autostart=false") == Exit.OK
    assert autostart.autostart() is autostart.Autostart.OFF


def test_a_startup_folder_that_may_not_be_written_to_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config").write_text("ingen mapp")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert run(tmp_path / "butik", "settings", "set", "general.autostart=true") == Exit.DIFFERENCE
    assert f"[{catalogue.AUTOSTART_REFUSED.code}]" in capsys.readouterr().err

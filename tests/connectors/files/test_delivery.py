"""A voucher is delivered exactly once, and a look-up is always right, wherever the power goes."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats import bas
from connectors.formats import outbox as outbox_module
from connectors.formats.outbox import Outbox
from connectors.formats.sie_reader import read
from connectors.formats.sie_text import TEXT_LIMIT
from synccenter.contract.disk import write_atomically
from synccenter.contract.errors import ErrorKind, SyncError
from synccenter.contract.model import Order, Posting, Voucher
from synccenter.contract.options import options_of
from synccenter.posting.settings import Posting as PostingSettings
from tests.connectors.files.worlds import NOW, Shop, voucher
from tests.places import PROJECT
from tests.worlds.lookups import booked_in, found_in

NAME = "JobOffice 5563343689 Z-1-17.si"
STEPS = ("pending", "pending written", "archive", "archive written", "guard", "rename", "renamed")


class PowerCut(BaseException):
    """The till PC goes dark: no clean-up that catches errors may run."""


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def refused(shop: Shop, document: Voucher) -> SyncError:
    with pytest.raises(SyncError) as error:
        shop.connector().send(document)
    return error.value


def test_a_voucher_becomes_one_file_that_reads_back(shop: Shop) -> None:
    sent = shop.connector().send(voucher())
    assert (sent.external_id, sent.number) == (NAME, "")
    assert shop.delivered() == [NAME]
    content = read((shop.out / NAME).read_bytes())
    assert (content.company, content.org_number, content.sie_type) == ("Kåbe & Söner AB", "556334-3689", "4I")
    assert [(row.account, row.amount) for row in content.vouchers[0].transactions] == [(1910, 12500), (3001, -12500)]
    assert (shop.out / ".jobsync/arkiv" / NAME).read_bytes() == (shop.out / NAME).read_bytes()
    assert not list((shop.out / ".jobsync/pending").iterdir())


def test_sending_again_delivers_nothing_more(shop: Shop) -> None:
    shop.connector().send(voucher())
    (shop.out / NAME).unlink()  # the receiver has read it and moved it away
    assert shop.connector().send(voucher()).external_id == NAME
    assert shop.delivered() == []


def test_the_series_and_account_names_come_from_settings_and_chart(shop: Shop) -> None:
    chart = shop.root / "plan.se"
    chart.write_text(
        '#FLAGGA 0\n#PROGRAM X 1\n#FORMAT PC8\n#GEN 20260101\n#SIETYP 1\n#FNAMN X\n#RAR 0 20260101 20261231\n'
        '#KONTO 1910 "Kassa"\n#KONTO 4010 "Inköp"\n', encoding="cp437"
    )  # fmt: skip
    plain = Voucher("A", NOW.date(), "x", (Posting(1910, 100), Posting(3001, -100)))
    shop.connector(chart_file=str(chart), series="K").send(plain)
    text = (shop.out / "JobOffice 5563343689 A.si").read_text(encoding="cp437")
    assert '#KONTO 1910 "Kassa"' in text
    assert "4010" not in text
    assert '#VER "K" "" 20261124 "x"' in text
    assert '#KONTO 3001 "Försäljning inom Sverige, 25 % moms"' in text  # the chart lacks it, so the receiver adds it


def test_without_a_chart_the_accounts_of_our_defaults_have_their_names_in_bas(shop: Shop) -> None:
    """SIE 4B, section 6: used accounts should be declared; then the receiver need not have them beforehand."""
    for option in options_of(PostingSettings):
        for number in re.findall(r"\b[1-9]\d{3}\b", str(option.default)):
            assert int(number) in bas.NAMES, option.name
            assert len(bas.NAMES[int(number)]) <= TEXT_LIMIT
    own = Voucher("A", NOW.date(), "x", (Posting(1686, 100), Posting(3041, -100)))
    shop.connector().send(own)
    declared = re.findall(r"#KONTO .*", (shop.out / "JobOffice 5563343689 A.si").read_text(encoding="cp437"))
    assert declared == ['#KONTO 1686 "Fordringar för kontokort och kuponger"', '#KONTO 3041 "Konto 3041"']


def cut(monkeypatch: pytest.MonkeyPatch, shop: Shop, step: str) -> None:
    """Let the power go just before (or just after) a step."""
    writes = {"pending": 0, "archive": 1}
    done: list[Path] = []

    def write(path: Path, content: bytes, *, shared: bool = False) -> None:
        if writes.get(step) == len(done):
            raise PowerCut
        write_atomically(path, content, shared=shared)
        done.append(path)
        if step.endswith("written") and writes[step.split(maxsplit=1)[0]] == len(done) - 1:
            raise PowerCut

    original = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if step == "rename":
            raise PowerCut
        result = original(self, target)
        if step == "renamed":
            raise PowerCut
        return result

    def guard() -> None:
        if step == "guard":
            raise PowerCut

    monkeypatch.setattr(outbox_module, "write_atomically", write)
    monkeypatch.setattr(Path, "rename", rename)
    shop.guard = guard


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("receiver", ["waits", "marks", "takes away"])
def test_a_power_cut_at_any_step_neither_loses_nor_doubles(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str, receiver: str
) -> None:
    with monkeypatch.context() as patch:
        cut(patch, shop, step)
        with pytest.raises(PowerCut):
            shop.connector().send(voucher())
    shop.guard = lambda: None
    imported = len(shop.delivered())
    assert imported == (1 if step == "renamed" else 0)
    if imported and receiver == "marks":
        (shop.out / NAME).write_bytes((shop.out / NAME).read_bytes().replace(b"#FLAGGA 0", b"#FLAGGA 1"))
    elif imported and receiver == "takes away":
        (shop.out / NAME).unlink()
    found = found_in(shop.connector(), voucher())
    assert (found is not None) == (step == "renamed")
    shop.connector().send(voucher())
    expected = 0 if step == "renamed" and receiver == "takes away" else 1
    assert len(shop.delivered()) == expected
    proof = booked_in(shop.connector(), voucher(), NAME)
    assert proof is not None
    assert [(posting.account, posting.amount) for posting in proof.postings] == [(1910, 12500), (3001, -12500)]


KILLED = """
import os, sys
from pathlib import Path
from tests.connectors.files.worlds import Shop, voucher
from tests.connectors.files import test_delivery
class Kill:
    def setattr(self, where, name, value): setattr(where, name, value)
class Gone(BaseException):
    def __init__(self): os._exit(9)
test_delivery.PowerCut = Gone
shop = Shop(Path(sys.argv[1]))
test_delivery.cut(Kill(), shop, sys.argv[2])
shop.connector().send(voucher())
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_process_neither_loses_nor_doubles(shop: Shop, step: str) -> None:
    project = PROJECT
    command = [sys.executable, "-c", KILLED, str(shop.root), step]
    ended = subprocess.run(command, cwd=project, env=os.environ | {"PYTHONPATH": str(project)}, check=False, timeout=60)
    assert ended.returncode == 9
    found = found_in(shop.connector(), voucher())
    assert (found is not None) == (step == "renamed")
    shop.connector().send(voucher())
    assert shop.delivered() == [NAME]
    assert len(read((shop.out / NAME).read_bytes()).vouchers) == 1


@pytest.mark.parametrize("call", [1, 2])
def test_a_full_disk_delivers_nothing_and_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    calls: list[int] = []

    def full(_handle: int) -> None:
        calls.append(1)
        if len(calls) >= call * 2 - 1:  # one fsync for the file, one for its folder
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        error = refused(shop, voucher())
    assert (error.problem.code, error.uncertain) == ("L01", False)
    assert error.problem.item == "Z-1-17"
    assert shop.delivered() == []
    assert found_in(shop.connector(), voucher()) is None
    shop.connector().send(voucher())
    assert shop.delivered() == [NAME]


@pytest.mark.parametrize(
    ("number", "windows", "code"), [(errno.EROFS, 0, "D36"), (errno.EACCES, 19, "D36"), (errno.EACCES, 32, "D37")]
)
def test_a_folder_that_is_read_only_or_held_is_called_so(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, number: int, windows: int, code: str
) -> None:
    def refuses(_: int) -> None:
        error = OSError(number, os.strerror(number))
        error.winerror = windows  # type: ignore[attr-defined, unused-ignore]
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuses)
        assert refused(shop, voucher()).problem.code == code
    shop.connector().send(voucher())
    assert shop.delivered() == [NAME]


def test_a_rename_that_fails_is_uncertain_and_the_look_up_knows(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_self: Path, _target: Path) -> Path:
        raise OSError(errno.ENETDOWN, os.strerror(errno.ENETDOWN))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", failing)
        error = refused(shop, voucher())
    assert (error.problem.code, error.uncertain) == ("FIL12", True)
    assert found_in(shop.connector(), voucher()) is None


def test_a_lost_lease_stops_before_the_last_step(shop: Shop) -> None:
    def lost() -> None:
        raise RuntimeError("another till owns the sync")

    shop.guard = lost
    with pytest.raises(RuntimeError):
        shop.connector().send(voucher())
    assert shop.delivered() == []
    assert found_in(shop.connector(), voucher()) is None


def test_a_foreign_file_is_never_overwritten(shop: Shop) -> None:
    target = shop.out / NAME
    target.write_bytes(b"n\xe5got annat")
    error = refused(shop, voucher())
    assert (error.problem.code, error.uncertain) == ("FIL06", False)
    assert error.problem.kind is ErrorKind.FIX_IN_BUSINESS_SYSTEM
    assert target.read_bytes() == b"n\xe5got annat"
    assert found_in(shop.connector(), voucher()) is None
    target.unlink()
    shop.connector().send(voucher())
    assert shop.delivered() == [NAME]


def test_a_file_that_appears_at_the_last_moment_is_not_overwritten(shop: Shop) -> None:
    def in_between() -> None:
        (shop.out / NAME).write_text("kom emellan")

    shop.guard = in_between
    assert refused(shop, voucher()).problem.code == "FIL06"
    assert (shop.out / NAME).read_text() == "kom emellan"


def test_our_own_file_is_known_again_when_only_the_archive_is_lost(shop: Shop) -> None:
    shop.connector().send(voucher())
    (shop.out / ".jobsync/arkiv" / NAME).unlink()
    shop.connector().send(voucher())
    assert shop.delivered() == [NAME]
    assert booked_in(shop.connector(), voucher(), NAME) is not None


def test_other_amounts_under_a_delivered_reference_are_refused(shop: Shop) -> None:
    shop.connector().send(voucher())
    error = refused(shop, voucher(amount=12600))
    assert error.problem.code == "FIL11"
    assert read((shop.out / NAME).read_bytes()).vouchers[0].transactions[0].amount == 12500


def test_a_flag_set_by_the_receiver_is_seen_and_respected(shop: Shop) -> None:
    connector = shop.connector()
    connector.send(voucher())
    waiting = booked_in(connector, voucher(), NAME)
    assert waiting is not None
    assert (waiting.taken, waiting.date) == (False, NOW.date())
    marked = (shop.out / NAME).read_bytes().replace(b"#FLAGGA 0", b"#FLAGGA 1")
    (shop.out / NAME).write_bytes(marked)
    read_in = booked_in(connector, voucher(), NAME)
    assert read_in is not None
    assert read_in.taken
    connector.send(voucher())
    assert (shop.out / NAME).read_bytes() == marked
    (shop.out / NAME).unlink()
    gone = booked_in(connector, voucher(), NAME)
    assert gone is not None
    assert gone.taken
    assert booked_in(connector, voucher("Z-1-18"), "JobOffice 5563343689 Z-1-18.si") is None


def test_a_folder_that_is_away_is_never_taken_for_not_delivered(shop: Shop) -> None:
    shop.connector().send(voucher())
    shop.out.rename(shop.root / "borta")
    problem = refused(shop, voucher()).problem
    assert (problem.code, problem.kind) == ("FIL01", ErrorKind.RETRY)
    with pytest.raises(SyncError):
        found_in(shop.connector(), voucher())
    with pytest.raises(SyncError):
        booked_in(shop.connector(), voucher(), NAME)


def test_no_right_to_write_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_path: Path, _content: bytes, **_more: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(outbox_module, "write_atomically", denied)
    error = refused(shop, voucher())
    assert (error.problem.code, error.problem.kind) == ("FIL13", ErrorKind.FIX_IN_SETTINGS)
    assert error.problem.passes, "the folder is shut for all vouchers, so this one waits"


def test_a_file_that_the_disk_changed_is_not_delivered(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "write_atomically", lambda path, content, **_: path.write_bytes(content[:-9]))
    assert refused(shop, voucher()).problem.code == "FIL10"
    assert shop.delivered() == []
    assert found_in(shop.connector(), voucher()) is None


def test_cancel_and_missing_settings(shop: Shop) -> None:
    with pytest.raises(SyncError) as error:
        shop.connector(folder_out="").send(voucher())
    assert error.value.problem.code == "FIL07"
    with pytest.raises(SyncError) as error:
        shop.connector().send(Order("1", 1, NOW, "", ()))
    assert error.value.problem.code == "S10"
    shop.cancel.set()
    assert refused(shop, voucher()).problem.code == "S06"
    assert shop.delivered() == []


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("Z-1-17", "JobOffice 5563343689 Z-1-17.si"),
        ("2026-11-24", "JobOffice 5563343689 2026-11-24.si"),
        ("DAG 2026-11-24", "JobOffice 5563343689 DAG 2026-11-24.si"),
    ],
)
def test_plain_references_are_the_file_name(reference: str, name: str, tmp_path: Path) -> None:
    assert Outbox(tmp_path, "556334-3689").name(reference) == name


@pytest.mark.parametrize(
    "written", ["556334-3689", "5563343689", "165563343689", "SE556334368901", "SE 556334-3689 01"]
)
def test_a_company_is_the_same_however_its_number_is_written(written: str, tmp_path: Path) -> None:
    assert Outbox(tmp_path, written).name("1-Z1") == "JobOffice 5563343689 1-Z1.si"
    old = tmp_path / ".jobsync" / "arkiv" / "JobOffice 556334368901 1-Z1.si"
    old.parent.mkdir(parents=True)
    old.touch()  # delivered by a version that named files by the number as it was written
    assert Outbox(tmp_path, written).name("1-Z2") == "JobOffice 556334368901 1-Z2.si"


def test_companies_without_a_number_do_not_share_names(tmp_path: Path) -> None:
    names = {Outbox(tmp_path, "", company).name("1-Z1") for company in ("Åkes Livs", "Ekes Livs", "")}
    assert len(names) == 3
    assert all(name.startswith("JobOffice ") and name.endswith(" 1-Z1.si") for name in names)


@given(st.text(max_size=200), st.text(max_size=200))
def test_two_references_never_share_a_name_and_every_name_is_safe(one: str, two: str) -> None:
    box = Outbox(Path("ut"), "556334-3689")
    first, second = box.name(one), box.name(two)
    assert (first.casefold() == second.casefold()) == (one == two)
    assert all(sign.isalnum() or sign in " ._~-" for sign in first)
    assert first.isascii()
    assert len(first) < 130

"""The main job against a living Fortnox, by the real program in processes of its own and the real clock: sign in, sync,
sync again, proof; two programs at once with one sign-in; and one limit for all of them."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from connectors.wire.oauth import Token
from synccenter.core.secrets import FileVault, Keychain
from tests.connectors.fortnox import rig as company
from tests.connectors.fortnox.rig import FortnoxRig
from tests.worlds.clock import Clock
from tests.worlds.fakes.fortnox import AT_MOST, CLIENT, CLIENT_SECRET
from tests.worlds.program import command, jobsync, sign_in, surroundings
from tests.worlds.session import Surroundings, free_port


class RealClock(Clock):
    """The time of this computer."""

    def __init__(self) -> None:
        super().__init__(datetime.now(UTC))

    def __call__(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[FortnoxRig]:
    """A company that fits the demo's day, by the real clock."""
    world = Surroundings(tmp_path)
    world.server_clock = RealClock()
    made = FortnoxRig(world)
    made.fortnox.locked_to = None
    for number in (1911, 1912, 1913, 1914, 1919, 2429, 2829, 2890, 3790, 3999):
        company.add_account(made.fortnox, number)
    yield made
    made.close()
    assert not made.complaints()


def shop(rig: FortnoxRig, folder: Path, account: str) -> None:
    """The demo's shop, set up for Fortnox and signed in."""
    jobsync(folder, "demo", "--no-sync", "--receipts", "24")
    pairs = {
        "integration.system": "fortnox",
        "safety.cutover": "2026-11-02",
        "fortnox.api_address": rig.fortnox.address,
        "fortnox.identity_address": rig.fortnox.address,
        "fortnox.client_id": CLIENT,
        "fortnox.account": account,
        "fortnox.redirect": f"http://localhost:{free_port()}/callback",
    }
    jobsync(folder, "settings", "set", *(f"{name}={value}" for name, value in pairs.items()))
    jobsync(folder, "settings", "secret", "fortnox.client_secret", stdin=CLIENT_SECRET)
    sign_in(folder)


def totals(rig: FortnoxRig) -> Counter[int]:
    """Account -> öre in the books."""
    sums: Counter[int] = Counter()
    for voucher in rig.fortnox.rows["vouchers"]:
        for row in voucher["VoucherRows"]:
            sums[row["Account"]] += round(row["Debit"] * 100) - round(row["Credit"] * 100)
    return sums


def test_a_day_reaches_the_books_once_with_its_z_reports_and_is_proven(rig: FortnoxRig, tmp_path: Path) -> None:
    """Seven programs one after the other, without a pause between them, never go past the vendor's limit."""
    folder = tmp_path / "butik"
    rig.fortnox.company["OrganizationNumber"] = "556677-8899"
    shop(rig, folder, "service")
    assert "Inloggad i Fortnox hos Hörnans Livs AB" in jobsync(folder, "check")
    jobsync(folder, "sync", "--all")
    assert len(rig.fortnox.rows["vouchers"]) == 2, "two tills, one day"
    assert sum(totals(rig).values()) == 0
    assert len(rig.fortnox.connections) == 2
    assert not rig.fortnox.inbox
    assert all(one["data"].startswith(b"%PDF-") for one in rig.fortnox.archive.values())
    posted = rig.fortnox.count("POST", "/3/")
    assert "Inget nytt" in jobsync(folder, "sync")
    assert rig.fortnox.count("POST", "/3/") == posted
    assert "Varje öre är förklarad." in jobsync(folder, "proof", "--month", "2026-11")
    assert rig.fortnox.highest <= AT_MOST
    assert rig.fortnox.refused_for_pace == 0
    log = "".join(path.read_text(encoding="utf-8-sig") for path in (folder / "Loggar").glob("*.log"))
    for secret in (CLIENT_SECRET, *rig.fortnox.access, *rig.fortnox.refresh):
        assert secret not in log
    assert "FEL!" not in log


def kept(folder: Path) -> Keychain:
    return Keychain(f"JobOffice Sync Center {folder.resolve()}", FileVault(folder / "valv.json"))


def test_two_programs_at_once_use_a_single_use_refresh_token_once(rig: FortnoxRig, tmp_path: Path) -> None:
    """Used twice it would sign the shop out. What is kept afterwards is the newest, and it still works."""
    folder = tmp_path / "butik"
    shop(rig, folder, "person")
    old = msgspec.json.decode(kept(folder).get("fortnox.token") or "", type=Token)
    for token in rig.fortnox.access:
        rig.fortnox.access[token] = datetime.now(UTC) - timedelta(minutes=1)
    before = rig.fortnox.count("POST", "/oauth-v1/token")
    programs = [
        subprocess.Popen(
            command(folder, "--json", "check"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=surroundings(folder)
        )
        for _ in range(3)
    ]
    said = [program.communicate(timeout=120) for program in programs]
    assert [program.returncode for program in programs] == [0, 0, 0], said
    assert rig.fortnox.count("POST", "/oauth-v1/token") - before == 1
    new = msgspec.json.decode(kept(folder).get("fortnox.token") or "", type=Token)
    assert new.refresh != old.refresh
    assert rig.fortnox.refresh == {new.refresh} | (rig.fortnox.refresh - {old.refresh})
    assert rig.fortnox.refused_for_pace == 0
    jobsync(folder, "check")

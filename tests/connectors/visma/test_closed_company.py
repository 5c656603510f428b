"""eEkonomi's licence has ended while receipts wait: asked once a run, told once, nothing put aside, all sent after."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.visma_eekonomi import DESCRIPTION
from tests.connectors.visma.rig import VismaRig
from tests.connectors.visma.test_main_job import stock_up, two_days_of_company
from tests.worlds.fakes.visma import CLIENT, CLIENT_SECRET
from tests.worlds.program import command, jobsync, sign_in, surroundings
from tests.worlds.session import free_port


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[VismaRig]:
    yield from two_days_of_company(tmp_path)


def sync(folder: Path) -> tuple[int, str]:
    """(exit code, what it said)."""
    done = subprocess.run(
        command(folder, "sync"), capture_output=True, text=True, encoding="utf-8", check=False, env=surroundings(folder)
    )
    return done.returncode, done.stdout + done.stderr


def standing(folder: Path) -> str:
    """What `jobsync status` tells while the company is closed: as red as the run was."""
    words = command(folder, "--json", "status")
    done = subprocess.run(
        words, capture_output=True, text=True, encoding="utf-8", check=False, env=surroundings(folder)
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


def test_a_hundred_receipts_wait_for_one_question_a_run(rig: VismaRig, tmp_path: Path) -> None:
    folder, name = tmp_path / "butik", DESCRIPTION.name
    jobsync(folder, "demo", "--no-sync", "--days", "1", "--receipts", "6")
    stock_up(rig, folder)
    jobsync(
        folder,
        "settings",
        "set",
        f"integration.system={name}",
        "safety.cutover=2026-11-02",
        "posting.unit=receipt",
        f"{name}.environment=custom",
        f"{name}.api_address={rig.visma.address}/v2",
        f"{name}.identity_address={rig.visma.address}",
        f"{name}.client_id={CLIENT}",
        f"{name}.redirect=http://localhost:{free_port()}/callback",
    )
    jobsync(folder, "settings", "secret", f"{name}.client_secret", stdin=CLIENT_SECRET)
    sign_in(folder)
    jobsync(folder, "sync")  # a good first day: after it the ledger knows what it has sent
    jobsync(folder, "demo", "--no-sync", "--days", "1", "--receipts", "100")
    stock_up(rig, folder)
    before = rig.visma.count("POST", "/v2/")

    rig.visma.closed = True
    for run in (1, 2):
        rig.world.server_clock.later(seconds=600)
        code, said = sync(folder)
        assert code == 1, said
        assert rig.visma.count("POST", "/v2/") - before == run
        assert said.count("[V404]") == 1
        ((state, count),) = json.loads(standing(folder))["counts"].items()
        assert state == "pending", "nothing is put aside"
        assert count > 99

    rig.visma.closed = False
    rig.world.server_clock.later(seconds=600)
    code, said = sync(folder)
    assert code == 0, said
    assert "FEL!" not in said
    vouchers = [row["VoucherText"] for row in rig.visma.rows["vouchers"].values()]
    assert len(set(vouchers)) == len(vouchers) > 90, "each once"
    assert json.loads(jobsync(folder, "--json", "status"))["counts"] == {}

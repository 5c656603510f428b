"""`jobsync sign-in`: whose books it was, and B23 with exit code 3 when they are another company's."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from synccenter.cli import signing_in
from synccenter.cli.output import Exit
from synccenter.contract.connector import CompanyFacts
from synccenter.core.logs import Log
from synccenter.core.masking import Masker
from tests.worlds.books import Facts
from tests.worlds.small_shop import World


@pytest.mark.parametrize(
    ("picked", "exit_code", "words"),
    [
        (CompanyFacts("Demobutiken AB", "556677-8899"), Exit.OK, "Inloggad i Minnessystemet hos Demobutiken AB"),
        (CompanyFacts("Grannen AB", "559999-0001"), Exit.DIFFERENCE, "[B23]"),
    ],
    ids=["ours", "neighbour"],
)
def test_the_company_that_was_picked_is_compared(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    picked: CompanyFacts,
    exit_code: Exit,
    words: str,
) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _address: True)
    world = World(tmp_path)
    world.trade(receipts=1)
    world.books.facts = Facts(picks=[picked])
    shop = world.shop()
    log = Log(tmp_path / "Loggar", tmp_path / "Loggar", dict, clock=shop.clock, keep_days=9, masker=Masker())
    arguments = argparse.Namespace(out=False, paste=False, json=False)
    assert signing_in.sign_in(shop, log, arguments) is exit_code
    assert words in capsys.readouterr().out
    assert words in log.path_today().read_text("utf-8"), "and in the log"
    shop.close()
    log.close()

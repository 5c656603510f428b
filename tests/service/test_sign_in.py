"""The sign-in window tells whose books it was, and compares them with the till's: the wrong company is easily picked.

Tells of `service/trial.py`.
"""

from __future__ import annotations

from pathlib import Path
from queue import Queue

import pytest

from synccenter.contract.connector import CompanyFacts
from synccenter.contract.errors import SyncError
from synccenter.core.logs import Log
from synccenter.core.masking import Masker
from synccenter.service import trial
from synccenter.service.trial import Typed
from tests.worlds.books import Facts
from tests.worlds.small_shop import World

OURS = CompanyFacts("Demobutiken AB", "556677-8899")
NEIGHBOUR = CompanyFacts("Grannen AB", "559999-0001")


def signed_in(folder: Path, *picks: CompanyFacts) -> tuple[str, list[str]]:
    """What the window says, and the addresses that the browser was given."""
    world = World(folder)
    world.trade(receipts=1)
    world.books.facts = Facts(picks=list(picks))
    shop, pages = world.shop(), list[str]()
    try:
        return trial.sign_in(shop, Typed({}, {}), pages.append, Queue()), pages
    finally:
        shop.close()


def test_the_company_that_was_picked_is_named(tmp_path: Path) -> None:
    assert signed_in(tmp_path, OURS) == ("Demobutiken AB", ["https://bokforing.example/sign-in"])


def test_another_company_than_the_tills_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SyncError) as caught:
        signed_in(tmp_path, NEIGHBOUR)
    problem = caught.value.problem
    assert problem.code == "B23"
    assert "Grannen AB (559999-0001)" in problem.what
    assert "Demobutiken AB" in problem.what


def test_numbers_that_differ_in_form_only_are_the_same_company(tmp_path: Path) -> None:
    assert signed_in(tmp_path, CompanyFacts("Demobutiken AB", "SE556677889901"))[0] == "Demobutiken AB"


def test_a_system_without_sign_in_says_so(tmp_path: Path) -> None:
    with pytest.raises(SyncError) as caught:
        signed_in(tmp_path)
    assert caught.value.problem.code == "I07"


def test_who_signs_out_is_signed_out_and_the_log_says_so(tmp_path: Path) -> None:
    world = World(tmp_path / "butik")
    world.trade(receipts=1)
    world.books.facts = Facts(picks=[OURS], company=OURS)
    shop = world.shop()
    log = Log(tmp_path, tmp_path, dict, clock=shop.clock, keep_days=90, masker=Masker())
    trial.sign_out(shop, log, Typed({}, {}))
    log.close()
    shop.close()
    assert not world.books.facts.company.name
    assert "Utloggad ur" in "".join(path.read_text("utf-8-sig") for path in tmp_path.glob("*.log"))

"""What a step of the guide asked for is looked at before one goes on: its own part of the check, and nothing else.

Tells of `check/steps.py`.
"""

from __future__ import annotations

import pytest

from synccenter.check.steps import STEPS, problems_of
from synccenter.contract.model import Account
from synccenter.ui.settings_layout import STEPS as SHOWN
from tests.worlds.fixtures import Open
from tests.worlds.street import Store


@pytest.fixture
def store(shop: Open) -> Store:
    one = shop()
    one.trade()
    one.facts.accounts = [Account(number, "Konto") for number in range(1000, 9000)]
    return one


def codes(store: Store, step: str) -> list[str]:
    opened = store.shop()
    try:
        return [problem.code for problem in problems_of(opened, step)]
    finally:
        opened.close()


def test_the_steps_are_those_of_the_guide() -> None:
    assert list(STEPS) == list(SHOWN)


def test_a_shop_in_order_passes_every_step(store: Store) -> None:
    assert {step: codes(store, step) for step in STEPS} == {step: [] for step in STEPS}


@pytest.mark.parametrize(
    ("setting", "step", "code"),
    [
        ("general.till_database=/ingen/kassa.sqlite", "Kassan", "D01"),
        ("general.company=9", "Kassan", "I09"),
        ("posting.sales=[]", "Konton", "B02"),
        ("posting.card_account=9999", "Konton", "B10"),
        ("mail.server=", "Schema", "E02"),
        ("safety.cutover=", "Startdatum", "I04"),
        ("posting.target=invoice", "Startdatum", "I06"),
    ],
)
def test_what_is_wrong_stops_its_own_step(store: Store, setting: str, step: str, code: str) -> None:
    store.settings(setting)
    assert code in codes(store, step)

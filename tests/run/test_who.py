"""A person's answers about who is who (`run/who.py`): every remedy names one, and each does what its command does."""

from __future__ import annotations

import pytest

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.run.who import Answer, Who, answer_to
from tests.journal.test_identity import rename_till
from tests.worlds.small_shop import World

REMEDIES = {
    catalogue.COMPANY_RENAMED.problem(name="B", new="2", old="Bolag 1"): Answer("company-renamed", "Bolag 1"),
    catalogue.OTHER_COMPANY.problem(new="B", old="A"): Answer("company-corrected"),
    catalogue.TILL_RENAMED.problem(old="Kassa 1", new="01"): Answer("till-renamed", "Kassa 1", "01"),
    catalogue.TILL_GONE.problem(till="Kassa 2", left=""): Answer("till-closed", "Kassa 2"),
    catalogue.TILL_ANEW.problem(till="1", last=5, first=1): Answer("till-new", "1"),
    catalogue.TILL_RESTORED.problem(till="1", what="", kept=3, first=4): Answer("till-new", "1"),
}


@pytest.mark.parametrize(("problem", "answer"), REMEDIES.items(), ids=lambda one: getattr(one, "code", ""))
def test_the_answer_is_the_one_that_the_remedy_names(problem: Problem, answer: Answer) -> None:
    assert answer_to(problem) == answer


def test_other_errors_ask_nobody_who_he_is() -> None:
    assert answer_to(catalogue.UNEXPECTED.problem()) is None
    assert answer_to(catalogue.TILL_UNKNOWN.problem(till="9", known="1")) is None, "to show is no answer"


def test_a_renamed_till_goes_on_when_it_was_answered(world: World) -> None:
    world.trade()
    world.run()
    rename_till(world, "1", "01")
    problem = next(one for one in world.run().problems if one.code == "T03")
    answer = answer_to(problem)
    assert answer == Answer("till-renamed", "1", "01")
    shop = world.shop()
    assert "01" in Who(shop).say(answer)
    with pytest.raises(SyncError, match="T09"):
        Who(shop).say(answer)
    shop.close()
    assert world.run().result == "ok"
    assert world.books.doubled() == []

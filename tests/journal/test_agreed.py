"""journal/agreed.py: customers are merged three ways; a field that one side alone has changed survives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from synccenter.contract.model import Customer
from synccenter.journal.agreed import CALLED, FIELDS, base_of, changed_here, merged

ANNA = Customer("1", "Anna", "", "Storgatan 1", "12345", "Umeå", "a@b.se", "070", "A")
TEXTS = [name for name in FIELDS if name != "active"]


@given(st.sets(st.sampled_from(TEXTS)), st.sets(st.sampled_from(TEXTS)))
def test_each_field_is_as_the_one_who_changed_it_has_it(at_the_till: set[str], there: set[str]) -> None:
    ours = replace(ANNA, **dict.fromkeys(at_the_till, "kassan"))
    theirs = replace(ANNA, **dict.fromkeys(there, "affärssystemet"))
    found, both = merged(theirs, ours, base_of(ANNA))
    assert set(both) == at_the_till & there
    for name in TEXTS:
        right = "affärssystemet" if name in there else "kassan" if name in at_the_till else getattr(ANNA, name)
        assert getattr(found, name) == right


@given(st.sets(st.sampled_from(TEXTS)))
def test_only_what_the_till_has_changed_goes_up(at_the_till: set[str]) -> None:
    sent = changed_here(replace(ANNA, **dict.fromkeys(at_the_till, "kassan")), base_of(ANNA))
    assert {name for name in TEXTS if getattr(sent, name)} == at_the_till
    assert sent.number == "1"


def test_a_customer_that_was_never_fetched_goes_up_whole() -> None:
    assert changed_here(ANNA, None) == ANNA


def test_both_may_say_the_same() -> None:
    new = replace(ANNA, phone="071", active=False)
    assert merged(new, new, base_of(ANNA)) == (new, [])
    assert merged(ANNA, replace(ANNA, active=False), base_of(ANNA))[0].active is False


@pytest.mark.parametrize("told", [True, 1])
def test_what_a_database_calls_true_is_no_change_at_the_till(told: bool) -> None:
    there = replace(ANNA, active=False)
    assert merged(there, replace(ANNA, active=told), base_of(ANNA)) == (there, [])


def test_each_field_has_its_name_and_its_place_in_the_base() -> None:
    assert set(CALLED) == set(FIELDS)
    assert len(base_of(ANNA)) == 8 * len(FIELDS)
    assert "Anna" not in base_of(ANNA), "the ledger holds no second copy of anybody"

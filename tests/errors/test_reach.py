"""Every error says how far it reaches, and problems are one problem by one key."""

from __future__ import annotations

import re
import string

import msgspec
import pytest

from connectors import REGISTRY
from synccenter.contract import catalogue
from synccenter.contract.errors import REACH_TEXT, Entry, ErrorKind, Problem, Reach
from tests.places import PROJECT

ENTRIES = (*catalogue.entries(), *(entry for one in REGISTRY.values() for entry in one.errors))

SOURCE = "".join(
    path.read_text("utf-8") for room in ("synccenter", "connectors") for path in sorted((PROJECT / room).rglob("*.py"))
)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_every_entry_declares_how_far_it_reaches_and_what_makes_another_cause(entry: Entry) -> None:
    assert isinstance(entry.reach, Reach)
    texts = entry.title + entry.what + entry.fix + entry.then
    known = {name for _, name, _, _ in string.Formatter().parse(texts) if name}
    for name in entry.cause:
        assert re.search(rf"\b{name}=|\"{name}\":", SOURCE), (
            "a cause that is no text of the entry is handed over somewhere"
        )
    values = dict.fromkeys(known | set(entry.cause), "x")
    first = entry.problem(**values, item="Kvitto 1-1", detail="a")
    again = entry.problem(**values, item="Kvitto 1-2", detail="b")
    assert first.cause == again.cause, "the receipt and the other program's words are no cause"
    for name in entry.cause:
        assert entry.problem(**values | {name: "y"}).cause != first.cause


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_what_is_waited_for_or_signed_in_for_is_never_one_documents_fault(entry: Entry) -> None:
    if entry.kind in {ErrorKind.WAIT, ErrorKind.SIGN_IN, ErrorKind.NOTHING}:
        assert entry.reach is not Reach.ONE
    if entry.reach is Reach.NOBODY:
        assert entry.kind in {ErrorKind.RETRY, ErrorKind.WAIT, ErrorKind.NOTHING}, "nobody's fault: nobody acts"


def test_each_reach_has_its_words() -> None:
    assert REACH_TEXT.keys() == set(Reach)


def test_another_till_and_a_cancelled_run_need_nobody_but_no_contact_is_told() -> None:
    assert catalogue.OTHER_TILL_OWNS.problem(holder="K2", until="12:00").needs_nobody
    assert catalogue.CANCELLED.problem().needs_nobody
    assert not catalogue.NO_NETWORK.problem(host="x").needs_nobody


def test_a_problem_that_an_earlier_version_wrote_down_can_be_read() -> None:
    old = dict.fromkeys(("code", "title", "what", "fix", "who", "then", "item", "detail"), "x")
    found = msgspec.json.decode(msgspec.json.encode(old | {"kind": "retry"}), type=Problem)
    assert (found.reach, found.cause) == (Reach.ONE, "x")


def test_a_problem_is_written_down_with_its_reach_and_cause() -> None:
    problem = catalogue.NO_PAYMENT_ACCOUNT.problem(item="Kvitto 1-17", method="PRESENT")
    assert msgspec.json.decode(msgspec.json.encode(problem), type=Problem) == problem
    assert problem.cause == "B01|PRESENT"

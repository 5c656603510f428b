"""What the format does not say is asked once for each make, waits only where it must, and is taken to the next shop.

Tells of `tillfiles/questions.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from synccenter.contract.errors import SyncError
from synccenter.tillfiles.questions import Answer
from tests.tillfiles.conftest import Counter
from tests.worlds.journal_file import DAY, JournalFile


def with_text(text: str, make: str = "Exempelkassa") -> JournalFile:
    file = JournalFile(make=make)
    file.registers = {"K1": (f"SN-{make}", f"CU-{make}")}
    file.receipt(1, [("Kaffe", "125.00", 25)], [(text, "125.00")], z=12)
    file.z(12, "125.00", {25: "25.00"}, [(text, "125.00")], receipts=1)
    file.receipt(2, [("Kaffe", "125.00", 25)], [("Kort", "125.00")], z=13)
    file.z(13, "125.00", {25: "25.00"}, [("Kort", "125.00")], receipts=1, at=f"{DAY}T20:00:00")
    return file


def test_the_z_report_with_the_question_waits_and_the_others_go_on(counter: Counter) -> None:
    counter.read(with_text("Nets"))
    released = counter.release()
    assert released.count == 1
    [problem] = released.problems
    assert problem.code == "J09"
    assert "”Nets”" in problem.what
    counter.book.answer(Answer("Exempelkassa", "payment", "Nets", "card"))
    assert counter.release().count == 1
    assert counter.rows("SELECT kind FROM payment_method WHERE code='Nets'") == [("card",)]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("gift_card", "gift_card"), ("deposit", "deposit"), ("tip", "tip"), ("agent", "agent"), ("tax_free", "goods")],
)
def test_a_line_without_vat_is_asked_about_once_whatever_its_amount(counter: Counter, answer: str, kind: str) -> None:
    file = JournalFile()
    for number, amount in enumerate(("500.00", "250.00"), 1):
        file.receipt(number, [(f"Värdebevis {amount}", amount, 0)], [("Kort", amount)])
    file.z(12, "750.00", {0: "0.00"}, [], receipts=2)
    counter.read(file)
    assert {one.cause for one in counter.release().problems} == {"J09|Exempelkassa|line|Värdebevis"}
    counter.book.answer(Answer("Exempelkassa", "line", "Värdebevis", answer))
    assert counter.release().count == 1
    assert counter.rows("SELECT DISTINCT kind FROM receipt_line") == [(kind,)]


def test_two_makes_may_mean_different_things_by_one_text(counter: Counter) -> None:
    counter.know("Annan")
    counter.book.answer(Answer("Exempelkassa", "payment", "Annat", "card"))
    counter.book.answer(Answer("Annan", "payment", "Annat", "invoice"))
    counter.read(with_text("Annat"))
    other = with_text("Annat", "Annan")
    counter.read(other)
    assert counter.release().count == 4
    methods = counter.rows("SELECT code, kind FROM payment_method WHERE code LIKE 'Annat%' ORDER BY code")
    assert methods == [("Annat", "card"), ("Annat (Annan)", "invoice")]


def test_an_answer_that_is_none_is_refused(counter: Counter) -> None:
    with pytest.raises(SyncError, match="J12"):
        counter.book.answer(Answer("Exempelkassa", "payment", "Nets", "kontokort"))
    assert counter.book.answers("Exempelkassa").get(("payment", "Nets")) is None


def test_the_answers_are_taken_to_the_next_shop(new_counter: Callable[[], Counter]) -> None:
    first, second = new_counter(), new_counter()
    first.book.answer(Answer("Exempelkassa", "payment", "Nets", "card"))
    first.allow("payments")
    path = first.folder / "svar.json"
    path.write_bytes(msgspec.json.encode(first.book.taken()))
    second.book.take(path)
    assert second.book.taken() == first.book.taken()
    second.read(with_text("Nets"))
    assert second.release().count == 2


@pytest.mark.parametrize("text", ["", "{}", '{"answers": [{"make": "X", "what": "payment", "subject": "a"}]}'])
def test_a_file_of_answers_that_is_none_is_refused_whole(counter: Counter, text: str) -> None:
    path = counter.folder / "svar.json"
    path.write_text(text)
    before = counter.book.taken()
    with pytest.raises(SyncError, match="J12"):
        counter.book.take(path)
    assert counter.book.taken() == before

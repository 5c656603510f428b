"""A look-up (`truth/standing.py`) proves nothing by a reference alone: date and amounts count, over all hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from synccenter.contract.connector import Booked, CompanyFacts, Delivered, Found
from synccenter.contract.model import Document, Invoice, Posting, Purpose, Register, Voucher
from synccenter.journal.ledger import State
from tests.worlds.books import MemoryConnector, articles, lost_after, lost_before
from tests.worlds.selling import Selling
from tests.worlds.small_shop import World

LAST_YEAR = date(2025, 11, 2)


def state_of(world: World, reference: str) -> State:
    shop = world.shop()
    try:
        return shop.ledger.get(reference).state
    finally:
        shop.close()


def told(world: World) -> list[str]:
    return [problem.code for problem in world.report.errors]


def lose(world: World, spoil: Callable[[Document, Callable[[], None]], None]) -> list[str]:
    """The first sale that is sent meets this fault, everything else goes through. Its reference, once it is sent."""
    lost: list[str] = []

    def fault(document: Document, commit: Callable[[], None]) -> None:
        if lost or not isinstance(document, Voucher | Invoice):
            commit()
            return
        lost.append(document.reference)
        spoil(document, commit)

    world.books.faults = [fault] * 200
    return lost


def booked_beside(world: World, change: Callable[[Voucher | Invoice], Document]) -> list[str]:
    """Something of another's stands in the books under the reference whose answer is lost."""

    def spoil(document: Document, commit: Callable[[], None]) -> None:
        assert isinstance(document, Voucher | Invoice)
        world.books.vouchers[document.reference] = [change(document)]
        lost_before(document, commit)

    return lose(world, spoil)


@pytest.mark.parametrize("target", ["voucher", "invoice"])
def test_what_stands_there_since_last_year_is_not_ours_and_the_sale_is_booked(world: World, target: str) -> None:
    world.settings(f"posting.target={target}", "posting.unit=receipt", "posting.cash_customer=1")
    world.trade(receipts=6)
    lost = booked_beside(world, lambda document: replace(document, date=LAST_YEAR))
    world.run()
    assert world.run().unknown == 0
    days = [one.date for one in world.books.vouchers[lost[0]] if isinstance(one, Voucher | Invoice)]
    assert days[0] == LAST_YEAR
    assert len(days) == 2, "ours is booked beside it, once"
    assert state_of(world, lost[0]) is State.SENT
    assert world.run().sent == 0


def test_other_amounts_on_the_same_day_are_for_a_person(world: World) -> None:
    world.trade()
    lost = booked_beside(world, lambda document: replace(document, postings=(Posting(1910, 100), Posting(3001, -100))))
    world.run()
    assert world.run().unknown == 1
    assert told(world) == ["S18"]
    assert len(world.books.vouchers[lost[0]]) == 1
    assert state_of(world, lost[0]) is State.UNKNOWN


def test_the_same_amounts_a_few_days_away_are_for_a_person_too(world: World) -> None:
    world.trade()
    booked_beside(world, lambda document: replace(document, date=document.date.replace(day=document.date.day + 3)))
    world.run()
    world.run()
    assert told(world) == ["S18"]
    assert "datum 2026-11-05" in world.report.errors[0].what


def test_two_that_are_ours_are_an_alarm_before_anything_is_sent(world: World) -> None:
    world.trade()

    def twice(document: Document, commit: Callable[[], None]) -> None:
        commit()
        lost_after(document, commit)

    lost = lose(world, twice)
    world.run()
    for _ in range(2):
        world.run()
        assert told(world) == ["S30"]
        assert f"id-{lost[0]} och id-{lost[0]}-2" in world.report.errors[0].what
        assert state_of(world, lost[0]) is State.UNKNOWN
        assert len(world.books.vouchers[lost[0]]) == 2, "never a third"


def test_one_that_cannot_be_read_is_never_taken_for_ours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.trade()
    monkeypatch.setattr(MemoryConnector, "find", lambda *_: [Found("17", "A17")])
    lost = lose(world, lost_after)
    world.run()
    world.run()
    assert told(world) == ["S31"]
    assert state_of(world, lost[0]) is State.UNKNOWN


def test_a_double_made_after_sending_is_told_by_the_next_run_of_that_day(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade(receipts=4)
    world.run()
    first = next(one for one in world.books.vouchers if one.startswith("1-"))
    world.books.vouchers[first] *= 2
    world.trade(receipts=2)
    world.sql("UPDATE receipt SET at=replace(at, '2026-11-03', '2026-11-02')")
    assert world.run().sent
    assert told(world) == ["S30"]
    assert f"id-{first} och id-{first}-2" in world.report.errors[0].what


@pytest.mark.parametrize("where", ["from the start", "since the last run"])
def test_nothing_is_fetched_from_or_sent_to_another_companys_books(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    world.books.registers[Register.ARTICLES] = articles(3)
    if where == "since the last run":
        world.trade()
        assert world.run().result == "ok"
    stood = world.books.count()
    facts = CompanyFacts("Grannen AB", "559999-0001")
    monkeypatch.setattr(MemoryConnector, "company", lambda _: facts, raising=False)
    world.books.registers[Register.ARTICLES] = articles(5)
    world.trade()
    outcome = world.run()
    assert outcome.result in {"refused", "problems"}
    assert told(world) == ["B23"]
    assert "Grannen AB (559999-0001)" in world.report.errors[0].what
    assert (world.books.count(), outcome.written) == (stood, 0)
    facts = CompanyFacts("Demobutiken AB", "16556677-8899")
    assert world.run().sent


@pytest.mark.parametrize("how", ["receipt", "z", "day"])
def test_a_new_ledger_reads_one_list_and_looks_up_only_what_that_does_not_prove(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a look-up is a list, one for each document under each of its names is hours for a shop's first year."""
    world = Selling(tmp_path, (f"posting.unit={how}",))
    asked: list[str] = []
    find = MemoryConnector.find

    def counted(self: MemoryConnector, document: Document) -> Sequence[Found]:
        asked.extend([document.reference] * isinstance(document, Voucher))
        return find(self, document)

    monkeypatch.setattr(MemoryConnector, "find", counted)
    world.sell(1)
    world.run()
    booked = {name for name, many in world.books.vouchers.items() if isinstance(many[0], Voucher)}
    assert booked
    assert asked == []
    for path in world.folder.glob("*"):
        if path.name.startswith((world.ledger.name, "journal")):
            path.unlink()
    gone, (other, *_) = min(booked), sorted(booked, reverse=True)
    del world.books.vouchers[gone]
    if other != gone:
        (one,) = world.books.vouchers[other]
        assert isinstance(one, Voucher)
        by_hand = tuple(replace(row, amount=2 * row.amount) for row in one.postings)
        world.books.vouchers[other] = [replace(one, postings=by_hand)]
    world.run()
    assert set(asked) == {other} - {gone}, "what stands there as it was sent is known again by the list"
    assert booked <= world.books.vouchers.keys()
    assert not world.books.doubled()


def rows_of(document: Invoice) -> tuple[Posting, ...]:
    """What the books hold of an invoice, by what it is for."""
    vat = sum(row.vat for row in document.rows)
    sold = Posting(3001, vat - sum(row.amount for row in document.rows), purpose=Purpose.SALES)
    paid = (Posting(one.account, one.amount, purpose=Purpose.PAYMENT) for one in document.netted())
    return (sold, Posting(2611, -vat, purpose=Purpose.VAT), *paid)


def test_a_new_ledger_knows_its_invoices_again_by_reading_them_back_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = Selling(tmp_path, ("posting.unit=receipt", "posting.target=invoice", "posting.cash_customer=1001"))
    asked: list[str] = []
    together: list[int] = []
    find, read_back = MemoryConnector.find, MemoryConnector.read_back

    def counted(self: MemoryConnector, document: Document) -> Sequence[Found]:
        asked.extend([document.reference] * isinstance(document, Invoice))
        return find(self, document)

    def counted_back(self: MemoryConnector, sent: Iterable[Delivered]) -> Iterator[Booked]:
        given = list(sent)
        together.append(sum(isinstance(one.document, Invoice) for one in given))
        known = {one.document.reference: one.document for one in given}
        for one in read_back(self, given):
            document = known[one.reference]
            yield replace(one, postings=rows_of(document)) if isinstance(document, Invoice) else one

    monkeypatch.setattr(MemoryConnector, "find", counted)
    monkeypatch.setattr(MemoryConnector, "read_back", counted_back)
    world.sell(1)
    world.run()
    booked = {name for name, many in world.books.vouchers.items() if isinstance(many[0], Invoice)}
    assert len(booked) > 3
    for path in world.folder.glob("*"):
        if path.name.startswith((world.ledger.name, "journal")):
            path.unlink()
    draft, twice, gone, *_ = sorted(booked)
    world.books.drafts.add(draft)
    world.books.vouchers[twice] *= 2
    del world.books.vouchers[gone]
    together.clear()
    world.run()
    assert set(asked) == {draft, twice}, "a draft, and two of one, are no proof"
    assert together[0] == len(booked) - 2
    assert booked <= world.books.vouchers.keys()
    assert set(world.books.doubled()) == {twice}

"""The assessment: the one source of green and red (promise 11).

Made by every run, at start and once a night, from till, ledger and books; icon, window, `status`, log, mail and exit
code show it and nothing else. What was read from the books is kept until they are read again: memory may be older
than what it tells of, never greener.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import islice

import msgspec
from msgspec import Struct

from synccenter import __version__
from synccenter.contract import catalogue
from synccenter.contract.connector import ReadsBack
from synccenter.contract.errors import Problem
from synccenter.contract.model import kronor
from synccenter.journal.delivery import State
from synccenter.journal.identity import known, recognise
from synccenter.journal.ledger import Ledger
from synccenter.shop import Shop
from synccenter.till.gift_cards import cards, taken_back_wrong
from synccenter.truth.proof import books_of, prove
from synccenter.truth.proven import BookedDifference, Deviation, Gap, Proof, ZProof

DAYS = 35
"""So many days back each run looks: more than a month, so that nothing of it is closed unseen."""

READ_WHOLE = 5_000
"""So many deliveries since the start date are read back from the books each night; of more, those of the last days."""

AGAIN = 50
"""So many deliveries that were found wrong in the books are read again in each run."""

_BOOKS, _NIGHT, _FOUND = "assessment:books", "assessment:night", "assessment:found"

_CODES = frozenset(
    entry.code
    for entry in (
        catalogue.COMPANY_RENAMED,
        catalogue.OTHER_COMPANY,
        catalogue.TILL_RENAMED,
        catalogue.TILL_GONE,
        catalogue.TILL_ANEW,
        catalogue.TILL_RESTORED,
        catalogue.NUMBERS_MISSING,
        catalogue.Z_UNEXPLAINED,
        catalogue.CHANGED_AFTER_SENDING,
        catalogue.NOT_IN_THE_BOOKS,
        catalogue.FORGOTTEN,
        catalogue.NOT_CLOSED,
        catalogue.DRAFT_WAITS,
    )
)

_problems = msgspec.json.Decoder(tuple[Problem, ...])


class Assessment(Struct, frozen=True, kw_only=True):
    """How things stand. `problems` are red, `remarks` yellow: they stop nothing and make nothing wrong, but a person
    has something to choose. `unsent`: closed or sold in the till, and taken by no run yet."""

    first: date
    last: date
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    unsent: int = 0


def recent(shop: Shop) -> tuple[date, date]:
    """The days that each run looks at."""
    today = shop.today()
    first = today - timedelta(days=DAYS - 1)
    return max(first, shop.settings.safety.cutover or first), today


def assess(shop: Shop, changed: Collection[str] = (), *, quiet: bool = False) -> Assessment:
    """Till against ledger for the last days, and what the books were last found to be. Asks no business system.

    `quiet`: this run has changed nothing in the ledger. If nobody has written in the till since either, what was found
    then is so now, and a shop with a hundred thousand receipts a month pays nothing for being watched.
    """
    first, last = recent(shop)
    if first > last:
        return Assessment(first=first, last=last)
    quiet = quiet and not shop.ledger.counts()
    seen = _seen(shop, changed) if quiet else ""
    found = _found_before(shop.ledger, seen) if seen else None
    if found is None:
        proof = prove(shop.sales, shop.ledger, first, last, books=None, changed=changed)
        _leave_out_told(shop.ledger, proof)
        told = tuple(problems_of(proof, shop.description.title))
        found = _Found(seen, told, (*_odd_debts(shop), *proof.leaning))
        if seen:
            shop.ledger.set_place(_FOUND, msgspec.json.encode(found).decode())
    return Assessment(
        first=first,
        last=last,
        problems=(*found.problems, *_kept(shop.ledger)),
        remarks=(*_unchosen(shop), *found.remarks),
        unsent=shop.sales.untaken(shop.ledger.place, shop.settings.posting.unit),
    )


class _Found(Struct):
    """What was found between till and ledger, and in the till alone. `seen`: what that depends on."""

    seen: str
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...] = ()


def _seen(shop: Shop, changed: Collection[str]) -> str:
    """Another as soon as till, day, settings or anything that persons have said is another; "" when nobody can tell."""
    stamp = shop.till.stamp()
    if not stamp:
        return ""
    said, rates = [row[:4] for row in shop.ledger.history(1)], sorted(shop.rules().voucher_rates.items())
    depends = (stamp, shop.today(), shop.settings.safety.cutover, shop.description.name, sorted(changed), said, rates)
    return f"{__version__}|{depends!r}"


def _found_before(ledger: Ledger, seen: str) -> _Found | None:
    text = ledger.place(_FOUND)
    before = msgspec.json.decode(text, type=_Found) if text else None
    return before if before and before.seen == seen else None


MOST_CARDS = 20
"""So many gift cards are named in a run; `jobsync giftcards` lists all."""


def _unchosen(shop: Shop) -> tuple[Problem, ...]:
    """What was booked on the suspense account in the last days, since nobody has chosen an account for its reason:
    told by every run until somebody has."""
    rules = shop.rules()
    return tuple(
        catalogue.NO_CASH_ACCOUNT.problem(item=f"Orsak {reason or '–'}", reason=reason, account=rules.suspense)
        for reason in shop.sales.cash_reasons(recent(shop)[0])
        if rules.movement(reason) is None
    )


def _odd_debts(shop: Shop) -> tuple[Problem, ...]:
    """Gift cards used in the last days that were never sold, not for so much, or with VAT of another rate; and what was
    sold on account to nobody. Reads every card there is, so it is asked only when the till was written in."""
    first = recent(shop)[0]
    used = (card.problem for card in cards(shop.sales) if card.last and card.last >= first)
    other = taken_back_wrong(shop.sales, shop.rules().voucher_rates, first)
    return (*islice(filter(None, used), MOST_CARDS), *other[:MOST_CARDS], *_unnamed(shop, first))


_MOST_NAMED = 5


def _unnamed(shop: Shop, first: date) -> tuple[Problem, ...]:
    """B70, once, for what was sold on account to nobody in particular: a claim without a debtor (BFL 5:7).

    It is booked all the same: the till's receipts are never changed, the sale and its VAT are real, and a claim that is
    missing from the books would be worse than one without a name.
    """
    sales = shop.sales
    found = {f"{till.id}-{n}": ore for till in sales.tills() for n, ore in sales.on_account_unnamed(till.id, first)}
    if not found:
        return ()
    names = list(found)
    rest = f" och {len(names) - _MOST_NAMED} till" if len(names) > _MOST_NAMED else ""
    named = ("Kvitto " if len(names) == 1 else "Kvittona ") + ", ".join(names[:_MOST_NAMED]) + rest
    amount = kronor(sum(found.values()))
    return (catalogue.ON_ACCOUNT_UNNAMED.problem(item="Sålt på konto", receipts=named, amount=amount),)


def standing_now(shop: Shop) -> Assessment:
    """How things stand without a run: who is who, till against ledger, and the books as they were last read."""
    met = recognise(shop.sales, shop.ledger, shop.company)
    if met.stop or known(shop.ledger) is None:  # nothing has been taken from this till yet, or nothing may be
        first, last = recent(shop)
        return Assessment(first=first, last=last, problems=met.problems)
    found = assess(shop, met.changed)
    return msgspec.structs.replace(found, problems=(*met.problems, *found.problems))


def is_of_assessment(problem: Problem) -> bool:
    """Whether a problem is one that the assessment tells of, and so is gone when it does not."""
    return problem.code in _CODES


def assess_all(shop: Shop, books: ReadsBack | None, changed: Collection[str] = ()) -> Assessment:
    """Everything since the start date, and the books where they can be read: once a night."""
    last = shop.today()
    first = shop.settings.safety.cutover or last
    if first > last:
        return Assessment(first=first, last=last)
    whole = shop.ledger.count_between(first, last) <= READ_WHOLE
    proof = prove(shop.sales, shop.ledger, first, last, books=books if whole else None, changed=changed)
    if books is not None and not whole:
        proof.books = prove(shop.sales, shop.ledger, *recent(shop), books=books).books
    if books is not None:
        keep_books(shop, proof)
    _leave_out_told(shop.ledger, proof)
    shop.ledger.set_place(_NIGHT, last.isoformat())
    found = tuple(problems_of(proof, shop.description.title))
    remarks = (*_unchosen(shop), *_odd_debts(shop), *proof.leaning)
    return Assessment(first=first, last=last, problems=found, remarks=remarks)


def _leave_out_told(ledger: Ledger, proof: Proof) -> None:
    """A Z report that waits for its missing receipts (B09) has told of them."""
    parked = ledger.in_state(State.REJECTED)
    if any(one.problem and one.problem.code == catalogue.Z_RECEIPT_MISSING.code for one in parked):
        proof.gaps = [gap for gap in proof.gaps if gap.what != "kvitto"]


def night_is_due(shop: Shop) -> bool:
    """Whether a day has passed since everything was assessed. The first day is assessed as it is sent."""
    done = shop.ledger.place(_NIGHT)
    if done is None:
        shop.ledger.set_place(_NIGHT, shop.today().isoformat())
        return False
    return done < shop.today().isoformat()


def keep_books(shop: Shop, proof: Proof) -> None:
    """Remember what the books were found to be, until they are read again."""
    found = tuple(_of_books(one, shop.description.title) for one in proof.books)
    text = msgspec.json.encode(found).decode()
    if (shop.ledger.place(_BOOKS) or "[]") != text:
        shop.ledger.set_place(_BOOKS, text)


def add_books(shop: Shop, proof: Proof) -> None:
    """Remember also what was found of some days only, by a run or by a person who looked: all say it from then on."""
    here = [_of_books(one, shop.description.title) for one in proof.books]
    others = [one for one in _kept(shop.ledger) if one.item not in {new.item for new in here}]
    if here:
        shop.ledger.set_place(_BOOKS, msgspec.json.encode((*others, *here)).decode())


def read_again(shop: Shop, books: ReadsBack) -> None:
    """Read again what was found wrong in the books: what has been put right is told no longer, without a night."""
    names = [one.item for one in _kept(shop.ledger)][:AGAIN]
    if not names:
        return
    found = books_of(shop.ledger.some(names), books)
    left = [one for one in _kept(shop.ledger) if one.item not in names]
    now = (*left, *(_of_books(one, shop.description.title) for one in found))
    shop.ledger.set_place(_BOOKS, msgspec.json.encode(now).decode())


def is_otherwise_in_books(ledger: Ledger, reference: str) -> bool:
    """Whether a delivery that was sent was last found to stand in the books otherwise than it was sent."""
    return any(one.item == reference for one in _kept(ledger))


def _kept(ledger: Ledger) -> tuple[Problem, ...]:
    text = ledger.place(_BOOKS)
    return _problems.decode(text) if text else ()


def problems_of(proof: Proof, system: str) -> list[Problem]:
    """Everything in a proof that is red, each with what to do. What waits, is parked or unclear tells of itself."""
    return [
        *(_of_gap(gap) for gap in proof.gaps if not gap.explained),
        *(_of_report(report) for report in proof.reports if not (report.right or report.waiting or report.deviates)),
        *(_of_deviation(one) for one in proof.deviations if not one.explained),
        *(
            catalogue.CHANGED_AFTER_SENDING.problem(
                item=f"Z {one.number} kassa {one.till}", reference=one.reference, what=one.what, name=one.name
            )
            for one in proof.z_changes
            if not one.explained
        ),
        *proof.unread,
        *_forgotten(proof),
        *(_of_books(one, system) for one in proof.books),
    ]


def _of_gap(gap: Gap) -> Problem:
    numbers = str(gap.first) if gap.first == gap.last else f"{gap.first}–{gap.last}"
    what = "Kvitto" if gap.what == "kvitto" else "Z-rapport"
    return catalogue.NUMBERS_MISSING.problem(
        item=f"{what} {gap.till}-{numbers}", what=what, numbers=numbers, till=gap.till, name=gap.name
    )


def _of_report(report: ZProof) -> Problem:
    return catalogue.Z_UNEXPLAINED.problem(
        item=f"Z {report.number} kassa {report.till}",
        till=kronor(report.total),
        sent=kronor(report.sent),
        difference=kronor(report.difference),
        note=f"{report.note}." if report.note else "",
        day=report.business_date,
    )


def _of_deviation(one: Deviation) -> Problem:
    if one.voided:
        return catalogue.VOIDED_AFTER_SENDING.problem(
            item=f"Kvitto {one.key}", amount=kronor(one.sent), number=one.reference
        )
    what = one.what or f"skickat {kronor(one.sent)} kr, nu {kronor(one.now)} kr"
    return catalogue.CHANGED_AFTER_SENDING.problem(
        item=f"Kvitto {one.key}", reference=one.reference, what=what, name=one.name
    )


def _forgotten(proof: Proof) -> Iterator[Problem]:
    unread = {problem.item for problem in proof.unread}
    for key, amount in proof.forgotten:
        if f"Kvitto {key}" in unread:
            continue
        yield catalogue.FORGOTTEN.problem(
            item=f"Kvitto {key}", amount=kronor(amount), name=f"ändrat:{key.till}:{key.number}"
        )
    if proof.unclosed:
        yield catalogue.NOT_CLOSED.problem(count=proof.unclosed)


def _of_books(one: BookedDifference, system: str) -> Problem:
    if one.doubled:
        return catalogue.FOUND_DOUBLED.problem(
            item=one.reference, reference=one.reference, count=one.count, system=system, numbers=one.number
        )
    if one.draft:
        return catalogue.DRAFT_WAITS.problem(
            item=one.reference,
            reference=one.reference,
            number=one.number,
            amount=kronor(one.amount),
            system=system,
        )
    return catalogue.NOT_IN_THE_BOOKS.problem(
        item=one.reference, number=one.number, why=one.why, amount=kronor(one.amount)
    )

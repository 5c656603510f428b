"""Till and ledger know each other (promise 12): who the company is, which tills it has, and what they last sold.

What was recognised last time is kept in the ledger. Before anything is fetched or sent it is compared with what the
till's database says now. A change is told in one sentence with what to do; a person answers once (`jobsync identity`).
Until then nothing of what has changed is sent, so that nothing goes twice, and nothing is passed, so that nothing is
forgotten.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from typing import NamedTuple

import msgspec
from msgspec import Struct, field

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.contract.model import Company, kronor
from synccenter.contract.org_number import org_digits
from synccenter.journal.delivery import RECEIPT
from synccenter.journal.ledger import Ledger, companies_in
from synccenter.journal.printing import present
from synccenter.posting.names import Names
from synccenter.till import marks
from synccenter.till.sales import Sales, companies

PLACE = "identity"
RECEIPTS, REPORTS = 40, 10
"""How many of a till's newest receipts and Z reports it is recognised by."""

ENOUGH = 3
"""So many marks in common (or all, where there are fewer) make two tills the same."""


class KnownTill(Struct):
    """A till as it was met. `name` is what it is called in references when that is not its id."""

    name: str = ""
    receipts: dict[int, str] = field(default_factory=dict)
    reports: dict[int, str] = field(default_factory=dict)
    orders: dict[int, str] = field(default_factory=dict)
    anew: int = 0
    """How many times it has begun anew."""


class Identity(Struct):
    """Who the ledger has met. `mark` is the shop's part of every reference, "" in ledgers older than marks."""

    company: str
    org_number: str = ""
    name: str = ""
    store: str = ""
    mark: str = ""
    tills: dict[str, KnownTill] = field(default_factory=dict)

    @property
    def names(self) -> Names:
        """How references are made."""
        return Names(self.mark, {till: known.name for till, known in self.tills.items() if known.name})


class Recognised(Struct, frozen=True):
    """What has changed. `stop`: nothing may be fetched or sent. `changed`: tills that nothing is collected from."""

    problems: tuple[Problem, ...] = ()
    stop: bool = False
    changed: frozenset[str] = frozenset()


_decoder = msgspec.json.Decoder(Identity)


def known(ledger: Ledger) -> Identity | None:
    """What the ledger remembers of its company; None when they have never met."""
    text = ledger.place(PLACE)
    return _decoder.decode(text) if text else None


def keep(ledger: Ledger, identity: Identity) -> None:
    """Remember. Nothing is written when nothing is new."""
    text = msgspec.json.encode(identity).decode()
    if ledger.place(PLACE) != text:
        ledger.set_place(PLACE, text)


def acquaint(ledger: Ledger, company: Company) -> Identity:
    """The identity; made at the first meeting. A ledger with a history goes on naming things as it did."""
    found = known(ledger)
    if found is None:
        mark = "" if ledger.used() else shop_mark(company)
        found = Identity(company.id, company.org_number, company.name, company.store, mark)
        keep(ledger, found)
    return found


def names(ledger: Ledger, company: Company) -> Names:
    """How this shop's references are made. Reads only: before the first meeting they are what they will be."""
    found = known(ledger)
    return found.names if found else Names("" if ledger.used() else shop_mark(company))


def shop_mark(company: Company) -> str:
    """Three letters or digits that tell this shop from another with the same company's books.

    Made from what identifies the shop, so that the same shop on a new PC finds what it sent before.
    """
    text = f"{_digits(company.org_number)}|{company.id}|{company.store}".casefold()
    return b32encode(hashlib.blake2b(text.encode(), digest_size=5).digest()).decode()[:3]


def recognise(sales: Sales, ledger: Ledger, company: Company) -> Recognised:
    """Compare what was known with what the till's database says now. Reads only."""
    identity = known(ledger)
    if identity is None:
        problem = _other_name(sales, ledger, company)
        return Recognised((problem,), stop=True) if problem else Recognised()
    problem = _other_company(sales, identity, company)
    if problem:
        return Recognised((problem,), stop=True)
    return _Tills(sales, ledger, identity).look()


def remember(sales: Sales, ledger: Ledger, company: Company, changed: frozenset[str] = frozenset()) -> None:
    """After a collection: what the tills last sold, to know them by. Those that have changed stay as they were."""
    identity = acquaint(ledger, company)
    identity.org_number = company.org_number or identity.org_number
    identity.name, identity.store = company.name, company.store
    for till in sales.tills():
        if till.id in changed:
            continue
        was = identity.tills.setdefault(till.id, KnownTill())
        was.receipts = marks.newest(sales, "receipt", till.id, RECEIPTS) or was.receipts
        was.reports = marks.newest(sales, "z_report", till.id, REPORTS) or was.reports
        was.orders = marks.newest(sales, "customer_order", till.id, REPORTS) or was.orders
    keep(ledger, identity)


# --- what has changed -----------------------------------------------------------------------------------------


def _other_name(sales: Sales, ledger: Ledger, company: Company) -> Problem | None:
    """T01: the ledger has never met this company, but has the same sales under another id."""
    there_now = {one.id for one in companies(sales.database)}
    for other in companies_in(ledger.database):
        if other in there_now:
            continue  # two companies in one till
        there = ledger.within(other)
        identity = known(there)
        same_org = bool(identity and _digits(identity.org_number)) and _same_number(identity, company)
        if same_org or _same_sales(sales, there, identity):
            return catalogue.COMPANY_RENAMED.problem(name=company.name, new=company.id, old=other)
    return None


def _same_sales(sales: Sales, there: Ledger, identity: Identity | None) -> bool:
    """Whether a till has the receipts that another company's ledger knows: by their marks, else by their amounts."""
    if identity and identity.tills:
        return any(_alike(was.receipts, marks.present(sales, "receipt", till, [*was.receipts]))
                   for till, was in identity.tills.items())  # fmt: skip
    for till in sales.tills():
        sent = there.newest_covers(till.id, RECEIPTS)
        if not sent:
            continue
        totals = {one.number: one.total for one in sales.receipt_totals(till.id, min(sent), max(sent))}
        equal = sum(totals.get(number) == amount for number, amount in sent.items())
        if equal >= min(ENOUGH, len(sent)) and equal * 2 > len(sent):
            return True
    return False


def _other_company(sales: Sales, identity: Identity, company: Company) -> Problem | None:
    """T02: another organisation number, unless the tills are the same: then a number was filled in or corrected."""
    if not _digits(identity.org_number) or not _digits(company.org_number) or _same_number(identity, company):
        return None
    for till, was in identity.tills.items():
        if _alike(was.receipts, marks.present(sales, "receipt", till, [*was.receipts])):
            return None
    return catalogue.OTHER_COMPANY.problem(
        new=f"{company.name} ({company.org_number})", old=f"{identity.name} ({identity.org_number})"
    )


class _Tills:
    """What has become of each till."""

    def __init__(self, sales: Sales, ledger: Ledger, identity: Identity) -> None:
        self._sales = sales
        self._ledger = ledger
        self._known = identity.tills
        self._there = {till.id for till in sales.tills()}
        self._strangers = sorted(self._there - self._known.keys())

    def look(self) -> Recognised:
        """Every known till beside what is there."""
        problems: list[Problem] = []
        changed: set[str] = set()
        for till, was in sorted(self._known.items()):
            now = marks.present(self._sales, "receipt", till, [*was.receipts])
            stranger = self._renamed(till, was, now)
            if stranger:
                item = f"Kassa {stranger}"
                problems.append(catalogue.TILL_RENAMED.problem(item=item, old=till, new=stranger))
                changed |= {till, stranger}
                continue
            if till not in self._there:  # a new till may be this one: it waits for the same answer
                problems.append(self._gone(till))
                changed |= {till, *self._strangers}
            elif problem := self._began_anew(till, was, now):
                problems.append(problem)
                changed.add(till)
        return Recognised(tuple(problems), changed=frozenset(changed))

    def _renamed(self, till: str, was: KnownTill, now: marks.Marks) -> str:
        """The unknown till that has this one's receipts; "" when there is none."""
        if till in self._there and (now or not was.receipts):
            return ""
        for stranger in marks.tills_with_receipts(self._sales):
            there = marks.present(self._sales, "receipt", stranger, [*was.receipts])
            if stranger not in self._known and (_alike(was.receipts, there) or self._has_sent(till, stranger)):
                return stranger
        return ""

    def _has_sent(self, till: str, stranger: str) -> bool:
        """Whether some of the unknown till's newest receipts were sent as the known one's, as they are to the last
        row: it was put back from a copy as well, and has sold since."""
        numbers = [*marks.newest(self._sales, "receipt", stranger, RECEIPTS)]
        if not numbers:
            return False
        sent = {row[0]: row[2] for row in self._ledger.prints(till, RECEIPT, min(numbers), max(numbers)) if row[2]}
        there = dict(present(self._sales, RECEIPT, stranger, min(numbers), max(numbers))) if sent else {}
        equal = sum(there.get(number) == text for number, text in sent.items())
        return bool(equal >= min(ENOUGH, len(numbers)))

    def _gone(self, till: str) -> Problem:
        place = int(self._ledger.place(f"receipt:{till}") or 0)
        count, amount = marks.unsent(self._sales, till, place)
        left = f"{count} kvitton, {kronor(amount)} kr, är inte skickade." if count and place else "Allt är läst."
        new = "".join(f" Kassa ”{one}” är ny och väntar på samma svar." for one in self._strangers)
        return catalogue.TILL_GONE.problem(item=f"Kassa {till}", till=till, left=left + new)

    def _began_anew(self, till: str, was: KnownTill, now: marks.Marks) -> Problem | None:
        kept, broken = _parted(was.receipts, now)
        if not broken:
            return self._reports_anew(till, was)
        if not kept:
            first = marks.first_number(self._sales, till)
            if first > max(broken):
                return None  # an old journal was taken away; the numbers go on
            return catalogue.TILL_ANEW.problem(
                item=f"Kassa {till}", till=till, last=max(broken), first=first or "(inget ännu)"
            )
        if min(broken) < max(kept):
            return None  # a hole among receipts that are there: one was changed or taken away, which the proof tells
        return _restored(till, f"kvitton från {min(broken)} till {max(broken)}", max(kept))

    def _reports_anew(self, till: str, was: KnownTill) -> Problem | None:
        """The Z reports or the orders began anew although the receipts did not."""
        kept, broken = _parted(was.reports, marks.present(self._sales, "z_report", till, [*was.reports]))
        if broken and was.receipts and not (kept and min(broken) < max(kept)):
            return _restored(till, f"Z-rapporter från {min(broken)} till {max(broken)}", max(was.receipts))
        used = _used_again(was.orders, marks.present(self._sales, "customer_order", till, [*was.orders]))
        if used and was.receipts:
            return _restored(till, f"order från {min(used)} till {max(used)}", max(was.receipts))
        return None


def _parted(was: marks.Marks, now: marks.Marks) -> tuple[list[int], list[int]]:
    """(numbers that are as they were, numbers that are gone or another sale)."""
    kept = [number for number, at in was.items() if now.get(number) == at]
    return kept, [number for number in was if number not in kept and now.get(number) != ""]


def _restored(till: str, what: str, kept: int) -> Problem:
    return catalogue.TILL_RESTORED.problem(item=f"Kassa {till}", till=till, what=what, kept=kept, first=kept + 1)


class Beginning(NamedTuple):
    """The first numbers of what a till has sold since it began anew; `orders` 0: they go on."""

    receipts: int
    reports: int
    orders: int


def beginning(sales: Sales, till: str, was: KnownTill) -> Beginning:
    """Where a till began anew: after what is still there as it was known. Orders may have been taken away since."""
    receipts, _ = _parted(was.receipts, marks.present(sales, "receipt", till, [*was.receipts]))
    reports, _ = _parted(was.reports, marks.present(sales, "z_report", till, [*was.reports]))
    first = max(receipts, default=0) + 1
    there = marks.present(sales, "customer_order", till, [*was.orders])
    kept, used = _parted(was.orders, there)[0], _used_again(was.orders, there)
    after = max(kept) + 1 if kept else 1 if first == 1 else 0
    return Beginning(first, max(reports, default=0) + 1, min(used) if used else after)


def _used_again(was: marks.Marks, now: marks.Marks) -> list[int]:
    """Numbers that are something else now; what is gone may have been taken away."""
    return [number for number, at in was.items() if now.get(number, at) not in {"", at}]


def _alike(was: marks.Marks, now: marks.Marks) -> bool:
    equal = sum(now.get(number) == at for number, at in was.items())
    return bool(was) and equal >= min(ENOUGH, len(was)) and equal * 2 > len(was)


def _same_number(identity: Identity | None, company: Company) -> bool:
    return identity is not None and org_digits(identity.org_number) == org_digits(company.org_number)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())

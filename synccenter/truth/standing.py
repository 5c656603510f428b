"""Whether a document stands in the books: its reference and its date and its amounts, over all that carry it.

A reference alone proves nothing: a till that was replaced begins anew at 1, and a voucher of last year has the same
text. What stands there on another day is another's. What stands there on the same day with other amounts is for a
person to judge, and two of one document are an alarm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import Enum
from typing import TypeAlias

from msgspec import Struct

from synccenter.contract.connector import Booked, Delivered, Found, ReadsBack, SendsDocuments, debit, rounding_of
from synccenter.contract.model import (
    Document,
    Invoice,
    InvoiceRow,
    Order,
    Ore,
    Percent,
    Posting,
    Purpose,
    Voucher,
    kronor,
)

MOVED = timedelta(days=10)
"""The same amounts under the same reference this near to its day: a person may have moved it, so a person is asked."""


class Standing(Enum):
    """How a document stands in the business system."""

    MISSING = "missing"
    OURS = "ours"
    UNFINISHED = "unfinished"  # ours, and cut short
    DOUBLED = "doubled"
    DIFFERENT = "different"
    UNREAD = "unread"  # something carries the reference, and what it holds cannot be read


class Verdict(Struct, frozen=True):
    """The answer about one document: `hits` are those that it goes by. `why` says what is different in them."""

    standing: Standing
    hits: tuple[Found, ...] = ()
    why: str = ""

    @property
    def numbers(self) -> str:
        """What the hits are called there: `A17 och A18`."""
        return " och ".join(hit.number or hit.external_id for hit in self.hits)


def look_up(connector: SendsDocuments, document: Document) -> Verdict:
    """Ask the business system for a document and judge all that it finds."""
    found = list(connector.find(document))
    if isinstance(document, Voucher | Invoice):
        return _judged(connector, document, found)
    if isinstance(document, Order):
        found = [hit for hit in found if hit.date in {None, document.at.date()}]
    return _of_all([(hit, "") for hit in found])


def near(document: Voucher | Invoice, found: Iterable[Found]) -> list[Found]:
    """Those that may be the document, by date."""
    return [hit for hit in found if hit.date is None or abs(hit.date - document.date) <= MOVED]


def _judged(connector: SendsDocuments, document: Voucher | Invoice, found: Sequence[Found]) -> Verdict:
    close = near(document, found)
    unread = [hit for hit in close if hit.date is None]
    whole = [hit for hit in close if hit.date is not None and not hit.unfinished]
    known = _known(connector, document, whole)
    judged: list[tuple[Found, str]] = [(hit, "") for hit in close if hit.unfinished and hit.date == document.date]
    for hit in whole:
        there = known.get(hit.external_id)
        if there is None:
            unread.append(hit)
            continue
        why = compare(document, there)[0]
        if hit.date == document.date:
            judged.append((hit, why))
        elif not why or there.date == document.date:
            judged.append((hit, f"det har datum {hit.date} i stället för {document.date}"))
    verdict = _of_all(judged)
    if unread and verdict.standing is Standing.MISSING:
        return Verdict(Standing.UNREAD, tuple(unread))
    return verdict


def _of_all(judged: Sequence[tuple[Found, str]]) -> Verdict:
    """One verdict from all hits, each with what is different in it."""
    ours = tuple(hit for hit, why in judged if not why)
    if len(ours) > 1:
        return Verdict(Standing.DOUBLED, ours)
    if ours:
        return Verdict(Standing.UNFINISHED if ours[0].unfinished else Standing.OURS, ours)
    if judged:
        return Verdict(Standing.DIFFERENT, tuple(hit for hit, _ in judged), judged[0][1])
    return Verdict(Standing.MISSING)


def _known(connector: SendsDocuments, document: Voucher | Invoice, hits: Sequence[Found]) -> dict[str, Booked]:
    """What the hits hold, by id: read back, or what the list told where nothing can be read back."""
    if not hits:
        return {}
    if isinstance(connector, ReadsBack):
        return {
            one.external_id: one for one in connector.read_back([Delivered(document, hit.external_id) for hit in hits])
        }
    return {
        hit.external_id: Booked(
            reference=document.reference, external_id=hit.external_id, date=hit.date, total=hit.total, draft=hit.draft
        )
        for hit in hits
        if hit.total is not None
    }


def total_of(document: Voucher | Invoice | Order) -> Ore:
    """What a document comes to: an invoice and an order with VAT, a voucher by its debit side."""
    if isinstance(document, Invoice):
        return document.total
    if isinstance(document, Order):
        return sum(line.amount for line in document.lines)
    return debit(document.postings)


def comes_to(booked: Booked) -> Ore | None:
    """The same of what stands there; None where the system tells neither a total nor postings."""
    if booked.total is not None or not booked.postings:
        return booked.total
    return debit(booked.postings)


def compare(document: Voucher | Invoice, booked: Booked) -> tuple[str, Ore]:
    """(what differs besides the date, by how much in öre); ("", 0) when nothing does."""
    return _compare_invoice(document, booked) if isinstance(document, Invoice) else _compare_voucher(document, booked)


def moved(on: date, booked: Booked) -> str:
    """What is different in its date."""
    return f"det har datum {booked.date} i stället för {on}" if booked.date not in {None, on} else ""


def _compare_voucher(document: Voucher, booked: Booked) -> tuple[str, Ore]:
    total = total_of(document)
    if not booked.postings and booked.total is not None:
        return ("beloppet är ett annat", total - booked.total) if booked.total != total else ("", 0)
    wrong = _left(document.postings, booked.postings)
    if wrong:
        accounts = ", ".join(str(account) for account in sorted(wrong))
        less = total - debit(booked.postings)
        return f"annat belopp på konto {accounts}", less or sum(abs(amount) for amount in wrong.values()) // 2
    for what, named in _DIMENSIONS if booked.dimensions else ():
        sent = [(row.account, named(row), row.amount) for row in document.postings]
        there = [(row.account, named(row), row.amount) for row in booked.postings]
        off = list(_off(sent, there, slack=0))
        if off:
            accounts = ", ".join(sorted({str(one.account) for one in off}))
            return f"annat {what} på konto {accounts}", sum(abs(one.found - one.wanted) for one in off)
    return "", 0


_Named: TypeAlias = Callable[[InvoiceRow | Posting], str]
_DIMENSIONS: Sequence[tuple[str, _Named]] = (
    ("kostnadsställe", lambda row: row.cost_centre),
    ("projekt", lambda row: row.project),
)


class _Off(Struct, frozen=True):
    """What was sent on a cost centre or project, and what is found there."""

    account: int
    name: str
    wanted: Ore
    found: Ore


_Placed: TypeAlias = tuple[int, str, Ore]
"""Account (0: over all), cost centre or project, and amount."""


def _off(sent: Sequence[_Placed], there: Sequence[_Placed], *, slack: Ore) -> Iterator[_Off]:
    """Each that was sent and has another sum. What was sent without may have got that of its article, its customer or
    its account there."""
    for account, name in dict.fromkeys((account, name) for account, name, _ in sent if name):
        wanted, found = (
            sum(amount for at, named, amount in rows if (at, named.casefold()) == (account, name.casefold()))
            for rows in (sent, there)
        )
        free = [amount for at, named, amount in sent if at == account and not named]
        least, most = (sum(part(amount, 0) for amount in free) for part in (min, max))
        if not least - slack <= found - wanted <= most + slack:
            yield _Off(account, name, wanted, found)


def _left(wanted: Iterable[Posting], there: Iterable[Posting]) -> dict[int, Ore]:
    """What is wanted on each account less what is there, where they differ."""
    sums = Counter[int]()
    for row in wanted:
        sums[row.account] += row.amount
    for row in there:
        sums[row.account] -= row.amount
    return {account: amount for account, amount in sums.items() if amount}


def _compare_invoice(document: Invoice, booked: Booked) -> tuple[str, Ore]:
    total = total_of(document)
    if booked.currency:
        return f"fakturan är i {booked.currency} i stället för kronor", total
    if booked.total is not None and booked.total != total:
        return "fakturans belopp är ett annat", total - booked.total
    if booked.customer and booked.customer.casefold() != document.customer.casefold():
        return f"fakturan står på kund {booked.customer} i stället för {document.customer}", total
    if not document.may_stay_open(booked.open):
        return "fakturan är inte helt betald", booked.open - document.owed
    return _compare_rows(document, booked) if booked.postings else ("", 0)


def vat_rounded(document: Invoice, booked: Booked) -> Ore:
    """How much more VAT the books hold of an invoice than the till, where that is rounding and nothing else.

    A till rounds the VAT of each row, many business systems that of the sum.
    """
    if not any(row.purpose is Purpose.VAT for row in booked.postings):
        return 0
    vat = sum(row.vat for row in document.rows)
    net = sum(row.amount for row in document.rows) - vat
    more = _of(booked.postings, Purpose.VAT) - vat
    moved = net - _of(booked.postings, Purpose.SALES)
    return more if abs(more) <= rounding_of(document) and moved in {0, more} else 0


_OUTPUT_VAT: Mapping[int, Percent] = {261: 25, 262: 12, 263: 6}
"""The first figures of an account for output VAT -> its rate (BAS 2026)."""


def vat_per_rate(document: Invoice, booked: Booked) -> dict[Percent, Ore]:
    """How much more VAT the books hold of each rate than the till, where they differ; empty when the system tells of
    no account for the VAT, or of one that is not of BAS."""
    rows = [row for row in booked.postings if row.purpose is Purpose.VAT and row.amount]
    if any(row.account // 10 not in _OUTPUT_VAT for row in rows):
        return {}
    more = Counter[Percent]()
    for row in rows:
        more[_OUTPUT_VAT[row.account // 10]] -= row.amount
    for line in document.rows:
        more[line.vat_rate] -= line.vat
    return {rate: amount for rate, amount in more.items() if amount} if rows else {}


def _wrong_rate(document: Invoice, booked: Booked) -> tuple[str, Ore]:
    """VAT that stands on another rate than it was sold at, although the sum is right."""
    for rate, more in vat_per_rate(document, booked).items():
        sold = [line for line in document.rows if line.vat_rate == rate]
        if abs(more) > rounding_of(document):
            wanted = sum(line.vat for line in sold)
            return f"momsen {rate} % är {kronor(wanted + more)} kr i stället för {kronor(wanted)} kr", abs(more)
    return "", 0


_OF_NO_SALE: Mapping[int, str] = {2: "egna uttag", 4: "omvänd betalningsskyldighet", 5: "import av varor"}
"""The last figure of an account for output VAT that no sale of a till stands on (BAS 2026: 2612, 2624, 2635 ...)."""


def _vat_of_no_sale(booked: Booked) -> tuple[str, Ore]:
    """VAT that was moved within its rate, to an account where VAT of what a till sells never stands."""
    for account, amount in _left((row for row in booked.postings if row.purpose is Purpose.VAT), ()).items():
        kind = _OF_NO_SALE.get(account % 10, "") if account // 10 in _OUTPUT_VAT else ""
        if kind:
            return f"momsen {kronor(-amount)} kr står på konto {account} ({kind})", abs(amount)
    return "", 0


def _of(there: Sequence[Posting], purpose: Purpose) -> Ore:
    """What stands for a purpose, in credit."""
    return -sum(row.amount for row in there if row.purpose is purpose)


def _compare_rows(document: Invoice, booked: Booked) -> tuple[str, Ore]:
    """Net, VAT and each payment's account, as the books hold them."""
    there = booked.postings
    vat = sum(row.vat for row in document.rows)
    net = sum(row.amount for row in document.rows) - vat
    rounded = vat_rounded(document, booked)
    for name, wanted, purpose in (("momsen", vat, Purpose.VAT), ("försäljningen", net, Purpose.SALES)):
        found = _of(there, purpose)
        if found != wanted and not rounded:
            return f"{name} är {kronor(found)} kr i stället för {kronor(wanted)} kr", wanted - found
    for found_wrong in (
        _wrong_rate(document, booked),
        _vat_of_no_sale(booked),
        _wrong_account(document, booked),
        _wrong_dimension(document, booked),
        _wrong_payment(document, booked),
    ):
        if found_wrong[0]:
            return found_wrong
    return "", 0


def _wrong_account(document: Invoice, booked: Booked) -> tuple[str, Ore]:
    """Sales that stand on another account than the system's own coding puts them on, although the sum is right."""
    sales = [row for row in booked.postings if row.purpose is Purpose.SALES]
    coded = booked.coded or [Posting(row.account, row.vat - row.amount) for row in document.rows if booked.by_rows]
    there, wanted = _left((), sales), _left((), coded)
    wrong = {one: there.get(one, 0) - wanted.get(one, 0) for one in there | wanted} if coded else {}
    wrong = {one: amount for one, amount in wrong.items() if abs(amount) > rounding_of(document)}
    if not wrong:
        return "", 0
    told = [
        f"{kronor(there.get(one, 0))} kr i stället för {kronor(wanted.get(one, 0))} kr på konto {one}"
        for one in sorted(wrong)
    ]
    return f"försäljningen är {', '.join(told)}", sum(abs(amount) for amount in wrong.values()) // 2


def _wrong_dimension(document: Invoice, booked: Booked) -> tuple[str, Ore]:
    """Sales that stand on another cost centre or project than they were sent on, over all accounts."""
    sales = [row for row in booked.postings if row.purpose is Purpose.SALES]
    for what, named in _DIMENSIONS if booked.dimensions else ():
        sent = [(0, named(row), row.amount - row.vat) for row in document.rows]
        there = [(0, named(row), -row.amount) for row in sales]
        for one in _off(sent, there, slack=rounding_of(document)):
            why = f"annat {what}: {one.name} har {kronor(one.found)} kr i stället för {kronor(one.wanted)} kr"
            return why, abs(one.found - one.wanted)
    return "", 0


def dimensions_untold(document: Voucher | Invoice, booked: Booked) -> bool:
    """Whether an invoice was sent with cost centres or projects and the system does not tell where it has them."""
    if not isinstance(document, Invoice) or booked.draft or booked.dimensions:
        return False
    return any(row.cost_centre or row.project for row in document.rows)


def payments_untold(document: Voucher | Invoice, booked: Booked) -> bool:
    """Whether an invoice was paid and the system does not tell where: that nothing is left to pay is all there is to
    see. Where its entries are read they tell all that there are of its payments."""
    if not isinstance(document, Invoice) or booked.draft or not document.netted():
        return False
    return not booked.entries and not any(row.purpose is Purpose.PAYMENT for row in booked.postings)


def _wrong_payment(document: Invoice, booked: Booked) -> tuple[str, Ore]:
    if payments_untold(document, booked):
        return "", 0
    there = [row for row in booked.postings if row.purpose is Purpose.PAYMENT]
    wanted = [Posting(one.account, one.amount) for one in document.payments]
    wrong = _left(wanted, there)
    if not wrong or sum(wrong.values()) == booked.open - document.owed != 0:  # the customer has paid the debt since
        return "", 0
    told = []
    for account in sorted(wrong):
        is_ = sum(row.amount for row in there if row.account == account)
        should = is_ + wrong[account]
        told.append(f"{account} har {kronor(is_)} kr i stället för {kronor(should)} kr")
    odd = [row for row in there if row.account in wrong]
    entries = sorted({row.text for row in odd if row.text})
    by = f"; verifikation {' och '.join(entries)}" if entries else "" if odd else "; ingen verifikation"
    accounts = ", ".join(str(account) for account in sorted(wrong))
    why = f"annan betalning på konto {accounts} ({', '.join(told)}{by})"
    return why, sum(abs(amount) for amount in wrong.values()) // 2 or abs(sum(wrong.values()))

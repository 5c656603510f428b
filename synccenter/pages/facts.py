"""What a Z report's page tells, counted from the till's own rows. Pure: the same rows give the same facts.

What a Z report must tell is SKVFS 2021:16 and 2014:9 chapter 5; what a voucher's *underlag* must tell is
bokföringslagen (1999:1078) 5:6-7: who, when, what, how much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from synccenter.contract.model import (
    LINE_NAMES,
    ArticleGroup,
    CashKind,
    CashMovement,
    Company,
    LineKind,
    Ore,
    PaymentKind,
    PaymentMethod,
    Posting,
    Receipt,
    ReceiptState,
    Till,
    Voucher,
    ZReport,
)

_CARDS = frozenset({LineKind.GIFT_CARD, LineKind.SINGLE_PURPOSE})
_PAID_BY_CARD = frozenset({PaymentKind.GIFT_CARD, PaymentKind.SINGLE_PURPOSE})


class Shop(Struct, frozen=True):
    """Who the page is about, and what the till calls its article groups, payment methods and accounts."""

    company: Company
    tills: Mapping[str, Till] = {}
    groups: Mapping[str, ArticleGroup] = {}
    methods: Mapping[str, PaymentMethod] = {}
    accounts: Mapping[int, str] = {}


class Count(Struct, frozen=True):
    """How many, and what they come to."""

    count: int = 0
    amount: Ore = 0

    def plus(self, amount: Ore) -> Count:
        """One more."""
        return Count(self.count + 1, self.amount + amount)


class Counted(Struct, frozen=True):
    """A drawer as it was counted; `expected` None: the till does not tell what should lie there."""

    counted: Ore
    expected: Ore | None = None

    @property
    def difference(self) -> Ore | None:
        """What was too much, negative what was missing."""
        return None if self.expected is None else self.counted - self.expected


class ZFacts(Struct, frozen=True, kw_only=True):
    """A Z report's page. `vat` holds (rate, net, VAT); the other tables (what, count or None, amount)."""

    z: ZReport
    till: Till
    receipts: Count
    vat: tuple[tuple[int, Ore, Ore], ...]
    groups: tuple[tuple[str, Ore], ...]
    methods: tuple[tuple[str, Ore], ...]
    returns: Count
    discounts: Count
    cards_sold: Count
    cards_used: Count
    floats: Count
    cash: tuple[tuple[str, Ore], ...]
    counted: tuple[Counted, ...]
    cancelled: Count
    voided: Count
    parked: int


def facts(z: ZReport, receipts: Iterable[Receipt], cash: Sequence[CashMovement], shop: Shop) -> ZFacts:
    """The page of a Z report, from its receipts of every state and its cash movements."""
    found = list(receipts)
    sold = [one for one in found if one.state is ReceiptState.FINISHED]
    states = {state: Count() for state in ReceiptState}
    for one in found:
        states[one.state] = states[one.state].plus(sum(line.amount for line in one.lines))
    lines = [line for one in sold for line in one.lines]
    kinds = {code: method.kind for code, method in shop.methods.items()}
    paid = [one for receipt in sold for one in receipt.payments]
    groups: dict[str, Ore] = {}
    for line in lines:
        name = _group(line.group, shop) if line.kind is LineKind.GOODS else LINE_NAMES[line.kind]
        groups[name] = groups.get(name, 0) + line.amount
    return ZFacts(
        z=z,
        till=shop.tills.get(z.till, Till(z.till, "")),
        receipts=Count(len(sold), sum(one.total for one in sold)),
        vat=tuple((row.rate, row.sales - row.vat, row.vat) for row in sorted(z.vat_totals, key=lambda row: -row.rate)),
        groups=tuple(sorted(groups.items())),
        methods=tuple((_method(row.method, shop), row.amount) for row in z.method_totals),
        returns=_count(line.amount for line in lines if line.kind is LineKind.GOODS and line.quantity < 0),
        discounts=_count(-line.discount for line in lines if line.discount),
        cards_sold=_count(line.amount for line in lines if line.kind in _CARDS),
        cards_used=_count(one.amount for one in paid if kinds.get(one.method) in _PAID_BY_CARD),
        floats=_count(one.amount for one in cash if one.kind is CashKind.FLOAT),
        cash=tuple(_moved(one) for one in cash if one.kind in {CashKind.PAY_IN, CashKind.PAY_OUT}),
        counted=tuple(Counted(one.amount, one.expected) for one in cash if one.kind is CashKind.COUNTED),
        cancelled=states[ReceiptState.CANCELLED],
        voided=states[ReceiptState.VOIDED],
        parked=states[ReceiptState.PARKED].count,
    )


def _count(amounts: Iterable[Ore]) -> Count:
    found = list(amounts)
    return Count(len(found), sum(found))


def _group(code: str, shop: Shop) -> str:
    group = shop.groups.get(code)
    name = group.name if group else ""
    return " ".join(word for word in (code, "" if name == code else name) if word) or "Utan varugrupp"


def _method(code: str, shop: Shop) -> str:
    method = shop.methods.get(code)
    return method.name if method and method.name else code


def _moved(one: CashMovement) -> tuple[str, Ore]:
    incoming = one.kind is CashKind.PAY_IN
    what = "Insättning" if incoming else "Uttag"
    return f"{what}: {one.reason}" if one.reason else what, one.amount if incoming else -one.amount


class Entry(Struct, frozen=True):
    """A voucher as the page shows it: what it is found by, its day, and (account, name, debit, credit) of its rows."""

    reference: str
    date: str
    rows: tuple[tuple[int, str, Ore, Ore], ...]


def entry(voucher: Voucher, shop: Shop) -> Entry:
    """A voucher's rows as they were sent, each with the name of its account and its own text."""
    rows = (
        (row.account, _named(row, shop), max(row.amount, 0), max(-row.amount, 0))
        for row in voucher.postings
        if row.amount
    )
    return Entry(voucher.reference, voucher.date.isoformat(), tuple(rows))


def _named(row: Posting, shop: Shop) -> str:
    name = shop.accounts.get(row.account, "")
    return ": ".join(word for word in (name, "" if row.text == name else row.text) if word)


def together(vouchers: Sequence[Voucher], shop: Shop) -> Entry:
    """Many vouchers (one for each receipt) as one table: debit and credit summed by account."""
    debit: dict[int, Ore] = {}
    credit: dict[int, Ore] = {}
    for row in (row for voucher in vouchers for row in voucher.postings):
        side = debit if row.amount > 0 else credit
        side[row.account] = side.get(row.account, 0) + abs(row.amount)
    accounts = sorted({*debit, *credit})
    rows = tuple((one, shop.accounts.get(one, ""), debit.get(one, 0), credit.get(one, 0)) for one in accounts)
    days = sorted({voucher.date.isoformat() for voucher in vouchers})
    span = days[0] if len(days) == 1 else f"{days[0]}–{days[-1]}"
    first, last = vouchers[0].reference, vouchers[-1].reference
    return Entry(f"{first} – {last} ({len(vouchers)} st)", span, rows)

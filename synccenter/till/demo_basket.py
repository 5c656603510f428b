"""What the demo's customers buy and how they pay: lines, payments and cash rounding, as a Swedish till does it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from msgspec.structs import replace

from synccenter.contract.model import Article, Line, LineKind, Ore, Payment, Thousandths
from synccenter.posting.controls import vat_within
from synccenter.till.demo_shop import AGENT_GROUPS, BOOKS, GIFT_CARD_GROUP, KILOGRAM

_BANKNOTES = (5000, 10000, 20000, 50000, 100000)


def cash_rounding(amount: Ore) -> Ore:
    """What is added so that cash comes out in whole kronor: 1-49 öre down, 50-99 up (SFS 1970:1029 section 2)."""
    rest = abs(amount) % 100
    rounding = 100 - rest if rest >= 50 else -rest
    return rounding if amount >= 0 else -rounding


def discount_in_kronor(gross: Ore, wanted: Ore) -> tuple[Ore, str]:
    """A discount typed in kronor, which the till makes a per cent with two decimals: (öre, text)."""
    hundredths = (wanted * 10_000 + gross // 2) // gross
    discount = (gross * hundredths + 5_000) // 10_000
    return discount, f"Rabatt {hundredths // 100},{hundredths % 100:02d} %"


def goods_line(article: Article, quantity: Thousandths = 1000, discount: Ore = 0, text: str = "") -> Line:
    """A line of goods at the article's price; `row` is set when the lines are put together."""
    amount = (article.price * quantity + 500) // 1000 - discount
    name = f"{article.name} ({text})" if text else article.name
    kind = LineKind.AGENT if article.group in AGENT_GROUPS else LineKind.GOODS
    return Line(
        0,
        kind,
        article.number,
        name,
        article.group,
        quantity,
        amount,
        vat_within(amount, article.vat_rate),
        article.vat_rate,
        discount,
    )


def deposit_line(article: Article, quantity: Thousandths) -> Line:
    """The *pant* of a line of goods, with its VAT rate (pantamera.nu/foretag/butik/livsmedelsmoms-pa-pant, 2026)."""
    amount, rate = article.deposit * quantity // 1000, article.vat_rate
    return Line(
        0, LineKind.DEPOSIT, article.number, "Pant", article.group, quantity, amount, vat_within(amount, rate), rate
    )


def gift_card_line(amount: Ore) -> Line:
    """A gift card sold: no VAT until it is used (a *flerfunktionsvoucher*)."""
    return Line(0, LineKind.GIFT_CARD, "", "Presentkort", GIFT_CARD_GROUP, 1000, amount, 0, 0)


def tip_lines() -> list[Line]:
    """*Dricks* added to a payment: most of it the staff's."""
    return [
        Line(0, LineKind.TIP, "", "Dricks personal", "", 1000, 2_000, 0, 0),
        Line(0, LineKind.OWNER_TIP, "", "Dricks", "", 1000, 500, 0, 0),
    ]


def single_purpose_line() -> Line:
    """An *enfunktionsvoucher*: what it can be used for has one VAT rate, so its VAT is due when it is sold."""
    return Line(0, LineKind.SINGLE_PURPOSE, "", "Bokcheck", BOOKS, 1000, 10_600, vat_within(10_600, 6), 6)


def numbered(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines with their row numbers."""
    return tuple(replace(line, row=row) for row, line in enumerate(lines, start=1))


def mirrored(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines of a return: all values turned."""
    return tuple(
        replace(
            line,
            quantity=-line.quantity,
            amount=-line.amount,
            vat=-line.vat,
            discount=-line.discount,
        )
        for line in lines
    )


def quantity_of(article: Article, rng: Random) -> Thousandths:
    """How much of an article a customer takes."""
    if article.unit == KILOGRAM:
        return rng.randint(20, 250) * 10
    return rng.choices((1000, 2000, 3000, 6000), (78, 15, 5, 2))[0]


def pay(total: Ore, method: str, rng: Random) -> tuple[tuple[Payment, ...], Ore]:
    """Payments for an amount by one method, and the rounding that cash brings."""
    if method != "KONTANT":
        reference = f"{rng.randrange(10**9):09d}" if method in {"KORT", "SWISH"} else ""
        return (Payment(method, total, reference),), 0
    rounding = cash_rounding(total)
    due = total + rounding
    note = next((note for note in _BANKNOTES if note > due > 0), 0)
    if note and rng.random() < 0.2:  # a banknote, and change back
        return (Payment(method, note), Payment(method, due - note)), rounding
    return (Payment(method, due),), rounding

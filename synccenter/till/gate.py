"""What looks absurd among the rows that come down, before it is written. Pure: rows in, causes out.

A cause with a number in `MANY` is absurd only when many rows do it at once: one article may change its VAT rate, and
ten thousand may not, unless a person says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import Enum

from synccenter.contract import gtin
from synccenter.contract.model import (
    Article,
    ArticleGroup,
    Barcode,
    Customer,
    Ore,
    Price,
    RegisterRow,
    Stock,
)

LEAP = 5
"""So many times dearer or cheaper in one step is a slipped decimal mark more often than a price."""

FOOD_FROM, FOOD_TO = date(2026, 4, 1), date(2027, 12, 31)
"""VAT on food is 6 % and not 12 % from the first of these days to the last (prop. 2025/26:55)."""


class Cause(Enum):
    """Why a row waits for a person."""

    PRICE_LEAP = "price_leap"
    PRICE_ZERO = "price_zero"
    DEPOSIT_LEAP = "deposit_leap"
    FOOD_12 = "food_12"
    MOJIBAKE = "mojibake"
    BAD_CHECK = "bad_check"
    PACK = "pack"
    TWO_ARTICLES = "two_articles"
    STOCK_LEAP = "stock_leap"
    SAME_NUMBER = "same_number"
    NET_PRICES = "net_prices"
    VAT_MANY = "vat_many"
    NO_PRICES = "no_prices"
    OTHER_GOODS = "other_goods"
    MANY_OUT = "many_out"
    STOCK_EMPTIED = "stock_emptied"
    MANY_GONE = "many_gone"


CAUSE_TEXT: Mapping[Cause, str] = {
    Cause.PRICE_LEAP: "priset blir minst fem gånger högre eller lägre",
    Cause.PRICE_ZERO: "priset blir 0",
    Cause.DEPOSIT_LEAP: "panten blir minst fem gånger högre eller lägre, eller mer än fem gånger priset",
    Cause.FOOD_12: "livsmedel med 12 % moms, fast det är 6 % till och med 2027-12-31",
    Cause.MOJIBAKE: "texten har blivit oläslig (fel teckenuppsättning)",
    Cause.BAD_CHECK: "streckkodens kontrollsiffra stämmer inte",
    Cause.PACK: "streckkoden sitter på en kartong, men kassan skulle ta betalt för en styck",
    Cause.TWO_ARTICLES: "samma streckkod på två artiklar i bruk",
    Cause.STOCK_LEAP: "lagersaldot blir exakt tusen gånger större",
    Cause.SAME_NUMBER: "numret skiljer sig bara i nollor från en artikel som redan finns",
    Cause.NET_PRICES: "många priser ändras med exakt momsen, som om moms glömts eller lagts på två gånger",
    Cause.VAT_MANY: "momssatsen ändras på många samtidigt",
    Cause.NO_PRICES: "inga priser alls i registret",
    Cause.OTHER_GOODS: "många får helt andra namn, som om registret vore ett annat företags",
    Cause.MANY_OUT: "många tas ur bruk samtidigt",
    Cause.STOCK_EMPTIED: "många lagersaldon blir 0 samtidigt",
    Cause.MANY_GONE: "många rader saknas i affärssystemet och skulle tas ur bruk",
}

MANY: Mapping[Cause, tuple[int, float]] = {
    Cause.NET_PRICES: (5, 0.5),
    Cause.VAT_MANY: (10, 0.0),
    Cause.NO_PRICES: (2, 1.0),
    Cause.OTHER_GOODS: (10, 0.2),
    Cause.MANY_OUT: (10, 0.1),
    Cause.STOCK_EMPTIED: (10, 0.5),
    Cause.SAME_NUMBER: (1, 0.0),
}
"""Causes that count only together: from so many rows, when they are this part of those that were compared."""

_MOJIBAKE = re.compile(
    "Ã[\u0080-¿ƒ„…†‡ˆ‰Š‹ŒŽ‘-”•–—˜™š›œžŸ€‚]|Â[\u00a0-¿]|â€|├[ñÑÂÅ¤Ô\u0080-ÿ]|\ufffd"  # UTF-8 read as Windows or DOS
    "|(?<=[A-Za-zåäö])[„”†](?=[a-zåäö])|(?:^|\\s)[Ž™](?=[a-zåäö])"  # DOS read as Windows
    "|(?<=[a-z])[σΣ╞÷](?=[a-z])"  # Windows read as DOS
)
_FOOD = re.compile(
    r"livsmedel|dagligvar|mejeri|mjölk|ostar\b|\bost\b|ägg\b|bröd|bageri|frukt|grönsak|\bgrönt\b|kött|chark|fisk\b|fågel"
    r"|godis|konfekt|choklad|glass\b|läsk|alkoholfri|mineralvatten|kaffe|\bte\b|specerier|kolonial|skafferi|konserv"
    r"|snacks|\bchips\b|kryddor|barnmat|\bmat\b|matvaror|fryst|djupfryst",
    re.IGNORECASE,
)
_NOT_FOOD = re.compile(
    r"servering|restaurang|catering|lunch|à la carte|äta här|på plats|starköl|\bvin\b|sprit|djurmat|hundmat|kattmat"
    r"|foder|maskin|bryggare|form\b|kärl|porslin|redskap|tidning",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w{3,}")


class Today:
    """What a judgement depends on beside the two rows: the day, and what the groups are called."""

    def __init__(self, day: date, groups: Mapping[str, str]) -> None:
        self.food_is_six = FOOD_FROM <= day <= FOOD_TO
        self._groups = groups
        self._food: dict[str, bool] = {}

    def is_food(self, group: str) -> bool:
        """Whether a group's name says that it is food to take home."""
        known = self._food.get(group)
        if known is None:
            name = f"{group} {self._groups.get(group, '')}"
            known = self._food[group] = bool(_FOOD.search(name)) and not _NOT_FOOD.search(name)
        return known


def judge(old: RegisterRow | None, new: RegisterRow, today: Today) -> Cause | None:
    """Why a change should not be written without a person's word; None when it may. `old` is what the till has."""
    if isinstance(new, Article):
        return _article(old if isinstance(old, Article) else None, new, today)
    if isinstance(new, Barcode):
        return _barcode(new) if old is None else None  # on another article: see `run/barcodes.py`
    if isinstance(new, Price):
        return _price(old.price, new.price) if isinstance(old, Price) else None
    if isinstance(new, Stock):
        return _stock(old, new) if isinstance(old, Stock) else None
    if isinstance(new, Customer):
        return _customer(old if isinstance(old, Customer) else None, new)
    return _text(old, new) or _group(old, new)


def _group(old: RegisterRow | None, new: RegisterRow) -> Cause | None:
    if isinstance(new, ArticleGroup) and isinstance(old, ArticleGroup) and old.vat_rate != new.vat_rate:
        return Cause.VAT_MANY
    return None


def _customer(old: Customer | None, new: Customer) -> Cause | None:
    if old is None or not new.active:
        return Cause.MANY_OUT if old and old.active else None
    return _text(old, new) or (Cause.OTHER_GOODS if _nothing_in_common(old.name, new.name) else None)


def _article(old: Article | None, new: Article, today: Today) -> Cause | None:
    if not new.active:  # nobody can buy it, so nothing else of it matters
        return Cause.MANY_OUT if old and old.active else None
    if new.vat_rate == 12 and today.food_is_six and (today.is_food(new.group) or (old and old.vat_rate == 6)):
        return Cause.FOOD_12
    if old is None:
        return None if new.price else Cause.NO_PRICES
    cause = _price(old.price, new.price) or _deposit(old, new) or _text(old, new)
    if cause is None and old.vat_rate != new.vat_rate:
        return Cause.VAT_MANY
    if cause is None and old.price != new.price and _by_vat(old.price, new.price, new.vat_rate):
        return Cause.NET_PRICES
    return Cause.OTHER_GOODS if cause is None and _nothing_in_common(old.name, new.name) else cause


def _price(old: Ore, new: Ore) -> Cause | None:
    if old > 0 and new == 0:
        return Cause.PRICE_ZERO
    if old > 0 and (new >= old * LEAP or new * LEAP <= old):
        return Cause.PRICE_LEAP
    return None


def _deposit(old: Article, new: Article) -> Cause | None:
    """A deposit is money too: what a customer pays and is given back. One that is taken away is a decision."""
    if new.deposit in {0, old.deposit}:
        return None
    if old.deposit:
        return Cause.DEPOSIT_LEAP if _price(old.deposit, new.deposit) else None
    return Cause.DEPOSIT_LEAP if new.price and new.deposit > LEAP * new.price else None


def _by_vat(old: Ore, new: Ore, rate: int) -> bool:
    """Whether one price is the other one without its VAT, to the öre."""
    low, high = sorted((old, new))
    return rate > 0 and abs(low * (100 + rate) - high * 100) <= 100 + rate


def _text(old: RegisterRow | None, new: RegisterRow) -> Cause | None:
    """Text that *has become* unreadable: what was so already is nobody's news."""
    if old is None or not garbled(new) or garbled(old):
        return None
    return Cause.MOJIBAKE


def garbled(row: RegisterRow) -> bool:
    """Whether a text of a row looks like letters read in another character set than they were written in."""
    texts = [getattr(row, name) for name in ("name", "address", "city", "email", "unit") if hasattr(row, name)]
    return any(not text.isascii() and _MOJIBAKE.search(text) is not None for text in texts)


def _nothing_in_common(old: str, new: str) -> bool:
    before, after = _words(old), _words(new)
    return bool(before and after) and not before & after


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _barcode(new: Barcode) -> Cause | None:
    code = new.code
    if not gtin.is_gtin(code):
        return None
    if len(code) == 14 and code[0] != "0":
        return Cause.PACK
    return None if gtin.of_the_shop(code) or gtin.checks(code) else Cause.BAD_CHECK


def _stock(old: Stock, new: Stock) -> Cause | None:
    if old.quantity and new.quantity == old.quantity * 1000:
        return Cause.STOCK_LEAP
    return Cause.STOCK_EMPTIED if old.quantity > 0 and new.quantity == 0 else None


def is_many(cause: Cause, count: int, compared: int) -> bool:
    """Whether so many rows of a cause, among those that were compared, are too many to be meant."""
    least, part = MANY[cause]
    few = count >= 3 and count * 2 >= compared  # a small shop has no ten articles to change
    return count >= least and count >= part * compared if cause is not Cause.VAT_MANY else count >= least or few

"""What the demo shop has: company, tills, assortment, customers. All made up; numbers have right check digits."""

from __future__ import annotations

from datetime import date
from random import Random

from msgspec import Struct

from synccenter.contract.model import (
    Article,
    ArticleGroup,
    Barcode,
    Company,
    Customer,
    PaymentKind,
    PaymentMethod,
    Percent,
    Price,
    Stock,
    Till,
)

_FOOD_CUT = (date(2026, 4, 1), date(2027, 12, 31))
_FOOD_GROUPS = frozenset({"10", "11"})

GIFT_CARD_GROUP = "90"
AGENT_GROUP = "70"
AGENT_GROUPS = frozenset({AGENT_GROUP, "Lotter och frimärken"})
"""Lottery tickets and stamps, by code or, out of a register file, by name: sold on another's behalf."""
BOOKS, DRINKS = "Böcker och tidningar", "Dryck"
KILOGRAM = "kg"
TILLS = (Till("1", "Kassa 1", "Storgatan 1"), Till("2", "Kassa 2", "Storgatan 1"))
METHODS = (
    PaymentMethod("KONTANT", "Kontant", PaymentKind.CASH),
    PaymentMethod("KORT", "Kort", PaymentKind.CARD),
    PaymentMethod("SWISH", "Swish", PaymentKind.SWISH),
    PaymentMethod("PRESENTKORT", "Presentkort", PaymentKind.GIFT_CARD),
)

_GROUPS = (
    ("10", "Livsmedel", 12),
    ("11", "Dryck", 12),
    ("20", "Böcker och tidningar", 6),
    ("30", "Café och restaurang", 12),
    ("40", "Hushåll", 25),
    ("50", "Kläder", 25),
    ("60", "Leksaker och presenter", 25),
    (AGENT_GROUP, "Lotter och frimärken", 0),
    (GIFT_CARD_GROUP, "Presentkort", 0),
)

# Per group: name, price in kronor, and a unit or "pant" with its kronor where there is one.
_GOODS = {
    "10": """Mjölk 1 l;17,90|Filmjölk 1 l;21,90|Smör 500 g;64,90|Grevéost;129,00;kg|Ägg 12-pack;44,90
        Surdegsbröd;49,00|Knäckebröd;24,90|Havregryn;26,50|Kaffe 450 g;79,90|Bananer;27,90;kg
        Äpplen Ingrid Marie;34,90;kg|Potatis;16,90;kg|Falukorv;54,90|Laxfilé;289,00;kg|Choklad 200 g;39,50""",
    "11": """Mineralvatten 50 cl;14,90;pant 1|Mineralvatten 1,5 l;21,90;pant 2|Cola 33 cl;13,90;pant 1
        Cola 1,5 l;26,90;pant 2|Julmust 1,4 l;29,90;pant 2|Päronsoda 33 cl;13,90;pant 1
        Apelsinjuice 1 l;32,90|Äppelmust 75 cl;49,00|Energidryck 25 cl;18,90;pant 1
        Lättöl 33 cl;11,90;pant 1|Havredryck 1 l;24,90|Fruktsoda 1,5 l;25,90;pant 2|Isté 50 cl;19,90;pant 1
        Blåbärssoppa 1 l;28,90|Kokosvatten 33 cl;22,90;pant 1""",
    "20": """Deckare pocket;79,00|Roman inbunden;249,00|Barnbok;149,00|Kokbok;329,00|Korsord;59,90
        Dagstidning;39,00|Månadsmagasin;89,50|Serietidning;54,90|Ordbok;279,00|Reseguide;199,00
        Målarbok;69,00|Biografi;259,00|Diktsamling;189,00|Trädgårdsbok;299,00|Ljudbok på kort;169,00""",
    "30": """Kaffe;32,00|Cappuccino;42,00|Te;29,00|Varm choklad;45,00|Kanelbulle;34,00|Chokladboll;28,00
        Prinsesstårta bit;55,00|Räksmörgås;129,00|Ostfralla;49,00|Dagens lunch;125,00|Sallad;115,00
        Soppa;95,00|Pannkakor;89,00|Glass 2 kulor;48,00|Paj;99,00""",
    "40": """Diskmedel;34,90|Tvättmedel;89,90|Toalettpapper 8-pack;59,90|Hushållspapper;49,90|Ljus 10-pack;44,50
        Batterier AA;69,90|Glödlampa LED;59,00|Soppåsar;27,90|Diskborste;29,90|Tändstickor;14,50
        Värmeljus 50-pack;54,90|Handtvål;32,90|Schampo;47,90|Tandkräm;28,50|Plåster;36,90""",
    "50": """T-tröja;199,00|Skjorta;499,00|Jeans;799,00|Stickad tröja;899,00|Strumpor;69,90|Mössa;249,00
        Vantar;199,50|Halsduk;299,00|Regnjacka;1199,00|Klänning;999,00|Barnoverall;649,00|Bälte;349,00
        Pyjamas;399,00|Shorts;349,50|Gummistövlar;449,00""",
    "60": """Pussel 1000 bitar;179,00|Nalle;229,00|Träbil;149,50|Byggklossar;399,00|Sällskapsspel;349,00
        Kortlek;49,90|Ballonger;24,50|Doftljus;149,00|Vas;279,00|Kaffemugg;99,50|Presentpapper;39,90
        Gratulationskort;34,90|Fotoram;129,00|Docka;299,00|Drake;199,00""",
    "70": """Skraplott 30;30,00|Skraplott 50;50,00|Julkalenderlott;100,00|Bingolott;100,00|Frimärke brev;22,00
        Frimärken 10-pack;220,00|Frimärke utrikes;44,00|Föreningslott;20,00|Hockeylott;50,00|Vårlott;40,00
        Frimärkshäfte jul;220,00|Storlott;200,00|Idrottslott;25,00|Påsklott;50,00|Sommarlott;30,00""",
}

_PEOPLE = """Anna Lindqvist|Bertil Öberg|Cecilia Ek|David Nyström|Elin Åkesson|Fredrik Holm|Gunilla Sjöberg
        Hassan Ali|Ingrid Bergström|Johan Wallin|Karin Lund|Lars Hedman"""
_BUSINESSES = """Nybro Bygg AB|Café Lyktan HB|Åsa Redovisning AB|Möllers Måleri AB|Sjöboda Skola|Örtagården AB
        Tandläkarna i Väst AB|Bageri Ängen AB"""


class Shop(Struct, frozen=True):
    """What a shop sells and to whom."""

    groups: tuple[ArticleGroup, ...]
    articles: tuple[Article, ...]
    barcodes: tuple[Barcode, ...]
    prices: tuple[Price, ...]
    stock: tuple[Stock, ...]
    customers: tuple[Customer, ...]


def luhn_digit(digits: str) -> int:
    """The check digit of a Swedish organisation number (Luhn, modulus 10)."""
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))]
    return -sum(number // 10 + number % 10 for number in doubled) % 10


def ean_digit(digits: str) -> int:
    """The check digit of an EAN (GS1 General Specifications 7.9: weights 3 and 1 from the right)."""
    return -sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))) % 10


def org_number(first_nine: str) -> str:
    """An organisation number with its check digit: 556677889 gives 556677-889X."""
    return f"{first_nine[:6]}-{first_nine[6:]}{luhn_digit(first_nine)}"


COMPANY = Company("1", "Demobutiken AB", org_number("556677889"), "Storgatan 1")


def vat_rate_on(group: str, rate: Percent, on: date) -> Percent:
    """The rate of a day: food is 6 % from 2026-04-01 to 2027-12-31 and 12 % before and after (prop. 2025/26:55).

    Restaurant services stay at 12 %.
    """
    first, last = _FOOD_CUT
    return 6 if group in _FOOD_GROUPS and first <= on <= last else rate


def shop_on(on: date) -> Shop:
    """The demo shop's registers as they are on a day: 120 articles in 8 groups, and gift cards."""
    groups = tuple(ArticleGroup(code, name, vat_rate_on(code, rate, on)) for code, name, rate in _GROUPS)
    rates = {group.code: group.vat_rate for group in groups}
    articles = tuple(
        _article(f"{code}{place:02d}", code, rates[code], words)
        for code, goods in _GOODS.items()
        for place, words in enumerate(_words(goods), start=1)
    )
    rng = Random("saldo")  # noqa: S311 - a stock to look at, no secret
    return Shop(
        groups=groups,
        articles=articles,
        barcodes=tuple(barcode for place, article in enumerate(articles) for barcode in _barcodes(place, article)),
        prices=tuple(Price("STAM", article.number, date(2026, 1, 1), article.price * 9 // 10) for article in articles),
        stock=tuple(Stock(article.number, "BUTIK", rng.randint(3, 80) * 1000) for article in articles),
        customers=_customers(),
    )


def _words(text: str) -> list[str]:
    return [word.strip() for line in text.splitlines() for word in line.split("|")]


def _article(number: str, group: str, rate: Percent, words: str) -> Article:
    name, price, *rest = words.split(";")
    extra = rest[0] if rest else ""
    deposit = int(extra.removeprefix("pant ")) * 100 if extra.startswith("pant") else 0
    unit = KILOGRAM if extra == KILOGRAM else "st"
    return Article(number, name, group, rate, int(price.replace(",", "")), deposit, unit)


def _barcodes(place: int, article: Article) -> list[Barcode]:
    """One code each, and a second for every tenth: a new package. 20 is GS1's prefix for a shop's own codes."""
    bodies = [f"20{place + 1:010d}"] + ([f"21{place + 1:010d}"] if place % 10 == 0 else [])
    return [Barcode(f"{body}{ean_digit(body)}", article.number) for body in bodies]


def _customers() -> tuple[Customer, ...]:
    people = [
        Customer(
            str(1001 + place),
            name,
            address=f"Skolgatan {place + 2}",
            postal_code="123 45",
            city="Exempelstad",
            email=f"kund{1001 + place}@example.com",
            phone=f"070-174 06 {5 + place:02d}",  # 070-174 06 05 to 06 99 are kept for fiction by PTS
            price_list="STAM" if place % 4 == 0 else "",
        )
        for place, name in enumerate(_words(_PEOPLE))
    ]
    businesses = [
        Customer(
            str(2001 + place),
            name,
            org_number(f"5590{10 + place}100"),
            f"Industrivägen {place + 1}",
            "123 45",
            "Exempelstad",
            f"faktura{place + 1}@example.com",
        )
        for place, name in enumerate(_words(_BUSINESSES))
    ]
    return (*people, *businesses)

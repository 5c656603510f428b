"""A made-up register of articles as JSON, such as a Swedish business system sends it: 28 fields, about 700 bytes.

The first 100,000 are drawn once; more are the same again with another prefix, so that a million cost no memory.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec

BLOCK = 100_000
PREFIX = b"##"
"""Stands for the block's number in article numbers and barcodes."""

OLD, NEW = "2026-10-01T08:00:00Z", "2026-11-02T08:00:00Z"
CHANGED_SINCE = "2026-11-01T00:00:00Z"

_THINGS = ("Skruv", "Mjölk", "Tröja", "Målarfärg", "Räksallad", "Äppelmust", "Tvål", "Glödlampa", "Blåbärssylt")
_KINDS = ("röd", "ekologisk", "hållbar", "kyld", "rökt", "vävd", "lätt", "grå", "svensk", "örtkryddad")


def articles(count: int, changed: bool = False) -> list[bytes]:
    """The JSON of each article of the first block; with `changed` every hundredth has a new price and time."""
    draw = random.Random(20261124)
    return [_article(number, draw, changed and number % 100 == 7) for number in range(min(count, BLOCK))]


def _article(number: int, draw: random.Random, changed: bool) -> bytes:
    thing, kind = draw.choice(_THINGS), draw.choice(_KINDS)
    net = draw.randrange(500, 400_000)
    group = draw.randrange(100, 116)
    vat = draw.choice((25, 25, 12, 6))
    code = f"{PREFIX.decode()}{number:06}"
    supplier = draw.randrange(500, 508)
    created = f"2024-{1 + number % 12:02}-{1 + number % 28:02}T10:06:00Z"
    return msgspec.json.encode(
        {
            "@url": f"https://api.example.test/3/articles/{code}",
            "ArticleNumber": code,
            "Description": f"{thing} {kind} {draw.randrange(1, 900)} g nr {number}",
            "EAN": f"73{code}{number:03}"[:13].ljust(13, "0"),
            "Unit": draw.choice(("st", "kg", "l", "par", "förp")),
            "SalesPrice": f"{(net + 100 if changed else net) / 100:.2f}",
            "PurchasePrice": f"{net * 6 // 10 / 100:.2f}",
            "VAT": str(vat),
            "ArticleGroup": str(group),
            "ArticleGroupName": f"Varugrupp {group}",
            "SupplierNumber": str(supplier),
            "SupplierName": f"Söderströms & Åkesson {supplier} AB",
            "SupplierArticleNumber": f"L-{draw.randrange(10**6):06}",
            "QuantityInStock": float(draw.randrange(400)),
            "ReservedQuantity": float(draw.randrange(10)),
            "DisposableQuantity": float(draw.randrange(390)),
            "StockPlace": f"D{draw.randrange(40):02}-{draw.randrange(9)}",
            "StockGoods": True,
            "Active": draw.random() < 0.96,
            "WebshopArticle": False,
            "Weight": draw.randrange(5, 9000),
            "SalesAccount": 3001,
            "PurchaseAccount": 4001,
            "CostCenter": "BUTIK",
            "Note": draw.choice(("", "", "Säljs ej till minderåriga")),
            "Type": "STOCK",
            "CreatedAt": created,
            "LastModified": NEW if changed else OLD,
        }
    )


def page(lines: Sequence[bytes], total: int, number: int, size: int) -> bytes:
    """Page `number` (from 1) of `total` articles made of the lines of one block."""
    first = (number - 1) * size
    rows = []
    for at in range(first, min(first + size, total)):
        block, place = divmod(at, len(lines))
        rows.append(lines[place].replace(PREFIX, b"%02d" % (block + 10)))
    head = {"@TotalResources": total, "@TotalPages": max(1, -(-total // size)), "@CurrentPage": number, "@Now": NEW}
    return b'{"MetaInformation":' + msgspec.json.encode(head) + b',"Articles":[' + b",".join(rows) + b"]}"

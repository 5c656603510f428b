"""The till's database and what stands in it."""

from __future__ import annotations

from tests.errors.case import Act, Case, Patch, put
from tests.worlds.street import Store


def till(*statements: str) -> Act:
    """Change the till as its database's keeper might; the copy is put back afterwards."""

    def do(store: Store, _patch: Patch) -> None:
        store.keep()
        for statement in statements:
            store.sql(statement)

    return do


def till_back(store: Store, _patch: Patch) -> None:
    store.put_back(store.till)


def the_day_comes(store: Store, _patch: Patch) -> None:
    store.facts.years.clear()
    store.clock.now = store.clock.now.replace(year=2031, month=1, day=2)


def till_gone(store: Store, _patch: Patch) -> None:
    store.keep()
    for suffix in ("", "-wal", "-shm"):
        store.till.with_name(store.till.name + suffix).unlink(missing_ok=True)


def till_broken(store: Store, _patch: Patch) -> None:
    till_gone(store, _patch)
    store.till.write_bytes(b"SQLite format 3\0" + b"\xff" * 8192)


def of_till(name: str, code: str, words: tuple[str, ...], *statements: str, unit: str = "z") -> Case:
    return Case(name, code, words, till(*statements), till_back, unit=unit)


_LAST = "(SELECT MAX(number) FROM receipt WHERE state='finished' AND till='1')"
_ONE_LINE = (
    f"till='1' AND receipt={_LAST} AND row=(SELECT MIN(row) FROM receipt_line WHERE till='1' AND receipt={_LAST}"
    " AND vat_rate>0)"
)
_RATES = ", ".join(
    f"{{rate={rate}, account={account}, vat_account={vat}}}"
    for rate, account, vat in ((25, 3001, 2611), (12, 3002, 2621), (6, 3003, 2631), (0, 3004, 0))
)
_ALL_CLOSED = "UPDATE receipt SET z_number=2 WHERE number>(SELECT MAX(last_receipt) FROM z_report WHERE number=1)"

TILL = (
    of_till("tabell saknas", "K01", ("z_vat",), "DROP TABLE z_vat"),
    of_till("vy för betalsätt saknas", "K01", ("payment_method",), "DROP TABLE payment_method"),
    of_till("företagstabellen saknas", "K01", ("company",), "ALTER TABLE company RENAME TO foretag"),
    of_till(
        "kolumn saknas", "K02", ("”vat” saknas i ”receipt_line”",), "ALTER TABLE receipt_line RENAME COLUMN vat TO moms"
    ),
    of_till(
        "oläsligt belopp",
        "K04",
        ("Kvitto 1-", "tolv"),
        f"UPDATE receipt_payment SET amount='tolv' WHERE till='1' AND receipt={_LAST}",
        unit="receipt",
    ),
    of_till(
        "oläsligt datum",
        "K04",
        ("Kvitto 1-", "i går"),
        f"UPDATE receipt SET at='i går' WHERE till='1' AND number={_LAST}",
        unit="receipt",
    ),
    of_till(
        "okänt betalsätt",
        "B01",
        ("KLARNA", "Betalsätt"),
        f"UPDATE receipt_payment SET method='KLARNA' WHERE till='1' AND receipt={_LAST}",
        unit="receipt",
    ),
    Case(
        "varugrupp utan konto",
        "B02",
        ("Hushåll", "25 % moms"),
        put(f'posting.sales=[{_RATES}, {{group="40", rate=25, account=0}}]'),
        put(f"posting.sales=[{_RATES}]"),
        unit="receipt",
    ),
    of_till(
        "momssats som inte finns",
        "B19",
        ("17 % moms",),
        f"UPDATE receipt_line SET vat_rate=17 WHERE {_ONE_LINE}",
        unit="receipt",
    ),
    of_till(
        "kvittot går inte ihop",
        "B03",
        ("skillnaden är", "Kvitto 1-"),
        f"UPDATE receipt_line SET amount=amount+500 WHERE {_ONE_LINE}",
        unit="receipt",
    ),
    of_till(
        "orimlig öresavrundning",
        "B07",
        ("Öresavrundningen",),
        f"UPDATE receipt SET rounding=rounding+500 WHERE till='1' AND number={_LAST}",
        f"UPDATE receipt_line SET amount=amount-500 WHERE {_ONE_LINE}",
        unit="receipt",
    ),
    of_till(
        "Z stämmer inte",
        "B04",
        ("Z-rapporten säger",),
        _ALL_CLOSED,
        "UPDATE z_report SET total=total+100 WHERE number=2",
    ),
    of_till(
        "kvitto saknas i Z",
        "B09",
        ("bland dem som den stängde",),
        f"DELETE FROM receipt WHERE till='1' AND number={_LAST}",
    ),
    Case(
        "framtida datum",
        "K07",
        ("2031-01-01", "klocka"),
        till("UPDATE z_report SET business_date='2031-01-01' WHERE number=2"),
        the_day_comes,
    ),
    Case("kassans databas är borta", "D01", ("kassa.sqlite",), till_gone, till_back),
    Case("kassans databas är skadad", "D02", ("skadad",), till_broken, till_back),
    Case("företaget finns inte", "I09", ("”99”",), put("general.company=99"), put("general.company=")),
    Case(
        "betalsätt utan konto i kontrollen",
        "B01",
        ("KORT",),
        put("posting.card_account="),
        put("posting.card_account=1686"),
    ),
)

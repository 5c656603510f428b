"""The Z report as a page: which facts stand where, in Swedish, and the file's bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from synccenter.contract.model import Ore, kronor
from synccenter.pages.facts import Count, Entry, Shop, ZFacts
from synccenter.pages.paper import Sheet, Table, pdf

_TWO = (0.72, 0.28)
_AMOUNT = frozenset({1})


def z_page(reports: Sequence[ZFacts], entries: Sequence[Entry], shop: Shop) -> bytes:
    """A PDF with a page or more for each Z report, and the vouchers' rows after the last one."""
    sheets = [_sheet(one, entries if one is reports[-1] else (), shop) for one in reports]
    return pdf(", ".join(sheet.title for sheet in sheets), sheets)


def _sheet(one: ZFacts, entries: Sequence[Entry], shop: Shop) -> Sheet:
    z, company = one.z, shop.company
    who = " · ".join(part for part in (company.name, company.org_number, company.store) if part)
    till = f"{one.till.id} ({one.till.name})" if one.till.name and one.till.name != one.till.id else one.till.id
    lines = (
        who,
        f"Kassa {till}, Z-nummer {z.number}, affärsdag {z.business_date}, avslutad {z.at:%Y-%m-%d %H:%M}",
        f"Kvitto {z.first_receipt}–{z.last_receipt}, {one.receipts.count} försäljningar. Belopp i kronor.",
    )
    tables = [*_sales(one), *_events(one), *_cash(one), *(_entry(row) for row in entries)]
    return Sheet(f"Z-rapport {z.number} kassa {one.till.id}", lines, tables)


def _sales(one: ZFacts) -> Iterator[Table]:
    vat = [(f"{rate} %", kronor(net), kronor(vat), kronor(net + vat)) for rate, net, vat in one.vat]
    net, tax = sum(row[1] for row in one.vat), sum(row[2] for row in one.vat)
    yield Table(
        "Försäljning per momssats",
        [*vat, ("Summa", kronor(net), kronor(tax), kronor(net + tax))],
        (0.31, 0.23, 0.23, 0.23),
        frozenset({1, 2, 3}),
        ("Moms", "Netto", "Moms, kr", "Inklusive moms"),
        total=True,
    )
    if one.groups:
        yield _sums("Försäljning per varugrupp", one.groups)
    yield _sums("Betalningar", one.methods)
    yield Table("Avrundning", [("Öresavrundning", kronor(one.z.rounding))], _TWO, _AMOUNT)


def _sums(heading: str, rows: Sequence[tuple[str, Ore]]) -> Table:
    told = [(name, kronor(amount)) for name, amount in rows]
    total = ("Summa", kronor(sum(amount for _, amount in rows)))
    return Table(heading, [*told, total], _TWO, _AMOUNT, total=True)


def _events(one: ZFacts) -> Iterator[Table]:
    rows = (
        ("Returer (rader)", one.returns),
        ("Rabatter (rader)", one.discounts),
        ("Sålda presentkort", one.cards_sold),
        ("Använda presentkort", one.cards_used),
        ("Avbrutna köp", one.cancelled),
        ("Felslag (makulerade kvitton)", one.voided),
    )
    told = [_event(name, count) for name, count in rows]
    told.append(("Parkerade köp", str(one.parked), ""))
    yield Table("Övrigt", told, (0.56, 0.16, 0.28), frozenset({1, 2}), ("", "Antal", "Belopp"))


def _event(name: str, count: Count) -> tuple[str, str, str]:
    return name, str(count.count), kronor(count.amount) if count.count else "0,00"


def _cash(one: ZFacts) -> Iterator[Table]:
    rows = [("Växelkassa", kronor(one.floats.amount))] if one.floats.count else []
    rows += [(name, kronor(amount)) for name, amount in one.cash]
    if not rows:
        rows = [("Inga insättningar eller uttag", "")]
    yield Table("Kontanter in och ut", rows, _TWO, _AMOUNT)
    counted = [
        row
        for each in one.counted
        for row in (
            ("Räknat", kronor(each.counted)),
            ("Borde ligga i lådan", "–" if each.expected is None else kronor(each.expected)),
            ("Differens", "–" if each.difference is None else kronor(each.difference)),
        )
    ]
    yield Table("Kassaräkning", counted or [("Kassan är inte räknad", "")], _TWO, _AMOUNT)


def _entry(one: Entry) -> Table:
    rows = [(str(account), name, _or_blank(debit), _or_blank(credit)) for account, name, debit, credit in one.rows]
    debit, credit = sum(row[2] for row in one.rows), sum(row[3] for row in one.rows)
    return Table(
        f"Verifikation {one.reference}, {one.date}",
        [*rows, ("Summa", "", kronor(debit), kronor(credit))],
        (0.12, 0.48, 0.2, 0.2),
        frozenset({2, 3}),
        ("Konto", "Namn", "Debet", "Kredit"),
        total=True,
    )


def _or_blank(amount: Ore) -> str:
    return kronor(amount) if amount else ""

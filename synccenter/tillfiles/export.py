"""Writes what the till's tables hold as a journal export (SKVFS 2021:16): for an auditor, for trials, for till makers.

Streamed Z report by Z report. What the tables do not hold is written as not known: they have no control codes and no
serial numbers, so this is an account of the sales and no copy of the control unit's memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape

from msgspec import Struct

from synccenter.contract.model import (
    CashKind,
    CashMovement,
    Company,
    Line,
    LineKind,
    Ore,
    Receipt,
    ReceiptState,
    Till,
    ZReport,
)
from synccenter.till.sales import LIMIT, Sales, Unreadable
from synccenter.tillfiles.names import INSTANS, KOMPONENT, ROOT

MOST = 72
"""Characters of a text in the schema."""

PROGRAM = "JobOffice Kassa"
UNKNOWN = "OKÄND"
CONTROL_UNIT, CONTROL_CODE = "SAKNASITABELLERNA", "SAKNAS-I-TABELLERNA".ljust(59, "-")
"""17 and 59 characters, as the schema wants; the tables hold neither."""

ROUNDING = "Öresavrundning"


class Exported(Struct):
    """What was written. `left_out`: receipts and Z reports with a value that cannot be read."""

    receipts: int = 0
    z_reports: int = 0
    left_out: int = 0


def export(sales: Sales, company: Company, days: tuple[date, date], path: Path, *, now: datetime) -> Exported:
    """Write the Z reports of some days with their receipts, and the receipts of those days that are not closed."""
    result = Exported()
    first, last = days
    tills = sales.tills()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        writer = _Writer(sales, company, result)
        file.write(writer.preface(tills, first, last, now))
        for till in tills:
            for event in writer.events(till, first, last):
                file.write(event)
        file.write(f"</k:RegistreringLISTA></i:{ROOT}>\n")
    return result


def _element(name: str, *inner: str) -> str:
    return f"<k:{name}>{''.join(inner)}</k:{name}>"


def _text(name: str, text: object) -> str:
    """An element with a text: cut to what the schema takes; what has none is a dash."""
    return _element(name, escape(" ".join(str(text).split())[:MOST].strip() or "-"))


def _ore(name: str, amount: Ore) -> str:
    return _element(name, f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02}")


def _time(name: str, at: datetime) -> str:
    return _element(name, at.replace(tzinfo=None, microsecond=0).isoformat())


def _listed(listing: str, part: str, rows: Iterable[tuple[str, ...]]) -> str:
    return _element(listing, *(_element(part, *row) for row in rows))


class _Writer:
    """Writes one company's sales."""

    def __init__(self, sales: Sales, company: Company, result: Exported) -> None:
        self._sales = sales
        self._result = result
        self._org = "".join(filter(str.isdigit, company.org_number))
        self._company = company
        self._methods = {one.code: one.name or one.code for one in sales.payment_methods()}
        self._groups = {one.code: one.name for one in sales.groups()}

    def preface(self, tills: Sequence[Till], first: date, last: date, now: datetime) -> str:
        """Everything before the events."""
        chosen = "BeteckningPaValtKassaregisterForExportAvDataFranJournalminnet"
        return "".join(
            (
                '<?xml version="1.0" encoding="UTF-8"?>\n',
                f'<i:{ROOT} xmlns:i="{INSTANS}" xmlns:k="{KOMPONENT}">',
                _text("BeteckningPaDetKassaregisterSomExportAvDataFranJournalminnetSkerIfran", tills[0].id),
                _time("TidpunktForNarExportAvDataFranJournalminnetSker", now),
                _element(
                    "ValdPeriodForExportAvDataFranJournalminne",
                    _element("ValdStarttidpunktForExportAvDataFranJournalminnet", f"{first}T00:00:00"),
                    _element("ValdSluttidpunktForExportAvDataFranJournalminnet", f"{last}T23:59:59"),
                ),
                _element(
                    "BeteckningPaValdaKassaregisterForExportAvDataFranJournalminnenLISTA",
                    *(_text(chosen, till.id) for till in tills),
                ),
                _element(
                    "InformationOmForetaget",
                    _element("OrganisationsnummerEllerPersonnummer", self._org),
                    _text("ForetagetsNamn", self._company.name),
                    _text("DenAdressDarForsaljningSker", self._place(tills[0])),
                ),
                _listed("KassaregistersystemLISTA", "Kassaregistersystemet", map(self._register_system, tills)),
                "<k:RegistreringLISTA>\n",
            )
        )

    def events(self, till: Till, first: date, last: date) -> Iterator[str]:
        """A till's events, in the order of its Z reports."""
        for z in self._z_reports(till, first, last):
            receipts = self._known(self._sales.receipts_of_z(till.id, z.number))
            for movement in self._sales.cash_of_z(till.id, z.number):
                yield from self._cash(till, movement)
            yield from self._receipts(till, receipts)
            self._result.z_reports += 1
            yield self._event(till, z.at, "", self._z(till, z, receipts))
        yield from self._receipts(till, self._open(till, first, last))

    def _receipts(self, till: Till, receipts: Iterable[Receipt]) -> Iterator[str]:
        for receipt in receipts:
            self._result.receipts += 1
            yield self._event(till, receipt.at, receipt.cashier, self._receipt(till, receipt))

    def _z_reports(self, till: Till, first: date, last: date) -> Iterator[ZReport]:
        after = 0
        while batch := self._sales.z_after(till.id, after):
            after = batch[-1].number
            for z in batch:
                if isinstance(z, Unreadable):
                    self._result.left_out += 1
                elif first <= z.business_date <= last:
                    yield z

    def _known(self, found: Sequence[Receipt | Unreadable]) -> list[Receipt]:
        self._result.left_out += sum(isinstance(one, Unreadable) for one in found)
        return [one for one in found if isinstance(one, Receipt) and one.state is ReceiptState.FINISHED]

    def _open(self, till: Till, first: date, last: date) -> Iterator[Receipt]:
        """The receipts of the days that no Z report has closed."""
        start = self._sales.first_receipt_on(till.id, first)
        after = None if start is None else start - 1
        while after is not None and (batch := self._sales.receipts_after(till.id, after, LIMIT)):
            after = batch[-1].number
            closed = [one for one in batch if isinstance(one, Receipt)]
            yield from (one for one in self._known(closed) if one.z_number is None and one.at.date() <= last)

    def _event(self, till: Till, at: datetime, cashier: str, content: str) -> str:
        user = _text("InloggadAnvandare", cashier) if cashier else ""
        return (
            _element("Handelse", user, _text("Kassabeteckning", till.id), _time("Registreringstidpunkt", at), content)
            + "\n"
        )

    def _place(self, till: Till) -> str:
        return till.store or self._company.store or self._company.name

    def _register(self, till: Till) -> tuple[str, ...]:
        return (
            _text("TillverkningsnummerForKassaregistret", till.id[:48]),
            _text("ModellbeteckningForKassaregistret", PROGRAM),
            _text("ModellEllerProgramForKassaregistret", PROGRAM),
            _text("VersionsnummerForKassaregistret", UNKNOWN),
        )

    def _register_system(self, till: Till) -> tuple[str, ...]:
        unit = _element("TillverkningsnummerForKontrollenheten", CONTROL_UNIT)
        return (*self._register(till), _text("Kassabeteckning", till.id), unit)

    def _receipt(self, till: Till, receipt: Receipt) -> str:
        returned = is_return(receipt)
        kind, moment = ("Returkvitto", "Returkvitto") if returned else ("Kassakvitto", "Kvitto")
        original = receipt.return_of.number if receipt.return_of and returned else None
        vat = _vat_of(receipt.lines)
        if receipt.rounding:
            vat.setdefault(0, 0)
        return _element(
            kind,
            _text("ForetagetsNamn", self._company.name),
            _element("OrganisationsnummerEllerPersonnummer", self._org),
            _text("DenAdressDarForsaljningSker", self._place(till)),
            _time(f"DatumOchKlockslagNar{moment}Framstalls", receipt.at),
            _element("LopnummerForKassakvitto", str(receipt.number)),
            _element("LopnummerForUrsprungligtKassakvitto", str(original)) if original else "",
            _text("Kassabeteckning", till.id),
            _element("SaldaArtiklarLISTA", *self._lines(receipt)),
            _ore("TotaltForsaljningsbeloppISvenskaKronor", receipt.total),
            _ore("MervardesskattPaForsaljningsbeloppet", sum(vat.values())),
            self._payments([(one.method, one.amount) for one in receipt.payments]),
            _vat_list(vat),
            _element("LopnummerForZDagrapportPaKvitto", str(receipt.z_number or 0)),
            _element("TillverkningsnummerForKontrollenheten", CONTROL_UNIT),
            _element("Kontrollkod", CONTROL_CODE),
        )

    def _lines(self, receipt: Receipt) -> Iterator[str]:
        for line in receipt.lines:
            yield self._line(line, receipt.at)
        if receipt.rounding:
            rounding = Line(0, LineKind.TIP, "", ROUNDING, "", 1000, receipt.rounding, 0, 0)
            yield self._line(rounding, receipt.at)

    def _line(self, line: Line, at: datetime) -> str:
        goods = line.kind in {LineKind.GOODS, LineKind.DEPOSIT}
        group = self._groups.get(line.group, line.group)
        discount = _listed(
            "RabatterPaSaldArtikelLISTA", "RabattPaSaldArtikel", [(_ore("RabattensBelopp", line.discount),)]
        )
        return _element(
            "SaldArtikel",
            _element("TypAvArtikel", "VARA" if goods else "TJANST"),
            _text("NamnPaHuvudgrupp", group) if group else "",
            _text("Artikelnummer", line.article) if line.article else "",
            _text("Artikelnamn", line.text or line.article),
            _ore("AntalAvSaldArtikel", round(line.quantity / 10)),
            _ore("PrisPaSaldArtikel", line.amount),
            discount if line.discount else "",
            _element("MervardesskattesatsForSaldArtikel", str(line.vat_rate)),
            _ore("MervardesskattPaSaldArtikel", line.vat),
            _time("ArtikelnsRegistreringstidpunkt", at),
        )

    def _payments(self, payments: Iterable[tuple[str, Ore]]) -> str:
        rows = [(_text("Betalningsmedel", self._methods.get(code, code)), amount) for code, amount in payments]
        return _listed(
            "TotalaForsaljningssummorPerBetalningsmedelLISTA",
            "TotalForsaljningssummaPerBetalningsmedel",
            [(text, _ore("ForsaljningssummaPerBetalningsmedel", amount)) for text, amount in rows],
        )

    def _cash(self, till: Till, movement: CashMovement) -> Iterator[str]:
        """A counted drawer is not in the format."""
        if movement.kind is CashKind.COUNTED:
            return
        amount = -movement.amount if movement.kind is CashKind.PAY_OUT else movement.amount
        change = _element("ForandraVaxelkassa", _ore("ForandringAvVaxelkassaISvenskaKronor", amount))
        yield self._event(till, movement.at, "", change)

    def _z(self, till: Till, z: ZReport, receipts: Sequence[Receipt]) -> str:
        returned = [one for one in receipts if is_return(one)]
        sold: Counter[str] = Counter()
        for line in (line for one in receipts for line in one.lines):
            sold[self._groups.get(line.group, line.group)] += line.amount
        back = sum(one.total for one in returned)
        discounts = sum(line.discount for one in receipts for line in one.lines)
        groups = [
            (_text("NamnPaHuvudgrupp", name) if name else "", _ore("TotalForsaljningssummaForHuvudgrupp", amount))
            for name, amount in sold.items()
        ]
        return _element(
            "ZDagrapport",
            _text("ForetagetsNamn", self._company.name),
            _element("OrganisationsnummerEllerPersonnummer", self._org),
            _time("DatumOchKlockslagNarRapportFramstalls", z.at),
            _element("LopnummerForZDagrapport", str(z.number)),
            _text("Kassabeteckning", till.id),
            *self._register(till),
            _ore("TotalForsaljningssumma", z.total),
            _listed(
                "TotalaForsaljningssummorForOlikaHuvudgrupperLISTA",
                "TotalForsaljningssummaForOlikaHuvudgrupper",
                groups,
            )
            if groups
            else "",
            _vat_list({one.rate: one.vat for one in z.vat_totals}),
            _ore("VaxelkassansBeloppISvenskaKronor", 0),
            _element("AntalKassakvitton", str(len(receipts) - len(returned))),
            self._payments([(one.method, one.amount) for one in z.method_totals]),
            _element("AntalReturer", str(len(returned))),
            _ore("ReturernasBelopp", back),
            _ore("RabatternasBelopp", discounts),
            *_nothing_more(z.total - back, back),
        )


def _nothing_more(sales: Ore, back: Ore) -> tuple[str, ...]:
    """What the tables do not hold is 0; the grand totals are the day's own."""
    return (
        _element("AntalOvrigaRegistreringarSomMinskatDagensForsaljningsbelopp", "0"),
        _ore("TotaltBeloppAvOvrigaRegistreringarSomMinskatDagensForsaljningsbelopp", 0),
        _element("AntalOavslutadeForsaljningar", "0"),
        _ore("TotaltBeloppAvOavslutadeForsaljningar", 0),
        _ore("GrandTotalForsaljning", max(0, sales)),
        _ore("GrandTotalRetur", back),
        _ore("GrandTotalNetto", sales + back),
    )


def is_return(receipt: Receipt) -> bool:
    """Whether a receipt is a return: it gives money back."""
    return sum(line.amount for line in receipt.lines) < 0


def _vat_of(lines: Iterable[Line]) -> dict[int, Ore]:
    vat: dict[int, Ore] = {}
    for line in lines:
        vat[line.vat_rate] = vat.get(line.vat_rate, 0) + line.vat
    return vat


def _vat_list(vat: dict[int, Ore]) -> str:
    return _listed(
        "MervardesskattPaOlikaSkattesatserLISTA",
        "MervardesskattPerSkattesats",
        [
            (_element("Mervardesskattesats", str(rate)), _ore("TotaltMervardesskattebeloppPerSkattesats", amount))
            for rate, amount in sorted((vat or {0: 0}).items())
        ],
    )

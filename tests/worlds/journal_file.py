"""Journal exports as tills make them: invented days, written element by element with every habit seen in the field."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

INSTANS = "http://xmls.skatteverket.se/se/skatteverket/td/instans/utredningsstod/1.0"
KOMPONENT = "http://xmls.skatteverket.se/se/skatteverket/td/komponent/utredningsstod/1.0"
CODE = "A" * 59
DAY = "2027-01-04"

Line = tuple[str, str, int]
"""Name, amount in kronor with two decimals, VAT rate."""


def element(name: str, inner: str) -> str:
    return f"<k:{name}>{inner}</k:{name}>"


def value(name: str, text: object) -> str:
    return element(name, escape(str(text)))


def vat_of(amount: str, rate: int) -> Decimal:
    return (Decimal(amount) * rate / (100 + rate)).quantize(Decimal("0.01"), ROUND_HALF_UP)


class JournalFile:
    """One export, event by event."""

    def __init__(
        self, *, org: str = "5560360793", place: str = "Storgatan 1, 111 22 Stockholm", make: str = "Exempelkassa"
    ) -> None:
        self.org, self.place, self.make = org, place, make
        self.registers: dict[str, tuple[str, str]] = {"K1": ("SNK1", "EXEMPELENHET00001")}
        self.events: list[str] = []

    def event(self, inner: str, till: str = "K1", at: str = f"{DAY}T09:00:00") -> None:
        self.events.append(
            element("Handelse", value("Kassabeteckning", till) + value("Registreringstidpunkt", at) + inner)
        )

    def receipt(
        self,
        number: int,
        lines: Sequence[Line],
        payments: Sequence[tuple[str, str]],
        *,
        kind: str = "Kassakvitto",
        z: int = 12,
        at: str = f"{DAY}T10:00:00",
        till: str = "K1",
        discount: str = "",
        vat: dict[int, str] | None = None,
        total: str = "",
        place: str = "",
        control: str = "",
        line_vat: Sequence[str] = (),
    ) -> None:
        listed: dict[int, Decimal] = {}
        articles = ""
        for at_line, (name, amount, rate) in enumerate(lines):
            of_it = line_vat[at_line] if line_vat else str(vat_of(amount, rate))
            listed[rate] = listed.get(rate, Decimal(0)) + Decimal(of_it)
            articles += element(
                "SaldArtikel",
                value("TypAvArtikel", "VARA" if rate else "TJANST")
                + value("Artikelnamn", name)
                + value("AntalAvSaldArtikel", 1)
                + value("PrisPaSaldArtikel", amount)
                + value("MervardesskattesatsForSaldArtikel", rate)
                + value("MervardesskattPaSaldArtikel", of_it)
                + value("ArtikelnsRegistreringstidpunkt", at),
            )
        stated: dict[int, Any] = dict(vat) if vat is not None else dict(listed)
        taken = value("TotaltRabattbeloppPaKvitto", discount) if discount else ""
        moment = "Returkvitto" if kind == "Returkvitto" else "Kvitto"
        inner = (
            self._who(place)
            + value(f"DatumOchKlockslagNar{moment}Framstalls", at)
            + value("LopnummerForOvningskvitto" if kind == "Ovningskvitto" else "LopnummerForKassakvitto", number)
            + value("Kassabeteckning", till)
            + element("SaldaArtiklarLISTA", articles)
            + taken
            + value("TotaltForsaljningsbeloppISvenskaKronor", total or sum(Decimal(one) for _, one in payments))
            + value("MervardesskattPaForsaljningsbeloppet", sum(Decimal(one) for one in stated.values()))
            + self._payments(payments)
            + self._vat(stated)
            + value("LopnummerForZDagrapportPaKvitto", z)
            + value("TillverkningsnummerForKontrollenheten", control or self.registers[till][1])
            + ("" if kind == "Ovningskvitto" else value("Kontrollkod", CODE))
        )
        self.event(element(kind, inner), till, at)

    def z(
        self,
        number: int,
        total: str,
        vat: dict[int, str],
        payments: Sequence[tuple[str, str]],
        *,
        receipts: int,
        returns: tuple[int, str] = (0, "0.00"),
        at: str = f"{DAY}T18:00:00",
        till: str = "K1",
        kind: str = "ZDagrapport",
        serial: str = "",
    ) -> None:
        zeros = (
            "AntalOvrigaRegistreringarSomMinskatDagensForsaljningsbelopp",
            "TotaltBeloppAvOvrigaRegistreringarSomMinskatDagensForsaljningsbelopp",
            "AntalOavslutadeForsaljningar",
            "TotaltBeloppAvOavslutadeForsaljningar",
            "GrandTotalForsaljning",
            "GrandTotalRetur",
            "GrandTotalNetto",
        )
        register = (
            value("TillverkningsnummerForKassaregistret", serial or self.registers[till][0])
            + value("ModellbeteckningForKassaregistret", "Modell")
            + value("ModellEllerProgramForKassaregistret", self.make)
            + value("VersionsnummerForKassaregistret", "1.0")
        )
        inner = (
            value("ForetagetsNamn", "Exempelbutiken AB")
            + value("OrganisationsnummerEllerPersonnummer", self.org)
            + value("DatumOchKlockslagNarRapportFramstalls", at)
            + (value("LopnummerForZDagrapport", number) if kind == "ZDagrapport" else "")
            + value("Kassabeteckning", till)
            + (register if kind == "ZDagrapport" else "")
            + value("TotalForsaljningssumma", total)
            + self._vat(vat)
            + value("VaxelkassansBeloppISvenskaKronor", "1000.00")
            + value("AntalKassakvitton", receipts)
            + self._payments(payments)
            + value("AntalReturer", returns[0])
            + value("ReturernasBelopp", returns[1])
            + value("RabatternasBelopp", "0.00")
            + "".join(value(name, 0) for name in zeros)
        )
        self.event(element(kind, inner), till, at)

    def text(self) -> str:
        registers = "".join(
            element(
                "Kassaregistersystemet",
                value("TillverkningsnummerForKassaregistret", serial)
                + value("ModellbeteckningForKassaregistret", "Modell")
                + value("ModellEllerProgramForKassaregistret", self.make)
                + value("VersionsnummerForKassaregistret", "1.0")
                + value("Kassabeteckning", name.split("/")[0])
                + value("TillverkningsnummerForKontrollenheten", control),
            )
            for name, (serial, control) in self.registers.items()
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<i:ExportAvDataFranJournalminneEnligtSKVFS2021-16 xmlns:i="{INSTANS}" xmlns:k="{KOMPONENT}">'
            + value("BeteckningPaDetKassaregisterSomExportAvDataFranJournalminnetSkerIfran", "K1")
            + value("TidpunktForNarExportAvDataFranJournalminnetSker", f"{DAY}T23:00:00")
            + element(
                "ValdPeriodForExportAvDataFranJournalminne",
                value("ValdStarttidpunktForExportAvDataFranJournalminnet", f"{DAY}T00:00:00")
                + value("ValdSluttidpunktForExportAvDataFranJournalminnet", f"{DAY}T23:59:59"),
            )
            + element(
                "BeteckningPaValdaKassaregisterForExportAvDataFranJournalminnenLISTA",
                value("BeteckningPaValtKassaregisterForExportAvDataFranJournalminnet", "K1"),
            )
            + element(
                "InformationOmForetaget",
                value("OrganisationsnummerEllerPersonnummer", self.org)
                + value("ForetagetsNamn", "Exempelbutiken AB")
                + value("DenAdressDarForsaljningSker", self.place),
            )
            + element("KassaregistersystemLISTA", registers)
            + element("RegistreringLISTA", "\n".join(self.events))
            + "</i:ExportAvDataFranJournalminneEnligtSKVFS2021-16>\n"
        )

    def write(self, path: Path) -> Path:
        path.write_text(self.text(), encoding="utf-8")
        return path

    def _who(self, place: str) -> str:
        return (
            value("ForetagetsNamn", "Exempelbutiken AB")
            + value("OrganisationsnummerEllerPersonnummer", self.org)
            + value("DenAdressDarForsaljningSker", place or self.place)
        )

    @staticmethod
    def _payments(payments: Sequence[tuple[str, str]]) -> str:
        rows = "".join(
            element(
                "TotalForsaljningssummaPerBetalningsmedel",
                value("Betalningsmedel", text) + value("ForsaljningssummaPerBetalningsmedel", amount),
            )
            for text, amount in payments
        )
        return element("TotalaForsaljningssummorPerBetalningsmedelLISTA", rows)

    @staticmethod
    def _vat(vat: dict[int, Any]) -> str:
        rows = "".join(
            element(
                "MervardesskattPerSkattesats",
                value("Mervardesskattesats", rate) + value("TotaltMervardesskattebeloppPerSkattesats", amount),
            )
            for rate, amount in vat.items()
        )
        return element("MervardesskattPaOlikaSkattesatserLISTA", rows)

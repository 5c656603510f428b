"""The settings of the file connector, and what they mean together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from connectors.formats import columns
from connectors.formats.numbers import food_rate
from connectors.formats.register_reader import Rules
from synccenter.contract.model import Percent
from synccenter.contract.options import Column, Kind, Option

_RATES = (
    ("25", "25 %"),
    ("12", "12 %"),
    ("6", "6 %"),
    ("0", "0 %"),
    ("food", "Livsmedel (6 % t.o.m. 2027-12-31, annars 12 %)"),
)
_ENCODINGS = (("auto", "Känn av"), ("utf-8", "UTF-8"), ("cp1252", "Windows"), ("cp437", "DOS"), ("cp850", "DOS (850)"))
_FILES = (("articles", "Artiklar"), ("groups", "Varugrupper"), ("prices", "Prislistor"), ("customers", "Kunder"))
_NAMES = {
    "articles": columns.ARTICLE,
    "groups": columns.GROUP,
    "prices": columns.PRICE,
    "customers": columns.CUSTOMER,
}


def _fields(rows: Iterable[Mapping[str, Any]]) -> str | None:
    for row in rows:
        known = sorted({*_NAMES[row["file"]], *(("barcode",) if row["file"] == "articles" else ())})
        if row["field"] not in known:
            return f"Fältet ”{row['field']}” finns inte. Fälten är {', '.join(known)}."
        if not row["header"]:
            return f"Skriv vad kolumnen för {row['field']} heter i filen."
    return None


OPTIONS = (
    Option(
        name="folder_in",
        label="Mapp för register in",
        kind=Kind.FOLDER,
        help="Mappen där artikel-, kund- och prisfiler läggs. Tomt: inga register hämtas.",
    ),
    Option(
        name="articles_file",
        label="Artikelfil",
        default="artiklar*, artikelregister*, articles*, varor*, *article-register*",
        help="Filens namn; * står för vad som helst. Passar flera används den senast ändrade.",
    ),
    Option(
        name="groups_file",
        label="Varugruppsfil",
        default="varugrupper*, artikelgrupper*, groups*",
        help="Finns ingen sådan fil hämtas varugrupperna ur artikelfilen.",
    ),
    Option(
        name="prices_file",
        label="Prisfil",
        default="prislist*, priser*, prices*",
        help="Bara om kassan har flera prislistor; det vanliga priset står i artikelfilen.",
    ),
    Option(
        name="customers_file",
        label="Kundfil",
        default="kunder*, kundregister*, customers*",
        help="Filens namn; * står för vad som helst.",
    ),
    Option(
        name="chart_file",
        label="Kontoplan (SIE-fil)",
        kind=Kind.FILE,
        help="En SIE-fil av valfri typ som bokföringsprogrammet har exporterat. Konton och namn hämtas ur den.",
    ),
    Option(
        name="default_vat",
        label="Moms när filen inte säger",
        kind=Kind.CHOICE,
        default="25",
        choices=_RATES,
        help="Gäller artiklar i filer utan momskolumn och rader utan moms.",
    ),
    Option(
        name="group_vat",
        label="Moms per varugrupp",
        kind=Kind.TABLE,
        default=({"group": "Alkoholfritt", "rate": "food"}, {"group": "Livsmedel", "rate": "food"}),
        help="För filer utan momskolumn: moms efter hur varugruppens namn börjar. Längsta början som passar vinner.",
        columns=(
            Column("group", "Varugruppen börjar med", Kind.TEXT),
            Column("rate", "Moms", Kind.CHOICE, "25", _RATES),
        ),
    ),
    Option(
        name="mapping",
        label="Kolumner",
        kind=Kind.TABLE,
        default=(),
        help="Bara när filens rubriker inte känns igen: vilket fält som står under vilken rubrik.",
        columns=(
            Column("file", "Fil", Kind.CHOICE, "articles", _FILES),
            Column("field", "Fält", Kind.TEXT),
            Column("header", "Rubrik i filen", Kind.TEXT),
        ),
        check=_fields,
        advanced=True,
    ),
    Option(
        name="delimiter",
        label="Skiljetecken",
        kind=Kind.CHOICE,
        default="auto",
        choices=(("auto", "Känn av"), ("semicolon", "Semikolon"), ("comma", "Komma"), ("tab", "Tabb"), ("bar", "|")),
        help="Mellan kolumnerna i registerfilerna.",
        advanced=True,
    ),
    Option(
        name="encoding",
        label="Teckenuppsättning",
        kind=Kind.CHOICE,
        default="auto",
        choices=_ENCODINGS,
        help="Ändra bara om å, ä och ö blir fel.",
        advanced=True,
    ),
    Option(
        name="folder_out",
        label="Mapp för SIE-filer ut",
        kind=Kind.FOLDER,
        help="Där bokföringsprogrammet hämtar verifikationerna. Undermappen .jobsync är Sync Centers: rör den inte.",
    ),
    Option(
        name="series",
        label="Verifikationsserie",
        help="Används när Konton > Verifikationsserie är tom. Tomt: bokföringsprogrammet väljer.",
    ),
    Option(
        name="checksum",
        label="Kontrollsumma i SIE-filer",
        kind=Kind.SWITCH,
        default=False,
        help="Bara om mottagaren kräver #KSUMMA; många känner inte till den.",
        advanced=True,
    ),
)  # fmt: skip

_DELIMITER = {"auto": "auto", "semicolon": ";", "comma": ",", "tab": "\t", "bar": "|"}


def rules(values: Mapping[str, Any], file: str, today: date) -> Rules:
    """How one kind of file is read, by the settings and the VAT of the day."""
    return Rules(
        delimiter=_DELIMITER[values["delimiter"]],
        encoding=values["encoding"],
        mapping={row["field"]: row["header"] for row in values["mapping"] if row["file"] == file},
        default_vat=_rate(values["default_vat"], today),
        group_vat=tuple((row["group"], _rate(row["rate"], today)) for row in values["group_vat"]),
    )


def _rate(choice: str, today: date) -> Percent:
    return food_rate(today) if choice == "food" else int(choice)

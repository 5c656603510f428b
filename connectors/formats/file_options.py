"""The settings of the file connector, and what they mean together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, TypeAlias

from msgspec import Struct

from connectors.formats import columns
from connectors.formats.numbers import food_rate
from connectors.formats.register_reader import Rules
from synccenter.contract.model import Percent
from synccenter.contract.options import File, Folder, Option

Vat: TypeAlias = Literal["25", "12", "6", "0", "food"]
PriceVat: TypeAlias = Literal["ask", "included", "excluded"]
FileKind: TypeAlias = Literal["articles", "groups", "prices", "customers"]

_RATES = (
    ("25", "25 %"),
    ("12", "12 %"),
    ("6", "6 %"),
    ("0", "0 %"),
    ("food", "Livsmedel (6 %, 12 % från 2028)"),
)
_ENCODINGS = (("auto", "Känn av"), ("utf-8", "UTF-8"), ("cp1252", "Windows"), ("cp437", "DOS"), ("cp850", "DOS (850)"))
_FILES = (("articles", "Artiklar"), ("groups", "Varugrupper"), ("prices", "Prislistor"), ("customers", "Kunder"))
_NAMES = {
    "articles": columns.ARTICLE,
    "groups": columns.GROUP,
    "prices": columns.PRICE,
    "customers": columns.CUSTOMER,
}


class GroupVat(Struct, frozen=True):
    """A row of *Moms per varugrupp*."""

    group: Annotated[str, Option(label="Varugruppen börjar med")] = ""
    rate: Annotated[Vat, Option(label="Moms", choices=_RATES)] = "25"


class Heading(Struct, frozen=True):
    """A row of *Kolumner*: under which heading a field stands in a file."""

    file: Annotated[FileKind, Option(label="Fil", choices=_FILES)] = "articles"
    field: Annotated[str, Option(label="Fält")] = ""
    header: Annotated[str, Option(label="Rubrik i filen")] = ""


def _fields(rows: Iterable[Heading]) -> str | None:
    for row in rows:
        known = sorted({*_NAMES[row.file], *(("barcode",) if row.file == "articles" else ())})
        if row.field not in known:
            return f"Fältet ”{row.field}” finns inte. Fälten är {', '.join(known)}."
        if not row.header:
            return f"Skriv vad kolumnen för {row.field} heter i filen."
    return None


class FileSettings(Struct, frozen=True, kw_only=True):
    """The section `files`."""

    folder_in: Annotated[
        Folder,
        Option(
            label="Mapp för register in",
            help="Mappen där artikel-, kund- och prisfiler läggs. Tomt: inga register hämtas.",
        ),
    ] = ""
    articles_file: Annotated[
        tuple[str, ...],
        Option(
            label="Artikelfil", help="Filens namn; * står för vad som helst. Passar flera används den senast ändrade."
        ),
    ] = (
        "artiklar*",
        "artikelregister*",
        "articles*",
        "varor*",
        "*article-register*",
    )
    groups_file: Annotated[
        tuple[str, ...],
        Option(label="Varugruppsfil", help="Finns ingen sådan fil hämtas varugrupperna ur artikelfilen."),
    ] = (
        "varugrupper*",
        "artikelgrupper*",
        "groups*",
    )
    prices_file: Annotated[
        tuple[str, ...],
        Option(label="Prisfil", help="Bara om kassan har flera prislistor; det vanliga priset står i artikelfilen."),
    ] = (
        "prislist*",
        "priser*",
        "prices*",
    )
    customers_file: Annotated[
        tuple[str, ...], Option(label="Kundfil", help="Filens namn; * står för vad som helst.")
    ] = (
        "kunder*",
        "kundregister*",
        "customers*",
    )
    chart_file: Annotated[
        File,
        Option(
            label="Kontoplan (SIE-fil)",
            help="En SIE-fil av valfri typ som bokföringsprogrammet har exporterat. Konton och namn hämtas ur den.",
        ),
    ] = ""
    price_vat: Annotated[
        PriceVat,
        Option(
            label="Priser i registerfiler",
            choices=(
                ("ask", "Fråga när rubriken inte säger"),
                ("included", "Med moms"),
                ("excluded", "Utan moms (Fortnox m.fl.)"),
            ),
            help="När rubriken bara är ”Pris” eller ”Försäljningspris”. Priserna väntar tills frågan är besvarad.",
        ),
    ] = "ask"
    default_vat: Annotated[
        Vat,
        Option(
            label="Moms när filen inte säger",
            choices=_RATES,
            help="Gäller artiklar i filer utan momskolumn och rader utan moms.",
        ),
    ] = "25"
    group_vat: Annotated[
        tuple[GroupVat, ...],
        Option(
            label="Moms per varugrupp",
            help="För filer utan momskolumn: moms efter hur varugruppens namn börjar. "
            "Längsta början som passar vinner.",
        ),
    ] = (GroupVat("Alkoholfritt", "food"), GroupVat("Livsmedel", "food"))
    mapping: Annotated[
        tuple[Heading, ...],
        Option(
            label="Kolumner",
            help="Bara när filens rubriker inte känns igen: vilket fält som står under vilken rubrik.",
            check=_fields,
            advanced=True,
        ),
    ] = ()
    delimiter: Annotated[
        Literal["auto", "semicolon", "comma", "tab", "bar"],
        Option(
            label="Skiljetecken",
            choices=(
                ("auto", "Känn av"),
                ("semicolon", "Semikolon"),
                ("comma", "Komma"),
                ("tab", "Tabb"),
                ("bar", "|"),
            ),
            help="Mellan kolumnerna i registerfilerna.",
            advanced=True,
        ),
    ] = "auto"
    encoding: Annotated[
        Literal["auto", "utf-8", "cp1252", "cp437", "cp850"],
        Option(label="Teckenuppsättning", choices=_ENCODINGS, help="Ändra bara om å, ä och ö blir fel.", advanced=True),
    ] = "auto"
    folder_out: Annotated[
        Folder,
        Option(
            label="Mapp för SIE-filer ut",
            help="Där bokföringsprogrammet hämtar verifikationerna. "
            "Undermappen .jobsync är Sync Centers: rör den inte.",
        ),
    ] = ""
    per: Annotated[
        Literal["voucher", "day", "week", "month"],
        Option(
            label="En SIE-fil per",
            choices=(("voucher", "Verifikation"), ("day", "Dag"), ("week", "Vecka"), ("month", "Månad")),
            help="Filen för en dag, vecka eller månad lämnas när den är slut. En vecka slutar med sin månad. "
            "Det som kommer efteråt blir en fil till, med nummer.",
        ),
    ] = "voucher"
    series: Annotated[
        str,
        Option(
            label="Verifikationsserie",
            help="Kassans egen serie, när Konton > Verifikationsserie är tom. Tomt: bokföringsprogrammet väljer.",
        ),
    ] = "K"
    attach_z: Annotated[
        bool,
        Option(
            label="Z-rapporten som PDF bredvid SIE-filen",
            help="En fil per underlag med samma namn, att spara som underlag till verifikationen.",
        ),
    ] = False
    checksum: Annotated[
        bool,
        Option(
            label="Kontrollsumma i SIE-filer",
            help="Bara om mottagaren kräver #KSUMMA; många känner inte till den.",
            advanced=True,
        ),
    ] = False


_DELIMITER = {"auto": "auto", "semicolon": ";", "comma": ",", "tab": "\t", "bar": "|"}


def patterns(settings: FileSettings, kind: FileKind) -> tuple[str, ...]:
    """By which names a file of this kind is known."""
    return {
        "articles": settings.articles_file,
        "groups": settings.groups_file,
        "prices": settings.prices_file,
        "customers": settings.customers_file,
    }[kind]


def rules(settings: FileSettings, file: FileKind, today: date) -> Rules:
    """How one kind of file is read, by the settings and the VAT of the day."""
    return Rules(
        delimiter=_DELIMITER[settings.delimiter],
        encoding=settings.encoding,
        mapping={row.field: row.header for row in settings.mapping if row.file == file},
        default_vat=_rate(settings.default_vat, today),
        price_vat=settings.price_vat,
        group_vat=tuple((row.group, _rate(row.rate, today)) for row in settings.group_vat),
    )


def _rate(choice: Vat, today: date) -> Percent:
    return food_rate(today) if choice == "food" else int(choice)

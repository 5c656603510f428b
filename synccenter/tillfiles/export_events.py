"""From a journal export's elements to values: header, receipts, Z reports, changes of the float.

A value that is not what its element promises costs its event, and is told with the event's number and line.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from synccenter.tillfiles import stream
from synccenter.tillfiles.stream import Event, Node, as_node
from synccenter.tillfiles.values import (
    BadEvent,
    FileCash,
    FileLine,
    FileReceipt,
    FileZ,
    Header,
    Register,
    Wrong,
    hundredths,
    moment,
    number,
    ore,
    org_number,
    percent,
    words,
)

Read: TypeAlias = Header | FileReceipt | FileZ | FileCash | BadEvent

_MOST_LINES = 20_000
"""Lines of one receipt."""


def read(path: Path) -> Iterator[Read]:
    """The header and then what counts, in the order of the file. Raises `stream.Refused` and OSError."""
    header: Header | None = None
    for item in stream.read(path):
        if isinstance(item, Event):
            if header is not None:
                yield _event(item, header)
            continue
        try:
            header = _header(item.content)
        except Wrong as error:
            raise stream.Refused(f"det som står före händelserna går inte att läsa: {error}", foreign=True) from error
        yield header


def _event(event: Event, header: Header) -> Read:
    try:
        return _counted(event, header)
    except Wrong as error:
        return BadEvent(event.number, event.line, str(error))


def _counted(event: Event, header: Header) -> Read:
    if not event.content:
        raise Wrong(f"{event.kind} är tom eller står tillsammans med något annat")
    if event.kind == "ZDagrapport":
        return _z(event.content)
    return _cash(event) if event.kind == "ForandraVaxelkassa" else _receipt(event, header)


def _text(node: Node, name: str, *, needed: bool = True) -> str:
    """The text of a part. Raises Wrong when it is needed and is not there, or has parts of its own."""
    found = node.get(name)
    value = found[0] if found else ""
    if not isinstance(value, str) or (found and len(found) > 1):
        raise Wrong(f"{name} står flera gånger eller har delar")
    if needed and not value.strip():
        raise Wrong(f"{name} saknas")
    return words(value, name) if value else ""


def _number(node: Node, name: str) -> str:
    """What is to become a number: the text, stripped; "" when it is not there."""
    found = node.get(name)
    if not found:
        return ""
    if len(found) > 1 or not isinstance(found[0], str):
        raise Wrong(f"{name} står flera gånger eller har delar")
    return found[0].strip()


def _ore(node: Node, name: str) -> int:
    return ore(_number(node, name), name)


def _parts(node: Node, listing: str, part: str) -> list[Node]:
    """The parts of a list; none when the list is not there or is empty."""
    found = node.get(listing)
    if not found:
        return []
    if len(found) > 1:
        raise Wrong(f"{listing} står flera gånger")
    return [as_node(one) for one in as_node(found[0]).get(part, ())]


def _header(node: Node) -> Header:
    found = node.get("InformationOmForetaget", [""])
    about = as_node(found[0])
    registers = tuple(
        Register(
            _text(one, "Kassabeteckning"),
            _text(one, "TillverkningsnummerForKassaregistret", needed=False),
            _text(one, "ModellEllerProgramForKassaregistret", needed=False),
            _control(one),
        )
        for one in _parts(node, "KassaregistersystemLISTA", "Kassaregistersystemet")
    )
    return Header(
        _org(about),
        _text(about, "ForetagetsNamn", needed=False),
        _text(about, "DenAdressDarForsaljningSker", needed=False),
        registers,
    )


def _org(node: Node) -> str:
    name = "OrganisationsnummerEllerPersonnummer"
    return org_number(_text(node, name), name)


def _control(node: Node) -> str:
    unit = _text(node, "TillverkningsnummerForKontrollenheten", needed=False)
    return unit or _text(node, "TillverkningsnummerForKontrollsystemet", needed=False)


def _pairs(node: Node, listing: str, part: str, names: tuple[str, str]) -> list[tuple[str, int]]:
    """A list of a text and an amount."""
    return [(_text(one, names[0]), _ore(one, names[1])) for one in _parts(node, listing, part)]


def _vat(node: Node) -> tuple[tuple[int, int], ...]:
    return tuple(
        (
            percent(_number(one, "Mervardesskattesats"), "Mervardesskattesats"),
            _ore(one, "TotaltMervardesskattebeloppPerSkattesats"),
        )
        for one in _parts(node, "MervardesskattPaOlikaSkattesatserLISTA", "MervardesskattPerSkattesats")
    )


def _payments(node: Node) -> tuple[tuple[str, int], ...]:
    names = ("Betalningsmedel", "ForsaljningssummaPerBetalningsmedel")
    listing, part = "TotalaForsaljningssummorPerBetalningsmedelLISTA", "TotalForsaljningssummaPerBetalningsmedel"
    return tuple(_pairs(node, listing, part, names))


def _receipt(event: Event, header: Header) -> FileReceipt:
    node, returned = event.content, event.kind == "Returkvitto"
    at = "DatumOchKlockslagNarReturkvittoFramstalls" if returned else "DatumOchKlockslagNarKvittoFramstalls"
    lines = _parts(node, "SaldaArtiklarLISTA", "SaldArtikel")
    if len(lines) > _MOST_LINES:
        raise Wrong(f"kvittot har fler än {_MOST_LINES} rader")
    original = _number(node, "LopnummerForUrsprungligtKassakvitto")
    return FileReceipt(
        org=_org(node) if "OrganisationsnummerEllerPersonnummer" in node else header.org,
        company=_text(node, "ForetagetsNamn", needed=False) or header.company,
        place=_text(node, "DenAdressDarForsaljningSker", needed=False) or header.place,
        till=_till(event),
        control=_control(node),
        number=number(_number(node, "LopnummerForKassakvitto"), "LopnummerForKassakvitto"),
        at=moment(_number(node, at), at),
        returned=returned,
        total=_ore(node, "TotaltForsaljningsbeloppISvenskaKronor"),
        vat_total=_ore(node, "MervardesskattPaForsaljningsbeloppet"),
        lines=tuple(map(_line, lines)),
        payments=_payments(node),
        vat=_vat(node),
        discounts=_discounts(node),
        original=number(original, "LopnummerForUrsprungligtKassakvitto") if original else None,
        cashier=_text(event.about, "InloggadAnvandare", needed=False),
        z=number(_number(node, "LopnummerForZDagrapportPaKvitto"), "LopnummerForZDagrapportPaKvitto"),
    )


def _till(event: Event) -> str:
    """The till of the event; that of what stands in it must be the same."""
    till = _text(event.about, "Kassabeteckning")
    inner = _text(event.content, "Kassabeteckning", needed=False)
    if inner and inner != till:
        raise Wrong(f"händelsen är från kassa {till} men kvittot från {inner}")
    return till


def _line(node: Node) -> FileLine:
    kind = _number(node, "TypAvArtikel")
    if kind not in {"VARA", "TJANST"}:
        raise Wrong(f"TypAvArtikel är ”{kind[:40]}”, som inte är VARA eller TJANST")
    discounts = _parts(node, "RabatterPaSaldArtikelLISTA", "RabattPaSaldArtikel")
    return FileLine(
        kind == "TJANST",
        _text(node, "NamnPaHuvudgrupp", needed=False),
        _text(node, "Artikelnummer", needed=False),
        _text(node, "Artikelnamn"),
        10 * hundredths(_number(node, "AntalAvSaldArtikel"), "AntalAvSaldArtikel"),
        _ore(node, "PrisPaSaldArtikel"),
        sum(_ore(one, "RabattensBelopp") for one in discounts),
        percent(_number(node, "MervardesskattesatsForSaldArtikel"), "MervardesskattesatsForSaldArtikel"),
        _ore(node, "MervardesskattPaSaldArtikel"),
    )


def _discounts(node: Node) -> tuple[int, ...]:
    """The amounts that may have been taken off the whole receipt: the stated total, and the sum of its parts."""
    listed = _parts(node, "RabatterPaKvittonivaLISTA", "RabattPaKvittoniva")
    found = [sum(_ore(one, "RabattensBeloppPaKvittoniva") for one in listed)] if listed else []
    if "TotaltRabattbeloppPaKvitto" in node:
        found.append(_ore(node, "TotaltRabattbeloppPaKvitto"))
    return tuple(sorted(set(found)))


def _z(node: Node) -> FileZ:
    listed = _parts(node, "MervardesskattPaOlikaSkattesatserLISTA", "MervardesskattPerSkattesats")
    return FileZ(
        org=_org(node),
        till=_text(node, "Kassabeteckning"),
        serial=_text(node, "TillverkningsnummerForKassaregistret", needed=False),
        make=_text(node, "ModellEllerProgramForKassaregistret", needed=False),
        number=number(_number(node, "LopnummerForZDagrapport"), "LopnummerForZDagrapport"),
        at=moment(_number(node, "DatumOchKlockslagNarRapportFramstalls"), "DatumOchKlockslagNarRapportFramstalls"),
        total=_ore(node, "TotalForsaljningssumma"),
        vat=_vat(node) if listed else None,
        payments=_payments(node),
        floating=_ore(node, "VaxelkassansBeloppISvenskaKronor"),
        receipts=_count(node, "AntalKassakvitton"),
        returns=_count(node, "AntalReturer"),
        returned=_ore(node, "ReturernasBelopp") if "ReturernasBelopp" in node else None,
    )


def _count(node: Node, name: str) -> int | None:
    return number(_number(node, name), name) if name in node else None


def _cash(event: Event) -> FileCash | BadEvent:
    name = "ForandringAvVaxelkassaISvenskaKronor"
    if name not in event.content:
        raise Wrong("växelkassa i utländsk valuta bokförs inte av sig själv")
    at = moment(_number(event.about, "Registreringstidpunkt"), "Registreringstidpunkt")
    return FileCash(_text(event.about, "Kassabeteckning"), at, _ore(event.content, name))

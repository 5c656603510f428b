"""Which column is which: headers in Swedish and English, and a setting for those that are called something else.

Headers are compared without case, accents, blanks and signs: `Pris inkl. moms`, `prisinklmoms` and
`PRIS_INKL_MOMS` are the same. When several columns could be a field, the one whose name stands first below wins,
wherever it stands in the file: `nr` before `artikelnr` before `varunummer` before `artikelid`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

Names = Mapping[str, tuple[str, ...]]

ARTICLE: Names = {
    "number": ("nr", "artikelnr", "artikelnummer", "artnr", "artikel", "articleno", "articlenumber", "articlenr",
        "itemno", "itemnumber", "sku", "varunr", "varunummer", "varnummer", "produktnr", "produktnummer", "productno",
        "productnumber", "artikelkod", "produktkod", "varukod", "productcode", "itemcode", "number", "no",
        "artikelid", "articleid", "itemid", "produktid", "productid", "id", "plu"),
    "name": ("namn", "benamning", "artikelnamn", "artikelbenamning", "produktnamn", "varunamn", "name", "articlename",
        "itemname", "productname", "beskrivning", "description", "varutext", "artikeltext", "titel", "produkt",
        "text", "title"),
    "name2": ("namn2", "benamning2", "beskrivning2", "name2", "description2"),
    "price": ("prisinklmoms", "prisinkl", "prisinkmoms", "utprisinklmoms", "utprisinkl", "forsaljningsprisinklmoms",
        "priceincludingvat", "priceinclvat", "priceincvat", "priceincl", "grossprice", "bruttopris", "utpris",
        "forsaljningspris", "butikspris", "konsumentpris", "pris", "salesprice", "unitprice", "retailprice", "price"),
    "net_price": ("prisexklmoms", "prisexkl", "prisexmoms", "utprisexklmoms", "utprisexkl", "forsaljningsprisexklmoms",
        "priceexcludingvat", "priceexclvat", "priceexvat", "priceexcl", "nettopris", "netprice"),
    "vat": ("moms", "momssats", "momsprocent", "vat", "vatrate", "vatpercent", "taxrate", "tax"),
    "group": ("varugrupp", "varugruppnr", "varugruppskod", "artikelgrupp", "produktgrupp", "grupp", "group",
        "groupcode", "itemgroup", "articlegroup", "productgroup", "kategori", "category",
        "avdelning", "huvudgrupp", "department"),
    "group_name": ("varugruppsnamn", "varugruppnamn", "gruppnamn", "groupname"),
    "unit": ("enhet", "forsaljningsenhet", "unit", "unitofmeasure"),
    "stock": ("lagersaldo", "saldo", "antalilager", "lager", "disponibelt", "stock", "stockquantity", "instock",
        "quantityonhand", "inventory"),
    "location": ("lagerstalle", "lagerplats", "location", "warehouse"),
    "deposit": ("pant", "deposit"),
    "active": ("aktiv", "active", "enabled"),
    "inactive": ("inaktiv", "utgatt", "utgangen", "sparrad", "blockerad", "inactive", "blocked", "discontinued"),
}  # fmt: skip

_SAYS_WITH = re.compile(r"inkl?(?!op)|incl?(?!h)|brutto|gross|utpris|butiks|konsument|retail|medmoms")
_WITH = re.compile(r"(?:pris|price).*(?:ink|inc|medmoms|brutto)|(?:brutto|gross).*(?:pris|price)")
_WITHOUT = re.compile(r"(?:pris|price).*(?:exk|exc|exm|exv|utanmoms|netto)|(?:netto|exkl).*(?:pris|price)")
_NOT_SALES = re.compile(r"inkop|purchase|kost|cost|jmf|jamfor|ordinarie|kampanj|liter|kilo")
"""Prices whose header says whether they hold VAT in words of its own; those that the shop pays are not ours."""

BARCODES = ("ean", "eankod", "ean13", "ean8", "streckkod", "streckkoder", "barcode", "barcodes", "gtin", "upc")
"""All columns of these names count, also numbered ones (`EAN 2`)."""

GROUP: Names = {
    "number": ("varugrupp", "varugruppnr", "varugruppskod", "nr", "kod", "grupp", "gruppnr", "groupcode", "code",
        "group", "number", "no", "id"),
    "name": ("namn", "benamning", "varugruppsnamn", "gruppnamn", "beskrivning", "name", "groupname", "description"),
    "vat": ARTICLE["vat"],
    "account": ("forsaljningskonto", "konto", "intaktskonto", "salesaccount", "account"),
}  # fmt: skip

PRICE: Names = {
    "number": ARTICLE["number"],
    "price": ARTICLE["price"],
    "net_price": ARTICLE["net_price"],
    "vat": ARTICLE["vat"],
    "price_list": ("prislista", "prislistekod", "pricelist", "pricelistcode", "lista"),
    "valid_from": ("giltigfran", "franochmed", "fromdatum", "fran", "startdatum", "validfrom", "startdate", "from"),
    "min_quantity": ("franantal", "minantal", "minstaantal", "antal", "minquantity", "quantity", "fromquantity"),
}  # fmt: skip

CUSTOMER: Names = {
    "number": ("kundnr", "kundnummer", "kundid", "customerno", "customernumber", "customerid", "nr", "number", "no",
        "id"),
    "name": ("namn", "kundnamn", "foretag", "foretagsnamn", "name", "customername", "company"),
    "first_name": ("fornamn", "firstname", "givenname"),
    "last_name": ("efternamn", "lastname", "surname"),
    "org_number": ("orgnr", "organisationsnummer", "organisationsnr", "personnummer", "orgnumber", "vatnumber"),
    "address": ("adress", "gatuadress", "utdelningsadress", "postadress", "adress1", "address", "address1", "street"),
    "postal_code": ("postnr", "postnummer", "zip", "zipcode", "postalcode", "postcode"),
    "city": ("ort", "postort", "stad", "city", "town"),
    "email": ("epost", "epostadress", "mail", "mejl", "email", "emailaddress"),
    "phone": ("telefon", "telefonnr", "telefonnummer", "tel", "mobil", "mobiltelefon", "phone", "phonenumber",
        "mobile"),
    "price_list": PRICE["price_list"],
    "active": ARTICLE["active"],
    "inactive": ARTICLE["inactive"],
}  # fmt: skip

_NUMBERED = re.compile(r"([a-z]+?)([0-9]{1,2})")


def plain(header: str) -> str:
    """A header as it is compared: `Pris inkl. moms` -> `prisinklmoms`."""
    text = unicodedata.normalize("NFKD", header.casefold())
    return "".join(sign for sign in text if sign.isascii() and sign.isalnum())


def find(headers: Sequence[str], names: Names, mapping: Mapping[str, str]) -> dict[str, int]:
    """The column of each field that the table has. `mapping` (field -> header) goes before the known names."""
    at: dict[str, int] = {}
    for column, header in enumerate(headers):
        at.setdefault(plain(header), column)
    found: dict[str, int] = {}
    for field, aliases in names.items():
        wished = mapping.get(field)
        candidates = (plain(wished),) if wished else aliases
        place = next((at[alias] for alias in candidates if alias in at), None)
        if place is None and field in {"price", "net_price"} and not wished:
            place = _worded(headers, _WITH if field == "price" else _WITHOUT, found)
        if place is not None:
            found[field] = place
    return found


def _worded(headers: Sequence[str], words: re.Pattern[str], found: Mapping[str, int]) -> int | None:
    """A price column that is told by its words: `Försäljningspris exkl. moms (SEK)`."""
    for column, header in enumerate(headers):
        name = plain(header)
        if column not in found.values() and words.search(name) and not _NOT_SALES.search(name):
            return column
    return None


def says_with_vat(header: str) -> bool:
    """Whether a price header says that VAT is in it. `Pris` and `Försäljningspris` do not: Fortnox's are without."""
    return _SAYS_WITH.search(plain(header)) is not None


def doubled(headers: Sequence[str], column: int) -> list[int]:
    """The columns that have the same header as this one."""
    name = plain(headers[column])
    return [other for other, header in enumerate(headers) if plain(header) == name]


def barcode_columns(headers: Sequence[str], mapping: Mapping[str, str]) -> list[int]:
    """All columns with barcodes."""
    wished = mapping.get("barcode")
    names = {plain(wished)} if wished else set(BARCODES)
    found = []
    for column, header in enumerate(headers):
        name = plain(header)
        numbered = _NUMBERED.fullmatch(name)
        if name in names or (numbered and numbered[1] in names):
            found.append(column)
    return found


def counter(names: Names, mapping: Mapping[str, str]) -> Callable[[Sequence[str]], int]:
    """A function that counts how many fields a row of headers names: the header row has the most."""

    def count(headers: Sequence[str]) -> int:
        found = find(headers, names, mapping)
        return len(set(found.values())) if "number" in found else 0

    return count

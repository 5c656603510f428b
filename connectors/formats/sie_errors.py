"""What can be wrong with an SIE file, as a person meets it. Every sentence names the file and the line."""

from __future__ import annotations

from synccenter.contract import catalogue
from synccenter.contract.errors import Entry, ErrorKind, Reach

_THEN = "Inget har lästs in ur filen."

RECORD = Entry(
    "SIE01",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM,
    Reach.ONE,
    "SIE-filen har en felaktig rad",
    "Rad {line}: {why}.",
    "skapa om filen i programmet som skrev den; blir felet kvar, visa raden för programmets support.",
    catalogue.BOOKKEEPER,
    _THEN,
)
MISSING = Entry(
    "SIE02",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM,
    Reach.ONE,
    "SIE-filen saknar en obligatorisk uppgift",
    "Rad {line}: posten {label} skulle ha kommit före denna rad men saknas i filen.",
    "skapa om filen i programmet som skrev den.",
    catalogue.BOOKKEEPER,
    _THEN,
)
FORBIDDEN = Entry(
    "SIE03",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM,
    Reach.ONE,
    "SIE-filen har en post som inte får finnas där",
    "Rad {line}: {label} får inte förekomma i en SIE-fil av typ {sie_type}.",
    "skapa om filen i programmet som skrev den och välj rätt SIE-typ.",
    catalogue.BOOKKEEPER,
    _THEN,
)
UNBALANCED = Entry(
    "SIE04",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM,
    Reach.ONE,
    "En verifikation i SIE-filen balanserar inte",
    "Rad {line}: verifikation {voucher} har debet och kredit som skiljer {difference} kr.",
    "rätta verifikationen i programmet som skrev filen och skapa om filen.",
    catalogue.BOOKKEEPER,
    _THEN,
)
CHECKSUM = Entry(
    "SIE05",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM,
    Reach.ONE,
    "SIE-filens kontrollsumma stämmer inte",
    "Rad {line}: {why}. Filen är ändrad eller avkortad.",
    "skapa om filen i programmet som skrev den.",
    catalogue.BOOKKEEPER,
    _THEN,
)
NOT_SIE = Entry(
    "SIE06",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Filen är ingen SIE-fil",
    "Rad {line}: där #FLAGGA skulle stå står ”{found}”.",
    "välj en fil som är sparad som SIE (filnamnet slutar på .se eller .si).",
    catalogue.OWNER,
    _THEN,
)

ENTRIES = (RECORD, MISSING, FORBIDDEN, UNBALANCED, CHECKSUM, NOT_SIE)

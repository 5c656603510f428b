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

OTHER_KIND = Entry(
    "SIE10",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Filen är ingen SIE-fil utan något annat",
    "Det är {kind}.",
    "exportera kontoplanen som SIE 4 (filen slutar på .se eller .si); SIE 5, CSV och Excel går inte att använda här.",
    catalogue.OWNER,
    _THEN,
    cause=("kind",),
)
CONTROL = Entry(
    "SIE11",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM,
    Reach.ONE,
    "SIE-filen har ett styrtecken mitt i texten",
    "Rad {line}: tecknet nummer {number} står i ”{text}”. Det syns inte på skärmen och hör inte hemma i en textfil.",
    "sudda och skriv om den texten i programmet som skrev filen, och skapa om filen.",
    catalogue.BOOKKEEPER,
    _THEN,
)
CHART_FAULTY = Entry(
    "SIE12",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM,
    Reach.ONE,
    "Kontoplanen är läst, men SIE-filen har ett fel",
    "{title}. {what}",
    "skapa om filen i programmet som skrev den när det passar; kontona och namnen i den används så länge.",
    catalogue.BOOKKEEPER,
    "Försäljningen skickas som vanligt. Inga konton tas ur bruk förrän filen är hel.",
)
EMPTY = Entry(
    "SIE13",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "SIE-filen är tom",
    "Filen innehåller ingenting.",
    "skapa om filen i programmet som skrev den.",
    catalogue.OWNER,
    _THEN,
)
CHART_GONE = Entry(
    "SIE14",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Kontoplanen går inte att läsa",
    "{title}. {what}",
    "skapa om filen i bokföringsprogrammet (SIE 4) eller välj rätt fil i Inställningar > Integration > "
    "Kontoplan (SIE-fil).",
    catalogue.OWNER,
    "Försäljningen skickas som vanligt, med kontonamn ur BAS; kontona kan inte jämföras med kontoplanen så länge.",
)

ENTRIES = (
    RECORD, MISSING, FORBIDDEN, UNBALANCED, CHECKSUM, NOT_SIE, OTHER_KIND, CONTROL, CHART_FAULTY, EMPTY, CHART_GONE,
)  # fmt: skip

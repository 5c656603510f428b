"""What can go wrong with folders and files, as a person meets it, and the one place where `OSError` becomes ours."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synccenter.contract import catalogue
from synccenter.contract.errors import Entry, ErrorKind, Reach

_SETTINGS = ErrorKind.FIX_IN_SETTINGS

FOLDER_GONE = Entry(
    "FIL01",
    ErrorKind.RETRY,
    Reach.ONE,
    "Mappen eller filen går inte att nå",
    "{path} finns inte eller svarar inte.",
    "kontrollera att nätverket är igång; är mappen eller filen flyttad, ändra den i Inställningar > Integration.",
    catalogue.CASHIER,
    "Nästa synkronisering försöker igen; inget är skickat.",
)
FILE_MISSING = Entry(
    "FIL02",
    _SETTINGS,
    Reach.ONE,
    "Registerfilen finns inte",
    "Ingen fil i {folder} stämmer med ”{patterns}”.",
    "lägg filen i mappen, eller öppna Inställningar > Integration och skriv vad filen heter.",
    catalogue.OWNER,
    "Registret i kassan är oförändrat.",
    cause=("patterns",),
)
NO_ACCESS = Entry(
    "FIL03",
    _SETTINGS,
    Reach.ONE,
    "Behörighet saknas till en fil eller mapp",
    "{path} får inte öppnas eller skrivas av den inloggade användaren.",
    "stäng filen om den är öppen i ett annat program; ge annars Windows-användaren rätt att ändra i mappen.",
    catalogue.OWNER,
    "Nästa synkronisering försöker igen.",
)
FILE_BUSY = Entry(
    "FIL04",
    ErrorKind.RETRY,
    Reach.ONE,
    "Filen skrivs just nu",
    "{path} ändrades medan den lästes, eller är tom.",
    "inget – filen läses när den är färdigskriven.",
    catalogue.CASHIER,
    "Nästa synkronisering försöker igen.",
)
NO_HEADER = Entry(
    "FIL05",
    _SETTINGS,
    Reach.ONE,
    "Registerfilen saknar en rubrikrad som går att förstå",
    "{file}: hittade inga kolumner för {wanted}. Överst står ”{found}”.",
    "skriv rubriker som i docs/REGISTERFILER.md, eller peka ut kolumnerna i Inställningar > Integration > Kolumner.",
    catalogue.CONSULTANT,
    "Registret i kassan är oförändrat.",
    cause=("file",),
)
FOREIGN_FILE = Entry(
    "FIL06",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM,
    Reach.ONE,
    "Det ligger redan en annan fil där verifikationen skulle läggas",
    "{path} finns redan och har ett annat innehåll.",
    "flytta undan filen och ta reda på varifrån den kommer. Sync Center skriver aldrig över en fil.",
    catalogue.BOOKKEEPER,
    "Underlaget väntar och skickas när platsen är ledig. Allt annat skickas.",
)
NO_FOLDER_OUT = Entry(
    "FIL07",
    _SETTINGS,
    Reach.ALL,
    "Mapp för SIE-filer är inte vald",
    "Det är inte bestämt var bokföringen hämtar sina SIE-filer.",
    "öppna Inställningar > Integration > Mapp för SIE-filer ut och välj en mapp.",
    catalogue.OWNER,
    "Underlagen väntar och skickas när mappen är vald.",
)
NOT_IMPORTED = Entry(
    "FIL08",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM,
    Reach.ONE,
    "SIE-filer väntar på att läsas in",
    "{count} filer i {folder} har inte lästs in på mer än {days} dagar. Äldst är {oldest}.",
    "läs in filerna i bokföringsprogrammet; ta sedan bort dem om programmet inte själv märker dem som inlästa.",
    catalogue.BOOKKEEPER,
    "Filerna ligger kvar tills de är inlästa; nya läggs bredvid.",
)
ORG_NUMBER = Entry(
    "FIL09",
    _SETTINGS,
    Reach.ALL,
    "Organisationsnumret stämmer inte",
    "{why}",
    "rätta företagets organisationsnummer i JobOffice Kassa, eller välj rätt fil i Inställningar > Integration "
    "> Kontoplan (SIE-fil).",
    catalogue.OWNER,
    "Många bokföringsprogram vägrar eller varnar när numret inte stämmer.",
)
READ_BACK = Entry(
    "FIL10",
    ErrorKind.OUR_BUG,
    Reach.ONE,
    "SIE-filen gick inte att läsa tillbaka",
    "Filen som skulle lämnas har inte samma innehåll som underlaget.",
    "skicka dagens logg till support. Inget har lämnats till bokföringen.",
    catalogue.SUPPORT,
    "Underlaget väntar; alla andra skickas.",
)
SENT_OTHERWISE = Entry(
    "FIL11",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Underlaget är redan lämnat med andra belopp",
    "{file} lämnades tidigare med andra konton eller belopp än underlaget har nu.",
    "jämför med arkivkopian i {archive} och gör en rättelse i bokföringen.",
    catalogue.BOOKKEEPER,
    "Inget lämnades en andra gång.",
)
FILE_TROUBLE = Entry(
    "FIL12",
    ErrorKind.RETRY,
    Reach.ONE,
    "Filen gick inte att läsa eller skriva",
    "{path} gick inte att läsa eller skriva.",
    "inget – försöket görs om. Händer det ofta, kontrollera disken eller nätverket.",
    catalogue.CASHIER,
    "Nästa synkronisering försöker igen.",
)
NO_WRITING = Entry(
    "FIL13",
    _SETTINGS,
    Reach.ALL,
    "Mappen för SIE-filer får inte skrivas i",
    "{path} får inte skrivas av den inloggade användaren.",
    "ge Windows-användaren rätt att ändra i mappen, eller välj en annan i Inställningar > Integration > Mapp "
    "för SIE-filer ut.",
    catalogue.OWNER,
    "Underlagen väntar och skickas när mappen går att skriva i.",
)

OTHER_KIND = Entry(
    "FIL20",
    _SETTINGS,
    Reach.ALIKE,
    "Registerfilen är ingen textfil (CSV)",
    "Det är {kind}, vad den än heter.",
    "öppna den i Excel, eller i programmet den kommer ur, välj Spara som ”CSV UTF-8” och lägg den filen i mappen.",
    catalogue.CONSULTANT,
    "Registret i kassan är oförändrat; försäljningen skickas som vanligt.",
    cause=("kind",),
)
PRICE_VAT = Entry(
    "FIL21",
    _SETTINGS,
    Reach.ALIKE,
    "Det är oklart om priserna i filen är med eller utan moms",
    "{file}: rubriken ”{header}” säger inte om momsen ingår.",
    "öppna Inställningar > Integration > Priser i registerfiler och svara, eller skriv rubriken som ”Pris inkl moms”"
    " eller ”Pris exkl moms”.",
    catalogue.CONSULTANT,
    "Priserna väntar på svaret: kassan behåller dem den har. Frågan ställs bara en gång.",
    cause=("file",),
)
DOUBLE_HEADER = Entry(
    "FIL22",
    _SETTINGS,
    Reach.ALIKE,
    "Två kolumner i registerfilen heter likadant men säger olika",
    "{file}: {count} kolumner heter ”{header}” och har olika innehåll.",
    "ta bort eller döp om den kolumn som inte gäller, och spara filen igen.",
    catalogue.CONSULTANT,
    "Registret i kassan är oförändrat; försäljningen skickas som vanligt.",
    cause=("file", "header"),
)
ARCHIVE_DAMAGED = Entry(
    "FIL23",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Arkivkopian av en SIE-fil är skadad",
    "{file} i {archive} går inte att läsa, så underlaget går inte att jämföra med bokföringen.",
    "inget brådskar: verifikationen är redan lämnad. Jämför den för hand mot Z-rapporten.",
    catalogue.BOOKKEEPER,
    "Allt annat skickas och jämförs som vanligt.",
)

ENTRIES = (
    FOLDER_GONE, FILE_MISSING, NO_ACCESS, FILE_BUSY, NO_HEADER, FOREIGN_FILE, NO_FOLDER_OUT, NOT_IMPORTED, ORG_NUMBER,
    READ_BACK, SENT_OTHERWISE, FILE_TROUBLE, NO_WRITING, OTHER_KIND, PRICE_VAT, DOUBLE_HEADER, ARCHIVE_DAMAGED,
)  # fmt: skip

_BY_ERRNO = {
    errno.ENOSPC: catalogue.DISK_FULL,
    getattr(errno, "EDQUOT", errno.ENOSPC): catalogue.DISK_FULL,
    errno.EROFS: catalogue.FILE_READ_ONLY,
    errno.EBUSY: catalogue.FILE_IN_USE,
}
_BY_WINDOWS = {
    19: catalogue.FILE_READ_ONLY,  # ERROR_WRITE_PROTECT; to Python ”permission denied”, and so are the next two
    32: catalogue.FILE_IN_USE,  # ERROR_SHARING_VIOLATION
    33: catalogue.FILE_IN_USE,  # ERROR_LOCK_VIOLATION
}
"""What the system's own code says, before the class of the error does."""


@contextmanager
def told(path: Path, *, item: str = "", uncertain: bool = False, denied: Entry = NO_ACCESS) -> Iterator[None]:
    """Turn an `OSError` from the work inside into the sentence a person needs.

    `uncertain`: it may have worked. `denied`: what it is when there is no right to do it.
    """
    try:
        yield
    except OSError as error:
        raise _as_ours(error, denied).error(
            item=item, detail=error.strerror or str(error), uncertain=uncertain, path=path
        ) from error


def _as_ours(error: OSError, denied: Entry) -> Entry:
    known = _BY_WINDOWS.get(getattr(error, "winerror", None) or 0) or _BY_ERRNO.get(error.errno or 0)
    if known is not None:
        return known
    if isinstance(error, PermissionError):
        return denied
    return FOLDER_GONE if isinstance(error, FileNotFoundError | NotADirectoryError) else FILE_TROUBLE

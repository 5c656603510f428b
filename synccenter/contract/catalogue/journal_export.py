"""Codes J: files that a till gives, foremost the journal export (SKVFS 2021:16)."""

from __future__ import annotations

from synccenter.contract.catalogue.people import CONSULTANT, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

_OTHERS = "Allt annat går vidare."

TILL_FILE_FOREIGN = Entry(
    "J01",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Filen är ingen journalfil",
    "Filen {file} går inte att läsa som ett uttag ur journalminnet: {why}.",
    "ta ut filen på nytt ur kassan som XML enligt SKVFS 2021:16, eller ta bort den ur mappen.",
    OWNER,
    "Inget ur den är läst. " + _OTHERS,
    cause=("file",),
)
TILL_FILE_BROKEN = Entry(
    "J02",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Journalfilen är trasig",
    "Filen {file} går inte att läsa längre än till rad {line}: {why}.",
    "ta ut samma period på nytt ur kassan och lägg filen i mappen.",
    OWNER,
    "Det som stod före den raden är läst och behålls; samma kvitto läses aldrig in två gånger.",
    cause=("file",),
)
TILL_FILE_EVENT = Entry(
    "J03",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "En händelse i journalfilen går inte att använda",
    "Händelse {number} (rad {line}) i {file}: {why}.",
    "visa den som levererat kassan vad som står här, och ta ut perioden på nytt när det är rättat.",
    SUPPORT,
    "Bara den händelsen är utelämnad; dess Z-rapport väntar, eftersom den inte går ihop utan den. " + _OTHERS,
    cause=("file", "number"),
)
TILL_RECEIPT_CHANGED = Entry(
    "J04",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Samma kvitto har fått ett annat innehåll",
    "Kvitto {receipt} står i {file} med ett annat innehåll än när det lästes första gången.",
    "ta reda på vilket som är riktigt; ett kvitto får aldrig ändras i efterhand. Rätta i bokföringen om det behövs.",
    CONSULTANT,
    "Det som lästes först gäller. " + _OTHERS,
    cause=("receipt",),
)
TILL_RECEIPT_LATE = Entry(
    "J05",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Ett kvitto kom för sent till sin Z-rapport",
    "Kvitto {receipt} hör till Z {z}, som redan är klar och lämnad till bokföringen utan det.",
    "kontrollera Z-rapporten mot kassan och bokför kvittot för hand om det fattas.",
    CONSULTANT,
    "Kvittot är inte bokfört och Z-rapporten är oförändrad. " + _OTHERS,
    cause=("receipt",),
)
TILL_Z_CHANGED = Entry(
    "J06",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Samma Z-rapport har fått andra siffror",
    "Z {z} står i {file} med andra siffror än när den lästes första gången ({first} kr, nu {now} kr).",
    "ta reda på varför; en Z-rapport får aldrig ändras i efterhand.",
    CONSULTANT,
    "Den som lästes först gäller. " + _OTHERS,
    cause=("z",),
)
TILL_Z_UNTIED = Entry(
    "J07",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Z-rapporten stämmer inte med sina kvitton",
    "{what}: Z-rapporten säger {z}, kvittona {receipts}.",
    "läs in filen med de kvitton som saknas. Räknar den här sortens kassa annorlunda, låt kontrollen bara varna:"
    " jobsync till control {control}=warn --make ”{make}”.",
    CONSULTANT,
    "Den Z-rapporten väntar. " + _OTHERS,
    cause=("control", "make"),
)
TILL_QUESTION = Entry(
    "J09",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "En fråga om kassan är obesvarad",
    "Filen säger inte vad {what} ”{subject}” är (kassa av märket {make}).",
    "svara en gång: jobsync till answer --make ”{make}” {kind} ”{subject}” SVAR. Möjliga svar: {choices}.",
    CONSULTANT,
    "Z-rapporter med den väntar tills det är besvarat. " + _OTHERS,
    cause=("make", "kind", "subject"),
)
TILL_RECEIPT_UNTIED = Entry(
    "J10",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Ett kvitto i journalfilen går inte ihop",
    "Kvitto {receipt}: {why}.",
    "visa den som levererat kassan vad som står här; bokför Z-rapporten för hand tills det är rättat.",
    CONSULTANT,
    "Kvittots Z-rapport väntar. " + _OTHERS,
    cause=("receipt",),
)
TILL_FOLDER = Entry(
    "J11",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Mappen för journalfiler går inte att läsa",
    "Mappen {folder} finns inte eller får inte läsas.",
    "välj en mapp som finns (general.journal_folder) och som programmet får läsa.",
    OWNER,
    "Inget nytt läses in förrän mappen finns.",
    cause=("folder",),
)
TILL_ANSWER_BAD = Entry(
    "J12",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Svaret går inte att använda",
    "{why}.",
    "se frågorna och de möjliga svaren med jobsync till questions.",
    CONSULTANT,
    "Inget är ändrat.",
    cause=("why",),
)
TILL_SOURCE_TABLES = Entry(
    "J13",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ALL,
    "Kassan lämnar inga journalfiler här",
    "Försäljningen läses ur kassans databas, så det finns inget att läsa in filer till.",
    "välj journalfiler som källa: jobsync settings set general.till_source=journal.",
    CONSULTANT,
    "Inget är läst.",
)
TILL_REGISTERS = Entry(
    "J14",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Artiklarna till kassan gick inte att skriva",
    "{path}: {why}.",
    "öppna Inställningar > Gemensamt och rätta mappen eller kolumnerna för kassans artikelfil.",
    CONSULTANT,
    "Kassan behåller de artiklar den har; försäljningen bokförs som vanligt.",
    cause=("path",),
)
TILL_FILE_OTHERS = Entry(
    "J15",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Filen är ett annat företags",
    "Filen {file} är från {theirs} ({org}), men härifrån bokförs {ours}.",
    "ta bort filen ur mappen. Sköts båda företagen härifrån: öppna Inställningar > Gemensamt > Företag och välj ett, så"
    " läses den också, och bokförs när det företaget är valt.",
    OWNER,
    "Inget av det andra företagets är läst. " + _OTHERS,
    cause=("file",),
)

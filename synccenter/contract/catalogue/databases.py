"""Codes D: databases and the ledger's file."""

from __future__ import annotations

from synccenter.contract.catalogue.people import CASHIER, CONSULTANT, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

_SETTINGS = ErrorKind.FIX_IN_SETTINGS

DATABASE_MISSING = Entry(
    "D01",
    _SETTINGS,
    Reach.ALL,
    "Kassans databas finns inte",
    "Filen saknas.",
    "öppna Inställningar > Gemensamt och välj kassans databas.",
    OWNER,
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
)
DATABASE_BROKEN = Entry(
    "D02",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Databasfilen är skadad",
    "Filen går inte att läsa som en databas.",
    "rör inte filen. Ring support, som lägger tillbaka en kopia.",
    SUPPORT,
    "Inget skickas förrän databasen är hel; inget skrivs i den.",
)
DATABASE_BUSY = Entry(
    "D03",
    ErrorKind.RETRY,
    Reach.ALL,
    "Databasen är upptagen",
    "Ett annat program höll databasen låst för länge.",
    "inget – försöket görs om. Händer det ofta, kontakta support.",
    CASHIER,
    "Nästa synkronisering försöker igen.",
)
DATABASE_FAILED = Entry(
    "D04",
    ErrorKind.OUR_BUG,
    Reach.ALL,
    "Databasen vägrade en fråga",
    "En fråga till databasen gick inte att köra.",
    "skicka dagens logg till support.",
    SUPPORT,
    "Nästa synkronisering försöker igen. Inget blir bokfört två gånger.",
)
DATABASE_UNREACHABLE = Entry(
    "D05",
    ErrorKind.RETRY,
    Reach.NOBODY,
    "Kassans databasserver svarar inte",
    "Det gick inte att nå databasen på huvudkassan.",
    "kontrollera att huvudkassan är på och att nätverket fungerar.",
    CASHIER,
    "Nästa synkronisering försöker igen.",
)
DATABASE_ADDRESS = Entry(
    "D06",
    _SETTINGS,
    Reach.ALL,
    "Databasens adress går inte att förstå",
    "Adressen ska vara sökvägen till en fil, eller börja med postgresql:// eller mssql://.",
    "öppna Inställningar > Gemensamt och rätta kassans databas.",
    CONSULTANT,
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
)
LEDGER_DAMAGED = Entry(
    "D07",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Sync Centers journal är skadad",
    "Filen {path} är skadad, så det går inte att veta vad som redan är skickat. Inget skickas. Senaste hela kopia: {copy}.",
    "kör ”jobsync ledger restore” (lägger tillbaka kopian; allt efter den slås upp i affärssystemet innan något skickas), eller ring support.",
    SUPPORT,
    "Kassan går att använda som vanligt.",
)
LEDGER_NEWER = Entry(
    "D08",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Journalen hör till en nyare version",
    "Journalen har version {found}, det här programmet kan {known}.",
    "installera den nyare versionen av Sync Center på den här kassan.",
    SUPPORT,
    "Inget skickas härifrån förrän dess; kassan går att använda som vanligt.",
)

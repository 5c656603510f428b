"""Codes L: log and disk."""

from __future__ import annotations

from synccenter.contract.catalogue.people import CASHIER, CONSULTANT, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

_SETTINGS = ErrorKind.FIX_IN_SETTINGS

DISK_FULL = Entry(
    "L01",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Disken är full",
    "Det finns inte plats att skriva.",
    "töm papperskorgen eller ta bort filer som inte behövs på datorn.",
    CASHIER,
    "Nästa synkronisering försöker igen.",
)
LOG_FOLDER = Entry(
    "L02",
    _SETTINGS,
    Reach.ALL,
    "Loggen går inte att skriva",
    "Mappen {folder} går inte att skriva i.",
    "öppna Inställningar > Gemensamt > Mapp för loggfiler och välj en annan mapp.",
    OWNER,
    "Synkroniseringen fortsätter; loggen skrivs så länge i {fallback}.",
)
DATA_FOLDER = Entry(
    "L03",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Sync Centers mapp går inte att använda",
    "{folder} går inte att läsa eller skriva.",
    "kontrollera att disken är på plats och att Windows-användaren får ändra i mappen.",
    SUPPORT,
    "Kassan går att använda som vanligt; nästa synkronisering försöker igen.",
)
DISK_LOW = Entry(
    "L04",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Disken är snart full",
    "Det finns bara {free} MB kvar där {folder} ligger.",
    "töm papperskorgen eller ta bort filer som inte behövs på datorn.",
    CASHIER,
    "Är disken full kan varken kassan eller Sync Center spara.",
)
FILE_READ_ONLY = Entry(
    "D36",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Disken är skrivskyddad",
    "Filen ligger på en disk som det inte går att skriva på.",
    "ta bort skrivskyddet, eller flytta mappen till en annan disk.",
    SUPPORT,
    "Kassan går att använda som vanligt; nästa synkronisering försöker igen.",
)
FILE_IN_USE = Entry(
    "D37",
    ErrorKind.RETRY,
    Reach.ALL,
    "Ett annat program har filen öppen",
    "Windows släpper inte filen medan ett annat program (säkerhetskopiering, virusskydd, ett Excel-fönster) har den.",
    "inget – försöket görs om. Händer det ofta, undanta mappen från virusskyddet.",
    CASHIER,
    "Nästa synkronisering försöker igen.",
)
FILE_DENIED = Entry(
    "D38",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Windows nekar Sync Center filen",
    "Windows-användaren får inte läsa eller skriva filen.",
    "ge Windows-användaren rätt att ändra i mappen (högerklicka > Egenskaper > Säkerhet).",
    SUPPORT,
    "Kassan går att använda som vanligt; nästa synkronisering försöker igen.",
)
NO_LOGON_SESSION = Entry(
    "D42",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Lösenordsvalvet är låst i den här inloggningen",
    "Windows öppnar bara lösenordsvalvet för den som är inloggad på datorn. Sync Center körs utan en sådan inloggning.",
    "låt den som använder kassan vara inloggad, och starta Sync Center därifrån och inte som en tjänst.",
    SUPPORT,
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
)
READABLE_BY_OTHERS = Entry(
    "S71",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Andra på datorn kan läsa Sync Centers filer",
    "Rättigheterna till {path} gick inte att begränsa till den som kör programmet.",
    "ta bort andras rättigheter till filen eller mappen, eller flytta den.",
    CONSULTANT,
    "Synkroniseringen påverkas inte.",
    cause=("path",),
)

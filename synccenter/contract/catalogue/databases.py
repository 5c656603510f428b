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
    "öppna Inställningar > Gemensamt > Kassans databas och välj filen.",
    OWNER,
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
)
TILL_IS_A_FOLDER = Entry(
    "D62",
    _SETTINGS,
    Reach.ALL,
    "Kassans databas är en mapp",
    "Det som är valt är en mapp, inte en fil.",
    "öppna Inställningar > Gemensamt > Kassans databas och välj databasfilen i mappen.",
    OWNER,
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
)
NOT_A_DATABASE = Entry(
    "D63",
    _SETTINGS,
    Reach.ALL,
    "Filen är inte kassans databas",
    "Filen börjar inte som en SQLite-databas gör.",
    "öppna Inställningar > Gemensamt > Kassans databas och välj rätt fil. Är det rätt fil är den skadad: rör den inte och ring support, som lägger tillbaka en kopia.",
    OWNER,
    "Inget skickas förrän det är rättat; inget skrivs i filen.",
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
    "rätta adressen i Inställningar > Gemensamt > Kassans databas.",
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
LEDGER_ROW = Entry(
    "D64",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "En rad i Sync Centers journal går inte att läsa",
    "Raden för {reference} har ett innehåll som Sync Center inte skrev så. Filen i övrigt är hel.",
    "ring support, som ser efter om raden går att rädda. Annars: ”jobsync ledger restore” lägger tillbaka senaste hela kopian; allt efter den slås upp i affärssystemet innan något skickas.",
    SUPPORT,
    "Kassan går att använda som vanligt. Inget blir bokfört två gånger.",
    cause=("reference",),
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

# --- by code: see core/faults.py --------------------------------------------------------------------------------

_STOPPED = "Inget skickas förrän det är rättat; kassan går att använda som vanligt."
_AGAIN = "Nästa synkronisering försöker igen. Inget blir bokfört två gånger."

DATABASE_NO_RIGHT = Entry(
    "D23",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Sync Center saknar rätt i databasen",
    "Användaren som Sync Center loggar in med får inte göra det som behövs.",
    "ge användaren läsrätt till försäljningens vyer, och läs- och skrivrätt till registren och till schemat jobsync (docs/KASSAN.md).",
    CONSULTANT,
    _STOPPED,
)
DATABASE_READ_ONLY = Entry(
    "D24",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Databasen går bara att läsa",
    "Filen, mappen eller databasen är skrivskyddad. Den är inte skadad.",
    "ta bort skrivskyddet på filen och mappen; på en server: kontrollera att databasen inte är satt i läsläge.",
    SUPPORT,
    _STOPPED,
)
DATABASE_CANNOT_OPEN = Entry(
    "D25",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Databasfilen går inte att öppna",
    "Sync Center kommer inte åt filen eller mappen som den ligger i. Den är inte skadad.",
    "kontrollera att mappen finns, att disken eller nätverksplatsen är ansluten och att Windows-användaren får läsa och skriva där.",
    SUPPORT,
    _STOPPED,
)
DATABASE_DISK = Entry(
    "D26",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Disken svarade inte som den ska",
    "Databasen gick inte att läsa eller skriva: disken eller nätverksplatsen gav ett fel.",
    "kontrollera disken och, om filen ligger på en annan dator, nätverket.",
    SUPPORT,
    _AGAIN,
)
DATABASE_FULL = Entry(
    "D27",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Databasserverns disk är full",
    "Servern har inte plats att skriva.",
    "gör plats på huvudkassans disk, eller höj gränsen för databasens storlek.",
    CONSULTANT,
    _AGAIN,
)
DATABASE_SIGN_IN = Entry(
    "D28",
    _SETTINGS,
    Reach.ALL,
    "Databasservern släpper inte in Sync Center",
    "Servern känner inte användaren, eller lösenordet är fel.",
    "rätta användaren i Inställningar > Gemensamt > Kassans databas och skriv lösenordet igen.",
    CONSULTANT,
    _STOPPED,
)
DATABASE_ENCRYPTION = Entry(
    "D29",
    _SETTINGS,
    Reach.ALL,
    "Databasservern och Sync Center är oense om kryptering",
    "Servern kräver kryptering, saknar den eller har ett certifikat som inte är betrott.",
    "sätt sslmode (PostgreSQL) eller Encrypt och TrustServerCertificate (SQL Server) sist i databasens adress.",
    CONSULTANT,
    _STOPPED,
)
DATABASE_UNKNOWN = Entry(
    "D30",
    _SETTINGS,
    Reach.ALL,
    "Databasen finns inte på servern",
    "Servern svarar, men har ingen databas med det namnet.",
    "rätta databasens namn i Inställningar > Gemensamt > Kassans databas.",
    CONSULTANT,
    _STOPPED,
)
DATABASE_DEADLOCK = Entry(
    "D31",
    ErrorKind.RETRY,
    Reach.ALL,
    "Två program väntade på varandra i databasen",
    "Databasen avbröt det ena för att det andra skulle komma vidare.",
    "inget – försöket görs om. Händer det ofta, kontakta support.",
    CASHIER,
    _AGAIN,
)
DATABASE_SLOW = Entry(
    "D32",
    ErrorKind.RETRY,
    Reach.ALL,
    "Databasen hann inte svara",
    "Servern avbröt en fråga som tog för lång tid.",
    "inget – försöket görs om. Händer det ofta, kontakta support.",
    CASHIER,
    _AGAIN,
)
DATABASE_CROWDED = Entry(
    "D33",
    ErrorKind.RETRY,
    Reach.ALL,
    "Databasservern tar inte emot fler",
    "Alla anslutningar, eller serverns minne, är upptagna.",
    "inget – försöket görs om. Händer det ofta, kontakta den som sköter servern.",
    CASHIER,
    _AGAIN,
)
DATABASE_SERVER_DAMAGED = Entry(
    "D34",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Databasservern säger att dess data är skadade",
    "Servern hittade sidor som inte går att läsa.",
    "rör inte servern. Ring den som sköter den.",
    CONSULTANT,
    _STOPPED,
)
DATABASE_DRIVER = Entry(
    "D35",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Drivrutinen för databasen saknas",
    "Datorn har ingen drivrutin för den sortens databas.",
    "installera ”ODBC Driver 18 for SQL Server” från Microsoft (SQL Server), eller installera om Sync Center (PostgreSQL).",
    CONSULTANT,
    _STOPPED,
)

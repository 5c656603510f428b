"""Codes K: the till (kassa)."""

from __future__ import annotations

from synccenter.contract.catalogue.people import BOOKKEEPER, CONSULTANT, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

TILL_TABLE_MISSING = Entry(
    "K01",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "En tabell saknas i kassans databas",
    "Tabellen eller vyn ”{table}” finns inte.",
    "välj rätt fil i Inställningar > Gemensamt > Kassans databas, om det är fel fil; annars lägger den som kopplat "
    "kassan till vyn enligt docs/KASSAN.md.",
    SUPPORT,
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
    cause=("table",),
)
TILL_COLUMN_MISSING = Entry(
    "K02",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "En kolumn saknas i kassans databas",
    "Kolumnen ”{column}” saknas i ”{table}”.",
    "den som kopplat kassan lägger till kolumnen i vyn enligt docs/KASSAN.md.",
    SUPPORT,
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
    cause=("table", "column"),
)
TILL_COLUMN_TYPE = Entry(
    "K03",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "En kolumn i kassans databas har fel typ",
    "Kolumnen ”{column}” i ”{table}” ska vara {wanted} men är {found}.",
    "den som kopplat kassan ändrar vyn enligt docs/KASSAN.md.",
    SUPPORT,
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
    cause=("table", "column"),
)
TILL_VIEW_BROKEN = Entry(
    "K20",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "En vy i kassans databas går inte att köra",
    "Vyn ”{table}” finns men går inte att läsa.",
    "den som kopplat kassan rättar vyn; ofta har något som den läser ur bytt namn eller tagits bort.",
    SUPPORT,
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
    cause=("table",),
)
TILL_VALUE = Entry(
    "K04",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Ett värde i kassans databas går inte att tolka",
    "{column} i {table} innehåller ”{value}”, som inte är {wanted}. Raden är {row}.",
    "rätta vyn i kassans databas; kvittot självt ska inte ändras.",
    SUPPORT,
    "{then} Det släpps av sig självt när raden är rättad.",
    cause=("table", "column", "value"),
)
TILL_ROW_TWICE = Entry(
    "D20",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "En rad i kassans databas finns två gånger",
    "{table} har mer än en rad med {row}.",
    "rätta vyn i kassans databas så att varje rad kommer en gång (nycklarna står i docs/KASSAN.md).",
    SUPPORT,
    "{then} Det släpps av sig självt när raden är rättad.",
    cause=("table", "row"),
)
TILL_ROW_HOMELESS = Entry(
    "D21",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "En rad i kassans databas hör inte till någon",
    "{column} i {table} innehåller ”{value}”, som inte finns i tabellen {column}. Raden är {row}.",
    "rätta raden i kassans databas, eller lägg till ”{value}” i tabellen {column}.",
    SUPPORT,
    "Raden skickas inte; allt annat skickas. Den tas med av sig själv när den är rättad.",
    cause=("column", "value"),
)
RECEIPT_WITHOUT_ROWS = Entry(
    "D22",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Ett kvitto har varken rader eller betalningar",
    "Kvittot är klart sedan {at}, men receipt_line och receipt_payment har inga rader för det.",
    "den som kopplat kassan kontrollerar att vyerna visar alla rader.",
    SUPPORT,
    "Kvittot väntar på sina rader; allt annat skickas.",
)

DEMO_ON_REAL_TILL = Entry(
    "K05",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ALL,
    "Demon får inte skriva i en riktig kassa",
    "Databasen hör till {company}. Påhittade kvitton får aldrig blandas med riktiga.",
    "välj en annan mapp för demon (--data-dir).",
    CONSULTANT,
    "Inget är ändrat.",
)

FUTURE_DATE = Entry(
    "K07",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Datumet ligger i framtiden",
    "Kassan har daterat det {day}, men i dag är det {today}. Kassans klocka har gått fel.",
    "rätta klockan på kassan. Bokför underlaget för hand på rätt datum och märk det som bokfört, eller kontakta support.",
    BOOKKEEPER,
    "Underlaget väntar; alla andra skickas.",
)

DEMO_NOTHING_TO_SELL = Entry(
    "K06",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ALL,
    "Registret har ingenting att sälja",
    "Ingen av de {count} artiklarna är i bruk och har ett pris.",
    "välj en artikelfil med priser, eller kör demon utan --articles.",
    CONSULTANT,
    "Inget är ändrat.",
)

REGISTER_HELD = Entry(
    "K10",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM,
    Reach.ONE,
    "Ändringar i ett register väntar på godkännande",
    "{register}: {count} rader hålls kvar eftersom {why}. {shown}.",
    "stämmer det inte: rätta det i affärssystemet. Stämmer det: öppna Visa status > Register och välj Godkänn, eller kör"
    " ”jobsync registers accept”.",
    OWNER,
    "Kassan behåller det den har så länge; alla andra rader är införda och försäljningen skickas.",
    cause=("why", "register"),
)

NOT_HELD = Entry(
    "K11",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Ändringen väntar inte",
    "Det finns ingen registerändring som heter {id} och väntar på godkännande.",
    "kör ”jobsync registers held” för att se vad de heter.",
    OWNER,
    "Inget är ändrat.",
    cause=("id",),
)

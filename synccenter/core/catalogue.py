"""The catalogue: every error that the core may meet, with what to do about it. `docs/FEL.md` is made from it.

Codes: I settings, D database, K till (kassa), B posting (bokföring), S sync and ledger, L log and disk,
N network and business systems in general, E e-mail. Connectors add tables with a prefix of their own.
A code is never reused for something else.
"""

from __future__ import annotations

from synccenter.core.errors import Entry, ErrorKind

CASHIER = "Du i butiken"
OWNER = "Butikens ansvarige"
CONSULTANT = "Affärssystemets konsult"
BOOKKEEPER = "Bokföraren"
SUPPORT = "JobOffice support"

_SETTINGS = ErrorKind.FIX_IN_SETTINGS
_SYSTEM = ErrorKind.FIX_IN_BUSINESS_SYSTEM

# --- I: settings -------------------------------------------------------------------------------------------

SETTINGS_BROKEN = Entry(
    "I01",
    _SETTINGS,
    "Inställningsfilen går inte att läsa",
    "Filen {path} har ett fel på rad {line}: {why}.",
    "rätta raden, eller ta bort filen så används den senaste fungerande kopian.",
    OWNER,
    "Den senaste fungerande kopian används så länge.",
)
SETTING_REFUSED = Entry(
    "I02",
    _SETTINGS,
    "En inställning har ett värde som inte går",
    "{name}: {why}",
    "öppna Inställningar och ändra {name}.",
    OWNER,
)
SETTING_UNKNOWN = Entry(
    "I03",
    _SETTINGS,
    "Inställningen finns inte",
    "Det finns ingen inställning som heter {name}.",
    "kör ”jobsync settings show” för att se vad de heter.",
    OWNER,
)
NO_CUTOVER = Entry(
    "I04",
    _SETTINGS,
    "Startdatum saknas",
    "Inget skickas förrän det är bestämt från vilken dag Sync Center ska bokföra.",
    "öppna Inställningar > Säkerhet och ange startdatum (safety.cutover): första dagen som inte redan är bokförd.",
    BOOKKEEPER,
    "Kvitton och Z-rapporter ligger kvar i kassan och skickas när datumet är satt.",
)
SYSTEM_CHANGED = Entry(
    "I05",
    _SETTINGS,
    "Affärssystemet är bytt men startdatumet är det gamla",
    "Hittills har {old} använts från {cutover}; nu är {new} valt. Samma dagar kunde bli bokförda två gånger.",
    "öppna Inställningar > Säkerhet och ange ett nytt startdatum för {new}.",
    BOOKKEEPER,
    "Inget skickas förrän datumet är ändrat.",
)
TARGET_UNSUPPORTED = Entry(
    "I06",
    _SETTINGS,
    "Affärssystemet tar inte emot den sortens underlag",
    "{system} kan inte ta emot {target}.",
    "öppna Inställningar > Konton och välj något annat under ”Skicka som”.",
    CONSULTANT,
)
SYSTEM_UNKNOWN = Entry(
    "I07",
    _SETTINGS,
    "Inget affärssystem är valt",
    "”{system}” är inget affärssystem som Sync Center känner till.",
    "öppna Inställningar > Integration och välj ett av: {known}.",
    OWNER,
)
SECRET_UNAVAILABLE = Entry(
    "I08",
    ErrorKind.CONTACT_CONSULTANT,
    "Lösenordsvalvet går inte att använda",
    "Windows lösenordsvalv (Autentiseringshanteraren) svarar inte, så inget lösenord kan läsas eller sparas.",
    "logga ut och in i Windows. Hjälper det inte, kontakta support.",
    SUPPORT,
)
COMPANY_UNKNOWN = Entry(
    "I09",
    _SETTINGS,
    "Företaget finns inte i kassan",
    "Företaget ”{company}” finns inte i kassans databas. Där finns: {found}.",
    "öppna Inställningar > Gemensamt och välj företag.",
    OWNER,
)

SETTINGS_NEWER = Entry(
    "I10",
    _SETTINGS,
    "Inställningarna hör till en nyare version",
    "Filen {path} har version {found}, det här programmet kan {known}.",
    "installera den nyare versionen av Sync Center på den här datorn.",
    SUPPORT,
    "Det som går att förstå används; inget sparas i filen.",
)
SETTINGS_NO_COPY = Entry(
    "I11",
    _SETTINGS,
    "Inställningsfilen går inte att läsa och ingen kopia finns",
    "Filen {path} har ett fel på rad {line}: {why}.",
    "rätta raden, eller öppna Inställningar och fyll i på nytt.",
    OWNER,
    "Förvalen används så länge, och inget skickas.",
)

FILE_MISSING = Entry(
    "I12",
    _SETTINGS,
    "Filen finns inte",
    "Filen gick inte att hitta.",
    "kontrollera sökvägen.",
    OWNER,
)

# --- D: databases ------------------------------------------------------------------------------------------

DATABASE_MISSING = Entry(
    "D01",
    _SETTINGS,
    "Kassans databas finns inte",
    "Filen saknas.",
    "öppna Inställningar > Gemensamt och välj kassans databas.",
    OWNER,
)
DATABASE_BROKEN = Entry(
    "D02",
    ErrorKind.CONTACT_CONSULTANT,
    "Databasfilen är skadad",
    "Filen går inte att läsa som en databas.",
    "rör inte filen. Ring support, som lägger tillbaka en kopia.",
    SUPPORT,
)
DATABASE_BUSY = Entry(
    "D03",
    ErrorKind.RETRY,
    "Databasen är upptagen",
    "Ett annat program höll databasen låst för länge.",
    "inget – försöket görs om. Händer det ofta, kontakta support.",
    CASHIER,
    "Nästa synkronisering försöker igen.",
)
DATABASE_FAILED = Entry(
    "D04",
    ErrorKind.OUR_BUG,
    "Databasen vägrade en fråga",
    "En fråga till databasen gick inte att köra.",
    "skicka dagens logg till support.",
    SUPPORT,
)
DATABASE_UNREACHABLE = Entry(
    "D05",
    ErrorKind.RETRY,
    "Kassans databasserver svarar inte",
    "Det gick inte att nå databasen på huvudkassan.",
    "kontrollera att huvudkassan är på och att nätverket fungerar.",
    CASHIER,
    "Nästa synkronisering försöker igen.",
)
DATABASE_ADDRESS = Entry(
    "D06",
    _SETTINGS,
    "Databasens adress går inte att förstå",
    "Adressen ska vara sökvägen till en fil, eller börja med postgresql:// eller mssql://.",
    "öppna Inställningar > Gemensamt och rätta kassans databas.",
    CONSULTANT,
)
LEDGER_DAMAGED = Entry(
    "D07",
    ErrorKind.CONTACT_CONSULTANT,
    "Sync Centers journal är skadad",
    "Filen {path} är skadad, så det går inte att veta vad som redan är skickat. Inget skickas. Senaste hela kopia: {copy}.",
    "kör ”jobsync ledger restore” (lägger tillbaka kopian; allt efter den slås upp i affärssystemet innan något skickas), eller ring support.",
    SUPPORT,
    "Kassan går att använda som vanligt.",
)
LEDGER_NEWER = Entry(
    "D08",
    ErrorKind.CONTACT_CONSULTANT,
    "Journalen hör till en nyare version",
    "Journalen har version {found}, det här programmet kan {known}.",
    "installera den nyare versionen av Sync Center på den här kassan.",
    SUPPORT,
)

# --- K: the till -------------------------------------------------------------------------------------------

TILL_TABLE_MISSING = Entry(
    "K01",
    ErrorKind.CONTACT_CONSULTANT,
    "En tabell saknas i kassans databas",
    "Tabellen eller vyn ”{table}” finns inte.",
    "den som kopplat kassan lägger till vyn enligt docs/KASSAN.md.",
    SUPPORT,
)
TILL_COLUMN_MISSING = Entry(
    "K02",
    ErrorKind.CONTACT_CONSULTANT,
    "En kolumn saknas i kassans databas",
    "Kolumnen ”{column}” saknas i ”{table}”.",
    "den som kopplat kassan lägger till kolumnen i vyn enligt docs/KASSAN.md.",
    SUPPORT,
)
TILL_COLUMN_TYPE = Entry(
    "K03",
    ErrorKind.CONTACT_CONSULTANT,
    "En kolumn i kassans databas har fel typ",
    "Kolumnen ”{column}” i ”{table}” ska vara {wanted} men är {found}.",
    "den som kopplat kassan ändrar vyn enligt docs/KASSAN.md.",
    SUPPORT,
)
TILL_VALUE = Entry(
    "K04",
    ErrorKind.CONTACT_CONSULTANT,
    "Ett värde i kassans databas går inte att tolka",
    "{column} i {table} innehåller ”{value}”, som inte är {wanted}.",
    "rätta vyn i kassans databas; kvittot självt ska inte ändras.",
    SUPPORT,
    "Kvittot väntar; alla andra skickas.",
)

DEMO_ON_REAL_TILL = Entry(
    "K05",
    ErrorKind.FIX_IN_SETTINGS,
    "Demon får inte skriva i en riktig kassa",
    "Databasen hör till {company}. Påhittade kvitton får aldrig blandas med riktiga.",
    "välj en annan mapp för demon (--data-dir).",
    CONSULTANT,
    "Inget är ändrat.",
)

FUTURE_DATE = Entry(
    "K07",
    ErrorKind.CONTACT_CONSULTANT,
    "Datumet ligger i framtiden",
    "Kassan har daterat det {day}, men i dag är det {today}. Kassans klocka har gått fel.",
    "rätta klockan på kassan. Bokför underlaget för hand på rätt datum och märk det som bokfört, eller kontakta support.",
    BOOKKEEPER,
    "Underlaget väntar; alla andra skickas.",
)

DEMO_NOTHING_TO_SELL = Entry(
    "K06",
    ErrorKind.FIX_IN_SETTINGS,
    "Registret har ingenting att sälja",
    "Ingen av de {count} artiklarna är i bruk och har ett pris.",
    "välj en artikelfil med priser, eller kör demon utan --articles.",
    CONSULTANT,
    "Inget är ändrat.",
)

# --- B: posting --------------------------------------------------------------------------------------------

NO_PAYMENT_ACCOUNT = Entry(
    "B01",
    _SETTINGS,
    "Betalsättet har inget konto",
    "Betalsättet ”{method}” har inget konto.",
    "öppna Inställningar > Konton > Betalsätt och ange ett konto för {method}.",
    BOOKKEEPER,
    "Underlaget väntar och skickas av sig självt när kontot finns. Allt annat skickas.",
)
NO_SALES_ACCOUNT = Entry(
    "B02",
    _SETTINGS,
    "Försäljningen har inget konto",
    "Varugruppen ”{group}” med {rate} % moms den {date} har inget försäljningskonto eller momskonto.",
    "öppna Inställningar > Konton > Försäljning och moms och lägg till {rate} %.",
    BOOKKEEPER,
    "Underlaget väntar och skickas av sig självt när kontot finns. Allt annat skickas.",
)
RECEIPT_UNBALANCED = Entry(
    "B03",
    ErrorKind.CONTACT_CONSULTANT,
    "Kvittot går inte ihop",
    "Raderna är {lines} kr, öresavrundningen {rounding} kr och betalningarna {payments} kr; skillnaden är {difference} kr.",
    "jämför kvittot i kassan. Bokför det för hand och markera det som bokfört, eller kontakta support.",
    BOOKKEEPER,
    "Kvittot väntar; inget jämnas ut. Allt annat skickas.",
)
Z_DIFFERS = Entry(
    "B04",
    ErrorKind.CONTACT_CONSULTANT,
    "Z-rapporten stämmer inte med sina kvitton",
    "{what}: Z-rapporten säger {z} kr men kvittona blir {receipts} kr; skillnaden är {difference} kr.",
    "jämför Z-rapporten med kvittona i kassan och kontakta support om du inte hittar felet.",
    BOOKKEEPER,
    "Z-rapporten väntar; alla andra skickas.",
)
VOUCHER_UNBALANCED = Entry(
    "B05",
    ErrorKind.OUR_BUG,
    "Verifikationen balanserar inte",
    "Debet och kredit skiljer {difference} kr.",
    "skicka dagens logg till support. Inget har skickats.",
    SUPPORT,
    "Underlaget väntar; alla andra skickas.",
)
NO_CASH_ACCOUNT = Entry(
    "B06",
    _SETTINGS,
    "In- eller utbetalningen har inget konto",
    "Orsaken ”{reason}” har inget konto.",
    "öppna Inställningar > Konton > In- och utbetalningar och ange ett konto för ”{reason}”.",
    BOOKKEEPER,
    "Underlaget väntar och skickas av sig självt när kontot finns.",
)
ROUNDING_TOO_BIG = Entry(
    "B07",
    ErrorKind.CONTACT_CONSULTANT,
    "Öresavrundningen är orimligt stor",
    "Öresavrundningen är {rounding} kr; den kan aldrig vara en krona eller mer.",
    "jämför kvittot i kassan och kontakta support.",
    BOOKKEEPER,
    "Kvittot väntar; alla andra skickas.",
)
NO_CASH_CUSTOMER = Entry(
    "B08",
    _SETTINGS,
    "Kontantkund saknas",
    "Kvitton ska skickas som kundfakturor men ingen kontantkund är vald.",
    "öppna Inställningar > Konton och ange kontantkundens kundnummer.",
    BOOKKEEPER,
    "Kvittona väntar och skickas av sig själva när kunden är angiven.",
)
Z_RECEIPT_MISSING = Entry(
    "B09",
    ErrorKind.CONTACT_CONSULTANT,
    "Kvitton saknas i Z-rapporten",
    "Z-rapporten omfattar kvitto {first}–{last} men kvitto {missing} finns inte i kassan.",
    "kontrollera att kassans databas är hel. Kontakta support.",
    SUPPORT,
    "Z-rapporten väntar; alla andra skickas.",
)

# --- S: sync and ledger ------------------------------------------------------------------------------------

OTHER_TILL_OWNS = Entry(
    "S01",
    ErrorKind.WAIT,
    "En annan kassa sköter synkroniseringen",
    "Kassan {holder} sköter synkroniseringen till {until}.",
    "inget. Ska den här kassan ta över: avsluta Sync Center på {holder}.",
    CASHIER,
    "Den här kassan tar över av sig själv när {holder} har varit borta en stund.",
)
LEASE_LOST = Entry(
    "S02",
    ErrorKind.WAIT,
    "En annan kassa har tagit över synkroniseringen",
    "Den här kassan var borta för länge och {holder} har tagit över.",
    "inget.",
    CASHIER,
    "Inget mer skickas härifrån.",
)
ANSWER_LOST = Entry(
    "S03",
    ErrorKind.RETRY,
    "Svaret kom aldrig",
    "Affärssystemet svarade inte på om underlaget blev bokfört.",
    "inget – underlaget slås upp i affärssystemet innan något skickas igen.",
    CASHIER,
    "Det blir aldrig bokfört två gånger.",
)
CANNOT_LOOK_UP = Entry(
    "S04",
    ErrorKind.CONTACT_CONSULTANT,
    "Det är oklart om underlaget är bokfört",
    "{system} kan inte svara på om {reference} redan är bokfört.",
    "titta efter {reference} i affärssystemet. Finns det: ”jobsync ledger booked”. Finns det inte: ”jobsync ledger resend”.",
    BOOKKEEPER,
    "Inget skickas igen förrän någon har svarat. Allt annat skickas.",
)
DOUBLE_ROUTE = Entry(
    "S05",
    _SETTINGS,
    "Underlaget är redan skickat en annan väg",
    "{reference} skickades till {old} den {at}. Skickas det även till {new} blir det bokfört två gånger.",
    "ta reda på om det verkligen saknas i {new}. Lägg i så fall till --insist.",
    BOOKKEEPER,
    "Inget skickades.",
)
CANCELLED = Entry(
    "S06",
    ErrorKind.RETRY,
    "Synkroniseringen avbröts",
    "Någon valde Avbryt.",
    "inget.",
    CASHIER,
    "Resten tas vid nästa synkronisering.",
)
CHECK_RED = Entry(
    "S07",
    _SETTINGS,
    "Inställningarna har fel som måste rättas först",
    "{count} fel hittades vid kontrollen.",
    "rätta dem och kör synkroniseringen igen.",
    OWNER,
    "Inget skickas förrän de är rättade.",
)
NOTHING_FOR_LONG = Entry(
    "S08",
    ErrorKind.CONTACT_CONSULTANT,
    "Ingen lyckad synkronisering på länge",
    "Den senaste lyckade synkroniseringen var {last}.",
    "läs dagens logg: där står vad som stoppar.",
    CASHIER,
    "Försöken fortsätter enligt schemat.",
)
VOIDED_AFTER_SENDING = Entry(
    "S09",
    _SYSTEM,
    "Ett kvitto blev felslag efter att det skickats",
    "Kvittot på {amount} kr är bokfört som {number} men är nu felslag i kassan.",
    "gör en rättelse i affärssystemet enligt förslaget i ”jobsync proof”, och skriv det: ”jobsync ledger explain”.",
    BOOKKEEPER,
    "Sync Center ändrar aldrig något som redan är bokfört.",
)
UNEXPECTED = Entry(
    "S10",
    ErrorKind.OUR_BUG,
    "Oväntat fel",
    "Något hände som programmet inte är förberett på.",
    "skicka dagens logg och Debug-logg till support.",
    SUPPORT,
    "Nästa synkronisering försöker igen. Inget blir bokfört två gånger.",
)
REGISTER_SHRANK = Entry(
    "S11",
    _SYSTEM,
    "Registret har krympt misstänkt mycket",
    "{register}: {before} blev {after}. Ingen av de saknade har tagits ur bruk.",
    "kontrollera att hela registret kommer från affärssystemet. Stämmer det: kör ”jobsync sync --all --accept-removals”.",
    OWNER,
    "Nya och ändrade rader är införda.",
)
ENTRY_UNKNOWN = Entry(
    "S12",
    _SETTINGS,
    "Underlaget finns inte i journalen",
    "Det finns inget underlag som heter {reference}.",
    "kör ”jobsync ledger list” för att se vad de heter.",
    BOOKKEEPER,
)
CLOCK_WRONG = Entry(
    "S13",
    _SETTINGS,
    "Datorns klocka går fel",
    "Datorns klocka skiljer {seconds} sekunder från {other}.",
    "högerklicka på klockan i Windows, välj ”Justera datum och tid” och slå på ”Ange tid automatiskt”.",
    CASHIER,
)

ALREADY_RUNNING = Entry(
    "S14",
    ErrorKind.WAIT,
    "Synkroniseringen pågår redan",
    "Sync Center kör redan en synkronisering på den här datorn.",
    "inget – vänta tills den är klar.",
    CASHIER,
)

ALREADY_BOOKED = Entry(
    "S15",
    _SETTINGS,
    "Underlaget finns redan i affärssystemet",
    "{reference} är bokfört som {number}. Skickas det igen blir det bokfört två gånger.",
    "ta bort eller vänd verifikationen i affärssystemet först, eller lägg till --insist.",
    BOOKKEEPER,
    "Inget skickades.",
)
NOT_IN_STATE = Entry(
    "S16",
    _SETTINGS,
    "Det går inte att göra så med underlaget",
    "{reference} är {state}.",
    "kör ”jobsync ledger show {reference}” för att se vad som har hänt.",
    BOOKKEEPER,
)
OTHER_ROUTE_WAITS = Entry(
    "S17",
    _SETTINGS,
    "Underlag väntar på ett affärssystem som ni har bytt från",
    "{count} underlag var på väg till {old} när ni bytte till {new}.",
    "titta efter dem i {old} (”jobsync ledger list” visar vilka). Finns de där: ”jobsync ledger booked”. Ska de till {new}: ”jobsync ledger resend”.",
    BOOKKEEPER,
    "De skickas inte av sig själva; alla andra skickas.",
)
FOUND_DIFFERENT = Entry(
    "S18",
    _SYSTEM,
    "Underlaget finns i affärssystemet, men är inte likadant",
    "Det som står som {reference} i {system} är inte det som kassan har sålt: {why}.",
    "jämför {reference} med ”jobsync ledger show {reference}”, rätta i {system} och märk det sedan med ”jobsync ledger booked”.",
    BOOKKEEPER,
    "Det skickas inte igen av sig självt; alla andra skickas.",
)

# --- L: log and disk ---------------------------------------------------------------------------------------

DISK_FULL = Entry(
    "L01",
    ErrorKind.CONTACT_CONSULTANT,
    "Disken är full",
    "Det finns inte plats att skriva.",
    "töm papperskorgen eller ta bort filer som inte behövs på datorn.",
    CASHIER,
    "Nästa synkronisering försöker igen.",
)
LOG_FOLDER = Entry(
    "L02",
    _SETTINGS,
    "Loggen går inte att skriva",
    "Mappen {folder} går inte att skriva i.",
    "öppna Inställningar > Gemensamt och välj en annan mapp för loggfiler.",
    OWNER,
    "Synkroniseringen fortsätter; loggen skrivs så länge i {fallback}.",
)

# --- N: network and business systems in general ------------------------------------------------------------

NO_NETWORK = Entry(
    "N01",
    ErrorKind.RETRY,
    "Affärssystemet går inte att nå",
    "Det går inte att komma fram till {host}.",
    "kontrollera att datorn har internet (öppna en webbsida).",
    CASHIER,
    "Nästa synkronisering försöker igen; kvittona väntar.",
)
TIMED_OUT = Entry(
    "N02",
    ErrorKind.RETRY,
    "Affärssystemet svarar inte i tid",
    "{host} svarade inte inom {seconds} sekunder.",
    "inget – försöket görs om.",
    CASHIER,
    "Nästa synkronisering försöker igen; kvittona väntar.",
)
CERTIFICATE = Entry(
    "N03",
    ErrorKind.CONTACT_CONSULTANT,
    "Affärssystemets certifikat går inte att lita på",
    "{host} visade ett certifikat som inte godkänns, så förbindelsen bröts.",
    "kontrollera datorns klocka och adressen i Inställningar > Integration; kontakta annars konsulten.",
    CONSULTANT,
    "Inget skickas till en server som inte kan visa vem den är.",
)
SERVER_ERROR = Entry(
    "N04",
    ErrorKind.RETRY,
    "Affärssystemet har ett tillfälligt fel",
    "{host} svarade med fel {status}.",
    "inget – försöket görs om. Håller det i sig, se affärssystemets driftinformation.",
    CASHIER,
    "Nästa synkronisering försöker igen; kvittona väntar.",
)
RATE_LIMITED = Entry(
    "N05",
    ErrorKind.WAIT,
    "Affärssystemet ber oss vänta",
    "{host} tar inte emot fler anrop just nu.",
    "inget – försöket görs om.",
    CASHIER,
    "Resten skickas om {seconds} sekunder eller vid nästa synkronisering.",
)
ANSWER_STRANGE = Entry(
    "N06",
    ErrorKind.CONTACT_CONSULTANT,
    "Affärssystemet svarade något som inte går att förstå",
    "{host} svarade {what} där {expected} väntades.",
    "kontrollera adressen i Inställningar > Integration; kontakta annars konsulten med dagens Debug-logg.",
    CONSULTANT,
    "Inget har ändrats i kassan.",
)
ANSWER_TOO_BIG = Entry(
    "N07",
    ErrorKind.CONTACT_CONSULTANT,
    "Affärssystemets svar är orimligt stort",
    "{host} skickade mer än {limit} MB.",
    "kontakta konsulten med dagens Debug-logg.",
    CONSULTANT,
)
REFUSED_UNKNOWN = Entry(
    "N08",
    _SYSTEM,
    "Affärssystemet sade nej av en okänd orsak",
    "{host} svarade {status} med ett meddelande som Sync Center inte känner till.",
    "läs affärssystemets svar nedan; visa det för affärssystemets konsult.",
    CONSULTANT,
    "Underlaget väntar; alla andra skickas.",
)
SIGN_IN_NEEDED = Entry(
    "N09",
    ErrorKind.SIGN_IN,
    "Inloggningen har gått ut",
    "{system} godtar inte längre inloggningen.",
    "öppna Inställningar > Integration och välj ”Logga in igen”.",
    OWNER,
    "Kvittona väntar och skickas när inloggningen är klar.",
)
NOT_ALLOWED = Entry(
    "N10",
    _SYSTEM,
    "Behörighet saknas i affärssystemet",
    "Användaren får inte göra detta i {system}.",
    "ge användaren behörighet i {system}, eller logga in med en annan användare.",
    CONSULTANT,
)
CONNECTION_LOST = Entry(
    "N11",
    ErrorKind.RETRY,
    "Förbindelsen bröts mitt i",
    "{host} slutade svara innan svaret var helt.",
    "inget – försöket görs om. Händer det ofta, kontrollera butikens internet.",
    CASHIER,
    "Nästa synkronisering försöker igen; kvittona väntar.",
)
PROXY_FAILED = Entry(
    "N12",
    ErrorKind.CONTACT_CONSULTANT,
    "Nätverkets proxyserver släpper inte fram Sync Center",
    "Datorn är inställd på att gå via en proxyserver, och den svarade inte eller sade nej.",
    "visa det här för den som sköter nätverket: proxyn ska släppa fram affärssystemets adress.",
    "Den som sköter nätverket",
    "Nästa synkronisering försöker igen; kvittona väntar.",
)
ADDRESS_REFUSED = Entry(
    "N13",
    _SETTINGS,
    "Adressen till affärssystemet går inte att använda",
    "{address}: {why}",
    "öppna Inställningar > Integration och rätta adressen.",
    CONSULTANT,
    "Inget har skickats dit.",
)
CLIENT_REFUSED = Entry(
    "N14",
    _SETTINGS,
    "Klient-id eller klienthemlighet godtas inte",
    "{system} känner inte igen Sync Center ({why}).",
    "öppna Inställningar > Integration och kontrollera klient-id, klienthemlighet och miljö (skarp eller test).",
    CONSULTANT,
    "Kvittona väntar och skickas när det är rättat.",
)
SIGN_IN_FAILED = Entry(
    "N15",
    ErrorKind.SIGN_IN,
    "Inloggningen blev inte klar",
    "{why}",
    "öppna Inställningar > Integration och välj ”Logga in igen”.",
    OWNER,
    "Den tidigare inloggningen, om någon, är kvar.",
)

# --- E: e-mail ---------------------------------------------------------------------------------------------

MAIL_FAILED = Entry(
    "E01",
    _SETTINGS,
    "Mejlet gick inte att skicka",
    "E-postservern {server} tog inte emot mejlet.",
    "öppna Inställningar > Gemensamt > E-post och välj ”Skicka testmejl”.",
    OWNER,
    "Mejlet ligger kvar och skickas när servern svarar. Synkroniseringen påverkas inte.",
)


def entries() -> tuple[Entry, ...]:
    """Every entry of this catalogue, in code order within its letter."""
    return tuple(value for value in globals().values() if isinstance(value, Entry))

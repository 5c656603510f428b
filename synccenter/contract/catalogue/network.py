"""Codes N: network and business systems in general."""

from __future__ import annotations

from synccenter.contract.catalogue.people import CASHIER, CONSULTANT, OWNER
from synccenter.contract.errors import Entry, ErrorKind, Reach

_SETTINGS = ErrorKind.FIX_IN_SETTINGS
_SYSTEM = ErrorKind.FIX_IN_BUSINESS_SYSTEM

NO_NETWORK = Entry(
    "N01",
    ErrorKind.RETRY,
    Reach.NOBODY,
    "Affärssystemet går inte att nå",
    "Det går inte att komma fram till {host}.",
    "kontrollera att datorn har internet (öppna en webbsida). Står {host} i butiken eller på företagets eget nät: "
    "kontrollera att servern är igång, att tjänsten svarar och att nätet dit fungerar.",
    CASHIER,
    "Nästa synkronisering försöker igen; kvittona väntar.",
)
TIMED_OUT = Entry(
    "N02",
    ErrorKind.RETRY,
    Reach.NOBODY,
    "Affärssystemet svarar inte i tid",
    "{host} svarade inte inom {seconds} sekunder.",
    "inget – försöket görs om.",
    CASHIER,
    "Nästa synkronisering försöker igen; kvittona väntar.",
)
CERTIFICATE = Entry(
    "N03",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Affärssystemets certifikat går inte att lita på",
    "{host} visade ett certifikat som inte godkänns, så förbindelsen bröts.",
    "kontrollera datorns klocka och adressen i Inställningar > Integration; kontakta annars konsulten.",
    CONSULTANT,
    "Inget skickas till en server som inte kan visa vem den är.",
)
SERVER_ERROR = Entry(
    "N04",
    ErrorKind.RETRY,
    Reach.NOBODY,
    "Affärssystemet har ett tillfälligt fel",
    "{host} svarade med fel {status}.",
    "inget – försöket görs om. Håller det i sig, se affärssystemets driftinformation.",
    CASHIER,
    "Nästa synkronisering försöker igen; kvittona väntar.",
)
RATE_LIMITED = Entry(
    "N05",
    ErrorKind.WAIT,
    Reach.ALL,
    "Affärssystemet ber oss vänta",
    "{host} tar inte emot fler anrop just nu.",
    "inget – försöket görs om.",
    CASHIER,
    "Resten skickas om {seconds} sekunder eller vid nästa synkronisering.",
)
ANSWER_STRANGE = Entry(
    "N06",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALIKE,
    "Affärssystemet svarade något som inte går att förstå",
    "{host} svarade {what} där {expected} väntades.",
    "kontrollera adressen i Inställningar > Integration; kontakta annars konsulten med dagens Debug-logg.",
    CONSULTANT,
    "Inget har ändrats i kassan.",
)
ANSWER_TOO_BIG = Entry(
    "N07",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALIKE,
    "Affärssystemets svar är orimligt stort",
    "{host} skickade mer än {limit} MB.",
    "kontakta konsulten med dagens Debug-logg.",
    CONSULTANT,
    "Inget har ändrats i kassan; nästa synkronisering försöker igen.",
)
REFUSED_UNKNOWN = Entry(
    "N08",
    _SYSTEM,
    Reach.ONE,
    "Affärssystemet sade nej av en okänd orsak",
    "{host} svarade {status} med ett meddelande som Sync Center inte känner till.",
    "läs affärssystemets svar nedan; visa det för affärssystemets konsult.",
    CONSULTANT,
    "Underlaget väntar; alla andra skickas.",
)
SIGN_IN_NEEDED = Entry(
    "N09",
    ErrorKind.SIGN_IN,
    Reach.ALL,
    "Inloggningen har gått ut",
    "{system} godtar inte längre inloggningen.",
    "öppna Inställningar > Integration och välj ”Logga in igen”.",
    OWNER,
    "Kvittona väntar och skickas när inloggningen är klar.",
)
NOT_ALLOWED = Entry(
    "N10",
    _SYSTEM,
    Reach.ALIKE,
    "Behörighet saknas i affärssystemet",
    "Användaren får inte göra detta i {system}.",
    "ge användaren behörighet i {system}, eller logga in med en annan användare.",
    CONSULTANT,
    "Underlagen väntar och skickas när behörigheten finns.",
)
CONNECTION_LOST = Entry(
    "N11",
    ErrorKind.RETRY,
    Reach.NOBODY,
    "Förbindelsen bröts mitt i",
    "{host} slutade svara innan svaret var helt.",
    "inget – försöket görs om. Händer det ofta, kontrollera butikens internet, eller nätet till {host} om den står på "
    "ert eget nät.",
    CASHIER,
    "Nästa synkronisering försöker igen; kvittona väntar.",
)
PROXY_FAILED = Entry(
    "N12",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Nätverkets proxyserver släpper inte fram Sync Center",
    "Datorn är inställd på att gå via en proxyserver, och den svarade inte eller sade nej.",
    "visa det här för den som sköter nätverket: proxyn ska släppa fram affärssystemets adress.",
    "Den som sköter nätverket",
    "Nästa synkronisering försöker igen; kvittona väntar.",
)
CERTIFICATES_GONE = Entry(
    "D39",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Datorns lista över betrodda certifikat finns inte",
    "Miljövariabeln {variable} pekar på {path}, där det inte finns några certifikat.",
    "rätta {variable}, eller ta bort den: då gäller det som Windows litar på.",
    CONSULTANT,
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
    cause=("variable",),
)
PROXY_ADDRESS = Entry(
    "D40",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Proxyserverns adress går inte att förstå",
    "Datorn är inställd på att gå via ”{proxy}”, som inte är en adress.",
    "rätta den i Windows (Inställningar > Nätverk > Proxy) eller i miljövariabeln HTTPS_PROXY: http://server:8080.",
    "Den som sköter nätverket",
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
    cause=("proxy",),
)
PROXY_SOCKS = Entry(
    "D41",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Proxyservern är av sorten SOCKS",
    "Datorn är inställd på att gå via ”{proxy}”. Sync Center går via HTTP-proxy eller direkt.",
    "ange en HTTP-proxy (http://server:8080), eller undanta affärssystemets adress (NO_PROXY).",
    "Den som sköter nätverket",
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
    cause=("proxy",),
)
GONE_MEANWHILE = Entry(
    "N75",
    ErrorKind.RETRY,
    Reach.ONE,
    "Dokumentet togs bort medan Sync Center skrev i det",
    "{number} fanns i {system} när Sync Center började skriva i det, men inte längre. Någon har tagit bort eller "
    "bokfört det.",
    "inget – det slås upp om några minuter. Är det bokfört godtas det som det står om det stämmer, och är det borta "
    "skickas det på nytt.",
    OWNER,
    "Inget skickas dubbelt. Allt annat skickas.",
)
ADDRESS_REFUSED = Entry(
    "N13",
    _SETTINGS,
    Reach.ALL,
    "Adressen till affärssystemet går inte att använda",
    "{address}: {why}",
    "öppna Inställningar > Integration och rätta adressen.",
    CONSULTANT,
    "Inget har skickats dit.",
)
CLIENT_REFUSED = Entry(
    "N14",
    _SETTINGS,
    Reach.ALL,
    "Klient-id eller klienthemlighet godtas inte",
    "{system} känner inte igen Sync Center ({why}).",
    "öppna Inställningar > Integration och kontrollera klient-id, klienthemlighet och miljö (skarp eller test).",
    CONSULTANT,
    "Kvittona väntar och skickas när det är rättat.",
)
SIGN_IN_FAILED = Entry(
    "N15",
    ErrorKind.SIGN_IN,
    Reach.ALL,
    "Inloggningen blev inte klar",
    "{why}",
    "öppna Inställningar > Integration och välj ”Logga in igen”.",
    OWNER,
    "Den tidigare inloggningen, om någon, är kvar.",
)

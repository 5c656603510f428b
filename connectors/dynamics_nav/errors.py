"""What NAV says no with, and what a person does about it.

NAV01-NAV19 are what the connector itself finds out; NAV30 and on are NAV's own refusals, known by the English
words of its messages (the language of web services is set on the server; other languages end in N08 with NAV's
own text in full). Menu paths are those of the Swedish NAV client.
"""

from __future__ import annotations

import re

import msgspec

from connectors.wire.answers import NOT_JSON, masked, tidy
from connectors.wire.xml import local, parse
from synccenter.contract import catalogue
from synccenter.contract.catalogue import BOOKKEEPER, CONSULTANT, OWNER
from synccenter.contract.errors import Entry, ErrorKind, Reach, SyncError

SYSTEM = "Dynamics NAV"

_THERE = ErrorKind.FIX_IN_BUSINESS_SYSTEM
_HERE = ErrorKind.FIX_IN_SETTINGS
_WAITS = "Underlaget väntar och skickas av sig självt när det är rättat. Allt annat skickas."
_NOTHING = "Inget skickas förrän det är rättat."
_PUBLISH = "Avdelningar > Administration > IT-administration > Tjänster > Webbtjänster"

NOT_SET_UP = Entry(
    "NAV01",
    _HERE,
    Reach.ALL,
    "Dynamics NAV är inte inställt",
    "{missing} saknas eller går inte att använda.",
    "öppna Inställningar > Integration och fyll i {missing}.",
    CONSULTANT,
    _NOTHING,
    cause=("missing",),
)
PLAIN_HTTP = Entry(
    "NAV02",
    _HERE,
    Reach.ALL,
    "Förbindelsen till NAV är inte krypterad",
    "{address} börjar med http:// och inte https://.",
    "låt konsulten slå på SSL för NAV:s webbtjänster. Finns servern på butikens eget nät går det att i stället slå på "
    "”Tillåt okrypterad http” i Inställningar > Integration.",
    CONSULTANT,
    _NOTHING,
)
LOGIN_REFUSED = Entry(
    "NAV03",
    ErrorKind.SIGN_IN,
    Reach.ALL,
    "NAV godtar inte inloggningen",
    "Användaren ”{user}” eller lösenordet godtas inte, eller så är servern inställd på ett annat sätt att logga in.",
    "öppna Inställningar > Integration > Lösenord eller webbtjänstnyckel och skriv det igen. Windows: servern ska ha "
    "”Enable NTLM authentication” påslaget i Dynamics NAV Administration. NAV-användare: Avdelningar > Administration "
    "> IT-administration > Allmänt > Användare, fältet Webbtjänsttillgångsnyckel.",
    CONSULTANT,
    "Kvittona väntar och skickas när inloggningen går igenom.",
)
CERTIFICATE_SHOWN = Entry(
    "NAV04",
    _HERE,
    Reach.ALL,
    "NAV-serverns certifikat är inte godkänt",
    "Servern visade ett certifikat med fingeravtrycket {fingerprint}.",
    "be konsulten jämföra fingeravtrycket (SHA-256) med serverns certifikat. Stämmer det: klistra in det i "
    "Inställningar > Integration > Certifikatets fingeravtryck.",
    CONSULTANT,
    _NOTHING,
)
COMPANY_MISSING = Entry(
    "NAV05",
    _HERE,
    Reach.ALL,
    "Företaget finns inte i NAV",
    "”{company}” finns inte. Servern har: {there}.",
    "öppna Inställningar > Integration > Företag i NAV och skriv namnet precis som i NAV.",
    CONSULTANT,
    _NOTHING,
)
NO_SERVICE = Entry(
    "NAV06",
    _HERE,
    Reach.ALL,
    "Inga webbtjänster svarar på adressen",
    "Varken OData V4, OData V3 eller SOAP svarar på {address}.",
    "kontrollera adress, port och instans. I Dynamics NAV Administration ska ”Enable OData Services” eller ”Enable "
    "SOAP Services” vara påslaget och porten öppen i brandväggen.",
    CONSULTANT,
    _NOTHING,
)
PAGE_MISSING = Entry(
    "NAV07",
    _THERE,
    Reach.ONE,
    "En sida är inte publicerad i NAV",
    "Sidan {page} {title} behövs för {why} men är inte publicerad som webbtjänst.",
    f"öppna {_PUBLISH} i NAV och publicera: objekttyp Sida, objekt-ID {{page}}, tjänstnamn {{name}}. Heter den något "
    "annat: Inställningar > Integration > Tjänster med andra namn.",
    CONSULTANT,
    "Annat hämtas och skickas som vanligt.",
    cause=("page",),
)
FIELD_MISSING = Entry(
    "NAV08",
    _THERE,
    Reach.ONE,
    "Ett fält saknas på en publicerad sida",
    "Fältet {field} behövs för {why} men finns inte i tjänsten {service} (sidan {page} {title}).",
    "lägg till fältet på sidan {page} i NAV, eller ange vad det heter i Inställningar > Integration > Fält med andra "
    "namn.",
    CONSULTANT,
    "Annat hämtas och skickas som vanligt.",
    cause=("service", "field"),
)
VAT_UNKNOWN = Entry(
    "NAV09",
    _THERE,
    Reach.ALIKE,
    "Momssatserna går inte att läsa ur NAV",
    "Momsgruppen för kassan är inte känd: {why}.",
    "ange Inställningar > Integration > Kontantkund i NAV och publicera sidan 472 Momsbokföringsinställning, "
    "eller fyll i "
    "Momssatser i inställningarna.",
    CONSULTANT,
    "Artiklarna i kassan ändras inte.",
    cause=("why",),
)
CODEUNIT_MISSING = Entry(
    "NAV10",
    _THERE,
    Reach.ALIKE,
    "Kodmodulen för bokföring är inte publicerad",
    "Tjänsten {codeunit} med funktionen {function} svarar inte över SOAP.",
    f"lägg in kodmodulen ur docs/NAV.md och publicera den i NAV under {_PUBLISH}: objekttyp Codeunit, tjänstnamn "
    "{codeunit}. Eller välj ”Lämna för bokföring i NAV”.",
    CONSULTANT,
    "Inget är bokfört. " + _WAITS,
    cause=("codeunit",),
)
TOTAL_DIFFERS = Entry(
    "NAV11",
    _THERE,
    Reach.ONE,
    "Fakturan blev inte samma belopp som kvittot",
    "Kvittot är på {till} kr men fakturan i NAV blev {there} kr.",
    "se efter om kunden har rabatter, om Priser inkl. moms inte får ändras, eller om artikelns moms är en annan än i "
    "kassan (Avdelningar > Försäljning > Kunder och Artiklar).",
    CONSULTANT,
    "Fakturan togs bort igen; inget är bokfört. " + _WAITS,
)
INVOICE_OPEN = Entry(
    "NAV12",
    _THERE,
    Reach.ONE,
    "Fakturan är bokförd men inte stängd",
    "Faktura {number} är bokförd men {open} kr är kvar att betala.",
    "öppna Avdelningar > Ekonomihantering > Likvida medel > Inbetalningsjournaler, journal {batch}, och bokför "
    "betalningen; eller koppla den under Kunder > Kundtransaktioner > Koppla transaktioner.",
    BOOKKEEPER,
    "Underlaget slås upp igen vid nästa synkronisering och skickas inte dubbelt. Allt annat skickas.",
)
LINES_DIFFER = Entry(
    "NAV13",
    _THERE,
    Reach.ONE,
    "Någon har ändrat underlaget i NAV",
    "{number} har andra rader än {reference} i kassan.",
    "ta bort {number} i NAV, så skickas det på nytt; eller gör klart det för hand och markera det som bokfört.",
    BOOKKEEPER,
    "Inget skickas dubbelt. Allt annat skickas.",
)
TOO_LONG = Entry(
    "NAV14",
    _HERE,
    Reach.ONE,
    "Numret är för långt för NAV",
    "”{reference}” är längre än de {most} tecken som NAV tar emot.",
    "ge kassan en kortare beteckning i JobOffice Kassa.",
    OWNER,
    _WAITS,
)
WRONG_SERVER = Entry(
    "NAV15",
    _HERE,
    Reach.ALL,
    "Okrypterad http går inte över internet",
    "{address} är en adress på internet.",
    "använd https://, eller nå servern genom butikens VPN.",
    CONSULTANT,
    _NOTHING,
)
LOGIN_LETTERS = Entry(
    "NAV16",
    _HERE,
    Reach.ALL,
    "Inloggningen har tecken som NAV inte tar emot",
    "Användare eller lösenord innehåller å, ä, ö eller liknande, och NAV läser dem fel vid den här inloggningen.",
    "använd webbtjänstnyckeln i stället för lösenordet, eller en användare med bara a–z och siffror.",
    CONSULTANT,
    _NOTHING,
)

RETURN_BY_TEXT = Entry(
    "NAV17",
    _THERE,
    Reach.ONE,
    "Returer får originalets nummer som en textrad",
    "Fältet {field} finns inte i tjänsten {service} (sidan {page} {title}), så kreditnotan nämner kvittot och fakturan "
    "som den krediterar i en egen rad.",
    "inget behöver göras. Lägg till fältet på sidan {page} i NAV, så står numret i stället på kreditnotans huvud.",
    CONSULTANT,
    "Returer skickas som vanligt.",
    cause=("service", "field"),
)

OWN = (
    NOT_SET_UP,
    PLAIN_HTTP,
    LOGIN_REFUSED,
    CERTIFICATE_SHOWN,
    COMPANY_MISSING,
    NO_SERVICE,
    PAGE_MISSING,
    FIELD_MISSING,
    VAT_UNKNOWN,
    CODEUNIT_MISSING,
    TOTAL_DIFFERS,
    INVOICE_OPEN,
    LINES_DIFFER,
    TOO_LONG,
    WRONG_SERVER,
    LOGIN_LETTERS,
    RETURN_BY_TEXT,
)

_SAID = " NAV:s svar står nedan."

CONFLICT = Entry(
    "NAV30",
    ErrorKind.RETRY,
    Reach.ONE,
    "Någon annan ändrade samtidigt i NAV",
    "Posten ändrades av någon annan två gånger i rad medan den skulle sparas." + _SAID,
    "inget – nästa synkronisering försöker igen.",
    OWNER,
    _WAITS,
)
LOCKED = Entry(
    "NAV31",
    ErrorKind.RETRY,
    Reach.ONE,
    "En tabell är låst i NAV",
    "Någon annan bokför just nu." + _SAID,
    "inget – nästa synkronisering försöker igen.",
    OWNER,
    _WAITS,
)
PERIOD_CLOSED = Entry(
    "NAV32",
    _THERE,
    Reach.ONE,
    "Bokföringsdatumet är inte tillåtet i NAV",
    "Datumet ligger utanför den tillåtna perioden." + _SAID,
    "ändra Bokföring tillåten fr.o.m./t.o.m. under Avdelningar > Ekonomihantering > Administration > "
    "Redovisningsinställningar, eller för användaren under Användarinställningar. Fråga bokföraren först.",
    BOOKKEEPER,
    _WAITS,
)
CUSTOMER_BLOCKED = Entry(
    "NAV33",
    _THERE,
    Reach.ONE,
    "Kunden är spärrad i NAV",
    "Kunden är spärrad för fakturering." + _SAID,
    "öppna kundkortet under Avdelningar > Försäljning > Kunder och ändra Spärrad.",
    OWNER,
    _WAITS,
)
ITEM_BLOCKED = Entry(
    "NAV34",
    _THERE,
    Reach.ONE,
    "Artikeln är spärrad i NAV",
    "Artikeln är spärrad." + _SAID,
    "öppna artikelkortet under Avdelningar > Lager > Artiklar och ta bort Spärrad, eller ta bort artikeln ur kassan.",
    OWNER,
    _WAITS,
)
SETUP_MISSING = Entry(
    "NAV35",
    _THERE,
    Reach.ONE,
    "En bokföringsgrupp eller bokföringsinställning saknas i NAV",
    "Kunden, artikeln eller kontot saknar en bokföringsgrupp, eller så saknas kombinationen i inställningarna." + _SAID,
    "fyll i gruppen på kortet, eller lägg upp kombinationen under Avdelningar > Ekonomihantering > "
    "Administration > Bokföringsinställning (eller Momsbokföringsinställning).",
    CONSULTANT,
    _WAITS,
)
NO_RIGHTS = Entry(
    "NAV36",
    _THERE,
    Reach.ALIKE,
    "NAV-användaren saknar behörighet",
    "Användaren får inte läsa eller skriva i tabellen." + _SAID,
    "ge användaren behörighetsuppsättningarna i docs/NAV.md under Avdelningar > Administration > IT-"
    "administration > Allmänt > Användare.",
    CONSULTANT,
    _WAITS,
)
ALREADY_THERE = Entry(
    "NAV37",
    _THERE,
    Reach.ONE,
    "Det finns redan i NAV",
    "En post med samma nummer finns redan." + _SAID,
    "leta upp numret i NAV och jämför. Är det samma underlag: markera det som bokfört.",
    BOOKKEEPER,
    _WAITS,
)
NO_MANUAL_NUMBERS = Entry(
    "NAV38",
    _THERE,
    Reach.ONE,
    "NAV numrerar själv och tar inte emot kassans nummer",
    "Nummerserien tillåter inte manuella nummer, eller så är den slut." + _SAID,
    "öppna nummerserien under Avdelningar > Administration > Programinställningar > Nummerserier och sätt "
    "Manuella nr, eller utöka serien.",
    CONSULTANT,
    _WAITS,
)
NO_STOCK = Entry(
    "NAV39",
    _THERE,
    Reach.ONE,
    "Artikeln räcker inte i lager",
    "NAV tillåter inte negativt lager." + _SAID,
    "inventera artikeln, eller ändra Förhindra negativt lager under Avdelningar > Lager > Administration > "
    "Lagerinställningar.",
    OWNER,
    _WAITS,
)
LICENCE = Entry(
    "NAV40",
    _THERE,
    Reach.ALIKE,
    "NAV-licensen tillåter det inte",
    "Sidan eller tabellen ingår inte i licensen, eller så är alla användarplatser upptagna." + _SAID,
    "fråga konsulten vad licensen omfattar; välj annars t.ex. tvärreferenser i stället för identifierare.",
    CONSULTANT,
    _WAITS,
)
UNBALANCED = Entry(
    "NAV41",
    _THERE,
    Reach.ALIKE,
    "Journalen går inte ihop i NAV",
    "Journalen är inte i balans. Oftast har någon ändrat rader i Sync Centers journal." + _SAID,
    "öppna journalen i NAV och ta bort det som inte kommer från kassan.",
    BOOKKEEPER,
    _WAITS,
)
WRONG_OPTION = Entry(
    "NAV42",
    _HERE,
    Reach.ALIKE,
    "NAV stavar alternativ på ett annat sätt",
    "Ett alternativ, t.ex. G/L Account, känns inte igen." + _SAID,
    "öppna Inställningar > Integration > Stavning av alternativ i OData och välj det andra.",
    CONSULTANT,
    _WAITS,
)
TEXT_TOO_LONG = Entry(
    "NAV43",
    _THERE,
    Reach.ONE,
    "En text är för lång för NAV",
    "Ett fält tar emot färre tecken än sidans beskrivning säger." + _SAID,
    "korta texten i kassan. Håller det i sig: skicka dagens logg till support.",
    OWNER,
    _WAITS,
)
NOT_FOUND = Entry(
    "NAV44",
    _THERE,
    Reach.ONE,
    "Det som underlaget hänvisar till finns inte i NAV",
    "En kund, en artikel, ett konto, en dimension eller en journal finns inte." + _SAID,
    "lägg upp den i NAV (Avdelningar > Försäljning > Kunder, Lager > Artiklar eller Ekonomihantering > "
    "Kontoplan), eller kör Synkronisera allt så att kassan får NAV:s register.",
    OWNER,
    _WAITS,
)
VALUE_MISSING = Entry(
    "NAV45",
    _THERE,
    Reach.ONE,
    "En uppgift saknas i NAV",
    "Ett fält måste ha ett värde." + _SAID,
    "läs NAV:s svar nedan: där står vilket fält och på vilken post. Fyll i det i NAV.",
    CONSULTANT,
    _WAITS,
)

_KNOWN: tuple[tuple[str, Entry], ...] = (
    (r"other user has modified|another user has (already )?(modified|changed)", CONFLICT),
    (r"locked by another user|deadlock|could not complete because a record .* was locked", LOCKED),
    (r"not within (your|the) range of allowed posting dates|is not an allowed posting date", PERIOD_CLOSED),
    (r"customer .*is blocked|blocked with type|when customer .* blocked", CUSTOMER_BLOCKED),
    (r"blocked must be equal to 'no'", ITEM_BLOCKED),
    (r"posting setup .*does not exist|posting group must (have a value|be)|account must have a value", SETUP_MISSING),
    (r"do not have the following permissions|do not have permission|sufficient permissions", NO_RIGHTS),
    (r"already exists", ALREADY_THERE),
    (
        r"may not enter numbers manually|cannot assign (new )?numbers|new numbers from the number series",
        NO_MANUAL_NUMBERS,
    ),
    (r"insufficient quantity|is not (in|on) inventory|not available in inventory", NO_STOCK),
    (r"licen[sc]e", LICENCE),
    (r"out of balance|is not in balance", UNBALANCED),
    (r"is not an option|existing options are|not a valid option|is not a valid value", WRONG_OPTION),
    (r"length of the string|must be less than or equal to \d+ characters|exceeds the max", TEXT_TOO_LONG),
    (r"does not exist|cannot be found in the related table|there is no .* within the filter", NOT_FOUND),
    (r"must have a value|must not be|cannot be zero or empty", VALUE_MISSING),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), entry) for pattern, entry in _KNOWN)

REFUSALS = tuple(entry for _, entry in _KNOWN)
ENTRIES: tuple[Entry, ...] = OWN + REFUSALS

_CONFLICT_STATUS = {409, 412}


class Explainer:
    """Turns NAV's refusals into errors. `user` is named when the sign-in is refused."""

    def __init__(self, user: str, host: str) -> None:
        self._user = user
        self._host = host

    def __call__(self, status: int, body: bytes) -> SyncError | None:
        """See `Server.explain`. None when the answer is no refusal of NAV's own."""
        if status == 401:
            return self.login_refused()
        said = message_of(body)
        detail = masked(tidy(said, 500))
        for pattern, entry in _PATTERNS:
            if said and pattern.search(said):
                return entry.error(detail=detail)
        if status in _CONFLICT_STATUS:
            return CONFLICT.error(detail=detail)
        if said and status != 403 and status < 502:
            return catalogue.REFUSED_UNKNOWN.error(host=self._host, status=status, detail=detail)
        return None

    def login_refused(self) -> SyncError:
        """NAV03."""
        return LOGIN_REFUSED.error(user=self._user or "den som är inloggad i Windows")


def message_of(body: bytes) -> str:
    """NAV's own words: of an OData error (V3, V4) or of a SOAP fault (1.1, 1.2); "" when the answer is neither."""
    start = body[:2000].lstrip()
    if start.startswith(b"{"):
        return _of_json(body)
    if start.startswith((b"<", b"\xef\xbb\xbf<")) and (b"Fault" in body or b"error" in start[:300]):
        return _of_xml(body)
    return ""


def _of_json(body: bytes) -> str:
    try:
        answer = msgspec.json.decode(body)
    except NOT_JSON:
        return ""
    inner = (answer.get("error") or answer.get("odata.error")) if isinstance(answer, dict) else None
    said = inner.get("message") if isinstance(inner, dict) else None
    said = said.get("value") if isinstance(said, dict) else said
    return said if isinstance(said, str) else ""


def _of_xml(body: bytes) -> str:
    try:
        root = parse(body, host="")
    except SyncError:
        return ""
    for element in root.iter():
        if local(element) in {"faultstring", "message", "Text"} and element.text:
            return element.text
    return ""

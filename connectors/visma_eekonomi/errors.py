"""What eEkonomi says no with, and what a person does about it.

The vendor's own codes (`ErrorCode` in the body, developer portal) are kept in ours, less a zero: 3002 is V302 and
4026 is V426. V01 to V19 are what the connector itself finds out before or after talking to eEkonomi. Menu paths are
those of Spiris
Bokföring & Fakturering (eEkonomi) in Swedish.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct

from connectors.wire.answers import NOT_JSON, masked, tidy
from synccenter.contract import catalogue
from synccenter.contract.catalogue import BOOKKEEPER, CASHIER, CONSULTANT, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach, SyncError

SYSTEM = "Visma eEkonomi"

_THERE = ErrorKind.FIX_IN_BUSINESS_SYSTEM
_HERE = ErrorKind.FIX_IN_SETTINGS
_UNTIL_THEN = "Tills dess hämtas och skickas inget; kvittona väntar och skickas av sig själva efteråt."
_WAITS = "Underlaget väntar och skickas av sig självt när det är rättat. Allt annat skickas."

ARTICLE_MISSING = Entry(
    "V01",
    _THERE,
    Reach.ONE,
    "Artikeln finns inte i eEkonomi",
    "”{article}” på kvittot finns inte som aktiv artikel i eEkonomi, så fakturan får varken konto eller moms.",
    "lägg upp artikeln i eEkonomi under Försäljning > Artiklar, eller ange en ersättningsartikel för konto {account} "
    "i Inställningar > Visma eEkonomi > Ersättningsartiklar.",
    OWNER,
    _WAITS,
    cause=("article",),
)
VAT_DIFFERS = Entry(
    "V02",
    _THERE,
    Reach.ONE,
    "Artikeln har en annan moms i eEkonomi",
    "”{article}” såldes med {till} % moms men har {there} % i eEkonomi (artikelkontering {coding}).",
    "rätta artikelkonteringen i eEkonomi under Försäljning > Artiklar > {article}, eller momsen i kassan.",
    BOOKKEEPER,
    _WAITS,
    cause=("article",),
)
BANK_ACCOUNT_MISSING = Entry(
    "V03",
    _THERE,
    Reach.ONE,
    "Betalsättets konto saknas under Kassa- och bankkonton",
    "Betalningar med {method} bokförs på {account}, men inget aktivt kassa- eller bankkonto i eEkonomi har det kontot.",
    "lägg till ett kassakonto med konto {account} i eEkonomi under Inställningar > Kassa- och bankkonton.",
    BOOKKEEPER,
    _WAITS,
    cause=("account",),
)
CUSTOMER_MISSING = Entry(
    "V04",
    _THERE,
    Reach.ONE,
    "Kunden finns inte i eEkonomi",
    "Kundnummer ”{customer}” finns inte i eEkonomi.",
    "lägg upp kunden i eEkonomi under Försäljning > Kunder. Gäller det kontantkunden: se Inställningar > Konton.",
    OWNER,
    _WAITS,
    cause=("customer",),
)
CUSTOMER_INCOMPLETE = Entry(
    "V05",
    _THERE,
    Reach.ONE,
    "Kunden saknar uppgifter som eEkonomi kräver",
    "Kund ”{customer}” saknar {missing}.",
    "fyll i {missing} på kunden i kassan.",
    CASHIER,
    _WAITS,
    cause=("customer",),
)
DIMENSION_MISSING = Entry(
    "V06",
    _THERE,
    Reach.ONE,
    "Kostnadsstället eller projektet finns inte i eEkonomi",
    "{kind} ”{name}” finns inte eller är inte aktivt.",
    "lägg upp det i eEkonomi under Inställningar > Kostnadsställen och projekt, eller ändra i Inställningar > Konton.",
    BOOKKEEPER,
    _WAITS,
    cause=("kind", "name"),
)
TOTAL_WOULD_DIFFER = Entry(
    "V07",
    _THERE,
    Reach.ONE,
    "Fakturan skulle inte bli samma belopp som kvittot",
    "Kvittot är på {till} kr men fakturan skulle bli {there} kr, därför att kunden faktureras exklusive moms.",
    "markera kunden som privatperson i eEkonomi (Försäljning > Kunder) och låt Inställningar > Företagsinställningar "
    "visa priser inklusive moms för privatpersoner.",
    BOOKKEEPER,
    "Inget är bokfört. " + _WAITS,
)
INVOICE_DIFFERS = Entry(
    "V08",
    _THERE,
    Reach.ONE,
    "Fakturan i eEkonomi stämmer inte med kvittot",
    "Faktura {number} är på {there} kr med {open} kr kvar att betala, men kvittot är på {till} kr.",
    "kreditera fakturan i eEkonomi under Försäljning > Kundfakturor, och markera underlaget som bokfört för hand.",
    BOOKKEEPER,
    "Underlaget skickas inte igen förrän någon har tagit ställning. Allt annat skickas.",
)
YEAR_MISSING = Entry(
    "V10",
    _THERE,
    Reach.ONE,
    "Räkenskapsåret finns inte i eEkonomi",
    "Det finns inget räkenskapsår som omfattar {date}.",
    "lägg upp året i eEkonomi under Inställningar > Räkenskapsår och ingående balanser.",
    BOOKKEEPER,
    "Det som hör till året väntar och skickas av sig självt.",
)
YEAR_LOCKED = Entry(
    "V11",
    _THERE,
    Reach.ONE,
    "Bokföringen är låst",
    "Bokföringen i eEkonomi är låst för {date}.",
    "lås upp i eEkonomi under Inställningar > Företagsinställningar > Bokföring, eller Räkenskapsår och ingående "
    "balanser. Fråga bokföraren först.",
    BOOKKEEPER,
    "Det som hör till den låsta tiden väntar och skickas av sig självt.",
)
SCOPE_MISSING = Entry(
    "V12",
    ErrorKind.SIGN_IN,
    Reach.ALL,
    "Inloggningen ger inte alla rättigheter",
    "Rättigheterna {scopes} gavs inte när någon loggade in.",
    "öppna Inställningar > Integration, välj ”Logga in igen” och godkänn allt som frågas efter. Användaren ska ha "
    "behörighet till både försäljning och bokföring.",
    OWNER,
    _UNTIL_THEN,
    cause=("scopes",),
)
PRO_NEEDED = Entry(
    "V13",
    _HERE,
    Reach.ALIKE,
    "Prislistor kräver en större variant av eEkonomi",
    "Företagets variant av eEkonomi har inga prislistor (de finns i Pro).",
    "stäng av ”Hämta prislistor” i Inställningar > Visma eEkonomi, eller byt variant.",
    OWNER,
    "Artiklarnas egna priser hämtas som vanligt.",
)
ROUNDING_ON = Entry(
    "V14",
    _THERE,
    Reach.ALIKE,
    "Fakturor avrundas till hela kronor i eEkonomi",
    "Öresavrundning är påslagen. Kortbetalningar med ören stämmer då inte mot fakturan.",
    "stäng av öresavrundning i eEkonomi under Inställningar > Företagsinställningar > Försäljning, om kvitton skickas "
    "som kundfakturor.",
    BOOKKEEPER,
    "Verifikationer påverkas inte.",
)
NOT_SET_UP = Entry(
    "V15",
    _HERE,
    Reach.ALL,
    "Visma eEkonomi är inte inställt",
    "{missing} saknas.",
    "öppna Inställningar > Visma eEkonomi och fyll i {missing}. Uppgifterna kommer från JobOffice; se docs/VISMA.md.",
    SUPPORT,
    _UNTIL_THEN,
    cause=("missing",),
)
NOT_ACTIVE = Entry(
    "V16",
    _THERE,
    Reach.ALL,
    "Företaget är inte aktivt i eEkonomi",
    "Företaget är inaktivt eller skrivskyddat.",
    "kontrollera licensen hos Spiris, eller logga in med ett annat företag.",
    OWNER,
    "Inget skickas förrän företaget är aktivt.",
)

PAYMENT_INTERRUPTED = Entry(
    "V17",
    ErrorKind.RETRY,
    Reach.ONE,
    "Fakturan är skapad men inte färdigbetald",
    "Någon valde Avbryt innan betalningen av fakturan var registrerad.",
    "inget – resten registreras vid nästa synkronisering.",
    CASHIER,
    "Fakturan skapas aldrig en gång till.",
)

FINDINGS = (
    ARTICLE_MISSING,
    VAT_DIFFERS,
    BANK_ACCOUNT_MISSING,
    CUSTOMER_MISSING,
    CUSTOMER_INCOMPLETE,
    DIMENSION_MISSING,
    TOTAL_WOULD_DIFFER,
    INVOICE_DIFFERS,
    YEAR_MISSING,
    YEAR_LOCKED,
    SCOPE_MISSING,
    PRO_NEEDED,
    ROUNDING_ON,
    NOT_SET_UP,
    NOT_ACTIVE,
    PAYMENT_INTERRUPTED,
)

_OWN_WORDS = "Vad det gäller står i eEkonomis svar nedan."


REFUSALS = {
    2000: Entry(
        "V200",
        _THERE,
        Reach.ONE,
        "Uppgifterna godtogs inte av eEkonomi",
        "Något i underlaget har fel form eller saknas. " + _OWN_WORDS,
        "läs svaret nedan. Vanligast är ett inaktivt konto, eller en uppgift som saknas på kunden eller artikeln.",
        CONSULTANT,
        _WAITS,
    ),
    3000: Entry(
        "V300",
        _THERE,
        Reach.ONE,
        "Det som underlaget hänvisar till finns inte i eEkonomi",
        "En artikel, en kund eller ett annat register har tagits bort. " + _OWN_WORDS,
        "kör Synkronisera allt, så hämtas registren på nytt.",
        OWNER,
        _WAITS,
    ),
    3001: Entry(
        "V301",
        _THERE,
        Reach.ONE,
        "Räkenskapsåret finns inte i eEkonomi",
        "Datumet ligger utanför de upplagda räkenskapsåren.",
        "lägg upp året i eEkonomi under Inställningar > Räkenskapsår och ingående balanser.",
        BOOKKEEPER,
        _WAITS,
    ),
    3002: Entry(
        "V302",
        _THERE,
        Reach.ONE,
        "Kontot finns inte i eEkonomi",
        "Ett konto i underlaget saknas i räkenskapsårets kontoplan. " + _OWN_WORDS,
        "lägg upp eller aktivera kontot i eEkonomi under Inställningar > Kontoplan, eller välj ett annat konto i "
        "Inställningar > Konton.",
        BOOKKEEPER,
        _WAITS,
    ),
    3003: Entry(
        "V303",
        _THERE,
        Reach.ALIKE,
        "Användaren får inte attestera",
        "Företaget kräver attest och användaren saknar den behörigheten.",
        "ge användaren attesträtt i eEkonomi under Inställningar > Användare och behörighet.",
        OWNER,
        _WAITS,
    ),
    4000: Entry(
        "V400",
        _THERE,
        Reach.ONE,
        "Det finns redan i eEkonomi",
        "Något med samma nummer finns redan. " + _OWN_WORDS,
        "leta upp numret i eEkonomi och jämför. Är det samma underlag: markera det som bokfört.",
        BOOKKEEPER,
        then="Inget skickades. Allt annat skickas.",
    ),
    4001: Entry(
        "V401",
        _THERE,
        Reach.ONE,
        "Det går inte att ta bort i eEkonomi",
        "Det som skulle tas bort används någon annanstans.",
        "gör det inaktivt i eEkonomi i stället.",
        OWNER,
        _WAITS,
    ),
    4002: Entry(
        "V402",
        _THERE,
        Reach.ALIKE,
        "Funktionen är inte påslagen i eEkonomi",
        "Underlaget kan inte skapas: en modul eller tilläggstjänst saknas. " + _OWN_WORDS,
        "slå på den i eEkonomi under Inställningar > Appar och tillägg, och kontrollera vad licensen omfattar.",
        OWNER,
        _WAITS,
    ),
    4003: Entry(
        "V403",
        _THERE,
        Reach.ALL,
        "Startguiden i eEkonomi är inte klar",
        "Företaget har inte gått igenom eEkonomis startguide.",
        "logga in i eEkonomi och gör klart startguiden.",
        OWNER,
        then="Inget skickas förrän den är klar.",
    ),
    4004: Entry(
        "V404",
        _THERE,
        Reach.ALL,
        "Företaget är inte aktivt i eEkonomi",
        "Företagets licens är avslutad eller pausad.",
        "kontrollera licensen hos Spiris.",
        OWNER,
        then="Inget skickas förrän företaget är aktivt.",
    ),
    4005: Entry(
        "V405",
        ErrorKind.SIGN_IN,
        Reach.ALL,
        "Inloggningen gäller inte längre",
        "eEkonomi godtar inte inloggningen. Så blir det när någon byter lösenord eller tar bort åtkomsten.",
        "öppna Inställningar > Integration och välj ”Logga in igen”.",
        OWNER,
        then="Kvittona väntar och skickas när inloggningen är klar.",
    ),
    4006: Entry(
        "V406",
        ErrorKind.SIGN_IN,
        Reach.ALIKE,
        "Inloggningen ger inte rätt till detta",
        "Rättigheten gavs inte när någon loggade in, eller användaren saknar den. " + _OWN_WORDS,
        "öppna Inställningar > Integration, välj ”Logga in igen” och godkänn allt. Hjälper det inte: ge användaren "
        "behörighet i eEkonomi under Inställningar > Användare och behörighet.",
        OWNER,
        _WAITS,
    ),
    4026: Entry(
        "V426",
        _THERE,
        Reach.ONE,
        "Bokföringen är låst för den dagen",
        "Perioden är låst i eEkonomi.",
        "lås upp i eEkonomi under Inställningar > Företagsinställningar > Bokföring. Fråga bokföraren först: är momsen "
        "redovisad ska underlaget bokföras på en senare dag.",
        BOOKKEEPER,
        _WAITS,
    ),
    4028: Entry(
        "V428",
        _THERE,
        Reach.ONE,
        "Ordern går inte att ångra",
        "Ordern har restordrar i eEkonomi.",
        "ta hand om restordern i eEkonomi under Försäljning > Order.",
        OWNER,
        _WAITS,
    ),
    4029: Entry(
        "V429",
        _THERE,
        Reach.ONE,
        "Personnumret är fel",
        "eEkonomi godtar inte kundens personnummer.",
        "rätta personnumret på kunden i kassan.",
        CASHIER,
        _WAITS,
    ),
    4032: Entry(
        "V432",
        ErrorKind.OUR_BUG,
        Reach.ONE,
        "Raderna går inte ihop",
        "eEkonomi räknar fram en annan summa än raderna. " + _OWN_WORDS,
        "skicka dagens logg till support.",
        SUPPORT,
        _WAITS,
    ),
    4033: Entry(
        "V433",
        _THERE,
        Reach.ALIKE,
        "Underlaget måste attesteras i eEkonomi",
        "Företaget använder attestflöde, och det släpper inte igenom underlaget.",
        "undanta verifikationer från attest i eEkonomi under Inställningar > Attest.",
        OWNER,
        _WAITS,
    ),
}
"""By `ErrorCode`. 4010, the rate limit, is dealt with by the HTTP layer."""

MODULE = Entry(
    "V499",
    _THERE,
    Reach.ALL,
    "API:et är inte påslaget i eEkonomi",
    "eEkonomi svarar att företaget inte har tillgång till modulen för integrationer.",
    "slå på API i eEkonomi under Inställningar > Appar och tillägg, och kontrollera att rätt företag valdes vid "
    "inloggningen (standardföretaget kan vara ett utan licens).",
    OWNER,
    then="Inget skickas förrän det är påslaget.",
)

ENTRIES = (*FINDINGS, *REFUSALS.values(), MODULE)


class Refusal(Struct, rename="pascal"):
    """The body of a refusal."""

    error_code: int = 0
    developer_error_message: str | None = None
    error_id: str | None = None


def explain(status: int, body: bytes) -> SyncError | None:
    """The refusal in our words, or None when it is not known."""
    try:
        said = msgspec.json.decode(body, type=Refusal, strict=False)
    except NOT_JSON:
        return None
    text = said.developer_error_message or ""
    detail = masked(tidy(f"{text} ({said.error_id})" if said.error_id else text, 500))
    if said.error_code == 4010:
        wait = wait_hint(status, body) or 60.0
        return catalogue.RATE_LIMITED.error(host=SYSTEM, seconds=round(wait), retry_after=wait, detail=detail)
    if "no access to module: api" in text.lower():
        return MODULE.error(detail=detail)
    entry = REFUSALS.get(said.error_code)
    return entry.error(detail=detail) if entry else None


def wait_hint(status: int, body: bytes) -> float | None:  # noqa: ARG001 - the hook's shape
    """Seconds to wait as the text of 4010 says: "Try again in 55 seconds." Retry-After may be missing."""
    found = re.search(rb"[Tt]ry again in (\d{1,4}) second", body[:2000])
    return float(found[1]) + 1.0 if found else None

"""What Fortnox says no with, and what a person does about it.

F01 to F49 are what the connector itself finds out before or after talking to Fortnox. F101 and on are Fortnox's own
refusals, known by code (fortnox.se/developer, *Errors*; recorded answers) or, where only the text is published (help
pages of Sharespine, Onslip and GastroGate), by its words. Menu paths are those of Fortnox in Swedish.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct

from connectors.wire.answers import masked, tidy
from synccenter.contract.catalogue import BOOKKEEPER, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach, SyncError

SYSTEM = "Fortnox"

_THERE = ErrorKind.FIX_IN_BUSINESS_SYSTEM
_HERE = ErrorKind.FIX_IN_SETTINGS
_WAITS = "Underlaget väntar och skickas av sig självt när det är rättat. Allt annat skickas."
_ALL_WAIT = "Underlagen väntar och skickas av sig själva när det är rättat."
_UNTIL_THEN = "Tills dess hämtas och skickas inget; kvittona väntar och skickas av sig själva efteråt."
_SAYS = "Vad det gäller står i Fortnox svar nedan."
_CHART = "Fortnox: Inställningar > Bokföring > Kontoplan"
_SERIES = "Fortnox: Inställningar > Bokföring > Verifikationsserier"
_LOCK = "Fortnox: Inställningar > Bokföring > Lås period"
_YEARS = "Fortnox: Inställningar > Bokföring > Räkenskapsår"

NOT_SET_UP = Entry(
    "F01",
    _HERE,
    Reach.ALL,
    "Fortnox är inte inställt",
    "{missing} saknas.",
    "öppna Inställningar > Fortnox och fyll i {missing}. Uppgifterna kommer från JobOffice; se docs/FORTNOX.md.",
    SUPPORT,
    _UNTIL_THEN,
    cause=("missing",),
)
YEAR_MISSING = Entry(
    "F02",
    _THERE,
    Reach.ONE,
    "Räkenskapsåret finns inte i Fortnox",
    "Det finns inget räkenskapsår som omfattar {date}.",
    f"skapa året i {_YEARS}.",
    BOOKKEEPER,
    "Det som hör till året väntar och skickas av sig självt.",
)
PERIOD_LOCKED = Entry(
    "F03",
    _THERE,
    Reach.ONE,
    "Bokföringen är låst",
    "Bokföringen i Fortnox är låst till och med {to}, och underlaget är daterat {date}.",
    f"flytta låsningen i {_LOCK}. Fråga bokföraren först.",
    BOOKKEEPER,
    "Det som hör till den låsta tiden väntar och skickas av sig självt.",
)
ACCOUNT_MISSING = Entry(
    "F04",
    _THERE,
    Reach.ONE,
    "Kontot finns inte i Fortnox",
    "Konto {account} saknas i kontoplanen för räkenskapsåret {year}.",
    f"lägg upp kontot i {_CHART}, eller välj ett annat i Inställningar > Konton.",
    BOOKKEEPER,
    _WAITS,
    cause=("account",),
)
ACCOUNT_INACTIVE = Entry(
    "F05",
    _THERE,
    Reach.ONE,
    "Kontot är inte aktivt i Fortnox",
    "Konto {account} är inaktivt i räkenskapsåret {year}.",
    f"gör kontot aktivt i {_CHART}, eller välj ett annat i Inställningar > Konton.",
    BOOKKEEPER,
    _WAITS,
    cause=("account",),
)
SERIES_MISSING = Entry(
    "F06",
    _HERE,
    Reach.ALIKE,
    "Verifikationsserien finns inte i Fortnox",
    "Serie ”{series}” saknas i räkenskapsåret {year}.",
    f"välj en annan serie i Inställningar > Konton, eller lägg upp den i {_SERIES}.",
    BOOKKEEPER,
    _ALL_WAIT,
    cause=("series",),
)
SERIES_NOT_MANUAL = Entry(
    "F07",
    _HERE,
    Reach.ALIKE,
    "Verifikationsserien tar inte emot verifikationer utifrån",
    "Serie ”{series}” är inte manuell i Fortnox.",
    f"välj en manuell serie i Inställningar > Konton, eller gör serien manuell i {_SERIES}.",
    BOOKKEEPER,
    _ALL_WAIT,
    cause=("series",),
)
DIMENSION_MISSING = Entry(
    "F08",
    _THERE,
    Reach.ONE,
    "Kostnadsstället eller projektet finns inte i Fortnox",
    "{kind} ”{name}” finns inte eller är inte aktivt.",
    "lägg upp det i Fortnox: Register > Kostnadsställen eller Projekt, eller ändra i Inställningar > Konton.",
    BOOKKEEPER,
    _WAITS,
    cause=("kind", "name"),
)
SCOPE_MISSING = Entry(
    "F09",
    ErrorKind.SIGN_IN,
    Reach.ALL,
    "Inloggningen ger inte alla rättigheter",
    "Fortnox har inte gett rätt till: {scopes}.",
    "öppna Inställningar > Integration och välj ”Logga in igen” som systemadministratör. Står rättigheten inte med på "
    "godkännandesidan saknar företaget den licensen.",
    OWNER,
    _UNTIL_THEN,
    cause=("scopes",),
)
SIGN_IN_OLD = Entry(
    "F10",
    ErrorKind.SIGN_IN,
    Reach.ALL,
    "Inloggningen i Fortnox går snart ut",
    "Den har inte förnyats på länge och gäller bara {days} dagar till, om Sync Center inte körs.",
    "låt kassadatorn stå på så att inloggningen förnyas, eller välj Servicekonto i Inställningar > Fortnox.",
    OWNER,
    "Allt hämtas och skickas som vanligt.",
)
TENANT_UNKNOWN = Entry(
    "F11",
    ErrorKind.SIGN_IN,
    Reach.ALL,
    "Fortnox sade inte vilket företag det är",
    "Företagets databasnummer saknas i svaret, så servicekontot kan inte användas.",
    "fyll i Databasnummer i Inställningar > Fortnox, eller välj där att logga in som person.",
    OWNER,
    _UNTIL_THEN,
)

FINDINGS = (
    NOT_SET_UP,
    YEAR_MISSING,
    PERIOD_LOCKED,
    ACCOUNT_MISSING,
    ACCOUNT_INACTIVE,
    SERIES_MISSING,
    SERIES_NOT_MANUAL,
    DIMENSION_MISSING,
    SCOPE_MISSING,
    SIGN_IN_OLD,
    TENANT_UNKNOWN,
)


class Rule(Struct, frozen=True):
    """A refusal: the codes it comes with, and the words (in lower case) where it has none that is published."""

    entry: Entry
    codes: tuple[int, ...] = ()
    words: str = ""


RULES: tuple[Rule, ...] = (
    Rule(
        Entry(
            "F102",
            _THERE,
            Reach.ONE,
            "Ett konto är inte aktivt i Fortnox",
            f"Kontot kan inte bokföras på. {_SAYS}",
            f"gör kontot aktivt i {_CHART}, eller välj ett annat i Inställningar > Konton.",
            BOOKKEEPER,
            _WAITS,
        ),
        words=r"konto\w* .*(inte|ej) aktivt|account .*not active",
    ),
    Rule(
        Entry(
            "F101",
            _THERE,
            Reach.ONE,
            "Ett konto finns inte i Fortnox",
            f"Kontot saknas i räkenskapsårets kontoplan. {_SAYS}",
            f"lägg upp kontot i {_CHART}, eller välj ett annat i Inställningar > Konton.",
            BOOKKEEPER,
            _WAITS,
        ),
        codes=(2000423, 2001304),
        words=r"hitta konto",
    ),
    Rule(
        Entry(
            "F103",
            _THERE,
            Reach.ALIKE,
            "Verifikationsserien är inte manuell",
            f"Serien tar inte emot verifikationer utifrån. {_SAYS}",
            f"välj en manuell serie i Inställningar > Konton, eller gör serien manuell i {_SERIES}.",
            BOOKKEEPER,
            _ALL_WAIT,
        ),
        words=r"verifikationsserien? .*inte manuell",
    ),
    Rule(
        Entry(
            "F104",
            _THERE,
            Reach.ALIKE,
            "Verifikationsserien finns inte",
            f"Serien saknas i räkenskapsåret. {_SAYS}",
            f"lägg upp serien i {_SERIES}, eller välj en annan i Inställningar > Konton.",
            BOOKKEEPER,
            _ALL_WAIT,
        ),
        words=r"verifikationsserien? .*finns inte|hitta verifikationsserie",
    ),
    Rule(
        Entry(
            "F105",
            _THERE,
            Reach.ONE,
            "Perioden är låst i Fortnox",
            f"Underlagets dag går inte att bokföra på. {_SAYS}",
            f"flytta låsningen i {_LOCK}. Fråga bokföraren först.",
            BOOKKEEPER,
            _WAITS,
        ),
        codes=(2000401, 2002141),
        words=r"låst perioden|perioden är låst|låst period",
    ),
    Rule(
        Entry(
            "F106",
            _THERE,
            Reach.ONE,
            "Räkenskapsåret finns inte i Fortnox",
            f"Underlagets dag ligger utanför de upplagda åren. {_SAYS}",
            f"skapa året i {_YEARS}.",
            BOOKKEEPER,
            _WAITS,
        ),
        words=r"räkenskapsår\w* .*(saknas|finns inte|skapat)|hitta räkenskapsår|fiscal year|financial year",
    ),
    Rule(
        Entry(
            "F107",
            _THERE,
            Reach.ONE,
            "Kostnadsstället finns inte i Fortnox",
            f"Kostnadsstället saknas eller är inaktivt. {_SAYS}",
            "lägg upp det i Fortnox: Register > Kostnadsställen, eller ändra i Inställningar > Konton.",
            BOOKKEEPER,
            _WAITS,
        ),
        words=r"kostnadsställe",
    ),
    Rule(
        Entry(
            "F108",
            _THERE,
            Reach.ONE,
            "Projektet finns inte i Fortnox",
            f"Projektet saknas eller är avslutat. {_SAYS}",
            "lägg upp det i Fortnox: Register > Projekt, eller ändra i Inställningar > Konton.",
            BOOKKEEPER,
            _WAITS,
        ),
        codes=(2001161,),
        words=r"hitta projekt",
    ),
    Rule(
        Entry(
            "F110",
            ErrorKind.SIGN_IN,
            Reach.ALL,
            "Fortnox godtar inte inloggningen",
            "Åtkomsten saknas eller har tagits bort i Fortnox.",
            "öppna Inställningar > Integration och välj ”Logga in igen” som systemadministratör.",
            OWNER,
            _UNTIL_THEN,
        ),
        codes=(2000310, 2000311),
    ),
    Rule(
        Entry(
            "F111",
            ErrorKind.SIGN_IN,
            Reach.ALIKE,
            "Inloggningen ger inte rätt till detta i Fortnox",
            f"Rättigheten var inte med när inloggningen godkändes. {_SAYS}",
            "öppna Inställningar > Integration och välj ”Logga in igen” som systemadministratör; Kontrollera "
            "inställningar säger vilken rättighet som saknas.",
            OWNER,
            _ALL_WAIT,
        ),
        codes=(2000663,),
        words=r"behörighet för scope",
    ),
    Rule(
        Entry(
            "F112",
            _THERE,
            Reach.ALIKE,
            "Licensen i Fortnox räcker inte",
            f"Företaget har ingen aktiv licens för det som ska göras. {_SAYS}",
            "lägg till licensen i Fortnox: Inställningar > Köp och licenser, eller skicka på ett annat sätt.",
            OWNER,
            _ALL_WAIT,
        ),
        codes=(2001101,),
        words=r"ingen aktiv licens",
    ),
    Rule(
        Entry(
            "F113",
            _THERE,
            Reach.ALL,
            "Företaget har ingen licens för integrationer i Fortnox",
            "Utan den svarar Fortnox inte på något.",
            "lägg till integrationslicensen i Fortnox: Inställningar > Köp och licenser.",
            OWNER,
            _UNTIL_THEN,
        ),
        codes=(2001103,),
        words=r"api-licens saknas",
    ),
    Rule(
        Entry(
            "F114",
            ErrorKind.OUR_BUG,
            Reach.ONE,
            "Fortnox godtog inte formen på uppgifterna",
            f"Ett värde eller ett fält är inte som Fortnox vill ha det. {_SAYS}",
            "skicka dagens logg till support.",
            SUPPORT,
            _WAITS,
        ),
        codes=(2000106, 2000108, 2000134, 2000359, 2000729, 2001392, 2001399, 2002115),
    ),
    Rule(
        Entry(
            "F115",
            ErrorKind.OUR_BUG,
            Reach.ONE,
            "Fortnox godtog inte frågan",
            f"En parameter eller ett filter är inte tillåtet. {_SAYS}",
            "skicka dagens logg till support.",
            SUPPORT,
            _WAITS,
        ),
        codes=(2000587, 2000588),
    ),
    Rule(
        Entry(
            "F116",
            ErrorKind.OUR_BUG,
            Reach.ONE,
            "Verifikationen balanserar inte enligt Fortnox",
            f"Debet och kredit är olika. {_SAYS}",
            "skicka dagens logg till support.",
            SUPPORT,
            _WAITS,
        ),
        words=r"balanserar inte|inte i balans|debet och kredit",
    ),
)
"""In the order in which they are tried. What none of them knows is F199, in Fortnox's own words."""

UNKNOWN = Entry(
    "F199",
    _THERE,
    Reach.ONE,
    "Fortnox sade nej av en orsak som Sync Center inte känner",
    "Så här skrev Fortnox: ”{said}”.",
    "läs vad Fortnox skriver. Förstår du inte vad som ska ändras: skicka dagens logg till support.",
    BOOKKEEPER,
    _WAITS,
    cause=("code",),
)

BAD_PARAMETER = "F115"

ENTRIES = (*FINDINGS, *(rule.entry for rule in RULES), UNKNOWN)


class _Said(Struct):
    """A refusal; Fortnox writes its fields with and without a capital (recorded)."""

    information: dict[str, object] = msgspec.field(name="ErrorInformation", default_factory=dict)


def explain(status: int, body: bytes) -> SyncError | None:
    """The refusal in our words, or None when Fortnox gives no reason or the server is at fault."""
    try:
        said = {name.lower(): one for name, one in msgspec.json.decode(body, type=_Said).information.items()}
    except (msgspec.MsgspecError, RecursionError):
        return None
    text, code = str(said.get("message") or ""), str(said.get("code") or "")
    number = int(code) if code.isdigit() else 0
    by_code = next((rule for rule in RULES if number in rule.codes), None)
    by_words = next((rule for rule in RULES if rule.words and re.search(rule.words, text.lower())), None)
    detail = masked(tidy(f"{text} ({code})", 500))
    rule = by_code or by_words
    if rule:
        return rule.entry.error(detail=detail)
    return UNKNOWN.error(said=detail, code=code) if text and status in {400, 404} else None

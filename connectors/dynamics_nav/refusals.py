"""What NAV says no with (NAV30 and on), and what a person does about it.

It is known by the words of its messages, in English and Swedish (the language of web services is set on the server;
other languages end in N08 with NAV's own text in full). What the sentence is about, table, number, field and value, is
said first in ours (`sentences`).
"""

from __future__ import annotations

import re

import msgspec

from connectors.dynamics_nav.errors import HERE, LOGIN_REFUSED, THERE, WAITS
from connectors.wire.answers import NOT_JSON, masked, tidy
from connectors.wire.xml import local, parse
from synccenter.contract import catalogue
from synccenter.contract.catalogue import BOOKKEEPER, CONSULTANT, OWNER
from synccenter.contract.errors import Entry, ErrorKind, Reach, SyncError

_SAID = " NAV:s svar står nedan."

CONFLICT = Entry(
    "NAV30",
    ErrorKind.RETRY,
    Reach.ONE,
    "Någon annan ändrade samtidigt i NAV",
    "{about}Posten ändrades av någon annan två gånger i rad medan den skulle sparas." + _SAID,
    "inget – nästa synkronisering försöker igen.",
    OWNER,
    WAITS,
    cause=("about",),
)
LOCKED = Entry(
    "NAV31",
    ErrorKind.RETRY,
    Reach.ONE,
    "En tabell är låst i NAV",
    "{about}Någon annan bokför just nu." + _SAID,
    "inget – nästa synkronisering försöker igen.",
    OWNER,
    WAITS,
    cause=("about",),
)
PERIOD_CLOSED = Entry(
    "NAV32",
    THERE,
    Reach.ONE,
    "Bokföringsdatumet är inte tillåtet i NAV",
    "{about}Datumet ligger utanför den tillåtna perioden." + _SAID,
    "ändra Bokföring tillåten fr.o.m./t.o.m. under Avdelningar > Ekonomihantering > Administration > "
    "Redovisningsinställningar, eller för användaren under Användarinställningar. Fråga bokföraren först.",
    BOOKKEEPER,
    WAITS,
    cause=("about",),
)
CUSTOMER_BLOCKED = Entry(
    "NAV33",
    THERE,
    Reach.ONE,
    "Kunden är spärrad i NAV",
    "{about}Kunden är spärrad för fakturering." + _SAID,
    "öppna kundkortet under Avdelningar > Försäljning > Kunder och ändra Spärrad.",
    OWNER,
    WAITS,
    cause=("about",),
)
ITEM_BLOCKED = Entry(
    "NAV34",
    THERE,
    Reach.ONE,
    "Artikeln är spärrad i NAV",
    "{about}Artikeln är spärrad." + _SAID,
    "öppna artikelkortet under Avdelningar > Lager > Artiklar och ta bort Spärrad, eller ta bort artikeln ur kassan.",
    OWNER,
    WAITS,
    cause=("about",),
)
SETUP_MISSING = Entry(
    "NAV35",
    THERE,
    Reach.ONE,
    "En bokföringsgrupp eller bokföringsinställning saknas i NAV",
    "{about}Kunden, artikeln eller kontot saknar en bokföringsgrupp, eller så saknas kombinationen i inställningarna."
    + _SAID,
    "fyll i gruppen på kortet, eller lägg upp kombinationen under Avdelningar > Ekonomihantering > "
    "Administration > Bokföringsinställning (eller Momsbokföringsinställning).",
    CONSULTANT,
    WAITS,
    cause=("about",),
)
NO_RIGHTS = Entry(
    "NAV36",
    THERE,
    Reach.ALIKE,
    "NAV-användaren saknar behörighet",
    "{about}Användaren får inte läsa eller skriva i tabellen." + _SAID,
    "ge användaren behörighetsuppsättningarna i docs/NAV.md under Avdelningar > Administration > IT-"
    "administration > Allmänt > Användare.",
    CONSULTANT,
    WAITS,
    cause=("about",),
)
ALREADY_THERE = Entry(
    "NAV37",
    THERE,
    Reach.ONE,
    "Det finns redan i NAV",
    "{about}En post med samma nummer finns redan." + _SAID,
    "leta upp numret i NAV och jämför. Är det samma underlag: markera det som bokfört.",
    BOOKKEEPER,
    WAITS,
    cause=("about",),
)
NO_MANUAL_NUMBERS = Entry(
    "NAV38",
    THERE,
    Reach.ONE,
    "NAV numrerar själv och tar inte emot kassans nummer",
    "{about}Nummerserien tillåter inte manuella nummer, eller så är den slut." + _SAID,
    "öppna nummerserien under Avdelningar > Administration > Programinställningar > Nummerserier och sätt "
    "Manuella nr, eller utöka serien.",
    CONSULTANT,
    WAITS,
    cause=("about",),
)
NO_STOCK = Entry(
    "NAV39",
    THERE,
    Reach.ONE,
    "Artikeln räcker inte i lager",
    "{about}NAV tillåter inte negativt lager." + _SAID,
    "inventera artikeln, eller ändra Förhindra negativt lager under Avdelningar > Lager > Administration > "
    "Lagerinställningar.",
    OWNER,
    WAITS,
    cause=("about",),
)
LICENCE = Entry(
    "NAV40",
    THERE,
    Reach.ALIKE,
    "NAV-licensen tillåter det inte",
    "{about}Sidan eller tabellen ingår inte i licensen, eller så är alla användarplatser upptagna." + _SAID,
    "fråga konsulten vad licensen omfattar; välj annars t.ex. tvärreferenser i stället för identifierare.",
    CONSULTANT,
    WAITS,
    cause=("about",),
)
UNBALANCED = Entry(
    "NAV41",
    THERE,
    Reach.ALIKE,
    "Journalen går inte ihop i NAV",
    "{about}Journalen är inte i balans. Oftast har någon ändrat rader i Sync Centers journal." + _SAID,
    "öppna journalen i NAV och ta bort det som inte kommer från kassan.",
    BOOKKEEPER,
    WAITS,
    cause=("about",),
)
WRONG_OPTION = Entry(
    "NAV42",
    HERE,
    Reach.ALIKE,
    "NAV stavar alternativ på ett annat sätt",
    "{about}Ett alternativ, t.ex. G/L Account, känns inte igen." + _SAID,
    "öppna Inställningar > Integration > Stavning av alternativ i OData och välj det andra.",
    CONSULTANT,
    WAITS,
    cause=("about",),
)
TEXT_TOO_LONG = Entry(
    "NAV43",
    THERE,
    Reach.ONE,
    "En text är för lång för NAV",
    "{about}Ett fält tar emot färre tecken än sidans beskrivning säger." + _SAID,
    "korta texten i kassan. Håller det i sig: skicka dagens logg till support.",
    OWNER,
    WAITS,
    cause=("about",),
)
NOT_FOUND = Entry(
    "NAV44",
    THERE,
    Reach.ONE,
    "Det som underlaget hänvisar till finns inte i NAV",
    "{about}En kund, en artikel, ett konto, en dimension eller en journal finns inte." + _SAID,
    "lägg upp den i NAV (Avdelningar > Försäljning > Kunder, Lager > Artiklar eller Ekonomihantering > "
    "Kontoplan), eller kör Synkronisera allt så att kassan får NAV:s register.",
    OWNER,
    WAITS,
    cause=("about",),
)
VALUE_MISSING = Entry(
    "NAV45",
    THERE,
    Reach.ONE,
    "En uppgift saknas i NAV",
    "{about}Ett fält måste ha ett värde." + _SAID,
    "läs NAV:s svar nedan: där står vilket fält och på vilken post. Fyll i det i NAV.",
    CONSULTANT,
    WAITS,
    cause=("about",),
)

ACCOUNT_BLOCKED = Entry(
    "NAV46",
    THERE,
    Reach.ONE,
    "Kontot är spärrat i NAV",
    "{about}Ett konto i underlaget är spärrat eller inget bokföringskonto." + _SAID,
    "öppna kontot under Avdelningar > Ekonomihantering > Kontoplan och ta bort Spärrad, eller välj ett annat konto i "
    "Inställningar > Konton.",
    BOOKKEEPER,
    WAITS,
    cause=("about",),
)
DIRECT_POSTING = Entry(
    "NAV47",
    THERE,
    Reach.ONE,
    "Kontot tillåter inte direktbokföring",
    "{about}NAV bokför bara på kontot genom sina egna journaler." + _SAID,
    "slå på Direktbokföring på kontot under Avdelningar > Ekonomihantering > Kontoplan, eller välj ett annat konto i "
    "Inställningar > Konton. Är det kundfordringar (1510): skicka kvitton som kundfakturor, så står det som sålts på "
    "konto öppet på kunden.",
    BOOKKEEPER,
    WAITS,
    cause=("about",),
)
DIMENSION = Entry(
    "NAV48",
    THERE,
    Reach.ONE,
    "En dimension saknas eller får inte finnas på kontot",
    "{about}Kontot, kunden eller artikeln kräver ett dimensionsvärde som underlaget saknar, eller tar inte emot ett "
    "som det har." + _SAID,
    "ange kostnadsställe eller projekt i Inställningar > Konton, ge kontot ett standardvärde i NAV (Kontoplan > "
    "Dimensioner), eller ändra Värdebokföring där.",
    BOOKKEEPER,
    WAITS,
    cause=("about",),
)
JOURNAL_MISSING = Entry(
    "NAV49",
    HERE,
    Reach.ALIKE,
    "Journalen finns inte i NAV",
    "{about}Journalmallen eller journalen finns inte." + _SAID,
    "rätta mall och namn i Inställningar > Integration, eller lägg upp journalen i NAV (docs/NAV.md, Journaler).",
    CONSULTANT,
    WAITS,
    cause=("about",),
)
EXPIRED = Entry(
    "NAV50",
    ErrorKind.RETRY,
    Reach.ONE,
    "NAV har glömt var läsningen var",
    "Märket för nästa sida gäller inte längre." + " NAV:s svar står nedan.",
    "inget – läsningen börjar om.",
    OWNER,
    "Kassans register ändras inte förrän allt är läst.",
)

_ACCOUNT = r"(g/l account|redovisningskonto|finanskonto)"

_KNOWN: tuple[tuple[str, Entry], ...] = (
    (r"other user has modified|another user has (already )?(modified|changed)|annan användare har ändrat", CONFLICT),
    (
        r"locked by another user|deadlock|could not complete because a record .* was locked|låst av en annan användare",
        LOCKED,
    ),
    (r"skip ?token", EXPIRED),
    (
        (
            r"not within (your|the) range of allowed posting dates|is not an allowed posting date|"
            r"inte inom .*tillåtna bokföringsdatum"
        ),
        PERIOD_CLOSED,
    ),
    (r"direct posting|direktbokföring", DIRECT_POSTING),
    (r"dimension value code|dimension code|dimensionsvärde|dimensionskod|combination of dimensions", DIMENSION),
    (
        r"(journal (batch|template)|journalmall|journalnamn|redov\.journal\w*) (does not exist|finns inte)",
        JOURNAL_MISSING,
    ),
    (rf"(blocked|spärrad) m[^.]*{_ACCOUNT}|account type m[^.]*{_ACCOUNT}", ACCOUNT_BLOCKED),
    (
        r"customer .*is blocked|blocked with type|when customer .* blocked|kunden? .*är spärrad|spärrad m[^.]* i kund",
        CUSTOMER_BLOCKED,
    ),
    (r"blocked must be equal to 'no'|spärrad måste vara (lika med )?'?nej", ITEM_BLOCKED),
    (
        (
            r"posting setup .*does not exist|posting group must (have a value|be)|account must have a value|"
            r"bokföringsinställning\w* .*finns inte|bokföringsmall .*måste ha ett värde|konto måste ha ett värde"
        ),
        SETUP_MISSING,
    ),
    (
        r"do not have the following permissions|do not have permission|sufficient permissions|har inte .*behörighet",
        NO_RIGHTS,
    ),
    (r"already exists|finns redan", ALREADY_THERE),
    (
        (
            r"may not enter numbers manually|cannot assign (new )?numbers|new numbers from the number series|"
            r"inte ange nummer manuellt|nya nummer från nummerserien"
        ),
        NO_MANUAL_NUMBERS,
    ),
    (r"insufficient quantity|is not (in|on) inventory|not available in inventory|inte (finns )?i lager", NO_STOCK),
    (r"licen[sc]", LICENCE),
    (r"out of balance|is not in balance|inte i balans|är i obalans", UNBALANCED),
    (
        (
            r"is not an option|existing options are|not a valid option|is not a valid value|är inte ett alternativ|"
            r"befintliga alternativ"
        ),
        WRONG_OPTION,
    ),
    (
        r"length of the string|must be less than or equal to \d+ characters|exceeds the max|längden på strängen",
        TEXT_TOO_LONG,
    ),
    (
        (
            r"does not exist|cannot be found in the related table|there is no .* within the filter|finns inte|"
            r"kan inte hittas i den relaterade|det finns ing\w* .* inom filtret"
        ),
        NOT_FOUND,
    ),
    (r"must have a value|must not be|cannot be zero or empty|måste ha ett värde|får inte vara", VALUE_MISSING),
)
"""NAV's words, in English and Swedish, the narrower first."""

_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), entry) for pattern, entry in _KNOWN)

REFUSALS = tuple(entry for _, entry in _KNOWN)

_CONFLICT_STATUS = {409, 412}
_LOCK_SECONDS = 3.0
"""So long is a lock of another's waited out before the same is tried again: it was certainly not taken."""


class Explainer:
    """Turns NAV's refusals into errors. `user` is named when the sign-in is refused."""

    def __init__(self, user: str, host: str) -> None:
        self._user = user
        self._host = host

    def __call__(self, status: int, body: bytes) -> SyncError | None:
        """See `Server.explain`. None when the answer is no refusal of NAV's own."""
        if status == 401:
            return self.login_refused()
        from connectors.dynamics_nav.sentences import about  # noqa: PLC0415 - only when NAV has said no

        said = message_of(body)
        detail = masked(tidy(said, 500))
        for pattern, entry in _PATTERNS:
            if said and pattern.search(said):
                wait = _LOCK_SECONDS if entry is LOCKED else None
                return entry.error(detail=detail, about=about(said), retry_after=wait)
        if status in _CONFLICT_STATUS:
            return CONFLICT.error(detail=detail, about="")
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

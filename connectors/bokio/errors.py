"""What Bokio says no with, and what a person does about it.

The codes of the vendor's problem types (docs.bokio.se/reference/errors, OpenAPI of August 2026) come flat in the
OpenAPI file and wrapped in `error` in the notes: both are taken. A missing price plan has `error` as a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from connectors.wire.answers import masked, tidy
from synccenter.contract.catalogue import BOOKKEEPER, CONSULTANT, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach, SyncError

SYSTEM = "Bokio"

_THERE = ErrorKind.FIX_IN_BUSINESS_SYSTEM
_HERE = ErrorKind.FIX_IN_SETTINGS
_WAITS = "Underlaget väntar och skickas av sig självt när det är rättat. Allt annat skickas."
_ALL_WAITS = "Tills dess hämtas och skickas inget; kvittona väntar och skickas av sig själva efteråt."
_BOOK_INSTEAD = "Vill ni slippa fakturor: välj verifikationer i Inställningar > Konton > Skicka som."

NOT_SET_UP = Entry(
    "BOK01",
    _HERE,
    Reach.ALL,
    "Bokio är inte färdigt inställt",
    "Det saknas: {missing}.",
    "fyll i det i Inställningar > Integration. Handledningen docs/BOKIO.md visar var det står i Bokio.",
    OWNER,
    _ALL_WAITS,
)
TOKEN_REFUSED = Entry(
    "BOK02",
    _HERE,
    Reach.ALL,
    "Bokio godtar inte API-token",
    "Token är borttagen i Bokio, eller gäller ett annat företag.",
    "skapa en ny i Bokio under Inställningar > API-tokens och klistra in den i Inställningar > Integration > "
    "API-token.",
    OWNER,
    _ALL_WAITS,
)
SCOPE_MISSING = Entry(
    "BOK03",
    _HERE,
    Reach.ALIKE,
    "API-token saknar en rättighet",
    "Bokio nekar {scopes}.",
    "skapa en ny token i Bokio under Inställningar > API-tokens med de rättigheter som docs/BOKIO.md räknar upp, och "
    "klistra in den i Inställningar > Integration > API-token.",
    OWNER,
    "Det som rättigheten gäller väntar; annat går vidare.",
    cause=("scopes",),
)
PLAN_NEEDED = Entry(
    "BOK04",
    _THERE,
    Reach.ALL,
    "Företagets plan i Bokio saknar API",
    "Bokio svarar att planen inte har integrationer.",
    "lägg till Integrationer (API) i Bokio under Inställningar > Abonnemang, eller byt plan.",
    OWNER,
    _ALL_WAITS,
)
FEATURE_NEEDED = Entry(
    "BOK05",
    _THERE,
    Reach.ONE,
    "Företagets plan i Bokio saknar en funktion",
    "Planen saknar {feature}.",
    "lägg till funktionen i Bokio under Inställningar > Abonnemang, eller ta bort raden i "
    "Inställningar > Konton > Kostnadsställen och projekt.",
    OWNER,
    _WAITS,
    cause=("feature",),
)
COMPANY_UNKNOWN = Entry(
    "BOK06",
    _HERE,
    Reach.ALL,
    "Företaget finns inte i Bokio",
    "Bokio känner inget företag med id {company} som token gäller för.",
    "jämför Inställningar > Integration > Företagets id med adressfältet när företaget är öppet i Bokio.",
    OWNER,
    _ALL_WAITS,
)
YEAR_CLOSED = Entry(
    "BOK07",
    _THERE,
    Reach.ONE,
    "Perioden är stängd i Bokio",
    "Räkenskapsåret eller perioden tar inte emot fler verifikationer.",
    "öppna den i Bokio under Bokföring > Räkenskapsår (eller under Inställningar > Bokföring > Lås period).",
    BOOKKEEPER,
    _WAITS,
)
YEAR_MISSING = Entry(
    "BOK08",
    _THERE,
    Reach.ONE,
    "Räkenskapsåret finns inte i Bokio",
    "Inget räkenskapsår i Bokio innehåller {date}.",
    "lägg upp det i Bokio under Bokföring > Räkenskapsår.",
    BOOKKEEPER,
    _WAITS,
)
ACCOUNT_MISSING = Entry(
    "BOK09",
    _THERE,
    Reach.ONE,
    "Kontot finns inte i Bokio",
    "Konto {account} går inte att bokföra på.",
    "lägg till det i Bokio under Bokföring > Kontoplan, eller välj ett annat i Inställningar > Konton.",
    BOOKKEEPER,
    _WAITS,
    cause=("account",),
)
NOT_VALID = Entry(
    "BOK10",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Bokio godtar inte underlaget",
    "Bokio anmärker på {fields}.",
    "läs Bokios egna ord nedan. Säger de inget: skicka dagens logg till konsulten.",
    CONSULTANT,
    _WAITS,
    cause=("fields",),
)
NOT_NOW = Entry(
    "BOK11",
    _THERE,
    Reach.ONE,
    "Det går inte i det läge som uppgiften har i Bokio",
    "Uppgiften är till exempel redan publicerad, bokförd eller makulerad i Bokio.",
    "öppna den i Bokio och se vad som har hänt. Är den rätt bokförd: märk underlaget som bokfört.",
    BOOKKEEPER,
    _WAITS,
)
TOO_MUCH = Entry(
    "BOK12",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Underlaget är för stort för Bokio",
    "En gräns i Bokio är nådd.",
    "läs Bokios egna ord nedan, och bokför underlaget för hand om det inte går att dela.",
    CONSULTANT,
    _WAITS,
)
VERSION_GONE = Entry(
    "BOK13",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Bokio har bytt version",
    "Bokio håller på att stänga den version av sitt API som Sync Center talar.",
    "uppdatera Sync Center till den senaste versionen.",
    SUPPORT,
    _ALL_WAITS,
)
TAG_MISSING = Entry(
    "BOK14",
    _THERE,
    Reach.ONE,
    "Kostnadsstället eller projektet finns inte i Bokio",
    "{kind} ”{name}” finns inte bland taggarna.",
    "lägg upp det i Bokio under Bokföring > Taggar, i gruppen med SIE-dimension {dimension}, eller ändra i "
    "Inställningar > Konton > Kostnadsställen och projekt.",
    BOOKKEEPER,
    _WAITS,
    cause=("name",),
)
CUSTOMER_MISSING = Entry(
    "BOK15",
    _THERE,
    Reach.ONE,
    "Kunden finns inte i Bokio",
    "Ingen kund, eller flera, heter eller har organisationsnummer ”{customer}”.",
    "lägg upp kunden i Bokio under Försäljning > Kunder. Gäller det kontantkunden: skriv dess namn i Bokio i "
    "Inställningar > Konton.",
    OWNER,
    _WAITS,
    cause=("customer",),
)
INVOICE_DIFFERS = Entry(
    "BOK16",
    _THERE,
    Reach.ONE,
    "Fakturan i Bokio har ett annat belopp än kvittot",
    "Bokio räknar {there} kr, kvittot är på {till} kr.",
    "öppna fakturan {number} i Bokio och jämför rad för rad. Är den ett utkast kan den tas bort. " + _BOOK_INSTEAD,
    BOOKKEEPER,
    _WAITS,
)
ORIGINAL_MISSING = Entry(
    "BOK17",
    _THERE,
    Reach.ONE,
    "Returens kvitto finns inte som faktura i Bokio",
    "Bokio krediterar bara en faktura som finns där, och ”{original}” gör inte det.",
    "bokför returen för hand i Bokio och märk underlaget som bokfört. " + _BOOK_INSTEAD,
    BOOKKEEPER,
    _WAITS,
)
CASH_METHOD = Entry(
    "BOK18",
    _HERE,
    Reach.ALIKE,
    "Fakturor går inte med kontantmetoden",
    "Räkenskapsåret bokförs enligt kontantmetoden, och då bokför Bokio inte fakturan när den skapas.",
    "välj verifikationer i Inställningar > Konton > Skicka som.",
    BOOKKEEPER,
    "Fakturorna väntar.",
)
INTERRUPTED = Entry(
    "BOK19",
    ErrorKind.RETRY,
    Reach.ONE,
    "Fakturan blev avbruten på väg in i Bokio",
    "Den är skapad, men inte färdigt bokförd och betald.",
    "inget. Nästa synkronisering gör klart den.",
    SUPPORT,
    "Underlaget slås upp och görs klart.",
)
NOT_REVERSIBLE = Entry(
    "BOK20",
    _THERE,
    Reach.ONE,
    "Verifikationen går inte att vända härifrån",
    "Bokio vänder bara verifikationer som har kommit den här vägen, som inte hör till en faktura och vars "
    "räkenskapsår är öppet.",
    "vänd den i Bokio under Bokföring > Verifikationer.",
    BOOKKEEPER,
    "Inget är ändrat.",
)

COMPANY_DIFFERS = Entry(
    "BOK21",
    _HERE,
    Reach.ALL,
    "Företaget i Bokio heter något annat än kassans",
    "I Bokio heter företaget ”{there}”, i kassan ”{here}”, och något av dem saknar organisationsnummer att jämföra.",
    "jämför Inställningar > Integration > Företagets id med adressfältet i Bokio. Fyll i organisationsnumret i "
    "kassan och i Bokio under Inställningar > Företagsinformation.",
    OWNER,
    "Det är en varning: stämmer företaget går allt som vanligt.",
)

FOUND_HERE = (
    NOT_SET_UP,
    YEAR_MISSING,
    TAG_MISSING,
    CUSTOMER_MISSING,
    INVOICE_DIFFERS,
    ORIGINAL_MISSING,
    CASH_METHOD,
    INTERRUPTED,
    NOT_REVERSIBLE,
    COMPANY_DIFFERS,
)
"""What the connector finds out for itself."""

REFUSALS = (
    TOKEN_REFUSED,
    SCOPE_MISSING,
    PLAN_NEEDED,
    FEATURE_NEEDED,
    COMPANY_UNKNOWN,
    YEAR_CLOSED,
    ACCOUNT_MISSING,
    NOT_VALID,
    NOT_NOW,
    TOO_MUCH,
    VERSION_GONE,
)
"""What Bokio answers with."""

ENTRIES = tuple(sorted((*FOUND_HERE, *REFUSALS), key=lambda entry: entry.code))

_BY_CODE = {"operation-not-allowed": NOT_NOW, "limit-exceeded": TOO_MUCH}
_CLOSED = re.compile(r"closed fiscal year|period[^.]*\block|\block[^.]*period|stäng|låst", re.IGNORECASE)
_ACCOUNT_FIELD = re.compile(r"account", re.IGNORECASE)


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field of what we sent."""

    field: str | None = None
    message: str | None = None


class _Said(msgspec.Struct, frozen=True):
    """A refusal, taken out of its wrapping."""

    code: str
    text: str
    fields: tuple[FieldError, ...]
    feature: str


def explain_for(company_id: str) -> Callable[[int, bytes], SyncError | None]:
    """What makes a refusal of this company's requests into our words, or None when it is not known."""

    def explain(status: int, body: bytes) -> SyncError | None:
        said = _said(body)
        if status == 401:
            return TOKEN_REFUSED.error(detail=said.text if said else "")
        if status in {410, 426}:
            return VERSION_GONE.error(detail=said.text if said else "")
        return _known(status, said, company_id) if said else None

    return explain


def _known(status: int, said: _Said, company_id: str) -> SyncError | None:
    if said.code == "price_plan_feature_required":
        if said.feature in {"", "PublicApi"}:
            return PLAN_NEEDED.error(detail=said.text)
        return FEATURE_NEEDED.error(feature=said.feature, detail=said.text)
    if status == 403 and ("scope" in said.code or "scope" in said.text.lower()):
        named = re.search(r"[a-z]+(?:-[a-z]+)*:(?:read|write)", said.text)
        return SCOPE_MISSING.error(scopes=named[0] if named else "det som skulle göras", detail=said.text)
    if status == 404 and said.code == "not-found" and company_id.lower() in said.text.lower():
        return COMPANY_UNKNOWN.error(company=company_id, detail=said.text)
    if said.code == "validation-error":
        return _not_valid(said)
    entry = _BY_CODE.get(said.code)
    return entry.error(detail=said.text) if entry else None


def _not_valid(said: _Said) -> SyncError:
    if _CLOSED.search(said.text):
        return YEAR_CLOSED.error(detail=said.text)
    accounts = [one for one in said.fields if _ACCOUNT_FIELD.search(one.field or "")]
    if accounts:
        number = re.search(r"\b\d{4,8}\b", accounts[0].message or "")
        return ACCOUNT_MISSING.error(account=number[0] if number else "(se Bokios ord)", detail=said.text)
    fields = {re.sub(r"/\d+(?=/|$)", "", one.field or "").lstrip("#/") for one in said.fields}
    named = ", ".join(sorted(tidy(field, 40) for field in fields if field)[:5])
    return NOT_VALID.error(fields=named or "underlaget", detail=said.text)


def _said(body: bytes) -> _Said | None:
    try:
        raw: Any = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return None
    inner = raw.get("error") if isinstance(raw, dict) else None
    if isinstance(inner, dict):
        raw = inner
    elif isinstance(inner, str):
        raw = {**raw, "code": inner}
    if not isinstance(raw, dict) or not isinstance(raw.get("code"), str):
        return None
    try:
        fields = tuple(msgspec.convert(raw.get("errors") or [], list[FieldError]))
    except msgspec.ValidationError:
        fields = ()
    details = raw.get("details")
    feature = details.get("requiredFeature") if isinstance(details, dict) else ""
    words = [raw.get("innerCode"), raw.get("message"), *(f"{one.field}: {one.message}" for one in fields)]
    error_id = raw.get("bokioErrorId")
    words.append(f"({error_id})" if isinstance(error_id, str) else "")
    text = " ".join(word for word in words if isinstance(word, str) and word)
    return _Said(raw["code"], masked(tidy(text, 500)), fields, tidy(str(feature or ""), 40))

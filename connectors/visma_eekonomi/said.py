"""What eEkonomi's refusals say: its code made into an entry of ours, and what its sentence is about, in Swedish."""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct

from connectors.visma_eekonomi.errors import SYSTEM
from connectors.visma_eekonomi.refusals import MODULE, NO_MODULE, REFUSALS, UNKNOWN
from connectors.wire.answers import NOT_JSON, masked, tidy
from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError

_FAULTS = {5000, 5001, 5002}
"""A fault of theirs, whatever HTTP status it comes with: nobody knows whether the document was taken."""

_SAME = {6001: 6000}
"""Two codes that mean the same to us."""

_MODULE = re.compile(r"(?i)no ?access ?to ?module|\bmodul|product ?variant|\bvariant")
"""What tells that 4002 is about what the company has bought, not about this document (seen texts, vendor's names)."""

_API = re.compile(r"(?i)no ?access ?to ?module\W*api(?:_|\b)")
"""What tells that the module is the one for integrations, `api_standard`."""

_THINGS: tuple[tuple[str, str, bool], ...] = (
    (r"bank ?account|bankkonto(?:t)?", "Kassa- eller bankkonto", True),
    (r"(?:ledger ?)?account(?: ?number)?|konto(?:t|numret)?", "Konto", True),
    (r"customer(?: ?number)?|kund(?:en|numret)?", "Kund", False),
    (r"article(?: ?number)?|artikel(?:n|numret)?", "Artikel", False),
    (r"cost ?cent(?:er|re)(?: ?item)?|kostnadsställe(?:t)?", "Kostnadsställe", True),
    (r"project|projekt(?:et)?", "Projekt", True),
    (r"(?:number|voucher) ?series|verifikationsserie[n]?", "Verifikationsserie", False),
)
"""How their sentences name a thing, our word for it, and whether that is neuter."""

_NAME = r"[\"'’”]?(?P<name>(?=[\w.-]*\d)[\w.-]*\w|[A-ZÅÄÖ]+\b)?[\"'’”]?"
_PREDICATES: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"(?i)not found|(?:do(?:es)?n[o’']?t|not) exist|finns inte|saknas"), "finns inte", "finns inte"),
    (re.compile(r"(?i)block|spärra"), "är spärrad", "är spärrat"),
    (re.compile(r"(?i)inactive|not active|inaktiv|(?:inte|ej) aktiv"), "är inaktiv", "är inaktivt"),
    (re.compile(r"(?i)closed|ended|finished|avsluta"), "är avslutad", "är avslutat"),
)
_BY_HAND = re.compile(r"(?i)manual|manuell")
_REFUSES = re.compile(r"(?i)not (?:be )?allow|inte till[åa]t|not permit|får inte")
_DEMANDS = re.compile(r"(?i)requir|must have|mandatory|kräver|måste ha")
_DIMENSION = re.compile(r"(?i)(?P<centre>cost ?cent(?:er|re)|kostnadsställe)|(?P<project>project|projekt)")
_ACCOUNT = re.compile(rf"(?i:\b(?:{_THINGS[1][0]})) *(?P<number>\d{{4,10}})")

_FIELDS: tuple[tuple[str, str], ...] = (
    ("AccountNumber", "Kontonummer"),
    ("ArticleId", "Artikel"),
    ("CorporateIdentityNumber", "Organisationsnummer"),
    ("CostCenter", "Kostnadsställe"),
    ("CurrencyCode", "Valuta"),
    ("CustomerNumber", "Kundnummer"),
    ("CustomerId", "Kund"),
    ("EmailAddress", "E-post"),
    ("InvoiceAddress", "Adress"),
    ("InvoiceCity", "Ort"),
    ("InvoiceDate", "Fakturadatum"),
    ("InvoicePostalCode", "Postnummer"),
    ("MobilePhone", "Mobilnummer"),
    ("NumberSeries", "Verifikationsserie"),
    ("PaymentAmount", "Betalningens belopp"),
    ("PaymentDate", "Betalningsdatum"),
    ("ProjectId", "Projekt"),
    ("Telephone", "Telefon"),
    ("TermsOfPayment", "Betalningsvillkor"),
    ("TransactionText", "Radens text"),
    ("UnitPrice", "À-pris"),
    ("VoucherDate", "Verifikationens datum"),
    ("VoucherText", "Verifikationens text"),
    ("YourReference", "Er referens"),
    ("Quantity", "Antal"),
    ("Name", "Namn"),
)
"""Their fields in our words, by the last part of what they call it (`Rows[0].AccountNumber`)."""

_FAULTY: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)required|mandatory|obligatorisk|krävs|must have a value"), "saknas"),
    (re.compile(r"(?i)max(?:imum)? ?length|too long|exceed|för lång"), "är för långt"),
)


class Particular(Struct, rename="pascal"):
    """One of `Errors` (the vendor's description of 2026-09): which field, and what about it."""

    field: str | None = None
    error_code: int | None = None
    message: str | None = None

    @property
    def told(self) -> str:
        """The field and its message, as they came."""
        return ": ".join(filter(None, (self.field, self.message)))

    @property
    def about(self) -> str:
        """`Postnummer är för långt.`; "" when the field is not known to us."""
        name = (self.field or "").rpartition(".")[2]
        word = next((ours for theirs, ours in _FIELDS if name.startswith(theirs)), "")
        fault = next((ours for pattern, ours in _FAULTY if pattern.search(self.message or "")), "godtas inte")
        return f"{word} {fault}." if word else ""


class Refusal(Struct, rename="pascal"):
    """The body of a refusal."""

    error_code: int = 0
    developer_error_message: str | None = None
    error_id: str | None = None
    errors: list[Particular] | None = None

    def words(self) -> str:
        """All that it says, on one line: each particular with the field it is about."""
        told = [self.developer_error_message or "", *(one.told for one in self.errors or ())]
        return "; ".join(filter(None, told))

    def about(self) -> str:
        """What it is about as sentences with a blank after them, "" when its words are not known."""
        said = [self.developer_error_message or "", *(one.message or "" for one in self.errors or ())]
        found = [told for one in said if (told := about(one))]
        found = found or [one.about for one in self.errors or () if one.about]
        return "".join(f"{one} " for one in dict.fromkeys(found))


def about(said: str) -> str:
    """What a sentence of theirs is about, in Swedish: `Konto 3001 är inaktivt.`; "" when it is not known."""
    plain = tidy(said, 300)
    return _dimension(plain) or _thing(plain)


def _dimension(said: str) -> str:
    """An account that does not take, or demands, a cost centre or a project."""
    what, account = _DIMENSION.search(said), _ACCOUNT.search(said)
    if not what or not account:
        return ""
    word = "kostnadsställe" if what["centre"] else "projekt"
    if _REFUSES.search(said):
        return f"Konto {account['number']} tar inte emot {word}."
    return f"Konto {account['number']} kräver {word}." if _DEMANDS.search(said) else ""


def _thing(said: str) -> str:
    for theirs, ours, neuter in _THINGS:
        found = re.search(rf"(?i:\b(?:{theirs})\b)[ :=]*(?i:with (?:number|id) |med nummer )?{_NAME}", said)
        if not found or (ours in {"Kostnadsställe", "Projekt"} and _REFUSES.search(said)):
            continue
        for pattern, common, its in _PREDICATES:
            if pattern.search(said):
                name = found["name"]
                subject = f"{ours} {name}" if name else f"{ours}{_THE[ours]}"
                end = " för manuell bokföring" if common == "är spärrad" and _BY_HAND.search(said) else ""
                return f"{subject} {its if neuter else common}{end}."
    return ""


_THE = {
    "Kassa- eller bankkonto": "t",
    "Konto": "t",
    "Kund": "en",
    "Artikel": "n",
    "Kostnadsställe": "t",
    "Projekt": "et",
    "Verifikationsserie": "n",
}
"""The thing when they do not name it."""


def explain(status: int, body: bytes) -> SyncError | None:
    """The refusal in our words, or None when it has no code of theirs."""
    try:
        said = msgspec.json.decode(body, type=Refusal, strict=False)
    except NOT_JSON:
        return None
    text, code = said.words(), said.error_code
    detail = masked(tidy(f"{text} ({said.error_id})" if said.error_id else text, 500))
    if code == 4010:
        wait = wait_hint(status, body) or 60.0
        return catalogue.RATE_LIMITED.error(host=SYSTEM, seconds=round(wait), retry_after=wait, detail=detail)
    if code in _FAULTS:
        return catalogue.SERVER_ERROR.error(host=SYSTEM, status=code, detail=detail, uncertain=True)
    if _API.search(text):
        return MODULE.error(detail=detail)
    entry = NO_MODULE if code == 4002 and _MODULE.search(text) else REFUSALS.get(_SAME.get(code, code))
    if entry is None and status in {401, 403}:
        return None  # what it means is told by the status
    return (entry or UNKNOWN).error(detail=detail, about=said.about(), said=code) if code else None


def wait_hint(status: int, body: bytes) -> float | None:  # noqa: ARG001 - the hook's shape
    """Seconds to wait as the text of 4010 says: "Try again in 55 seconds." Retry-After may be missing."""
    found = re.search(rb"[Tt]ry again in (\d{1,4}) second", body[:2000])
    return float(found[1]) + 1.0 if found else None

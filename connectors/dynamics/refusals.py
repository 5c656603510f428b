"""What Dynamics says no with, told apart by its words: NAV and Business Central have them from the same base app.

The texts are those of Microsoft's base application in English (*MIT, microsoft/BCApps*) and of its Swedish
translation as far as we know it; the Swedish ones have not been seen on a server. Each connector has an entry of its
own for each, since what a person does about it stands under other menus.
"""

from __future__ import annotations

import re
from enum import Enum


class Refusal(Enum):
    """Why Dynamics refused."""

    CHANGED_MEANWHILE = "somebody else changed the record"
    LOCKED = "a table or record is locked"
    DATE = "the posting date is not allowed"
    STOCK_CLOSED = "the inventory period is closed"
    CUSTOMER_BLOCKED = "the customer is blocked"
    ITEM_BLOCKED = "the item is blocked"
    ACCOUNT_BLOCKED = "the G/L account is blocked"
    NOT_DIRECT = "the G/L account does not allow direct posting"
    VAT_SETUP = "VAT posting setup is missing"
    POSTING_SETUP = "general posting setup or a posting group is missing"
    DIMENSION = "a dimension value is missing, blocked or not allowed"
    RIGHTS = "a permission is missing"
    EXISTS = "something of that number exists"
    NUMBERS = "the number series allows no such number"
    NO_SERIES = "no number series gives a number"
    NO_STOCK = "not enough in stock"
    LICENCE = "the licence does not allow it"
    UNBALANCED = "the journal does not balance"
    NOTHING = "there is nothing to post"
    TOO_LONG = "a text is too long"
    NO_ACCOUNT = "the G/L account does not exist"
    NO_ITEM = "the item does not exist"
    NO_CUSTOMER = "the customer does not exist"
    NO_RECORD = "something else does not exist"
    NO_VALUE = "a field must have a value"
    JOURNAL = "a journal or its template does not exist"
    OPTION = "an option is not spelt as it wants it"
    EXPIRED = "the mark of the next page no longer holds"


_ACCOUNT = r"(g/l account|redovisningskonto|finanskonto)"

_WORDS: tuple[tuple[Refusal, str], ...] = (
    (
        Refusal.CHANGED_MEANWHILE,
        (
            r"(other|another) user has (already )?(modified|changed)|annan användare har (redan )?ändrat"
            r"|is not up-to-date|we just updated this page"
        ),
    ),
    (
        Refusal.LOCKED,
        (
            r"locked by another user|deadlock|record .* was locked|låst av en annan användare|låsts av en annan"
            r"|being updated in a transaction|until the other transaction has completed"
        ),
    ),
    (Refusal.EXPIRED, r"skip ?token"),
    (
        Refusal.DATE,
        (
            r"not within (your|the) range of allowed (posting|vat) dates|is not an allowed posting date"
            r"|vat return period"
            r"|inte inom .*tillåtna bokföringsdatum|intervall(et)? för tillåtna bokföringsdatum"
            r"|inte (ett )?tillåtet bokföringsdatum|bokföringsdatum[^.]* (inte|utanför) [^.]*\btillå"
        ),
    ),
    (Refusal.STOCK_CLOSED, r"(inventory period|lagerperiod\w*) [^.]*(closed|stängd|avslutad)"),
    (Refusal.NOT_DIRECT, r"direct posting|direktbokföring"),
    (
        Refusal.DIMENSION,
        (
            r"dimension (value|code)|combination of dimensions|dimensions? .*(does not exist|blocked|combination|match)"
            r"|dimensionsvärde|dimensionskod"
        ),
    ),
    (
        Refusal.JOURNAL,
        r"(journal (batch|template)|journalmall|journalnamn|redov\.journal\w*) (does not exist|finns inte)",
    ),
    (
        Refusal.ACCOUNT_BLOCKED,
        (
            rf"(blocked|spärrad) m[^.]*{_ACCOUNT}|account type m[^.]*{_ACCOUNT}|{_ACCOUNT} [^.]*is blocked"
            r"|spärrad .*'nej'.*redovisningskonto"
        ),
    ),
    (
        Refusal.CUSTOMER_BLOCKED,
        (
            r"customer .*is blocked|blocked with type|when customer .* blocked|kund(en)? .*(är )?spärrad"
            r"|blocked m[^.]* in customer|spärrad m[^.]* i kund"
        ),
    ),
    (
        Refusal.ITEM_BLOCKED,
        (
            r"blocked must be equal to 'no'|item .* because .*blocked|spärrad måste vara (lika med )?'?nej"
            r"|(spärrad|blockerad) .*'nej'|artikel.*spärrad"
        ),
    ),
    (
        Refusal.VAT_SETUP,
        (
            r"vat posting setup (does not exist|.*must have a value)|missing in vat posting setup"
            r"|momsbokföringsinställning"
        ),
    ),
    (
        Refusal.POSTING_SETUP,
        (
            r"posting setup .*does not exist|posting group must (have a value|be)|account must have a value"
            r"|is missing in (the )?\w+ posting (setup|group)"
            r"|bokföringsinställning.*finns inte|bokföringsmall .*måste ha|konto måste ha ett värde"
        ),
    ),
    (
        Refusal.RIGHTS,
        (
            r"do not have the following permissions|not have permission|sufficient permissions|saknar .*behörighet"
            r"|permissions prevented the action|inte .*behörighet"
        ),
    ),
    (Refusal.NUMBERS, r"may not enter numbers manually|inte ange nummer manuellt|manuella nr"),
    (
        Refusal.NO_SERIES,
        (
            r"documents that must be posted before you post"
            r"|cannot assign (new )?numbers|new numbers from the number series|assign numbers automatically"
            r"|no\. series must have a value|nummerserie|nr-?serie"
        ),
    ),
    (Refusal.EXISTS, r"already exists?\b|finns redan"),
    (
        Refusal.NO_STOCK,
        (
            r"insufficient quantity|is not (in|on) inventory|not available in inventory|otillräcklig"
            r"|inte (finns )?i lager"
        ),
    ),
    (Refusal.LICENCE, r"licen[sc]"),
    (Refusal.UNBALANCED, r"out of balance|is not in balance|inte i balans|ur balans|är i obalans"),
    (Refusal.NOTHING, r"there is nothing to post|det finns inget att bokföra"),
    (
        Refusal.OPTION,
        (
            r"is not an option|existing options are|not a valid option|is not a valid value|är inte ett alternativ"
            r"|befintliga alternativ"
        ),
    ),
    (
        Refusal.TOO_LONG,
        (
            r"length of the string|must be less than or equal to \d+ characters|exceeds the max|strängens längd"
            r"|längden på strängen"
        ),
    ),
    (
        Refusal.NO_ACCOUNT,
        (
            r"related table \(g/l account\)|does not match to an account|account does not exist"
            r"|relaterade tabellen \(redovisningskonto\)|redovisningskonto\w* finns inte"
        ),
    ),
    (
        Refusal.NO_ITEM,
        r"related table \(item\)|\bitem does not exist|match to an item\b|tabellen \(artikel\)|artikel\w* finns inte",
    ),
    (
        Refusal.NO_CUSTOMER,
        (
            r"related table \(customer\)|customer (does not exist|cannot be found)|match to a(\sspecific)? customer"
            r"|tabellen \(kund\)|kund\w* finns inte|sell-to customer cannot be found"
        ),
    ),
    (
        Refusal.NO_RECORD,
        (
            r"does not exist|cannot be found|does not match to|there is no .* within the filter|finns inte"
            r"|kan inte hittas|hittas inte|det finns ing\w* .* inom filtret"
        ),
    ),
    (
        Refusal.NO_VALUE,
        (
            r"must have a value|must not be|cannot be zero or empty|must be provided|måste ha ett värde"
            r"|får inte vara"
        ),
    ),
)
_PATTERNS = tuple((kind, re.compile(words, re.IGNORECASE | re.DOTALL)) for kind, words in _WORDS)


def refusal_of(said: str) -> Refusal | None:
    """Which refusal these words are; None when nobody knows. The first that fits counts: the narrower stand first."""
    return next((kind for kind, words in _PATTERNS if words.search(said)), None)

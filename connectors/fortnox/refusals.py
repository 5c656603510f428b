"""What Fortnox says no with, and what a person does about it.

F101 and on are known by code (fortnox.se/developer, *Errors*; recorded answers) or, where only the text is published
(help pages of Sharespine, Onslip and GastroGate), by its words.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct

from connectors.fortnox.errors import ALL_WAIT, CHART, FINDINGS, LOCK, SERIES, THERE, UNTIL_THEN, WAITS, YEARS
from connectors.wire.answers import NOT_JSON, masked, tidy
from synccenter.contract.catalogue import BOOKKEEPER, CASHIER, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach, SyncError

SAYS = "Vad det gäller står i Fortnox svar nedan."


class Rule(Struct, frozen=True):
    """A refusal: the codes it comes with, and the words (in lower case) where it has none that is published."""

    entry: Entry
    codes: tuple[int, ...] = ()
    words: str = ""


RULES: tuple[Rule, ...] = (
    Rule(
        Entry(
            "F102",
            THERE,
            Reach.ONE,
            "Ett konto är inte aktivt i Fortnox",
            f"Kontot kan inte bokföras på. {SAYS}",
            f"gör kontot aktivt i {CHART}, eller välj ett annat i Inställningar > Konton.",
            BOOKKEEPER,
            WAITS,
        ),
        words=r"konto\w* .*(inte|ej) aktivt|account .*not active",
    ),
    Rule(
        Entry(
            "F101",
            THERE,
            Reach.ONE,
            "Ett konto finns inte i Fortnox",
            f"Kontot saknas i räkenskapsårets kontoplan. {SAYS}",
            f"lägg upp kontot i {CHART}, eller välj ett annat i Inställningar > Konton.",
            BOOKKEEPER,
            WAITS,
        ),
        codes=(2000423, 2001304),
        words=r"hitta konto",
    ),
    Rule(
        Entry(
            "F103",
            THERE,
            Reach.ALIKE,
            "Verifikationsserien är inte manuell",
            f"Serien tar inte emot verifikationer utifrån. {SAYS}",
            f"välj en manuell serie i Inställningar > Konton > Verifikationsserie, eller gör serien manuell i "
            f"{SERIES}.",
            BOOKKEEPER,
            ALL_WAIT,
        ),
        words=r"verifikationsserien? .*inte manuell",
    ),
    Rule(
        Entry(
            "F104",
            THERE,
            Reach.ALIKE,
            "Verifikationsserien finns inte",
            f"Serien saknas i räkenskapsåret. {SAYS}",
            f"lägg upp serien i {SERIES}, eller välj en annan i Inställningar > Konton > Verifikationsserie.",
            BOOKKEEPER,
            ALL_WAIT,
        ),
        words=r"verifikationsserien? .*finns inte|hitta verifikationsserie",
    ),
    Rule(
        Entry(
            "F105",
            THERE,
            Reach.ONE,
            "Perioden är låst i Fortnox",
            f"Underlagets dag går inte att bokföra på. {SAYS}",
            f"flytta låsningen i {LOCK}. Fråga bokföraren först.",
            BOOKKEEPER,
            WAITS,
        ),
        codes=(2000401, 2002141),
        words=r"låst perioden|perioden är låst|låst period",
    ),
    Rule(
        Entry(
            "F106",
            THERE,
            Reach.ONE,
            "Räkenskapsåret finns inte i Fortnox",
            f"Underlagets dag ligger utanför de upplagda åren. {SAYS}",
            f"skapa året i {YEARS}.",
            BOOKKEEPER,
            WAITS,
        ),
        words=r"räkenskapsår\w* .*(saknas|finns inte|skapat)|hitta räkenskapsår|fiscal year|financial year",
    ),
    Rule(
        Entry(
            "F107",
            THERE,
            Reach.ONE,
            "Kostnadsstället finns inte i Fortnox",
            f"Kostnadsstället saknas eller är inaktivt. {SAYS}",
            "lägg upp det i Fortnox: Register > Kostnadsställen, eller ändra i "
            "Inställningar > Konton > Kostnadsställen och projekt.",
            BOOKKEEPER,
            WAITS,
        ),
        words=r"kostnadsställe",
    ),
    Rule(
        Entry(
            "F108",
            THERE,
            Reach.ONE,
            "Projektet finns inte i Fortnox",
            f"Projektet saknas eller är avslutat. {SAYS}",
            "lägg upp det i Fortnox: Register > Projekt, eller ändra i "
            "Inställningar > Konton > Kostnadsställen och projekt.",
            BOOKKEEPER,
            WAITS,
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
            UNTIL_THEN,
        ),
        codes=(2000310, 2000311),
    ),
    Rule(
        Entry(
            "F111",
            ErrorKind.SIGN_IN,
            Reach.ALIKE,
            "Inloggningen ger inte rätt till detta i Fortnox",
            f"Rättigheten var inte med när inloggningen godkändes. {SAYS}",
            "öppna Inställningar > Integration och välj ”Logga in igen” som systemadministratör; Kontrollera "
            "inställningar säger vilken rättighet som saknas.",
            OWNER,
            ALL_WAIT,
        ),
        codes=(2000663,),
        words=r"behörighet för scope",
    ),
    Rule(
        Entry(
            "F112",
            THERE,
            Reach.ALIKE,
            "Licensen i Fortnox räcker inte",
            f"Företaget har ingen aktiv licens för det som ska göras. {SAYS}",
            "lägg till licensen i Fortnox: Inställningar > Köp och licenser, eller skicka på ett annat sätt.",
            OWNER,
            ALL_WAIT,
        ),
        codes=(2001101,),
        words=r"ingen aktiv licens",
    ),
    Rule(
        Entry(
            "F113",
            THERE,
            Reach.ALL,
            "Företaget har ingen licens för integrationer i Fortnox",
            "Utan den svarar Fortnox inte på något.",
            "lägg till integrationslicensen i Fortnox: Inställningar > Köp och licenser.",
            OWNER,
            UNTIL_THEN,
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
            f"Ett värde eller ett fält är inte som Fortnox vill ha det. {SAYS}",
            "skicka dagens logg till support.",
            SUPPORT,
            WAITS,
        ),
        codes=(2000106, 2000108, 2000134, 2000359, 2000729, 2001392, 2001399, 2002115),
    ),
    Rule(
        Entry(
            "F115",
            ErrorKind.OUR_BUG,
            Reach.ONE,
            "Fortnox godtog inte frågan",
            f"En parameter eller ett filter är inte tillåtet. {SAYS}",
            "skicka dagens logg till support.",
            SUPPORT,
            WAITS,
        ),
        codes=(2000587, 2000588),
    ),
    Rule(
        Entry(
            "F116",
            ErrorKind.OUR_BUG,
            Reach.ONE,
            "Verifikationen balanserar inte enligt Fortnox",
            f"Debet och kredit är olika. {SAYS}",
            "skicka dagens logg till support.",
            SUPPORT,
            WAITS,
        ),
        words=r"balanserar inte|inte i balans|debet och kredit",
    ),
    Rule(
        Entry(
            "F120",
            THERE,
            Reach.ONE,
            "Artikeln finns inte i Fortnox",
            f"En artikel på underlaget har tagits bort. {SAYS}",
            "lägg upp artikeln i Fortnox: Register > Artiklar, eller kör Synkronisera allt.",
            OWNER,
            WAITS,
        ),
        codes=(2000428,),
        words=r"hitta artikel",
    ),
    Rule(
        Entry(
            "F121",
            THERE,
            Reach.ONE,
            "Kunden finns inte i Fortnox",
            f"Kunden har tagits bort eller saknas. {SAYS}",
            "lägg upp kunden i Fortnox: Register > Kunder.",
            OWNER,
            WAITS,
        ),
        codes=(2000433,),
        words=r"hitta kund",
    ),
    Rule(
        Entry(
            "F122",
            THERE,
            Reach.ONE,
            "Enheten finns inte i Fortnox",
            f"En artikel har en enhet som saknas. {SAYS}",
            "lägg upp enheten i Fortnox: Inställningar > Fakturering > Enheter.",
            OWNER,
            WAITS,
        ),
        codes=(2000432,),
        words=r"hitta enhet",
    ),
    Rule(
        Entry(
            "F123",
            THERE,
            Reach.ONE,
            "Betalningsvillkoret finns inte i Fortnox",
            f"Kunden har ett betalningsvillkor som saknas. {SAYS}",
            "lägg upp villkoret i Fortnox: Inställningar > Fakturering > Betalningsvillkor.",
            OWNER,
            WAITS,
        ),
        codes=(2000429,),
        words=r"hitta betalningsvillkor",
    ),
    Rule(
        Entry(
            "F124",
            THERE,
            Reach.ONE,
            "Kundnumret är upptaget i Fortnox",
            f"Numret används redan, eller hör till en kund som är borttagen. {SAYS}",
            "ge kunden ett annat nummer i kassan.",
            CASHIER,
            WAITS,
        ),
        codes=(2000637,),
    ),
    Rule(
        Entry(
            "F125",
            THERE,
            Reach.ONE,
            "Fakturan måste klarmarkeras i Fortnox",
            f"Lagermodulen kräver att fakturan är klarmarkerad innan den bokförs. {SAYS}",
            "klarmarkera fakturan i Fortnox: Fakturering > Fakturor.",
            OWNER,
            WAITS,
        ),
        words=r"klarmarkera",
    ),
    Rule(
        Entry(
            "F126",
            THERE,
            Reach.ONE,
            "Fakturan är redan betald i Fortnox",
            f"Betalningen går inte att registrera en gång till. {SAYS}",
            "se fakturans betalningar i Fortnox: Fakturering > Fakturor > Inbetalningar.",
            BOOKKEEPER,
            WAITS,
        ),
        codes=(2003055,),
        words=r"redan betald|redan slutbetald",
    ),
    Rule(
        Entry(
            "F127",
            THERE,
            Reach.ONE,
            "Betalningsdagen ligger före fakturans dag",
            f"Fortnox tar inte emot betalningen. {SAYS}",
            "se fakturans datum i Fortnox: Fakturering > Fakturor.",
            BOOKKEEPER,
            WAITS,
        ),
        words=r"betalningsdatum.*(före|tidigare)|payment date",
    ),
    Rule(
        Entry(
            "F128",
            THERE,
            Reach.ONE,
            "Momsen finns inte i Fortnox",
            f"Momssatsen är inte upplagd. {SAYS}",
            "lägg upp momssatsen i Fortnox: Inställningar > Bokföring > Moms.",
            BOOKKEEPER,
            WAITS,
        ),
        words=r"hitta moms",
    ),
    Rule(
        Entry(
            "F129",
            THERE,
            Reach.ONE,
            "Momssatsen saknar konto i Fortnox",
            f"Förenklad moms kräver ett konto för momssatsen. {SAYS}",
            "ange kontot i Fortnox: Inställningar > Bokföring > Moms.",
            BOOKKEEPER,
            WAITS,
        ),
        codes=(2004167,),
    ),
    Rule(
        Entry(
            "F130",
            THERE,
            Reach.ONE,
            "Fakturan eller ordern finns inte i Fortnox",
            f"Den har tagits bort. {SAYS}",
            "se Fortnox: Fakturering > Fakturor eller Order.",
            BOOKKEEPER,
            WAITS,
        ),
        codes=(
            2000434,
            2000439,
        ),
        words=r"hitta fakturan|hitta ordern",
    ),
)
"""In the order in which they are tried. What none of them knows is F199, in Fortnox's own words."""

UNKNOWN = Entry(
    "F199",
    THERE,
    Reach.ONE,
    "Fortnox sade nej av en orsak som Sync Center inte känner",
    "Så här skrev Fortnox: ”{said}”.",
    "läs vad Fortnox skriver. Förstår du inte vad som ska ändras: skicka dagens logg till support.",
    BOOKKEEPER,
    WAITS,
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
    except NOT_JSON:
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

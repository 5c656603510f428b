"""What Business Central answers no with, and what a person does about it. `explain.py` tells which one it is."""

from __future__ import annotations

from connectors.business_central.errors import (
    ALIKE_WAITS,
    ALL_WAITS,
    APP_UNKNOWN,
    ENVIRONMENT_MISSING,
    FOUND_HERE,
    THERE,
    WAITS,
)
from synccenter.contract.catalogue import BOOKKEEPER, CONSULTANT, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

_PASSES = "Försöket görs om av sig självt."


NO_RIGHTS = Entry(
    "BC30",
    THERE,
    Reach.ALIKE,
    "Behörighet saknas i Business Central",
    "Appen eller användaren får inte det som behövs.",
    "sök: Microsoft Entra-program (egen server: Användare) och lägg till de behörighetsuppsättningar som "
    "docs/BUSINESS-CENTRAL.md räknar upp.",
    CONSULTANT,
    ALIKE_WAITS,
)
DATE_REFUSED = Entry(
    "BC31",
    THERE,
    Reach.ONE,
    "Bokföringsdatumet är inte tillåtet i Business Central",
    "Perioden är stängd, eller inte öppnad än.",
    "sök: Redovisningsinställningar (Tillåt bokföring från/till), eller sök: Användarinställningar.",
    BOOKKEEPER,
    WAITS,
)
NO_ACCOUNT = Entry(
    "BC32",
    THERE,
    Reach.ONE,
    "Kontot finns inte i Business Central",
    "Ett konto går inte att bokföra på.",
    "sök: Kontoplan och lägg upp kontot, eller välj ett annat i Inställningar > Konton.",
    BOOKKEEPER,
    WAITS,
)
ACCOUNT_BLOCKED = Entry(
    "BC33",
    THERE,
    Reach.ONE,
    "Kontot är spärrat i Business Central",
    "Ett konto är spärrat.",
    "sök: Kontoplan, öppna kontot och ta bort Spärrad, eller välj ett annat i Inställningar > Konton.",
    BOOKKEEPER,
    WAITS,
)
NOT_DIRECT = Entry(
    "BC34",
    THERE,
    Reach.ONE,
    "Kontot tillåter inte direktbokföring",
    "Ett konto tar bara emot det som Business Central själv bokför.",
    "sök: Kontoplan, öppna kontot och slå på Direktbokföring, eller välj ett annat i Inställningar > Konton.",
    BOOKKEEPER,
    WAITS,
)
POSTING_SETUP = Entry(
    "BC35",
    THERE,
    Reach.ONE,
    "Bokföringsinställning saknas i Business Central",
    "En kombination av bokföringsmallar är inte upplagd.",
    "sök: Bokföringsinställningar (General Posting Setup) och lägg upp den som svaret nämner; kundens mallar finns på "
    "kundkortet, artikelns på artikelkortet.",
    CONSULTANT,
    WAITS,
)
VAT_SETUP = Entry(
    "BC36",
    THERE,
    Reach.ONE,
    "Momsbokföringsinställning saknas i Business Central",
    "En kombination av momsbokföringsmallar är inte upplagd.",
    "sök: Momsbokföringsinställningar (VAT Posting Setup) och lägg upp den som svaret nämner.",
    CONSULTANT,
    WAITS,
)
NO_VALUE = Entry(
    "BC37",
    THERE,
    Reach.ONE,
    "En uppgift saknas i Business Central",
    "Ett fält måste ha ett värde.",
    "läs svaret nedan: där står vilket fält och på vilken post. Sök efter posten och fyll i det.",
    CONSULTANT,
    WAITS,
)
NO_ITEM = Entry(
    "BC38",
    THERE,
    Reach.ONE,
    "Artikeln finns inte i Business Central",
    "En artikel på underlaget finns inte.",
    "sök: Artiklar och lägg upp den, eller kör Synkronisera allt så att kassan får Business Centrals artiklar.",
    OWNER,
    WAITS,
)
ITEM_BLOCKED = Entry(
    "BC39",
    THERE,
    Reach.ONE,
    "Artikeln är spärrad i Business Central",
    "En artikel på underlaget är spärrad.",
    "sök: Artiklar, öppna den och ta bort Spärrad (eller Försäljning spärrad).",
    OWNER,
    WAITS,
)
NO_CUSTOMER = Entry(
    "BC40",
    THERE,
    Reach.ONE,
    "Kunden finns inte i Business Central",
    "{about}En faktura eller order måste ha en kund som finns.",
    "sök: Kunder och lägg upp den; kontantkundens nummer står i Inställningar > Konton > Kontantkund.",
    OWNER,
    WAITS,
    cause=("about",),
)
CUSTOMER_BLOCKED = Entry(
    "BC41",
    THERE,
    Reach.ONE,
    "Kunden är spärrad i Business Central",
    "{about}Kunden får inte faktureras.",
    "sök: Kunder, öppna kunden och ta bort Spärrad.",
    OWNER,
    WAITS,
    cause=("about",),
)
DIMENSION = Entry(
    "BC42",
    THERE,
    Reach.ONE,
    "Dimensionen godtas inte i Business Central",
    "Ett dimensionsvärde saknas, är spärrat eller krävs på kontot.",
    "sök: Dimensioner och lägg upp värdet, eller ändra Inställningar > Konton.",
    BOOKKEEPER,
    WAITS,
)
UNBALANCED = Entry(
    "BC43",
    THERE,
    Reach.ALIKE,
    "Journalen går inte ihop i Business Central",
    "Journalen är inte i balans. Oftast har någon ändrat rader i Sync Centers journal.",
    "sök: Redovisningsjournaler, öppna journalen och ta bort det som inte kommer från kassan.",
    BOOKKEEPER,
    ALIKE_WAITS,
)
EXISTS = Entry(
    "BC44",
    THERE,
    Reach.ONE,
    "Numret finns redan i Business Central",
    "Business Central har redan något med det numret.",
    "sök på numret och se om underlaget redan är bokfört: märk det då som bokfört.",
    BOOKKEEPER,
    WAITS,
)
NUMBERS = Entry(
    "BC45",
    THERE,
    Reach.ALIKE,
    "Nummerserien i Business Central hindrar",
    "Nummerserien är slut eller tillåter inte kassans nummer.",
    "sök: Nummerserier och utöka serien. Sync Centers journaler ska inte ha någon nummerserie.",
    CONSULTANT,
    ALIKE_WAITS,
)
NO_STOCK = Entry(
    "BC46",
    THERE,
    Reach.ONE,
    "Artikeln räcker inte i lager",
    "Business Central tillåter inte negativt lager.",
    "inventera artikeln, eller sök: Lagerinställningar och ändra Förhindra negativt lager.",
    OWNER,
    WAITS,
)
LICENCE = Entry(
    "BC47",
    THERE,
    Reach.ALIKE,
    "Licensen i Business Central tillåter det inte",
    "Användaren eller företaget saknar licens för det som behövs.",
    "fråga konsulten vad licensen omfattar.",
    CONSULTANT,
    ALIKE_WAITS,
)
TEXT_TOO_LONG = Entry(
    "BC48",
    THERE,
    Reach.ONE,
    "En text är för lång för Business Central",
    "Ett fält tar emot färre tecken än Sync Center tror.",
    "skicka dagens logg till support.",
    SUPPORT,
    WAITS,
)
NO_RECORD = Entry(
    "BC49",
    THERE,
    Reach.ONE,
    "Något som underlaget hänvisar till finns inte i Business Central",
    "Posten som svaret nämner finns inte.",
    "sök efter den och lägg upp den, eller ändra i inställningarna.",
    CONSULTANT,
    WAITS,
)
CHANGED = Entry(
    "BC50",
    ErrorKind.RETRY,
    Reach.ONE,
    "Någon annan ändrade samtidigt i Business Central",
    "Posten ändrades av någon annan mellan läsning och skrivning.",
    "inget behöver göras.",
    SUPPORT,
    _PASSES,
)
LOCKED = Entry(
    "BC51",
    ErrorKind.RETRY,
    Reach.ONE,
    "En tabell är låst i Business Central",
    "Någon annan bokför just nu.",
    "inget behöver göras.",
    SUPPORT,
    _PASSES,
)
NOTHING = Entry(
    "BC52",
    THERE,
    Reach.ONE,
    "Business Central hittar inget att bokföra",
    "Journalen var tom när den skulle bokföras.",
    "inget behöver göras: underlaget skickas igen.",
    SUPPORT,
    WAITS,
)
API_OFF = Entry(
    "BC53",
    THERE,
    Reach.ALL,
    "API:et är avstängt på Business Central-servern",
    "Servern har inte API-tjänster på.",
    "slå på ”Enable API Services” för instansen (Business Central Server Administration) och starta om den.",
    CONSULTANT,
    ALL_WAITS,
)

_WORDS = (
    CHANGED,
    LOCKED,
    DATE_REFUSED,
    CUSTOMER_BLOCKED,
    ITEM_BLOCKED,
    ACCOUNT_BLOCKED,
    NOT_DIRECT,
    VAT_SETUP,
    POSTING_SETUP,
    DIMENSION,
    NO_RIGHTS,
    EXISTS,
    NUMBERS,
    NO_STOCK,
    LICENCE,
    UNBALANCED,
    NOTHING,
    TEXT_TOO_LONG,
    NO_ACCOUNT,
    NO_ITEM,
    NO_CUSTOMER,
    NO_RECORD,
    NO_VALUE,
)
REFUSALS = (APP_UNKNOWN, ENVIRONMENT_MISSING, API_OFF, *_WORDS)
"""What Business Central answers with."""
ENTRIES = tuple(sorted((*FOUND_HERE, *REFUSALS), key=lambda entry: entry.code))

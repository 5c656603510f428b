"""What NAV says no with (NAV30 to NAV50), and what a person does about it. `explain` tells which one it is."""

from __future__ import annotations

from connectors.dynamics_nav.errors import HERE, THERE, WAITS
from synccenter.contract.catalogue import BOOKKEEPER, CONSULTANT, OWNER
from synccenter.contract.errors import Entry, ErrorKind, Reach

CONFLICT = Entry(
    "NAV30",
    ErrorKind.RETRY,
    Reach.ONE,
    "Någon annan ändrade samtidigt i NAV",
    "{about}Posten ändrades av någon annan två gånger i rad medan den skulle sparas.",
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
    "{about}Någon annan bokför just nu.",
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
    "{about}Datumet ligger utanför den tillåtna perioden.",
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
    "{about}Kunden är spärrad för fakturering.",
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
    "{about}Artikeln är spärrad.",
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
    "{about}Kunden, artikeln eller kontot saknar en bokföringsgrupp, eller så saknas kombinationen i inställningarna.",
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
    "{about}Användaren får inte läsa eller skriva i tabellen.",
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
    "{about}En post med samma nummer finns redan.",
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
    "{about}Nummerserien tillåter inte manuella nummer.",
    "öppna nummerserien under Avdelningar > Administration > Programinställningar > Nummerserier och sätt Manuella nr.",
    CONSULTANT,
    WAITS,
    cause=("about",),
)
NO_STOCK = Entry(
    "NAV39",
    THERE,
    Reach.ONE,
    "Artikeln räcker inte i lager",
    "{about}NAV tillåter inte negativt lager.",
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
    "{about}Sidan eller tabellen ingår inte i licensen, eller så är alla användarplatser upptagna.",
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
    "{about}Journalen är inte i balans. Oftast har någon ändrat rader i Sync Centers journal.",
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
    "{about}Ett alternativ, t.ex. G/L Account, känns inte igen.",
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
    "{about}Ett fält tar emot färre tecken än sidans beskrivning säger.",
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
    "{about}En kund, en artikel, ett konto, en dimension eller en journal finns inte.",
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
    "{about}Ett fält måste ha ett värde.",
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
    "{about}Ett konto i underlaget är spärrat eller inget bokföringskonto.",
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
    "{about}NAV bokför bara på kontot genom sina egna journaler.",
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
    "som det har.",
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
    "{about}Journalmallen eller journalen finns inte.",
    "rätta mall och namn i Inställningar > Integration, eller lägg upp journalen i NAV (docs/NAV.md, Journaler).",
    CONSULTANT,
    WAITS,
    cause=("about",),
)
STOCK_CLOSED = Entry(
    "NAV70",
    THERE,
    Reach.ONE,
    "Lagerperioden är stängd i NAV",
    "{about}Lagret får inte ändras den dagen.",
    "öppna lagerperioden under Avdelningar > Ekonomihantering > Lager > Lagerperioder (Inventory Periods), eller låt "
    "bokföraren avgöra hur det sålda ska bokföras. Det är inte Bokföring tillåten fr.o.m. som hindrar.",
    BOOKKEEPER,
    WAITS,
    cause=("about",),
)
NO_SERIES = Entry(
    "NAV71",
    THERE,
    Reach.ONE,
    "NAV har inget nummer att ge dokumentet",
    "{about}Nummerserien är slut, saknas eller delar inte ut nummer av sig själv.",
    "öppna Avdelningar > Försäljning > Administration > Försäljningsinställningar > Nummerserier och se efter serierna "
    "för fakturor och kreditnotor, också de bokförda. Serien ska ha Standardnr och en rad med nummer kvar för dagen.",
    CONSULTANT,
    WAITS,
    cause=("about",),
)
EXPIRED = Entry(
    "NAV50",
    ErrorKind.RETRY,
    Reach.ONE,
    "NAV har glömt var läsningen var",
    "Märket för nästa sida gäller inte längre.",
    "inget – läsningen börjar om.",
    OWNER,
    "Kassans register ändras inte förrän allt är läst.",
)

REFUSALS = (
    CONFLICT,
    LOCKED,
    PERIOD_CLOSED,
    CUSTOMER_BLOCKED,
    ITEM_BLOCKED,
    SETUP_MISSING,
    NO_RIGHTS,
    ALREADY_THERE,
    NO_MANUAL_NUMBERS,
    NO_STOCK,
    LICENCE,
    UNBALANCED,
    WRONG_OPTION,
    TEXT_TOO_LONG,
    NOT_FOUND,
    VALUE_MISSING,
    ACCOUNT_BLOCKED,
    DIRECT_POSTING,
    DIMENSION,
    JOURNAL_MISSING,
    STOCK_CLOSED,
    NO_SERIES,
    EXPIRED,
)

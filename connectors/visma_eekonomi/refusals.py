"""What eEkonomi says no with, and what a person does about it.

The vendor's own codes (`ErrorCode` in the body, developer portal) are kept in ours, less a zero: 3002 is V302 and
4026 is V426. 4002 has several meanings: V402 and V499 are those of its texts that speak of modules, V19 the rest.
"""

from __future__ import annotations

from connectors.visma_eekonomi.errors import FINDINGS, THERE, WAITS
from synccenter.contract.catalogue import BOOKKEEPER, CASHIER, CONSULTANT, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

_OWN_WORDS = "Vad det gäller står i eEkonomis svar nedan."


REFUSALS = {
    2000: Entry(
        "V200",
        THERE,
        Reach.ONE,
        "Uppgifterna godtogs inte av eEkonomi",
        "{about}Något i underlaget har fel form eller saknas. " + _OWN_WORDS,
        "läs svaret nedan. Vanligast är ett inaktivt konto, eller en uppgift som saknas på kunden eller artikeln.",
        CONSULTANT,
        WAITS,
        cause=("about",),
    ),
    3000: Entry(
        "V300",
        THERE,
        Reach.ONE,
        "Det som underlaget hänvisar till finns inte i eEkonomi",
        "{about}En artikel, en kund eller ett annat register har tagits bort. " + _OWN_WORDS,
        "kör Synkronisera allt, så hämtas registren på nytt.",
        OWNER,
        WAITS,
        cause=("about",),
    ),
    3001: Entry(
        "V301",
        THERE,
        Reach.ONE,
        "Räkenskapsåret finns inte i eEkonomi",
        "Datumet ligger utanför de upplagda räkenskapsåren.",
        "lägg upp året i eEkonomi under Inställningar > Räkenskapsår och ingående balanser.",
        BOOKKEEPER,
        WAITS,
    ),
    3002: Entry(
        "V302",
        THERE,
        Reach.ONE,
        "Kontot finns inte i eEkonomi",
        "{about}Ett konto i underlaget saknas i räkenskapsårets kontoplan. " + _OWN_WORDS,
        "lägg upp eller aktivera kontot i eEkonomi under Inställningar > Kontoplan, eller välj ett annat konto i "
        "Inställningar > Konton.",
        BOOKKEEPER,
        WAITS,
        cause=("about",),
    ),
    3003: Entry(
        "V303",
        THERE,
        Reach.ALIKE,
        "Användaren får inte attestera",
        "Företaget kräver attest och användaren saknar den behörigheten.",
        "ge användaren attesträtt i eEkonomi under Inställningar > Användare och behörighet.",
        OWNER,
        WAITS,
    ),
    4000: Entry(
        "V400",
        THERE,
        Reach.ONE,
        "Det finns redan i eEkonomi",
        "{about}Något med samma nummer finns redan. " + _OWN_WORDS,
        "leta upp numret i eEkonomi och jämför. Är det samma underlag: markera det som bokfört.",
        BOOKKEEPER,
        then="Inget skickades. Allt annat skickas.",
        cause=("about",),
    ),
    4001: Entry(
        "V401",
        THERE,
        Reach.ONE,
        "Det går inte att ta bort i eEkonomi",
        "Det som skulle tas bort används någon annanstans.",
        "gör det inaktivt i eEkonomi i stället.",
        OWNER,
        WAITS,
    ),
    4002: Entry(
        "V19",
        THERE,
        Reach.ONE,
        "Något i underlaget får inte användas i eEkonomi",
        "{about}Ett konto, ett kassa- eller bankkonto, en kund eller en artikel är inaktiv, eller kontot är spärrat "
        "för manuell bokföring. " + _OWN_WORDS,
        "läs svaret nedan. Aktivera kontot eller häv spärren under Inställningar > Kontoplan, kassa- eller bankkontot "
        "under Inställningar > Kassa- och bankkonton, kunden under Försäljning > Kunder eller artikeln under "
        "Försäljning > Artiklar.",
        BOOKKEEPER,
        WAITS,
        cause=("about",),
    ),
    4003: Entry(
        "V403",
        THERE,
        Reach.ALL,
        "Startguiden i eEkonomi är inte klar",
        "Företaget har inte gått igenom eEkonomis startguide.",
        "logga in i eEkonomi och gör klart startguiden.",
        OWNER,
        then="Inget skickas förrän den är klar.",
    ),
    4004: Entry(
        "V404",
        THERE,
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
        WAITS,
    ),
    4007: Entry(
        "V407",
        THERE,
        Reach.ALIKE,
        "Användaren har inte behörighet till detta i eEkonomi",
        "Den som loggade in saknar behörigheten. " + _OWN_WORDS,
        "ge användaren behörigheten i eEkonomi under Inställningar > Användare och behörighet, eller logga in med en "
        "annan användare.",
        OWNER,
        WAITS,
    ),
    4008: Entry(
        "V408",
        THERE,
        Reach.ONE,
        "Ett nummer har fel kontrollsiffra",
        "{about}eEkonomi räknar efter kontrollsiffran, oftast i ett organisations- eller personnummer. " + _OWN_WORDS,
        "rätta numret på kunden i kassan.",
        CASHIER,
        WAITS,
        cause=("about",),
    ),
    4009: Entry(
        "V409",
        THERE,
        Reach.ALIKE,
        "Funktionen ingår inte i företagets variant av eEkonomi",
        "Företagets variant av eEkonomi saknar det som underlaget behöver. " + _OWN_WORDS,
        "byt variant hos Spiris, eller skicka på ett annat sätt i Inställningar > Konton > Skicka som.",
        OWNER,
        WAITS,
    ),
    4011: Entry(
        "V411",
        THERE,
        Reach.ALL,
        "Den som loggade in hör inte till företaget i eEkonomi",
        "Användaren har inte tillgång till eEkonomi för det här företaget.",
        "ge användaren tillgång i eEkonomi under Inställningar > Användare och behörighet, eller välj ”Logga in igen” "
        "i Inställningar > Integration med en användare som har det.",
        OWNER,
        then="Inget skickas förrän tillgången finns.",
    ),
    4012: Entry(
        "V412",
        THERE,
        Reach.ALL,
        "Licensavtalet är inte godkänt i eEkonomi",
        "Ingen har godkänt Spiris licensavtal för företaget.",
        "logga in i eEkonomi och godkänn licensavtalet.",
        OWNER,
        then="Inget skickas förrän det är godkänt.",
    ),
    4013: Entry(
        "V413",
        THERE,
        Reach.ONE,
        "Fakturan går inte att bokföra i eEkonomi",
        "{about}Bokföringen av fakturan stoppades, till exempel av ett låst räkenskapsår eller en låst period. "
        + _OWN_WORDS,
        "läs svaret nedan. Är tiden låst: fråga bokföraren, och lås upp i eEkonomi under Inställningar > "
        "Företagsinställningar > Bokföring.",
        BOOKKEEPER,
        WAITS,
        cause=("about",),
    ),
    4019: Entry(
        "V419",
        THERE,
        Reach.ALL,
        "Användaren får bara läsa i eEkonomi",
        "Den som loggade in har bara läsbehörighet.",
        "logga in igen med en användare som får bokföra, eller ändra behörigheten i eEkonomi under Inställningar > "
        "Användare och behörighet.",
        OWNER,
        then="Inget skickas förrän behörigheten finns.",
    ),
    4023: Entry(
        "V423",
        THERE,
        Reach.ONE,
        "Datumet ligger i framtiden",
        "eEkonomi tar inte emot ett datum som inte har varit än.",
        "kontrollera datorns och kassans klocka.",
        CASHIER,
        WAITS,
    ),
    4024: Entry(
        "V424",
        THERE,
        Reach.ONE,
        "Artikelns försäljningskonto saknas i eEkonomi",
        "{about}Artikelkonteringen har inget försäljningskonto för den här momsen. " + _OWN_WORDS,
        "ange kontot i eEkonomi under Inställningar > Artikelkonteringar.",
        BOOKKEEPER,
        WAITS,
        cause=("about",),
    ),
    4025: Entry(
        "V425",
        THERE,
        Reach.ONE,
        "Kundens momsregistreringsnummer är fel",
        "{about}eEkonomi godtar inte momsregistreringsnumret på kunden. " + _OWN_WORDS,
        "rätta numret i eEkonomi under Försäljning > Kunder.",
        OWNER,
        WAITS,
        cause=("about",),
    ),
    4026: Entry(
        "V426",
        THERE,
        Reach.ONE,
        "Bokföringen är låst för den dagen",
        "Perioden är låst i eEkonomi.",
        "lås upp i eEkonomi under Inställningar > Företagsinställningar > Bokföring. Fråga bokföraren först: är momsen "
        "redovisad ska underlaget bokföras på en senare dag.",
        BOOKKEEPER,
        WAITS,
    ),
    4028: Entry(
        "V428",
        THERE,
        Reach.ONE,
        "Ordern går inte att ångra",
        "Ordern har restordrar i eEkonomi.",
        "ta hand om restordern i eEkonomi under Försäljning > Order.",
        OWNER,
        WAITS,
    ),
    4029: Entry(
        "V429",
        THERE,
        Reach.ONE,
        "Personnumret är fel",
        "eEkonomi godtar inte kundens personnummer.",
        "rätta personnumret på kunden i kassan.",
        CASHIER,
        WAITS,
    ),
    4032: Entry(
        "V432",
        ErrorKind.OUR_BUG,
        Reach.ONE,
        "Raderna går inte ihop",
        "eEkonomi räknar fram en annan summa än raderna. " + _OWN_WORDS,
        "skicka dagens logg till support.",
        SUPPORT,
        WAITS,
    ),
    4033: Entry(
        "V433",
        THERE,
        Reach.ALIKE,
        "Underlaget måste attesteras i eEkonomi",
        "Företaget använder attestflöde, och det släpper inte igenom underlaget.",
        "undanta verifikationer från attest i eEkonomi under Inställningar > Attest.",
        OWNER,
        WAITS,
    ),
    4034: Entry(
        "V434",
        ErrorKind.FIX_IN_SETTINGS,
        Reach.ALL,
        "Provmiljöns klient-id används mot den skarpa miljön",
        "eEkonomi svarar att klient-id:t bara får användas i Vismas provmiljö.",
        "välj rätt miljö eller byt klient-id i Inställningar > Integration. Uppgifterna kommer från JobOffice; se "
        "docs/VISMA.md.",
        SUPPORT,
        then="Inget skickas förrän det är rättat.",
    ),
    4038: Entry(
        "V438",
        THERE,
        Reach.ONE,
        "Räkenskapsåret är låst",
        "Datumet ligger i ett räkenskapsår som är låst i eEkonomi.",
        "lås upp året i eEkonomi under Inställningar > Räkenskapsår och ingående balanser. Fråga bokföraren först.",
        BOOKKEEPER,
        WAITS,
    ),
    5005: Entry(
        "V505",
        THERE,
        Reach.ONE,
        "Projektet är avslutat i eEkonomi",
        "{about}Underlaget har ett projekt som är avslutat. " + _OWN_WORDS,
        "öppna projektet i eEkonomi under Inställningar > Kostnadsställen och projekt, eller välj ett annat i "
        "Inställningar > Konton > Kostnadsställen och projekt.",
        BOOKKEEPER,
        WAITS,
        cause=("about",),
    ),
    5006: Entry(
        "V506",
        THERE,
        Reach.ONE,
        "Kostnadsstället är inaktivt i eEkonomi",
        "{about}Underlaget har ett kostnadsställe som är inaktivt. " + _OWN_WORDS,
        "aktivera det i eEkonomi under Inställningar > Kostnadsställen och projekt, eller välj ett annat i "
        "Inställningar > Konton > Kostnadsställen och projekt.",
        BOOKKEEPER,
        WAITS,
        cause=("about",),
    ),
    6000: Entry(
        "V600",
        ErrorKind.OUR_BUG,
        Reach.ONE,
        "Frågan förstods inte av eEkonomi",
        "Ett filter eller ett datum i frågan har en form som eEkonomi inte tar emot. " + _OWN_WORDS,
        "skicka dagens logg till support.",
        SUPPORT,
        WAITS,
    ),
}
"""By `ErrorCode` (the vendor's list of 56, developer.vismaonline.com/docs/error-codes-copy-1, read 2026-09-13).

4010, the rate limit, is dealt with by the HTTP layer; 5000 to 5002 are faults of theirs, told as such (N04); 6001 is
as 6000. What is not here cannot be met by what we send, as far as their description tells: `UNKNOWN`.
"""

UNKNOWN = Entry(
    "V205",
    THERE,
    Reach.ONE,
    "Affärssystemet sa nej",
    "{about}eEkonomi svarade med felkod {said}, som Sync Center inte har någon egen förklaring till. " + _OWN_WORDS,
    "läs svaret nedan och rätta det i eEkonomi. Hjälper det inte: skicka dagens logg till support, som kan fråga "
    "Spiris (api@spiris.se) om koden.",
    CONSULTANT,
    WAITS,
    cause=("said", "about"),
)
"""A code of theirs that means nothing to us."""

NO_MODULE = Entry(
    "V402",
    THERE,
    Reach.ALIKE,
    "Funktionen är inte påslagen i eEkonomi",
    "Underlaget kan inte skapas: en modul eller tilläggstjänst saknas. " + _OWN_WORDS,
    "slå på den i eEkonomi under Inställningar > Appar och tillägg, och kontrollera vad licensen omfattar.",
    OWNER,
    WAITS,
)
"""The other meaning of 4002, told apart by its text."""

MODULE = Entry(
    "V499",
    THERE,
    Reach.ALL,
    "API:et är inte påslaget i eEkonomi",
    "eEkonomi svarar att företaget inte har tillgång till modulen för integrationer.",
    "slå på API i eEkonomi under Inställningar > Appar och tillägg, och kontrollera att rätt företag valdes vid "
    "inloggningen (standardföretaget kan vara ett utan licens).",
    OWNER,
    then="Inget skickas förrän det är påslaget.",
)

ENTRIES = (*FINDINGS, *REFUSALS.values(), NO_MODULE, MODULE, UNKNOWN)

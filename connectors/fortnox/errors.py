"""What the connector finds wrong with Fortnox, and what a person does about it.

F01 to F49 are what the connector itself finds out before or after talking to Fortnox; Fortnox's own refusals are in
`refusals.py`. Menu paths are those of Fortnox in Swedish.
"""

from __future__ import annotations

from synccenter.contract.catalogue import BOOKKEEPER, CASHIER, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

SYSTEM = "Fortnox"

THERE = ErrorKind.FIX_IN_BUSINESS_SYSTEM
HERE = ErrorKind.FIX_IN_SETTINGS
WAITS = "Underlaget väntar och skickas av sig självt när det är rättat. Allt annat skickas."
ALL_WAIT = "Underlagen väntar och skickas av sig själva när det är rättat."
UNTIL_THEN = "Tills dess hämtas och skickas inget; kvittona väntar och skickas av sig själva efteråt."
CHART = "Fortnox: Inställningar > Bokföring > Kontoplan"
SERIES = "Fortnox: Inställningar > Bokföring > Verifikationsserier"
LOCK = "Fortnox: Inställningar > Bokföring > Lås period"
YEARS = "Fortnox: Inställningar > Bokföring > Räkenskapsår"

NOT_SET_UP = Entry(
    "F01",
    HERE,
    Reach.ALL,
    "Fortnox är inte inställt",
    "{missing} saknas.",
    "öppna Inställningar > Integration och fyll i {missing}. Uppgifterna kommer från JobOffice; se docs/FORTNOX.md.",
    SUPPORT,
    UNTIL_THEN,
    cause=("missing",),
)
YEAR_MISSING = Entry(
    "F02",
    THERE,
    Reach.ONE,
    "Räkenskapsåret finns inte i Fortnox",
    "Det finns inget räkenskapsår som omfattar {date}.",
    f"skapa året i {YEARS}.",
    BOOKKEEPER,
    "Det som hör till året väntar och skickas av sig självt.",
)
PERIOD_LOCKED = Entry(
    "F03",
    THERE,
    Reach.ONE,
    "Bokföringen är låst",
    "Bokföringen i Fortnox är låst till och med {to}, och underlaget är daterat {date}.",
    f"flytta låsningen i {LOCK}. Fråga bokföraren först.",
    BOOKKEEPER,
    "Det som hör till den låsta tiden väntar och skickas av sig självt.",
)
ACCOUNT_MISSING = Entry(
    "F04",
    THERE,
    Reach.ONE,
    "Kontot finns inte i Fortnox",
    "Konto {account} saknas i kontoplanen för räkenskapsåret {year}.",
    f"lägg upp kontot i {CHART}, eller välj ett annat i Inställningar > Konton.",
    BOOKKEEPER,
    WAITS,
    cause=("account",),
)
ACCOUNT_INACTIVE = Entry(
    "F05",
    THERE,
    Reach.ONE,
    "Kontot är inte aktivt i Fortnox",
    "Konto {account} är inaktivt i räkenskapsåret {year}.",
    f"gör kontot aktivt i {CHART}, eller välj ett annat i Inställningar > Konton.",
    BOOKKEEPER,
    WAITS,
    cause=("account",),
)
SERIES_MISSING = Entry(
    "F06",
    HERE,
    Reach.ALIKE,
    "Verifikationsserien finns inte i Fortnox",
    "Serie ”{series}” saknas i räkenskapsåret {year}.",
    f"välj en annan serie i Inställningar > Konton > Verifikationsserie, eller lägg upp den i {SERIES}.",
    BOOKKEEPER,
    ALL_WAIT,
    cause=("series",),
)
SERIES_NOT_MANUAL = Entry(
    "F07",
    HERE,
    Reach.ALIKE,
    "Verifikationsserien tar inte emot verifikationer utifrån",
    "Serie ”{series}” är inte manuell i Fortnox.",
    f"välj en manuell serie i Inställningar > Konton > Verifikationsserie, eller gör serien manuell i {SERIES}.",
    BOOKKEEPER,
    ALL_WAIT,
    cause=("series",),
)
DIMENSION_MISSING = Entry(
    "F08",
    THERE,
    Reach.ONE,
    "Kostnadsstället eller projektet finns inte i Fortnox",
    "{kind} ”{name}” finns inte eller är inte aktivt.",
    "lägg upp det i Fortnox: Register > Kostnadsställen eller Projekt, eller ändra i "
    "Inställningar > Konton > Kostnadsställen och projekt.",
    BOOKKEEPER,
    WAITS,
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
    UNTIL_THEN,
    cause=("scopes",),
)
SIGN_IN_OLD = Entry(
    "F10",
    ErrorKind.SIGN_IN,
    Reach.ALL,
    "Inloggningen i Fortnox går snart ut",
    "Den har inte förnyats på länge och gäller bara {days} dagar till, om Sync Center inte körs.",
    "låt kassadatorn stå på så att inloggningen förnyas, eller välj Servicekonto i Inställningar > Integration "
    "> Logga in som.",
    OWNER,
    "Allt hämtas och skickas som vanligt.",
)
TENANT_UNKNOWN = Entry(
    "F11",
    ErrorKind.SIGN_IN,
    Reach.ALL,
    "Fortnox sade inte vilket företag det är",
    "Företagets databasnummer saknas i svaret, så servicekontot kan inte användas.",
    "fyll i Inställningar > Integration > Databasnummer, eller välj där att logga in som person.",
    OWNER,
    UNTIL_THEN,
)

CUSTOMER_MISSING = Entry(
    "F12",
    THERE,
    Reach.ONE,
    "Kunden finns inte i Fortnox",
    "Kundnummer ”{customer}” finns inte i Fortnox.",
    "lägg upp kunden i Fortnox: Register > Kunder. Gäller det kontantkunden: se Inställningar > Konton > Kontantkund.",
    OWNER,
    WAITS,
    cause=("customer",),
)
INVOICE_DIFFERS = Entry(
    "F13",
    THERE,
    Reach.ONE,
    "Fakturan i Fortnox stämmer inte med kvittot",
    "Faktura {number} är på {there} kr, men kvittot är på {till} kr.",
    "makulera eller kreditera fakturan i Fortnox: Fakturering > Fakturor, och markera underlaget som bokfört för hand.",
    BOOKKEEPER,
    "Underlaget skickas inte igen förrän någon har tagit ställning. Allt annat skickas.",
)
INVOICE_NOT_PAID = Entry(
    "F14",
    THERE,
    Reach.ONE,
    "Fakturan i Fortnox är inte färdigbetald",
    "Faktura {number} har {open} kr kvar att betala, fast kvittots betalningar är registrerade.",
    "se betalningarna i Fortnox: Fakturering > Fakturor > Inbetalningar, och rätta dem där.",
    BOOKKEEPER,
    "Underlaget skickas inte igen förrän någon har tagit ställning. Allt annat skickas.",
)
INVOICE_INTERRUPTED = Entry(
    "F15",
    ErrorKind.RETRY,
    Reach.ONE,
    "Fakturan är skapad men inte färdig",
    "Någon valde Avbryt innan fakturan var bokförd och betald.",
    "inget – resten görs vid nästa synkronisering.",
    CASHIER,
    "Fakturan skapas aldrig en gång till.",
)

PAYMENT_DIFFERS = Entry(
    "F16",
    THERE,
    Reach.ONE,
    "Fakturan har en annan betalning i Fortnox än kvittot",
    "Faktura {number} har betalning {payment} på {amount} kr på konto {account}, och den finns inte på kvittot.",
    "rätta eller ta bort betalningen i Fortnox: Fakturering > Fakturor > Inbetalningar.",
    BOOKKEEPER,
    "Underlaget skickas inte igen förrän någon har tagit ställning. Allt annat skickas.",
)

WAREHOUSE_ON = Entry(
    "F17",
    ErrorKind.NOTHING,
    Reach.NOBODY,
    "Lagermodulen är på i Fortnox",
    "Fakturor måste då klarmarkeras innan de bokförs, och saldot är lagrets eget.",
    "inget – Sync Center klarmarkerar fakturorna, och kassan ändrar inte saldot.",
    CASHIER,
)

MAY_NOT_ATTACH = Entry(
    "F131",
    ErrorKind.SIGN_IN,
    Reach.ALIKE,
    "Inloggningen ger inte rätt att bifoga filer i Fortnox",
    "Fortnox har inte gett rätt till: {scopes}.",
    "öppna Inställningar > Integration och välj ”Logga in igen” som systemadministratör, eller stäng av ”Bifoga "
    "Z-rapporten till verifikationen” i Inställningar > Fortnox.",
    OWNER,
    "Verifikationerna bokförs ändå; sidorna läggs till när rättigheten finns.",
)

MAY_NOT_READ_PRICES = Entry(
    "F132",
    ErrorKind.SIGN_IN,
    Reach.ALIKE,
    "Inloggningen ger inte rätt att läsa prislistorna i Fortnox",
    "Fortnox har inte gett rätt till: price.",
    "öppna Inställningar > Integration och välj ”Logga in igen” som systemadministratör, eller stäng av ”Hämta "
    "prislistorna” i Inställningar > Fortnox.",
    OWNER,
    "Kassan behåller de prislistor den har; allt annat hämtas och skickas.",
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
    CUSTOMER_MISSING,
    INVOICE_DIFFERS,
    INVOICE_NOT_PAID,
    INVOICE_INTERRUPTED,
    PAYMENT_DIFFERS,
    WAREHOUSE_ON,
    MAY_NOT_ATTACH,
    MAY_NOT_READ_PRICES,
)

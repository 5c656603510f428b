"""What the connector itself finds out before or after talking to eEkonomi (V01 to V29, V60), and what a person does
about it.

What eEkonomi says no with is in `refusals`. Menu paths are those of Spiris Bokföring & Fakturering (eEkonomi) in
Swedish.
"""

from __future__ import annotations

from synccenter.contract.catalogue import BOOKKEEPER, CASHIER, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

SYSTEM = "Visma eEkonomi"

THERE = ErrorKind.FIX_IN_BUSINESS_SYSTEM
_HERE = ErrorKind.FIX_IN_SETTINGS
_UNTIL_THEN = "Tills dess hämtas och skickas inget; kvittona väntar och skickas av sig själva efteråt."
WAITS = "Underlaget väntar och skickas av sig självt när det är rättat. Allt annat skickas."

ARTICLE_MISSING = Entry(
    "V01",
    THERE,
    Reach.ONE,
    "Artikeln finns inte i eEkonomi",
    "”{article}” på kvittot finns inte som aktiv artikel i eEkonomi, så fakturan får varken konto eller moms.",
    "lägg upp artikeln i eEkonomi under Försäljning > Artiklar, eller ange en ersättningsartikel för konto {account} "
    "med {rate} % moms i Inställningar > Integration > Ersättningsartiklar.",
    OWNER,
    WAITS,
    cause=("article",),
)
VAT_DIFFERS = Entry(
    "V02",
    THERE,
    Reach.ONE,
    "Artikeln har en annan moms i eEkonomi",
    "”{article}” såldes med {till} % moms men har {there} % i eEkonomi (artikelkontering {coding}).",
    "rätta artikelkonteringen i eEkonomi under Försäljning > Artiklar > {article}, eller momsen i kassan.",
    BOOKKEEPER,
    WAITS,
    cause=("article",),
)
BANK_ACCOUNT_MISSING = Entry(
    "V03",
    THERE,
    Reach.ONE,
    "Betalsättets konto saknas under Kassa- och bankkonton",
    "Betalningar med {method} bokförs på {account}, men inget aktivt kassa- eller bankkonto i eEkonomi har det kontot.",
    "lägg till ett kassakonto med konto {account} i eEkonomi under Inställningar > Kassa- och bankkonton.",
    BOOKKEEPER,
    WAITS,
    cause=("account",),
)
CUSTOMER_MISSING = Entry(
    "V04",
    THERE,
    Reach.ONE,
    "Kunden finns inte i eEkonomi",
    "Kundnummer ”{customer}” finns inte i eEkonomi.",
    "lägg upp kunden i eEkonomi under Försäljning > Kunder. Gäller det kontantkunden: se Inställningar > Konton "
    "> Kontantkund.",
    OWNER,
    WAITS,
    cause=("customer",),
)
CUSTOMER_INCOMPLETE = Entry(
    "V05",
    THERE,
    Reach.ONE,
    "Kunden saknar uppgifter som eEkonomi kräver",
    "Kund ”{customer}” saknar {missing}.",
    "fyll i {missing} på kunden i kassan.",
    CASHIER,
    WAITS,
    cause=("customer",),
)
DIMENSION_MISSING = Entry(
    "V06",
    THERE,
    Reach.ONE,
    "Kostnadsstället eller projektet finns inte i eEkonomi",
    "{kind} ”{name}” finns inte eller är inte aktivt.",
    "lägg upp det i eEkonomi under Inställningar > Kostnadsställen och projekt, eller ändra i "
    "Inställningar > Konton > Kostnadsställen och projekt.",
    BOOKKEEPER,
    WAITS,
    cause=("kind", "name"),
)
TOTAL_WOULD_DIFFER = Entry(
    "V07",
    THERE,
    Reach.ONE,
    "Fakturan skulle inte bli samma belopp som kvittot",
    "Kvittot är på {till} kr men fakturan skulle bli {there} kr, därför att kunden faktureras exklusive moms. "
    "Ett öre här och där går bra, men inte så mycket.",
    "markera kunden som privatperson i eEkonomi (Försäljning > Kunder) och visa priser inklusive "
    "moms för privatpersoner (under Inställningar > Företagsinställningar).",
    BOOKKEEPER,
    "Inget är bokfört. " + WAITS,
)
INVOICE_DIFFERS = Entry(
    "V08",
    THERE,
    Reach.ONE,
    "Fakturan i eEkonomi stämmer inte med kvittot",
    "Faktura {number} är på {there} kr med {open} kr kvar att betala, men kvittot är på {till} kr.",
    "kreditera fakturan i eEkonomi under Försäljning > Kundfakturor, och markera underlaget som bokfört för hand.",
    BOOKKEEPER,
    "Underlaget skickas inte igen förrän någon har tagit ställning. Allt annat skickas.",
)
YEAR_MISSING = Entry(
    "V10",
    THERE,
    Reach.ONE,
    "Räkenskapsåret finns inte i eEkonomi",
    "Det finns inget räkenskapsår som omfattar {date}.",
    "lägg upp året i eEkonomi under Inställningar > Räkenskapsår och ingående balanser.",
    BOOKKEEPER,
    "Det som hör till året väntar och skickas av sig självt.",
)
YEAR_LOCKED = Entry(
    "V11",
    THERE,
    Reach.ONE,
    "Bokföringen är låst",
    "Bokföringen i eEkonomi är låst för {date}.",
    "lås upp i eEkonomi under Inställningar > Företagsinställningar > Bokföring, eller Räkenskapsår och ingående "
    "balanser. Fråga bokföraren först.",
    BOOKKEEPER,
    "Det som hör till den låsta tiden väntar och skickas av sig självt.",
)
SCOPE_MISSING = Entry(
    "V12",
    ErrorKind.SIGN_IN,
    Reach.ALL,
    "Inloggningen ger inte alla rättigheter",
    "Rättigheterna {scopes} gavs inte när någon loggade in.",
    "öppna Inställningar > Integration, välj ”Logga in igen” och godkänn allt som frågas efter. Användaren ska ha "
    "behörighet till både försäljning och bokföring.",
    OWNER,
    _UNTIL_THEN,
    cause=("scopes",),
)
PRO_NEEDED = Entry(
    "V13",
    _HERE,
    Reach.ALIKE,
    "Prislistor kräver en större variant av eEkonomi",
    "Företagets variant av eEkonomi har inga prislistor (de finns i Pro).",
    "stäng av Inställningar > Integration > Hämta prislistor, eller byt variant.",
    OWNER,
    "Artiklarnas egna priser hämtas som vanligt.",
)
ROUNDING_ON = Entry(
    "V14",
    THERE,
    Reach.ONE,
    "Fakturor avrundas till hela kronor i eEkonomi",
    "Öresavrundning är påslagen. Det som betalas med kort eller köps på konto stämmer då inte mot fakturan.",
    "stäng av öresavrundning i eEkonomi under Inställningar > Företagsinställningar > Försäljning, om kvitton skickas "
    "som kundfakturor.",
    BOOKKEEPER,
    "Inget är bokfört. Underlaget väntar; det som är betalt i hela kronor skickas, och verifikationer påverkas inte.",
)
NOT_SET_UP = Entry(
    "V15",
    _HERE,
    Reach.ALL,
    "Visma eEkonomi är inte inställt",
    "{missing} saknas.",
    "öppna Inställningar > Integration och fyll i {missing}. Uppgifterna kommer från JobOffice; se docs/VISMA.md.",
    SUPPORT,
    _UNTIL_THEN,
    cause=("missing",),
)
NOT_ACTIVE = Entry(
    "V16",
    THERE,
    Reach.ALL,
    "Företaget är inte aktivt i eEkonomi",
    "Företaget är inaktivt eller skrivskyddat.",
    "kontrollera licensen hos Spiris, eller logga in med ett annat företag.",
    OWNER,
    "Inget skickas förrän företaget är aktivt.",
)

SUBSTITUTE_ACCOUNT = Entry(
    "V18",
    THERE,
    Reach.ONE,
    "Ersättningsartikeln bokförs på ett annat konto",
    "”{article}” står som ersättning för konto {account}, men dess artikelkontering ({coding}) bokför på {there}.",
    "ge artikeln en artikelkontering med konto {account} i eEkonomi under Försäljning > Artiklar, eller välj en annan "
    "artikel i Inställningar > Integration > Ersättningsartiklar.",
    BOOKKEEPER,
    "Inget är bokfört. " + WAITS,
    cause=("article",),
)
OWN_ARTICLE_ACCOUNT = Entry(
    "V207",
    THERE,
    Reach.ONE,
    "Raden är ingen försäljning av artikeln",
    "”{text}” på kvittot ska till konto {account} med {rate} % moms, men artikel {article} {why} i eEkonomi.",
    "ange en ersättningsartikel för konto {account} med {rate} % moms i Inställningar > Integration > "
    "Ersättningsartiklar.",
    OWNER,
    "Inget är bokfört. " + WAITS,
    cause=("account", "rate"),
)
CUSTOMER_NUMBER_LONG = Entry(
    "V20",
    THERE,
    Reach.ONE,
    "Kundnumret är för långt för eEkonomi",
    "Kundnummer ”{customer}” är längre än de {most} tecken som eEkonomi tar emot.",
    "ge kunden ett kortare nummer i kassan, eller lägg upp kunden i eEkonomi, så kommer den ner med sitt nummer där.",
    CASHIER,
    WAITS,
    cause=("customer",),
)
POSTAL_CODE_LONG = Entry(
    "V21",
    THERE,
    Reach.ONE,
    "Postnumret är för långt för eEkonomi",
    "Kund ”{customer}” har postnumret ”{postal_code}”, och eEkonomi tar emot högst {most} tecken.",
    "rätta postnumret på kunden i kassan.",
    CASHIER,
    WAITS,
    cause=("customer",),
)
CUSTOMER_INACTIVE = Entry(
    "V22",
    THERE,
    Reach.ONE,
    "Kunden är inaktiv i eEkonomi",
    "Kund ”{customer}” är inaktiv och kan inte faktureras.",
    "aktivera kunden i eEkonomi under Försäljning > Kunder. Gäller det kontantkunden: se Inställningar > Konton.",
    OWNER,
    "Inget är bokfört. " + WAITS,
    cause=("customer",),
)
CUSTOMER_CURRENCY = Entry(
    "V23",
    THERE,
    Reach.ONE,
    "Kunden faktureras i en annan valuta",
    "Kund ”{customer}” har valutan {currency} i eEkonomi. Kronor från kassan skulle bli lika många {currency}.",
    "ändra kundens valuta till SEK i eEkonomi under Försäljning > Kunder, eller välj en annan kund.",
    BOOKKEEPER,
    "Inget är bokfört. " + WAITS,
    cause=("customer",),
)
CUSTOMER_ABROAD = Entry(
    "V206",
    THERE,
    Reach.ONE,
    "Kunden finns i ett annat land",
    "Företagskund ”{customer}” har landet {country} i eEkonomi, som då bokför utan svensk moms. Kassan sålde med moms.",
    "ändra kundens land i eEkonomi under Försäljning > Kunder, eller välj en annan kund. Gäller det kontantkunden: se "
    "Inställningar > Konton.",
    BOOKKEEPER,
    "Inget är bokfört. " + WAITS,
    cause=("customer",),
)
PAYMENT_INTERRUPTED = Entry(
    "V17",
    ErrorKind.RETRY,
    Reach.ONE,
    "Fakturan är skapad men inte färdigbetald",
    "Någon valde Avbryt innan betalningen av fakturan var registrerad.",
    "inget – resten registreras vid nästa synkronisering.",
    CASHIER,
    "Fakturan skapas aldrig en gång till.",
)

NO_BOOKS = Entry(
    "V60",
    THERE,
    Reach.ALIKE,
    "Bokföringen i eEkonomi går inte att läsa",
    "Företagets variant av eEkonomi visar inga verifikationer. Kvitton kan skickas som kundfakturor, men beviset ser "
    "då bara fakturornas belopp, moms och återstod, inte på vilka konton de bokfördes, och ingen ser om någon annan "
    "redan har bokfört samma försäljning.",
    "välj Kundfaktura i Inställningar > Konton > Skicka som, eller byt till en variant med bokföring hos Spiris.",
    OWNER,
    "Kundfakturor skickas som vanligt.",
)

FINDINGS = (
    ARTICLE_MISSING,
    VAT_DIFFERS,
    BANK_ACCOUNT_MISSING,
    CUSTOMER_MISSING,
    CUSTOMER_INCOMPLETE,
    DIMENSION_MISSING,
    TOTAL_WOULD_DIFFER,
    INVOICE_DIFFERS,
    YEAR_MISSING,
    YEAR_LOCKED,
    SCOPE_MISSING,
    PRO_NEEDED,
    ROUNDING_ON,
    NOT_SET_UP,
    NOT_ACTIVE,
    SUBSTITUTE_ACCOUNT,
    OWN_ARTICLE_ACCOUNT,
    PAYMENT_INTERRUPTED,
    CUSTOMER_NUMBER_LONG,
    POSTAL_CODE_LONG,
    CUSTOMER_INACTIVE,
    CUSTOMER_CURRENCY,
    CUSTOMER_ABROAD,
    NO_BOOKS,
)

"""What the connector for Business Central finds out for itself, and what a person does about it.

The places are those of the Swedish client, by *Berätta* (Alt+Q): ”sök: Redovisningsinställningar”.
"""

from __future__ import annotations

from synccenter.contract.catalogue import BOOKKEEPER, CONSULTANT, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

SYSTEM = "Business Central"

THERE = ErrorKind.FIX_IN_BUSINESS_SYSTEM
HERE = ErrorKind.FIX_IN_SETTINGS
WAITS = "Underlaget väntar och skickas av sig självt när det är rättat. Allt annat skickas."
ALIKE_WAITS = "Underlag av samma sort väntar och skickas av sig självt när det är rättat; annat går vidare."
ALL_WAITS = "Tills dess hämtas och skickas inget; kvittona väntar och skickas av sig själva efteråt."
_GUIDE = "Handledningen docs/BUSINESS-CENTRAL.md visar hur."

NOT_SET_UP = Entry(
    "BC01",
    HERE,
    Reach.ALL,
    "Business Central är inte färdigt inställt",
    "Det saknas: {missing}.",
    f"fyll i det i Inställningar > Integration. {_GUIDE}",
    CONSULTANT,
    ALL_WAITS,
)
APP_UNKNOWN = Entry(
    "BC02",
    THERE,
    Reach.ALL,
    "Business Central känner inte appen",
    "Entra släpper in appen, men Business Central godtar den inte (401).",
    f"sök: Microsoft Entra-program, lägg upp klient-id {{client}} med status Aktiverad och behörighetsuppsättningar. "
    f"{_GUIDE}",
    CONSULTANT,
    ALL_WAITS,
)
CREDENTIALS_REFUSED = Entry(
    "BC03",
    HERE,
    Reach.ALL,
    "Business Central-servern godtar inte inloggningen",
    "Användaren ”{user}” eller nyckeln godtas inte, eller så är servern inställd på ett annat sätt att logga in.",
    "skriv nyckeln igen i Inställningar > Integration. Den finns på användarkortet (sök: Användare), fältet "
    "Webbtjänsttillgångsnyckel. Windows: instansens Credential Type ska vara Windows, och för NTLM ska "
    "ServicesUseNTLMAuthentication vara på.",
    CONSULTANT,
    ALL_WAITS,
)
COMPANY_MISSING = Entry(
    "BC05",
    HERE,
    Reach.ALL,
    "Företaget är inte valt eller finns inte i Business Central",
    "Inget företag har id ”{company}”. Det finns: {there}.",
    "skriv ett av dessa id i Inställningar > Integration > Företagets id.",
    CONSULTANT,
    ALL_WAITS,
)
ENVIRONMENT_MISSING = Entry(
    "BC06",
    HERE,
    Reach.ALL,
    "Miljön finns inte i Business Central",
    "Organisationen har ingen miljö ”{environment}”. Det finns: {there}.",
    "skriv miljöns namn i Inställningar > Integration > Miljö.",
    CONSULTANT,
    ALL_WAITS,
)
COMPANY_DIFFERS = Entry(
    "BC07",
    HERE,
    Reach.ALL,
    "Företaget i Business Central kan vara ett annat",
    "Business Central svarar för ”{there}” och kassan hör till ”{here}”; organisationsnummer saknas på endera sidan.",
    "är det samma företag: sök: Företagsinformation och fyll i Momsregistreringsnr. Annars: välj rätt företag i "
    "Inställningar > Integration > Företagets id.",
    OWNER,
    "Inget är stoppat av detta.",
)
JOURNAL_MISSING = Entry(
    "BC08",
    THERE,
    Reach.ALIKE,
    "Redovisningsjournalen finns inte i Business Central",
    "Ingen redovisningsjournal heter {journal}. Det finns: {there}.",
    "sök: Redovisningsjournaler, öppna listan över journaler och lägg upp {journal} utan motkonto och nummerserie, "
    "med ”Kopiera momsinställning till journalrader” av.",
    CONSULTANT,
    ALIKE_WAITS,
    cause=("journal",),
)
JOURNAL_BUSY = Entry(
    "BC09",
    THERE,
    Reach.ALIKE,
    "Någon annans rader ligger i Sync Centers journal",
    "Journalen {journal} har obokförda rader med dokumentnummer {document}, som inte hör till det som ska bokföras. De "
    "bokförs aldrig av Sync Center.",
    "sök: Redovisningsjournaler, öppna {journal} och flytta eller ta bort raderna. Är de från kassan rättar "
    "Sync Center det självt i nästa synkronisering.",
    BOOKKEEPER,
    ALIKE_WAITS,
)
VAT_SPLIT = Entry(
    "BC10",
    THERE,
    Reach.ALIKE,
    "Business Central räknade om momsen på en verifikation",
    "Verifikationen {number} blev något annat än kassans på konto {accounts}: journalen tar momsinställningen från "
    "kontot.",
    "sök: Redovisningsjournaler, öppna listan över journaler och stäng av ”Kopiera momsinställning till "
    "journalrader” på {journal}. Backa sedan {number} (sök: Redovisningstransaktioner, Backa transaktion).",
    CONSULTANT,
    "Inga fler verifikationer bokförs förrän den är backad; sedan går de av sig själva.",
)
LINES_DIFFER = Entry(
    "BC11",
    THERE,
    Reach.ONE,
    "Raderna i journalen är inte kassans",
    "Journalen har rader med dokumentnummer {number} som inte stämmer med kassans.",
    "sök: Redovisningsjournaler, öppna journalen, jämför med kassan och ta bort raderna.",
    BOOKKEEPER,
    WAITS,
)
TOO_LONG = Entry(
    "BC12",
    HERE,
    Reach.ONE,
    "Referensen är för lång för Business Central",
    "”{reference}” är längre än {most} tecken.",
    "ge kassan en kortare beteckning i JobOffice Kassa.",
    OWNER,
    WAITS,
    cause=("most",),
)
INVOICE_DIFFERS = Entry(
    "BC13",
    THERE,
    Reach.ONE,
    "Fakturan blev inte som kvittot i Business Central",
    "{what} är {there} kr i Business Central och {till} kr i kassan ({number}).",
    "jämför artikelns momsproduktbokföringsmall med kassans moms, och sätt ”Priser inkl. moms” på kundkortet "
    "(sök: Kunder). Skiljer det mindre än en krona: sök: Försäljningsinställningar och stäng av Fakturaavrundning.",
    CONSULTANT,
    WAITS,
)
PAYMENT_JOURNAL_MISSING = Entry(
    "BC14",
    THERE,
    Reach.ALIKE,
    "Inbetalningsjournal saknas för ett betalkonto",
    "Ingen inbetalningsjournal som börjar på {prefix} har konto {account} som motkonto.",
    "sök: Inbetalningsjournaler, öppna listan över journaler och lägg upp en för kontot, utan nummerserie.",
    CONSULTANT,
    ALIKE_WAITS,
    cause=("account",),
)
INTERRUPTED = Entry(
    "BC15",
    ErrorKind.RETRY,
    Reach.ONE,
    "Bokföringen i Business Central avbröts",
    "Något av underlaget står redan i Business Central när synkroniseringen avbröts.",
    "inget behöver göras: nästa synkronisering går vidare där det avbröts.",
    SUPPORT,
    "Det slås upp och görs klart i nästa synkronisering.",
)
ITEM_UNKNOWN = Entry(
    "BC16",
    THERE,
    Reach.ONE,
    "Det som underlaget behöver finns inte i Business Central",
    "{kind} {number} finns inte, eller är spärrad.",
    "lägg upp eller öppna den (sök: {place}), eller ändra i Inställningar > Konton.",
    BOOKKEEPER,
    WAITS,
    cause=("kind", "number"),
)
EXTENSION_MISSING = Entry(
    "BC17",
    THERE,
    Reach.ALIKE,
    "Tillägget för kassan är inte installerat i Business Central",
    "Utan det saknas: {missing}. Allt annat fungerar.",
    "låt konsulten installera tillägget i docs/business-central i administrationscentret, om det behövs.",
    CONSULTANT,
    "Inget väntar på det.",
)
PAYMENTS_NEED_EXTENSION = Entry(
    "BC26",
    THERE,
    Reach.ALIKE,
    "Inbetalningar kan inte bokföras utan tillägget",
    "Den här Business Central-servern bokför inte en inbetalningsjournal genom det vanliga API:et.",
    "låt konsulten installera tillägget i docs/business-central i administrationscentret, eller skicka kvitton som "
    "verifikationer (Inställningar > Konton > Skicka som).",
    CONSULTANT,
    ALIKE_WAITS,
)
VAT_UNKNOWN = Entry(
    "BC18",
    HERE,
    Reach.ALIKE,
    "Momssatsen för en momsgrupp är okänd",
    "Namnet säger inte vilken sats {groups} är.",
    "skriv satsen i Inställningar > Integration > Momsgrupper.",
    CONSULTANT,
    "Artiklar i de grupperna hämtas inte förrän dess.",
)
COPIES_VAT = Entry(
    "BC19",
    THERE,
    Reach.ALIKE,
    "Journalen kopierar momsinställning från kontona",
    "På {journal} är ”Kopiera momsinställning till journalrader” på: momsen skulle bokföras två gånger.",
    "sök: Redovisningsjournaler, öppna listan över journaler och stäng av den på {journal}.",
    CONSULTANT,
    ALIKE_WAITS,
)
SET_UP_LOOK = Entry(
    "BC20",
    THERE,
    Reach.ONE,
    "Journalens momsinställning går inte att läsa utan tillägget",
    "Sync Center kan inte se om ”Kopiera momsinställning till journalrader” är av på {journal}; den första "
    "verifikationen jämförs efteråt, konto för konto.",
    "titta själv: sök: Redovisningsjournaler, öppna listan över journaler.",
    CONSULTANT,
    "Blir den första verifikationen fel bokförs inga fler.",
)

TENANT_MISSING = Entry(
    "BC21",
    HERE,
    Reach.ALL,
    "Organisationen finns inte i Entra",
    "Entra känner ingen organisation ”{tenant}”.",
    "skriv organisationens domän (butiken.onmicrosoft.com) eller katalog-id i Inställningar > Integration > "
    "Organisation i Entra. Katalog-id står på översikten i entra.microsoft.com.",
    CONSULTANT,
    ALL_WAITS,
)
JOURNAL_BALANCES = Entry(
    "BC22",
    THERE,
    Reach.ALIKE,
    "Redovisningsjournalen har ett motkonto",
    "Journalen {journal} har motkonto {account}: varje rad skulle få det som motkonto, och verifikationen bli en "
    "annan.",
    "sök: Redovisningsjournaler, öppna listan över journaler och töm Motkontonr på {journal}.",
    CONSULTANT,
    ALIKE_WAITS,
)
JOURNAL_NUMBERS = Entry(
    "BC23",
    THERE,
    Reach.ONE,
    "Redovisningsjournalen har en nummerserie",
    "Journalen {journal} har nummerserien {series}: Business Central kan neka kassans egna nummer.",
    "sök: Redovisningsjournaler, öppna listan över journaler och töm Nummerserie på {journal}.",
    CONSULTANT,
    "Går det ändå att bokföra är inget stoppat av detta.",
)
PAID_BY_METHOD = Entry(
    "BC24",
    THERE,
    Reach.ALIKE,
    "Kundens betalningssätt betalade fakturan redan",
    "Faktura {number} är bokförd och redan betald, fast kassan inte har betalat den: kundens betalningssätt har ett "
    "motkonto.",
    "sök: Kunder, öppna {customer} och välj ett betalningssätt utan motkonto. Rätta sedan faktura {number} (sök: "
    "Bokförda försäljningsfakturor).",
    CONSULTANT,
    ALIKE_WAITS,
)
NOT_REVERSIBLE = Entry(
    "BC25",
    THERE,
    Reach.ONE,
    "Verifikationen kan inte backas härifrån",
    "Den finns inte i Business Central som den skickades: den kan vara ändrad där, eller redan backad.",
    "sök: Redovisningstransaktioner, öppna verifikationen och välj Backa transaktion, om den ska bort.",
    BOOKKEEPER,
    "Inget är ändrat i Business Central.",
)
CURRENCY = Entry(
    "BC27",
    THERE,
    Reach.ONE,
    "Kunden faktureras i en annan valuta",
    "Kund {customer} har valutan {currency} i Business Central. Kronor från kassan skulle bli lika många {currency}.",
    "sök: Kunder, öppna {customer} och töm Valutakod, eller välj en annan kund.",
    BOOKKEEPER,
    "Inget är bokfört. " + WAITS,
    cause=("customer",),
)

FOUND_HERE = (
    NOT_SET_UP,
    CREDENTIALS_REFUSED,
    COMPANY_MISSING,
    COMPANY_DIFFERS,
    JOURNAL_MISSING,
    JOURNAL_BUSY,
    VAT_SPLIT,
    LINES_DIFFER,
    TOO_LONG,
    INVOICE_DIFFERS,
    PAYMENT_JOURNAL_MISSING,
    INTERRUPTED,
    ITEM_UNKNOWN,
    EXTENSION_MISSING,
    VAT_UNKNOWN,
    COPIES_VAT,
    SET_UP_LOOK,
    TENANT_MISSING,
    JOURNAL_BALANCES,
    JOURNAL_NUMBERS,
    PAID_BY_METHOD,
    NOT_REVERSIBLE,
    CURRENCY,
    PAYMENTS_NEED_EXTENSION,
)

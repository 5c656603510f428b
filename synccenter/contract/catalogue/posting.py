"""Codes B: posting (bokföring)."""

from __future__ import annotations

from synccenter.contract.catalogue.people import BOOKKEEPER, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

_SETTINGS = ErrorKind.FIX_IN_SETTINGS
_SYSTEM = ErrorKind.FIX_IN_BUSINESS_SYSTEM

NO_PAYMENT_ACCOUNT = Entry(
    "B01",
    _SETTINGS,
    Reach.ONE,
    "Betalsättet har inget konto",
    "Betalsättet ”{method}” har inget konto.",
    "öppna Inställningar > Konton > Betalsätt och ange ett konto för {method}.",
    BOOKKEEPER,
    "Underlaget väntar och skickas av sig självt när kontot finns. Allt annat skickas.",
    cause=("method",),
)
NO_SALES_ACCOUNT = Entry(
    "B02",
    _SETTINGS,
    Reach.ONE,
    "Försäljningen har inget konto",
    "Varugruppen ”{group}” med {rate} % moms den {date} har inget försäljningskonto eller momskonto.",
    "öppna Inställningar > Konton > Försäljning och moms och lägg till {rate} %.",
    BOOKKEEPER,
    "Underlaget väntar och skickas av sig självt när kontot finns. Allt annat skickas.",
    cause=("group", "rate"),
)
RECEIPT_UNBALANCED = Entry(
    "B03",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Kvittot går inte ihop",
    "Raderna är {lines} kr, öresavrundningen {rounding} kr och betalningarna {payments} kr; skillnaden är {difference} kr.",
    "jämför kvittot i kassan. Bokför det för hand och markera det som bokfört, eller kontakta support.",
    BOOKKEEPER,
    "Kvittot väntar; inget jämnas ut. Allt annat skickas.",
)
Z_DIFFERS = Entry(
    "B04",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Z-rapporten stämmer inte med sina kvitton",
    "{what}: Z-rapporten säger {z} kr men kvittona blir {receipts} kr; skillnaden är {difference} kr.",
    "jämför Z-rapporten med kvittona i kassan och kontakta support om du inte hittar felet.",
    BOOKKEEPER,
    "Z-rapporten väntar; alla andra skickas.",
)
VOUCHER_UNBALANCED = Entry(
    "B05",
    ErrorKind.OUR_BUG,
    Reach.ONE,
    "Verifikationen balanserar inte",
    "Debet och kredit skiljer {difference} kr.",
    "skicka dagens logg till support. Inget har skickats.",
    SUPPORT,
    "Underlaget väntar; alla andra skickas.",
)
NO_CASH_ACCOUNT = Entry(
    "B06",
    _SETTINGS,
    Reach.ONE,
    "In- eller utbetalningen har inget eget konto",
    "Orsaken ”{reason}” har inget konto, så den bokförs på OBS-konto {account}.",
    "öppna Inställningar > Konton > In- och utbetalningar och ange ett konto för ”{reason}”. Det som redan är bokfört"
    " flyttas av bokföraren.",
    BOOKKEEPER,
    "Dagens försäljning skickas som vanligt.",
    cause=("reason",),
)
ROUNDING_TOO_BIG = Entry(
    "B07",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Öresavrundningen är orimligt stor",
    "Öresavrundningen är {rounding} kr; den kan aldrig vara en krona eller mer.",
    "jämför kvittot i kassan och kontakta support.",
    BOOKKEEPER,
    "Kvittot väntar; alla andra skickas.",
)
NO_CASH_CUSTOMER = Entry(
    "B08",
    _SETTINGS,
    Reach.ALIKE,
    "Kontantkund saknas",
    "Kvitton ska skickas som kundfakturor men ingen kontantkund är vald.",
    "öppna Inställningar > Konton > Kontantkund och ange kundnumret.",
    BOOKKEEPER,
    "Kvittona väntar och skickas av sig själva när kunden är angiven.",
)
Z_RECEIPT_MISSING = Entry(
    "B09",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Kvitton saknas i Z-rapporten",
    "Z-rapporten omfattar kvitto {first}–{last} men kvitto {missing} finns inte bland dem som den stängde.",
    "titta i kassan om kvittot är parkerat eller borta. Är det borta, kontakta support.",
    SUPPORT,
    "Z-rapporten väntar; alla andra skickas.",
)
ACCOUNT_MISSING = Entry(
    "B10",
    _SYSTEM,
    Reach.ONE,
    "Kontot finns inte i kontoplanen",
    "Konto {account} ({use}) finns inte i {system}.",
    "lägg upp konto {account} i {system}, eller välj ett annat i Inställningar > Konton.",
    BOOKKEEPER,
    "Underlagen väntar i kassan och skickas när det är rättat.",
    cause=("account",),
)
ACCOUNT_INACTIVE = Entry(
    "B11",
    _SYSTEM,
    Reach.ONE,
    "Kontot går inte att bokföra på",
    "Konto {account} ({use}) {why} i {system}.",
    "gör konto {account} aktivt och öppet för bokföring för hand i {system}, eller välj ett annat i Inställningar > "
    "Konton. Gäller det kundfordringar (1510): skicka kvitton som kundfakturor, så står det som sålts på konto öppet på "
    "kunden.",
    BOOKKEEPER,
    "Underlagen väntar i kassan och skickas när det är rättat.",
    cause=("account",),
)
SERIES_MISSING = Entry(
    "B12",
    _SYSTEM,
    Reach.ALIKE,
    "Verifikationsserien finns inte",
    "Serien ”{series}” finns inte i {system}. Där finns: {known}.",
    "lägg upp serien {series} i {system}, eller välj en annan i Inställningar > Konton > Verifikationsserie.",
    BOOKKEEPER,
    "Underlagen väntar i kassan och skickas när det är rättat.",
    cause=("series",),
)
SERIES_NOT_MANUAL = Entry(
    "B13",
    _SYSTEM,
    Reach.ALIKE,
    "Verifikationsserien går inte att bokföra i",
    "Serien ”{series}” är inaktiv eller inte manuell i {system}.",
    "gör serien {series} manuell och aktiv i {system}, eller välj en annan i Inställningar > Konton > Verifikationsserie.",
    BOOKKEEPER,
    "Underlagen väntar i kassan och skickas när det är rättat.",
    cause=("series",),
)
YEAR_MISSING = Entry(
    "B14",
    _SYSTEM,
    Reach.ONE,
    "Räkenskapsåret är inte upplagt",
    "{system} har inget räkenskapsår som omfattar {date}.",
    "lägg upp räkenskapsåret i {system}.",
    BOOKKEEPER,
    "Underlag för det året väntar och skickas när året finns.",
    cause=("date",),
)
PERIOD_LOCKED = Entry(
    "B15",
    _SYSTEM,
    Reach.ONE,
    "Perioden är låst för bokföring",
    "{system} är låst{until}, men det finns underlag för {date}.",
    "lås upp perioden i {system}, eller bokför dagen för hand och märk den som bokförd.",
    BOOKKEEPER,
    "Underlagen väntar och skickas när perioden är upplåst.",
)
COST_CENTRE_MISSING = Entry(
    "B16",
    _SYSTEM,
    Reach.ONE,
    "Kostnadsstället går inte att använda",
    "Kostnadsstället ”{code}” {why} i {system}.",
    "lägg upp eller aktivera kostnadsstället i {system}, eller ändra i Inställningar > Konton > Kostnadsställen och projekt.",
    BOOKKEEPER,
    "Underlagen väntar i kassan och skickas när det är rättat.",
    cause=("code",),
)
PROJECT_MISSING = Entry(
    "B17",
    _SYSTEM,
    Reach.ONE,
    "Projektet går inte att använda",
    "Projektet ”{code}” {why} i {system}.",
    "lägg upp eller aktivera projektet i {system}, eller ändra i Inställningar > Konton > Kostnadsställen och projekt.",
    BOOKKEEPER,
    "Underlagen väntar i kassan och skickas när det är rättat.",
    cause=("code",),
)
VAT_CODE_MISSING = Entry(
    "B18",
    _SYSTEM,
    Reach.ALIKE,
    "Momssatsen saknar momskod",
    "{system} har ingen aktiv momskod för {rate} %.",
    "lägg upp eller aktivera en momskod för {rate} % i {system}.",
    BOOKKEEPER,
    "Verifikationer bokförs ändå, med de konton som är inställda.",
    cause=("rate",),
)
DIMENSION_NEEDED = Entry(
    "D43",
    _SYSTEM,
    Reach.ONE,
    "Kontot kräver kostnadsställe eller projekt",
    "Konto {account} ({use}) kräver {what} i {system}, men raderna från kassan har inget.{note}",
    "ange {what} i Inställningar > Konton > Kostnadsställen och projekt (en rad utan kassa och varugrupp gäller all"
    " försäljning och öresavrundningen), eller ta bort kravet på kontot i {system}. Betalningar och moms får aldrig något"
    " {what}.",
    BOOKKEEPER,
    "Underlag med kontot väntar och skickas när det är rättat.",
    cause=("account", "what"),
)
DIMENSION_REFUSED = Entry(
    "D44",
    _SYSTEM,
    Reach.ONE,
    "Kontot tar inte emot kostnadsställe eller projekt",
    "Konto {account} ({use}) tar inte emot {what} i {system}, men raderna från kassan har {names}.",
    "tillåt {what} på kontot i {system}, eller ändra i Inställningar > Konton > Kostnadsställen och projekt.",
    BOOKKEEPER,
    "Underlag med kontot väntar och skickas när det är rättat.",
    cause=("account", "what"),
)
BUYER_INACTIVE = Entry(
    "D45",
    _SYSTEM,
    Reach.ONE,
    "Kunden är inaktiv i affärssystemet",
    "Kund ”{customer}” är inaktiv eller spärrad i {system} och kan inte faktureras.",
    "aktivera kunden i {system}. Gäller det kontantkunden: se Inställningar > Konton > Kontantkund.",
    OWNER,
    "Inget är bokfört. Underlaget väntar och skickas när det är rättat; allt annat skickas.",
    cause=("customer",),
)
BUYER_CURRENCY = Entry(
    "D46",
    _SYSTEM,
    Reach.ONE,
    "Kunden faktureras i en annan valuta",
    "Kund ”{customer}” har valutan {currency} i {system}, och kassan sålde i kronor.",
    "ändra kundens valuta till SEK i {system}, eller välj en annan kund.",
    BOOKKEEPER,
    "Inget är bokfört. Underlaget väntar och skickas när det är rättat; allt annat skickas.",
    cause=("customer",),
)
BUYER_VAT = Entry(
    "D47",
    _SYSTEM,
    Reach.ONE,
    "Kunden faktureras med annan moms än i kassan",
    "Kund ”{customer}” har momstypen {vat} i {system}, så fakturan skulle bokföras utan den moms som kassan sålde med.",
    "ändra kundens momstyp i {system} till svensk moms, eller välj en annan kund.",
    BOOKKEEPER,
    "Inget är bokfört. Underlaget väntar och skickas när det är rättat; allt annat skickas.",
    cause=("customer",),
)
VAT_RATE_STRANGE = Entry(
    "B19",
    _SETTINGS,
    Reach.ONE,
    "Momssatsen finns inte i Sverige",
    "{where} har {rate} % moms. Momssatserna är 25, 12, 6 och 0 %.",
    "rätta momssatsen i Inställningar > Konton > Försäljning och moms eller på varugruppen. Står den på kvittot: låt den"
    " som kopplade kassan titta på kolumnen vat_rate.",
    BOOKKEEPER,
    "Kvitton med den momssatsen väntar; allt annat skickas.",
    cause=("where", "rate"),
)
ARTICLES_UNKNOWN = Entry(
    "B20",
    _SYSTEM,
    Reach.ONE,
    "Sålda artiklar saknas i artikelregistret",
    "{count} artiklar på kvitton som väntar finns inte, eller är tagna ur bruk, i registret från {system}: {first}.",
    "lägg upp artiklarna i {system} eller ta dem i bruk igen; finns de redan där, kör ”Synkronisera allt”.",
    OWNER,
    "Verifikationer bokförs ändå; en kundfaktura kräver att artikeln finns och är i bruk.",
)
NOT_BANK_ACCOUNT = Entry(
    "B22",
    _SYSTEM,
    Reach.ONE,
    "Betalningens konto är inget kassa- eller bankkonto",
    "Konto {account} ({use}) är inget aktivt kassa- eller bankkonto i {system}, så kundfakturan kan inte betalas dit.",
    "lägg upp konto {account} som kassa- eller bankkonto i {system}, eller välj ett annat i Inställningar > Konton > Betalsätt.",
    BOOKKEEPER,
    "Underlagen väntar i kassan och skickas när det är rättat.",
    cause=("account",),
)
COMPANY_DIFFERS = Entry(
    "B23",
    _SETTINGS,
    Reach.ALL,
    "Fel företag i affärssystemet",
    "Kassan hör till {till} men {system} är inloggad hos {there}.",
    "öppna Inställningar > Integration och välj rätt företag (”Logga in igen” där man loggar in), eller rätta"
    " organisationsnumret i JobOffice Kassa.",
    OWNER,
    "Inget hämtas och inget skickas förrän företagen stämmer.",
)
VAT_WRONG = Entry(
    "B30",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Momsen på en kvittorad stämmer inte",
    "Rad {row}: {rate} % moms i {amount} kr är {expected} kr, men kassan har sparat {vat} kr.",
    "låt den som kopplade kassan titta på kolumnerna amount, vat och vat_rate; oftast är det en vy som räknar fel.",
    SUPPORT,
    "Kvittot, och den Z-rapport som det hör till, väntar tills momsen är rätt. Allt annat skickas.",
)
Z_TOTALS_MISSING = Entry(
    "B31",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Z-rapporten saknar summor",
    "Z-rapporten har inga rader för {what} (tabellen {table}), så dess kvitton går inte att kontrollera mot den.",
    "låt den som kopplade kassan lägga till Z-rapportens summor i {table}.",
    SUPPORT,
    "Z-rapporten väntar; alla andra skickas.",
)
Z_DISAGREES = Entry(
    "B32",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Z-rapporten och dess kvitton är oense",
    "De är oense om {what}.",
    "jämför Z-rapporten med kvittona i kassan; saknas summor i tabellerna, kontakta den som kopplade kassan.",
    BOOKKEEPER,
    "Z-rapporten väntar tills den stämmer; alla andra skickas.",
)
VOUCHER_RATE_UNKNOWN = Entry(
    "B33",
    _SETTINGS,
    Reach.ONE,
    "Enfunktionsvoucherns momssats syns inte",
    "Kvittot är betalt med en enfunktionsvoucher men har inte varor med en enda momssats, så det går inte att se vilken"
    " moms som redan är betald.",
    "öppna Inställningar > Konton > Betalsätt och ange momssatsen som {method} säljs med.",
    BOOKKEEPER,
    "Kvittot, och den Z-rapport som det hör till, väntar och skickas av sig självt när momssatsen är angiven. Allt"
    " annat skickas.",
    cause=("method",),
)
GIFT_CARD_NEVER_SOLD = Entry(
    "B34",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Presentkortet är använt men aldrig sålt",
    "Presentkort {card} är använt för {used} kr, men kassan har aldrig sålt det.",
    "se efter om det såldes i ett äldre system (då ska skulden finnas sedan förr), eller om numret är fel. Listan:"
    " Visa status > Presentkort, eller ”jobsync giftcards”.",
    BOOKKEEPER,
    "Allt bokförs som vanligt.",
)
GIFT_CARD_OVERDRAWN = Entry(
    "B36",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Presentkortet är använt för mer än det såldes för",
    "Presentkort {card} är sålt för {sold} kr men använt för {used} kr.",
    "se efter om numret är fel eller om kortet har laddats i ett annat system. Listan: Visa status > Presentkort, eller ”jobsync giftcards”.",
    BOOKKEEPER,
    "Allt bokförs som vanligt.",
)
VOUCHER_RATE_OTHER = Entry(
    "B38",
    _SETTINGS,
    Reach.ONE,
    "Enfunktionsvouchern såldes med en annan momssats",
    "Presentkort {card} såldes med {sold} % moms, men när det användes togs {used} % tillbaka.",
    "öppna Inställningar > Konton > Betalsätt och ange momssatsen som {method} säljs med. Det som redan är bokfört rättas"
    " av bokföraren.",
    BOOKKEEPER,
    "Allt bokförs som vanligt.",
)
ON_ACCOUNT_UNNAMED = Entry(
    "B70",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Sålt på konto utan kund",
    "{receipts} är sålt på konto, {amount} kr, utan att någon kund valdes. Fordran har ingen som ska betala den.",
    "se efter vem som handlade, och för över fordran till den kunden i affärssystemet. I kassan väljs kunden innan"
    " betalsättet. Är betalsättet inget köp på konto har det fel slag i kassan.",
    BOOKKEEPER,
    "Allt bokförs som vanligt: fordran står på kontantkunden när kvitton skickas som kundfakturor, annars på betalsättets"
    " konto utan namn. Det sägs i varje körning i fem veckor.",
)
VAT_LEANS = Entry(
    "B37",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Momsen lutar åt ett håll",
    "Momsen på {lines} rader med {rate} % är {vat} kr, men på beloppen blir den {expected} kr. Varje rad för sig är inom"
    " några öre, men felen går åt samma håll.",
    "låt den som kopplade kassan titta på kolumnen vat; ofta är momsen räknad på beloppet utan moms.",
    SUPPORT,
    "Z-rapporten bokförs med den moms som kassan har sparat.",
)
VAT_WHERE_NONE_IS = Entry(
    "B35",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Raden kan inte ha moms",
    "Rad {row} är {kind} och säljs utan moms, men kassan har sparat {rate} % och {vat} kr moms.",
    "låt den som kopplade kassan sätta vat_rate och vat till 0 på sådana rader. Är det en vara är radens kind, eller"
    " varugruppen i Inställningar > Konton > Ombudsförsäljning per varugrupp, fel.",
    SUPPORT,
    "Kvittot, och den Z-rapport som det hör till, väntar tills raden är rätt. Allt annat skickas.",
)

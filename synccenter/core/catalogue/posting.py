"""Codes B: posting (bokföring)."""

from __future__ import annotations

from synccenter.core.catalogue.people import BOOKKEEPER, SUPPORT
from synccenter.core.errors import Entry, ErrorKind

_SETTINGS = ErrorKind.FIX_IN_SETTINGS
_SYSTEM = ErrorKind.FIX_IN_BUSINESS_SYSTEM

NO_PAYMENT_ACCOUNT = Entry(
    "B01",
    _SETTINGS,
    "Betalsättet har inget konto",
    "Betalsättet ”{method}” har inget konto.",
    "öppna Inställningar > Konton > Betalsätt och ange ett konto för {method}.",
    BOOKKEEPER,
    "Underlaget väntar och skickas av sig självt när kontot finns. Allt annat skickas.",
)
NO_SALES_ACCOUNT = Entry(
    "B02",
    _SETTINGS,
    "Försäljningen har inget konto",
    "Varugruppen ”{group}” med {rate} % moms den {date} har inget försäljningskonto eller momskonto.",
    "öppna Inställningar > Konton > Försäljning och moms och lägg till {rate} %.",
    BOOKKEEPER,
    "Underlaget väntar och skickas av sig självt när kontot finns. Allt annat skickas.",
)
RECEIPT_UNBALANCED = Entry(
    "B03",
    ErrorKind.CONTACT_CONSULTANT,
    "Kvittot går inte ihop",
    "Raderna är {lines} kr, öresavrundningen {rounding} kr och betalningarna {payments} kr; skillnaden är {difference} kr.",
    "jämför kvittot i kassan. Bokför det för hand och markera det som bokfört, eller kontakta support.",
    BOOKKEEPER,
    "Kvittot väntar; inget jämnas ut. Allt annat skickas.",
)
Z_DIFFERS = Entry(
    "B04",
    ErrorKind.CONTACT_CONSULTANT,
    "Z-rapporten stämmer inte med sina kvitton",
    "{what}: Z-rapporten säger {z} kr men kvittona blir {receipts} kr; skillnaden är {difference} kr.",
    "jämför Z-rapporten med kvittona i kassan och kontakta support om du inte hittar felet.",
    BOOKKEEPER,
    "Z-rapporten väntar; alla andra skickas.",
)
VOUCHER_UNBALANCED = Entry(
    "B05",
    ErrorKind.OUR_BUG,
    "Verifikationen balanserar inte",
    "Debet och kredit skiljer {difference} kr.",
    "skicka dagens logg till support. Inget har skickats.",
    SUPPORT,
    "Underlaget väntar; alla andra skickas.",
)
NO_CASH_ACCOUNT = Entry(
    "B06",
    _SETTINGS,
    "In- eller utbetalningen har inget konto",
    "Orsaken ”{reason}” har inget konto.",
    "öppna Inställningar > Konton > In- och utbetalningar och ange ett konto för ”{reason}”.",
    BOOKKEEPER,
    "Underlaget väntar och skickas av sig självt när kontot finns.",
)
ROUNDING_TOO_BIG = Entry(
    "B07",
    ErrorKind.CONTACT_CONSULTANT,
    "Öresavrundningen är orimligt stor",
    "Öresavrundningen är {rounding} kr; den kan aldrig vara en krona eller mer.",
    "jämför kvittot i kassan och kontakta support.",
    BOOKKEEPER,
    "Kvittot väntar; alla andra skickas.",
)
NO_CASH_CUSTOMER = Entry(
    "B08",
    _SETTINGS,
    "Kontantkund saknas",
    "Kvitton ska skickas som kundfakturor men ingen kontantkund är vald.",
    "öppna Inställningar > Konton och ange kontantkundens kundnummer.",
    BOOKKEEPER,
    "Kvittona väntar och skickas av sig själva när kunden är angiven.",
)
Z_RECEIPT_MISSING = Entry(
    "B09",
    ErrorKind.CONTACT_CONSULTANT,
    "Kvitton saknas i Z-rapporten",
    "Z-rapporten omfattar kvitto {first}–{last} men kvitto {missing} finns inte i kassan.",
    "kontrollera att kassans databas är hel. Kontakta support.",
    SUPPORT,
    "Z-rapporten väntar; alla andra skickas.",
)
ACCOUNT_MISSING = Entry(
    "B10",
    _SYSTEM,
    "Kontot finns inte i kontoplanen",
    "Konto {account} ({use}) finns inte i {system}.",
    "lägg upp konto {account} i {system}, eller välj ett annat i Inställningar > Konton.",
    BOOKKEEPER,
)
ACCOUNT_INACTIVE = Entry(
    "B11",
    _SYSTEM,
    "Kontot är inte aktivt",
    "Konto {account} ({use}) är inaktivt i {system}.",
    "gör konto {account} aktivt i {system}, eller välj ett annat i Inställningar > Konton.",
    BOOKKEEPER,
)

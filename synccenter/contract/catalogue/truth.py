"""Codes T10 and on: the assessment. What a person would find by looking, said first."""

from __future__ import annotations

from synccenter.contract.catalogue.people import BOOKKEEPER
from synccenter.contract.errors import Entry, ErrorKind, Reach

_LOOK = ErrorKind.CONTACT_CONSULTANT
_STAYS = "Det står rött tills det är rättat eller förklarat; allt annat skickas."

NUMBERS_MISSING = Entry(
    "T10",
    _LOOK,
    Reach.ONE,
    "Nummer saknas i kassans serie",
    "{what} {numbers} finns inte i kassa {till}.",
    "ta reda på i kassan vad som har hänt. Kommer det tillbaka skickas det av sig självt; annars: förklara raden i Visa status > Bevis (eller ”jobsync ledger explain {name} --note ORSAK”).",
    BOOKKEEPER,
    _STAYS,
    cause=("what",),
)
Z_UNEXPLAINED = Entry(
    "T11",
    _LOOK,
    Reach.ONE,
    "Kassa och bokföring stämmer inte för en Z-rapport",
    "Kassan {till} kr, skickat {sent} kr, skillnad {difference} kr. {note}",
    "se Bevis för dagen (”jobsync proof --day {day}”) och jämför med kassan.",
    BOOKKEEPER,
    _STAYS,
)
CHANGED_AFTER_SENDING = Entry(
    "T12",
    _LOOK,
    Reach.ONE,
    "Ändrat i kassan efter att det skickades",
    "Skickat som {reference}: {what}.",
    "jämför med kassan, rätta i bokföringen för hand och förklara raden i Visa status > Bevis (eller ”jobsync ledger explain {name} --note ORSAK”).",
    BOOKKEEPER,
    _STAYS,
)
NOT_IN_THE_BOOKS = Entry(
    "T13",
    _LOOK,
    Reach.ONE,
    "Bokföringen är en annan än det som skickades",
    "{number}: {why}; skillnad {amount} kr.",
    "titta på {number} i affärssystemet. Är den ändrad med flit: rätta den, eller märk underlaget som bokfört för hand.",
    BOOKKEEPER,
    _STAYS,
)
FORGOTTEN = Entry(
    "T14",
    _LOOK,
    Reach.ONE,
    "En försäljning är inte med i något underlag",
    "Kvittot är klart i kassan, {amount} kr, men finns inte i något som skickats eller väntar.",
    "jämför med kassan. Bokför det för hand och förklara raden i Visa status > Bevis (eller ”jobsync ledger explain {name} --note ORSAK”).",
    BOOKKEEPER,
    _STAYS,
)
NOT_CLOSED = Entry(
    "T15",
    _LOOK,
    Reach.ONE,
    "Kvitton som ingen Z-rapport har stängt",
    "{count} klara kvitton hör inte till någon Z-rapport, fast senare kvitton gör det.",
    "jämför med kassan och kontakta kassaleverantören.",
    BOOKKEEPER,
    _STAYS,
)
ALREADY_THERE = Entry(
    "T16",
    ErrorKind.CHOOSE,
    Reach.ONE,
    "Finns redan, bokför inte",
    "Samma dag och samma summor per konto står redan i {system} som {number} ({day}, ”{text}”), från något annat än Sync Center.",
    "jämför dem. Är det samma försäljning: ”jobsync ledger booked {reference}”. Är det en annan: ”jobsync ledger resend {reference} --insist”. Båda svaren finns också i fönstret under Väntar; --found i stället för namnet gäller alla.",
    BOOKKEEPER,
    "Det väntar tills någon har svarat; allt annat skickas.",
    cause=(),
)
SENT_BEFORE = Entry(
    "T30",
    ErrorKind.CHOOSE,
    Reach.ONE,
    "Skickat förut, under ett annat namn",
    "Journalen är ny, och i {system} står redan {number} ({day}, ”{text}”) som ser ut att vara samma sak, skickad innan företag, butik eller kassa bytte namn.",
    "jämför dem. Är det samma: ”jobsync ledger booked {reference}”. Är det en annan butiks: ”jobsync ledger resend {reference} --insist”. Båda svaren finns också i fönstret under Väntar; --found i stället för namnet gäller alla.",
    BOOKKEEPER,
    "Det väntar tills någon har svarat; allt annat skickas.",
    cause=(),
)
DRAFT_WAITS = Entry(
    "T17",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM,
    Reach.ONE,
    "Ligger som utkast, inte bokfört",
    "{number} ligger oförändrad som utkast i {system}, {amount} kr, och räknas inte som bokförd.",
    "bokför utkastet i {system}. Är det borttaget med flit: skicka om det (”jobsync ledger resend {reference}”).",
    BOOKKEEPER,
    "Det står rött tills det är bokfört; allt annat skickas.",
)
NOTHING_TO_EXPLAIN = Entry(
    "D60",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Inget att förklara heter så",
    "”{name}” är inte namnet på någon lucka eller ändring som finns i kassan.",
    "kör ”jobsync proof”: namnet står inom hakparentes i raden, till exempel kvitto:1:57-58.",
    BOOKKEEPER,
    "Inget är ändrat.",
)
MONTH_AHEAD = Entry(
    "D61",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Månaden har inte börjat",
    "{month} har inte börjat, så det finns inget att lägga i paketet.",
    "välj en månad som har börjat, till exempel {latest}.",
    BOOKKEEPER,
    "Inga filer skrevs.",
)

"""Codes T: who is who (till and ledger know each other)."""

from __future__ import annotations

from synccenter.contract.catalogue.people import BOOKKEEPER, OWNER
from synccenter.contract.errors import Entry, ErrorKind, Reach

_ASK = ErrorKind.FIX_IN_SETTINGS
_WAITS = (
    "Inget skickas från kassan förrän någon har svarat; inget skickas två gånger och inget glöms. Andra kassor skickas."
)
_ALL_WAIT = "Inget hämtas eller skickas förrän någon har svarat; inget skickas två gånger och inget glöms."

COMPANY_RENAMED = Entry(
    "T01",
    _ASK,
    Reach.ALL,
    "Företaget har fått ett annat id i kassan",
    "Företaget {name} heter nu ”{new}” i kassans databas. Journalen har samma kvitton under ”{old}”.",
    "är det samma företag: ”jobsync identity company-renamed {old}”. Är det ett annat: välj rätt databas i Inställningar > Gemensamt > Kassans databas.",
    OWNER,
    _ALL_WAIT,
)
OTHER_COMPANY = Entry(
    "T02",
    _ASK,
    Reach.ALL,
    "Kassans databas är ett annat företags",
    "Kassans databas är nu {new}. Journalen bredvid är {old}.",
    "välj rätt databas i Inställningar > Gemensamt > Kassans databas. Är det samma företag med rättat organisationsnummer: ”jobsync identity company-corrected”.",
    OWNER,
    _ALL_WAIT,
)
TILL_RENAMED = Entry(
    "T03",
    _ASK,
    Reach.ONE,
    "Kassan har fått ett annat id",
    "Kassa ”{new}” har samma kvitton som kassa ”{old}” hade.",
    "är det samma kassa: ”jobsync identity till-renamed {old} {new}”. Är det en annan: rätta kassans id i kassaprogrammet.",
    OWNER,
    _WAITS,
    cause=("old",),
)
TILL_GONE = Entry(
    "T04",
    _ASK,
    Reach.ONE,
    "En kassa finns inte längre",
    "Kassa ”{till}” finns inte längre bland kassorna. {left}",
    "lägg tillbaka kassan i kassaprogrammet. Är den avvecklad och allt skickat: ”jobsync identity till-closed {till}”. Har den fått ett nytt id: ”jobsync identity till-renamed”.",
    OWNER,
    _WAITS,
    cause=("till",),
)
TILL_ANEW = Entry(
    "T05",
    _ASK,
    Reach.ONE,
    "Kassan börjar om från början",
    "Kassa ”{till}” har läst till kvitto {last}, men de kvittona finns inte i kassans databas längre. Den börjar om på kvitto {first}.",
    "är kassan ny eller utbytt: ”jobsync identity till-new {till}”. Annars: välj rätt databas, eller lägg tillbaka kassans egen.",
    OWNER,
    _WAITS,
    cause=("till",),
)
TILL_RESTORED = Entry(
    "T06",
    _ASK,
    Reach.ONE,
    "Kassans databas är återställd från en kopia",
    "Kassa ”{till}”: {what} som redan är lästa finns inte längre, eller är andra försäljningar. Till och med kvitto {kept} är allt som förut.",
    "lägg tillbaka den riktiga databasen om den finns. Annars: ”jobsync identity till-new {till}”, så skickas det nya från kvitto {first}. Jämför med bokföringen för det som gick förlorat.",
    BOOKKEEPER,
    _WAITS,
    cause=("till",),
)
BEFORE_START = Entry(
    "T07",
    _ASK,
    Reach.ONE,
    "Försäljning med datum före startdatum",
    "Daterad {day}, men numret kommer efter sådant som är från startdatum {start} eller senare. Kassans klocka har troligen gått fel.",
    "bokför den för hand och markera den som bokförd (”jobsync ledger booked {reference}”), eller ändra startdatum om datumet är rätt.",
    BOOKKEEPER,
    "Underlaget väntar; alla andra skickas.",
)
ALREADY_MET = Entry(
    "T08",
    _ASK,
    Reach.ONE,
    "Journalen har redan skickat för det nya företaget",
    "Företaget har underlag av sitt eget i journalen; två företags historia kan inte slås ihop.",
    "kontakta support med ett supportpaket.",
    OWNER,
    "Inget är ändrat.",
)
TILL_UNKNOWN = Entry(
    "T09",
    _ASK,
    Reach.ONE,
    "Journalen känner inte kassan",
    "Det finns ingen kassa ”{till}” i journalen. Den känner: {known}.",
    "kör ”jobsync identity show” för att se vad de heter.",
    OWNER,
    "Inget är ändrat.",
)

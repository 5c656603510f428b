"""Codes U and P: changing to a newer version, and what the system refuses the program itself."""

from __future__ import annotations

from synccenter.contract.catalogue.people import CASHIER, CONSULTANT, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

UPDATE_REFUSED = Entry(
    "U01",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Den nya versionen godtas inte",
    "{why}. Filens kontrollsumma (SHA-256) är {digest}.",
    "jämför kontrollsumman med den som leverantören lämnat; stämmer den, skriv in den under Inställningar > Gemensamt >"
    " Programmet > Godkända kontrollsummor (general.update_hashes).",
    CONSULTANT,
    "Den nuvarande versionen används som förut.",
)
UPDATE_FAILED = Entry(
    "U02",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ALL,
    "Det gick inte att byta version",
    "Windows lät inte filerna byta namn.",
    "kontrollera att programmet ligger i en mapp där du får spara filer, och att ingen annan har filen öppen.",
    OWNER,
    "Den nuvarande versionen används som förut.",
)

FROM_SOURCE = Entry(
    "D95",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Programmet körs från källkod",
    "Det finns ingen programfil att byta.",
    "hämta ny kod där den här hämtades, eller säg vilken programfil det gäller med --exe.",
    CONSULTANT,
    "Inget är ändrat.",
)

COMMAND_WRONG = Entry(
    "D65",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Kommandot är felskrivet",
    "Det som skrevs är inget kommando som Sync Center har; på standard error står vad som inte går.",
    "läs ”jobsync --help”, eller docs/KOMMANDORADEN.md.",
    CONSULTANT,
    "Inget är ändrat.",
)

# What the system refuses the program itself, outside a sync.

_AS_BEFORE = "Programmet fortsätter. Kassan går att använda som vanligt."

NO_TEMPORARY = Entry(
    "P03",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Det finns ingen plats för tillfälliga filer",
    "Mappen för tillfälliga filer ({folder}) saknas eller är full.",
    "töm papperskorgen och kör Windows diskrensning.",
    CASHIER,
    _AS_BEFORE,
)
OPENER_MISSING = Entry(
    "P04",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Filen går inte att öppna härifrån",
    "{program} finns inte på datorn eller får inte startas.",
    "öppna {path} i ett annat program.",
    CASHIER,
    _AS_BEFORE,
    cause=("program",),
)
AUTOSTART_REFUSED = Entry(
    "P05",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Starta med Windows gick inte att ändra",
    "Windows lät inte programmet ändra i mappen Autostart ({folder}).",
    "låt den som sköter datorn lägga en genväg till programmet i mappen, eller tillåta det.",
    SUPPORT,
    "Allt annat är sparat.",
)
SYSTEM_REFUSED = Entry(
    "P06",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Windows sa nej",
    "Det som skulle göras gick inte{about}.",
    "försök igen. Hjälper det inte: starta om datorn, och skicka annars dagens logg till support.",
    SUPPORT,
    _AS_BEFORE,
    cause=("error",),
)
FIRST_HANGS = Entry(
    "P07",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Programmet är redan i gång men svarar inte",
    "Sync Center som startades tidigare svarar inte, så det visar varken ikon eller fönster.",
    "avsluta det i Aktivitetshanteraren ({process}) och starta programmet igen.",
    CASHIER,
    "Inget blir bokfört två gånger: det som var på väg slås upp först.",
)
IN_ARCHIVE = Entry(
    "P08",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Programmet körs från en tillfällig mapp",
    "Programmet ligger i {folder}, som töms av sig själv: i en zip-fil som inte är uppackad, eller bland tillfälliga filer.",
    "avsluta, packa upp filen till en egen mapp, till exempel i Dokument, och starta den därifrån.",
    OWNER,
    "Programmet fungerar så länge mappen finns kvar, men startar inte med Windows.",
)
SECOND_COPY = Entry(
    "P09",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "En version till startar med Windows",
    "I mappen Autostart ligger också {path}, version {version}, och den gick inte att flytta därifrån.",
    "ta bort {path}.",
    OWNER,
    "Vilken av dem som sköter synkroniseringen avgörs av vilken som startar först.",
    cause=("path",),
)
NEWER_ELSEWHERE = Entry(
    "P10",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "En nyare version startar med Windows",
    "Det här är version {own}, men vid inloggningen startar {path}, version {version}.",
    "avsluta den här och starta {path}.",
    OWNER,
    "Har den nyare redan skickat något säger den här nej till journalen (D08).",
    cause=("path",),
)
SHORTCUT_ELSEWHERE = Entry(
    "P11",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "En annan kopia startar med Windows",
    "Genvägen i Autostart startar {path}, inte den här filen ({own}).",
    "ta bort den ena. Ska den här startas: kryssa ur och i Inställningar > Gemensamt > Starta med Windows, och spara.",
    OWNER,
    "De är lika gamla, så båda fungerar.",
    cause=("path",),
)
LIES_IN_STARTUP = Entry(
    "P12",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Programmet ligger självt i mappen Autostart",
    "{path} ligger i mappen Autostart, så Windows startar det vid varje inloggning.",
    "avsluta, flytta filen till en annan mapp, till exempel Dokument, och starta den därifrån.",
    OWNER,
    "Allt annat är sparat.",
)
CLOCK_LEAPT = Entry(
    "P13",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Datorns klocka har hoppat",
    "Datorns klocka gick från {before} till {now} på en gång.",
    "kontrollera datorns datum och tid.",
    CASHIER,
    "Körningarna går vidare. Inga loggar tas bort förrän klockan har gått rätt ett tag.",
)
ICON_STUCK = Entry(
    "P14",
    ErrorKind.RETRY,
    Reach.ONE,
    "Ikonen vid klockan visar inte hur det står till",
    "Windows lät inte programmet byta bild på ikonen.",
    "inget – det görs om. Välj ”Visa status” för att se hur det står till.",
    CASHIER,
    "Synkroniseringen påverkas inte.",
)
MEMORY_FULL = Entry(
    "P15",
    ErrorKind.RETRY,
    Reach.ALL,
    "Datorns minne är slut",
    "Det fanns inte minne nog för det som skulle göras.",
    "stäng program som inte används, eller starta om datorn.",
    CASHIER,
    _AS_BEFORE,
)

"""Codes S: sync and ledger."""

from __future__ import annotations

from synccenter.contract.catalogue.people import BOOKKEEPER, CASHIER, CONSULTANT, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

_SETTINGS = ErrorKind.FIX_IN_SETTINGS
_SYSTEM = ErrorKind.FIX_IN_BUSINESS_SYSTEM

OTHER_TILL_OWNS = Entry(
    "S01",
    ErrorKind.WAIT,
    Reach.NOBODY,
    "En annan kassa sköter synkroniseringen",
    "Kassan {holder} sköter synkroniseringen till {until}.",
    "inget. Ska den här kassan ta över: avsluta Sync Center på {holder}.",
    CASHIER,
    "Den här kassan tar över av sig själv när {holder} har varit borta en stund.",
)
LEASE_LOST = Entry(
    "S02",
    ErrorKind.WAIT,
    Reach.NOBODY,
    "En annan kassa har tagit över synkroniseringen",
    "Den här kassan var borta för länge och {holder} har tagit över.",
    "inget.",
    CASHIER,
    "Inget mer skickas härifrån.",
)
ANSWER_LOST = Entry(
    "S03",
    ErrorKind.RETRY,
    Reach.ONE,
    "Svaret kom aldrig",
    "Affärssystemet svarade inte på om underlaget blev bokfört.",
    "inget – underlaget slås upp i affärssystemet innan något skickas igen.",
    CASHIER,
    "Det blir aldrig bokfört två gånger.",
)
CANNOT_LOOK_UP = Entry(
    "S04",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Det är oklart om underlaget är bokfört",
    "{system} kan inte svara på om {reference} redan är bokfört.",
    "titta efter {reference} i affärssystemet. Finns det: ”jobsync ledger booked”. Finns det inte: ”jobsync ledger resend”.",
    BOOKKEEPER,
    "Inget skickas igen förrän någon har svarat. Allt annat skickas.",
)
DOUBLE_ROUTE = Entry(
    "S05",
    _SETTINGS,
    Reach.ONE,
    "Underlaget är redan skickat en annan väg",
    "{reference} skickades till {old} den {at}. Skickas det även till {new} blir det bokfört två gånger.",
    "ta reda på om det verkligen saknas i {new}. Lägg i så fall till --insist.",
    BOOKKEEPER,
    "Inget skickades.",
)
CANCELLED = Entry(
    "S06",
    ErrorKind.NOTHING,
    Reach.NOBODY,
    "Synkroniseringen avbröts",
    "Någon valde Avbryt.",
    "inget.",
    CASHIER,
    "Resten tas vid nästa synkronisering.",
)
CHECK_RED = Entry(
    "S07",
    _SETTINGS,
    Reach.ALL,
    "Inställningarna har fel som måste rättas först",
    "{count} fel hittades vid kontrollen.",
    "rätta dem och kör synkroniseringen igen.",
    OWNER,
    "Inget skickas förrän de är rättade.",
)
NOTHING_FOR_LONG = Entry(
    "S08",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Ingen lyckad synkronisering på länge",
    "Den senaste lyckade synkroniseringen var {last}.",
    "läs dagens logg: där står vad som stoppar.",
    CASHIER,
    "Försöken fortsätter enligt schemat.",
)
VOIDED_AFTER_SENDING = Entry(
    "S09",
    _SYSTEM,
    Reach.ONE,
    "Ett kvitto blev felslag efter att det skickats",
    "Kvittot på {amount} kr är bokfört som {number} men är nu felslag i kassan.",
    "gör en rättelse i affärssystemet enligt förslaget i ”jobsync proof”, och skriv det: ”jobsync ledger explain”.",
    BOOKKEEPER,
    "Sync Center ändrar aldrig något som redan är bokfört.",
)
UNEXPECTED = Entry(
    "S10",
    ErrorKind.OUR_BUG,
    Reach.ONE,
    "Oväntat fel",
    "Något hände som programmet inte är förberett på.",
    "skicka dagens logg och Debug-logg till support.",
    SUPPORT,
    "Nästa synkronisering försöker igen. Inget blir bokfört två gånger.",
    cause=("error",),
)
REGISTER_SHRANK = Entry(
    "S11",
    _SYSTEM,
    Reach.ONE,
    "Registret har krympt misstänkt mycket",
    "{register}: {before} rader i bruk blev {after}. Ingen av de saknade har tagits ur bruk.",
    "kontrollera att hela registret kommer från affärssystemet. Stämmer det: öppna Visa status > Register och välj"
    " Godkänn, eller kör ”jobsync sync --all --accept-removals”.",
    OWNER,
    "Nya och ändrade rader är införda.",
    cause=("register",),
)
ENTRY_UNKNOWN = Entry(
    "S12",
    _SETTINGS,
    Reach.ONE,
    "Underlaget finns inte i journalen",
    "Det finns inget underlag som heter {reference}.",
    "kör ”jobsync ledger list” för att se vad de heter.",
    BOOKKEEPER,
    "Inget är ändrat.",
)
CLOCK_WRONG = Entry(
    "S13",
    _SETTINGS,
    Reach.ALL,
    "Datorns klocka går fel",
    "Datorns klocka skiljer {seconds} sekunder från {other}.",
    "högerklicka på klockan i Windows, välj ”Justera datum och tid” och slå på ”Ange tid automatiskt”.",
    CASHIER,
    "Synkroniseringen fortsätter, men datum kan bli fel.",
)

ALREADY_RUNNING = Entry(
    "S14",
    ErrorKind.NOTHING,
    Reach.NOBODY,
    "Synkroniseringen pågår redan",
    "Sync Center kör redan en synkronisering på den här datorn.",
    "inget – vänta tills den är klar.",
    CASHIER,
    "Den som pågår tar med allt nytt.",
)

ALREADY_BOOKED = Entry(
    "S15",
    _SETTINGS,
    Reach.ONE,
    "Underlaget finns redan i affärssystemet",
    "{reference} är bokfört som {number}. Skickas det igen blir det bokfört två gånger.",
    "ta bort eller vänd verifikationen i affärssystemet först, eller lägg till --insist.",
    BOOKKEEPER,
    "Inget skickades.",
)
NOT_IN_STATE = Entry(
    "S16",
    _SETTINGS,
    Reach.ONE,
    "Det går inte att göra så med underlaget",
    "{reference} är {state}.",
    "kör ”jobsync ledger show {reference}” för att se vad som har hänt.",
    BOOKKEEPER,
    "Inget är ändrat.",
)

OTHER_ROUTE_WAITS = Entry(
    "S17",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Underlag väntar på ett affärssystem som ni har bytt från",
    "{count} underlag var på väg till {old} när ni bytte till {new}.",
    "titta efter dem i {old} (”jobsync ledger list” visar vilka). Finns de där: ”jobsync ledger booked”."
    " Ska de till {new}: ”jobsync ledger resend”.",
    BOOKKEEPER,
    "De skickas inte av sig själva; alla andra skickas.",
    cause=("old",),
)

FOUND_DIFFERENT = Entry(
    "S18",
    _SYSTEM,
    Reach.ONE,
    "Underlaget finns i affärssystemet, men är inte likadant",
    "Det som står som {reference} i {system} är inte det som kassan har sålt: {why}.",
    "jämför {reference} med ”jobsync ledger show {reference}”, rätta i {system} och märk det sedan med"
    " ”jobsync ledger booked”.",
    BOOKKEEPER,
    "Det skickas inte igen av sig självt; alla andra skickas.",
)

FOUND_DOUBLED = Entry(
    "S30",
    _SYSTEM,
    Reach.ONE,
    "Underlaget står två gånger i affärssystemet",
    "{reference} står {count} gånger i {system}, med samma datum och belopp: {numbers}.",
    "behåll en av dem och vänd eller ta bort resten i {system}. Var inget skickat: märk det sedan med"
    " ”jobsync ledger booked {reference}”.",
    BOOKKEEPER,
    "Sync Center ändrar aldrig något som redan är bokfört, och skickar det inte igen.",
    cause=("reference",),
)

FOUND_UNREAD = Entry(
    "S31",
    _SYSTEM,
    Reach.ONE,
    "Något i affärssystemet bär underlagets namn men går inte att läsa",
    "{numbers} i {system} bär {reference}, men dess datum eller belopp går inte att läsa.",
    "öppna {numbers} i {system}. Är det kassans: ”jobsync ledger booked {reference}”."
    " Är det något annat: ”jobsync ledger resend {reference} --insist”.",
    BOOKKEEPER,
    "Det skickas inte igen av sig självt; alla andra skickas.",
    cause=("reference",),
)

CANNOT_REVERSE = Entry(
    "S60",
    _SYSTEM,
    Reach.ONE,
    "Verifikationen kan inte vändas härifrån",
    "{reference} är ingen verifikation som Sync Center kan vända i {system}.",
    "vänd den i det affärssystem som den skickades till.",
    BOOKKEEPER,
    "Inget är ändrat.",
)
Z_UNKNOWN = Entry(
    "S80",
    _SETTINGS,
    Reach.ONE,
    "Z-rapporten finns inte i kassan",
    "Kassa {till} har ingen Z-rapport {number}.",
    "se efter i kassan vad Z-rapporten heter; kassornas id står i ”jobsync identity show”.",
    CASHIER,
    "Ingen fil skrevs.",
)
NOT_ATTACHED = Entry(
    "S81",
    ErrorKind.NOTHING,
    Reach.NOBODY,
    "Z-rapporten ligger inte med verifikationen än",
    "{count} Z-rapporter har inte gått att bifoga i {system}: {why}.",
    "{fix} Vill butiken inte ha sidan: stäng av ”Bifoga Z-rapporten till verifikationen” i Inställningar.",
    OWNER,
    "Verifikationerna är bokförda; det är bara sidan som saknas, och den prövas igen vid nästa synkronisering.",
    cause=("why",),
)
DESKTOP_MISSING = Entry(
    "S90",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Ikonen och fönstren är inte installerade",
    "Python-paketet {name} finns inte här. Programfilen för Windows har allt med sig.",
    "kör ”make start” i källkodens mapp, eller ”{python} -m pip install -e .[desktop]”. Kommandoraden går utan dem.",
    CONSULTANT,
    "Inget är ändrat.",
    cause=("name",),
)
NO_SCREEN = Entry(
    "S91",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Det finns ingen skärm att visa ikonen på",
    "Programmet startades där inget skrivbord är igång (DISPLAY saknas).",
    "starta det på skrivbordet, eller använd kommandoraden: ”jobsync --help”.",
    CONSULTANT,
    "Inget är ändrat.",
)

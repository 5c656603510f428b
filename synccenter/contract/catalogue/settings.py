"""Codes I: the settings."""

from __future__ import annotations

from synccenter.contract.catalogue.people import BOOKKEEPER, CONSULTANT, OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

_SETTINGS = ErrorKind.FIX_IN_SETTINGS

SETTINGS_BROKEN = Entry(
    "I01",
    _SETTINGS,
    Reach.ALL,
    "Inställningsfilen går inte att läsa",
    "Filen {path} har ett fel på rad {line}: {why}.",
    "rätta raden, eller ta bort filen så används den senaste fungerande kopian.",
    OWNER,
    "Den senaste fungerande kopian används så länge.",
)
SETTING_REFUSED = Entry(
    "I02",
    _SETTINGS,
    Reach.ONE,
    "En inställning har ett värde som inte går",
    "{name}: {why}",
    "öppna Inställningar och ändra {name}.",
    OWNER,
    "Det gamla värdet gäller så länge.",
    cause=("name",),
)
SETTING_UNKNOWN = Entry(
    "I03",
    _SETTINGS,
    Reach.ONE,
    "Inställningen finns inte",
    "Det finns ingen inställning som heter {name}.",
    "kör ”jobsync settings show” för att se vad de heter.",
    OWNER,
    "Inget är ändrat.",
    cause=("name",),
)
NO_CUTOVER = Entry(
    "I04",
    _SETTINGS,
    Reach.ALL,
    "Startdatum saknas",
    "Inget skickas förrän det är bestämt från vilken dag Sync Center ska bokföra.",
    "öppna Inställningar > Säkerhet > Startdatum och ange den första dagen som inte redan är bokförd.",
    BOOKKEEPER,
    "Kvitton och Z-rapporter ligger kvar i kassan och skickas när datumet är satt.",
)
SYSTEM_CHANGED = Entry(
    "I05",
    _SETTINGS,
    Reach.ALL,
    "Affärssystemet är bytt men startdatumet är det gamla",
    "Hittills har {old} använts från {cutover}; nu är {new} valt. Samma dagar kunde bli bokförda två gånger.",
    "öppna Inställningar > Säkerhet > Startdatum och ange ett nytt startdatum för {new}.",
    BOOKKEEPER,
    "Inget skickas förrän datumet är ändrat.",
)
TARGET_UNSUPPORTED = Entry(
    "I06",
    _SETTINGS,
    Reach.ALIKE,
    "Affärssystemet tar inte emot den sortens underlag",
    "{system} kan inte ta emot {target}.",
    "öppna Inställningar > Konton > Skicka som och välj något annat.",
    CONSULTANT,
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
)
SYSTEM_UNKNOWN = Entry(
    "I07",
    _SETTINGS,
    Reach.ALL,
    "Inget affärssystem är valt",
    "”{system}” är inget affärssystem som Sync Center känner till.",
    "öppna Inställningar > Integration > Affärssystem och välj ett av: {known}.",
    OWNER,
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
)
SECRET_UNAVAILABLE = Entry(
    "I08",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Lösenordsvalvet går inte att använda",
    "Windows lösenordsvalv (Autentiseringshanteraren) svarar inte, så inget lösenord kan läsas eller sparas.",
    "logga ut och in i Windows. Hjälper det inte, kontakta support.",
    SUPPORT,
    "Det som inte kräver lösenord fungerar; resten väntar.",
)
COMPANY_UNKNOWN = Entry(
    "I09",
    _SETTINGS,
    Reach.ALL,
    "Företaget finns inte i kassan",
    "Företaget ”{company}” finns inte i kassans databas. Där finns: {found}.",
    "öppna Inställningar > Gemensamt > Företag och välj ett.",
    OWNER,
    "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
)

SETTINGS_NEWER = Entry(
    "I10",
    _SETTINGS,
    Reach.ALL,
    "Inställningarna hör till en nyare version",
    "Filen {path} har version {found}, det här programmet kan {known}.",
    "installera den nyare versionen av Sync Center på den här datorn.",
    SUPPORT,
    "Det som går att förstå används; inget sparas i filen.",
)
SETTINGS_NO_COPY = Entry(
    "I11",
    _SETTINGS,
    Reach.ALL,
    "Inställningsfilen går inte att läsa och ingen kopia finns",
    "Filen {path} har ett fel på rad {line}: {why}.",
    "rätta raden, eller öppna Inställningar och fyll i på nytt.",
    OWNER,
    "Förvalen används så länge, och inget skickas.",
)

FILE_MISSING = Entry(
    "I12",
    _SETTINGS,
    Reach.ONE,
    "Filen finns inte",
    "Filen gick inte att hitta.",
    "kontrollera sökvägen.",
    OWNER,
    "Inget är ändrat.",
)
ZONE_DIFFERS = Entry(
    "I13",
    _SETTINGS,
    Reach.ALL,
    "Datorns tidszon är en annan än butikens",
    "Datorn går efter {computer} men butiken efter {shop}.",
    "högerklicka på klockan i Windows, välj ”Justera datum och tid” och välj rätt tidszon, eller ändra Inställningar > Gemensamt > Tidszon.",
    OWNER,
    "Kvittonas klockslag tolkas i butikens tidszon.",
)
SETTING_TWICE = Entry(
    "I20",
    _SETTINGS,
    Reach.ONE,
    "En inställning står under två namn",
    "{old} heter numera {name}, och båda står i filen.",
    "ta bort raden {old} ur filen, eller spara i Inställningar.",
    OWNER,
    "Det som står under {name} gäller.",
)
PASSWORD_IN_ADDRESS = Entry(
    "S70",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Ett lösenord står kvar i inställningsfilen",
    "Lösenordet i databasens adress ska ligga i lösenordsvalvet ({names}) men gick inte att flytta dit.",
    "öppna Inställningar, kontrollera kassans databas och spara.",
    OWNER,
    "Lösenordet används så länge, och flytten görs om vid nästa start.",
)

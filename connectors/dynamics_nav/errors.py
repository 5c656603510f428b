"""What the connector itself finds out (NAV01 to NAV29, and NAV51 on), and what a person does about it.

What NAV says no with is in `refusals`. Menu paths are those of the Swedish NAV client.
"""

from __future__ import annotations

from synccenter.contract.catalogue import BOOKKEEPER, CONSULTANT, OWNER
from synccenter.contract.errors import Entry, ErrorKind, Reach

SYSTEM = "Dynamics NAV"

THERE = ErrorKind.FIX_IN_BUSINESS_SYSTEM
HERE = ErrorKind.FIX_IN_SETTINGS
WAITS = "Underlaget väntar och skickas av sig självt när det är rättat. Allt annat skickas."
_NOTHING = "Inget skickas förrän det är rättat."
_PUBLISH = "Avdelningar > Administration > IT-administration > Tjänster > Webbtjänster"

NOT_SET_UP = Entry(
    "NAV01",
    HERE,
    Reach.ALL,
    "Dynamics NAV är inte inställt",
    "{missing} saknas eller går inte att använda.",
    "öppna Inställningar > Integration och fyll i {missing}.",
    CONSULTANT,
    _NOTHING,
    cause=("missing",),
)
PLAIN_HTTP = Entry(
    "NAV02",
    HERE,
    Reach.ALL,
    "Förbindelsen till NAV är inte krypterad",
    "{address} börjar med http:// och inte https://.",
    "låt konsulten slå på SSL för NAV:s webbtjänster. Finns servern på butikens eget nät går det att i stället slå på "
    "”Tillåt okrypterad http” i Inställningar > Integration.",
    CONSULTANT,
    _NOTHING,
)
LOGIN_REFUSED = Entry(
    "NAV03",
    ErrorKind.SIGN_IN,
    Reach.ALL,
    "NAV godtar inte inloggningen",
    "Användaren ”{user}” eller lösenordet godtas inte, eller så är servern inställd på ett annat sätt att logga in.",
    "öppna Inställningar > Integration > Lösenord eller webbtjänstnyckel och skriv det igen. Windows: servern ska ha "
    "”Enable NTLM authentication” påslaget i Dynamics NAV Administration. NAV-användare: Avdelningar > Administration "
    "> IT-administration > Allmänt > Användare, fältet Webbtjänsttillgångsnyckel.",
    CONSULTANT,
    "Kvittona väntar och skickas när inloggningen går igenom.",
)
CERTIFICATE_SHOWN = Entry(
    "NAV04",
    HERE,
    Reach.ALL,
    "NAV-serverns certifikat är inte godkänt",
    "Servern visade ett certifikat med fingeravtrycket {fingerprint}.",
    "be konsulten jämföra fingeravtrycket (SHA-256) med serverns certifikat. Stämmer det: klistra in det i "
    "Inställningar > Integration > Certifikatets fingeravtryck.",
    CONSULTANT,
    _NOTHING,
)
COMPANY_MISSING = Entry(
    "NAV05",
    HERE,
    Reach.ALL,
    "Företaget i NAV är inte valt, eller finns inte",
    "{company}. Servern har: {there}.",
    "öppna Inställningar > Integration > Företag i NAV och skriv namnet precis som i NAV.",
    CONSULTANT,
    _NOTHING,
)
NO_SERVICE = Entry(
    "NAV06",
    HERE,
    Reach.ALL,
    "Inga webbtjänster svarar på adressen",
    "Varken OData V4, OData V3 eller SOAP svarar på {address}.",
    "kontrollera adress, port och instans. I Dynamics NAV Administration ska ”Enable OData Services” eller ”Enable "
    "SOAP Services” vara påslaget och porten öppen i brandväggen.",
    CONSULTANT,
    _NOTHING,
)
PAGE_MISSING = Entry(
    "NAV07",
    THERE,
    Reach.ONE,
    "En sida är inte publicerad i NAV",
    "Sidan {page} {title} behövs för {why} men är inte publicerad som webbtjänst.",
    f"öppna {_PUBLISH} i NAV och publicera: objekttyp Sida, objekt-ID {{page}}, tjänstnamn {{name}}. Heter den något "
    "annat: Inställningar > Integration > Tjänster med andra namn.",
    CONSULTANT,
    "Annat hämtas och skickas som vanligt.",
    cause=("page",),
)
FIELD_MISSING = Entry(
    "NAV08",
    THERE,
    Reach.ONE,
    "Ett fält saknas på en publicerad sida",
    "Fältet {field} behövs för {why} men finns inte i tjänsten {service} (sidan {page} {title}).",
    "lägg till fältet på sidan {page} i NAV, eller ange vad det heter i Inställningar > Integration > Fält med andra "
    "namn.",
    CONSULTANT,
    "Annat hämtas och skickas som vanligt.",
    cause=("service", "field"),
)
VAT_UNKNOWN = Entry(
    "NAV09",
    THERE,
    Reach.ALIKE,
    "Momssatserna går inte att läsa ur NAV",
    "Momsgruppen för kassan är inte känd: {why}.",
    "ange Inställningar > Integration > Kontantkund i NAV och publicera sidan 472 Momsbokföringsinställning, "
    "eller fyll i "
    "Momssatser i inställningarna.",
    CONSULTANT,
    "Artiklarna i kassan ändras inte.",
    cause=("why",),
)
CODEUNIT_MISSING = Entry(
    "NAV10",
    THERE,
    Reach.ALIKE,
    "Kodmodulen för bokföring är inte publicerad",
    "Tjänsten {codeunit} med funktionen {function} svarar inte över SOAP.",
    f"lägg in kodmodulen ur docs/NAV.md och publicera den i NAV under {_PUBLISH}: objekttyp Codeunit, tjänstnamn "
    "{codeunit}. Eller välj ”Lämna för bokföring i NAV”.",
    CONSULTANT,
    "Inget är bokfört. " + WAITS,
    cause=("codeunit",),
)
TOTAL_DIFFERS = Entry(
    "NAV11",
    THERE,
    Reach.ONE,
    "Fakturan blev inte samma belopp som kvittot",
    "Kvittot är på {till} kr men fakturan i NAV blev {there} kr.",
    "se efter om kunden har rabatter, om Priser inkl. moms inte får ändras, eller om artikelns moms är en annan än i "
    "kassan (Avdelningar > Försäljning > Kunder och Artiklar).",
    CONSULTANT,
    "Fakturan togs bort igen; inget är bokfört. " + WAITS,
)
INVOICE_OPEN = Entry(
    "NAV12",
    THERE,
    Reach.ONE,
    "Fakturan är bokförd men inte stängd",
    "Faktura {number} är bokförd men {open} kr är kvar att betala.",
    "öppna Avdelningar > Ekonomihantering > Likvida medel > Inbetalningsjournaler, journal {batch}, och bokför "
    "betalningen; eller koppla den under Kunder > Kundtransaktioner > Koppla transaktioner.",
    BOOKKEEPER,
    "Underlaget slås upp igen vid nästa synkronisering och skickas inte dubbelt. Allt annat skickas.",
)
LINES_DIFFER = Entry(
    "NAV13",
    THERE,
    Reach.ONE,
    "Någon har ändrat underlaget i NAV",
    "{number} har andra rader än {reference} i kassan.",
    "ta bort {number} i NAV, så skickas det på nytt; eller gör klart det för hand och markera det som bokfört.",
    BOOKKEEPER,
    "Inget skickas dubbelt. Allt annat skickas.",
)
TOO_LONG = Entry(
    "NAV14",
    HERE,
    Reach.ONE,
    "Numret är för långt för NAV",
    "”{reference}” är längre än de {most} tecken som NAV tar emot.",
    "ge kassan en kortare beteckning i JobOffice Kassa.",
    OWNER,
    WAITS,
)
WRONG_SERVER = Entry(
    "NAV15",
    HERE,
    Reach.ALL,
    "Okrypterad http går inte över internet",
    "{address} är en adress på internet.",
    "använd https://, eller nå servern genom butikens VPN.",
    CONSULTANT,
    _NOTHING,
)
LOGIN_LETTERS = Entry(
    "NAV16",
    HERE,
    Reach.ALL,
    "Inloggningen har tecken som NAV inte tar emot",
    "Användare eller lösenord innehåller å, ä, ö eller liknande, och NAV läser dem fel vid den här inloggningen.",
    "använd webbtjänstnyckeln i stället för lösenordet, eller en användare med bara a–z och siffror.",
    CONSULTANT,
    _NOTHING,
)

RETURN_BY_TEXT = Entry(
    "NAV17",
    THERE,
    Reach.ONE,
    "Returer får originalets nummer som en textrad",
    "Fältet {field} finns inte i tjänsten {service} (sidan {page} {title}), så kreditnotan nämner kvittot och fakturan "
    "som den krediterar i en egen rad.",
    "inget behöver göras. Lägg till fältet på sidan {page} i NAV, så står numret i stället på kreditnotans huvud.",
    CONSULTANT,
    "Returer skickas som vanligt.",
    cause=("service", "field"),
)

PAYMENT_METHOD = Entry(
    "NAV18",
    THERE,
    Reach.ONE,
    "Kundens betalningsform i NAV skulle betala fakturan",
    "Kund {customer} har betalningsformen {method}. Med den stänger NAV fakturan själv mot betalningsformens konto, "
    "och kassans betalningar får ingenstans att ta vägen.",
    "töm fältet Betalningsformskod på kundkortet (Avdelningar > Försäljning > Kunder), eller visa fältet på sidan "
    "{page}, så tömmer Sync Center det på fakturan.",
    CONSULTANT,
    "Inget är bokfört. " + WAITS,
    cause=("customer",),
)
CURRENCY = Entry(
    "NAV19",
    THERE,
    Reach.ONE,
    "Kunden faktureras i en annan valuta",
    "Kund {customer} har valutan {currency} i NAV. Kronor från kassan skulle bli lika många {currency}.",
    "töm Valutakod på kundkortet (Avdelningar > Försäljning > Kunder), eller välj en annan kund.",
    BOOKKEEPER,
    "Inget är bokfört. " + WAITS,
    cause=("customer",),
)
VAT_GROUP = Entry(
    "NAV20",
    THERE,
    Reach.ONE,
    "Kunden har en annan moms i NAV",
    "Kund {customer} har momsbokföringsmallen {group}, med andra momssatser än kassans ({till}).",
    "ändra Momsbokföringsmall rörelse på kundkortet (Avdelningar > Försäljning > Kunder), eller välj en annan kund. "
    "Såld över disk är varan såld med svensk moms.",
    BOOKKEEPER,
    "Inget är bokfört. " + WAITS,
    cause=("customer",),
)
PAYMENTS_WAIT = Entry(
    "NAV21",
    THERE,
    Reach.ONE,
    "Fakturans betalningar ligger kvar i journalen",
    "Faktura {number} är bokförd, men betalningsraderna i journal {batch} är det inte.",
    "öppna Avdelningar > Ekonomihantering > Likvida medel > Inbetalningsjournaler, journal {batch}. Är fakturan redan "
    "stängd på annat sätt (kundens betalningsform) ska den bokföringen rättas först.",
    BOOKKEEPER,
    "Underlaget slås upp igen vid nästa synkronisering och skickas inte dubbelt. Allt annat skickas.",
)
PASSWORD_MISSING = Entry(
    "NAV22",
    HERE,
    Reach.ALL,
    "Lösenord saknas för inloggningen i NAV",
    "”{user}” är ifyllt men inget lösenord är sparat, så Windows-inloggningen kan inte gå igenom.",
    "öppna Inställningar > Integration > Lösenord eller webbtjänstnyckel och skriv det. För att i stället logga in som "
    "den som är inloggad på kassan: töm användaren och välj Kerberos/Negotiate.",
    CONSULTANT,
    _NOTHING,
)
JOURNAL_UNKNOWN = Entry(
    "NAV23",
    HERE,
    Reach.ALIKE,
    "Journalen finns inte i NAV",
    "{what} {template} {batch} finns inte, eller är stavad på ett annat sätt.",
    "rätta mall och namn i Inställningar > Integration, eller lägg upp journalen i NAV (docs/NAV.md, Journaler).",
    CONSULTANT,
    WAITS,
    cause=("template", "batch"),
)
NUMBER_GARBLED = Entry(
    "NAV24",
    THERE,
    Reach.ONE,
    "Kodmodulen svarade med ett nummer som inte finns",
    "Kodmodulen {codeunit} svarade ”{number}” när {reference} bokfördes, men det finns inget bokfört dokument med det "
    "numret.",
    "jämför kodmodulen i NAV med den i docs/NAV.md; den ska svara med det bokförda dokumentets nummer.",
    CONSULTANT,
    "Underlaget slås upp vid nästa synkronisering och skickas inte dubbelt.",
)
LINE_VAT = Entry(
    "NAV51",
    THERE,
    Reach.ONE,
    "Varan har en annan moms i NAV",
    "{article} såldes med {sold} % moms men får {there} % i NAV (momsbokföringsmallen {group}).",
    "rätta Momsbokföringsmall produkt på artikelkortet (Avdelningar > Lager > Artiklar). Är kassans moms fel: rätta "
    "den där, och fråga bokföraren hur det sålda ska bokföras.",
    BOOKKEEPER,
    "Fakturan togs bort igen; inget är bokfört. " + WAITS,
    cause=("article", "there"),
)
JOURNAL_SERIES = Entry(
    "NAV76",
    THERE,
    Reach.ONE,
    "Journalen har en nummerserie i NAV",
    "{what} {template} {batch} har nummerserien {series}, så NAV vill numrera själv.",
    "töm Nummerserie och Bokföringsnummerserie på journalen (docs/NAV.md, Journaler). Kassans nummer ska stå som "
    "dokumentnummer; annars kan NAV säga nej, och betalningarna känns inte igen i bokföringen.",
    CONSULTANT,
    "Kontrollen säger det tills det är rättat. Inget skickas dubbelt.",
    cause=("template", "batch"),
)
OWN = (
    NOT_SET_UP,
    PLAIN_HTTP,
    LOGIN_REFUSED,
    CERTIFICATE_SHOWN,
    COMPANY_MISSING,
    NO_SERVICE,
    PAGE_MISSING,
    FIELD_MISSING,
    VAT_UNKNOWN,
    CODEUNIT_MISSING,
    TOTAL_DIFFERS,
    INVOICE_OPEN,
    LINES_DIFFER,
    TOO_LONG,
    WRONG_SERVER,
    LOGIN_LETTERS,
    RETURN_BY_TEXT,
    PAYMENT_METHOD,
    CURRENCY,
    VAT_GROUP,
    PAYMENTS_WAIT,
    PASSWORD_MISSING,
    JOURNAL_UNKNOWN,
    NUMBER_GARBLED,
    LINE_VAT,
    JOURNAL_SERIES,
)

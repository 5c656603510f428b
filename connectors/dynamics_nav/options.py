"""The settings of Dynamics NAV."""

from __future__ import annotations

import re

from connectors.dynamics_nav.address import read_address
from connectors.dynamics_nav.pages import NEEDS
from synccenter.contract.options import Column, Kind, Option


def _address(value: str) -> str | None:
    if not value or read_address(value):
        return None
    return "Skriv adressen med server och instans, t.ex. https://navserver:7048/DynamicsNAV110."


def _fingerprint(value: str) -> str | None:
    if not value or re.fullmatch(r"[0-9A-Fa-f]{64}", re.sub(r"[\s:]", "", value)):
        return None
    return "Skriv certifikatets SHA-256-fingeravtryck: 64 tecken 0–9 och A–F."


_ROLES = tuple((role, need.title) for role, need in NEEDS.items())
_POSTS = ("posting", ("auto",))

OPTIONS: tuple[Option, ...] = (
    Option(
        name="address",
        label="Adress till NAV",
        help="Någon av NAV:s webbtjänstadresser, t.ex. https://navserver:7048/DynamicsNAV110/OData. Konsulten har den.",
        required=True,
        check=_address,
    ),
    Option(name="company", label="Företag i NAV", help="Företagets namn precis som i NAV. Tomt: det enda som finns."),
    Option(
        name="wire",
        label="Webbtjänst",
        kind=Kind.CHOICE,
        default="auto",
        choices=(
            ("auto", "Känn efter"),
            ("v4", "OData V4 (NAV 2016 och senare)"),
            ("v3", "OData V3 (NAV 2013 och senare)"),
            ("soap", "SOAP"),
        ),
        help="Känn efter: OData V4 om servern har det, annars OData V3, annars SOAP.",
    ),
    Option(
        name="soap_address",
        label="Adress till SOAP",
        help="Bara om SOAP inte svarar på port 7047 på samma server. Används även för bokföringen.",
        check=_address,
        advanced=True,
    ),
    Option(
        name="sign_in",
        label="Inloggning",
        kind=Kind.CHOICE,
        default="ntlm",
        choices=(
            ("ntlm", "Windows (NTLM)"),
            ("negotiate", "Windows (Kerberos/Negotiate)"),
            ("basic", "NAV-användare med webbtjänstnyckel"),
        ),
        help="Som NAV-servern är inställd (Credential Type). NTLM kräver att ”Enable NTLM authentication” är på.",
    ),
    Option(name="user", label="Användare", help="DOMÄN\\användare för Windows, annars NAV-användarens namn."),
    Option(
        name="password",
        label="Lösenord eller webbtjänstnyckel",
        kind=Kind.SECRET,
        help="Windows-lösenordet, eller nyckeln från användarkortet i NAV (Web Service Access Key).",
    ),
    Option(
        name="plain_http",
        label="Tillåt okrypterad http",
        kind=Kind.SWITCH,
        default=False,
        help="Bara på butikens eget nät: allt, även lösenordet vid NAV-inloggning, går då att avlyssna där.",
    ),
    Option(
        name="fingerprint",
        label="Certifikatets fingeravtryck",
        help="För en server med eget certifikat: SHA-256, 64 tecken. ”Testa anslutning” visar serverns.",
        check=_fingerprint,
    ),
    Option(
        name="cash_customer",
        label="Kontantkund i NAV",
        help="Kundnumret vars momsgrupp, prislista och bokföringsgrupper gäller i kassan.",
    ),
    Option(
        name="price_source",
        label="Priser ur",
        kind=Kind.CHOICE,
        default="card",
        choices=(("card", "Artikelkortet"), ("customer", "Kontantkundens prislista")),
        help="Kontantkundens prislista: försäljningspriser för kunden, dess prisgrupp och alla kunder.",
    ),
    Option(
        name="rounding",
        label="Avrunda priser",
        kind=Kind.CHOICE,
        default="krona_up",
        choices=(("krona_up", "Uppåt till hel krona"), ("krona", "Till närmaste krona"), ("none", "Inte alls")),
        help="Gäller priser som NAV har utan moms. Priser med moms tas som de är.",
    ),
    Option(
        name="vat_group",
        label="Momsgrupp för kassan",
        help="Momsrörelsebokföringsmall (VAT Bus. Posting Group). Tomt: kontantkundens.",
        advanced=True,
    ),
    Option(
        name="vat_rates",
        label="Momssatser",
        kind=Kind.TABLE,
        default=(),
        columns=(Column("group", "Momsproduktbokföringsmall", Kind.TEXT), Column("rate", "Moms %", Kind.NUMBER, 25)),
        help="Behövs bara om Momsbokföringsinställning inte är publicerad.",
        advanced=True,
    ),
    Option(
        name="group_by",
        label="Varugrupp är",
        kind=Kind.CHOICE,
        default="category",
        choices=(("category", "Artikelkategori"), ("product_group", "Produktgrupp")),
        help="Produktgrupper finns till och med NAV 2018.",
    ),
    Option(
        name="barcodes",
        label="Streckkoder ur",
        kind=Kind.CHOICE,
        default="cross",
        choices=(("cross", "Tvärreferenser"), ("identifiers", "Identifierare"), ("gtin", "Bara GTIN på artikelkortet")),
        help="Vilket som finns beror på NAV-licensen.",
    ),
    Option(
        name="gtin",
        label="Även GTIN på artikelkortet",
        kind=Kind.SWITCH,
        default=True,
        help="Läggs till de andra streckkoderna.",
    ),
    Option(
        name="locations",
        label="Lagerställen",
        help="Koder med komma emellan. Tomt: alla.",
    ),
    Option(
        name="sales_location",
        label="Lagerställe för försäljningen",
        help="Koden som fakturor och order får. Tomt: som kunden har i NAV.",
    ),
    Option(
        name="currency",
        label="Valutakod för kronor",
        default="SEK",
        help="Priser i andra valutor hämtas inte. Tom valutakod i NAV räknas alltid som kronor.",
        advanced=True,
    ),
    Option(
        name="posting",
        label="Bokföring av fakturor och journaler",
        kind=Kind.CHOICE,
        default="leave",
        choices=(("leave", "Lämna för bokföring i NAV"), ("auto", "Bokför direkt")),
        help="Bokför direkt kräver kodmodulen i docs/NAV.md. Lämna: en i taget eller i batch, även för provköp.",
    ),
    Option(
        name="codeunit",
        label="Kodmodul",
        default="JobOfficePosting",
        help="Tjänstnamnet för den publicerade kodmodulen som bokför.",
        when=_POSTS,
    ),
    Option(
        name="closing",
        label="Kvittots betalningar",
        kind=Kind.CHOICE,
        default="journal",
        choices=(
            ("journal", "Inbetalningsjournalen, kopplade till fakturan"),
            ("rows", "Rader på fakturan, så att den blir noll"),
        ),
        help="En faktura som lämnas obokförd får alltid betalningarna som rader: den har inget nummer att koppla till.",
        when=_POSTS,
    ),
    Option(
        name="payment_template",
        label="Inbetalningsjournalens mall",
        default="INBET",
        help="Journalmallens namn (Cash Receipts).",
        when=_POSTS,
    ),
    Option(
        name="payment_batch",
        label="Inbetalningsjournalens namn",
        default="KASSA",
        help="En egen journal som bara Sync Center skriver i.",
        when=_POSTS,
    ),
    Option(name="journal_template", label="Redovisningsjournalens mall", default="ALLMÄN", help="Journalmallens namn."),
    Option(
        name="journal_batch",
        label="Redovisningsjournalens namn",
        default="KASSA",
        help="En egen journal som bara Sync Center skriver i.",
    ),
    Option(
        name="new_customers_like",
        label="Nya kunder får grupper som",
        help="Kundnumret vars bokföringsgrupper en ny kund från kassan får. Tomt: kontantkundens.",
        advanced=True,
    ),
    Option(
        name="option_words",
        label="Stavning av alternativ i OData",
        kind=Kind.CHOICE,
        default="auto",
        choices=(("auto", "Känn efter"), ("encoded", "G_L_Account"), ("plain", "G/L Account")),
        help="Hur servern stavar alternativ med tecken i namnet. Känn efter: som den själv skriver på kontantkunden. "
        "SOAP stavar alltid G_L_Account.",
        advanced=True,
    ),
    Option(
        name="services",
        label="Tjänster med andra namn",
        kind=Kind.TABLE,
        default=(),
        columns=(Column("role", "Sida", Kind.CHOICE, "items", _ROLES), Column("name", "Tjänstnamn", Kind.TEXT)),
        help="När en sida är publicerad under ett annat namn än i docs/NAV.md.",
        advanced=True,
    ),
    Option(
        name="fields",
        label="Fält med andra namn",
        kind=Kind.TABLE,
        default=(),
        columns=(
            Column("role", "Sida", Kind.CHOICE, "items", _ROLES),
            Column("field", "Fält", Kind.TEXT),
            Column("name", "Fältets namn i tjänsten", Kind.TEXT),
        ),
        help="När ett fält heter något annat än i docs/NAV.md, t.ex. Unit_Price.",
        advanced=True,
    ),
    Option(
        name="timeout",
        label="Vänta på svar (sekunder)",
        kind=Kind.NUMBER,
        default=60,
        least=5,
        most=600,
        advanced=True,
        help="Så länge får NAV vara tyst innan försöket ges upp.",
    ),
)

"""The settings of Dynamics NAV."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Struct

from connectors.dynamics.options import ROUNDING, fingerprint_wrong
from connectors.dynamics_nav.address import read_address
from connectors.dynamics_nav.pages import NEEDS
from synccenter.contract.options import Kind, Option, Secret


def _address(value: str) -> str | None:
    if not value or read_address(value):
        return None
    return "Skriv adressen med server och instans, t.ex. https://navserver:7048/DynamicsNAV110."


_ROLES = tuple((role, need.title) for role, need in NEEDS.items())
_POSTS = ("posting", ("auto",))


class VatRate(Struct, frozen=True):
    """A row of *Momssatser*."""

    group: Annotated[str, Option(label="Momsproduktbokföringsmall")] = ""
    rate: Annotated[int, Option(label="Moms %", least=0, most=100)] = 25


class ServiceName(Struct, frozen=True):
    """A row of *Tjänster med andra namn*: the service of a page, by its role."""

    role: Annotated[str, Kind.CHOICE, Option(label="Sida", choices=_ROLES)] = "items"
    name: Annotated[str, Option(label="Tjänstnamn")] = ""


class FieldName(Struct, frozen=True):
    """A row of *Fält med andra namn*: a field of a page."""

    role: Annotated[str, Kind.CHOICE, Option(label="Sida", choices=_ROLES)] = "items"
    field: Annotated[str, Option(label="Fält")] = ""
    name: Annotated[str, Option(label="Fältets namn i tjänsten")] = ""


class NavSettings(Struct, frozen=True, kw_only=True):
    """The section `dynamics_nav`."""

    address: Annotated[
        str,
        Option(
            label="Adress till NAV",
            help="Någon av NAV:s webbtjänstadresser, t.ex. https://navserver:7048/DynamicsNAV110/OData. "
            "Konsulten har den.",
            required=True,
            check=_address,
        ),
    ] = ""
    company: Annotated[
        str, Option(label="Företag i NAV", help="Företagets namn precis som i NAV. Tomt: det enda som finns.")
    ] = ""
    wire: Annotated[
        Literal["auto", "v4", "v3", "soap"],
        Option(
            label="Webbtjänst",
            choices=(
                ("auto", "Känn efter"),
                ("v4", "OData V4 (NAV 2016 och senare)"),
                ("v3", "OData V3 (NAV 2013 och senare)"),
                ("soap", "SOAP"),
            ),
            help="Känn efter: OData V4 om servern har det, annars OData V3, annars SOAP.",
        ),
    ] = "auto"
    soap_address: Annotated[
        str,
        Option(
            label="Adress till SOAP",
            help="Bara om SOAP inte svarar på port 7047 på samma server. Används även för bokföringen.",
            check=_address,
            advanced=True,
        ),
    ] = ""
    sign_in: Annotated[
        Literal["ntlm", "negotiate", "basic"],
        Option(
            label="Inloggning",
            choices=(
                ("ntlm", "Windows (NTLM)"),
                ("negotiate", "Windows (Kerberos/Negotiate)"),
                ("basic", "NAV-användare med webbtjänstnyckel"),
            ),
            help="Som NAV-servern är inställd (Credential Type). NTLM kräver att ”Enable NTLM authentication” är på.",
        ),
    ] = "ntlm"
    user: Annotated[
        str, Option(label="Användare", help="DOMÄN\\användare för Windows, annars NAV-användarens namn.")
    ] = ""
    password: Annotated[
        Secret,
        Option(
            label="Lösenord eller webbtjänstnyckel",
            help="Windows-lösenordet, eller nyckeln från användarkortet i NAV (Web Service Access Key).",
        ),
    ] = None
    plain_http: Annotated[
        bool,
        Option(
            label="Tillåt okrypterad http",
            help="Bara på butikens eget nät: allt, även lösenordet vid NAV-inloggning, går då att avlyssna där.",
        ),
    ] = False
    fingerprint: Annotated[
        str,
        Option(
            label="Certifikatets fingeravtryck",
            help="För en server med eget certifikat: SHA-256, 64 tecken. ”Testa anslutning” visar serverns.",
            check=fingerprint_wrong,
        ),
    ] = ""
    cash_customer: Annotated[
        str,
        Option(
            label="Kontantkund i NAV",
            help="Kundnumret vars momsgrupp, prislista och bokföringsgrupper gäller i kassan.",
        ),
    ] = ""
    price_source: Annotated[
        Literal["card", "customer"],
        Option(
            label="Priser ur",
            choices=(("card", "Artikelkortet"), ("customer", "Kontantkundens prislista")),
            help="Kontantkundens prislista: försäljningspriser för kunden, dess prisgrupp och alla kunder.",
        ),
    ] = "card"
    rounding: Annotated[
        Literal["krona_up", "krona", "none"],
        Option(
            label="Avrunda priser",
            choices=ROUNDING,
            help="Gäller priser som NAV har utan moms. Priser med moms tas som de är.",
        ),
    ] = "krona_up"
    vat_group: Annotated[
        str,
        Option(
            label="Momsgrupp för kassan",
            help="Momsrörelsebokföringsmall (VAT Bus. Posting Group). Tomt: kontantkundens.",
            advanced=True,
        ),
    ] = ""
    vat_rates: Annotated[
        tuple[VatRate, ...],
        Option(label="Momssatser", help="Behövs bara om Momsbokföringsinställning inte är publicerad.", advanced=True),
    ] = ()
    group_by: Annotated[
        Literal["category", "product_group"],
        Option(
            label="Varugrupp är",
            choices=(("category", "Artikelkategori"), ("product_group", "Produktgrupp")),
            help="Produktgrupper finns till och med NAV 2018.",
        ),
    ] = "category"
    barcodes: Annotated[
        Literal["cross", "identifiers", "gtin"],
        Option(
            label="Streckkoder ur",
            choices=(
                ("cross", "Tvärreferenser"),
                ("identifiers", "Identifierare"),
                ("gtin", "Bara GTIN på artikelkortet"),
            ),
            help="Vilket som finns beror på NAV-licensen.",
        ),
    ] = "cross"
    gtin: Annotated[bool, Option(label="Även GTIN på artikelkortet", help="Läggs till de andra streckkoderna.")] = True
    locations: Annotated[
        tuple[str, ...], Option(label="Lagerställen", help="Koder med komma emellan. Tomt: alla.")
    ] = ()
    sales_location: Annotated[
        str,
        Option(
            label="Lagerställe för försäljningen", help="Koden som fakturor och order får. Tomt: som kunden har i NAV."
        ),
    ] = ""
    currency: Annotated[
        str,
        Option(
            label="Valutakod för kronor",
            help="Priser i andra valutor hämtas inte. Tom valutakod i NAV räknas alltid som kronor.",
            advanced=True,
        ),
    ] = "SEK"
    posting: Annotated[
        Literal["leave", "auto"],
        Option(
            label="Bokföring av fakturor och journaler",
            choices=(("leave", "Lämna för bokföring i NAV"), ("auto", "Bokför direkt")),
            help="Bokför direkt kräver kodmodulen i docs/NAV.md. Lämna: en i taget eller i batch, även för provköp.",
        ),
    ] = "leave"
    codeunit: Annotated[
        str, Option(label="Kodmodul", help="Tjänstnamnet för den publicerade kodmodulen som bokför.", when=_POSTS)
    ] = "JobOfficePosting"
    closing: Annotated[
        Literal["journal", "rows"],
        Option(
            label="Kvittots betalningar",
            choices=(
                ("journal", "Inbetalningsjournalen, kopplade till fakturan"),
                ("rows", "Rader på fakturan, så att den blir noll"),
            ),
            help="En faktura som lämnas obokförd får alltid betalningarna som rader: den har inget nummer "
            "att koppla till.",
            when=_POSTS,
        ),
    ] = "journal"
    payment_template: Annotated[
        str, Option(label="Inbetalningsjournalens mall", help="Journalmallens namn (Cash Receipts).", when=_POSTS)
    ] = "INBET"
    payment_batch: Annotated[
        str,
        Option(
            label="Inbetalningsjournalens namn", help="En egen journal som bara Sync Center skriver i.", when=_POSTS
        ),
    ] = "KASSA"
    journal_template: Annotated[str, Option(label="Redovisningsjournalens mall", help="Journalmallens namn.")] = (
        "ALLMÄN"
    )
    journal_batch: Annotated[
        str, Option(label="Redovisningsjournalens namn", help="En egen journal som bara Sync Center skriver i.")
    ] = "KASSA"
    new_customers_like: Annotated[
        str,
        Option(
            label="Nya kunder får grupper som",
            help="Kundnumret vars bokföringsgrupper en ny kund från kassan får. Tomt: kontantkundens.",
            advanced=True,
        ),
    ] = ""
    option_words: Annotated[
        Literal["auto", "encoded", "plain"],
        Option(
            label="Stavning av alternativ i OData",
            choices=(("auto", "Känn efter"), ("encoded", "G_L_Account"), ("plain", "G/L Account")),
            help="Hur servern stavar alternativ med tecken i namnet. Känn efter: som den själv skriver på "
            "kontantkunden. "
            "SOAP stavar alltid G_L_Account.",
            advanced=True,
        ),
    ] = "auto"
    services: Annotated[
        tuple[ServiceName, ...],
        Option(
            label="Tjänster med andra namn",
            help="När en sida är publicerad under ett annat namn än i docs/NAV.md.",
            advanced=True,
        ),
    ] = ()
    fields: Annotated[
        tuple[FieldName, ...],
        Option(
            label="Fält med andra namn",
            help="När ett fält heter något annat än i docs/NAV.md, t.ex. Unit_Price.",
            advanced=True,
        ),
    ] = ()
    timeout: Annotated[
        int,
        Option(
            label="Vänta på svar (sekunder)",
            least=5,
            most=600,
            advanced=True,
            help="Så länge får NAV vara tyst innan försöket ges upp.",
        ),
    ] = 60

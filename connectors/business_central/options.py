"""The settings of Business Central."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from msgspec import Struct

from connectors.dynamics.options import ROUNDING, fingerprint_wrong
from synccenter.contract.options import Option, Secret, Url

API, IDENTITY = "https://api.businesscentral.dynamics.com", "https://login.microsoftonline.com"
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
ONLINE, HERE = ("sign_in", ("app", "person")), ("sign_in", ("basic", "ntlm", "negotiate"))


def _company_id(value: str) -> str | None:
    if not value or GUID.fullmatch(value):
        return None
    return "Skriv företagets id, t.ex. 9b408943-7a1e-47ac-85a7-ac52b2c210d3. ”Testa anslutning” räknar upp företagen."


def _code(value: str) -> str | None:
    return None if len(value) <= 10 else "Koden har högst tio tecken."


class VatGroup(Struct, frozen=True):
    """A row of *Momsgrupper*."""

    group: Annotated[str, Option(label="Momsproduktbokföringsmall")] = ""
    rate: Annotated[int, Option(label="Moms %", least=0, most=100)] = 25


class BusinessCentralSettings(Struct, frozen=True, kw_only=True):
    """The section `business_central`."""

    sign_in: Annotated[
        Literal["app", "person", "basic", "ntlm", "negotiate"],
        Option(
            label="Inloggning",
            choices=(
                ("app", "Online: appens egen inloggning (rekommenderas)"),
                ("person", "Online: personen som loggar in"),
                ("basic", "Egen server: användare med webbtjänstnyckel"),
                ("ntlm", "Egen server: Windows (NTLM)"),
                ("negotiate", "Egen server: Windows (Kerberos/Negotiate)"),
            ),
            help="Appens egen inloggning görs en gång av en administratör i Entra och behöver aldrig förnyas av någon.",
        ),
    ] = "app"
    tenant: Annotated[
        str,
        Option(
            label="Organisation i Entra",
            suggest="system",
            help="Katalog-id (tenant) eller domän, t.ex. butiken.onmicrosoft.com. Tomt när en person loggar in: "
            "den personens.",
            when=ONLINE,
        ),
    ] = ""
    environment: Annotated[
        str,
        Option(
            label="Miljö",
            suggest="system",
            help="Miljöns namn i administrationscentret. ”Testa anslutning” räknar upp dem.",
            when=ONLINE,
        ),
    ] = "Production"
    client_id: Annotated[
        str, Option(label="Klient-id", help="Appregistreringens program-id i Entra (application id).", when=ONLINE)
    ] = ""
    client_secret: Annotated[
        Secret,
        Option(
            label="Klienthemlighet",
            help="Appregistreringens hemlighet. Behövs inte när en person loggar in.",
            when=("sign_in", ("app",)),
        ),
    ] = None
    address: Annotated[
        Url,
        Option(
            label="Serverns adress",
            help="Adressen till OData på servern, med instans, t.ex. https://server:7048/BC230.",
            when=HERE,
        ),
    ] = ""
    user: Annotated[
        str,
        Option(
            label="Användare",
            help="Användarens namn, eller DOMÄN\\användare för Windows. Tomt med Windows: den som är inloggad på "
            "kassan.",
            when=HERE,
        ),
    ] = ""
    password: Annotated[
        Secret,
        Option(
            label="Webbtjänstnyckel eller lösenord",
            help="Nyckeln från användarkortet (Webbtjänsttillgångsnyckel), eller Windows-lösenordet.",
            when=HERE,
        ),
    ] = None
    plain_http: Annotated[
        bool,
        Option(
            label="Tillåt okrypterad http",
            help="Bara på butikens eget nät: allt, även nyckeln, går då att avlyssna där.",
            when=HERE,
            advanced=True,
        ),
    ] = False
    fingerprint: Annotated[
        str,
        Option(
            label="Certifikatets fingeravtryck",
            help="För en server med eget certifikat: SHA-256, 64 tecken.",
            check=fingerprint_wrong,
            when=HERE,
            advanced=True,
        ),
    ] = ""
    company_id: Annotated[
        str,
        Option(
            label="Företagets id",
            suggest="system",
            help="Id:t gäller även när företaget byter namn. ”Testa anslutning” räknar upp företagen med id.",
            check=_company_id,
        ),
    ] = ""
    journal: Annotated[
        str,
        Option(
            label="Redovisningsjournal",
            suggest="system",
            help="Namnet på en egen journal som bara Sync Center skriver i. Allt i den bokförs. "
            "”Kopiera momsinställning till journalrader” ska vara av på den.",
            check=_code,
        ),
    ] = "KASSA"
    payment_journals: Annotated[
        str,
        Option(
            label="Inbetalningsjournaler börjar på",
            help="Bara för kundfakturor: en egen inbetalningsjournal för varje betalkonto, med kontot som motkonto, "
            "t.ex. KASSA1910 och KASSA1686.",
            check=_code,
        ),
    ] = "KASSA"
    cash_customer_like: Annotated[
        str,
        Option(
            label="Nya kunder blir som",
            help="Kundnumret vars moms, betalningsvillkor och betalningssätt en ny kund från kassan får. "
            "Tomt: Business Centrals egna.",
            advanced=True,
        ),
    ] = ""
    payment_method: Annotated[
        str,
        Option(
            label="Betalningssätt för nya kunder",
            suggest="system",
            help="Koden i Business Central. Välj ett utan motkonto: kassan bokför själv hur kvittot betalades. "
            "Tomt: som kunden ovan.",
            check=_code,
            advanced=True,
        ),
    ] = ""
    rounding: Annotated[
        Literal["krona_up", "krona", "none"],
        Option(
            label="Avrunda priser",
            choices=ROUNDING,
            help="Gäller priser som Business Central har utan moms. Priser med moms tas som de är.",
        ),
    ] = "krona_up"
    vat_groups: Annotated[
        tuple[VatGroup, ...],
        Option(
            label="Momsgrupper",
            help="Vilken momssats varje momsproduktbokföringsmall är. Behövs bara där namnet inte säger det (MOMS25).",
        ),
    ] = ()
    locations: Annotated[
        tuple[str, ...],
        Option(
            label="Lagerställen",
            help="Koder med komma emellan. Tomt: alla. Saldo per lagerställe kräver tillägget.",
            advanced=True,
        ),
    ] = ()
    sales_location: Annotated[
        str,
        Option(
            label="Lagerställe för försäljningen",
            suggest="system",
            help="Koden som artikelrader på fakturor och order får. Tomt: som Business Central väljer.",
            advanced=True,
        ),
    ] = ""
    cost_centre_dimension: Annotated[
        str,
        Option(
            label="Dimension för kostnadsställe",
            suggest="system",
            help="Dimensionens kod. Tomt: den första globala dimensionen.",
            advanced=True,
        ),
    ] = ""
    project_dimension: Annotated[
        str,
        Option(
            label="Dimension för projekt",
            suggest="system",
            help="Dimensionens kod. Tomt: den andra globala.",
            advanced=True,
        ),
    ] = ""
    redirect: Annotated[
        Url,
        Option(
            label="Svarsadress",
            help="Ska vara registrerad i Entra som http://localhost/callback (porten räknas inte där).",
            when=("sign_in", ("person",)),
            advanced=True,
        ),
    ] = "http://localhost:44312/callback"
    api_address: Annotated[
        Url, Option(label="API-adress", help="Ändras bara vid prov mot en egen server.", advanced=True, when=ONLINE)
    ] = API
    identity_address: Annotated[
        Url,
        Option(label="Inloggningsadress", help="Ändras bara vid prov mot en egen server.", advanced=True, when=ONLINE),
    ] = IDENTITY
    timeout: Annotated[
        int,
        Option(
            label="Vänta på svar (sekunder)",
            least=5,
            most=600,
            advanced=True,
            help="Så länge får Business Central vara tyst innan försöket ges upp.",
        ),
    ] = 60


def online(settings: BusinessCentralSettings) -> bool:
    """Whether it is Microsoft's own service."""
    return settings.sign_in in {"app", "person"}

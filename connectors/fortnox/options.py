"""The settings of Fortnox."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Struct

from synccenter.contract.options import Option, Secret, Url


class FortnoxSettings(Struct, frozen=True, kw_only=True):
    """The section `fortnox`."""

    way: Annotated[
        Literal["bookkeeping", "full"],
        Option(
            label="Använd Fortnox till",
            choices=(
                ("bookkeeping", "Bara bokföring: artiklarna finns i kassan"),
                ("full", "Allt: artiklar, kunder, fakturor och ordrar"),
            ),
            help="Bara bokföring rör inget annat i Fortnox och ber inte om fler rättigheter. Logga in igen efter byte.",
        ),
    ] = "bookkeeping"
    prices_with_vat: Annotated[
        bool,
        Option(
            label="Priserna i Fortnox är med moms",
            help="Påslaget när företaget skriver artiklarnas priser inklusive moms i Fortnox.",
            when=("way", ("full",)),
        ),
    ] = False
    price_lists: Annotated[
        bool,
        Option(
            label="Hämta prislistorna",
            help="De utöver den förvalda, vars priser är artiklarnas egna. Kräver rättigheten price.",
            when=("way", ("full",)),
        ),
    ] = True
    attach_z: Annotated[
        bool,
        Option(
            label="Bifoga Z-rapporten till verifikationen",
            help="Som PDF. Kräver rättigheterna inbox och connectfile: logga in igen efter att det slagits på.",
        ),
    ] = True
    client_id: Annotated[
        str, Option(label="Klient-id", help="Fås av JobOffice, eller i Fortnox utvecklarportal för egen integration.")
    ] = ""
    client_secret: Annotated[
        Secret, Option(label="Klienthemlighet", help="Hör till klient-id. Sparas i lösenordsvalvet.")
    ] = None
    account: Annotated[
        Literal["service", "person"],
        Option(
            label="Logga in som",
            choices=(("service", "Servicekonto (rekommenderas)"), ("person", "Personen som loggar in")),
            help="Servicekontot godkänns en gång av en systemadministratör, behöver inte förnyas och lever kvar när "
            "någon slutar.",
        ),
    ] = "service"
    tenant: Annotated[
        str,
        Option(
            label="Databasnummer",
            help="Företagets nummer hos Fortnox (TenantId). Hämtas av sig självt vid inloggningen; fylls bara i om "
            "servicekontot redan är godkänt.",
            when=("account", ("service",)),
            advanced=True,
        ),
    ] = ""
    redirect: Annotated[
        Url,
        Option(
            label="Svarsadress",
            advanced=True,
            help="Ska vara exakt den som är registrerad i Fortnox utvecklarportal för klient-id.",
        ),
    ] = "http://localhost:44310/callback"
    api_address: Annotated[
        Url, Option(label="API-adress", advanced=True, help="Ändras bara vid prov mot en egen server.")
    ] = "https://api.fortnox.se"
    identity_address: Annotated[
        Url, Option(label="Inloggningsadress", advanced=True, help="Ändras bara vid prov mot en egen server.")
    ] = "https://apps.fortnox.se"
    timeout: Annotated[
        int,
        Option(
            label="Vänta på svar (sekunder)",
            least=5,
            most=300,
            advanced=True,
            help="Så länge får Fortnox vara tyst innan försöket ges upp.",
        ),
    ] = 30

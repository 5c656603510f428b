"""The settings of Visma eEkonomi."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Struct

from synccenter.contract.options import AccountNumber, Option, Secret, Url


class Substitute(Struct, frozen=True):
    """A row of *Ersättningsartiklar*: the article for what is booked on this account with this VAT."""

    account: Annotated[AccountNumber, Option(label="Konto", suggest="accounts")] = 0
    rate: Annotated[int, Option(label="Moms %", least=0, most=100)] = 25
    article: Annotated[str, Option(label="Artikelnummer")] = ""


class VismaSettings(Struct, frozen=True, kw_only=True):
    """The section `visma_eekonomi`."""

    environment: Annotated[
        Literal["production", "sandbox", "custom"],
        Option(
            label="Miljö",
            choices=(("production", "Skarp"), ("sandbox", "Test (sandbox)"), ("custom", "Egna adresser")),
            help="Skarp för butiken. Test är Vismas provmiljö.",
        ),
    ] = "production"
    api_address: Annotated[
        Url,
        Option(
            label="API-adress",
            help="Till exempel https://server.se/v2. Okrypterat (http) går bara mot den egna datorn.",
            when=("environment", ("custom",)),
        ),
    ] = ""
    identity_address: Annotated[
        Url,
        Option(
            label="Inloggningsadress",
            help="Till exempel https://server.se; /connect/authorize och /connect/token läggs till.",
            when=("environment", ("custom",)),
        ),
    ] = ""
    client_id: Annotated[
        str, Option(label="Klient-id", help="Fås av JobOffice, eller av Spiris (api@spiris.se) för egen integration.")
    ] = ""
    client_secret: Annotated[
        Secret, Option(label="Klienthemlighet", help="Hör till klient-id. Sparas i lösenordsvalvet.")
    ] = None
    redirect: Annotated[
        Url,
        Option(
            label="Svarsadress", advanced=True, help="Ska vara exakt den som är registrerad hos Spiris för klient-id."
        ),
    ] = "http://localhost:44300/callback"
    rounding: Annotated[
        Literal["none", "nearest", "up", "ninety"],
        Option(
            label="Avrunda priser",
            choices=(
                ("none", "Inte alls"),
                ("nearest", "Närmaste krona"),
                ("up", "Uppåt till hel krona"),
                ("ninety", "Uppåt till 90 öre"),
            ),
            help="Hur priser med moms avrundas på väg till kassan.",
        ),
    ] = "none"
    price_customer: Annotated[
        str,
        Option(
            label="Priser enligt kund",
            help="Kundnummer för den kund (kontantkunden) vars prislista och rabatter gäller i kassan. "
            "Tomt: artikelns eget pris.",
        ),
    ] = ""
    price_lists: Annotated[bool, Option(label="Hämta prislistor", help="Kräver eEkonomi Pro.")] = False
    substitutes: Annotated[
        tuple[Substitute, ...],
        Option(
            label="Ersättningsartiklar",
            help="Artikel i eEkonomi för sådant på kvittot som saknas där, t.ex. presentkort och pant. "
            "Används när kvitton skickas som kundfakturor.",
        ),
    ] = ()
    timeout: Annotated[
        int,
        Option(
            label="Vänta på svar (sekunder)",
            least=5,
            most=300,
            advanced=True,
            help="Så länge får eEkonomi vara tyst innan försöket ges upp.",
        ),
    ] = 30

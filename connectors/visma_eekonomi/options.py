"""The settings of Visma eEkonomi, and where it answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from connectors.visma_eekonomi.errors import NOT_SET_UP, SYSTEM
from connectors.wire.oauth import Endpoints
from synccenter.core.connector import Session
from synccenter.core.options import Column, Kind, Option

COMPANY_CHOICE = "service:44643EB1-3F76-4C1C-A672-402AE8085934"
"""`acr_values` that lets the person choose company when signing in (developer.vismaonline.com)."""

SCOPES = ("ea:api", "offline_access", "ea:sales", "ea:accounting", "ea:purchase_readonly")
"""What we need: /bankaccounts wants purchase, /companysettings sales, /vatcodes accounting."""

OPTIONS = (
    Option(
        name="environment",
        label="Miljö",
        kind=Kind.CHOICE,
        default="production",
        choices=(("production", "Skarp"), ("sandbox", "Test (sandbox)"), ("custom", "Egna adresser")),
        help="Skarp för butiken. Test är Vismas provmiljö.",
    ),
    Option(
        name="api_address",
        label="API-adress",
        kind=Kind.URL,
        help="Till exempel https://server.se/v2. Okrypterat (http) går bara mot den egna datorn.",
        when=("environment", ("custom",)),
    ),
    Option(
        name="identity_address",
        label="Inloggningsadress",
        kind=Kind.URL,
        help="Till exempel https://server.se; /connect/authorize och /connect/token läggs till.",
        when=("environment", ("custom",)),
    ),
    Option(
        name="client_id",
        label="Klient-id",
        help="Fås av JobOffice, eller av Spiris (api@spiris.se) för egen integration.",
    ),
    Option(
        name="client_secret",
        label="Klienthemlighet",
        kind=Kind.SECRET,
        help="Hör till klient-id. Sparas i lösenordsvalvet.",
    ),
    Option(
        name="redirect",
        label="Svarsadress",
        kind=Kind.URL,
        default="http://localhost:44300/callback",
        advanced=True,
        help="Ska vara exakt den som är registrerad hos Spiris för klient-id.",
    ),
    Option(
        name="rounding",
        label="Avrunda priser",
        kind=Kind.CHOICE,
        default="none",
        choices=(
            ("none", "Inte alls"),
            ("nearest", "Närmaste krona"),
            ("up", "Uppåt till hel krona"),
            ("ninety", "Uppåt till 90 öre"),
        ),
        help="Hur priser med moms avrundas på väg till kassan.",
    ),
    Option(
        name="price_customer",
        label="Priser enligt kund",
        help="Kundnummer för den kund (kontantkunden) vars prislista och rabatter gäller i kassan. "
        "Tomt: artikelns eget pris.",
    ),
    Option(
        name="price_lists",
        label="Hämta prislistor",
        kind=Kind.SWITCH,
        default=False,
        help="Kräver eEkonomi Pro.",
    ),
    Option(
        name="substitutes",
        label="Ersättningsartiklar",
        kind=Kind.TABLE,
        default=(),
        help="Artikel i eEkonomi för sådant på kvittot som saknas där, t.ex. presentkort och pant. "
        "Används när kvitton skickas som kundfakturor.",
        columns=(
            Column("account", "Konto", Kind.ACCOUNT, 0),
            Column("rate", "Moms %", Kind.NUMBER, 25),
            Column("article", "Artikelnummer", Kind.TEXT),
        ),
    ),
    Option(
        name="timeout",
        label="Vänta på svar (sekunder)",
        kind=Kind.NUMBER,
        default=30,
        least=5,
        most=300,
        advanced=True,
        help="Så länge får eEkonomi vara tyst innan försöket ges upp.",
    ),
)

_HOSTS = {
    "production": ("https://eaccountingapi.vismaonline.com/v2", "https://identity.vismaonline.com"),
    "sandbox": (
        "https://eaccountingapi-sandbox.test.vismaonline.com/v2",
        "https://identity-sandbox.test.vismaonline.com",
    ),
}


class Place(Struct, frozen=True):
    """Where one company's eEkonomi answers, and as whom we come."""

    api: str
    endpoints: Endpoints


def place(session: Session) -> Place:
    """The addresses and the client by the settings. Raises V15 naming what is missing."""
    values: Mapping[str, Any] = session.values
    typed = (str(values.get("api_address", "")), str(values.get("identity_address", "")))
    api, identity = _HOSTS.get(str(values.get("environment", "production")), typed)
    identity = identity.rstrip("/").removesuffix("/token").removesuffix("/connect")
    if re.fullmatch(r"https?://[^/]+/?", api):
        api = api.rstrip("/") + "/v2"
    secret = session.secrets.get("client_secret") or ""
    needed = {
        "API-adress": api,
        "Inloggningsadress": identity,
        "Klient-id": values.get("client_id"),
        "Klienthemlighet": secret,
    }
    missing = [label for label, value in needed.items() if not value]
    if missing:
        raise NOT_SET_UP.error(missing=", ".join(missing))
    endpoints = Endpoints(
        system=SYSTEM,
        authorize=identity + "/connect/authorize",
        token=identity + "/connect/token",
        client_id=str(values["client_id"]),
        client_secret=secret,
        scopes=SCOPES,
        extra=(("prompt", "select_account"), ("acr_values", COMPANY_CHOICE)),
    )
    return Place(api.rstrip("/"), endpoints)

"""Where eEkonomi answers, and as whom we come."""

from __future__ import annotations

import re

from msgspec import Struct

from connectors.visma_eekonomi.errors import NOT_SET_UP, SYSTEM
from connectors.visma_eekonomi.options import VismaSettings
from connectors.wire.oauth import Endpoints
from synccenter.contract.connector import Session

COMPANY_CHOICE = "service:44643EB1-3F76-4C1C-A672-402AE8085934"
"""`acr_values` that lets the person choose company when signing in (developer.vismaonline.com)."""

SCOPES = ("ea:api", "offline_access", "ea:sales", "ea:accounting", "ea:purchase_readonly")
"""What we need: /bankaccounts wants purchase, /companysettings sales, /vatcodes accounting."""

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


def place(session: Session[VismaSettings]) -> Place:
    """The addresses and the client by the settings. Raises V15 naming what is missing."""
    settings = session.settings
    api, identity = _HOSTS.get(settings.environment, (settings.api_address, settings.identity_address))
    identity = identity.rstrip("/").removesuffix("/token").removesuffix("/connect")
    if re.fullmatch(r"https?://[^/]+/?", api):
        api = api.rstrip("/") + "/v2"
    secret = session.secrets.get("client_secret") or ""
    needed = {
        "API-adress": api,
        "Inloggningsadress": identity,
        "Klient-id": settings.client_id,
        "Klienthemlighet": secret,
    }
    missing = [label for label, value in needed.items() if not value]
    if missing:
        raise NOT_SET_UP.error(missing=", ".join(missing))
    endpoints = Endpoints(
        system=SYSTEM,
        authorize=identity + "/connect/authorize",
        token=identity + "/connect/token",
        revoke=identity + "/connect/revocation",
        client_id=settings.client_id,
        client_secret=secret,
        scopes=SCOPES,
        extra=(("prompt", "select_account"), ("acr_values", COMPANY_CHOICE)),
        # Its sign-in is Duende's IdentityServer (the answer carries `iss`, RFC 9207), which takes a challenge of any
        # client; integrations in the open send one (business-systems.md 1).
        pkce=True,
    )
    return Place(api.rstrip("/"), endpoints)

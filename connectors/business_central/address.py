"""Where Business Central answers, and as whom we come.

Online the address has the environment and, when it is told, the organisation (*tenant*); without it the token says
which. A server of one's own has its instance in the address (Microsoft, *Endpoints for the APIs*).
"""

from __future__ import annotations

from urllib.parse import quote

from connectors.business_central.errors import NOT_SET_UP, SYSTEM
from connectors.business_central.explain import refused
from connectors.business_central.options import API, IDENTITY, BusinessCentralSettings, online
from connectors.wire.http import Authority
from connectors.wire.logon import Basic, Handshake
from connectors.wire.messages import SignsInConnections, Timeouts
from connectors.wire.oauth import Endpoints, Tokens
from synccenter.contract.connector import Session

RESOURCE = "https://api.businesscentral.dynamics.com"
"""What the token is for, wherever it is asked: the same for all environments."""
BY_APP = (f"{RESOURCE}/.default",)
BY_PERSON = (f"{RESOURCE}/Financials.ReadWrite.All", "offline_access")


def root(settings: BusinessCentralSettings) -> str:
    """The address up to `/api`. Raises BC01."""
    if online(settings):
        _told(Miljö=settings.environment)
        tenant = f"{quote(settings.tenant)}/" if settings.tenant else ""
        return f"{(settings.api_address or API).rstrip('/')}/v2.0/{tenant}{quote(settings.environment)}/api"
    _told(**{"Serverns adress": settings.address})
    path = settings.address.rstrip("/")
    for tail in ("/api/v2.0", "/api", "/ODataV4", "/OData"):
        path = path.removesuffix(tail)
    return f"{path}/api"


def admin(settings: BusinessCentralSettings) -> str:
    """Where the environments of an organisation are listed (Admin Center API)."""
    return f"{(settings.api_address or API).rstrip('/')}/admin/v2.21/applications/environments"


def authority(session: Session[BusinessCentralSettings], timeouts: Timeouts) -> Authority | None:
    """What signs requests in; None where the connection itself is signed in. Raises BC01."""
    settings = session.settings
    if settings.sign_in == "ntlm":
        return None
    if settings.sign_in == "basic":
        key = session.secrets.get("password") or ""
        _told(Användare=settings.user, Webbtjänstnyckel=key)
        return Basic(settings.user, key, lambda: refused(settings))
    return tokens(session, timeouts)


def tokens(session: Session[BusinessCentralSettings], timeouts: Timeouts) -> Tokens:
    """Entra's tokens: the app's own, or those of the person who signed in. Raises BC01."""
    settings, by_app = session.settings, session.settings.sign_in == "app"
    secret = session.secrets.get("client_secret") or ""
    needed = {"Klient-id": settings.client_id}
    if by_app:
        needed |= {"Organisation i Entra": settings.tenant, "Klienthemlighet": secret}
    _told(**needed)
    base = f"{(settings.identity_address or IDENTITY).rstrip('/')}/{quote(settings.tenant or 'organizations')}"
    endpoints = Endpoints(
        system=SYSTEM,
        authorize=f"{base}/oauth2/v2.0/authorize",
        token=f"{base}/oauth2/v2.0/token",
        client_id=settings.client_id,
        client_secret=secret if by_app else "",
        scopes=BY_APP if by_app else BY_PERSON,
        pkce=True,
    )
    return Tokens(session, endpoints, machine=by_app, timeouts=timeouts)


def handshake(session: Session[BusinessCentralSettings]) -> SignsInConnections | None:
    """Windows' own sign-in, where the server wants that."""
    if session.settings.sign_in != "ntlm":
        return None
    return Handshake("NTLM", session.settings.user, session.secrets.get("password") or "")


def _told(**needed: str) -> None:
    missing = [label for label, value in needed.items() if not value]
    if missing:
        raise NOT_SET_UP.error(missing=", ".join(missing))

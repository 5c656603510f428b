"""Where Business Central answers, and as whom we come.

Online the address has the environment and, when it is told, the organisation (*tenant*); without it the token says
which. A server of one's own has its instance in the address (Microsoft, *Endpoints for the APIs*).
"""

from __future__ import annotations

from urllib.parse import quote

from connectors.business_central.errors import NOT_SET_UP, SYSTEM
from connectors.business_central.explain import refused
from connectors.business_central.options import API, IDENTITY, BusinessCentralSettings, online
from connectors.dynamics.sign_in import WINDOWS
from connectors.dynamics.sign_in import handshake as windows_handshake
from connectors.wire.http import Authority
from connectors.wire.logon import Basic
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


def environments(settings: BusinessCentralSettings) -> tuple[str, str]:
    """Where the environments of an organisation are listed: for whoever is signed in (Microsoft, *Get a list of
    environments*), and for an app that the administration centre knows (Admin Center API)."""
    base = (settings.api_address or API).rstrip("/")
    return f"{base}/environments/v1.1", f"{base}/admin/v2.21/applications/environments"


def about_tenant(settings: BusinessCentralSettings) -> str:
    """Where Entra tells of an organisation, by its domain or id, to anybody (OpenID Connect Discovery 1.0, 4)."""
    base = (settings.identity_address or IDENTITY).rstrip("/")
    return f"{base}/{quote(settings.tenant)}/v2.0/.well-known/openid-configuration"


def authority(session: Session[BusinessCentralSettings], timeouts: Timeouts) -> Authority | None:
    """What signs requests in; None where the connection itself is signed in. Raises BC01."""
    settings = session.settings
    if settings.sign_in in WINDOWS:
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
    """Windows' own sign-in, where the server wants that; without a user it is whoever is logged on. Raises BC01."""
    settings, password = session.settings, session.secrets.get("password") or ""
    if settings.sign_in in WINDOWS and settings.user:
        _told(Lösenord=password)
    return windows_handshake(settings.sign_in, settings.user, password)


def _told(**needed: str) -> None:
    missing = [label for label, value in needed.items() if not value]
    if missing:
        raise NOT_SET_UP.error(missing=", ".join(missing))

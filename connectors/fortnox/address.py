"""Where Fortnox answers, and as whom we come."""

from __future__ import annotations

from connectors.fortnox.errors import NOT_SET_UP, SYSTEM
from connectors.fortnox.options import FortnoxSettings
from connectors.wire.oauth import Endpoints
from synccenter.contract.connector import Session

BOOKKEEPING = ("companyinformation", "settings", "bookkeeping", "costcenter", "project")
"""What bookkeeping needs: the company and its locked period, vouchers with accounts, series and years, dimensions."""

FULL = (*BOOKKEEPING, "article", "customer", "order", "invoice", "payment")
"""What articles and customers down, and invoices and orders up, need besides."""

ATTACHING = ("inbox", "connectfile")
"""What a file with a voucher needs besides."""

PRICES = "price"
"""What price lists beyond the preselected one need besides."""

TENANT = "tenant"
"""The entry of the keychain that the company's number at Fortnox is kept under once a service account is approved."""


def scopes(settings: FortnoxSettings) -> tuple[str, ...]:
    """The rights that the chosen way needs, and no others."""
    prices = (PRICES,) if settings.way == "full" and settings.price_lists else ()
    return (*needed(settings), *prices, *(ATTACHING if settings.attach_z else ()))


def needed(settings: FortnoxSettings) -> tuple[str, ...]:
    """The rights without which nothing can be sent."""
    return FULL if settings.way == "full" else BOOKKEEPING


def tenant(session: Session[FortnoxSettings]) -> str:
    """The company's number by which its service account is let in; "" when nobody has approved one."""
    if session.settings.account != "service":
        return ""
    return session.settings.tenant or session.secrets.get(TENANT) or ""


def endpoints(session: Session[FortnoxSettings], company: str) -> Endpoints:
    """Where to get tokens for a company ("": whichever a person chooses). Raises F01 naming what is missing.

    With client credentials no scope is asked for: it is what was approved (fortnox.se/developer, *Get Access-Token
    using Client-Credentials*).
    """
    settings = session.settings
    secret = session.secrets.get("client_secret") or ""
    missing = [word for word, value in (("Klient-id", settings.client_id), ("Klienthemlighet", secret)) if not value]
    if missing:
        raise NOT_SET_UP.error(missing=", ".join(missing))
    identity = settings.identity_address.rstrip("/") + "/oauth-v1"
    kind = (("account_type", "service"),) if settings.account == "service" else ()
    return Endpoints(
        system=SYSTEM,
        authorize=identity + "/auth",
        token=identity + "/token",
        client_id=settings.client_id,
        client_secret=secret,
        scopes=() if company else scopes(settings),
        extra=(("access_type", "offline"), *kind),
        headers=(("TenantId", company),) if company else (),
        # No PKCE: Fortnox' description of its sign-in knows no challenge, and no integration in the open sends one.
    )

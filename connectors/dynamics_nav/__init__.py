"""Microsoft Dynamics NAV 2013 to 2018 (and Business Central on-prem up to 28): OData V3, OData V4, SOAP."""

from datetime import timedelta

from connectors.dynamics_nav.errors import OWN, SYSTEM
from connectors.dynamics_nav.options import NavSettings
from connectors.dynamics_nav.refusals import REFUSALS
from synccenter.contract.connector import Capabilities, Connector, Description, Lookup, Session
from synccenter.contract.model import DocumentKind, Register

SPREE = timedelta(seconds=10)
"""So long do many look-ups share what was read of a month."""
SETTLE_SECONDS = 150.0 + SPREE.total_seconds()
"""A lost request may still be carried out until NAV gives it up; longer than any posting of one receipt takes. What a
look-up says may have been read a `SPREE` before it."""


def open_nav(session: Session[NavSettings]) -> Connector:
    """The connector; its twenty modules are loaded only in the shops that have NAV."""
    from connectors.dynamics_nav.connector import Nav  # noqa: PLC0415

    return Nav(session)


DESCRIPTION = Description(
    name="dynamics_nav",
    title=f"Microsoft {SYSTEM}",
    settings=NavSettings,
    capabilities=Capabilities(
        fetches=frozenset(Register),
        delta=frozenset({Register.ARTICLES, Register.STOCK, Register.CUSTOMERS}),
        sends=frozenset(DocumentKind),
        lookup=Lookup.BY_REFERENCE,
        settle_seconds=SETTLE_SECONDS,
        pays_bank_accounts=False,
        pays_in_rows=True,
        listed=frozenset({DocumentKind.VOUCHER, DocumentKind.INVOICE}),
    ),
    open=open_nav,
    errors=OWN + REFUSALS,
)

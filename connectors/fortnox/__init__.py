"""Fortnox: API v3."""

from connectors.fortnox.errors import ENTRIES, SYSTEM
from connectors.fortnox.options import FortnoxSettings
from synccenter.contract.connector import Capabilities, Connector, Description, Lookup, Session
from synccenter.contract.model import DocumentKind, Register

SETTLE_SECONDS = 90.0
"""Longer than any request takes to give up: after that a lost one is booked or never will be."""


def open_fortnox(session: Session[FortnoxSettings]) -> Connector:
    """The connector, which speaks to nobody yet. Its modules and OAuth are loaded only in the shops that have it."""
    from connectors.fortnox.connector import Fortnox  # noqa: PLC0415 - as above

    return Fortnox(session)


DESCRIPTION = Description(
    name="fortnox",
    title=SYSTEM,
    settings=FortnoxSettings,
    capabilities=Capabilities(
        fetches=frozenset({Register.ACCOUNTS}),
        delta=frozenset({Register.ACCOUNTS}),
        sends=frozenset({DocumentKind.VOUCHER}),
        lookup=Lookup.BY_REFERENCE,
        settle_seconds=SETTLE_SECONDS,
        needs_sign_in=True,
        lists_all_series=True,
    ),
    open=open_fortnox,
    errors=ENTRIES,
)

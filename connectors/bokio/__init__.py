"""Bokio: Company API v1, signed in with the company's own private token."""

from msgspec.structs import replace

from connectors.bokio.errors import ENTRIES, SYSTEM
from connectors.bokio.options import BokioSettings
from synccenter.contract.connector import Capabilities, Connector, Description, Lookup, Session
from synccenter.contract.model import DocumentKind, Register

SETTLE_SECONDS = 90.0
"""Longer than any request takes to give up: after that a lost one is booked or never will be."""


def open_bokio(session: Session[BokioSettings]) -> Connector:
    """The connector, which speaks to nobody yet. Its modules are loaded only in the shops that have it."""
    from connectors.bokio.connector import Bokio  # noqa: PLC0415 - as above

    return Bokio(session)


ALL = Capabilities(
    fetches=frozenset({Register.ACCOUNTS, Register.ARTICLES, Register.CUSTOMERS}),
    sends=frozenset({DocumentKind.VOUCHER, DocumentKind.INVOICE}),
    lookup=Lookup.BY_REFERENCE,
    settle_seconds=SETTLE_SECONDS,
    attaches=True,
    listed=frozenset({DocumentKind.VOUCHER, DocumentKind.INVOICE}),
)

DESCRIPTION = Description(
    name="bokio",
    title=SYSTEM,
    settings=BokioSettings,
    capabilities=ALL,
    open=open_bokio,
    errors=ENTRIES,
    chosen=lambda settings: replace(ALL, attaches=settings.attach_z),
)

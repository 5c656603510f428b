"""Microsoft Dynamics 365 Business Central, online and on a server of one's own: API v2.0."""

from msgspec.structs import replace

from connectors.business_central.errors import SYSTEM
from connectors.business_central.options import BusinessCentralSettings
from connectors.business_central.refusals import ENTRIES
from synccenter.contract.connector import Capabilities, Connector, Description, Lookup, Session
from synccenter.contract.model import DocumentKind, Register

SETTLE_SECONDS = 1140.0
"""A lost request may wait 8 minutes in Business Central's queue and work for 10 (operational limits, online)."""


def open_business_central(session: Session[BusinessCentralSettings]) -> Connector:
    """The connector, which speaks to nobody yet. Its modules are loaded only in the shops that have it."""
    from connectors.business_central import connector  # noqa: PLC0415 - as above

    by_person = session.settings.sign_in == "person"
    return connector.ByPerson(session) if by_person else connector.BusinessCentral(session)


BY_ITSELF = Capabilities(
    fetches=frozenset(Register),
    delta=frozenset({Register.ACCOUNTS, Register.ARTICLES, Register.CUSTOMERS}),
    sends=frozenset(DocumentKind),
    lookup=Lookup.BY_REFERENCE,
    settle_seconds=SETTLE_SECONDS,
    listed=frozenset({DocumentKind.VOUCHER, DocumentKind.INVOICE}),
)
BY_PERSON = replace(BY_ITSELF, needs_sign_in=True)
"""When a person has signed in, and may have to do so again."""

DESCRIPTION = Description(
    name="business_central",
    title=f"Microsoft {SYSTEM}",
    settings=BusinessCentralSettings,
    capabilities=BY_ITSELF,
    open=open_business_central,
    errors=ENTRIES,
    chosen=lambda settings: BY_PERSON if settings.sign_in == "person" else BY_ITSELF,
)

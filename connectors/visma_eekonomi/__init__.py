"""Visma eEkonomi, now Spiris Bokföring & Fakturering: eAccounting API v2."""

from connectors.visma_eekonomi.errors import SYSTEM
from connectors.visma_eekonomi.options import VismaSettings
from connectors.visma_eekonomi.refusals import ENTRIES
from synccenter.contract.connector import Capabilities, Connector, Description, Lookup, Session
from synccenter.contract.model import DocumentKind, Register

SETTLE_SECONDS = 90.0
"""Longer than any request takes to give up: after that a lost one is booked or never will be."""

_ALONG = {Register.BARCODES: Register.ARTICLES, Register.STOCK: Register.ARTICLES}


def open_visma(session: Session[VismaSettings]) -> Connector:
    """The connector, which speaks to nobody yet. Its modules and OAuth are loaded only in the shops that have it."""
    from connectors.visma_eekonomi.connector import Visma  # noqa: PLC0415 - as above

    return Visma(session)


DESCRIPTION = Description(
    name="visma_eekonomi",
    title=SYSTEM,
    settings=VismaSettings,
    capabilities=Capabilities(
        fetches=frozenset(Register) - _ALONG.keys(),
        delta=frozenset(Register) - _ALONG.keys(),
        along=_ALONG,
        swept=frozenset({Register.GROUPS, Register.ARTICLES, Register.PRICES}),
        sends=frozenset(DocumentKind),
        lookup=Lookup.BY_REFERENCE,
        settle_seconds=SETTLE_SECONDS,
        needs_sign_in=True,
        listed=frozenset({DocumentKind.VOUCHER, DocumentKind.INVOICE}),
    ),
    open=open_visma,
    errors=ENTRIES,
)

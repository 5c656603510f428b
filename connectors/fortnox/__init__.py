"""Fortnox: API v3."""

from msgspec.structs import replace

from connectors.fortnox.errors import SYSTEM
from connectors.fortnox.options import FortnoxSettings
from connectors.fortnox.refusals import ENTRIES
from synccenter.contract.connector import Capabilities, Connector, Description, Lookup, Session
from synccenter.contract.model import DocumentKind, Register

SETTLE_SECONDS = 90.0
"""Longer than any request takes to give up: after that a lost one is booked or never will be."""


def open_fortnox(session: Session[FortnoxSettings]) -> Connector:
    """The connector, which speaks to nobody yet. Its modules and OAuth are loaded only in the shops that have it."""
    from connectors.fortnox.connector import Fortnox  # noqa: PLC0415 - as above

    return Fortnox(session)


_ALONG = {Register.BARCODES: Register.ARTICLES, Register.STOCK: Register.ARTICLES}
_REGISTERS = frozenset({Register.ACCOUNTS, Register.ARTICLES, Register.CUSTOMERS})
_WITH_PRICES = _REGISTERS | {Register.PRICES}

FULL = Capabilities(
    fetches=_WITH_PRICES,
    delta=_REGISTERS,
    along=_ALONG,
    swept=frozenset({Register.ARTICLES}),
    sends=frozenset(DocumentKind),
    lookup=Lookup.BY_REFERENCE,
    settle_seconds=SETTLE_SECONDS,
    needs_sign_in=True,
    lists_all_series=True,
    attaches=True,
    listed=frozenset({DocumentKind.VOUCHER, DocumentKind.INVOICE}),
)

BOOKKEEPING = replace(
    FULL,
    fetches=frozenset({Register.ACCOUNTS}),
    delta=frozenset({Register.ACCOUNTS}),
    along={},
    sends=frozenset({DocumentKind.VOUCHER}),
)
"""The articles live in the till: nothing else of Fortnox is touched."""


def chosen(settings: FortnoxSettings) -> Capabilities:
    """What the shop's settings let it use."""
    if settings.way != "full":
        return replace(BOOKKEEPING, attaches=settings.attach_z)
    return replace(FULL, fetches=_WITH_PRICES if settings.price_lists else _REGISTERS, attaches=settings.attach_z)


DESCRIPTION = Description(
    name="fortnox",
    title=SYSTEM,
    settings=FortnoxSettings,
    capabilities=FULL,
    open=open_fortnox,
    errors=ENTRIES,
    chosen=chosen,
)

"""What a window asks of one delivery, and what a person does with it, in the thread that may touch the ledger."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from synccenter.contract.asked import LeavesToCollect
from synccenter.contract.connector import ReversesVouchers
from synccenter.contract.model import Invoice, Voucher, kronor
from synccenter.core.logs import Log
from synccenter.journal.ledger import Delivery, State
from synccenter.locale import _
from synccenter.run import by_hand
from synccenter.run.by_hand import ACT_NAMES, Done
from synccenter.run.repair import state_name
from synccenter.shop import Shop

WAITS = frozenset({State.REJECTED, State.UNKNOWN, State.PENDING})


class Detail(Struct, frozen=True):
    """A delivery with its history: (when, who, what, note). `left`: it lies as a file that nobody has read in.
    `reverses`: the business system can undo it by its opposite."""

    delivery: Delivery
    history: tuple[tuple[str, str, str, str], ...] = ()
    left: bool = False
    reverses: bool = False


def detail(shop: Shop, reference: str) -> Detail:
    """Everything of one delivery. Raises S12 when there is none."""
    delivery = shop.ledger.get(reference)
    history = tuple(
        (f"{datetime.fromtimestamp(at, shop.zone):%Y-%m-%d %H:%M}", who, ACT_NAMES.get(act, act), note)
        for at, who, act, about, note in shop.ledger.history()
        if about == reference
    )
    left = reverses = False
    if delivery.state is State.SENT and delivery.external_id:
        connector = shop.connector()
        left = isinstance(connector, LeavesToCollect) and bool(connector.uncollected([delivery.external_id]))
        here = delivery.route == shop.description.name
        reverses = here and isinstance(connector, ReversesVouchers) and isinstance(delivery.document, Voucher)
    return Detail(delivery, history, left, reverses)


def act(shop: Shop, log: Log, what: str, references: list[str], note: str, *, insist: bool = False) -> list[Done]:
    """`again`, `booked`, `resend` or `reverse` for each; the sentence or the problem of each."""
    done: list[Done] = []
    for delivery in (shop.ledger.get(reference) for reference in references):
        verb = _again(delivery) if what == "again" else what
        if verb:
            done += by_hand.do(shop, log, verb, [delivery], note, insist=insist)
    return done


def explain(shop: Shop, log: Log, name: str, note: str) -> str:
    """See `by_hand.explain`."""
    return by_hand.explain(shop, log, name, note)


def _again(delivery: Delivery) -> str:
    """How one that waits is sent again; "" for one that the next run takes anyway."""
    if delivery.problem and delivery.problem.asks:
        return ""  # the two answers of *Väntar* are for that
    return {State.REJECTED: "release", State.UNKNOWN: "resend"}.get(delivery.state, "")


def rows_of(delivery: Delivery) -> list[tuple[str, str, str, str]]:
    """What is in it: (account or article, debit, credit, text)."""
    document = delivery.document
    if isinstance(document, Voucher):
        return [
            (
                str(row.account),
                kronor(row.amount) if row.amount > 0 else "",
                kronor(-row.amount) if row.amount < 0 else "",
                " ".join(part for part in (row.text, row.cost_centre, row.project) if part),
            )
            for row in document.postings
        ]
    if isinstance(document, Invoice):
        rows = [(row.article, "", kronor(row.amount), f"{row.text} {row.vat_rate} %") for row in document.rows]
        return rows + [(_("betalt"), kronor(one.amount), "", one.method) for one in document.payments]
    return []


def standing(delivery: Delivery, *, left: bool = False) -> str:
    """How it stands; a file that nobody has read in is handed over, not booked."""
    return _("lämnad, inte inläst") if left else _(state_name(delivery))

"""By hand: release, send again, reverse, mark as booked, explain a gap. Each act stands in the log and in the history.

The till is never touched; a document is made anew from its receipts with today's settings.
"""

from __future__ import annotations

import getpass
import socket
from datetime import date, datetime

import msgspec

from synccenter.contract import catalogue
from synccenter.contract.connector import Delivered, Lookup, ReversesVouchers, SendsDocuments, Sent
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Voucher
from synccenter.journal.compose import Composer
from synccenter.journal.ledger import Delivery, State
from synccenter.journal.reports import renamed
from synccenter.journal.safekeeping import taking_turns
from synccenter.shop import Shop
from synccenter.truth.already import ANYWAY
from synccenter.truth.assessment import is_otherwise_in_books
from synccenter.truth.standing import Standing, look_up

STATE_NAMES = {
    State.PENDING: "väntar",
    State.SENDING: "sänds just nu",
    State.SENT: "skickat",
    State.REJECTED: "stoppat",
    State.UNKNOWN: "väntar på besked",
    State.MANUAL: "bokfört för hand",
    State.EMPTY: "tomt, inget att bokföra",
    State.REPLACED: "ersatt",
}


_MANY = 100_000
"""More than ever wait for one answer."""

FOUND_ALREADY = "finns redan"


def state_name(delivery: Delivery) -> str:
    """How a delivery stands, as a person reads it."""
    asks = delivery.problem is not None and delivery.problem.asks
    return FOUND_ALREADY if asks and delivery.state is State.REJECTED else STATE_NAMES[delivery.state]


class Repair:
    """What a person may do with deliveries."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._ledger = shop.ledger
        self._who = f"{getpass.getuser()}@{socket.gethostname()}"

    def chosen(self, reference: str, day: date | None, *, found: bool = False) -> list[Delivery]:
        """One delivery, or all of a day that are not replaced. `found`: those that wait as *finns redan* (of a day)."""
        if found:
            parked = self._ledger.in_state(State.REJECTED, limit=_MANY)
            asking = [one for one in parked if one.problem and one.problem.asks]
            return [one for one in asking if day in {None, one.business_date}]
        if day is None:
            return [self._ledger.get(reference)]
        return [one for one in self._ledger.between(day, day) if one.state is not State.REPLACED]

    def release(self, delivery: Delivery, note: str) -> Delivery:
        """Map a parked delivery anew and let it wait to be sent. Raises the reason when it still cannot be made."""
        if delivery.state is not State.REJECTED:
            raise self._wrong_state(delivery)
        if delivery.problem and delivery.problem.asks:
            raise SyncError(delivery.problem)  # trying again answers no question
        made = self._remap(delivery, "release", note)
        if made.problem:
            raise SyncError(made.problem)
        return made

    def booked(self, delivery: Delivery, note: str) -> None:
        """A person has seen it in the books, or booked it by hand: it is never sent.

        What was found there already is noted with its number there. One that was sent can be marked only when the
        books were found to hold something else: a person has changed it there, and means it.
        """
        if delivery.problem and delivery.problem.asks:
            note = note or delivery.external_number
        was: tuple[State, ...] = (State.REJECTED, State.UNKNOWN, State.PENDING)
        if is_otherwise_in_books(self._ledger, delivery.reference):
            was = (*was, State.SENT)
        if not self._ledger.set_by_hand(delivery.reference, State.MANUAL, was, who=self._who, act="booked", note=note):
            raise self._wrong_state(delivery)

    def resend(self, delivery: Delivery, note: str, *, insist: bool) -> Delivery:
        """Send again. What may stand in the books already is refused unless a person insists.

        An *unknown* one that a person says is missing keeps its reference; one that was sent gets a new one
        (`1-Z57-R2`), so that look-ups never find the old one. One that waits for a business system that the shop
        has left goes to the new one. One that somebody else seems to have booked (T16) goes when a person insists.
        """
        if delivery.state is State.REJECTED and delivery.problem and delivery.problem.asks:
            return self._send_anyway(delivery, note, insist=insist)
        if delivery.state is State.UNKNOWN:
            return self._resend_unknown(delivery, note, insist=insist)
        if delivery.state in {State.PENDING, State.REJECTED} and delivery.route != self._shop.description.name:
            self._remap(delivery, "resend", note)
            return delivery
        if delivery.state not in {State.SENT, State.MANUAL}:
            raise self._wrong_state(delivery)
        if not insist:
            self._refuse_double(delivery)
        new = self._revision(delivery)
        if not self._ledger.replace(delivery, new, self._who, note):
            raise self._wrong_state(delivery)
        return new

    def reverse(self, delivery: Delivery, note: str) -> Sent:
        """Undo a wrong voucher in the books by its opposite, and tell what that became there. Raises S16 or S60.

        The delivery stays *sent*, with its line in the history: until it is sent again under a new reference the proof
        says that its sales are missing in the books, and so they are. Asked again nothing more is reversed.
        """
        if delivery.state is not State.SENT:
            raise self._wrong_state(delivery)
        system, connector = self._shop.description, self._shop.connector()
        here = delivery.route == system.name
        if not (here and isinstance(connector, ReversesVouchers) and isinstance(delivery.document, Voucher)):
            raise catalogue.CANNOT_REVERSE.error(reference=delivery.reference, system=system.title)
        with taking_turns(self._shop.lock_path), self._shop.owned(release=True):
            made = connector.reverse(Delivered(delivery.document, delivery.external_id))
            number = made.number or made.external_id
            self._ledger.remember(self._who, "reverse", delivery.reference, f"{number}: {note}")
        return made

    def _resend_unknown(self, delivery: Delivery, note: str, *, insist: bool) -> Delivery:
        """A person says that it is missing; the business system is asked as well, when it can answer."""
        here = delivery.route == self._shop.description.name
        if not insist and (not here or self._shop.description.capabilities.lookup is not Lookup.NONE):
            self._refuse_double(delivery)
        was = (State.UNKNOWN,)
        if not self._ledger.set_by_hand(delivery.reference, State.PENDING, was, who=self._who, act="resend", note=note):
            raise self._wrong_state(delivery)
        if not here:
            self._remap(delivery, "release", note)
        return delivery

    def _send_anyway(self, delivery: Delivery, note: str, *, insist: bool) -> Delivery:
        if not insist:
            raise catalogue.ALREADY_BOOKED.error(reference=delivery.reference, number=delivery.external_number)
        made = self._remap(delivery, ANYWAY, note or f"en annan än {delivery.external_number}")
        if made.problem:
            raise SyncError(made.problem)
        return made

    def _remap(self, delivery: Delivery, act: str, note: str) -> Delivery:
        made = self._composer().again(delivery)
        with self._ledger.together():
            if made is not delivery:
                self._ledger.remake(made)
            self._ledger.remember(self._who, act, delivery.reference, note)
        return made

    def explain(self, gap: str, note: str) -> None:
        """A person's explanation of a gap in the numbers; the proof shows it and is no longer red for it."""
        self._ledger.remember(self._who, "explain", gap, note)

    def _refuse_double(self, delivery: Delivery) -> None:
        new = self._shop.description
        if delivery.route != new.name:
            old = self._shop.registry[delivery.route].title if delivery.route in self._shop.registry else delivery.route
            at = datetime.fromtimestamp(delivery.changed, self._shop.zone)
            raise catalogue.DOUBLE_ROUTE.error(
                reference=delivery.reference, old=old, new=new.title, at=f"{at:%Y-%m-%d %H:%M}"
            )
        connector = self._shop.connector()
        if isinstance(connector, SendsDocuments) and delivery.document is not None:
            verdict = look_up(connector, delivery.document)
            if verdict.standing is not Standing.MISSING:
                raise catalogue.ALREADY_BOOKED.error(reference=delivery.reference, number=verdict.numbers)

    def _revision(self, delivery: Delivery) -> Delivery:
        """The delivery under a new reference."""
        root, _, tail = delivery.reference.rpartition("-R")
        number = int(tail) + 1 if root and tail.isdigit() else 2
        reference = f"{root if number > 2 else delivery.reference}-R{number}"
        made = self._composer().again(delivery)
        state = made.state if made.state in {State.REJECTED, State.EMPTY} else State.PENDING
        return msgspec.structs.replace(
            renamed(made, reference),
            state=state,
            replaces=delivery.reference,
            route=self._shop.description.name,
            external_id="",
            external_number="",
            attempts=0,
        )

    def _composer(self) -> Composer:
        shop = self._shop
        return shop.composer()

    def _wrong_state(self, delivery: Delivery) -> SyncError:
        now = self._ledger.get(delivery.reference)
        return catalogue.NOT_IN_STATE.error(reference=now.reference, state=STATE_NAMES[now.state])

"""What a person does with deliveries, one or many: the same words by command line and in the windows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.core.logs import Log
from synccenter.journal.delivery import Delivery
from synccenter.run.repair import Repair
from synccenter.shop import Shop

ACT_NAMES: Mapping[str, str] = {
    "release": "Släppt",
    "resend": "Skickas om",
    "reverse": "Vänd i affärssystemet",
    "booked": "Märkt som bokförd",
    "anyway": "Skickas ändå",
    "explain": "Lucka förklarad",
}


class Done(Struct, frozen=True):
    """What became of one delivery: a sentence, or the problem that was in the way. `now`: what it is called from now
    on, when that is another name."""

    reference: str
    text: str = ""
    problem: Problem | None = None
    now: str = ""


def do(shop: Shop, log: Log, act: str, chosen: Iterable[Delivery], note: str, *, insist: bool = False) -> list[Done]:
    """Release, resend, reverse or mark as booked; what cannot be done stands in the log and stops no other."""
    repair = Repair(shop)
    done = []
    with log.section(f"För hand: {ACT_NAMES[act].lower()}"):
        for delivery in chosen:
            try:
                text, now = _do(repair, act, delivery, note, insist=insist)
            except SyncError as error:
                log.error(error.problem)
                done.append(Done(delivery.reference, problem=error.problem))
            else:
                log.row(f"{text} {note}".strip())
                done.append(Done(delivery.reference, text, now=now))
    return done


def explain(shop: Shop, log: Log, name: str, note: str) -> str:
    """A person's explanation of a gap, or of a receipt or Z report that was changed after it was sent. Raises D60 when
    there is nothing of that name."""
    from synccenter.truth.explaining import can_be_explained  # noqa: PLC0415 - seldom done, and asked of the till

    if not can_be_explained(shop.sales, shop.ledger, name):
        raise catalogue.NOTHING_TO_EXPLAIN.error(name=name)
    with log.section(ACT_NAMES["explain"]):
        Repair(shop).explain(name, note)
        log.row(f"Luckan {name} är förklarad: {note}")
    return f"Luckan {name} är förklarad."


def _do(repair: Repair, act: str, delivery: Delivery, note: str, *, insist: bool) -> tuple[str, str]:
    """A sentence, and what it is called from now on when that is another name."""
    reference = delivery.reference
    if act == "release":
        repair.release(delivery, note)
        return f"{reference} är släppt och skickas vid nästa synkronisering.", ""
    if act == "booked":
        repair.booked(delivery, note)
        return f"{reference} är märkt som bokfört för hand och skickas aldrig.", ""
    if act == "reverse":
        made = repair.reverse(delivery, note)
        text = f"{reference} är vänd i affärssystemet som {made.number or made.external_id} och räknas inte längre som"
        return f"{text} bokförd. Skicka om den i Visa status, eller med ”jobsync ledger resend {reference}”.", ""
    new = repair.resend(delivery, note, insist=insist)
    if new.reference == reference:
        return f"{reference} skickas vid nästa synkronisering.", ""
    return f"{reference} skickas om som {new.reference} vid nästa synkronisering.", new.reference

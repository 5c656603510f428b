"""What each step of the guide asked for, looked at before one goes on: the part of the check that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from synccenter.check import books, machine, preflight, till
from synccenter.check.findings import UNREADABLE, Look
from synccenter.check.preflight import Step
from synccenter.contract.errors import Problem
from synccenter.contract.finding import Finding
from synccenter.shop import Shop


def problems_of(shop: Shop, step: str) -> list[Problem]:
    """What keeps a step (by its Swedish title) from being done; none for a step that is not known."""
    look = Look(shop)
    found = preflight.tried(look, ((title, one) for title, one in STEPS.get(step, ())))
    told: dict[tuple[str, str], Problem] = {}
    for problem in (finding.problem for finding in found):
        if problem is not None and problem.code not in UNREADABLE:
            told.setdefault((problem.cause, problem.item), problem)
    return list(told.values())


def _till(look: Look) -> Iterator[Finding]:
    """The till's database is there and is what it should be, and one company in it is chosen.

    A till that gives files has a database of ours, with no company in it until the first file is read.
    """
    shop = look.shop
    if shop.reads_files:
        return
    wrong = [problem for problem in shop.till.probe() if problem.code not in UNREADABLE]
    yield from preflight.findings_of("Kassans databas", wrong)
    if not wrong:
        shop.company  # noqa: B018 - raises when none or several fit


STEPS: Mapping[str, tuple[tuple[str, Step], ...]] = {
    "Kassan": (("Kassans databas", _till),),
    "Affärssystem": (("Affärssystem", preflight.own_check), ("Företag", books.company)),
    "Konton": (
        ("Betalsätt", till.payments),
        ("Varugrupper", till.groups),
        ("Konton", books.accounts),
        ("Verifikationsserie", books.series),
    ),
    "Schema": (("E-post", machine.mail),),
    "Startdatum": (("Startdatum", preflight.route),),
}
"""The steps of the guide (`ui/settings_layout.py`) by their titles."""

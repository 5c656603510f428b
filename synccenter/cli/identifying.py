"""`jobsync identity …`: who is who, and a person's answer when something has changed."""

from __future__ import annotations

import argparse

from synccenter.cli.output import Exit, print_json, print_problem, print_table, say, tell
from synccenter.core.logs import Log
from synccenter.journal.identity import known, recognise
from synccenter.journal.safekeeping import taking_turns
from synccenter.shop import Shop


def identity(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Dispatch `jobsync identity …`. What is said stands in the log and in the history."""
    if arguments.act == "show":
        return _show(shop, arguments)
    from synccenter.run.who import Answer, Who  # noqa: PLC0415 - only to answer

    with log.section("Vem är vem"), taking_turns(shop.lock_path):
        about = getattr(arguments, "old", "") or getattr(arguments, "till", "")
        answer = Answer(arguments.act, about, getattr(arguments, "new", ""))
        text = Who(shop, arguments.note).say(answer)
        log.row(text)
    tell(text, as_json=arguments.json)
    return Exit.OK


def _show(shop: Shop, arguments: argparse.Namespace) -> Exit:
    now, changed = known(shop.ledger), recognise(shop.sales, shop.ledger, shop.company)
    if arguments.json:
        print_json({"identity": now, "changed": changed.problems})
    elif now is None:
        say("Journalen har inte mött kassan än.")
    else:
        say(f"{now.name} ({now.org_number or 'inget organisationsnummer'}), id {now.company}, märke {now.mark or '–'}")
        rows = [(till, was.name or till, str(max(was.receipts, default=0)), str(max(was.reports, default=0)))
                for till, was in sorted(now.tills.items())]  # fmt: skip
        print_table([("Kassa", "I underlag", "Senaste kvitto", "Senaste Z"), *rows])
    if not arguments.json:
        for problem in changed.problems:
            print_problem(problem)
    return Exit.DIFFERENCE if changed.problems else Exit.OK

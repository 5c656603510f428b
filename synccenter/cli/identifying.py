"""`jobsync identity …`: who is who, and a person's answer when something has changed."""

from __future__ import annotations

import argparse
import getpass
import socket

from synccenter.cli.output import Exit, print_json, print_problem, print_table, say, tell
from synccenter.contract import catalogue
from synccenter.core.logs import Log
from synccenter.journal.identity import Identity, acquaint, beginning, known, recognise
from synccenter.journal.renaming import Renaming
from synccenter.journal.safekeeping import taking_turns
from synccenter.shop import Shop


def identity(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Dispatch `jobsync identity …`. What is said stands in the log and in the history."""
    if arguments.act == "show":
        return _show(shop, arguments)
    with log.section("Vem är vem"), taking_turns(shop.lock_path):
        text = _said(shop, arguments)
        log.row(text)
    tell(text, as_json=arguments.json)
    return Exit.OK


def _said(shop: Shop, arguments: argparse.Namespace) -> str:
    note = arguments.note
    who = f"{getpass.getuser()}@{socket.gethostname()}"
    if arguments.act == "company-renamed":
        Renaming(shop.ledger, Identity(shop.company.id), who, note).company(arguments.old)
        return f"Företaget {arguments.old} är {shop.company.id} ({shop.company.name}); dess historia följer med."
    now = acquaint(shop.ledger, shop.company)
    renaming = Renaming(shop.ledger, now, who, note)
    match arguments.act:
        case "company-corrected":
            renaming.corrected(shop.company.org_number)
            return f"{shop.company.name} har organisationsnummer {shop.company.org_number}."
        case "till-renamed":
            _must_know(now, arguments.old)
            renaming.till(arguments.old, arguments.new)
            return f"Kassa {arguments.old} heter nu {arguments.new}; dess historia följer med."
        case "till-closed":
            _must_know(now, arguments.till)
            renaming.closed(arguments.till)
            return f"Kassa {arguments.till} är avvecklad."
        case _:
            _must_know(now, arguments.till)
            first = beginning(shop.sales, arguments.till, now.tills[arguments.till])
            renaming.anew(arguments.till, first, shop.today())
            return (
                f"Kassa {arguments.till}: kvitton från {first[0]} och Z-rapporter från {first[1]} är nya och skickas."
            )


def _must_know(now: Identity, till: str) -> None:
    if till not in now.tills:
        raise catalogue.TILL_UNKNOWN.error(till=till, known=", ".join(sorted(now.tills)) or "inga")


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

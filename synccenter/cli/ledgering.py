"""ledger: the deliveries one by one, and what a person may do with them."""

from __future__ import annotations

import argparse
from datetime import datetime

from synccenter.cli.output import Exit, print_json, print_problem, print_table, say, tell
from synccenter.contract.model import Invoice, Voucher, kronor
from synccenter.core.logs import Log
from synccenter.journal.identity import names
from synccenter.journal.ledger import Delivery, State
from synccenter.journal.safekeeping import make_doubtful, restore, taking_turns
from synccenter.run import by_hand
from synccenter.run.by_hand import ACT_NAMES
from synccenter.run.repair import Repair, state_name
from synccenter.shop import Shop


def ledger(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Dispatch `jobsync ledger …`."""
    if getattr(arguments, "reference", ""):
        arguments.reference = shop.ledger.called(arguments.reference, names(shop.ledger, shop.company).shop)
    match arguments.act:
        case "list":
            return _list(shop, arguments)
        case "show":
            return _show(shop, arguments)
        case "history":
            return _history(shop, arguments)
        case "restore":
            return _restore(shop, log, arguments)
        case "explain":
            tell(by_hand.explain(shop, log, arguments.gap, arguments.note), as_json=arguments.json)
            return Exit.OK
        case _:
            return _by_hand(shop, log, arguments)


def _list(shop: Shop, arguments: argparse.Namespace) -> Exit:
    if arguments.day:
        found = list(shop.ledger.between(arguments.day, arguments.day))
    else:
        found = shop.ledger.in_state(State.REJECTED, State.UNKNOWN, State.PENDING, State.SENDING)
    if arguments.json:
        print_json(found)
        return Exit.OK
    if not found:
        say("Inget väntar, inget är stoppat.")
        return Exit.OK
    print_table(
        [("Underlag", "Datum", "Belopp", "Läge", "Som", "Varför")]
        + [
            (
                one.reference,
                str(one.business_date),
                kronor(one.total),
                state_name(one),
                one.external_number or one.external_id,
                f"{one.problem.title} [{one.problem.code}]" if one.problem else "",
            )
            for one in found
        ],
        right=frozenset({2}),
    )
    return Exit.OK


def _show(shop: Shop, arguments: argparse.Namespace) -> Exit:
    delivery = shop.ledger.get(arguments.reference)
    if arguments.json:
        print_json(delivery)
        return Exit.OK
    say(f"{delivery.reference}  {delivery.business_date}  {kronor(delivery.total)} kr  {state_name(delivery)}")
    if delivery.external_id:
        say(f"I affärssystemet: {delivery.external_number or delivery.external_id}")
    if delivery.problem:
        say(delivery.problem.sentence(), "OBS!" if delivery.problem.asks else "FEL!")
    _print_document(delivery)
    return Exit.OK


def _print_document(delivery: Delivery) -> None:
    if isinstance(delivery.document, Voucher):
        rows = [
            (
                str(row.account),
                kronor(row.amount) if row.amount > 0 else "",
                kronor(-row.amount) if row.amount < 0 else "",
                row.text,
                row.cost_centre,
                row.project,
            )
            for row in delivery.document.postings
        ]
        print_table([("Konto", "Debet", "Kredit", "Text", "KS", "Projekt"), *rows], right=frozenset({1, 2}))
    elif isinstance(delivery.document, Invoice):
        rows2 = [(row.article, row.text, f"{row.vat_rate} %", kronor(row.amount)) for row in delivery.document.rows]
        print_table([("Artikel", "Text", "Moms", "Belopp"), *rows2], right=frozenset({3}))
        print_table([(one.method, kronor(one.amount)) for one in delivery.document.payments], right=frozenset({1}))


def _history(shop: Shop, arguments: argparse.Namespace) -> Exit:
    rows = shop.ledger.history()
    if arguments.json:
        print_json([dict(zip(("at", "who", "act", "reference", "note"), row, strict=True)) for row in rows])
    elif not rows:
        say("Inget är gjort för hand.")
    else:
        print_table(
            [
                (
                    datetime.fromtimestamp(at, shop.zone).strftime("%Y-%m-%d %H:%M"),
                    who,
                    ACT_NAMES.get(act, act),
                    reference,
                    note,
                )
                for at, who, act, reference, note in rows
            ]
        )
    return Exit.OK


def _by_hand(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    chosen = Repair(shop).chosen(arguments.reference, arguments.day, found=getattr(arguments, "found", False))
    insist = arguments.act == "resend" and arguments.insist
    done = by_hand.do(shop, log, arguments.act, chosen, arguments.note, insist=insist)
    if arguments.json:
        print_json(
            [
                {"reference": one.reference} | ({"problem": one.problem} if one.problem else {"text": one.text})
                for one in done
            ]
        )
    for one in done:
        if one.problem:
            print_problem(one.problem)
        elif not arguments.json:
            say(one.text)
    return Exit.DIFFERENCE if any(one.problem for one in done) else Exit.OK


def _restore(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    path = shop.ledger_path
    if path is None:
        tell("Journalen ligger på databasservern: återställ den därifrån.", as_json=arguments.json)
        return Exit.REFUSED
    with log.section("Journalen återställs"), taking_turns(shop.lock_path):
        copy = restore(path, shop.clock())
        make_doubtful(shop.ledger)
        text = f"Kopian {copy.name} är tillbaka." if copy else "Det fanns ingen kopia; en ny journal är påbörjad."
        text += " Allt slås upp i affärssystemet innan något skickas igen."
        log.row(text)
    tell(text, as_json=arguments.json)
    return Exit.OK

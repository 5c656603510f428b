"""till: files from tills that have no database of ours: read them, ask what they do not say, take the answers along."""

from __future__ import annotations

import argparse
import calendar

import msgspec

from synccenter.cli.output import Exit, Telling, print_json, print_problem, say, tell
from synccenter.contract import catalogue
from synccenter.core.logs import Log
from synccenter.journal.safekeeping import taking_turns
from synccenter.run.report import Outcome
from synccenter.run.till_files import give_answer, import_files, read_till_files, released_line
from synccenter.shop import Shop
from synccenter.tillfiles import registers_out
from synccenter.tillfiles.export import export
from synccenter.tillfiles.questions import Answer, Book, Control
from synccenter.tillfiles.release import release


def till(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Dispatch `jobsync till …`."""
    if arguments.act == "export":
        return _export(shop, arguments)
    if arguments.act == "registers":
        return _registers(shop, arguments)
    acts = {"import": _import, "questions": _questions, "answer": _answer, "control": _control, "answers": _answers}
    with taking_turns(shop.lock_path):
        return acts.get(arguments.act, _seen)(shop, log, arguments)


def _seen(shop: Shop, _log: Log, arguments: argparse.Namespace) -> Exit:
    count = shop.files.see_alarms()
    tell(f"{count} larm är märkta som sedda.", as_json=arguments.json, count=count)
    return Exit.OK


def _import(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    shop.files  # noqa: B018 - J13 before the section is begun
    with log.section("Läs in journalfil"):
        telling = Telling(log, quiet=arguments.json)
        outcome = Outcome("journalfil")
        results = []
        if arguments.files:
            results = import_files(shop, arguments.files, telling, outcome)
        else:
            read_till_files(shop, telling, outcome)
        outcome.tell_rest(telling)
    if arguments.json:
        print_json({"files": results, "problems": outcome.problems})
    return Exit.DIFFERENCE if outcome.causes else Exit.OK


def _export(shop: Shop, arguments: argparse.Namespace) -> Exit:
    first = last = arguments.day
    if arguments.month:
        first = arguments.month
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    found = export(shop.sales, shop.company, (first, last), arguments.file, now=shop.clock())
    text = f"{arguments.file}: {found.receipts} kvitton och {found.z_reports} Z-rapporter."
    if found.left_out:
        text += f" {found.left_out} gick inte att läsa och är inte med."
    tell(text, as_json=arguments.json, **msgspec.to_builtins(found))
    return Exit.DIFFERENCE if found.left_out else Exit.OK


def _registers(shop: Shop, arguments: argparse.Namespace) -> Exit:
    try:
        count = registers_out.write(shop.till, shop.company.id, registers_out.parse(arguments.columns), arguments.file)
    except (ValueError, OSError) as error:
        raise catalogue.TILL_ANSWER_BAD.error(why=str(error)) from error
    tell(f"{arguments.file}: {count} artiklar.", as_json=arguments.json, count=count)
    return Exit.OK


def _questions(shop: Shop, _log: Log, arguments: argparse.Namespace) -> Exit:
    released = release(shop.files, shop.zone)
    problems = [*shop.files.alarms(), *released.problems]
    if arguments.json:
        print_json({"problems": problems, "proposals": released.proposals})
    elif not (problems or released.proposals):
        say("Inga frågor. Alla Z-rapporter som lästs in är klara.")
    else:
        for problem in problems:
            print_problem(problem)
        for make, control in released.proposals:
            say(f"Förslag: jobsync till control {control}=warn --make ”{make}” (försäljning och moms stämmer)")
    return Exit.DIFFERENCE if problems else Exit.OK


def _answer(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    make = _make(shop, arguments.make)
    give_answer(shop, Answer(make, arguments.what, arguments.subject, arguments.answer), arguments.account)
    return _now(shop, log, arguments, f"{arguments.subject} är {arguments.answer} för {make}.")


def _control(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    name, _, level = arguments.pair.partition("=")
    if level not in {"stop", "warn"}:
        raise catalogue.TILL_ANSWER_BAD.error(why=f"”{arguments.pair}” ska vara t.ex. payments=warn")
    make = _make(shop, arguments.make)
    Book(shop.files.database).set_level(Control(make, name, "warn" if level == "warn" else "stop"))
    return _now(shop, log, arguments, f"Kontrollen {name} är {level} för {make}.")


def _answers(shop: Shop, _log: Log, arguments: argparse.Namespace) -> Exit:
    book = Book(shop.files.database)
    if arguments.to:
        taken = book.taken()
        arguments.to.write_bytes(msgspec.json.format(msgspec.json.encode(taken)) + b"\n")
    else:
        taken = book.take(arguments.source)
    text = f"{len(taken.answers)} svar och {len(taken.controls)} kontroller."
    tell(text, as_json=arguments.json, answers=len(taken.answers), controls=len(taken.controls))
    return Exit.OK


def _now(shop: Shop, log: Log, arguments: argparse.Namespace, text: str) -> Exit:
    """Let go what the answer was all that it waited for."""
    with log.section("Journalfiler: svar"):
        log.row(text)
        released = release(shop.files, shop.zone)
        log.row(released_line(released))
    tell(f"{text} {released_line(released)}", as_json=arguments.json)
    return Exit.OK


def _make(shop: Shop, chosen: str) -> str:
    """The make that is meant. Raises J12 when that is not clear."""
    if chosen:
        return chosen
    makes = sorted({one.make for one in shop.files.tills()})
    if len(makes) == 1:
        return makes[0]
    raise catalogue.TILL_ANSWER_BAD.error(why=f"säg vilket märke (--make); det finns {', '.join(makes) or 'inget än'}")

"""sync, check, status and proof."""

from __future__ import annotations

import argparse
import json
import traceback
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from synccenter.check import preflight
from synccenter.cli.border import interruptible
from synccenter.cli.output import Collected, Exit, Telling, exit_code, print_json, print_problem, print_table, say
from synccenter.contract import catalogue
from synccenter.contract.connector import ReadsBack
from synccenter.contract.errors import ErrorKind, Problem
from synccenter.contract.finding import Severity
from synccenter.contract.model import Ore, ZReport, kronor
from synccenter.core.logs import Log
from synccenter.core.refusal import problem_of
from synccenter.journal.delivery import State
from synccenter.journal.ownership import holder_now
from synccenter.run.dryrun import DryRun
from synccenter.run.engine import Engine
from synccenter.run.parked import stopped
from synccenter.run.remembered import found_before
from synccenter.run.report import Outcome, each_cause
from synccenter.shop import Shop
from synccenter.truth.assessment import add_books, standing_now
from synccenter.truth.corrections import corrector
from synccenter.truth.proof import prove
from synccenter.truth.proven import Proof

_PASSES = {ErrorKind.RETRY, ErrorKind.WAIT}
"""What the next run tries again: nobody has anything to do."""

MARKS = {Severity.GREEN: "OK  ", Severity.YELLOW: "OBS!", Severity.RED: "FEL!"}


def sync(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """One run, in the log and on the screen."""
    if arguments.dry_run:
        return _dry_run(shop, log, arguments)
    telling = Telling(log, quiet=arguments.json)
    title = "Synkronisera allt" if arguments.all else "Synkronisera förändringar"
    with log.section(title), interruptible(shop) as cancelled:
        outcome = Engine(shop, telling, cancelled).run(
            everything=arguments.all, accept_removals=arguments.accept_removals, release=True
        )
        trouble = _watched(shop, log, outcome)
    if trouble:
        print_problem(trouble)
    if arguments.json:
        print_json(outcome)
    if telling.unsaid:
        raise telling.unsaid
    code = exit_code(outcome)
    return Exit.DIFFERENCE if trouble and code is Exit.OK else code


def _watched(shop: Shop, log: Log, outcome: Outcome) -> Problem | None:
    """Mail what there is to mail; why it could not be. The run is over, and its answer is given all the same."""
    from synccenter.reports.watch import Watchman  # noqa: PLC0415 - mail costs 40 ms to load

    watchman = Watchman()
    try:
        watchman.after_run(shop, log, outcome)
    except Exception as error:  # noqa: BLE001 - the border to mail and alarms
        problem = problem_of(error)
        log.error(problem)
        log.debug("".join(traceback.format_exception(error)))
        return problem
    return watchman.trouble


def _dry_run(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    collected = Collected(log)
    with log.section("Provkörning: inget skickas och inget ändras"):
        found = DryRun(shop, collected if arguments.json else Telling(log, quiet=False)).run()
    if arguments.json:
        print_json({"rows": collected.rows, "problems": collected.problems})
    return Exit.DIFFERENCE if found else Exit.OK


def check(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Every finding with its mark; red ones also in the log."""
    found = list(preflight.findings(shop))
    with log.section("Kontrollera inställningar"):
        for finding in found:
            if finding.problem is None:
                log.row(f"OK: {finding.title}")
            elif finding.severity is Severity.RED:
                log.error(finding.problem)
            else:
                log.warning(finding.problem.sentence())
    if arguments.json:
        print_json(found)
    else:
        for finding in found:
            tail = f" – {finding.problem.sentence()}" if finding.problem else ""
            say(f"{finding.title}{tail}", MARKS[finding.severity])
    return Exit.REFUSED if preflight.red(found) else Exit.OK


def status(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """What a person wants to know first: last run, what waits, who owns the sync, where the log is."""
    counts = {state.value: count for state, count in shop.ledger.counts().items()}
    runs = shop.ledger.runs(5)
    good = shop.ledger.runs(1, "ok")
    owner = holder_now(shop.ledger.database, shop.company.id)
    standing = standing_now(shop)
    wrong = [*shop.settings.problems, *standing.problems, *stopped(shop.ledger, (State.REJECTED, State.UNKNOWN))]
    if shop.mails_waiting:
        wrong.append(catalogue.MAIL_FAILED.problem(server=shop.settings.mail.server))
    before = [one for one in found_before(shop) if not one.needs_nobody]
    red = each_cause((*wrong, *before))
    if arguments.json:
        print_json(
            {
                "company": shop.company.name,
                "store": shop.company.store,
                "system": shop.description.name,
                "holder": owner[0] if owner else None,
                "holds_now": bool(owner and owner[1]),
                "counts": counts,
                "unsent": standing.unsent,
                "problems": red,
                "remarks": standing.remarks,
                "last_good": good[0][1] if good else None,
                "mails_waiting": shop.mails_waiting,
                "log": str(log.path_today()),
                "runs": [
                    {
                        "started": run[0],
                        "finished": run[1],
                        "kind": run[2],
                        "holder": run[3],
                        "outcome": run[4],
                        "summary": json.loads(run[5]),
                    }
                    for run in runs
                ],
            }
        )
    else:
        _print_status(shop, log, counts | {"unsent": standing.unsent}, owner)
        for problem in red:
            say(problem.sentence(), "OBS!" if problem.asks else "FEL!")
        for problem in standing.remarks:
            say(problem.sentence(), "OBS!")
    if wrong or any(one.kind not in _PASSES for one in before) or counts.get("rejected") or counts.get("unknown"):
        return Exit.DIFFERENCE
    return Exit.WAITING if before or standing.unsent or counts.get("pending") or counts.get("sending") else Exit.OK


def _print_status(shop: Shop, log: Log, counts: dict[str, int], owner: tuple[str, bool] | None) -> None:
    good = shop.ledger.runs(1, "ok")
    say(f"Företag:      {shop.company.name}, {shop.company.store}")
    say(f"Affärssystem: {shop.description.title}")
    if owner:
        mine = " (den här)" if owner[0] == shop.holder else ""
        say(f"Sköts av:     {owner[0]}{mine}{'' if owner[1] else ', ledig just nu'}")
    say(f"Senast bra:   {_when(shop, good[0][1]) if good else 'aldrig'}")
    say(f"Väntar:       {counts.get('pending', 0) + counts.get('sending', 0) + counts.get('unsent', 0)}")
    say(f"Stoppade:     {counts.get('rejected', 0)}")
    say(f"Oklara:       {counts.get('unknown', 0)}")
    if count := shop.mails_waiting:
        say(f"Mejl:         {count} väntar på e-postservern")
    say(f"Dagens logg:  {log.path_today()}")
    rows: list[tuple[str, ...]] = [("Senaste körningar", "", "")]
    rows += [(_when(shop, run[1]), str(run[2]), _RESULT.get(run[4], str(run[4]))) for run in shop.ledger.runs(5)]
    say()
    print_table(rows)


_RESULT = {"ok": "utan fel", "problems": "med fel", "refused": "stoppad", "waiting": "väntade", "cancelled": "avbruten"}


def _when(shop: Shop, epoch: float) -> str:
    return datetime.fromtimestamp(epoch, shop.zone).strftime("%Y-%m-%d %H:%M:%S")


def proof(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Gaps, and till against books per Z report. Exit code 1 when anything is not 0."""
    first, last = _period(shop, arguments)
    books = None if arguments.no_books else _books(shop)
    proven = prove(shop.sales, shop.ledger, first, last, books=books, correct=corrector(shop))
    add_books(shop, proven)
    if arguments.z:
        till, number = arguments.z
        proven.reports = [one for one in proven.reports if (one.till, one.number) == (till, number)]
        proven.z_changes = [one for one in proven.z_changes if (one.till, one.number) == (till, number)]
        proven.gaps = [one for one in proven.gaps if one.till == till]
        proven.deviations = [one for one in proven.deviations if one.key.till == till]
        proven.forgotten = [one for one in proven.forgotten if one[0].till == till]
    if arguments.json:
        print_json({"clean": proven.clean, "proof": proven})
    else:
        print_proof(proven)
    with log.section(f"Bevis {first}–{last}"):
        log.row(proven.verdict if proven.clean else "Något stämmer inte; se ”jobsync proof”.")
    return Exit.OK if proven.clean else Exit.DIFFERENCE


def _books(shop: Shop) -> ReadsBack | None:
    connector = shop.connector()
    return connector if isinstance(connector, ReadsBack) else None


def _period(shop: Shop, arguments: argparse.Namespace) -> tuple[date, date]:
    if arguments.day:
        return arguments.day, arguments.day
    if arguments.month:
        return arguments.month, (arguments.month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    if arguments.z:
        till, number = arguments.z
        found = list(shop.sales.z_numbered(till, [number]))
        if not found:
            raise catalogue.ENTRY_UNKNOWN.error(reference=f"{till}-Z{number}")
        if isinstance(found[0], ZReport):
            return found[0].business_date, found[0].business_date
    return shop.settings.safety.cutover or date(shop.today().year, 1, 1), shop.today()


def print_proof(proven: Proof) -> None:
    """The proof as a bookkeeper reads it."""
    say(f"Bevis {proven.first} – {proven.last}")
    say()
    rows: list[tuple[str, ...]] = [("Kassa", "Z", "Datum", "Kassan", "Skickat", "Bokfört", "Skillnad", "")]
    rows += [
        (
            one.till,
            str(one.number),
            str(one.business_date),
            kronor(one.total),
            kronor(one.sent),
            _amount(one.booked),
            kronor(one.difference),
            _remark(one.waiting, right=one.right, note=one.note),
        )
        for one in proven.reports
    ]
    till, sent, booked = proven.total()
    rows.append(
        (
            "Summa",
            "",
            "",
            kronor(till),
            kronor(sent),
            _amount(booked),
            kronor(till - (sent if booked is None else booked)),
            "",
        )
    )
    print_table(rows, right=frozenset({3, 4, 5, 6}))
    say()
    for name, states in proven.states.items():
        say(f"Kassa {name}: {_receipts(states)}.")
    _print_deviations(proven)
    say()
    say(proven.verdict if proven.clean else "Något stämmer inte: se raderna ovan.")


_NOT_FINISHED = {"cancelled": ("avbrutet", "avbrutna"), "parked": ("parkerat", "parkerade"), "voided": ("felslag",) * 2}


def _receipts(states: Mapping[str, int]) -> str:
    """`33 avslutade kvitton, 1 avbrutet, 2 felslag`; a state that the till has nothing in is not among them."""
    if not states:
        return "inga kvitton"
    finished = states.get("finished", 0)
    parts = ["1 avslutat kvitto" if finished == 1 else f"{finished or 'inga'} avslutade kvitton"]
    for state, (one, many) in _NOT_FINISHED.items():
        if count := states.get(state, 0):
            parts.append(f"{count} {one if count == 1 else many}")
    return ", ".join(parts)


def _print_deviations(proven: Proof) -> None:
    for gap in proven.gaps:
        tail = f"förklarad: {gap.explained}" if gap.explained else "saknas i kassan"
        numbers = f"{gap.first}–{gap.last}" if gap.last > gap.first else f"{gap.first}"
        mark = "OK  " if gap.explained else "FEL!"
        say(f"Lucka [{gap.name}]: {gap.what} {numbers} på kassa {gap.till} {tail}.", mark)
    for one in proven.books:
        say(f"{one.reference} ({one.number}): {one.why}; skillnad {kronor(one.amount)} kr.", "FEL!")
    for deviation in proven.deviations:
        what = "är felslag" if deviation.voided else "är ändrat"
        mark = "OK  " if deviation.explained else "FEL!"
        tail = f" Förklarat: {deviation.explained}" if deviation.explained else ""
        sent = f"i kassan efter att det skickats som {deviation.reference}"
        say(f"Kvitto {deviation.key} [{deviation.name}] {what} {sent}.{tail}", mark)
        if deviation.correction and not deviation.explained:
            say("     Förslag till rättelse (skickas aldrig av sig själv):")
            for posting in deviation.correction:
                side = "debet " if posting.amount > 0 else "kredit"
                say(f"       {posting.account} {side} {kronor(abs(posting.amount))} {posting.text}")
    for explained, row in proven.more():
        say(row, "OK  " if explained else "FEL!")
    _print_rest(proven)


def _print_rest(proven: Proof) -> None:
    for count, what in (
        (proven.waiting, "väntar på att skickas"),
        (proven.parked, "är stoppat" if proven.parked == 1 else "är stoppade"),
        (proven.unknown, "väntar på besked"),
    ):
        if count:
            say(f"{count} underlag {what}: se ”jobsync ledger list”.", "FEL!")
    if proven.untaken:
        read = "inläst" if proven.untaken == 1 else "inlästa"
        say(f"{proven.untaken} underlag ligger i mappen och är inte {read} i bokföringen än.", "OBS!")
    if proven.unclosed:
        one = _receipts({"finished": proven.unclosed})
        say(f"{one} är inte med i någon Z-rapport, fast senare har tagits.", "FEL!")
    for problem in proven.unread:
        say(problem.sentence(), "FEL!")
    if proven.vat_till != proven.vat_sent:
        say(f"Momsen: kassan {kronor(proven.vat_till)} kr, skickat {kronor(proven.vat_sent)} kr.", "FEL!")


def _amount(amount: Ore | None) -> str:
    return "ej läst" if amount is None else kronor(amount)


def _remark(waiting: int, *, right: bool, note: str) -> str:
    if right:
        return "OK"
    if note or not waiting:
        return note or "FEL!"
    return "1 kvitto väntar" if waiting == 1 else f"{waiting} kvitton väntar"

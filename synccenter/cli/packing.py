"""support, month and testmail: what is made for somebody else."""

from __future__ import annotations

import argparse

from synccenter.cli.output import Exit, print_json, print_problem, say
from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from synccenter.core.faults import disk_problem
from synccenter.core.logs import Log
from synccenter.reports import month as monthly
from synccenter.reports.support import packet_of
from synccenter.reports.watch import Watchman
from synccenter.shop import MONTH_FOLDER, SUPPORT_FOLDER, Shop


def support(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """One zip with logs, settings, versions, findings and a summary of the ledger; no secrets, no customers."""
    target = arguments.to or shop.folder / SUPPORT_FOLDER
    with log.section("Supportpaket"):
        try:
            path = packet_of(shop, log, target)
        except OSError as error:
            raise SyncError(disk_problem(target, error)) from error
        log.row(f"Supportpaketet ligger i {path}.")
    if arguments.json:
        print_json({"file": str(path)})
    else:
        say(f"Supportpaketet ligger i {path}. Det innehåller inga lösenord och inga kunduppgifter.")
    return Exit.OK


def month(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """The month's proof and what was sent, as files. Exit code 1 when the proof is not clean."""
    target = arguments.to or shop.folder / MONTH_FOLDER
    if arguments.month > shop.today():
        raise catalogue.MONTH_AHEAD.error(month=f"{arguments.month:%Y-%m}", latest=f"{shop.today():%Y-%m}")
    with log.section(f"Månadspaket {arguments.month:%Y-%m}"):
        packet = monthly.make(shop, arguments.month)
        try:
            paths = monthly.write(packet, target)
        except OSError as error:
            raise SyncError(disk_problem(target, error)) from error
        log.row(f"Månadspaketet ligger i {target}: {len(paths)} filer.")
    proof = packet.month.proof
    clean = proof.clean
    if arguments.json:
        print_json({"clean": clean, "files": [str(path) for path in paths]})
    else:
        for path in paths:
            say(str(path))
        say(proof.verdict if clean else "Något behöver förklaras; se beviset.")
    return Exit.OK if clean else Exit.DIFFERENCE


def testmail(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Hand a test letter to the mail server at once. Exit code 1 when it does not take it."""
    with log.section("Testmejl"):
        problem = Watchman().send_test(shop, log)
        if problem:
            log.error(problem)
        else:
            log.row("Testmejlet är skickat.")
    if arguments.json:
        print_json({"sent": problem is None, "error": problem})
    if problem:
        print_problem(problem)
    elif not arguments.json:
        say("Testmejlet är skickat till " + ", ".join(shop.settings.mail.to) + ".")
    return Exit.DIFFERENCE if problem else Exit.OK

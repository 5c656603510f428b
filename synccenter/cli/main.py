"""Runs one command: opens the shop and its log, dispatches, tells errors, gives the exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from synccenter import __version__, locale
from synccenter.cli.arguments import parser
from synccenter.cli.demoing import demo
from synccenter.cli.identifying import identity
from synccenter.cli.ledgering import ledger
from synccenter.cli.output import EXIT_OF, Exit, print_json, print_problem
from synccenter.cli.running import check, proof, status, sync
from synccenter.cli.settling import settings
from synccenter.contract import catalogue
from synccenter.contract.connector import Registry
from synccenter.contract.errors import SyncError
from synccenter.core.logs import Log
from synccenter.core.secrets import open_keychain
from synccenter.core.windows import data_folder
from synccenter.shop import Shop

DEMO_FOLDER = Path("demo-foretag")
"""The demo never lands among a real shop's data unless a person says so with --data-dir."""


def _packing(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    from synccenter.cli import packing  # noqa: PLC0415 - mail costs 40 ms to load

    acts = {"month": packing.month, "support": packing.support, "testmail": packing.testmail}
    return acts[arguments.command](shop, log, arguments)


def _sign_in(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    from synccenter.cli.signing_in import sign_in  # noqa: PLC0415 - a browser and a local server: only to sign in

    return sign_in(shop, log, arguments)


def _registers(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    from synccenter.cli.registering import registers  # noqa: PLC0415 - seldom asked for

    return registers(shop, log, arguments)


def _gift_cards(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    from synccenter.cli.gift_cards import show  # noqa: PLC0415 - seldom asked for

    return show(shop, log, arguments)


def _updating(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    from synccenter.cli.updating import updating  # noqa: PLC0415 - the network: only to look for a newer version

    return updating(shop, log, arguments)


def _till(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    from synccenter.cli.till_files import till  # noqa: PLC0415 - only tills that give files

    return till(shop, log, arguments)


COMMANDS = {
    "sync": sync,
    "check": check,
    "status": status,
    "proof": proof,
    "ledger": ledger,
    "identity": identity,
    "registers": _registers,
    "giftcards": _gift_cards,
    "month": _packing,
    "support": _packing,
    "testmail": _packing,
    "settings": settings,
    "demo": demo,
    "sign-in": _sign_in,
    "till": _till,
    "update": _updating,
}


def run(registry: Registry, words: Sequence[str], tray: Callable[[Path], int]) -> int:
    """Run a command line; the exit code. `tray` runs the icon by the clock of a data folder."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may not be UTF-8
            stream.reconfigure(encoding="utf-8", errors="replace")
    locale.argparse_in_swedish()
    arguments = parser().parse_args(words)
    folder = arguments.data_dir or (DEMO_FOLDER if arguments.command == "demo" else data_folder())
    folder.mkdir(parents=True, exist_ok=True)
    if arguments.command is None:
        return tray(folder)
    shop, log = open_shop(folder, registry)
    try:
        code = COMMANDS[arguments.command](shop, log, arguments)
        sys.stdout.flush()
    except SyncError as error:
        log.error(error.problem)
        if arguments.json:
            print_json({"error": error.problem})
        print_problem(error.problem)
        return _code(error)
    except BrokenPipeError:  # whoever read the answer has seen enough: `jobsync settings show | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    else:
        return code
    finally:
        shop.close()
        log.close()


def open_shop(folder: Path, registry: Registry) -> tuple[Shop, Log]:
    """The shop of a data folder, with its log."""
    keychain = open_keychain(f"JobOffice Sync Center {folder.resolve()}")
    shop = Shop(folder, registry, keychain)
    own = folder / "Loggar"
    log = Log(
        Path(shop.settings.general.log_folder or own),
        own,
        lambda: header(shop),
        clock=shop.clock,
        keep_days=shop.settings.general.log_days,
        masker=keychain.masker,
    )
    shop.debug = log.debug
    log.clean()
    return shop, log


def header(shop: Shop) -> Mapping[str, str]:
    """What stands on top of each log file. A till that cannot be read must not stop the log."""
    try:
        company, store = shop.company.name, shop.company.store
    except SyncError as error:
        company, store = f"(okänt: {error.problem.title})", ""
    try:
        system = shop.description.title
    except SyncError as error:
        system = f"({error.problem.title})"
    return {
        "Företag": company,
        "Butik": store,
        "Kassa": shop.holder,
        "Version": f"JobOffice Sync Center {__version__}",
        "Integration": system,
    }


def _code(error: SyncError) -> int:
    waiting = {catalogue.OTHER_TILL_OWNS.code, catalogue.ALREADY_RUNNING.code}
    return EXIT_OF["waiting" if error.problem.code in waiting else "problems"]

"""Runs one command: opens the shop and its log, dispatches, tells errors, gives the exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from synccenter import __version__, locale
from synccenter.check.privacy import keep_private
from synccenter.cli import border
from synccenter.cli.arguments import parser
from synccenter.cli.identifying import identity
from synccenter.cli.ledgering import ledger
from synccenter.cli.output import Exit, print_json
from synccenter.cli.running import check, proof, status, sync
from synccenter.cli.settling import settings
from synccenter.contract import catalogue
from synccenter.contract.connector import Registry
from synccenter.contract.errors import SyncError
from synccenter.core.cleaning import clean
from synccenter.core.logs import Log
from synccenter.core.refusal import problem_of
from synccenter.core.secrets import open_keychain
from synccenter.core.windows import data_folder
from synccenter.shop import LOG_FOLDER, Shop

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


def _z_report(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    from synccenter.cli.z_report import z_report  # noqa: PLC0415 - seldom asked for

    return z_report(shop, log, arguments)


def _updating(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    from synccenter.cli.updating import updating  # noqa: PLC0415 - the network: only to look for a newer version

    return updating(shop, log, arguments)


def _till(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    from synccenter.cli.till_files import till  # noqa: PLC0415 - only tills that give files

    return till(shop, log, arguments)


def _demo(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    from synccenter.cli.demoing import demo  # noqa: PLC0415 - only for a demo

    return demo(shop, log, arguments)


COMMANDS = {
    "sync": sync,
    "check": check,
    "status": status,
    "proof": proof,
    "ledger": ledger,
    "identity": identity,
    "registers": _registers,
    "giftcards": _gift_cards,
    "z-report": _z_report,
    "month": _packing,
    "support": _packing,
    "testmail": _packing,
    "settings": settings,
    "demo": _demo,
    "sign-in": _sign_in,
    "till": _till,
    "update": _updating,
}


def run(registry: Registry, words: Sequence[str], tray: Callable[[Path], int]) -> int:
    """Run a command line; the exit code. `tray` runs the icon by the clock of a data folder."""
    border.use_encodings(as_json="--json" in words)
    locale.argparse_in_swedish()
    arguments = _understood(words)
    if arguments.command is None:
        folder = _folder(arguments)
        folder.mkdir(parents=True, exist_ok=True)
        return tray(folder)
    try:
        with border.ended_in_order():
            code = _command(_folder(arguments), registry, arguments)
            sys.stdout.flush()
    except BrokenPipeError:  # whoever read the answer has seen enough: `jobsync settings show | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except KeyboardInterrupt:
        return border.told_cancelled(as_json=arguments.json)
    except Exception as error:  # noqa: BLE001 - the border of the command line: a sentence with a code
        return border.told(problem_of(error), as_json=arguments.json)
    else:
        return code


def _understood(words: Sequence[str]) -> argparse.Namespace:
    """What was typed. argparse ends the program by itself, in words for a person; a script gets its JSON too."""
    try:
        return parser().parse_args(words)
    except SystemExit as ended:
        if "--json" in words and ended.code == Exit.USAGE:
            print_json({"error": catalogue.COMMAND_WRONG.problem()})
        raise


def _folder(arguments: argparse.Namespace) -> Path:
    """Where the shop's data lie. Whole, since settings name files in it, and are read from wherever the program is
    started next."""
    chosen: Path = arguments.data_dir or (DEMO_FOLDER if arguments.command == "demo" else data_folder())
    return chosen.absolute()


def _command(folder: Path, registry: Registry, arguments: argparse.Namespace) -> int:
    """Run a command with the shop open. What it could not do stands in the log too."""
    folder.mkdir(parents=True, exist_ok=True)
    shop, log = open_shop(folder, registry)
    try:
        return COMMANDS[arguments.command](shop, log, arguments)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        log.warning(f"Kommandot {arguments.command} avbröts.")
        raise
    except Exception as error:
        log.error(problem_of(error))
        if not isinstance(error, SyncError):
            import traceback  # noqa: PLC0415 - only for a bug of ours

            log.debug(traceback.format_exc())
        raise
    finally:
        shop.close()
        log.close()


def open_shop(folder: Path, registry: Registry) -> tuple[Shop, Log]:
    """The shop of a data folder, with its log."""
    keychain = open_keychain(f"JobOffice Sync Center {folder.resolve()}")
    shop = Shop(folder, registry, keychain)
    own = folder / LOG_FOLDER
    log = Log(
        Path(shop.settings.general.log_folder or own),
        own,
        lambda: header(shop),
        clock=shop.clock,
        keep_days=shop.settings.general.log_days,
        masker=keychain.masker,
    )
    shop.debug = log.debug
    keep_private(shop)
    clean(folder, log, shop.today())
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

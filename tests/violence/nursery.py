"""A warm process that forks children, each of which makes one run as if the program had just started.

    python -m tests.violence.nursery

reads one JSON line an order on standard input and answers each by its serial number: with the child's number when
it is to be started, with its wait status when it is to be buried. Forking saves the half second of imports: a thousand
kills take a minute and not ten.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from connectors.files import DESCRIPTION as FILES
from synccenter.cli.output import Telling
from synccenter.contract.connector import Registry
from synccenter.core.database import SQLite
from synccenter.core.logs import Log
from synccenter.core.secrets import FileVault, Keychain
from synccenter.run.engine import Engine
from synccenter.shop import Shop
from synccenter.till import schema
from synccenter.till.demo import build
from tests.violence import chores, sabotage
from tests.violence.phases import Place
from tests.violence.shelf import describe

REGISTRY: Registry = {"shelf": describe(), "files": FILES}
NOVEMBER = datetime(2026, 11, 30, 8, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Stockholm")


class NoPatience(threading.Event):
    """The cancel event of a run: waits are short."""

    def wait(self, timeout: float | None = None) -> bool:
        """At most a few milliseconds."""
        return super().wait(min(timeout or 0.0, 0.003))


def open_shop(folder: Path, ahead: float = 0.0) -> Shop:
    """A shop whose clock goes `ahead` seconds before the machine's."""
    vault = FileVault(folder / "valv.json")
    return Shop(folder, REGISTRY, Keychain("test", vault), now=lambda: datetime.now(ZONE) + timedelta(seconds=ahead))


def run_once(order: dict[str, Any]) -> str:
    """One run, with a real log; how it went."""
    folder = Path(order["folder"])
    shop = open_shop(folder, order.get("ahead", 0.0))
    shop.cancel = NoPatience()
    logs = folder / "Loggar"
    log = Log(logs, logs, lambda: {"Kassa": shop.holder}, clock=shop.clock, keep_days=90, masker=shop.secrets.masker)
    shop.debug = log.debug
    try:
        with log.section("Synkronisera förändringar"):
            outcome = Engine(shop, Telling(log, quiet=True)).run(everything=order.get("everything", False))
    finally:
        shop.close()
        log.close()
    return outcome.result


def _child(order: dict[str, Any]) -> int:
    place = Place(Path(order["place"]))
    place.watch(order.get("fatal", ""), order.get("spent", ""))
    if order.get("sabotage"):
        sabotage.apply(order["sabotage"])
    if order.get("chore"):
        chores.CHORES[order["chore"]](Path(order["folder"]))
        return 0
    results = ("ok", "problems", "refused", "waiting", "cancelled")
    while True:
        code = results.index(run_once(order))
        if not order.get("forever"):
            return code
        time.sleep(0.02)


def warm_up() -> None:
    """Two runs that reach nobody: what the program loads only when it is needed is loaded before the forks."""
    for system in ("shelf", "files"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            database = SQLite(folder / "kassa.sqlite")
            schema.create(database)
            build(database, seed=1, days=1, receipts=12, start=date(2026, 3, 2))
            database.close()
            shop = open_shop(folder)
            (folder / "ut").mkdir()
            values = {"integration.system": system, "safety.cutover": "2026-03-02", "files.folder_out": name + "/ut"}
            for option, value in (values | {"shelf.address": "http://127.0.0.1:9"}).items():
                shop.settings.set(option, value)
            shop.settings.save()
            shop.close()
            run_once({"folder": name, "ahead": NOVEMBER.timestamp() - time.time()})


def main() -> None:
    """Fork a child per order until standard input ends; then nobody is left behind.

    A child is waited for only when the harness asks: until then its number cannot be another process's, so that
    a kill that comes late never hits a stranger.
    """
    warm_up()
    waiting: set[int] = set()
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        if "bury" in order:
            waiting.discard(order["bury"])
            _say(order, os.waitpid(order["bury"], 0)[1])
            continue
        child = os.fork()
        if child == 0:
            _live(order)
        waiting.add(child)
        _say(order, child)
    for child in waiting:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _say(order: dict[str, Any], answer: int) -> None:
    print(json.dumps({"serial": order["serial"], "answer": answer}), flush=True)


def _live(order: dict[str, Any]) -> NoReturn:
    """The child. What it prints must not be taken for the nursery's answers."""
    code = 99
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = _child(order)
    except BaseException:
        Path(order["folder"], "spår.txt").write_text(traceback.format_exc(), encoding="utf-8")
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()

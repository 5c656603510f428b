"""A warm process that forks children, each of which makes one run as if the program had just started.

    python -m tests.violence.nursery

reads one JSON line a child on standard input; writes the child's number when it has started and its wait status
when it is dead. Forking saves the half second of imports: a thousand kills take a minute and not ten.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.files import DESCRIPTION as FILES
from synccenter.cli.output import Telling
from synccenter.core.logs import Log
from synccenter.core.secrets import FileVault, Keychain
from synccenter.sync.engine import Engine
from synccenter.sync.shop import Shop
from tests.violence import chores, sabotage
from tests.violence.phases import Place
from tests.violence.shelf import describe

REGISTRY = {"shelf": describe(), "files": FILES}
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
    place.watch()
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


def main() -> None:
    """Fork a child per line until standard input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 99
            try:
                code = _child(order)
            except BaseException:
                Path(order["folder"], "spår.txt").write_text(traceback.format_exc(), encoding="utf-8")
            finally:
                os._exit(code)
        print(child, flush=True)
        if order.get("wait", True):
            print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    main()

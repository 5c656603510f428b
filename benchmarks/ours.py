"""Runs the real engine on a data folder, with ledger and log, and prints what each run took as a line of JSON.

python -m benchmarks.ours FOLDER [--all] [--times N] [--then ADDRESS]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from benchmarks.memory import peak_megabytes, present_megabytes
from benchmarks.world import opened
from synccenter.cli.output import Telling
from synccenter.run.engine import Engine


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--then", default="", help="an address to post to after the first run")
    arguments = parser.parse_args()
    shop, log = opened(arguments.folder)
    idle = present_megabytes()
    for number in range(arguments.times):
        if number == 1 and arguments.then:
            from urllib.request import Request, urlopen

            with urlopen(Request(arguments.then, method="POST"), timeout=60):
                pass
        started, used = time.perf_counter(), time.process_time()
        with log.section("Synkronisera"):
            outcome = Engine(shop, Telling(log, quiet=True)).run(everything=arguments.all)
        found: dict[str, Any] = {
            "wall": time.perf_counter() - started,
            "cpu": time.process_time() - used,
            "idle": idle,
            "peak": peak_megabytes(),
            "result": outcome.result,
            "written": outcome.written,
            "sent": outcome.sent,
            "fetched": outcome.fetched,
            "problems": [problem.sentence() for problem in outcome.problems],
        }
        print(json.dumps(found), flush=True)
    shop.close()
    log.close()


if __name__ == "__main__":
    main()

"""`make bench`: runs everything side by side and writes docs/PRESTANDA.md.

python -m benchmarks [--rounds N] [--quick]      --quick: one round, no million
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from benchmarks.cases import Bench
from benchmarks.measure import Server
from benchmarks.table import write


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="jobsync-bench-"))
    rounds = 1 if arguments.quick else arguments.rounds
    try:
        with Server(100_000) as server:
            bench = Bench(work, server, rounds)
            bench.registers()
            bench.slow_line()
            bench.till()
            bench.at_rest()
            bench.receipts()
            bench.file()
            bench.postgres()
        bench.years()
        if not arguments.quick:
            bench.million()
        write(bench.rows, rounds)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()

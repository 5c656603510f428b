"""How long a till waits to write a sale while a full sync fills its database.

    python -m benchmarks.till FOLDER [nothing]

Writes a row of 700 bytes in a commit of its own every 5 ms, durably, beside `benchmarks.ours FOLDER`; with
`nothing` beside nothing at all. Prints milliseconds.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measure import ROOT, module


def main() -> None:
    folder, alone = Path(sys.argv[1]), "nothing" in sys.argv[2:]
    till = sqlite3.connect(folder / "kassa.sqlite", isolation_level=None, timeout=60)
    till.execute("PRAGMA synchronous=FULL")
    till.execute("CREATE TABLE IF NOT EXISTS sale (id INTEGER PRIMARY KEY, body BLOB)")
    sync = None if alone else subprocess.Popen(module("ours", folder), cwd=ROOT, stdout=subprocess.DEVNULL)
    until = time.perf_counter() + (2 if alone else 300)
    waits: list[float] = []
    while time.perf_counter() < until and (sync is None or sync.poll() is None):
        started = time.perf_counter()
        till.execute("BEGIN IMMEDIATE")
        till.execute("INSERT INTO sale (body) VALUES (?)", (b"x" * 700,))
        till.execute("COMMIT")
        waits.append((time.perf_counter() - started) * 1000)
        time.sleep(0.005)
    waits.sort()
    found = {"median": waits[len(waits) // 2], "p99": waits[int(len(waits) * 0.99)], "longest": waits[-1]}
    print(json.dumps(found | {"sales": len(waits)}))


if __name__ == "__main__":
    main()

"""The plain floor of sending: one POST a receipt with requests, and its mark in SQLite in a commit of its own (FULL).

python -m benchmarks.post ADDRESS COUNT
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import requests


def main() -> None:
    address, count = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "outbox.sqlite", isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE outbox (id INTEGER PRIMARY KEY, body TEXT, answer TEXT)")
        rows = [{"account": 3001, "amount": -8000, "text": "Livsmedel", "purpose": "sales"}] * 5
        bodies = [
            json.dumps({"reference": f"golv-{number}", "postings": rows}, separators=(",", ":"))
            for number in range(count)
        ]
        database.executemany("INSERT INTO outbox (body) VALUES (?)", ((body,) for body in bodies))
        session = requests.Session()
        started, used = time.perf_counter(), time.process_time()
        for number, body in enumerate(bodies, 1):
            answer = session.post(f"{address}/receipts", data=body.encode(), timeout=30).json()
            database.execute("UPDATE outbox SET answer=? WHERE id=?", (str(answer["number"]), number))
        wall, cpu = time.perf_counter() - started, time.process_time() - used
        database.close()
    print(json.dumps({"wall": wall, "cpu": cpu, "sent": count}))


if __name__ == "__main__":
    main()

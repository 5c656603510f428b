"""The plain floor: requests, orjson (or json), one upsert a row, one transaction. Nothing but the work itself.

    python -m benchmarks.floor ADDRESS FILE [--lean] [--since TIME]

All 28 fields are stored, or with --lean the 12 that a till has use for. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from operator import itemgetter
from typing import Any

import requests

from benchmarks.memory import peak_megabytes

loads: Callable[[bytes], Any] = import_module("orjson" if find_spec("orjson") else "json").loads

LEAN = [
    *("ArticleNumber", "Description", "EAN", "Unit", "SalesPrice", "VAT", "ArticleGroup", "QuantityInStock"),
    *("StockPlace", "Active", "Type", "LastModified"),
]
KEY = "ArticleNumber"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("file")
    parser.add_argument("--lean", action="store_true")
    parser.add_argument("--since", default="")
    arguments = parser.parse_args()
    started, used = time.perf_counter(), time.process_time()
    session = requests.Session()
    database = sqlite3.connect(arguments.file, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute("BEGIN IMMEDIATE")
    number, pages, sql, pick = 1, 1, "", itemgetter(0)
    while number <= pages:
        wanted = {"page": str(number), "limit": "500"} | ({"lastmodified": arguments.since} if arguments.since else {})
        answer: dict[str, Any] = loads(
            session.get(f"{arguments.address}/3/articles", params=wanted, timeout=60).content
        )
        pages = answer["MetaInformation"]["@TotalPages"]
        rows = answer["Articles"]
        if rows and not sql:
            columns = LEAN if arguments.lean else list(rows[0])
            sql, pick = _prepare(database, columns), itemgetter(*columns)
        database.executemany(sql or "SELECT 1", map(pick, rows))
        number += 1
    database.execute("COMMIT")
    database.close()
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    sys.stdout.write(f'{{"wall": {wall}, "cpu": {cpu}, "peak": {peak_megabytes()}, "requests": {pages}}}\n')


def _prepare(database: sqlite3.Connection, columns: list[str]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    sets = ", ".join(f'"{name}"=excluded."{name}"' for name in columns if name != KEY)
    declared = ", ".join(f'"{name}"' + (" TEXT PRIMARY KEY NOT NULL" if name == KEY else "") for name in columns)
    database.execute(f"CREATE TABLE IF NOT EXISTS articles ({declared})")
    return f'INSERT INTO articles ({names}) VALUES ({marks}) ON CONFLICT("{KEY}") DO UPDATE SET {sets}'


if __name__ == "__main__":
    main()

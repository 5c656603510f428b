"""The floor of a CSV register of 100,000 rows: the file read with `csv` and its rows written by hand.

python -m benchmarks.csvfile CSV SQLITE
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import time
from pathlib import Path

from benchmarks.memory import peak_megabytes

HEAD = ["Artikelnr", "Namn", "Varugrupp", "Moms", "Pris inkl moms", "Enhet", "Streckkod", "Lager"]


def main() -> None:
    register, file = Path(sys.argv[1]), Path(sys.argv[2])
    started, used = time.perf_counter(), time.process_time()
    _by_hand(register, file)
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak_megabytes()}))


def make_register(path: Path) -> None:
    """Write the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEAD)
        for number in range(100_000):
            price = f"{number % 900 + 5},{number % 100:02}"
            group = f"Varugrupp {number % 16}"
            writer.writerow(
                [100_000 + number, f"Räksallad röd {number}", group, (25, 12, 6)[number % 3], price, "st",
                 f"73{number:011}", number % 400]
            )  # fmt: skip


def _by_hand(register: Path, file: Path) -> None:
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE article (number TEXT PRIMARY KEY, name TEXT, g TEXT, vat INT, price INT, unit TEXT)")
    database.execute("CREATE TABLE barcode (code TEXT PRIMARY KEY, article TEXT)")
    database.execute("CREATE TABLE stock (article TEXT PRIMARY KEY, quantity INT)")
    with register.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines, delimiter=";")
        next(rows)
        for number, name, group, vat, price, unit, code, stock in rows:
            kronor, _, part = price.partition(",")
            article = (number, name, group, int(vat), int(kronor) * 100 + int(part), unit)
            database.execute("INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?, ?)", article)
            database.execute("INSERT OR REPLACE INTO barcode VALUES (?, ?)", (code, number))
            database.execute("INSERT OR REPLACE INTO stock VALUES (?, ?)", (number, int(stock) * 1000))
    database.commit()
    database.close()


if __name__ == "__main__":
    main()

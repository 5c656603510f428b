"""Ten thousand receipts against Fortnox's limit: on a fake clock, through the real connector and over HTTP.

python -m benchmarks.limit [--receipts N]

The server is the tests' own (`tests/worlds/fakes/fortnox.py`); it counts what comes in any five seconds by its clock,
which only waiting moves. So what is told is the best that the limit allows: a real line adds its own time.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

from msgspec.structs import replace

from synccenter.contract.connector import Delivered
from synccenter.contract.model import Document
from tests.connectors.fortnox.rig import FortnoxRig
from tests.worlds.documents import unrounded, voucher
from tests.worlds.fakes import fortnox_spec
from tests.worlds.session import Surroundings

ALLOWED = 25 / 5


def measured(name: str, count: int, document: Callable[[int], Document]) -> str:
    """A row: how many requests a document took, how much of the limit was used, the most in any five seconds."""
    with tempfile.TemporaryDirectory() as folder:
        rig = FortnoxRig(Surroundings(Path(folder)))
        connector = rig.connector()
        connector.send(document(count + 1))  # the facts that every document needs are known from now on
        before, began, wall = len(rig.fortnox.seen), rig.world.server_clock(), time.perf_counter()
        sent = list(_sent(connector.send, count, document))
        requests = len(rig.fortnox.seen) - before
        took = (rig.world.server_clock() - began).total_seconds()
        wall = time.perf_counter() - wall
        assert rig.fortnox.refused_for_pace == 0
        assert all(rig.books(one.document) == 1 for one in sent[:3])
        row = (
            f"{count:,} | {requests / count:.2f} | {requests / took / ALLOWED:.1%} | {rig.fortnox.highest} |"
            f" {took / 60:.0f} min | {wall * 1000 / requests:.1f} ms |"
        )
        rig.close()
        return f"| {name} | " + row.replace(",", " ").replace(".", ",")


def _sent(send: Callable[[Document], object], count: int, document: Callable[[int], Document]) -> Iterator[Delivered]:
    for number in range(1, count + 1):
        one = document(number)
        send(one)
        yield Delivered(one)


def _unjudged(*_: object) -> Iterator[str]:
    return iter(())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--receipts", type=int, default=10_000)
    count = parser.parse_args().receipts
    # The vendor's description judges in the tests; here it would be most of what is measured.
    with patch.object(fortnox_spec, "about_request", _unjudged), patch.object(fortnox_spec, "about_answer", _unjudged):
        _measure(count)


def _measure(count: int) -> None:
    print("| underlag | antal | anrop per underlag | av gränsen | flest på 5 s | tid | vår egen tid per anrop |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    print(measured("verifikation", count, lambda number: replace(voucher(number), text="Kvitto")))
    print(measured("betald faktura, två betalsätt", count // 5, unrounded))


if __name__ == "__main__":
    main()

"""Requests to Business Central: for a receipt, a page and a look-up, and ten thousand receipts against the limit.

python -m benchmarks.business_central [--receipts N]

Through the real connector and over HTTP, to the tests' own server, which counts what comes in any five minutes by its
clock (only waiting moves it). So the time told is the best that the limit allows: a real line adds its own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

from synccenter.contract.connector import Delivered
from synccenter.contract.model import Document, Register
from tests.connectors.business_central.rig import BusinessCentralRig, add_item, customer, invoice, order, returned
from tests.connectors.business_central.world import by_card
from tests.worlds.documents import voucher
from tests.worlds.fakes import business_central_spec
from tests.worlds.session import Surroundings

ARTICLES = 10_000


def opened(folder: str) -> BusinessCentralRig:
    """A company, whose facts (chart, journals, set-up) are known from a first voucher."""
    return BusinessCentralRig(Surroundings(Path(folder)))


def each(name: str, document: Callable[[int], Document], count: int = 20) -> str:
    """A row: the requests that a document takes to send, to look up and to read back with others."""
    with tempfile.TemporaryDirectory() as folder:
        rig = opened(folder)
        connector = rig.connector()
        connector.send(document(count + 1))
        asked = len(rig.bc.seen)
        sent = [Delivered(one, connector.send(one).external_id) for one in map(document, range(1, count + 1))]
        sending, asked = len(rig.bc.seen) - asked, len(rig.bc.seen)
        connector.find(sent[0].document)
        finding, asked = len(rig.bc.seen) - asked, len(rig.bc.seen)
        back = len(list(connector.read_back(sent)))
        reading = f"{len(rig.bc.seen) - asked} för {count}" if back else ""
        rig.close()
        return f"| {name} | {sending / count:.0f} | {finding} | {reading} |"


def pages() -> Iterator[str]:
    """Rows: what a register of ten thousand articles takes, whole and when nothing is new."""
    with tempfile.TemporaryDirectory() as folder:
        rig = opened(folder)
        for number in range(ARTICLES):
            add_item(rig.bc, f"A{number:05}")
        connector = rig.connector()
        connector.company()
        asked, size = len(rig.bc.seen), rig.bc.sent_bytes
        found = list(connector.fetch(Register.ARTICLES, None))
        rows = sum(len(page.rows) for page in found)
        told = len(rig.bc.seen) - asked, (rig.bc.sent_bytes - size) / rows
        yield f"| alla {rows} artiklar | {len(found)} | {told[0]} | {told[1]:.0f} byte |"
        asked = len(rig.bc.seen)
        list(connector.fetch(Register.ARTICLES, found[-1].cursor))
        yield f"| inget nytt | 1 | {len(rig.bc.seen) - asked} | |"
        rig.close()


def many(count: int) -> str:
    """A row: so many receipts as paid invoices, and what the limit made of them."""
    with tempfile.TemporaryDirectory() as folder:
        rig = opened(folder)
        connector = rig.connector()
        connector.company()
        before, began, wall = len(rig.bc.seen), rig.world.server_clock(), time.perf_counter()
        sent = [Delivered(one, connector.send(one).external_id) for one in map(by_card, range(1, count + 1))]
        requests, wall = len(rig.bc.seen) - before, time.perf_counter() - wall
        minutes = (rig.world.server_clock() - began).total_seconds() / 60
        paid = sum(one["remainingAmount"] == 0 for one in rig.bc.rows["salesInvoices"].values())
        back = len(list(rig.connector().read_back(sent)))
        assert paid == back == count, (paid, back)
        refused = rig.bc.refused_for_pace
        rig.close()
        own = f"{wall * 1000 / requests:.1f}".replace(".", ",")
        return f"| {count} | {requests} | {minutes:.0f} min | {refused} | {paid} | {back} | {own} ms |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--receipts", type=int, default=10_000)
    count = parser.parse_args().receipts
    # The derived description judges in the tests; here it would be most of what is measured.
    nothing = patch.multiple(business_central_spec, about_request=_unjudged, about_answer=_unjudged)
    with nothing:
        print("| underlag | frågor att skicka | att slå upp | att läsa tillbaka |\n|---|---:|---:|---:|")
        print(each("verifikation", voucher))
        print(each("betald faktura, ett betalsätt", by_card))
        print(each("betald faktura, två betalsätt", invoice))
        print(each("kreditnota, pengarna tillbaka", lambda number: returned(number, 999)))
        print(each("order", order))
        print(each("ny kund", customer))
        print("\n| register | sidor | frågor | byte per rad |\n|---|---:|---:|---:|", *pages(), sep="\n")
        print("\n| kvitton | frågor | tid vid gränsen | nekade | betalda | lästa tillbaka | vår egen tid per fråga |")
        print("|---:|---:|---:|---:|---:|---:|---:|", many(count), sep="\n")


def _unjudged(*_: object) -> Iterator[str]:
    return iter(())


if __name__ == "__main__":
    main()

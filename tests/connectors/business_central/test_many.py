"""Many receipts: so many requests each, never over the limit, all there once.

    python -m tests.connectors.business_central.test_many 10000

measures as many as are asked for; what came out on 2026-11-27 stands in docs/BUSINESS-CENTRAL.md.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from msgspec.structs import replace

from synccenter.contract.connector import Delivered
from tests.connectors.business_central.rig import BusinessCentralRig
from tests.connectors.business_central.test_invoices import by_card
from tests.worlds.documents import voucher
from tests.worlds.session import Surroundings


def sell(rig: BusinessCentralRig, count: int, first: int = 1) -> tuple[int, list[Delivered]]:
    """(requests, what was sent): so many receipts as paid invoices."""
    connector = rig.connector()
    connector.company()
    before = len(rig.bc.seen)
    sent = [Delivered(one, connector.send(one).external_id) for one in map(by_card, range(first, first + count))]
    return len(rig.bc.seen) - before, sent


def test_a_receipt_takes_five_requests_whatever_their_number(rig: BusinessCentralRig) -> None:
    few, _ = sell(rig, 10)
    many, sent = sell(rig, 60, first=11)
    assert few - 50 == many - 300 < 10, "what is asked once a run does not grow"
    before = rig.bc.count("GET")
    assert len(list(rig.connector().read_back(sent[:10]))) == 10
    assert rig.bc.count("GET") - before == 2


def test_a_voucher_takes_three_requests_whatever_their_number(rig: BusinessCentralRig) -> None:
    connector = rig.connector()
    connector.send(voucher(1))
    before = len(rig.bc.seen)
    for number in range(2, 32):
        connector.send(replace(voucher(number), reference=f"K1-Z{number}"))
    assert (len(rig.bc.seen) - before) / 30 == 3


def main(count: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        world = Surroundings(Path(folder))
        rig, began = BusinessCentralRig(world), time.monotonic()
        clock = world.clock.seconds()
        requests, sent = sell(rig, count)
        took = time.monotonic() - began
        print(f"{count} receipts, {requests} requests, {requests / count:.3f} each, {took:.0f} s here")
        waited = world.clock.seconds() - clock
        print(f"waited {waited:.0f} s for the limit, refused {rig.bc.refused_for_pace} times")
        paid = sum(one["remainingAmount"] == 0 for one in rig.bc.rows["salesInvoices"].values())
        back = len(list(rig.connector().read_back(sent)))
        print(f"{paid} invoices are paid, {back} were read back")
        rig.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""Many receipts: so many requests each. `benchmarks/business_central.py` measures ten thousand of them."""

from __future__ import annotations

from msgspec.structs import replace

from synccenter.contract.connector import Delivered
from tests.connectors.business_central.rig import BusinessCentralRig
from tests.connectors.business_central.world import by_card
from tests.worlds.documents import voucher


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

"""A wrong voucher, from the till to Business Central and back: reversed there, sent again, and the proof clean."""

from __future__ import annotations

from pathlib import Path

from synccenter.contract.model import DocumentKind
from synccenter.run.repair import Repair
from tests.conformance.job import Trial
from tests.conformance.suite import Bench
from tests.connectors.business_central.rig import BusinessCentralRig
from tests.worlds.session import Surroundings


def test_a_wrong_voucher_is_reversed_and_sent_again(tmp_path: Path) -> None:
    world = Surroundings(tmp_path)
    rig = BusinessCentralRig(world)
    trial = Trial(Bench(rig, world), DocumentKind.VOUCHER)
    trial.until_quiet()
    reference = trial.sent()[0].reference
    shop = trial.data.shop()
    Repair(shop).reverse(shop.ledger.get(reference), "fel konto för kort")
    shop.close()
    assert [one.reference for one in trial.proof().books] == [reference], "it is missing until it is sent again"

    shop = trial.data.shop()
    Repair(shop).resend(shop.ledger.get(reference), "rätt konto", insist=False)
    shop.close()
    trial.until_quiet()
    trial.assert_right()
    assert f"{reference}-R2" in {document.reference for document in trial.sent()}
    rig.close()

"""A wrong voucher, from the till to Bokio and back: reversed there, sent again, and the proof clean in the end."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from connectors.bokio.books import Books
from synccenter.contract.model import DocumentKind
from synccenter.run.repair import Repair
from tests.conformance.job import Trial
from tests.conformance.suite import Bench
from tests.connectors.bokio.rig import BokioRig
from tests.worlds.session import Surroundings


def test_a_wrong_voucher_is_reversed_and_sent_again(tmp_path: Path) -> None:
    world = Surroundings(tmp_path)
    rig = BokioRig(world)
    trial = Trial(Bench(rig, world), DocumentKind.VOUCHER)
    trial.until_quiet()
    reference = trial.sent()[0].reference
    shop = trial.data.shop()
    made = Repair(shop).reverse(shop.ledger.get(reference), "fel konto för kort")
    assert rig.bokio.rows["journal-entries"][made.external_id]["reversingJournalEntryId"]
    shop.close()
    assert [one.reference for one in trial.proof().books] == [reference], "it is missing until it is sent again"

    shop = trial.data.shop()
    Repair(shop).resend(shop.ledger.get(reference), "rätt konto", insist=False)
    shop.close()
    trial.until_quiet()
    trial.assert_right()
    assert f"{reference}-R2" in {document.reference for document in trial.sent()}
    rig.close()


class Alone:
    """In place of `Http`: notes for each change whether another may go out at the same time."""

    def __init__(self) -> None:
        self.books = Books(self, "/companies/1")  # type: ignore[arg-type]
        self.second_got_in: list[bool] = []

    def send(self, *_request: Any) -> None:
        """A change, during which another thread asks for its turn."""
        got_in: list[bool] = []
        turn = self.books._one_at_a_time
        other = threading.Thread(target=lambda: got_in.append(turn.acquire(blocking=False)))
        other.start()
        other.join()
        self.second_got_in += got_in


def test_one_change_goes_out_at_a_time() -> None:
    line = Alone()
    line.books.write("POST", "/journal-entries", {}, type(None))
    assert line.second_got_in == [False]

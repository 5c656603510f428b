"""Cases about barcodes over time, through the real run into a till: an EAN follows the article that is in use."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from synccenter.contract.model import DocumentKind, Register
from tests.conformance.job import Trial
from tests.conformance.suite import Bench, Case, MovesCodes, Rig

OLD_FIRST, OLD_LAST = (1, 3), (3, 1)
"""(the old article, the new one): which of them the business system's list has first."""

TABLES = ("article", "barcode", "article_group", "stock", "price", "customer")

CODES = {1: "7310865004703", 2: "7310130003547", 3: "7350000000016"}
"""By article, with check digits that are right."""


def cases(rig: Rig) -> Iterator[Case]:
    """What applies to this connector."""
    if not isinstance(rig, MovesCodes):
        return
    for everything in (False, True):
        how = "in a full compare" if everything else "in a delta"
        for pair in (OLD_FIRST, OLD_LAST):
            order = "old article first" if pair is OLD_FIRST else "new article first"
            yield Case(
                f"barcodes: what moved stays when its old article is inactivated, {how}, {order}",
                partial(stays, pair, everything),
            )
            yield Case(
                f"barcodes: on two articles it goes to the one in use when the other is inactivated, {how}, {order}",
                partial(goes, pair, everything),
            )

    yield Case("barcodes: one that is taken off its article goes, at the sweep latest", taken_off)


class Counter(Trial):
    """The shop's till, with the articles and barcodes that come down."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, DocumentKind.VOUCHER, down=True)
        for table in TABLES:
            self.data.sql(f"DELETE FROM {table}")
        bench.rig.seed(Register.ARTICLES, 3)
        assert isinstance(bench.rig, MovesCodes)
        for number, code in CODES.items():
            bench.rig.put_code(number, code)
        self.data.settings("integration.registers=articles,barcodes")
        self.turn()

    def turn(self, *, everything: bool = False) -> None:
        """Some time later, a run."""
        self.bench.wait(900)
        self.run(everything=everything)

    def owner(self, code: str) -> object:
        """The article that a code scans as; None when it is not known."""
        rows = self.data.sql(f"SELECT article FROM barcode WHERE code='{code}'")
        return rows[0][0] if rows else None


def stays(pair: tuple[int, int], everything: bool, bench: Bench) -> None:
    """The code is put on the new article and taken off the old one; later the old one goes, its code still on it."""
    assert isinstance(bench.rig, MovesCodes)
    counter = Counter(bench)
    old, new = pair
    code, there = CODES[old], bench.rig
    names = {number: bench.rig.key(Register.ARTICLES, number) for number in (1, 2, 3)}
    assert counter.owner(code) == names[old]
    there.put_code(old, "")
    there.put_code(new, code)
    counter.turn(everything=everything)
    assert counter.owner(code) == names[new]
    there.put_code(old, code)
    there.inactivate(old)
    for _ in range(2):
        counter.turn(everything=everything)
        assert counter.owner(code) == names[new], "the old article is in use no more"
    counter.turn(everything=True)
    assert counter.owner(code) == names[new]
    assert counter.owner(CODES[2]) == names[2], "and no other code moves"


def goes(pair: tuple[int, int], everything: bool, bench: Bench) -> None:
    """Both articles have the code: nobody may guess. When the old one goes it is the new one's, at the sweep latest."""
    assert isinstance(bench.rig, MovesCodes)
    counter = Counter(bench)
    old, new = pair
    code = CODES[old]
    names = {number: bench.rig.key(Register.ARTICLES, number) for number in (1, 2, 3)}
    bench.rig.put_code(new, code)
    counter.turn(everything=everything)
    assert counter.owner(code) == names[old], "the till keeps the one that it has"
    bench.rig.inactivate(old)
    counter.turn(everything=everything)
    if not everything and bench.can.delta & {Register.ARTICLES, Register.BARCODES}:
        bench.wait(5 * 3600)
        counter.turn()
    assert counter.owner(code) == names[new]
    counter.turn(everything=everything)
    assert counter.owner(code) == names[new]


def taken_off(bench: Bench) -> None:
    """It scans as nothing any more; no article goes with it."""
    assert isinstance(bench.rig, MovesCodes)
    counter = Counter(bench)
    counter.turn()
    bench.rig.put_code(2, "")
    counter.turn()
    if bench.can.delta & {Register.ARTICLES, Register.BARCODES}:
        bench.wait(5 * 3600)
        counter.turn()
    assert counter.owner(CODES[2]) is None
    assert counter.owner(CODES[1]) == bench.rig.key(Register.ARTICLES, 1)
    assert counter.data.sql("SELECT COUNT(*) FROM article WHERE active=1") == [(3,)]

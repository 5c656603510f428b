"""Articles go down to a till that only takes files, in the till's own columns.

Tells of `tillfiles/registers_out.py`.
"""

from __future__ import annotations

import pytest

from synccenter.contract.model import Article, Barcode, Register
from synccenter.till.registers import Registers
from synccenter.tillfiles.registers_out import parse, write
from tests.tillfiles.conftest import Counter


def test_the_articles_stand_in_the_tills_own_columns(counter: Counter) -> None:
    registers = Registers(counter.store.database, "5560360793")
    registers.write(Register.ARTICLES, [Article("7", "Kaffe; mörk", "DRYCK", 25, 3_950)])
    registers.write(Register.BARCODES, [Barcode("7310000000017", "7")])
    path = counter.folder / "kassan.csv"
    mapping = parse("PLU=number; Benämning=name;Pris=price;Moms=vat_rate;EAN=barcode;Avd=group")
    assert write(counter.store.database, "5560360793", mapping, path) == 1
    assert path.read_text("utf-8-sig").split("\n")[:2] == [
        "PLU;Benämning;Pris;Moms;EAN;Avd",
        '7;"Kaffe; mörk";39,50;25;7310000000017;DRYCK',
    ]
    before = path.stat().st_mtime_ns
    write(counter.store.database, "5560360793", mapping, path)
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize("text", ["", " ; ", "PLU", "PLU=", "=number", "PLU=pris"])
def test_a_mapping_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="kolumn"):
        parse(text)

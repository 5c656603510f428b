"""Whole runs: how many requests they take, and a month of a shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.visma_eekonomi import DESCRIPTION, connector
from connectors.visma_eekonomi.connector import Visma
from synccenter.contract.model import Document, Register
from tests.conformance.codes import Counter
from tests.conformance.quiet import quiet_run
from tests.conformance.suite import Bench, Case
from tests.connectors.visma import company
from tests.connectors.visma.rig import VismaRig
from tests.worlds.documents import unrounded, voucher
from tests.worlds.fakes.visma_rules import guid
from tests.worlds.lookups import booked_in
from tests.worlds.session import Surroundings


def everything(visma: Visma, cursors: dict[Register, str | None]) -> tuple[int, dict[Register, str | None]]:
    """Fetch every register, as the engine does: how many rows, and the next cursors."""
    count = 0
    following: dict[Register, str | None] = {}
    for register in sorted(DESCRIPTION.capabilities.fetches, key=list(Register).index):
        pages = list(visma.fetch(register, cursors.get(register)))
        count += sum(len(page.rows) for page in pages)
        following[register] = pages[-1].cursor
    return count, following


def test_a_run_with_nothing_new_takes_at_most_one_request_for_each_register(tmp_path: Path) -> None:
    rig = VismaRig(Surroundings(tmp_path))
    rig.seed(Register.ARTICLES, 1500)
    rig.visma.put("articlelabels", "Dryck", Name="Dryck", Description="")
    rig.world.server_clock.later(seconds=900)
    _, cursors = everything(rig.connector(), {})
    for _ in range(2):
        rig.world.clock.later(seconds=900)
        rig.world.server_clock.later(seconds=900)
        before = rig.visma.count("GET")
        rows, cursors = everything(rig.connector(), cursors)
        assert rows == 0
        assert rig.visma.count("GET") - before <= len(Register)
    rig.close()
    assert not rig.visma.complaints


def test_a_quiet_run_of_the_program_asks_for_each_list_once(tmp_path: Path) -> None:
    def rule(bench: Bench) -> None:
        asked = [(one.method, one.path.removeprefix("/v2/")) for one in quiet_run(bench)]
        assert sorted(asked) == [
            ("GET", "accounts"),
            ("GET", "articlelabels"),
            ("GET", "articles"),
            ("GET", "companysettings"),
            ("GET", "customers"),
            ("GET", "salespricelists/prices"),
        ]

    Case("quiet", rule).run(VismaRig, tmp_path)


def test_a_full_run_reads_the_articles_once_for_all_their_registers(tmp_path: Path) -> None:
    rig = VismaRig(Surroundings(tmp_path))
    rig.seed(Register.PRICES, 2500)
    rig.visma.put("articlelabels", "Dryck", Name="Dryck", Description="")
    visma = rig.connector()
    everything(visma, {})
    assert rig.visma.count("GET", "/v2/articles") == 3
    assert visma._pass is None, "and lets go of them"
    rig.close()
    assert not rig.visma.complaints


def test_a_connector_that_lives_for_days_reads_the_facts_anew(tmp_path: Path) -> None:
    rig = VismaRig(Surroundings(tmp_path))
    visma = rig.connector()
    assert len(visma.fiscal_years()) == 2
    span = {"StartDate": "2027-01-01T00:00:00", "EndDate": "2027-12-31T00:00:00"}
    rig.visma.put("fiscalyears", 2027, **span, IsLockedForAccounting=False, BookkeepingMethod=0)
    assert len(visma.fiscal_years()) == 2
    rig.world.clock.later(seconds=601)
    assert len(visma.fiscal_years()) == 3
    rig.close()


def test_a_big_register_is_not_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "_SHARED_ROWS", 1000)
    rig = VismaRig(Surroundings(tmp_path))
    rig.seed(Register.PRICES, 1500)
    rig.visma.put("articlelabels", "Dryck", Name="Dryck", Description="")
    visma = rig.connector()
    everything(visma, {})
    assert visma._pass is None
    assert rig.visma.count("GET", "/v2/articles") == 6, "read anew for groups, articles and prices"
    rig.close()


def test_a_shop_month_of_z_reports_and_receipts_arrives_once_each(tmp_path: Path) -> None:
    rig = VismaRig(Surroundings(tmp_path))
    visma = rig.connector()
    vouchers = [voucher(number) for number in range(1, 61)]
    receipts = [unrounded(number) for number in range(1, 81)]
    documents: list[Document] = [*vouchers, *receipts]
    for document in documents:
        sent = visma.send(document)
        booked = booked_in(visma, document, sent.external_id)
        assert booked
        assert booked.open == 0
    made = [row for row in rig.visma.rows["vouchers"].values() if row["VoucherType"] == 2]
    assert len(made) == 60, "beside those that eEkonomi makes of invoices and payments"
    assert len(rig.visma.rows["customerinvoices"]) == 80
    assert rig.visma.refused_for_pace == 0
    assert sum(row["TotalAmount"] for row in rig.visma.rows["customerinvoices"].values()) == pytest.approx(80 * 149.9)
    rig.close()
    assert not rig.visma.complaints


def test_what_its_delta_does_not_see_comes_with_the_sweep(tmp_path: Path) -> None:
    """Stock moves, a VAT rate is changed in its coding, a price is taken away."""

    def rule(bench: Bench) -> None:
        rig = bench.rig
        assert isinstance(rig, VismaRig)
        counter = Counter(bench)
        counter.data.settings("integration.registers=articles,stock,prices")
        company.add_price(rig.visma, "A1", 60.0)
        company.add_price(rig.visma, "A2", 60.0)
        (row, *_) = rig.visma.rows["articles"].values()
        coding = rig.visma.put("articleaccountcodings", "egen", Name="Egen", Type="Goods", VatRatePercent=0.25)
        row["CodingId"] = coding["Id"]
        counter.turn()
        row["StockBalance"] = 3.0
        coding["VatRatePercent"] = 0.12
        del rig.visma.rows["prices"][guid("prices", "A2")]
        counter.turn()
        assert counter.data.sql("SELECT quantity FROM stock WHERE article='A1'") == [(12500,)], "not in a delta"
        bench.wait(4 * 3600)
        counter.turn()
        assert counter.data.sql("SELECT quantity FROM stock WHERE article='A1'") == [(3000,)]
        assert counter.data.sql("SELECT vat_rate FROM article WHERE number='A1'") == [(12,)]
        assert counter.data.sql("SELECT article FROM price") == [("A1",)]

    Case("sweep", rule).run(VismaRig, tmp_path)

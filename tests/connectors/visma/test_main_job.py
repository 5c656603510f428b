"""The main job against a living eEkonomi, from the command line: settings, sign in, sync, sync again, proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.visma_eekonomi import DESCRIPTION
from synccenter.core.database import SQLite
from tests.connectors.visma import company
from tests.connectors.visma.rig import VismaRig
from tests.worlds.fakes.visma import CLIENT, CLIENT_SECRET
from tests.worlds.program import jobsync, sign_in
from tests.worlds.session import Surroundings, free_port


def two_days_of_company(tmp_path: Path) -> Iterator[VismaRig]:
    """A company that fits the demo's two days of November 2026, by the real clock."""
    world = Surroundings(tmp_path)
    world.clock.now = world.server_clock.now = datetime.now(UTC)
    rig = VismaRig(world)
    for year in range(2026, world.clock.now.year + 2):
        span = {"StartDate": f"{year}-01-01T00:00:00", "EndDate": f"{year}-12-31T00:00:00"}
        rig.visma.put("fiscalyears", year, **span, IsLockedForAccounting=False, BookkeepingMethod=0)
        for number in (*company.ACCOUNTS, 1911, 1912, 1913, 1914, 1919, 2429, 2829, 2890, 3790, 3999):
            company.add_account(rig.visma, number, year)
    rig.visma.company |= {"AccountingLockedTo": None, "CorporateIdentityNumber": None}
    yield rig
    rig.close()
    assert not rig.visma.complaints


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[VismaRig]:
    yield from two_days_of_company(tmp_path)


def stock_up(rig: VismaRig, folder: Path) -> None:
    """The till's customers and the articles of its orders are known in eEkonomi."""
    database = SQLite(folder / "kassa.sqlite", read_only=True)
    for (number,) in database.query("SELECT DISTINCT customer FROM customer_order"):
        company.add_customer(rig.visma, number, f"Kund {number}", private=True)
    known = {row["Number"] for row in rig.visma.rows["articles"].values()}
    for article, rate in database.query("SELECT DISTINCT article, vat_rate FROM customer_order_line"):
        if article in known:
            continue
        company.add_article(rig.visma, article, 1000 + len(rig.visma.rows["articles"]), rate=rate)
    database.close()


def totals(rig: VismaRig) -> Counter[int]:
    """Account -> öre in the books."""
    sums: Counter[int] = Counter()
    for voucher in rig.visma.rows["vouchers"].values():
        for row in voucher["Rows"]:
            sums[row["AccountNumber"]] += round(row.get("DebitAmount", 0) * 100) - round(
                row.get("CreditAmount", 0) * 100
            )
    return sums


def test_two_days_reach_the_books_once_and_are_proven(rig: VismaRig, tmp_path: Path) -> None:
    folder = tmp_path / "butik"
    jobsync(folder, "demo", "--no-sync", "--days", "2", "--receipts", "60")
    stock_up(rig, folder)
    name = DESCRIPTION.name
    jobsync(
        folder,
        "settings",
        "set",
        f"integration.system={name}",
        "safety.cutover=2026-11-02",
        f"{name}.environment=custom",
        f"{name}.api_address={rig.visma.address}/v2",
        f"{name}.identity_address={rig.visma.address}",
        f"{name}.client_id={CLIENT}",
        f"{name}.redirect=http://localhost:{free_port()}/callback",
    )
    jobsync(folder, "settings", "secret", f"{name}.client_secret", stdin=CLIENT_SECRET)
    assert "Inloggad i Visma eEkonomi hos Hörnans Livs AB" in sign_in(folder), "whose books they are is told at once"
    assert "Inloggad i Visma eEkonomi hos Hörnans Livs AB" in jobsync(folder, "check")

    jobsync(folder, "sync", "--all")
    assert len(rig.visma.rows["vouchers"]) == 4, "two tills, two days"
    database = SQLite(folder / "kassa.sqlite", read_only=True)
    paid = "SELECT SUM(p.amount) FROM receipt_payment p JOIN receipt r ON r.till=p.till AND r.number=p.receipt "
    (card,) = database.query(paid + "WHERE r.state='finished' AND r.z_number IS NOT NULL AND p.method='KORT'")[0]
    names = {row[0] for row in database.query("SELECT name FROM article WHERE number IN ('KAFFE', 'MUGG')")}
    database.close()
    assert totals(rig)[1686] == card
    assert sum(totals(rig).values()) == 0
    assert names == {"Vara KAFFE", "Vara MUGG"}

    rig.world.server_clock.later(seconds=600)
    jobsync(folder, "sync")  # brings the customers back that the first sync changed there
    rig.world.server_clock.later(seconds=600)
    before = rig.visma.count("POST", "/v2/"), rig.visma.count("GET")
    assert "Inget nytt" in jobsync(folder, "sync")
    assert rig.visma.count("POST", "/v2/") == before[0]
    assert rig.visma.count("GET") - before[1] <= len(DESCRIPTION.capabilities.fetches)
    assert "Varje öre är förklarad." in jobsync(folder, "proof", "--month", "2026-11")

    log = "".join(path.read_text(encoding="utf-8-sig") for path in (folder / "Loggar").glob("*.log"))
    for secret in (CLIENT_SECRET, *rig.visma.access, *rig.visma.refresh):
        assert secret not in log
    assert "FEL!" not in log

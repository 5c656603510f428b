"""The main job against a NAV, from the command line: every receipt a closed invoice, once, and proven to the öre."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.dynamics_nav import DESCRIPTION
from synccenter.core.database import SQLite
from tests.worlds.fakes.nav import KEY, USER
from tests.worlds.fakes.nav_rig import CASH_CUSTOMER, NavRig, NavSoapRig, add_customer, add_item
from tests.worlds.program import jobsync
from tests.worlds.session import Surroundings

ACCOUNTS = (
    1510,
    1910,
    1911,
    1912,
    1913,
    1914,
    1930,
    1686,
    2421,
    2611,
    2621,
    2631,
    1919,
    2429,
    2829,
    2890,
    3999,
    3001,
    3002,
    3003,
    3004,
    3740,
    3790,
)


class _BasicSoapRig(NavSoapRig):
    sign_in = "basic"


@pytest.fixture(params=[NavRig, _BasicSoapRig], ids=["odata", "soap"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NavRig]:
    """A company that fits the demo's days of November 2026, by the real clock."""
    world = Surroundings(tmp_path)
    world.clock.now = world.server_clock.now = datetime.now(UTC)
    rig: NavRig = request.param(world)
    known = {row["No"] for row in rig.nav.books.rows("accounts")}
    for number in ACCOUNTS:
        if str(number) not in known:
            rig.nav.books.add("accounts", No=str(number), Name="Konto", Account_Type="Posting", Direct_Posting=True)
    yield rig
    rig.close()
    assert not rig.nav.books.complaints


def stock_up(rig: NavRig, folder: Path) -> None:
    """The till's articles and customers are NAV's."""
    database = SQLite(folder / "kassa.sqlite", read_only=True)
    sold = "SELECT article, vat_rate FROM receipt_line WHERE kind='goods'"
    for number, rate in database.query(f"{sold} UNION SELECT article, vat_rate FROM customer_order_line"):
        add_item(rig.nav.books, 0)
        rig.nav.books.rows("items")[-1] |= {"No": number, "VAT_Prod_Posting_Group": f"MOMS{rate}"}
    customers = "SELECT DISTINCT customer FROM customer_order UNION SELECT DISTINCT customer FROM receipt"
    for (number,) in database.query(customers):
        if number:
            add_customer(rig.nav.books, number, f"Kund {number}")
    database.close()


def test_every_receipt_is_a_closed_invoice_once_and_proven(rig: NavRig, tmp_path: Path) -> None:
    folder = tmp_path / "butik"
    jobsync(folder, "demo", "--no-sync", "--days", "1", "--receipts", "25")
    stock_up(rig, folder)
    name = DESCRIPTION.name
    jobsync(
        folder,
        "settings",
        "set",
        f"integration.system={name}",
        "integration.registers=accounts,customers",
        "safety.cutover=2026-11-02",
        "posting.unit=receipt",
        "posting.target=invoice",
        f"posting.cash_customer={CASH_CUSTOMER}",
        f"{name}.address={rig.nav.instance}/OData",
        f"{name}.sign_in=basic",
        f"{name}.user={USER}",
        f"{name}.cash_customer={CASH_CUSTOMER}",
        f"{name}.posting=auto",
        f"{name}.services=[{{role = 'items', name = 'articles'}}]",
    )
    jobsync(folder, "settings", "secret", f"{name}.password", stdin=KEY)
    assert "Kodmodulen för bokföring svarar" in jobsync(folder, "check")
    jobsync(folder, "sync", "--all")

    database = SQLite(folder / "kassa.sqlite", read_only=True)
    finished = "FROM receipt r WHERE r.state='finished' AND r.z_number IS NOT NULL"
    (receipts,) = database.query(f"SELECT COUNT(*) {finished}")[0]
    (paid,) = database.query(
        "SELECT SUM(p.amount) FROM receipt_payment p JOIN receipt r ON r.till=p.till AND r.number=p.receipt "
        "WHERE r.state='finished' AND r.z_number IS NOT NULL"
    )[0]
    database.close()
    books = rig.nav.books
    posted = [*books.rows("posted_invoices"), *books.rows("posted_credit_memos")]
    references = [row["External_Document_No"] for row in posted]
    assert len(references) == len(set(references)) >= receipts
    assert all(row["Remaining_Amount"] == 0 for row in posted)
    assert books.rows("invoices") == books.rows("credit_memos") == books.rows("payments") == []
    sold = sum(row["Amount_Including_VAT"] for row in books.rows("posted_invoices"))
    sold -= sum(row["Amount_Including_VAT"] for row in books.rows("posted_credit_memos"))
    assert sold >= Decimal(paid) / 100

    before = rig.nav.count("POST"), rig.nav.count("PATCH")
    jobsync(folder, "sync")
    assert (rig.nav.count("POST"), rig.nav.count("PATCH")) == before, "nothing is sent twice"
    asked = rig.nav.count()
    assert "Varje öre är förklarad." in jobsync(folder, "proof", "--month", "2026-11")
    assert rig.nav.count() - asked <= 40, "a month is looked up by a few questions"
    log = "".join(path.read_text(encoding="utf-8-sig") for path in (folder / "Loggar").glob("*.log"))
    assert KEY not in log
    assert "FEL!" not in log

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
from tests.worlds.program import jobsync, started
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


_RIGS = {"odata": NavRig, "soap": _BasicSoapRig}


@pytest.fixture(params=list(_RIGS))
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NavRig]:
    """A company that fits the demo's days of November 2026, by the real clock."""
    world = Surroundings(tmp_path)
    world.clock.now = world.server_clock.now = datetime.now(UTC)
    rig: NavRig = _RIGS[request.param](world)
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


def connect(rig: NavRig, folder: Path, target: str = "invoice") -> None:
    """The shop sends its receipts one by one and posts them."""
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
        f"posting.target={target}",
        f"posting.cash_customer={CASH_CUSTOMER}",
        f"{name}.address={rig.nav.instance}/OData",
        f"{name}.sign_in=basic",
        f"{name}.user={USER}",
        f"{name}.cash_customer={CASH_CUSTOMER}",
        f"{name}.posting=auto",
        f"{name}.services=[{{role = 'items', name = 'articles'}}]",
    )
    jobsync(folder, "settings", "secret", f"{name}.password", stdin=KEY)


def sell_on_account(folder: Path, most: int) -> list[tuple[int, int]]:
    """Some receipts of the first till are sold on account to K7: (number, öre)."""
    database = SQLite(folder / "kassa.sqlite")
    database.execute("INSERT INTO payment_method VALUES ('1', 'FAKTURA', 'Faktura', 'invoice')")
    sold = database.query(
        "SELECT r.number, SUM(p.amount) FROM receipt r JOIN receipt_payment p ON p.till=r.till AND p.receipt=r.number"
        " WHERE r.till='1' AND r.state='finished' AND r.rounding=0 AND r.customer='' GROUP BY r.number"
        f" HAVING SUM(p.amount)>0 AND MIN(p.method)='KORT' AND COUNT(*)=1 ORDER BY r.number LIMIT {most}"
    )
    for number, _ in sold:
        database.execute("UPDATE receipt SET customer='K7' WHERE till='1' AND number=:n", {"n": number})
        changed = "UPDATE receipt_payment SET method='FAKTURA' WHERE till='1' AND receipt=:n"
        database.execute(changed, {"n": number})
    moved = sum(amount for _, amount in sold)
    database.execute("UPDATE z_method SET amount=amount-:a WHERE till='1' AND method='KORT'", {"a": moved})
    database.execute("INSERT INTO z_method VALUES ('1', '1', 1, 'FAKTURA', :a)", {"a": moved})
    database.close()
    return [(int(number), int(amount)) for number, amount in sold]


@pytest.mark.parametrize("rig", ["odata"], indirect=True)
def test_credit_sales_need_no_direct_posting_on_1510_as_invoices_and_say_so_as_vouchers(
    rig: NavRig, tmp_path: Path
) -> None:
    """The claim stands open at the customer, by NAV's own posting; a voucher would need a row of ours on 1510."""
    folder, books = tmp_path / "butik", rig.nav.books
    jobsync(folder, "demo", "--no-sync", "--days", "1", "--receipts", "12")
    sold = sell_on_account(folder, 2)
    claims = books.find("accounts", No="1510")
    assert claims
    claims["Direct_Posting"] = False
    connect(rig, folder, target="voucher")
    done = started(folder, "check")
    said = done.stdout
    assert done.returncode == 3
    assert "Konto 1510 (betalsätt Faktura) tillåter inte direktbokföring" in said
    assert "skicka kvitton som kundfakturor" in said
    assert f"{len(sold)} kvitton med" in said

    jobsync(folder, "settings", "set", "posting.target=invoice")
    jobsync(folder, "sync")  # its own check lets it through
    open_entries = [row for row in books.rows("customer_entries") if row["Remaining_Amt_LCY"]]
    assert {row["Customer_No"] for row in open_entries} == {"K7"}
    assert sorted(int(row["Remaining_Amt_LCY"] * 100) for row in open_entries) == sorted(amount for _, amount in sold)
    assert books.rows("payments") == []
    assert "Varje öre är förklarad." in jobsync(folder, "proof", "--month", "2026-11")


def test_every_receipt_is_a_closed_invoice_once_and_proven(rig: NavRig, tmp_path: Path) -> None:
    folder = tmp_path / "butik"
    jobsync(folder, "demo", "--no-sync", "--days", "1", "--receipts", "25")
    connect(rig, folder)
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

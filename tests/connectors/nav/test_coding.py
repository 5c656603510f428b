"""Which accounts NAV's set-up (page 314) says that articles are sold on, where the books alone do not tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.dynamics_nav.coding import accounts_now
from connectors.formats.sales_accounts import UNREAD, Sold
from synccenter.contract.connector import Booked
from synccenter.contract.model import Invoice, InvoicePayment, InvoiceRow
from synccenter.truth.standing import compare
from tests.connectors.nav.shop import Shop, open_shop
from tests.worlds.fakes.nav_rig import DAY, add_customer
from tests.worlds.fakes.server import FOR_GOOD
from tests.worlds.lookups import booked_in

SOLD = Sold("KONTANT", credit=False, article="A1")
MUG = Invoice(
    "K1-1",
    DAY,
    "KONTANT",
    (InvoiceRow("A1", "Vara 1", 1000, 10000, 2000, 25, 3001),),
    (InvoicePayment("KORT", 1686, 10000),),
)


def on_3041(shop: Shop) -> Booked:
    """A mug whose net stands on another account than the till names, as it is read back."""
    sent = shop.connector().send(MUG)
    for row in shop.books.rows("entries"):
        row["G_L_Account_No"] = row["G_L_Account_No"].replace("3001", "3041")
    there = booked_in(shop.connector(), MUG, sent.external_id)
    assert there
    return there


def set_up(shop: Shop, account: str) -> None:
    shop.books.rows("posting_setup")[0]["Sales_Account"] = account


def hide(shop: Shop, table: str, field: str) -> None:
    """The company's page does not show a field; without one it is not published."""
    there = next(one for one in shop.nav.pages.values() if one.table == table)
    columns = {name: one for name, one in there.columns.items() if name != field}
    others = {name: one for name, one in shop.nav.pages.items() if one is not there}
    shop.nav.publish(others | ({there.name: replace(there, columns=columns)} if field else {}))


def test_the_account_is_that_of_the_customers_group_and_the_articles(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        add_customer(shop.books, "UTLAND", "Kund i utlandet")
        shop.books.rows("customers")[-1]["Gen_Bus_Posting_Group"] = "UTLAND"
        shop.books.add(
            "posting_setup", Gen_Bus_Posting_Group="UTLAND", Gen_Prod_Posting_Group="VAROR", Sales_Account="3105"
        )
        abroad, unknown = replace(SOLD, customer="UTLAND"), replace(SOLD, article="BORTA")
        assert accounts_now(shop.connector()._link, [SOLD, abroad, unknown]) == {SOLD: 3001, abroad: 3105}


def test_a_credit_memo_has_an_account_of_its_own(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        back = replace(SOLD, credit=True)
        for account, there in (("", {SOLD: 3001}), ("3009", {back: 3009, SOLD: 3001})):
            shop.books.rows("posting_setup")[0]["Sales_Credit_Memo_Account"] = account
            assert accounts_now(shop.connector()._link, [back, SOLD]) == there


def test_what_the_set_up_says_is_right_and_what_it_does_not_is_not_known(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        set_up(shop, "3041")
        there = on_3041(shop)
        assert (compare(MUG, there), there.unread) == (("", 0), ())
        for account, why, unread in (("3005", "", (UNREAD,)), ("3001", "försäljningen är", ())):
            set_up(shop, account)  # coded anew since, or moved; what the till says too is no chance
            again = booked_in(shop.connector(), MUG, there.external_id)
            assert again
            assert (compare(MUG, again)[0][:16], again.unread) == (why, unread)


@pytest.mark.parametrize(
    ("table", "field"),
    [("posting_setup", "Sales_Account"), ("items", "Gen_Prod_Posting_Group"), ("posting_setup", "")],
    ids=["a field of it is missing", "the card does not show its group", "it is not published"],
)
def test_a_page_that_does_not_tell_is_said_not_to_be_read(tmp_path: Path, table: str, field: str) -> None:
    with open_shop(tmp_path) as shop:
        set_up(shop, "3041")
        hide(shop, table, field)
        assert on_3041(shop).unread == (UNREAD,)


def test_a_page_that_the_user_may_not_read_is_said_not_to_be_read(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        set_up(shop, "3041")
        refusal = shop.rig.refusals()["NAV36"]
        shop.nav.fail(refusal, times=FOR_GOOD, on=lambda one: one.path.endswith("/GeneralPostingSetup"))
        assert on_3041(shop).unread == (UNREAD,)

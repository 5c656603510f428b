"""Rows of eEkonomi made into rows of the till. Pure: no requests here.

A row that cannot be used raises `ValueError` with a Swedish reason and becomes a `BadRow`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from connectors.visma_eekonomi import answers
from connectors.wire.answers import tidy
from synccenter.contract.asked import Demand, Demands
from synccenter.contract.model import (
    Account,
    Article,
    ArticleGroup,
    Barcode,
    Customer,
    Hindered,
    Ore,
    Percent,
    Price,
    Stock,
    kronor,
)

RATES = (25, 12, 6, 0)
"""Swedish VAT rates (mervärdesskattelagen 2023:200, chapter 9)."""

STANDING = date(2000, 1, 1)
"""eEkonomi's price lists have no dates: a price there simply stands."""

_MOST = 10_000_000_00
"""The greatest price by the vendor's schema: 10,000,000 kr."""

Codings = Mapping[str, answers.Coding]


# --- values ------------------------------------------------------------------------------------------------


def ore(amount: Decimal | None) -> Ore:
    """Kronor as JSON has them -> öre, half up. Raises `ValueError` when it cannot be an amount."""
    if amount is None:
        return 0
    if not (amount.is_finite() and amount.copy_abs() < _MOST * 10):
        raise ValueError(f"beloppet {amount:.6g} är orimligt")
    return int((amount * 100).to_integral_value(ROUND_HALF_UP))


def as_is(price: Ore) -> Ore:
    """No rounding."""
    return price


def nearest_krona(price: Ore) -> Ore:
    """To the nearest whole krona, 50 öre up (lag 1970:1029, 2 §)."""
    return (price + 50) // 100 * 100


def up_to_krona(price: Ore) -> Ore:
    """Up to the next whole krona."""
    return -(-price // 100) * 100


def up_to_ninety(price: Ore) -> Ore:
    """Up to the next price that ends in 90 öre; 0 stays 0, for open prices."""
    return price if price <= 0 else -(-(price + 10) // 100) * 100 - 10


ROUNDINGS: Mapping[str, Callable[[Ore], Ore]] = {
    "none": as_is,
    "nearest": nearest_krona,
    "up": up_to_krona,
    "ninety": up_to_ninety,
}


def with_vat(net: Ore, rate: Percent) -> Ore:
    """A price excluding VAT -> including, to the öre, half up."""
    return (net * (100 + rate) + 50) // 100


def price_of(net: Decimal | None, gross: Decimal | None, rate: Percent, *, rounding: str) -> Ore:
    """The price including VAT: eEkonomi's own when it has one, else counted from the net price."""
    if net is None and gross is None:
        raise ValueError("priset saknas")
    exact = ore(gross) if gross else with_vat(ore(net), rate)
    if not 0 <= exact <= _MOST:
        raise ValueError(f"priset {kronor(exact)} är orimligt")
    return ROUNDINGS[rounding](exact)


@cache
def rate_of(coding: answers.Coding) -> Percent:
    """The VAT rate. It is sent as percent by some versions, as a fraction by others, and as text by all."""
    number = coding.vat_rate_percent
    if number is None:
        found = re.search(r"\d+", coding.vat_rate or "")
        number = float(found[0]) if found else 0.0
    rate = round(number * 100) if 0 < number < 1 else round(number)
    if rate not in RATES:
        raise ValueError(f"artikelkonteringen ”{coding.name}” har {number:g} % moms, som inte finns i Sverige")
    return rate


def known_rate(coding: answers.Coding) -> Percent | None:
    """The VAT rate, None when it is no Swedish one."""
    try:
        return rate_of(coding)
    except ValueError:
        return None


def account_of(coding: answers.Coding) -> int:
    """The account of sales within Sweden, 0 when the coding has none."""
    if known_rate(coding):
        return coding.domestic_sales_subject_to_vat_account_number or 0
    return coding.domestic_sales_vat_exempt_account_number or coding.domestic_sales_subject_to_vat_account_number or 0


def day(text: str | None) -> date | None:
    """The day of a date or date-time as eEkonomi writes it."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def moment(text: str | None) -> datetime | None:
    """A point in time, UTC when it does not say. Seven decimals, as .NET writes, are taken."""
    try:
        at = datetime.fromisoformat(re.sub(r"\.\d+", "", text or ""))
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def after(cursor: str, overlap: timedelta) -> str:
    """A cursor, moved back by the overlap, as OData writes it."""
    at = moment(cursor)
    return (at - overlap).strftime("%Y-%m-%dT%H:%M:%SZ") if at else "1970-01-01T00:00:00Z"


def quoted(text: str) -> str:
    """A text in an OData filter: a quote is doubled."""
    return "'" + text.replace("'", "''") + "'"


# --- rows ----------------------------------------------------------------------------------------------------


def coding_of(row: answers.Article, codings: Codings) -> answers.Coding:
    """The coding that says an article's VAT and account."""
    coding = codings.get(row.coding_id)
    if coding is None:
        raise ValueError("artikeln har en artikelkontering som inte finns")
    return coding


def label_of(row: answers.Article) -> str:
    """The group of an article: its first label by name, "" when it has none."""
    return min([tidy(label.name, 50) for label in row.article_labels or () if label.name], default="")


def article(row: answers.Article, codings: Codings, rounding: str, *, discounted: bool) -> Article:
    """An article; `discounted` when the prices are those of a customer with a discount agreement."""
    rate = rate_of(coding_of(row, codings))
    net, gross = row.net_price, row.gross_price
    if discounted and row.net_price_with_discount is not None:
        net, gross = row.net_price_with_discount, None
    return Article(
        number=row.number,
        name=tidy(row.name, 50),
        group=label_of(row),
        vat_rate=rate,
        price=price_of(net, gross, rate, rounding=rounding),
        unit=tidy(row.unit_abbreviation or row.unit_name or "st", 10),
        active=row.is_active is not False,
    )


def barcodes(row: answers.Article) -> list[Barcode]:
    """An article's barcodes, each once."""
    codes = dict.fromkeys([tidy(one.barcode, 50) for one in row.barcodes or ()])
    return [Barcode(code, row.number) for code in codes if code]


def stock(row: answers.Article) -> Stock | None:
    """An article's balance, when eEkonomi keeps one."""
    balance = row.stock_balance
    if balance is None or row.is_service_article or not (balance.is_finite() and balance.copy_abs() < _MOST):
        return None
    return Stock(row.number, "", int((balance * 1000).to_integral_value(ROUND_HALF_UP)))


def group(label: answers.Label, rows: Iterable[answers.Article], codings: Codings) -> ArticleGroup:
    """A label with the VAT and account that its articles agree on; 25 % and account 0 when they do not."""
    found = {codings[row.coding_id] for row in rows if row.coding_id in codings}
    rates = {rate for coding in found if (rate := known_rate(coding)) is not None}
    accounts = {account_of(coding) for coding in found}
    return ArticleGroup(
        code=tidy(label.name, 50),
        name=tidy(label.description or label.name, 50),
        vat_rate=rates.pop() if len(rates) == 1 else 25,
        sales_account=accounts.pop() if len(accounts) == 1 else 0,
    )


def customer(row: answers.Customer, lists: Mapping[str, str]) -> Customer:
    """A customer, with the name of the price list."""
    return Customer(
        number=row.customer_number,
        name=tidy(row.name, 50),
        org_number=tidy(row.corporate_identity_number, 20),
        address=tidy(row.invoice_address1, 50),
        postal_code=tidy(row.invoice_postal_code, 10),
        city=tidy(row.invoice_city, 50),
        email=tidy(row.email_address, 255),
        phone=tidy(row.telephone or row.mobile_phone, 50),
        price_list=lists.get(row.sales_price_list_id or "", ""),
        active=row.is_active is not False,
    )


def account(row: answers.Account) -> Account:
    """An account; one that is blocked for manual booking cannot be used by a voucher of ours."""
    number = str(row.number)
    if not number.isdigit():
        raise ValueError(f"kontonumret ”{tidy(number, 20)}” är inget tal")
    if row.is_active is not False and row.is_blocked_for_manual_booking:
        return Hindered(int(number), tidy(row.name, 100), False, "är spärrat för manuell bokföring")
    return Account(int(number), tidy(row.name, 100), active=row.is_active is not False)


def demands(row: answers.Account) -> Demands:
    """What an account says of cost centres and projects: taken unless it says not."""
    return Demands(_taken(row.is_cost_center_allowed), _taken(row.is_project_allowed))


def _taken(allowed: bool | None) -> Demand:
    return Demand.REFUSED if allowed is False else Demand.FREE


def price(
    row: answers.PriceRow, lists: Mapping[str, str], numbers: Mapping[str, tuple[str, Percent | None]], rounding: str
) -> Price:
    """A price in a list; `numbers` gives article number and VAT rate by the article's id."""
    if row.article_id not in numbers:
        raise ValueError("priset gäller en artikel som inte finns")
    if row.currency_code not in {None, "", "SEK"}:
        raise ValueError(f"priset är i {tidy(row.currency_code, 3)}, inte i kronor")
    number, rate = numbers[row.article_id]
    if rate is None:
        raise ValueError("priset gäller en artikel vars moms inte går att läsa")
    amount = price_of(row.net_price, row.gross_price, rate, rounding=rounding)
    return Price(lists.get(row.sales_price_list_id, row.sales_price_list_id), number, STANDING, amount)

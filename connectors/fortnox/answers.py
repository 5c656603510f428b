"""What Fortnox sends, as far as we read it. Names are the vendor's (OpenAPI of February 2026).

Lists give numbers as texts, and what is empty as null or "" (recorded): both are left out before a row is decoded,
so that a field has its value or its default. Money and quantities are `Decimal`, never through a float.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

T = TypeVar("T")

Body = dict[str, msgspec.Raw]
"""An answer: its rows or its object stand under their name, beside `MetaInformation`."""

_LOOSE: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)


class Meta(Struct, frozen=True):
    """Where in a list we are."""

    current: int = field(name="@CurrentPage", default=1)
    pages: int = field(name="@TotalPages", default=1)
    rows: int | None = field(name="@TotalResources", default=None)


class _Fortnox(Struct, rename="pascal", frozen=True, gc=False):
    """Names in PascalCase."""


class Company(_Fortnox, frozen=True):
    """Whose books they are. The database number is the tenant id of client credentials."""

    company_name: str = ""
    organization_number: str = ""
    database_number: int | None = None


class Year(_Fortnox, frozen=True):
    """A financial year."""

    id: int
    from_date: str
    to_date: str


class Locked(_Fortnox, frozen=True):
    """The last day that is locked."""

    end_date: str = ""


class Account(_Fortnox, frozen=True):
    """An account of a financial year."""

    number: int
    description: str = ""
    active: bool = True
    year: int | None = None
    cost_center_settings: str = ""
    project_settings: str = ""


class Series(_Fortnox, frozen=True):
    """A voucher series; only in a manual one can vouchers be made from outside."""

    code: str
    description: str = ""
    manual: bool = True
    year: int | None = None


class CostCentre(_Fortnox, frozen=True):
    """A cost centre."""

    code: str
    description: str = ""
    active: bool = True


class Project(_Fortnox, frozen=True):
    """A project."""

    project_number: str
    description: str = ""
    status: str = ""


class VoucherRow(_Fortnox, frozen=True):
    """A row of a voucher; a removed one is kept for the audit trail and counts for nothing."""

    account: int
    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)
    transaction_information: str = ""
    cost_center: str = ""
    project: str = ""
    removed: bool = False


class Voucher(Struct, rename="pascal", frozen=True):
    """A voucher; in a list it has no rows. `year` is the id of its financial year."""

    voucher_series: str
    voucher_number: int
    year: int | None = None
    transaction_date: str = ""
    description: str = ""
    voucher_rows: tuple[VoucherRow, ...] = ()


class Article(_Fortnox, frozen=True):
    """An article as a list has it. The price is that of the default price list; `vat` may be missing there."""

    article_number: str
    description: str
    ean: str = field(name="EAN", default="")
    unit: str = ""
    vat: Decimal | None = field(name="VAT", default=None)
    sales_price: Decimal = Decimal(0)
    quantity_in_stock: Decimal | None = None


class PriceList(_Fortnox, frozen=True):
    """A price list. The preselected one is that of the articles' own prices."""

    code: str
    pre_selected: bool = False


class Price(_Fortnox, frozen=True):
    """A price of an article in a price list, from a least quantity on."""

    price_list: str
    article_number: str
    price: Decimal | None = None
    from_quantity: Decimal = Decimal(0)


class Customer(_Fortnox, frozen=True):
    """A customer as a list has it."""

    customer_number: str
    name: str
    organisation_number: str = ""
    address1: str = ""
    zip_code: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""


class Buyer(_Fortnox, frozen=True):
    """A customer by itself, as far as an invoice depends on it. `vat_type` SEVAT is Swedish VAT."""

    customer_number: str
    active: bool = True
    currency: str = "SEK"
    vat_type: str = field(default="SEVAT", name="VATType")


class Mode(_Fortnox, frozen=True):
    """A mode of payment with its account."""

    code: str
    account_number: int = 0


class Invoice(_Fortnox, frozen=True):
    """A customer invoice. `round_off`, `warehouse_ready` and `total_vat` stand in single ones only. `voucher_*`: what
    it was booked as, the year by the id of its financial year."""

    document_number: str
    customer_number: str = ""
    invoice_date: str = ""
    external_invoice_reference1: str = ""
    total: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)
    round_off: Decimal = Decimal(0)
    booked: bool = False
    cancelled: bool = False
    warehouse_ready: bool = True
    total_vat: Decimal | None = field(name="TotalVAT", default=None)
    voucher_series: str = ""
    voucher_number: int | None = None
    voucher_year: int | None = None


class Payment(_Fortnox, frozen=True):
    """A payment of an invoice; in a list it has no account and no voucher."""

    number: str
    amount: Decimal = Decimal(0)
    booked: bool = False
    mode_of_payment_account: int = 0
    voucher_series: str = ""
    voucher_number: int | None = None
    voucher_year: int | None = None


class Order(_Fortnox, frozen=True):
    """An order."""

    document_number: str
    customer_number: str = ""
    order_date: str = ""
    external_invoice_reference1: str = ""
    cancelled: bool = False


class File(_Fortnox, frozen=True):
    """A file in the inbox."""

    id: str
    name: str = ""


class Folder(_Fortnox, frozen=True):
    """A folder of the inbox with what lies in it."""

    id: str = ""
    name: str = ""
    files: tuple[File, ...] = ()
    folders: tuple[File, ...] = ()


class Connection(_Fortnox, frozen=True):
    """A file that stands with a voucher. `voucher_year` is the id of its financial year."""

    file_id: str
    voucher_series: str = ""
    voucher_number: str = ""
    voucher_year: int | None = None


class Warehouse(Struct, frozen=True):
    """Whether the warehouse module is on."""

    activated: bool = False


def decoded(raw: bytes | msgspec.Raw, into: type[T]) -> T:
    """A row or an object. Raises one of `NOT_JSON` when it cannot be read."""
    return msgspec.convert(_filled(_LOOSE.decode(raw)), into, strict=False)


def _filled(value: Any) -> Any:
    """Without what is null or ""."""
    if isinstance(value, dict):
        return {name: _filled(one) for name, one in value.items() if one is not None and one != ""}
    return [_filled(one) for one in value] if isinstance(value, list) else value

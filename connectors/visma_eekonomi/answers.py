"""What eEkonomi's API v2 sends, as far as we read it. Names are the vendor's (swagger of 2020-06, API of 2024-05).

Everything may be null or missing there except what makes a row that row; more fields than these are ignored. Money
and quantities are decoded as `Decimal`, never through a float.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct, field


class _Visma(Struct, rename="pascal", frozen=True, gc=False):
    """Names in PascalCase."""


class Meta(_Visma, frozen=True):
    """Where in a list we are. `server_time_utc` is the next cursor."""

    current_page: int = 1
    page_size: int | None = None
    total_number_of_pages: int = 1
    total_number_of_results: int | None = None
    server_time_utc: str | None = None


class Listing(Struct, rename="pascal", frozen=True):
    """A page of anything; rows are decoded one by one so that a bad one spoils no other."""

    meta: Meta | None = None
    data: list[msgspec.Raw] | None = None


class Label(_Visma, frozen=True):
    """An article label: our article group."""

    id: str | None = None
    name: str | None = None
    description: str | None = None


class Barcode(_Visma, frozen=True):
    """A barcode of an article."""

    barcode: str | None = None


class Article(_Visma, frozen=True):
    """An article with its label, coding, price and stock."""

    id: str
    number: str
    name: str
    coding_id: str
    is_active: bool | None = True
    net_price: Decimal | None = None
    gross_price: Decimal | None = None
    net_price_with_discount: Decimal | None = None
    unit_abbreviation: str | None = None
    unit_name: str | None = None
    stock_balance: Decimal | None = None
    changed_utc: str | None = None
    is_service_article: bool | None = None
    is_stock: bool | None = None
    article_labels: list[Label] | None = None
    barcodes: list[Barcode] | None = None


class Coding(_Visma, frozen=True):
    """An *artikelkontering*: VAT and account of the articles that have it."""

    id: str
    name: str | None = None
    vat_rate: str | None = None
    vat_rate_percent: float | None = None
    is_active: bool | None = True
    changed_utc: str | None = None
    domestic_sales_subject_to_vat_account_number: int | None = None
    domestic_sales_vat_exempt_account_number: int | None = None


class PriceRow(_Visma, frozen=True):
    """A price of an article in a price list."""

    sales_price_list_id: str
    article_id: str
    net_price: Decimal | None = None
    gross_price: Decimal | None = None
    currency_code: str | None = None


class PriceList(_Visma, frozen=True):
    """A price list."""

    id: str
    name: str | None = None
    number: int | None = None
    currency_code: str | None = None


class Customer(_Visma, frozen=True):
    """A customer."""

    id: str
    customer_number: str
    name: str
    corporate_identity_number: str | None = None
    invoice_address1: str | None = None
    invoice_address2: str | None = None
    invoice_postal_code: str | None = None
    invoice_city: str | None = None
    email_address: str | None = None
    telephone: str | None = None
    mobile_phone: str | None = None
    is_active: bool | None = True
    is_private_person: bool | None = False
    currency_code: str | None = None
    invoice_country_code: str | None = None
    force_bookkeep_vat: bool | None = None
    sales_price_list_id: str | None = None


class Account(_Visma, frozen=True):
    """An account of a financial year."""

    number: str | int
    name: str | None = None
    fiscal_year_id: str | None = None
    is_active: bool | None = True
    is_blocked_for_manual_booking: bool | None = None
    is_cost_center_allowed: bool | None = None
    is_project_allowed: bool | None = None


class Year(_Visma, frozen=True):
    """A financial year."""

    id: str
    start_date: str
    end_date: str
    is_locked_for_accounting: bool | None = False
    bookkeeping_method: int | None = 0


class Company(_Visma, frozen=True):
    """The company's settings."""

    name: str | None = None
    corporate_identity_number: str | None = None
    currency_code: str | None = None
    terms_of_payment_id: str | None = None
    accounting_locked_to: str | None = None
    product_variant: int | None = None
    show_prices_excl_vat_pc: bool | None = field(default=None, name="ShowPricesExclVatPC")
    domestic_currency_rounding: int | None = None
    company_status: int | None = None


class BankAccount(_Visma, frozen=True):
    """A *kassa- eller bankkonto*."""

    id: str
    ledger_account_number: int
    name: str | None = None
    is_active: bool | None = True


class Terms(_Visma, frozen=True):
    """Terms of payment."""

    id: str
    name: str | None = None
    available_for_sales: bool | None = True


class CostCentreItem(_Visma, frozen=True):
    """A cost centre; `short_name` is what people call it."""

    id: str
    short_name: str
    name: str | None = None
    is_active: bool | None = True


class CostCentre(Struct, rename="pascal", frozen=True):
    """One of three dimensions of cost centres, by `number`."""

    number: int | None = 1
    items: list[CostCentreItem] | None = None


class Project(_Visma, frozen=True):
    """A project. Status 2 is finished."""

    id: str
    number: str
    name: str | None = None
    status: int | None = 1


class VatCode(_Visma, frozen=True):
    """A VAT code."""

    id: str
    code: str | None = None
    description: str | None = None
    vat_rate: float | None = None


class VatCodes(Struct, rename="pascal", frozen=True):
    """The list of VAT codes as the newer description has it; the vendor's file has the bare list."""

    data: list[VatCode] | None = None


class VoucherRow(_Visma, frozen=True):
    """A row of a voucher."""

    account_number: int
    debit_amount: Decimal | None = None
    credit_amount: Decimal | None = None
    transaction_text: str | None = None
    cost_center_item_id1: str | None = None
    cost_center_item_id2: str | None = None
    cost_center_item_id3: str | None = None
    project_id: str | None = None


class Voucher(Struct, rename="pascal", frozen=True):
    """A voucher."""

    id: str
    voucher_date: str = ""
    voucher_text: str | None = None
    number_and_number_series: str | None = None
    number_series: str | None = None
    voucher_type: int | None = None
    source_id: str | None = None
    created_utc: str | None = None
    rows: list[VoucherRow] | None = None


class BankRow(_Visma, frozen=True):
    """What a bank transaction paid: `source_id` is that of the invoice, and its payment's voucher."""

    source_id: str | None = None
    payment_voucher_id: str | None = None


class BankTransaction(_Visma, frozen=True):
    """A transaction of a *kassa- eller bankkonto*."""

    id: str
    rows: list[BankRow] | None = None


class InvoiceRow(_Visma, frozen=True):
    """A row of an invoice."""

    article_id: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    discount_percentage: Decimal | None = None


class Invoice(_Visma, frozen=True):
    """A customer invoice. The remaining amount is negative on a credit invoice."""

    id: str
    invoice_number: int | None = None
    your_reference: str | None = None
    is_credit_invoice: bool | None = False
    total_amount: Decimal | None = None
    total_amount_invoice_currency: Decimal | None = None
    remaining_amount: Decimal | None = None
    remaining_amount_invoice_currency: Decimal | None = None
    currency_code: str | None = None
    invoice_date: str | None = None
    customer_number: str | None = None
    includes_vat: bool | None = None
    total_vat_amount: Decimal | None = None
    total_vat_amount_invoice_currency: Decimal | None = None
    total_roundings: Decimal | None = None
    voucher_id: str | None = None
    created_utc: str | None = None
    rows: list[InvoiceRow] | None = None


class Order(_Visma, frozen=True):
    """An order."""

    id: str
    number: int | None = None
    your_reference: str | None = None
    order_date: str | None = None
    amount: Decimal | None = None
    vat_amount: Decimal | None = None
    includes_vat: bool | None = None


Whole = dict[str, Any]
"""An object as it came, to be changed and written back: PUT empties every field that is left out."""

WHOLE_OR_NOTHING: Any = Whole | None
"""The answer to a change whose content does not matter: the vendor's two files differ on whether there is one."""

"""Business Central's answers as typed values: only the fields that are used of them, which are also what is asked for.

Names and kinds are those of API v2.0 (derived from Microsoft's AL source). A struct's fields become `$select`, so
nothing else travels.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import msgspec
from msgspec import Struct
from msgspec.structs import fields

BLANK = "_x0020_"
"""How the blank option is spelt in the default schema."""


class Row(Struct, rename="camel", frozen=True):
    """A row of a list, by its id."""

    id: str = ""


@cache
def select(row_type: type[Struct]) -> str:
    """`$select` for a row: its fields as they are spelt, without what only an expanded answer has."""
    names = (one.encode_name for one in fields(row_type))
    return ",".join(name for name in names if not name.startswith("@") and name not in _PARTS)


_PARTS = {"salesInvoiceLines", "salesCreditMemoLines", "salesOrderLines", "dimensionSetLines"}

DIMENSIONS = "dimensionSetLines($select=code,valueCode)"
"""`$expand` for the dimensions of a list's rows."""


class Listing(Struct, frozen=True):
    """A page of a list."""

    value: list[msgspec.Raw] | None = None
    next: str = msgspec.field(default="", name="@odata.nextLink")
    count: int | None = msgspec.field(default=None, name="@odata.count")


class Company(Row, frozen=True):
    """A company of the environment. Its name may change, its id does not."""

    name: str = ""
    display_name: str = ""

    @property
    def title(self) -> str:
        """What people call it."""
        return self.display_name or self.name


class Environment(Struct, rename="camel", frozen=True):
    """An environment of the organisation, and which organisation that is."""

    name: str = ""
    aad_tenant_id: str = ""


class Environments(Struct, frozen=True):
    """The environments of the organisation."""

    value: list[Environment]


class CompanyInformation(Row, frozen=True):
    """Who the company is."""

    display_name: str = ""
    tax_registration_number: str = ""


class Account(Row, frozen=True):
    """A G/L account."""

    number: str = ""
    display_name: str = ""
    blocked: bool = False
    account_type: str = ""
    direct_posting: bool = True


class Coded(Row, frozen=True):
    """What has a code and a name."""

    code: str = ""
    display_name: str = ""


class Category(Coded, frozen=True):
    """An item category."""


class Item(Row, frozen=True):
    """An item with what a till needs of it."""

    number: str = ""
    display_name: str = ""
    item_category_code: str = ""
    blocked: bool = False
    unit_price: Decimal = Decimal(0)
    price_includes_tax: bool = False
    tax_group_code: str = ""
    base_unit_of_measure_code: str = ""
    gtin: str = ""

    @property
    def facts(self) -> ItemFacts:
        """What other registers need to know of it."""
        return msgspec.convert(self, ItemFacts, from_attributes=True)


class ItemFacts(Row, frozen=True, omit_defaults=True):
    """What other registers are made of: an item's own barcode, the VAT that its category has, and the unit that it is
    sold in by the till."""

    number: str = ""
    item_category_code: str = ""
    gtin: str = ""
    tax_group_code: str = ""
    base_unit_of_measure_code: str = ""


class ItemStock(ItemFacts, frozen=True):
    """With its balance over all locations, which changes without the item's time of change."""

    type: str = "Inventory"
    inventory: Decimal = Decimal(0)
    last_modified_date_time: str = ""


class TaxGroup(Coded, frozen=True):
    """A VAT product posting group."""


class CustomerRow(Row, frozen=True):
    """A customer."""

    number: str = ""
    display_name: str = ""
    address_line1: str = ""
    postal_code: str = ""
    city: str = ""
    phone_number: str = ""
    email: str = ""
    tax_registration_number: str = ""
    blocked: str = BLANK
    etag: str = msgspec.field(default="", name="@odata.etag")


class Buyer(Row, frozen=True):
    """Whether a customer may be sold to, and in what."""

    number: str = ""
    blocked: str = BLANK
    currency_code: str = ""


class CustomerLike(Row, frozen=True):
    """What a new customer takes over from another."""

    number: str = ""
    tax_liable: bool = False
    tax_area_id: str = ""
    payment_terms_id: str = ""
    payment_method_id: str = ""


class Dimension(Coded, frozen=True):
    """A dimension."""


class DimensionValue(Coded, frozen=True):
    """A value of a dimension."""


class LedgerSetup(Row, frozen=True):
    """What the whole company's bookkeeping goes by."""

    allow_posting_from: str = ""
    allow_posting_to: str = ""
    local_currency_code: str = ""
    shortcut_dimension1_code: str = ""
    shortcut_dimension2_code: str = ""


class Period(Row, frozen=True):
    """An accounting period."""

    starting_date: str = ""
    new_fiscal_year: bool = False
    closed: bool = False
    date_locked: bool = False


class Location(Coded, frozen=True):
    """A stock location."""


class PaymentMethod(Coded, frozen=True):
    """A payment method."""


class Journal(Coded, frozen=True):
    """A general journal batch."""

    balancing_account_number: str = ""


class PaymentJournal(Row, frozen=True):
    """A cash receipt journal batch with its balancing account."""

    code: str = ""
    balancing_account_number: str = ""


class JournalLine(Row, frozen=True):
    """A line that is not posted."""

    line_number: int = 0
    account_type: str = ""
    account_number: str = ""
    balancing_account_number: str = ""
    posting_date: str = ""
    document_number: str = ""
    external_document_number: str = ""
    amount: Decimal = Decimal(0)
    description: str = ""
    etag: str = msgspec.field(default="", name="@odata.etag")


class PaymentLine(Row, frozen=True):
    """A payment that is not posted."""

    line_number: int = 0
    customer_number: str = ""
    posting_date: str = ""
    document_number: str = ""
    external_document_number: str = ""
    amount: Decimal = Decimal(0)
    description: str = ""
    applies_to_invoice_number: str = ""
    etag: str = msgspec.field(default="", name="@odata.etag")


class DimensionLine(Struct, rename="camel", frozen=True):
    """A dimension that a row of the ledger has, and its value."""

    code: str = ""
    value_code: str = ""


class Entry(Row, frozen=True):
    """A row of the ledger. Its dimensions are told when they are asked for."""

    entry_number: int = 0
    posting_date: str = ""
    document_number: str = ""
    document_type: str = ""
    account_number: str = ""
    description: str = ""
    debit_amount: Decimal = Decimal(0)
    credit_amount: Decimal = Decimal(0)
    dimension_set_lines: list[DimensionLine] | None = None


class SalesLine(Row, frozen=True):
    """A line of a sales document, as it became."""

    amount_including_tax: Decimal = Decimal(0)
    tax_percent: Decimal = Decimal(0)


class Sale(Row, frozen=True):
    """What invoices and credit memos have in common. A draft has a number of its own, until it is posted."""

    number: str = ""
    external_document_number: str = ""
    posting_date: str = ""
    customer_number: str = ""
    prices_include_tax: bool = False
    total_amount_excluding_tax: Decimal = Decimal(0)
    total_tax_amount: Decimal = Decimal(0)
    total_amount_including_tax: Decimal = Decimal(0)
    status: str = ""
    etag: str = msgspec.field(default="", name="@odata.etag")

    @property
    def draft(self) -> bool:
        """Whether it is not posted."""
        return self.status in {"", BLANK, "Draft", "In_x0020_Review", "In Review"}

    @property
    def undone(self) -> bool:
        """Whether it was cancelled, or is what cancelled another: together they are nothing."""
        return self.status in {"Canceled", "Corrective"}


class SalesInvoice(Sale, frozen=True):
    """An invoice."""

    remaining_amount: Decimal = Decimal(0)


class CreditMemo(Sale, frozen=True):
    """A credit memo. What remains of it the API does not tell."""

    invoice_number: str = ""


class SalesOrder(Row, frozen=True):
    """An order."""

    number: str = ""
    external_document_number: str = ""
    customer_number: str = ""
    order_date: str = ""
    etag: str = msgspec.field(default="", name="@odata.etag")


class OrderInvoice(Row, frozen=True):
    """An invoice that was an order."""

    number: str = ""
    external_document_number: str = ""
    customer_number: str = ""
    order_number: str = ""
    invoice_date: str = ""


class PriceLine(Row, frozen=True):
    """A price of a price list (our extension)."""

    price_list_code: str = ""
    item_number: str = ""
    starting_date: str = ""
    ending_date: str = ""
    minimum_quantity: Decimal = Decimal(0)
    unit_price: Decimal = Decimal(0)
    price_includes_tax: bool = False
    unit_of_measure_code: str = ""
    currency_code: str = ""


class ItemReference(Row, frozen=True):
    """A barcode of an item (our extension)."""

    item_number: str = ""
    reference_number: str = ""
    unit_of_measure_code: str = ""


class LocationStock(Struct, rename="camel", frozen=True):
    """A balance of an item in a location (our extension, a query: its rows have no id)."""

    item_number: str = ""
    location_code: str = ""
    quantity: Decimal = Decimal(0)


class JournalSetup(Row, frozen=True):
    """What a journal batch is set to (our extension)."""

    code: str = ""
    copy_vat_setup: bool = True
    balancing_account_number: str = ""
    number_series: str = ""

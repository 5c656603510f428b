"""Bokio's answers as typed values: only what is used of them (company API, OpenAPI of August 2026).

Lists have their rows under `items` in the OpenAPI file and under `result` in the vendor's notes: both are taken.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import Struct


class _Bokio(Struct, rename="camel", frozen=True):
    """Fields in camel case."""


class Listing(_Bokio, frozen=True):
    """A page of a list."""

    items: list[msgspec.Raw] | None = None
    result: list[msgspec.Raw] | None = None
    total_items: int | None = None
    total_pages: int | None = None

    @property
    def rows(self) -> list[msgspec.Raw]:
        """The rows, under whichever name they came."""
        return self.items or self.result or []


class Ref(_Bokio, frozen=True):
    """Something else by its id."""

    id: str | None = None
    name: str | None = None


class Company(_Bokio, frozen=True):
    """The company."""

    id: str
    name: str | None = None
    organization_number: str | None = None


class CompanyInformation(_Bokio, frozen=True):
    """The company in its wrapping. An answer without it is `Company` itself."""

    company_information: Company | None = None


class Account(_Bokio, frozen=True):
    """An account of the chart."""

    account: int
    name: str | None = None


class Year(_Bokio, frozen=True):
    """A financial year. `accounting_method` is *cash* or *accrual*, `status` *open* or *closed*."""

    id: str
    start_date: str
    end_date: str
    accounting_method: str | None = None
    status: str | None = None


class Item(_Bokio, frozen=True):
    """An article. It has no number; `unit_price` is without VAT."""

    id: str
    description: str
    item_type: str
    unit_type: str | None = None
    unit_price: Decimal | None = None
    tax_rate: Decimal | None = None


class Address(_Bokio, frozen=True):
    """An address."""

    line1: str | None = None
    city: str | None = None
    postal_code: str | None = None


class Contact(_Bokio, frozen=True):
    """A contact of a customer."""

    email: str | None = None
    phone: str | None = None
    is_default: bool | None = None


class Customer(_Bokio, frozen=True):
    """A customer. It has no number."""

    id: str
    name: str
    org_number: str | None = None
    address: Address | None = None
    contacts_details: list[Contact] | None = None


class Tag(_Bokio, frozen=True):
    """A tag of a group."""

    id: str
    name: str | None = None


class TagGroup(_Bokio, frozen=True):
    """A group of tags; `dimension_number` is that of SIE: 1 cost centre, 6 project."""

    name: str | None = None
    dimension_number: int | None = None
    tags: list[Tag] | None = None


class RowTag(_Bokio, frozen=True):
    """A tag of a row: its cost centre or project."""

    tag_id: str = ""


class EntryRow(_Bokio, frozen=True):
    """A row of a journal entry."""

    account: int
    debit: Decimal | None = None
    credit: Decimal | None = None
    tags: list[RowTag] | None = None


class Entry(_Bokio, frozen=True):
    """A journal entry. One that is reversed, and the one that reverses it, together are nothing."""

    id: str
    title: str | None = None
    journal_entry_number: str | None = None
    date: str | None = None
    items: list[EntryRow] | None = None
    reversing_journal_entry_id: str | None = None
    reversed_by_journal_entry_id: str | None = None

    @property
    def undone(self) -> bool:
        """Whether it is one of such a pair."""
        return bool(self.reversing_journal_entry_id or self.reversed_by_journal_entry_id)


class Upload(_Bokio, frozen=True):
    """A file, and the journal entry that it stands with."""

    id: str
    description: str | None = None
    journal_entry_id: str | None = None


class Line(_Bokio, frozen=True):
    """A row of an invoice or credit note; `unit_price` is without VAT. A text alone has no price."""

    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    tax_rate: Decimal | None = None


class Invoice(_Bokio, frozen=True):
    """An invoice or a credit note: they differ in the name of the date and in what they point to."""

    id: str
    status: str | None = None
    invoice_number: str | None = None
    order_number_reference: str | None = None
    customer_ref: Ref | None = None
    invoice_ref: Ref | None = None
    invoice_date: str | None = None
    credit_date: str | None = None
    total_amount: Decimal | None = None
    total_tax: Decimal | None = None
    paid_amount: Decimal | None = None
    line_items: list[Line] | None = None
    journal_entry_ref: Ref | None = None

    @property
    def draft(self) -> bool:
        """Whether it is not an invoice yet."""
        return self.status in {None, "draft"}


class Payment(_Bokio, frozen=True):
    """A payment of an invoice."""

    id: str
    sum_base_currency: Decimal
    bookkeeping_account_number: int
    journal_entry_ref: Ref | None = None

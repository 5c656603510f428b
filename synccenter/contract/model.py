"""The trade's values, frozen. Money is whole öre (int), VAT rates whole percent, quantities thousandths.

Amounts of the till include VAT and are positive for a sale, negative for a return. On a voucher debit is
positive and credit negative, as in SIE 4B section 11 (#TRANS).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import TypeAlias

from msgspec import Struct

Ore: TypeAlias = int
"""An amount in whole öre: 12,50 kr is 1250."""

Thousandths: TypeAlias = int
"""A quantity in thousandths of its unit: 1,5 kg is 1500."""

Percent: TypeAlias = int
"""A VAT rate in whole percent: 25, 12, 6 or 0 (mervärdesskattelagen 2023:200, chapter 9)."""


# --- Registers: down from the business system to the till ------------------------------------------------


class Register(Enum):
    """The registers that may come down, in the order in which they depend on each other."""

    ACCOUNTS = "accounts"
    GROUPS = "groups"
    ARTICLES = "articles"
    BARCODES = "barcodes"
    PRICES = "prices"
    STOCK = "stock"
    CUSTOMERS = "customers"


REGISTER_NAMES: dict[Register, str] = {
    Register.ACCOUNTS: "Konton",
    Register.GROUPS: "Varugrupper",
    Register.ARTICLES: "Artiklar",
    Register.BARCODES: "Streckkoder",
    Register.PRICES: "Prislistor",
    Register.STOCK: "Lagersaldo",
    Register.CUSTOMERS: "Kunder",
}


class Account(Struct, frozen=True):
    """An account of the chart of accounts."""

    number: int
    name: str
    active: bool = True


class Hindered(Account, frozen=True):
    """An account that nothing can be booked on. `why` is the end of a sentence about it ("är spärrat")."""

    why: str = "är inaktivt"


class ArticleGroup(Struct, frozen=True):
    """A *varugrupp*. `sales_account` 0 means: by the settings for the VAT rate."""

    code: str
    name: str
    vat_rate: Percent
    sales_account: int = 0


class Article(Struct, frozen=True, gc=False):
    """An article as the till sells it. `price` includes VAT; `deposit` is *pant* per piece,
    beside the price and with the same VAT rate (pantamera.nu/foretag/butik/livsmedelsmoms-pa-pant, 2026)."""

    number: str
    name: str
    group: str = ""
    vat_rate: Percent = 25
    price: Ore = 0
    deposit: Ore = 0
    unit: str = "st"
    active: bool = True


class Barcode(Struct, frozen=True, gc=False):
    """One of possibly several barcodes of an article."""

    code: str
    article: str


class Price(Struct, frozen=True):
    """A price including VAT in a price list, from a date and a least quantity on."""

    price_list: str
    article: str
    valid_from: date
    price: Ore
    min_quantity: Thousandths = 0


class Stock(Struct, frozen=True):
    """The quantity of an article in a stock location."""

    article: str
    location: str
    quantity: Thousandths


class Customer(Struct, frozen=True):
    """A customer. Only what a till needs (data minimisation, GDPR article 5.1 c)."""

    number: str
    name: str
    org_number: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""
    price_list: str = ""
    active: bool = True


RegisterRow: TypeAlias = Account | ArticleGroup | Article | Barcode | Price | Stock | Customer

ROW_TYPE: dict[Register, type[RegisterRow]] = {
    Register.ACCOUNTS: Account,
    Register.GROUPS: ArticleGroup,
    Register.ARTICLES: Article,
    Register.BARCODES: Barcode,
    Register.PRICES: Price,
    Register.STOCK: Stock,
    Register.CUSTOMERS: Customer,
}


# --- Sales: up from the till, read-only -------------------------------------------------------------------


class ReceiptState(Enum):
    """What became of a receipt. Only FINISHED is a sale."""

    FINISHED = "finished"
    CANCELLED = "cancelled"  # avbrutet: never became a sale
    PARKED = "parked"  # parkerat: may still be finished
    VOIDED = "voided"  # felslag: finished, then voided before the Z report


class LineKind(Enum):
    """What a receipt line sells."""

    GOODS = "goods"
    GIFT_CARD = "gift_card"  # sold without VAT (flerfunktionsvoucher)
    DEPOSIT = "deposit"  # pant; its VAT rate is that of what is in the can (Returpack, pantamera.nu, 2026)
    SINGLE_PURPOSE = "single_purpose"  # enfunktionsvoucher: its VAT is due when it is sold
    AGENT = "agent"  # lottery, stamps, betting: sold on another's behalf
    TIP = "tip"  # dricks that the staff gets
    OWNER_TIP = "owner_tip"  # dricks that stays in the business


LINE_NAMES: dict[LineKind, str] = {
    LineKind.GOODS: "Varor",
    LineKind.GIFT_CARD: "Presentkort",
    LineKind.DEPOSIT: "Pant",
    LineKind.SINGLE_PURPOSE: "Enfunktionsvoucher",
    LineKind.AGENT: "Såld för annans räkning",
    LineKind.TIP: "Dricks till personalen",
    LineKind.OWNER_TIP: "Dricks till företaget",
}
"""What people read of a kind of line: on the page of a Z report, in the questions about a journal file."""


class PaymentKind(Enum):
    """What a payment method is; decides its default account and whether cash rounding may happen."""

    CASH = "cash"
    CARD = "card"
    SWISH = "swish"
    GIFT_CARD = "gift_card"
    SINGLE_PURPOSE = "single_purpose"  # enfunktionsvoucher: its VAT was paid when it was sold
    INVOICE = "invoice"
    OTHER = "other"


class CashKind(Enum):
    """A movement of cash that is not a sale."""

    FLOAT = "float"  # växelkassa at the start: a statement of what lies there, not a posting
    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"
    COUNTED = "counted"  # counted at closing; the difference to `expected` is the cash difference


class ReceiptKey(Struct, frozen=True, order=True):
    """What a receipt is known by within a company: the till and its number there."""

    till: str
    number: int

    def __str__(self) -> str:
        return f"{self.till}-{self.number}"


class Line(Struct, frozen=True):
    """A receipt line. `amount` (after discount, VAT included), `vat` and `discount` are as the till stored them."""

    row: int
    kind: LineKind
    article: str
    text: str
    group: str
    quantity: Thousandths
    amount: Ore
    vat: Ore
    vat_rate: Percent
    discount: Ore = 0


class Payment(Struct, frozen=True):
    """A payment; negative when money is given back."""

    method: str
    amount: Ore
    reference: str = ""


class Receipt(Struct, frozen=True, kw_only=True):
    """A receipt with its lines and payments. Sum of lines + `rounding` = sum of payments.

    `at` is timezone-aware. `z_number` is the Z report that closed it, None until then.
    """

    till: str
    number: int
    state: ReceiptState
    at: datetime
    lines: tuple[Line, ...]
    payments: tuple[Payment, ...]
    rounding: Ore = 0
    z_number: int | None = None
    customer: str = ""
    return_of: ReceiptKey | None = None
    cashier: str = ""

    @property
    def key(self) -> ReceiptKey:
        """Till and number."""
        return ReceiptKey(self.till, self.number)

    @property
    def total(self) -> Ore:
        """What the customer paid: the sum of the stored payments."""
        return sum(payment.amount for payment in self.payments)


class VatTotal(Struct, frozen=True):
    """A Z report's total for one VAT rate, as the till stored it. `sales` includes VAT."""

    rate: Percent
    sales: Ore
    vat: Ore


class MethodTotal(Struct, frozen=True):
    """A Z report's total for one payment method, as the till stored it."""

    method: str
    amount: Ore


class CashMovement(Struct, frozen=True):
    """Cash in or out that is no sale. `amount` is positive; for COUNTED it is what was counted."""

    till: str
    number: int
    kind: CashKind
    at: datetime
    amount: Ore
    reason: str = ""
    z_number: int | None = None
    expected: Ore | None = None


class ZReport(Struct, frozen=True, kw_only=True):
    """A Z report: number, span and stored totals of one till. `total` = sum of payments = VAT totals + rounding."""

    till: str
    number: int
    at: datetime
    business_date: date
    first_receipt: int
    last_receipt: int
    total: Ore
    rounding: Ore
    vat_totals: tuple[VatTotal, ...] = ()
    method_totals: tuple[MethodTotal, ...] = ()


class Till(Struct, frozen=True):
    """A till (*kassa*) in a store."""

    id: str
    name: str
    store: str = ""


class PaymentMethod(Struct, frozen=True):
    """A payment method (*betalsätt*) as the till knows it."""

    code: str
    name: str
    kind: PaymentKind


class Company(Struct, frozen=True):
    """The company whose trade the till holds. `fiscal_year_start` is the first month of its year (1-12)."""

    id: str
    name: str
    org_number: str = ""
    store: str = ""
    fiscal_year_start: int = 1


class OrderLine(Struct, frozen=True):
    """A row of an order taken at the till; `amount` includes VAT."""

    article: str
    text: str
    quantity: Thousandths
    amount: Ore
    vat_rate: Percent


class Order(Struct, frozen=True, tag="order"):
    """An order taken at the till for a customer. `named`: what its till is called in references, when not its id."""

    till: str
    number: int
    at: datetime
    customer: str
    lines: tuple[OrderLine, ...]
    named: str = ""

    @property
    def reference(self) -> str:
        """What the order is found by in the business system."""
        return f"{self.named or self.till}-O{self.number}"


class CustomerChange(Struct, frozen=True, tag="customer"):
    """A customer created or changed at the till, with the till's own running number of the change."""

    sequence: int
    customer: Customer
    at: datetime

    @property
    def till(self) -> str:
        """A change belongs to no till."""
        return ""

    @property
    def number(self) -> int:
        """The running number, called as that of all numbered things."""
        return self.sequence

    @property
    def reference(self) -> str:
        """What the change is found by: the customer and the running number. Never a receipt's: a till may be `K1`."""
        return f"KUND{self.customer.number}-{self.sequence}"


# --- Documents: what the business system receives ----------------------------------------------------------


class Purpose(Enum):
    """Why a posting stands on the voucher; lets a person and the proof explain every öre."""

    SALES = "sales"
    VAT = "vat"
    PAYMENT = "payment"
    GIFT_CARD = "gift_card"
    DEPOSIT = "deposit"
    ROUNDING = "rounding"
    CASH = "cash"  # pay-in or pay-out
    PURCHASE = "purchase"  # bought with money from the drawer
    SUSPENSE = "suspense"  # on its way to an account that a person chooses
    AGENT = "agent"  # owed to whom it was sold for
    COMMISSION = "commission"
    TIP = "tip"
    DIFFERENCE = "difference"


class Posting(Struct, frozen=True):
    """A row of a voucher (*konteringsrad*): debit positive, credit negative."""

    account: int
    amount: Ore
    text: str = ""
    purpose: Purpose = Purpose.SALES
    cost_centre: str = ""
    project: str = ""


class Voucher(Struct, frozen=True, tag="voucher"):
    """A balanced voucher (*verifikation*). `reference` is unique and is what it is found by afterwards."""

    reference: str
    date: date
    text: str
    postings: tuple[Posting, ...]
    series: str = ""


class InvoiceRow(Struct, frozen=True):
    """A row of a customer invoice; `amount` includes VAT.

    `goods`: leaves the stock (not a deposit or an agent's sale). `sold`: on the receipt, not made of it (a commission).
    """

    article: str
    text: str
    quantity: Thousandths
    amount: Ore
    vat: Ore
    vat_rate: Percent
    account: int
    cost_centre: str = ""
    project: str = ""
    goods: bool = True
    sold: bool = True


class InvoicePayment(Struct, frozen=True):
    """A payment that closes an invoice, with the account it lands on."""

    method: str
    account: int
    amount: Ore


class Invoice(Struct, frozen=True, tag="invoice"):
    """A customer invoice with its payments. Sum of rows + rounding = sum of payments + `owed`.

    `owed` was sold on account: the customer owes it, so it stays open in the customer ledger and is no payment.
    A return is a credit invoice: negative amounts, `credit_of` the reference of the original ("" if unknown).
    """

    reference: str
    date: date
    customer: str
    rows: tuple[InvoiceRow, ...]
    payments: tuple[InvoicePayment, ...]
    rounding: Ore = 0
    rounding_account: int = 0
    credit: bool = False
    credit_of: str = ""
    text: str = ""
    owed: Ore = 0

    @property
    def total(self) -> Ore:
        """What it comes to with VAT, negative when money goes back."""
        return sum(row.amount for row in self.rows) + self.rounding

    def netted(self) -> list[InvoicePayment]:
        """The payments, one for each account: 500 kr in cash with 100 kr back is 400 kr on the cash account."""
        sums: dict[int, InvoicePayment] = {}
        for one in self.payments:
            before = sums.get(one.account, InvoicePayment(one.method, one.account, 0))
            sums[one.account] = InvoicePayment(before.method, one.account, before.amount + one.amount)
        return [one for one in sums.values() if one.amount]

    def may_stay_open(self, left: Ore) -> bool:
        """Whether so much may remain to pay: what was sold on account, less what the customer has paid since."""
        return min(self.owed, 0) <= left <= max(self.owed, 0)


Document: TypeAlias = Voucher | Invoice | Order | CustomerChange
"""All that can be sent. Each has a `reference`."""


class DocumentKind(Enum):
    """The kinds of document, for capabilities and settings."""

    VOUCHER = "voucher"
    INVOICE = "invoice"
    ORDER = "order"
    CUSTOMER = "customer"


def kronor(amount: Ore) -> str:
    """`1234567` -> `12 345,67`: the way a Swede reads money (no-break space in thousands)."""
    whole, rest = divmod(abs(amount), 100)
    return ("-" if amount < 0 else "") + f"{whole:,}".replace(",", "\N{NO-BREAK SPACE}") + f",{rest:02d}"

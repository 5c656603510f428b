"""The customers that documents go to, looked at before anything is written: a receipt is in kronor, with Swedish VAT,
and paid by the till's own payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.dynamics_nav.errors import CURRENCY, PAYMENT_METHOD, VAT_GROUP
from connectors.dynamics_nav.kept import Kept
from connectors.dynamics_nav.link import Link
from connectors.dynamics_nav.refusals import CUSTOMER_BLOCKED, NOT_FOUND, SETUP_MISSING
from connectors.wire.rows import Row, decimal, option, text
from synccenter.contract.asked import refused_among
from synccenter.contract.errors import Problem
from synccenter.contract.model import Invoice, Percent

_WORDS = ("number", "blocked", "vat_bus", "currency", "payment_method")
_KRONOR = {"", "SEK"}
MAY_BE_INVOICED = {"", "ship", "leverera", "leverans"}
"""*Blocked* that says nothing of invoices (NAV, Customer.CheckBlockedCustOnDocs)."""


class Buyers:
    """Customer cards, each asked for once in a while."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._cards = Kept[str, Row](link.session.clock)
        self._rates = Kept[str, Mapping[str, Mapping[str, int]]](link.session.clock)

    def forget(self) -> None:
        """The cards are asked for anew."""
        self._cards.forget()
        self._rates.forget()

    def ensure(self, document: Invoice, role: str) -> None:
        """Raise NAV18, NAV19, NAV20, NAV33, NAV35 or NAV44 for one whose invoice would be refused or booked wrongly."""
        card, number = self._card(document.customer), document.customer
        if not card:
            raise NOT_FOUND.error(item=document.reference, detail="", about=f"Kund {number} finns inte. ")
        if option(card, "blocked") not in MAY_BE_INVOICED:
            raise CUSTOMER_BLOCKED.error(item=document.reference, detail="", about=f"Kund {number} är spärrad. ")
        ensure_kronor(text(card, "currency"), document)
        header = self._link.page(role)
        method = text(card, "payment_method")
        if method and not header.has("payment_method"):
            page = header.need.page
            raise PAYMENT_METHOD.error(item=document.reference, customer=number, method=method, page=page)
        self._ensure_vat(document, text(card, "vat_bus"))

    def looked_at(self, numbers: Sequence[str], role: str) -> Mapping[str, Problem]:
        """By number, what an invoice to that customer would be refused for, or booked wrongly by."""
        today = self._link.session.clock().date()
        return refused_among(numbers, lambda number: self.ensure(Invoice("", today, number, (), ()), role))

    def group_of(self, rate: Percent) -> str:
        """The VAT product group with a rate at the till, "" when there is none or more than one to choose from."""
        typed: dict[str, float] = {row.group: row.rate for row in self._link.settings.vat_rates}
        if not typed and not self._link.has("vat_setup"):
            return ""
        rates = typed or {
            group: hundredths / 100
            for group, hundredths in self._rates.get("", self._all_rates).get(self._till_group().upper(), {}).items()
        }
        fits = [group for group, percent in rates.items() if percent == rate]
        return fits[0] if len(fits) == 1 else ""

    def _till_group(self) -> str:
        """The customers' VAT group that the till sells by."""
        settings = self._link.settings
        card = self._card(settings.cash_customer) if settings.cash_customer and not settings.vat_group else {}
        return settings.vat_group or text(card, "vat_bus")

    def _ensure_vat(self, document: Invoice, group: str) -> None:
        """The customer is sold to at the till's rates: as the till's own VAT group, and at each rate on the receipt."""
        till = self._till_group()
        if not group or not self._link.has("vat_setup"):
            return
        rates = self._rates.get("", self._all_rates)
        ours, theirs = rates.get(till.upper(), {}), rates.get(group.upper(), {})
        sold = {row.vat_rate * 100 for row in document.rows if row.vat}
        combined = {product for group_rates in rates.values() for product in group_rates}
        if ours == theirs and combined - ours.keys() and not sold <= set(ours.values()):
            # A combination that other groups have is not set up: nothing is wrong with the customer.
            missing = ", ".join(f"{rate // 100} %" for rate in sorted(sold - set(ours.values())))
            raise SETUP_MISSING.error(
                item=document.reference, detail="", about=f"Momsbokföringsinställning {group} saknar {missing}. "
            )
        if any(theirs.get(product) != rate for product, rate in ours.items()) or not sold <= set(theirs.values()):
            at = ", ".join(f"{rate // 100} %" for rate in sorted(sold)) or till
            raise VAT_GROUP.error(item=document.reference, customer=document.customer, group=group, till=at)

    def rate_of(self, document: Invoice, product: str) -> Percent | None:
        """What an article of a VAT product group is sold at to the customer; None when that cannot be told."""
        if not self._link.has("vat_setup"):
            return None
        group = text(self._card(document.customer), "vat_bus") or self._till_group()
        rate = self._rates.get("", self._all_rates).get(group.upper(), {}).get(product.upper())
        return None if rate is None else rate // 100

    def _all_rates(self) -> Mapping[str, Mapping[str, int]]:
        """VAT in hundredths of a percent, by customers' and by items' VAT group."""
        found: dict[str, dict[str, int]] = {}
        for row in self._link.page("vat_setup").every():
            rate = int(decimal(row, "percent") * 100)
            found.setdefault(text(row, "bus").upper(), {})[text(row, "prod").upper()] = rate
        return found

    def _card(self, number: str) -> Row:
        """The card of a customer, {} when there is none."""

        def ask() -> Row:
            rows = self._link.page("customers").every([("number", "eq", number.upper())], words=_WORDS)
            return next((row for row in rows if text(row, "number").upper() == number.upper()), {})

        return self._cards.get(number.upper(), ask)


def ensure_kronor(currency: str, document: Invoice) -> None:
    """Raise NAV19 for what would become another currency."""
    if currency.upper() not in _KRONOR:
        raise CURRENCY.error(item=document.reference, customer=document.customer, currency=currency)

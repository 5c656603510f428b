"""From the settings to rules: what `targets.py` needs to know to say where a payment, a sale or a movement lands.

Defaults are BAS 2026 (see `posting/settings.py`); every one is a setting. Rules are pure values: the same rules and
the same receipts always give the same postings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct, structs

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import ArticleGroup, PaymentKind, PaymentMethod, Percent, Till
from synccenter.posting.controls import RATES
from synccenter.posting.drawers import cash_accounts
from synccenter.posting.names import Names
from synccenter.posting.settings import AgentRule, CashRule, MovementRule, Posting, SalesRule, ZeroRule
from synccenter.posting.spelling import spelt


class Rules(Struct, frozen=True):
    """Everything posting needs to know, beside the receipts themselves."""

    unit: str
    target: str
    split_cash: bool
    series: str
    cash_customer: str
    payment_rows: Mapping[tuple[str, str], int]
    voucher_rates: Mapping[tuple[str, str], Percent]
    kinds: Mapping[str, PaymentKind]
    method_names: Mapping[str, str]
    card: int
    swish: int
    invoice: int
    gift_card_used: int
    cash_accounts: Mapping[str, int]
    sales: tuple[SalesRule, ...]
    groups: Mapping[str, ArticleGroup]
    movements: Mapping[str, MovementRule]
    zero_rated: Mapping[str, ZeroRule]
    agents: Mapping[str, AgentRule]
    single_purpose: int
    tip: int
    owner_tip: int
    agent: int
    suspense: int
    gift_card_sold: int
    rounding: int
    difference: int
    deposit: int
    dimensions: Mapping[tuple[str, str], tuple[str, str]]
    till_names: Mapping[str, str] = {}
    names: Names = Names()
    unread: Mapping[tuple[str, str], Problem] = {}
    """What is wrong with a `method` or `group` of that code, or a `till` (""), whose row cannot be read: what hangs
    on it waits for it."""

    def ensure_read(self, what: str, code: str) -> None:
        """Raise the problem of a row that cannot be read."""
        if problem := self.unread.get((what, code)):
            raise SyncError(problem)

    def cash_account(self, till: str) -> int:
        """The cash account of a till; raises B01 for one that the till's database does not know."""
        account = self.cash_accounts.get(till, 0)
        if not account:
            self.ensure_read("till", "")
            raise catalogue.NO_PAYMENT_ACCOUNT.error(method=f"Kontanter i kassa {till}")
        return account

    def sales_accounts(self, rate: Percent, group: str, on: date) -> tuple[int, int]:
        """(sales account, VAT account) for a rate, group and date.

        A rule for the group wins over one for all; among those the latest `since` that has come. The group's own
        sales account (it comes from the business system) holds when the line was sold at the group's rate.
        """
        self.ensure_read("group", group)
        fitting = [
            rule
            for rule in self.sales
            if rule.rate == rate and rule.group in {"", group} and (rule.since is None or rule.since <= on)
        ]
        best = max(fitting, key=lambda rule: (rule.group != "", rule.since or date.min), default=None)
        account = best.account if best else 0
        known = self.groups.get(group)
        if known and known.sales_account and known.vat_rate == rate and not (best and best.group):
            account = known.sales_account
        vat_account = best.vat_account if best else 0
        if not account and rate not in RATES:
            where = f"Varugruppen ”{self.group_name(group) or '–'}”"
            raise catalogue.VAT_RATE_STRANGE.error(rate=rate, where=where)
        if not account or (rate and not vat_account):
            raise catalogue.NO_SALES_ACCOUNT.error(group=self.group_name(group) or "–", rate=rate, date=on)
        return account, vat_account

    def group_name(self, code: str) -> str:
        """The name of an article group, its code when it has none."""
        group = self.groups.get(code)
        return group.name if group else code

    def movement(self, reason: str) -> MovementRule | None:
        """The row for a reason of a pay-in or pay-out (case does not matter); None when nobody has chosen."""
        return self.movements.get(reason.strip().casefold())

    def dimension(self, till: str, group: str = "") -> tuple[str, str]:
        """(cost centre, project): each from the most exact row that has one, so that a till may give the cost centre
        and an article group the project."""
        keys = ((till, group), ("", group), (till, ""), ("", ""))
        fitting = [self.dimensions[key] for key in keys if key in self.dimensions]
        return next((centre for centre, _ in fitting if centre), ""), next((one for _, one in fitting if one), "")


def make_rules(
    section: Posting,
    tills: Sequence[Till],
    methods: Sequence[PaymentMethod],
    groups: Sequence[ArticleGroup],
    kept: Mapping[str, int] | None = None,
    *,
    unread: Mapping[tuple[str, str], Problem] | None = None,
) -> Rules:
    """Rules from the posting section of the settings and the till's own registers. `kept`: the cash accounts that
    the tills have been booked on. `unread`: see `Rules.unread`."""
    section = spelt(section, tills, methods, groups)
    cash = {method.code for method in methods if method.kind is PaymentKind.CASH}
    drawers = [
        *section.cash_tills,
        *(CashRule(row.till, "", row.account) for row in section.payments if cash == {row.method}),  # not one of many
    ]
    kept, unread, all_tills = kept or {}, unread or {}, tills
    if ("till", "") in unread:  # it takes an account among the others, nobody knows which
        own = {*kept, *(row.till for row in drawers)}
        tills = [till for till in tills if till.id in own]
    return Rules(
        unit="receipt" if section.target == "invoice" else section.unit,
        target=section.target,
        split_cash=section.split_cash,
        series=section.series,
        cash_customer=section.cash_customer,
        payment_rows={(row.method, row.till): row.account for row in section.payments},
        voucher_rates={(row.method, row.till): row.vat for row in section.payments},
        kinds={method.code: method.kind for method in methods},
        till_names={till.id: till.name for till in all_tills},
        method_names={method.code: method.name for method in methods},
        unread=unread,
        card=section.card_account,
        swish=section.swish_account,
        invoice=section.invoice_account,
        gift_card_used=section.gift_card_used_account,
        cash_accounts=cash_accounts(
            tills,
            [*drawers, *section.cash_tills],
            in_order=section.cash_accounts,
            kept=kept,
            taken=_elsewhere(section),
        ),
        sales=section.sales,
        groups={group.code: group for group in groups},
        movements={row.reason.strip().casefold(): row for row in section.cash_movements if row.account},
        zero_rated={row.group: row for row in section.zero_rated},
        agents={row.group: row for row in section.agents},
        single_purpose=section.single_purpose_account,
        tip=section.tip_account,
        owner_tip=section.owner_tip_account,
        agent=section.agent_account,
        suspense=section.suspense_account,
        gift_card_sold=section.gift_card_sold_account,
        rounding=section.rounding_account,
        difference=section.difference_account,
        deposit=section.deposit_account,
        dimensions={(row.till, row.group): (row.cost_centre, row.project) for row in section.dimensions},
    )


def _elsewhere(section: Posting) -> set[int]:
    """The accounts that something else than a till's cash lands on."""
    rows = [row.account for table in (section.payments, section.cash_movements, section.sales) for row in table]
    options = [value for name, value in structs.asdict(section).items() if name.endswith("_account")]
    return {*rows, *options}

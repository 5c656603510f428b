"""A day's trade in the demo shop: receipts, cash, orders and Z reports as values. Pure; the same seed, the same day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from synccenter.contract.model import (
    Article,
    CashKind,
    CashMovement,
    Customer,
    CustomerChange,
    Line,
    LineKind,
    MethodTotal,
    Order,
    OrderLine,
    Ore,
    Payment,
    Percent,
    Receipt,
    ReceiptState,
    Thousandths,
    VatTotal,
    ZReport,
)
from synccenter.till import demo_basket as basket
from synccenter.till.demo_shop import TILLS

ZONE = ZoneInfo("Europe/Stockholm")
OPENS, CLOSES = time(9), time(19)
CLOSED = time(19, 12)
"""When the day's last Z report has been taken."""

FLOAT: Ore = 200_000
"""The *växelkassa* every till starts with."""

_SPECIAL = {
    "gift_sold": 0.12,
    "discount": 0.22,
    "split": 0.32,
    "parked": 0.40,
    "return": 0.52,
    "cancelled": 0.60,
    "gift_used": 0.70,
    "voided": 0.80,
    "gift_and_cash": 0.88,
}
"""Where in the day the receipts lie that every believable day must have, as a part of the day's receipts."""

_CASHIERS = ("AL", "BK", "MN")


class GiftCard(Struct, frozen=True):
    """A gift card on a receipt's line (sold) or payment (redeemed)."""

    till: str
    receipt: int
    row: int
    card: str
    event: str
    amount: Ore


class Numbers(Struct):
    """The running numbers of a till."""

    receipt: int = 0
    z: int = 0
    cash: int = 0
    order: int = 0


class Day(Struct):
    """A day's trade."""

    on: date
    receipts: list[Receipt] = field(default_factory=list)
    gift_cards: list[GiftCard] = field(default_factory=list)
    z_reports: list[ZReport] = field(default_factory=list)
    cash: list[CashMovement] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    changes: list[CustomerChange] = field(default_factory=list)


class Trade:
    """Plays the shop for one day. `numbers` (by till) and `sequence` go on from the day before."""

    def __init__(
        self,
        on: date,
        *,
        seed: int,
        articles: Sequence[Article],
        customers: Sequence[Customer],
        numbers: dict[str, Numbers],
        sequence: int,
    ) -> None:
        self.day = Day(on)
        self._rng = Random(f"{seed} {on}")  # noqa: S311 - a day to look at, no secret
        self._articles = articles
        self._customers = customers
        self._numbers = numbers
        self._sequence = sequence
        self._card = ("", 0)

    def play(self, receipts: int) -> Day:
        """The day with so many receipts, of every state together."""
        special = {min(int(part * receipts), receipts - 1): name for name, part in _SPECIAL.items()}
        for place, at in enumerate(self._times(receipts)):
            till = self._rng.choices(("1", "2"), (58, 42))[0] if place >= len(TILLS) else TILLS[place].id
            self._sell(till, at, special.get(place, ""))
        self._order_and_change()
        for till, numbers in self._numbers.items():
            self._close(till, numbers)
        return self.day

    def _times(self, receipts: int) -> list[datetime]:
        """Times of the day, local: thicker at lunch and after work."""
        seconds = sorted(
            int(3600 * self._rng.choice((3, 8, 5)) + 3600 * self._rng.gauss(0, 1.6)) for _ in range(receipts)
        )
        longest = (CLOSES.hour - OPENS.hour) * 3600 - 60
        start = datetime.combine(self.day.on, OPENS, ZONE)
        return [start + timedelta(seconds=min(max(second, 60), longest)) for second in seconds]

    # --- A receipt ----------------------------------------------------------------------------------------

    def _sell(self, till: str, at: datetime, special: str) -> None:
        numbers = self._numbers[till]
        numbers.receipt += 1
        lines, original = self._lines(special)
        state = ReceiptState(special) if special in {"parked", "cancelled", "voided"} else ReceiptState.FINISHED
        payments, rounding = self._payments(special, sum(line.amount for line in lines), original)
        if state in {ReceiptState.PARKED, ReceiptState.CANCELLED}:
            payments, rounding = (), 0
        receipt = Receipt(
            till=till,
            number=numbers.receipt,
            state=state,
            at=at,
            lines=basket.numbered(lines),
            payments=payments,
            rounding=rounding,
            # A Z report closes what is done; a parked receipt waits to be finished.
            z_number=None if state is ReceiptState.PARKED else numbers.z + 1,
            customer=self._rng.choice(self._customers).number if self._customers and self._rng.random() < 0.05 else "",
            return_of=original.key if original else None,
            cashier=self._rng.choice(_CASHIERS),
        )
        self.day.receipts.append(receipt)
        self._note_gift_card(receipt, special)

    def _lines(self, special: str) -> tuple[Sequence[Line], Receipt | None]:
        match special:
            case "gift_sold":
                return [basket.gift_card_line(50_000)], None
            case "discount":
                article = self._article()
                discount, text = basket.discount_in_kronor(article.price, max(1, article.price // 12))
                line = basket.goods_line(article, discount=discount, text=text)
                return [line, basket.single_purpose_line()], None
            case "split":
                article = self._article()
                tenth = article.price // 10
                return [
                    basket.goods_line(article, 2000),
                    basket.goods_line(article, discount=tenth, text="Rabatt 10 %"),
                    *basket.tip_lines(),
                ], None
            case "return":
                original = self._returnable()
                if original:
                    return basket.mirrored(original.lines), original
        return self._basket(), None

    def _basket(self) -> list[Line]:
        lines: list[Line] = []
        for _ in range(self._rng.choices((1, 2, 3, 4, 6, 9), (26, 26, 20, 14, 9, 5))[0]):
            article = self._article()
            quantity: Thousandths = basket.quantity_of(article, self._rng)
            lines.append(basket.goods_line(article, quantity))
            if article.deposit:
                lines.append(basket.deposit_line(article, quantity))
        return lines

    def _article(self) -> Article:
        """An article; the cheaper of two, as people buy more milk than coats."""
        one, other = self._rng.choice(self._articles), self._rng.choice(self._articles)
        return one if one.price <= other.price else other

    def _returnable(self) -> Receipt | None:
        """An earlier receipt of the day that can be brought back whole."""
        found = [
            receipt
            for receipt in self.day.receipts
            if receipt.state is ReceiptState.FINISHED
            and receipt.total > 0
            and all(line.kind in {LineKind.GOODS, LineKind.DEPOSIT, LineKind.AGENT} for line in receipt.lines)
        ]
        return self._rng.choice(found) if found else None

    # --- How it is paid -----------------------------------------------------------------------------------

    def _payments(self, special: str, total: Ore, original: Receipt | None) -> tuple[tuple[Payment, ...], Ore]:
        if original:
            return basket.pay(total, original.payments[-1].method, self._rng)
        card, left = self._card
        if special in {"gift_used", "gift_and_cash"} and left:
            # The first purchase leaves something on the card for the second.
            part = min(total, left if special == "gift_and_cash" else left * 3 // 5)
            paid = (Payment("PRESENTKORT", part, card),)
            if total == part:
                return paid, 0
            rest, rounding = basket.pay(total - part, "KONTANT" if special == "gift_and_cash" else "KORT", self._rng)
            return (*paid, *rest), rounding
        if special == "gift_sold":
            return basket.pay(total, "KORT", self._rng)
        return basket.pay(total, self._rng.choices(("KORT", "SWISH", "KONTANT"), (68, 20, 12))[0], self._rng)

    def _note_gift_card(self, receipt: Receipt, special: str) -> None:
        if special == "gift_sold":
            amount = receipt.lines[0].amount
            self._card = (f"PK{self.day.on:%y%m%d}{self._rng.randrange(10_000):04d}", amount)
            self.day.gift_cards.append(GiftCard(receipt.till, receipt.number, 1, self._card[0], "sold", amount))
        for row, payment in enumerate(receipt.payments, start=1):
            if payment.method == "PRESENTKORT":
                card, left = self._card
                self._card = (card, left - payment.amount)
                used = GiftCard(receipt.till, receipt.number, row, card, "redeemed", payment.amount)
                self.day.gift_cards.append(used)

    # --- What else happens in a day -----------------------------------------------------------------------

    def _order_and_change(self) -> None:
        if not self._customers:
            return
        customer = self._rng.choice(self._customers)
        self._numbers["1"].order += 1
        articles = [self._article() for _ in range(self._rng.randint(1, 4))]
        lines = tuple(
            OrderLine(article.number, article.name, 2000, 2 * article.price, article.vat_rate) for article in articles
        )
        at = self._at(time(14, 30))
        self.day.orders.append(Order("1", self._numbers["1"].order, at, customer.number, lines))
        changed = replace(customer, address=f"Nygatan {self._rng.randint(1, 60)}")
        self.day.changes.append(CustomerChange(self._sequence + 1, changed, self._at(time(15, 10))))

    def _at(self, moment: time) -> datetime:
        return datetime.combine(self.day.on, moment, ZONE)

    # --- Closing ------------------------------------------------------------------------------------------

    def _close(self, till: str, numbers: Numbers) -> None:
        """Cash to the bank, the drawer counted, and the Z report."""
        of_till = [receipt for receipt in self.day.receipts if receipt.till == till]
        if not of_till:  # a till that was never opened
            return
        numbers.z += 1
        sold = [receipt for receipt in of_till if receipt.state is ReceiptState.FINISHED]
        methods: Counter[str] = Counter()
        for receipt in sold:
            for payment in receipt.payments:
                methods[payment.method] += payment.amount
        self._cash(till, numbers, methods["KONTANT"])
        self.day.z_reports.append(
            ZReport(
                till=till,
                number=numbers.z,
                at=self._at(CLOSED),
                business_date=self.day.on,
                first_receipt=of_till[0].number,
                last_receipt=of_till[-1].number,
                total=sum(methods.values()),
                rounding=sum(receipt.rounding for receipt in sold),
                vat_totals=vat_totals(sold),
                method_totals=tuple(MethodTotal(method, methods[method]) for method in sorted(methods)),
            )
        )

    def _cash(self, till: str, numbers: Numbers, taken: Ore) -> None:
        """Float, change from the bank, takings to the bank, and what the drawer held when counted."""
        change: Ore = 50_000 if till == "1" else 0
        to_bank = max(0, (taken + change) // 10_000 * 10_000)
        tips: Ore = 2_000 if till == "1" else 0
        expected = FLOAT + change + taken - to_bank - tips
        # Till 2 is some kronor wrong every other day.
        wrong = self._rng.choice((-2000, -500, 100, 1000)) if till == "2" and self.day.on.toordinal() % 2 else 0
        moves = [
            (CashKind.FLOAT, time(8, 50), FLOAT, "Växelkassa", None),
            (CashKind.PAY_IN, time(10, 15), change, "Växel", None),
            (CashKind.PAY_OUT, time(19, 1), tips, "Dricks", None),
            (CashKind.PAY_OUT, time(19, 5), to_bank, "Bankinsättning", None),
            (CashKind.COUNTED, time(19, 10), expected + wrong, "Räknat", expected),
        ]
        for kind, at, amount, reason, counted in moves:
            if amount or kind is CashKind.COUNTED:
                numbers.cash += 1
                self.day.cash.append(
                    CashMovement(till, numbers.cash, kind, self._at(at), amount, reason, numbers.z, counted)
                )


def vat_totals(receipts: Sequence[Receipt]) -> tuple[VatTotal, ...]:
    """Per rate the sum of the lines' own amounts and VAT; nothing is computed anew."""
    sales: Counter[Percent] = Counter()
    vat: Counter[Percent] = Counter()
    for receipt in receipts:
        for line in receipt.lines:
            sales[line.vat_rate] += line.amount
            vat[line.vat_rate] += line.vat
    return tuple(VatTotal(rate, sales[rate], vat[rate]) for rate in sorted(sales, reverse=True))

"""A long weekend in the demo shop with everything in it that a bookkeeper asks about. Pure; the same seed, the same.

Friday to Monday. Till 1 is closed each day; till 2 is opened on Saturday and closed on Monday, so that one Z report
holds several days (and, from the default start, the end of a month). The days of `demo_day.py` are what most shops
have; here is the rest: sales without VAT for every reason, what is sold for others, vouchers of both kinds sold, used
and given back, tips, pant both ways, a sale on account, purchases from the drawer, and a reason without an account.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from msgspec.structs import replace

from synccenter.contract.model import (
    CashKind,
    CashMovement,
    Line,
    LineKind,
    MethodTotal,
    Ore,
    Payment,
    PaymentKind,
    PaymentMethod,
    Percent,
    Receipt,
    ReceiptKey,
    ReceiptState,
    ZReport,
)
from synccenter.posting.controls import vat_within
from synccenter.till import demo_basket as basket
from synccenter.till.demo_day import FLOAT, ZONE, Day, GiftCard, Numbers, vat_totals
from synccenter.till.demo_shop import BOOKS, DRINKS

START = date(2026, 10, 30)
"""A Friday: the month ends on the Saturday."""

DAYS = 4
METHODS = (
    PaymentMethod("FAKTURA", "Faktura", PaymentKind.INVOICE),
    PaymentMethod("BOKCHECK", "Bokcheck", PaymentKind.SINGLE_PURPOSE),
)
EXPORT, EU, REVERSE, LOTTERY = "Export", "EU", "Omvänd moms", "Lotter"
COFFEE, PARKING, FLOWERS = "Kaffe till personalen", "Parkering", "Blommor till Anna"
"""Two that are bought with cash, with VAT of 12 % and 25 %; and one that nobody has an account for."""

SETTINGS: dict[str, Any] = {
    "posting.zero_rated": [
        {"group": EXPORT, "reason": "export"},
        {"group": EU, "reason": "eu"},
        {"group": REVERSE, "reason": "reverse"},
    ],
    "posting.agents": [
        {"group": LOTTERY, "account": 2890, "commission": 60, "commission_account": 3990, "vat": 25},
    ],
    "posting.cash_movements": [
        {"reason": "Bankinsättning", "account": 1914},
        {"reason": "Växel", "account": 1919},
        {"reason": "Växel från bank", "account": 1930},
        {"reason": "Dricks", "account": 2829},
        {"reason": COFFEE, "account": 5460, "purchase": True, "vat": 12, "vat_account": 2641},
        {"reason": PARKING, "account": 5800, "purchase": True, "vat": 25, "vat_account": 2641},
    ],
}
"""What a bookkeeper chooses for such a shop."""


def play(seed: int, first: date, numbers: dict[str, Numbers]) -> Day:
    """All four days as one, with their Z reports and cash."""
    return _Weekend(seed, first, numbers).play()


class _Weekend:
    def __init__(self, seed: int, first: date, numbers: dict[str, Numbers]) -> None:
        self.day = Day(first)
        self._first = first
        self._rng = Random(f"allt {seed} {first}")  # noqa: S311 - days to look at, no secret
        self._numbers = numbers
        self._at = datetime.combine(first, time(10), ZONE)

    def play(self) -> Day:
        for place in range(DAYS):
            self._open(place)
            for till in ("1",) if place == 0 else ("1", "2"):
                self._goods(till)
                self._without_vat(till)
                self._for_others(till)
                self._vouchers(till)
                self._tips_and_pant(till)
                self._there_and_back(till)
            self._close("1", place)
        self._close("2", DAYS - 1)
        return self.day

    # --- receipts ---------------------------------------------------------------------------------------------

    def _goods(self, till: str) -> None:
        """Three rates in one basket: by card, by Swish, and in cash with rounding and change on a banknote."""
        for method in ("KORT", "SWISH", "KONTANT", "KONTANT"):
            self._sell(till, [self._line(rate, "") for rate in (25, 12, 6)], method)

    def _without_vat(self, till: str) -> None:
        self._sell(till, [self._line(0, EXPORT), self._line(0, "")], "KORT")
        self._sell(till, [self._line(0, EU)], "SWISH")
        self._sell(till, [self._line(0, REVERSE), self._line(25, "")], "FAKTURA", customer="1001")

    def _for_others(self, till: str) -> None:
        """Lottery with a commission, and stamps that the till itself marks."""
        self._sell(till, [self._line(0, LOTTERY), replace(self._line(0, "Frimärken"), kind=LineKind.AGENT)], "KONTANT")

    def _vouchers(self, till: str) -> None:
        """Of both kinds: sold, used, and given back."""
        card = f"P{till}{self._numbers[till].receipt:06}"
        sold = self._sell(till, [basket.gift_card_line(50_000)], "KORT")
        self.day.gift_cards.append(GiftCard(till, sold.number, 1, card, "sold", 50_000))
        goods = [self._line(25, "", 20_000)]
        used = self._sell(till, goods, "PRESENTKORT")
        self.day.gift_cards.append(GiftCard(till, used.number, 1, card, "redeemed", used.total))
        back = self._sell(till, basket.mirrored([basket.gift_card_line(10_000)]), "KONTANT")
        self.day.gift_cards.append(GiftCard(till, back.number, 1, card, "sold", -10_000))
        for _ in range(3):
            self._sell(till, [basket.single_purpose_line()], "KORT")
        self._sell(till, [self._line(6, BOOKS, 10_600)], "BOKCHECK")
        self._sell(till, [self._line(6, BOOKS, 12_345)], ("BOKCHECK", 10_600), "KORT")
        self._sell(till, basket.mirrored([basket.single_purpose_line()]), "KORT")

    def _tips_and_pant(self, till: str) -> None:
        for method in ("KORT", "KONTANT"):
            self._sell(till, [self._line(12, ""), *basket.tip_lines()], method)
        pant = Line(0, LineKind.DEPOSIT, "", "Pant", DRINKS, 6000, 1200, vat_within(1200, 6), 6)
        self._sell(till, [self._line(6, ""), pant], "KORT")
        self._sell(till, basket.mirrored([pant, pant]), "KONTANT")

    def _there_and_back(self, till: str) -> None:
        """A sale and its return: together nothing, and yet two rows."""
        sold = self._sell(till, [self._line(25, ""), self._line(6, "")], "KORT")
        self._sell(till, basket.mirrored(sold.lines), "KORT", original=sold.key)

    def _line(self, rate: Percent, group: str, amount: Ore = 0) -> Line:
        amount = amount or self._rng.randint(500, 60_000)
        return Line(0, LineKind.GOODS, "", f"Vara {rate} %", group, 1000, amount, vat_within(amount, rate), rate)

    def _sell(
        self,
        till: str,
        lines: Sequence[Line],
        *paid: str | tuple[str, Ore],
        customer: str = "",
        original: ReceiptKey | None = None,
    ) -> Receipt:
        """A receipt; the last way of paying takes the rest."""
        numbers = self._numbers[till]
        numbers.receipt += 1
        self._at += timedelta(minutes=self._rng.randint(1, 8))
        left = sum(line.amount for line in lines)
        payments: list[Payment] = []
        for one in paid[:-1]:
            assert not isinstance(one, str), "an amount for each but the last"
            payments.append(Payment(*one))
            left -= one[1]
        last = paid[-1]
        rest, rounding = basket.pay(left, last if isinstance(last, str) else last[0], self._rng)
        receipt = Receipt(
            till=till,
            number=numbers.receipt,
            state=ReceiptState.FINISHED,
            at=self._at,
            lines=basket.numbered(lines),
            payments=(*payments, *rest),
            rounding=rounding,
            z_number=numbers.z + 1,
            customer=customer,
            return_of=original,
            cashier="AL",
        )
        self.day.receipts.append(receipt)
        return receipt

    # --- cash and Z reports -----------------------------------------------------------------------------------

    def _open(self, place: int) -> None:
        self._at = datetime.combine(self._first + timedelta(days=place), time(9), ZONE)
        for till in ("1",) if place == 0 else ("1", "2"):
            self._move(till, CashKind.FLOAT, FLOAT, "Växelkassa")
            self._move(till, CashKind.PAY_IN, 50_000, "Växel" if place % 2 else "Växel från bank")
            self._move(till, CashKind.PAY_OUT, 11_200, COFFEE)
            self._move(till, CashKind.PAY_OUT, 5_000, PARKING)
            self._move(till, CashKind.PAY_OUT, 24_900, FLOWERS)
            self._move(till, CashKind.PAY_OUT, 2_000, "Dricks")

    def _move(self, till: str, kind: CashKind, amount: Ore, reason: str, expected: Ore | None = None) -> None:
        numbers = self._numbers[till]
        numbers.cash += 1
        self.day.cash.append(CashMovement(till, numbers.cash, kind, self._at, amount, reason, numbers.z + 1, expected))

    def _close(self, till: str, place: int) -> None:
        numbers = self._numbers[till]
        own = [one for one in self.day.receipts if one.till == till and one.z_number == numbers.z + 1]
        self._at = datetime.combine(self._first + timedelta(days=place), time(20), ZONE)
        wrong = self._rng.choice((-1000, 500, 0))
        self._move(till, CashKind.PAY_OUT, 100_000, "Bankinsättning")
        self._move(till, CashKind.COUNTED, FLOAT + wrong, "Räknat", FLOAT)
        methods: Counter[str] = Counter()
        for receipt in own:
            for payment in receipt.payments:
                methods[payment.method] += payment.amount
        numbers.z += 1
        self.day.z_reports.append(
            ZReport(
                till=till,
                number=numbers.z,
                at=self._at,
                business_date=self._at.date(),
                first_receipt=own[0].number,
                last_receipt=own[-1].number,
                total=sum(methods.values()),
                rounding=sum(receipt.rounding for receipt in own),
                vat_totals=vat_totals(own),
                method_totals=tuple(MethodTotal(method, methods[method]) for method in sorted(methods)),
            )
        )

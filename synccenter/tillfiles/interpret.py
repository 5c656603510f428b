"""From a receipt as the file wrote it to a receipt of the till's contract: signs, discounts, rounding, VAT by the list.

Pure: what is not known is asked (`Unanswered`), what does not tie is told (`Untied`). Nothing is guessed.

- A return may be written with plus or minus; it becomes minus.
- A discount on the whole receipt is spread over its lines, within each VAT rate as the receipt's own list says.
- The VAT of the lines becomes that of the list, öre by öre: three lines of 9,99 give 6,00 by line and 5,99 by list,
  and the list is what the customer was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from synccenter.contract.model import LineKind, Ore, PaymentKind, Percent, kronor
from synccenter.posting.controls import vat_within
from synccenter.tillfiles.values import BY_ACCOUNT, FileLine, FileReceipt

What: TypeAlias = Literal["payment", "line", "account"]
Question: TypeAlias = "tuple[What, str]"
"""What is asked about, and its text: a payment method's, a 0 % line's, or a sales account's (in a SIE file)."""

Answers: TypeAlias = Mapping[Question, str]

ROUNDING, TAX_FREE, OTHER = "rounding", "tax_free", "other"
LINE_ANSWERS: tuple[str, ...] = (
    LineKind.GIFT_CARD.value,
    LineKind.DEPOSIT.value,
    ROUNDING,
    LineKind.TIP.value,
    LineKind.OWNER_TIP.value,
    LineKind.AGENT.value,
    LineKind.SINGLE_PURPOSE.value,
    TAX_FREE,
    OTHER,
)
"""What a line without VAT may be."""

WITH_VAT = frozenset({LineKind.SINGLE_PURPOSE.value, LineKind.DEPOSIT.value})
"""What a line with VAT may be besides goods: nobody is asked, but it may be answered."""

ACCOUNT_ANSWERS: tuple[str, ...] = ("25", "12", "6", "0")
"""What VAT rate a sales account may have."""

PAYMENT_ANSWERS: tuple[str, ...] = tuple(kind.value for kind in PaymentKind)

KRONA: Ore = 100
SLACK: Ore = 3
"""So many öre may a rate's VAT lie beside its sales, and so many more as there are lines: tills round by line."""


class Unanswered(Exception):
    """Questions that have to be answered first."""

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__(str(questions))
        self.questions = tuple(questions)


class Untied(Exception):
    """The receipt does not tie in itself; the text says where, with both figures."""


class Row(Struct, frozen=True):
    """A line of the contract."""

    kind: str
    article: str
    text: str
    group: str
    quantity: int
    amount: Ore
    vat: Ore
    rate: Percent
    discount: Ore


class Interpreted(Struct, frozen=True):
    """A receipt of the contract."""

    rows: tuple[Row, ...]
    payments: tuple[tuple[str, Ore], ...]
    rounding: Ore

    @property
    def total(self) -> Ore:
        """What was paid."""
        return sum(amount for _, amount in self.payments)


def subject(line: FileLine) -> str:
    """What a 0 % line is asked about as: its name without figures and its group, so that each amount is no question
    of its own."""
    name = " ".join(re.sub(r"\d[\d\s.,]*", " ", line.name).split()) or line.name
    return f"{name} ({line.group})" if line.group else name


def questions_of(receipt: FileReceipt) -> Iterable[Question]:
    """Everything about a receipt that the format does not say."""
    for text, _ in receipt.payments:
        yield "payment", text
    for line in receipt.lines:
        if line.rate == 0 and line.amount:
            yield "line", subject(line)
        if line.rate == BY_ACCOUNT:
            yield "account", line.name


def signed(receipt: FileReceipt) -> FileReceipt:
    """A return with minus signs, whatever signs the till writes."""
    if not receipt.returned:
        return receipt
    lines, total = sum(line.amount for line in receipt.lines), receipt.total
    sign = -1 if lines > 0 else 1
    return replace(
        receipt,
        total=-abs(total) if lines else total,
        vat_total=_beside(receipt.vat_total, -1),
        lines=tuple(
            replace(
                line,
                amount=sign * line.amount,
                vat=_beside(line.vat, sign * line.amount),
                quantity=_beside(line.quantity, sign * line.amount),
                discount=_beside(line.discount, sign * line.amount),
            )
            for line in receipt.lines
        ),
        payments=_turned(receipt.payments, -abs(total) if lines else total),
        vat=tuple((rate, _beside(vat, _of_rate(receipt.lines, rate) * sign)) for rate, vat in receipt.vat),
    )


def _beside(value: int, sign: int) -> int:
    """The value with the sign of another."""
    return -abs(value) if sign < 0 else abs(value)


def _of_rate(lines: Iterable[FileLine], rate: Percent) -> Ore:
    return sum(line.amount for line in lines if line.rate == rate)


def _turned(payments: tuple[tuple[str, Ore], ...], total: Ore) -> tuple[tuple[str, Ore], ...]:
    """The payments of a return, with the signs that agree with its total."""
    if sum(amount for _, amount in payments) * total < 0:
        return tuple((text, -amount) for text, amount in payments)
    return payments


def interpret(receipt: FileReceipt, answers: Answers, *, as_written: bool = False) -> Interpreted:
    """The receipt as the contract has it; `as_written`: a return keeps its signs. Raises Unanswered and Untied."""
    unknown = dict.fromkeys(question for question in questions_of(receipt) if question not in answers)
    if unknown:
        raise Unanswered(list(unknown))
    found = _with_vat(receipt if as_written else signed(receipt), answers)
    paid = sum(amount for _, amount in found.payments)
    if abs(paid - found.total) >= KRONA:
        raise Untied(f"summan är {kronor(found.total)} kr men betalningarna {kronor(paid)} kr")
    rows, rounding = [], 0
    for line in found.lines:
        answer = answers.get(("line", subject(line)), TAX_FREE)
        if line.rate and answer not in WITH_VAT:
            answer = ""
        if answer == ROUNDING:
            rounding += line.amount
        else:
            rows.append(_row(line, answer))
    wanted = paid - rounding - sum(row.amount for row in rows)
    rows, more = _discounted(found, rows, wanted)
    rows = _by_list(rows, found)
    cash = any(answers["payment", text] == PaymentKind.CASH.value for text, _ in found.payments)
    if abs(rounding + more) >= KRONA or (more and not cash):
        raise Untied(f"öresavrundningen är {kronor(rounding + more)} kr")
    return Interpreted(tuple(rows), found.payments, rounding + more)


def _with_vat(receipt: FileReceipt, answers: Answers) -> FileReceipt:
    """Sales by account get the VAT of their rates: shared by amount, to the öre."""
    if all(line.rate != BY_ACCOUNT for line in receipt.lines):
        return receipt
    lines = [
        replace(line, rate=int(answers["account", line.name])) if line.rate == BY_ACCOUNT else line
        for line in receipt.lines
    ]
    for rate, vat in receipt.vat:
        places = [place for place, line in enumerate(lines) if line.rate == rate]
        for place, share in zip(places, _shares(vat, [lines[one].amount for one in places]), strict=True):
            lines[place] = replace(lines[place], amount=lines[place].amount + share, vat=share)
    return replace(receipt, lines=tuple(lines))


def _row(line: FileLine, answer: str) -> Row:
    kind = answer if answer in {one.value for one in LineKind} else LineKind.GOODS.value
    group = line.group or (subject(line) if line.rate == 0 and kind == LineKind.GOODS.value and line.amount else "")
    return Row(kind, line.article, line.name, group, line.quantity, line.amount, line.vat, line.rate, line.discount)


def _discounted(receipt: FileReceipt, rows: list[Row], wanted: Ore) -> tuple[list[Row], Ore]:
    """The lines with what is still to be taken off them, and what is left as rounding.

    Makes write the lines before or after their own discounts, with either sign, and a total that may hold them. What
    was done is what ties to the öre, then what fits the receipt's VAT list best, then what is plainest.
    """
    if not wanted:
        return rows, 0
    found: list[tuple[tuple[bool, Ore, bool, Ore], list[Row], Ore]] = []
    ways = [(less, _total(less) - _total(rows)) for less in _less_their_own(rows)]
    parts = {sign * own for _, own in ways for sign in (1, -1)}
    stated = {sign * one - part for one in receipt.discounts for sign in (1, -1) for part in parts}
    for less, own in ways:
        if own * wanted < 0:
            continue
        for off in sorted({0, *(one for one in stated if one * wanted > 0)}, key=abs):
            left = wanted - own - off
            if abs(left) < KRONA:
                taken = _spread(receipt, less, off) if off else less
                misfit, plain = sum(_misfits(taken, receipt).values()), not off or _percents(less, off)
                found.append(((left != 0, misfit, not plain, abs(left)), taken, left))
    if not found:
        lines = _total(rows)
        raise Untied(f"raderna är {kronor(lines)} kr men betalningarna {kronor(lines + wanted)} kr")
    _, taken, left = min(found, key=lambda one: one[0])
    return taken, left


def _less_their_own(rows: list[Row]) -> Iterable[list[Row]]:
    """The lines less their own discounts, as those are written and as discounts always are; and as they stand."""
    for off in (lambda row: _beside(row.discount, row.amount), lambda row: row.discount):
        if any(row.discount for row in rows):
            yield [replace(row, amount=row.amount - off(row), discount=off(row)) for row in rows]
    yield rows


def _total(rows: Iterable[Row]) -> Ore:
    return sum(row.amount for row in rows)


def _misfits(rows: Iterable[Row], receipt: FileReceipt) -> dict[Percent, Ore]:
    """How far each rate's sales are from the VAT that the receipt's list has of it."""
    listed = dict(receipt.vat)
    return {rate: abs(vat_within(sold, rate) - listed.get(rate, 0)) for rate, sold in _sums(rows).items() if rate}


def _spread(receipt: FileReceipt, rows: list[Row], off: Ore) -> list[Row]:
    """A discount on the whole receipt, spread over the lines: between the rates so that the list's VAT is right.

    A whole percent of each line, a part of each, or of each that has VAT: gift cards are seldom sold for less. When
    none fits: by the VAT itself.
    """
    base = _sums(rows)
    with_vat = {rate: amount if rate else 0 for rate, amount in base.items()}
    ways = [
        _taken(rows, dict(zip(base, _shares(off, list(weights.values())), strict=True)))
        for weights in (base, with_vat)
        if sum(weights.values())
    ]
    percents = _percents(rows, off)
    fits = min([*percents, *ways], key=lambda one: sum(_misfits(one, receipt).values()), default=rows)
    if percents and all(one <= SLACK for one in _misfits(percents[0], receipt).values()):
        return percents[0]
    if fits is rows or any(one > SLACK for one in _misfits(fits, receipt).values()):
        return _taken(rows, _by_vat(base, dict(receipt.vat), off))
    return fits


def _percents(rows: list[Row], off: Ore) -> list[list[Row]]:
    """The lines with the same whole percent off each, to the nearest öre, when that comes to the discount."""
    whole = _total(rows)
    percent = round(100 * off / whole) if whole else 0
    shares = [_beside((abs(row.amount * percent) + 50) // 100, row.amount * percent) for row in rows]
    return [_off(rows, shares)] if percent and sum(shares) == off else []


def _off(rows: Iterable[Row], shares: Iterable[Ore]) -> list[Row]:
    """Each line with its share added."""
    return [
        replace(
            row,
            amount=row.amount + share,
            vat=vat_within(row.amount + share, row.rate),
            discount=row.discount - share,
        )
        if share
        else row
        for row, share in zip(rows, shares, strict=True)
    ]


def _taken(rows: list[Row], parts: Mapping[Percent, Ore]) -> list[Row]:
    """The lines with each rate's part of a discount taken off them."""
    shares = [0] * len(rows)
    for rate, part in parts.items():
        places = [place for place, row in enumerate(rows) if row.rate == rate]
        for place, share in zip(places, _shares(part, [rows[one].amount for one in places]), strict=True):
            shares[place] = share
    return _off(rows, shares)


def _by_vat(base: Mapping[Percent, Ore], listed: Mapping[Percent, Ore], off: Ore) -> dict[Percent, Ore]:
    """What each rate's sales were made less by, worked out backwards from its VAT. What is over belongs to what has no
    VAT, unless it is no more than the backwards way may be wrong by: then to the lowest rate, where an öre is most."""
    parts = {
        rate: (round(listed.get(rate, 0) * (100 + rate) / rate) - amount if rate else 0)
        for rate, amount in base.items()
    }
    rest = off - sum(parts.values())
    rates = [rate for rate in base if rate]
    inexact = sum(SLACK * (100 + rate) // rate for rate in rates)
    where = 0 if 0 in base and (abs(rest) > inexact or not rates) else min(rates)
    parts[where] += rest
    return parts


def _by_list(rows: list[Row], receipt: FileReceipt) -> list[Row]:
    """The lines with the VAT of the receipt's own list. Raises Untied when the list cannot be theirs."""
    listed: dict[Percent, Ore] = {}
    for rate, vat in receipt.vat:
        listed[rate] = listed.get(rate, 0) + vat
    if sum(listed.values()) != receipt.vat_total and receipt.vat:
        raise Untied(f"momslistan är {kronor(sum(listed.values()))} kr men momsen {kronor(receipt.vat_total)} kr")
    sums = _sums(rows)
    result = list(rows)
    for rate in sums.keys() | listed.keys():
        if rate not in listed and receipt.vat and rate and sums[rate]:
            raise Untied(f"momssats {rate} % saknas i kvittots momslista")
        if rate not in sums and listed[rate]:
            raise Untied(f"momslistan har {kronor(listed[rate])} kr på {rate} %, som inga rader har")
        places = [place for place, row in enumerate(rows) if row.rate == rate]
        target = listed.get(rate, sum(rows[place].vat for place in places))
        expected = vat_within(sums.get(rate, 0), rate)
        if abs(target - expected) > SLACK + len(places):
            raise Untied(f"momsen på {rate} % är {kronor(target)} kr men ska vara {kronor(expected)} kr av raderna")
        _level(result, places, target)
    return result


def _level(rows: list[Row], places: list[int], target: Ore) -> None:
    """Make the VAT of some lines sum to the target, an öre at a time, the largest first."""
    left = target - sum(rows[place].vat for place in places)
    order = sorted(places, key=lambda place: -abs(rows[place].amount))
    step = 1 if left > 0 else -1
    for turn in range(abs(left)):
        place = order[turn % len(order)]
        rows[place] = replace(rows[place], vat=rows[place].vat + step)


def _sums(rows: Iterable[Row]) -> dict[Percent, Ore]:
    sums: dict[Percent, Ore] = {}
    for row in rows:
        sums[row.rate] = sums.get(row.rate, 0) + row.amount
    return sums


def _shares(whole: Ore, weights: Sequence[Ore]) -> list[Ore]:
    """A whole divided by weights to the öre: what is over goes to the largest."""
    total = sum(weights)
    if not total:
        return [whole if place == 0 else 0 for place in range(len(weights))]
    shares = [whole * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: -abs(weights[place]))
    for turn in range(whole - sum(shares)):
        shares[order[turn % len(order)]] += 1
    return shares

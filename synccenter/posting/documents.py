"""Receipts and Z reports become documents: one voucher per receipt, Z report or day, or one invoice per receipt.

Pure functions. An imbalance is an error before anything is sent, never spread out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import structs

from synccenter.contract import catalogue
from synccenter.contract.model import (
    CashMovement,
    Invoice,
    InvoicePayment,
    InvoiceRow,
    Line,
    Ore,
    Payment,
    PaymentKind,
    Percent,
    Posting,
    Purpose,
    Receipt,
    Voucher,
    kronor,
)
from synccenter.posting.controls import check_receipt, check_vat, vat_within
from synccenter.posting.rows import cash_postings, commission, merged, rate_of_voucher, receipt_postings
from synccenter.posting.rules import Rules
from synccenter.posting.shares import Closed, Share
from synccenter.posting.targets import commission_target, line_target, payment_target, rounding_target
from synccenter.posting.wording import worded


def receipt_voucher(receipt: Receipt, rules: Rules) -> Voucher:
    """One receipt as a voucher."""
    reference = rules.names.receipt(receipt.key)
    kind = "Retur" if receipt.total < 0 or receipt.return_of else "Kvitto"
    facts = f" kund {receipt.customer}" if receipt.customer else ""
    facts += f" retur av {receipt.return_of}" if receipt.return_of else ""
    text = worded(
        f"{reference} {kind} {_till(receipt.till, rules)}{facts}",
        f"{reference} {kind} kassa {receipt.till}{facts}",
        f"{reference}{facts}",
        f"{reference}{facts.replace(' kund ', ' ').replace(' retur av ', ' av ')}",
    )
    return _voucher(reference, receipt.at.date(), text, receipt_postings(receipt, rules), rules)


def z_voucher(reference: str, share: Share, rules: Rules) -> Voucher:
    """The sales and the cash of one Z report on one day, as a voucher that says which receipts it holds."""
    part = share.parts[0]
    z, numbers = part.z, [receipt.number for receipt in part.receipts]
    receipts = f" kvitto {_span(numbers)}" if numbers else ""
    text = worded(
        *(
            f"{reference} {words}{till}{receipts}"
            for till in (_till(z.till, rules), f"kassa {z.till}")
            for words in (f"Z-rapport {z.number} ", f"Z {z.number} ", "")
        ),
        f"{reference}{receipts}",  # the reference names till and Z report
        f"{reference}{receipts.replace(' kvitto', '')}",
    )
    return _voucher(reference, share.day, text, _postings(share, rules), rules)


def cash_voucher(reference: str, share: Share, rules: Rules) -> Voucher:
    """The cash movements of a Z report on one day, when its receipts are sent one by one."""
    z = share.parts[0].z
    text = worded(
        f"{reference} Kassarörelser Z {z.number} {_till(z.till, rules)}",
        f"{reference} Kassarörelser Z {z.number} kassa {z.till}",
        f"{reference} Kassarörelser",
    )
    return _voucher(reference, share.day, text, _postings(share, rules), rules)


def purchase_voucher(reference: str, movement: CashMovement, rules: Rules) -> Voucher:
    """What was bought with money from the drawer: it needs a voucher of its own beside the Z report (BFNAR 2013:2)."""
    text = worded(
        f"{reference} {movement.reason} ur {_till(movement.till, rules)}",
        f"{reference} {movement.reason} ur kassa {movement.till}",
    )
    return _voucher(reference, movement.at.date(), text, cash_postings([movement], rules), rules)


def day_voucher(reference: str, share: Share, rules: Rules) -> Voucher:
    """The sales and the cash of a day's Z reports as one voucher."""
    names = [_closed(part, rules) for part in share.parts]
    short = [_closed(part) for part in share.parts]
    text = worded(
        f"{reference} Dagskassa {', '.join(names)}",
        f"{reference} Dagskassa {', '.join(short)}",
        f"{reference} {' '.join(short)}",
        f"{reference} {len(names)} Z-rapporter, numren på raderna",
    )
    named = not text.endswith(short[-1]) and not text.endswith(names[-1])
    return _voucher(reference, share.day, text, _postings(share, rules, named=named), rules)


def _postings(share: Share, rules: Rules, *, named: bool = False) -> list[Posting]:
    """The rows; `named`: what was paid says which Z report closed it, since the voucher's text has no room for all."""
    postings: list[Posting] = []
    for part in share.parts:
        own = [posting for receipt in part.receipts for posting in receipt_postings(receipt, rules)]
        for row in own:
            tell = named and row.purpose is Purpose.PAYMENT
            postings.append(structs.replace(row, text=_named(row.text, part)) if tell else row)
        postings += cash_postings(part.cash, rules)
    return postings


def _named(text: str, part: Closed) -> str:
    """A row's text behind the Z report that closed it; a credit sale's customer is never pushed out by it."""
    z = f"{part.z.till}-Z{part.z.number}"
    return worded(f"{_closed(part)} {text}", f"{z} {text}", f"Z{part.z.number} {text}", text)


def _closed(part: Closed, rules: Rules | None = None) -> str:
    """A Z report and its receipts: `1-Z57 101-150`; with `rules` by the till's name, `Huvudkassan (kassa 1) Z57 …`."""
    numbers = [receipt.number for receipt in part.receipts]
    name = f"{_till(part.z.till, rules)} " if rules and _own_name(part.z.till, rules) else f"{part.z.till}-"
    return f"{name}Z{part.z.number}" + (f" {_span(numbers)}" if numbers else "")


def _till(till: str, rules: Rules) -> str:
    """`Huvudkassan (kassa 1)`; `kassa 1` when it has no name of its own."""
    name = _own_name(till, rules)
    return f"{name} (kassa {till})" if name else f"kassa {till}"


def _own_name(till: str, rules: Rules) -> str:
    name = rules.till_names.get(till, "").strip()
    return "" if name.casefold() in {till.casefold(), f"kassa {till}".casefold()} else name


def _span(numbers: Sequence[int]) -> str:
    """`101-150`, or `101`."""
    return f"{min(numbers)}-{max(numbers)}" if len(numbers) > 1 else f"{numbers[0]}"


def receipt_invoice(receipt: Receipt, rules: Rules) -> Invoice:
    """One receipt as a customer invoice, open for what was sold on account; a return is a credit of its original."""
    check_receipt(receipt)
    customer = receipt.customer or rules.cash_customer
    if not customer:
        raise catalogue.NO_CASH_CUSTOMER.error(item=f"Kvitto {receipt.key}")
    rows = [row for line in receipt.lines for row in _invoice_rows(line, receipt, rules)]
    rows += [_voucher_used(payment, receipt, rules) for payment in receipt.payments if _is_used(payment, rules)]
    owed = sum(payment.amount for payment in receipt.payments if _on_account(payment, rules))
    payments = tuple(
        InvoicePayment(payment.method, payment_target(payment.method, receipt.till, rules).account, payment.amount)
        for payment in receipt.payments
        if not (_on_account(payment, rules) or _is_used(payment, rules))
    )
    return Invoice(
        reference=rules.names.receipt(receipt.key),
        date=receipt.at.date(),
        customer=customer,
        rows=tuple(rows),
        payments=payments,
        rounding=receipt.rounding,
        rounding_account=rounding_target(rules).account,
        credit=receipt.total < 0,  # an exchange for something dearer is a sale
        credit_of=rules.names.receipt(receipt.return_of) if receipt.return_of else "",
        text=f"Kvitto {receipt.key}",
        owed=owed,
    )


def _on_account(payment: Payment, rules: Rules) -> bool:
    """Whether it is no payment but a debt: it stays open in the customer ledger until the customer pays."""
    return rules.kinds.get(payment.method) is PaymentKind.INVOICE


def _is_used(payment: Payment, rules: Rules) -> bool:
    """Whether it is an enfunktionsvoucher that comes back."""
    return rules.kinds.get(payment.method) is PaymentKind.SINGLE_PURPOSE


def _invoice_rows(line: Line, receipt: Receipt, rules: Rules) -> Iterator[InvoiceRow]:
    """A line, and the commission on what is sold for another: taken off the debt, and earned with its VAT."""
    target = line_target(line.kind, line.vat_rate, line.group, receipt.at.date(), rules)
    check_vat(line, receipt, may_have=bool(target.vat_account))
    centre, project = rules.dimension(receipt.till, line.group)
    yield InvoiceRow(
        article=line.article,
        text=line.text,
        quantity=line.quantity,
        amount=line.amount,
        vat=line.vat,
        vat_rate=line.vat_rate,
        account=target.account,
        cost_centre=centre,
        project=project,
        goods=target.purpose is Purpose.SALES,
    )
    earned = commission_target(line.group, receipt.at.date(), rules) if target.purpose is Purpose.AGENT else None
    if earned:
        amount, vat = commission(line.amount, rules.agents[line.group])
        yield _amount_row(earned.text, -amount, 0, 0, target.account)
        yield _amount_row(earned.text, amount, vat, rules.agents[line.group].vat, earned.account)


def _voucher_used(payment: Payment, receipt: Receipt, rules: Rules) -> InvoiceRow:
    """An enfunktionsvoucher is no payment on an invoice but its sale undone: its VAT was paid when it was sold."""
    target = payment_target(payment.method, receipt.till, rules)
    rate = rate_of_voucher(payment.method, receipt, rules)[0]
    return _amount_row(target.text, -payment.amount, -vat_within(payment.amount, rate), rate, target.account)


def _amount_row(text: str, amount: Ore, vat: Ore, rate: Percent, account: int) -> InvoiceRow:
    """A row that is only an amount on its account."""
    quantity = 1000 if amount >= 0 else -1000
    return InvoiceRow("", text, quantity, amount, vat, rate, account, goods=False, sold=False)


def _voucher(reference: str, day: date, text: str, postings: Sequence[Posting], rules: Rules) -> Voucher:
    difference = sum(posting.amount for posting in postings)
    if difference:
        raise catalogue.VOUCHER_UNBALANCED.error(item=reference, difference=kronor(difference))
    return Voucher(reference, day, text, merged(postings), rules.series)

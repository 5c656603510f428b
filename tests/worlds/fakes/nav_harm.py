"""What a person can make of an invoice in NAV after it was sent, and entries that no longer say what was posted."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from synccenter.contract.model import Invoice
from tests.conformance.harm import OF_PAYMENTS, Harm, move

Row = dict[str, Any]


def spoil_entries(entries: list[Row], document: Invoice, own: list[Row], harm: Harm, *, closed: bool) -> bool:
    """See `Rig.spoil`. `own`: the invoice's entries; `closed`: its payments are lines of it."""
    if harm not in OF_PAYMENTS:
        return move(own, "G_L_Account_No", harm)
    if closed:
        return harm is Harm.PAYMENT_MOVED and move(own, "G_L_Account_No", harm)
    paid = [one for one in entries if one["Document_No"] == document.reference.upper()]
    if harm is Harm.PAYMENT_MOVED:
        return move(paid, "G_L_Account_No", harm)
    if harm is Harm.PAYMENT_GONE:
        for one in paid:
            entries.remove(one)
    else:
        last = max(one["Entry_No"] for one in entries)
        entries += [one | {"Entry_No": last + turn} for turn, one in enumerate(paid, 1)]
    return True


def spoil_invoice(row: Row, entry: Row, harm: Harm) -> bool:
    """See `Rig.spoil`."""
    total = row["Amount_Including_VAT"]
    match harm:
        case Harm.EMPTIED:
            row.update(Amount_Including_VAT=Decimal(0), Amount=Decimal(0), _lines=[])
            entry["Amount_LCY"] = Decimal(0)
        case Harm.AMOUNT:
            row["Amount_Including_VAT"] = total + 1
            entry["Amount_LCY"] = total + 1
        case Harm.DATE:
            row["Posting_Date"] += timedelta(days=1)
            entry["Posting_Date"] += timedelta(days=1)
        case Harm.UNPAID:
            row["Remaining_Amount"] = entry["Remaining_Amt_LCY"] = total or Decimal(1)
        case Harm.HALF_PAID:
            row["Remaining_Amount"] = entry["Remaining_Amt_LCY"] = (total or Decimal(2)) / 2
        case Harm.CUSTOMER:
            row["Sell_to_Customer_No"] = entry["Customer_No"] = "EN ANNAN"
        case Harm.NO_VAT:
            row["Amount"] = total
        case Harm.DRAFT:
            return False  # what is posted never becomes a draft
        case _:
            raise AssertionError(harm)
    return True

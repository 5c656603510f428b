"""What a person can make of an invoice in eEkonomi after it was sent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.conformance.harm import OF_PAYMENTS, Harm, move
from tests.worlds.fakes.visma_rules import guid


def spoil_vouchers(vouchers: dict[str, dict[str, Any]], invoice: dict[str, Any], harm: Harm) -> bool:
    """What eEkonomi has made of an invoice, or of its payment, is another; the invoice says what it said."""
    if harm not in OF_PAYMENTS:
        return move(vouchers[invoice["VoucherId"]]["Rows"], "AccountNumber", harm)
    paid = next(one for one in vouchers.values() if one["SourceId"] == invoice["Id"] and one["VoucherType"] == 10)
    if harm is Harm.PAYMENT_MOVED:
        return move(paid["Rows"], "AccountNumber", harm)
    if harm is Harm.PAYMENT_GONE:
        del vouchers[paid["Id"]]
    else:
        twin = guid("twin", paid["Id"])
        vouchers[twin] = paid | {"Id": twin, "NumberAndNumberSeries": "B9999"}
    return True


def spoil_invoice(row: dict[str, Any], harm: Harm) -> bool:
    """See `Rig.spoil`."""
    total = row["TotalAmount"]
    match harm:
        case Harm.EMPTIED:
            row.update(Rows=[], TotalAmount=0.0, TotalAmountInvoiceCurrency=0.0)
        case Harm.NO_VAT:
            row.update(TotalVatAmount=0.0, TotalVatAmountInvoiceCurrency=0.0)
        case Harm.AMOUNT:
            row.update(TotalAmount=total + 1, TotalAmountInvoiceCurrency=total + 1)
        case Harm.DATE:
            row["InvoiceDate"] = f"{date.fromisoformat(row['InvoiceDate'][:10]) + timedelta(days=1)}T00:00:00"
        case Harm.CUSTOMER:
            row["CustomerId"] = guid("customers", "en annan")
        case Harm.UNPAID:
            row.update(RemainingAmount=total, RemainingAmountInvoiceCurrency=total)
        case Harm.HALF_PAID:
            row.update(RemainingAmount=total / 2, RemainingAmountInvoiceCurrency=total / 2)
        case Harm.DRAFT:
            return False  # drafts are another list, and what is booked never becomes one
        case _:
            raise AssertionError(harm)
    return True

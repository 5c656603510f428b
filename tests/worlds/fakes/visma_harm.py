"""What a person can make of an invoice in eEkonomi after it was sent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.conformance.harm import Harm
from tests.worlds.fakes.visma_rules import guid


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
    return True

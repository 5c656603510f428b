"""Entries of Business Central's ledger that no longer say what was posted; the invoice says what it said."""

from __future__ import annotations

from typing import Any

from connectors.business_central.documents import PAYMENT, carries
from synccenter.contract.model import Invoice, Voucher
from tests.conformance.harm import OF_PAYMENTS, Harm, move
from tests.worlds.fakes.business_central import BusinessCentral


class Recentred:
    """See `KeepsCentres`."""

    centre = "HORN"
    bc: BusinessCentral

    def recentre(self, document: Voucher | Invoice) -> None:
        """See `KeepsCentres.recentre`: in the ledger's entries."""
        posted = (
            row["number"]
            for row in self.bc.rows["salesInvoices"].values()
            if row["externalDocumentNumber"] == document.reference.upper()
        )
        number = next(posted, document.reference)
        own = (
            row
            for row in self.bc.ledger.entries
            if row["documentNumber"] == number or carries(row["description"], document.reference)
        )
        next(row for row in own if row["dimensionSetLines"])["dimensionSetLines"][0]["valueCode"] = "KAJ"


def spoil_entries(entries: list[dict[str, Any]], document: Invoice, number: str, harm: Harm) -> bool:
    """See `Rig.spoil`. `number`: what the posted invoice is called."""
    own = [one for one in entries if one["documentNumber"] == number]
    paid = [one for one in entries if carries(one["description"], f"{PAYMENT} {document.reference}")]
    if harm is Harm.PAYMENT_GONE:
        for one in paid:
            entries.remove(one)
    elif harm is Harm.PAYMENT_DOUBLED:
        last = max(one["entryNumber"] for one in entries)
        entries += [one | {"id": f"twin {one['id']}", "entryNumber": last + turn} for turn, one in enumerate(paid, 1)]
    else:
        return move(paid if harm in OF_PAYMENTS else own, "accountNumber", harm)
    return True

"""What a person changes in NAV between two runs, for its rigs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from synccenter.contract.asked import Demand
from synccenter.contract.model import Invoice, Voucher
from tests.worlds.fakes.nav_books import NavBooks

BUYER = "KONTANT"
"""The customer of the rig's invoices."""


class Changed:
    """See `MovesCodes`, `SetsDemands` and `TroublesBuyers` of the suite."""

    books_there: NavBooks

    def put_code(self, number: int, code: str) -> None:
        """See `MovesCodes.put_code`."""
        codes = self.books_there.rows("cross_references")
        codes[:] = [row for row in codes if row["Item_No"] != f"A{number}"]
        if code:
            kind = {"Cross_Reference_Type": "Bar_Code", "Cross_Reference_No": code}
            self.books_there.add("cross_references", Item_No=f"A{number}", **kind)

    def inactivate(self, number: int) -> None:
        """See `MovesCodes.inactivate`."""
        row = next(row for row in self.books_there.rows("items") if row["No"] == f"A{number}")
        row.update(Blocked=True, Last_Date_Modified=self.books_there.today)

    def demand(self, account: int, what: str, demand: Demand) -> bool:
        """See `SetsDemands.demand`."""
        for number, code in ((1, "AVD"), (2, "PROJ")):
            self.books_there.add("dimensions", Dimension_Code=code, Code="X", Name="X", Global_Dimension_No=number)
        rule = {Demand.REFUSED: "No_Code", Demand.FREE: ""}.get(demand, "Code_Mandatory")
        code = "AVD" if what == "cost_centre" else "PROJ"
        value = "X" if demand is Demand.NEEDED_OF_ARTICLES else ""
        values = {"Dimension_Code": code, "Dimension_Value_Code": value, "Value_Posting": rule}
        self.books_there.add("default_dimensions", No=str(account), **values)
        return True

    centre = "HORN"

    def recentre(self, document: Voucher | Invoice) -> None:
        """See `KeepsCentres.recentre`: posted, or in the journal of who leaves it for a person."""
        reference = document.reference.upper()
        posted = self.books_there.find("posted_invoices", External_Document_No=reference)
        numbers = {reference, posted["No"] if posted else reference}
        for table, field in (("entries", "Global_Dimension_1_Code"), ("journal", "Shortcut_Dimension_1_Code")):
            for row in self.books_there.rows(table):
                if row["Document_No"] in numbers and row.get(field):
                    row[field] = "TORG"
                    return

    def troubles(self) -> Mapping[str, Callable[[], None]]:
        """See `TroublesBuyers.troubles`."""
        row = next(row for row in self.books_there.rows("customers") if row["No"] == BUYER)
        return {
            "NAV44": lambda: row.update(No="BORTA"),
            "NAV33": lambda: row.update(Blocked="All"),
            "NAV19": lambda: row.update(Currency_Code="EUR"),
        }

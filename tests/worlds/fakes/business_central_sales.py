"""Sales of the fake Business Central: drafts are reckoned, posted, paid and credited.

Prices have VAT in them when the customer says so; VAT is reckoned on the sum of each rate, as an invoice is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.worlds.fakes.business_central_rules import Booking, Ledger, Refused, Row, Setup, dialog, guid, ore

KINDS = {
    "salesInvoices": ("salesInvoiceLines", "Invoice", 1),
    "salesCreditMemos": ("salesCreditMemoLines", "Credit_x0020_Memo", -1),
    "salesOrders": ("salesOrderLines", "Order", 1),
}


class Sales:
    """The sales documents. `rows[set]` is what stands there."""

    def __init__(self, rows: Mapping[str, dict[str, Row]], ledger: Ledger, setup: Setup) -> None:
        self._rows, self._ledger, self._setup = rows, ledger, setup
        self._made = 0
        self.check_date: Callable[[str], None] = lambda day: None

    def create(self, name: str, body: Row) -> Row:
        """A draft, with its lines."""
        part, _, _ = KINDS[name]
        customer = self._customer(body)
        self._made += 1
        gross = body.get("pricesIncludeTax", customer["number"] in self._setup.gross_customers)
        row: Row = {"id": guid(name, self._made), "number": f"UTK{self._made:05}", "status": "Draft"}
        row |= {"remainingAmount": 0, "pricesIncludeTax": gross, "customerNumber": customer["number"]}
        row |= {key: value for key, value in body.items() if key != part}
        row["externalDocumentNumber"] = str(body.get("externalDocumentNumber", "")).upper()
        row["_lines"] = [self._line(line, gross=gross) for line in body.get(part, ())]
        self._reckon(row)
        self._rows[name][row["id"]] = row
        return row

    def _customer(self, body: Row) -> Row:
        number = str(body.get("customerNumber", "")).upper()
        for row in self._rows["customers"].values():
            if row["number"].upper() == number:
                return row
        raise Refused(400, "Application_DialogException", "The sell-to customer cannot be found.")

    def _line(self, line: Row, *, gross: bool) -> Row:
        number, kind = line.get("lineObjectNumber", ""), line["lineType"]
        if kind == "Comment":
            return line | {"amountIncludingTax": 0, "_rate": 0, "_amount": 0, "_account": "", "_gross": gross}
        tax = line.get("taxCode", "")
        if kind == "Item":
            item = next((row for row in self._rows["items"].values() if row["number"] == number), None)
            if item is None:
                raise Refused(400, "Application_DialogException", "Item does not exist.")
            if item["blocked"]:
                raise dialog(f"Blocked must be equal to 'No' in Item: No.={number}. Current value is 'Yes'.")
            tax, account = item["taxGroupCode"], self._setup.sales
        else:
            account = number
            if not any(row["number"] == number for row in self._rows["accounts"].values()):
                raise Refused(400, "Application_DialogException", "Account does not exist.")
        if tax and tax not in self._setup.tax_rates:
            raise dialog(f"The VAT Posting Setup does not exist. Identification fields and values: '{tax}'")
        rate = self._setup.tax_rates.get(tax, 0)
        amount = round(line["quantity"] * line["unitPrice"] * 100)
        told = {"amountIncludingTax": amount / 100, "taxPercent": rate, "_rate": rate, "_amount": amount}
        return line | told | {"_account": account, "_gross": gross}

    def _reckon(self, row: Row) -> None:
        by_rate: dict[int, int] = {}
        for line in row["_lines"]:
            by_rate[line["_rate"]] = by_rate.get(line["_rate"], 0) + line["_amount"]
        taxes = {
            rate: round(amount * rate / (100 + rate)) if row["pricesIncludeTax"] else round(amount * rate / 100)
            for rate, amount in by_rate.items()
        }
        total = sum(by_rate.values()) + (0 if row["pricesIncludeTax"] else sum(taxes.values()))
        row["_taxes"] = taxes
        row["totalTaxAmount"] = sum(taxes.values()) / 100
        row["totalAmountIncludingTax"] = total / 100
        row["totalAmountExcludingTax"] = (total - sum(taxes.values())) / 100

    def post(self, name: str, row: Row) -> None:
        """Into the ledger: the id stays, the number is another."""
        if row["status"] != "Draft":
            raise Refused(400, "Application_DialogException", "The action can be applied to a draft invoice only.")
        if not row["_lines"]:
            raise dialog("There is nothing to post.")
        customer = self._customer(row)
        if customer["blocked"] in {"Invoice", "All"}:
            number, why = customer["number"], customer["blocked"]
            raise dialog(f"You cannot post this type of document when Customer {number} is blocked with type {why}")
        self.check_date(row["postingDate"])
        _, kind, sign = KINDS[name]
        row["number"] = self._ledger.next_number("103" if sign > 0 else "104")
        total = ore(row["totalAmountIncludingTax"])
        rows: list[Booking] = [(self._setup.receivables, sign * total)]
        for rate, tax in row["_taxes"].items():
            rows.append((self._setup.vat_accounts[rate] or self._setup.sales, -sign * tax))
        rows += self._net_rows(row, sign)
        self._ledger.book(row["postingDate"], row["number"], kind, f"{kind} {row['number']}", rows)
        row["_open"] = total
        self.settle(row, 0)
        account = self._setup.pays_itself.get(customer["number"])
        if account:
            paid: list[Booking] = [(self._setup.receivables, -sign * total), (account, sign * total)]
            self._ledger.book(row["postingDate"], row["number"], "Payment", f"{kind} {row['number']}", paid)
            self.settle(row, total)

    def _net_rows(self, row: Row, sign: int) -> list[Booking]:
        """Sales by account, the last of each rate taking what rounding leaves. A line without dimensions has the
        document's."""
        found: list[Booking] = []
        fields = (("AVD", row.get("shortcutDimension1Code")), ("PROJ", row.get("shortcutDimension2Code")))
        heads = {code: {"code": code, "valueCode": value} for code, value in fields if value}
        for rate, tax in row["_taxes"].items():
            lines = [line for line in row["_lines"] if line["_rate"] == rate]
            net = sum(line["_amount"] for line in lines) - (tax if row["pricesIncludeTax"] else 0)
            for place, line in enumerate(lines):
                last = place == len(lines) - 1
                part = net if last else round(line["_amount"] * 100 / (100 + rate))
                part = part if row["pricesIncludeTax"] or last else line["_amount"]
                net -= part
                sets = heads | {one["code"]: one for one in line.get("dimensionSetLines", ())}
                found.append((line["_account"], -sign * part, sets.values()))
        return found

    def apply_to_oldest(self, customer: str, amount: int) -> None:
        """What is paid out to a customer with that *Application Method* closes its open credit memos, one by one."""
        if customer not in self._setup.apply_to_oldest:
            return
        for row in self._rows["salesCreditMemos"].values():
            if row["customerNumber"] == customer and row["status"] == "Open":
                part = min(amount, row["_open"])
                amount -= part
                self.settle(row, part)

    def settle(self, row: Row, paid: int) -> None:
        """So much was applied."""
        row["_open"] -= paid
        row["remainingAmount"] = row["_open"] / 100
        row["status"] = "Open" if row["_open"] else "Paid"

    def invoice(self, one: str) -> Row:
        """A posted invoice, by id or number."""
        for row in self._rows["salesInvoices"].values():
            if row["status"] != "Draft" and one in {row["id"], row["number"]}:
                return row
        said = 'The "appliesToInvoiceId" should be the ID of an Open, Paid, Corrective, or Canceled Invoice.'
        raise Refused(400, "Application_DialogException", said)


def lines_of(row: Row) -> list[dict[str, Any]]:
    """The lines as they are told."""
    return [{key: value for key, value in line.items() if key[0] != "_"} for line in row["_lines"]]

"""The rig of eEkonomi for the suite."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec

from connectors.visma_eekonomi import DESCRIPTION, documents
from connectors.visma_eekonomi.books import PAGE_SIZE
from connectors.visma_eekonomi.connector import Visma as EEkonomi
from connectors.visma_eekonomi.errors import FINDINGS
from connectors.visma_eekonomi.options import VismaSettings
from connectors.visma_eekonomi.refusals import MODULE, NO_MODULE, REFUSALS, UNKNOWN
from connectors.visma_eekonomi.registers import RATES
from connectors.wire.oauth import Token
from synccenter.contract.asked import Demand
from synccenter.contract.model import (
    CustomerChange,
    Document,
    DocumentKind,
    Invoice,
    Order,
    Register,
    Voucher,
)
from tests.conformance.harm import OF_ENTRIES, Harm, harmed
from tests.conformance.suite import Needs
from tests.connectors.visma.company import (
    DOCUMENTS,
    add_account,
    add_article,
    add_customer,
    add_price,
    add_substitute,
    barcode,
    set_up,
)
from tests.worlds.fakes.server import REFUSAL_TEXT, FakeServer, Reply
from tests.worlds.fakes.visma import CLIENT, CLIENT_SECRET, REQUESTS_A_MINUTE, Visma
from tests.worlds.fakes.visma_harm import spoil_invoice, spoil_vouchers
from tests.worlds.fakes.visma_rules import guid
from tests.worlds.session import Surroundings, decoded

STATUS = {
    3000: 404,
    3001: 404,
    3002: 404,
    3003: 403,
    4000: 409,
    4002: 403,
    4005: 401,
    4006: 403,
    4009: 403,
    4012: 403,
    4019: 403,
}


class VismaRig:
    """See `conformance.Rig`."""

    description = DESCRIPTION
    page_size = PAGE_SIZE
    limit = REQUESTS_A_MINUTE
    unseen: Collection[Harm] = ()
    concerns_all: Collection[str] = (
        "V303",
        "V402",
        "V403",
        "V404",
        "V405",
        "V406",
        "V407",
        "V409",
        "V411",
        "V412",
        "V419",
        "V433",
        "V434",
        "V499",
    )
    raised_elsewhere: Collection[str] = tuple(entry.code for entry in FINDINGS)
    centre = "HORN"
    server: FakeServer | None

    def __init__(self, world: Surroundings) -> None:
        self.world = world
        self.visma = Visma(world.server_clock)
        self.server = self.visma
        self.options: dict[str, Any] = {}
        set_up(self.visma)
        self.sign_in()

    def sign_in(self) -> None:
        """As if a person had just signed in."""
        said = self.visma.issue()
        until = self.world.clock().timestamp() + 3600
        token = Token(said["access_token"], until, said["refresh_token"], said["scope"])
        self.world.secrets.set("token", msgspec.json.encode(token).decode())
        self.world.secrets.set("client_secret", CLIENT_SECRET)

    def connector(self) -> EEkonomi:
        """A new connector, on the settings as they are now."""
        return EEkonomi(self.world.session(decoded(VismaSettings, self.values())))

    def values(self) -> Mapping[str, Any]:
        """See `Rig.values`."""
        return {
            "environment": "custom",
            "api_address": self.visma.address + "/v2",
            "identity_address": self.visma.address,
            "client_id": CLIENT,
            "price_lists": True,
            "timeout": self.world.timeout,
            **self.options,
        }

    def seed(self, register: Register, count: int) -> None:
        """See `Rig.seed`."""
        visma = self.visma
        lists = {
            Register.ACCOUNTS: ("accounts",),
            Register.GROUPS: ("articlelabels",),
            Register.PRICES: ("prices", "articles"),
            Register.CUSTOMERS: ("customers",),
        }
        for name in lists.get(register, ("articles",)):
            visma.rows[name].clear()
        for number in range(1, count + 1):
            if register is Register.ACCOUNTS:
                add_account(visma, 4000 + number)
            elif register is Register.GROUPS:
                visma.put("articlelabels", number, Name=f"Etikett {number}", Description="")
            elif register is Register.CUSTOMERS:
                add_customer(visma, str(1000 + number), f"Kund {number}")
            else:
                add_article(visma, f"A{number}", number)
                if register is Register.PRICES:
                    add_price(visma, f"A{number}", 80.0)

    def touch(self, register: Register, number: int) -> None:
        """See `Rig.touch`."""
        row, stamp = self._row(register, number), self.visma.stamp()
        if register is Register.GROUPS:
            row["Description"] = f"Ändrad {stamp}"
        elif register is Register.ACCOUNTS:
            row["ModifiedUtc"] = stamp
        else:
            row["ChangedUtc"] = stamp

    def remove(self, register: Register, number: int) -> None:
        """See `Rig.remove`: an article cannot be deleted in eEkonomi, only made inactive."""
        row = self._row(register, number)
        if register is Register.ARTICLES:
            row["IsActive"] = False
        elif register is Register.BARCODES:
            row["Barcodes"] = []
        elif register is Register.STOCK:
            row["StockBalance"] = None
        else:
            rows = self.visma.rows[_LIST[register]]
            del rows[next(identity for identity, one in rows.items() if one is row)]

    def _row(self, register: Register, number: int) -> dict[str, Any]:
        return list(self.visma.rows[_LIST[register]].values())[number - 1]

    def put_code(self, number: int, code: str) -> None:
        """See `MovesCodes.put_code`."""
        row = self._row(Register.ARTICLES, number)
        row["Barcodes"] = [{"Barcode": code, "BarcodeType": 0}] if code else []
        self.touch(Register.ARTICLES, number)

    def inactivate(self, number: int) -> None:
        """See `MovesCodes.inactivate`."""
        self._row(Register.ARTICLES, number)["IsActive"] = False
        self.touch(Register.ARTICLES, number)

    def key(self, register: Register, number: int) -> object:
        """See `Rig.key`."""
        keys: dict[Register, object] = {
            Register.ACCOUNTS: 4000 + number,
            Register.GROUPS: f"Etikett {number}",
            Register.BARCODES: barcode(number),
            Register.PRICES: ("Medlem", f"A{number}"),
            Register.CUSTOMERS: str(1000 + number),
        }
        return keys.get(register, f"A{number}")

    def path(self, register: Register) -> str:
        """See `Rig.path`."""
        return f"/v2/{_LIST[register]}"

    def document(self, kind: DocumentKind, number: int = 1) -> Document:
        """See `Rig.document`."""
        return DOCUMENTS[kind](number)

    def books(self, document: Document) -> int:
        """See `Rig.books`: an invoice that is not paid as it was counts as a hundred, which no rule accepts."""
        rows = self.visma.rows
        match document:
            case Voucher():
                begin = document.reference + " "
                return sum(1 for row in rows["vouchers"].values() if row["VoucherText"].startswith(begin))
            case Invoice():
                found = [r for r in rows["customerinvoices"].values() if r["YourReference"] == document.reference]
                return sum(1 if round(row["RemainingAmount"] * 100) == document.owed else 100 for row in found)
            case Order():
                return sum(1 for row in rows["orders"].values() if row["YourReference"] == document.reference)
            case CustomerChange():
                number = document.customer.number
                return sum(1 for row in rows["customers"].values() if row["CustomerNumber"] == number)

    def prepare(self, needs: Needs) -> Mapping[str, str]:
        """See `Rig.prepare`. What is no goods goes on articles that the settings name."""
        for account in needs.accounts:
            add_account(self.visma, account)
        if needs.kind is DocumentKind.VOUCHER:
            return {}
        for customer in needs.customers:
            add_customer(self.visma, customer, f"Kund {customer}", private=True)
        for number, (article, rate) in enumerate(needs.articles.items()):
            add_article(self.visma, article, 1000 + number, rate=rate)
        for account in needs.accounts:
            if account // 100 in {15, 16, 19, 24}:
                self.visma.put(
                    "bankaccounts", account, Name="Konto", BankAccountType=2, LedgerAccountNumber=account, IsActive=True
                )
        wanted = [(account, rate) for account in sorted(needs.accounts) for rate in RATES]
        for number, (account, rate) in enumerate(wanted):
            add_substitute(self.visma, account, 2000 + number, rate=rate)
        self.options["substitutes"] = [
            {"account": account, "rate": rate, "article": f"E{account}-{rate}"} for account, rate in wanted
        ]
        return {"posting.cash_customer": "1"}

    def place(self, document: Document) -> bool:
        """See `Rig.place`."""
        if isinstance(document, Voucher):
            day = f"{document.date.isoformat()}T00:00:00"
            body = json.loads(json.dumps(documents.voucher(document, documents.Dimensions()), default=float))
            number = self.visma.next_number("voucher A")
            name = {"NumberSeries": "A", "NumberAndNumberSeries": f"A{number}", "VoucherType": 2}
            self.visma.put("vouchers", ("by hand", number), **body | {"VoucherDate": day} | name)
            return True
        assert isinstance(document, Invoice)
        locked_to, self.visma.company["AccountingLockedTo"] = self.visma.company["AccountingLockedTo"], None
        locked = [row for row in self.visma.rows["fiscalyears"].values() if row["IsLockedForAccounting"]]
        for year in locked:
            year["IsLockedForAccounting"] = False
        self.connector().send(document)  # as it stands in the books it is the same whoever made it
        for year in locked:
            year["IsLockedForAccounting"] = True
        self.visma.company["AccountingLockedTo"] = locked_to
        return True

    def spoil(self, document: Voucher | Invoice, harm: Harm) -> bool:
        """See `Rig.spoil`."""
        if isinstance(document, Voucher):
            now = harmed(document, harm)
            if now is None:
                return False
            body = json.loads(json.dumps(documents.voucher(now, documents.Dimensions()), default=float))
            rows = [
                r for r in self.visma.rows["vouchers"].values() if r["VoucherText"].startswith(f"{document.reference} ")
            ]
            rows[0].update(Rows=body["Rows"], VoucherDate=f"{now.date.isoformat()}T00:00:00")
            return True
        rows = [r for r in self.visma.rows["customerinvoices"].values() if r["YourReference"] == document.reference]
        if harm in OF_ENTRIES:
            return spoil_vouchers(self.visma.rows["vouchers"], rows[0], harm)
        if harm is Harm.NO_VAT:
            made = self.visma.rows["vouchers"][rows[0]["VoucherId"]]
            for row in made["Rows"]:
                if 2610 <= row["AccountNumber"] < 2650:
                    row["AccountNumber"] = 3004
        if harm is Harm.CUSTOMER:
            rows[0]["CustomerNumber"] = "EN ANNAN"
        return spoil_invoice(rows[0], harm)

    def recentre(self, document: Voucher | Invoice) -> None:
        """See `KeepsCentres.recentre`."""
        invoices = self.visma.rows["customerinvoices"].values()
        ids = {r["VoucherId"] for r in invoices if r["YourReference"] == document.reference}
        vouchers = self.visma.rows["vouchers"].values()
        (made,) = (r for r in vouchers if r["Id"] in ids or r["VoucherText"].startswith(f"{document.reference} "))
        row = next(row for row in made["Rows"] if "CostCenterItemId1" in row)
        row["CostCenterItemId1"] = guid("costcenteritems", "en annan")

    def draft(self, document: Document) -> bool:
        """See `Rig.draft`: nothing of ours is ever a draft in eEkonomi."""
        return False

    def demand(self, account: int, what: str, demand: Demand) -> bool:
        """See `SetsDemands.demand`: an account of eEkonomi's may take none, and never demands one."""
        name = "IsCostCenterAllowed" if what == "cost_centre" else "IsProjectAllowed"
        row = next(one for one in self.visma.rows["accounts"].values() if one["Number"] == str(account))
        row[name] = demand is not Demand.REFUSED
        return demand is Demand.REFUSED

    def troubles(self) -> Mapping[str, Callable[[], None]]:
        """See `TroublesBuyers.troubles`."""
        row = self.visma.rows["customers"][guid("customers", "1")]
        return {
            "V04": lambda: row.update(CustomerNumber="1000000"),
            "V22": lambda: row.update(IsActive=False),
            "V23": lambda: row.update(CurrencyCode="EUR"),
            "V206": lambda: row.update(IsPrivatePerson=False, InvoiceCountryCode="NO"),
        }

    def refusals(self) -> Mapping[str, Reply]:
        """See `Rig.refusals`."""
        said = {
            entry.code: _said(STATUS.get(code, 400), code, f"Text {REFUSAL_TEXT}") for code, entry in REFUSALS.items()
        }
        said[UNKNOWN.code] = _said(400, 4999, f"SomethingNew: {REFUSAL_TEXT}")
        said[NO_MODULE.code] = _said(403, 4002, f"NoAccessToModule: {REFUSAL_TEXT}")
        module = _said(403, 4002, "ForbiddenRequestException - No access to module: api_standard")
        return {**said, MODULE.code: module}

    def complaints(self) -> Collection[str]:
        """See `Rig.complaints`."""
        return self.visma.complaints

    def refused_for_pace(self) -> int:
        """See `Rig.refused_for_pace`."""
        return self.visma.refused_for_pace

    def expire_sign_in(self) -> None:
        """See `Rig.expire_sign_in`."""
        self.visma.access.clear()

    def revoke_sign_in(self) -> None:
        """See `Rig.revoke_sign_in`."""
        self.visma.access.clear()
        self.visma.refresh.clear()

    def close(self) -> None:
        """See `Rig.close`."""
        self.visma.close()


_LIST = {
    Register.ACCOUNTS: "accounts",
    Register.GROUPS: "articlelabels",
    Register.ARTICLES: "articles",
    Register.BARCODES: "articles",
    Register.STOCK: "articles",
    Register.PRICES: "prices",
    Register.CUSTOMERS: "customers",
}


def _said(status: int, code: int, text: str) -> Reply:
    return Reply(status, {"ErrorCode": code, "DeveloperErrorMessage": text, "ErrorId": guid("error", code)})

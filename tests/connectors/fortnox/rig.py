"""A small company in Fortnox, and the rig for the suite."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

import msgspec

from connectors.fortnox import DESCRIPTION, vouchers
from connectors.fortnox.books import PAGE_SIZE
from connectors.fortnox.connector import Fortnox as Connector
from connectors.fortnox.errors import FINDINGS, RULES, UNKNOWN
from connectors.fortnox.options import FortnoxSettings
from connectors.wire.oauth import Token
from synccenter.contract.model import Document, DocumentKind, Posting, Register, Voucher
from tests.conformance.suite import Needs
from tests.worlds.fakes.fortnox import AT_MOST, CLIENT, CLIENT_SECRET, TENANT, Fortnox
from tests.worlds.fakes.fortnox_rules import voucher as standing
from tests.worlds.fakes.server import REFUSAL_TEXT, FakeServer, Reply
from tests.worlds.session import Surroundings, decoded

ACCOUNTS = {1510, 1686, 1910, 1930, 2421, 2611, 2621, 2631, 3001, 3002, 3003, 3004, 3740}
THIS_YEAR, LAST_YEAR = 3, 2

WORDS = {
    "F102": "Konto 3001 är inte aktivt.",
    "F103": "Verifikationsserien är inte manuell (F)",
    "F104": "Verifikationsserien F - Kassa finns inte",
    "F106": "Räkenskapsår för 2027-01-02 finns inte.",
    "F107": "Kan inte hitta kostnadsstället.",
    "F116": "Verifikationen balanserar inte.",
}
"""The texts of refusals that no code is published for."""
STATUS = {"F110": 401, "F111": 403, "F112": 403, "F113": 403, "F105": 500}


class FortnoxRig:
    """See `conformance.Rig`."""

    description = DESCRIPTION
    page_size = PAGE_SIZE
    limit = AT_MOST
    concerns_all: Collection[str] = ("F103", "F104", "F110", "F111", "F112", "F113")
    raised_elsewhere: Collection[str] = tuple(entry.code for entry in FINDINGS)
    server: FakeServer | None

    def __init__(self, world: Surroundings) -> None:
        self.world = world
        self.fortnox = Fortnox(world.server_clock)
        self.server = self.fortnox
        self.options: dict[str, Any] = {}
        _set_up(self.fortnox)
        self.sign_in()

    def sign_in(self) -> None:
        """As if a person had just signed in as herself."""
        said = self.fortnox.issue()
        until = self.world.clock().timestamp() + 3600
        token = Token(said["access_token"], until, said["refresh_token"], said["scope"])
        self.world.secrets.set("token", msgspec.json.encode(token).decode())
        self.world.secrets.set("client_secret", CLIENT_SECRET)

    def connector(self) -> Connector:
        """A new connector, on the settings as they are now."""
        return Connector(self.world.session(decoded(FortnoxSettings, self.values())))

    def values(self) -> Mapping[str, Any]:
        """See `Rig.values`."""
        return {
            "api_address": self.fortnox.address,
            "identity_address": self.fortnox.address,
            "client_id": CLIENT,
            "account": "person",
            "timeout": self.world.timeout,
            **self.options,
        }

    def seed(self, register: Register, count: int) -> None:
        """See `Rig.seed`."""
        assert register is Register.ACCOUNTS
        self.fortnox.rows["accounts"].clear()
        for number in range(1, count + 1):
            add_account(self.fortnox, 4000 + number)

    def touch(self, register: Register, number: int) -> None:
        """See `Rig.touch`."""
        self._row(register, number)["#changed"] = self.fortnox.stamp()

    def remove(self, register: Register, number: int) -> None:
        """See `Rig.remove`."""
        self.fortnox.rows[_LIST[register]].remove(self._row(register, number))

    def _row(self, register: Register, number: int) -> dict[str, Any]:
        return self.fortnox.rows[_LIST[register]][number - 1]

    def key(self, register: Register, number: int) -> object:
        """See `Rig.key`."""
        assert register is Register.ACCOUNTS
        return 4000 + number

    def path(self, register: Register) -> str:
        """See `Rig.path`."""
        return f"/3/{_LIST[register]}"

    def document(self, kind: DocumentKind, number: int = 1) -> Document:
        """See `Rig.document`."""
        return DOCUMENTS[kind](number)

    def books(self, document: Document) -> int:
        """See `Rig.books`."""
        assert isinstance(document, Voucher)
        return sum(vouchers.is_voucher(row["Description"], document.reference) for row in self.fortnox.rows["vouchers"])

    def prepare(self, needs: Needs) -> Mapping[str, str]:
        """See `Rig.prepare`."""
        for account in needs.accounts:
            if not any(row["Number"] == account for row in self.fortnox.rows["accounts"]):
                add_account(self.fortnox, account)
        return {}

    def place(self, document: Document) -> bool:
        """See `Rig.place`."""
        assert isinstance(document, Voucher)
        body = json.loads(json.dumps(vouchers.body(document, "A"), default=float))["Voucher"]
        year = self.fortnox.year_of(document.date)
        self.fortnox.rows["vouchers"].append(standing(self.fortnox, body, year))
        return True

    def refusals(self) -> Mapping[str, Reply]:
        """See `Rig.refusals`."""
        return {rule.entry.code: _said(rule.entry.code, rule.codes) for rule in RULES} | {
            UNKNOWN.code: _said(UNKNOWN.code, ())
        }

    def complaints(self) -> Collection[str]:
        """See `Rig.complaints`."""
        return self.fortnox.complaints

    def refused_for_pace(self) -> int:
        """See `Rig.refused_for_pace`."""
        return self.fortnox.refused_for_pace

    def expire_sign_in(self) -> None:
        """See `Rig.expire_sign_in`."""
        self.fortnox.access.clear()

    def revoke_sign_in(self) -> None:
        """See `Rig.revoke_sign_in`."""
        self.fortnox.access.clear()
        self.fortnox.refresh.clear()
        self.fortnox.consented = False

    def close(self) -> None:
        """See `Rig.close`."""
        self.fortnox.close()


_LIST = {Register.ACCOUNTS: "accounts"}


def _said(code: str, codes: tuple[int, ...]) -> Reply:
    said = {"error": 1, "message": WORDS.get(code, REFUSAL_TEXT), "code": codes[0] if codes else 2009999}
    return Reply(STATUS.get(code, 400), {"ErrorInformation": said})


# --- the company -----------------------------------------------------------------------------------------------


def _set_up(fortnox: Fortnox) -> None:
    fortnox.company = {
        "CompanyName": "Hörnans Livs AB",
        "OrganizationNumber": "556677-8899",
        "Address": "Storgatan 1",
        "ZipCode": "11122",
        "City": "Stockholm",
        "CountryCode": "SE",
        "DatabaseNumber": TENANT,
    }
    fortnox.locked_to = "2025-10-31"
    for number, year in ((LAST_YEAR, 2025), (THIS_YEAR, 2026)):
        fortnox.put(
            "financialyears",
            Id=number,
            FromDate=f"{year}-01-01",
            ToDate=f"{year}-12-31",
            AccountingMethod="ACCRUAL",
            AccountChartType="Bas 2026",
        )
        for code, name, manual in (("A", "Redovisning", True), ("B", "Kundfakturor", False), ("K", "Kassa", True)):
            fortnox.put("voucherseries", Code=code, Description=name, Manual=manual, Year=number)
    for account in sorted(ACCOUNTS):
        add_account(fortnox, account)
    fortnox.put("costcenters", Code="HORN", Description="Hörnan", Note="", Active=True)
    fortnox.put("costcenters", Code="GML", Description="Gamla butiken", Note=None, Active=False)
    fortnox.put("projects", ProjectNumber="P1", Description="Julhandel", Status="ONGOING", StartDate="2026-11-01")


def add_account(fortnox: Fortnox, number: int, year: int = THIS_YEAR, **fields: Any) -> dict[str, Any]:
    """An account of a financial year."""
    row = {"Number": number, "Description": f"Konto {number}", "Active": True, "SRU": 7281, "VATCode": "", "Year": year}
    return fortnox.put("accounts", **(row | fields))


# --- documents ---------------------------------------------------------------------------------------------------

DAY = date(2026, 11, 23)


def voucher(number: int) -> Voucher:
    """A Z report: 1 000 kr, of which cash 400 and card 600."""
    rows = (Posting(1910, 40000, "Kontant"), Posting(1686, 60000, "Kort"), Posting(3001, -80000), Posting(2611, -20000))
    return Voucher(f"K1-Z{number}", DAY, f"Z-rapport {number} kassa K1", rows)


DOCUMENTS: Mapping[DocumentKind, Callable[[int], Document]] = {DocumentKind.VOUCHER: voucher}

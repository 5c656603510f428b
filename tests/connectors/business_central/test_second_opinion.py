"""A second opinion beside our own fake: every name in every address against the EDMX, and a foreign OData server.

The server (SAP's, for Node) is fed with the EDMX and knows nothing of our fake: what both of us misunderstood alike in
paths, `$select` and `$filter` would show. It has no nextLink, no versions, no batch and no business rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from connectors.business_central.checks import LISTS
from connectors.business_central.connector import BusinessCentral
from connectors.business_central.options import BusinessCentralSettings
from connectors.wire.odata_metadata import read_metadata
from synccenter.contract.connector import Delivered
from synccenter.contract.finding import Severity
from synccenter.contract.model import Article, Document, DocumentKind, Register
from tests.connectors.business_central.rig import BusinessCentralRig, customer, invoice, order, returned
from tests.connectors.nav.peers import odata_server
from tests.worlds.documents import voucher
from tests.worlds.fakes.business_central import COMPANY, OURS, guid
from tests.worlds.fakes.business_central_spec import FOLDER
from tests.worlds.session import Surroundings, decoded

EDMX = FOLDER / "bc-api-v2.0.derived.edmx"
ITEM = {"blocked": False, "unitPrice": 79.6, "priceIncludesTax": False, "taxGroupCode": "MOMS25", "gtin": "7310001"}
TABLES: dict[str, Any] = {
    "companies": [{"id": COMPANY, "name": "HORNAN", "displayName": "Hörnans Livs AB"}],
    "items": [
        ITEM | {"id": guid(number), "number": f"A{number:03}", "displayName": f"Vara {number}", "type": "Inventory",
                "itemCategoryCode": "G1", "baseUnitOfMeasureCode": "ST", "inventory": 2.5,
                "lastModifiedDateTime": "2026-11-20T08:00:00Z"}
        for number in range(1, 121)
    ],
    "itemCategories": [{"id": guid("G1"), "code": "G1", "displayName": "Grupp 1"}],
    "taxGroups": [{"id": guid("M"), "code": "MOMS25", "displayName": "Moms 25 %"}],
    "customers": [{"id": guid("C"), "number": "KONTANT", "displayName": "Kontantkund", "blocked": "_x0020_",
                   "lastModifiedDateTime": "2026-11-20T08:00:00Z"}],
    "accounts": [{"id": guid("3001"), "number": "3001", "displayName": "Försäljning", "accountType": "Posting",
                  "directPosting": True, "blocked": False, "lastModifiedDateTime": "2026-11-20T08:00:00Z"}],
    "journals": [{"id": guid("J"), "code": "KASSA", "displayName": "Kassan"}],
    "generalLedgerSetup": [{"id": guid("S"), "allowPostingFrom": "2026-01-01", "localCurrencyCode": "SEK"}],
    "companyInformation": [{"id": guid("I"), "displayName": "Hörnans Livs AB",
                            "taxRegistrationNumber": "SE556677889901"}],
    "generalLedgerEntries": [
        {"id": guid("E", number), "entryNumber": number, "postingDate": "2026-11-23", "documentNumber": "K1-Z1",
         "accountNumber": account, "description": "K1-Z1 Z-rapport 1", "debitAmount": max(0, amount),
         "creditAmount": max(0, -amount)}
        for number, (account, amount) in enumerate(
            [("1910", 400), ("1686", 600), ("3001", -800), ("2611", -200)], 1
        )
    ],
}  # fmt: skip


@pytest.fixture
def there(tmp_path: Path) -> Iterator[BusinessCentral]:
    """Connected to the foreign server, as to a server of one's own."""
    with odata_server(tmp_path, EDMX.read_text(encoding="utf-8"), TABLES, "/api/v2.0") as address:
        world = Surroundings(tmp_path)
        world.secrets.set("password", "nyckel")
        values = {"sign_in": "basic", "user": "KASSA", "address": address, "company_id": COMPANY, "timeout": 20}
        connector = BusinessCentral(world.session(decoded(BusinessCentralSettings, values)))
        yield connector
        connector.close()


def rows(there: BusinessCentral, register: Register) -> list[Any]:
    return [row for page in there.fetch(register, None) for row in page.rows]


def test_registers_come_down(there: BusinessCentral) -> None:
    articles = rows(there, Register.ARTICLES)
    assert [one.number for one in articles] == [f"A{number:03}" for number in range(1, 121)]
    assert articles[0] == Article("A001", "Vara 1", group="G1", vat_rate=25, price=10000, unit="st")
    assert [one.name for one in rows(there, Register.CUSTOMERS)] == ["Kontantkund"]
    assert [one.number for one in rows(there, Register.ACCOUNTS)] == [3001]
    assert [(one.code, one.vat_rate) for one in rows(there, Register.GROUPS)] == [("G1", 25)]
    assert len(rows(there, Register.BARCODES)) == len(rows(there, Register.STOCK)) == 120


def test_a_delta_is_understood(there: BusinessCentral) -> None:
    cursor = list(there.fetch(Register.ARTICLES, None))[-1].cursor
    assert cursor
    assert [row for page in there.fetch(Register.ARTICLES, cursor) for row in page.rows] == []


def test_the_company_is_told_and_the_check_goes_as_far_as_the_journal(there: BusinessCentral) -> None:
    assert there.company().org_number == "556677-8899"
    told = [one.title for one in there.check() if one.severity is Severity.GREEN]
    assert "Redovisningsjournalen KASSA finns" in told, "from here on are lines under a journal, which it does not know"
    assert sum(" går att läsa" in one for one in told) == len(LISTS)


def test_what_is_looked_up_and_read_back_is_found(there: BusinessCentral) -> None:
    """Of the ledger: its journal lines stand under a journal, which this server does not know how to go into."""
    from connectors.business_central.ledger import Ledger

    ledger = Ledger(there._books)
    assert len(ledger.carrying("K1-Z1")) == 4
    assert ledger.carrying("K1-Z") == []
    assert len(ledger.of_day("K1-Z1", voucher(1).date)) == 4
    assert len(ledger.document("1")) == 4


def test_every_name_in_every_address_is_in_the_edmx(rig: BusinessCentralRig) -> None:
    """A day of everything against our own fake; then each address by itself, with another reader of the EDMX."""
    services = read_metadata(EDMX.read_bytes(), host="edmx").services
    connector = rig.connector()
    documents: list[Document] = [voucher(1), invoice(1), returned(2, 1), order(1), customer(1)]
    sent = [Delivered(one, connector.send(one).external_id) for one in documents]
    for one in documents:
        connector.find(one)
    list(connector.read_back(sent[:3]))
    list(connector.check())
    for register in Register:
        list(connector.fetch(register, "2026-11-01T00:00:00Z" if register is Register.ARTICLES else None))
    connector.cost_centres()
    connector.fiscal_years()
    asked = 0
    for request in rig.bc.seen:
        tail = unquote(request.path).partition(f"companies({COMPANY})/")[2]
        name = tail.split("/")[-1].partition("(")[0]
        if not tail or name.startswith("Microsoft.NAV") or name in {*OURS, "$batch"}:
            continue
        fields = services[name].fields
        asked += 1
        for field in filter(None, request.query.get("$select", "").split(",")):
            assert field in fields, f"{name}: {field}"
        for part in request.query.get("$filter", "").split(" and "):
            field = part.removeprefix("startswith(").replace(",", " ").split(" ")[0]
            assert not part or field in fields, f"{name}: {part}"
        for field in request.body if isinstance(request.body, dict) else ():
            assert field in fields or field.endswith("Lines"), f"{name}: {field}"
    assert asked > 30
    assert {DocumentKind.VOUCHER} <= rig.description.capabilities.sends

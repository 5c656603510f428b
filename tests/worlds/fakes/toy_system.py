"""The business system *Lådan*, and its rig for the suite."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from synccenter.contract.model import Document, DocumentKind, Invoice, Posting, Register, Voucher
from tests.conformance.harm import Harm, harmed
from tests.conformance.suite import Needs
from tests.worlds.fakes import toy
from tests.worlds.fakes.server import FakeServer, Reply, Request
from tests.worlds.session import Surroundings

LIMIT = 40
KEY = "key-0123456789-0123456789"


class ToySystem(FakeServer):
    """Articles and vouchers, 40 requests in ten seconds."""

    def __init__(self, world: Surroundings) -> None:
        super().__init__()
        self.world = world
        self.clock = world.server_clock
        self.items: dict[int, dict[str, Any]] = {}
        self.changed: dict[int, datetime] = {}
        self.sales: list[dict[str, Any]] = []
        self.accounts: set[int] = (
            set(range(1510, 1520))
            | set(range(1900, 1960))
            | {1580, 1680, 1686, 2421, 2429, 2829, 2890, 2999, 3999, 3740, 3790}
        )
        self.accounts |= set(range(2610, 2660)) | set(range(2840, 2900)) | set(range(3000, 3100))
        self.refused = 0
        self._times: deque[datetime] = deque()

    def answer(self, request: Request) -> Reply:
        """See `FakeServer.answer`."""
        if request.headers.get("X-Key") != KEY:
            return Reply(401, {})
        now = self.world.server_clock.now
        while self._times and now - self._times[0] > timedelta(seconds=10):
            self._times.popleft()
        if len(self._times) >= LIMIT:
            self.refused += 1
            return Reply(429, b"")
        self._times.append(now)
        if request.path == "/items":
            return self._items(request.query)
        if request.path == "/company":
            return Reply(
                200, {"name": "Hörnans Livs AB", "org_number": "556677-8899", "accounts": sorted(self.accounts)}
            )
        if request.method == "POST":
            sale = {"id": f"S{len(self.sales) + 1}", **request.body}
            self.sales.append(sale)
            return Reply(201, sale)
        if request.path.startswith("/sales/"):
            one = [sale for sale in self.sales if request.path.endswith("/" + sale["id"])]
            return Reply(200, one[0]) if one else Reply(404, {})
        return self._found(request.query)

    def _found(self, query: Mapping[str, str]) -> Reply:
        """Sales whose reference begins so, or those of some days by pages."""
        if "reference" in query:
            return Reply(200, {"rows": [one for one in self.sales if one["reference"].startswith(query["reference"])]})
        rows = [one for one in self.sales if query["from"] <= one["day"] <= query["to"]]
        page, size = int(query["page"]), int(query["size"])
        pages = max(1, -(-len(rows) // size))
        return Reply(200, {"pages": pages, "rows": rows[(page - 1) * size : page * size]})

    def _items(self, query: Mapping[str, str]) -> Reply:
        since = datetime.fromisoformat(query["since"]) - timedelta(seconds=60) if query.get("since") else None
        rows = [dict(item) for number, item in self.items.items() if since is None or self.changed[number] >= since]
        page, size = int(query["page"]), int(query["size"])
        now = self.world.server_clock.now.isoformat()
        body = {"now": now, "pages": max(1, -(-len(rows) // size)), "rows": rows[(page - 1) * size : page * size]}
        return Reply(200, body)


class ToyRig:
    """See `conformance.Rig`."""

    description = toy.DESCRIPTION
    page_size = toy.ROWS
    limit = LIMIT
    raised_elsewhere: Collection[str] = ()
    unseen: Collection[Harm] = ()
    concerns_all: Collection[str] = ("TOY02",)
    server: FakeServer | None

    def __init__(self, world: Surroundings) -> None:
        self.world = world
        world.secrets.set("key", KEY)
        self.system = ToySystem(world)
        self.server = self.system

    def values(self) -> Mapping[str, Any]:
        """See `Rig.values`."""
        return {"address": self.system.address, "timeout": self.world.timeout}

    def seed(self, register: Register, count: int) -> None:
        """See `Rig.seed`."""
        self.system.items.clear()
        for number in range(1, count + 1):
            self.system.items[number] = {"number": f"A{number}", "name": f"Vara {number}", "price": 1000, "gone": False}
            self.touch(register, number)

    def touch(self, register: Register, number: int) -> None:
        """See `Rig.touch`."""
        self.system.changed[number] = self.world.server_clock.now

    def remove(self, register: Register, number: int) -> None:
        """See `Rig.remove`."""
        del self.system.items[number]

    def key(self, register: Register, number: int) -> object:
        """See `Rig.key`."""
        return f"A{number}"

    def path(self, register: Register) -> str:
        """See `Rig.path`."""
        return "/items"

    def document(self, kind: DocumentKind, number: int = 1) -> Document:
        """See `Rig.document`."""
        return Voucher(
            f"K1-Z{number}",
            date(2026, 11, 23),
            "Dagskassa",
            (Posting(1910, 12500), Posting(3001, -10000), Posting(2611, -2500)),
        )

    def books(self, document: Document) -> int:
        """See `Rig.books`."""
        return sum(1 for sale in self.system.sales if sale["reference"] == document.reference)

    def prepare(self, needs: Needs) -> Mapping[str, str]:
        """See `Rig.prepare`."""
        self.system.accounts |= needs.accounts
        return {}

    def place(self, document: Document) -> bool:
        """See `Rig.place`."""
        return self._put(document, draft=False)

    def draft(self, document: Document) -> bool:
        """See `Rig.draft`."""
        return self._put(document, draft=True)

    def _put(self, document: Document, *, draft: bool) -> bool:
        assert isinstance(document, Voucher)
        rows = [[row.account, row.amount] for row in document.postings]
        sale = {"id": f"S{len(self.system.sales) + 1}", "reference": document.reference, "rows": rows, "draft": draft}
        self.system.sales.append(sale | {"day": document.date.isoformat()})
        return True

    def spoil(self, document: Voucher | Invoice, harm: Harm) -> bool:
        """See `Rig.spoil`."""
        now = harmed(document, harm) if isinstance(document, Voucher) else None
        if now is None:
            return False
        sale = next(one for one in self.system.sales if one["reference"] == document.reference)
        sale.update(day=now.date.isoformat(), rows=[(row.account, row.amount) for row in now.postings])
        return True

    def refusals(self) -> Mapping[str, Reply]:
        """See `Rig.refusals`."""
        return {"TOY01": Reply(409, {"why": "closed"}), "TOY02": Reply(402, {})}

    def complaints(self) -> Collection[str]:
        """See `Rig.complaints`."""
        return ()

    def refused_for_pace(self) -> int:
        """See `Rig.refused_for_pace`."""
        return self.system.refused

    def expire_sign_in(self) -> None:
        """Nobody signs in to Lådan."""

    def revoke_sign_in(self) -> None:
        """Nobody signs in to Lådan."""

    def close(self) -> None:
        """See `Rig.close`."""
        self.system.close()

"""The whole way: a customer is changed in the till's file, and NAV has it within a second, whatever the sync does."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.dynamics_nav import DESCRIPTION
from synccenter.contract.model import Register
from synccenter.core.secrets import FileVault, Keychain
from synccenter.core.sections import sections
from synccenter.core.settings import Settings
from synccenter.service.background import Service
from synccenter.shop import SETTINGS_FILE
from tests.connectors.nav.test_main_job import ACCOUNTS, stock_up
from tests.run.test_express import Street
from tests.worlds.fakes.nav import KEY, USER
from tests.worlds.fakes.nav_rig import CASH_CUSTOMER, NavRig
from tests.worlds.fakes.server import Reply, Request
from tests.worlds.session import Surroundings
from tests.worlds.waiting import until

PAGE_SECONDS = 0.3


class _Shop(Street):
    """A shop whose business system is the fake NAV, over the wire."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        world = Surroundings(folder)
        world.clock.now = world.server_clock.now = datetime.now(UTC)
        self.rig = NavRig(world)
        self.registry = {**self.registry, DESCRIPTION.name: DESCRIPTION}
        self.seen: dict[str, float] = {}
        self.slow = False
        self.rig.nav.fail(Reply(500, b""), on=self._watched)
        known = {row["No"] for row in self.rig.nav.books.rows("accounts")}
        for number in ACCOUNTS:
            if str(number) not in known:
                self.rig.nav.books.add(
                    "accounts", No=str(number), Name="Konto", Account_Type="Posting", Direct_Posting=True
                )

    def _watched(self, request: Request) -> bool:
        """Pages of articles take their time; when each customer came is written down."""
        if request.method in {"POST", "PATCH"} and "/Customer" in request.path:
            self.seen[str(request.body.get("Name"))] = time.monotonic()
        elif self.slow and request.path.endswith("/articles"):
            time.sleep(PAGE_SECONDS)
        return False

    def connect(self) -> None:
        """Fill in the settings, as the consultant does."""
        name = DESCRIPTION.name
        registry = self.registry
        settings = Settings.load(self.folder / SETTINGS_FILE, sections(registry))
        for pair in (
            f"integration.system={name}", "posting.unit=receipt", "posting.target=invoice",
            f"posting.cash_customer={CASH_CUSTOMER}", f"{name}.address={self.rig.nav.instance}/OData",
            f"{name}.sign_in=basic", f"{name}.user={USER}", f"{name}.cash_customer={CASH_CUSTOMER}",
            f"{name}.services=[{{role = 'items', name = 'articles'}}]",
        ):  # fmt: skip
            settings.set(*pair.split("=", 1))
        settings.save()
        Keychain("butiken", FileVault(self.folder / "valv.json")).within(name).set("password", KEY)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[_Shop]:
    made = _Shop(tmp_path / "butik")
    made.trade(days=1, receipts=5)
    made.rig.seed(Register.ARTICLES, 300)
    stock_up(made.rig, made.folder)
    for table in ("article", "article_group", "barcode", "price", "stock", "customer", "account"):
        made.sql(f"DELETE FROM {table}")  # the demo's own registers: NAV's come down
    made.connect()
    yield made
    made.rig.close()
    assert not made.rig.nav.books.complaints


def test_nav_has_the_customer_within_a_second_idle_and_in_the_middle_of_a_long_fetch(shop: _Shop) -> None:
    service: Service = shop.service()
    service.start()
    try:
        until(lambda: shop.ends() == 1, 60)
        idle = threading.Event()
        service.do(lambda _shop, _log: idle.set())
        assert idle.wait(10)
        # Without a codeunit NAV posts nothing: what stands as drafts is told, and nothing else is wrong.
        assert {problem.code for problem in service.status.errors} <= {"T17"}

        changed = shop.change("K77", "Ändrad i lugn och ro AB")
        until(lambda: "Ändrad i lugn och ro AB" in shop.seen)
        assert shop.seen["Ändrad i lugn och ro AB"] - changed < 1.0

        shop.slow = True
        service.sync(everything=True)
        until(lambda: service.status.progress is not None and service.status.progress.what == "Artiklar", 20)
        changed = shop.change("K77", "Ändrad mitt i AB")
        until(lambda: "Ändrad mitt i AB" in shop.seen)
        assert shop.seen["Ändrad mitt i AB"] - changed < 1.0
        assert service.status.working, "the fetch went on all the while"
        shop.slow = False
        until(lambda: shop.ends() == 2, 60)
        customers = [row["Name"] for row in shop.rig.nav.books.rows("customers") if row["No"] == "K77"]
        assert customers == ["Ändrad mitt i AB"]
    finally:
        assert service.stop()

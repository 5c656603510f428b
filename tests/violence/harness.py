"""The crash harness: kill -9 at random moments of a whole run until all has been sold, and then the reckoning."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct, field

from connectors.formats import sie_reader
from synccenter.contract.connector import ReadsBack
from synccenter.core.database import Database, SQLite, connect, is_server
from synccenter.truth.proof import prove
from tests.places import PROJECT
from tests.violence import reckoning
from tests.violence.nursery import NOVEMBER, open_shop
from tests.violence.phases import Place
from tests.violence.shelf import SETTLE
from tests.violence.shelf_system import ShelfSystem
from tests.violence.till import START, SellingTill

ROW = re.compile(
    r"\d\d:\d\d:\d\d .*|(?:FEL!|OBS!) .* \(\d\d:\d\d:\d\d\)|---- .*|JobOffice Sync Center.*|[A-ZÅÄÖ]\w+:.*|"
)


class Nursery:
    """The warm process that forks children (see `nursery.py`)."""

    def __init__(self) -> None:
        self._serial = 0
        environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": "0"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.violence.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
            env=environment,
        )

    def start(self, **order: Any) -> int:
        """A child's process number; it stays the child's own until it is buried."""
        child = self._ask(order)
        assert child > 1, "no process to kill"
        return child

    def bury(self, child: int) -> int:
        """Wait for a child's death: its wait status."""
        return self._ask({"bury": child})

    def close(self) -> None:
        """No more children."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)

    def _ask(self, order: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._serial += 1
        self._process.stdin.write(json.dumps({**order, "serial": self._serial}) + "\n")
        self._process.stdin.flush()
        while True:  # an answer to an order that a failed test did not wait for is passed over
            line = self._process.stdout.readline()
            assert line, "the nursery has died"
            said = json.loads(line)
            if said["serial"] == self._serial:
                return int(said["answer"])


class Kills(Struct):
    """What a series of kills did."""

    landed: Counter[str] = field(default_factory=Counter)
    finished: int = 0

    @property
    def count(self) -> int:
        """Kills that found the child alive."""
        return sum(self.landed.values())


class Scene:
    """A shop, a till that goes on selling, the business system Hyllan (or folders), and a nursery."""

    def __init__(
        self,
        folder: Path,
        nursery: Nursery,
        *,
        unit: str = "z",
        seed: int = 1,
        address: str = "",
        days: int = 5,
        receipts: int = 40,
        target: str = "voucher",
        system: str = "shelf",
        per: str = "voucher",
        lease_seconds: int = 300,
    ) -> None:
        self.folder = folder / "Åsas butik"
        self.folder.mkdir(parents=True)
        self.nursery = nursery
        self.unit = "receipt" if target == "invoice" else unit
        self.system = system
        self.random = Random(seed)
        self.shelf = ShelfSystem(seed)
        self.place = Place(folder / "place")
        self._place_path = folder / "place"
        self.out = folder / "ut"
        self.ahead = NOVEMBER.timestamp() - time.time()
        """The shop's clock stands right for the days played, whatever day the test is run on."""
        self.address = address or str(self.folder / "kassa.sqlite")
        self.till = SellingTill(self.connect(), folder / "pool.sqlite", seed=seed, days=days, receipts=receipts)
        self._options = {"unit": unit, "per": per, "target": target, "lease": lease_seconds}
        self.settle_in(self.folder, "kassa 1")

    def connect(self) -> Database:
        """A connection of one's own to the till's database."""
        return connect(self.address) if is_server(self.address) else SQLite(Path(self.address))

    def settle_in(self, folder: Path, name: str) -> Path:
        """A data folder for this shop: one for each PC that runs the program."""
        folder.mkdir(exist_ok=True)
        self.out.mkdir(exist_ok=True)
        articles = folder.parent / "in"
        articles.mkdir(exist_ok=True)
        (articles / "artiklar.csv").write_text("Artikelnr;Namn;Pris inkl moms\nA1;Vara 1;10,00\n", encoding="utf-8")
        shop = open_shop(folder, self.ahead)
        values = {
            "general.till_database": self.address,
            "integration.system": self.system,
            "safety.cutover": START.isoformat(),
            "posting.unit": self._options["unit"],
            "posting.target": self._options["target"],
            "safety.lease_seconds": self._options["lease"],
            "general.till_id": name,
            "posting.cash_customer": "K1",
            "shelf.address": self.shelf.address,
            "files.folder_in": str(articles),
            "files.folder_out": str(self.out),
            "files.per": self._options["per"],
        }
        for name, value in values.items():
            shop.settings.set(name, value)
        shop.settings.save()
        shop.close()
        return folder

    # --- kills ------------------------------------------------------------------------------------------------

    def order(self, **more: Any) -> dict[str, Any]:
        """What a child is told."""
        return {"folder": str(self.folder), "place": str(self._place_path), "ahead": self.ahead, **more}

    def run(self, **more: Any) -> int:
        """One run to its end; the exit code (0: without fault)."""
        child = self.nursery.start(**self.order(**more))
        code = os.waitstatus_to_exitcode(self.nursery.bury(child))
        trace = self.folder / "spår.txt"
        assert not trace.exists(), trace.read_text(encoding="utf-8")
        return code

    def kill_while_it_sells(self, kills: int, **more: Any) -> Kills:
        """Sell a little, start a run, kill it at a random moment of its length; `kills` times."""
        result = Kills()
        length = 0.08
        while result.count < kills:
            self.till.sell(self.random.randrange(9))
            self.shelf.price(self.random.randrange(50), self.random.randrange(100, 9999))
            self.place.clear()
            child = self.nursery.start(**self.order(**more))
            time.sleep(self.random.random() * length)
            os.kill(child, signal.SIGKILL)
            if os.WIFSIGNALED(self.nursery.bury(child)):
                result.landed[self.place.read()] += 1
                length *= 1.02
            else:
                result.finished += 1
                length *= 0.93
            trace = self.folder / "spår.txt"
            assert not trace.exists(), trace.read_text(encoding="utf-8")
        return result

    def kill_in(self, phase: str = "", **more: Any) -> Kills:
        """Sell, start a run and kill it as soon as it comes to that phase, so that chance spares none of them."""
        result = Kills()
        for _ in range(9):
            self.till.sell(9)
            self.place.clear()
            child = self.nursery.start(**self.order(fatal=phase, **more))
            if os.WIFSIGNALED(self.nursery.bury(child)):
                result.landed[self.place.read()] += 1
                return result
            result.finished += 1
        return result

    def finish(self, **more: Any) -> None:
        """Sell the rest, heal the line, and run until nothing is left."""
        self.till.close_up()
        self.shelf.unreliable = 0.0
        for _ in range(6):
            self.run(**more)
            time.sleep(SETTLE + 0.01)

    # --- the reckoning ----------------------------------------------------------------------------------------

    def violations(self) -> list[str]:
        """Everything that is not as promised; empty when nothing is doubled and nothing lost."""
        found = [] if self.till.same_sales() else ["the tables of sales were written to"]
        found += self._books_wrong() if self.system == "shelf" else self._files_wrong()
        found += self._ledger_wrong()
        found += self._log_wrong()
        return found

    def _books_wrong(self) -> list[str]:
        counts = Counter[str]()
        for one, count in self.shelf.references().items():
            counts[re.sub(r"^[0-9A-Z]{3}-(?=D\d{8}|.+-)", "", one)] += count  # the shop's mark
        if self.unit == "day":  # tills that close apart from each other make a day of two parts
            counts = Counter({re.sub(r"^(D\d+)-\d+$", r"\1", one): count for one, count in counts.items()})
        expected = reckoning.references(self.till.database, self.unit) | reckoning.others(self.till.database)
        if self.unit != "receipt":  # cash that came after its Z report was sent is a document of its own
            late = [one for one in counts if re.fullmatch(r"\d+-K\d+(-\d+)?", one)]
            counts = Counter({one: count for one, count in counts.items() if one not in late or count > 1})
        found = [f"doubled: {one}" for one, count in counts.items() if count > 1]
        found += [f"lost: {one}" for one in sorted(expected - counts.keys())]
        found += [f"unexpected: {one}" for one in sorted(counts.keys() - expected)]
        return found + self._sums_wrong(reckoning.booked(self.shelf.documents))

    def _files_wrong(self) -> list[str]:
        names = sorted(path.name for path in self.out.glob("*.si"))
        expected = reckoning.references(self.till.database, self.unit)
        sums: Counter[int] = Counter()
        texts: Counter[str] = Counter()
        for name in names:
            content = sie_reader.read((self.out / name).read_bytes(), name, encoding="cp437")
            for voucher in content.vouchers:
                texts[voucher.text.partition(" ")[0]] += 1
                for row in voucher.transactions:
                    sums[row.account] += row.amount
        found = [] if texts.total() == len(expected) else [f"{texts.total()} vouchers for {len(expected)} documents"]
        found += [f"doubled: {text}" for text, count in texts.items() if count > 1]
        return found + self._sums_wrong({account: amount for account, amount in sums.items() if amount})

    def _sums_wrong(self, booked: dict[int, int]) -> list[str]:
        wanted = reckoning.accounts(self.till.database)
        return [
            f"account {account}: {booked.get(account, 0)} öre instead of {wanted.get(account, 0)}"
            for account in sorted(booked.keys() | wanted.keys())
            if booked.get(account, 0) != wanted.get(account, 0)
        ]

    def _ledger_wrong(self) -> list[str]:
        shop = open_shop(self.folder, self.ahead)
        try:
            counts = shop.ledger.counts()
            found = [f"{count} {state.value}" for state, count in counts.items()]
            connector = shop.connector()
            assert isinstance(connector, ReadsBack)
            proof = prove(shop.sales, shop.ledger, START, shop.today(), books=connector)
            return found if proof.clean else [*found, "the proof is not clean"]
        finally:
            shop.close()

    def _log_wrong(self) -> list[str]:
        found = []
        for path in (self.folder / "Loggar").glob("*.log"):
            text = path.read_bytes().decode("utf-8-sig")
            rows = text.split("\r\n")
            found += [f"torn row in {path.name}: {row!r}" for row in rows if not ROW.fullmatch(row)]
            if rows[-1]:
                found.append(f"{path.name} ends in the middle of a row")
        return found

    def close(self) -> None:
        """Let go."""
        self.till.close()
        self.shelf.close()

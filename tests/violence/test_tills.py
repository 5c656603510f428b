"""Several tills and one sync: who owns it, who waits, and what a till may do that was away for too long."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from synccenter.contract.errors import SyncError
from synccenter.core.database import connect
from synccenter.journal.ownership import holder_now
from synccenter.run.engine import Engine
from tests.violence.harness import Nursery, Scene
from tests.violence.nursery import open_shop
from tests.worlds.small_shop import Rows
from tests.worlds.waiting import until

pytestmark = pytest.mark.violence

_numbers = itertools.count(1)
WAITING = 3
"""The exit code of a child whose run ended in *waiting*."""

Open = Callable[..., Scene]


@pytest.fixture
def open_scene(request: pytest.FixtureRequest, tmp_path: Path, nursery: Nursery) -> Iterator[Open]:
    """Opens a shop on PostgreSQL (a database of its own) or on a file."""
    made: list[Scene] = []

    def opened(kind: str, **options: int | str) -> Scene:
        address = ""
        if kind == "postgresql":
            server = request.getfixturevalue("postgres_url")
            name = f"kassa{next(_numbers)}"
            database = connect(server)
            database.execute(f"CREATE DATABASE {name}")
            database.close()
            address = server.rpartition("/")[0] + f"/{name}"
        scene = Scene(tmp_path, nursery, address=address, **options)  # type: ignore[arg-type]
        made.append(scene)
        return scene

    yield opened
    for scene in made:
        scene.close()


KINDS = [pytest.param("postgresql", marks=pytest.mark.postgres), "sqlite"]


def another(scene: Scene, name: str) -> Path:
    return scene.settle_in(scene.folder.parent / name, name)


def told_by(folder: Path) -> str:
    """What the log of a data folder says, for the cashier."""
    return "".join(path.read_text("utf-8-sig") for path in (folder / "Loggar").glob("*Center 2*.log"))


def run_here(scene: Scene, folder: Path, ahead: float = 0.0) -> tuple[str, list[str]]:
    """A run in this process: how it went, and the codes told."""
    shop = open_shop(folder, scene.ahead + ahead)
    rows = Rows()
    try:
        outcome = Engine(shop, rows).run(everything=False)
        return outcome.result, [problem.sentence() for problem in outcome.problems] + rows.rows
    finally:
        shop.close()


def five_minutes_pass(scene: Scene) -> None:
    """For the lease, which goes by the database's own clock."""
    shop = open_shop(scene.folder)
    shop.ledger.database.execute("UPDATE lease SET expires=expires-300")
    shop.close()


@pytest.mark.parametrize("kind", KINDS)
def test_one_owns_the_others_say_who_and_take_over_when_it_is_gone(open_scene: Open, kind: str) -> None:
    scene = open_scene(kind, unit="receipt", days=1, receipts=20, lease_seconds=300)
    second = another(scene, "kassa 2")
    scene.till.close_up()
    assert run_here(scene, scene.folder)[0] == "ok"
    result, told = run_here(scene, second)
    assert result == "waiting"
    assert "kassa 1 #" in told[0]
    assert "[S01]" in told[0]
    five_minutes_pass(scene)
    result, told = run_here(scene, second)
    assert result == "ok"
    assert "tagit över" in told[0]
    shop = open_shop(second)
    owner = holder_now(shop.ledger.database, shop.company.id)
    shop.close()
    assert owner is not None
    assert owner[0].startswith("kassa 2 #")
    assert owner[1]
    assert run_here(scene, scene.folder)[0] == "waiting"
    five_minutes_pass(scene)
    assert run_here(scene, scene.folder)[0] == "ok"
    assert scene.violations() == []


@pytest.mark.postgres
@pytest.mark.parametrize("moment", range(4))
def test_a_till_that_was_suspended_past_its_lease_sends_nothing_more(open_scene: Open, moment: int) -> None:
    scene = open_scene("postgresql", unit="receipt", days=1, receipts=30, lease_seconds=1)
    second = another(scene, "kassa 2")
    scene.till.close_up()
    first = scene.nursery.start(**scene.order())
    until(lambda: len(scene.shelf.documents) >= 2 + moment)
    time.sleep(0.0013 * moment)
    os.kill(first, signal.SIGSTOP)
    try:
        until(lambda: scene.run(folder=str(second)) != WAITING)
        scene.run(folder=str(second))
        before = scene.shelf.count("POST", "/documents")
    finally:
        os.kill(first, signal.SIGCONT)
    told = ("[S02]", "[D05]")
    until(lambda: any(code in told_by(scene.folder) for code in told), what="that it says who has taken over")
    assert scene.shelf.count("POST", "/documents") == before
    scene.run(folder=str(second))
    assert scene.violations() == []


@pytest.mark.postgres
@pytest.mark.parametrize("tills", [2, 4])
def test_tills_killed_and_suspended_at_random_still_book_each_receipt_once(open_scene: Open, tills: int) -> None:
    scene = open_scene("postgresql", unit="receipt", days=12, receipts=40, lease_seconds=1)
    scene.shelf.unreliable = 0.03
    random = Random(tills)
    folders = [scene.folder, *(another(scene, f"kassa {number}") for number in range(2, tills + 1))]
    skew = [0.0, 7200.0, -7200.0, 500.0]

    def start(number: int) -> int:
        ahead = scene.ahead + skew[number]
        return scene.nursery.start(**scene.order(folder=str(folders[number]), ahead=ahead, forever=True))

    alive = {number: start(number) for number in range(tills)}
    stopped: set[int] = set()
    for _ in range(40):
        scene.till.sell(random.randrange(10))
        time.sleep(random.random() * 0.25)
        number = random.randrange(tills)
        if number in stopped:
            os.kill(alive[number], signal.SIGCONT)
            stopped.discard(number)
        elif random.random() < 0.5 and len(stopped) < tills - 1:
            os.kill(alive[number], signal.SIGSTOP)
            stopped.add(number)
        else:
            os.kill(alive[number], signal.SIGKILL)
            alive[number] = start(number)
    for number, child in alive.items():
        os.kill(child, signal.SIGCONT)
        if number:
            os.kill(child, signal.SIGKILL)
    time.sleep(1.2)
    os.kill(alive[0], signal.SIGKILL)
    time.sleep(1.2)
    scene.finish()
    assert scene.violations() == []
    for folder in folders:
        assert not (folder / "spår.txt").exists(), (folder / "spår.txt").read_text("utf-8")


def test_two_programs_on_one_file_killed_at_random_still_book_each_receipt_once(open_scene: Open) -> None:
    scene = open_scene("sqlite", unit="receipt", days=10, receipts=40, lease_seconds=1)
    scene.shelf.unreliable = 0.03
    random = Random(5)
    folders = [scene.folder, another(scene, "kassa 2")]
    alive = [scene.nursery.start(**scene.order(folder=str(folder), forever=True)) for folder in folders]
    for _ in range(40):
        scene.till.sell(random.randrange(10))
        time.sleep(random.random() * 0.2)
        number = random.randrange(2)
        os.kill(alive[number], signal.SIGKILL)
        alive[number] = scene.nursery.start(**scene.order(folder=str(folders[number]), forever=True))
    for child in alive:
        os.kill(child, signal.SIGKILL)
    time.sleep(1.2)
    scene.finish()
    assert scene.violations() == []


@pytest.mark.postgres
def test_tills_that_start_at_the_same_moment_make_the_ledger_once(open_scene: Open) -> None:
    scene = open_scene("postgresql", unit="z", days=1, receipts=10, lease_seconds=1)
    scene.till.close_up()
    folders = [scene.folder, *(another(scene, f"kassa {number}") for number in range(2, 5))]
    for folder in folders:
        scene.nursery.start(**scene.order(folder=str(folder)))
    until(lambda: all("Det tog " in told_by(folder) for folder in folders))
    for folder in folders:
        assert "[D0" not in told_by(folder)
    scene.finish()
    assert scene.violations() == []


@pytest.mark.postgres
def test_a_role_that_may_only_read_sales_and_write_registers_is_enough(open_scene: Open) -> None:
    scene = open_scene("postgresql", unit="z", days=1, receipts=20)
    database = scene.connect()
    for statement in (
        "CREATE ROLE synk LOGIN",
        "CREATE SCHEMA jobsync AUTHORIZATION synk",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO synk",
        "GRANT INSERT, UPDATE, DELETE ON article, article_group, barcode, price, stock, customer, account TO synk",
    ):
        database.execute(statement)
    database.close()
    scene.address = scene.address.replace("postgres@", "synk@")
    scene.settle_in(scene.folder, "kassa 1")
    scene.shelf.price(1, 1000)
    scene.till.close_up()
    assert run_here(scene, scene.folder)[0] == "ok"
    assert scene.violations() == []
    limited = connect(scene.address)
    for table in ("receipt", "receipt_line", "receipt_payment", "z_report"):
        with pytest.raises(SyncError):
            limited.execute(f"DELETE FROM {table}")
    limited.close()

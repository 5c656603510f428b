"""A customer changed at the till goes up at once: within a second, whatever else is going on, and only once.

Tells of `run/express.py`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from msgspec import Struct

from synccenter.contract.connector import Connector, Page, Sent, Session
from synccenter.contract.model import CustomerChange, Document, Invoice, Register, Voucher
from synccenter.core.logs import Log
from synccenter.core.masking import Masker
from synccenter.core.notice import Notice
from synccenter.service.background import Event, Service
from synccenter.service.doorbell import Doorbell
from synccenter.service.status import Ended
from synccenter.shop import Shop
from tests.worlds.books import MemoryConnector, articles, not_reached
from tests.worlds.small_shop import World
from tests.worlds.waiting import until

PAGES, PAGE_SECONDS = 15, 0.2


pytestmark = pytest.mark.slow  # many small ones


class _Slow(MemoryConnector):
    """Pages take their time, as they do on a slow line; when each document came is written down."""

    arrived: list[tuple[float, Document]]
    page_seconds = 0.0

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        rows = articles(PAGES * 10)
        for number in range(PAGES):
            time.sleep(self.page_seconds)
            yield Page(rows[number * 10 : number * 10 + 10], cursor="x" if number == PAGES - 1 else None)

    def send(self, document: Document) -> Sent:
        sent = super().send(document)
        self.arrived.append((time.monotonic(), document))
        return sent


class Street(World):
    """A shop whose service really runs, by the real doorbell."""

    def __init__(self, folder: Path) -> None:
        self.arrived: list[tuple[float, Document]] = []
        self.page_seconds = 0.0
        self.heard: list[Event] = []
        super().__init__(folder)
        self.description = self.registry["memory"]
        self.registry["memory"] = type(self.description)(
            **{name: getattr(self.description, name) for name in self.description.__struct_fields__}
            | {"open": self._open_connector}
        )

    def _open_connector(self, session: Session[Struct]) -> Connector:
        connector = _Slow(self.books, session)
        connector.arrived, connector.page_seconds = self.arrived, self.page_seconds
        return connector

    def opened(self) -> tuple[Shop, Log]:
        shop = self.shop()
        folder = self.folder / "Loggar"
        return shop, Log(folder, folder, dict, clock=shop.clock, keep_days=90, masker=Masker())

    def service(self) -> Service:
        return Service(self.opened, self.heard.append, beat_seconds=3600)

    def change(self, number: str = "K1", name: str = "Ny AB") -> float:
        """A customer is changed at the till; when."""
        (top,) = self.sql("SELECT COALESCE(MAX(sequence), 0) FROM customer_change")[0]
        assert isinstance(top, int)
        company = self.sql("SELECT company FROM company")[0][0]
        self.sql(
            "INSERT INTO customer_change (company, sequence, at, number, name, org_number, address, postal_code, city,"
            " email, phone, price_list, active) VALUES (:company, :n, :at, :number, :name, '', '', '', '', '', '', '',"
            " 1)",
            company=company,
            n=top + 1,
            at=self.clock.now.isoformat(),
            number=number,
            name=name,
        )
        return time.monotonic()

    def customers(self) -> list[tuple[float, CustomerChange]]:
        return [(at, one) for at, one in self.arrived if isinstance(one, CustomerChange)]

    def has(self, name: str) -> bool:
        return any(one.customer.name == name for _, one in self.customers())

    def ends(self) -> int:
        return sum(isinstance(event, Ended) for event in self.heard)


@pytest.fixture
def street(tmp_path: Path) -> Street:
    made = Street(tmp_path / "Åsas butik")
    made.trade(days=1, receipts=5)
    return made


@pytest.fixture
def running(street: Street) -> Iterator[Service]:
    """The service after its first run: everything sent, nothing to do for an hour."""
    service = street.service()
    service.start()
    until(street.ends)
    done = threading.Event()
    service.do(lambda _shop, _log: done.set())
    assert done.wait(10)
    street.arrived.clear()
    yield service
    assert service.stop()


def test_a_customer_changed_at_the_till_is_up_within_a_second_while_nothing_else_is_due(
    street: Street, running: Service
) -> None:
    for name in ("Första AB", "Andra AB"):
        changed = street.change(name=name)
        until(partial(street.has, name))
        assert street.customers()[-1][0] - changed < 1.0
    assert street.ends() == 1, "it was no run of the timetable"
    assert len(street.arrived) == 2, "and nothing else was sent"


@pytest.fixture
def closed(street: Street) -> Street:
    """The program ran yesterday and is closed: its first run of the day is hours away."""
    street.settings("schedule.mode=times", "schedule.times=23:00")
    evening = street.service()
    evening.start()
    until(street.ends)
    assert evening.stop()
    street.arrived.clear()
    street.heard.clear()
    return street


@pytest.fixture
def opened_anew(closed: Street) -> Iterator[Service]:
    """The program in the morning, before its first run."""
    service = closed.service()
    service.start()
    until(lambda: service.status.company)
    yield service
    assert service.stop()


def test_a_customer_goes_at_once_also_before_the_first_run_of_the_day(street: Street, opened_anew: Service) -> None:
    changed = street.change(name="Morgonpigg AB")
    until(partial(street.has, "Morgonpigg AB"))
    assert street.customers()[-1][0] - changed < 1.0
    assert street.ends() == 0, "no run has been made since the program started"
    assert len(street.arrived) == 1


def test_a_till_that_starts_beside_the_owner_sends_no_customer(street: Street, opened_anew: Service) -> None:
    street.sql(f"UPDATE lease SET holder='Kassa 2', expires={time.time() + 300}", street.ledger)
    street.change()
    time.sleep(1.0)
    assert street.customers() == []


def test_a_customer_changed_while_the_program_was_closed_goes_when_it_starts(closed: Street) -> None:
    closed.change(name="I natt AB")
    service = closed.service()
    service.start()
    until(partial(closed.has, "I natt AB"))
    assert service.stop()
    assert closed.ends() == 0, "no run of the timetable was due"


@pytest.mark.slow
def test_a_long_full_fetch_lets_the_customer_in_between_two_pages(street: Street, running: Service) -> None:
    street.page_seconds = PAGE_SECONDS
    running.reload()
    running.sync(everything=True)
    until(lambda: running.status.progress is not None)
    changed = street.change()
    until(street.customers)
    assert street.customers()[0][0] - changed < 1.0
    assert running.status.working, "the fetch went on all the while"
    until(lambda: street.ends() == 2)
    assert len(street.customers()) == 1
    assert not street.books.doubled()


def test_a_customer_passes_the_receipts_that_wait(street: Street, running: Service) -> None:
    names: list[str] = []

    def slow(document: Document, commit: Callable[[], None]) -> None:
        if isinstance(document, Voucher | Invoice) and not names:
            street.change(name="Har bråttom AB")
            time.sleep(0.3)
        names.append(type(document).__name__)
        commit()

    street.trade(days=2, receipts=5, seed=3)
    street.books.faults += [slow] * 100
    running.sync(everything=False)
    until(lambda: street.ends() == 2)
    assert "CustomerChange" in names
    assert names.index("CustomerChange") < len(names) - 1, "not last, though the receipts were there first"
    assert not street.books.doubled()


def test_only_the_till_that_owns_the_sync_sends(street: Street, running: Service) -> None:
    done = threading.Event()

    def give_away(shop: Shop, _log: Log) -> None:
        running._let_lease_go()
        lease = shop.lease()
        lease.holder = "Kassa 2"
        lease.acquire()
        done.set()

    running.do(give_away)
    assert done.wait(10)
    street.change()
    time.sleep(1.0)
    assert street.customers() == []


def test_a_pause_holds_for_customers_too_and_they_go_when_it_ends(street: Street, running: Service) -> None:
    running.pause(street.clock.now.replace(hour=12))
    until(lambda: running.status.paused_until)
    street.change()
    time.sleep(1.0)
    assert street.customers() == []
    running.pause(None)
    until(street.customers)


def test_a_change_that_had_to_wait_does_not_undo_a_later_one(street: Street, running: Service) -> None:
    street.books.faults.append(not_reached)
    street.change(name="Gammalt namn")
    until(lambda: not street.books.faults)
    street.change(name="Nytt namn")
    until(street.customers)
    running.sync(everything=False)
    until(lambda: street.ends() == 2)
    assert [one.customer.name for _, one in street.customers()] == ["Nytt namn", "Nytt namn"]


def test_a_row_that_cannot_be_read_is_told_of_once_and_stops_nothing(street: Street, running: Service) -> None:
    street.change()
    until(street.customers)
    street.sql("UPDATE customer_change SET sequence=sequence+1000, at='i går'")
    time.sleep(0.8)
    street.sql("UPDATE customer_change SET name='x'")
    time.sleep(0.8)
    assert told(street).count("K04") == 1
    running.sync(everything=False)
    until(lambda: street.ends() == 2)
    assert told(street).count("K04") == 2, "once in the run too, though both the express and the run met it"


def told(street: Street) -> str:
    """What stands in the log."""
    logs = [path for path in (street.folder / "Loggar").glob("*.log") if "Debug" not in path.name]
    return "".join(path.read_text(encoding="utf-8-sig") for path in logs)


def test_an_interrupted_customer_is_looked_up_and_never_sent_blindly(street: Street, running: Service) -> None:
    def lost(_document: Document, commit: Callable[[], None]) -> None:
        commit()
        raise TimeoutError("the answer never came")

    street.books.faults.append(lost)
    street.change()
    until(lambda: not street.books.faults)
    running.sync(everything=False)
    until(lambda: street.ends() == 2)
    assert street.books.finds >= 1
    assert not street.books.doubled()


# --- the bell ------------------------------------------------------------------------------------------------


def test_the_bell_is_silent_while_nothing_is_written_and_a_wait_costs_one_wake_up(tmp_path: Path) -> None:
    rings: list[float] = []
    path = tmp_path / "kassa.sqlite"
    path.write_bytes(b"1")
    bell = Doorbell(path, lambda: rings.append(time.monotonic()), look_seconds=60)
    bell.start()
    (tmp_path / "något annat").write_bytes(b"2")
    time.sleep(0.3)
    assert rings == [], "another file is not the till's"
    path.write_bytes(b"12")
    until(lambda: len(rings) == 3, 5)
    time.sleep(0.5)
    assert len(rings) == 3, "again, for a write is told of before it is committed; and then no more"
    bell.stop()


def test_a_disk_that_tells_nothing_is_looked_at_now_and_then(tmp_path: Path) -> None:
    rings: list[int] = []
    path = tmp_path / "finns inte" / "kassa.sqlite"
    bell = Doorbell(path, lambda: rings.append(1), look_seconds=0.05)
    bell.start()
    path.parent.mkdir()
    path.write_bytes(b"1")
    until(lambda: rings, 2)
    bell.stop()


def test_a_server_is_asked_now_and_then() -> None:
    rings: list[int] = []
    bell = Doorbell(None, lambda: rings.append(1), look_seconds=0.05)
    bell.start()
    until(lambda: rings, 2)
    bell.stop()


def test_a_wait_can_be_ended_from_another_thread(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "finns inte"):
        notice = Notice(folder)
        threading.Timer(0.1, notice.wake).start()
        started = time.monotonic()
        notice.wait(30)
        assert time.monotonic() - started < 5
        notice.close()

"""Customers between till and business system: what one side alone has changed survives at both (`run/fetch.py`)."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from synccenter.contract.model import Customer, CustomerChange, Register
from tests.worlds.small_shop import World

ANNA = Customer("1", "Anna", "", "Storgatan 1", "12345", "Umeå", "a@b.se", "070", "A")


@pytest.fixture
def world(tmp_path: Path) -> World:
    one = World(tmp_path, fetches=frozenset({Register.CUSTOMERS}))
    one.empty_till().close()
    one.trade(receipts=3)
    for table in ("customer", "customer_change"):
        one.sql(f"DELETE FROM {table}")
    brings(one, ANNA)
    one.run()
    return one


def brings(world: World, *customers: Customer) -> None:
    world.books.registers[Register.CUSTOMERS] = list(customers)


def at_the_till(world: World) -> Customer:
    return Customer(*world.sql(f"SELECT {', '.join(Customer.__struct_fields__)} FROM customer WHERE number='1'")[0])


def till_says(world: World, sequence: int, **values: str) -> None:
    """The cashier changes a customer, and the till notes it."""
    sets = ", ".join(f"{name}=:{name}" for name in values)
    world.sql(f"UPDATE customer SET {sets} WHERE number='1'", None, **values)
    names = ", ".join(Customer.__struct_fields__)
    world.sql(
        f"INSERT INTO customer_change (company, sequence, at, {names})"
        f" SELECT company, {sequence}, '2026-11-20T09:00:00+01:00', {names} FROM customer WHERE number='1'"
    )


def sent(world: World) -> list[Customer]:
    documents = [one for some in world.books.vouchers.values() for one in some]
    return [one.customer for one in documents if isinstance(one, CustomerChange)]


def test_a_phone_changed_at_the_till_and_an_address_in_the_books_both_survive(world: World) -> None:
    till_says(world, 1, phone="071")
    brings(world, replace(ANNA, address="Lillgatan 2"))
    world.run()
    assert [(one.phone, one.address) for one in sent(world)] == [("071", "")], "the till's old address is not sent"
    found = at_the_till(world)
    assert (found.phone, found.address) == ("071", "Lillgatan 2")


def test_what_came_back_is_agreed_on(world: World) -> None:
    till_says(world, 1, phone="071")
    world.run()
    brings(world, replace(ANNA, phone="071"))
    world.run()
    brings(world, replace(ANNA, phone="072"))
    world.run()
    assert at_the_till(world).phone == "072", "changed in the books alone, after both had the same"


def test_changed_on_both_sides_is_told_and_the_books_count(world: World) -> None:
    till_says(world, 1, phone="071")
    brings(world, replace(ANNA, phone="072"))
    world.run()
    assert at_the_till(world).phone == "072"
    assert any("Kund 1: telefonnumret är ändrat på båda håll" in row for row in world.report.rows)


def test_a_new_customer_goes_up_whole(world: World) -> None:
    names = ", ".join(Customer.__struct_fields__)
    world.sql(
        f"INSERT INTO customer_change (company, sequence, at, {names}) VALUES"
        " ('1', 5, '2026-11-20T09:00:00+01:00', '9', 'Ny', '', 'Gatan', '111', 'Lund', '', '', '', 1)"
    )
    world.run()
    assert [(one.name, one.city) for one in sent(world)] == [("Ny", "Lund")]

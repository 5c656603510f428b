"""What till and business system last agreed on about each customer, so that a change at one side alone survives.

Kept as short fingerprints of each field and not as the fields: they are only ever compared, and the ledger needs no
second copy of anybody's address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from synccenter.contract.model import Customer
from synccenter.journal.ledger import Ledger
from synccenter.journal.places import Kept

FIELDS = tuple(name for name in Customer.__struct_fields__ if name != "number")
CALLED: Mapping[str, str] = {
    "name": "namnet",
    "org_number": "organisationsnumret",
    "address": "adressen",
    "postal_code": "postnumret",
    "city": "orten",
    "email": "e-posten",
    "phone": "telefonnumret",
    "price_list": "prislistan",
    "active": "om kunden är i bruk",
}
_TEXTS = tuple(name for name in FIELDS if name != "active")
_SIGNS = 8

Base: TypeAlias = str
"""The fingerprints of a customer's fields, one after the other."""


class Agreed:
    """The customers of one company as the business system last gave them."""

    def __init__(self, ledger: Ledger) -> None:
        self._kept = Kept(ledger, "agreed:")

    def of(self, numbers: Sequence[str]) -> dict[str, Base]:
        """What was agreed on, for those customers that it is known of."""
        return self._kept.among(numbers) if numbers else {}

    def put(self, customers: Iterable[Customer]) -> None:
        """The business system has them so, and the till has been told."""
        self._kept.put({one.number: base_of(one) for one in customers})


def base_of(customer: Customer) -> Base:
    """The fingerprints of a customer."""
    return "".join(_mark(customer, name) for name in FIELDS)


def merged(there: Customer, here: Customer, base: Base) -> tuple[Customer, list[str]]:
    """A customer of both sides, and the fields that both have changed (there the business system's counts).

    A field that only the till has changed stays as it has it; all others are as the business system has them.
    """
    ours: dict[str, object] = {}
    both: list[str] = []
    for name, agreed in _fields(base).items():
        if _mark(here, name) == agreed or getattr(here, name) == getattr(there, name):
            continue
        if _mark(there, name) == agreed:
            ours[name] = getattr(here, name)
        else:
            both.append(name)
    return (replace(there, **ours) if ours else there), both


def changed_here(customer: Customer, base: Base | None) -> Customer:
    """Only what the till has changed since: the rest is empty, which leaves it alone in the business system."""
    if base is None:
        return customer
    agreed = _fields(base)
    return replace(customer, **{name: "" for name in _TEXTS if _mark(customer, name) == agreed.get(name)})


def _fields(base: Base) -> Mapping[str, str]:
    return {name: base[at * _SIGNS : (at + 1) * _SIGNS] for at, name in enumerate(FIELDS)}


def _mark(customer: Customer, name: str) -> str:
    value = getattr(customer, name)
    told = f"{name}|{bool(value) if name == 'active' else value}".encode()  # a database may say 1 for True
    return hashlib.blake2b(told, digest_size=_SIGNS // 2).hexdigest()

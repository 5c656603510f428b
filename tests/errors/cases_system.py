"""The business system's own refusals, and bugs in its connector."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from synccenter.contract import catalogue
from synccenter.contract.connector import CompanyFacts, FiscalYear, Term
from synccenter.contract.model import Account, Article, Document, Register
from tests.errors.case import Act, Case, Patch, put
from tests.worlds.books import articles, lost_before
from tests.worlds.street import Store


def refuse(entry: Any, **values: object) -> Act:
    def do(store: Store, _patch: Patch) -> None:
        store.books.refuse = lambda _document: entry.problem(**values)

    return do


def accept(store: Store, _patch: Patch) -> None:
    store.books.refuse = lambda _document: None


def raises(error: Exception) -> Callable[[], None]:
    def do() -> None:
        raise error

    return do


def bug_in_send(store: Store, patch: Patch) -> None:
    def crash(_document: Document) -> None:
        raise KeyError("VoucherNumber")

    store.books.refuse = crash


def bug_in_fetch(store: Store, patch: Patch) -> None:
    patch.setattr(store.facts, "fetch", raises(ZeroDivisionError("division by zero")))


def bug_in_check(store: Store, patch: Patch) -> None:
    patch.setattr(store.facts, "check", raises(AttributeError("'NoneType' object has no attribute 'Data'")))
    store.check_again()


def facts(**values: object) -> Act:
    """The lists say something else, and the check is made again, as at a new year."""

    def do(store: Store, patch: Patch) -> None:
        for name, value in values.items():
            patch.setattr(store.facts, name, value)
        store.check_again()

    return do


def chart(without: int = 0, inactive: int = 0) -> list[Account]:
    used = (1510, 1686, 1910, 1911, 1912, 1913, 1914, 1930, 2421, 2611, 2621, 2631, 2890, 3001, 3002, 3003, 3004, 3740)
    more = range(1000, 9000)
    return [Account(number, "Konto", number != inactive) for number in sorted({*used, *more}) if number != without]


def series(wanted: str, *there: Term) -> Act:
    def do(store: Store, patch: Patch) -> None:
        patch.setattr(store.facts, "series", list(there))
        store.settings(f"posting.series={wanted}")

    return do


def shrunken_register(store: Store, patch: Patch) -> None:
    patch.setitem(store.books.registers, Register.ARTICLES, articles(100))
    shop = store.shop()
    shop.registers.write(Register.ARTICLES, [Article(str(number), "Vara") for number in range(1, 200)])
    shop.close()
    patch.setitem(store.books.registers, Register.ARTICLES, articles(10))


def whole_register(store: Store, _patch: Patch) -> None:
    """All that the till has: its own demo goods as well."""
    rows = store.sql("SELECT number, name, group_code, vat_rate, price, deposit, unit FROM article")
    own = [Article(*row) for row in rows]
    known = {one.number for one in articles(199)}
    store.books.registers[Register.ARTICLES] = [*articles(199), *[one for one in own if one.number not in known]]


def answer_lost(store: Store, _patch: Patch) -> None:
    store.books.faults = [lost_before] * 2


SYSTEM = (
    Case("modulen saknas i licensen", "N10", ("behörighet",), refuse(catalogue.NOT_ALLOWED, system="M"), accept),
    Case("nyckeln har gått ut", "N09", ("Logga in igen",), refuse(catalogue.SIGN_IN_NEEDED, system="M"), accept),
    Case(
        "klienten känns inte igen",
        "N14",
        ("klient-id",),
        refuse(catalogue.CLIENT_REFUSED, system="M", why="invalid_client"),
        accept,
    ),
    Case("låst period", "B15", ("lås upp perioden", "2026-11-03"), facts(locked_to=date(2026, 11, 10))),
    Case(
        "räkenskapsåret är låst",
        "B15",
        ("låst",),
        facts(years=[FiscalYear(date(2026, 1, 1), date(2026, 12, 31), locked=True)]),
    ),
    Case(
        "räkenskapsår saknas",
        "B14",
        ("lägg upp räkenskapsåret",),
        facts(years=[FiscalYear(date(2025, 1, 1), date(2025, 12, 31))]),
    ),
    Case("kontot är omdöpt", "B10", ("Konto 3001", "lägg upp konto 3001"), facts(accounts=chart(without=3001))),
    Case("kontot är inaktivt", "B11", ("Konto 1686", "aktivt"), facts(accounts=chart(inactive=1686))),
    Case("fel företag", "B23", ("Grannen AB",), facts(company=CompanyFacts("Grannen AB", "556000-0001"))),
    Case("fel i koden när registret hämtas", "S10", ("Oväntat fel", "support"), bug_in_fetch),
    Case("fel i koden när underlag skickas", "S10", ("Z 2 kassa 1", "support"), bug_in_send, accept),
    Case("fel i koden i kontrollen", "S10", ("support",), bug_in_check),
    Case("svaret kom bort", "S03", ("aldrig bokfört två gånger",), answer_lost),
    Case("registret krympte", "S11", ("blev 10.",), shrunken_register, whole_register, everything=True),
    Case("serien saknas", "B12", ("Serien ”K”", "A, B"), series("K", Term("A"), Term("B")), put("posting.series=")),
    Case(
        "serien är inte manuell",
        "B13",
        ("Serien ”F”", "manuell"),
        series("F", Term("F", manual=False)),
        put("posting.series="),
    ),
)

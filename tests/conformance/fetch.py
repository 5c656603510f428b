"""Cases about check() and about registers coming down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from functools import partial

from synccenter.contract import catalogue
from synccenter.contract.connector import ListsFacts
from synccenter.contract.errors import ErrorKind
from synccenter.contract.finding import Severity
from synccenter.contract.model import ROW_TYPE, Account, Register
from synccenter.contract.options import options_of
from tests.conformance.suite import Bench, Case, Rig, key_of


def cases(rig: Rig) -> Iterator[Case]:
    """What applies to this connector."""
    can = rig.description.capabilities
    yield Case("check is green on a healthy system", check_is_green)
    yield Case("check changes nothing", check_changes_nothing)
    yield Case("check tells of a clock that is wrong", check_tells_the_clock)
    yield Case("options are complete", options_are_complete)
    yield Case("two objects live side by side", two_objects)
    yield Case("the chart of accounts is listed when offered", accounts_listed)
    if can.needs_sign_in:
        yield Case("check without sign-in tells to sign in", check_without_sign_in)
    for register in Register:
        if register not in can.fetches and register not in can.along:
            continue
        of_all: list[tuple[str, Callable[[Bench, Register], None]]] = [
            ("every row arrives, to the last", every_row),
            ("an empty register is empty and whole, or refused", empty_register),
            ("a deleted row is found by the full compare", deleted_row),
            ("a cancelled fetch stops", cancelled_fetch),
        ]
        if rig.page_size:
            of_all.append(("a register that ends on a page border is whole", page_border))
        if can.along.get(register, register) in can.delta:
            of_all += [
                ("nothing new takes at most one request and gives a cursor", nothing_new),
                ("what changed arrives", what_changed),
                ("a change in the very second of the cursor arrives", same_second),
                ("our clock being wrong loses nothing", wrong_clock),
                ("our time zone being another loses nothing", other_zone),
            ]
        for title, rule in of_all:
            yield Case(f"{register.value}: {title}", partial(_with, rule, register))


def _with(rule: Callable[[Bench, Register], None], register: Register, bench: Bench) -> None:
    rule(bench, register)


def check_is_green(bench: Bench) -> None:
    findings = list(bench.open().check())
    assert findings, "check looked at nothing"
    bad = [finding.problem.sentence() for finding in findings if finding.severity is Severity.RED and finding.problem]
    assert not bad, bad
    for finding in findings:
        assert finding.title
        assert (finding.severity is Severity.GREEN) == (finding.problem is None)


def check_changes_nothing(bench: Bench) -> None:
    list(bench.open().check())
    assert bench.world.guarded == 0
    if bench.rig.server:
        assert {request.method for request in bench.server.seen if "token" not in request.path} <= {"GET"}


def check_tells_the_clock(bench: Bench) -> None:
    if not bench.rig.server:
        return
    bench.world.clock.later(seconds=900)
    told = [finding.problem for finding in bench.open().check() if finding.severity is Severity.YELLOW]
    clocks = [problem for problem in told if problem and problem.code == catalogue.CLOCK_WRONG.code]
    assert [problem.code for problem in clocks] == [catalogue.CLOCK_WRONG.code]


def check_without_sign_in(bench: Bench) -> None:
    bench.world.secrets.entries.pop("token", None)
    outcome = bench.attempt(lambda: list(bench.open().check()))
    kinds = {finding.problem.kind for finding in outcome.value or () if finding.problem}
    kinds |= {outcome.error.problem.kind} if outcome.error else set()
    assert ErrorKind.SIGN_IN in kinds


def options_are_complete(bench: Bench) -> None:
    description = bench.rig.description
    for option in options_of(description.settings):
        assert option.label, option.name
        assert option.help.endswith((".", "…")), f"{option.name}: the help is a Swedish sentence"
    codes = [entry.code for entry in description.errors]
    assert len(codes) == len(set(codes))


def accounts_listed(bench: Bench) -> None:
    connector = bench.open()
    if not isinstance(connector, ListsFacts):
        return
    accounts = connector.accounts(bench.world.clock().date())
    assert accounts
    assert all(isinstance(account, Account) for account in accounts)


def two_objects(bench: Bench) -> None:
    first, second = bench.open(), bench.open()
    first.close()
    assert list(second.check())


def every_row(bench: Bench, register: Register) -> None:
    count = bench.rig.page_size * 2 + 3 if register is Register.ARTICLES and bench.rig.page_size else 7
    bench.rig.seed(register, count)
    pages = bench.pages(register)
    rows = [row for page in pages for row in page.rows]
    assert not [bad for page in pages for bad in page.bad]
    assert all(isinstance(row, ROW_TYPE[register]) for row in rows)
    keys = [key_of(register, row) for row in rows]
    assert len(keys) == len(set(keys)), "a row came twice"
    missing = {bench.rig.key(register, number) for number in range(1, count + 1)} - set(keys)
    assert not missing
    assert pages[-1].full, "the last page of a whole register says so"
    assert not any(page.full or page.cursor for page in pages[:-1]), "only the last page may"


def page_border(bench: Bench, register: Register) -> None:
    if register not in {Register.ARTICLES, Register.CUSTOMERS}:
        every_row(bench, register)
        return
    bench.rig.seed(register, bench.rig.page_size)
    rows = bench.rows(register)
    assert bench.rig.key(register, bench.rig.page_size) in {key_of(register, row) for row in rows}


def empty_register(bench: Bench, register: Register) -> None:
    bench.rig.seed(register, 0)
    outcome = bench.attempt(lambda: bench.pages(register))
    if outcome.error is not None:  # a chart without accounts is no chart: saying so is as good
        assert outcome.error.problem.fix
        return
    pages = outcome.value
    assert pages, "an empty register is one page"
    assert not [row for page in pages for row in page.rows]
    assert pages[-1].full or pages[-1].notes, "whole, or it says what is missing"


def deleted_row(bench: Bench, register: Register) -> None:
    bench.rig.seed(register, 5)
    before = {key_of(register, row) for row in bench.rows(register)}
    bench.rig.remove(register, 2)
    pages = bench.pages(register)
    after = {key_of(register, row): row for page in pages for row in page.rows}
    gone = bench.rig.key(register, 2)
    assert gone in before
    assert pages[-1].full
    assert gone not in after or getattr(after[gone], "active", True) is False


def cancelled_fetch(bench: Bench, register: Register) -> None:
    bench.rig.seed(register, 5)
    connector = bench.open()
    bench.world.cancel.set()
    outcome = bench.attempt(lambda: bench.rows(register, connector=connector))
    assert outcome.code == "S06"
    if bench.rig.server:
        assert bench.server.count() == 0


def _cursor(bench: Bench, register: Register) -> str:
    cursor = bench.pages(register)[-1].cursor
    assert cursor, "a register with delta gives a cursor"
    return cursor


def nothing_new(bench: Bench, register: Register) -> None:
    bench.rig.seed(register, 5)
    bench.wait(3600)
    cursor = _cursor(bench, register)
    bench.wait(3600)
    cursor = bench.pages(register, cursor)[-1].cursor or cursor
    bench.wait(3600)
    connector = bench.open()
    before = bench.server.count("GET") if bench.rig.server else 0
    pages = bench.pages(register, cursor, connector)
    assert not [row for page in pages for row in page.rows]
    assert pages[-1].cursor, "the next cursor"
    assert not pages[-1].full, "a delta is not the whole register"
    if bench.rig.server:
        assert bench.server.count("GET") - before <= 1


def what_changed(bench: Bench, register: Register) -> None:
    bench.rig.seed(register, 5)
    bench.wait(3600)
    cursor = _cursor(bench, register)
    bench.wait(3600)
    bench.rig.touch(register, 3)
    bench.wait(3600)
    rows = bench.rows(register, cursor)
    assert bench.rig.key(register, 3) in {key_of(register, row) for row in rows}
    assert rows == bench.rows(register, cursor), "asked again it is told again"


def same_second(bench: Bench, register: Register) -> None:
    bench.rig.seed(register, 5)
    bench.wait(3600)
    cursor = _cursor(bench, register)
    bench.rig.touch(register, 3)
    assert bench.rig.key(register, 3) in {key_of(register, row) for row in bench.rows(register, cursor)}


def wrong_clock(bench: Bench, register: Register) -> None:
    for days in (3, -3):
        bench.world.clock.later(seconds=timedelta(days=days).total_seconds())
        what_changed(bench, register)


def other_zone(bench: Bench, register: Register) -> None:
    for hours in (14, -11):
        bench.world.clock.zone = timezone(timedelta(hours=hours))
        what_changed(bench, register)

"""Cases about the line and the other side: faults, hostile answers, rate limits, sign-in, refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from synccenter.contract import catalogue
from synccenter.contract.connector import Lookup
from synccenter.contract.errors import ErrorKind
from synccenter.contract.model import DocumentKind, Register
from tests.conformance.suite import Bench, Case, Outcome, Rig, key_of
from tests.worlds.fakes.server import FOR_GOOD, REFUSAL_TEXT, Fault, Request

_RETRY, _WAIT, _CONSULTANT = ErrorKind.RETRY, ErrorKind.WAIT, ErrorKind.CONTACT_CONSULTANT
_REFUSED = {ErrorKind.FIX_IN_BUSINESS_SYSTEM, ErrorKind.FIX_IN_SETTINGS, ErrorKind.CONTACT_CONSULTANT}

PASSING = (
    Fault.DROP_BEFORE,
    Fault.HALF_BODY,
    Fault.ERROR_BEFORE,
    Fault.BUSY,
    Fault.WAIT_SECONDS,
    Fault.WAIT_DATE,
    Fault.WAIT_BARE,
)

LASTING: dict[Fault, set[ErrorKind]] = {
    Fault.DROP_BEFORE: {_RETRY},
    Fault.HALF_BODY: {_RETRY},
    Fault.NEVER: {_RETRY},
    Fault.DRIP: {_RETRY},
    Fault.DRIP_HEADERS: {_RETRY},
    Fault.ERROR_BEFORE: {_RETRY},
    Fault.BUSY: {_RETRY, _WAIT},
    Fault.WAIT_SECONDS: {_WAIT},
    Fault.WAIT_DATE: {_WAIT},
    Fault.WAIT_BARE: {_WAIT},
    Fault.HTML: {_CONSULTANT},
    Fault.EMPTY: {_CONSULTANT},
    Fault.GARBAGE: {_CONSULTANT},
    Fault.XML: {_CONSULTANT},
    Fault.DEEP: {_CONSULTANT},
    Fault.HUGE: {_CONSULTANT},
    Fault.HUGE_DECLARED: {_CONSULTANT},
    Fault.BOMB: {_CONSULTANT},
    Fault.ELSEWHERE: _REFUSED,
    Fault.RING: {_CONSULTANT},
    Fault.FORBIDDEN: _REFUSED,
    Fault.GONE: _REFUSED,
    Fault.REFUSED: _REFUSED,
    Fault.ECHO: _REFUSED,
}

SILENT = {Fault.NEVER, Fault.DRIP, Fault.DRIP_HEADERS}
"""The faults that are felt as a time-out."""

DIRTY = (Fault.WRONG_TYPES, Fault.NULLS, Fault.UNKNOWN_ENUM, Fault.HOSTILE_TEXT)

LOST = (
    Fault.DROP_BEFORE,
    Fault.DROP_AFTER,
    Fault.HALF_BODY,
    Fault.NEVER,
    Fault.DRIP,
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
    Fault.HTML,
    Fault.EMPTY,
    Fault.GARBAGE,
    Fault.DEEP,
    Fault.HUGE_DECLARED,
    Fault.ELSEWHERE,
)

NOT_TAKEN = (Fault.WAIT_SECONDS, Fault.WAIT_BARE, Fault.FORBIDDEN, Fault.GONE, Fault.REFUSED, Fault.ECHO)


def cases(rig: Rig) -> Iterator[Case]:
    """What applies to this connector: nothing when it does not speak HTTP."""
    can = rig.description.capabilities
    if rig.server is None:
        return
    if can.fetches:
        yield from _fetch_cases()
    for kind in DocumentKind:
        if kind in can.sends:
            yield from _send_cases(kind, can.lookup)
    if can.needs_sign_in:
        yield Case("an access token that expires mid-run is renewed", token_expires)
        yield Case("a new token is kept before it is used", token_kept)
        yield Case("two objects renew a token once", token_once)
        yield Case("a revoked sign-in asks a person to sign in", token_revoked)
    for code in rig.refusals():
        yield Case(f"refusal {code} is recognised", partial(refusal, code))
    yield Case("every error of its own has an answer that leads to it", all_refusals)


def _fetch_cases() -> Iterator[Case]:
    for fault in PASSING:
        yield Case(f"a read gets over it once: {fault.value}", partial(passes, fault))
    for fault in LASTING:
        yield Case(f"a read ends in a clear error: {fault.value}", partial(lasts, fault))
    for fault in DIRTY:
        yield Case(f"one bad row stops nothing: {fault.value}", partial(dirty_row, fault))
    yield Case("a server that is off gives RETRY", server_off)
    yield Case("the limit is kept before it is hit", limit_kept)
    yield Case("a wait asked for is waited out", asked_wait)
    yield Case("Avbryt ends a wait", cancelled_wait)


def _send_cases(kind: DocumentKind, lookup: Lookup) -> Iterator[Case]:
    if lookup is not Lookup.NONE:
        for fault in LOST:
            yield Case(
                f"{kind.value}: exactly once when each answer in turn is: {fault.value}", partial(lost, fault, kind)
            )
    for fault in NOT_TAKEN:
        yield Case(f"{kind.value}: certain that nothing was booked: {fault.value}", partial(not_taken, fault, kind))
    yield Case(f"{kind.value}: certain that nothing was booked when the server is off", partial(send_off, kind))


def _api(request: Request) -> bool:
    return "token" not in request.path


def _writes(request: Request) -> bool:
    return _api(request) and request.method != "GET"


def _probe(bench: Bench) -> Register:
    """A register to try the line with."""
    order = (Register.ARTICLES, Register.CUSTOMERS, Register.ACCOUNTS)
    return next((one for one in order if one in bench.can.fetches), next(iter(bench.can.fetches)))


def _wanted(bench: Bench, count: int = 5) -> set[object]:
    bench.rig.seed(_probe(bench), count)
    return {bench.rig.key(_probe(bench), number) for number in range(1, count + 1)}


def _got(bench: Bench) -> set[object]:
    return {key_of(_probe(bench), row) for row in bench.rows(_probe(bench))}


def passes(fault: Fault, bench: Bench) -> None:
    wanted = _wanted(bench)
    bench.server.fail(fault, on=_api)
    assert wanted <= _got(bench)


def lasts(fault: Fault, bench: Bench) -> None:
    _wanted(bench)
    bench.world.timeout = 0.2 if fault in SILENT else bench.world.timeout
    bench.server.fail(fault, times=FOR_GOOD, on=_api)
    outcome = bench.attempt(lambda: bench.rows(_probe(bench)))
    assert outcome.error is not None, f"took {outcome.value}"
    assert outcome.error.problem.kind in LASTING[fault], outcome.error
    assert not outcome.error.uncertain, "a read changes nothing"
    assert bench.server.sent_bytes < 150_000_000, "read on and on"
    if fault in {Fault.GONE, Fault.REFUSED, Fault.ECHO}:
        assert REFUSAL_TEXT in outcome.error.problem.detail, "the unknown is shown in full"


def dirty_row(fault: Fault, bench: Bench) -> None:
    wanted = _wanted(bench)
    register = _probe(bench)
    path = bench.rig.path(register)
    bench.server.fail(fault, times=FOR_GOOD, on=lambda request: request.path == path)
    pages = bench.pages(register)
    assert bench.server.count("GET", path), f"nothing was asked of {path}"
    rows = [row for page in pages for row in page.rows]
    bad = [one for page in pages for one in page.bad]
    assert len(wanted & {key_of(register, row) for row in rows}) >= len(wanted) - 1
    assert len(rows) + len(bad) >= len(wanted), "the bad row is named"
    for one in bad:
        assert one.where
        assert one.why
        assert "\n" not in one.where + one.why
    for row in rows:
        assert "\n" not in str(getattr(row, "name", ""))


def server_off(bench: Bench) -> None:
    connector = bench.open()
    bench.server.close()
    outcome = bench.attempt(lambda: bench.rows(_probe(bench), connector=connector))
    assert outcome.error is not None
    assert outcome.error.problem.kind is ErrorKind.RETRY


def limit_kept(bench: Bench) -> None:
    _wanted(bench, 1)
    connector = bench.open()
    for _ in range(bench.rig.limit + 20):
        bench.rows(_probe(bench), connector=connector)
    assert bench.rig.refused_for_pace() == 0
    assert bool(bench.world.cancel.waits) == bool(bench.rig.limit)


def asked_wait(bench: Bench) -> None:
    wanted = _wanted(bench)
    bench.server.fail(Fault.WAIT_SECONDS, times=2, on=_api)
    assert wanted <= _got(bench)
    assert sum(bench.world.cancel.waits) >= 14


def cancelled_wait(bench: Bench) -> None:
    _wanted(bench)
    bench.server.fail(Fault.WAIT_SECONDS, times=FOR_GOOD, on=_api)
    bench.world.cancel.cancel_at_wait = True
    outcome = bench.attempt(lambda: bench.rows(_probe(bench)))
    assert outcome.code == catalogue.CANCELLED.code


# --- sending over a bad line ---------------------------------------------------------------------------------


def _through(bench: Bench, kind: DocumentKind, number: int) -> None:
    """What the engine does with a document: send; when unclear look it up; send again only when it is not there."""
    document = bench.rig.document(kind, number)
    outcome = bench.send(document)
    for _ in range(4):
        if outcome.error is None:
            return
        if outcome.error.uncertain:
            found = bench.attempt(lambda: bench.find(document))
            if found.error is None and found.value is not None:
                return
        else:
            assert bench.rig.books(document) == 0, "said that nothing was booked, but something was"
        outcome = bench.send(document)
    raise AssertionError(f"never got through: {outcome.error}")


def lost(fault: Fault, kind: DocumentKind, bench: Bench) -> None:
    bench.world.timeout = 0.4 if fault in SILENT else bench.world.timeout
    before = sum(map(_writes, bench.server.seen))
    _through(bench, kind, 1)
    writes = sum(map(_writes, bench.server.seen)) - before
    # An answer that drips is given up only at the time for the whole of it: tried where it begins and where it ends.
    turns = {0, writes - 1} if fault is Fault.DRIP else range(writes)
    for turn in sorted(turns):
        bench.server.heal()
        bench.server.fail(fault, on=_nth_write(turn))
        _through(bench, kind, turn + 2)
        assert bench.rig.books(bench.rig.document(kind, turn + 2)) == 1, f"write {turn + 1} of {writes}"


def _nth_write(turn: int) -> Callable[[Request], bool]:
    met = -1

    def matches(request: Request) -> bool:
        nonlocal met
        met += _writes(request)
        return _writes(request) and met == turn

    return matches


def not_taken(fault: Fault, kind: DocumentKind, bench: Bench) -> None:
    bench.server.fail(fault, on=_nth_write(0))
    document = bench.rig.document(kind)
    outcome: Outcome = bench.send(document)
    if outcome.error is None:
        assert bench.rig.books(document) == 1
        return
    assert not outcome.error.uncertain
    assert bench.rig.books(document) == 0
    if fault in {Fault.GONE, Fault.REFUSED, Fault.ECHO}:
        assert REFUSAL_TEXT in outcome.error.problem.detail, "the unknown is shown in full"


def send_off(kind: DocumentKind, bench: Bench) -> None:
    connector = bench.open()
    document = bench.rig.document(kind)
    bench.server.close()
    outcome = bench.send(document, connector)
    assert outcome.error is not None
    assert outcome.error.problem.kind is ErrorKind.RETRY
    assert not outcome.error.uncertain, "nothing can be booked over a line that was never open"


# --- signing in ----------------------------------------------------------------------------------------------


def token_expires(bench: Bench) -> None:
    count = bench.rig.page_size + 5 if bench.rig.page_size else 5
    wanted = _wanted(bench, count)
    connector = bench.open()
    pages = connector.fetch(_probe(bench), None)  # type: ignore[attr-defined]
    rows = list(next(pages).rows)
    bench.rig.expire_sign_in()
    rows += [row for page in pages for row in page.rows]
    bench.rig.expire_sign_in()
    assert wanted <= {key_of(_probe(bench), row) for row in rows}
    assert wanted <= {key_of(_probe(bench), row) for row in bench.rows(_probe(bench), connector=connector)}


def token_kept(bench: Bench) -> None:
    wanted = _wanted(bench)
    _got(bench)
    old = bench.server.seen[-1].headers["Authorization"]
    bench.rig.expire_sign_in()
    kept = bench.world.secrets.get("token")
    bench.server.fail(
        Fault.ERROR_BEFORE, times=FOR_GOOD, on=lambda one: _api(one) and one.headers.get("Authorization") != old
    )
    assert bench.attempt(lambda: _got(bench)).error is not None
    assert bench.world.secrets.get("token") != kept, "kept although its first use failed"
    bench.server.heal()
    asked = bench.server.count("POST", "token")
    assert wanted <= _got(bench)
    assert bench.server.count("POST", "token") == asked, "the kept token signs the next object in"


def token_once(bench: Bench) -> None:
    wanted = _wanted(bench)
    first, second = bench.open(), bench.open()
    bench.rows(_probe(bench), connector=first)
    bench.rows(_probe(bench), connector=second)
    bench.rig.expire_sign_in()
    before = bench.server.count("POST", "token")
    assert wanted <= {key_of(_probe(bench), row) for row in bench.rows(_probe(bench), connector=first)}
    assert wanted <= {key_of(_probe(bench), row) for row in bench.rows(_probe(bench), connector=second)}
    assert bench.server.count("POST", "token") - before == 1


def token_revoked(bench: Bench) -> None:
    _wanted(bench)
    bench.rig.revoke_sign_in()
    outcome = bench.attempt(lambda: bench.rows(_probe(bench)))
    assert outcome.error is not None
    assert outcome.error.problem.kind is ErrorKind.SIGN_IN


# --- the connector's own table of errors -----------------------------------------------------------------------


def refusal(code: str, bench: Bench) -> None:
    kind = next((one for one in DocumentKind if one in bench.can.sends), None)
    bench.server.fail(bench.rig.refusals()[code], times=FOR_GOOD, on=_writes if kind else _api)
    outcome = bench.send(bench.rig.document(kind)) if kind else bench.attempt(lambda: bench.rows(_probe(bench)))
    assert outcome.code == code, outcome.error
    assert outcome.error is not None
    assert not outcome.error.uncertain
    if kind:
        assert bench.rig.books(bench.rig.document(kind)) == 0


def all_refusals(bench: Bench) -> None:
    codes = {entry.code for entry in bench.rig.description.errors}
    assert set(bench.rig.refusals()) | set(bench.rig.raised_elsewhere) == codes

"""The rules that every connector keeps, as cases. A connector's own test is short:

    @pytest.mark.parametrize("case", conformance.cases(VismaRig), ids=str)
    def test_conforms(case: conformance.Case, tmp_path: Path) -> None:
        case.run(VismaRig, tmp_path)

What applies follows from the connector's `Capabilities` and from its rig: a connector without HTTP gets no
cases about the line. `docs/NY-INTEGRATION.md` tells how to write a rig. The cases themselves are in
`abilities.py` (what the object can, against what is said of it), `fetch.py`, `codes.py`, `send.py`, `rehearsal.py`,
`attach.py`, `line.py` and `job.py` (the main job through the real engine) beside this file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from msgspec import Struct
from msgspec.structs import replace

from synccenter.contract.asked import Demand
from synccenter.contract.connector import (
    AnyDescription,
    Booked,
    Capabilities,
    Connector,
    Delivered,
    FetchesRegisters,
    FinishesDocuments,
    Page,
    ReadsBack,
    SendsDocuments,
    Sent,
    Session,
)
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Document, DocumentKind, Invoice, Percent, Register, Voucher
from synccenter.truth.standing import Standing, Verdict, look_up
from tests.conformance.harm import Harm
from tests.worlds.fakes.server import FakeServer, Reply
from tests.worlds.session import Surroundings, decoded, watched_connections

T = TypeVar("T")


class Needs(Struct, frozen=True):
    """What the business system must know before the demo's sales reach it.

    `accounts` are all that the settings name; `articles` those that are sold, with their VAT rate; `customers` those
    that buy. `kind` is what the sales are sent as.
    """

    kind: DocumentKind
    accounts: frozenset[int]
    articles: Mapping[str, Percent]
    customers: frozenset[str]


class Rig(Protocol):
    """What a connector's test tells the suite: how to set up its business system, and how to look into it.

    `server` is the fake when the connector speaks HTTP, else None. `page_size` is how many rows the connector
    asks for at a time (0: no paging). `limit` is the number of requests that the fake takes before it says 429
    (0: no limit). `concerns_all` are the codes of `refusals` that no other document could get past either, as the
    business system means them. `raised_elsewhere` are codes of the connector's own errors that no single answer leads
    to; its other tests prove those.
    """

    description: AnyDescription
    server: FakeServer | None
    page_size: int
    limit: int
    raised_elsewhere: Collection[str]
    concerns_all: Collection[str]
    unseen: Collection[Harm]

    def values(self) -> Mapping[str, Any]:
        """The connector's option values."""
        ...

    def seed(self, register: Register, count: int) -> None:
        """Make the register hold exactly `count` rows (more, when others depend on it), numbered from 1."""
        ...

    def touch(self, register: Register, number: int) -> None:
        """Change row `number` in the business system at its present time."""
        ...

    def remove(self, register: Register, number: int) -> None:
        """Delete row `number`, or whatever counts as that there."""
        ...

    def key(self, register: Register, number: int) -> object:
        """What `key_of` gives for row `number`."""
        ...

    def path(self, register: Register) -> str:
        """The path whose answers hold the rows of the register."""
        ...

    def document(self, kind: DocumentKind, number: int = 1) -> Document:
        """A document that can be booked; another reference for each number."""
        ...

    def books(self, document: Document) -> int:
        """How many times the document stands in the business system, in full."""
        ...

    def prepare(self, needs: Needs) -> Mapping[str, str]:
        """Make the business system ready for the demo's sales; the posting settings that they need besides."""
        ...

    def place(self, document: Document) -> bool:
        """Put a voucher or invoice into the books as somebody else would, whatever stands there. False: it cannot."""
        ...

    def spoil(self, document: Voucher | Invoice, harm: Harm) -> bool:
        """Change what stands in the books of a document that was sent, as a person there could. False: nobody can."""
        ...

    def draft(self, document: Document) -> bool:
        """Put a voucher or invoice there as a draft, not in the books. False: there are none of its kind there."""
        ...

    def refusals(self) -> Mapping[str, Reply]:
        """By the code of each entry of the description's own errors: an answer that must lead to it."""
        ...

    def complaints(self) -> Collection[str]:
        """What the fake found wrong with requests (against the vendor's description, say)."""
        ...

    def refused_for_pace(self) -> int:
        """How many times the fake has said 429 of its own."""
        ...

    def expire_sign_in(self) -> None:
        """Make the access token worthless from now on; the refresh token still works."""
        ...

    def revoke_sign_in(self) -> None:
        """Make the whole sign-in worthless."""
        ...

    def close(self) -> None:
        """Stop the fake."""
        ...


@runtime_checkable
class LeavesDrafts(Protocol):
    """A rig where sending leaves drafts that a person posts."""

    def post_by_hand(self) -> None:
        """Post all of them."""
        ...


@runtime_checkable
class SetsDemands(Protocol):
    """A rig whose accounts can demand a cost centre or a project, or take none."""

    def demand(self, account: int, what: str, demand: Demand) -> bool:
        """Let an account say so of "cost_centre" or "project". False: the system has no such thing."""
        ...


@runtime_checkable
class MovesCodes(Protocol):
    """A rig whose articles, numbered as by `seed`, change their barcodes and go out of use."""

    def put_code(self, number: int, code: str) -> None:
        """Give an article this barcode and no other ("": none) at the present time."""
        ...

    def inactivate(self, number: int) -> None:
        """Take an article out of use there at the present time; its barcode stays on it where that can be."""
        ...


@runtime_checkable
class TroublesBuyers(Protocol):
    """A rig whose customers can be such that no receipt can be invoiced to them."""

    def troubles(self) -> Mapping[str, Callable[[], None]]:
        """By the code that it must lead to: what does that to the customer of `document(INVOICE)`."""
        ...


@runtime_checkable
class KeepsCentres(Protocol):
    """A rig whose books tell cost centres: of each row of a voucher, and of an invoice's sales where they do."""

    centre: str
    """One that documents can be sent with."""

    def recentre(self, document: Voucher | Invoice) -> None:
        """Put the first row of what was sent, or of what was booked of it, that has one on another cost centre."""
        ...


RigType = Callable[[Surroundings], Rig]


class Outcome(Struct, frozen=True):
    """What a call gave: a value or a `SyncError`."""

    value: Any = None
    error: SyncError | None = None

    @property
    def code(self) -> str:
        """The error's code, "" when there was none."""
        return self.error.problem.code if self.error else ""


class Bench:
    """A connector on its rig, for the length of a case."""

    def __init__(self, rig: Rig, world: Surroundings) -> None:
        self.rig = rig
        self.world = world
        self.opened: list[Connector] = []
        self.errors: list[SyncError] = []

    @property
    def server(self) -> FakeServer:
        """The fake, in cases about the line."""
        assert self.rig.server is not None
        return self.rig.server

    @property
    def can(self) -> Capabilities:
        """What the connector says that it can."""
        return self.rig.description.capabilities

    def session(self) -> Session[Any]:
        """What the connector is opened with: the rig's settings, the world around it."""
        return self.world.session(decoded(self.rig.description.settings, self.rig.values()))

    def open(self) -> Connector:
        """A new connector object on the same business system."""
        connector = self.rig.description.open(self.session())
        self.opened.append(connector)
        return connector

    def attempt(self, call: Callable[[], T]) -> Outcome:
        """Call; a `SyncError` is an outcome, anything else breaks the contract and the case."""
        try:
            return Outcome(value=call())
        except SyncError as error:
            self.errors.append(error)
            return Outcome(error=error)

    def pages(self, register: Register, since: str | None = None, connector: Connector | None = None) -> list[Page]:
        """All pages of a register; of one that comes along, its rows from the pages of the other."""
        connector = connector or self.open()
        assert isinstance(connector, FetchesRegisters)
        carrier = self.can.along.get(register, register)
        pages = list(connector.fetch(carrier, since))
        return pages if carrier is register else [replace(one, rows=one.also.get(register, ())) for one in pages]

    def rows(self, register: Register, since: str | None = None, connector: Connector | None = None) -> list[Any]:
        """All rows of a register."""
        return [row for page in self.pages(register, since, connector) for row in page.rows]

    def send(self, document: Document, connector: Connector | None = None) -> Outcome:
        """Send a document."""
        connector = connector or self.open()
        assert isinstance(connector, SendsDocuments)
        return self.attempt(lambda: connector.send(document))

    def look_up(self, document: Document, connector: Connector | None = None) -> Verdict:
        """Look a document up as the program does, once what was lost must have settled."""
        connector = connector or self.open()
        assert isinstance(connector, SendsDocuments)
        self.wait(self.can.settle_seconds)
        return look_up(connector, document)

    def find(self, document: Document, connector: Connector | None = None) -> Sent | None:
        """The document as it is found, gone on with where it was cut short; None when it is not there."""
        connector = connector or self.open()
        verdict = self.look_up(document, connector)
        if verdict.standing is Standing.MISSING:
            return None
        if verdict.standing is Standing.UNFINISHED:
            assert isinstance(connector, FinishesDocuments), "who leaves documents unfinished can finish them"
            return connector.finish(document, verdict.hits[0])
        assert verdict.standing is Standing.OURS, verdict
        return Sent(verdict.hits[0].external_id, verdict.hits[0].number)

    def read_back(self, document: Document, external_id: str = "") -> list[Booked]:
        """All that the books hold of a document."""
        connector = self.open()
        assert isinstance(connector, ReadsBack)
        return list(connector.read_back([Delivered(document, external_id)]))

    def wait(self, seconds: float) -> None:
        """Time passes, here and there."""
        self.world.clock.later(seconds=seconds)
        self.world.server_clock.later(seconds=seconds)

    def finish(self, hosts: set[str]) -> None:
        """What holds after every case: no foreign host, no secret written down, close() harmless."""
        for connector in self.opened:
            connector.close()
            connector.close()
        if self.rig.server:
            foreign = {host for host in hosts if host != self.rig.server.host}
            assert not foreign, f"spoke to {foreign}"
        assert not self.rig.complaints(), list(self.rig.complaints())[:3]
        texts = [*self.world.debug_rows, *(str(error) for error in self.errors)]
        for secret in self._secrets():
            leaks = [text for text in texts if secret in text]
            assert not leaks, f"a secret was written down: {leaks[0][:200]}"
        for person in self.rig.server.people if self.rig.server else ():
            told = [text for text in self.world.debug_rows if person in text]
            assert not told, f"somebody's data was written down ({person}): {told[0][:300]}"
        for text in texts:
            assert "\n" not in text, f"a row can be forged: {text[:200]!r}"

    def _secrets(self) -> set[str]:
        """Every secret there ever was, also those inside JSON; what is letters only is the name of a scope there."""
        words: set[str] = set()
        for value in self.world.secrets.ever:
            words |= {word for word in value.replace('"', " ").split() if len(word) >= 16 and not word.isalpha()}
        return words


class Case(Struct, frozen=True):
    """One rule, for one connector."""

    name: str
    rule: Callable[[Bench], None]

    def __str__(self) -> str:
        return self.name

    def run(self, rig_type: RigType, folder: Path) -> None:
        """Hold a fresh connector on a fresh business system to the rule."""
        world = Surroundings(folder)
        rig = rig_type(world)
        bench = Bench(rig, world)
        with watched_connections() as hosts:
            try:
                self.rule(bench)
                bench.finish(hosts)
            finally:
                with suppress(OSError):
                    rig.close()


Family = Callable[[Rig], Iterator[Case]]


def cases(rig_type: RigType) -> Sequence[Case]:
    """Every case that applies to the connector."""
    from tests.conformance import abilities as conformance_abilities
    from tests.conformance import attach as conformance_attach
    from tests.conformance import codes as conformance_codes
    from tests.conformance import fetch as conformance_fetch
    from tests.conformance import job as conformance_job
    from tests.conformance import line as conformance_line
    from tests.conformance import quiet as conformance_quiet
    from tests.conformance import rehearsal as conformance_rehearsal
    from tests.conformance import send as conformance_send

    with tempfile.TemporaryDirectory() as folder:
        rig = rig_type(Surroundings(Path(folder)))
        try:
            families: tuple[Family, ...] = (
                conformance_abilities.cases,
                conformance_fetch.cases,
                conformance_codes.cases,
                conformance_quiet.cases,
                conformance_send.cases,
                conformance_rehearsal.cases,
                conformance_attach.cases,
                conformance_line.cases,
                conformance_job.cases,
            )
            found = [case for family in families for case in family(rig)]
        finally:
            rig.close()
    names = [case.name for case in found]
    assert len(names) == len(set(names)), "two cases of one name"
    return found


KEY_FIELDS: Mapping[Register, tuple[str, ...]] = {
    Register.ACCOUNTS: ("number",),
    Register.GROUPS: ("code",),
    Register.ARTICLES: ("number",),
    Register.BARCODES: ("code",),
    Register.PRICES: ("price_list", "article"),
    Register.STOCK: ("article",),
    Register.CUSTOMERS: ("number",),
}


def key_of(register: Register, row: Any) -> object:
    """What tells rows of a register apart."""
    values = tuple(getattr(row, name) for name in KEY_FIELDS[register])
    return values[0] if len(values) == 1 else values

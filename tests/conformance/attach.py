"""Cases about files with vouchers: once each, whatever is lost or killed, and with no fault of the voucher."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol, runtime_checkable

from synccenter.contract.connector import Attaches, Attachment, Delivered, SendsDocuments
from synccenter.contract.model import Document, DocumentKind
from tests.conformance.suite import Bench, Case, Outcome, Rig
from tests.worlds.fakes.server import Fault, Reply, Request

PDF = b"%PDF-1.3\n%\xe5\xe4\xf6 Z-rapport\n%%EOF\n"

LOST = (
    Fault.DROP_BEFORE,
    Fault.DROP_AFTER,
    Fault.HALF_BODY,
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
    Fault.BUSY,
    Fault.WAIT_SECONDS,
    Fault.HTML,
    Fault.FORBIDDEN,
    Fault.REFUSED,
)


@runtime_checkable
class AttachingRig(Protocol):
    """What a rig tells besides, when its connector attaches files."""

    def attached(self, document: Document) -> Sequence[tuple[str, bytes]]:
        """(name, content) of the files that stand with the voucher."""
        ...

    def loose(self) -> int:
        """How many files lie in the business system and stand with nothing."""
        ...

    def attach_by_hand(self, document: Document) -> bool:
        """Somebody else puts a file of their own with the voucher. False: it cannot be done."""
        ...


def cases(rig: Rig) -> Iterator[Case]:
    """What applies to this connector."""
    if not rig.description.capabilities.attaches:
        return
    yield Case("a file is put with its voucher, and put once however often it is asked", once)
    yield Case("a file that somebody else has put with the voucher does not keep ours away", beside)
    yield Case("a program that has lost its memory puts no second file with a voucher", without_memory)
    yield Case("killed before any step of attaching, the next try leaves one file and nothing loose", killed)
    if rig.server is not None:
        for fault in LOST:
            for place in (1, 2):
                name = f"attaching, change {place}: one file and nothing loose after: {fault.value}"
                yield Case(name, partial(faulty, fault, place))


class Try:
    """A voucher in the books, and what the program remembers of its file."""

    def __init__(self, bench: Bench) -> None:
        rig = bench.rig
        assert isinstance(rig, AttachingRig), "a rig whose connector attaches tells what stands with a voucher"
        self.bench, self.rig = bench, rig
        self.document = rig.document(DocumentKind.VOUCHER)
        connector = bench.open()
        assert isinstance(connector, SendsDocuments)
        self.sent = connector.send(self.document)
        self.stored = ""
        self.tried = False

    def attach(self, *, guard: Callable[[], None] | None = None, doubtful: bool = False) -> Outcome:
        """One try, with all that earlier ones have told."""
        if guard is not None:
            self.bench.world.on_guard = guard
        connector = self.bench.open()
        assert isinstance(connector, Attaches)
        file = Attachment(
            name=f"{self.document.reference}.pdf", data=PDF, tried=self.tried, stored=self.stored, doubtful=doubtful
        )
        self.tried = True
        return self.bench.attempt(
            lambda: connector.attach(Delivered(self.document, self.sent.external_id), file, self._keep)
        )

    def _keep(self, stored: str) -> None:
        self.stored = stored

    @property
    def there(self) -> list[tuple[str, bytes]]:
        """What stands with the voucher."""
        return list(self.rig.attached(self.document))

    @property
    def ours(self) -> list[tuple[str, bytes]]:
        """The one file that should stand there."""
        return [(f"{self.document.reference}.pdf", PDF)]

    def finished(self) -> None:
        """Ours stands there once, and nothing lies loose."""
        assert self.there == self.ours
        assert not self.rig.loose()


def once(bench: Bench) -> None:
    case = Try(bench)
    for _ in range(3):
        assert case.attach().error is None
        case.finished()
    case.stored = ""  # and when the id was never kept
    assert case.attach(doubtful=True).error is None
    case.finished()


def beside(bench: Bench) -> None:
    case = Try(bench)
    if not case.rig.attach_by_hand(case.document):
        return
    assert case.attach().error is None
    assert case.ours[0] in case.there
    assert len(case.there) == 2


def without_memory(bench: Bench) -> None:
    case = Try(bench)
    assert case.attach().error is None
    case.stored, case.tried = "", False
    assert case.attach(doubtful=True).error is None
    case.finished()


class Killed(BaseException):
    """The program was ended, between two steps."""


def killed(bench: Bench) -> None:
    case = Try(bench)
    for step in range(1, 40):
        asked = 0

        def guard(step: int = step) -> None:
            nonlocal asked
            asked += 1
            if asked == step:
                raise Killed

        try:
            outcome = case.attach(guard=guard)
        except Killed:
            bench.world.on_guard = lambda: None
            bench.wait(bench.can.settle_seconds)
            continue
        assert outcome.error is None
        break
    bench.world.on_guard = lambda: None
    assert case.attach().error is None
    case.finished()


def faulty(fault: Fault, place: int, bench: Bench) -> None:
    """The answer to a change goes wrong once."""
    case, changes = Try(bench), 0

    def hits(request: Request) -> bool:
        nonlocal changes
        changes += request.method != "GET"
        return request.method != "GET" and changes == place

    spoilt: Fault | Reply = fault
    bench.server.fail(spoilt, on=hits)
    for _ in range(4):
        if case.attach().error is None:
            break
        bench.wait(bench.can.settle_seconds)
    case.finished()

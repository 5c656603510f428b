"""What is asked of a business system: for one receipt, by a quiet run, and by a new ledger's first run.

`python -m benchmarks.asked [receipt|quiet|first] [nav|nav_v3|nav_soap|business_central|fortnox|bokio|visma]`

Each request is told with its method and path, from the tests' own servers through the real connector.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from synccenter.contract.connector import SendsDocuments
from synccenter.contract.model import DocumentKind
from tests.conformance.job import UNITS, Trial
from tests.conformance.quiet import quiet_run
from tests.conformance.suite import Bench, Rig
from tests.connectors.bokio.rig import BokioRig
from tests.connectors.business_central.rig import BusinessCentralRig
from tests.connectors.fortnox.rig import FortnoxRig
from tests.connectors.visma.rig import VismaRig
from tests.worlds.fakes.nav_rig import NavRig, NavSoapRig, NavV3Rig
from tests.worlds.fakes.server import Request
from tests.worlds.session import Surroundings

RIGS: dict[str, Any] = {
    "nav": NavRig,
    "nav_v3": NavV3Rig,
    "nav_soap": NavSoapRig,
    "business_central": BusinessCentralRig,
    "fortnox": FortnoxRig,
    "bokio": BokioRig,
    "visma": VismaRig,
}
POSTING = (("auto", "journal"), ("auto", "rows"), ("leave", "rows"))
"""How NAV is told to post (`posting`) and to close an invoice (`closing`)."""


def told(one: Request) -> str:
    """A request in a few words; over SOAP with its operation."""
    action = one.headers.get("SOAPAction", "").strip('"').rpartition(":")[2]
    return f"{one.method} {one.path.rpartition('/')[2]} {action}".strip()


@contextmanager
def opened(rig_type: Any) -> Iterator[Bench]:
    """The rig, for a while."""
    with tempfile.TemporaryDirectory() as folder:
        world = Surroundings(Path(folder))
        rig = cast("Rig", rig_type(world))
        bench = Bench(rig, world)
        yield bench
        for connector in bench.opened:
            connector.close()
        rig.close()


def show(title: str, asked: Sequence[Request]) -> None:
    """The number, and each."""
    print(f"{title}: {len(asked)}")
    for one in asked:
        print(f"    {told(one)}")


def receipt(name: str) -> None:
    """The second document of each kind, when the facts of the first are known."""
    ways = POSTING if name.startswith("nav") else ((),)
    for way in ways:
        for kind in (DocumentKind.INVOICE, DocumentKind.VOUCHER):
            with opened(RIGS[name]) as bench:
                if way and isinstance(bench.rig, NavRig):
                    bench.rig.posting, bench.rig.closing = way
                connector = cast("SendsDocuments", bench.open())
                connector.send(bench.rig.document(kind, 1))
                before = len(bench.server.seen)
                connector.send(bench.rig.document(kind, 2))
                show(f"{name} {'/'.join(way)} {kind.value}", bench.server.seen[before:])


def quiet(name: str) -> None:
    """A run with nothing new, all registers."""
    with opened(RIGS[name]) as bench:
        show(f"{name}: tyst körning", quiet_run(bench))


def first(name: str) -> None:
    """A new ledger, all of whose days stand there already."""
    kinds = [one for one in UNITS if one in RIGS[name].description.capabilities.sends]
    for kind in kinds:
        for unit in UNITS[kind]:
            with opened(RIGS[name]) as bench:
                trial = Trial(bench, kind, unit)
                trial.run()
                trial.post_by_hand()
                sent = len(trial.sent())
                again = Trial(bench, kind, unit, "annan")
                bench.wait(600)
                before = len(bench.server.seen)
                outcome = again.run()
                show(f"{name} {unit}: {sent} sända, {outcome.confirmed} kända igen", bench.server.seen[before:])


def main() -> None:
    """Print what is wanted, of one system or all."""
    what = sys.argv[1] if len(sys.argv) > 1 else "receipt"
    for name in sys.argv[2:] or RIGS:
        {"receipt": receipt, "quiet": quiet, "first": first}[what](name)


if __name__ == "__main__":
    main()

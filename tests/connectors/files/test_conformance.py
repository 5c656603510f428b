"""The file connector keeps the contract's rules: those that apply without a line."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.files import DESCRIPTION, FileConnector
from connectors.formats.sie_writer import write
from synccenter.contract.model import Document, DocumentKind, Invoice, Posting, Register, Voucher
from tests.conformance import suite as conformance
from tests.conformance.harm import Harm, harmed
from tests.conformance.suite import Needs
from tests.worlds.fakes.server import FakeServer, Reply
from tests.worlds.session import Surroundings, decoded

HEADERS = {
    Register.GROUPS: ("varugrupper.csv", "varugrupp;namn;moms;konto"),
    Register.PRICES: ("prislista.csv", "artikelnr;pris inkl moms;prislista"),
    Register.CUSTOMERS: ("kunder.csv", "kundnr;namn;ort"),
}
ARTICLES = ("artiklar.csv", "artikelnr;namn;pris inkl moms;ean;saldo;aktiv")


class FilesRig:
    """See `conformance.Rig`. A register is a file; changing a row writes it anew."""

    description = DESCRIPTION
    page_size = 0
    limit = 0
    unseen: Collection[Harm] = ()
    centre = 'Södra "torget"'
    concerns_all: Collection[str] = ()
    raised_elsewhere: Collection[str] = tuple(entry.code for entry in DESCRIPTION.errors)
    server: FakeServer | None = None

    def __init__(self, world: Surroundings) -> None:
        self.world = world
        self.rows: dict[Register, dict[int, str]] = {}
        for name in ("in", "ut"):
            (world.folder / name).mkdir(exist_ok=True)
        for register in (Register.ARTICLES, Register.ACCOUNTS):  # what `check` looks for
            self.seed(register, 2)

    def values(self) -> Mapping[str, Any]:
        """See `Rig.values`."""
        folder = self.world.folder
        chart = folder / "kontoplan.se"
        return {
            "folder_in": str(folder / "in"),
            "folder_out": str(folder / "ut"),
            "chart_file": str(chart) if chart.exists() else "",
        }

    def seed(self, register: Register, count: int) -> None:
        """See `Rig.seed`."""
        self.rows[register] = {number: self._row(register, number, "") for number in range(1, count + 1)}
        self._write(register)

    def touch(self, register: Register, number: int) -> None:
        """See `Rig.touch`."""
        self.rows[register][number] = self._row(register, number, f" {self.world.server_clock.now:%H.%M.%S}")
        self._write(register)

    def remove(self, register: Register, number: int) -> None:
        """See `Rig.remove`."""
        del self.rows[register][number]
        self._write(register)

    def put_code(self, number: int, code: str) -> None:
        """See `MovesCodes.put_code`."""
        words = self.rows[Register.ARTICLES][number].split(";")
        self.rows[Register.ARTICLES][number] = ";".join([*words[:3], code, *words[4:]])
        self._write(Register.ARTICLES)

    def inactivate(self, number: int) -> None:
        """See `MovesCodes.inactivate`."""
        words = self.rows[Register.ARTICLES][number].split(";")
        self.rows[Register.ARTICLES][number] = ";".join([*words[:5], "nej"])
        self._write(Register.ARTICLES)

    def key(self, register: Register, number: int) -> object:
        """See `Rig.key`."""
        keys: dict[Register, object] = {
            Register.ACCOUNTS: 3000 + number,
            Register.GROUPS: f"G{number}",
            Register.BARCODES: f"73{number:06d}",
            Register.PRICES: ("Medlem", f"A{number}"),
            Register.CUSTOMERS: f"K{number}",
        }
        return keys.get(register, f"A{number}")

    def _row(self, register: Register, number: int, mark: str) -> str:
        rows = {
            Register.ACCOUNTS: f'#KONTO {3000 + number} "Konto {number}{mark}"',
            Register.GROUPS: f"G{number};Grupp {number}{mark};25;3001",
            Register.PRICES: f"A{number};10{len(mark)};Medlem",
            Register.CUSTOMERS: f"K{number};Kund {number}{mark};Lund",
        }
        return rows.get(register, f"A{number};Vara {number}{mark};10;73{number:06d};4;ja")

    def _write(self, register: Register) -> None:
        rows = [row for _, row in sorted(self.rows[register].items())]
        if register is Register.ACCOUNTS:
            head = [
                "#FLAGGA 0",
                "#FORMAT PC8",
                "#SIETYP 1",
                "#PROGRAM x 1",
                "#GEN 20261124",
                "#FNAMN Butik",
                "#RAR 0 20260101 20261231",
            ]
            text = "\r\n".join([*head, *rows, ""])
            (self.world.folder / "kontoplan.se").write_bytes(text.encode("cp437"))
            return
        name, header = HEADERS.get(register, ARTICLES)
        (self.world.folder / "in" / name).write_text("\n".join([header, *rows, ""]), encoding="utf-8")

    def path(self, register: Register) -> str:
        """There are no requests."""
        return ""

    def document(self, kind: DocumentKind, number: int = 1) -> Document:
        """See `Rig.document`."""
        return Voucher(f"K1-Z{number}", date(2026, 11, 23), "Z-rapport", (Posting(1910, 12500), Posting(3001, -12500)))

    def books(self, document: Document) -> int:
        """See `Rig.books`: files named after the reference, and those whose date is added to it."""
        name = re.compile(rf".* {re.escape(document.reference)}( \d{{4}}-\d\d-\d\d)?")
        return sum(1 for path in (self.world.folder / "ut").glob("*.si") if name.fullmatch(path.stem))

    def prepare(self, needs: Needs) -> Mapping[str, str]:
        """See `Rig.prepare`: a chart with those accounts."""
        self.rows[Register.ACCOUNTS] = {number: f'#KONTO {number} "Konto {number}"' for number in needs.accounts}
        self._write(Register.ACCOUNTS)
        return {}

    def place(self, document: Document) -> bool:
        """See `Rig.place`: another till delivered it. A folder cannot hold two files of one name."""
        before = self.books(document)
        connector = self.description.open(self.world.session(decoded(self.description.settings, self.values())))
        connector.send(document)  # type: ignore[attr-defined]
        return self.books(document) > before

    def attached(self, document: Document) -> list[tuple[str, bytes]]:
        """See `AttachingRig.attached`: what lies beside the SIE file under its name."""
        beside = (self.world.folder / "ut").glob(f"* {document.reference}.pdf")
        return [(f"{document.reference}.pdf", path.read_bytes()) for path in beside]

    def loose(self) -> int:
        """See `AttachingRig.loose`: beside nothing that was delivered, whether in a file of its own or a month's."""
        connector = self.description.open(self.world.session(decoded(self.description.settings, self.values())))
        assert isinstance(connector, FileConnector)
        archive = connector._outbox("").archive
        out = self.world.folder / "ut"
        return sum(not (archive / path.with_suffix(".si").name).exists() for path in out.glob("*.pdf"))

    def attach_by_hand(self, document: Document) -> bool:
        """See `AttachingRig.attach_by_hand`: a folder has one file of a name."""
        return False

    def spoil(self, document: Voucher | Invoice, harm: Harm) -> bool:
        """See `Rig.spoil`: somebody has changed the file in the archive."""
        assert isinstance(document, Voucher)
        now = harmed(document, harm)
        if now is None or not now.postings:
            return False
        connector = self.description.open(self.world.session(decoded(self.description.settings, self.values())))
        assert isinstance(connector, FileConnector)
        outbox = connector._outbox(document.reference)
        (name,) = outbox.names(document)
        (outbox.archive / name).write_bytes(write([now], connector._heading(), connector._names(), checksum=False))
        return True

    def recentre(self, document: Voucher | Invoice) -> None:
        """See `KeepsCentres.recentre`."""
        assert isinstance(document, Voucher), "files take no invoices"
        rows = tuple(replace(row, cost_centre="TORG" if row.cost_centre else "") for row in document.postings)
        connector = self.description.open(self.world.session(decoded(self.description.settings, self.values())))
        assert isinstance(connector, FileConnector)
        outbox = connector._outbox(document.reference)
        (name,) = outbox.names(document)
        now = [replace(document, postings=rows)]
        (outbox.archive / name).write_bytes(write(now, connector._heading(), connector._names(), checksum=False))

    def draft(self, document: Document) -> bool:
        """See `Rig.draft`: a file is delivered or not; whether it has been read in is `taken`."""
        return False

    def refusals(self) -> Mapping[str, Reply]:
        """Nobody answers."""
        return {}

    def complaints(self) -> Collection[str]:
        """Nobody judges."""
        return ()

    def refused_for_pace(self) -> int:
        """Nobody counts."""
        return 0

    def expire_sign_in(self) -> None:
        """Nobody signs in."""

    def revoke_sign_in(self) -> None:
        """Nobody signs in."""

    def close(self) -> None:
        """Nothing runs."""


class MonthRig(FilesRig):
    """The same with a file per month: what is sent waits for its month to be over."""

    def values(self) -> Mapping[str, Any]:
        """See `Rig.values`."""
        return {**super().values(), "per": "month"}

    def books(self, document: Document) -> int:
        """See `Rig.books`: what waits in its own folder, and what the lists say went out together."""
        name = re.compile(rf".* {re.escape(document.reference)}( \d{{4}}-\d\d-\d\d)?\.si")
        ours = self.world.folder / "ut" / ".jobsync"
        names = [path.name for path in (ours / "samlas").rglob("*.si")]
        names += [one for path in (ours / "samlade").glob("*.txt") for one in path.read_text("utf-8").splitlines()]
        return super().books(document) + sum(1 for one in names if name.fullmatch(one))


@pytest.mark.parametrize("case", conformance.cases(MonthRig), ids=str)
def test_conforms_with_a_file_per_month(case: conformance.Case, tmp_path: Path) -> None:
    case.run(MonthRig, tmp_path)


@pytest.mark.parametrize("case", conformance.cases(FilesRig), ids=str)
def test_conforms(case: conformance.Case, tmp_path: Path) -> None:
    case.run(FilesRig, tmp_path)

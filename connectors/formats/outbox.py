"""The folder that SIE files go out in: each voucher exactly once, whatever happens in between.

Three steps, each durable before the next:
1. `.jobsync/pending/<name>`: the file, read back and compared.
2. `.jobsync/arkiv/<name>`: its copy, for the proof later.
3. the pending file is renamed into the folder. The rename is the delivery, and it is atomic.

So a look-up is certain: pending there means not delivered; pending gone and archive there means delivered; neither
means never begun. The name follows from the reference, so nothing can be delivered under two names; where a voucher of
another day has taken it (a till that was replaced begins anew at 1) the date is added. Windows refuses
a rename onto an existing file; elsewhere we look first, and only one till owns the sync.

Where the shop wants a file per day, week or month, the third step goes into `.jobsync/samlas/` instead, and
`periods.py` makes one file of what lies there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from connectors.formats import file_errors, sie_reader
from connectors.formats.sie_file import SieFile
from connectors.formats.sie_writer import COST_CENTRE, PROJECT
from synccenter.contract.disk import own_folder, write_atomically
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Document, Posting, Voucher
from synccenter.contract.org_number import org_digits

_SAFE = re.compile(r"[A-Z0-9]+(?:[ ._-][A-Z0-9]+)*")
_NAMED = re.compile(r"JobOffice (?:\S+ )?(\S+?)(?: \d{4}-\d\d-\d\d)?\.si$")
_READ = re.compile(rb"#FLAGGA[ \t]+\"?1")


class Outbox:
    """The outgoing folder of one company. Several companies may share it: the name of a file tells whose it is."""

    def __init__(self, folder: Path, org_number: str, company: str = "") -> None:
        self.folder = folder
        self.pending = folder / ".jobsync" / "pending"
        self.archive = folder / ".jobsync" / "arkiv"
        self._lists = folder / ".jobsync" / "samlade"
        self._settled: dict[str, list[str]] = {}
        self._company = _owner(self.archive, org_number) or (_told_apart(company) if company else "")

    @property
    def _collected(self) -> Path:
        return self.folder / ".jobsync" / "samlas" / (self._company or "-")

    def name(self, reference: str, on: date | None = None) -> str:
        """`JobOffice 5563343689 Z-1-17.si`; a company without a number goes by its name. `on` is added when given.

        A reference with other signs is told apart by a checksum.

        So are small letters: Windows holds `a.si` and `A.si` for the same file.
        """
        safe = reference if _SAFE.fullmatch(reference) and len(reference) <= 80 else _told_apart(reference)
        dated = on.isoformat() if on else ""
        return " ".join(part for part in ("JobOffice", self._company, safe, dated) if part) + ".si"

    def _name_of(self, voucher: Voucher) -> str:
        """The name that a voucher goes out under: by its reference, and its date when another day has taken that."""
        plain = self.name(voucher.reference)
        if not self._is_there(self.archive / plain) or self._is_there(self.pending / plain):
            return plain
        days = {one.on for one in self.archived(plain).vouchers}
        return plain if days == {voucher.date} else self.name(voucher.reference, voucher.date)

    def names(self, document: Document) -> list[str]:
        """What has been delivered under the document's reference, whichever day it is of. Raises FIL01."""
        self._reach(document.reference)
        names = [self.name(document.reference)]
        if isinstance(document, Voucher):
            names.append(self.name(document.reference, document.date))
        return [name for name in names if self._delivered(name)]

    def deliver(self, voucher: Voucher, content: bytes, guard: Callable[[], None], *, collect: bool = False) -> str:
        """Deliver the bytes of a voucher once and return the file's name. `guard` is called before the last step.
        `collect`: to where it waits for its period to be over.

        Raises `SyncError`; `uncertain` only when the rename itself failed.
        """
        item = voucher.reference
        self._reach(item)
        name = self._name_of(voucher)
        pending, target = self.pending / name, (self._collected if collect else self.folder) / name
        if self._delivered(name):
            self._same_as_before(voucher, name)
            return name
        if self._is_there(target):
            if not self._holds(target, voucher):
                raise file_errors.FOREIGN_FILE.error(item=item, path=target)
            self._write(self.archive / name, self._read(target), item)  # ours, and only the archive was lost
            with file_errors.told(pending, item=item):
                pending.unlink(missing_ok=True)
            return name
        self._write(pending, content, item, shared=not collect)
        if self._read(pending) != content or not self._holds(pending, voucher):
            raise file_errors.READ_BACK.error(item=item)
        self._write(self.archive / name, content, item)
        guard()
        self._move(pending, target, item)
        return name

    def _move(self, pending: Path, target: Path, item: str) -> None:
        """The last step: atomic, and never onto another file."""
        if self._is_there(target):
            raise file_errors.FOREIGN_FILE.error(item=item, path=target)
        with file_errors.told(target, item=item, uncertain=True, denied=file_errors.NO_WRITING):
            pending.rename(target)
            _make_durable(target.parent)

    # --- what waits for its period (see `periods.py`) -------------------------------------------------------------

    def period_name(self, period: str) -> str:
        """`JobOffice 5563343689 period 2026-11.si`. No reference has small letters in its file's name but after `~`."""
        return " ".join(part for part in ("JobOffice", self._company, "period", period) if part) + ".si"

    def collected_names(self) -> list[str]:
        """The vouchers that wait for their period."""
        with file_errors.told(self._collected):
            if not self._collected.is_dir():
                return []
            return sorted(path.name for path in self._collected.glob("*.si"))

    def lists(self) -> dict[str, list[str]]:
        """This company's files of periods, handed over or about to be, with the vouchers in each."""
        with file_errors.told(self._lists):
            if not self._lists.is_dir():
                return {}
            for path in self._lists.glob(self.period_name("*") + ".txt"):
                name = path.name.removesuffix(".txt")
                if name not in self._settled:
                    self._settled[name] = path.read_text("utf-8").splitlines()
        found = dict(self._settled)
        for name in [name for name in found if self.is_pending(name)]:  # it may become another
            del self._settled[name]
        return found

    def is_pending(self, name: str) -> bool:
        """Whether a file has been begun and not handed over."""
        return self._is_there(self.pending / name)

    def hand_over(self, name: str, content: bytes, members: Sequence[str], guard: Callable[[], None]) -> None:
        """A period's file, in three steps. `members` are the vouchers in it."""
        self._reach(name)
        pending = self.pending / name
        self._write(pending, content, name, shared=True)
        if self._read(pending) != content:
            raise file_errors.READ_BACK.error(item=name)
        self._write(self._lists / f"{name}.txt", "".join(f"{one}\n" for one in members).encode(), name)
        guard()
        self._move(pending, self.folder / name, name)

    def forget_collected(self, name: str) -> None:
        """A voucher waits no longer: it has been handed over."""
        path = self._collected / name
        with file_errors.told(path):
            path.unlink(missing_ok=True)

    def put_beside(self, name: str, content: bytes, *, doubtful: bool) -> None:
        """A file of the same name beside one that was delivered. One that is there, whosever it is, stays.

        `doubtful`: it may have been put there before; then only beside a file that nobody has taken yet.
        """
        path = (self.folder / Path(name).name).with_suffix(".pdf")
        self._reach(path.name)
        if not self._is_there(path) and not (doubtful and self.imported(name)):
            self._write(path, content, path.name, shared=True)

    def _delivered(self, name: str) -> bool:
        """Whether a file has been delivered: certain either way."""
        return not self._is_there(self.pending / name) and self._is_there(self.archive / name)

    def archived(self, name: str) -> SieFile:
        """What was delivered under a name."""
        path = self.archive / Path(name).name
        return sie_reader.read(self._read(path), path.name, encoding="cp437")

    def everything(self) -> Iterator[tuple[str, SieFile]]:
        """All that was ever delivered to this folder and can be read, also under the name of another company."""
        for path in sorted(self.archive.glob("*.si")):
            if self._is_there(self.pending / path.name):
                continue
            with contextlib.suppress(SyncError):  # `check` tells of one that is damaged
                yield path.name, self.archived(path.name)

    def damaged(self, most: int) -> list[str]:
        """The names of archived files that are no SIE files any more, among the latest ones."""
        with file_errors.told(self.archive):
            if not self.archive.is_dir():
                return []
            latest = sorted(self.archive.glob("*.si"), key=lambda path: path.stat().st_mtime_ns)[-most:]
        return [path.name for path in latest if not self._whole(path)]

    def _whole(self, path: Path) -> bool:
        try:
            return bool(sie_reader.read(self._read(path), path.name, encoding="cp437").vouchers)
        except SyncError as error:
            if error.problem.code.startswith("SIE"):
                return False
            raise

    def imported(self, name: str) -> bool:
        """Whether the receiver has marked the file (#FLAGGA 1) or taken it away."""
        own = Path(name).name
        if self._is_there(self._collected / own):
            return False
        path = self.folder / next((period for period, members in self.lists().items() if own in members), own)
        with file_errors.told(path):
            return not path.exists() or _flag_is_set(path)

    def try_writing(self) -> None:
        """Prove that the folder can be written in, within our own part of it. Raises FIL01, FIL13, L01 or FIL12."""
        self._reach("")
        probe = self.pending / "prov"
        self._write(probe, b"", "")
        with file_errors.told(probe):
            probe.unlink(missing_ok=True)

    def waiting(self) -> list[tuple[float, str]]:
        """When they were delivered (seconds since 1970) and the names of files no receiver has marked, oldest first."""
        found: list[tuple[float, str]] = []
        with file_errors.told(self.folder):
            for path in self.folder.iterdir():
                if not (path.name.startswith("JobOffice ") and path.suffix.lower() == ".si"):
                    continue
                with contextlib.suppress(FileNotFoundError):  # the receiver took it away while we looked
                    if not _flag_is_set(path):
                        found.append((path.stat().st_mtime, path.name))
        return sorted(found)

    def _same_as_before(self, voucher: Voucher, name: str) -> None:
        if not self._holds(self.archive / name, voucher):
            raise file_errors.SENT_OTHERWISE.error(item=voucher.reference, file=name, archive=self.archive)

    def _holds(self, path: Path, voucher: Voucher) -> bool:
        """Whether a file is an SIE file with exactly this voucher's postings."""
        try:
            content = sie_reader.read(self._read(path), path.name, encoding="cp437")
        except SyncError as error:
            if error.problem.code.startswith("SIE"):
                return False
            raise
        return [rows_of(content)] == [[(posting.account, posting.amount) for posting in voucher.postings]]

    def _reach(self, item: str) -> None:
        with file_errors.told(self.folder, item=item, denied=file_errors.NO_WRITING):
            if not self.folder.is_dir():
                raise file_errors.FOLDER_GONE.error(item=item, path=self.folder)
            own_folder(self.archive.parent)
            self.pending.mkdir(exist_ok=True)
            own_folder(self.archive)
            own_folder(self._collected.parent)
            own_folder(self._collected)
            own_folder(self._lists)

    def _is_there(self, path: Path) -> bool:
        with file_errors.told(path):
            try:
                path.lstat()
            except FileNotFoundError:
                return False
            return True

    def _read(self, path: Path) -> bytes:
        with file_errors.told(path):
            return path.read_bytes()

    def _write(self, path: Path, content: bytes, item: str, *, shared: bool = False) -> None:
        with file_errors.told(path, item=item, denied=file_errors.NO_WRITING):
            write_atomically(path, content, shared=shared)  # the receiver reads what is delivered, and no copy


def reference_in(name: str) -> str:
    """The reference in a file's name; small letters and other signs only nearly so."""
    found = _NAMED.match(name)
    text = found[1] if found else ""
    return text if "~" not in text else text.partition("~")[0].replace("_", "-")


def _owner(archive: Path, org_number: str) -> str:
    """Whose file it is, in its name: `5563343689` however the till writes the number, so that a company whose number
    is written in another way is still itself. Earlier versions named files by the number as it was written, with a
    century or as VAT number; a folder that has such files goes on with them."""
    number = org_digits(org_number)
    written = (number, f"{number}01", *(century + number for century in ("16", "19", "20")))
    return next((form for form in written if number and any(archive.glob(f"JobOffice {form} *"))), number)


def _told_apart(text: str) -> str:
    """A text as part of a file's name, with a checksum of all of it."""
    digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    return re.sub(r"[^A-Za-z0-9]+", "_", text)[:60].strip("_") + "~" + digest


def rows_of(content: SieFile) -> list[tuple[int, int]]:
    """Account and amount of every row of a file."""
    return [(row.account, row.amount) for voucher in content.vouchers for row in voucher.transactions]


def postings_of(content: SieFile) -> tuple[Posting, ...]:
    """The rows of a file as postings, with cost centre and project as the file calls them."""
    return tuple(
        Posting(
            row.account,
            row.amount,
            cost_centre=dict(row.objects).get(COST_CENTRE, ""),
            project=dict(row.objects).get(PROJECT, ""),
        )
        for voucher in content.vouchers
        for row in voucher.transactions
    )


def _flag_is_set(path: Path) -> bool:
    with path.open("rb") as file:
        return _READ.search(file.read(200)) is not None


def _make_durable(folder: Path) -> None:
    with contextlib.suppress(OSError):  # Windows cannot open a folder; NTFS journals the rename itself
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

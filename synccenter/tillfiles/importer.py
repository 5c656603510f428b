"""Reads files into the store: in any order, overlapping, twice. What is new is kept, what is the same is nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.tillfiles import csv_receipts, export_events, sie_z, stream
from synccenter.tillfiles.export_events import Read
from synccenter.tillfiles.store import Numbered, Store, folded
from synccenter.tillfiles.values import BadEvent, FileCash, FileReceipt, FileZ, Header

BATCH = 1000
"""Receipts kept in one transaction."""

READERS: dict[str, Callable[[Path], Iterator[Read]]] = {
    ".xml": export_events.read,
    ".csv": csv_receipts.read,
    ".se": sie_z.read,
    ".si": sie_z.read,
}
"""Who reads what, by the file's ending; other files in a folder are left alone."""


class FileResult(Struct):
    """What a file gave. `read`: receipts, also those that were there already."""

    file: str
    read: int = 0
    new: int = 0
    z_reports: int = 0
    problems: list[Problem] = []


class _Others(Exception):
    """A file, or what is left of it, is about another company."""

    def __init__(self, org: str, company: str) -> None:
        super().__init__(org)
        self.org = org
        self.company = company


def import_file(
    store: Store, path: Path, progress: Callable[[int], object] = lambda _read: None, *, only: str = ""
) -> FileResult:
    """Read one file. What is wrong stands in the result; what came before it is kept. `progress`: receipts so far.
    `only`: the one company that files may be about; "" for any."""
    result = FileResult(path.name)
    keeper = _Keeper(store, result, progress, only)
    whole = False
    try:
        for item in READERS.get(path.suffix.lower(), export_events.read)(path):
            keeper.take(item)
        whole = True
    except stream.Refused as refused:
        entry = catalogue.TILL_FILE_FOREIGN if refused.foreign else catalogue.TILL_FILE_BROKEN
        result.problems.append(entry.problem(file=path.name, why=refused.why, line=refused.line))
    except _Others as others:
        problem = catalogue.TILL_FILE_OTHERS.problem(file=path.name, theirs=others.company, org=others.org, ours=only)
        result.problems.append(problem)
    except OSError as error:
        why = error.strerror or str(error)
        result.problems.append(catalogue.TILL_FILE_FOREIGN.problem(file=path.name, why=why))
    keeper.finish()
    if whole:
        stat = path.stat()
        store.remember_read(str(path), stat.st_size, stat.st_mtime_ns)
    return result


def import_folder(
    store: Store,
    folder: Path,
    progress: Callable[[str, int], object] = lambda _name, _read: None,
    *,
    only: str = "",
) -> Iterator[FileResult]:
    """Read every file of a folder that is new or has changed, by name. Raises J11, and what `progress` raises: what
    was read is kept, and the file is read again."""
    try:
        files = sorted(one for one in folder.iterdir() if one.suffix.lower() in READERS and one.is_file())
        stats = [(one, one.stat()) for one in files]
    except OSError as error:
        raise catalogue.TILL_FOLDER.error(folder=str(folder)) from error
    for path, stat in stats:
        if not store.was_read(str(path), stat.st_size, stat.st_mtime_ns):
            yield import_file(store, path, partial(progress, path.name), only=only)


class _Keeper:
    """Keeps what one file gives, in batches."""

    def __init__(self, store: Store, result: FileResult, progress: Callable[[int], object], only: str) -> None:
        self._store = store
        self._only = only
        self._progress = progress
        self._result = result
        self._header = Header("", "", "")
        self._receipts: dict[int, list[FileReceipt]] = {}
        self._held = 0
        self._tills: dict[tuple[str, str, str, str], Numbered | None] = {}
        self._z: list[FileZ] = []
        self._cash: list[FileCash] = []
        self._numbered: dict[int, Numbered] = {}
        self._companies: set[str] = set()

    def take(self, item: Read) -> None:
        """Keep one thing. Raises `_Others` before anything of another company is kept."""
        if self._only and isinstance(item, Header | FileReceipt | FileZ) and item.org != self._only:
            raise _Others(item.org, self._header.company if isinstance(item, FileZ) else item.company)
        if isinstance(item, FileReceipt):
            self._receipt(item)
        elif isinstance(item, FileZ):
            self._z.append(item)
        elif isinstance(item, FileCash):
            self._cash.append(item)
        elif isinstance(item, Header):
            self._header = item
            self._company(item.org, item.company, item.place)
        else:
            self._wrong(item)

    def finish(self) -> None:
        """Keep what is left: Z reports last, since a Z report does not say where its till stands."""
        self._flush()
        with self._store.database.transaction():
            for z in self._z:
                till = self._till_of_z(z)
                self._result.z_reports += self._store.add_z(till, z, self._result.file)
            changes: dict[int, list[FileCash]] = {}
            for one in self._cash:
                if found := self._till_of_cash(one):
                    changes.setdefault(found.id, []).append(one)
            for till_id, some in changes.items():
                self._store.add_cash(till_id, some)
            self._join()

    def _join(self) -> None:
        """Z reports whose till nothing else was read of, since the file does not list whose receipts are whose: they
        belong where their receipts are, when there is only one such place."""
        tills = self._store.tills()
        units = {one.id: self._store.control(one.id) for one in tills}
        for lonely in tills:
            if units[lonely.id] is not None or not lonely.serial:
                continue
            for z in self._store.waiting(lonely.id):
                unlisted = [
                    one
                    for one in tills
                    if (one.company, one.name) == (lonely.company, lonely.name)
                    and one.serial
                    and one.serial == units[one.id]
                ]
                fitting = self._closing(unlisted, z)
                if len(fitting) == 1:
                    self._store.adopt(fitting[0], lonely)
                    self._join()
                    return

    def _closing(self, tills: list[Numbered], z: FileZ) -> list[Numbered]:
        """Those of the tills that have receipts of a Z report, of its very sum if any has."""
        held = {one.id: self._store.holds(one.id, z.number) for one in tills}
        exact = [one for one in tills if held[one.id] == z.total and z.total]
        return exact or [one for one in tills if held[one.id]]

    def _wrong(self, bad: BadEvent) -> None:
        if len(self._result.problems) < 100:
            problem = catalogue.TILL_FILE_EVENT.problem(
                file=self._result.file, number=bad.number, line=bad.line, why=bad.why
            )
            self._result.problems.append(problem)

    def _company(self, org: str, name: str, place: str) -> None:
        if org not in self._companies:
            self._companies.add(org)
            self._store.company(org, name, place)

    def _receipt(self, one: FileReceipt) -> None:
        key = (one.org, one.till, one.control, one.place)
        if key not in self._tills:
            self._company(one.org, one.company, one.place)
            serial, make = self._register(one.till, one.control)
            self._tills[key] = self._store.till(one.org, one.till, serial, one.place, make, control=one.control)
        till = self._tills[key]
        assert till is not None
        self._numbered[till.id] = till
        self._receipts.setdefault(till.id, []).append(one)
        self._result.read += 1
        self._held += 1
        if self._held >= BATCH:
            self._flush()
            self._progress(self._result.read)

    def _register(self, name: str, control: str) -> tuple[str, str]:
        """The serial number and make of a register. The control unit tells two of the same name apart."""
        named = [one for one in self._header.registers if one.name == name]
        fitting = [one for one in named if one.control == control] or named
        if len(fitting) == 1:
            return fitting[0].serial or control, fitting[0].make
        return control, fitting[0].make if fitting else ""

    def _flush(self) -> None:
        with self._store.database.transaction():
            for till, some in self._receipts.items():
                self._result.new += self._store.add(self._numbered[till], some, self._result.file)
        self._receipts.clear()
        self._held = 0

    def _till_of_z(self, z: FileZ) -> Numbered:
        """The till that made a Z report: by its serial number, and among those by whose receipts it closed."""
        self._company(z.org, self._header.company, self._header.place)
        serial = z.serial or self._register(z.till, "")[0]
        named = [one for one in self._store.tills() if one.company == z.org and one.name == z.till]
        named = [one for one in named if not z.place or folded(one.place) == folded(z.place)]
        fitting = [one for one in named if one.serial == serial] or (named if not serial else [])
        if len(fitting) > 1:
            fitting = self._closing(fitting, z) or fitting
            here = [one for one in fitting if one.place == self._header.place]
            fitting = here or fitting
        if fitting:
            return fitting[0]
        place = z.place or self._header.place
        return self._store.till(z.org, z.till, serial, place, z.make or self._register(z.till, "")[1])

    def _till_of_cash(self, one: FileCash) -> Numbered | None:
        """The till of a change of the float; None when several have its name: it is not booked anyway."""
        org = self._header.org
        named = [till for till in self._store.tills() if till.company == org and till.name == one.till]
        return named[0] if len(named) == 1 else None

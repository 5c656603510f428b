"""Before a run: what has been dropped in the folder for the till's files is read, and Z reports that tie are let go."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.journal.known import has_sent
from synccenter.run.report import Outcome, Report
from synccenter.shop import Shop
from synccenter.till.sales import companies
from synccenter.truth.proven import numbering

if TYPE_CHECKING:
    from synccenter.tillfiles.importer import FileResult
    from synccenter.tillfiles.questions import Answer
    from synccenter.tillfiles.release import Released

REGISTERS_FILE = "artiklar.csv"
"""What the articles are called in the folder that the till fetches them from."""


def read_till_files(shop: Shop, report: Report, outcome: Outcome) -> Released | None:
    """Read what is new in the folder. What waits, and why, is told in every run until it is put right.

    None when the till has a database of its own.
    """
    if not shop.reads_files:
        return None
    from synccenter.tillfiles import importer  # noqa: PLC0415 - an XML parser: only for tills that give files
    from synccenter.tillfiles.release import release  # noqa: PLC0415

    def tell(problems: Iterable[Problem]) -> None:
        for problem in problems:
            outcome.tell(problem, report)

    store = shop.files
    try:
        progress = partial(_read_so_far, shop, report)
        for result in importer.import_folder(store, shop.files_folder, progress, only=_booked(shop)):
            report.row(file_line(result))
            tell(result.problems)
    except SyncError as error:
        if error.problem.code == catalogue.CANCELLED.code:
            raise
        tell([error.problem])  # a folder on the network that is away: what has been read is sent all the same
    released = release(store, shop.zone)
    if released.count or released.held:
        report.row(released_line(released))
    for warning in [*released.warnings, *(proposed(*one) for one in released.proposals)]:
        report.warning(warning)
    tell(store.alarms())
    tell(released.problems)
    return released


def _read_so_far(shop: Shop, report: Report, name: str, read: int) -> None:
    """A file of a year takes minutes: it is told how far it has come, and *Avbryt* is heard."""
    report.progress(f"Journalfil {name}", read, None)
    if shop.cancel.is_set():
        raise catalogue.CANCELLED.error()


def _booked(shop: Shop) -> str:
    """The one company that is booked from here, when no person has chosen among several: a file of another that was
    dropped here by mistake must not stop it. "" while nothing has been sent."""
    if shop.settings.general.company or len(companies(shop.till)) != 1:
        return ""
    return shop.company.id if has_sent(shop.ledger) else ""


def import_files(shop: Shop, paths: Iterable[Path], report: Report, outcome: Outcome) -> list[FileResult]:
    """Read files by hand, let go what ties, and tell what waits and why."""
    from synccenter.tillfiles import importer  # noqa: PLC0415 - an XML parser: only for tills that give files
    from synccenter.tillfiles.release import release  # noqa: PLC0415

    store, results = shop.files, []
    for path in paths:
        progress = partial(_read_so_far, shop, report, path.name)
        result = importer.import_file(store, path, progress, only=_booked(shop))
        results.append(result)
        report.row(file_line(result))
        for problem in result.problems:
            outcome.tell(problem, report)
    released = release(store, shop.zone)
    report.row(released_line(released))
    for proposal in released.proposals:
        report.warning(proposed(*proposal))
    for problem in [*store.alarms(), *released.problems]:
        outcome.tell(problem, report)
    return results


def give_answer(shop: Shop, answer: Answer, account: int = 0) -> None:
    """Remember what a make of till means by a text; `account`: the payment method's own in the books. Raises J12."""
    from synccenter.tillfiles.questions import Book  # noqa: PLC0415

    Book(shop.files.database).answer(answer)
    if account:
        rows = [row for row in shop.settings.posting.payments if row.method != answer.subject]
        row = {"method": answer.subject, "account": account}
        shop.settings.set("posting.payments", [*(msgspec.to_builtins(one) for one in rows), row])
        shop.settings.save()


def explain_numbers(shop: Shop) -> None:
    """Gaps in the numbers of makes that are known to skip some are explained once for all; red again when the control
    is set back."""
    from synccenter.tillfiles.questions import Book  # noqa: PLC0415

    book, notes = Book(shop.files.database), shop.ledger.explanations()
    for till in shop.files.tills():
        for control, what in (("numbers", "kvitto"), ("z_numbers", "Z")):
            warns = book.level(till.make, control) == "warn"
            note = f"Kassor av märket {till.make} numrerar inte i följd." if warns else ""
            name = numbering(what, till.till)
            if till.company == shop.company.id and notes.get(name, "") != note:
                shop.ledger.remember(shop.holder, "explain", name, note)


def write_registers(shop: Shop, report: Report, outcome: Outcome) -> None:
    """After the registers have come down: the articles as CSV in the till's own columns, when a folder is chosen."""
    general = shop.settings.general
    if not (shop.reads_files and general.registers_folder):
        return
    from synccenter.tillfiles import registers_out  # noqa: PLC0415 - only for tills that give files

    path = Path(general.registers_folder) / REGISTERS_FILE
    try:
        mapping = registers_out.parse(general.registers_columns)
        before = path.stat().st_mtime_ns if path.exists() else 0
        count = registers_out.write(shop.till, shop.company.id, mapping, path)
        if path.stat().st_mtime_ns != before:
            report.row(f"Artiklar till kassan: {count} i {path}")
    except (ValueError, OSError) as error:
        why = (error.strerror if isinstance(error, OSError) else "") or str(error)
        outcome.tell(catalogue.TILL_REGISTERS.problem(path=path, why=why), report)


def proposed(make: str, control: str) -> str:
    """`Förslag: jobsync till control payments=warn --make ”Kassan” (försäljning och moms stämmer)`"""
    return f"Förslag: jobsync till control {control}=warn --make ”{make}” (försäljning och moms stämmer)"


def file_line(result: FileResult) -> str:
    """`Journalfil dag1.xml: 312 kvitton, 312 nya, 2 Z-rapporter.`"""
    return f"Journalfil {result.file}: {result.read} kvitton, {result.new} nya, {result.z_reports} nya Z-rapporter."


def released_line(released: Released) -> str:
    """`Z-rapporter ur journalfiler: 2 klara, 1 väntar.`"""
    return f"Z-rapporter ur journalfiler: {released.count} klara, {len(released.held)} väntar."

"""The support packet: one zip for a stranger's eyes. No secrets, no customers."""

from __future__ import annotations

import platform
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from importlib import metadata
from pathlib import Path

from synccenter import __version__
from synccenter.check import preflight
from synccenter.contract.disk import create_private
from synccenter.contract.errors import SyncError
from synccenter.contract.finding import Severity
from synccenter.contract.visible import visible
from synccenter.core.dayfile import DayFile
from synccenter.core.logs import DEBUG_NAME, NAME, Log
from synccenter.core.masking import Masker
from synccenter.core.rights import keep_private, private_folder
from synccenter.journal.delivery import State
from synccenter.journal.ownership import holder_now
from synccenter.reports.discreet import Discretion
from synccenter.shop import LOG_FOLDER, SETTINGS_FILE, Shop

DAYS = 7
"""How many days of logs go along."""

FILE_LIMIT = 30 * 1024 * 1024
"""Bytes of one log that go along: its end, where the trouble is."""


def make_packet(
    target: Path,
    *,
    now: datetime,
    log_folders: tuple[Path, ...],
    settings_file: Path,
    texts: Mapping[str, str],
    masker: Masker,
    people: Callable[[], Iterator[str]] | None = None,
) -> Path:
    """Write `Sync Center support yyyy-mm-dd hhmm.zip` into the folder `target` and return its path.

    `texts` are further files by name, e.g. the last findings and a summary of the ledger. `people` gives texts
    of the till's customers (names, addresses, numbers), to be removed wherever they stand. Raises OSError when it
    cannot be written.
    """
    discretion = Discretion(masker, people() if people else ())
    path = target / f"Sync Center support {now:%Y-%m-%d %H%M}.zip"
    if not target.is_dir():
        private_folder(target)
    partial = path.with_suffix(".tmp")

    clean = discretion.clean
    try:
        create_private(partial)
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as packet:
            packet.writestr("versioner.txt", _versions(now))
            for name, text in texts.items():
                packet.writestr(name, clean(text))
            if settings_file.exists():
                packet.writestr(settings_file.name, clean(settings_file.read_text("utf-8", "replace")))
            for number, folder in enumerate(log_folders):
                for log in _logs(folder, now.date()):
                    with packet.open(f"loggar{number or ''}/{log.name}", "w", force_zip64=True) as inside:
                        for row in _rows(log):
                            inside.write(clean(row).encode())
        partial.replace(path)
        keep_private(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def packet_of(shop: Shop, log: Log, target: Path) -> Path:
    """The support packet of a shop, written into the folder `target`. What cannot be read says so inside it.

    Raises OSError when the packet cannot be written.
    """
    chosen = Path(shop.settings.general.log_folder or shop.folder / LOG_FOLDER)
    folders = tuple(dict.fromkeys((chosen, shop.folder / LOG_FOLDER)))
    return make_packet(
        target,
        now=shop.clock(),
        log_folders=folders,
        settings_file=shop.folder / SETTINGS_FILE,
        texts={
            "kontroll.txt": _told(lambda: _findings(shop)),
            "journal.txt": _told(lambda: _ledger(shop)),
            "butiken.txt": _told(lambda: _shop(shop)),
        },
        masker=log.masker,
        people=lambda: _people(shop),
    )


def _told(work: Callable[[], list[str]]) -> str:
    try:
        rows = work()
    except SyncError as error:
        rows = [f"Gick inte att läsa: {error.problem.sentence()}"]
    return "\r\n".join(rows) + "\r\n"


def _findings(shop: Shop) -> list[str]:
    marks = {Severity.GREEN: "OK  ", Severity.YELLOW: "OBS!", Severity.RED: "FEL!"}
    return [
        f"{marks[one.severity]} {visible(one.title)}" + (f" – {one.problem.sentence()}" if one.problem else "")
        for one in preflight.findings(shop)
    ]


def _ledger(shop: Shop) -> list[str]:
    """How many deliveries are in which state, the last runs, and what stops the ones that are stopped."""
    rows = [f"{state.value}: {count}" for state, count in shop.ledger.counts().items()]
    route = shop.ledger.route()
    rows.append(f"Väg: {route[0]} från {route[1]}" if route else "Väg: ingen än")
    rows += ["", "Senaste körningar"]
    for started, finished, kind, holder, outcome, summary in shop.ledger.runs(30):
        at = datetime.fromtimestamp(started, shop.zone)
        rows.append(visible(f"{at:%Y-%m-%d %H:%M:%S} {finished - started:.1f} s {kind} {holder} {outcome} {summary}"))
    rows += ["", "Stoppade och oklara"]
    for one in shop.ledger.in_state(State.REJECTED, State.UNKNOWN, limit=200):
        why = one.problem.sentence() if one.problem else ""
        rows.append(visible(f"{one.reference} {one.business_date} {one.total} öre {one.state.value} {why}"))
    return rows


def _shop(shop: Shop) -> list[str]:
    owner = holder_now(shop.ledger.database, shop.company.id)
    rows = [f"Den här kassan: {shop.holder}", f"Affärssystem: {shop.description.title}"]
    rows.append(f"Sköts av: {owner[0]}{'' if owner[1] else ' (ledig just nu)'}" if owner else "Sköts av: ingen än")
    sales = shop.sales
    rows += [
        f"Kassa {till.id}: sista kvitto {sales.last_receipt(till.id)}, sista Z {sales.last_z(till.id)}"
        for till in sales.tills()
    ]
    return [visible(row) for row in rows]


def _people(shop: Shop) -> Iterator[str]:
    """A till that cannot be read knows nobody."""
    with suppress(SyncError):
        yield from shop.sales.customer_texts()


def _logs(folder: Path, today: date) -> Iterator[Path]:
    for name in (NAME, DEBUG_NAME):
        files = DayFile(folder, name, str)
        for back in range(DAYS):
            path = files.path(today - timedelta(days=back))
            if path.is_file():
                yield path


def _rows(log: Path) -> Iterator[str]:
    """Rows of a log; of a very big one its end."""
    with log.open("rb") as file:
        skip = max(0, log.stat().st_size - FILE_LIMIT)
        file.seek(skip)
        if skip:
            file.readline()
        for row in file:
            yield row.decode("utf-8", "replace")


def _versions(now: datetime) -> str:
    rows = [
        f"Tid: {now.isoformat(timespec='seconds')}",
        f"Sync Center: {__version__}",
        f"Python: {sys.version}",
        f"System: {platform.platform()}",
        f"Ett program (exe): {'ja' if getattr(sys, 'frozen', False) else 'nej'}",
    ]
    packages = sorted(f"{item.name} {item.version}" for item in metadata.distributions() if item.name)
    return "\r\n".join([*rows, "", *dict.fromkeys(packages)]) + "\r\n"

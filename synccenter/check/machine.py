"""The check's steps on the computer: disk, log folder, clock, keychain, e-mail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from synccenter.check.findings import Look
from synccenter.check.privacy import keep_private
from synccenter.contract import catalogue
from synccenter.contract.disk import try_to_write
from synccenter.contract.errors import SyncError
from synccenter.contract.finding import Finding, bad, good, look_at
from synccenter.contract.options import Kind
from synccenter.core.masking import Masker
from synccenter.mail.settings import MailSettings
from synccenter.shop import LOG_FOLDER

MEGABYTE = 1024 * 1024
LOW, NONE = 500, 50
"""Megabytes left on the disk: below the first yellow, below the second red."""

SHOWN = 5
"""So many files are named one by one."""

MAIL_SECONDS = 8.0
"""So long may the mail server be silent here."""


def log_folder_of(look: Look) -> Path:
    """Where the logs are wanted."""
    return Path(look.shop.settings.general.log_folder or look.shop.folder / LOG_FOLDER)


def disk(look: Look) -> Iterator[Finding]:
    """There is room where our data, our ledger and our logs lie. Folders on one disk are told of once."""
    ledger = look.shop.ledger_path
    wanted = (log_folder_of(look), ledger.parent if ledger else look.shop.folder, look.shop.folder)
    folders = list({one.stat().st_dev: one for one in map(_existing, wanted)}.values())
    wrong = False
    for folder in folders:
        free = free_megabytes(folder)
        if free < LOW:
            wrong = True
            problem = catalogue.DISK_LOW.problem(item=str(folder), free=free, folder=folder)
            yield bad(problem, "Disk") if free < NONE else look_at(problem, "Disk")
    if not wrong:
        yield good(f"Disk: {min(free_megabytes(folder) for folder in folders) // 1024} GB ledigt")


def free_megabytes(folder: Path) -> int:
    """What is left on a folder's disk."""
    return shutil.disk_usage(folder).free // MEGABYTE


def _existing(folder: Path) -> Path:
    return next((one for one in (folder, *folder.parents) if one.is_dir()), Path.cwd())


def log_folder(look: Look) -> Iterator[Finding]:
    """A file can be made in the log folder."""
    folder = log_folder_of(look)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try_to_write(folder)
    except OSError as error:
        fallback = look.shop.folder / LOG_FOLDER
        problem = catalogue.LOG_FOLDER.problem(folder=folder, fallback=fallback, detail=error.strerror or "")
        yield look_at(problem, "Mapp för loggfiler")
        return
    yield good("Loggen går att skriva")


def privacy(look: Look) -> Iterator[Finding]:
    """Our files are for nobody else's eyes."""
    open_to_others = keep_private(look.shop)
    for path in open_to_others[:SHOWN]:
        yield look_at(catalogue.READABLE_BY_OTHERS.problem(item=str(path), path=path), "Filernas rättigheter")
    if not open_to_others:
        yield good("Filerna är bara för den som kör programmet")


def zone(look: Look) -> Iterator[Finding]:
    """The computer keeps the shop's time."""
    shop = look.shop
    computer = datetime.now().astimezone()
    theirs, ours = computer.utcoffset(), computer.astimezone(shop.zone).utcoffset()
    if theirs != ours:
        zones = {"computer": f"UTC{computer:%z}", "shop": f"{shop.zone} (UTC{computer.astimezone(shop.zone):%z})"}
        yield look_at(catalogue.ZONE_DIFFERS.problem(**zones), "Tidszon")
    else:
        yield good(f"Tidszon {shop.zone}")


def clock(look: Look) -> Iterator[Finding]:
    """The ledger can be opened, and the computer's clock has not been set back behind our last run."""
    shop = look.shop
    now = shop.clock()
    runs = shop.ledger.runs(1)
    ahead = round(float(runs[0][1]) - now.timestamp()) if runs else 0
    if ahead > 120:
        last = datetime.fromtimestamp(float(runs[0][1]), UTC).astimezone(shop.zone)
        other = f"den senaste synkroniseringen, {last:%Y-%m-%d %H:%M}"
        yield look_at(catalogue.CLOCK_WRONG.problem(seconds=ahead, other=other), "Klocka")


def keychain(look: Look) -> Iterator[Finding]:
    """The keychain answers, where something is kept in it; that only the mail needs it is no more than yellow."""
    shop = look.shop
    needed = [
        f"{shop.description.name}.{option.name}"
        for option in shop.settings.sections[shop.description.name].options
        if option.kind is Kind.SECRET
    ]
    if shop.description.capabilities.needs_sign_in and not needed:
        needed.append(f"{shop.description.name}.token")
    for name in needed:
        shop.secrets.get(name)
    if shop.settings.mail.server and shop.settings.mail.user:
        try:
            shop.secrets.get("mail.password")
        except SyncError as error:
            only = "Bara mejlen väntar; försäljningen skickas som vanligt."
            yield look_at(replace(error.problem, then=only), "Lösenordsvalv")
            return
        needed.append("mail.password")
    if needed:
        yield good("Lösenordsvalvet går att läsa")


def mail(look: Look) -> Iterator[Finding]:
    """The mail server answers and takes the sign-in; nothing is sent."""
    section = look.shop.settings.mail
    settings = MailSettings.from_settings(section)
    receivers = section.to or section.monthly
    if settings is None and (section.server or receivers):
        missing = "Mottagare" if section.server else "E-postserver"
        yield look_at(catalogue.MAIL_INCOMPLETE.problem(missing=missing), "E-post")
    elif settings is None:
        yield good("E-post: ingen får mejl (inte inställt)")
    else:
        from synccenter.mail.mailer import Mailer  # noqa: PLC0415 - mail costs 40 ms to load

        secrets = look.shop.secrets
        masker: Masker = secrets.masker
        mailer = Mailer(settings, lambda: secrets.get("mail.password"), masker, time_out=MAIL_SECONDS)
        problem = mailer.trouble()
        yield look_at(problem, "E-post") if problem else good(f"E-post: {settings.server} svarar")

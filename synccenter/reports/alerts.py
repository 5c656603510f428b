"""Who is told what, and when: a new distinct problem at once, the same not again until it has gone or the next
morning, and a letter when it is solved. Silence is an alarm too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path

import msgspec
from msgspec import Struct, field

from synccenter.contract import catalogue
from synccenter.contract.disk import write_atomically
from synccenter.contract.errors import Problem
from synccenter.core.logs import Log
from synccenter.mail.letters import Letter, Shop, compose, log_for_mail, problem_part
from synccenter.mail.outbox import PATIENCE, Outbox
from synccenter.mail.settings import MailSettings

MORNING = time(7, 0)
"""When what still stands is told again (the shop's clock)."""

IN_A_LETTER = 20
"""So many problems are laid out in a letter; the rest are counted, and stand in the log."""


class Standing(Struct):
    """A problem that was mailed and has not gone."""

    problem: Problem
    source: str
    since: datetime
    mailed: datetime


class Memory(Struct):
    """What is remembered between starts."""

    standing: dict[str, Standing] = field(default_factory=dict)
    holder: str = ""


class Alerts:
    """Turns problems into letters in the outbox. Does nothing when nobody is to get mail."""

    def __init__(
        self,
        settings: MailSettings | None,
        outbox: Outbox,
        log: Log,
        *,
        memory: Path,
        shop: Callable[[], Shop],
        clock: Callable[[], datetime],
    ) -> None:
        """`memory` is the file in which the mailed problems are kept; `clock` gives aware time in the shop's zone."""
        self._settings = settings
        self._outbox = outbox
        self._log = log
        self._path = memory
        self._shop = shop
        self._clock = clock

    def report(self, problems: Iterable[Problem], *, source: str = "run", complete: bool = True) -> None:
        """What is wrong now, after a run or a check (`source`). What waits by itself or was cancelled is no news.

        `complete`: everything was looked at, so a problem of this source that is not here has gone.
        """
        if self._settings is None or not self._settings.to:
            return
        now, memory = self._clock(), self._load()
        current = {f"{source}|{problem.cause}": problem for problem in problems if _is_news(problem)}
        known = {key: old for key, old in memory.standing.items() if old.source == source}
        gone = [key for key in known if complete and key not in current]
        new = [key for key in current if key not in known]
        again = [key for key, old in known.items() if key not in gone and not _morning(now) <= old.mailed <= now]
        if not (new or again or gone):
            return
        if new or again:
            self._send(_problem_letter([current[key] for key in new], [known[key].problem for key in again]), now)
        solved = [standing for key in gone if not _never_solved(standing := memory.standing.pop(key))]
        if solved:
            self._send(_solved_letter(solved), now)
        for key in new:
            memory.standing[key] = Standing(current[key], source, now, now)
        for key in again:
            memory.standing[key].mailed = now
        self._save(memory)

    def heartbeat(self, last_success: datetime | None, since: datetime, alarm_hours: int) -> Problem | None:
        """To be called now and then, also when nothing runs: a letter when no run has succeeded for too long.

        `since` is when the program was put to use, for a shop that never had a run that succeeded.
        """
        problem = overdue(self._clock(), last_success, since, alarm_hours)
        self.report([problem] if problem else [], source="heartbeat")
        return problem

    def owned_by(self, holder: str, *, before: str = "", tell: bool = True) -> None:
        """Which till runs the sync; a letter when it is another one than before.

        `before` is the holder before this one, where nothing is remembered. `tell` False: only remember (the
        till that took over writes the letter, not all of them).
        """
        memory = self._load()
        if memory.holder == holder:
            return
        before, memory.holder = memory.holder or before, holder
        if before not in {"", holder} and tell and self._settings is not None and self._settings.to:
            lead = f"Synkroniseringen sköts nu av kassan {holder}; förut var det {before}."
            fix = f" Är det inte meningen, kontrollera att {before} är på och att Sync Center är igång där."
            self._send(Letter(f"synkroniseringen har flyttat till {holder}", lead + fix), self._clock())
        self._save(memory)

    def test_letter(self) -> EmailMessage | None:
        """The test letter of *Skicka testmejl*, to be delivered at once by the caller; None without receivers."""
        if self._settings is not None and not self._settings.to:
            return None
        lead = "Så här ser ett mejl från Sync Center ut. Kommer det fram fungerar e-posten."
        return self._compose(Letter("testmejl", lead), self._clock())

    def monthly(self, letter: Letter, attachments: Sequence[tuple[str, bytes]]) -> bool:
        """The monthly packet to the bookkeeper. False: nobody is to get it, or it could not be kept."""
        if self._settings is None or not self._settings.monthly:
            return False
        return self._put(self._message(self._settings, letter, self._clock(), self._settings.monthly, attachments))

    def pass_on(self, problem: Problem, to: Sequence[str]) -> EmailMessage | None:
        """One error to whoever keeps the books, with the day's log; None without a mail server."""
        if self._settings is None:
            return None
        lead = "En av felen i Sync Center, skickad från kassan av den som stod där."
        letter = Letter(problem.title, lead, (problem_part(problem),))
        return self._message(self._settings, letter, self._clock(), to, self._attachments())

    def flush(self, patience: float = PATIENCE) -> Problem | None:
        """Hand over what waits in the outbox; the problem when the server does not take it."""
        return self._outbox.flush(patience) if self._settings else None

    def _send(self, letter: Letter, now: datetime) -> None:
        message = self._compose(letter, now)
        if message is not None:
            self._put(message)

    def _put(self, message: EmailMessage) -> bool:
        try:
            self._outbox.put(message)
        except OSError as error:
            self._log.error(catalogue.DISK_FULL.problem(item="Mejl", detail=str(error)))
            return False
        return True

    def _compose(self, letter: Letter, now: datetime) -> EmailMessage | None:
        if self._settings is None:
            return None
        return self._message(self._settings, letter, now, self._settings.to, self._attachments())

    def _message(
        self,
        settings: MailSettings,
        letter: Letter,
        now: datetime,
        to: Sequence[str],
        attachments: Sequence[tuple[str, bytes]],
    ) -> EmailMessage:
        return compose(
            letter,
            self._shop(),
            sender=settings.sender,
            to=to,
            now=now,
            masker=self._log.masker,
            attachments=attachments,
        )

    def _attachments(self) -> list[tuple[str, bytes]]:
        path = self._log.path_today()
        try:
            return [(path.name, log_for_mail(path))]
        except OSError as error:
            return [(path.name, f"Loggen går inte att läsa: {error}".encode())]

    def _load(self) -> Memory:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Memory)
        except FileNotFoundError:
            return Memory()
        except (OSError, msgspec.DecodeError) as error:
            self._log.warning(f"Minnet över skickade mejl gick inte att läsa ({error}); kända fel mejlas på nytt")
            return Memory()

    def _save(self, memory: Memory) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, msgspec.json.encode(memory))
        except OSError as error:
            self._log.warning(f"Minnet över skickade mejl gick inte att spara ({error}); samma fel kan mejlas igen")


def overdue(now: datetime, last_success: datetime | None, since: datetime, alarm_hours: int) -> Problem | None:
    """S08 when no run has succeeded for `alarm_hours`. A success in the future (a wrong clock) counts as none."""
    believed = last_success if last_success is not None and last_success <= now + timedelta(minutes=5) else None
    if now - (believed or min(since, now)) <= timedelta(hours=alarm_hours):
        return None
    last = f"{believed.astimezone(now.tzinfo):%Y-%m-%d %H:%M}" if believed else "aldrig"
    return catalogue.NOTHING_FOR_LONG.problem(last=last)


def _is_news(problem: Problem) -> bool:
    """What stands as `FEL!` in the log is mailed; that another till has the sync, or somebody stopped it, is not."""
    return not problem.needs_nobody


def _never_solved(standing: Standing) -> bool:
    """A void after sending is seen until its Z report; that it is no longer seen says nothing of its correction."""
    return standing.problem.code == catalogue.VOIDED_AFTER_SENDING.code


def _morning(now: datetime) -> datetime:
    """The latest seven o'clock."""
    today = datetime.combine(now.date(), MORNING, now.tzinfo)
    return today if today <= now else datetime.combine(now.date() - timedelta(days=1), MORNING, now.tzinfo)


def _problem_letter(new: Sequence[Problem], again: Sequence[Problem]) -> Letter:
    count = len(new) + len(again)
    if not new:
        lead = "Det här är inte löst än. Dagens logg är bifogad."
    elif again:
        lead = "Något nytt har hänt, och det som stod förut är inte löst än. Dagens logg är bifogad."
    else:
        lead = "Det här behöver någon titta på. Dagens logg är bifogad."
    parts = [problem_part(problem) for problem in new] + [problem_part(problem, "kvarstår") for problem in again]
    if count > IN_A_LETTER:
        lead += f" De {IN_A_LETTER} första av {count} visas; alla står i loggen."
    kept = " kvarstår" if not new else ""
    return Letter(f"{count} fel{kept}", lead, tuple(parts[:IN_A_LETTER]))


def _solved_letter(solved: Sequence[Standing]) -> Letter:
    rows = []
    for standing in solved[:IN_A_LETTER]:
        part = problem_part(standing.problem, f"sedan {standing.since:%Y-%m-%d %H:%M}")
        rows.append(msgspec.structs.replace(part, rows=()))
    count = len(solved)
    lead = "Det här är löst och behöver inte göras något åt."
    if count > IN_A_LETTER:
        lead += f" De {IN_A_LETTER} första av {count} visas."
    return Letter(f"löst – {count} fel borta", lead, tuple(rows))

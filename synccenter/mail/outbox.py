"""Mails wait here as files until the server has taken them. A dead server costs a sync nothing."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses
from pathlib import Path

from filelock import FileLock, Timeout

from synccenter.contract import catalogue
from synccenter.contract.disk import write_atomically
from synccenter.contract.errors import Problem, SyncError
from synccenter.core.rights import private_folder

PATIENCE = 25.0
"""Seconds after which nobody waits for a flush; it goes on by itself (a name server may be silent for long)."""

LATER = timedelta(minutes=5)
"""How long a server that asks to wait is left alone; greylisting (RFC 6647) lets in what comes again after minutes."""

PATIENT = timedelta(hours=4)
"""How long nobody is troubled by it."""

REFUSED_DAYS = 3
"""A mail that the server itself refuses is tried for this long, then laid aside as `.nekad`."""


class Refused(SyncError):
    """The server works but will not have this mail; the next one may pass."""


class Later(SyncError):
    """The server works but asks for another try (greylisting): for these receivers; the others have the mail.

    `told`: what is wrong with those who were refused for good at the same time. `whole`: it takes no mail at all now.
    """

    def __init__(
        self, problem: Problem, receivers: Sequence[str], *, told: Problem | None = None, whole: bool = False
    ) -> None:
        super().__init__(problem)
        self.receivers = tuple(receivers)
        self.told = told
        self.whole = whole


class Outbox:
    """The folder of waiting mails. `deliver` raises SyncError; `Refused` when only that mail is the trouble."""

    def __init__(
        self,
        folder: Path,
        deliver: Callable[[EmailMessage], Problem | None],
        clock: Callable[[], datetime],
        server: str,
    ) -> None:
        self._folder = folder
        self._deliver = deliver
        self._clock = clock
        self._server = server
        self._busy = threading.Lock()
        self._not_before: datetime | None = None
        self._closed = False
        self.trouble: Problem | None = None
        """Why the last flush left mails behind; None when all were taken."""

    def put(self, message: EmailMessage) -> Path:
        """Keep a mail until it is delivered. Raises OSError when the disk says no."""
        private_folder(self._folder)
        stamp = self._clock().astimezone(UTC)
        path = self._folder / f"{stamp:%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(3)}.eml"
        write_atomically(path, message.as_bytes(policy=SMTP))
        return path

    def waiting(self) -> list[Path]:
        """The mails that wait, the oldest first."""
        return sorted(self._folder.glob("*.eml"))

    def flush(self, patience: float = PATIENCE) -> Problem | None:
        """Try to deliver all; returns what stands in the way. Waits at most `patience` seconds."""
        if not self.waiting():
            self.trouble = self._not_before = None
            return None
        if self._not_before is not None and self._clock() < self._not_before:
            return self.trouble
        if self._busy.acquire(blocking=False):
            threading.Thread(target=self._deliver_all, name="utkorg", daemon=True).start()
        if not self._busy.acquire(timeout=patience):
            self.trouble = catalogue.MAIL_FAILED.problem(
                server=self._server, detail=f"Servern svarade inte inom {patience:.0f} sekunder"
            )
            return self.trouble
        self._busy.release()
        return self.trouble

    def _deliver_all(self) -> None:
        trouble = self._not_before = None
        self._closed = False
        try:
            with FileLock(self._folder / ".lock", timeout=0):
                for path in self.waiting():
                    trouble = self._deliver_one(path) or trouble
                    if self._closed:
                        break
        except SyncError as error:
            trouble = error.problem
        except Timeout:  # another process of ours is handing them over
            pass
        except OSError as error:
            trouble = catalogue.MAIL_FAILED.problem(server=self._server, detail=str(error))
        finally:
            self.trouble = trouble
            self._busy.release()

    def _deliver_one(self, path: Path) -> Problem | None:
        """What is wrong with this one; the next may pass."""
        message = _read(path)
        try:
            told = self._deliver(message)
        except Refused as refused:
            self._lay_aside_if_old(path)
            return refused.problem
        except Later as later:
            self._not_before, self._closed = self._clock() + LATER, later.whole
            if list(later.receivers) != receivers_of(message):
                write_atomically(path, addressed(message, later.receivers).as_bytes(policy=SMTP))
            self._lay_aside_if_old(path)
            return later.told or (later.problem if self._age(path) > PATIENT else None)
        path.unlink()
        return told

    def _lay_aside_if_old(self, path: Path) -> None:
        if self._age(path) > timedelta(days=REFUSED_DAYS):
            path.rename(path.with_suffix(".nekad"))

    def _age(self, path: Path) -> timedelta:
        """How long a mail has waited: its name says when it was written."""
        written = datetime.strptime(path.name.partition("Z")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
        return self._clock() - written


def receivers_of(message: EmailMessage) -> list[str]:
    """The addresses of a mail, as they stand in it."""
    return [address for _, address in getaddresses([str(header) for header in message.get_all("To", [])]) if address]


def addressed(message: EmailMessage, receivers: Sequence[str]) -> EmailMessage:
    """The same mail, to some only."""
    copy = deepcopy(message)
    del copy["To"]
    copy["To"] = ", ".join(receivers)
    return copy


def _read(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message

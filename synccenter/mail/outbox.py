"""Mails wait here as files until the server has taken them. A dead server costs a sync nothing."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from filelock import FileLock, Timeout

from synccenter.contract import catalogue
from synccenter.contract.disk import write_atomically
from synccenter.contract.errors import Problem, SyncError

PATIENCE = 25.0
"""Seconds after which nobody waits for a flush; it goes on by itself (a name server may be silent for long)."""

REFUSED_DAYS = 3
"""A mail that the server itself refuses is tried for this long, then laid aside as `.nekad`."""


class Refused(SyncError):
    """The server works but will not have this mail; the next one may pass."""


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
        self.trouble: Problem | None = None
        """Why the last flush left mails behind; None when all were taken."""

    def put(self, message: EmailMessage) -> Path:
        """Keep a mail until it is delivered. Raises OSError when the disk says no."""
        self._folder.mkdir(parents=True, exist_ok=True)
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
            self.trouble = None
            return None
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
        trouble = None
        try:
            with FileLock(self._folder / ".lock", timeout=0):
                for path in self.waiting():
                    try:
                        trouble = self._deliver(_read(path)) or trouble
                        path.unlink()
                    except Refused as refused:
                        trouble = refused.problem
                        self._lay_aside_if_old(path)
        except SyncError as error:
            trouble = error.problem
        except Timeout:  # another process of ours is handing them over
            pass
        except OSError as error:
            trouble = catalogue.MAIL_FAILED.problem(server=self._server, detail=str(error))
        finally:
            self.trouble = trouble
            self._busy.release()

    def _lay_aside_if_old(self, path: Path) -> None:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if self._clock() - written > timedelta(days=REFUSED_DAYS):
            path.rename(path.with_suffix(".nekad"))


def _read(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message

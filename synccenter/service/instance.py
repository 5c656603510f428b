"""One program a data folder. Starting it again asks the first one to show its status window, and leaves.

The first holds a file lock and listens on the loopback address; port and a secret word lie in the data folder,
readable by its owner, so that no other user of the computer and no web page can knock.
"""

from __future__ import annotations

import hmac
import json
import secrets
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from filelock import FileLock, Timeout

from synccenter.contract.disk import write_atomically

LOCK = "sync-center.lock"
CARD = "sync-center.instance.json"
_PATIENCE = 3.0
ANSWER_SECONDS = 10.0
"""How long a program that is well may take to answer: its main thread may be drawing a window."""

OK = b"ok"


class Question(Enum):
    """What may be asked at the door."""

    SHOW = "show"
    """Show yourself: answered with `OK` once the window is there."""

    SEEN = "seen"
    """What stands on the screen? JSON: `menu`, its rows, and `windows`, see `ui/seen.py`. For the support packet and
    the tests of the exe: a person's description of a window is seldom what stands in it."""


Answer: TypeAlias = Callable[[Question], bytes]


class Instance:
    """The first program of a data folder."""

    def __init__(self, folder: Path, answer: Answer) -> None:
        """`answer` is called in the door's thread; b"" says that no answer could be had. Raises `Timeout` when
        another is the first."""
        self._lock = FileLock(folder / LOCK)
        self._lock.acquire(timeout=0)
        self._card = folder / CARD
        self._word = secrets.token_hex(16)
        self._answer = answer
        self._door = socket.create_server(("127.0.0.1", 0))
        card = {"port": self._door.getsockname()[1], "word": self._word}
        write_atomically(self._card, json.dumps(card).encode(), private=True)
        threading.Thread(target=self._listen, name="dörr", daemon=True).start()

    def close(self) -> None:
        """Let another be the first."""
        with suppress(OSError):
            self._card.unlink(missing_ok=True)
        self._door.close()
        self._lock.release()

    def _listen(self) -> None:
        while True:
            try:
                visitor, _ = self._door.accept()
            except OSError:  # closed: the program is leaving
                return
            with visitor, suppress(OSError, ValueError):
                visitor.settimeout(_PATIENCE)
                word, _, question = visitor.recv(128).partition(b" ")
                if hmac.compare_digest(word, self._word.encode()):
                    # The bare word is how the versions before 0.2 knock.
                    visitor.sendall(self._answer(Question(question.decode() or "show")))


def first(folder: Path, answer: Answer) -> Instance | None:
    """Be the first program of a data folder; None when there is one already, which now shows its window."""
    try:
        return Instance(folder, answer)
    except Timeout:
        ask(folder, Question.SHOW)
        return None


def ask(folder: Path, question: Question) -> bytes | None:
    """Ask the first program of a data folder. None when there is none, b"" when it does not answer in time."""
    try:
        card = json.loads((folder / CARD).read_bytes())
        door = socket.create_connection(("127.0.0.1", card["port"]), timeout=_PATIENCE)
    except (OSError, ValueError, KeyError):
        return None
    with door:
        door.settimeout(ANSWER_SECONDS + _PATIENCE)
        try:
            door.sendall(f"{card['word']} {question.value}".encode())
            return b"".join(iter(lambda: door.recv(65536), b""))
        except OSError:
            return b""

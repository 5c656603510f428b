"""One program a data folder. Starting it again asks the first one to show its status window, and leaves.

The first holds a file lock and listens on the loopback address; port and a secret word lie in the data folder,
readable by its owner, so that no other user of the computer and no web page can knock.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import socket
import threading
import time
from collections import deque
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

_LOOK_AGAIN = 0.2

MOST_VISITORS = 64
"""So many may stand at the door at once."""

OK, BUSY = b"ok", b"busy"
"""Done; and: the program is there, but its main thread does not come to it."""


class Question(Enum):
    """What may be asked at the door."""

    SHOW = "show"
    """Show yourself: answered with `OK` once the window is there."""

    RELOAD = "reload"
    """The settings were changed by somebody else: use them. Answered with `OK` once that has begun."""

    SEEN = "seen"
    """What stands on the screen? JSON: `menu`, its rows, and `windows`, see `ui/seen.py`. For the support packet and
    the tests of the exe: a person's description of a window is seldom what stands in it."""


Answer: TypeAlias = Callable[[Question], bytes]


class FirstHangs(Exception):
    """There is a first program, but it does not answer. `process` is its number, 0 when it did not say."""

    def __init__(self, process: int) -> None:
        super().__init__(f"process {process}")
        self.process = process


class Instance:
    """The first program of a data folder."""

    def __init__(self, folder: Path, answer: Answer) -> None:
        """`answer` is called in the door's thread. Raises `Timeout` when
        another is the first."""
        self._lock = FileLock(folder / LOCK, thread_local=False)  # log-off closes from the icon's thread
        self._lock.acquire(timeout=0)
        self._card = folder / CARD
        self._word = secrets.token_hex(16)
        self._answer = answer
        self._answering = threading.Lock()
        self._visitors: deque[socket.socket] = deque()
        self._door = _door()
        card = {"port": self._door.getsockname()[1], "word": self._word, "process": os.getpid()}
        self.trouble: OSError | None = None
        """Why nobody can knock: the card could not be written. The program runs all the same."""
        try:
            write_atomically(self._card, json.dumps(card).encode())
        except OSError as error:
            self.trouble = error
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
            self._visitors.append(visitor)
            if len(self._visitors) > MOST_VISITORS:  # whoever has stood there longest without a word
                with suppress(OSError):
                    self._visitors.popleft().shutdown(socket.SHUT_RDWR)
            threading.Thread(target=self._hear, args=(visitor,), name="besök", daemon=True).start()

    def _hear(self, visitor: socket.socket) -> None:
        """One visitor, who has so long to say the word. Those who say nothing keep nobody else waiting."""
        with visitor, suppress(OSError, ValueError):
            visitor.settimeout(_PATIENCE)
            word, _, question = visitor.recv(128).partition(b" ")
            if hmac.compare_digest(word, self._word.encode()):
                with self._answering:
                    visitor.sendall(self._answer(Question(question.decode() or "show")))
        with suppress(ValueError):  # sent away already
            self._visitors.remove(visitor)


def _door() -> socket.socket:
    """A port on this machine that nobody can take over (Windows: SO_EXCLUSIVEADDRUSE)."""
    door = socket.socket()
    if exclusive := getattr(socket, "SO_EXCLUSIVEADDRUSE", None):
        door.setsockopt(socket.SOL_SOCKET, exclusive, 1)
    door.bind(("127.0.0.1", 0))
    door.listen(MOST_VISITORS)
    return door


def first(folder: Path, answer: Answer, patience: float = ANSWER_SECONDS) -> Instance | None:
    """Be the first program of a data folder; None when there is one already, which now shows its window.

    One that is just starting or leaving is waited for. Raises `FirstHangs` when it does not answer within `patience`
    seconds, and OSError when the folder cannot be written to.
    """
    end = time.monotonic() + patience
    while True:
        with suppress(Timeout):
            return Instance(folder, answer)
        told = ask(folder, Question.SHOW, patience)
        if told == OK:
            return None
        if told == BUSY or time.monotonic() >= end:
            raise FirstHangs(_process(folder))
        time.sleep(_LOOK_AGAIN)


def ask(folder: Path, question: Question, patience: float = ANSWER_SECONDS) -> bytes | None:
    """Ask the first program of a data folder. None when there is none, or one that does not know us; `BUSY` when it
    does not answer in time."""
    try:
        card = json.loads((folder / CARD).read_bytes())
        door = socket.create_connection(("127.0.0.1", card["port"]), timeout=_PATIENCE)
    except (OSError, ValueError, KeyError):
        return None
    # The bare word asks to be shown: so knocked the versions before, and so a running one of them is understood.
    words = str(card["word"]) if question is Question.SHOW else f"{card['word']} {question.value}"
    with door:
        door.settimeout(patience + _PATIENCE)
        try:
            door.sendall(words.encode())
            return b"".join(iter(lambda: door.recv(65536), b"")) or None
        except TimeoutError:
            return BUSY
        except OSError:  # it is leaving at this moment
            return None


def _process(folder: Path) -> int:
    with suppress(OSError, ValueError):
        return int(json.loads((folder / CARD).read_bytes()).get("process", 0))
    return 0

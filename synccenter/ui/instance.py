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
from pathlib import Path

from filelock import FileLock, Timeout

from synccenter.contract.disk import write_atomically

LOCK = "sync-center.lock"
CARD = "sync-center.instance.json"
_PATIENCE = 3.0


class Instance:
    """The first program of a data folder."""

    def __init__(self, folder: Path, on_knock: Callable[[], None]) -> None:
        """Raises `Timeout` when another is the first."""
        self._lock = FileLock(folder / LOCK)
        self._lock.acquire(timeout=0)
        self._card = folder / CARD
        self._word = secrets.token_hex(16)
        self._on_knock = on_knock
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
            with visitor, suppress(OSError):
                visitor.settimeout(_PATIENCE)
                word = visitor.recv(64)
                if hmac.compare_digest(word, self._word.encode()):
                    self._on_knock()
                    visitor.sendall(b"ok")


def first(folder: Path, on_knock: Callable[[], None]) -> Instance | None:
    """Be the first program of a data folder; None when there is one already, which now shows its window."""
    try:
        return Instance(folder, on_knock)
    except Timeout:
        knock(folder)
        return None


def knock(folder: Path) -> bool:
    """Ask the first program to show itself. False when it does not answer."""
    try:
        card = json.loads((folder / CARD).read_bytes())
        with socket.create_connection(("127.0.0.1", card["port"]), timeout=_PATIENCE) as door:
            door.sendall(str(card["word"]).encode())
            return door.recv(8) == b"ok"
    except (OSError, ValueError, KeyError):
        return False

"""What is kept of a business system's answers from run to run: a file beside the ledger."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from synccenter.contract.disk import write_atomically

V = TypeVar("V")


class KeptFile(Generic[V]):
    """One value as JSON. What cannot be read is not known, and what cannot be written is asked for once more."""

    def __init__(self, path: Path, kind: type[V]) -> None:
        self._path = path
        self._kind = kind

    def read(self) -> V | None:
        """What was kept, None when nothing that can be read was."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=self._kind)
        except (OSError, msgspec.MsgspecError):
            return None

    def write(self, value: V) -> None:
        """Keep it in place of what was."""
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, msgspec.json.encode(value))

    def forget(self) -> None:
        """Nothing is kept any more."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def print_of(value: object) -> str:
    """A short text that is another as soon as the value is another."""
    return hashlib.blake2b(repr(value).encode(), digest_size=8).hexdigest()

"""Whose file may take this program's place: the same signer's, or the one whose hash a person has written down.

A signature is compared with that of the running program, or with the publisher that a person has chosen instead.
Until releases are signed there is nothing to compare with, and a file is offered only when its SHA-256 stands in the
settings. What has run here before may come back: its hash is kept when it is replaced.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import msgspec
from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.disk import write_atomically
from synccenter.contract.errors import SyncError
from synccenter.core import rights
from synccenter.core.signature import signer

FILE = "versioner.json"
"""In the data folder: the hashes of the versions that have run here."""

MOST = 20
"""So many are kept."""

Signer = Callable[[Path], str | None]
"""Who has signed a file, when the signature is valid and trusted here; None otherwise."""


class Judgement(Struct, frozen=True):
    """What is known of a file. `why`: why it may not take our place, "" when it may. `writers`: who else may change it,
    or what lies in its folder."""

    path: Path
    digest: str
    signer: str = ""
    why: str = ""
    writers: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether it may take our place."""
        return not self.why

    def told(self) -> str:
        """Where it lies, who has signed it and its hash, as a person is shown it before anything is changed."""
        signed = f"signerad av ”{self.signer}”" if self.signer else "inte signerad"
        rows = [f"{self.path}, {signed}, SHA-256 {self.digest}."]
        if self.writers:
            rows.append(f"Andra kan ändra i mappen ({', '.join(self.writers)}), så kontrollera att filen är er.")
        return " ".join(rows)


class Trust:
    """The rule, for one program. `signed_by` asks Windows; elsewhere nothing is signed."""

    def __init__(
        self,
        exe: Path,
        *,
        publisher: str = "",
        hashes: tuple[str, ...] = (),
        folder: Path | None = None,
        signed_by: Signer = signer,
    ) -> None:
        """`publisher`, `hashes`: as a person has set them. `folder`: the data folder, where what has run is kept."""
        self.exe = exe
        self._publisher = publisher
        self._hashes = {one.lower() for one in hashes}
        self._kept = folder / FILE if folder else None
        self._signed_by = signed_by

    def judge(self, path: Path) -> Judgement:
        """What is known of a file now. Raises OSError when it cannot be read."""
        digest = digest_of(path)
        name = self._signed_by(path) or ""
        writers = _writers(path)
        if digest in self._hashes or digest in self._known():
            return Judgement(path, digest, name, "", writers)
        return Judgement(path, digest, name, self._objection(name), writers)

    def remember(self, path: Path) -> None:
        """What has run here may come back. A disk that says no only means that its hash is asked for then."""
        if self._kept is not None:
            with suppress(OSError):
                digest = digest_of(path)
                known = [one for one in self._known() if one != digest]
                write_atomically(self._kept, msgspec.json.encode([*known, digest][-MOST:]))

    @cached_property
    def _own(self) -> str:
        """Who has signed the running program: asked before anything changes places."""
        return self._signed_by(self.exe) or ""

    def _known(self) -> list[str]:
        if self._kept is None:
            return []
        try:
            return msgspec.json.decode(self._kept.read_bytes(), type=list[str])
        except (OSError, msgspec.MsgspecError):
            return []

    def _objection(self, name: str) -> str:
        wanted = self._publisher or self._own
        if wanted and name == wanted:
            return ""
        if wanted:
            return f"Den är signerad av ”{name}”, inte av ”{wanted}”" if name else "Den har ingen giltig signatur"
        if name:
            return f"Den är signerad av ”{name}”, men det här programmet är inte signerat och ingen utgivare är vald"
        return "Den har ingen giltig signatur, och dess kontrollsumma är inte inskriven"


def digest_of(path: Path) -> str:
    """The SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refused(found: Judgement) -> SyncError:
    """U01 with all that is known."""
    return catalogue.UPDATE_REFUSED.error(item=str(found.path), why=found.why, digest=found.digest)


def _writers(path: Path) -> tuple[str, ...]:
    """Who else may put another file in its place: by the file's rights or its folder's."""
    try:
        return tuple(dict.fromkeys((*rights.writers(path), *rights.writers(path.parent))))
    except OSError:  # a share that does not say
        return ("okänt vilka",)

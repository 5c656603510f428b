"""Secrets: in the system's keychain, never in a file of ours. Every secret that passes here is known to the masker.

On Windows the keychain is the Credential Manager (Autentiseringshanteraren). It takes at most 2,560 bytes
(CRED_MAX_CREDENTIAL_BLOB_SIZE), 1,280 characters of UTF-16, and an access token is often longer: a long value is
stored in parts. A server or a test without a keychain may choose a file on purpose with the environment variable
`JOBSYNC_KEYCHAIN=file:/path/to/keychain.json`; it is readable by its owner only. Nothing falls back to it silently.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets as randomness
import stat
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from synccenter.contract import catalogue
from synccenter.contract.disk import write_atomically
from synccenter.contract.errors import SyncError
from synccenter.core.faults import of_disk
from synccenter.core.masking import Masker

ENVIRONMENT = "JOBSYNC_KEYCHAIN"

PART_UNITS = 1000
"""UTF-16 code units in a part: well under the 1,280 that Windows takes."""

_HEAD = "jobsync-parts"
_T = TypeVar("_T")


class Vault(Protocol):
    """What is needed of a keychain; `keyring` itself fulfils it."""

    def get_password(self, service: str, username: str) -> str | None:
        """The stored value, or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget; raises when there is nothing to forget."""
        ...


class Keychain:
    """Secrets by full name (`section.option`). Errors are I08; a value that is not there is None."""

    def __init__(self, service: str, fallback: Vault | None = None, masker: Masker | None = None) -> None:
        """`service` keeps data folders apart; `fallback` is used in place of the system's keychain."""
        self.service = service
        self.masker = masker or Masker()
        self._chosen = fallback

    def get(self, name: str) -> str | None:
        """The secret, or None: also when its parts are incomplete, so that a person signs in again."""
        for _ in range(3):  # another process may be storing a new value at this moment
            head = self._read(name)
            if head is None or not head.startswith(_HEAD):
                return self._known(head)
            generation, count, checksum = _parse(head)
            parts = [self._read(_part(name, generation, number)) for number in range(count)]
            value = "".join(part or "" for part in parts)
            if _checksum(value) == checksum:
                return self._known(value)
        return None

    def set(self, name: str, value: str) -> None:
        """Store durably before returning. A crash leaves the old value or the new one, whole."""
        self.masker.add(value)
        before = self._read(name)
        if _units(value) <= PART_UNITS and not value.startswith(_HEAD):
            head = value
        else:
            parts = _split(value)
            generation = randomness.token_hex(6)
            head = f"{_HEAD}:{generation}:{len(parts)}:{_checksum(value)}"
            for number, part in enumerate(parts):
                self._write(_part(name, generation, number), part)
        self._write(name, head)
        if self.get(name) != value:
            raise catalogue.SECRET_UNAVAILABLE.error(item=name, detail="Valvet gav inte tillbaka det som sparades")
        self._drop_parts(name, before)

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens when there is none."""
        before = self._read(name)
        if before is not None:
            self._remove(name)
            self._drop_parts(name, before)

    def within(self, section: str) -> SectionSecrets:
        """The secrets of one section, by their short names: what a connector is given."""
        return SectionSecrets(self, section)

    def _drop_parts(self, name: str, head: str | None) -> None:
        if head is not None and head.startswith(_HEAD):
            generation, count, _ = _parse(head)
            for number in range(count):
                part = _part(name, generation, number)
                if self._read(part) is not None:
                    self._remove(part)

    def _known(self, value: str | None) -> str | None:
        if value is not None:
            self.masker.add(value)
        return value

    def _read(self, name: str) -> str | None:
        return self._guarded(lambda vault: vault.get_password(f"{self.service}/{name}", name))

    def _write(self, name: str, value: str) -> None:
        self._guarded(lambda vault: vault.set_password(f"{self.service}/{name}", name, value))

    def _remove(self, name: str) -> None:
        self._guarded(lambda vault: vault.delete_password(f"{self.service}/{name}", name))

    def _guarded(self, work: Callable[[Vault], _T]) -> _T:
        try:
            if self._chosen is None:
                self._chosen = _system_vault()
            return work(self._chosen)
        except SyncError:
            raise
        except Exception as error:  # the border to foreign code: each back end raises kinds of its own
            if of_disk(error) is catalogue.NO_LOGON_SESSION:
                raise catalogue.NO_LOGON_SESSION.error(detail=f"Windows {error}"[:200]) from error
            raise catalogue.SECRET_UNAVAILABLE.error(detail=self.masker.mask(type(error).__name__)) from error


class SectionSecrets:
    """The secrets of one section by short name; fulfils `connector.Secrets`."""

    def __init__(self, keychain: Keychain, section: str) -> None:
        self._keychain = keychain
        self._section = section

    def get(self, name: str) -> str | None:
        """The secret, or None."""
        return self._keychain.get(f"{self._section}.{name}")

    def set(self, name: str, value: str) -> None:
        """Store durably before returning."""
        self._keychain.set(f"{self._section}.{name}", value)

    def delete(self, name: str) -> None:
        """Forget it."""
        self._keychain.delete(f"{self._section}.{name}")


class FileVault:
    """Secrets in a file that only its owner may read. For tests and servers, chosen on purpose."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get_password(self, service: str, username: str) -> str | None:
        """The stored value, or None."""
        return self._load().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store atomically."""
        self._change(lambda values: values.update({f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        """Forget. Raises KeyError when there is nothing to forget."""
        self._change(lambda values: values.pop(f"{service} {username}"))

    def _change(self, change: Callable[[dict[str, str]], object]) -> None:
        from filelock import FileLock  # noqa: PLC0415 - only where this vault is chosen

        self._path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self._path}.lock", timeout=10):
            values = self._load()
            change(values)
            write_atomically(self._path, json.dumps(values, ensure_ascii=False, indent=1).encode())

    def _load(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        if os.name == "posix" and stat.S_IMODE(self._path.stat().st_mode) & 0o077:
            raise catalogue.SECRET_UNAVAILABLE.error(detail=f"{self._path} kan läsas av andra: kör chmod 600")
        values: dict[str, str] = json.loads(self._path.read_bytes())
        return values


def open_keychain(service: str, environment: Mapping[str, str] = os.environ) -> Keychain:
    """The keychain that this computer uses: the system's, unless `JOBSYNC_KEYCHAIN` names a file."""
    chosen = environment.get(ENVIRONMENT, "")
    if not chosen:
        return Keychain(service)
    kind, _, path = chosen.partition(":")
    if kind != "file" or not path:
        raise catalogue.SECRET_UNAVAILABLE.error(detail=f"{ENVIRONMENT} ska vara file:SÖKVÄG, inte {chosen}")
    return Keychain(service, FileVault(Path(path)))


def _system_vault() -> Vault:
    if sys.platform == "win32":  # by name: the search for others reads package metadata, which the exe has not
        from keyring.backends.Windows import WinVaultKeyring  # noqa: PLC0415 - costs 60 ms; only for a secret

        return WinVaultKeyring()
    return _found_vault()


def _found_vault() -> Vault:
    import keyring  # noqa: PLC0415 - costs 60 ms; only when a secret is needed
    from keyring.backends import fail, null  # noqa: PLC0415

    vault = keyring.get_keyring()
    if isinstance(vault, fail.Keyring | null.Keyring):
        raise catalogue.SECRET_UNAVAILABLE.error(detail="Det finns inget lösenordsvalv i det här systemet")
    return vault


def _part(name: str, generation: str, number: int) -> str:
    return f"{name}#{generation}.{number}"


def _parse(head: str) -> tuple[str, int, str]:
    fields = head.split(":")
    if len(fields) != 4 or not fields[2].isdecimal():
        return "", 0, "?"
    return fields[1], int(fields[2]), fields[3]


def _checksum(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _units(text: str) -> int:
    return sum(2 if ord(character) > 0xFFFF else 1 for character in text)


def _split(value: str) -> list[str]:
    """Parts of at most PART_UNITS code units; a character is never cut in two."""
    parts, start, units = [], 0, 0
    for position, character in enumerate(value):
        size = 2 if ord(character) > 0xFFFF else 1
        if units + size > PART_UNITS:
            parts.append(value[start:position])
            start, units = position, 0
        units += size
    parts.append(value[start:])
    return parts

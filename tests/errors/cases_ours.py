"""Our own files: settings, keychain, ledger, lock, log."""

from __future__ import annotations

import errno
import shutil
from typing import Any

from filelock import FileLock

from synccenter.contract import catalogue
from synccenter.core import dayfile
from synccenter.core.database import SQLite
from tests.errors.case import Act, Case, Patch, full, put
from tests.worlds.street import Store


def broken_settings(store: Store, _patch: Patch) -> None:
    path = store.folder / "settings.toml"
    shutil.copyfile(path, path.with_suffix(".kept"))
    path.write_text(path.read_text("utf-8") + '\n[mail\nto = "x', "utf-8")


def settings_back(store: Store, _patch: Patch) -> None:
    path = store.folder / "settings.toml"
    shutil.copyfile(path.with_suffix(".kept"), path)


class _DeadVault:
    """A keychain that does not answer."""

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("org.freedesktop.Secret.Error")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError("org.freedesktop.Secret.Error")

    def delete_password(self, service: str, username: str) -> None:
        raise RuntimeError("org.freedesktop.Secret.Error")


def no_keychain(store: Store, patch: Patch) -> None:
    patch.setattr(store, "vault", _DeadVault())
    store.check_again()


def damaged_ledger(store: Store, _patch: Patch) -> None:
    store.keep()
    data = bytearray(store.ledger.read_bytes())
    for suffix in ("-wal", "-shm", ".checked"):
        store.ledger.with_name(store.ledger.name + suffix).unlink(missing_ok=True)
    for start in range(4096, len(data), 4096):
        data[start : start + 64] = b"\xff" * 64
    store.ledger.write_bytes(data)


def newer_ledger(store: Store, _patch: Patch) -> None:
    store.keep()
    store.sql("INSERT INTO ledger_version SELECT MAX(version)+1 FROM ledger_version", store.ledger)


def ledger_back(store: Store, _patch: Patch) -> None:
    store.put_back(store.ledger)


def full_for_ledger(store: Store, patch: Patch) -> None:
    """The disk is full when the ledger notes what is going to be sent."""
    execute = SQLite.execute

    def refuse_inserts(self: SQLite, sql: str, parameters: Any = None) -> int:
        if self.path == store.ledger and sql.startswith("INSERT INTO delivery"):
            raise catalogue.DISK_FULL.error(item=str(self.path), detail="database or disk is full")
        return execute(self, sql, parameters)

    patch.setattr(SQLite, "execute", refuse_inserts)


def lock_fails(error: OSError) -> Act:
    """Our own file that keeps two programs apart cannot be written."""

    def do(store: Store, patch: Patch) -> None:
        acquire = FileLock.acquire

        def refuse_ours(self: FileLock, *more: Any, **named: Any) -> Any:
            if self.lock_file.startswith(str(store.ledger)):
                raise error
            return acquire(self, *more, **named)

        patch.setattr(FileLock, "acquire", refuse_ours)

    return do


def full_for_log(store: Store, patch: Patch) -> None:
    store.settings(f"general.log_folder={store.folder / 'Delade loggar'}")
    append = dayfile.DayFile.append

    def refuse_rows(self: dayfile.DayFile, *more: Any) -> None:
        if self.folder.name == "Delade loggar":
            full()
        append(self, *more)

    patch.setattr(dayfile.DayFile, "append", refuse_rows)


def log_folder_gone(store: Store, _patch: Patch) -> None:
    (store.folder / "enhet").write_text("ingen mapp")
    store.settings(f"general.log_folder={store.folder / 'enhet' / 'loggar'}")


def own_log_folder(store: Store, _patch: Patch) -> None:
    store.settings("general.log_folder=")


def another_system(store: Store, _patch: Patch) -> None:
    """Set up in every other way: only its start date is the old one."""
    out = store.folder / "sie"
    out.mkdir()
    store.settings("integration.system=files", f"files.folder_out={out}")


OURS = (
    Case("inställningsfilen är trasig", "I01", ("rad", "kopian"), broken_settings, settings_back),
    Case("startdatum saknas", "I04", ("startdatum",), put("safety.cutover="), put("safety.cutover=2026-11-02")),
    Case(
        "byte av affärssystem utan nytt datum",
        "I05",
        ("Minnessystemet",),
        another_system,
        put("integration.system=memory"),
    ),
    Case("lösenordsvalvet svarar inte", "I08", ("Logga ut och in",), no_keychain),
    Case("journalen är skadad", "D07", ("ledger restore",), damaged_ledger, ledger_back),
    Case("journalen är nyare", "D08", ("nyare version",), newer_ledger, ledger_back),
    Case("disken är full för journalen", "L01", ("papperskorgen",), full_for_ledger),
    Case(
        "disken är full för låset",
        "L01",
        ("papperskorgen",),
        lock_fails(OSError(errno.ENOSPC, "No space left on device")),
    ),
    Case(
        "mappen är skrivskyddad",
        "D38",
        ("rätt att ändra i mappen",),
        lock_fails(PermissionError(errno.EACCES, "Permission denied")),
    ),
    Case("disken är full för loggen", "L01", ("papperskorgen",), full_for_log, own_log_folder),
    Case("loggmappen är borta", "L02", ("annan mapp",), log_folder_gone, own_log_folder),
)

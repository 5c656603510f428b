"""Who else on this computer may read our files, or change them. Rights are narrowed here, never widened.

POSIX: the mode bits, and only of what we own. Windows: the list of rights (DACL). What lies on another computer is left
to that computer: another till there must be able to take over, under a name that we do not know.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from synccenter.contract.disk import own_folder

_OTHERS = 0o077
_WRITING = 0o022

if sys.platform == "win32":
    import ctypes
    from ctypes import c_void_p, wintypes

    _FILE, _DACL, _PROTECTED = 1, 0x4, 0x80000000  # SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, PROTECTED_DACL_…
    _ALLOWED, _INHERIT_ONLY = 0, 0x8
    _WRITES = 0x500D0156
    """FILE_WRITE_DATA, FILE_APPEND_DATA, FILE_WRITE_EA, FILE_DELETE_CHILD, FILE_WRITE_ATTRIBUTES,
    DELETE, WRITE_DAC, WRITE_OWNER,
    GENERIC_WRITE, GENERIC_ALL: each of them lets somebody put another file in the place of one."""

    _MANY = {"S-1-1-0", "S-1-5-2", "S-1-5-4", "S-1-5-7", "S-1-5-11", "S-1-5-32-545", "S-1-5-32-546"}
    """Everyone, Network, Interactive, Anonymous, Authenticated Users, Users, Guests."""

    _KEEPERS = {"S-1-5-18", "S-1-5-32-544", "S-1-3-0", "S-1-3-4"}
    """SYSTEM, Administrators, and whoever owns the file."""
    _INSTALLER = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"

    _SERVICES = {"S-1-5-18", "S-1-5-19", "S-1-5-20"}
    """SYSTEM, Local Service, Network Service: a scheduled task must not lock the person at the till out."""

    _REMOTE = 4

    def is_elsewhere(path: Path) -> bool:
        """Whether a file lies on another computer."""
        drive = path.absolute().drive
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _REMOTE

    def readers(path: Path) -> tuple[str, ...]:
        """The groups of others that have any right to a file, by their SID. Raises OSError."""
        return tuple(sid for sid, _mask in _grants(path) if _is_many(sid))

    def writers(path: Path) -> tuple[str, ...]:
        """Who else may write to a file, or into a folder, by their SID. Raises OSError."""
        own = _own_sid()
        trusted = _KEEPERS | {own, _INSTALLER}
        return tuple(sid for sid, mask in _grants(path) if mask & _WRITES and sid not in trusted)

    def _is_many(sid: str) -> bool:
        """S-1-5-21-…-513 is every user of a domain, or of this computer."""
        return sid in _MANY or (sid.startswith("S-1-5-21-") and sid.endswith(("-513", "-514", "-515")))

    def _narrow(path: Path) -> None:
        own, inherited = _own_sid(), "OICI" if path.is_dir() else ""
        if own in _SERVICES:
            raise PermissionError("as a service we do not know whose the files are")
        rights = f"D:P(A;{inherited};FA;;;SY)(A;{inherited};FA;;;{own})"
        advapi, descriptor = ctypes.WinDLL("advapi32", use_last_error=True), c_void_p()
        make = advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW
        if not make(rights, 1, ctypes.byref(descriptor), None):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            if not advapi.SetFileSecurityW(str(path), wintypes.DWORD(_DACL | _PROTECTED), descriptor):
                raise ctypes.WinError(ctypes.get_last_error())
        finally:
            _free(descriptor)

    def _grants(path: Path) -> list[tuple[str, int]]:
        """(SID, rights) of each entry that allows something. Without a list everybody may do everything."""
        advapi = ctypes.WinDLL("advapi32", use_last_error=True)
        acl, descriptor = c_void_p(), c_void_p()
        get_rights = advapi.GetNamedSecurityInfoW
        get_rights.argtypes = [wintypes.LPWSTR, ctypes.c_int, wintypes.DWORD, *[c_void_p] * 5]
        _told(get_rights(str(path), _FILE, _DACL, None, None, ctypes.byref(acl), None, ctypes.byref(descriptor)))
        try:
            return list(_entries(advapi, acl)) if acl.value else [("S-1-1-0", _WRITES)]
        finally:
            _free(descriptor)

    def _entries(advapi: ctypes.WinDLL, acl: c_void_p) -> Iterable[tuple[str, int]]:
        """ACL: revision, size, count. ACE: type, flags, size, mask, SID (learn.microsoft.com: ACCESS_ALLOWED_ACE)."""
        assert acl.value is not None
        for number in range(int.from_bytes(ctypes.string_at(acl.value + 4, 2), "little")):
            entry = c_void_p()
            if not advapi.GetAce(acl, number, ctypes.byref(entry)) or entry.value is None:
                raise ctypes.WinError(ctypes.get_last_error())
            head = ctypes.string_at(entry.value, 8)
            if head[0] == _ALLOWED and not head[1] & _INHERIT_ONLY:
                yield _sid_text(advapi, c_void_p(entry.value + 8)), int.from_bytes(head[4:8], "little")

    def _own_sid() -> str:
        """Whose process this is."""
        kernel, advapi = ctypes.WinDLL("kernel32"), ctypes.WinDLL("advapi32", use_last_error=True)
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        advapi.OpenProcessToken.argtypes = [wintypes.HANDLE, wintypes.DWORD, c_void_p]
        token, size = wintypes.HANDLE(), wintypes.DWORD()
        if not advapi.OpenProcessToken(kernel.GetCurrentProcess(), 0x8, ctypes.byref(token)):  # TOKEN_QUERY
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            found = ctypes.create_string_buffer(256)
            advapi.GetTokenInformation.argtypes = [wintypes.HANDLE, ctypes.c_int, c_void_p, wintypes.DWORD, c_void_p]
            if not advapi.GetTokenInformation(token, 1, found, len(found), ctypes.byref(size)):  # TokenUser
                raise ctypes.WinError(ctypes.get_last_error())
            return _sid_text(advapi, c_void_p.from_buffer(found))
        finally:
            kernel.CloseHandle(token)

    def _sid_text(advapi: ctypes.WinDLL, sid: c_void_p) -> str:
        text = c_void_p()
        if not advapi.ConvertSidToStringSidW(sid, ctypes.byref(text)) or text.value is None:
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            return ctypes.wstring_at(text.value)
        finally:
            _free(text)

    def _free(memory: c_void_p) -> None:
        ctypes.WinDLL("kernel32").LocalFree(memory)

    def _told(code: int) -> None:
        if code:
            raise ctypes.WinError(code)

else:

    def is_elsewhere(path: Path) -> bool:  # noqa: ARG001 - a mounted folder shows its own rights here
        """Whether a file lies on another computer."""
        return False

    def readers(path: Path) -> tuple[str, ...]:
        """Who else has any right to a file: `grupp` and `andra`. Raises OSError."""
        return _named(path.stat().st_mode & _OTHERS)

    def writers(path: Path) -> tuple[str, ...]:
        """Who else may write to a file, or into a folder. Raises OSError."""
        found = path.stat()
        foreign = () if found.st_uid in {0, os.getuid()} else (f"ägaren {found.st_uid}",)
        return foreign + _named(found.st_mode & _WRITING)

    def _named(mode: int) -> tuple[str, ...]:
        return tuple(name for name, bits in (("grupp", 0o070), ("andra", 0o007)) if mode & bits)

    def _narrow(path: Path) -> None:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)


def keep_private(path: Path) -> bool:
    """Take the rights of others from a file or folder of ours; whether it is ours alone afterwards. Never raises.

    One that is not there, or lies on another computer, is nothing to narrow. A person's own grant to one other by
    name stays on Windows, since it was given on purpose.
    """
    with suppress(FileNotFoundError):
        try:
            if path.is_symlink() or is_elsewhere(path):
                return True
            if readers(path):
                _narrow(path)
            return not readers(path)
        except FileNotFoundError:
            raise
        except OSError:  # somebody else's, or a disk without rights (FAT)
            return False
    return True


def private_folder(folder: Path) -> None:
    """Make a folder that is ours alone, or narrow it with the files in it. Raises OSError when it cannot be made."""
    own_folder(folder)
    keep_private(folder)  # what lies in it inherits that on Windows


def keep_all_private(paths: Iterable[Path]) -> list[Path]:
    """The same for many; those that others can still read."""
    return [path for path in paths if not keep_private(path)]

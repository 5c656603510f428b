"""Looks into a one-file exe: what lies in it, how much room each part takes, and whether a DLL is missing.

    python -m tools.windows.inspect_exe FILE            the table of docs/EXE.md
    python -m tools.windows.inspect_exe FILE --listing  name, size and hash of all contents, to compare two builds

The archive is read as PyInstaller 6 writes it (PyInstaller/archive/readers.py, CArchiveReader and ZlibArchiveReader).
"""

from __future__ import annotations

import hashlib
import marshal
import struct
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pefile

_MAGIC = b"MEI\014\013\012\013\016"
_COOKIE = struct.Struct("!8sIIII64s")
_ENTRY = struct.Struct("!IIIIBc")
_PYZ_HEADER = struct.Struct("!4s4si")
_X64 = 0x8664

WINDOWS_OWN = {
    "advapi32", "bcrypt", "bcryptprimitives", "comctl32", "comdlg32", "crypt32", "dbghelp", "dnsapi", "dwmapi",
    "gdi32", "gdiplus", "imm32", "iphlpapi", "kernel32", "mpr", "msvcrt", "mswsock", "ncrypt", "netapi32", "ntdll",
    "odbc32", "ole32", "oleaut32", "propsys", "psapi", "rpcrt4", "secur32", "setupapi", "shcore", "shell32",
    "shlwapi", "ucrtbase", "user32", "userenv", "uxtheme", "version", "winmm", "winspool.drv", "wldap32", "ws2_32",
    "wtsapi32",
}  # fmt: skip
"""In System32 of every Windows 10 and 11. Added to by hand, never from what Wine has."""


class Part(NamedTuple):
    """One file or module inside: its name, its bytes and the room they take in the exe."""

    name: str
    data: bytes
    packed: int


def parts(exe: Path) -> list[Part]:
    """Everything inside, modules of the Python archive one by one; first the boot loader itself."""
    raw = exe.read_bytes()
    at = raw.rfind(_MAGIC)
    if at < 0:
        raise ValueError(f"{exe} is not made by PyInstaller")
    _, length, toc, toc_length, *_ = _COOKIE.unpack_from(raw, at)
    start = at + _COOKIE.size - length
    found = [Part("(boot loader)", raw[:start], start)]
    for name, kind, packed, data in _entries(raw, start, start + toc, toc_length):
        found.extend(_modules(data) if kind == b"z" else [Part(name, data, packed)])
    return found


def _entries(raw: bytes, start: int, toc: int, toc_length: int) -> Iterator[tuple[str, bytes, int, bytes]]:
    at = toc
    while at < toc + toc_length:
        size, offset, packed, _, compressed, kind = _ENTRY.unpack_from(raw, at)
        name = raw[at + _ENTRY.size : at + size].rstrip(b"\0").decode().replace("\\", "/")
        data = raw[start + offset : start + offset + packed]
        yield name, kind, packed, zlib.decompress(data) if compressed else data
        at += size


def _modules(archive: bytes) -> Iterator[Part]:
    """The modules of a PYZ. Its table of contents is marshalled data of this file, not code."""
    _, _, toc = _PYZ_HEADER.unpack_from(archive)
    for name, (_, offset, length) in marshal.loads(archive[toc:]):
        data = archive[offset : offset + length]
        yield Part(f"PYZ/{name}", zlib.decompress(data) if data else b"", length)


def listing(built: Path) -> list[str]:
    """Name, size and hash of all contents of an exe or of a folder build.

    Without the boot loader, which holds the time of the build, and its options, which tell the two kinds apart.
    """
    exe = built / f"{built.name}.exe" if built.is_dir() else built
    found = [(part.name, part.data) for part in parts(exe)[1:] if not part.name.startswith("pyi-")]
    beside = built / "_internal"
    files = sorted(path for path in beside.rglob("*") if path.is_file())
    found += [(path.relative_to(beside).as_posix(), path.read_bytes()) for path in files]
    return sorted(f"{name} {len(data)} {hashlib.sha256(data).hexdigest()}" for name, data in found)


def faults(found: list[Part]) -> list[str]:
    """What would stop the exe on another PC: a wanted DLL that is neither inside nor Windows', a file of Wine's."""
    inside = {part.name.rpartition("/")[2].lower() for part in found}
    wrong = []
    for part in found:
        if not part.data.startswith(b"MZ"):
            continue
        if b"Wine builtin DLL" in part.data[:128] or b"Wine placeholder DLL" in part.data[:128]:
            wrong.append(f"{part.name} belongs to Wine")
        image = pefile.PE(data=part.data, fast_load=True)
        if image.FILE_HEADER.Machine != _X64:
            wrong.append(f"{part.name} is not for 64-bit Windows")
        wrong.extend(f"{part.name} wants {dll}" for dll in sorted(_imported(image) - inside) if not _windows_own(dll))
    return wrong


def _imported(image: pefile.PE) -> set[str]:
    image.parse_data_directories([1, 13])  # imports and delayed imports
    tables = [getattr(image, name, []) for name in ("DIRECTORY_ENTRY_IMPORT", "DIRECTORY_ENTRY_DELAY_IMPORT")]
    return {entry.dll.decode().lower() for table in tables for entry in table}


def _windows_own(dll: str) -> bool:
    return dll.startswith("api-ms-win-") or dll.removesuffix(".dll") in WINDOWS_OWN


def sizes(found: list[Part]) -> dict[str, int]:
    """Packed bytes for each part of the program, largest first."""
    total: dict[str, int] = defaultdict(int)
    for part in found:
        total[_owner(part.name)] += part.packed
    return dict(sorted(total.items(), key=lambda row: -row[1]))


_OWNERS = {
    "libcrypto": "OpenSSL", "libssl": "OpenSSL", "_ssl": "OpenSSL", "_hashlib": "OpenSSL",
    "tcl": "Tcl/Tk", "tk": "Tcl/Tk", "_tcl": "Tcl/Tk", "_tk": "Tcl/Tk", "_tkinter": "Tcl/Tk", "sv_ttk": "Tcl/Tk",
    "sqlite3": "SQLite", "_sqlite3": "SQLite", "python313": "Python", "base_library": "Python",
    "psycopg_binary": "PostgreSQL", "psycopg": "PostgreSQL", "sqlalchemy": "SQLAlchemy",
    "pyodbc": "SQL Server (pyodbc)", "PIL": "Pillow", "pystray": "pystray",
    "vcruntime140": "Microsoft C runtime", "vcruntime140_1": "Microsoft C runtime", "msvcp140": "Microsoft C runtime",
    "synccenter": "JobOffice Sync Center", "connectors": "JobOffice Sync Center", "jobsync": "JobOffice Sync Center",
    "(boot loader)": "PyInstaller", "pyimod": "PyInstaller", "requests": "requests", "urllib3": "requests",
    "certifi": "requests",
    "charset_normalizer": "requests", "idna": "requests", "keyring": "keyring", "jaraco": "keyring",
    "more_itertools": "keyring", "win32ctypes": "keyring", "zlib1": "Tcl/Tk", "libffi": "Python",
}  # fmt: skip


def _owner(name: str) -> str:
    name = name.removeprefix("PYZ/")
    top = name.split("/")[0].replace("VCRUNTIME", "vcruntime")
    if top == "psycopg_binary.libs":
        return "PostgreSQL"
    top = top.split(".")[0].split("-")[0]
    top = top if top in _OWNERS else top.removesuffix("86t").removesuffix("_data")
    return _OWNERS.get(top, "Python" if top in sys.stdlib_module_names or top.startswith(("_", "py")) else top)


def main(words: list[str]) -> int:
    """Print; exit code 1 when something is wrong."""
    exe = Path(words[0])
    if "--listing" in words:
        print("\n".join(listing(exe)))
        return 0
    found = parts(exe)
    for owner, size in sizes(found).items():
        print(f"{size / 1e6:7.2f} MB  {owner}")
    print(f"{exe.stat().st_size / 1e6:7.2f} MB  in all, {len(found)} files and modules")
    wrong = faults(found)
    print("\n".join(wrong) or "Every DLL wanted is inside or Windows' own.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

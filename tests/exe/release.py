"""Another release of the program: the same file under another number."""

from __future__ import annotations

import struct
from pathlib import Path


def with_version(exe: Path, version: tuple[int, int, int]) -> bytes:
    """The same program with another number in its version resource."""
    data = exe.read_bytes()
    at = data.index(b"\xbd\x04\xef\xfe") + 8
    return data[:at] + struct.pack("<II", version[0] << 16 | version[1], version[2] << 16) + data[at + 8 :]

"""What lies in the exe, without starting it."""

from __future__ import annotations

import io
import re
import tomllib
from pathlib import Path
from typing import Any

import pefile
import pytest
from PIL import Image

from connectors import REGISTRY
from synccenter import __version__
from tests.places import PROJECT
from tools.windows.inspect_exe import Part, faults, parts, sizes

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def inside(exe: Path) -> list[Part]:
    return parts(exe)


def names(inside: list[Part]) -> set[str]:
    return {part.name for part in inside}


def test_every_wanted_dll_is_inside_or_windows_own(inside: list[Part]) -> None:
    assert faults(inside) == []


def test_a_missing_dll_is_noticed(inside: list[Part]) -> None:
    without = [part for part in inside if not part.name.startswith("libssl-3.dll")]
    assert any("wants libssl-3.dll" in fault for fault in faults(without))


def test_it_is_at_most_25_megabytes_with_every_connector(exe: Path, inside: list[Part]) -> None:
    assert exe.stat().st_size <= 25 * MEGABYTE, sizes(inside)
    modules = {name.removeprefix("PYZ/") for name in names(inside)}
    for path in (PROJECT / "connectors").rglob("*.py"):
        module = ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")
        assert module in modules
    assert REGISTRY


def test_the_table_in_the_docs_names_every_part(inside: list[Part]) -> None:
    table = (PROJECT / "docs" / "EXE.md").read_text(encoding="utf-8")
    for owner, size in sizes(inside).items():
        if size >= MEGABYTE // 10:
            assert f"| {owner} |" in table, f"docs/EXE.md säger inget om {owner} ({size} byte)"


def test_its_properties_are_those_of_the_program(exe: Path) -> None:
    image = pefile.PE(str(exe))
    [table] = [entry for block in image.FileInfo for entry in block if hasattr(entry, "StringTable")]
    texts = {key.decode(): value.decode() for key, value in table.StringTable[0].entries.items()}
    assert texts["ProductName"] == "JobOffice Sync Center"
    assert texts["FileVersion"] == texts["ProductVersion"] == __version__
    assert image.OPTIONAL_HEADER.Subsystem == 2  # windowed: no black window behind it


def test_the_icon_is_orange_and_has_every_size(exe: Path) -> None:
    image = pefile.PE(str(exe))
    kinds = {entry.id: entry for entry in image.DIRECTORY_ENTRY_RESOURCE.entries}
    group = kinds[pefile.RESOURCE_TYPE["RT_GROUP_ICON"]].directory.entries[0].directory.entries[0].data.struct
    data = bytes(image.get_data(group.OffsetToData, group.Size))
    widths = {data[6 + 14 * number] or 256 for number in range(int.from_bytes(data[4:6], "little"))}
    assert {16, 20, 24, 32, 48, 64, 256} <= widths
    assert colour_of((PROJECT / "icon.ico").read_bytes()) == "orange"
    largest = max((icon(image, entry) for entry in kinds[pefile.RESOURCE_TYPE["RT_ICON"]].directory.entries), key=len)
    assert largest in (PROJECT / "icon.ico").read_bytes()


def icon(image: pefile.PE, entry: Any) -> bytes:
    """One picture of the exe's icon, as it lies in an .ico file."""
    place = entry.directory.entries[0].data.struct
    return bytes(image.get_data(place.OffsetToData, place.Size))


def colour_of(icon: bytes) -> str:
    """Orange when most of what is not see-through is."""
    pixels = Image.open(io.BytesIO(icon)).convert("RGBA").tobytes()
    seen = [pixels[at : at + 3] for at in range(0, len(pixels), 4) if pixels[at + 3] > 200]
    orange = [1 for red, green, blue in seen if red > 200 and 60 < green < 160 and blue < 60]
    return "orange" if len(orange) > len(seen) / 2 else "något annat"


def test_nothing_is_packed_by_upx(exe: Path, inside: list[Part]) -> None:
    assert not [part.name for part in inside if part.data.startswith(b"MZ") and part.data.find(b"UPX!", 0, 4096) >= 0]
    assert not [
        section.Name for section in pefile.PE(str(exe), fast_load=True).sections if section.Name.startswith(b"UPX")
    ]


def test_it_unpacks_where_storage_sense_leaves_it_alone(inside: list[Part]) -> None:
    [folder] = [name for name in names(inside) if name.startswith("pyi-runtime-tmpdir")]
    assert folder.split(" ", 1)[1] == "%LOCALAPPDATA%/JobOffice Sync Center/Program"


def test_the_licences_of_all_parts_are_inside(inside: list[Part]) -> None:
    [text] = [part.data.decode() for part in inside if part.name.endswith("LICENSER.txt")]
    for part in ("Python", "Tcl/Tk", "OpenSSL", "SQLite", *packages(inside)):
        assert re.search(rf"^=+ {re.escape(part)} ", text, re.MULTILINE), part


def packages(inside: list[Part]) -> set[str]:
    """The packages of the lock that lie in the exe."""
    lock = (PROJECT / "tools" / "windows" / "requirements.lock").read_text(encoding="utf-8")
    tops = {name.removeprefix("PYZ/").split("/")[0].split(".")[0].casefold() for name in names(inside)}
    pinned = re.findall(r"^([\w-]+)==", lock, re.MULTILINE)
    known_as = {"pillow": "pil", "pywin32-ctypes": "win32ctypes"}
    return {name for name in pinned if known_as.get(name, name.replace("-", "_")) in tops}


def test_the_lock_pins_what_the_project_asks_for() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lock = (PROJECT / "tools" / "windows" / "requirements.lock").read_text(encoding="utf-8")
    for asked in [*project["dependencies"], *extras["desktop"], *extras["server"], *extras["nav"]]:
        if "sys_platform != 'win32'" in asked:
            continue
        name = re.split(r"[\[<>=;]", asked)[0].replace("_", "-").lower()
        assert f"\n{name}==" in f"\n{lock}", f"{name} saknas: kör tools/windows/lock.sh"

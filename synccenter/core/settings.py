"""Settings: declared once, kept as TOML, written atomically, versioned. Secrets never come here.

A name is `section.option`, e.g. `general.log_days`. Each connector has a section of its own name. A file that
cannot be read is reported with line and key, and the last good copy is used meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import tomli_w

from synccenter.core import catalogue
from synccenter.core.errors import Problem, SyncError
from synccenter.core.options import BadValue, Kind, Option, parse

VERSION = 1
"""The version of the file's layout; `_MIGRATIONS` turns older ones into this."""

Sections = Mapping[str, tuple[Option, ...]]

_HEADING = '# JobOffice Sync Center - inställningar. Ändras i programmet eller med "jobsync settings set".\n'


class Settings:
    """The settings of one data folder. Values are validated and typed; unset ones have their default."""

    def __init__(self, path: Path, sections: Sections) -> None:
        self.path = path
        self.sections = sections
        self.problems: list[Problem] = []
        self._values: dict[str, dict[str, Any]] = {}
        self._foreign: dict[str, Any] = {}

    @classmethod
    def load(cls, path: Path, sections: Sections) -> Settings:
        """Read the file; a missing file means defaults. What is wrong stands in `problems`."""
        settings = cls(path, sections)
        if path.exists():
            raw = settings._read(path)
            if raw is None and settings.copy.exists():
                raw = settings._read(settings.copy)
            settings._take(raw or {})
        return settings

    @property
    def copy(self) -> Path:
        """Where the last good copy lies."""
        return self.path.with_suffix(".bak.toml")

    def option(self, name: str) -> Option:
        """The declaration behind `section.option`. Raises I03."""
        section, _, short = name.partition(".")
        for option in self.sections.get(section, ()):
            if option.name == short:
                return option
        raise catalogue.SETTING_UNKNOWN.error(name=name)

    def __getitem__(self, name: str) -> Any:
        """The value of `section.option`."""
        section, _, short = name.partition(".")
        return self._values.get(section, {}).get(short, self.option(name).default)

    def section(self, section: str) -> dict[str, Any]:
        """All values of a section."""
        return {
            option.name: self[f"{section}.{option.name}"]
            for option in self.sections.get(section, ())
            if option.kind is not Kind.SECRET
        }

    def set(self, name: str, value: Any) -> None:
        """Validate and set one value; text is parsed as typed by a person. Raises I02 or I03."""
        option = self.option(name)
        if option.kind is Kind.SECRET:
            raise catalogue.SETTING_REFUSED.error(
                name=name, why=f"Hemligheter sparas i lösenordsvalvet: kör ”jobsync settings secret {name}”."
            )
        section, _, short = name.partition(".")
        try:
            if option.kind is Kind.TABLE and isinstance(value, str):
                value = _toml_value(value)
            self._values.setdefault(section, {})[short] = parse(option, value)
        except BadValue as bad:
            raise catalogue.SETTING_REFUSED.error(name=name, why=str(bad)) from None

    def is_set(self, name: str) -> bool:
        """Whether a value was chosen and is not just the default."""
        section, _, short = name.partition(".")
        return short in self._values.get(section, {})

    def save(self) -> None:
        """Write atomically; the previous good file becomes the copy."""
        document: dict[str, Any] = {"version": VERSION, **self._foreign}
        for section, values in self._values.items():
            plain = {key: _plain(value) for key, value in values.items() if value is not None}
            if plain:
                document[section] = plain
        text = _HEADING + tomli_w.dumps(document)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists() and not self.problems:
            write_atomically(self.copy, self.path.read_bytes())
        write_atomically(self.path, text.encode())

    def _read(self, path: Path) -> dict[str, Any] | None:
        try:
            return tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except tomllib.TOMLDecodeError as error:
            line = str(error).rpartition("line ")[2].split(",")[0] if "line " in str(error) else "?"
            why = str(error).partition(" (at")[0]
        except (OSError, UnicodeDecodeError) as error:
            line, why = "?", str(error)
        self.problems.append(catalogue.SETTINGS_BROKEN.problem(path=path, line=_key_at(path, line), why=why))
        return None

    def _take(self, raw: dict[str, Any]) -> None:
        """Keep what is valid; name what is not; carry along what a newer or other version wrote."""
        raw.pop("version", None)
        for section, values in raw.items():
            if section not in self.sections or not isinstance(values, dict):
                self._foreign[section] = values
                continue
            for short, value in values.items():
                name = f"{section}.{short}"
                try:
                    self._values.setdefault(section, {})[short] = parse(self.option(name), value)
                except BadValue as bad:
                    self.problems.append(catalogue.SETTING_REFUSED.problem(name=name, why=str(bad)))
                except SyncError as error:
                    self.problems.append(error.problem)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves either the old or the new one, whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # Windows cannot open a folder; NTFS journals the rename itself
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _plain(value: Any) -> Any:
    """A value as TOML writes it."""
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items() if part is not None}
    if isinstance(value, bool | int | str | date):
        return value
    return str(value)


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError as error:
        raise BadValue(f"Går inte att läsa som TOML: {error}.") from None


def _key_at(path: Path, line: str) -> str:
    """`7 (log_days)`: the line and, when it can be seen, its key."""
    if line.isdigit():
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        if 0 < int(line) <= len(lines) and "=" in lines[int(line) - 1]:
            return f"{line} ({lines[int(line) - 1].partition('=')[0].strip()})"
    return line

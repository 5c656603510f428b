"""Settings: declared once, kept as TOML, written atomically, versioned. Secrets never come here.

A name is `section.option`, e.g. `general.log_days`. Each connector has a section of its own name. A file that
cannot be read is reported with line and key, and the last good copy is used meanwhile.
"""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import tomli_w
from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.connector import Description
from synccenter.contract.database_address import parted
from synccenter.contract.disk import read_patiently, write_atomically
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.options import Kind, Option, S, Section
from synccenter.contract.values import BadValue, parse, plain
from synccenter.core.faults import disk_problem, masked
from synccenter.core.secrets import Keychain
from synccenter.core.sections import General, Integration, Mail, Safety, Schedule
from synccenter.posting.settings import Posting

VERSION = 1
"""The version of the file's layout; `MIGRATIONS` turns older ones into this."""

MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From a version to the next: what to do with the whole document. A file without a version is version 1.
An option that only has another name needs none: it declares `renamed_from`."""

Sections = Mapping[str, Section]

_HEADING = '# JobOffice Sync Center - inställningar. Ändras i programmet eller med "jobsync settings set".\n'


class Settings:
    """The settings of one data folder. A section is decoded into its struct; unset options have their default."""

    def __init__(self, path: Path, sections: Sections, secrets: Keychain | None = None) -> None:
        self.path = path
        self.sections = sections
        self.passwords: dict[str, str] = {}
        """Passwords that were written into an address and are not in the keychain yet, by the secret's full name."""
        self._secrets = secrets
        self._values: dict[str, dict[str, Any]] = {}
        self._records: dict[str, Struct] = {}
        self._carried: dict[str, Any] = {}
        """What this version cannot use but must not lose: unknown sections and keys, refused values."""
        self._broken: Problem | None = None
        self._held = False
        self._newer: Problem | None = None
        self._unmoved: Problem | None = None
        self._refused: dict[str, Problem] = {}

    @classmethod
    def load(cls, path: Path, sections: Sections, secrets: Keychain | None = None) -> Settings:
        """Read the file; a missing file means defaults. What is wrong stands in `problems`.

        A password that stands in an address is moved to `secrets`, and the file and its copy are written without it.
        """
        settings = cls(path, sections, secrets)
        if path.exists():
            content = b""
            try:
                document = _read(path)
                content = path.read_bytes()
            except _Unreadable as error:
                document = settings._last_good(error)
            settings._take(settings._migrated(document))
            if settings.passwords and secrets is not None:
                settings._move_passwords(secrets)
            elif content and not settings.passwords:
                settings._keep_copy(content)
        return settings

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the file and its values; empty when all is well."""
        whole = (self._broken, self._newer, self._unmoved)
        return [problem for problem in whole if problem] + list(self._refused.values())

    @property
    def can_be_read_again(self) -> bool:
        """The system would not let the file be read when these were loaded (another held it), and now it does."""
        if not self._held:
            return False
        try:
            self.path.read_bytes()
        except OSError:
            return False
        return True

    @property
    def copy(self) -> Path:
        """Where the last good copy lies."""
        return self.path.with_suffix(".bak.toml")

    @property
    def broken(self) -> Path:
        """Where an unreadable file is laid aside when new settings are saved."""
        return self.path.with_suffix(".trasig.toml")

    # --- what holds ------------------------------------------------------------------------------------------

    @property
    def general(self) -> General:
        """The shop, its till and the program on this computer."""
        return self._record("general", General)

    @property
    def schedule(self) -> Schedule:
        """When Sync Center runs by itself."""
        return self._record("schedule", Schedule)

    @property
    def integration(self) -> Integration:
        """Which business system, and what comes from it."""
        return self._record("integration", Integration)

    @property
    def posting(self) -> Posting:
        """What is booked, as what, and where."""
        return self._record("posting", Posting)

    @property
    def mail(self) -> Mail:
        """Who gets mail and by which server."""
        return self._record("mail", Mail)

    @property
    def safety(self) -> Safety:
        """From when, and who takes over."""
        return self._record("safety", Safety)

    def of(self, description: Description[S]) -> S:
        """A connector's own section."""
        return self._record(description.name, description.settings)

    def _record(self, section: str, record: type[S]) -> S:
        found = self._records.get(section)
        if found is None:
            found = self._records[section] = self.sections[section].build(self._values.get(section, {}))
        if not isinstance(found, record):
            raise TypeError(f"the section {section} is no {record.__name__}")
        return found

    # --- by name: for the command line and the window --------------------------------------------------------

    def option(self, name: str) -> Option:
        """The declaration behind `section.option`, or behind an earlier name of it. Raises I03."""
        return self._find(name)[1]

    def _find(self, name: str) -> tuple[str, Option]:
        section, _, short = name.partition(".")
        for place, option in self._declared():
            if (place == section and short == option.name) or name in _earlier(place, option):
                return place, option
        raise catalogue.SETTING_UNKNOWN.error(name=name)

    def _declared(self) -> Iterator[tuple[str, Option]]:
        for section in self.sections.values():
            for option in section.options:
                yield section.name, option

    def value(self, name: str) -> Any:
        """The value of `section.option`. Raises I03."""
        section, option = self._find(name)
        return self._values.get(section, {}).get(option.name, option.default)

    def section(self, section: str) -> dict[str, Any]:
        """All values of a section as they stand in the file or would, but for its secrets."""
        return {
            option.name: plain(self.value(f"{section}.{option.name}"))
            for option in self.sections[section].options
            if option.kind is not Kind.SECRET
        }

    def set(self, name: str, value: object) -> None:
        """Validate and set one value; text is parsed as typed by a person. Raises I02 or I03."""
        section, option = self._find(name)
        name = f"{section}.{option.name}"
        if option.kind is Kind.SECRET:
            raise catalogue.SETTING_REFUSED.error(name=name, why=_vault(name))
        try:
            parsed = parse(option, value)
        except BadValue as bad:
            raise catalogue.SETTING_REFUSED.error(name=name, why=str(bad)) from None
        self._keep(section, option, parsed)
        if isinstance(self._carried.get(section), dict):
            self._carried[section].pop(option.name, None)
        self._refused.pop(name, None)

    def _keep(self, section: str, option: Option, parsed: object) -> None:
        if option.vaulted_as and isinstance(parsed, str):
            parsed, password = parted(parsed)
            if password:
                self.passwords[f"{section}.{option.vaulted_as}"] = password
        self._values.setdefault(section, {})[option.name] = parsed
        self._records.pop(section, None)

    def is_set(self, name: str) -> bool:
        """Whether a value was chosen and is not just the default."""
        section, option = self._find(name)
        return option.name in self._values.get(section, {})

    def save(self, secrets: Keychain | None = None) -> None:
        """Write atomically, the last good copy too; passwords out of addresses go to the keychain first.

        Raises I10 when a newer version wrote the file, I08 when the keychain says no, or OSError.
        """
        if self._newer:
            raise SyncError(self._newer)
        self._store_passwords(secrets or self._secrets)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self._broken and self.path.exists():
            write_atomically(self.broken, masked(self.path.read_bytes().decode("utf-8", "replace")).encode())
        self._write()
        self._broken = None
        twice = catalogue.SETTING_TWICE.code  # what is saved holds the name of today only
        self._refused = {name: one for name, one in self._refused.items() if one.code != twice}

    def _store_passwords(self, secrets: Keychain | None) -> None:
        for name, password in list(self.passwords.items()):
            if secrets is None:
                raise catalogue.SECRET_UNAVAILABLE.error(item=name)
            secrets.set(name, password)
            del self.passwords[name]
        self._unmoved = None

    def _move_passwords(self, secrets: Keychain) -> None:
        """An older file: what the keychain has already was used then, and is used now. Never raises."""
        names = ", ".join(self.passwords)
        for password in self.passwords.values():
            secrets.masker.add(password)
        try:
            for name in [one for one in self.passwords if secrets.get(one)]:
                del self.passwords[name]
            self._store_passwords(secrets)
            why = self._newer  # its file is not ours to write
            if why is None:
                self._write(only_copy=self._broken is not None)
        except SyncError as error:
            why = error.problem
        except OSError as error:
            why = disk_problem(self.path.parent, error)
        if why is not None:
            self._unmoved = catalogue.PASSWORD_IN_ADDRESS.problem(names=names, detail=why.title)

    def _write(self, *, only_copy: bool = False) -> None:
        content = (_HEADING + tomli_w.dumps(self._document())).encode()
        if not only_copy:
            write_atomically(self.path, content)
        self._keep_copy(content)

    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = {"version": VERSION}
        for section, carried in self._carried.items():
            document[section] = dict(carried) if isinstance(carried, dict) else carried
        for section, values in self._values.items():
            chosen = {key: plain(value) for key, value in values.items() if value is not None}
            if chosen:
                document[section] = chosen | document.get(section, {})
        return document

    def _keep_copy(self, content: bytes) -> None:
        with contextlib.suppress(OSError):  # the copy is for a later day; a disk that says no is told by the save
            if not self.copy.exists() or self.copy.read_bytes() != content:
                write_atomically(self.copy, content)

    def _last_good(self, error: _Unreadable) -> dict[str, Any]:
        """What the copy holds, with the problem of the file itself told."""
        self._held = error.held is not None
        try:
            document = _read(self.copy)
        except _Unreadable:
            self._broken = catalogue.SETTINGS_NO_COPY.problem(path=self.path, line=error.line, why=error.why)
            return {}
        broken = catalogue.SETTINGS_BROKEN.problem(path=self.path, line=error.line, why=error.why)
        self._broken = disk_problem(self.path.parent, error.held) if error.held else broken
        return document

    def _migrated(self, document: dict[str, Any]) -> dict[str, Any]:
        version = document.pop("version", 1)
        if isinstance(version, bool) or not isinstance(version, int) or version < 1:
            self._refused["version"] = catalogue.SETTING_REFUSED.problem(name="version", why=f"Skriv {VERSION}.")
            return document
        if version > VERSION:
            self._newer = catalogue.SETTINGS_NEWER.problem(path=self.path, found=version, known=VERSION)
        for step in range(version, VERSION):
            document = MIGRATIONS[step](document)
        return document

    def _take(self, document: dict[str, Any]) -> None:
        """Keep what is valid; name what is not; carry along what a newer or other version wrote."""
        self._rename(document)
        for section, values in document.items():
            if section not in self.sections or not isinstance(values, dict):
                if values != {}:  # nothing is left of a section whose options have moved
                    self._carried[section] = values
                continue
            for short, value in values.items():
                self._take_value(section, short, value)

    def _rename(self, document: dict[str, Any]) -> None:
        """Bring what stands under an earlier name under the name of today; when both are there that one holds."""
        for section, option in self._declared():
            for earlier in _earlier(section, option):
                old_section, _, old = earlier.partition(".")
                there = document.get(old_section)
                here = document.setdefault(section, {}) if isinstance(there, dict) and old in there else None
                if not isinstance(there, dict) or not isinstance(here, dict):
                    continue
                value, name = there.pop(old), f"{section}.{option.name}"
                if option.name in here:
                    self._refused[earlier] = catalogue.SETTING_TWICE.problem(name=name, old=earlier)
                else:
                    here[option.name] = value

    def _take_value(self, section: str, short: str, value: Any) -> None:
        name = f"{section}.{short}"
        option = next((one for one in self.sections[section].options if one.name == short), None)
        if option is None:
            self._refused[name] = catalogue.SETTING_UNKNOWN.problem(name=name)
        elif option.kind is Kind.SECRET:  # it is not written down again
            why = f"{_vault(name)} Ta bort raden ur filen."
            self._refused[name] = catalogue.SETTING_REFUSED.problem(name=name, why=why)
            return
        else:
            try:
                parsed = parse(option, value)
            except BadValue as bad:
                self._refused[name] = catalogue.SETTING_REFUSED.problem(name=name, why=str(bad))
            else:
                self._keep(section, option, parsed)
                return
        self._carried.setdefault(section, {})[short] = value


def _earlier(section: str, option: Option) -> tuple[str, ...]:
    """The earlier names of an option, as `section.option`."""
    return tuple(old if "." in old else f"{section}.{old}" for old in option.renamed_from)


class _Unreadable(Exception):
    """A settings file that cannot be read: `line` is `7 (log_days)`, or `?`. `held`: the system says no to it."""

    def __init__(self, line: str, why: str, held: OSError | None = None) -> None:
        super().__init__(line, why)
        self.line = line
        self.why = why
        self.held = held


def _read(path: Path) -> dict[str, Any]:
    try:
        content = read_patiently(path)
    except OSError as error:
        raise _Unreadable("?", error.strerror or str(error), error) from error
    if not content.strip():  # what a power cut leaves behind
        raise _Unreadable("1", "filen är tom")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+)", str(error))
        number = int(line[1]) if line else content.rstrip().count(b"\n") + 1
        raise _Unreadable(_key_at(content, number), _swedish(str(error))) from None
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise _Unreadable(_key_at(content, number), "filen är inte sparad som UTF-8") from None
    except RecursionError:
        raise _Unreadable(_most_nested(content), "parenteser i för många nivåer") from None
    except (ValueError, OverflowError):  # numbers that Python itself refuses to read
        raise _Unreadable("?", "ett tal är för stort") from None


def _most_nested(content: bytes) -> str:
    """The line with the most opening brackets."""
    lines = content.split(b"\n")
    number = max(range(len(lines)), key=lambda one: lines[one].count(b"[") + lines[one].count(b"{"))
    return _key_at(content, number + 1)


def _key_at(content: bytes, number: int) -> str:
    """`7 (log_days)`: the line and, when it can be seen, its key."""
    lines = content.decode("utf-8-sig", "replace").split("\n")
    key, equals, _ = lines[number - 1].partition("=") if number <= len(lines) else ("", "", "")
    return f"{number} ({key.strip()})" if equals and key.strip() else str(number)


_TOML_SWEDISH = (
    ("Expected '=' after a key", "det saknas ett likhetstecken efter namnet"),
    ("Invalid value", "värdet går inte att läsa; text ska stå inom citattecken"),
    ("Expected newline or end of document", "det står något mer efter värdet"),
    ("Cannot overwrite a value", "samma namn står två gånger"),
    ("Cannot declare", "samma rubrik står två gånger"),
    ("Unterminated string", "det saknas ett avslutande citattecken"),
    ("Illegal character", "det saknas ett avslutande citattecken, eller ett tecken är otillåtet"),
    ("Unescaped '\\'", "ett omvänt snedstreck ska skrivas dubbelt, eller texten stå inom enkla citattecken"),
    ("Unclosed array", "listan saknar ]"),
    ("Unclosed inline table", "raden saknar }"),
    ("Expected ']'", "rubriken saknar ]"),
)


def _swedish(message: str) -> str:
    for english, swedish in _TOML_SWEDISH:
        if english in message:
            return swedish
    return message.partition(" (at")[0]


def _vault(name: str) -> str:
    return f"Hemligheter sparas i lösenordsvalvet: kör ”jobsync settings secret {name}”."

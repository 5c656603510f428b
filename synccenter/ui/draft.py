"""The settings as they stand in the form, not yet saved. Knows nothing of Tk."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from synccenter.contract.connector import AnyDescription
from synccenter.contract.options import Kind, Option
from synccenter.contract.values import BadValue, as_text, parse
from synccenter.core.secrets import Keychain
from synccenter.core.settings import Settings


class Draft:
    """Values as typed, by `section.option`; checked with the same rules as the settings file."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._typed: dict[str, Any] = {}
        self._complaints: dict[str, str] = {}
        self._proposed: dict[str, Any] = {}
        self.secrets: dict[str, str | None] = {}
        """Secrets typed in; None: to be removed."""

    def option(self, name: str) -> Option:
        """The declaration."""
        return self._settings.option(name)

    def options(self, section: str) -> tuple[Option, ...]:
        """The declarations of a section."""
        return self._settings.sections[section].options if section in self._settings.sections else ()

    def grouped(self, titles: Container[str]) -> list[str]:
        """The program's own options that are declared to stand under one of these headings."""
        return [name for section in self._own() for name in self._names(section) if self.option(name).group in titles]

    def system_groups(self) -> dict[str, list[str]]:
        """Heading -> options of the chosen business system; "" for those that name none."""
        found: dict[str, list[str]] = {}
        for name in self._names(self.value("integration.system")):
            found.setdefault(self.option(name).group, []).append(name)
        return found

    def _own(self) -> list[str]:
        systems = {key for key, _label in self.option("integration.system").choices}
        return [section for section in self._settings.sections if section not in systems]

    def _names(self, section: str) -> list[str]:
        return [f"{section}.{option.name}" for option in self.options(section)]

    def value(self, name: str) -> Any:
        """The value now: as typed when it is good, else as it was."""
        if name in self._typed and name not in self._complaints:
            return parse(self.option(name), self._typed[name])
        return self._settings.value(name)

    def chosen(self, system: AnyDescription) -> AnyDescription:
        """A business system as what is typed leaves it."""
        section = self._settings.sections[system.name]
        return system.within(
            section.build({one.name: self.value(f"{system.name}.{one.name}") for one in section.options})
        )

    def put(self, name: str, raw: Any) -> str:
        """A person typed something. The complaint, "" when there is none."""
        self._typed[name] = raw
        self._complaints.pop(name, None)
        try:
            parse(self.option(name), raw)
        except BadValue as bad:
            self._complaints[name] = str(bad)
        return self._complaints.get(name, "")

    def propose(self, name: str, raw: Any) -> None:
        """Fill in what the person may keep or change. It is saved with the rest, but nobody has changed anything."""
        self.put(name, raw)
        self._proposed[name] = raw

    def touched(self, name: str) -> bool:
        """Whether the person has typed something else than what was proposed."""
        return name in self._typed and (name not in self._proposed or self._typed[name] != self._proposed[name])

    def put_secret(self, name: str, value: str | None) -> None:
        """A secret was typed ("" takes that back), or is to be removed (None)."""
        if value == "":
            self.secrets.pop(name, None)
        else:
            self.secrets[name] = value

    def visible(self, name: str) -> bool:
        """Whether the field counts, by its `when`."""
        section, _, _short = name.partition(".")
        condition = self.option(name).when
        if condition is None:
            return True
        other = f"{section}.{condition[0]}"
        return as_text(self.option(other), self.value(other)) in condition[1]

    def complaints(self, names: Iterable[str] | None = None) -> dict[str, str]:
        """What is wrong with the visible fields (all, or these), by name. An untouched required field counts too."""
        found = {}
        for name in self.names() if names is None else names:
            if self.option(name).kind is Kind.SECRET or not self.visible(name):
                continue
            complaint = self._complaints.get(name) or self._untouched(name)
            if complaint:
                found[name] = complaint
        return found

    def _untouched(self, name: str) -> str:
        try:
            parse(self.option(name), self.value(name))
        except BadValue as bad:
            return str(bad)
        return ""

    def names(self) -> list[str]:
        """All options of the program and of the chosen business system."""
        sections = [*self._own(), self.value("integration.system")]
        return [name for section in sections for name in self._names(section)]

    @property
    def changed(self) -> bool:
        """Whether a person has typed anything that differs from what is saved."""
        return bool(self.secrets) or any(
            name in self._complaints or self.value(name) != self._settings.value(name)
            for name, raw in self._typed.items()
            if name not in self._proposed or raw != self._proposed[name]
        )

    def values(self) -> Mapping[str, Any]:
        """The good values that differ from what is saved."""
        return {
            name: self.value(name)
            for name in self._typed
            if name not in self._complaints and self.value(name) != self._settings.value(name)
        }

    def save(self, secrets: Keychain) -> None:
        """Secrets first, then the file: a keychain that says no leaves all as it was. Raises SyncError or OSError."""
        for name, secret in self.secrets.items():
            if secret is None:
                secrets.delete(name)
            else:
                secrets.set(name, secret)
        for name, value in self.values().items():
            self._settings.set(name, value)
        for name, secret in self.secrets.items():
            if secret:  # typed in its own field, and so on purpose
                self._settings.passwords.pop(name, None)
        self._settings.save(secrets)
        self.secrets.clear()
        self._typed.clear()
        self._complaints.clear()

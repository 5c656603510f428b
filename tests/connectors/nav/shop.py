"""A shop with NAV, for the stories: the rig's company, with settings of the story's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from connectors.dynamics_nav.connector import Nav
from connectors.dynamics_nav.options import NavSettings
from synccenter.contract.errors import SyncError
from synccenter.contract.finding import Finding, Severity
from synccenter.contract.model import Document, Register
from tests.worlds.fakes.nav_rig import NavRig
from tests.worlds.session import Surroundings, decoded


class Shop:
    """A NAV and what connects to it."""

    def __init__(self, folder: Path, rig_type: type[NavRig] = NavRig, **values: Any) -> None:
        self.world = Surroundings(folder)
        self.rig = rig_type(self.world)
        self.nav = self.rig.nav
        self.books = self.rig.nav.books
        self.values: Mapping[str, Any] = {**self.rig.values(), **values}
        self.rig.posting, self.rig.closing = self.values["posting"], self.values["closing"]
        self.opened: list[Nav] = []

    def connector(self, **values: Any) -> Nav:
        """A new connector."""
        made = Nav(self.world.session(decoded(NavSettings, {**self.values, **values})))
        self.opened.append(made)
        return made

    def rows(self, register: Register, since: str | None = None, **values: Any) -> list[Any]:
        """A register."""
        return [row for page in self.connector(**values).fetch(register, since) for row in page.rows]

    def cursor(self, register: Register, since: str | None = None, **values: Any) -> str:
        """Where a fetch ends."""
        cursor = list(self.connector(**values).fetch(register, since))[-1].cursor
        assert cursor
        return cursor

    def refusal(self, document: Document, **values: Any) -> SyncError:
        """The error of a document that is not taken."""
        try:
            self.connector(**values).send(document)
        except SyncError as error:
            return error
        raise AssertionError("it was taken")

    def findings(self, **values: Any) -> list[Finding]:
        """What the check says."""
        return list(self.connector(**values).check())

    def red(self, **values: Any) -> list[str]:
        """The codes of what is red."""
        found = self.findings(**values)
        return [one.problem.code for one in found if one.severity is Severity.RED and one.problem]


@contextmanager
def open_shop(folder: Path, rig_type: type[NavRig] = NavRig, **values: Any) -> Iterator[Shop]:
    """A shop for the length of a story; the fake must have nothing to complain of in how it was asked."""
    shop = Shop(folder, rig_type, **values)
    try:
        yield shop
        assert not shop.books.complaints, shop.books.complaints[:3]
    finally:
        for connector in shop.opened:
            connector.close()
        shop.rig.close()

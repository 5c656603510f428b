"""What a window may ask of the program around it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from synccenter.contract.connector import Registry
from synccenter.contract.errors import Problem
from synccenter.service.background import Service
from synccenter.service.lane import Lane, OpenShop
from synccenter.ui.menu import Act

if TYPE_CHECKING:
    import tkinter as tk


class Host(Protocol):
    """The program, as a window sees it. Everything here is for the main thread, but for `post`."""

    folder: Path
    registry: Registry
    service: Service
    open_shop: OpenShop

    def root(self) -> tk.Tk:
        """The hidden root."""
        ...

    def post(self, call: Callable[[], None]) -> None:
        """Have something done on the main thread."""
        ...

    def act(self, act: Act) -> None:
        """As if it was chosen in the menu."""
        ...

    def show_settings(self, page: str = "", problem: Problem | None = None) -> None:
        """The settings, on a page of that (Swedish) title, or at the field where a problem is put right."""
        ...

    def looker(self) -> Lane:
        """A lane that only looks, so that windows answer during a run."""
        ...

    def settings_saved(self, *, run: bool) -> None:
        """The settings file was written; `run`: a person waits for a run with them."""
        ...

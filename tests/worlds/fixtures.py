"""The worlds as fixtures, for every room's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.worlds.mail_servers import Inbox, smtp
from tests.worlds.postgres import postgres_url
from tests.worlds.small_shop import World
from tests.worlds.street import Store

__all__ = ["postgres_url"]

Open = Callable[..., Store]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A small shop and a business system in memory."""
    return World(tmp_path / "Åsas butik")


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[Inbox, int]]:
    """A real mail server for all of them."""
    with smtp() as (inbox, port):
        yield inbox, port


@pytest.fixture
def shop(tmp_path: Path, post: tuple[Inbox, int]) -> Iterator[Open]:
    """Opens shops, each in a folder of its own, whose mail goes to the server."""
    inbox, port = post
    inbox.mails.clear()
    opened: list[Store] = []

    def open_one(**more: Any) -> Store:
        folder = tmp_path / f"Åsas butik {len(opened) + 1}"
        opened.append(Store(folder, inbox, more.pop("port", port), **more))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()

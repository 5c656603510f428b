"""Bokio asks for one write at a time to the same address."""

from __future__ import annotations

import threading
from typing import Any

from connectors.bokio.books import Books


class Alone:
    """In place of `Http`: notes for each change whether another may go out at the same time."""

    def __init__(self) -> None:
        self.books = Books(self, "/companies/1")  # type: ignore[arg-type]  # all that is asked of it here
        self.second_got_in: list[bool] = []

    def send(self, *_request: Any) -> None:
        """A change, during which another thread asks for its turn."""
        got_in: list[bool] = []
        turn = self.books._one_at_a_time
        other = threading.Thread(target=lambda: got_in.append(turn.acquire(blocking=False)))
        other.start()
        other.join()
        self.second_got_in += got_in


def test_one_change_goes_out_at_a_time() -> None:
    line = Alone()
    line.books.write("POST", "/journal-entries", {}, type(None))
    assert line.second_got_in == [False]

"""The icon by the clock. pystray lives in a thread of its own and nowhere else.

Its traps (0.19.5, which is pinned): a tooltip over 127 or a toast over 255 characters raises; a menu rebuilt while it
is open closes under the mouse, so it is built when it is opened and never otherwise; the icon's first addition at
log-on may fail without a word, so it is shown again; and it refuses the question whether the session may end.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain, repeat
from typing import Any

from synccenter.core import windows
from synccenter.service.status import Situation, Status
from synccenter.ui.icons import picture
from synccenter.ui.manners import Toast
from synccenter.ui.menu import LINE, Act, Entry, entries
from synccenter.ui.wording import PROGRAM, tooltip

SHOW_AGAIN = (5.0, 15.0, 60.0)
"""Seconds after the start when the icon is shown again, in case the task bar was not there yet; hourly after that."""

HOUR = 3600.0
_QUERY_END_SESSION, _END_SESSION = 0x0011, 0x0016
_RIGHT_BUTTON_UP = 0x0205


class Tray:
    """The icon, its menu and its toasts. All methods may be called from any thread."""

    def __init__(
        self, status: Callable[[], Status], chosen: Callable[[Act], None], on_session_end: Callable[[], None]
    ) -> None:
        self._status = status
        self._chosen = chosen
        self._on_session_end = on_session_end
        self._icon: Any = None
        self._shown: tuple[Situation, str] | None = None
        self._thread = threading.Thread(target=self._run, name="ikon", daemon=True)
        self._up = threading.Event()
        self._stopping = threading.Event()
        self.failed: BaseException | None = None

    def start(self) -> None:
        """Show the icon; returns when it is there or cannot be."""
        self._thread.start()
        self._up.wait(10)

    def show(self, status: Status) -> None:
        """Picture and tooltip, changed only when they really change. Raises what the system says (OSError and others);
        the next call tries again."""
        wanted = (status.situation, tooltip(status))
        before, self._shown = self._shown, None
        if self._icon is not None and before != wanted:
            if before is None or before[0] is not wanted[0]:
                self._icon.icon = picture(wanted[0])
            if before is None or before[1] != wanted[1]:
                self._icon.title = wanted[1]
        self._shown = wanted

    def toast(self, toast: Toast) -> None:
        """A notice by the clock, where the system has such."""
        if self._icon is not None and self._icon.HAS_NOTIFICATION:
            self._icon.notify(toast.text, toast.title)

    def stop(self) -> None:
        """Take the icon away and wait for the thread: a process that leaves it behind may crash at its end."""
        self._stopping.set()
        if self._icon is not None:
            self._icon.stop()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        try:
            status = self._status()
            self._shown = (status.situation, tooltip(status))
            self._icon = self._make(*self._shown)
            self._icon.run(self._set_up)
        except Exception as error:  # noqa: BLE001 - no tray on this desktop: the program works without one
            self.failed = error
        finally:
            self._up.set()

    def _make(self, situation: Situation, title: str) -> Any:
        import pystray  # noqa: PLC0415 - its back end must be born in this thread

        menu = pystray.Menu(lambda: self._items(entries(self._status())))
        return _icon_class(pystray, self._on_session_end)(PROGRAM, picture(situation), title, menu)

    def _set_up(self, icon: Any) -> None:
        try:
            icon.visible = True
        except Exception as error:  # noqa: BLE001 - whatever the system says: the program tells, and works without it
            self.failed = error
        finally:
            self._up.set()
        for seconds in chain(SHOW_AGAIN, repeat(HOUR)):
            if self._stopping.wait(seconds):
                return
            with suppress(Exception):  # the next time comes
                icon.show_again()

    def _items(self, rows: list[Entry] | tuple[Entry, ...]) -> Iterator[Any]:
        import pystray  # noqa: PLC0415 - see _make

        for row in rows:
            if row is LINE:
                yield pystray.Menu.SEPARATOR
                continue
            action = pystray.Menu(*self._items(row.below)) if row.below else self._on(row.act)
            yield pystray.MenuItem(row.text, action, default=row.default, enabled=row.enabled)

    def _on(self, act: Act | None) -> Callable[[Any, Any], None]:
        def chosen(_icon: Any, _item: Any) -> None:
            if act is not None:
                self._chosen(act)

        return chosen


def _icon_class(pystray: Any, on_session_end: Callable[[], None]) -> Any:
    """pystray's icon with a menu that is made when it is opened."""
    back_end = pystray.Icon.__module__.rpartition(".")[2]
    if back_end == "_win32":
        return _for_windows(pystray.Icon, on_session_end)
    if back_end == "_gtk":
        from synccenter.ui.gtk_icon import for_gtk  # noqa: PLC0415 - Linux only

        return for_gtk(pystray.Icon)
    return type("Icon", (pystray.Icon,), {"show_again": lambda _self: None})


def _for_windows(base: Any, on_session_end: Callable[[], None]) -> Any:
    class WindowsIcon(base):  # type: ignore[misc]
        _menu_handle = None
        _icon_handle: int | None
        _open = False

        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            self._message_handlers[_QUERY_END_SESSION] = lambda _w, _l: 1
            self._message_handlers[_END_SESSION] = lambda ending, _l: on_session_end() if ending else None

        def show_again(self) -> None:
            self._show()

        def _assert_icon_handle(self) -> None:
            """pystray writes the picture to a temporary file first; a full disk would leave the icon as it was."""
            if not self._icon_handle:
                png, side = io.BytesIO(), windows.icon_side()
                self.icon.resize((side, side)).save(png, "PNG")
                self._icon_handle = windows.icon_handle(png.getvalue())

        def _update_menu(self) -> None:
            if self._menu_handle is None:
                super()._update_menu()

        def _on_notify(self, w: int, message: int) -> None:
            if message != _RIGHT_BUTTON_UP:
                super()._on_notify(w, message)
            elif not self._open:
                self._open = True
                try:
                    super()._update_menu()
                    super()._on_notify(w, message)
                finally:
                    self._open = False

    return WindowsIcon

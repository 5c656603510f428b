"""pystray's icon for GTK (for development on Linux), its picture and its notices out of memory.

pystray (0.19.5) goes by files in the folder for temporary files: where that is full the icon stays as it was, and no
notice comes, without a word.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

_NAME, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"


def for_gtk(base: Any) -> Any:
    """The class of the icon; `base` is pystray's."""
    from gi.repository import GdkPixbuf, GLib  # noqa: PLC0415 - Linux only

    class GtkIcon(base):  # type: ignore[misc]  # which of pystray's classes it is, is known first here
        _menu_handle = None

        def show_again(self) -> None:
            self._show()

        def _initialize(self) -> None:
            self._notifier = _Notices(lambda: self.icon)
            self._mark_ready()

        def _update_icon(self) -> None:
            GLib.idle_add(self._put_picture)

        def _put_picture(self) -> None:
            png, loader = io.BytesIO(), GdkPixbuf.PixbufLoader()
            self.icon.save(png, "PNG")
            loader.write(png.getvalue())
            loader.close()
            self._status_icon.set_from_pixbuf(loader.get_pixbuf())

        def _update_menu(self) -> None:
            return

        def _update_title(self) -> None:
            super()._update_title()
            self._status_icon.set_tooltip_text(self.title)

        def _on_status_icon_popup_menu(self, *arguments: Any) -> None:
            self._menu_handle = self._create_menu(self.menu)
            super()._on_status_icon_popup_menu(*arguments)

    return GtkIcon


class _Notices:
    """The desktop's notices, one at a time (Desktop Notifications Specification 1.2: `Notify`, hint `image-data`)."""

    def __init__(self, picture: Callable[[], Any]) -> None:
        from gi.repository import Gio  # noqa: PLC0415 - Linux only

        self._picture = picture
        bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        self._desktop = Gio.DBusProxy.new_sync(bus, 0, None, _NAME, _PATH, _NAME, None)
        self._shown = 0

    def notify(self, title: str, message: str, _file: str | None) -> None:
        """Show one, in the place of the one before."""
        picture = self._picture().convert("RGBA")
        width, height = picture.size
        pixels = (width, height, width * 4, True, 8, 4, picture.tobytes())
        hints = {"image-data": _variant("(iiibiiay)", pixels)}
        words = _variant("(susssasa{sv}i)", ("", self._shown, "", title, message, [], hints, -1))
        self._shown = self._desktop.call_sync("Notify", words, 0, -1, None).unpack()[0]

    def hide(self) -> None:
        """Take it away."""
        self._desktop.call_sync("CloseNotification", _variant("(u)", (self._shown,)), 0, -1, None)
        self._shown = 0


def _variant(form: str, values: tuple[Any, ...]) -> Any:
    from gi.repository import GLib  # noqa: PLC0415 - Linux only

    return GLib.Variant(form, values)

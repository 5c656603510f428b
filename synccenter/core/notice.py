"""The operating system's word that something in a folder was written: a wait that costs nothing while nothing is.

Linux: inotify. Windows: FindFirstChangeNotification, which tells of a write when it reaches the disk (a database
that commits with a flush is told of at once). Where neither can be had (another system, a network drive that does
not pass it on) `wait` just sleeps: whoever waits must look for himself now and then in any case.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

if sys.platform == "win32":
    _NAME_SIZE_WRITE = 0x1 | 0x8 | 0x10  # FILE_NOTIFY_CHANGE_FILE_NAME, _SIZE, _LAST_WRITE

    class Notice:
        """Waits for writes in one folder. `wait` in one thread, `wake` and nothing else from any other."""

        def __init__(self, folder: Path) -> None:
            import ctypes  # noqa: PLC0415

            self._kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)
            for name in ("CreateEventW", "FindFirstChangeNotificationW"):
                getattr(self._kernel, name).restype = ctypes.c_void_p
            self._woken = ctypes.c_void_p(self._kernel.CreateEventW(None, False, False, None))
            told = self._kernel.FindFirstChangeNotificationW(ctypes.c_wchar_p(str(folder)), False, _NAME_SIZE_WRITE)
            self._told = None if told in {None, ctypes.c_void_p(-1).value} else ctypes.c_void_p(told)
            handles = [self._woken] + ([self._told] if self._told else [])
            self._handles = (ctypes.c_void_p * len(handles))(*handles)

        def wait(self, seconds: float) -> None:
            """Until something is written, somebody wakes us, or the time is up."""
            happened = self._kernel.WaitForMultipleObjects(
                len(self._handles), self._handles, False, int(seconds * 1000)
            )
            if happened == 1:
                self._kernel.FindNextChangeNotification(self._told)

        def wake(self) -> None:
            """End the wait."""
            self._kernel.SetEvent(self._woken)

        def close(self) -> None:
            """Let go. Nobody waits any more."""
            if self._told:
                self._kernel.FindCloseChangeNotification(self._told)
            self._kernel.CloseHandle(self._woken)

else:
    _WRITTEN = 0x2 | 0x80 | 0x100 | 0x200  # IN_MODIFY, IN_MOVED_TO, IN_CREATE, IN_DELETE

    def _watch(folder: Path) -> int:
        """A descriptor that can be read when something in the folder was written; -1 where the system has none."""
        if not sys.platform.startswith("linux"):
            return -1
        import ctypes  # noqa: PLC0415

        library = ctypes.CDLL(None)
        told = int(library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        if told >= 0 and library.inotify_add_watch(told, os.fsencode(folder), _WRITTEN) < 0:
            os.close(told)
            return -1
        return told

    class Notice:
        """Waits for writes in one folder. `wait` in one thread, `wake` and nothing else from any other."""

        def __init__(self, folder: Path) -> None:
            self._event = threading.Event()
            self._bell = -1
            self._told = _watch(folder)
            if self._told >= 0:
                import select  # noqa: PLC0415

                self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
                self._poll = select.poll()
                self._poll.register(self._told, select.POLLIN)
                self._poll.register(self._bell, select.POLLIN)

        def wait(self, seconds: float) -> None:
            """Until something is written, somebody wakes us, or the time is up."""
            if self._told < 0:
                self._event.wait(seconds)
                self._event.clear()
                return
            for number, _ in self._poll.poll(seconds * 1000):
                with suppress(BlockingIOError):
                    os.read(number, 65536)

        def wake(self) -> None:
            """End the wait."""
            self._event.set()
            if self._bell >= 0:
                os.eventfd_write(self._bell, 1)

        def close(self) -> None:
            """Let go. Nobody waits any more."""
            for number in (self._told, self._bell):
                if number >= 0:
                    os.close(number)

"""The main thread: one inbox for everything that happens, and the one hidden Tk root once a window is needed.

Until the first window nothing of Tk is loaded and the thread sleeps in the inbox. After that Tk's own loop sleeps,
and is woken without polling: on Unix by a socket that Tk watches; elsewhere by a thread of ours, whose call into Tk
is handed over to the main thread by tkinter itself ("Threading model" in its documentation).
"""

from __future__ import annotations

import gc
import os
import queue
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    import tkinter as tk

    from synccenter.ui.seen import Window

Call: TypeAlias = Callable[[], None]
T = TypeVar("T")
_POSTED = "<<Posted>>"


class Shell:
    """Runs calls on the main thread, in the order in which they were posted from any thread."""

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._failed = failed
        self._inbox: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self._root: tk.Tk | None = None
        self._wake: Call = lambda: None
        self._done = False

    def post(self, call: Call) -> None:
        """Have something done on the main thread. From any thread; never waits."""
        self._inbox.put(call)
        self._wake()

    def later(self, seconds: float, call: Call) -> threading.Timer:
        """The same, in a while."""
        timer = threading.Timer(seconds, self.post, (call,))
        timer.daemon = True
        timer.start()
        return timer

    def ask(self, call: Callable[[], T], seconds: float) -> T | None:
        """What a call on the main thread answers; None when it failed or the thread did not come to it in time.
        From any other thread."""
        answers: queue.SimpleQueue[T] = queue.SimpleQueue()
        self.post(lambda: answers.put(call()))
        with suppress(queue.Empty):
            return answers.get(timeout=seconds)
        return None

    def seen(self) -> list[Window]:
        """What the windows show. Main thread only."""
        if self._root is None:
            return []
        from synccenter.ui.seen import windows  # noqa: PLC0415 - Tk is loaded when the first window is

        self._root.update_idletasks()
        return windows(self._root)

    def root(self) -> tk.Tk:
        """The hidden root, made when the first window is wanted. Main thread only."""
        if self._root is None:
            from synccenter.ui import look  # noqa: PLC0415 - windows cost memory that an idle program does not need

            self._root = look.open_root()
            gc.disable()  # see _tidy
            self._root.report_callback_exception = lambda _kind, error, _trace: self._failed(error)
            if hasattr(self._root.tk, "createfilehandler"):
                self._watch_socket(self._root)
            else:
                # Else a dialog that is the first window of all would keep everything else waiting: tkinter lets other
                # threads in only while it believes that somebody dispatches, which `wait_window` does not tell it.
                self._root.tk.willdispatch()
                self._watch_by_thread(self._root)
        return self._root

    def run(self) -> None:
        """Until `stop`. Main thread only."""
        while not self._done:
            if self._root is None:
                self._do(self._inbox.get())
            else:
                self._drain()
                if not self._done:
                    self._root.mainloop()

    def stop(self) -> None:
        """Leave `run`, also when a dialog waits for an answer. Main thread only."""
        self._done = True
        if self._root is not None:
            self._root.destroy()

    def _drain(self) -> None:
        with suppress(queue.Empty):
            while not self._done:
                self._do(self._inbox.get_nowait())
        if self._root is not None and not self._done:
            _tidy()

    def _do(self, call: Call) -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - the border of the main thread: told, and the program goes on
            self._failed(error)

    def _watch_socket(self, root: tk.Tk) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)

        def woken(*_: object) -> None:
            with suppress(BlockingIOError):
                while ours.recv(4096):
                    pass
            self._drain()

        def wake() -> None:
            with suppress(BlockingIOError):  # full: it is being woken already
                theirs.send(b"\0")

        root.tk.createfilehandler(ours, 2, woken)  # 2: readable (tkinter.READABLE)
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)  # signals wake Tk too
        self._wake = wake

    def _watch_by_thread(self, root: tk.Tk) -> None:
        import tkinter  # noqa: PLC0415 - loaded by now

        bell = threading.Semaphore(0)

        def ring() -> None:
            while bell.acquire() and not self._done:
                try:
                    root.event_generate(_POSTED, when="tail")
                except RuntimeError:  # not in its loop at this moment: it looks into the inbox before it enters it
                    continue
                except tkinter.TclError:  # the root is gone: the program is leaving
                    return

        root.bind(_POSTED, lambda _event: self._drain())
        threading.Thread(target=ring, name="väckarklocka", daemon=True).start()
        self._wake = bell.release


def _tidy() -> None:
    """Collect garbage here: an object of Tk that is collected in another thread may end the whole process."""
    for generation, (count, threshold) in reversed(
        list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
    ):
        if count > threshold > 0:
            gc.collect(generation)
            return


def end_at_once(code: int) -> None:
    """Leave without waiting for anybody: the ledger is made to bear it."""
    os._exit(code)

"""Small windows that ask or tell, in the program's own look and language."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from tkinter import ttk

from synccenter.locale import _
from synccenter.ui import look


def ask(parent: tk.Misc, title: str, text: str, answers: Sequence[str], *, default: int = 0) -> int:
    """Wait for an answer; its place in `answers`. Escape and closing the window mean the last one."""
    window = _window(parent, title)
    answer = len(answers) - 1

    def choose(number: int) -> None:
        nonlocal answer
        answer = number
        window.destroy()

    frame = ttk.Frame(window, padding=look.px(20))
    frame.pack(fill="both", expand=True)
    ttk.Label(frame, text=title, style="Title.TLabel").pack(anchor="w")
    ttk.Label(frame, text=text, wraplength=look.px(420), justify="left").pack(anchor="w", pady=look.px(12))
    bar = ttk.Frame(frame)
    bar.pack(anchor="e")
    for number, word in enumerate(answers):
        style = "Accent.TButton" if number == default else "TButton"
        button = ttk.Button(bar, text=word, style=style, command=lambda number=number: choose(number))  # type: ignore[misc]
        button.pack(side="left", padx=(look.px(8), 0))
        button.bind("<Return>", lambda _event, number=number: choose(number))  # type: ignore[misc]
        if number == default:
            button.focus_set()
    window.bind("<Escape>", lambda _event: choose(len(answers) - 1))
    window.protocol("WM_DELETE_WINDOW", lambda: choose(len(answers) - 1))
    _centre(window)
    window.grab_set()
    parent.wait_window(window)
    return answer


def ask_text(parent: tk.Misc, title: str, text: str, label: str) -> str | None:
    """Wait for a line of text that must not be empty; None when the person lets it be."""
    window = _window(parent, title)
    answer: str | None = None
    frame = ttk.Frame(window, padding=look.px(20))
    frame.pack(fill="both", expand=True)
    ttk.Label(frame, text=title, style="Title.TLabel").pack(anchor="w")
    ttk.Label(frame, text=text, wraplength=look.px(420), justify="left").pack(anchor="w", pady=look.px(12))
    ttk.Label(frame, text=label, style="Note.TLabel").pack(anchor="w")
    entry = ttk.Entry(frame, width=48)
    entry.pack(fill="x", pady=(0, look.px(12)))
    bar = ttk.Frame(frame)
    bar.pack(anchor="e")

    def done() -> None:
        nonlocal answer
        if entry.get().strip():
            answer = entry.get().strip()
            window.destroy()
        else:
            entry.focus_set()

    ttk.Button(bar, text=_("Spara"), style="Accent.TButton", command=done).pack(side="left", padx=(look.px(8), 0))
    ttk.Button(bar, text=_("Avbryt"), command=window.destroy).pack(side="left", padx=(look.px(8), 0))
    entry.bind("<Return>", lambda _event: done())
    window.bind("<Escape>", lambda _event: window.destroy())
    _centre(window)
    entry.focus_set()
    window.grab_set()
    parent.wait_window(window)
    return answer


def _window(parent: tk.Misc, title: str) -> tk.Toplevel:
    window = tk.Toplevel(parent)
    window.withdraw()
    window.title(title)
    window.resizable(width=False, height=False)
    window.configure(background=look.palette().ground)
    look.belongs_to(window, parent)
    return window


def _centre(window: tk.Toplevel) -> None:
    window.update_idletasks()
    left = (window.winfo_screenwidth() - window.winfo_reqwidth()) // 2
    top = (window.winfo_screenheight() - window.winfo_reqheight()) // 3
    window.geometry(f"+{left}+{top}")
    look.to_front(window)
    window.wait_visibility()

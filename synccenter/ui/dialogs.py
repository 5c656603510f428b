"""Small windows that ask or tell, in the program's own look and language."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from tkinter import ttk

from synccenter.ui import look


def ask(parent: tk.Misc, title: str, text: str, answers: Sequence[str], *, default: int = 0) -> int:
    """Wait for an answer; its place in `answers`. Escape and closing the window mean the last one."""
    window = tk.Toplevel(parent)
    window.withdraw()
    window.title(title)
    window.resizable(width=False, height=False)
    window.configure(background=look.palette().ground)
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


def _centre(window: tk.Toplevel) -> None:
    window.update_idletasks()
    left = (window.winfo_screenwidth() - window.winfo_reqwidth()) // 2
    top = (window.winfo_screenheight() - window.winfo_reqheight()) // 3
    window.geometry(f"+{left}+{top}")
    look.to_front(window)
    window.wait_visibility()

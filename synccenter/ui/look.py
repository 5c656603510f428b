"""The look: sv_ttk (Windows 11), light or dark, sharp at every scale.

sv_ttk needs four fixes: `update_idletasks` before the theme is set, or frames made on a hidden root stay grey; its
fonts are in pixels and know nothing of the screen's scale; fields use Tk's own fonts, which must be the same; and its
family must exist on the computer.
"""

from __future__ import annotations

import base64
import io
import tkinter as tk
from pathlib import Path
from tkinter import font, ttk
from typing import TYPE_CHECKING

import sv_ttk
from msgspec import Struct

from synccenter.core import windows
from synccenter.ui import icons

if TYPE_CHECKING:
    from PIL.Image import Image

FAMILIES = ("Segoe UI", "Open Sans", "Noto Sans", "DejaVu Sans", "Liberation Sans")
_NORMAL_DPI = 96


class Palette(Struct, frozen=True):
    """The colours that the theme itself does not give."""

    ground: str
    card: str
    text: str
    muted: str
    line: str
    red: str
    green: str
    amber: str
    violet: str
    blank: str


LIGHT = Palette(
    ground="#fafafa",
    card="#ffffff",
    text="#1c1c1c",
    muted="#5d5d5d",
    line="#d6d6d6",
    red="#c42b1c",
    green="#0f7b3f",
    amber="#9a5b00",
    violet="#7b3fa0",
    blank="#e9e9e9",
)
DARK = Palette(
    ground="#1c1c1c",
    card="#262626",
    text="#fafafa",
    muted="#b4b4b4",
    line="#454545",
    red="#ff8a80",
    green="#5ec98a",
    amber="#f0b45a",
    violet="#cf9bf0",
    blank="#333333",
)


class _Now:
    """The look of the one root of this process."""

    palette = LIGHT
    factor = 1.0


def palette() -> Palette:
    """The colours in use."""
    return _Now.palette


def px(pixels: float) -> int:
    """Pixels at 100 % as pixels on this screen."""
    return round(pixels * _Now.factor)


def open_root() -> tk.Tk:
    """The hidden root, dressed."""
    root = tk.Tk(className="Jobsync")
    root.withdraw()
    dress(root, dark=windows.prefers_dark())
    root.iconphoto(True, *(photo(root, icons.logo(size)) for size in (64, 32, 16)))
    return root


def dress(root: tk.Tk, *, dark: bool) -> None:
    """Theme, fonts and sizes."""
    _Now.palette = DARK if dark else LIGHT
    _Now.factor = root.winfo_fpixels("1i") / _NORMAL_DPI
    root.update_idletasks()
    sv_ttk.set_theme("dark" if dark else "light", root)
    _scale_fonts(root)
    if _Now.factor > 1.1:
        _scale_ticks(root, "dark" if dark else "light")
    for kind in ("TButton", "TCheckbutton"):
        root.bind_class(kind, "<Return>", lambda event: event.widget.invoke())
    for kind in ("TCombobox", "TSpinbox"):  # a wheel that passes by must never change a value
        for event in ("<MouseWheel>", "<Shift-MouseWheel>", "<Button-4>", "<Button-5>"):
            root.unbind_class(kind, event)
    style = ttk.Style(root)
    style.configure("Row.TButton", anchor="w")
    colours = _Now.palette
    style.configure("Treeview", rowheight=round(px(14) * 1.9))
    style.configure("Muted.TLabel", foreground=colours.muted)
    style.configure("Error.TLabel", foreground=colours.red)
    style.configure("Good.TLabel", foreground=colours.green)
    style.configure("Warning.TLabel", foreground=colours.amber)
    for name, size, weight in (("Head", 15, "bold"), ("Title", 11, "bold"), ("Small", 9, "normal")):
        made = font.Font(root, name=f"Jobsync{name}", exists=False, family=_family(root), size=-px(size * 4 / 3))
        made.configure(weight="bold" if weight == "bold" else "normal")
        _kept.append(made)
        style.configure(f"{name}.TLabel", font=made)
    style.configure("Note.TLabel", font="JobsyncSmall", foreground=colours.muted)
    style.configure("NoteError.TLabel", font="JobsyncSmall", foreground=colours.red)
    style.configure("NoteGood.TLabel", font="JobsyncSmall", foreground=colours.green)


_kept: list[font.Font] = []
"""tkinter deletes a font when its object goes."""


def _family(root: tk.Misc) -> str:
    have = set(font.families(root))
    return next((family for family in FAMILIES if family in have), "TkDefaultFont")


def _scale_fonts(root: tk.Tk) -> None:
    family = _family(root)
    for name in font.names(root):
        if name.startswith("SunValley"):
            one = font.nametofont(name, root)
            one.configure(family=family, size=round(int(one.cget("size")) * _Now.factor))
    body = font.nametofont("SunValleyBodyFont", root)
    for name in ("TkDefaultFont", "TkTextFont", "TkMenuFont", "TkHeadingFont"):
        font.nametofont(name, root).configure(family=family, size=body.cget("size"), weight="normal")


_TICKS = (
    ("pressed selected", "check-hover"),
    ("active focus selected", "check-focus-hover"),
    ("active selected", "check-hover"),
    ("focus selected", "check-focus"),
    ("selected", "check-rest"),
    ("pressed !selected", "check-unsel-pressed"),
    ("active focus", "check-unsel-focus-hover"),
    ("active", "check-unsel-hover"),
    ("focus", "check-unsel-focus"),
)
"""State of a check button -> its picture in sv_ttk's sheet, as its theme has them."""


def _scale_ticks(root: tk.Tk, theme: str) -> None:
    """sv_ttk's ticks are pictures of 20 pixels at every scale: a larger element is made from its own sheet."""
    from PIL import Image as Pictures  # noqa: PLC0415 - only on fine screens

    sheet = Pictures.open(Path(sv_ttk.__file__).parent / "theme" / f"spritesheet_{theme}.png")
    sprites = iter(root.tk.splitlist(root.tk.eval("set ::spriteinfo")))
    places = {name: [int(part) for part in place] for name, *place in zip(*[sprites] * 5, strict=True)}

    def tick(name: str) -> str:
        x, y, wide, high = places[name]
        drawn = sheet.crop((x, y, x + wide, y + high)).resize((px(wide), px(high)), Pictures.Resampling.LANCZOS)
        return str(root.tk.call("image", "create", "photo", "-data", _base64(drawn)))

    pictures: list[object] = [tick("check-unsel-rest")]
    for states, name in _TICKS:
        pictures += [states, tick(name)]
    element = ("ttk::style", "element", "create", "Large.indicator", "image")
    root.tk.call(*element, tuple(pictures), "-width", px(26), "-sticky", "w")
    row = "Large.indicator -side left Checkbutton.label -side right -expand 1"
    root.tk.eval(f"ttk::style layout TCheckbutton {{Checkbutton.padding -children {{{row}}}}}")


def photo(master: tk.Misc, image: Image) -> tk.PhotoImage:
    """A drawn picture as Tk shows it."""
    return tk.PhotoImage(master=master, data=_base64(image))


def _base64(image: Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue())


def place_window(window: tk.Toplevel, width: int, height: int) -> None:
    """A window in the middle of the screen, no larger than the screen, sizes in pixels at 100 %."""
    wide = min(px(width), round(window.winfo_screenwidth() * 0.96))
    high = min(px(height), round(window.winfo_screenheight() * 0.88))
    left = (window.winfo_screenwidth() - wide) // 2
    top = max(0, (window.winfo_screenheight() - high) // 3)
    window.geometry(f"{wide}x{high}+{left}+{top}")
    window.configure(background=_Now.palette.ground)


def to_front(window: tk.Toplevel) -> None:
    """Show a window above the others, with the keyboard in it."""
    window.deiconify()
    window.lift()
    window.focus_force()

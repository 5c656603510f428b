"""The look: sv_ttk (Windows 11), light or dark, sharp at every scale.

sv_ttk needs four fixes: `update_idletasks` before the theme is set, or frames made on a hidden root stay grey; its
fonts are in pixels and know nothing of the screen's scale; fields use Tk's own fonts, which must be the same; and its
family must exist on the computer.
"""

from __future__ import annotations

import base64
import io
import re
import tkinter as tk
from collections.abc import Callable
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
    blue: str
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
    blue="#2f6fb5",
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
    blue="#7db4ea",
    blank="#333333",
)


TOUCH = 40
"""What a finger is to hit is at least so many pixels high, at every scaling."""

_BARS = 80
"""What Windows' task bar (48) and a window's own title (32) take of the screen's height, at 100 %."""

_FOLLOW_MS = 3000
"""How often the person's choice of dark windows is looked at."""


class _Now:
    """The look of the one root of this process."""

    palette = LIGHT
    factor = 1.0
    next_look = ""
    painters: tuple[tuple[tk.Misc, Callable[[], None]], ...] = ()


def palette() -> Palette:
    """The colours in use."""
    return _Now.palette


def painted(widget: tk.Misc, paint: Callable[[], None]) -> None:
    """What has colours of its own is painted now, and again when the colours are others."""
    paint()
    _Now.painters = (*(one for one in _Now.painters if _lives(one[0])), (widget, paint))


def _lives(widget: tk.Misc) -> bool:
    try:
        return bool(widget.winfo_exists())
    except tk.TclError:  # its root is gone
        return False


def px(pixels: float) -> int:
    """Pixels at 100 % as pixels on this screen."""
    return round(pixels * _Now.factor)


def open_root() -> tk.Tk:
    """The hidden root, dressed."""
    root = tk.Tk(className="Jobsync")
    root.withdraw()
    dress(root, dark=windows.prefers_dark())
    root.iconphoto(True, *(photo(root, icons.logo(size)) for size in (64, 32, 16)))
    _follow_on(root)
    root.bind("<Destroy>", lambda event: root.after_cancel(_Now.next_look) if event.widget is root else None, add="+")
    return root


def _follow_on(root: tk.Tk) -> None:
    follow(root)
    _Now.next_look = root.after(_FOLLOW_MS, _follow_on, root)


def follow(root: tk.Tk) -> None:
    """Dark or light as the person has it now: windows that are open change too."""
    dark = windows.prefers_dark()
    if dark == (_Now.palette is DARK):
        return
    dress(root, dark=dark)
    for widget, paint in _Now.painters:
        if _lives(widget):
            paint()


def dress(root: tk.Tk, *, dark: bool) -> None:
    """Theme, fonts and sizes."""
    _Now.palette = DARK if dark else LIGHT
    _Now.factor = _scaling(root)
    root.update_idletasks()
    sv_ttk.set_theme("dark" if dark else "light", root)
    # sv_ttk sets its palette over everything when it hears of the new theme, which is after the first window is drawn:
    # it does so now instead, and never again.
    root.tk.call("configure_colors")
    root.unbind_class("Jobsync", "<<ThemeChanged>>")
    if "JobsyncHead" not in font.names(root):  # once for a root: sizes are made from sizes
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
    style.configure("Treeview", rowheight=max(TOUCH, round(px(14) * 1.9)))
    style.configure("Treeview.Cell", padding=(px(6), 0))
    style.configure("Heading", padding=(px(9), _heading_padding(root, style)))
    style.configure("Muted.TLabel", foreground=colours.muted)
    style.configure("Error.TLabel", foreground=colours.red)
    style.configure("Good.TLabel", foreground=colours.green)
    style.configure("Warning.TLabel", foreground=colours.amber)
    for name, size, weight in (("Head", 15, "bold"), ("Title", 11, "bold"), ("Small", 9, "normal")):
        known = f"Jobsync{name}" in font.names(root)
        made = font.Font(root, name=f"Jobsync{name}", exists=known, family=_family(root), size=-px(size * 4 / 3))
        made.configure(weight="bold" if weight == "bold" else "normal")
        _kept.append(made)
        style.configure(f"{name}.TLabel", font=made)
    style.configure("Note.TLabel", font="JobsyncSmall", foreground=colours.muted)
    style.configure("NoteError.TLabel", font="JobsyncSmall", foreground=colours.red)
    style.configure("NoteGood.TLabel", font="JobsyncSmall", foreground=colours.green)
    _for_fingers(root, style)


def _heading_padding(root: tk.Tk, style: ttk.Style) -> int:
    """Above and below a heading, which is clicked to sort: high enough for a finger."""
    name = style.lookup("Heading", "font") or "TkHeadingFont"
    line = font.nametofont(str(name), root).metrics("linespace")
    return max(px(2), -(-(TOUCH - line) // 2))


def _for_fingers(root: tk.Tk, style: ttk.Style) -> None:
    """Buttons, fields and ticks are as high as a finger wants them."""
    for name, kind in (
        ("TButton", ttk.Button),
        ("Accent.TButton", ttk.Button),
        ("Row.TButton", ttk.Button),
        ("TEntry", ttk.Entry),
        ("TCombobox", ttk.Combobox),
        ("TCheckbutton", ttk.Checkbutton),
    ):
        style.configure(name, padding=_base_padding(style, name))
        one = kind(root, style=name)
        more = max(0, TOUCH - one.winfo_reqheight())
        one.destroy()
        left, top, right, bottom = _base_padding(style, name)
        style.configure(name, padding=(left, top + more // 2, right, bottom + more - more // 2))


_paddings: dict[str, tuple[int, int, int, int]] = {}


def _base_padding(style: ttk.Style, name: str) -> tuple[int, int, int, int]:
    """The theme's own padding of a style; asked once, before it is made larger."""
    if name not in _paddings:
        parts = [int(part) for part in re.findall(r"\d+", str(style.lookup(name, "padding")))]
        four = {0: [0] * 4, 1: parts * 4, 2: parts * 2, 3: [*parts, *parts[1:2]]}.get(len(parts), parts)
        _paddings[name] = (four[0], four[1], four[2], four[3])
    return _paddings[name]


def _scaling(root: tk.Misc) -> float:
    """1.0 at 100 %."""
    return float(root.winfo_fpixels("1i")) / _NORMAL_DPI


def screen(window: tk.Misc) -> tuple[int, int]:
    """Width and height of the screen."""
    return window.winfo_screenwidth(), window.winfo_screenheight()


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

    if "Large.indicator" in root.tk.splitlist(root.tk.eval("ttk::style element names")):
        return  # this theme has been in use before
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
    across, down = screen(window)
    wide = min(px(width), across - px(16))
    high = min(max(px(height), 640), down - px(_BARS))
    left = (across - wide) // 2
    top = max(0, (down - high) // 3)
    window.geometry(f"{wide}x{high}+{left}+{top}")
    painted(window, lambda: grounded(window))


def grounded(window: tk.Misc) -> None:
    """The colour of the ground behind everything."""
    window.tk.call(str(window), "configure", "-background", _Now.palette.ground)


def child_window(master: tk.Misc, title: str, width: int, height: int) -> tk.Toplevel:
    """A window that belongs to another and stays in front of it. Escape closes it."""
    window = tk.Toplevel(master, class_="Jobsync")
    window.withdraw()
    window.title(title)
    belongs_to(window, master)
    place_window(window, width, height)
    window.bind("<Escape>", lambda _event: window.destroy())
    to_front(window)
    return window


def belongs_to(window: tk.Toplevel, master: tk.Misc) -> None:
    """Above its own window, and gone with it; one that hangs on the hidden root stands by itself."""
    owner = master.winfo_toplevel()
    if owner.winfo_viewable():
        window.transient(owner)


def wrapped(label: ttk.Label, inside: tk.Misc | None = None, less: int = 0) -> None:
    """A text that is as wide as what it stands in (or as it is itself, where it fills that), at every size of the
    window."""

    def wrap(event: tk.Event[tk.Misc]) -> None:
        if event.widget is (inside or label):
            label.configure(wraplength=max(px(120), event.width - less))

    (inside or label).bind("<Configure>", wrap, add="+")


def last_in_tab_order(widget: tk.Misc) -> None:
    """What stands at the bottom comes last to the keyboard too, though it was made before what takes the rest of the
    room: Tab goes by the order in which siblings are stacked."""
    widget.tk.call("raise", str(widget))


def shortened(text: str, width: int, name: str = "TkDefaultFont") -> str:
    """The text, with an ellipsis where it is wider than so many pixels."""
    if wide(text, name) <= width:
        return text
    fits, most = 0, len(text)
    while fits < most:  # half of what is left, until one number of letters remains
        middle = (fits + most + 1) // 2
        fits, most = (middle, most) if wide(f"{text[:middle]}…", name) <= width else (fits, middle - 1)
    return f"{text[:fits].rstrip()}…"


def wide(text: str, name: str = "TkDefaultFont") -> int:
    """How many pixels a text takes."""
    return font.nametofont(name).measure(text)


def to_front(window: tk.Toplevel) -> None:
    """Show a window above the others, with the keyboard in it."""
    window.deiconify()
    window.lift()
    window.focus_force()

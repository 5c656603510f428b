"""Every window in every state, for pictures."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageGrab

from synccenter.contract import catalogue
from synccenter.core.windows import prefers_dark
from synccenter.service.status import Progress, Situation, Status
from synccenter.ui import icons
from synccenter.ui.menu import Act
from tests.ui import worlds
from tests.ui.inside import Inside


class Gallery:
    """Takes the pictures of one look."""

    def __init__(self, target: Path, look: str) -> None:
        self._target = target
        self._look = look
        self._count = 0

    def take_all(self) -> int:
        """All pictures; how many."""
        self._icons()
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            self._in_order(worlds.demo(folder / "klar"))
            self._in_trouble(worlds.without_account(folder / "fel"))
            self._guide(worlds.new(folder / "ny"))
        return self._count

    def take_for_the_guides(self) -> int:
        """The windows as docs/INSTALL.md shows them; how many."""
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            with opened(worlds.new(folder / "ny")) as inside:
                inside.app.act(Act.SETTINGS)
                guide: Any = inside.app._settings_window
                inside.until(lambda: guide._facts.tills, "kassan")
                self._take(inside, "kom-i-gang", guide.window)
            with opened(worlds.demo(folder / "klar")) as inside:
                inside.until(lambda: inside.service.status.last_run, "första titten")
                inside.app.show_status()
                status: Any = inside.app._status_window
                inside.until(lambda: status.strip._snapshot, "siffrorna")
                self._take(inside, "status", status.window)
                status.hide()
                inside.app.act(Act.SETTINGS)
                settings: Any = inside.app._settings_window
                inside.until(lambda: settings._facts.tills, "kassan")
                self._take(inside, "installningar", settings.window)
                page = settings.pages["Gemensamt"]
                page.into_sight(page.fields["general.autostart"])
                self._take(inside, "autostart", settings.window)
        return self._count

    def _take(self, inside: Inside, name: str, window: Any) -> None:
        inside.settle(0.6)
        x, y, w, h = window.winfo_rootx(), window.winfo_rooty(), window.winfo_width(), window.winfo_height()
        self._save(name, ImageGrab.grab((x, y, x + w, y + h)))

    def _save(self, name: str, picture: Image.Image) -> None:
        look = f"{self._look}-" if self._look else ""
        picture.save(self._target / f"{look}{name}.png", optimize=True)
        self._count += 1

    def _icons(self) -> None:
        scale = int(self._look.partition("-")[0])
        size, ground = 16 * scale // 100, "black" if prefers_dark() else "white"
        sheet = Image.new("RGB", (size * 2 * len(Situation), size * 2), ground)
        for place, situation in enumerate(Situation):
            drawn = icons.picture(situation, size)
            sheet.paste(drawn, (size * 2 * place + size // 2, size // 2), drawn)
        self._save("ikoner", sheet)

    def _in_order(self, folder: Path) -> None:
        with opened(folder) as inside:
            app = inside.app
            inside.until(lambda: inside.service.status.last_run, "första titten")
            app.show_status()
            inside.settle(1.0)
            window: Any = app._status_window
            self._take(inside, "status-oversikt", window.window)
            window.book.show(window.proof)
            self._take(inside, "status-bevis", window.window)
            window.proof.more_button.invoke()
            self._take_list(inside, window.proof.more_button, window.window, "status-bevis-mer")
            window.proof.table.choose(window.proof.table.tree.get_children()[0])
            window.proof.open()
            inside.settle(1.0)
            self._take(inside, "status-bevis-ett-z", window.window)
            window.book.show(window.gift_cards)
            self._take(inside, "status-presentkort", window.window)
            window.book.show(window.runs)
            self._take(inside, "status-korningar", window.window)
            self._situations(inside, window)
            window.hide()
            self._settings(inside)
            self._dialog(inside, lambda: app.act(Act.ABOUT), "om")

    def _situations(self, inside: Inside, window: Any) -> None:
        status = inside.service.status
        working = Status(
            working="Synkronisera allt",
            progress=Progress("Artiklar", 1240, 2707),
            company=status.company,
            system=status.system,
        )
        window.heard(working)
        self._take(inside, "status-arbetar", window.window)
        for name, problem in (
            ("utan-kontakt", catalogue.NO_NETWORK.problem(host="api.fortnox.se", system="Fortnox")),
            ("logga-in", catalogue.SIGN_IN_NEEDED.problem(system="Fortnox")),
            ("annan-kassa", catalogue.OTHER_TILL_OWNS.problem(holder="Kassa 2", until="10:15:00")),
        ):
            window.heard(Status(problems=(problem,), company=status.company, system=status.system))
            window.book.show(window.errors)
            self._take(inside, f"status-{name}", window.window)
        window.heard(status)

    def _settings(self, inside: Inside) -> None:
        app: Any = inside.app
        app.act(Act.SETTINGS)
        window: Any = app._settings_window
        inside.settle(1.0)
        for title, page in window.pages.items():
            window.book.show(page)
            self._take(inside, f"installningar-{title.lower()}", window.window)
            page.canvas.yview_moveto(0.5)
            self._take(inside, f"installningar-{title.lower()}-nedre", window.window)
        window.book.show(window.pages["Integration"])
        window.pages["Integration"].canvas.yview_moveto(0)
        box = window.pages["Integration"].fields["integration.system"].box
        inside.settle(0.3)
        box.open()
        self._take_list(inside, box, window.window, "installningar-lista")
        window.book.show(window.pages["Gemensamt"])
        window.pages["Gemensamt"].canvas.yview_moveto(0)
        window.pages["Gemensamt"].fields["mail.to"].text.set("butiken")
        window.save()
        self._take(inside, "installningar-fel", window.window)
        window.acts.test()
        inside.settle(1.5)
        self._take_results(inside, window, "testa-anslutning")
        window.acts.dry_run()
        inside.settle(1.5)
        self._take_results(inside, window, "provkorning")
        self._dialog(inside, window.cancel, "osparat")
        inside.settle(0.2)

    def _take_list(self, inside: Inside, owner: Any, window: Any, name: str) -> None:
        self._take(inside, name, window)
        owner.winfo_children()[-1].close()

    def _take_results(self, inside: Inside, window: Any, name: str) -> None:
        results = [child for child in window.window.winfo_children() if child.winfo_class() == "Jobsync"]
        self._take(inside, name, results[-1])
        results[-1].destroy()

    def _dialog(self, inside: Inside, open_it: Callable[[], None], name: str) -> None:
        """A dialog waits for its answer, so its picture is taken from within."""

        def look() -> None:
            time.sleep(0.2)
            held = inside.root.tk.splitlist(inside.root.tk.call("grab", "current"))
            top = inside.root.nametowidget(str(held[0]))
            top.update()
            x, y, w, h = top.winfo_rootx(), top.winfo_rooty(), top.winfo_width(), top.winfo_height()
            self._save(name, ImageGrab.grab((x, y, x + w, y + h)))
            top.destroy()

        inside.root.after(700, look)
        open_it()

    def _in_trouble(self, folder: Path) -> None:
        with opened(folder) as inside:
            inside.until(lambda: inside.service.status.errors, "felet")
            inside.app.show_status("errors")
            inside.settle(1.0)
            window: Any = inside.app._status_window
            self._take(inside, "status-fel", window.window)
            window.book.show(window.overview)
            self._take(inside, "status-oversikt-fel", window.window)
            window.book.show(window.waiting)
            self._take(inside, "status-vantar", window.window)
            window.waiting.open_button.invoke()
            inside.settle(0.6)
            children = [one for one in window.window.winfo_children() if one.winfo_class() == "Jobsync"]
            self._take(inside, "underlag", children[-1])
            children[-1].destroy()
            window.errors.button.invoke()
            inside.settle(0.8)
            settings: Any = inside.app._settings_window
            self._take(inside, "installningar-fran-felet", settings.window)

    def _guide(self, folder: Path) -> None:
        with opened(folder) as inside:
            inside.app.act(Act.SETTINGS)
            window: Any = inside.app._settings_window
            inside.settle(1.0)
            for number in range(6):
                self._take(inside, f"guide-{number + 1}", window.window)
                if number < 5:
                    window.steps.go_on()
                    inside.settle(1.0)
                    if window.steps.step == number:
                        self._take(inside, f"guide-{number + 1}-fel", window.window)
                        window.steps.go_by()
                        inside.settle(0.8)
            inside.app.show_status()
            self._take(inside, "status-ny", inside.app._status_window.window)  # type: ignore[union-attr]


@contextmanager
def opened(folder: Path) -> Iterator[Inside]:
    """The app on a folder, closed in the end."""
    inside = Inside(folder)
    try:
        yield inside
    finally:
        inside.close()

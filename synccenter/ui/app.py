"""The program by the clock: puts service, icon and windows together and decides what a choice does."""

from __future__ import annotations

import signal
import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from synccenter import __version__, locale
from synccenter.contract import catalogue
from synccenter.contract.connector import Registry
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.visible import visible
from synccenter.core import installation, update, windows
from synccenter.core.refusal import problem_of
from synccenter.core.sections import sections
from synccenter.core.settings import Settings
from synccenter.core.trust import Trust
from synccenter.core.update import Offer
from synccenter.locale import _
from synccenter.reports.watch import Watchman
from synccenter.service.background import Event, Service
from synccenter.service.instance import ANSWER_SECONDS, BUSY, OK, FirstHangs, Instance, Question, first
from synccenter.service.lane import Lane, OpenShop
from synccenter.service.status import Ended, Row, Status
from synccenter.service.timetable import tomorrow
from synccenter.shop import SETTINGS_FILE
from synccenter.ui.manners import Manners, Toast
from synccenter.ui.menu import Act, entries
from synccenter.ui.newer import Newer
from synccenter.ui.shell import Shell, end_at_once
from synccenter.ui.tray import Tray

if TYPE_CHECKING:
    import tkinter as tk

    from synccenter.ui.settings_window import SettingsWindow
    from synccenter.ui.status_window import StatusWindow

ICON_AGAIN_SECONDS = 60.0
"""How often an icon that could not be changed is tried again."""

TELL_AGAIN_SECONDS = 60.0
"""The same trouble of the main thread is told again after this long: a box for each event would bury the screen."""

SESSION_END_SECONDS = 4.0
"""Windows gives a program about five seconds at log-off."""


def start(folder: Path, registry: Registry, open_shop: OpenShop) -> int:
    """Run until a person quits. A second start shows the first one's status window and returns at once."""
    windows.be_dpi_aware()
    windows.set_identity()
    app = App(folder, registry, open_shop)
    try:
        instance = first(folder, app.answer)
    except FirstHangs as hung:
        if not _end(hung):
            return 1
        instance = first(folder, app.answer)
    return 0 if instance is None else app.run(instance)


def _end(hung: FirstHangs) -> bool:
    """Tell of a first program that does not answer, and end it if the person says so; whether it is gone."""
    problem = catalogue.FIRST_HANGS.problem(process=hung.process or "okänt nummer")
    question = _("Avsluta det nu och starta på nytt?")
    yes = windows.confirm(windows.APP_NAME, f"{problem.sentence()}\n\n{question}")
    return yes and windows.end_process(hung.process, Path(windows.program()[0]).name)


class App:
    """The program. Its methods run on the main thread unless they say otherwise."""

    def __init__(self, folder: Path, registry: Registry, open_shop: OpenShop) -> None:
        self.folder = folder
        self.registry = registry
        self.open_shop = open_shop
        self._instance: Instance | None = None
        self._shell = Shell(self._failed)
        self.service = Service(open_shop, self._heard, watch=Watchman())
        self.service.on_leap = lambda: self.post(self._slept)
        self._manners = Manners(time.monotonic)
        self._waiting_to_speak = False
        self._tray = Tray(lambda: self.service.status, self._chosen, self._session_ends)
        self._status_window: StatusWindow | None = None
        self._settings_window: SettingsWindow | None = None
        self._looker: Lane | None = None
        self._leaving = False
        self._newer = Newer(self._update_folders, self._hear_of, self._trust, failed=self._failed_elsewhere)
        self._start_anew = False
        self._told: dict[str, float] = {}
        self.use_language()

    # --- life ------------------------------------------------------------------------------------------------

    def run(self, instance: Instance) -> int:
        """Until a person quits or the session ends."""
        self._instance = instance
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: self.post(self._session_over))
        self._tray.start()
        self.service.start()
        if instance.trouble is not None:
            self._failed(instance.trouble)
        self._newer.start()
        threading.Thread(target=self._look_after, name="installation", daemon=True).start()
        if not (self.folder / SETTINGS_FILE).exists():
            self.post(self.show_settings)
        if self._tray.failed is not None:
            self._failed(self._tray.failed)
            self.post(self.show_status)
        self._shell.run()
        return 0

    def answer(self, question: Question) -> bytes:
        """What is asked at the door, from its thread; `BUSY` when the main thread does not come to it in time."""
        answers = {Question.SHOW: self._show_itself, Question.RELOAD: self._reload, Question.SEEN: self._seen}
        return self._shell.ask(answers[question], ANSWER_SECONDS) or BUSY

    def _show_itself(self) -> bytes:
        self.show_status()
        return OK

    def _reload(self) -> bytes:
        self.settings_saved(run=False)
        return OK

    def _seen(self) -> bytes:
        menu = [entry.text for entry in entries(self.service.status)]
        return msgspec.json.encode({"menu": menu, "windows": self._shell.seen()})

    def post(self, call: Callable[[], None]) -> None:
        """See `Host.post`. From any thread."""
        self._shell.post(call)

    def root(self) -> tk.Tk:
        """See `Host.root`."""
        return self._shell.root()

    def looker(self) -> Lane:
        """See `Host.looker`."""
        if self._looker is None:
            self._looker = Lane("titt", self.open_shop)
            self._looker.start()
        return self._looker

    def settings_saved(self, *, run: bool) -> None:
        """See `Host.settings_saved`."""
        spoken = locale.spoken()
        self.use_language()
        if self._status_window is not None and locale.spoken() != spoken:
            shown = self._status_window.window.winfo_viewable()
            self._status_window.window.destroy()  # made anew in the language that was chosen
            self._status_window = None
            if shown:
                self.show_status()
        self.service.reload(run=run)
        if self._looker:
            self._looker.reopen()

    def use_language(self) -> None:
        """Speak the language of the settings."""
        locale.use(self._settings().general.language)

    def _settings(self) -> Settings:
        return Settings.load(self.folder / SETTINGS_FILE, sections(self.registry))

    # --- events from other threads ---------------------------------------------------------------------------

    def _heard(self, event: Event) -> None:
        """From the service's thread."""
        self.post(lambda: self._on_event(event))

    def _chosen(self, act: Act) -> None:
        """From the icon's thread."""
        self.post(lambda: self.act(act))

    def _session_ends(self) -> None:
        """From the icon's thread, when Windows is about to log off: there are only seconds."""
        self.service.stop(SESSION_END_SECONDS)
        if self._instance:
            self._instance.close()
        end_at_once(0)

    # --- on the main thread ----------------------------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        """Each hears of it, also when another of them failed."""
        for hear in (self._hear_icon, self._hear_manners, self._hear_window):
            try:
                hear(event)
            except Exception as error:  # noqa: BLE001 - the border between those who hear
                self._failed(error)

    def _hear_icon(self, event: Event) -> None:
        if isinstance(event, Status):
            self._show_icon()

    def _show_icon(self) -> None:
        """What the icon cannot show is told where it can be, and tried again."""
        try:
            self._tray.show(self.service.status)
        except Exception as error:  # noqa: BLE001 - whatever the system says, by way of a foreign library
            self.service.tell_of("icon", catalogue.ICON_STUCK.problem(detail=str(error)))
            self._shell.later(ICON_AGAIN_SECONDS, self._show_icon)
        else:
            self.service.tell_of("icon", None)

    def _hear_manners(self, event: Event) -> None:
        if isinstance(event, Status):
            self._speak(self._manners.on_status(event))
            self._speak_later()
        elif isinstance(event, Ended):
            self._speak(self._manners.on_end(event))

    def _hear_window(self, event: Event) -> None:
        if self._status_window is not None and isinstance(event, Status | Row | Ended):
            self._status_window.heard(event)

    def _speak(self, toast: Toast | None) -> None:
        if toast is not None:
            self._tray.toast(toast)

    def _speak_later(self) -> None:
        """What was kept back in the quiet time is told when it is over."""
        wait = self._manners.quiet_for()
        if wait and self.service.status.errors and not self._waiting_to_speak:
            self._waiting_to_speak = True
            self._shell.later(wait + 0.1, self._quiet_is_over)

    def _quiet_is_over(self) -> None:
        self._waiting_to_speak = False
        self._speak(self._manners.on_status(self.service.status))
        self._speak_later()

    def _slept(self) -> None:
        self._manners.slept()

    def act(self, act: Act) -> None:
        """Do what was chosen in the menu or by a button."""
        now = datetime.now(self.service.zone)
        deeds: dict[Act, Callable[[], None]] = {
            Act.STATUS: self.show_status,
            Act.ERRORS: lambda: self.show_status("errors"),
            Act.CHANGES: lambda: self.service.sync(everything=False),
            Act.EVERYTHING: lambda: self.service.sync(everything=True),
            Act.PAUSE_HALF_HOUR: lambda: self.service.pause(now + timedelta(minutes=30)),
            Act.PAUSE_TWO_HOURS: lambda: self.service.pause(now + timedelta(hours=2)),
            Act.PAUSE_TOMORROW: lambda: self.service.pause(tomorrow(now, self.service.zone)),
            Act.GO_ON: lambda: self.service.pause(None),
            Act.JOURNAL: lambda: self.show_status("journal"),
            Act.LOG: self._show_log,
            Act.LOG_FOLDER: self._show_log_folder,
            Act.SETTINGS: self.show_settings,
            Act.UPDATE: self._update,
            Act.ABOUT: self._show_about,
            Act.QUIT: self._quit,
        }
        deeds[act]()

    def show_status(self, page: str = "") -> None:
        """The status window, in front."""
        from synccenter.ui.status_window import StatusWindow  # noqa: PLC0415 - windows are loaded when needed

        if self._status_window is None:
            self._status_window = StatusWindow(self)
        self._status_window.show(page)

    def show_settings(self, page: str = "", problem: Problem | None = None) -> None:
        """See `Host.show_settings`."""
        from synccenter.ui.settings_window import SettingsWindow  # noqa: PLC0415 - windows are loaded when needed

        if self._settings_window is None or self._settings_window.closed:
            self._settings_window = SettingsWindow(self)
        self._settings_window.show(page, problem)

    def _show_about(self) -> None:
        from synccenter.ui.about import show_about  # noqa: PLC0415 - windows are loaded when needed

        show_about(self)

    def _show_log(self) -> None:
        path = self.service.log_path()
        if path is not None and path.exists():
            windows.open_text(path)
        else:
            self._show_log_folder()

    def _show_log_folder(self) -> None:
        path = self.service.log_path()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            windows.show_folder(path.parent, path)

    # --- a newer version -------------------------------------------------------------------------------------

    def _update_folders(self) -> list[Path]:
        """From the thread of `Newer`."""
        share = self._settings().general.update_folder
        return [Path(share)] if share else []

    def _trust(self, exe: Path) -> Trust:
        """Whose file may take our place, as the settings say now."""
        general = self._settings().general
        return Trust(exe, publisher=general.publisher, hashes=general.update_hashes, folder=self.folder)

    def _hear_of(self, offer: Offer) -> None:
        """From the thread of `Newer`."""
        self.post(lambda: self._found_newer(offer))

    def _found_newer(self, offer: Offer) -> None:
        release = offer.release
        self.service.found_newer(release.text)
        title = _("Version {version} finns").format(version=release.text)
        self._speak(Toast.of(title, _("Välj ”Byt till version {version}” i menyn.").format(version=release.text)))

    def _update(self) -> None:
        from synccenter.ui.dialogs import ask  # noqa: PLC0415 - windows are loaded when needed

        version = self.service.status.newer
        title = _("Byt till version {version}").format(version=version)
        question = _("Programmet avslutas och startas igen. Inställningar, journal och loggar behålls.")
        if self._newer.offer is not None:
            question = f"{question}\n\n{visible(self._newer.offer.judgement.told())}"
        if ask(self.root(), title, question, (_("Byt version"), _("Inte nu"))) != 0:
            return
        try:
            self._newer.change()
        except SyncError as error:
            ask(self.root(), _(error.problem.title), error.problem.sentence(), (_("Stäng"),))
            return
        self._start_anew = True
        self._leave()

    # --- leaving ---------------------------------------------------------------------------------------------

    def _quit(self) -> None:
        if self._settings_window is not None and not self._settings_window.may_close():
            return
        if self.service.status.working:
            from synccenter.ui.dialogs import ask  # noqa: PLC0415 - windows are loaded when needed

            question = _("En synkronisering pågår. Underlaget som skickas just nu görs klart, resten tas nästa gång.")
            if ask(self.root(), _("Avsluta?"), question, (_("Avsluta"), _("Fortsätt"))) != 0:
                return
        self._leave()

    def _leave(self) -> None:
        if not self._leaving:
            self._leaving = True
            threading.Thread(target=self._wind_up, name="avslut").start()

    def _wind_up(self) -> None:
        try:
            self.service.stop()
        finally:
            self.post(self._gone)

    def _session_over(self) -> None:
        """SIGTERM: log-off or shut-down on Linux, as in `_session_ends`."""
        try:
            self.service.stop(SESSION_END_SECONDS)
        finally:
            self._gone()

    def _gone(self) -> None:
        """Everything is let go of, also when some of it does not let go: a program that was told to leave leaves."""
        for let_go in (self._stop_looking, self._newer.stop, self._tray.stop, self._close_door, self._start_next):
            try:
                let_go()
            except Exception as error:  # noqa: BLE001 - the border of leaving: said at once, there is no later
                windows.say(windows.APP_NAME, problem_of(error).sentence())
        self._shell.stop()

    def _stop_looking(self) -> None:
        if self._looker is not None:
            self._looker.stop(1.0)

    def _close_door(self) -> None:
        if self._instance:
            self._instance.close()

    def _start_next(self) -> None:
        if self._start_anew:
            self._newer.start_anew()

    def _failed_elsewhere(self, error: Exception) -> None:
        """From a thread that nobody waits for."""
        self.post(lambda: self._failed(error))

    def _failed(self, error: BaseException) -> None:
        """What went wrong on the main thread: a sentence with a code on the screen, the details in the Debug log. The
        program goes on."""
        details = "".join(traceback.format_exception(error))
        self.service.do(lambda _shop, log: log.debug(details))
        problem = problem_of(error)
        now = time.monotonic()
        if now - self._told.get(problem.cause, -TELL_AGAIN_SECONDS) < TELL_AGAIN_SECONDS:
            return
        self._told[problem.cause] = now
        self.service.do(lambda _shop, log: log.error(problem))
        # In a thread: while it waits for a person, windows and icon live on.
        say = (windows.APP_NAME, problem.sentence())
        threading.Thread(target=windows.say, args=say, name="besked", daemon=True).start()

    # --- the installation ------------------------------------------------------------------------------------

    def _look_after(self) -> None:
        """In a thread of its own, at the start: shortcuts and copies that would start another program than this."""
        try:
            found = installation.look_after(update.running(), __version__, installation.command(self.folder))
        except Exception as error:  # noqa: BLE001 - the border of the thread: told, and the program goes on
            self._failed_elsewhere(error)
            return
        for problem in found.problems:
            self.service.tell_of(problem.cause, problem)
            self.service.do(lambda _shop, log, problem=problem: log.error(problem))  # type: ignore[misc]
        for text in found.mended:
            self.service.do(lambda _shop, log, text=text: log.row(text))  # type: ignore[misc]

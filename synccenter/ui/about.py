"""*Om*: which program this is, and where its things lie."""

from __future__ import annotations

import platform
from pathlib import Path

import synccenter
from synccenter import __version__
from synccenter.core import windows
from synccenter.locale import _
from synccenter.ui.dialogs import ask
from synccenter.ui.host import Host
from synccenter.ui.menu import Act
from synccenter.ui.wording import PROGRAM

LICENCES = Path(synccenter.__file__).with_name("LICENSER.txt")
"""The licences of everything that the program contains; made by tools/licences.py."""


def show_about(host: Host) -> None:
    """Name, version, licence and folders."""
    log = host.service.log_path()
    rows = [
        f"{PROGRAM} {__version__}",
        _("Håller JobOffice Kassa och affärssystemet i takt."),
        "",
        _("Inställningar: {folder}").format(folder=host.folder.resolve()),
        _("Loggar: {folder}").format(folder=log.parent if log else "–"),
        _("System: {system}").format(
            system=f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
        ),
        _("Fri programvara under MIT-licensen."),
    ]
    choices = (_("Öppna katalog för loggfiler"), _("Licenser"), _("Stäng"))
    chosen = ask(host.root(), _("Om"), "\n".join(rows), choices, default=2)
    if chosen == 0:
        host.act(Act.LOG_FOLDER)
    elif chosen == 1:
        windows.open_text(LICENCES)

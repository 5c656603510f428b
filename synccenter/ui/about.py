"""*Om*: which program this is, and where its things lie."""

from __future__ import annotations

import platform

from synccenter import __version__
from synccenter.locale import _
from synccenter.ui.dialogs import ask
from synccenter.ui.host import Host
from synccenter.ui.menu import Act
from synccenter.ui.wording import PROGRAM


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
    if ask(host.root(), _("Om"), "\n".join(rows), (_("Öppna katalog för loggfiler"), _("Stäng")), default=1) == 0:
        host.act(Act.LOG_FOLDER)

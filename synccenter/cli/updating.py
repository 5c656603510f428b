"""update: tell of a newer version, change to it, go back."""

from __future__ import annotations

import argparse
from pathlib import Path

from synccenter import __version__
from synccenter.cli.output import Exit, tell
from synccenter.core import update
from synccenter.core.logs import Log
from synccenter.shop import Shop


def updating(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Dispatch `jobsync update …`. Raises U01 and U02."""
    exe = arguments.exe or update.running()
    if exe is None:
        tell("Programmet körs från källkod: hämta ny kod i stället.", as_json=arguments.json)
        return Exit.REFUSED
    if arguments.back:
        return _tell(log, arguments, update.go_back(exe).text, "Tillbaka till version {version}.")
    found = update.newer(exe, __version__, folders(shop))
    if found is None:
        return _tell(log, arguments, "", f"Version {__version__} är den nyaste som hittas.")
    if not arguments.install:
        return _tell(log, arguments, found.text, "Version {version} finns i " + str(found.path))
    update.install(found, exe, shop.settings.general.publisher)
    return _tell(log, arguments, found.text, "Bytt till version {version}. Den används från nästa start.")


def folders(shop: Shop) -> list[Path]:
    """Where newer versions are looked for besides the program's own folder."""
    share = shop.settings.general.update_folder
    return [Path(share)] if share else []


def _tell(log: Log, arguments: argparse.Namespace, version: str, text: str) -> Exit:
    sentence = text.format(version=version)
    if arguments.back or arguments.install:
        log.row(sentence)
    tell(sentence, as_json=arguments.json, running=__version__, version=version)
    return Exit.OK

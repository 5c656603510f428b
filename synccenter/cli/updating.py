"""update: tell of a newer version, change to it, go back."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from synccenter import __version__
from synccenter.cli.output import Exit, print_problem, say, tell
from synccenter.contract import catalogue
from synccenter.core import update
from synccenter.core.logs import Log
from synccenter.core.trust import Judgement, Trust, refused
from synccenter.core.update import Offer
from synccenter.shop import Shop


def updating(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Dispatch `jobsync update …`. Raises U01, U02 and D95."""
    exe = arguments.exe or update.running()
    if exe is None:
        if arguments.install or arguments.back:
            raise catalogue.FROM_SOURCE.error()
        return _tell(
            log, arguments, "", f"Version {__version__} körs från källkod: ny kod hämtas där den här hämtades."
        )
    trust = trust_of(shop, exe)
    if arguments.back:
        offer = update.before(trust)
        return _change(log, arguments, offer, lambda: update.go_back(trust), "Tillbaka till version {version}.")
    found = update.newer(__version__, trust, folders(shop))
    if found is None:
        return _tell(log, arguments, "", f"Version {__version__} är den nyaste som hittas.")
    if arguments.install:
        text = "Bytt till version {version}. Den används från nästa start."
        return _change(log, arguments, found, lambda: update.install(found, trust), text)
    there = f"Version {found.release.text} finns: {found.judgement.told()}"
    _tell(log, arguments, found.release.text, there, found.judgement)
    if not found.judgement.accepted:
        print_problem(refused(found.judgement).problem)
        return Exit.DIFFERENCE
    return Exit.OK


def _change(log: Log, arguments: argparse.Namespace, offer: Offer, change: Callable[[], object], done: str) -> Exit:
    """Say where the file lies and who has signed it, then change to it. Raises U01 and U02."""
    told = f"Version {offer.release.text}: {offer.judgement.told()}"
    log.row(told)
    if not arguments.json:
        say(told)
    if not offer.judgement.accepted:
        raise refused(offer.judgement)
    change()
    return _tell(log, arguments, offer.release.text, done, offer.judgement)


def trust_of(shop: Shop, exe: Path) -> Trust:
    """The rule for new versions, as this shop has set it."""
    general = shop.settings.general
    return Trust(exe, publisher=general.publisher, hashes=general.update_hashes, folder=shop.folder)


def folders(shop: Shop) -> list[Path]:
    """Where newer versions are looked for besides the program's own folder."""
    share = shop.settings.general.update_folder
    return [Path(share)] if share else []


def _tell(log: Log, arguments: argparse.Namespace, version: str, text: str, judgement: Judgement | None = None) -> Exit:
    sentence = text.format(version=version) if "{version}" in text else text
    if arguments.back or arguments.install:
        log.row(sentence)
    about = {"signer": judgement.signer, "sha256": judgement.digest, "writers": judgement.writers} if judgement else {}
    tell(sentence, as_json=arguments.json, running=__version__, version=version, **about)
    return Exit.OK

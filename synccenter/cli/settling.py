"""settings: show, set, secret."""

from __future__ import annotations

import argparse
import sys

from synccenter.cli.output import Exit, print_json, print_problem, say, tell
from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Company
from synccenter.contract.options import Kind, Option
from synccenter.contract.values import as_text, row_text
from synccenter.core.logs import Log
from synccenter.core.secrets import Keychain
from synccenter.core.settings import Settings
from synccenter.shop import Shop
from synccenter.till.sales import companies

COMPANY_SETTING, AUTOSTART_SETTING = "general.company", "general.autostart"


def settings(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Dispatch `jobsync settings …`."""
    if arguments.act == "show":
        return _show(shop, arguments)
    if arguments.act == "set":
        _set(shop.settings, log, arguments)
    else:
        _secret(shop.settings, shop.secrets, log, arguments)
    return _used(shop, log)


def _used(shop: Shop, log: Log) -> Exit:
    """The icon by the clock, if it runs, uses what was changed from now on."""
    from synccenter.service.instance import BUSY, OK, Question, ask  # noqa: PLC0415 - sockets: only to ask

    told = ask(shop.folder, Question.RELOAD)
    if told == OK:
        log.row("Programmet vid klockan använder de nya inställningarna.")
    elif told == BUSY:
        print_problem(catalogue.FIRST_HANGS.problem(process="JobOffice Sync Center"))
    return Exit.OK


def _show(shop: Shop, arguments: argparse.Namespace) -> Exit:
    found, secrets = shop.settings, shop.secrets
    for problem in found.problems:
        print_problem(problem)
    if arguments.json:
        print_json({"companies": _companies(shop)} | {section: found.section(section) for section in found.sections})
        return Exit.OK
    for section in found.sections.values():
        say(f"[{section.name}]  {section.title}")
        for option in section.options:
            name = f"{section.name}.{option.name}"
            say(f"  {name} = {_shown(found, secrets, name, option)}")
            if name == COMPANY_SETTING:
                for company in _companies(shop):
                    say(f"      {company.id}: {company.name}, {company.store}")
            if arguments.describe:
                say(f"      {option.label}. {option.help}")
                if option.choices:
                    say("      " + ", ".join(f"{key}: {label}" for key, label in option.choices))
                if option.columns:
                    say("      Kolumner: " + ", ".join(f"{one.name} ({one.label})" for one in option.columns))
        say()
    return Exit.OK


def _companies(shop: Shop) -> list[Company]:
    """The companies that the till holds, to choose among; none when it cannot be read, which `check` explains."""
    try:
        return companies(shop.till)
    except SyncError as error:
        shop.debug(str(error))
        return []


def _shown(found: Settings, secrets: Keychain, name: str, option: Option) -> str:
    """A value as a person reads it; a secret is never shown."""
    if option.kind is Kind.SECRET:
        try:
            return "(sparad)" if secrets.get(name) else "(saknas)"
        except SyncError as error:
            return f"({error.problem.title.lower()})"
    value = found.value(name)
    if option.kind is Kind.TABLE:
        return "".join(f"\n      {row_text(option, row)}" for row in value) or "–"
    return as_text(option, value) or "–"


def _set(found: Settings, log: Log, arguments: argparse.Namespace) -> None:
    names = []
    for pair in arguments.pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise catalogue.SETTING_REFUSED.error(name=name, why="Skriv NAMN=VÄRDE.")
        found.set(name.strip(), value)
        names.append(name.strip())
    found.save()
    with log.section("Inställningar ändrade"):
        for name in names:
            log.row(f"{name} = {as_text(found.option(name), found.value(name))}")
    if AUTOSTART_SETTING in names:
        from synccenter.core import installation  # noqa: PLC0415 - only to change it

        installation.start_with_windows(bool(found.value(AUTOSTART_SETTING)), found.path.parent)
    tell(f"Sparat: {', '.join(names)}.", as_json=arguments.json, names=names)


def _secret(found: Settings, secrets: Keychain, log: Log, arguments: argparse.Namespace) -> None:
    if found.option(arguments.name).kind is not Kind.SECRET:
        raise catalogue.SETTING_REFUSED.error(
            name=arguments.name, why="Det är ingen hemlighet; använd ”jobsync settings set”."
        )
    if arguments.delete:
        secrets.delete(arguments.name)
    else:
        value = sys.stdin.readline().rstrip("\r\n")
        if not value:
            raise catalogue.SETTING_REFUSED.error(name=arguments.name, why="Inget kom på standard in.")
        secrets.set(arguments.name, value)
    with log.section("Inställningar ändrade"):
        log.row(f"{arguments.name} är {'borttagen ur' if arguments.delete else 'sparad i'} lösenordsvalvet.")
    tell(f"{arguments.name} är {'borttagen' if arguments.delete else 'sparad'}.", as_json=arguments.json)

"""settings: show, set, secret."""

from __future__ import annotations

import argparse
import sys

from synccenter.cli.output import Exit, print_json, print_problem
from synccenter.core import catalogue
from synccenter.core.errors import SyncError
from synccenter.core.logs import Log
from synccenter.core.options import Kind, Option
from synccenter.core.secrets import Keychain
from synccenter.core.sections import SECTION_TITLES
from synccenter.core.settings import Settings


def settings(found: Settings, secrets: Keychain, log: Log, arguments: argparse.Namespace) -> Exit:
    """Dispatch `jobsync settings …`."""
    if arguments.act == "show":
        return _show(found, secrets, arguments)
    if arguments.act == "set":
        return _set(found, log, arguments)
    return _secret(found, secrets, log, arguments)


def _show(found: Settings, secrets: Keychain, arguments: argparse.Namespace) -> Exit:
    for problem in found.problems:
        print_problem(problem)
    if arguments.json:
        print_json({section: found.section(section) for section in found.sections})
        return Exit.OK
    for section, options in found.sections.items():
        print(f"[{section}]  {SECTION_TITLES.get(section, section)}")
        for option in options:
            name = f"{section}.{option.name}"
            print(f"  {name} = {_shown(found, secrets, name, option)}")
            if arguments.describe:
                print(f"      {option.label}. {option.help}")
                if option.choices:
                    print("      " + ", ".join(f"{key}: {label}" for key, label in option.choices))
        print()
    return Exit.OK


def _shown(found: Settings, secrets: Keychain, name: str, option: Option) -> str:
    """A value as a person reads it; a secret is never shown."""
    if option.kind is Kind.SECRET:
        try:
            return "(sparad)" if secrets.get(name) else "(saknas)"
        except SyncError as error:
            return f"({error.problem.title.lower()})"
    value = found[name]
    if option.kind is Kind.TABLE:
        return "".join(f"\n      {row}" for row in value) or "–"
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return ", ".join(value) or "–" if isinstance(value, tuple) else str(value or "–")


def _set(found: Settings, log: Log, arguments: argparse.Namespace) -> Exit:
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
            log.row(f"{name} = {found[name]}")
    print(f"Sparat: {', '.join(names)}.")
    return Exit.OK


def _secret(found: Settings, secrets: Keychain, log: Log, arguments: argparse.Namespace) -> Exit:
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
    print(f"{arguments.name} är {'borttagen' if arguments.delete else 'sparad'}.")
    return Exit.OK

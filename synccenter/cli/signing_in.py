"""sign-in: a person signs in to the business system in the browser."""

from __future__ import annotations

import argparse
import sys
import threading
import webbrowser
from queue import Queue

from synccenter.check.books import wrong_company
from synccenter.cli.output import Exit, tell
from synccenter.contract.connector import SignsIn, TellsCompany
from synccenter.contract.errors import Problem, SyncError
from synccenter.core.logs import Log
from synccenter.shop import Shop


def sign_in(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Dispatch `jobsync sign-in`."""
    connector, title = shop.connector(), shop.description.title
    if not isinstance(connector, SignsIn):
        tell(f"{title} kräver ingen inloggning i webbläsaren.", as_json=arguments.json)
        return Exit.OK
    if arguments.out:
        connector.sign_out()
        told = f"Utloggad ur {title}."
    else:
        connector.sign_in(_open_page, _typed() if arguments.paste else None)
        told, problem = _signed_in(shop)
        if problem is not None:
            with log.section("Inloggning"):
                log.error(problem)
            tell(f"{told}\n{problem.sentence()}", as_json=arguments.json)
            return Exit.DIFFERENCE
    with log.section("Inloggning"):
        log.row(told)
    tell(told, as_json=arguments.json)
    return Exit.OK


def _signed_in(shop: Shop) -> tuple[str, Problem | None]:
    """Whose books were signed in to, and B23 when they are another company's than the till's.

    A person picks the company in the browser, and the first in the list is easily taken.
    """
    connector, title = shop.connector(), shop.description.title
    if not isinstance(connector, TellsCompany):
        return f"Inloggad i {title}.", None
    try:
        there = connector.company()
        number = f" ({there.org_number})" if there.org_number else ""
        return f"Inloggad i {title} hos {there.name}{number}.", wrong_company(shop)
    except SyncError as error:
        return f"Inloggad i {title}.", error.problem


def _open_page(address: str) -> None:
    """Open the browser, and show the address for whoever has the browser elsewhere; standard out is for the answer."""
    print(f"Logga in i webbläsaren. Öppnas den inte, gå till:\n{address}", file=sys.stderr, flush=True)
    webbrowser.open(address)


def _typed() -> Queue[str]:
    """The address that the browser ended on, from standard in."""
    print("Klistra in adressen som webbläsaren slutade på, och tryck Enter.", file=sys.stderr, flush=True)
    inbox: Queue[str] = Queue()
    threading.Thread(target=lambda: inbox.put(sys.stdin.readline()), daemon=True).start()
    return inbox

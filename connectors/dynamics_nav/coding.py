"""Which accounts articles are sold on, as General Posting Setup (page 314) and the cards have it now."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.dynamics_nav.errors import FIELD_MISSING
from connectors.dynamics_nav.link import Link
from connectors.dynamics_nav.refusals import NO_RIGHTS
from connectors.formats.sales_accounts import Sold
from connectors.wire.rows import text
from synccenter.contract.errors import SyncError


def accounts_now(link: Link, wanted: Iterable[Sold]) -> dict[Sold, int]:
    """By customer and article, where the page is published and the cards show their groups; else nothing is known.

    A credit memo has an account of its own there (*Sales Credit Memo Account*). A page without these fields, or that
    the user may not read, is as one that is not published: the proof then says what it could not read.
    """
    if not link.has("posting_setup"):
        return {}
    try:
        return dict(_accounts(link, list(wanted)))
    except SyncError as error:
        if error.problem.code not in {FIELD_MISSING.code, NO_RIGHTS.code}:
            raise
        link.session.debug(f"Försäljningens konton läses inte: {error}")
        return {}


def _accounts(link: Link, wanted: list[Sold]) -> Iterable[tuple[Sold, int]]:
    if not (link.page("customers").has("gen_bus") and link.page("items").has("gen_prod")):
        return
    setup = {(text(row, "bus").upper(), text(row, "prod").upper()): row for row in link.page("posting_setup").every()}
    bus = _groups(link, "customers", "gen_bus", {one.customer for one in wanted})
    prod = _groups(link, "items", "gen_prod", {one.article for one in wanted})
    for one in wanted:
        row = setup.get((bus.get(one.customer, "?"), prod.get(one.article, "?")), {})
        number = text(row, "credit_account" if one.credit else "sales_account")
        if number.isdigit():
            yield one, int(number)


def _groups(link: Link, role: str, word: str, numbers: set[str]) -> dict[str, str]:
    rows = link.page(role).numbered(sorted(numbers))
    return {text(row, "number").upper(): text(row, word).upper() for row in rows}

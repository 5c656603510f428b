"""Which accounts articles are sold on, as General Posting Setup (page 314) and the cards have it now."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.dynamics_nav.link import Link
from connectors.formats.sales_accounts import Sold
from connectors.wire.rows import Row, text


def accounts_now(link: Link, wanted: Iterable[Sold]) -> dict[Sold, int]:
    """By customer and article, where the page is published and the cards show their groups; else nothing is known.

    A credit memo has an account of its own there (*Sales Credit Memo Account*).
    """
    some = list(wanted)
    if not link.has("posting_setup"):
        return {}
    if not (link.page("customers").has("gen_bus") and link.page("items").has("gen_prod")):
        return {}
    setup = {(text(row, "bus").upper(), text(row, "prod").upper()): row for row in link.page("posting_setup").every()}
    bus = _groups(link, "customers", "gen_bus", {one.customer for one in some})
    prod = _groups(link, "items", "gen_prod", {one.article for one in some})
    found: dict[Sold, int] = {}
    for one in some:
        row: Row = setup.get((bus.get(one.customer, "?"), prod.get(one.article, "?")), {})
        number = text(row, "credit_account" if one.credit else "sales_account")
        if number.isdigit():
            found[one] = int(number)
    return found


def _groups(link: Link, role: str, word: str, numbers: set[str]) -> dict[str, str]:
    rows = link.page(role).numbered(sorted(numbers))
    return {text(row, "number").upper(): text(row, word).upper() for row in rows}

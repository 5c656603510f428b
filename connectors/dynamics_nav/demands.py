"""What accounts demand of cost centres and projects, by their default dimensions, where that page is published."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from connectors.dynamics_nav.link import Link
from connectors.wire.rows import Row, option, text, whole
from synccenter.contract.asked import Demand, Demands

MUST, MUST_NOT = {"codemandatory", "kodobligatorisk"}, {"nocode", "ingenkod"}
SAME = {"samecode", "sammakod"}
"""*Value Posting* of a default dimension (table 352)."""


def demands(link: Link) -> Mapping[int, Demands]:
    """By account. NAV fills a default value in itself on rows of the account; a row of an article takes the article's
    and the customer's, never that of the account it is posted to (codeunit 80 has no more to go by)."""
    if not (link.has("default_dimensions") and link.has("dimensions")):
        return {}
    first, second = _global_dimensions(link)
    found: dict[int, Demands] = {}
    for row in link.page("default_dimensions").every():
        number, code = text(row, "number"), text(row, "dimension").upper()
        if number.isdigit() and code and code in {first, second}:
            before, demand = found.get(int(number), Demands()), _demand(row)
            found[int(number)] = (
                replace(before, cost_centre=demand) if code == first else replace(before, project=demand)
            )
    return found


def _demand(row: Row) -> Demand:
    rule = option(row, "rule")
    if rule in MUST_NOT:
        return Demand.REFUSED
    if rule not in MUST | SAME:
        return Demand.FREE
    if text(row, "value"):
        return Demand.NEEDED_OF_ARTICLES
    return Demand.NEEDED if rule in MUST else Demand.REFUSED


def _global_dimensions(link: Link) -> tuple[str, str]:
    """The codes of global dimension 1 and 2, out of their values; "" for one that has none."""
    page = link.page("dimensions")
    if not (page.has("global_number") and page.has("dimension")):
        return "", ""
    codes = {whole(row, "global_number"): text(row, "dimension").upper() for row in page.every()}
    return codes.get(1, ""), codes.get(2, "")

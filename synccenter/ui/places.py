"""Where in the settings an error is put right: the page, the field, and what a new row of it begins with.

A remedy names the place as a person finds it: `Inställningar > Konton > Betalsätt`. Knows nothing of Tk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from synccenter.contract.errors import ErrorKind, Problem
from synccenter.contract.options import Kind, Option
from synccenter.ui.draft import Draft
from synccenter.ui.settings_layout import PAGES, headings

OURS = re.compile(r"(?<!under )(?<!: )(?<!\()Inställningar > ([\wåäöÅÄÖ]+)(?: > )?([^.]*)")
"""A place in our settings; `under Inställningar > …` and `Fortnox: Inställningar > …` are in the business system."""

_BEGINS: Mapping[str, tuple[str, ...]] = {"B01": ("method",), "B02": ("group", "rate"), "B06": ("reason",)}
"""Code -> the columns of a new row that the values of its cause fill in, in their order."""

_ACCOUNT = re.compile(r"\b(\d{4})\b")


class Place(Struct, frozen=True):
    """`name`: the option, "" when only the page is known. `row`: column -> text of a row that is wanted."""

    page: str
    name: str = ""
    row: Mapping[str, str] = {}


def place_of(problem: Problem, draft: Draft) -> Place | None:
    """Where a problem is put right in the settings; None when that is somewhere else."""
    for match in OURS.finditer(problem.fix):
        page, rest = match[1], match[2]
        if page in PAGES:
            name = _named(rest, page, draft) or _with_account(problem, page, draft)
            return Place(page, name, _row(problem))
    return Place("Integration") if problem.kind is ErrorKind.SIGN_IN else None


def labels(page: str, draft: Draft) -> Iterator[tuple[str, str]]:
    """(heading or label, option) of a page, in order; a heading leads to its first field."""
    for title, names in headings(page, draft):
        if title and names:
            yield title, names[0]
        for name in names:
            yield draft.option(name).label, name


def _named(text: str, page: str, draft: Draft) -> str:
    """The option whose label the text begins with, else the longest that it holds; headings count too."""
    found = dict(reversed(list(labels(page, draft))))
    begun = [label for label in found if re.match(rf"{re.escape(label)}(?!\w)", text)]
    held = [label for label in found if re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text)]
    best = max(begun or held, key=len, default="")
    return found.get(best, "")


def _with_account(problem: Problem, page: str, draft: Draft) -> str:
    """The option that holds the account which the problem is about."""
    number = _ACCOUNT.search(problem.cause.partition("|")[2] or problem.what)
    if page != "Konton" or number is None:
        return ""
    account = int(number[1])
    return next(
        (name for _label, name in labels(page, draft) if _holds(draft.option(name), draft.value(name), account)), ""
    )


def _holds(option: Option, value: Any, account: int) -> bool:
    if option.kind is Kind.TABLE:
        columns = [column.attribute for column in option.columns if column.kind is Kind.ACCOUNT]
        return any(getattr(row, column) == account for row in value for column in columns)
    return option.kind is Kind.ACCOUNT and account in (value if option.several else (value,))


def _row(problem: Problem) -> Mapping[str, str]:
    values = problem.cause.split("|")[1:]
    return dict(zip(_BEGINS.get(problem.code, ()), values, strict=False))

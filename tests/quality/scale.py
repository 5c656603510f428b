"""The quality scale: what every connector is measured by, and its own data file beside this one.

`tests/quality/<name>.toml` says for each rule *done*, *todo* or *exempt*; what is not done has a reason, in Swedish
since it stands in README. What an object can show is read off it; where a proof is needed its file is named.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from synccenter.contract.connector import (
    AnyDescription,
    Connector,
    FetchesRegisters,
    FinishesDocuments,
    ListsBookkeeping,
    ListsFacts,
    Lookup,
    ReadsBack,
    SendsDocuments,
    SignsIn,
    TellsCompany,
)
from synccenter.contract.model import Register

FOLDER = Path(__file__).parent

Shown = Callable[[AnyDescription, Connector], bool]
"""Whether description and object show that a rule is kept."""


class Status(Enum):
    """How far it has come."""

    DONE = "done"
    TODO = "todo"
    EXEMPT = "exempt"  # does not apply, for the reason given


class Rule(Struct, frozen=True):
    """A rule. `shown` is what description and object show; `proof`: a file of ours has to prove it, and is named."""

    name: str
    title: str
    shown: Shown | None = None
    proof: bool = False


class Mark(Struct, frozen=True, forbid_unknown_fields=True):
    """How far a connector has come with a rule."""

    status: Status
    reason: str = ""
    where: str = ""


def _all_registers(description: AnyDescription, connector: Connector) -> bool:
    can = description.capabilities
    return isinstance(connector, FetchesRegisters) and can.fetches | can.along.keys() == set(Register)


RULES: tuple[Rule, ...] = (
    Rule("registers", "hämtar alla register", _all_registers),
    Rule("delta", "hämtar bara det som ändrats", lambda one, _: one.capabilities.fetches == one.capabilities.delta),
    Rule("sends", "skickar underlag", lambda _, connector: isinstance(connector, SendsDocuments)),
    Rule("look_up", "slår upp det som blev oklart", lambda one, _: one.capabilities.lookup is not Lookup.NONE),
    Rule("finish", "gör klart det som bröts", lambda _, connector: isinstance(connector, FinishesDocuments)),
    Rule("read_back", "läser tillbaka ur böckerna", lambda _, connector: isinstance(connector, ReadsBack)),
    Rule("read_back_accounts", "läser fakturor konto för konto"),
    Rule("company", "säger vems böckerna är", lambda _, connector: isinstance(connector, TellsCompany)),
    Rule("chart", "visar kontoplanen", lambda _, connector: isinstance(connector, ListsFacts)),
    Rule("lists", "visar räkenskapsår, serier och dimensioner", lambda _, one: isinstance(one, ListsBookkeeping)),
    Rule("sign_in", "inloggning av en människa", lambda _, connector: isinstance(connector, SignsIn)),
    Rule("limits", "håller systemets gränser", proof=True),
    Rule("errors", "varje eget fel med kod, åtgärd och räckvidd", lambda one, _: bool(one.errors), proof=True),
    Rule("suite", "provas av konformitetssviten", proof=True),
    Rule("spec", "provas mot leverantörens egen beskrivning", proof=True),
    Rule("guide", "handledning för butiken", proof=True),
    Rule("real", "har mött det riktiga systemet", proof=True),
)


def marks(name: str) -> Mapping[str, Mark]:
    """A connector's own file, by rule."""
    data: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return msgspec.convert(data, dict[str, Mark])

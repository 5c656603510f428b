"""What is declared: kind and default follow from the field, and a declaration that is no good is found at once."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Literal

import pytest
from msgspec import Struct

from connectors import REGISTRY
from synccenter.contract.options import (
    Kind,
    Option,
    Secret,
    options_of,
)
from synccenter.core.sections import sections
from tests.contract.every import Colour, Every, Row


def test_kind_default_and_name_follow_from_the_field() -> None:
    found = {option.name: (option.kind, option.several, option.default) for option in options_of(Every)}
    assert found == {
        "text": (Kind.TEXT, False, ""),
        "texts": (Kind.TEXT, True, ()),
        "choice": (Kind.CHOICE, False, "a"),
        "choices": (Kind.CHOICE, True, ()),
        "colours": (Kind.CHOICE, True, (Colour.RED,)),
        "number": (Kind.NUMBER, False, 0),
        "switch": (Kind.SWITCH, False, False),
        "account": (Kind.ACCOUNT, False, 0),
        "accounts": (Kind.ACCOUNT, True, (1910,)),
        "date": (Kind.DATE, False, None),
        "clock": (Kind.CLOCK, False, ""),
        "clocks": (Kind.CLOCK, True, ()),
        "file": (Kind.FILE, False, ""),
        "folder": (Kind.FOLDER, False, ""),
        "address": (Kind.ADDRESS, False, ""),
        "addresses": (Kind.ADDRESS, True, ()),
        "url": (Kind.URL, False, ""),
        "secret": (Kind.SECRET, False, None),
        "table": (Kind.TABLE, False, ()),
    }
    assert [(one.name, one.attribute) for one in options_of(Row)] == [
        ("method", "method"),
        ("account", "account"),
        ("from", "since"),
    ]


class Silent(Struct, frozen=True):
    text: str = ""


class WithoutDefault(Struct, frozen=True):
    text: Annotated[str, Option(label="Text")]


class OtherChoices(Struct, frozen=True):
    choice: Annotated[Literal["a", "b"], Option(label="Val", choices=(("a", "A"),))] = "a"


class Size(Enum):
    SMALL = "small"


class OtherMembers(Struct, frozen=True):
    size: Annotated[tuple[Size, ...], Option(label="Storlek", choices=(("large", "Stor"),))] = ()


class Fraction(Struct, frozen=True):
    part: Annotated[float, Option(label="Del")] = 0.5


class RenamedSecret(Struct, frozen=True):
    key: Annotated[Secret, Option(label="Nyckel", renamed_from=("nyckel",))] = None


class Taken(Struct, frozen=True):
    one: Annotated[str, Option(label="Ett")] = ""
    two: Annotated[str, Option(label="Två", renamed_from=("one",))] = ""


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (Silent, "carries no Option"),
        (WithoutDefault, "has no default"),
        (OtherChoices, "the choices are not those of"),
        (OtherMembers, "the choices are not those of"),
        (Fraction, "no kind of option has values of type"),
        (RenamedSecret, "a secret keeps its name"),
        (Taken, "one is declared more than once"),
    ],
)
def test_a_declaration_that_is_no_good_is_found_when_it_is_read(record: type[Struct], told: str) -> None:
    with pytest.raises(TypeError, match=told):
        options_of(record)


@pytest.mark.parametrize("name", sections(REGISTRY))
def test_every_section_is_declared_whole(name: str) -> None:
    section = sections(REGISTRY)[name]
    for option in section.options:
        assert option.label, option.name
        assert option.help.endswith((".", "…")), f"{option.name}: the help is a Swedish sentence"
        assert option.group or name in REGISTRY, f"{option.name}: under which heading?"
        assert all(column.label for column in option.columns)
        if option.when:
            decided = {one.name: one for one in section.options}[option.when[0]]
            assert set(option.when[1]) <= {key for key, _ in decided.choices}, option.name


def test_what_a_row_may_suggest_from_is_declared_with_its_column() -> None:
    payments = next(one for one in sections({})["posting"].options if one.name == "payments")
    assert [column.suggest for column in payments.columns] == ["methods", "tills", "accounts", None]

"""Declared settings: one declaration draws the file, the command line and the window.

A section is a frozen `Struct` whose fields carry an `Option`:

    class Box(Struct, frozen=True):
        address: Annotated[Url, Option(label="Adress", help="Där Lådan svarar.")] = ""
        seconds: Annotated[int, Option(label="Väntetid", help="Sekunder.", least=5, most=300)] = 30
        key: Annotated[Secret, Option(label="Nyckel", help="Fås i Lådan.")] = None

Kind and default follow from the field: `str`, `int`, `bool`, `date | None`, `Literal[...]` and an `Enum` (a choice),
the kinds named below, a `tuple[kind, ...]` (several) and a `tuple[Row, ...]` (a table, whose rows are a struct of
the same make). `options_of` tells what is declared, `parse` makes a value of what a person wrote.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields, replace

S = TypeVar("S", bound=Struct)


class Kind(Enum):
    """The kind of one value; decides parsing, validation and the field in the window."""

    TEXT = "text"  # str
    CHOICE = "choice"  # str or a member of an Enum, one of `choices`
    NUMBER = "number"  # int
    SWITCH = "switch"  # bool
    AUTOSTART = "autostart"  # bool; Windows has a say of its own in it
    ACCOUNT = "account"  # int, an account number 1000-9999 (or longer); 0: none
    DATE = "date"  # datetime.date, or None
    CLOCK = "clock"  # str "hh:mm"; "" for none; "24:00" where `most` lets the day have an end
    FILE = "file"  # str, a path to a file; "" for none
    FOLDER = "folder"  # str, a path to a folder; "" for the default
    ADDRESS = "address"  # str, an e-mail address; "" for none
    URL = "url"  # str
    SECRET = "secret"  # noqa: S105 - a kind, not a secret; never in the file: lives in the keychain under the option's full name
    TABLE = "table"  # tuple of row structs, with the columns declared in them


AccountNumber: TypeAlias = Annotated[int, Kind.ACCOUNT]
Clock: TypeAlias = Annotated[str, Kind.CLOCK]
File: TypeAlias = Annotated[str, Kind.FILE]
Folder: TypeAlias = Annotated[str, Kind.FOLDER]
MailAddress: TypeAlias = Annotated[str, Kind.ADDRESS]
Url: TypeAlias = Annotated[str, Kind.URL]
Secret: TypeAlias = Annotated[None, Kind.SECRET]
"""A secret is declared with the rest but has no value here: ask `session.secrets`."""

Suggest: TypeAlias = Literal["companies", "tills", "methods", "groups", "accounts", "series", "system"]
"""A register of the till, or a list of the business system (the chart of accounts, the voucher series that vouchers can
be made in from outside, `system`: one that its connector gives, see `OffersChoices`), whose entries the window may
offer for a text or a number."""


class Option(Struct, frozen=True, kw_only=True):
    """What a person is told of a setting, and what may be written. `check` returns a Swedish sentence or None.

    `group` is the heading it stands under in the window. `choices` are (value, Swedish label). `when` shows the
    field only if another option of the same section has one of the named values. `least` and `most` bind numbers,
    and clock times as minutes of the day. `empty_is_all`: none chosen of several means every one.
    `renamed_from`: earlier names, in the same section or as `section.name`; a file that has one of them is
    understood and saved under the new name. `vaulted_as`: the value may be a database server's address; a password
    written into it goes to the keychain as this secret of the same section, and is never shown nor saved with the rest.

    What stands below the line is filled in by `options_of`, from the field that carries the option: `name` is how
    the file spells it, `attribute` the field's name in the struct.
    """

    label: str
    help: str = ""
    group: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    least: int | None = None
    most: int | None = None
    check: Callable[[Any], str | None] | None = None
    advanced: bool = False
    when: tuple[str, tuple[str, ...]] | None = None
    suggest: Suggest | None = None
    empty_is_all: bool = False
    renamed_from: tuple[str, ...] = ()
    vaulted_as: str = ""

    name: str = ""
    attribute: str = ""
    kind: Kind = Kind.TEXT
    several: bool = False
    default: Any = ""
    enum: type[Enum] | None = None
    row: type[Struct] | None = None

    @property
    def columns(self) -> tuple[Option, ...]:
        """The columns of a TABLE."""
        return options_of(self.row) if self.row else ()


class Section(Struct, frozen=True):
    """A section of the settings: the struct it is decoded into, and its options as they are here and now.

    They are those of the struct, but for choices that are not known before (the business systems there are).
    """

    name: str
    title: str
    record: type[Struct]
    options: tuple[Option, ...]

    def build(self, values: Mapping[str, object]) -> Struct:
        """The struct, of parsed values by option; the rest are defaults."""
        found = {option.attribute: values.get(option.name, option.default) for option in self.options}
        return replace(self.record(), **found)


def options_of(record: type[Struct]) -> tuple[Option, ...]:
    """The options that a struct declares. Raises TypeError when the declaration is no good."""
    return _options_of(record)


@cache
def _options_of(record: type[Struct]) -> tuple[Option, ...]:
    found = tuple(_declared(record, one) for one in fields(record))
    names = [name for option in found for name in (option.name, *option.renamed_from)]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise TypeError(f"{record.__name__}: {', '.join(sorted(twice))} is declared more than once")
    return found


_KINDS: Mapping[object, Kind] = {str: Kind.TEXT, int: Kind.NUMBER, bool: Kind.SWITCH}


def _declared(record: type[Struct], one: FieldInfo) -> Option:
    where = f"{record.__name__}.{one.name}"
    inner, notes = _parted(one.type)
    option = next((note for note in notes if isinstance(note, Option)), None)
    if option is None:
        raise TypeError(f"{where} carries no Option")
    if one.default is NODEFAULT:
        raise TypeError(f"{where} has no default (tuples are written as they are, not by a factory)")
    several = get_origin(inner) is tuple
    if several:
        inner, item_notes = _parted(get_args(inner)[0])
        notes = (*notes, *item_notes)
    kind = next((note for note in notes if isinstance(note, Kind)), None) or _kind(inner, where)
    if kind is Kind.SECRET and option.renamed_from:
        raise TypeError(f"{where}: a secret keeps its name, since the keychain does")
    option = replace(
        option,
        name=one.encode_name,
        attribute=one.name,
        kind=kind,
        several=several and kind is not Kind.TABLE,
        default=one.default,
        enum=inner if isinstance(inner, type) and issubclass(inner, Enum) else None,
        row=inner if kind is Kind.TABLE else None,
    )
    _same_choices(option, inner, where)
    return option


def _parted(type_: Any) -> tuple[Any, tuple[Any, ...]]:
    """The bare type and what is noted with it."""
    if get_origin(type_) is Annotated:
        inner, *notes = get_args(type_)
        return inner, tuple(notes)
    return type_, ()


def _kind(type_: Any, where: str) -> Kind:
    if get_origin(type_) is Literal or (isinstance(type_, type) and issubclass(type_, Enum)):
        return Kind.CHOICE
    if get_origin(type_) in {Union, types.UnionType} and set(get_args(type_)) == {date, type(None)}:
        return Kind.DATE
    if isinstance(type_, type) and issubclass(type_, Struct):
        return Kind.TABLE
    if type_ not in _KINDS:
        raise TypeError(f"{where}: no kind of option has values of type {type_}")
    return _KINDS[type_]


def _same_choices(option: Option, type_: Any, where: str) -> None:
    """The values stand in the type and with their labels: they must be the same ones."""
    known = [member.value for member in option.enum] if option.enum else list(get_args(type_))
    if get_origin(type_) is not Literal and not option.enum:
        return
    if sorted(known) != sorted(key for key, _ in option.choices):
        raise TypeError(f"{where}: the choices are not those of {type_}")

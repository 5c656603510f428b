"""A section with one option of every kind."""

from __future__ import annotations

from datetime import date
from datetime import date as day
from enum import Enum
from typing import Annotated, Literal

from msgspec import Struct, field

from synccenter.contract.options import AccountNumber, Clock, File, Folder, MailAddress, Option, Secret, Url


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


_COLOURS = (("red", "Röd"), ("blue", "Blå"))
_LETTERS = (("a", "A"), ("b", "B"))


class Row(Struct, frozen=True):
    method: Annotated[str, Option(label="Betalsätt")] = ""
    account: Annotated[AccountNumber, Option(label="Konto")] = 0
    since: Annotated[date | None, Option(label="Från och med", renamed_from=("since",))] = field(
        default=None, name="from"
    )


class Every(Struct, frozen=True, kw_only=True):
    text: Annotated[str, Option(label="X")] = ""
    texts: Annotated[tuple[str, ...], Option(label="X")] = ()
    choice: Annotated[Literal["a", "b"], Option(label="X", choices=_LETTERS)] = "a"
    choices: Annotated[tuple[Literal["a", "b"], ...], Option(label="X", choices=_LETTERS)] = ()
    colours: Annotated[tuple[Colour, ...], Option(label="X", choices=_COLOURS)] = (Colour.RED,)
    number: Annotated[int, Option(label="X")] = 0
    switch: Annotated[bool, Option(label="X")] = False
    account: Annotated[AccountNumber, Option(label="X")] = 0
    accounts: Annotated[tuple[AccountNumber, ...], Option(label="X")] = (1910,)
    date: Annotated[day | None, Option(label="X")] = None
    clock: Annotated[Clock, Option(label="X")] = ""
    clocks: Annotated[tuple[Clock, ...], Option(label="X")] = ()
    file: Annotated[File, Option(label="X")] = ""
    folder: Annotated[Folder, Option(label="X")] = ""
    address: Annotated[MailAddress, Option(label="X")] = ""
    addresses: Annotated[tuple[MailAddress, ...], Option(label="X")] = ()
    url: Annotated[Url, Option(label="X")] = ""
    secret: Annotated[Secret, Option(label="X")] = None
    table: Annotated[tuple[Row, ...], Option(label="X")] = ()

"""Every kind of option: what a person may write, and what is answered when it cannot be used."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synccenter.contract.options import BadValue, Column, Kind, Option, parse
from synccenter.core.sections import sections

COLUMNS = (
    Column("method", "Betalsätt", Kind.TEXT),
    Column("account", "Konto", Kind.ACCOUNT, 0),
    Column("from", "Från och med", Kind.DATE, None),
)


def option(kind: Kind, **more: Any) -> Option:
    choices = (("a", "A"), ("b", "B")) if kind is Kind.CHOICE else ()
    return Option(name="x", label="X", help="h", kind=kind, choices=choices, columns=COLUMNS, **more)


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (Kind.TEXT, "  Åke AB ", "Åke AB"),
        (Kind.TEXT, 1930, "1930"),
        (Kind.CHOICE, "b", "b"),
        (Kind.NUMBER, " 15 ", 15),
        (Kind.NUMBER, "-3", -3),
        (Kind.NUMBER, "", 0),
        (Kind.SWITCH, "JA", True),
        (Kind.SWITCH, "av", False),
        (Kind.SWITCH, True, True),
        (Kind.ACCOUNT, "1930", 1930),
        (Kind.ACCOUNT, "0", 0),
        (Kind.DATE, "2026-04-01", date(2026, 4, 1)),
        (Kind.DATE, date(2026, 4, 1), date(2026, 4, 1)),
        (Kind.DATE, "", None),
        (Kind.ADDRESSES, "a@b.se; c@d.se\ne@f.se", ("a@b.se", "c@d.se", "e@f.se")),
        (Kind.ADDRESSES, ["a@b.se", " "], ("a@b.se",)),
        (Kind.TIMES, "8:05, 20.30", ("08:05", "20:30")),
        (Kind.TIMES, [time(7, 30)], ("07:30",)),
        (Kind.TIMES, time(7, 30), ("07:30",)),
        (Kind.URL, "https://server.se:7048/BC/ODataV4", "https://server.se:7048/BC/ODataV4"),
        (Kind.URL, "", ""),
        (Kind.FILE, r"C:\Kassa\Åsa\x.db", r"C:\Kassa\Åsa\x.db"),
        (Kind.FOLDER, "", ""),
        (
            Kind.TABLE,
            [{"method": "KORT", "account": 1686, "from": "2026-04-01"}, {}],
            (
                {"method": "KORT", "account": 1686, "from": date(2026, 4, 1)},
                {"method": "", "account": 0, "from": None},
            ),
        ),
    ],
)
def test_what_may_be_written(kind: Kind, written: Any, value: Any) -> None:
    assert parse(option(kind), written) == value
    assert parse(option(kind), value) == value


@pytest.mark.parametrize(
    ("kind", "written", "answer"),
    [
        (Kind.TEXT, ["a"], "Skriv text, inte ['a']."),
        (Kind.TEXT, True, "Skriv text, inte True."),
        (Kind.TEXT, "rad ett\r\nBcc: alla@x.se", "Skriv på en rad, utan radbrytning eller andra styrtecken."),
        (Kind.CHOICE, "c", "”c” finns inte. Välj något av: a, b."),
        (Kind.NUMBER, "femton", "Skriv ett heltal, inte ”femton”."),
        (Kind.NUMBER, 1.5, "Skriv ett heltal, inte ”1.5”."),
        (Kind.NUMBER, True, "Skriv ett heltal."),
        (Kind.SWITCH, "kanske", "Skriv ja eller nej, inte ”kanske”."),
        (Kind.ACCOUNT, "193", "Skriv ett kontonummer med minst fyra siffror, inte ”193”."),
        (Kind.ACCOUNT, "-1930", "Skriv ett kontonummer med minst fyra siffror, inte ”-1930”."),
        (Kind.DATE, "1/4 2026", "Skriv datumet som åååå-mm-dd, inte ”1/4 2026”."),
        (Kind.DATE, datetime(2026, 4, 1, 12), "Skriv datumet som åååå-mm-dd, inte ”2026-04-01 12:00:00”."),  # noqa: DTZ001
        (Kind.ADDRESSES, "a@b.se, butik", "”butik” är ingen e-postadress. Skriv t.ex. butik@foretag.se."),
        (Kind.ADDRESSES, ["a\x00@b.se"], "”a\x00@b.se” är ingen e-postadress. Skriv t.ex. butik@foretag.se."),
        (Kind.ADDRESSES, [1], "Skriv en lista med komma emellan."),
        (Kind.TIMES, "25:00", "Skriv klockslaget som tt:mm, inte ”25:00”."),
        (Kind.TIMES, "T20:30", "Skriv klockslaget som tt:mm, inte ”T20:30”."),
        (Kind.TIMES, "20:30+02:00", "Skriv klockslaget som tt:mm, inte ”20:30+02:00”."),
        (Kind.URL, "server.se", "Skriv en hel adress, t.ex. https://server.se/sökväg, inte ”server.se”."),
        (
            Kind.URL,
            "file:///etc/passwd",
            "Skriv en hel adress, t.ex. https://server.se/sökväg, inte ”file:///etc/passwd”.",
        ),
        (Kind.TABLE, "x", 'Skriv en lista med rader, t.ex. [{method = "KORT", account = 1686}].'),
        (Kind.TABLE, ["x"], "Rad 1 ska ha fält, t.ex. {account = 1910}."),
        (Kind.TABLE, [{"konto": 1}], "Rad 1: fältet ”konto” finns inte. Fälten är account, from, method."),
        (Kind.TABLE, [{}, {"account": 5}], "Rad 2, Konto: Skriv ett kontonummer med minst fyra siffror, inte ”5”."),
    ],
)
def test_what_is_answered_when_it_cannot_be_used(kind: Kind, written: Any, answer: str) -> None:
    with pytest.raises(BadValue) as raised:
        parse(option(kind), written)
    assert str(raised.value) == answer


def test_an_address_with_a_password_in_it_is_refused() -> None:
    with pytest.raises(BadValue, match="hel adress"):
        parse(option(Kind.URL), "https://user:kaffe@server.se/")


@pytest.mark.parametrize(
    ("kind", "empty", "filled"),
    [
        (Kind.TEXT, " ", "x"),
        (Kind.ACCOUNT, "", "1930"),
        (Kind.DATE, "", "2026-01-01"),
        (Kind.ADDRESSES, "", "a@b.se"),
        (Kind.TABLE, [], [{"method": "KORT"}]),
    ],
)
def test_a_required_field_may_not_be_empty(kind: Kind, empty: Any, filled: Any) -> None:
    assert parse(option(kind, required=True), filled)
    with pytest.raises(BadValue, match="får inte vara tomt"):
        parse(option(kind, required=True), empty)


def test_limits_and_checks() -> None:
    limited = option(Kind.NUMBER, least=1, most=10)
    assert parse(limited, "10") == 10
    with pytest.raises(BadValue, match="minst 1"):
        parse(limited, "")
    with pytest.raises(BadValue, match="högst 10"):
        parse(limited, 11)
    with pytest.raises(BadValue, match="jämnt"):
        parse(option(Kind.NUMBER, check=lambda value: "Skriv ett jämnt tal." if value % 2 else None), 3)


@given(kind=st.sampled_from([kind for kind in Kind if kind is not Kind.SECRET]), text=st.text(max_size=30))
@settings(deadline=None)
def test_whatever_is_typed_gives_a_value_or_a_sentence(kind: Kind, text: str) -> None:
    answer = ""
    try:
        value = parse(option(kind), text)
    except BadValue as bad:
        answer = str(bad)
    assert answer.endswith(".") or parse(option(kind), value) == value


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("schedule.weekdays", "mon, tue", "mån"),
        ("schedule.opens", "07:00", "7"),
        ("schedule.closes", "24:00", "24:01"),
        ("schedule.everything_at", "", "natten"),
        ("general.time_zone", "Europe/Helsinki", "Europa/Stockholm"),
        ("posting.cash_accounts", "1910, 1911", "kassa"),
        ("mail.server", "smtp.office365.com", "https://smtp.se"),
        ("mail.sender", "kassa@butik.se", "kassan"),
    ],
)
def test_the_programs_own_texts_are_checked(name: str, good: str, bad: str) -> None:
    section, _, short = name.partition(".")
    declared = next(option for option in sections({})[section] if option.name == short)
    assert parse(declared, good) == good
    with pytest.raises(BadValue):
        parse(declared, bad)

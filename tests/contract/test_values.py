"""Every kind of option: what a person may write, and what is answered when it cannot be used."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from synccenter.contract.options import Kind, Option, options_of
from synccenter.contract.values import BadValue, as_text, decode, parse
from synccenter.core.sections import sections
from tests.contract.every import Colour, Every, Row

OPTIONS = {option.name: option for option in options_of(Every)}


def option(name: str, **more: Any) -> Option:
    return replace(OPTIONS[name], **more)


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("text", "  Åke AB ", "Åke AB"),
        ("text", 1930, "1930"),
        ("choice", "b", "b"),
        ("number", " 15 ", 15),
        ("number", "-3", -3),
        ("number", "", 0),
        ("switch", "JA", True),
        ("switch", "av", False),
        ("switch", True, True),
        ("account", "1930", 1930),
        ("account", "0", 0),
        ("date", "2026-04-01", date(2026, 4, 1)),
        ("date", date(2026, 4, 1), date(2026, 4, 1)),
        ("date", "", None),
        ("clock", "8.05", "08:05"),
        ("clock", time(7, 30), "07:30"),
        ("address", " a@b.se ", "a@b.se"),
        ("url", "https://server.se:7048/BC/ODataV4", "https://server.se:7048/BC/ODataV4"),
        ("url", "", ""),
        ("file", r"C:\Kassa\Åsa\x.db", r"C:\Kassa\Åsa\x.db"),
        ("folder", "", ""),
        (
            "table",
            [{"method": "KORT", "account": 1686, "from": "2026-04-01"}, {}],
            (Row("KORT", 1686, date(2026, 4, 1)), Row()),
        ),
        ("table", '[{method = "KORT", from = 2026-04-01}]', (Row("KORT", 0, date(2026, 4, 1)),)),
        ("table", [{"since": "2026-04-01"}], (Row("", 0, date(2026, 4, 1)),)),
        ("table", "", ()),
    ],
)
def test_what_may_be_written(name: str, written: Any, value: Any) -> None:
    assert parse(option(name), written) == value
    assert parse(option(name), value) == value
    assert parse(option(name), as_text(option(name), value)) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("texts", ("LAGER 1", "BUTIK")),
        ("choices", ("a", "b")),
        ("colours", (Colour.RED, Colour.BLUE)),
        ("accounts", (1910, 1911)),
        ("clocks", ("08:05", "20:30")),
        ("addresses", ("a@b.se", "c@d.se")),
    ],
)
@pytest.mark.parametrize("written", ["{}, {}", " {} ;{};", "{}\n{}\n", ",{},,{}, ", ["{}", "{}"], ["{} ", "", "{},"]])
def test_several_are_written_in_one_way_whatever_they_are(name: str, value: tuple[Any, ...], written: Any) -> None:
    """As one text, in the file of old and in the window, or as an array, in the file of today."""
    parts = [str(getattr(one, "value", one)) for one in value]
    if isinstance(written, str):
        text: object = written.format(*parts)
    else:
        text = [one.format(parts.pop(0)) if one else "" for one in written]
    assert parse(option(name), text) == value
    assert parse(option(name), value) == value
    assert parse(option(name), as_text(option(name), value)) == value
    assert parse(option(name), value[0]) == value[:1]
    assert parse(option(name), " ,; \n") == ()


def test_a_row_is_shown_with_all_that_counts_also_what_is_the_default() -> None:
    sales = next(one for one in sections({})["posting"].options if one.name == "sales")
    assert as_text(sales, sales.default).startswith("[{rate = 25, account = 3001, vat_account = 2611}, {rate = 12,")


def test_numbers_without_quotes_and_clock_times_of_toml_are_parts_too() -> None:
    assert parse(option("accounts"), [1910, "1911"]) == (1910, 1911)
    assert parse(option("accounts"), 1910) == (1910,)
    assert parse(option("clocks"), [time(7, 30)]) == ("07:30",)


def test_of_several_choices_each_counts_once_in_the_order_they_are_declared() -> None:
    assert parse(option("choices"), "b, a, b") == ("a", "b")


@pytest.mark.parametrize(
    ("name", "written", "answer"),
    [
        ("text", ["a"], "Skriv text, inte ['a']."),
        ("text", True, "Skriv text, inte True."),
        ("text", "rad ett\r\nBcc: alla@x.se", "Skriv på en rad, utan radbrytning eller andra styrtecken."),
        ("choice", "c", "”c” finns inte. Välj något av: a, b."),
        ("choices", "a, c", "”c” finns inte. Välj bland: a, b."),
        ("colours", "red, a", "”a” finns inte. Välj bland: red, blue."),
        ("choices", "a b", "”a b” finns inte. Välj bland: a, b."),
        ("number", "femton", "Skriv ett heltal, inte ”femton”."),
        ("number", "1 000", "Skriv ett heltal, inte ”1 000”."),
        ("number", "١٥", "Skriv ett heltal, inte ”١٥”."),
        ("number", 1.5, "Skriv ett heltal, inte ”1.5”."),
        ("number", True, "Skriv ett heltal."),
        ("switch", "kanske", "Skriv ja eller nej, inte ”kanske”."),
        ("account", "193", "Skriv ett kontonummer med minst fyra siffror, inte ”193”."),
        ("account", "-1930", "Skriv ett kontonummer med minst fyra siffror, inte ”-1930”."),
        ("account", "1910 1911", "Skriv ett kontonummer med minst fyra siffror, inte ”1910 1911”."),
        (
            "accounts",
            "1910 1911, 1912 1913",
            "”1910 1911” är inget kontonummer. Skriv komma mellan kontona, t.ex. 1910, 1911.",
        ),
        (
            "accounts",
            "1910\xa01911",
            "”1910\xa01911” är inget kontonummer. Skriv komma mellan kontona, t.ex. 1910, 1911.",
        ),
        ("accounts", "1910, 0", "”0” är inget kontonummer. Skriv komma mellan kontona, t.ex. 1910, 1911."),
        ("accounts", "1910/1911", "”1910/1911” är inget kontonummer. Skriv komma mellan kontona, t.ex. 1910, 1911."),
        ("accounts", [True], "Skriv en lista med komma emellan."),
        ("accounts", [[1910]], "Skriv en lista med komma emellan."),
        ("accounts", 19.1, "Skriv en lista med komma emellan."),
        ("date", "1/4 2026", "Skriv datumet som åååå-mm-dd, inte ”1/4 2026”."),
        ("date", datetime(2026, 4, 1, 12), "Skriv datumet som åååå-mm-dd, inte ”2026-04-01 12:00:00”."),  # noqa: DTZ001
        ("addresses", "a@b.se, butik", "”butik” är ingen e-postadress. Skriv t.ex. butik@foretag.se."),
        ("addresses", "a@b.se c@d.se", "”a@b.se c@d.se” är ingen e-postadress. Skriv t.ex. butik@foretag.se."),
        ("addresses", ["a\x00@b.se"], "”a\x00@b.se” är ingen e-postadress. Skriv t.ex. butik@foretag.se."),
        ("addresses", [1], "”1” är ingen e-postadress. Skriv t.ex. butik@foretag.se."),
        ("clock", "24:00", "Skriv klockslaget som tt:mm, inte ”24:00”."),
        ("clocks", "08:00 20:30", "Skriv klockslaget som tt:mm, inte ”08:00 20:30”."),
        ("clocks", "25:00", "Skriv klockslaget som tt:mm, inte ”25:00”."),
        ("clocks", "T20:30", "Skriv klockslaget som tt:mm, inte ”T20:30”."),
        ("clocks", "20:30+02:00", "Skriv klockslaget som tt:mm, inte ”20:30+02:00”."),
        ("url", "server.se", "Skriv en hel adress, t.ex. https://server.se/sökväg, inte ”server.se”."),
        ("url", "https://[", "Skriv en hel adress, t.ex. https://server.se/sökväg, inte ”https://[”."),
        ("url", "https://a:b/x", "Skriv en hel adress, t.ex. https://server.se/sökväg, inte ”https://a:b/x”."),
        (
            "url",
            "file:///etc/passwd",
            "Skriv en hel adress, t.ex. https://server.se/sökväg, inte ”file:///etc/passwd”.",
        ),
        ("table", "x", 'Skriv en lista med rader, t.ex. [{method = "KORT", account = 1686}].'),
        ("table", ["x"], "Rad 1 ska ha fält, t.ex. {account = 1910}."),
        ("table", [{"konto": 1}], "Rad 1: fältet ”konto” finns inte. Fälten är account, from, method."),
        ("table", [{}, {"account": 5}], "Rad 2, Konto: Skriv ett kontonummer med minst fyra siffror, inte ”5”."),
    ],
)
def test_what_is_answered_when_it_cannot_be_used(name: str, written: Any, answer: str) -> None:
    with pytest.raises(BadValue) as raised:
        parse(option(name), written)
    assert str(raised.value) == answer


def test_an_address_with_a_password_in_it_is_refused() -> None:
    with pytest.raises(BadValue, match="hel adress"):
        parse(option("url"), "https://user:kaffe@server.se/")


@pytest.mark.parametrize(
    ("name", "empty", "filled"),
    [
        ("text", " ", "x"),
        ("account", "", "1930"),
        ("date", "", "2026-01-01"),
        ("addresses", "", "a@b.se"),
        ("table", [], [{"method": "KORT"}]),
    ],
)
def test_a_required_field_may_not_be_empty(name: str, empty: Any, filled: Any) -> None:
    assert parse(option(name, required=True), filled)
    with pytest.raises(BadValue, match="får inte vara tomt"):
        parse(option(name, required=True), empty)


def test_limits_and_checks() -> None:
    limited = option("number", least=1, most=10)
    assert parse(limited, "10") == 10
    with pytest.raises(BadValue, match="minst 1"):
        parse(limited, "")
    with pytest.raises(BadValue, match="högst 10"):
        parse(limited, 11)
    with pytest.raises(BadValue, match="jämnt"):
        parse(option("number", check=lambda value: "Skriv ett jämnt tal." if value % 2 else None), 3)


@given(
    name=st.sampled_from([name for name, one in OPTIONS.items() if one.kind is not Kind.SECRET]),
    text=st.text(max_size=30),
)
@settings(deadline=None)
def test_whatever_is_typed_gives_a_value_or_a_sentence(name: str, text: str) -> None:
    answer = ""
    try:
        value = parse(option(name), text)
    except BadValue as bad:
        answer = str(bad)
    assert answer.endswith(".") or parse(option(name), value) == value


def test_a_section_is_decoded_once_into_its_struct() -> None:
    assert decode(Every, {"accounts": "1910; 1911", "table": [{"method": "KORT"}]}) == Every(
        accounts=(1910, 1911), table=(Row("KORT"),)
    )
    with pytest.raises(BadValue, match="number: Skriv ett heltal"):
        decode(Every, {"number": "x"})
    with pytest.raises(BadValue, match="”nej” finns inte"):
        decode(Every, {"nej": 1})


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("schedule.weekdays", "mon, tue", "mån"),
        ("schedule.weekdays", "mon", " , "),
        ("schedule.opens", "07:00", "7"),
        ("schedule.closes", "24:00", "24:01"),
        ("schedule.everything_at", "", "natten"),
        ("schedule.everything_at", "23:59", "24:00"),
        ("general.time_zone", "Europe/Helsinki", "Europa/Stockholm"),
        ("posting.cash_accounts", "1910, 1911", "kassa"),
        ("posting.sales", "[{rate = 6}]", "[{rate = 106}]"),
        ("integration.registers", "articles, ", "artiklar"),
        ("mail.server", "smtp.office365.com", "https://smtp.se"),
        ("mail.sender", "kassa@butik.se", "kassan"),
    ],
)
def test_the_programs_own_options_are_checked(name: str, good: str, bad: str) -> None:
    section, _, short = name.partition(".")
    declared = next(option for option in sections({})[section].options if option.name == short)
    parse(declared, good)
    with pytest.raises(BadValue):
        parse(declared, bad)

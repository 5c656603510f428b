"""An option means the same in the file, on the command line and in the window, whatever it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from connectors import REGISTRY
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Register
from synccenter.contract.options import Kind, Option, Section, options_of
from synccenter.contract.values import BadValue, as_text, parse, plain
from synccenter.core.sections import sections
from synccenter.core.settings import Settings

SECTIONS = sections(REGISTRY)
NAMES = [
    f"{section.name}.{option.name}"
    for section in SECTIONS.values()
    for option in section.options
    if option.kind is not Kind.SECRET
]
SAMPLES = {
    "time_zone": st.sampled_from(["Europe/Stockholm", "Europe/Helsinki"]),
    "address": st.just("https://navserver:7048/DynamicsNAV110"),
    "fingerprint": st.just("AB:" * 31 + "AB"),
}
"""Of texts that have a form of their own."""

WORDS = st.text("aåÖ0 9-.*_(\\'\"{}=#”", max_size=8).map(str.strip)


def single(option: Option) -> st.SearchStrategy[Any]:
    """What one value of the option's kind may be, before its own check has had its say."""
    kinds: Mapping[Kind, st.SearchStrategy[Any]] = {
        Kind.CHOICE: st.sampled_from([key for key, _ in option.choices] or [""]),
        Kind.NUMBER: st.integers(
            -999 if option.least is None else option.least, 99_999 if option.most is None else option.most
        ),
        Kind.SWITCH: st.booleans(),
        Kind.AUTOSTART: st.booleans(),
        Kind.ACCOUNT: st.integers(1000, 99_999_999),
        Kind.DATE: st.dates(date(2000, 1, 1), date(2099, 12, 31)),
        Kind.CLOCK: st.times().map(lambda one: f"{one:%H:%M}"),
        Kind.ADDRESS: st.from_regex(r"[a-zåäö]{1,5}@[a-z]{1,5}\.se", fullmatch=True),
        Kind.URL: st.just("https://server.se:7048/v2"),
    }
    return kinds.get(option.kind, SAMPLES.get(option.name, WORDS))


def values(option: Option) -> st.SearchStrategy[Any]:
    """Values that the option accepts."""
    if option.row is not None:
        row = option.row
        made = st.fixed_dictionaries({column.attribute: values(column) for column in option.columns})
        return st.lists(made.map(lambda given: replace(row(), **given)), max_size=3).map(tuple).filter(accepted(option))
    if option.several:
        part = single(option).filter(lambda one: str(one) != "" and not set(str(one)) & set(",;\n"))
        return st.lists(part, max_size=4).filter(accepted(option)).map(lambda chosen: parse(option, chosen))
    return single(option).filter(accepted(option)).map(lambda chosen: parse(option, chosen))


def accepted(option: Option) -> Any:
    def good(value: object) -> bool:
        try:
            parse(option, value)
        except BadValue:
            return False
        return True

    return good


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@examples(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_file_struct_command_line_and_window_are_one(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    section = name.partition(".")[0]
    path = tmp_path_factory.mktemp("i") / "settings.toml"
    first = Settings(path, SECTIONS)
    option = first.option(name)
    value = data.draw(values(option))
    first.set(name, value)
    first.save()

    read = Settings.load(path, SECTIONS)
    assert read.problems == []
    assert read.value(name) == value
    assert getattr(record(read, section), option.attribute) == value

    read.set(name, as_text(option, value))  # as a person types it, on the command line or in the window
    assert read.value(name) == value
    if option.kind is Kind.TABLE:  # the window has a field for each column
        cells = [{one.name: as_text(one, getattr(row, one.attribute)) for one in option.columns} for row in value]
        read.set(name, cells)
        assert read.value(name) == value
    before = path.read_bytes()
    read.save()
    assert path.read_bytes() == before


def record(settings: Settings, section: str) -> Struct:
    """The decoded section."""
    if section in REGISTRY:
        found: Struct = settings.of(REGISTRY[section])
        return found
    own: Struct = getattr(settings, section)
    return own


# --- whatever is written -----------------------------------------------------------------------------------------

ODD: tuple[object, ...] = (
    "", " ", ",", ",;,", "x", "a b", "a,b,a", "a;b\nc", "a\tb", "a\xa0b", "a\r\nb", "a\x00b", "a\u2028b", "\ufeffx",
    "\ud800", "1910", "1910,1910,", "1910 1911", "１９１０", "²", "1 000", "1.0", "-0", "+5", "1e3", '"a"', "['a']",
    "[1, 2]", "[{", "[{}]", "[{account=1}]", "[{account=1910}]", '[{account="1910"}]', "24:00", "２0:30", "20:30:01",
    "2026-13-01", "２０２６-01-01", "mon tue", "Mon", "http://[", "https://a:b", "https://a:99999/x", "http://u:p@x/y",
    "a@b.se c@d.se", 0, -1, 10**30, 1.5, float("nan"), True, None, [], [None], [[1]], [1, "a"], ["a,b", "c"], [True],
    {}, {"a": 1}, [{}], [{"a": 1}], [{"account": "1910 1911"}], date(2026, 1, 1),
    datetime(2026, 1, 1, tzinfo=UTC), time(5, 5, 7),
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_written_is_understood_or_refused_with_what_to_write(name: str) -> None:
    option = Settings(Path(), SECTIONS).option(name)
    refused = []
    for written in ODD:
        try:
            value = parse(option, written)
        except BadValue as bad:
            refused.append(str(bad))
            continue
        assert parse(option, as_text(option, value)) == value or option.vaulted_as, written
        if value is not None:
            assert parse(option, plain(value)) == value, written
    assert [one for one in refused if not one.endswith(".")] == []


# --- lists as they were written before ---------------------------------------------------------------------------


def load(folder: Path, text: str, found: Mapping[str, Section] = SECTIONS) -> Settings:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return Settings.load(path, found)


def test_a_file_of_an_earlier_version_has_its_lists_as_text(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        '[posting]\ncash_accounts = "1910,1911"\n[schedule]\nweekdays = "mon,tue"\n'
        '[integration]\nregisters = "articles,"\n[dynamics_nav]\nlocations = "BUTIK, LAGER 1"\n'
        '[files]\narticles_file = "artiklar*, varor*"\n',
    )
    assert settings.problems == []
    assert settings.posting.cash_accounts == (1910, 1911)
    assert settings.schedule.weekdays == ("mon", "tue")
    assert settings.integration.registers == (Register.ARTICLES,)
    assert settings.of(REGISTRY["dynamics_nav"]).locations == ("BUTIK", "LAGER 1")
    assert settings.of(REGISTRY["files"]).articles_file == ("artiklar*", "varor*")


def test_two_accounts_without_a_comma_are_refused_never_joined(tmp_path: Path) -> None:
    settings = load(tmp_path, "")
    with pytest.raises(SyncError) as caught:
        settings.set("posting.cash_accounts", "1910 1911, 1912 1913")
    assert caught.value.problem.code == "I02"
    assert "”1910 1911” är inget kontonummer" in caught.value.problem.what
    written = load(tmp_path, '[posting]\ncash_accounts = "1910 1911"\n')
    assert [problem.code for problem in written.problems] == ["I02"]
    assert written.posting.cash_accounts == (), "the default, and it is told"


# --- renamed options ---------------------------------------------------------------------------------------------


class Renamed(Struct, frozen=True):
    address: Annotated[str, Option(label="Adress", help="Var.", renamed_from=("server", "old.host"))] = ""


RENAMED = {"box": Section("box", "Lådan", Renamed, options_of(Renamed))}


@pytest.mark.parametrize("text", ['[box]\nserver = "a"\n', '[old]\nhost = "a"\n'])
def test_what_stands_under_an_earlier_name_counts_and_is_saved_under_the_new_one(tmp_path: Path, text: str) -> None:
    settings = load(tmp_path, text, RENAMED)
    assert settings.problems == []
    assert settings.value("box.address") == "a"
    settings.save()
    assert "address" in settings.path.read_text("utf-8")
    assert "server" not in settings.path.read_text("utf-8")
    assert "old" not in settings.path.read_text("utf-8")


def test_under_both_names_the_new_one_counts_and_it_is_told_until_it_is_saved(tmp_path: Path) -> None:
    settings = load(tmp_path, '[box]\nserver = "a"\naddress = "b"\n', RENAMED)
    assert settings.value("box.address") == "b"
    assert [problem.code for problem in settings.problems] == ["I20"]
    assert "box.server heter numera box.address" in settings.problems[0].what
    settings.save()
    assert settings.problems == []
    assert load(tmp_path, settings.path.read_text("utf-8"), RENAMED).problems == []


def test_a_script_may_use_the_earlier_name(tmp_path: Path) -> None:
    settings = load(tmp_path, "", RENAMED)
    settings.set("box.server", "c")
    assert settings.is_set("box.address")
    assert settings.value("old.host") == "c"


def test_a_refused_value_under_an_earlier_name_is_told_by_its_new_one_and_not_lost(tmp_path: Path) -> None:
    settings = load(tmp_path, "[box]\nserver = [1]\n", RENAMED)
    assert [(problem.code, "box.address" in problem.what) for problem in settings.problems] == [("I02", True)]
    settings.save()
    assert "address" in settings.path.read_text("utf-8")

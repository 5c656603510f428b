"""Settings: a mistake in the file is told with line and key, and never costs what was there."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from synccenter.contract.errors import SyncError
from synccenter.contract.options import Kind
from synccenter.contract.values import parse
from synccenter.core import settings as module
from synccenter.core import windows
from synccenter.core.sections import sections
from synccenter.core.settings import Settings
from synccenter.posting.settings import PaymentRule

SECTIONS = sections({})


def load(folder: Path, text: str | None = None) -> Settings:
    path = folder / "settings.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    return Settings.load(path, SECTIONS)


def codes(settings: Settings) -> list[str]:
    return [problem.code for problem in settings.problems]


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.general.log_days == 90
    assert settings.schedule.mode == "interval"
    assert not settings.is_set("general.log_days")
    assert settings.problems == []
    assert list(tmp_path.iterdir()) == []


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    settings = load(tmp_path)
    typed = {
        "general.log_days": ("30", 30),
        "general.autostart": ("ja", True),
        "mail.to": ("a@b.se, c@d.se", ("a@b.se", "c@d.se")),
        "schedule.times": ("8.05;20:30", ("08:05", "20:30")),
        "posting.payments": ('[{method = "KORT", account = 1686}]', (PaymentRule("KORT", "", 1686),)),
        "general.company": ("Åkes Öl & Mat ”AB”", "Åkes Öl & Mat ”AB”"),
    }
    for name, (text, _) in typed.items():
        settings.set(name, text)
    settings.save()
    again = load(tmp_path)
    assert {name: again.value(name) for name in typed} == {name: value for name, (_, value) in typed.items()}
    assert again.problems == []
    assert tomllib.loads((tmp_path / "settings.toml").read_text(encoding="utf-8"))["version"] == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version = 1\n[general]\nlog_days 30\n", "rad 3: det saknas ett likhetstecken"),
        ("[general]\nlog_days = trettio\n", "rad 2 (log_days): värdet går inte att läsa"),
        ('[general]\ncompany = "Demo\nlog_days = 3\n', "rad 2 (company): det saknas ett avslutande citattecken"),
        ("[general]\nlog_days = 3\nlog_days = 4\n", "samma namn står två gånger"),
        ("[mail]\nto = [\n", "rad 2 (to): "),
        ('[general]\ntill_database = "C:\\Kassa\\x.db"\n', "rad 2 (till_database): ett omvänt snedstreck"),
        ("", "filen är tom"),
        ("\x00" * 40, "rad 1"),
    ],
)
def test_a_broken_file_gives_line_and_key_and_the_last_good_copy_is_used(tmp_path: Path, text: str, told: str) -> None:
    good = load(tmp_path)
    good.set("general.log_days", 30)
    good.save()
    settings = load(tmp_path, text)
    assert codes(settings) == ["I01"]
    assert told in settings.problems[0].sentence()
    assert settings.general.log_days == 30
    assert codes(load(tmp_path)) == ["I01"]  # the copy is not replaced by what is broken


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version = 1\n[general]\nlog_days = " + "[" * 3000, "3 (log_days)"),
        ("version = 1\n[general]\nlog_days = " + "[" * 3000 + "]" * 3000, "3 (log_days)"),
        ("a = " + "{b=" * 3000, "1 (a)"),
        ("[general]\nlog_days = " + "9" * 5000, "för stort"),
    ],
    ids=["3,000 brackets", "closed ones", "3,000 braces", "5,000 digits"],
)
def test_a_file_that_python_itself_cannot_take_is_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    (problem,) = load(tmp_path, text).problems
    assert told in problem.sentence()


def test_the_copy_follows_a_file_changed_by_hand(tmp_path: Path) -> None:
    assert load(tmp_path, "[general]\nlog_days = 41\n").general.log_days == 41
    assert load(tmp_path, "[general\n").general.log_days == 41


def test_a_broken_file_without_a_copy_means_defaults_and_says_so(tmp_path: Path) -> None:
    settings = load(tmp_path, "[general\n")
    assert codes(settings) == ["I11"]
    assert settings.general.log_days == 90
    (tmp_path / "settings.bak.toml").write_bytes(b"\xff\xfe")
    assert codes(load(tmp_path)) == ["I11"]


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes('[general]\ncompany = "Åke"\n'.encode("cp1252"))
    settings = load(tmp_path)
    assert "rad 2 (company): filen är inte sparad som UTF-8" in settings.problems[0].sentence()


def test_notepads_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(b"\xef\xbb\xbf[general]\r\nlog_days = 7\r\n")
    assert load(tmp_path).general.log_days == 7


def test_saving_over_a_broken_file_lays_it_aside(tmp_path: Path) -> None:
    settings = load(tmp_path, "[general\nlog_days = 12")
    settings.set("general.log_days", 13)
    settings.save()
    assert settings.problems == []
    assert settings.broken.read_text() == "[general\nlog_days = 12"
    assert load(tmp_path).general.log_days == 13


def test_what_this_version_does_not_know_is_kept_and_named(tmp_path: Path) -> None:
    text = 'extra = 5\n[general]\nlog_days = 9\nframtid = [1, 2]\n[nytt_system]\nnyckel = "x"\n'
    settings = load(tmp_path, text)
    assert codes(settings) == ["I03"]
    settings.set("general.log_days", 10)
    settings.save()
    document = tomllib.loads((tmp_path / "settings.toml").read_text(encoding="utf-8"))
    assert document == {
        "version": 1,
        "extra": 5,
        "general": {"log_days": 10, "framtid": [1, 2]},
        "nytt_system": {"nyckel": "x"},
    }


def test_a_refused_value_is_named_replaced_by_the_default_and_not_lost(tmp_path: Path) -> None:
    settings = load(tmp_path, "[general]\nlog_days = 0\n[schedule]\nminutes = 5\n")
    assert codes(settings) == ["I02"]
    assert "general.log_days: Skriv ett tal som är minst 1." in settings.problems[0].sentence()
    assert (settings.general.log_days, settings.schedule.minutes) == (90, 5)
    settings.save()
    assert "log_days = 0" in settings.path.read_text(encoding="utf-8")
    settings.set("general.log_days", 5)
    assert settings.problems == []
    settings.save()
    assert load(tmp_path).general.log_days == 5


def test_a_secret_in_the_file_is_refused_and_not_written_again(tmp_path: Path) -> None:
    settings = load(tmp_path, '[mail]\npassword = "kaffe"\nserver = "s.se"\n')
    assert "settings secret mail.password" in settings.problems[0].sentence()
    assert "kaffe" not in settings.problems[0].sentence()
    settings.save()
    assert "kaffe" not in settings.path.read_text(encoding="utf-8")
    assert "password" not in settings.section("mail")
    with pytest.raises(SyncError, match="settings secret"):
        settings.set("mail.password", "kaffe")


def test_a_file_from_a_newer_version_is_read_but_never_written(tmp_path: Path) -> None:
    text = "version = 7\n[general]\nlog_days = 9\n"
    settings = load(tmp_path, text)
    assert codes(settings) == ["I10"]
    assert settings.general.log_days == 9
    with pytest.raises(SyncError, match="nyare version"):
        settings.save()
    assert settings.path.read_text() == text


def test_an_older_file_is_migrated_step_by_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rename(document: dict[str, Any]) -> dict[str, Any]:
        return {"general": {"log_days": document["log"]["days"]}}

    def double(document: dict[str, Any]) -> dict[str, Any]:
        return {"general": {"log_days": document["general"]["log_days"] * 2}}

    monkeypatch.setattr(module, "VERSION", 3)
    monkeypatch.setattr(module, "MIGRATIONS", {1: rename, 2: double})
    settings = load(tmp_path, "[log]\ndays = 9\n")
    assert settings.general.log_days == 18
    settings.save()
    assert load(tmp_path).general.log_days == 18


@pytest.mark.parametrize("version", ['"ett"', "true", "0", "-1"])
def test_a_nonsense_version_is_told(tmp_path: Path, version: str) -> None:
    settings = load(tmp_path, f"version = {version}\n[general]\nlog_days = 9\n")
    assert codes(settings) == ["I02"]
    assert settings.general.log_days == 9


def test_unknown_names_are_told(tmp_path: Path) -> None:
    settings = load(tmp_path)
    for name in ("general.nej", "nej.log_days", "log_days", ""):
        with pytest.raises(SyncError, match="ingen inställning som heter"):
            settings.set(name, 1)
        with pytest.raises(SyncError, match="ingen inställning som heter"):
            settings.value(name)


TOML = st.recursive(
    st.none().map(lambda _: "x")
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"), max_size=8)
    | st.dates()
    | st.times()
    | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = [f"{section.name}.{option.name}" for section in SECTIONS.values() for option in section.options]


@given(values=st.dictionaries(st.sampled_from(NAMES), TOML, max_size=4))
@examples(max_examples=150, deadline=None)
def test_no_file_makes_the_program_fall(tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any]) -> None:
    import tomli_w

    folder = tmp_path_factory.mktemp("i")
    document: dict[str, Any] = {}
    for name, value in values.items():
        section, _, short = name.partition(".")
        document.setdefault(section, {})[short] = value
    settings = load(folder, tomli_w.dumps(document) + "# slut\n")
    settings.save()
    again = load(folder)
    assert [again.value(name) for name in VISIBLE] == [settings.value(name) for name in VISIBLE]


VISIBLE = [name for name in NAMES if Settings(Path(), SECTIONS).option(name).kind is not Kind.SECRET]


@pytest.mark.parametrize("name", [name for name in VISIBLE if name != "integration.system"])  # no system is known here
def test_every_default_passes_its_own_check(name: str) -> None:
    option = Settings(Path(), SECTIONS).option(name)
    assert parse(option, option.default) == option.default


def test_a_file_that_another_program_holds_is_not_called_broken_and_is_read_when_it_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """”Har ett fel på rad ?: rätta raden, eller ta bort filen” sends a shop to remove settings that are whole."""
    path = tmp_path / "settings.toml"
    path.write_text("version = 1\n[general]\nlog_days = 7\n", encoding="utf-8")
    load(tmp_path)  # keeps the copy
    read, tries = Path.read_bytes, []

    def refuse(asked: Path) -> bytes:
        if asked == path:
            tries.append(asked)
            raise PermissionError(13, "Permission denied", str(asked))
        return read(asked)

    monkeypatch.setattr("synccenter.contract.disk.time.sleep", lambda _seconds: None)
    monkeypatch.setattr(windows, "refusal", lambda _path: 32)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    settings = load(tmp_path)
    assert codes(settings) == ["D37"]
    assert settings.general.log_days == 7, "den senaste fungerande kopian"
    assert len(tries) > 1, "ett virusskydd håller filen bara ett ögonblick"
    again = [settings.can_be_read_again]
    monkeypatch.setattr(Path, "read_bytes", read)
    again.append(settings.can_be_read_again)
    assert again == [False, True]
    assert codes(load(tmp_path)) == []
    assert not load(tmp_path).can_be_read_again

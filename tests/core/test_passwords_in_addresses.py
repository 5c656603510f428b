"""A password in a database address goes to the keychain: when it is set, and out of the file of an earlier version."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from sqlalchemy import make_url

from synccenter.contract.errors import SyncError
from synccenter.core.secrets import FileVault, Keychain
from synccenter.core.sections import sections
from synccenter.core.server import Server, _with_password
from synccenter.core.settings import Settings

SECTIONS = sections({})
NAME, SECRET = "general.till_database", "general.till_password"
WITH, WITHOUT = "postgresql://kassa:hemligt-42@server/kassa", "postgresql://kassa@server/kassa"


class Refusing:
    """A keychain that says no."""

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(service, username)

    def delete_password(self, service: str, username: str) -> None:
        raise RuntimeError(service, username)


def keychain(folder: Path) -> Keychain:
    return Keychain("butiken", FileVault(folder / "valv" / "valv.json"))


def load(folder: Path, secrets: Keychain | None, text: str = "") -> Settings:
    path = folder / "settings.toml"
    if text:
        path.write_text(text, encoding="utf-8")
    return Settings.load(path, SECTIONS, secrets)


def on_disk(folder: Path) -> str:
    return "\n".join(path.read_text("utf-8") for path in folder.iterdir() if path.is_file())


def test_when_it_is_set_only_the_rest_is_kept(tmp_path: Path) -> None:
    secrets = keychain(tmp_path)
    settings = load(tmp_path, secrets)
    settings.set(NAME, WITH)
    assert (settings.value(NAME), settings.section("general")["till_database"]) == (WITHOUT, WITHOUT)
    assert secrets.get(SECRET) is None, "nothing is stored before it is saved"
    settings.save()
    assert secrets.get(SECRET) == "hemligt-42"
    assert "hemligt" not in on_disk(tmp_path)
    assert secrets.masker.mask("lösenordet hemligt-42 var fel") == "lösenordet *** var fel"


def test_a_new_one_takes_the_place_of_the_old(tmp_path: Path) -> None:
    secrets = keychain(tmp_path)
    secrets.set(SECRET, "gammalt-1")
    settings = load(tmp_path, secrets)
    settings.set(NAME, WITH)
    settings.save()
    assert secrets.get(SECRET) == "hemligt-42"
    settings.set(NAME, WITHOUT)
    settings.save()
    assert secrets.get(SECRET) == "hemligt-42", "an address without one takes nothing away"


def test_an_old_file_is_migrated_when_it_is_read_and_its_copy_too(tmp_path: Path) -> None:
    secrets = keychain(tmp_path)
    old = f'[general]\ntill_database = "{WITH}"\nlog_days = 30\n\n[ny_version]\nx = 1\n'
    (tmp_path / "settings.bak.toml").write_text(old, encoding="utf-8")
    settings = load(tmp_path, secrets, old)
    assert (settings.general.till_database, settings.general.log_days) == (WITHOUT, 30)
    assert [problem.code for problem in settings.problems] == []
    assert secrets.get(SECRET) == "hemligt-42"
    assert "hemligt" not in on_disk(tmp_path)
    for name in ("settings.toml", "settings.bak.toml"):
        document = tomllib.loads((tmp_path / name).read_text("utf-8"))
        assert document["ny_version"] == {"x": 1}, "what this version does not know is carried along"


def test_what_the_keychain_held_beside_an_old_address_goes_on_being_used(tmp_path: Path) -> None:
    """So it was before: the password in the keychain won over the one in the address."""
    secrets = keychain(tmp_path)
    secrets.set(SECRET, "det-rätta-1")
    load(tmp_path, secrets, f'[general]\ntill_database = "{WITH}"\n')
    assert secrets.get(SECRET) == "det-rätta-1"
    assert "hemligt" not in on_disk(tmp_path)


def test_a_keychain_that_says_no_costs_nothing_and_is_told(tmp_path: Path) -> None:
    secrets = Keychain("butiken", Refusing())
    settings = load(tmp_path, secrets, f'[general]\ntill_database = "{WITH}"\n')
    assert [problem.code for problem in settings.problems] == ["S70"]
    assert "hemligt" not in settings.problems[0].sentence()
    assert settings.passwords == {SECRET: "hemligt-42"}, "the till can still be read"
    with pytest.raises(SyncError) as refused:
        settings.save()
    assert refused.value.problem.code == "I08"
    assert "hemligt" in on_disk(tmp_path), "a password that nobody could keep is not thrown away"
    again = load(tmp_path, keychain(tmp_path))
    assert again.problems == []
    assert "hemligt" not in on_disk(tmp_path)


def test_a_file_that_cannot_be_read_is_left_for_a_person_and_its_copy_is_cleaned(tmp_path: Path) -> None:
    secrets = keychain(tmp_path)
    (tmp_path / "settings.bak.toml").write_text(f'[general]\ntill_database = "{WITH}"\n', encoding="utf-8")
    settings = load(tmp_path, secrets, f'[general\ntill_database = "{WITH}"\n')
    assert [problem.code for problem in settings.problems] == ["I01"]
    assert settings.general.till_database == WITHOUT
    assert "hemligt" in (tmp_path / "settings.toml").read_text("utf-8")
    assert "hemligt" not in (tmp_path / "settings.bak.toml").read_text("utf-8")
    settings.save()
    assert "hemligt" not in on_disk(tmp_path), "what is laid aside holds no password either"


def test_an_address_of_another_kind_is_refused_without_its_password(tmp_path: Path) -> None:
    settings = load(tmp_path, keychain(tmp_path))
    with pytest.raises(SyncError) as refused:
        settings.set("general.time_zone", WITH)
    assert "I02" in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "mssql+pyodbc:///?odbc_connect=DRIVER%3DX%3BSERVER%3D127.0.0.1%2C9",
        "mssql://sa@127.0.0.1:9/kassa?driver=X",
        "postgresql://kassa@127.0.0.1:9/kassa",
        "postgresql://kassa:hemligt-42@127.0.0.1:9/kassa",
        "mssql+pyodbc:///?odbc_connect=DRIVER%3DX%3BPWD%3Dhemligt-42%3BSERVER%3D127.0.0.1%2C9",
    ],
)
def test_a_server_that_cannot_be_reached_is_told_of_without_its_password(address: str) -> None:
    with pytest.raises(SyncError) as told:
        Server(address, "hemligt-42")
    assert "hemligt" not in str(told.value)


def test_a_connection_string_as_a_whole_takes_the_password_inside_it() -> None:
    address = _with_password(make_url("mssql+pyodbc:///?odbc_connect=SERVER%3Dx"), "he}m;ligt")
    assert address.query["odbc_connect"] == "SERVER=x;PWD={he}}m;ligt}"
    assert make_url(address.render_as_string(hide_password=False)).query == address.query

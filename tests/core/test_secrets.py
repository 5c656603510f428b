"""Secrets live in the keychain; a long one survives Windows' limit and a crash in the middle."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keyring.errors import NoKeyringError

from synccenter.contract.connector import Secrets
from synccenter.contract.errors import SyncError
from synccenter.core.secrets import ENVIRONMENT, FileVault, Keychain, Vault, open_keychain


class WindowsVault:
    """As Credential Manager: a value of more than 2,560 bytes of UTF-16 is refused. Dies when told to."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], str] = {}
        self.writes_left = -1

    def get_password(self, service: str, username: str) -> str | None:
        return self.values.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.writes_left == 0:
            raise KeyboardInterrupt
        self.writes_left -= 1
        if len(password.encode("utf-16-le")) > 2560:
            raise OSError(1783, "Stub tog emot felaktiga data")
        self.values[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.writes_left == 0:
            raise KeyboardInterrupt
        del self.values[service, username]


VALUES = st.one_of(
    st.text(max_size=20),
    st.text(min_size=999, max_size=1001),
    st.sampled_from(["x" * 1001, "å" * 5000, "😀" * 1700, "jobsync-parts:1:2:3", "jobsync-parts", ""]),
)


@given(values=st.lists(VALUES, min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
@pytest.mark.slow
def test_what_was_stored_comes_back_and_nothing_else_remains(values: list[str]) -> None:
    vault = WindowsVault()
    keychain = Keychain("butik", vault)
    for value in values:
        keychain.set("fortnox.token", value)
        assert Keychain("butik", vault).get("fortnox.token") == value
    keychain.delete("fortnox.token")
    keychain.delete("fortnox.token")
    assert keychain.get("fortnox.token") is None
    assert vault.values == {}


@pytest.mark.parametrize("writes", range(7))
@pytest.mark.parametrize(("old", "new"), [("a" * 3000, "b" * 4500), ("kort", "b" * 4500), ("a" * 3000, "kort")])
def test_a_crash_while_storing_leaves_the_old_or_the_new_value_whole(old: str, new: str, writes: int) -> None:
    vault = WindowsVault()
    Keychain("butik", vault).set("mail.password", old)
    vault.writes_left = writes
    with contextlib.suppress(KeyboardInterrupt):
        Keychain("butik", vault).set("mail.password", new)
    vault.writes_left = -1
    assert Keychain("butik", vault).get("mail.password") in {old, new}
    Keychain("butik", vault).set("mail.password", new)
    assert Keychain("butik", vault).get("mail.password") == new


def test_two_companies_and_two_names_do_not_mix() -> None:
    vault = WindowsVault()
    Keychain("a", vault).set("mail.password", "1")
    Keychain("b", vault).set("mail.password", "2")
    Keychain("a", vault).set("mail.user", "3")
    assert [Keychain("a", vault).get("mail.password"), Keychain("b", vault).get("mail.password")] == ["1", "2"]


def test_parts_that_someone_removed_mean_sign_in_again() -> None:
    vault = WindowsVault()
    keychain = Keychain("butik", vault)
    keychain.set("fortnox.token", "x" * 3000)
    part = next(key for key in vault.values if "#" in key[1])
    del vault.values[part]
    assert keychain.get("fortnox.token") is None
    vault.values["butik/fortnox.token", "fortnox.token"] = "jobsync-parts:trasig"
    assert keychain.get("fortnox.token") is None


def test_every_secret_read_or_set_is_known_to_the_masker() -> None:
    vault = WindowsVault()
    Keychain("butik", vault).set("mail.password", "gammal-hemlighet")
    keychain = Keychain("butik", vault)
    keychain.set("fortnox.token", "n" * 3000)
    keychain.get("mail.password")
    assert keychain.masker.mask(f"gammal-hemlighet {'n' * 3000}") == "*** ***"


def test_a_connector_sees_only_its_own_section() -> None:
    keychain = Keychain("butik", WindowsVault())
    mine: Secrets = keychain.within("fortnox")
    mine.set("token", "hemlig")
    assert keychain.get("fortnox.token") == "hemlig"
    assert keychain.within("visma").get("token") is None
    mine.delete("token")
    assert mine.get("token") is None


class Silent(WindowsVault):
    """Takes everything and keeps nothing, as keyring's null back end does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


class Absent(WindowsVault):
    """No back end at all."""

    def get_password(self, service: str, username: str) -> str | None:
        raise NoKeyringError("No recommended backend was available: hemlig-i-felet")


@pytest.mark.parametrize("vault", [Silent(), Absent()])
def test_a_vault_that_does_not_keep_is_an_error_a_person_understands(vault: Vault) -> None:
    with pytest.raises(SyncError) as raised:
        Keychain("butik", vault).set("mail.password", "hemlig-i-felet")
    assert raised.value.problem.code == "I08"
    assert "hemlig" not in str(raised.value)


def test_without_a_keychain_nothing_is_written_in_plain_text(tmp_path: Path) -> None:
    """A headless Linux, in a process of its own since keyring chooses once."""
    program = (
        "from synccenter.core.secrets import open_keychain\n"
        "from synccenter.contract.errors import SyncError\n"
        "try: open_keychain('x').set('mail.password', 'hemlig-77')\n"
        "except SyncError as error: print(error.problem.code)\n"
    )
    environment = {
        "HOME": str(tmp_path),
        "PYTHONPATH": ":".join(sys.path),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.strip() == "I08"
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"hemlig-77" in path.read_bytes()]


def test_keyring_is_not_imported_until_a_secret_is_wanted() -> None:
    program = (
        "import sys; from synccenter.core.secrets import open_keychain\n"
        "open_keychain('x'); print('keyring' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout.strip() == "False"


def test_a_server_may_choose_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "valv" / "nycklar.json"
    environment = {ENVIRONMENT: f"file:{path}"}
    open_keychain("butik", environment).set("mail.password", "åäö" * 2000)
    assert open_keychain("butik", environment).get("mail.password") == "åäö" * 2000
    assert path.stat().st_mode & 0o777 == 0o600
    open_keychain("butik", environment).delete("mail.password")
    assert open_keychain("butik", environment).get("mail.password") is None


def test_a_vault_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nycklar.json"
    keychain = Keychain("butik", FileVault(path))
    keychain.set("mail.password", "hemlig")
    path.chmod(0o644)
    with pytest.raises(SyncError, match="chmod 600"):
        keychain.get("mail.password")


@pytest.mark.parametrize("choice", ["fil:/x", "file:", "/x"])
def test_a_mistyped_choice_is_not_taken_for_another(choice: str) -> None:
    with pytest.raises(SyncError, match=ENVIRONMENT):
        open_keychain("butik", {ENVIRONMENT: choice})


def test_many_processes_share_a_vault_file(tmp_path: Path) -> None:
    path = tmp_path / "nycklar.json"
    program = (
        "import sys; from pathlib import Path; from synccenter.core.secrets import *\n"
        "for n in range(20): Keychain('b', FileVault(Path(sys.argv[1]))).set(f'{sys.argv[2]}.{n}', str(n))\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(path), name], env={"PYTHONPATH": ":".join(sys.path)})
        for name in "abc"
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    keychain = Keychain("b", FileVault(path))
    assert all(keychain.get(f"{name}.{number}") == str(number) for name in "abc" for number in range(20))


def test_a_vault_without_a_logon_session_is_called_that_and_not_missing() -> None:
    class Locked(WindowsVault):
        def get_password(self, service: str, username: str) -> str | None:
            error = OSError(1312, "Den angivna inloggningssessionen finns inte")
            error.winerror = 1312  # type: ignore[attr-defined]
            raise error

    with pytest.raises(SyncError) as caught:
        Keychain("butiken", Locked()).get("general.till_password")
    assert caught.value.problem.code == "D42"

"""Tokens and signing in: kept before used, renewed by one at a time, told when a person is needed."""

from __future__ import annotations

import multiprocessing
import os
import queue
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests

from connectors.wire import sign_in as signing
from connectors.wire.oauth import Endpoints, Token, Tokens
from connectors.wire.sign_in import SignIn
from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from tests.worlds.fakes.server import FOR_GOOD, Fault, Reply
from tests.worlds.fakes.visma import CLIENT, CLIENT_SECRET, Visma
from tests.worlds.session import Keychain, NoSettings, Surroundings, free_port


@pytest.fixture
def world(tmp_path: Path) -> Surroundings:
    return Surroundings(tmp_path)


@pytest.fixture
def visma(world: Surroundings) -> Iterator[Visma]:
    server = Visma(world.server_clock)
    yield server
    server.close()


@pytest.fixture
def redirect() -> str:
    return f"http://localhost:{free_port()}/callback"


def endpoints(visma: Visma, **more: Any) -> Endpoints:
    fields = {
        "system": "Visma eEkonomi",
        "authorize": f"{visma.address}/connect/authorize",
        "token": f"{visma.address}/connect/token",
        "client_id": CLIENT,
        "client_secret": CLIENT_SECRET,
        "scopes": ("ea:api", "offline_access"),
        "extra": (("prompt", "select_account"), ("acr_values", "service:1")),
    }
    return Endpoints(**(fields | more))


def tokens(world: Surroundings, visma: Visma, **more: Any) -> Tokens:
    return Tokens(world.session(NoSettings()), endpoints(visma, **more))


def sign_in(world: Surroundings, visma: Visma) -> Token:
    said = visma.issue()
    token = Token(said["access_token"], world.clock().timestamp() + 3600, said["refresh_token"])
    world.secrets.set("token", msgspec.json.encode(token).decode())
    return token


def code_of(call: Any) -> str:
    with pytest.raises(SyncError) as caught:
        call()
    return caught.value.problem.code


def test_a_fresh_token_is_used_and_an_old_one_renewed_in_time(world: Surroundings, visma: Visma) -> None:
    first = sign_in(world, visma)
    held = tokens(world, visma)
    assert held.headers() == {"Authorization": f"Bearer {first.access}"}
    world.clock.later(seconds=3600 - 61)
    assert held.headers() == {"Authorization": f"Bearer {first.access}"}
    world.clock.later(seconds=2)
    assert held.headers() != {"Authorization": f"Bearer {first.access}"}
    assert visma.count("POST", "token") == 1


def test_the_new_token_is_stored_before_it_is_used_and_the_rotated_one_kept(world: Surroundings, visma: Visma) -> None:
    first = sign_in(world, visma)
    held = tokens(world, visma)
    held.renew({"Authorization": f"Bearer {first.access}"})
    stored = held.store.load()
    assert stored
    assert stored.refresh not in {first.refresh, ""}
    assert held.headers() == {"Authorization": f"Bearer {stored.access}"}
    held.renew(held.headers())
    assert visma.count("POST", "token") == 2


def test_a_refresh_token_that_does_not_rotate_is_kept_too(world: Surroundings, visma: Visma) -> None:
    first = sign_in(world, visma)
    visma.rotates = False
    visma.fail(Reply(200, {"access_token": "only-this", "token_type": "Bearer", "expires_in": "1800"}))
    held = tokens(world, visma)
    held.renew({"Authorization": f"Bearer {first.access}"})
    assert held.headers() == {"Authorization": "Bearer only-this"}
    held.renew(held.headers())
    assert visma.seen[-1].body["refresh_token"] == first.refresh


class _NoRoom(Keychain):
    def set(self, name: str, value: str) -> None:
        raise catalogue.SECRET_UNAVAILABLE.error()


def test_a_token_that_cannot_be_stored_is_not_used(world: Surroundings, visma: Visma) -> None:
    sign_in(world, visma)
    full = _NoRoom(world.secrets.entries)
    world.secrets = full
    held = tokens(world, visma)
    world.clock.later(seconds=4000)
    assert code_of(held.headers) == catalogue.SECRET_UNAVAILABLE.code


def test_many_threads_renew_once(world: Surroundings, visma: Visma) -> None:
    first = sign_in(world, visma)
    refused = {"Authorization": f"Bearer {first.access}"}
    all_of_them = [tokens(world, visma) for _ in range(8)]
    threads = [threading.Thread(target=one.renew, args=(refused,)) for one in all_of_them]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert visma.count("POST", "token") == 1
    assert len({one.headers()["Authorization"] for one in all_of_them}) == 1


class _FileKeychain:
    """Secrets in a file, for several processes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, name: str) -> str | None:
        return (self.path / name).read_text() if (self.path / name).exists() else None

    def set(self, name: str, value: str) -> None:
        (self.path / name).write_text(value)

    def delete(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)


def _renew_in_another_process(folder: Path, address: str, access: str) -> None:
    world = Surroundings(folder)
    world.secrets = _FileKeychain(folder)  # type: ignore[assignment]
    there = Endpoints(
        system="x",
        authorize=address,
        token=f"{address}/connect/token",
        client_id=CLIENT,
        client_secret=CLIENT_SECRET,
        scopes=(),
    )
    Tokens(world.session(NoSettings()), there).renew({"Authorization": f"Bearer {access}"})


def test_several_processes_renew_once(world: Surroundings, visma: Visma, tmp_path: Path) -> None:
    said = visma.issue()
    token = Token(said["access_token"], world.clock().timestamp() + 3600, said["refresh_token"])
    _FileKeychain(tmp_path).set("token", msgspec.json.encode(token).decode())
    spawn = multiprocessing.get_context("spawn")
    arguments = (tmp_path, visma.address, token.access)
    processes = [spawn.Process(target=_renew_in_another_process, args=arguments) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    assert visma.count("POST", "token") == 1


def test_when_the_refresh_token_is_gone_a_person_signs_in(world: Surroundings, visma: Visma) -> None:
    assert code_of(tokens(world, visma).headers) == catalogue.SIGN_IN_NEEDED.code
    sign_in(world, visma)
    visma.refresh.clear()
    world.clock.later(seconds=4000)
    assert code_of(tokens(world, visma).headers) == catalogue.SIGN_IN_NEEDED.code


def test_a_wrong_client_is_a_matter_of_settings(world: Surroundings, visma: Visma) -> None:
    sign_in(world, visma)
    world.clock.later(seconds=4000)
    assert code_of(tokens(world, visma, client_secret="fel").headers) == catalogue.CLIENT_REFUSED.code


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.ERROR_BEFORE, Fault.NEVER, Fault.HTML, Fault.EMPTY])
def test_a_bad_line_never_looks_like_a_lost_sign_in(
    world: Surroundings, visma: Visma, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sign_in(world, visma)
    held = tokens(world, visma)
    monkeypatch.setattr(
        held._http._transport, "_timeouts", msgspec.structs.replace(held._http._transport._timeouts, read=0.2)
    )
    world.clock.later(seconds=4000)
    visma.fail(fault, times=FOR_GOOD)
    assert code_of(held.headers) != catalogue.SIGN_IN_NEEDED.code
    assert held.store.load() == token, "the old one is kept"


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (429, b"", catalogue.RATE_LIMITED.code),
        (408, b"", catalogue.SERVER_ERROR.code),
        (404, b"<html>not here</html>", catalogue.SERVER_ERROR.code),
        (403, b"<html>blocked</html>", catalogue.SERVER_ERROR.code),
        (403, {"message": "forbidden"}, catalogue.SERVER_ERROR.code),
        (400, {"error": "temporarily_unavailable"}, catalogue.SERVER_ERROR.code),
        (403, {"error": "invalid_grant"}, catalogue.SIGN_IN_NEEDED.code),
        (400, {"error": "invalid_grant"}, catalogue.SIGN_IN_NEEDED.code),
        (401, {"error": "invalid_client"}, catalogue.CLIENT_REFUSED.code),
    ],
)
def test_only_the_end_points_own_words_ask_for_a_new_sign_in(
    world: Surroundings, visma: Visma, status: int, body: object, code: str
) -> None:
    token = sign_in(world, visma)
    world.clock.later(seconds=4000)
    visma.fail(Reply(status, body), times=FOR_GOOD)
    held = tokens(world, visma)
    assert code_of(held.headers) == code
    assert held.store.load() == token, "the old one is kept"


def test_no_token_is_written_down(world: Surroundings, visma: Visma) -> None:
    token = sign_in(world, visma)
    held = tokens(world, visma)
    held.renew({"Authorization": f"Bearer {token.access}"})
    text = "\n".join(world.debug_rows)
    assert "POST" in text
    for secret in (token.access, token.refresh, CLIENT_SECRET, held.headers()["Authorization"].split()[1]):
        assert secret not in text


def test_a_machine_signs_in_without_a_person(world: Surroundings, visma: Visma) -> None:
    visma.fail(
        Reply(200, {"access_token": "machine-token", "expires_in": 3600}),
        on=lambda one: one.body["grant_type"] == "client_credentials",
    )
    held = Tokens(world.session(NoSettings()), endpoints(visma), machine=True)
    assert held.headers() == {"Authorization": "Bearer machine-token"}
    assert visma.seen[-1].body["scope"] == "ea:api offline_access"


# --- in the browser ------------------------------------------------------------------------------------------


def browser(pages: list[str]) -> Any:
    """A browser that signs in at once, in a thread of its own as a real one would."""

    def open_page(address: str) -> None:
        threading.Thread(target=lambda: pages.append(requests.get(address, timeout=5).text)).start()

    return open_page


def test_signing_in_ends_in_a_kept_token_and_a_page_that_says_so(
    world: Surroundings, visma: Visma, redirect: str
) -> None:
    pages: list[str] = []
    held = tokens(world, visma)
    token = SignIn(world.session(NoSettings()), held, redirect).run(browser(pages))
    assert held.store.load() == token
    assert token.scope == visma.scopes
    asked = visma.seen[0].query
    assert asked["prompt"] == "select_account"
    assert asked["scope"] == "ea:api offline_access"
    for _ in range(50):
        if pages:
            break
        threading.Event().wait(0.05)
    assert "Inloggningen är klar" in pages[0]
    assert "code-" not in pages[0]


def test_nobody_else_can_listen_where_the_browser_comes_back(world: Surroundings, visma: Visma, redirect: str) -> None:
    port = int(redirect.rpartition(":")[2].partition("/")[0])
    tried: list[str] = []

    def open_page(address: str) -> None:
        for place in ("127.0.0.1", "0.0.0.0", "127.0.0.2"):
            with socket.socket() as other:
                other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    other.bind((place, port))
                    other.listen()
                except OSError:
                    tried.append(place)
        with socket.socket() as elsewhere:  # and we listen on this address and no other
            tried.append(f"127.0.0.3: {elsewhere.connect_ex(('127.0.0.3', port)) != 0}")
        threading.Thread(target=requests.get, args=(address,), kwargs={"timeout": 5}).start()

    SignIn(world.session(NoSettings()), tokens(world, visma), redirect).run(open_page)
    assert tried[:2] == ["127.0.0.1", "0.0.0.0"]
    assert tried[-1] == "127.0.0.3: True"


def test_the_listener_does_not_let_its_port_be_shared() -> None:
    """On Windows SO_REUSEADDR, which `HTTPServer` asks for, would let another program take the port over."""
    server = signing._Alone(("127.0.0.1", 0), BaseHTTPRequestHandler)
    try:
        assert server.server_address[0] == "127.0.0.1"
        assert (os.name == "nt") != signing._Alone.allow_reuse_address
        with pytest.raises(OSError, match="in use"):
            signing._Alone(("127.0.0.1", server.server_port), BaseHTTPRequestHandler)
    finally:
        server.server_close()


def test_one_can_sign_in_again_at_once(world: Surroundings, visma: Visma, redirect: str) -> None:
    """The port's last visitor is remembered by the system for a minute; that may not keep a person waiting."""
    for _ in range(3):
        attempt = SignIn(world.session(NoSettings()), tokens(world, visma), redirect)
        attempt.run(lambda address: requests.get(address, timeout=5))


def test_a_forged_answer_is_not_taken(world: Surroundings, visma: Visma, redirect: str) -> None:
    attempt = SignIn(world.session(NoSettings()), tokens(world, visma), redirect)
    forged = f"{redirect}?code=evil&state=guess"

    def open_page(address: str) -> None:
        def visits() -> None:
            page = requests.get(forged, timeout=5).text
            assert "inte klar" in page
            requests.get(address, timeout=5)

        threading.Thread(target=visits).start()

    attempt.run(open_page)
    assert [one.body["code"] for one in visma.seen if one.method == "POST"] != ["evil"]
    assert code_of(lambda: attempt.finish(forged)) == catalogue.SIGN_IN_FAILED.code


def test_the_address_can_be_pasted_where_the_browser_cannot_come_back(world: Surroundings, visma: Visma) -> None:
    redirect = "https://localhost:44300/callback"
    pasted: queue.Queue[str] = queue.Queue()

    def open_page(address: str) -> None:
        answer = requests.get(address, timeout=5, allow_redirects=False)
        pasted.put(answer.headers["Location"])

    assert SignIn(world.session(NoSettings()), tokens(world, visma), redirect).run(open_page, pasted).access


def test_saying_no_in_the_browser_is_told(world: Surroundings, visma: Visma, redirect: str) -> None:
    attempt = SignIn(world.session(NoSettings()), tokens(world, visma), redirect)
    state = attempt.address().split("state=")[1].split("&")[0]
    with pytest.raises(SyncError, match="nekades"):
        attempt.finish(f"{redirect}?error=access_denied&state={state}")


def test_avbryt_ends_the_wait_for_the_browser_and_a_taken_port_is_named(
    world: Surroundings, visma: Visma, redirect: str
) -> None:
    attempt = SignIn(world.session(NoSettings()), tokens(world, visma), redirect)
    other = SignIn(world.session(NoSettings()), tokens(world, visma), redirect)
    codes: list[str] = []

    def open_page(address: str) -> None:
        codes.append(code_of(lambda: other.run(lambda one: None)))
        world.cancel.set()

    assert code_of(lambda: attempt.run(open_page)) == catalogue.CANCELLED.code
    assert codes == [catalogue.SIGN_IN_FAILED.code]


def test_pkce_sends_the_challenge_and_then_the_verifier(world: Surroundings, visma: Visma, redirect: str) -> None:
    attempt = SignIn(world.session(NoSettings()), tokens(world, visma, pkce=True), redirect)
    answer = requests.get(attempt.address(), timeout=5, allow_redirects=False)
    assert visma.seen[0].query["code_challenge_method"] == "S256"
    attempt.finish(answer.headers["Location"])
    assert len(visma.seen[-1].body["code_verifier"]) >= 43

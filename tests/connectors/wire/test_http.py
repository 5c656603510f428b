"""The HTTP layer: certificates, proxies, redirects, waits, masking."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from msgspec import Struct

from connectors.wire.http import USER_AGENT, Http, Server
from connectors.wire.limits import Limit, Pacer, http_date, retry_after
from connectors.wire.messages import Timeouts
from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from tests.worlds.clock import Clock
from tests.worlds.fakes.server import FOR_GOOD, FakeServer, Fault, Reply, Request
from tests.worlds.session import NOW, NoSettings, Surroundings

TOKEN = "token-0123456789abcdef"


class Signed:
    """An authority with a fixed token."""

    renewed = 0

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {TOKEN}"}

    def renew(self, refused: Any) -> None:
        self.renewed += 1


class Echo(FakeServer):
    """Answers with what it was sent."""

    def answer(self, request: Request) -> Reply:
        return Reply(200, {"path": request.path, "agent": request.headers.get("User-Agent", "")})


class Said(Struct):
    path: str
    agent: str = ""


@pytest.fixture
def world(tmp_path: Path) -> Surroundings:
    return Surroundings(tmp_path)


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.close()


def http(world: Surroundings, address: str, **more: Any) -> Http:
    more = {"timeouts": Timeouts(5.0, 5.0, 10.0), **more}
    return Http(world.session(NoSettings()), Server(system="Provsystemet", base=address, **more), Signed())


def error_of(call: Any) -> SyncError:
    with pytest.raises(SyncError) as caught:
        call()
    return caught.value


def test_the_agent_says_who_and_which_version(world: Surroundings, echo: Echo) -> None:
    assert http(world, echo.address).get("/a", Said).agent == USER_AGENT
    assert USER_AGENT.startswith("JobOfficeSyncCenter/")


def test_plain_http_is_refused_to_any_other_machine(world: Surroundings) -> None:
    assert error_of(lambda: http(world, "http://visma.example/v2")).problem.code == catalogue.ADDRESS_REFUSED.code
    http(world, "http://visma.example/v2", plain_http=True)
    for address in ("ftp://visma.example", "https://", "https://[", "https://user:secret@visma.example"):
        error = error_of(lambda address=address: http(world, address))
        assert error.problem.code == catalogue.ADDRESS_REFUSED.code
        assert "secret" not in str(error)


def test_a_whole_address_is_followed_only_to_a_declared_host(world: Surroundings, echo: Echo) -> None:
    asked = http(world, echo.address)
    assert asked.get(f"{echo.address}/next?page=2", Said).path == "/next"
    assert (
        error_of(lambda: asked.get("https://elsewhere.example/next", Said)).problem.code
        == catalogue.ADDRESS_REFUSED.code
    )


def test_a_redirect_takes_the_sign_in_nowhere_else(world: Surroundings, echo: Echo) -> None:
    thief = Echo()
    echo.elsewhere = f"{thief.address}/steal"
    echo.fail(Fault.ELSEWHERE, times=FOR_GOOD)
    asked = http(world, echo.address)
    assert error_of(lambda: asked.get("/a", Said)).problem.code == catalogue.ADDRESS_REFUSED.code
    assert error_of(lambda: asked.send("POST", "/a", {}, Said)).uncertain
    assert not thief.seen
    thief.close()


@pytest.mark.parametrize("target", ["http://[", "javascript:alert(1)", "//elsewhere.example/x", "http://\x00/"])
def test_a_redirect_to_nonsense_is_refused(world: Surroundings, echo: Echo, target: str) -> None:
    echo.fail(Reply(302, b"", {"Location": target}), times=FOR_GOOD)
    error = error_of(lambda: http(world, echo.address).get("/a", Said))
    assert error.problem.code == catalogue.ADDRESS_REFUSED.code


def test_a_redirect_on_the_same_host_is_followed_for_a_read(world: Surroundings, echo: Echo) -> None:
    echo.elsewhere = "/there"
    echo.fail(Fault.ELSEWHERE)
    assert http(world, echo.address).get("/here", Said).path == "/there"


def test_a_netrc_password_never_takes_the_place_of_the_sign_in(
    world: Surroundings, echo: Echo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    http(world, echo.address).get("/a", Said)
    assert echo.seen[-1].headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_proxy_is_honoured_and_its_failure_named(world: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Echo()
    monkeypatch.setenv("http_proxy", proxy.address)
    monkeypatch.setenv("no_proxy", "")
    asked = http(world, "http://visma.example/v2", plain_http=True)
    assert asked.get("/a", Said).path
    assert proxy.count("GET", "/v2/a") == 1
    proxy.close()
    asked = http(world, "http://visma.example/v2", plain_http=True)
    error = error_of(lambda: asked.send("POST", "/a", {}, Said))
    assert error.problem.code == catalogue.PROXY_FAILED.code
    assert not error.uncertain
    monkeypatch.setenv("no_proxy", "visma.example")
    asked = http(world, "http://visma.example/v2", plain_http=True)
    error = error_of(lambda: asked.send("POST", "/a", {}, Said))
    assert error.problem.code == catalogue.NO_NETWORK.code, "past the proxy there is no such host"
    assert not error.uncertain


class _Secure(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"path": "/safe"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        return


@pytest.fixture
def authority_and_address(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Secure)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    yield bundle, f"https://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_certificate_that_the_system_does_not_trust_stops_everything(
    world: Surroundings, authority_and_address: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, address = authority_and_address
    error = error_of(lambda: http(world, address).send("POST", "/a", {}, Said))
    assert error.problem.code == catalogue.CERTIFICATE.code
    assert not error.uncertain
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    assert http(world, address).get("/a", Said).path == "/safe"
    wrong_name = address.replace("localhost", "127.0.0.1")
    assert error_of(lambda: http(world, wrong_name).get("/a", Said)).problem.code == catalogue.CERTIFICATE.code


def test_a_read_that_is_refused_with_401_is_signed_in_anew_once(world: Surroundings, echo: Echo) -> None:
    echo.fail(Reply(401, {}))
    assert http(world, echo.address).get("/a", Said).path == "/a"
    assert len(echo.seen) == 2
    echo.fail(Reply(401, {}), times=FOR_GOOD)
    assert error_of(lambda: http(world, echo.address).get("/a", Said)).problem.code == catalogue.SIGN_IN_NEEDED.code


def test_a_write_is_never_repeated_when_its_answer_is_lost(world: Surroundings, echo: Echo) -> None:
    for fault in (Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.HALF_BODY, Fault.NEVER):
        before = len(echo.seen)
        echo.fail(fault)
        impatient = Timeouts(5.0, 0.4, 1.0)
        error = error_of(lambda: http(world, echo.address, timeouts=impatient).send("POST", "/a", {}, Said))  # noqa: B023
        assert error.uncertain, fault
        assert len(echo.seen) == before + 1, fault


def test_a_write_that_was_told_to_wait_is_sent_when_the_wait_is_over(world: Surroundings, echo: Echo) -> None:
    echo.fail(Fault.WAIT_SECONDS)
    assert http(world, echo.address).send("POST", "/a", {}, Said).path == "/a"
    assert world.cancel.waits == [7.0]
    assert world.guarded >= 2, "the lease is asked again before the second try"


def test_a_wait_longer_than_our_patience_is_left_to_the_next_run(world: Surroundings, echo: Echo) -> None:
    echo.fail(Reply(429, b"", {"Retry-After": "3600"}), times=FOR_GOOD)
    error = error_of(lambda: http(world, echo.address).get("/a", Said))
    assert error.problem.code == catalogue.RATE_LIMITED.code
    assert error.retry_after == 3600
    assert not world.cancel.waits


def test_every_request_leaves_a_masked_row(world: Surroundings, echo: Echo) -> None:
    http(world, echo.address).send("POST", "/a", {"password": "hemligt-lösen", "text": TOKEN}, Said)
    (row,) = world.debug_rows
    assert row.startswith(f"POST {echo.address}/a 200 ")
    assert " ms, " in row
    assert TOKEN not in row
    assert "hemligt" not in row


def test_a_long_body_is_cut_in_the_log(world: Surroundings, echo: Echo) -> None:
    http(world, echo.address).send("POST", "/a", {"text": "x" * 50_000}, Said)
    assert len(world.debug_rows[0]) < 5_000
    assert "50011 B upp" in world.debug_rows[0]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.HTML, "en webbsida"),
        (Fault.XML, "XML"),
        (Fault.EMPTY, "ingenting"),
        (Fault.DEEP, "för många nivåer"),
        (Fault.GARBAGE, "inte är JSON"),
    ],
)
def test_what_came_instead_of_json_is_named(world: Surroundings, echo: Echo, fault: Fault, words: str) -> None:
    echo.fail(fault)
    assert words in error_of(lambda: http(world, echo.address).get("/a", dict[str, Any])).problem.what


def test_a_wrong_type_is_named_with_its_place(world: Surroundings, echo: Echo) -> None:
    echo.fail(Reply(200, {"path": 7}))
    assert "$.path" in error_of(lambda: http(world, echo.address).get("/a", Said)).problem.what


def test_a_byte_order_mark_is_no_obstacle(world: Surroundings, echo: Echo) -> None:
    echo.fail(Reply(200, b'\xef\xbb\xbf{"path": "/a"}'))
    assert http(world, echo.address).get("/a", Said).path == "/a"


def test_retry_after_is_read_in_both_forms_and_by_the_servers_clock() -> None:
    clock = Clock(NOW)
    assert retry_after({"Retry-After": "55"}, clock) == 55
    date = {"Retry-After": "Tue, 24 Nov 2026 09:01:00 GMT"}
    assert retry_after(date, clock) == 60
    assert retry_after(date | {"Date": "Tue, 24 Nov 2026 09:00:30 GMT"}, clock) == 30
    assert retry_after({"Retry-After": "Mon, 23 Nov 2026 09:00:00 GMT"}, clock) == 0
    for nonsense in ("", "soon", "-5", "1e9"):
        assert retry_after({"Retry-After": nonsense}, clock) is None
    assert http_date("nonsense") is None


def test_the_limit_is_kept_in_every_window(world: Surroundings) -> None:
    pacer = Pacer(world.session(NoSettings()), Limit(25, 5.0))
    times = []
    for number in range(200):
        pacer.wait_for("a")
        times.append(world.clock.now.timestamp())
        world.clock.later(seconds=0.01 * (number % 7))
    for start in times:
        assert sum(1 for one in times if start <= one <= start + 5.0) <= 25


def test_each_key_has_its_own_limit_and_a_clock_set_back_stops_nobody(world: Surroundings) -> None:
    pacer = Pacer(world.session(NoSettings()), Limit(1, 60.0))
    pacer.wait_for("a")
    pacer.wait_for("b")
    assert not world.cancel.waits
    world.clock.later(seconds=-86400)
    pacer.wait_for("a")
    assert sum(world.cancel.waits) <= 61


def test_avbryt_ends_a_wait_for_the_limit(world: Surroundings) -> None:
    pacer = Pacer(world.session(NoSettings()), Limit(1, 60.0))
    pacer.wait_for("a")
    world.cancel.cancel_at_wait = True
    assert error_of(lambda: pacer.wait_for("a")).problem.code == catalogue.CANCELLED.code


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("what", ["gone", "no certificates", "an empty folder"])
def test_a_certificate_variable_that_points_nowhere_is_named(
    world: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, what: str
) -> None:
    path = tmp_path / "ca.pem"
    if what == "no certificates":
        path.write_text("inte ett certifikat")
    if what == "an empty folder":
        path.mkdir()
    for one in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(one, raising=False)
    monkeypatch.setenv(variable, str(path))
    error = error_of(lambda: http(world, "https://127.0.0.1:9").get("/a", Said))
    assert error.problem.code == "D39"
    assert variable in error.problem.what
    assert str(path) in error.problem.what


def test_a_certificate_variable_that_nobody_looks_at_hinders_nothing(
    world: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority_and_address: tuple[Path, str]
) -> None:
    authority, address = authority_and_address
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority))
    for other in ("CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.setenv(other, str(tmp_path / "borta.pem"))
    http(world, address).get("/a", Said)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_folder_of_certificates_does_as_openssl_wants_it(
    world: Surroundings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    authority_and_address: tuple[Path, str],
    variable: str,
) -> None:
    authority, address = authority_and_address
    if shutil.which("openssl") is None:
        pytest.skip("only OpenSSL knows the name under which it looks for a certificate")
    subprocess.run(["openssl", "rehash", str(authority.parent)], check=True)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setenv(variable, str(tmp_path))
    http(world, address).get("/a", Said)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_certificate_file_of_openssl_that_is_gone_is_named(
    world: Surroundings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    authority_and_address: tuple[Path, str],
    variable: str,
) -> None:
    for other in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(variable, str(tmp_path / "borta.pem"))
    error = error_of(lambda: http(world, authority_and_address[1]).get("/a", Said))
    assert error.problem.code == "D39"
    assert variable in error.problem.what


@pytest.mark.parametrize(
    ("proxy", "code"),
    [
        ("socks5://anna:hemligt@10.0.0.1:1080", "D41"),
        ("SOCKS4://10.0.0.1:1080", "D41"),
        ("http://:8080", "D40"),
        ("http://server:port", "D40"),
        ("http://server:99999", "D40"),
        ("htp://server:8080", "D40"),
        ("http://[::1", "D40"),
        ("http://", "D40"),
        ("http://anna:hemligt@:1", "D40"),
        ("http://anna:hemligt@", "D40"),
        ("anna:hemligt@10.0.0.1:8080", "D40"),
        ("anna:hemligt@10.0.0.1:abc", "D40"),
        ("http://anna:hem@hemligt/@10.0.0.1:abc", "D40"),
        ("http:/anna:hemligt@10.0.0.1:abc", "D40"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named(
    world: Surroundings, monkeypatch: pytest.MonkeyPatch, proxy: str, code: str
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    monkeypatch.setenv("no_proxy", "")
    error = error_of(lambda: http(world, "https://visma.example/v2").get("/a", Said))
    assert error.problem.code == code
    assert "hemligt" not in error.problem.sentence()

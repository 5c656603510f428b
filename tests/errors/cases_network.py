"""The network, and answers that are none: the toy connector over real HTTP."""

from __future__ import annotations

import errno
import socket
import ssl
from typing import Any

from tests.errors.case import Act, Case, Patch
from tests.worlds.fakes.server import FOR_GOOD, Fault, Reply, Request
from tests.worlds.mail_servers import authority, free_port
from tests.worlds.street import Store


def fault(what: Fault | Reply, method: str = "") -> Act:
    """Every request, or every one of a method, from now on."""

    def on(request: Request) -> bool:
        return method in ("", request.method)

    def do(store: Store, patch: Patch) -> None:
        assert store.toy is not None
        store.toy.fail(what, times=FOR_GOOD, on=on)

    return do


def heal(store: Store, _patch: Patch) -> None:
    assert store.toy is not None
    store.toy.heal()


def http(name: str, code: str, words: str, what: Fault | Reply, method: str = "") -> Case:
    return Case(name, code, (words,), fault(what, method), heal, system="toy")


def refused_connection(store: Store, patch: Patch) -> None:
    assert store.toy is not None
    port, connect = int(store.toy.host.partition(":")[2]), socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[1] == port:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
        connect(self, address)

    patch.setattr(socket.socket, "connect", refuse)


def no_name(store: Store, patch: Patch) -> None:
    assert store.toy is not None
    port, look_up = int(store.toy.host.partition(":")[2]), socket.getaddrinfo

    def unknown(host: Any, service: Any, *more: Any, **named: Any) -> Any:
        if service == port:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, service, *more, **named)

    patch.setattr(socket, "getaddrinfo", unknown)


def dead_proxy(_store: Store, patch: Patch) -> None:
    patch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")


def wrong_certificate(store: Store, patch: Patch) -> None:
    """A server whose authority is trusted but whose certificate is for another name."""
    assert store.toy is not None
    pem = store.folder / "ca.pem"
    authority().cert_pem.write_to_path(str(pem))
    patch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert("annan.example").configure_cert(context)
    server = store.toy._server
    patch.setattr(server, "socket", context.wrap_socket(server.socket, server_side=True))
    store.settings(f"toy.address=https://{store.toy.host}")


def right_address(store: Store, patch: Patch) -> None:
    assert store.toy is not None
    patch.undo()
    store.toy.close()
    old, store.toy = store.toy, type(store.toy)(store.toy.world)
    store.toy.sales += old.sales
    store.settings(f"toy.address={store.toy.address}")


NETWORK = (
    Case("anslutningen nekas", "N01", ("internet",), refused_connection, system="toy"),
    Case("namnet finns inte i DNS", "N01", ("Det går inte att komma fram till 127.0.0.1",), no_name, system="toy"),
    Case("proxyn svarar inte", "N12", ("proxy",), dead_proxy, system="toy"),
    Case("certifikat för ett annat namn", "N03", ("certifikat",), wrong_certificate, right_address, system="toy"),
    http("tyst server vid läsning", "N02", "svarade inte inom", Fault.NEVER, "GET"),
    http("tyst server vid sändning", "N02", "svarade inte inom", Fault.NEVER, "POST"),
    http("500 på allt", "N04", "fel 500", Fault.ERROR_BEFORE),
    http("500 men bokfört", "N04", "fel 500", Fault.ERROR_AFTER, "POST"),
    http("503", "N04", "fel 503", Fault.BUSY),
    http("429 utan slut", "N05", "ber oss vänta", Fault.WAIT_BARE),
    http("linjen bryts före", "N11", "Förbindelsen bröts", Fault.DROP_BEFORE),
    http("linjen bryts efter", "N11", "Förbindelsen bröts", Fault.DROP_AFTER, "POST"),
    http("halvt svar", "N11", "Förbindelsen bröts", Fault.HALF_BODY, "GET"),
    http("webbsida i stället för JSON", "N06", "webbsida", Fault.HTML),
    http("tomt svar", "N06", "går att förstå", Fault.EMPTY),
    http("skräp", "N06", "går att förstå", Fault.GARBAGE),
    http("XML", "N06", "går att förstå", Fault.XML),
    http("100 000 nivåer", "N06", "går att förstå", Fault.DEEP),
    http("200 MB", "N07", "orimligt stort", Fault.HUGE_DECLARED),
    http("hänvisning i ring", "N06", "ring", Fault.RING, "GET"),
    http("403", "N10", "Behörighet saknas", Fault.FORBIDDEN),
    http("401", "N09", "Logga in igen", Reply(401, {"Message": "unauthorized"})),
    http("okänt nej", "N08", "xyzzy", Fault.REFUSED, "POST"),
    http("stängd dag", "TOY01", "lås upp dagen", Reply(409, {"why": "closed"}), "POST"),
)

"""The line to NAV's servers: where they are by the settings, how we sign in, what is kept from being sent in clear."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from connectors.dynamics.sign_in import WINDOWS, handshake, plain_fingerprint
from connectors.dynamics_nav.address import Address, is_public, read_address
from connectors.dynamics_nav.errors import LOGIN_LETTERS, NOT_SET_UP, PASSWORD_MISSING, PLAIN_HTTP, SYSTEM, WRONG_SERVER
from connectors.dynamics_nav.explain import Explainer
from connectors.dynamics_nav.options import NavSettings
from connectors.wire.http import Http, Server
from connectors.wire.logon import Basic
from connectors.wire.messages import Timeouts
from synccenter.contract.connector import Session


class Line:
    """Opens OData and SOAP when they are needed."""

    def __init__(self, session: Session[NavSettings]) -> None:
        self.session = session
        self.settings = session.settings
        self._https: dict[str, Http] = {}

    def close(self) -> None:
        """Let go of connections."""
        for http in self._https.values():
            http.close()

    def address(self) -> Address:
        """The address by the settings. Raises NAV01, NAV02 or NAV15."""
        address = read_address(self.settings.address, self.settings.soap_address)
        if address is None:
            raise NOT_SET_UP.error(missing="Adress till NAV")
        for base in (address.odata, address.soap):
            loopback = urlsplit(base).hostname in {"localhost", "127.0.0.1", "::1"}
            if base.startswith("https://") or loopback:
                continue
            if is_public(base):
                raise WRONG_SERVER.error(address=base)
            if not self.settings.plain_http:
                raise PLAIN_HTTP.error(address=base)
        return address

    def http(self, base: str) -> Http:
        """The line to OData or to SOAP."""
        if base not in self._https:
            self._https[base] = self._open(base)
        return self._https[base]

    def _open(self, base: str) -> Http:
        user, password = self.settings.user, self.session.secrets.get("password") or ""
        scheme = self.settings.sign_in
        explain = Explainer(user, urlsplit(base).netloc)
        seconds = float(self.settings.timeout)
        if scheme == "basic" and not (user + password).isascii():
            raise LOGIN_LETTERS.error()
        if scheme == "basic" and not (user and password):
            raise NOT_SET_UP.error(missing="Användare eller webbtjänstnyckel")
        if scheme in WINDOWS and user and not password:
            raise PASSWORD_MISSING.error(user=user)
        signs_in = handshake(scheme, user, password)
        server = Server(
            system=SYSTEM,
            base=base,
            explain=explain,
            timeouts=Timeouts(connect=min(10.0, seconds), read=seconds, total=4 * seconds),
            plain_http=self.settings.plain_http,
            handshake=signs_in,
            fingerprint=plain_fingerprint(self.settings.fingerprint),
            faults_are_final=True,
        )
        return Http(self.session, server, Basic(user, password, explain.login_refused) if not signs_in else None)

    def server_time(self) -> datetime | None:
        """The server's own clock, by its latest answer."""
        return max(filter(None, (http.server_time for http in self._https.values())), default=None)

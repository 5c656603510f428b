"""Hands a mail to the e-mail server: STARTTLS, TLS or none; a password, OAuth2 (XOAUTH2) or no sign-in."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.core.masking import Masker, one_line
from synccenter.mail.outbox import Refused
from synccenter.mail.settings import TIME_OUT, MailSettings


class Mailer:
    """Sends one mail at a time. Every failure is E01 with the server's own words, masked."""

    def __init__(
        self,
        settings: MailSettings,
        password: Callable[[], str | None],
        masker: Masker,
        *,
        context: Callable[[], ssl.SSLContext] | None = None,
        time_out: float = TIME_OUT,
    ) -> None:
        """`password` is asked for when it is needed. `context` says whom to trust: by default as the system does."""
        self.settings = settings
        self._password = password
        self._masker = masker
        self._context = context or _system_trust
        self._time_out = time_out

    def deliver(self, message: EmailMessage) -> Problem | None:
        """Hand over one mail. Returns a problem when some of its receivers were refused.

        Raises SyncError: E01, or `Refused` when the server will not have this very mail.
        """
        with self._border(), self._connected() as server:
            refused = self._send(server, message)
        if not refused:
            return None
        return self._failure(_words(smtplib.SMTPRecipientsRefused(refused))).problem

    def trouble(self) -> Problem | None:
        """Connect and sign in, and send nothing; what stands in the way."""
        try:
            with self._border(), self._connected():
                return None
        except SyncError as error:
            return error.problem

    def _send(self, server: smtplib.SMTP, message: EmailMessage) -> dict[str, tuple[int, bytes]]:
        try:
            return server.send_message(message)
        except (
            smtplib.SMTPRecipientsRefused,
            smtplib.SMTPSenderRefused,
            smtplib.SMTPDataError,
            smtplib.SMTPNotSupportedError,
        ) as error:
            raise Refused(self._failure(_words(error)).problem) from error
        except ValueError as error:  # an address that cannot be written
            raise Refused(self._failure(str(error)).problem) from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        settings, host = self.settings, _own_name()
        if settings.encryption == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.server, settings.port, host, timeout=self._time_out, context=self._context()
            )
        else:
            server = smtplib.SMTP(settings.server, settings.port, host, timeout=self._time_out)
        try:
            if settings.encryption == "starttls":
                server.starttls(context=self._context())
            self._sign_in(server)
            yield server
            with suppress(OSError, smtplib.SMTPException):  # the mail is taken: a lost good-bye must not send it again
                server.quit()
        finally:
            server.close()

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if self.settings.sign_in == "none":
            return
        secret = self._password()
        if not secret:
            raise self._failure("Lösenordet saknas: skriv det i Inställningar > Gemensamt > E-post")
        code, answer = _authenticate(server, self.settings, secret)
        if code not in {235, 503}:  # 503: signed in already
            raise smtplib.SMTPAuthenticationError(code, answer)

    @contextmanager
    def _border(self) -> Iterator[None]:
        try:
            yield
        except smtplib.SMTPAuthenticationError as error:
            raise self._failure(f"Fel användare eller lösenord. {_words(error)}") from error
        except smtplib.SMTPNotSupportedError as error:
            raise self._failure(
                f"Servern kan inte det som är valt under Kryptering eller Inloggning ({error})"
            ) from error
        except smtplib.SMTPException as error:
            timed_out = isinstance(error.__context__, TimeoutError)
            raise self._failure(self._silence() if timed_out else _words(error)) from error
        except ssl.SSLCertVerificationError as error:
            raise self._failure(f"Serverns certifikat går inte att lita på ({error.verify_message})") from error
        except TimeoutError as error:
            raise self._failure(self._silence()) from error
        except socket.gaierror as error:
            raise self._failure("Servern med det namnet går inte att hitta") from error
        except (OSError, ValueError) as error:  # refused, reset, not TLS; a name that cannot be encoded
            raise self._failure(str(error)) from error

    def _silence(self) -> str:
        return f"Servern svarade inte inom {self._time_out:.0f} sekunder"

    def _failure(self, detail: str) -> SyncError:
        detail = one_line(self._masker.mask(detail))[:300]
        return catalogue.MAIL_FAILED.error(server=self.settings.server, detail=detail)


def _authenticate(server: smtplib.SMTP, settings: MailSettings, secret: str) -> tuple[int, bytes]:
    """The server's final answer. Not `smtplib.login`, which cannot send a password with å, ä or ö in it."""
    server.ehlo_or_helo_if_needed()
    offered = server.esmtp_features.get("auth", "").upper().split()
    if settings.sign_in == "xoauth2":
        words = f"user={settings.user}\x01auth=Bearer {secret}\x01\x01"
        code, answer = server.docmd("AUTH", f"XOAUTH2 {_base64(words)}")
        return server.docmd("") if code == 334 else (code, answer)  # the reason of a refusal is answered with nothing
    if "PLAIN" in offered:
        return server.docmd("AUTH", "PLAIN " + _base64(f"\0{settings.user}\0{secret}"))
    if "LOGIN" in offered:
        code, answer = server.docmd("AUTH", "LOGIN")
        for part in (settings.user, secret):
            if code == 334:
                code, answer = server.docmd(_base64(part))
        return code, answer
    return server.login(settings.user, secret)  # CRAM-MD5, or SMTPNotSupportedError


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _words(error: smtplib.SMTPException) -> str:
    """The server's own words."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        refusals = [f"{address}: {code} {_decode(text)}" for address, (code, text) in error.recipients.items()]
        return "; ".join(refusals)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decode(error.smtp_error)}"
    return str(error)


def _decode(text: bytes | str) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "replace")


def _own_name() -> str:
    """The name to greet with. Never asked of the network: that may take half a minute when it is away."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9.-]+", name) else "localhost"


def _system_trust() -> ssl.SSLContext:
    import truststore  # noqa: PLC0415 - only when a mail is sent

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

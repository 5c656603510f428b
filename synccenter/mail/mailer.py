"""Hands a mail to the e-mail server: STARTTLS, TLS or none; a password, OAuth2 (XOAUTH2) or no sign-in."""

from __future__ import annotations

import os
import re
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from email.message import EmailMessage
from html import escape
from typing import TypeAlias

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.visible import visible
from synccenter.core.masking import Masker
from synccenter.mail.line import Deadline, DeadlineError, Line
from synccenter.mail.outbox import Later, Refused, addressed, receivers_of
from synccenter.mail.settings import TIME_OUT, WHOLE, MailSettings

Refusals: TypeAlias = dict[str, tuple[int, bytes]]
"""Per address that did not get the mail: the server's answer."""


class Mailer:
    """Sends one mail at a time. Every failure is E01 with the server's own words, masked, or E20: it would show the
    password."""

    def __init__(
        self,
        settings: MailSettings,
        password: Callable[[], str | None],
        masker: Masker,
        *,
        context: Callable[[], ssl.SSLContext] | None = None,
        time_out: float = TIME_OUT,
        whole: float = WHOLE,
    ) -> None:
        """`password` is asked for when it is needed. `context` says whom to trust: by default as the system does."""
        self.settings = settings
        self._password = password
        self._masker = masker
        self._context = context or _system_trust
        self._time_out = time_out
        self._whole = whole

    def deliver(self, message: EmailMessage) -> Problem | None:
        """Hand over one mail. Returns a problem when some of its receivers were refused for good.

        A server to which it is too large gets it without what is attached. Raises SyncError: E01, `Refused` when the
        server will not have this very mail, `Later` when it asks for another try, for all receivers or for some.
        """
        with self._border(receivers_of(message)), self._connected() as server:
            refused = self._send(server, message)
        if any(code < 500 for code, _ in refused.values()):
            raise self._later_for(refused)
        return self._for_good(refused)

    def trouble(self) -> Problem | None:
        """Connect and sign in, and send nothing; what stands in the way."""
        try:
            with self._border(), self._connected():
                return None
        except SyncError as error:
            return error.problem

    def _send(self, server: smtplib.SMTP, message: EmailMessage) -> Refusals:
        """Those who did not get it, with the server's answer for each. One bad address never silences the others."""
        server.ehlo_or_helo_if_needed()
        receivers, refused = _writable(server, receivers_of(message))
        if not receivers:
            raise Refused(self._failure(_words(smtplib.SMTPRecipientsRefused(refused))).problem)
        try:
            return refused | self._hand_over(server, addressed(message, receivers), receivers)
        except smtplib.SMTPRecipientsRefused as error:
            refused |= error.recipients
            later = any(code < 500 for code, _ in refused.values())
            raise self._later_for(refused) if later else self._refused(error) from error
        except smtplib.SMTPResponseException as error:  # the sender, or the mail itself
            raise self._later(_words(error), receivers) if error.smtp_code < 500 else self._refused(error) from error
        except (smtplib.SMTPNotSupportedError, ValueError) as error:
            raise self._refused(error) from error

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage, receivers: list[str]) -> Refusals:
        try:
            return server.send_message(message, to_addrs=receivers)
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError, smtplib.SMTPRecipientsRefused) as error:
            if not _too_large(error) or not has_attachments(message):
                raise
            server.rset()
            return server.send_message(without_attachments(message), to_addrs=receivers)

    def _refused(self, error: Exception) -> Refused:
        words = _words(error) if isinstance(error, smtplib.SMTPException) else str(error)
        return Refused(self._failure(words).problem)

    def _later(
        self, words: str, receivers: Sequence[str], *, told: Problem | None = None, whole: bool = False
    ) -> Later:
        problem = catalogue.MAIL_LATER.problem(server=self.settings.server, detail=self._masked(words))
        return Later(problem, receivers, told=told, whole=whole)

    def _later_for(self, refused: Refusals) -> Later:
        """Some wait for another try; those who were refused for good are told of at once."""
        later = {address: answer for address, answer in refused.items() if answer[0] < 500}
        rest = {address: answer for address, answer in refused.items() if address not in later}
        words = _words(smtplib.SMTPRecipientsRefused(later))
        return self._later(words, list(later), told=self._for_good(rest))

    def _for_good(self, refused: Refusals) -> Problem | None:
        """E10 for those whom the server will never take a mail for."""
        if not refused:
            return None
        detail = self._masked(_words(smtplib.SMTPRecipientsRefused(refused)))
        return catalogue.RECEIVER_REFUSED.problem(addresses=", ".join(refused), detail=detail)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        settings, deadline = self.settings, Deadline(self._whole)
        if settings.exposes_password:
            raise catalogue.MAIL_UNENCRYPTED.error(server=settings.server)
        at_once = self._context if settings.encryption == "tls" else None
        server = Line(_own_name(), self._time_out, deadline, at_once)
        with deadline.running():
            try:
                server.greet(settings.server, settings.port)
                if settings.encryption == "starttls":
                    server.secure(settings.server, self._context())
                self._sign_in(server)
                yield server
                with suppress(OSError, smtplib.SMTPException):  # it is taken: a lost good-bye must not send it again
                    server.quit()
            finally:
                server.close()

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if self.settings.sign_in == "none":
            return
        secret = self._password()
        if not secret:
            raise self._failure("Lösenordet saknas: skriv det i Inställningar > Gemensamt > E-post vid fel")
        code, answer = _authenticate(server, self.settings, secret)
        if code not in {235, 503}:  # 503: signed in already
            raise smtplib.SMTPAuthenticationError(code, answer)

    @contextmanager
    def _border(self, receivers: Sequence[str] = ()) -> Iterator[None]:
        try:
            yield
        except DeadlineError as error:
            raise self._failure(f"Servern var inte klar inom {self._whole:.0f} sekunder") from error
        except smtplib.SMTPResponseException as error:
            if 400 <= error.smtp_code < 500:  # too many at once, or its own register of passwords is away (RFC 4954)
                raise self._later(_words(error), receivers, whole=True) from error
            wrong = "Fel användare eller lösenord. " if isinstance(error, smtplib.SMTPAuthenticationError) else ""
            raise self._failure(wrong + _words(error)) from error
        except smtplib.SMTPNotSupportedError as error:
            raise self._failure(
                f"Servern kan inte det som är valt under Kryptering eller Inloggning ({error})"
            ) from error
        except smtplib.SMTPException as error:
            timed_out = isinstance(error.__context__, TimeoutError)
            raise self._failure(self._silence() if timed_out else _words(error)) from error
        except ssl.SSLCertVerificationError as error:
            words = f"Serverns certifikat går inte att lita på ({error.verify_message}){_stale()}"
            raise self._failure(words) from error
        except TimeoutError as error:
            raise self._failure(self._silence()) from error
        except socket.gaierror as error:
            raise self._failure("Servern med det namnet går inte att hitta") from error
        except (OSError, ValueError) as error:  # refused, reset, not TLS; a name that cannot be encoded
            raise self._failure(str(error)) from error

    def _silence(self) -> str:
        return f"Servern svarade inte inom {self._time_out:.0f} sekunder"

    def _failure(self, detail: str) -> SyncError:
        return catalogue.MAIL_FAILED.error(server=self.settings.server, detail=self._masked(detail))

    def _masked(self, words: str) -> str:
        return visible(self._masker.mask(words))[:300]


def _writable(server: smtplib.SMTP, receivers: list[str]) -> tuple[list[str], Refusals]:
    """Those that this server can be told of. åäö before the @ needs SMTPUTF8 (RFC 6531)."""
    if server.has_extn("smtputf8"):
        return receivers, {}
    odd = [address for address in receivers if not address.isascii()]
    words = "Servern tar inte adresser med åäö före @".encode()
    return [address for address in receivers if address not in odd], dict.fromkeys(odd, (553, words))


def _too_large(error: smtplib.SMTPException) -> bool:
    """552 (RFC 5321), and the enhanced codes for size, 5.2.3 and 5.3.4 (RFC 3463); for receivers when all have it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(_is_size(code, text) for code, text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and _is_size(error.smtp_code, error.smtp_error)


def _is_size(code: int, words: bytes | str) -> bool:
    return code == 552 or (code >= 500 and re.search(r"\b5\.(2\.3|3\.4)\b", _decode(words)) is not None)


def has_attachments(message: EmailMessage) -> bool:
    """Whether anything is attached."""
    return next(iter(message.iter_attachments()), None) is not None


def without_attachments(message: EmailMessage) -> EmailMessage:
    """The same letter, and where to find what was attached."""
    names = ", ".join(part.get_filename("bilagan") for part in message.iter_attachments())
    copy = deepcopy(message)
    copy.set_payload([part for part in copy.iter_parts() if not part.is_attachment()])
    note = f"E-postservern tog inte emot något så stort. Det som skulle vara bifogat finns på kassan: {names}."
    for part in copy.walk():
        if part.get_content_type() == "text/plain":
            part.set_content(f"{part.get_content().rstrip()}\n\n{note}\n")
        elif part.get_content_type() == "text/html":
            part.set_content(part.get_content().replace("</body>", f"<p>{escape(note)}</p></body>"), subtype="html")
    return copy


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


def _stale() -> str:
    """Which of OpenSSL's variables for whom to trust points at nothing, when that may be why."""
    names = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if name in os.environ]
    gone = [name for name in names if not any(map(os.path.exists, os.environ[name].split(os.pathsep)))]
    return "".join(f"; miljövariabeln {name} pekar på {os.environ[name]}, som inte finns" for name in gone)


def _system_trust() -> ssl.SSLContext:
    import truststore  # noqa: PLC0415 - only when a mail is sent

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

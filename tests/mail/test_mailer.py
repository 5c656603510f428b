"""The mail arrives: on every kind of server, and a bad one is told in words."""

from __future__ import annotations

import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from synccenter.contract.errors import SyncError
from synccenter.core.masking import Masker
from synccenter.core.sections import sections
from synccenter.core.settings import Settings
from synccenter.mail.mailer import Mailer
from synccenter.mail.outbox import Refused
from synccenter.mail.settings import MailSettings
from tests.worlds.mail_servers import PASSWORD, TOKEN, free_port, odd_server, smtp, trusting


def mail(to: str = "agare@butik.se") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Hej åäö", "kassa@butik.se", to
    message.set_content("Text")
    return message


def mailer(port: int, password: str = PASSWORD, time_out: float = 5, **more: Any) -> Mailer:
    values: dict[str, Any] = {"encryption": "none", "sign_in": "none", "user": "kassa@butik.se", **more}
    server = values.pop("server", "localhost")
    settings = MailSettings(server, ("agare@butik.se",), port=port, sender="kassa@butik.se", **values)
    masker = Masker()
    masker.add(password)
    return Mailer(settings, lambda: password, masker, context=trusting, time_out=time_out)


def detail(mailer: Mailer, message: EmailMessage | None = None) -> str:
    with pytest.raises(SyncError) as raised:
        mailer.deliver(message or mail())
    assert raised.value.problem.code == "E01"
    assert PASSWORD not in str(raised.value)
    return raised.value.problem.detail


@pytest.mark.parametrize(
    ("encryption", "sign_in", "password"),
    [
        ("none", "none", ""),
        ("tls", "none", ""),
        ("starttls", "none", ""),
        ("none", "password", PASSWORD),
        ("starttls", "password", PASSWORD),
        ("tls", "password", PASSWORD),
        ("starttls", "xoauth2", TOKEN),
    ],
)
def test_a_mail_arrives(encryption: str, sign_in: str, password: str) -> None:
    with smtp(encryption, sign_in=sign_in != "none") as (inbox, port):
        said = {"plain_password": True}  # a person has: the server stands in the shop
        mailer(port, password, encryption=encryption, sign_in=sign_in, **said).deliver(mail("a@b.se, c@d.se"))
    assert [message["Subject"] for message in inbox.mails] == ["Hej åäö"]
    assert inbox.receivers == [["a@b.se", "c@d.se"]]
    assert inbox.encrypted == [encryption != "none"]


@pytest.mark.parametrize("sign_in", ["password", "xoauth2"])
def test_a_password_does_not_go_without_encryption_until_somebody_says_so(sign_in: str) -> None:
    with smtp("none", sign_in=True) as (inbox, port):
        settings = MailSettings(
            "localhost", ("a@b.se",), port=port, encryption="none", sign_in=sign_in, user="kassa@butik.se"
        )
        careful = Mailer(settings, lambda: pytest.fail("lösenordet hämtades"), Masker(), time_out=5)
        with pytest.raises(SyncError) as refused:
            careful.deliver(mail())
        told = careful.trouble()
    assert refused.value.problem.code == "E20"
    assert told is not None
    assert told.code == "E20"
    assert inbox.mails == [], "nothing is sent, and the keychain is not even asked"


@pytest.mark.parametrize(("sign_in", "password"), [("password", "fel-lösenord"), ("xoauth2", "ya29.gammal")])
def test_a_wrong_password_is_told_and_not_shown(sign_in: str, password: str) -> None:
    with smtp("starttls", sign_in=True) as (inbox, port):
        said = detail(mailer(port, password, encryption="starttls", sign_in=sign_in))
    assert said.startswith("Fel användare eller lösenord. 535")
    assert password not in said
    assert inbox.mails == []


def test_a_server_that_knows_only_login_gets_that(monkeypatch: pytest.MonkeyPatch) -> None:
    with smtp("none", sign_in=True) as (inbox, port):
        monkeypatch.setattr(Controller, "factory", without_plain)
        mailer(port, sign_in="password", plain_password=True).deliver(mail())
    assert len(inbox.mails) == 1


def without_plain(controller: Controller) -> SMTP:
    """aiosmtpd offers PLAIN and LOGIN; this one only LOGIN."""
    return SMTP(controller.handler, **{**controller.SMTP_kwargs, "auth_exclude_mechanism": ["PLAIN"]})


def test_no_password_at_all_is_told() -> None:
    with smtp("starttls", sign_in=True) as (_, port):
        assert "Lösenordet saknas" in detail(mailer(port, "", encryption="starttls", sign_in="password"))


def test_a_certificate_of_another_name_is_refused() -> None:
    for encryption in ("tls", "starttls"):
        with smtp(encryption, name="annan.example") as (inbox, port):
            assert "certifikat går inte att lita på" in detail(mailer(port, encryption=encryption))
        assert inbox.mails == []


def test_a_certificate_of_an_unknown_authority_is_refused_by_default() -> None:
    with smtp("tls") as (inbox, port):
        settings = MailSettings("localhost", ("a@b.se",), port=port, encryption="tls", sign_in="none")
        assert "certifikat går inte att lita på" in detail(Mailer(settings, lambda: "", Masker()))
    assert inbox.mails == []


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_stale_variable_of_whom_to_trust_is_named(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "/borta/certifikat.pem")
    with smtp("tls") as (_, port):
        settings = MailSettings("localhost", ("a@b.se",), port=port, encryption="tls", sign_in="none")
        told = detail(Mailer(settings, lambda: "", Masker()))
    assert f"miljövariabeln {variable} pekar på /borta/certifikat.pem" in told


def test_a_password_is_never_sent_in_clear_when_encryption_is_chosen() -> None:
    with smtp("none", sign_in=True) as (inbox, port):
        assert "Kryptering" in detail(mailer(port, encryption="starttls", sign_in="password"))
    assert inbox.mails == []


@pytest.mark.parametrize(
    ("greeting", "said"),
    [
        (b"", "svarade inte inom 1 sekunder"),
        (b"220 hej\r\n", "svarade inte inom 1 sekunder"),
        (b"554 5.7.1 Du ar sparrad\r\n", "554 5.7.1 Du ar sparrad"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", ""),
        (b"x" * 20_000, ""),
        (None, ""),
    ],
)
def test_an_odd_server_is_an_answer_and_not_a_hang(greeting: bytes | None, said: str) -> None:
    with odd_server(greeting) as port:
        start = time.monotonic()
        assert said in detail(mailer(port, time_out=1))
        assert time.monotonic() - start < 8


def test_nobody_answers_and_the_name_is_unknown() -> None:
    assert detail(mailer(free_port()))
    assert "går inte att hitta" in detail(mailer(25, server="finns-inte.invalid"))


def test_a_refused_mail_is_told_apart_from_a_dead_server() -> None:
    with smtp() as (inbox, port):
        inbox.answer = "552 5.3.4 Message too big"
        with pytest.raises(Refused, match=r"552 5\.3\.4 Message too big"):
            mailer(port).deliver(mail())
        inbox.refused = {"agare@butik.se"}
        with pytest.raises(Refused, match="Ingen sådan mottagare"):
            mailer(port).deliver(mail())
        with pytest.raises(Refused):
            mailer(port).deliver(mail("ägare@butik.se"))


def test_one_unknown_receiver_does_not_keep_the_mail_from_the_others() -> None:
    with smtp() as (inbox, port):
        inbox.refused = {"slutat@butik.se"}
        problem = mailer(port).deliver(mail("slutat@butik.se, agare@butik.se"))
    assert inbox.receivers == [["agare@butik.se"]]
    assert problem is not None
    assert "slutat@butik.se: 550" in problem.sentence()


def test_the_settings_are_understood() -> None:
    values = Settings(Path(), sections({}))
    assert MailSettings.from_settings(values.mail) is None
    values.set("mail.to", "a@b.se, c@d.se")
    assert MailSettings.from_settings(values.mail) is None
    values.set("mail.server", "smtp.butik.se")
    first = MailSettings.from_settings(values.mail)
    assert first == MailSettings("smtp.butik.se", ("a@b.se", "c@d.se"), sign_in="none", sender="a@b.se")
    values.set("mail.user", "kassa@butik.se")
    second = MailSettings.from_settings(values.mail)
    assert second is not None
    assert (second.sign_in, second.sender) == ("password", "kassa@butik.se")
    values.set("mail.sender", "noreply@butik.se")
    third = MailSettings.from_settings(values.mail)
    assert third is not None
    assert third.sender == "noreply@butik.se"

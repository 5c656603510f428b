"""On Windows the handshake is Windows' own: what we ask of it, and in which order."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from connectors.wire.logon import Windows


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What sspilib was asked; it answers with two tokens and then nothing more."""
    told: list[Any] = []
    tokens = iter([b"hello", b"proof", b""])

    class Context:
        def __init__(self, credential: object, target: str) -> None:
            told.append((credential, target))

        def step(self, challenge: bytes | None) -> bytes:
            told.append(challenge)
            return next(tokens)

    def credential(*words: str | None) -> tuple[str | None, ...]:
        return words

    module = SimpleNamespace(UserCredential=credential, ClientSecurityContext=Context)
    monkeypatch.setitem(sys.modules, "sspilib", module)
    return told


def test_a_user_of_a_domain_signs_in_step_by_step(asked: list[Any]) -> None:
    logon = Windows("NTLM", "nav.butiken.lokal", "BUTIKEN\\Åsa", "hemligt")
    assert [logon.step(), logon.step(b"question"), logon.step(b"well done")] == [b"hello", b"proof", None]
    assert asked == [
        (("Åsa", "hemligt", "BUTIKEN", "NTLM"), "HTTP/nav.butiken.lokal"),
        None,
        b"question",
        b"well done",
    ]


def test_without_a_user_it_is_whoever_is_logged_on(asked: list[Any]) -> None:
    Windows("Negotiate", "nav", "", "")
    assert asked == [((None, None, None, "Negotiate"), "HTTP/nav")]

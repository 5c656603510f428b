"""Answers that are none: bytes that are no text, numbers past all sense, nesting without end, a broken WSDL.

Tells of `answers`, `rows` and `soap_wsdl` in `connectors/wire`.
"""

from __future__ import annotations

import random
import re
from decimal import Decimal

import pytest
from msgspec import Struct

from connectors.wire.answers import decode, masked, words
from connectors.wire.rows import decimal
from connectors.wire.soap_wsdl import Wsdl
from synccenter.contract.errors import SyncError
from tests.worlds.fakes.nav_soap import CODEUNIT, codeunit_wsdl


class Thing(Struct):
    """As a connector would have it."""

    name: str = ""
    amount: Decimal = Decimal()
    number: int = 0
    rows: list[object] = []


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "Bj\xf6rk"}',
        b'{"name": "\xed\xa0\x80"}',
        b'{"name": "\xff\xfe"}',
        b'{"name": "\\ud800"}',
        b'{"number": 1E+999999999}',
        b'{"number": ' + b"9" * 10_000 + b"}",
        b'{"rows": ' + b"[" * 100_000,
        b'{"a": ' * 100_000,
        b"\xff\xfe{\x00}\x00",
        b'{"amount": NaN}',
        b"",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_an_answer_that_is_none_is_a_sentence(body: bytes) -> None:
    with pytest.raises(SyncError) as caught:
        decode(body, Thing, host="visma.example")
    assert caught.value.problem.code == "N06"
    assert words(body, 200) is not None


@pytest.mark.parametrize("value", ["1E+999999999", "NaN", "Infinity", "-1E+999999999", 1e300, "9" * 5000, "²", "1e13"])
def test_a_number_past_all_sense_is_refused_without_being_reckoned_with(value: object) -> None:
    with pytest.raises(ValueError, match="price"):
        decimal({"price": value}, "price")


def test_whatever_is_wrong_with_a_wsdl_it_is_a_sentence() -> None:
    whole = codeunit_wsdl("JobOfficePosting", CODEUNIT)
    chance = random.Random(1)
    for _ in range(150):
        with pytest.raises(SyncError) as caught:
            Wsdl(_broken(whole, chance), "JobOfficePosting", "nav.example").service()
        assert caught.value.problem.code == "N06"
        assert "WSDL" in caught.value.problem.sentence()


def _broken(whole: bytes, chance: random.Random) -> bytes:
    """A WSDL with a piece gone, changed, or in the place of another."""
    match chance.randrange(4):
        case 0:
            return whole[: chance.randrange(len(whole))]
        case 1:
            return whole.replace(chance.choice(re.findall(rb"<[^>]+>", whole)), b"", 1)
        case 2:
            return whole.replace(chance.choice(re.findall(rb'\w+="[^"]*"', whole)), b"", 1)
        case _:
            names = re.findall(rb'"[^"]*"', whole)
            return whole.replace(chance.choice(names), chance.choice(names))


@pytest.mark.parametrize(
    "text",
    [
        "Dimension Code=AVDELNING saknas",
        "The Dimension Value does not exist: Dimension Code='AVD',Code='HORNAN01'",
        "Basic authentication is not supported",
        "Code: KASSAN12",
    ],
)
def test_ordinary_values_are_not_masked(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    "text",
    ["Basic dXNlcjpoZW1saWd0LWzDtg==", "code=4f1d9c7e5b2a4f1d9c7e", "password: hemligt", "Bearer eyJhbGciOiJIUzI"],
)
def test_secrets_still_are(text: str) -> None:
    assert "***" in masked(text)

"""Secrets stay secret, and a support packet holds no customer."""

from __future__ import annotations

import json
import time
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synccenter.contract.visible import one_line
from synccenter.core.masking import Masker, without_people

SECRETS = st.text(min_size=8, max_size=60).filter(lambda text: "*" not in text and text.strip() == text)


@given(before=st.text(max_size=30), secret=SECRETS, after=st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_a_known_secret_is_masked_wherever_it_stands(before: str, secret: str, after: str) -> None:
    masker = Masker()
    masker.add(secret)
    for text in (before + secret + after, f"{before}?x={quote(secret, safe='')}&y={after}", json.dumps({"a": secret})):
        masked = masker.mask(text)
        assert secret not in masked
        assert quote(secret, safe="") not in masked
        assert json.dumps(secret)[1:-1] not in masked


@given(text=st.text(alphabet="ABCåäö .,0123456789=:", max_size=80))
def test_a_text_without_secrets_stays_as_it_is(text: str) -> None:
    assert Masker().mask(text) == text


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("{'Authorization': 'Bearer abc.def-123'}", "abc.def"),
        ("authorization: NTLM TlRMTVNTUAAB", "TlRMTVNT"),
        ("svaret till bearer 0123456789abcdef blev 200", "0123456789abcdef"),
        ('{"access_token":"AbC123","expires_in":3600}', "AbC123"),
        (r"body=\"{\\\"refresh_token\\\":\\\"r-77\\\"}\"", "r-77"),
        ('{\\"client_secret\\": \\"hemlig\\"}', "hemlig"),
        ("grant_type=refresh_token&refresh_token=a%2Fb&client_secret=xyz", "xyz"),
        ("Server=.;UID=sa;PWD={a b;c};Database=kassa", "a b"),
        ("Password = kaffe", "kaffe"),
        ('password: "två ord"', "två ord"),
        ("lösenord=kaffe", "kaffe"),
        ("<Password>kaffe</Password>", "kaffe"),
        ('<wsse:Password Type="PasswordText">kaffe</wsse:Password>', "kaffe"),
        ("X-Api-Key: 12345", "12345"),
        ("GET https://localhost:5000/callback?code=4/0AX&state=1", "4/0AX"),
        ("token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXI sist", "eyJ"),
        ("postgresql://kassa:kaffe@server/db", "kaffe"),
        ("postgresql://kassa:ka@f/fe@server/db", "fe@"),
        ("https://kaffe@server.se/", "kaffe"),
        ("Set-Cookie: ASP.NET_SessionId=abc123; path=/", "abc123"),
    ],
)
def test_what_looks_like_a_secret_is_masked_though_nobody_knew_it(text: str, hidden: str) -> None:
    masked = Masker().mask(text)
    assert hidden not in masked
    assert "***" in masked


@pytest.mark.parametrize(
    "text",
    [
        "Lösenordsvalvet går inte att använda.",
        "grundläggande Basic settings är rätt",
        "GET https://api.fortnox.se:443/3/articles?page=1 -> 200 på 0,3 s",
        "http://server:7048/BC/ODataV4/Company('CRONUS%20Sverige%20AB')",
        "Kvitto 1234 på 125,00 kr skickat som A 77",
        "skickar mejl till butik@foretag.se",
    ],
)
def test_ordinary_rows_are_left_readable(text: str) -> None:
    assert Masker().mask(text) == text


def test_a_short_secret_is_masked_as_a_word_and_a_tiny_one_only_by_its_name() -> None:
    masker = Masker()
    masker.add("kassa")
    masker.add("12")
    masker.add("")
    assert masker.mask("sa kassa till kassan") == "sa *** till kassan"
    assert masker.mask("Kvitto 12, pwd=12") == "Kvitto 12, pwd=***"


def test_the_secrets_inside_a_stored_document_and_the_lines_of_a_key_are_known() -> None:
    masker = Masker()
    masker.add('{"refresh": "hemlig-ett", "until": 5}')
    masker.add("-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----\n")
    masker.add("{inte json men hemlig")
    assert masker.mask("hemlig-ett och MIIEvQIBADANBg och {inte json men hemlig") == "*** och *** och ***"


@given(text=st.text(max_size=80))
def test_a_row_is_one_visible_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line.encode("utf-8").decode() == line
    assert one_line(line) == line
    assert (line == text) == (one_line(text) == text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("kund anna.berg+kassa@exempel.se köpte", "kund <e-post> köpte"),
        ("19850312-1234", "<personnummer>"),
        ("8503121234", "<personnummer>"),
        ("850372-1234 (samordningsnummer)", "<personnummer> (samordningsnummer)"),
        ("ring 070-123 45 67 nu", "ring <telefon> nu"),
        ("ring 0701234567 nu", "ring <telefon> nu"),
        ("ring +46 70 123 45 67 nu", "ring <telefon> nu"),
        ("08-123 456 78", "<telefon>"),
        ('{"Name":"Anna Berg","CustomerNumber":"7"}', '{"Name":<borttaget>,"CustomerNumber":"7"}'),
        ("{'address1': 'Storgatan 1', 'city': \"Umeå\"}", "{'address1': <borttaget>, 'city': <borttaget>}"),
    ],
)
def test_customers_leave_no_trace_in_a_support_packet(text: str, left: str) -> None:
    assert without_people(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "556677-8899",  # an organisation number is no person's
        "14:30:05 Kvitto K1-1001 på 1 250,00 kr",
        "---- 2026-11-24 14:30:05 Synkronisera förändringar",
        "Streckkod 7310865004703 och artikel 0012345",
        "konto 3001 2611 1910, skillnad 0,00",
    ],
)
def test_what_support_needs_stays(text: str) -> None:
    assert without_people(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "token",
        "eyJ-",
        "a.",
        "http://a:",
        "<password ",
        "password=\\",
        '"\\"',
        "bearer ",
        "1-",
        "07",
        "a@",
        "a@b.",
        "\\",
        " ",
        "{",
    ],
)
def test_a_hostile_answer_does_not_stop_the_log(piece: str) -> None:
    masker = Masker()
    masker.add("hemlig-hemlig")
    start = time.process_time()
    without_people(masker.mask("token=1 " + piece * (64_000 // len(piece)) + " secret"))
    assert time.process_time() - start < 2.0

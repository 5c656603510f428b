"""What of a body is written down is listed; whatever is not listed becomes its kind and length."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synccenter.contract.shown import may_show, shown, shown_address

BODY = {
    "Id": "6F9619FF-8B86-D011-B42D-00C04FC964FF",
    "CustomerNumber": "1001",
    "Name": "Anna Berg",
    "EmailAddress": "anna@exempel.se",
    "Total": 125.50,
    "Telephone": "0701234567",
    "OrganisationNumber": 8503121234,
    "VatNumber": "SE850312123401",
    "YourReference": "Anna",
    "InvoiceDate": "2026-11-24T10:00:00Z",
    "IsPaid": True,
    "Rows": [{"Text": "Present till Anna", "AccountNumber": 3001}],
    "Note": None,
    "anna@exempel.se": "1",
}


def test_a_body_keeps_what_support_needs_and_nothing_of_a_person() -> None:
    assert shown(json.dumps(BODY).encode(), 2000) == (
        '{"Id":"6F9619FF-8B86-D011-B42D-00C04FC964FF","CustomerNumber":"1001","Name":<text 9>,"EmailAddress":<text 15>,'
        '"Total":125.5,"Telephone":<text 10>,"OrganisationNumber":<tal 10>,"VatNumber":<text 14>,'
        '"YourReference":<text 4>,"InvoiceDate":"2026-11-24T10:00:00Z","IsPaid":true,'
        '"Rows":[{"Text":<text 17>,"AccountNumber":3001}],"Note":null,"<text 15>":<text 1>}'
    )


def test_a_body_cut_off_in_the_middle_shows_no_more() -> None:
    whole = json.dumps(BODY).encode()
    for end in range(len(whole)):
        found = shown(whole[:end], 2000)
        assert not [word for word in ("Anna", "exempel", "0701", "850312") if word in found], found


def test_xml_is_shown_alike_and_a_page_by_its_size() -> None:
    soap = b'<?xml version="1.0"?><s:Body><Read who="Anna"><No>K1-57</No><Name>Anna Berg</Name><Amount>12.5</Amou'
    assert shown(soap, 500) == "<Body><Read><No>K1-57</No><Name><text 9></Name><Amount>12.5</Amou>"
    assert shown(b"<!DOCTYPE html><html>Anna", 500) == "<25 B>"
    assert shown(b"Anna Berg", 500) == "<9 B>"


def test_the_words_of_a_refusal_are_shown_where_they_are_asked_for() -> None:
    body = b'{"ErrorCode":4000,"DeveloperErrorMessage":"Kontot 3001 saknas","Name":"Anna Berg"}'
    assert shown(body, 500, words=True) == (
        '{"ErrorCode":4000,"DeveloperErrorMessage":"Kontot 3001 saknas","Name":<text 9>}'
    )
    assert "saknas" not in shown(body, 500)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZipCode", "11122"), ("PostalCode", "111 22"), ("PhoneNumber", "123456"), ("CardNumber", "1234"),
        ("BankAccountNumber", "12345"), ("VAT_Registration_No", "SE12"), ("CorporateIdentityNumber", "5566"),
        ("Number", "8503121234"), ("No", "850312-1234"), ("Number", "anna"), ("Id", "anna@exempel.se"),
        ("Code", "Anna Berg"), ("", "1"), ("UserId", "17"), ("OrderNumber", "ring 070"),
    ],
)  # fmt: skip
def test_what_is_somebodys_own_is_never_shown(name: str, value: str) -> None:
    assert not may_show(name, value)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://x.se/3/vouchers/A/12?financialyear=3&page=2", None),
        ("https://x.se/v2/customers?$filter=Email eq 'a@b.se' and Number eq '1001'&$top=5",
         "https://x.se/v2/customers?$filter=Email eq '<text 6>' and Number eq '1001'&$top=5"),
        ("https://x.se/v2/customers?q=Anna%20Berg", "https://x.se/v2/customers?q=<text 9>"),
        ("https://x.se/c/anna@x.se/850312-1234", "https://x.se/c/<text 9>/<text 11>"),
        ("https://nav:7048/ODataV4/Company('Anna AB')/Item", "https://nav:7048/ODataV4/Company('<text 7>')/Item"),
        ("https://x.se/v2/vouchers/6F9619FF-8B86-D011-B42D-00C04FC964FF", None),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_people(url: str, told: str | None) -> None:
    assert shown_address(url) == (told or url)


@given(st.recursive(
    st.text("Anna Berg@07;<>\"\\", max_size=20) | st.integers(10**9, 10**12),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(["Name", "Text", "x"]), inside),
    max_leaves=8,
))  # fmt: skip
def test_no_value_that_is_not_listed_comes_through(value: object) -> None:
    found = shown(json.dumps({"Name": value}).encode(), 4000)
    assert "Anna" not in found
    assert "@" not in found

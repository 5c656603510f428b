"""contract/org_number.py: one company, however its number is written."""

from __future__ import annotations

import pytest

from synccenter.contract.org_number import org_digits


@pytest.mark.parametrize(
    "text",
    ["556677-8899", "5566778899", "165566778899", "16556677-8899", "SE556677889901", "se 556677-8899 01",
     "SE5566778899-01", "556677889901"],
)  # fmt: skip
def test_every_form_is_the_same_company(text: str) -> None:
    assert org_digits(text) == "5566778899"


@pytest.mark.parametrize(
    ("text", "digits"), [("", ""), ("saknas", ""), ("19121212-1212", "1212121212"), ("556677", "556677")]
)
def test_a_persons_number_and_what_is_none_stay_what_they_are(text: str, digits: str) -> None:
    assert org_digits(text) == digits

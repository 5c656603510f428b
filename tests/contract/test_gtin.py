"""contract/gtin.py: the check digit of EAN and its kin."""

from __future__ import annotations

import pytest

from synccenter.contract.gtin import checks, is_gtin, of_the_shop


@pytest.mark.parametrize("code", ["7310865004703", "012345678905", "96385074", "17310865004700"])
def test_each_length_has_its_check_digit(code: str) -> None:
    assert is_gtin(code)
    assert checks(code)
    for place, digit in enumerate(code):
        other = code[:place] + str((int(digit) + 1) % 10) + code[place + 1 :]
        assert not checks(other), "a wrong digit anywhere is seen"


@pytest.mark.parametrize("code", ["731086500470", "ABC", "7310865004703.0", "", "٧٣١٠٨٦٥٠٠٤٧٠٣"])
def test_other_codes_have_none(code: str) -> None:
    assert not (is_gtin(code) and checks(code))


def test_the_shops_own_codes_are_known_by_their_beginning() -> None:
    assert [of_the_shop(code) for code in ("2012340000000", "20123451", "01234565", "7310865004703")] == [
        True, True, True, False,
    ]  # fmt: skip

"""A spreadsheet runs nothing of ours, and numbers stay numbers; every place that writes CSV goes this way."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synccenter.contract.cells import defused
from tests.places import PROJECT


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1+1", "＋1", "－A1", "＠A1", "\N{MINUS SIGN}A1",
        "﹦1", "﹢A", "﹣A", "﹫A", " =1", "\u00a0=1", "\u3000=1", "\u200b=1", "\ufeff=1", '"=1', "'=1", "”=1", "« =1",
        "\t=1", "\r=1", "\n=1", "  \" ' =1", "-2-3", "+46 70 123 45 67 A", "-", "=",
    ],
)  # fmt: skip
def test_what_would_be_run_is_text(cell: str) -> None:
    assert defused(cell).startswith("'")
    assert defused(cell)[1:].strip("'\" ") != ""


@pytest.mark.parametrize(
    "cell",
    [
        "-12,50", "-12.50", "+46701234567", "-5", "1 200,00", "-1\u00a0200,00", "\N{MINUS SIGN}5", "-1.234,50", "-3 %",
        "-12,00 kr", "7310865004703", "Kaffe", "Öl & mat", "2026-11-24", "a=b", "3-pack", "K1-7", "", "- ".strip("- "),
    ],
)  # fmt: skip
def test_numbers_and_plain_texts_are_left_as_they_are(cell: str) -> None:
    assert defused(cell) == cell


@given(st.text(st.one_of(st.sampled_from("=+-@＝＋－＠ \t\r\n\"'”\u00a0\u200b1,.A"), st.characters()), max_size=12))
def test_no_cell_begins_with_what_is_run(cell: str) -> None:
    found = defused(cell)
    begins = unicodedata.normalize("NFKC", re.sub(r"^[\s\"'”\u200b\ufeff]*", "", found))[:1]
    number = found.replace("\u00a0", " ").strip()
    assert found.startswith("'") or begins not in {"=", "+", "-", "@"} or re.fullmatch(r"[-+]?[\d ,.]+\D{0,4}", number)
    assert "\n" not in found
    assert "\r" not in found


def test_every_place_that_writes_csv_defuses_its_cells() -> None:
    writes = [
        path
        for folder in ("synccenter", "connectors")
        for path in (PROJECT / folder).rglob("*.py")
        if re.search(r"csv\.(Dict)?[wW]riter|clipboard_append", path.read_text(encoding="utf-8"))
    ]
    assert writes
    assert [path.name for path in writes if "defused(" not in path.read_text(encoding="utf-8")] == []

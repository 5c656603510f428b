"""A packet tells nothing of a customer: neither in rows of today nor in those of an earlier version."""

from __future__ import annotations

from synccenter.core.masking import Masker
from synccenter.reports.discreet import Discretion

PEOPLE = ("Anna Berg", "Storgatan 1 B", "anna@exempel.se", "070-123 45 67", "Ystad")
OLD = (
    'POST https://x.se/v2/customers?email=anna%40x.se 200 12 ms, 120 B upp, 90 B ner > {"Name":"Bo Ek"} < {"Id":"1"}',
    "Traceback (most recent call last): ⏎   File ”a.py”, line 1, in b ⏎     int(x) ⏎ ValueError: Bo Ek, Storgatan 2 ⏎ ",
)


def test_bodies_and_values_of_an_earlier_versions_rows_are_cut() -> None:
    clean = Discretion(Masker()).clean
    assert clean(OLD[0]) == (
        "POST https://x.se/v2/customers?email=<text 9> 200 12 ms, 120 B upp, 90 B ner (innehållet visas inte)"
    )
    assert clean(OLD[1]).endswith("int(x) ⏎ ValueError ⏎ ")
    assert "Storgatan" not in clean(OLD[1])


def test_what_the_till_knows_of_its_customers_is_taken_out() -> None:
    row = "Kund 1001 Anna Bergs adress Storgatan 1 B i Ystad, 4111111111111111, 7310865004703"
    clean = Discretion(Masker(), PEOPLE).clean(row)
    assert clean == "Kund 1001 <kund>s adress <kund> i Ystad, <kortnummer>, 7310865004703"

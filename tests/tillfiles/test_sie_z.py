"""A till that writes its Z reports as SIE 4: one voucher a Z report, VAT by rate and sales by account.

Tells of `tillfiles/sie_z.py`.
"""

from __future__ import annotations

import pytest

from synccenter.tillfiles import importer
from synccenter.tillfiles.importer import FileResult
from synccenter.tillfiles.questions import Answer
from tests.places import SHARED
from tests.tillfiles.conftest import Counter

HEAD = '#FLAGGA 0\n#PROGRAM "Kassan" 7\n#FNAMN "Övningskund AB"\n#ORGNR 5560360793\n#KONTO 3210 "MAT"\n'
Z = (
    '#VER "" "64" 20261104 " nr. 64" 20261104\n{\n'
    '\t#TRANS 1932 {} 204.00 20261104 "Kort"\n\t#TRANS 2610 {} -10.00 20261104 "Moms 25%"\n'
    '\t#TRANS 2620 {} -16.50 20261104 "Moms 12%"\n\t#TRANS 3210 {} -137.50 20261104 "MAT"\n'
    '\t#TRANS 3340 {} -40.00 20261104 "ÖL"\n}\n'
)


def read(counter: Counter, text: str) -> FileResult:
    path = counter.folder / "z.se"
    path.write_bytes(text.encode("cp437"))
    return importer.import_file(counter.store, path)


def know(counter: Counter, make: str = "Kassan") -> None:
    for text, kind in (("1932 Kort", "card"), ("1925 Swish", "swish"), ("1910 Kassa", "cash")):
        counter.book.answer(Answer(make, "payment", text, kind))
    for text in ("3320 LÄSK VATTEN", "3210 MAT"):
        counter.book.answer(Answer(make, "account", text, "12"))
    for text in ("3330 CIDER", "3340 ÖL", "3350 VIN", "3360 SPRIT"):
        counter.book.answer(Answer(make, "account", text, "25"))


def test_a_z_report_as_sie_asks_for_the_accounts_rates_and_then_has_its_vat(counter: Counter) -> None:
    assert read(counter, HEAD + Z).problems == []
    asked = {one.cause.split("|")[2] for one in counter.release().problems}
    assert asked == {"payment", "account"}
    know(counter)
    assert counter.release().problems == []
    assert counter.rows("SELECT rate, sales, vat FROM z_vat ORDER BY rate") == [(12, 15400, 1650), (25, 5000, 1000)]
    assert counter.rows("SELECT total, business_date FROM z_report") == [(20400, "2026-11-04")]
    assert read(counter, HEAD + Z).new == 0


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("dated", [True, False], ids=["", "text without a date before it"])
def test_letters_and_texts_as_makes_write_them(counter: Counter, encoding: str, *, dated: bool) -> None:
    text = HEAD + Z if dated else (HEAD + Z).replace('00 20261104 "', '00 "').replace('50 20261104 "', '50 "')
    path = counter.folder / "z.se"
    path.write_bytes(text.encode(encoding))
    assert importer.import_file(counter.store, path).problems == []
    assert counter.rows("SELECT name FROM company") == [("Övningskund AB",)]
    know(counter)
    assert [one.sentence() for one in counter.release().problems] == []


def test_the_rounding_of_cash_is_no_sale(counter: Counter) -> None:
    rounded = Z.replace('{} 204.00', '{} 203.60').replace("1932", "1910").replace('"Kort"', '"Kassa"').replace(
        "}\n", '\t#TRANS 3740 {} 0.40 20261104 "Öresavrundning"\n}\n')  # fmt: skip
    read(counter, HEAD + rounded.replace("{} -137.50", "{} -137.50"))
    know(counter)
    [problem] = counter.release().problems
    assert "Öresavrundning" in problem.what
    counter.book.answer(Answer("Kassan", "line", "Öresavrundning", "rounding"))
    assert [one.sentence() for one in counter.release().problems] == []
    assert counter.rows("SELECT total, rounding FROM z_report") == [(20360, -40)]
    assert counter.rows("SELECT SUM(amount) FROM receipt_line") == [(20400,)]


@pytest.mark.parametrize(
    ("good", "bad", "code"),
    [
        ("204.00", "mycket", "J03"),
        ('"64" 20261104', '"64" 20261199', "J03"),
        ("#VER", "#VAR", "J01"),
        ("5560360793", "okänt", "J01"),
        ("\n}\n", "\n", "J02"),
    ],
)
def test_what_is_wrong_is_told(counter: Counter, good: str, bad: str, code: str) -> None:
    result = read(counter, (HEAD + Z).replace(good, bad))
    assert [one.code for one in result.problems] == [code]


def test_an_account_with_the_wrong_rate_does_not_tie(counter: Counter) -> None:
    read(counter, HEAD + Z)
    know(counter)
    counter.book.answer(Answer("Kassan", "account", "3210 MAT", "25"))
    assert [one.code for one in counter.release().problems] == ["J10"]


@pytest.mark.shared
def test_a_real_tills_file(counter: Counter) -> None:
    result = importer.import_file(counter.store, SHARED / "specs/sie/sie4j/Transaktioner per Z-rapport.se")
    assert result.problems == []
    know(counter, "ES Kassasystem")
    released = counter.release()
    assert [one.sentence() for one in released.problems] == []
    assert released.count == result.z_reports == 10
    assert counter.rows("SELECT total FROM z_report WHERE number=64") == [(204000,)]

"""SIE 4I out: by the format text to the byte, and nothing that a person types can change what is booked."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.sie_reader import read
from connectors.formats.sie_text import TEXT_LIMIT, transliterate
from connectors.formats.sie_writer import Heading, object_code, write
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Posting, Voucher

ON = date(2026, 11, 24)
HEADING = Heading(company="Kåbe & Söner AB", org_number="5563343689", generated=ON, version="1.0")
Z17 = Voucher(
    "Z-1-17",
    ON,
    "Z-rapport 17",
    (
        Posting(1910, 12500, "Kontanter"),
        Posting(3001, -10000, "Försäljning 25 %", cost_centre="Norr", project="Jul"),
        Posting(2611, -2500),
    ),
    series="F",
)


def test_the_file_is_as_the_format_text_says() -> None:
    data = write([Z17], HEADING, {1910: "Kassa", 3001: "Försäljning", 4010: "Inköp"})
    assert data.decode("cp437").split("\r\n") == [
        "#FLAGGA 0",
        '#PROGRAM "JobOffice Sync Center" 1.0',
        "#FORMAT PC8",
        "#GEN 20261124",
        "#SIETYP 4",
        "#ORGNR 556334-3689",
        '#FNAMN "Kåbe & Söner AB"',
        '#KONTO 1910 "Kassa"',
        '#KONTO 2611 "Konto 2611"',
        '#KONTO 3001 "Försäljning"',
        '#DIM 1 "Kostnadsställe"',
        '#DIM 6 "Projekt"',
        '#OBJEKT 1 "Norr" "Norr"',
        '#OBJEKT 6 "Jul" "Jul"',
        '#VER "F" "" 20261124 "Z-rapport 17"',
        "{",
        '#TRANS 1910 {} 125.00 20261124 "Kontanter"',
        '#TRANS 3001 {1 "Norr" 6 "Jul"} -100.00 20261124 "Försäljning 25 %"',
        "#TRANS 2611 {} -25.00",
        "}",
        "",
    ]


def test_a_second_opinion_on_the_bytes() -> None:
    """Written without our reader: what Fortnox and the format text ask for, straight from the bytes."""
    data = write([Z17], HEADING, {1910: "Kassa"})
    assert b"K\x86be & S\x94ner AB" in data  # å and ö in code page 437
    assert data.endswith(b"}\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    lines = data.split(b"\r\n")
    assert lines[0] == b"#FLAGGA 0"
    for label in (b"#SIETYP", b"#FLAGGA", b"#FORMAT", b"#ORGNR"):
        (line,) = [line for line in lines if line.startswith(label)]
        assert b'"' not in line
    for line in lines:
        assert not re.search(rb"[\x00-\x1f\x7f]", line)
        assert all(len(text) <= 50 for text in re.findall(rb'"([^"]*)"', line))
    cents = [round(float(line.split(b"} ")[1].split()[0]) * 100) for line in lines if line.startswith(b"#TRANS")]
    assert cents == [12500, -10000, -2500]
    assert not any(line.startswith((b"#IB", b"#UB", b"#RES", b"#PSALDO", b"#OIB", b"#OUB")) for line in lines)


def test_a_checksum_is_written_on_wish_and_is_the_readers_own() -> None:
    data = write([Z17], HEADING, checksum=True)
    assert data.startswith(b"#FLAGGA 0\r\n#KSUMMA\r\n")
    assert read(data).checksum is not None
    with pytest.raises(SyncError) as refused:
        read(data.replace(b"125.00", b"126.00").replace(b"-25.00", b"-26.00"))
    assert refused.value.problem.code == "SIE05"


def test_an_unbalanced_voucher_is_never_written() -> None:
    with pytest.raises(SyncError) as refused:
        write([Voucher("R-1-5", ON, "x", (Posting(1910, 100), Posting(3001, -99)))], HEADING)
    assert refused.value.problem.code == "B05"
    assert refused.value.problem.item == "R-1-5"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Räksmörgås ÅÄÖ é", "Räksmörgås ÅÄÖ é"),
        ("10 € – ”rabatt”", '10 EUR - "rabatt"'),
        ("rad 1\r\nrad\t2\u2028rad 3\x0b\x00", "rad 1 rad 2 rad 3"),
        ("1\u00a0234\u202f567", "1 234 567"),
        ("kaffe ☕🎉", "kaffe"),
        ("Şişli čaj Øl", "Sisli caj Öl"),
        ("A\u030a", "Å"),
        ("C:\\kassa\\", "C:/kassa/"),
        ("Kaffe {stor}", "Kaffe (stor)"),
        ("", ""),
    ],
)
def test_texts_fit_code_page_437(text: str, written: str) -> None:
    assert transliterate(text) == written


def test_long_texts_are_cut_at_fifty() -> None:
    voucher = Voucher("x", date(2026, 11, 24), "å" * 80, (Posting(1910, 0, '"' * 80),))
    content = read(write([voucher], Heading(company="x", generated=ON)))
    assert content.vouchers[0].text == "å" * 50
    assert content.vouchers[0].transactions[0].text == '"' * 50


LONG_FIRST_YEAR = (date(2025, 9, 1), date(2026, 12, 31))


def test_the_year_is_that_of_the_chart_and_is_left_out_when_nobody_knows_it() -> None:
    """A first year may be short or up to 18 months long (BFL 3 kap. 3 §), so it is never guessed."""
    assert read(write([Z17], Heading(company="x", generated=ON))).years == {}
    known = Heading(company="x", generated=ON, years=((date(2024, 9, 1), date(2025, 8, 31)), LONG_FIRST_YEAR))
    assert read(write([Z17], known)).years == {0: LONG_FIRST_YEAR}
    late = Voucher("x", date(2027, 1, 1), "x", ())
    assert read(write([Z17, late], known)).years == {}


def test_every_account_is_declared_also_one_that_nobody_has_a_name_for() -> None:
    voucher = Voucher("x", ON, "x", (Posting(1686, 100, "Kort"), Posting(3055, -100, "Försäljning 25 % Kläder")))
    text = write([voucher], Heading(company="x", generated=ON), {1686: "Kortfordran"}).decode("cp437")
    assert '#KONTO 1686 "Kortfordran"\r\n#KONTO 3055 "Försäljning 25 % Kläder"' in text


def test_the_archives_copy_says_that_it_is_one() -> None:
    text = write([Z17], Heading(company="x", generated=ON, copy=True)).decode("cp437")
    assert text.startswith("#FLAGGA 1\r\n")
    assert "#PROSA" in text
    assert "Läs inte in" in text


@pytest.mark.parametrize(
    "written",
    ["556334-3689", "5563343689", "165563343689", "SE556334368901", "se 556334-3689 01", "556334368901"],
)
def test_an_organisation_number_is_recognised_in_every_form_also_as_a_vat_number(written: str) -> None:
    assert "#ORGNR 556334-3689\r\n" in write([], Heading(company="x", generated=ON, org_number=written)).decode("cp437")


def test_an_object_code_has_no_blank_inside() -> None:
    assert object_code("BUTIK  SÖDER 1") == "BUTIK_SÖDER_1"


def test_without_name_or_number_the_file_still_holds_together() -> None:
    content = read(write([Z17], Heading(company="🎉", generated=ON)))
    assert (content.company, content.org_number) == ("Namn saknas", "")


TEXTS = st.one_of(
    st.text(max_size=90),
    st.lists(
        st.sampled_from(
            ['"', "\\", "}", "{", "\r\n", "#VER", "#TRANS 1910 {} 5", "å", "😀", " ", "”", "\x1a", "€", "\t"]
        ),
        max_size=12,
    ).map("".join),
)
POSTINGS = st.lists(
    st.tuples(st.integers(1000, 99_999_999), st.integers(-(10**14), 10**14), TEXTS, TEXTS, TEXTS), max_size=6
)


@given(st.lists(st.tuples(TEXTS, TEXTS, POSTINGS), max_size=3), TEXTS, TEXTS, st.booleans())
def test_what_is_written_is_read_back_to_the_ore_whatever_the_texts(
    drafts: list[tuple[str, str, list[tuple[int, int, str, str, str]]]], company: str, org_number: str, checksum: bool
) -> None:
    vouchers = []
    for series, text, rows in drafts:
        postings = [Posting(account, amount, row, cost_centre=a, project=b) for account, amount, row, a, b in rows]
        postings.append(Posting(9999, -sum(posting.amount for posting in postings)))
        vouchers.append(Voucher("x", ON, text, tuple(postings), series))
    names = {posting.account: posting.text for voucher in vouchers for posting in voucher.postings}
    heading = Heading(company=company, org_number=org_number, generated=ON)
    data = write(vouchers, heading, names, checksum=checksum)
    content = read(data, encoding="cp437")
    assert len(content.vouchers) == len(vouchers)
    for written, voucher in zip(content.vouchers, vouchers, strict=True):
        assert (written.on, written.number) == (ON, "")
        assert written.text == transliterate(voucher.text)[:TEXT_LIMIT].rstrip()
        assert written.series == transliterate(voucher.series)[:TEXT_LIMIT].rstrip()
        assert [(row.account, row.amount) for row in written.transactions] == [
            (posting.account, posting.amount) for posting in voucher.postings
        ]
        for row, posting in zip(written.transactions, voucher.postings, strict=True):
            pairs = [(1, object_code(posting.cost_centre)), (6, object_code(posting.project))]
            assert row.objects == tuple(pair for pair in pairs if pair[1])
            assert row.text == transliterate(posting.text)[:TEXT_LIMIT].rstrip()


@given(TEXTS)
def test_a_text_can_never_forge_a_record(text: str) -> None:
    voucher = Voucher("x", ON, text, (Posting(1910, 100, text, cost_centre=text), Posting(3001, -100, text)), text)
    data = write([voucher], Heading(company=text, generated=ON), {1910: text})
    starts = [line.split(b" ")[0] for line in data.split(b"\r\n")]
    assert starts.count(b"#VER") == starts.count(b"{") == starts.count(b"}") == 1
    assert starts.count(b"#TRANS") == 2
    assert data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n")

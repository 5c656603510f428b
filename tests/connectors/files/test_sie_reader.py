"""The rules of the SIE reader, each on a file made for it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.sie_file import SieFile
from connectors.formats.sie_reader import read
from synccenter.contract.errors import SyncError

HEAD = '#FLAGGA 0\n#PROGRAM "Kassa" 1\n#FORMAT PC8\n#GEN 20261124\n#SIETYP 4\n#FNAMN "Åbäke & Ö"\n'


def taken(body: str, head: str = HEAD, encoding: str = "cp437") -> SieFile:
    return read((head + body).encode(encoding), "prov.si")


def refused(body: str, head: str = HEAD) -> str:
    with pytest.raises(SyncError) as error:
        taken(body, head)
    assert error.value.problem.item == "prov.si"
    return error.value.problem.what


def voucher(*rows: str, head: str = '#VER F "" 20261124 "Z 17"') -> str:
    return "\n".join([head, "{", *rows, "}", ""])


def test_amounts_are_read_to_the_ore() -> None:
    rows = [f"#TRANS 1910 {{}} {text}" for text in ("1", "1.5", "0.01", "-2.51", "-0", "-0.00", "123456789012.34")]
    content = taken(voucher(*rows, "#TRANS 3001 {} -123456789012.34"))
    amounts = [row.amount for row in content.vouchers[0].transactions]
    assert amounts == [100, 150, 1, -251, 0, 0, 12345678901234, -12345678901234]


@pytest.mark.parametrize("amount", ["1.234", "+1", "1,50", "1 000", "1e3", "--1", "1.", ".5", "", "١", "9" * 16, "NaN"])
def test_an_amount_that_breaks_the_rules_is_refused_by_line(amount: str) -> None:
    with pytest.raises(SyncError) as error:
        read((HEAD + voucher(f'#TRANS 1910 {{}} "{amount}"')).encode("utf-8"))
    assert error.value.problem.what.startswith(f"Rad 9: ”{amount}” är inget belopp")


def test_an_unbalanced_voucher_is_named_with_its_difference() -> None:
    what = refused(voucher("#TRANS 1910 {} 100", "#TRANS 3001 {} -99.99"))
    assert what == "Rad 7: verifikation ”F Z 17” har debet och kredit som skiljer 0,01 kr."


def test_objects_quotes_and_extra_fields() -> None:
    body = '#DIM 1 "Butik"\n#OBJEKT 1 "A b" "Norr"\n' + voucher(
        '#TRANS 1910 {1 "A b" "6" P1} 5 20261123 "säg \\"hej\\"" 3 Anna okänt fält', "#TRANS 3001 { } -5"
    )
    content = taken(body)
    row = content.vouchers[0].transactions[0]
    assert row.objects == ((1, "A b"), (6, "P1"))
    assert (row.on, row.text) == (date(2026, 11, 23), 'säg "hej"')
    assert content.objects == {(1, "A b"): "Norr"}


def test_unknown_records_and_struck_rows_are_ignored() -> None:
    rows = ("#BTRANS 6110 {} 800", "#RTRANS 1910 {} 5", "#TRANS 1910 {} 5", "#NYTT i framtiden", "#TRANS 3001 {} -5")
    content = taken("#HITTEPÅ 1 2 3\n\n  \t\n" + voucher(*rows))
    assert [row.amount for row in content.vouchers[0].transactions] == [500, -500]


@pytest.mark.parametrize("sign", [chr(code) for code in (*range(1, 9), 11, 12, *range(14, 32), 127)])
def test_control_characters_are_refused(sign: str) -> None:
    what = refused(f'#KONTO 1910 "Kas{sign}sa"\n')
    assert what.startswith(f'Rad 7: tecknet nummer {ord(sign)} står i ”#KONTO 1910 "Kassa"”.')


@pytest.mark.parametrize(
    ("body", "line", "why"),
    [
        ("#VER F 1 20261124\n#TRANS 1910 {} 0\n", 8, "följs inte av klammern {"),
        ("#VER F 1 20261124\n{\n#TRANS 1910 {} 0\n", 9, "mitt i verifikationen på rad 7"),
        ("#VER F 1 20261124\n{\n#VER F 2 20261124\n", 9, "avslutas inte med }"),
        ("#VER F 1 20261124\n{\n{\n", 9, "hör inte till någon verifikation"),
        ("}\n", 7, "hör inte till någon verifikation"),
        ("#TRANS 1910 {} 0\n", 7, "utanför en verifikation"),
        ("#VER F 1 20261124\n{\n#TRANS 1910 {1 A 0\n}\n", 9, "avslutas inte med }"),
        ("#VER F 1 20261124\n{\n#TRANS 1910 {1} 0\n}\n", 9, "utan objekt"),
        ('#KONTO 1910 "Kassa\n', 7, "citationstecken"),
        ("#KONTO 1910\n", 7, "kontonamn saknas"),
        ("#RAR 0 20260101 20261301\n", 7, "är inget datum"),
        ("hej\n", 7, "inte med en etikett"),
        ("#KSUMMA 5\n", 7, "ingen inledande #KSUMMA"),
    ],
)
def test_a_broken_line_is_named(body: str, line: int, why: str) -> None:
    what = refused(body)
    assert what.startswith(f"Rad {line}: ")
    assert why in what


@pytest.mark.parametrize("label", ["#PROGRAM", "#FORMAT", "#GEN", "#FNAMN"])
def test_a_missing_mandatory_record_is_named(label: str) -> None:
    head = "".join(line + "\n" for line in HEAD.splitlines() if not line.startswith(label))
    assert refused(voucher("#TRANS 1910 {} 0"), head) == (
        f"Rad 6: posten {label} skulle ha kommit före denna rad men saknas i filen."
    )


def test_balances_need_years_and_accounts() -> None:
    assert "#RAR" in refused("#KONTO 1910 Kassa\n#IB 0 1910 5\n")
    assert "#KONTO" in refused("#RAR 0 20260101 20261231\n#IB 0 1910 5\n")
    content = taken("#RAR 0 20260101 20261231\n#KONTO 1910 Kassa\n#IB 0 1910 5.10\n#PSALDO 0 202601 1910 {1 A} 7\n")
    assert [(item.kind, item.amount, item.objects) for item in content.balances] == [
        ("IB", 510, ()),
        ("PSALDO", 700, ((1, "A"),)),
    ]
    assert content.sie_type == "4E"


def test_a_file_without_type_is_type_1_and_holds_no_vouchers() -> None:
    head = HEAD.replace("#SIETYP 4\n", "")
    assert taken("#RAR 0 20260101 20261231\n#KONTO 1910 Kassa\n", head).sie_type == "1"
    assert "#VER får inte förekomma" in refused(voucher("#TRANS 1910 {} 0"), head)


def test_the_flag_is_read_and_must_come_first() -> None:
    assert taken(voucher("#TRANS 1910 {} 0"), HEAD.replace("#FLAGGA 0", "#FLAGGA 1")).flag == 1
    assert refused("", HEAD.replace("#FLAGGA 0", "#FLAGGA 2")) == "Rad 1: flaggan är ”2” och inte 0 eller 1."
    assert "Rad 1:" in refused("", HEAD.replace("#FLAGGA 0\n", ""))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "SIE13"),
        (b"\n\n", "SIE13"),
        (b"PK\x03\x04", "SIE10"),
        (b"<html>", "SIE10"),
        (b"Konto;Namn\n1910;Kassa\n", "SIE10"),
        (b"\xff\xfe#\x00", "SIE06"),
        (b"hej", "SIE06"),
    ],
)
def test_what_is_no_sie_file_is_called_by_its_name(data: bytes, code: str) -> None:
    with pytest.raises(SyncError) as error:
        read(data)
    assert error.value.problem.code == code


def test_a_cut_off_file_with_checksum_is_refused() -> None:
    head = HEAD.replace("#FLAGGA 0\n", "#FLAGGA 0\n#KSUMMA\n")
    assert "avslutande #KSUMMA saknas" in refused(voucher("#TRANS 1910 {} 0"), head)


@pytest.mark.parametrize("encoding", ["cp437", "utf-8", "utf-8-sig", "iso8859-15", "cp1252"])
def test_character_sets_are_told_apart(encoding: str) -> None:
    assert taken("#KONTO 1910 Låda\n", encoding=encoding).company == "Åbäke & Ö"


def attempt(data: bytes) -> SieFile | str:
    """The content, or the sentence that it was refused with."""
    try:
        return read(data)
    except SyncError as error:
        return error.problem.what


def holds(result: SieFile | str) -> bool:
    """Whether a file was taken with balanced vouchers, or refused by line."""
    if isinstance(result, str):
        return result.startswith("Rad ")
    return all(sum(row.amount for row in item.transactions) == 0 for item in result.vouchers)


@given(st.binary(max_size=200))
def test_nothing_but_a_sync_error_ever_comes_out(junk: bytes) -> None:
    assert holds(attempt(HEAD.encode("cp437") + junk))


@given(st.lists(st.sampled_from(["#VER", "{", "}", "#TRANS", "1910", '"', "\\", " ", "\n", "{}", "5", "20261124"])))
def test_nor_from_what_looks_like_sie(parts: list[str]) -> None:
    assert holds(attempt((HEAD + "".join(parts)).encode()))

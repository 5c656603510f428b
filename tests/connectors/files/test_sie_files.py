"""Real and broken SIE files: each good one is taken, each broken one refused with a sentence that names the line."""

from __future__ import annotations

import pytest

from connectors.formats.sie_reader import read
from synccenter.contract.errors import SyncError
from tests.connectors.files.sie_samples import FOLDER, GOOD, REFUSED


def test_every_file_in_the_folder_is_judged() -> None:
    there = {f"{path.parent.name}/{path.name}" for path in FOLDER.glob("*/*")}
    judged = [name for names in GOOD.values() for name in names] + list(REFUSED)
    assert len(there) >= 127
    assert there == set(judged)
    assert len(judged) == len(set(judged))


@pytest.mark.parametrize(("sie_type", "name"), [(kind, name) for kind, names in GOOD.items() for name in names])
def test_a_good_file_is_taken(sie_type: str, name: str) -> None:
    content = read((FOLDER / name).read_bytes(), name)
    assert content.sie_type == sie_type
    assert content.company
    assert content.format == "PC8"
    assert content.accounts or content.vouchers
    assert all(sum(row.amount for row in voucher.transactions) == 0 for voucher in content.vouchers)


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_file_is_refused_by_line(name: str) -> None:
    code, line, what = REFUSED[name]
    with pytest.raises(SyncError) as refused:
        read((FOLDER / name).read_bytes(), name)
    problem = refused.value.problem
    assert problem.code == code
    assert line == 0 or problem.what.startswith(f"Rad {line}: ")
    assert what in problem.what
    assert problem.item == name


@pytest.mark.parametrize(
    ("name", "checksum"),
    [
        ("jsisie/Bokslut Norstedts SIE 4E.se", 854227682),
        ("jsisie/Norstedts Bokslut SIE 1.se", 3033066896),
        ("jsisie/Norstedts Bokslut SIE 4I.si", 1573150874),
        ("jsisie/Norstedts Revision SIE 1.SE", 3130188017),
        ("jsisie/Sie1.se", 909685525),
    ],
)
def test_checksums_of_other_programs_are_verified(name: str, checksum: int) -> None:
    data = (FOLDER / name).read_bytes()
    assert read(data).checksum == checksum
    with pytest.raises(SyncError) as refused:
        read(data.replace(b"#FNAMN", b"#FNAMN X", 1))
    assert refused.value.problem.code == "SIE05"


def test_what_a_real_till_wrote_is_read_to_the_ore() -> None:
    content = read((FOLDER / "sie4j/Transaktioner per Z-rapport.se").read_bytes())
    assert (content.program, content.company, content.org_number) == ("ES Kassasystem", "Övningskund AB", "555555-5555")
    assert content.accounts[3320] == "LÄSK VATTEN"
    first = content.vouchers[0]
    assert (first.series, first.number, first.on.isoformat()) == ("", "64", "2021-05-05")
    assert [(row.account, row.amount, row.text) for row in first.transactions[:2]] == [
        (1932, 204000, "Kort"),
        (2610, -5180, "Moms 25%"),
    ]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("sie4j/BLBLOV_SIE4.SI", "cp437"),
        ("sie4j/BLBLOV_SIE4_UTF_8.SI", "utf-8"),
        ("sie4j/BLBLOV_SIE4_ISO_8859_15.SI", "iso8859-15"),
    ],
)
def test_the_same_file_in_three_character_sets_reads_the_same(name: str, encoding: str) -> None:
    content = read((FOLDER / name).read_bytes())
    assert content.encoding == encoding
    assert content.company == "Övningsbolaget AB"
    assert content.vouchers[0].text == "Försäljning 25% (DF:157)"

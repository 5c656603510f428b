"""Kontrollera inställningar for folders, files, chart and organisation number."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from synccenter.contract.finding import Finding, Severity
from tests.connectors.files.sie_samples import FOLDER
from tests.connectors.files.worlds import NOW, Shop, voucher

GREEN, YELLOW, RED = Severity.GREEN, Severity.YELLOW, Severity.RED


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def findings(shop: Shop, **values: str) -> dict[str, Finding]:
    return {finding.title: finding for finding in shop.connector(**values).check()}


def code(finding: Finding) -> str:
    assert finding.problem is not None
    return finding.problem.code


def test_all_is_green_when_all_is_well(shop: Shop) -> None:
    shop.put("artiklar.csv", "nr;namn;pris\n1;Kaffe;5\n")
    shop.connector().send(voucher())
    found = findings(shop)
    assert list(found) == [
        "Artikelfil",
        "Organisationsnummer",
        "Mapp för SIE-filer ut",
        "Inläsning i bokföringen",
        "Arkivkopior",
    ]
    assert {finding.severity for finding in found.values()} == {GREEN}


def test_the_check_changes_nothing(shop: Shop) -> None:
    shop.put("artiklar.csv", "nr;namn;pris\n1;Kaffe;5\n")
    findings(shop)
    assert shop.delivered() == []
    assert not [path for path in shop.out.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [(None, "FIL02"), ("", "FIL04"), ("hej\n", "FIL05"), ("nr;namn\n1;Kaffe\n", "FIL05")],
)
def test_an_article_file_that_cannot_be_used_is_yellow_since_sales_do_not_wait_for_it(
    shop: Shop, text: str | None, wrong: str
) -> None:
    if text is not None:
        shop.put("artiklar.csv", text)
    finding = findings(shop)["Artikelfil"]
    assert (finding.severity, code(finding)) == (YELLOW, wrong)


def test_only_a_folder_that_sales_go_out_in_is_red_when_it_is_gone(shop: Shop) -> None:
    found = findings(shop, folder_in=str(shop.root / "X"), folder_out=str(shop.root / "Y"))
    for title in ("Artikelfil", "Inläsning i bokföringen"):
        assert (found[title].severity, code(found[title])) == (YELLOW, "FIL01")
    assert (found["Mapp för SIE-filer ut"].severity, code(found["Mapp för SIE-filer ut"])) == (RED, "FIL01")


@pytest.mark.shared
def test_a_chart_that_cannot_be_read_is_told_and_one_that_can_tells_whose_it_is(shop: Shop) -> None:
    broken = FOLDER / "sie4j/BLBLOV_SIE4_UTF_8_IMBALANCED.SI"
    found = findings(shop, chart_file=str(broken))
    assert (found["Kontoplan"].severity, code(found["Kontoplan"])) == (YELLOW, "SIE14")
    chart = str(FOLDER / "sie4j/BLBLOV_SIE4.SE")
    assert findings(shop, chart_file=chart)["Kontoplan"].severity is GREEN
    assert shop.connector(chart_file=chart).company().name == "Övningsföretaget AB"


@pytest.mark.parametrize(
    ("number", "severity"),
    [
        ("556334-3689", GREEN),
        ("5563343689", GREEN),
        ("165563343689", GREEN),
        ("556334-3680", YELLOW),
        ("", YELLOW),
        ("hej", YELLOW),
    ],
)
def test_the_organisation_number_is_checked(shop: Shop, number: str, severity: Severity) -> None:
    shop.org_number = number
    assert findings(shop)["Organisationsnummer"].severity is severity


def test_files_that_nobody_reads_in_are_told_after_a_week(shop: Shop) -> None:
    shop.connector().send(voucher())
    shop.connector().send(voucher("Z-1-18"))
    (shop.out / "annan.si").write_text("#FLAGGA 0\n")
    for days, severity in ((6, GREEN), (8, YELLOW)):
        at = (NOW - timedelta(days=days)).timestamp()
        for path in shop.out.glob("*.si"):
            os.utime(path, (at, at))
        assert findings(shop)["Inläsning i bokföringen"].severity is severity
    problem = findings(shop)["Inläsning i bokföringen"].problem
    assert problem is not None
    assert problem.what.startswith("2 filer i ")
    assert problem.what.endswith("Äldst är JobOffice 5563343689 Z-1-17.si.")
    for path in shop.out.glob("*.si"):
        path.write_bytes(path.read_bytes().replace(b"#FLAGGA 0", b"#FLAGGA 1"))
    assert findings(shop)["Inläsning i bokföringen"].severity is GREEN

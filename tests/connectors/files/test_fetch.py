"""Registers down from files: once when they change, never when they do not, and never wiped by mistake."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors import REGISTRY, files
from connectors.files import FileConnector
from connectors.formats.articles import articles
from connectors.formats.file_options import FileSettings
from connectors.formats.register_reader import Content, Rules
from synccenter.contract.connector import Connector, FetchesRegisters, ListsFacts, Page, ReadsBack, SendsDocuments
from synccenter.contract.errors import ErrorKind, SyncError
from synccenter.contract.model import Account, Article, Register
from synccenter.contract.options import options_of
from synccenter.contract.values import parse
from tests.connectors.files.sie_samples import FOLDER
from tests.connectors.files.worlds import Shop

ARTICLES = "nr;namn;pris;varugrupp;ean;saldo\n1;Kaffe;45;Mat;735;4\n2;Te;35;Mat;736;5\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def fetch(connector: FileConnector, register: Register, since: str | None = None) -> list[Page]:
    return list(connector.fetch(register, since))


def cursor(pages: list[Page]) -> str:
    last = pages[-1].cursor
    assert last is not None
    return last


def refused(connector: FileConnector, register: Register, since: str | None = None) -> SyncError:
    with pytest.raises(SyncError) as error:
        fetch(connector, register, since)
    return error.value


def test_the_registry_knows_the_connector_and_its_abilities(shop: Shop) -> None:
    description = REGISTRY["files"]
    assert description.title == "SIE-filer och CSV-register"
    connector = shop.connector()
    for ability in (Connector, FetchesRegisters, SendsDocuments, ReadsBack, ListsFacts):
        assert isinstance(connector, ability)
    for option in options_of(FileSettings):
        assert parse(option, option.default) == option.default
    codes = [entry.code for entry in description.errors]
    assert len(codes) == len(set(codes))


def test_one_article_file_serves_five_registers_and_is_parsed_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.put("Artiklar 2026.csv", ARTICLES)
    parsed: list[str] = []

    def counting(data: bytes, name: str, rules: Rules) -> Content:
        parsed.append(name)
        return articles(data, name, rules)

    monkeypatch.setitem(files._PARSERS, "articles", counting)
    connector = shop.connector()
    counts = {register: sum(len(page.rows) for page in fetch(connector, register)) for register in Register}
    assert counts == {
        Register.ACCOUNTS: 0,
        Register.GROUPS: 1,
        Register.ARTICLES: 2,
        Register.BARCODES: 2,
        Register.PRICES: 0,
        Register.STOCK: 2,
        Register.CUSTOMERS: 0,
    }
    assert parsed == ["Artiklar 2026.csv"]


def test_an_unchanged_file_gives_one_empty_page_with_the_same_cursor(shop: Shop) -> None:
    path = shop.put("artiklar.csv", ARTICLES)
    for register in (Register.GROUPS, Register.ARTICLES, Register.BARCODES, Register.STOCK):
        pages = fetch(shop.connector(), register)
        assert pages[-1].full
        assert fetch(shop.connector(), register, cursor(pages)) == [Page((), cursor=cursor(pages))]
    before = cursor(fetch(shop.connector(), Register.ARTICLES))
    times = path.stat()
    path.write_text(ARTICLES.replace("Kaffe;45", "Kaffe;46"))  # same size, and put back to the same time
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    (page,) = fetch(shop.connector(), Register.ARTICLES, before)
    assert [row.price for row in page.rows if isinstance(row, Article)] == [4600, 3500]


def test_changed_settings_and_a_changed_food_rate_make_the_file_read_anew(shop: Shop) -> None:
    shop.put("artiklar.csv", "nr;namn;pris;varugrupp\n1;Läsk;5;Alkoholfritt, läsk\n")
    first = fetch(shop.connector(), Register.ARTICLES)
    assert [row.vat_rate for row in first[0].rows if isinstance(row, Article)] == [6]
    (page,) = fetch(shop.connector(group_vat=()), Register.ARTICLES, cursor(first))
    assert [row.vat_rate for row in page.rows if isinstance(row, Article)] == [25]
    shop.clock.now = datetime(2028, 1, 1, 12, tzinfo=UTC)
    (page,) = fetch(shop.connector(), Register.ARTICLES, cursor(first))
    assert [row.vat_rate for row in page.rows if isinstance(row, Article)] == [12]


def test_a_register_comes_in_pages_with_the_cursor_on_the_last(shop: Shop) -> None:
    rows = "".join(f"{number};Vara;{'x' if number % 1000 == 0 else 5}\n" for number in range(1, 5001))
    shop.put("varor.csv", "nr;namn;pris\n" + rows)
    pages = fetch(shop.connector(), Register.ARTICLES)
    assert [len(page.rows) for page in pages] == [2000, 2000, 995]
    assert [page.full for page in pages] == [False, False, True]
    assert [page.cursor is None for page in pages] == [True, True, False]
    assert next(bad.where for page in pages for bad in page.bad) == "varor.csv rad 1001"


def test_a_register_that_no_file_holds_says_nothing_about_the_till(shop: Shop) -> None:
    shop.put("artiklar.csv", "nr;namn;pris\n1;Kaffe;5\n")
    for register in (Register.GROUPS, Register.BARCODES, Register.STOCK, Register.PRICES, Register.CUSTOMERS):
        assert fetch(shop.connector(), register) == [Page(())]
    assert fetch(shop.connector(folder_in=""), Register.ARTICLES) == [Page(())]


def test_a_file_of_groups_goes_before_the_groups_of_the_articles(shop: Shop) -> None:
    shop.put("artiklar.csv", ARTICLES)
    shop.put("varugrupper.csv", "Varugrupp;Namn;Moms\nMat;Matvaror;6\n")
    (page,) = fetch(shop.connector(), Register.GROUPS)
    assert [row.name for row in page.rows if not isinstance(row, Account) and hasattr(row, "name")] == ["Matvaror"]


def test_the_newest_of_several_fitting_files_is_read(shop: Shop) -> None:
    old = shop.put("ARTIKLAR gammal.CSV", "nr;namn;pris\n1;Gammal;5\n")
    os.utime(old, (1, 1))
    shop.put("artiklar ny.csv", "nr;namn;pris\n1;Ny;5\n")
    shop.put("artiklar.xlsx", "PK")
    (page,) = fetch(shop.connector(), Register.ARTICLES)
    assert [row.name for row in page.rows if isinstance(row, Article)] == ["Ny"]


def test_a_file_can_be_named_by_its_path(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "lista.dat"
    path.write_text("nr;namn;pris\n1;Kaffe;5\n")
    (page,) = fetch(shop.connector(folder_in="", articles_file=str(path)), Register.ARTICLES)
    assert len(page.rows) == 1


def test_what_is_missing_or_half_written_never_wipes_the_register(shop: Shop) -> None:
    assert refused(shop.connector(), Register.ARTICLES).problem.code == "FIL02"
    assert refused(shop.connector(), Register.CUSTOMERS, "fanns").problem.code == "FIL02"
    shop.put("artiklar.csv", "")
    busy = refused(shop.connector(), Register.ARTICLES).problem
    assert (busy.code, busy.kind) == ("FIL04", ErrorKind.RETRY)
    shop.put("artiklar.csv", "404 finns inte\n")
    problem = refused(shop.connector(), Register.ARTICLES).problem
    assert problem.code == "FIL05"
    assert "404 finns inte" in problem.what


def test_a_network_drive_that_is_gone_passes_by_itself(shop: Shop, tmp_path: Path) -> None:
    problem = refused(shop.connector(folder_in=str(tmp_path / "Z")), Register.ARTICLES).problem
    assert (problem.code, problem.kind) == ("FIL01", ErrorKind.RETRY)


def test_a_file_that_grows_while_it_is_read_is_left_for_next_time(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shop.put("artiklar.csv", ARTICLES)
    original = Path.read_bytes

    def growing(self: Path) -> bytes:
        data = original(self)
        with path.open("a") as file:
            file.write("3;Saft;5;Mat;;\n")
        return data

    monkeypatch.setattr(Path, "read_bytes", growing)
    assert refused(shop.connector(), Register.ARTICLES).problem.code == "FIL04"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EACCES, "FIL03"),
        (errno.EIO, "FIL12"),
        (errno.ENOSPC, "L01"),
        (errno.ENOENT, "FIL01"),
        (errno.EROFS, "D36"),
        (errno.EBUSY, "D37"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    shop.put("artiklar.csv", ARTICLES)

    def failing(_self: Path) -> bytes:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "read_bytes", failing)
    problem = refused(shop.connector(), Register.ARTICLES).problem
    assert problem.code == code
    assert problem.detail == os.strerror(number)


def test_cancel_is_honoured_between_pages(shop: Shop) -> None:
    shop.put("artiklar.csv", "nr;namn;pris\n" + "".join(f"{number};A;5\n" for number in range(4000)))
    pages = shop.connector().fetch(Register.ARTICLES, None)
    next(pages)
    shop.cancel.set()
    with pytest.raises(SyncError) as stopped:
        next(pages)
    assert stopped.value.problem.code == "S06"


@pytest.mark.shared
def test_the_chart_of_accounts_comes_from_any_sie_file(shop: Shop) -> None:
    connector = shop.connector(chart_file=str(FOLDER / "sie4j/BLBLOV_SIE4.SE"))
    pages = fetch(connector, Register.ACCOUNTS)
    assert pages[-1].rows[0] == Account(1110, "Byggnader")
    assert sum(len(page.rows) for page in pages) == 202
    assert list(connector.accounts(shop.clock.now.date())) == list(pages[-1].rows)
    assert fetch(connector, Register.ACCOUNTS, cursor(pages)) == [Page((), cursor=cursor(pages))]
    assert shop.connector().accounts(shop.clock.now.date()) == []
    broken = shop.connector(chart_file=str(FOLDER / "sie4j/BLBLOV_SIE4_UTF_8_with_imbalanced_voucher.SE"))
    (*_, page) = fetch(broken, Register.ACCOUNTS)
    assert (len(page.rows), page.full) == (202, False), "a voucher that does not balance takes no account away"
    assert "balanserar inte" in page.notes[0]


@pytest.mark.parametrize(
    ("mapping", "complaint"),
    [
        ([{"field": "number", "header": "Kod"}], None),
        ([{"field": "barcode", "header": "Kod"}], None),
        ([{"file": "customers", "field": "barcode", "header": "Kod"}], "finns inte"),
        ([{"field": "nummer", "header": "Kod"}], "finns inte"),
        ([{"field": "number", "header": ""}], "vad kolumnen för number heter"),
    ],
)
def test_the_mapping_setting_is_checked_when_it_is_set(mapping: list[dict[str, Any]], complaint: str | None) -> None:
    (option,) = [option for option in options_of(FileSettings) if option.name == "mapping"]
    if complaint is None:
        assert parse(option, mapping)[0].file == "articles"
    else:
        with pytest.raises(ValueError, match=complaint):
            parse(option, mapping)

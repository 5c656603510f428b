"""Trying to make the books differ from the till by one öre: whatever is spoilt, the proof says so with exit code 1.

Through the command line and the file connector, as a bookkeeper would see it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors import REGISTRY
from synccenter.cli.main import run
from synccenter.core.database import SQLite


def no_tray(_folder: Path) -> int:
    raise AssertionError("the command line opens no window")


DAYS = ("2026-05-04", "2026-05-05")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("butik") / "Åsas butik"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JOBSYNC_KEYCHAIN", f"file:{folder.parent / 'valv.json'}")
        words = ["--data-dir", str(folder), "demo", "--start", DAYS[0], "--days", "3", "--receipts", "30"]
        assert run(REGISTRY, words, no_tray) == 0
        yield folder


class Shop:
    """A copy of the shop, to be spoilt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sql(self, statement: str) -> None:
        database = SQLite(self.folder / "kassa.sqlite")
        assert database.execute(statement) > 0, "nothing was spoilt"
        database.close()

    def jobsync(self, *words: str) -> int:
        return run(REGISTRY, ["--data-dir", str(self.folder), *words], no_tray)

    def sie(self, name: str) -> Path:
        found = sorted(path for path in self.folder.rglob("*.si") if "arkiv" in path.parts and name in path.name)
        return found[0]


@pytest.fixture
def shop(built: Path, tmp_path: Path) -> Shop:
    """Synced in a folder of its own: the settings name whole paths, so the copy replaces the original's place."""
    folder = tmp_path / built.name
    shutil.copytree(built, folder)
    settings = folder / "settings.toml"
    settings.write_text(settings.read_text("utf-8").replace(str(built), str(folder)), "utf-8")
    return Shop(folder)


def sql(statement: str) -> Callable[[Shop], None]:
    return lambda shop: shop.sql(statement)


FINISHED = "(SELECT MIN(number) FROM receipt WHERE till='1' AND state='finished')"
LAST = "(SELECT MAX(number) FROM receipt WHERE till='1' AND state='finished')"


def edit_the_file(shop: Shop) -> None:
    path = shop.sie("1-Z1")
    text = path.read_text("cp437")
    row = next(line for line in text.split("\n") if line.strip().startswith("#TRANS 1686"))
    amount = row.split("}")[1].split()[0]
    changed = row.replace(amount, f"{float(amount) + 0.01:.2f}")
    balancing = f"#TRANS 3740 {{}} -0.01\n{changed}"
    path.write_text(text.replace(row, balancing), "cp437")


def empty_the_archive(shop: Shop) -> None:
    shop.sie("1-Z2").unlink()


def a_receipt_after_its_z(shop: Shop) -> None:
    shop.sql(
        "INSERT INTO receipt (company, till, number, state, at, z_number, rounding)"
        " SELECT company, till, 9000, 'finished', at, z_number, 0 FROM receipt WHERE till='1' AND number=" + FINISHED
    )


def a_delivery_forgotten(shop: Shop) -> None:
    database = SQLite(shop.folder / "kassa.sqlite.ledger.sqlite")
    database.execute(
        "DELETE FROM covered WHERE reference LIKE '%1-Z1' AND number=" + "(SELECT MIN(number) FROM covered)"
    )
    database.close()


def vat_in_lines_and_z(shop: Shop) -> None:
    line = f"till='1' AND receipt={FINISHED} AND row=1"
    shop.sql(f"UPDATE receipt_line SET vat=vat+1 WHERE {line}")
    rate = f"(SELECT vat_rate FROM receipt_line WHERE {line})"
    shop.sql(f"UPDATE z_vat SET vat=vat+1 WHERE till='1' AND z_number=1 AND rate={rate}")


SPOILS: dict[str, Callable[[Shop], None]] = {
    "a payment one öre more": sql(f"UPDATE receipt_payment SET amount=amount+1 WHERE till='1' AND receipt={FINISHED}"),
    "a line one öre more": sql(f"UPDATE receipt_line SET amount=amount+1 WHERE till='1' AND receipt={FINISHED}"),
    "VAT one öre more on a line": sql(f"UPDATE receipt_line SET vat=vat+1 WHERE till='1' AND receipt={FINISHED}"),
    "rounding one öre more": sql(f"UPDATE receipt SET rounding=rounding+1 WHERE till='1' AND number={FINISHED}"),
    "the Z total one öre more": sql("UPDATE z_report SET total=total+1 WHERE till='1' AND number=1"),
    "the Z rounding one öre more": sql("UPDATE z_report SET rounding=rounding+1 WHERE till='1' AND number=1"),
    "the Z VAT one öre more": sql("UPDATE z_vat SET vat=vat+1 WHERE till='1' AND z_number=1 AND rate=25"),
    "the Z method one öre more": sql("UPDATE z_method SET amount=amount+1 WHERE till='1' AND z_number=1"),
    "a payment by another method": sql(
        f"UPDATE receipt_payment SET method='SWISH' WHERE till='1' AND method='KORT' AND receipt<={LAST}"
    ),
    "a receipt voided": sql(f"UPDATE receipt SET state='voided' WHERE till='1' AND number={FINISHED}"),
    "a receipt gone": sql(f"DELETE FROM receipt WHERE till='1' AND number={FINISHED}"),
    "the last receipt gone": sql(f"DELETE FROM receipt WHERE till='1' AND number={LAST}"),
    "a receipt moved to another Z": sql(f"UPDATE receipt SET z_number=2 WHERE till='1' AND number={FINISHED}"),
    "a receipt moved to a Z that is not there": sql(
        f"UPDATE receipt SET z_number=77 WHERE till='1' AND number={FINISHED}"
    ),
    "a receipt taken out of its Z": sql(f"UPDATE receipt SET z_number=NULL WHERE till='1' AND number={FINISHED}"),
    "a receipt added to a closed Z": a_receipt_after_its_z,
    "a Z report gone": sql("DELETE FROM z_report WHERE till='1' AND number=2"),
    "a Z report that cannot be read": sql("UPDATE z_report SET total='mycket' WHERE till='1' AND number=1"),
    "VAT moved in lines and Z alike": vat_in_lines_and_z,
    "a file in the books edited": edit_the_file,
    "a file in the books gone": empty_the_archive,
    "a receipt that the ledger has forgotten": a_delivery_forgotten,
}


def test_the_unspoilt_shop_is_clean(shop: Shop) -> None:
    assert shop.jobsync("proof") == 0
    for day in DAYS:
        assert shop.jobsync("proof", "--day", day) == 0
    assert shop.jobsync("proof", "--month", "2026-05") == 0
    assert shop.jobsync("proof", "--z", "1:1") == 0


@pytest.mark.parametrize("spoilt", SPOILS)
def test_one_ore_is_enough_for_exit_code_one(shop: Shop, spoilt: str, capsys: pytest.CaptureFixture[str]) -> None:
    SPOILS[spoilt](shop)
    assert shop.jobsync("proof") == 1
    assert "Något stämmer inte" in capsys.readouterr().out


def test_a_missing_receipt_between_two_days_is_red_on_the_day_after(shop: Shop) -> None:
    """The numbers 1..n of day one and n+2.. of day two: neither day alone has a hole in it."""
    database = SQLite(shop.folder / "kassa.sqlite")
    last = database.query("SELECT last_receipt FROM z_report WHERE till='1' AND number=1")[0][0]
    database.execute("DELETE FROM receipt WHERE till='1' AND number=:n", {"n": last + 1})
    database.execute("UPDATE z_report SET first_receipt=first_receipt+1 WHERE till='1' AND number=2")
    database.close()
    assert shop.jobsync("proof", "--day", DAYS[1]) == 1


def test_a_correction_that_a_person_has_booked_is_explained_and_the_proof_is_clean_again(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    database = SQLite(shop.folder / "kassa.sqlite")
    number, total = database.query(
        "SELECT r.number, SUM(p.amount) FROM receipt r JOIN receipt_payment p ON p.till=r.till AND p.receipt=r.number"
        f" WHERE r.till='1' AND r.number={FINISHED} GROUP BY r.number"
    )[0]
    database.execute("UPDATE receipt SET state='voided' WHERE till='1' AND number=:n", {"n": number})
    database.execute("UPDATE z_report SET total=total-:t WHERE till='1' AND number=1", {"t": total})
    database.close()
    assert shop.jobsync("proof") == 1
    assert f"[ändrat:1:{number}]" in capsys.readouterr().out
    assert shop.jobsync("ledger", "explain", f"ändrat:1:{number}", "--note", "rättat som A 17") == 0
    shop.jobsync("proof")
    assert "Förklarat: rättat som A 17" in capsys.readouterr().out

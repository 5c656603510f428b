"""`demo --everything`: a weekend over a month's end with all that can be booked, account by account as an independent
program counts it, whatever the unit and however the SIE files are bundled.

Tells of `till/demo_everything.py`, `cli/demoing.py`, `posting/targets.py`, `posting/rows.py` and `posting/shares.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors import REGISTRY
from connectors.formats.sie_reader import read
from synccenter.core.database import SQLite
from synccenter.core.sections import sections
from synccenter.core.settings import Settings
from tests.cli.recount_everything import booked, expected
from tests.worlds.program import started as jobsync


def played(folder: Path, *settings: str, seed: int = 1) -> list[Path]:
    """The SIE files of the weekend; what waits for its month to be over is among them."""
    done = jobsync(folder, "settings", "set", "posting.unit=z", *settings)
    assert done.returncode == 0, done.stderr
    done = jobsync(folder, "demo", "--everything", "--seed", str(seed))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Varje öre är förklarad." in done.stdout
    return sorted([*(folder / "sie").glob("*.si"), *(folder / "sie/.jobsync/samlas").rglob("*.si")])


@pytest.mark.parametrize(
    ("settings", "seed"),
    [
        (("posting.unit=receipt",), 2),
        (("posting.unit=z",), 1),
        (("posting.unit=z", "posting.split_cash=ja"), 3),
        (("posting.unit=day",), 4),
        (("posting.unit=z", "files.per=month"), 5),
        (("posting.unit=day", "files.per=week"), 6),
        (("posting.unit=receipt", "files.per=day"), 7),
    ],
    ids=str,
)
def test_every_account_of_every_month_is_what_the_tables_say(
    tmp_path: Path, settings: tuple[str, ...], seed: int
) -> None:
    files = played(tmp_path, *settings, seed=seed)
    assert booked(files) == expected(tmp_path / "kassa.sqlite")


def test_the_weekend_holds_all_that_it_promises(tmp_path: Path) -> None:
    """Every kind of line, payment and movement, a Z report over a month's end, and what an accountant looks for."""
    files = played(tmp_path, "files.per=month")
    assert [path.name.rpartition("period ")[2] for path in files if "period" in path.name][:1] == ["2026-10.si"]
    database = SQLite(tmp_path / "kassa.sqlite", read_only=True)
    kinds = {row[0] for row in database.query("SELECT DISTINCT kind FROM receipt_line")}
    assert kinds == {"goods", "gift_card", "deposit", "single_purpose", "agent", "tip", "owner_tip"}
    assert len(database.query("SELECT DISTINCT method FROM receipt_payment")) == 6
    [[months]] = database.query("SELECT COUNT(DISTINCT substr(at, 1, 7)) FROM receipt WHERE till='2' AND z_number=1")
    assert months == 2
    database.close()

    vouchers = [voucher for path in files for voucher in read(path.read_bytes(), path.name).vouchers]
    assert {voucher.series for voucher in vouchers} == {"K"}
    assert all(len(voucher.text) <= 50 for voucher in vouchers)
    assert all(len(row.text) <= 50 for voucher in vouchers for row in voucher.transactions)
    rows = {(row.account, row.text) for voucher in vouchers for row in voucher.transactions}
    for account, text in (
        (3105, "Försäljning 0 % export"),
        (3108, "Försäljning 0 % EU"),
        (3231, "Försäljning 0 % omvänd moms"),
        (2421, "Presentkort sålt"),
        (2421, "Presentkort använt"),
        (2421, "Presentkort återköpt"),
        (2429, "Bokcheck använt"),
        (2829, "Dricks personal kort"),
        (2829, "Dricks personal kontant"),
        (2890, "Ombud Lotter"),
        (3990, "Provision Lotter"),
        (3003, "Pant 6 % retur"),
        (2999, "OBS Uttag Blommor till Anna"),
        (2641, "Ingående moms Inköp Kaffe till personalen"),
    ):
        assert (account, text) in rows, text
    bought = [voucher for voucher in vouchers if "Kaffe till personalen" in voucher.text]
    assert len(bought) == 7  # each purchase has a voucher of its own


def test_a_month_of_it_closes_and_its_proof_is_clean(tmp_path: Path) -> None:
    played(tmp_path)
    for month in ("2026-10", "2026-11"):
        proof = jobsync(tmp_path, "proof", "--month", month)
        assert proof.returncode == 0, proof.stdout
    cards = jobsync(tmp_path, "giftcards")
    assert cards.returncode in {0, 1}
    again = jobsync(tmp_path, "demo", "--everything")
    assert again.returncode in {0, 4}, again.stdout


ANSWERS = {
    "payment": {
        "Kort": "card",
        "Kontant": "cash",
        "Swish": "swish",
        "Presentkort": "gift_card",
        "Faktura": "invoice",
        "Bokcheck": "single_purpose",
    },
    "line": {
        "Presentkort (90)": "gift_card",
        "Vara % (Export)": "tax_free",
        "Vara % (EU)": "tax_free",
        "Vara % (Omvänd moms)": "tax_free",
        "Vara % (Lotter)": "agent",
        "Vara % (Frimärken)": "agent",
        "Vara %": "tax_free",
        "Dricks personal": "tip",
        "Dricks": "owner_tip",
        "Öresavrundning": "rounding",
        "Bokcheck (Böcker och tidningar)": "single_purpose",  # has VAT: nobody asks
    },
}


def test_the_same_weekend_as_a_journal_export_gives_another_shop_the_same_books(tmp_path: Path) -> None:
    """Exported by one till and read in by a shop whose till gives only files: every account but those of cash moved,
    which the format does not hold, is what the first till's tables say."""
    first, second = tmp_path / "ett", tmp_path / "två"
    done = jobsync(first, "demo", "--everything", "--journal", "--no-sync")
    assert done.returncode == 0, done.stderr
    [export] = first.glob("journal-*.xml")
    (second / "sie").mkdir(parents=True)
    settings = Settings.load(first / "settings.toml", sections(REGISTRY)).posting
    words = [
        "general.till_source=journal",
        "integration.system=files",
        f"files.folder_out={second}/sie",
        "safety.cutover=2026-01-01",
    ]
    assert jobsync(second, "settings", "set", *words).returncode == 0
    own = Settings.load(second / "settings.toml", sections(REGISTRY))
    own.set("posting.zero_rated", settings.zero_rated)
    own.set("posting.agents", settings.agents)
    own.save()
    assert jobsync(second, "till", "import", str(export)).returncode == 1  # there are questions
    make = "JobOffice Kassa"
    answers = [
        {"make": make, "what": what, "subject": subject, "answer": answer}
        for what, pairs in ANSWERS.items()
        for subject, answer in pairs.items()
    ]
    (second / "svar.json").write_text(json.dumps({"answers": answers, "controls": []}), encoding="utf-8")
    assert jobsync(second, "till", "answers", "--from", str(second / "svar.json")).returncode == 0
    done = jobsync(second, "till", "questions")
    assert done.returncode == 0, done.stdout
    done = jobsync(second, "sync")
    assert done.returncode in {0, 4}, done.stdout
    assert booked((second / "sie").glob("*.si")) == expected(first / "kassa.sqlite", cash=False)


def test_the_plain_demo_sells_lottery_tickets_for_another_and_names_groups_as_persons_do(tmp_path: Path) -> None:
    assert jobsync(tmp_path, "demo").returncode == 0
    database = SQLite(tmp_path / "kassa.sqlite")
    sold = database.query("SELECT DISTINCT kind FROM receipt_line WHERE group_code LIKE 'Lotter%' OR group_code='70'")
    assert sold == [("agent",)]
    groups = database.query("SELECT DISTINCT group_code FROM receipt_line WHERE kind='single_purpose'")
    assert groups == [("Böcker och tidningar",)]
    database.close()

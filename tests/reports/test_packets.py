"""What is made for somebody else: the month for the bookkeeper, the packet for support.

Tells of `reports/month_page.py`.
"""

from __future__ import annotations

import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from connectors.formats import sie_reader
from synccenter.cli.arguments import parser
from synccenter.cli.main import COMMANDS
from synccenter.contract.model import Customer, Register, kronor
from synccenter.reports import month as monthly
from tests.worlds.fixtures import Open
from tests.worlds.street import DAY, Store

Capture = pytest.CaptureFixture[str]


def command(store: Store, *words: str) -> int:
    """A command of the command line, with this shop."""
    arguments = parser().parse_args(words)
    opened, log = store.open()
    try:
        return int(COMMANDS[arguments.command](opened, log, arguments))
    finally:
        opened.close()
        log.close()


class Page(HTMLParser):
    """A page's tags and text; raises when a tag is closed that was not open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(store: Store, folder: Path) -> tuple[str, Page]:
    path = next(folder.glob("Bevis *.html"))
    text = path.read_text("utf-8")
    return text, Page(text)


def test_the_month_is_a_page_that_proves_each_day_and_a_file_of_what_was_sent(
    shop: Open, tmp_path: Path, capsys: Capture
) -> None:
    store = shop()
    for _ in range(3):
        store.trade(20, tills=2)
    store.sync(capsys)
    assert command(store, "month", "2026-11", "--to", str(tmp_path / "paket")) == 0
    assert "Varje öre är förklarad." in capsys.readouterr().out
    text, page = page_of(store, tmp_path / "paket")
    total = store.sql("SELECT SUM(total) FROM z_report")[0][0]
    assert page.text.count(kronor(total)) >= 3, "till, sent and booked"
    assert "✓ Varje öre är förklarad." in page.text
    for day in ("2026-11-02", "2026-11-03", "2026-11-04"):
        assert page.text.count(day) >= 2, "a row for each till"
    assert sum(tag == "rect" for tag, _ in page.tags) == 3, "a bar for each day"
    sie = next((tmp_path / "paket").glob("Verifikationer *.si"))
    content = sie_reader.read(sie.read_bytes(), sie.name)
    assert len(content.vouchers) == 6
    booked = {account: 0 for voucher in content.vouchers for account in [row.account for row in voucher.transactions]}
    for voucher in content.vouchers:
        assert sum(row.amount for row in voucher.transactions) == 0
        for row in voucher.transactions:
            booked[row.account] += row.amount
    for account in booked:
        assert f"<td>{account}</td>" in text


def test_the_page_stands_by_itself_and_prints(shop: Open, tmp_path: Path, capsys: Capture) -> None:
    store = shop()
    store.trade()
    store.sync(capsys)
    command(store, "month", "2026-11", "--to", str(tmp_path / "paket"))
    text, page = page_of(store, tmp_path / "paket")
    assert not any(tag in {"script", "link", "img", "iframe"} for tag, _ in page.tags)
    assert "http" not in text.replace("http-equiv", "")
    assert "@page" in text
    assert ("html", {"lang": "sv"}) in page.tags
    assert "Månaden är inte slut" in page.text


def test_a_month_that_needs_explaining_says_what(shop: Open, tmp_path: Path, capsys: Capture) -> None:
    store = shop()
    store.trade()
    store.trade()
    store.sql("UPDATE z_report SET total=total+12345 WHERE number=2")
    store.sync(capsys)
    assert command(store, "month", "2026-11", "--to", str(tmp_path / "paket")) == 1
    text, page = page_of(store, tmp_path / "paket")
    assert "Det här behöver förklaras:" in page.text
    assert "Z 2 kassa 1 (2026-11-03): " in page.text
    assert "1 underlag är stoppat" in page.text
    assert "saknas i bokföringen" in text


def test_an_empty_month_and_a_hostile_name_are_fine(shop: Open, tmp_path: Path, capsys: Capture) -> None:
    store = shop()
    store.trade()
    store.sql("UPDATE company SET name='<script>alert(1)</script> / ..\\ AB'")
    assert command(store, "month", "2026-08", "--to", str(tmp_path / "paket")) == 0
    files = list((tmp_path / "paket").iterdir())
    assert [path.suffix for path in files] == [".html"]
    text = files[0].read_text("utf-8")
    assert "<script>" not in text
    assert "Ingen försäljning den här månaden." in text


def test_months_end_where_they_should() -> None:
    assert [str(day) for day in monthly.month_of(DAY.replace(month=2, day=14))] == ["2026-02-01", "2026-02-28"]
    assert [str(day) for day in monthly.month_of(DAY.replace(month=12, day=31))] == ["2026-12-01", "2026-12-31"]


PEOPLE = ("Kerstin Testberg", "Maja Provström", "kerstin@exempel.se", "070-123 45 67", "19850312-1234")
SECRETS = ("mejl-lösen-4711", "nyckel-abc-999", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln")


def test_the_support_packet_holds_what_support_asks_for_and_neither_secrets_nor_customers(
    shop: Open, tmp_path: Path, capsys: Capture
) -> None:
    store = shop()
    store.trade()
    opened, log = store.open()
    opened.secrets.set("mail.password", SECRETS[0])
    opened.secrets.set("memory.key", SECRETS[1])
    opened.registers.write(
        Register.CUSTOMERS,
        [Customer("1", PEOPLE[0], email=PEOPLE[2], phone=PEOPLE[3]), Customer("2", PEOPLE[1])],
    )
    with log.section("Felsökning"):
        log.row(f"Kund 2 {PEOPLE[1]} ändrad")
        log.debug(f"POST /customers {{'Name': '{PEOPLE[0]}', 'Email': '{PEOPLE[2]}', 'Phone': '{PEOPLE[3]}'}}")
        log.debug(f"password={SECRETS[0]} Bearer {SECRETS[2]} {SECRETS[1]} pnr {PEOPLE[4]}")
    opened.close()
    log.close()
    store.sql("UPDATE z_report SET total=total+100")
    store.sync(capsys)
    with (store.folder / "settings.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[gammalt]\npassword = "{SECRETS[0]}"\n')
    assert command(store, "support", "--to", str(tmp_path / "skrivbord")) == 0
    assert "inga lösenord" in capsys.readouterr().out
    packet = next((tmp_path / "skrivbord").glob("Sync Center support *.zip"))
    with zipfile.ZipFile(packet) as inside:
        found = {name: inside.read(name).decode() for name in inside.namelist()}
    assert {"versioner.txt", "kontroll.txt", "journal.txt", "butiken.txt", "settings.toml"} <= set(found)
    assert sum(name.startswith("loggar/") for name in found) == 2
    everything = "\n".join(found.values())
    for hidden in (*PEOPLE, *SECRETS):
        assert hidden not in everything
    assert "Kund 2 <kund> ändrad" in everything
    assert "OK   Alla" in found["kontroll.txt"]
    assert "Z-rapporten väntar; alla andra skickas. [B0" in found["journal.txt"]
    assert '"parked": 1' in found["journal.txt"]
    assert "Kassa 1: sista kvitto" in found["butiken.txt"]
    assert 'system = "memory"' in found["settings.toml"]


def test_a_support_packet_is_made_of_a_shop_that_cannot_be_read(shop: Open, tmp_path: Path, capsys: Capture) -> None:
    store = shop()
    store.trade()
    store.sync(capsys)
    store.keep()
    store.till.write_bytes(b"ingen databas" * 1000)
    for suffix in ("-wal", "-shm"):
        store.till.with_name(store.till.name + suffix).unlink(missing_ok=True)
    assert command(store, "support", "--to", str(tmp_path / "skrivbord")) == 0
    packet = next((tmp_path / "skrivbord").glob("*.zip"))
    with zipfile.ZipFile(packet) as inside:
        assert "Gick inte att läsa: " in inside.read("journal.txt").decode()
        assert "[D63]" in inside.read("kontroll.txt").decode()


@pytest.mark.parametrize("words", [("month", "2026-11"), ("support",)])
def test_a_folder_that_cannot_be_written_is_told(words: tuple[str, ...], shop: Open, tmp_path: Path) -> None:
    store = shop()
    store.trade()
    (tmp_path / "fil").write_text("ingen mapp")
    with pytest.raises(Exception, match=r"\[L03\]"):
        command(store, *words, "--to", str(tmp_path / "fil" / "mapp"))


def test_a_test_mail_is_sent_at_once_or_says_why_not(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.trade()
    assert command(store, "testmail") == 0
    assert [str(mail["Subject"]).partition(" – ")[0] for mail in store.mails()] == ["Sync Center: testmejl"]
    store.settings("mail.to=")
    capsys.readouterr()
    assert command(store, "testmail") == 1
    assert "[E02]" in capsys.readouterr().err

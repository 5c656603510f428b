"""`cli/registering.py`: what the gate holds, and a person's answer, from the command line (`jobsync registers`)."""

from __future__ import annotations

import json

import pytest

from synccenter.cli.main import run
from tests.worlds.fixtures import Open
from tests.worlds.street import Store

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def store(shop: Open, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A shop whose article file says ten times the price since this morning."""
    one = shop(system="files")
    monkeypatch.setenv("JOBSYNC_KEYCHAIN", f"file:{one.folder / 'valv.json'}")
    one.trade()
    one.sync(capsys)
    write(one, "250,00")
    one.sync(capsys)
    return one


def command(store: Store, *words: str) -> int:
    return run(store.registry, ["--data-dir", str(store.folder), *words], lambda _folder: 0)


def write(store: Store, price: str) -> None:
    text = f"Artikelnr;Namn;Pris inkl moms\n1;Kaffe;{price}\n2;Bulle;20,00\n"
    (store.folder / "in" / "artiklar.csv").write_text(text, "utf-8")


def price(store: Store) -> int:
    return int(store.sql("SELECT price FROM article WHERE number='1'")[0][0])


def test_it_shows_before_and_after_and_takes_yes(store: Store, capsys: Capture) -> None:
    assert price(store) == 2500
    assert command(store, "registers", "held") == 1
    assert "1 Kaffe: pris 25,00 → 250,00" in capsys.readouterr().out
    assert command(store, "--json", "registers", "held") == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert command(store, "registers", "accept", one["id"]) == 0
    assert price(store) == 25000
    assert command(store, "registers", "held") == 0


def test_it_takes_no(store: Store, capsys: Capture) -> None:
    assert command(store, "registers", "keep", "--cause", "price_leap") == 0
    assert "Kassan behåller det den har för 1 ändringar." in capsys.readouterr().out
    assert (price(store), command(store, "registers", "held")) == (2500, 0)
    assert command(store, "registers", "accept") == 0
    assert "Inget väntar" in capsys.readouterr().out

"""demo: a company with a day's trade in it, and the main job run on it. No account, no server."""

from __future__ import annotations

import argparse
import csv
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from synccenter.cli import running
from synccenter.cli.border import interruptible
from synccenter.cli.output import Exit, Telling, exit_code, print_json, say
from synccenter.contract import catalogue
from synccenter.contract.cells import defused
from synccenter.contract.connector import FetchesRegisters
from synccenter.contract.model import Article, Register, kronor
from synccenter.core.logs import Log
from synccenter.run.engine import Engine
from synccenter.shop import Shop
from synccenter.till import demo_everything
from synccenter.till.demo import DemoSummary, build, build_everything, days_to_play, open_shop
from synccenter.till.demo_shop import shop_on

START = date(2026, 11, 2)
ARTICLES_FILE = "artiklar.csv"
CUSTOMERS_FILE = "kunder.csv"


def demo(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Build the world, then sync it and show the proof."""
    database = shop.connect_till()
    try:
        open_shop(database)
    finally:
        database.close()
    summary = _everything(shop, arguments) if arguments.everything else _days(shop, arguments)
    if not arguments.json:
        _introduce(shop, summary)
    if arguments.journal and summary.receipts:
        from synccenter.tillfiles.export import export  # noqa: PLC0415 - only when asked for

        path = shop.folder / f"journal-{summary.first_day}.xml"
        export(shop.sales, shop.company, (summary.first_day, summary.last_day), path, now=shop.clock())
    if arguments.no_sync:
        if arguments.json:
            print_json(summary)
        return Exit.OK
    with log.section("Synkronisera förändringar"), interruptible(shop) as cancelled:
        outcome = Engine(shop, Telling(log, quiet=arguments.json), cancelled).run(everything=False, release=True)
    if arguments.json:
        print_json({"demo": summary, "sync": outcome})
        return exit_code(outcome)
    return _show_proof(shop, log, arguments, outcome_code=exit_code(outcome))


def _days(shop: Shop, arguments: argparse.Namespace) -> DemoSummary:
    """Days such as most shops have them."""
    start, days = days_to_play(shop.till, arguments.start or START, arguments.days, shop.clock())
    _settle(shop, start)
    articles = _register(shop, start, arguments.articles)
    return build(shop.till, seed=arguments.seed, days=days, receipts=arguments.receipts, start=start, articles=articles)


def _everything(shop: Shop, arguments: argparse.Namespace) -> DemoSummary:
    """Four days with everything in them, and the accounts that a bookkeeper would choose for it."""
    wanted = arguments.start or demo_everything.START
    start, days = days_to_play(shop.till, wanted, demo_everything.DAYS, shop.clock())
    _settle(shop, start, demo_everything.SETTINGS)
    articles = _register(shop, start, arguments.articles)
    if days < demo_everything.DAYS:  # they are not over yet
        return build(shop.till, seed=arguments.seed, days=0, receipts=0, start=start, articles=articles)
    return build_everything(shop.till, seed=arguments.seed, start=start)


def _settle(shop: Shop, start: date, more: Mapping[str, Any] = MappingProxyType({})) -> None:
    """The settings of the demo: files in and out, and the first day as cut-over. What is set already stays."""
    wanted: dict[str, Any] = {
        **more,
        "integration.system": "files",
        "files.folder_in": str(shop.folder / "register"),
        "files.folder_out": str(shop.folder / "sie"),
        "safety.cutover": start,
    }
    for name, value in wanted.items():
        if not shop.settings.is_set(name):
            shop.settings.set(name, value)
    shop.settings.save()
    for folder in ("register", "sie"):
        (shop.folder / folder).mkdir(parents=True, exist_ok=True)


def _register(shop: Shop, start: date, chosen: Path | None) -> Sequence[Article]:
    """The articles that the days sell: those of the register file, read by the connector itself."""
    folder = Path(shop.settings.value("files.folder_in"))
    if chosen:
        if not chosen.is_file():
            raise catalogue.FILE_MISSING.error(item=str(chosen))
        shutil.copyfile(chosen, folder / ARTICLES_FILE)
    elif not (folder / ARTICLES_FILE).exists():
        _write_own_register(folder, start)
    connector = shop.open_connector(shop.registry["files"])
    assert isinstance(connector, FetchesRegisters), "the file connector fetches registers"
    try:
        pages = connector.fetch(Register.ARTICLES, None)
        return [row for page in pages for row in page.rows if isinstance(row, Article)]
    finally:
        connector.close()


def _write_own_register(folder: Path, on: date) -> None:
    """The demo's assortment as register files, such as a business system exports them."""
    own = shop_on(on)
    barcodes: dict[str, list[str]] = {}
    for barcode in own.barcodes:
        barcodes.setdefault(barcode.article, []).append(barcode.code)
    names = {group.code: group.name for group in own.groups}
    stock = {one.article: one.quantity // 1000 for one in own.stock}
    with (folder / ARTICLES_FILE).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(
            ["Artikelnr", "Namn", "Varugrupp", "Moms", "Pris inkl moms", "Pant", "Enhet", "Streckkod", "Lager"]
        )
        for one in own.articles:
            writer.writerow(
                defused(str(cell))
                for cell in (
                    one.number,
                    one.name,
                    names.get(one.group, one.group),
                    one.vat_rate,
                    _kr(one.price),
                    _kr(one.deposit),
                    one.unit,
                    "|".join(barcodes.get(one.number, [])),
                    stock.get(one.number, 0),
                )
            )
    with (folder / CUSTOMERS_FILE).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Kundnr", "Namn", "Orgnr", "Adress", "Postnr", "Ort", "E-post", "Telefon"])
        for customer in own.customers:
            writer.writerow(
                defused(cell)
                for cell in (
                    customer.number,
                    customer.name,
                    customer.org_number,
                    customer.address,
                    customer.postal_code,
                    customer.city,
                    customer.email,
                    customer.phone,
                )
            )


def _kr(amount: int) -> str:
    return kronor(amount).replace("\N{NO-BREAK SPACE}", "")


def _introduce(shop: Shop, summary: DemoSummary) -> None:
    if not summary.receipts:
        say(f"{shop.company.name} har redan handlat till och med {summary.last_day}; nästa dag är inte slut än.")
        say()
        return
    days = (
        f"{summary.first_day}" if summary.first_day == summary.last_day else f"{summary.first_day} – {summary.last_day}"
    )
    say(f"{shop.company.name}, {shop.company.store}: {summary.receipts} kvitton på {summary.tills} kassor, {days},")
    say(f"{summary.z_reports} Z-rapporter, {summary.articles} artiklar i registret.")
    say()


def _show_proof(shop: Shop, log: Log, arguments: argparse.Namespace, *, outcome_code: Exit) -> Exit:
    say()
    arguments.day = arguments.month = arguments.z = None
    arguments.no_books = False
    code = running.proof(shop, log, arguments)
    say()
    say(f"SIE-filer:   {shop.settings.value('files.folder_out')}")
    say(f"Dagens logg: {log.path_today()}")
    return outcome_code or code

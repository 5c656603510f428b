"""Data folders to measure in: a shop's settings and an empty till, made once and copied for each run."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any

from msgspec.structs import astuple

import connectors
from benchmarks.connector import DESCRIPTION
from synccenter.cli.main import open_shop
from synccenter.core.logs import Log
from synccenter.shop import Shop
from synccenter.till import schema
from synccenter.till.demo_shop import COMPANY, METHODS, TILLS

REGISTRY = {**connectors.REGISTRY, DESCRIPTION.name: DESCRIPTION}
CUTOVER = date(2026, 1, 1)


def opened(folder: Path) -> tuple[Shop, Log]:
    """The shop of a folder with its real log, and a keychain in a file."""
    os.environ["JOBSYNC_KEYCHAIN"] = f"file:{folder / 'keychain.json'}"
    return open_shop(folder, REGISTRY)


def make(folder: Path, **settings: Any) -> Path:
    """An empty till in a new folder. `settings` have `__` where a setting's name has a point."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shop, log = opened(folder)
    wanted = {"integration.system": "bench", "safety.cutover": CUTOVER}
    for name, value in (wanted | {name.replace("__", "."): value for name, value in settings.items()}).items():
        shop.settings.set(name, value)
    shop.settings.save()
    database = shop.connect_till()
    schema.create(database)
    methods = ((method.code, method.name, method.kind.value) for method in METHODS)
    for table, rows in (
        (schema.COMPANY, [astuple(COMPANY)]),
        (schema.TILL, [(COMPANY.id, *astuple(till)) for till in TILLS]),
        (schema.PAYMENT_METHOD, [(COMPANY.id, *method) for method in methods]),
    ):
        database.upsert(table.name, table.key, table.names, rows)
    database.close()
    shop.close()
    log.close()
    return folder


def copy(base: Path, folder: Path) -> Path:
    """A fresh copy of a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    return folder

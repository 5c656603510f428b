"""z-report: a Z report as a page, for whoever asks for the voucher's *underlag*."""

from __future__ import annotations

import argparse
from pathlib import Path

from synccenter.cli.output import Exit, tell
from synccenter.core.logs import Log
from synccenter.run.evidence import page_name, save_page_of_z
from synccenter.shop import Shop


def z_report(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Write the page. Raises as `save_page_of_z` does."""
    path = arguments.out or Path(page_name(arguments.till, arguments.number))
    save_page_of_z(shop, log, arguments.till, arguments.number, path)
    tell(f"Z-rapporten ligger i {path}.", as_json=arguments.json, file=str(path))
    return Exit.OK

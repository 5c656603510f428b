"""z-report: a Z report as a page, for whoever asks for the voucher's *underlag*."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from synccenter.cli.output import Exit, tell
from synccenter.contract.disk import write_atomically
from synccenter.contract.errors import SyncError
from synccenter.core.faults import disk_problem
from synccenter.core.logs import Log
from synccenter.run.evidence import page_of_z
from synccenter.shop import Shop


def z_report(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Write the page. Raises S80 when the till has no such Z report, L01 when the file cannot be written."""
    content = page_of_z(shop, arguments.till, arguments.number)
    path = arguments.out or Path(file_name(arguments.till, arguments.number))
    try:
        write_atomically(path, content, shared=True)
    except OSError as error:
        raise SyncError(disk_problem(path, error)) from error
    log.debug(f"Z {arguments.number} kassa {arguments.till} skrevs som {path}, {len(content)} byte")
    tell(f"Z-rapporten ligger i {path}.", as_json=arguments.json, file=str(path))
    return Exit.OK


def file_name(till: str, number: int) -> str:
    """What the file is called when nobody says: a till's id may hold what no file name may."""
    return f"Z-rapport {re.sub(r'[^0-9A-Za-zÅÄÖåäö._ -]', '_', till)}-{number}.pdf"

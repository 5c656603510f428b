"""The chart of accounts out of an SIE file. A fault elsewhere in the file does not take the accounts away.

A voucher that does not balance, an amount in a strange dress or a stray sign is the bookkeeper's to put right; that
an account exists, and what it is called, stands there all the same.
"""

from __future__ import annotations

import codecs
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from connectors.formats import sie_errors, sie_reader, sie_values
from connectors.formats.sie_file import SieVoucher
from connectors.formats.sie_text import CONTROL, BadFields, encoding_of, split_fields
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import Account


class Chart(Struct, frozen=True):
    """Whose accounts they are, what they are called, the financial years, the vouchers (of a type 4), and what is
    wrong with the file (None: nothing)."""

    company: str
    org_number: str
    names: dict[int, str]
    years: tuple[tuple[date, date], ...] = ()
    vouchers: tuple[SieVoucher, ...] = ()
    fault: Problem | None = None

    @property
    def accounts(self) -> list[Account]:
        """The accounts, by number."""
        return [Account(number, name) for number, name in sorted(self.names.items())]


def read(data: bytes, name: str) -> Chart:
    """The chart of an SIE file. Raises SIE10, SIE13 or what else is wrong when no account can be read out of it."""
    try:
        content = sie_reader.read(data, name)
    except SyncError as error:
        chart = _accounts_only(data)
        if not chart.names:
            raise
        problem = error.problem
        fault = sie_errors.CHART_FAULTY.problem(item=name, title=problem.title, what=problem.what)
        return replace(chart, fault=fault)
    return Chart(content.company, content.org_number, content.accounts, tuple(content.years.values()), content.vouchers)


def _accounts_only(data: bytes) -> Chart:
    """What the records of the company and its accounts say, whatever stands between them."""
    found: dict[int, str] = {}
    years: list[tuple[date, date]] = []
    company = org_number = ""
    text = data.removeprefix(codecs.BOM_UTF8).decode(encoding_of(data), "replace")
    for line in text.split("\n"):  # a stray sign 11 or 12 ends no line
        plain = CONTROL.sub("", line).strip(" \t\r")
        if not plain.upper().startswith(("#KONTO", "#FNAMN", "#ORGNR", "#RAR")):
            continue
        try:
            fields = split_fields(plain)
            label, first = str(fields[0]).upper(), sie_values.text_at(fields, 1, "värdet")
            if label == "#FNAMN":
                company = first
            elif label == "#ORGNR":
                org_number = sie_values.org_number(first)
            elif label == "#RAR":
                start, end = (sie_values.text_at(fields, at, "dagen") for at in (2, 3))
                years.append((sie_values.day(start, "dagen"), sie_values.day(end, "dagen")))
            elif label == "#KONTO":
                found[sie_values.account(first)] = sie_values.optional_text(fields, 2)
        except BadFields:
            continue  # the strict reading has told it
    return Chart(company, org_number, found, tuple(years))

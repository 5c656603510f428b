"""Reader for SIE 4B of all types (1, 2, 3, 4E and 4I), after the format text of 2008-09-30.

Strict where a mistake could lose or invent money (amounts, dates, balance, braces, checksum, mandatory records,
accounts with a balance that are not declared); lenient where files in use differ without harm (character set,
organisation number without hyphen, order of records, budgets and codes we have no use for, unknown labels and
extra fields, which section 7 says to ignore). A file is read line by line and is either taken whole or refused
with a sentence that names the line.
"""

from __future__ import annotations

import codecs
import io
import re
import zlib
from collections.abc import Callable
from datetime import date

from connectors.formats import sie_errors
from connectors.formats import sie_values as values
from connectors.formats.kinds import kind_of
from connectors.formats.sie_file import SieBalance, SieFile, SieTransaction, SieVoucher
from connectors.formats.sie_text import CONTROL, BadFields, Field, checksummed, encoding_of, split_fields
from synccenter.contract.errors import SyncError
from synccenter.contract.model import kronor

_VOUCHERS = {"#VER", "#TRANS", "#RTRANS", "#BTRANS"}
_OBJECTS = {"#OIB", "#OUB"}
_FORBIDDEN = {"1": _VOUCHERS | _OBJECTS | {"#PSALDO"}, "2": _VOUCHERS | _OBJECTS, "3": _VOUCHERS, "4": set[str]()}
"""Records marked "-" in the table of section 6 that carry amounts. A type 4 file with balances is a 4E."""

_TABLE = re.compile(r"[;\t|]|,.*,")
_IN_VOUCHER = {"#TRANS", "#RTRANS", "#BTRANS"}
_ALWAYS = ("#PROGRAM", "#FORMAT", "#GEN", "#FNAMN")
_EXPORT = ("#RAR", "#KONTO")


def read(data: bytes, name: str = "", encoding: str = "") -> SieFile:
    """The content of an SIE file. `name` is told in errors; "" for `encoding` means: find out.

    Raises `SyncError` with SIE01 to SIE06.
    """
    return _Reader(data, name, encoding or encoding_of(data)).read()


def _table(first: str) -> str:
    return "en CSV-fil eller någon annan tabell" if _TABLE.search(first) and not first.startswith("#") else ""


class _Reader:
    def __init__(self, data: bytes, name: str, encoding: str) -> None:
        self.data = data
        self.name = name
        self.encoding = encoding
        self.line = 0
        self.seen: dict[str, int] = {}
        self.first_of_chart = 0
        self.flag = 0
        self.sie_type = "1"
        self.texts: dict[str, str] = {}
        self.generated = date.min
        self.years: dict[int, tuple[date, date]] = {}
        self.accounts: dict[int, str] = {}
        self.dimensions: dict[int, str] = {}
        self.objects: dict[tuple[int, str], str] = {}
        self.balances: list[SieBalance] = []
        self.vouchers: list[SieVoucher] = []
        self.used: dict[int, int] = {}
        self.head: tuple[str, str, date, str, int] | None = None
        self.open = False
        self.rows: list[SieTransaction] = []
        self.crc: int | None = None
        self.checksum: int | None = None
        self.records: dict[str, Callable[[list[Field]], None]] = {
            "#FLAGGA": self._flag,
            "#KSUMMA": self._ksumma,
            "#PROGRAM": self._program,
            "#GEN": self._generated,
            "#FORMAT": self._format,
            "#FNAMN": self._company,
            "#ORGNR": self._org_number,
            "#SIETYP": self._type,
            "#RAR": self._year,
            "#TAXAR": self._tax_year,
            "#KONTO": self._account,
            "#KTYP": self._of_account,
            "#SRU": self._of_account,
            "#ENHET": self._of_account,
            "#DIM": self._dimension,
            "#UNDERDIM": self._dimension,
            "#OBJEKT": self._object,
            "#IB": self._balance,
            "#UB": self._balance,
            "#RES": self._balance,
            "#OIB": self._object_balance,
            "#OUB": self._object_balance,
            "#PSALDO": self._period_balance,
            "#VER": self._voucher,
            "#TRANS": self._transaction,
        }

    def read(self) -> SieFile:
        if not self.data.strip():
            raise sie_errors.EMPTY.error(item=self.name)
        stream = io.BytesIO(self.data.rstrip(b"\x1a\r\n"))  # DOS ends a text by the sign 26
        if self.data.startswith(codecs.BOM_UTF8):
            stream.seek(len(codecs.BOM_UTF8))
        try:
            for raw in stream:
                self.line += 1
                text = raw.rstrip(b"\r\n").decode(self.encoding, "replace").strip(" \t")
                if text:
                    self._line(text)
            self._finish()
        except BadFields as bad:
            raise self._error(str(bad)) from None
        return SieFile(
            flag=self.flag,
            program=self.texts.get("#PROGRAM", ""),
            program_version=self.texts.get("version", ""),
            format=self.texts["#FORMAT"],
            generated=self.generated,
            sie_type=self._kind(),
            company=self.texts["#FNAMN"],
            org_number=values.org_number(self.texts.get("#ORGNR", "")),
            years=self.years,
            accounts=self.accounts,
            dimensions=self.dimensions,
            objects=self.objects,
            vouchers=tuple(self.vouchers),
            balances=tuple(self.balances),
            encoding=self.encoding,
            checksum=self.checksum,
        )

    # --- lines -------------------------------------------------------------------------------------------

    def _line(self, text: str) -> None:
        if not self.seen and not text.upper().startswith("#FLAGGA"):
            if kind := kind_of(self.data) or _table(text):
                raise sie_errors.OTHER_KIND.error(item=self.name, kind=kind)
            raise sie_errors.NOT_SIE.error(item=self.name, line=self.line, found=text[:40])
        if control := CONTROL.search(text):
            shown = CONTROL.sub("", text)[:40]
            raise sie_errors.CONTROL.error(item=self.name, line=self.line, number=ord(control[0]), text=shown)
        if text == "{":
            self._open_voucher()
        elif text == "}":
            self._close_voucher()
        else:
            self._record(split_fields(text))

    def _record(self, fields: list[Field]) -> None:
        label = fields[0].upper() if isinstance(fields[0], str) else "{"
        if not label.startswith("#"):
            raise BadFields(f"raden börjar med ”{label[:40]}” och inte med en etikett som #VER")
        if self.head is not None and not self.open:
            raise BadFields(f"verifikationen på rad {self.head[4]} följs inte av klammern {{")
        known = label in self.records or label in _IN_VOUCHER
        if self.open and known and label not in _IN_VOUCHER:
            raise BadFields(f"verifikationen på rad {self.head[4] if self.head else 0} avslutas inte med }}")
        if not self.open and label in _IN_VOUCHER:
            raise BadFields(f"{label} står utanför en verifikation")
        if label in _FORBIDDEN[self.sie_type]:
            raise sie_errors.FORBIDDEN.error(item=self.name, line=self.line, label=label, sie_type=self.sie_type)
        if self.crc is not None and label != "#KSUMMA":
            self.crc = zlib.crc32(checksummed(fields), self.crc)
        self.seen.setdefault(label, self.line)
        handler = self.records.get(label)
        if handler is not None:
            handler(fields)

    def _error(self, why: str) -> SyncError:
        return sie_errors.RECORD.error(item=self.name, line=self.line, why=why)

    # --- identification ----------------------------------------------------------------------------------

    def _flag(self, fields: list[Field]) -> None:
        flag = values.text_at(fields, 1, "flaggan")
        if flag not in {"0", "1"}:
            raise BadFields(f"flaggan är ”{flag}” och inte 0 eller 1")
        self.flag = int(flag)

    def _program(self, fields: list[Field]) -> None:
        self.texts["#PROGRAM"] = values.filled_text(fields, 1, "programmets namn")
        self.texts["version"] = values.optional_text(fields, 2)

    def _format(self, fields: list[Field]) -> None:
        self.texts["#FORMAT"] = values.filled_text(fields, 1, "teckenuppsättningen")

    def _company(self, fields: list[Field]) -> None:
        values.filled_text(fields, 1, "företagsnamnet")
        self.texts["#FNAMN"] = " ".join(part for part in fields[1:] if isinstance(part, str))  # some leave quotes out

    def _org_number(self, fields: list[Field]) -> None:
        self.texts["#ORGNR"] = values.optional_text(fields, 1)

    def _generated(self, fields: list[Field]) -> None:
        self.generated = values.day(values.text_at(fields, 1, "datum"), "datumet")

    def _type(self, fields: list[Field]) -> None:
        self.sie_type = values.text_at(fields, 1, "typen")
        if self.sie_type not in _FORBIDDEN:
            raise BadFields(f"SIE-typen är ”{self.sie_type}” och inte 1, 2, 3 eller 4")

    def _year(self, fields: list[Field]) -> None:
        if not values.optional_text(fields, 2):
            return  # BL Administration writes "#RAR 0" in 4I files, where the record is optional
        year = values.number(values.text_at(fields, 1, "årsnumret"), "årsnumret")
        first = values.day(values.text_at(fields, 2, "startdatum"), "startdatumet")
        last = values.day(values.text_at(fields, 3, "slutdatum"), "slutdatumet")
        if last < first:
            raise BadFields(f"räkenskapsåret slutar {last} men börjar {first}")
        self.years[year] = (first, last)

    def _tax_year(self, fields: list[Field]) -> None:
        year = values.text_at(fields, 1, "taxeringsåret")
        if not (len(year) == 4 and year.isascii() and year.isdigit()):
            raise BadFields(f"taxeringsåret ”{year}” är inget år (skrivs som ÅÅÅÅ)")

    def _ksumma(self, fields: list[Field]) -> None:
        if len(fields) == 1:
            self.crc = 0
            return
        if self.crc is None:
            raise BadFields("kontrollsumman har ingen inledande #KSUMMA i filens början")
        told = values.text_at(fields, 1, "kontrollsumman")
        if not (told.isascii() and told.lstrip("-").isdigit()) or int(told[:20]) & 0xFFFFFFFF != self.crc:
            why = f"filen säger ”{told}” men innehållet ger {self.crc}"
            raise sie_errors.CHECKSUM.error(item=self.name, line=self.line, why=why)
        self.checksum, self.crc = self.crc, None

    # --- chart -------------------------------------------------------------------------------------------

    def _account(self, fields: list[Field]) -> None:
        number = values.account(values.text_at(fields, 1, "kontonummer"))
        self.accounts[number] = values.text_at(fields, 2, "kontonamn")
        self._chart_begins()

    def _of_account(self, fields: list[Field]) -> None:
        values.account(values.text_at(fields, 1, "kontonummer"))

    def _dimension(self, fields: list[Field]) -> None:
        number = values.number(values.text_at(fields, 1, "dimensionsnumret"), "dimensionsnumret")
        self.dimensions[number] = values.text_at(fields, 2, "namnet")
        self._chart_begins()

    def _object(self, fields: list[Field]) -> None:
        number = values.number(values.text_at(fields, 1, "dimensionsnumret"), "dimensionsnumret")
        self.objects[number, values.text_at(fields, 2, "objektnumret")] = values.text_at(fields, 3, "namnet")

    def _chart_begins(self) -> None:
        self.first_of_chart = self.first_of_chart or self.line

    # --- balances ----------------------------------------------------------------------------------------

    def _balance(self, fields: list[Field]) -> None:
        self._add_balance(fields, 2, fields[3:], ())

    def _object_balance(self, fields: list[Field]) -> None:
        field = fields[3] if len(fields) > 3 else ()
        self._add_balance(fields, 2, fields[4:], values.objects(field))

    def _period_balance(self, fields: list[Field]) -> None:
        period = values.text_at(fields, 2, "perioden")
        values.day(period + "01", "perioden")
        rest = fields[4:]
        objects = values.objects(rest.pop(0)) if rest and not isinstance(rest[0], str) else ()
        self._add_balance(fields, 3, rest, objects, period)

    def _add_balance(
        self, fields: list[Field], at: int, rest: list[Field], objects: tuple[tuple[int, str], ...], period: str = ""
    ) -> None:
        self._chart_begins()
        year = values.number(values.text_at(fields, 1, "årsnumret"), "årsnumret")
        account = values.account(values.text_at(fields, at, "kontonummer"))
        amount = values.amount(values.text_at([fields[0], *rest], 1, "saldot"))
        if not period and not objects:
            self.used.setdefault(account, self.line)
        self.balances.append(SieBalance(str(fields[0])[1:].upper(), year, account, amount, objects, period))

    # --- vouchers ----------------------------------------------------------------------------------------

    def _voucher(self, fields: list[Field]) -> None:
        self._chart_begins()
        series, number = values.text_at(fields, 1, "serien"), values.text_at(fields, 2, "verifikationsnumret")
        on = values.day(values.text_at(fields, 3, "datum"), "verifikationsdatumet")
        if registered := values.optional_text(fields, 5).strip():
            values.day(registered, "registreringsdatumet")
        self.head = (series, number, on, values.optional_text(fields, 4), self.line)

    def _open_voucher(self) -> None:
        if self.head is None or self.open:
            raise BadFields("klammern { hör inte till någon verifikation")
        self.open = True
        self.rows = []

    def _transaction(self, fields: list[Field]) -> None:
        account = values.account(values.text_at(fields, 1, "kontonummer"))
        objects = values.objects(fields[2]) if len(fields) > 2 else ()
        amount = values.amount(values.text_at(fields, 3, "beloppet"))
        told = values.optional_text(fields, 4).strip()
        on = values.day(told, "transaktionsdatumet") if told else None
        self.rows.append(SieTransaction(account, amount, objects, on, values.optional_text(fields, 5)))

    def _close_voucher(self) -> None:
        if self.head is None or not self.open:
            raise BadFields("klammern } hör inte till någon verifikation")
        series, number, on, text, line = self.head
        difference = sum(row.amount for row in self.rows)
        if difference:
            voucher = " ".join(part for part in (series, number, text) if part.strip())
            raise sie_errors.UNBALANCED.error(
                item=self.name, line=line, voucher=f"”{voucher}”", difference=kronor(abs(difference))
            )
        self.vouchers.append(SieVoucher(series, number, on, text, tuple(self.rows), line))
        self.head, self.open = None, False

    # --- the whole ---------------------------------------------------------------------------------------

    def _kind(self) -> str:
        if self.sie_type != "4":
            return self.sie_type
        return "4E" if self.balances else "4I"

    def _finish(self) -> None:
        if not self.seen:
            raise sie_errors.NOT_SIE.error(item=self.name, line=1, found="")
        if self.head is not None:
            raise BadFields(f"filen tar slut mitt i verifikationen på rad {self.head[4]}")
        if self.crc is not None:
            raise sie_errors.CHECKSUM.error(item=self.name, line=self.line, why="den avslutande #KSUMMA saknas")
        export = self._kind() != "4I"
        wanted = _ALWAYS + (_EXPORT if export else ())
        for label in wanted:
            if label not in self.seen:
                line = self.first_of_chart or self.line
                raise sie_errors.MISSING.error(item=self.name, line=line, label=label)
        for account, line in self.used.items():
            if account not in self.accounts:
                self.line = line
                raise BadFields(f"konto {account} används men har ingen #KONTO-post")

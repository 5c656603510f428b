"""Z reports with their vouchers: a file goes into the inbox and is then connected to its voucher.

An upload whose answer was lost lies in the inbox under its name; one that was connected is found by its id. So a try
that was cut short anywhere is gone on with, and nothing stands there twice.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from connectors.fortnox import answers
from connectors.fortnox.books import Books
from connectors.wire.multipart import form_with_file
from synccenter.contract.connector import Attachment, Delivered
from synccenter.contract.errors import SyncError

FOLDER = "Inbox_v"
"""The inbox's folder for vouchers (the vendor's table of nine)."""

_LIST = "/voucherfileconnections"


class Attachments:
    """The files of vouchers in Fortnox."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._http = books.http

    def attach(self, sent: Delivered, file: Attachment, stored: Callable[[str], None]) -> None:
        """Upload and connect, from where an earlier try came to."""
        year, series, number = [*sent.external_id.split("/"), "", ""][:3]
        if file.doubtful and self._any(year, series, number):
            return
        if file.stored and self._connected(file.stored):
            return
        known = file.stored or (self._in_inbox(file.name) if file.tried else "")
        if known and not file.stored:
            stored(known)
        try:
            self._connect(known or self._uploaded(file, stored), year, series, number)
        except SyncError as error:
            if not known or error.uncertain or error.problem.passes:
                raise
            self._connect(self._uploaded(file, stored), year, series, number)  # somebody has deleted it meanwhile

    def _uploaded(self, file: Attachment, stored: Callable[[str], None]) -> str:
        body, kind = form_with_file("file", file.name, file.data)
        headers = {"Content-Type": kind}
        answer = self._http.raw("POST", "/inbox", parameters={"path": FOLDER}, body=body, headers=headers, changes=True)
        there = self._books.opened(self._books.body(answer), "File", answers.File, uncertain=True)
        stored(there.id)
        return there.id

    def _connect(self, file_id: str, year: str, series: str, number: str) -> None:
        whose = {"VoucherSeries": series, "VoucherNumber": number, "VoucherYear": int(year)}
        connection = {"VoucherFileConnection": {"FileId": file_id, **whose}}
        self._http.send("POST", _LIST, connection, answers.Body)

    def _connected(self, file_id: str) -> bool:
        path = f"{_LIST}/{quote(file_id, safe='')}"
        return self._books.one_or_none(path, "VoucherFileConnection", answers.Connection) is not None

    def _any(self, year: str, series: str, number: str) -> bool:
        """Whether any file stands with the voucher. The search may find more than was asked for."""
        asked = {"voucheryear": year, "voucherseries": series, "vouchernumber": number}
        rows = self._books.certain(_LIST, "VoucherFileConnections", answers.Connection, asked)
        whose = (int(year), series, number)
        return any((row.voucher_year or int(year), row.voucher_series, row.voucher_number) == whose for row in rows)

    def _in_inbox(self, name: str) -> str:
        """The id of a file of this name that lies in the inbox, in its root or in the folder of vouchers."""
        root = self._books.one("/inbox", "Folder", answers.Folder)
        folders = [one.id for one in root.folders if FOLDER.lower() in {one.id.lower(), one.name.lower()}]
        for folder in (root, *(self._folder(one) for one in folders or [FOLDER])):
            for file in folder.files if folder else ():
                if file.name == name:
                    return file.id
        return ""

    def _folder(self, folder_id: str) -> answers.Folder | None:
        return self._books.one_or_none(f"/inbox/{quote(folder_id, safe='')}", "Folder", answers.Folder)

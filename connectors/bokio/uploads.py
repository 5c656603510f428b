"""Z reports with their journal entries: an upload names the entry that it belongs to, so it is one request."""

from __future__ import annotations

from connectors.bokio import answers
from connectors.bokio.books import Books
from connectors.wire.multipart import form_with_file
from synccenter.contract.connector import Attachment, Delivered

_LIST = "/uploads"


class Uploads:
    """The files of one company's journal entries."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def attach(self, sent: Delivered, file: Attachment) -> None:
        """Upload it, unless one of its name stands with the entry already."""
        if (file.tried or file.doubtful) and self._there(sent.external_id, file.name):
            return
        belongs = {"description": file.name, "journalEntryId": sent.external_id}
        body, kind = form_with_file("file", file.name, file.data, belongs)
        self._books.put(_LIST, body, kind, answers.Upload)

    def _there(self, entry: str, name: str) -> bool:
        rows = self._books.certain(_LIST, answers.Upload, f"journalEntryId=={entry}")
        return any(row.journal_entry_id == entry and row.description == name for row in rows)

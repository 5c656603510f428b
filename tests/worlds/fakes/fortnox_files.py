"""The inbox of Fortnox and the files of its vouchers, for the fake.

A guess: a file that is connected leaves the inbox, and one that stands with a voucher cannot be connected again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.worlds.fakes.fortnox_rules import Refused, Row
from tests.worlds.fakes.server import Reply, Request

if TYPE_CHECKING:
    from tests.worlds.fakes.fortnox import Fortnox

FOLDERS = ("Inbox_a", "Inbox_d", "Inbox_s", "Inbox_v", "Inbox_b", "Inbox_l", "Inbox_kf", "Inbox_o", "Inbox_of")


def answered(fortnox: Fortnox, request: Request, words: list[str]) -> Reply | None:
    """Whatever concerns files; None when it is not about them."""
    match [request.method, *words]:
        case ["GET", "inbox"]:
            folders = [{"@url": "", "Id": name, "Name": name} for name in FOLDERS]
            return Reply(200, {"Folder": {"Id": "root", "Name": "root", "Files": _in(fortnox, ""), "Folders": folders}})
        case ["GET", "inbox", folder] if folder.lower() in {name.lower() for name in FOLDERS}:
            return Reply(200, {"Folder": {"Id": folder, "Name": folder, "Files": _in(fortnox, folder), "Folders": []}})
        case ["POST", "inbox"]:
            return Reply(201, {"File": _uploaded(fortnox, request)})
        case ["GET", "voucherfileconnections"]:
            return _listed(fortnox, request)
        case ["GET", "voucherfileconnections", file_id]:
            for row in fortnox.connections:
                if row["FileId"] == file_id:
                    return Reply(200, {"VoucherFileConnection": row})
            raise Refused(404, 2000445, "Kan inte hitta kopplingen.")
        case ["POST", "voucherfileconnections"]:
            return Reply(201, {"VoucherFileConnection": _connected(fortnox, request.body["VoucherFileConnection"])})
    return None


def _in(fortnox: Fortnox, folder: str) -> list[Row]:
    return [_row(file_id, one) for file_id, one in fortnox.inbox.items() if one["folder"].lower() == folder.lower()]


def _row(file_id: str, one: Row) -> Row:
    return {"Id": file_id, "Name": one["name"], "Path": one["folder"], "Size": len(one["data"]), "ArchiveFileId": ""}


def _uploaded(fortnox: Fortnox, request: Request) -> Row:
    file: dict[str, Any] = request.body["file"]
    if not file["data"].startswith(b"%PDF-"):
        raise Refused(400, 2000446, "Filtypen stöds inte.")
    file_id = f"fil-{len(fortnox.inbox) + len(fortnox.archive) + 1:04d}"
    fortnox.inbox[file_id] = {"name": file["name"], "data": file["data"], "folder": request.query.get("path", "")}
    return _row(file_id, fortnox.inbox[file_id])


def _connected(fortnox: Fortnox, body: Row) -> Row:
    year = body.get("VoucherYear") or fortnox.year_of(fortnox.clock().date())["Id"]
    whose = (year, body["VoucherSeries"], body["VoucherNumber"])
    if not any((v["Year"], v["VoucherSeries"], str(v["VoucherNumber"])) == whose for v in fortnox.rows["vouchers"]):
        raise Refused(404, 2000424, "Kan inte hitta verifikationen.")
    if body["FileId"] not in fortnox.inbox:
        raise Refused(400, 2000447, "Kan inte hitta filen.")
    fortnox.archive[body["FileId"]] = fortnox.inbox.pop(body["FileId"])
    row = {**body, "VoucherYear": year, "VoucherDescription": ""}
    fortnox.connections.append(row)
    return row


def _listed(fortnox: Fortnox, request: Request) -> Reply:
    fields = {"voucheryear": "VoucherYear", "voucherseries": "VoucherSeries", "vouchernumber": "VoucherNumber"}
    wanted = {field: request.query[word] for word, field in fields.items() if word in request.query}
    rows = [
        row for row in fortnox.connections if all(text in str(row[field]) for field, text in wanted.items())
    ]  # "contains", as its other searches
    meta = {"@TotalResources": len(rows), "@TotalPages": 1, "@CurrentPage": 1}
    return Reply(200, {"MetaInformation": meta, "VoucherFileConnections": rows})

"""What a mail looks like: one short letter, read on a phone, with the day's log attached.

Whatever comes from data is one line, masked and escaped; `EmailMessage` refuses a header with a line break.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from html import escape
from pathlib import Path

from msgspec import Struct

from synccenter.contract.errors import KIND_TEXT, Problem
from synccenter.contract.visible import visible
from synccenter.core.logs import has_error, sections
from synccenter.core.masking import Masker

LOG_LIMIT = 1_000_000
"""Characters of log in a mail; with base64 about 1.4 MB, which every mail server takes."""

_READ_LIMIT = 8_000_000
_SUBJECT_LIMIT = 150


class Shop(Struct, frozen=True):
    """Who writes: stands in the subject and at the foot of each letter."""

    company: str
    store: str = ""
    till: str = ""
    version: str = ""

    @property
    def name(self) -> str:
        """`Demobutiken AB, Storgatan 1`."""
        return ", ".join(part for part in (self.company, self.store) if part)


class Part(Struct, frozen=True):
    """A heading with rows of (label, text) below it."""

    heading: str
    rows: tuple[tuple[str, str], ...]


class Letter(Struct, frozen=True):
    """A letter before it becomes a mail."""

    subject: str
    lead: str
    parts: tuple[Part, ...] = ()


def problem_part(problem: Problem, note: str = "") -> Part:
    """A problem laid out: the same sentences as in log, toast and window."""
    rows = [
        ("Vad", problem.what),
        ("Gör så här", problem.fix),
        ("Vem", f"{problem.who}. {KIND_TEXT[problem.kind]}."),
        ("Sedan", problem.then),
        ("Svaret löd", problem.detail),
        ("Kod", problem.code),
    ]
    heading = ": ".join(part for part in (problem.item, problem.title) if part)
    noted = f"{heading} ({note})" if note else heading
    return Part(noted, tuple((label, text) for label, text in rows if text))


def compose(
    letter: Letter,
    shop: Shop,
    *,
    sender: str,
    to: Sequence[str],
    now: datetime,
    masker: Masker,
    attachments: Sequence[tuple[str, bytes]] = (),
) -> EmailMessage:
    """The mail as it goes to the server. `attachments` are (file name, content); a log is text/plain."""

    def clean(text: str) -> str:
        return visible(masker.mask(text)).strip()

    parts = [
        Part(clean(part.heading), tuple((label, clean(text)) for label, text in part.rows)) for part in letter.parts
    ]
    foot = [clean(row) for row in (shop.name, f"Kassa {shop.till}", f"JobOffice Sync Center {shop.version}")]
    message = EmailMessage(policy=SMTP)
    message["Subject"] = clean(f"Sync Center: {letter.subject} – {shop.name}")[:_SUBJECT_LIMIT]
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office robots keep silent
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_text(clean(letter.lead), parts, foot))
    message.add_alternative(_html(clean(letter.lead), parts, foot), subtype="html")
    for name, content in attachments:
        if name.endswith(".log"):
            message.add_attachment(content, "text", "plain", filename=clean(name), params={"charset": "utf-8"})
        elif name.endswith(".html"):
            message.add_attachment(content, "text", "html", filename=clean(name), params={"charset": "utf-8"})
        else:
            message.add_attachment(content, "application", "octet-stream", filename=clean(name))
    return message


def log_for_mail(path: Path, limit: int = LOG_LIMIT) -> bytes:
    """The day's log with its failed sections first, the newest of them on top; the rest as far as it fits.

    Raises OSError when the log cannot be read.
    """
    pieces = sections(_read_ends(path))
    failed = [piece for piece in reversed(pieces[1:]) if has_error(piece)]
    others = [piece for piece in reversed(pieces[1:]) if not has_error(piece)]
    kept, room = [pieces[0]], limit - len(pieces[0])
    for piece in [*failed, *others]:
        if len(piece) > room:
            kept.append(f"{piece[: max(room, 0)]}\n… resten finns i loggen på kassan")
            break
        kept.append(piece)
        room -= len(piece)
    return ("\ufeff" + "\n\n".join(kept) + "\n").replace("\n", "\r\n").encode()


def _read_ends(path: Path) -> str:
    """The whole log, or its header and end when it is very big."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= _READ_LIMIT:
            return file.read().decode("utf-8-sig", "replace")
        head = file.read(2_000).decode("utf-8-sig", "ignore")
        file.seek(size - _READ_LIMIT)
        tail = file.read().decode("utf-8", "ignore").partition("\r\n")[2]
    return sections(head)[0].replace("\n", "\r\n") + "\r\n\r\n---- (dagens början är utelämnad)\r\n" + tail


def _text(lead: str, parts: Sequence[Part], foot: Sequence[str]) -> str:
    blocks = ["\n".join([part.heading, *(f"  {label}: {text}" for label, text in part.rows)]) for part in parts]
    return "\n\n".join([lead, *blocks, "\n".join(["--", *foot])]) + "\n"


_PAGE = """\
<!DOCTYPE html>
<html lang="sv"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"></head>
<body style="margin:0 auto;padding:16px;max-width:600px;font:16px/1.5 'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<p style="margin:0 0 16px">{lead}</p>
{parts}
<p style="margin:24px 0 0;font-size:13px;opacity:.7">{foot}</p>
</body></html>
"""
_BLOCK = '<div style="margin:0 0 16px;padding:12px 16px;border-left:4px solid #d9730d"><b>{heading}</b>{rows}</div>'
_ROW = '<div style="margin-top:8px"><span style="font-size:13px;opacity:.7">{label}</span><br>{text}</div>'


def _html(lead: str, parts: Sequence[Part], foot: Sequence[str]) -> str:
    blocks = []
    for part in parts:
        rows = "".join(_ROW.format(label=escape(label), text=escape(text)) for label, text in part.rows)
        blocks.append(_BLOCK.format(heading=escape(part.heading), rows=rows))
    return _PAGE.format(lead=escape(lead), parts="\n".join(blocks), foot="<br>".join(escape(row) for row in foot))

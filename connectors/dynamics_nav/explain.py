"""Which error a refusal of NAV's is, by the words of its message, in English or Swedish.

The language of web services is set on the server; other languages end in N08 with NAV's own text in full. What the
sentence is about, table, number, field and value, is said first in ours (`sentences`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from connectors.dynamics.refusals import Refusal, refusal_of
from connectors.dynamics_nav import refusals
from connectors.dynamics_nav.errors import LOGIN_REFUSED, PAGE_MISSING
from connectors.dynamics_nav.pages import NEEDS
from connectors.dynamics_nav.sentences import about
from connectors.wire.answers import NOT_JSON, masked, tidy
from connectors.wire.xml import local, parse
from synccenter.contract import catalogue
from synccenter.contract.errors import Entry, SyncError

_BY_WORDS: Mapping[Refusal, Entry] = {
    Refusal.CHANGED_MEANWHILE: refusals.CONFLICT,
    Refusal.LOCKED: refusals.LOCKED,
    Refusal.EXPIRED: refusals.EXPIRED,
    Refusal.DATE: refusals.PERIOD_CLOSED,
    Refusal.STOCK_CLOSED: refusals.STOCK_CLOSED,
    Refusal.CUSTOMER_BLOCKED: refusals.CUSTOMER_BLOCKED,
    Refusal.ITEM_BLOCKED: refusals.ITEM_BLOCKED,
    Refusal.ACCOUNT_BLOCKED: refusals.ACCOUNT_BLOCKED,
    Refusal.NOT_DIRECT: refusals.DIRECT_POSTING,
    Refusal.VAT_SETUP: refusals.SETUP_MISSING,
    Refusal.POSTING_SETUP: refusals.SETUP_MISSING,
    Refusal.DIMENSION: refusals.DIMENSION,
    Refusal.JOURNAL: refusals.JOURNAL_MISSING,
    Refusal.RIGHTS: refusals.NO_RIGHTS,
    Refusal.EXISTS: refusals.ALREADY_THERE,
    Refusal.NUMBERS: refusals.NO_MANUAL_NUMBERS,
    Refusal.NO_SERIES: refusals.NO_SERIES,
    Refusal.NO_STOCK: refusals.NO_STOCK,
    Refusal.LICENCE: refusals.LICENCE,
    Refusal.UNBALANCED: refusals.UNBALANCED,
    Refusal.OPTION: refusals.WRONG_OPTION,
    Refusal.TOO_LONG: refusals.TEXT_TOO_LONG,
    Refusal.NO_ACCOUNT: refusals.NOT_FOUND,
    Refusal.NO_ITEM: refusals.NOT_FOUND,
    Refusal.NO_CUSTOMER: refusals.NOT_FOUND,
    Refusal.NO_RECORD: refusals.NOT_FOUND,
    Refusal.NO_VALUE: refusals.VALUE_MISSING,
}

_SEGMENT = re.compile(r"not found for the segment '(\w+)'", re.IGNORECASE)
_CONFLICT_STATUS = {409, 412}
_LOCK_SECONDS = 3.0
"""So long is a lock of another's waited out before the same is tried again: it was certainly not taken."""


class Explainer:
    """Turns NAV's refusals into errors. `user` is named when the sign-in is refused."""

    def __init__(self, user: str, host: str) -> None:
        self._user = user
        self._host = host

    def __call__(self, status: int, body: bytes) -> SyncError | None:
        """See `Server.explain`. None when the answer is no refusal of NAV's own.

        OData says no with 400 and SOAP with 500; over OData 500 with words that nobody knows may come of something that
        was done all the same, so it is no refusal.
        """
        if status == 401:
            return self.login_refused()
        said = message_of(body)
        detail = masked(tidy(said, 500))
        if gone := _page_gone(said):
            return gone
        known = refusal_of(said) if said else None
        if known and known in _BY_WORDS:
            wait = _LOCK_SECONDS if known is Refusal.LOCKED else None
            return _BY_WORDS[known].error(detail=detail, about=about(said), retry_after=wait)
        if status in _CONFLICT_STATUS:
            return refusals.CONFLICT.error(detail=detail, about="")
        if said and status != 403 and status < 502 and not (status >= 500 and _is_json(body)):
            return catalogue.REFUSED_UNKNOWN.error(host=self._host, status=status, detail=detail)
        return None

    def login_refused(self) -> SyncError:
        """NAV03."""
        return LOGIN_REFUSED.error(user=self._user or "den som är inloggad i Windows")


def _page_gone(said: str) -> SyncError | None:
    """NAV07 for a page that was published when we last looked over what there is, and is not now."""
    found = _SEGMENT.search(said)
    need = next((one for one in NEEDS.values() if found and found[1] in one.names), None)
    if need is None or found is None:
        return None
    return PAGE_MISSING.error(page=need.page, title=need.title, why=need.why, name=found[1], detail=tidy(said, 200))


def message_of(body: bytes) -> str:
    """NAV's own words: of an OData error (V3, V4) or of a SOAP fault (1.1, 1.2); "" when the answer is neither."""
    start = body[:2000].lstrip()
    if _is_json(start):
        return _of_json(body)
    if start.startswith((b"<", b"\xef\xbb\xbf<")) and (b"Fault" in body or b"error" in start[:300]):
        return _of_xml(body)
    return ""


def _is_json(body: bytes) -> bool:
    return body[:100].lstrip().startswith(b"{")


def _of_json(body: bytes) -> str:
    try:
        answer = msgspec.json.decode(body)
    except NOT_JSON:
        return ""
    inner = (answer.get("error") or answer.get("odata.error")) if isinstance(answer, dict) else None
    said = inner.get("message") if isinstance(inner, dict) else None
    said = said.get("value") if isinstance(said, dict) else said
    return said if isinstance(said, str) else ""


def _of_xml(body: bytes) -> str:
    try:
        root = parse(body, host="")
    except SyncError:
        return ""
    for element in root.iter():
        if local(element) in {"faultstring", "message", "Text"} and element.text:
            return element.text
    return ""

"""Several changes in one request (`$batch`, OData JSON format 4.01), and what became of each.

With `Isolation: snapshot` they are one transaction, as Microsoft says; then ids that were answered before the one that
failed are taken back. Whoever sends a batch that failed must look at what is there, and does (`journal.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from connectors.business_central.books import STANDARD, Books
from connectors.business_central.errors import SYSTEM
from connectors.business_central.explain import explain_for
from connectors.wire.answers import excerpt, strange
from connectors.wire.limits import retry_after
from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError

DEFAULT_WAIT = 60.0
"""Seconds to wait after a 429 that does not say how long."""
MOST = 100
"""Operations in a batch; 101 give 500."""


class Part(Struct, frozen=True):
    """One request: its method, its path after the company, and its body."""

    method: str
    name: str
    body: Any = None
    etag: str = ""


class _Answer(Struct):
    id: str = ""
    status: int = 0
    headers: dict[str, str] = {}
    body: msgspec.Raw = msgspec.Raw(b"")


class _Answers(Struct):
    responses: list[_Answer]


def send(books: Books, parts: Sequence[Part]) -> list[msgspec.Raw]:
    """Make all of these changes; their answers in order. Raises the error of the first that failed; one without an
    answer is uncertain."""
    found: list[msgspec.Raw] = []
    for start in range(0, len(parts), MOST):
        some = parts[start : start + MOST]
        answer = books.http.send(
            "POST",
            f"{STANDARD}/$batch",
            {"requests": [_request(books, number, part) for number, part in enumerate(some, 1)]},
            _Answers,
            headers={"Isolation": "snapshot", "Accept": "application/json"},
        )
        found += _read(books, answer, len(some), uncertain=start > 0)
    return found


def _request(books: Books, number: int, part: Part) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"} | ({"If-Match": part.etag} if part.etag else {})
    found = {"id": str(number), "method": part.method, "url": books.path(part.name, api="")[1:], "headers": headers}
    return found | ({"body": part.body} if part.body is not None else {})


def _read(books: Books, answer: _Answers, wanted: int, *, uncertain: bool) -> list[msgspec.Raw]:
    """Each part's result, told in any order."""
    for one in answer.responses:
        if not 200 <= one.status < 300:
            raise _refusal(books, one, uncertain=uncertain)
    by_id = {one.id: one.body for one in answer.responses}
    numbers = [str(number) for number in range(1, wanted + 1)]
    if by_id.keys() != set(numbers):
        raise strange(SYSTEM, "en batch där svar saknas", uncertain=True)
    return [by_id[number] for number in numbers]


def _refusal(books: Books, one: _Answer, *, uncertain: bool) -> SyncError:
    body = bytes(one.body)
    error = explain_for(books.settings, SYSTEM)(one.status, body) if 400 <= one.status < 500 else None
    if one.status == 429:
        seconds = retry_after(one.headers, books.session.clock) or DEFAULT_WAIT
        error = catalogue.RATE_LIMITED.error(host=SYSTEM, seconds=round(seconds), retry_after=seconds)
    elif one.status in {408, 503, 504} or (error is None and (one.status >= 500 or one.status < 400)):
        error = catalogue.SERVER_ERROR.error(host=SYSTEM, status=one.status, detail=excerpt(body, 300), uncertain=True)
    elif error is None:
        error = catalogue.REFUSED_UNKNOWN.error(host=SYSTEM, status=one.status, detail=excerpt(body, 300))
    error.uncertain = error.uncertain or uncertain
    return error

"""Real answers of Fortnox, recorded by the makers of a public Ruby client in January 2023, told again.

They lie beside the project, in `shared/specs/fortnox/recorded-accodeing` (VCR cassettes, with their licence).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from tests.places import SHARED
from tests.worlds.fakes.server import FakeServer, Reply, Request

FOLDER = SHARED / "specs/fortnox/recorded-accodeing"

_TEXT = re.compile(r"^ +string: (?:'((?:[^']|'')*)'|\"((?:[^\"\\]|\\.)*)\")$", re.MULTILINE)
"""A text of YAML in either kind of quotes, folded over lines."""


class Recorded(Struct, frozen=True):
    """A request and what Fortnox answered."""

    where: str
    method: str
    path: str
    query: str
    status: int
    body: dict[str, Any]


@cache
def recorded() -> tuple[Recorded, ...]:
    """All recorded answers of the API; those of the sign-in are left out."""
    if not FOLDER.exists():
        raise FileNotFoundError(f"{FOLDER}: the recorded answers lie in shared/, beside the project")
    return tuple(one for path in sorted(FOLDER.rglob("*.yml")) for one in _told(path.stem, path.read_text()))


def _told(where: str, text: str) -> Iterator[Recorded]:
    for part in text.split("- request:\n")[1:]:
        request, _, answer = part.partition("  response:\n")
        method, uri = re.search(r"method: (\w+)\s+uri: (\S+)", request).groups()  # type: ignore[union-attr]
        status = int(re.search(r"code: (\d+)", answer)[1])  # type: ignore[index]
        parts = urlsplit(uri)
        found = _TEXT.search(answer)
        if parts.netloc != "api.fortnox.se" or found is None:
            continue
        body = re.sub(r"\n+\s*", " ", found[1].replace("''", "'")) if found[1] else json.loads(f'"{found[2]}"')
        yield Recorded(where, method.upper(), parts.path.rstrip("/"), parts.query, status, json.loads(body))


class Replayed(FakeServer):
    """A Fortnox that has only what was recorded: lists whatever is asked of them, single objects, and refusals."""

    def answer(self, request: Request) -> Reply:
        """See `FakeServer.answer`."""
        if request.query.get("filter") == "inactive":
            return Reply(200, {"MetaInformation": {}, self._list_name(request.path): []})
        wanted = [one for one in recorded() if (one.method, one.path) == (request.method, request.path)]
        plain = [one for one in wanted if not one.query]
        if plain:
            return Reply(plain[0].status, plain[0].body)
        return Reply(404, {"ErrorInformation": {"Error": 1, "Message": "Kan inte hitta artikeln.", "Code": 2000428}})

    def _list_name(self, path: str) -> str:
        return path.rpartition("/")[2].title()

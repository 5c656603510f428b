"""Whether a server's next page goes on by key or by position.

By key (`$skiptoken='1000'` after row 1000, as Dynamics does it) rows may come and go meanwhile: each that stays is
seen once. By position (`$skip=20`, `$skiptoken=20`) every row that goes away on an earlier page takes one out of the
next, and every new one brings one twice. So a walk by position is checked by a second one over the keys alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

from connectors.wire.rows import Row

_GUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


def goes_on_by_key(link: str, last: Row, key: Sequence[str], count: int) -> bool:
    """Whether the link to the next page names the last row's key (or its hidden id), and not a position.

    `count` rows have come so far: a bare number that is the same (entry 20 as the twentieth) may be either, and is
    taken for a position, which is the cautious way.
    """
    parameters = {name.lower(): value for name, value in parse_qsl(urlsplit(link).query)}
    token = parameters.get("$skiptoken", "")
    if not token or "$skip" in parameters or token == str(count):
        return False
    if _GUID.search(token):
        return True
    values = [str(last.get(name, "")).replace("'", "''") for name in key]
    return bool(values) and all(value in token for value in values)


def key_of(row: Row, key: Sequence[str]) -> tuple[str, ...]:
    """What tells a row apart."""
    return tuple(str(row.get(name)) for name in key)

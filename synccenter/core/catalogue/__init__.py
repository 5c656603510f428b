"""The catalogue: every error that the core may meet, with what to do about it. `docs/FEL.md` is made from it.

Codes: I settings, D databases, K till (kassa), B posting (bokföring), S sync and ledger, L log and disk,
N network and business systems in general, E e-mail, U updating: one module each. Connectors add tables with a prefix of their
own. A code is never reused for something else.
"""

from __future__ import annotations

from synccenter.core.catalogue.databases import *
from synccenter.core.catalogue.disk import *
from synccenter.core.catalogue.mail import *
from synccenter.core.catalogue.network import *
from synccenter.core.catalogue.people import *
from synccenter.core.catalogue.posting import *
from synccenter.core.catalogue.program import *
from synccenter.core.catalogue.settings import *
from synccenter.core.catalogue.sync import *
from synccenter.core.catalogue.till import *
from synccenter.core.errors import Entry


def entries() -> tuple[Entry, ...]:
    """Every entry of this catalogue, in code order."""
    found = {value.code: value for value in globals().values() if isinstance(value, Entry)}
    return tuple(found[code] for code in sorted(found))

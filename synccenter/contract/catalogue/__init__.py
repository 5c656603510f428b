"""The catalogue: every error that the core may meet, with what to do about it. `docs/FEL.md` is made from it.

Codes: I settings, D databases, K till (kassa), B posting (bokföring), S sync and ledger, L log and disk,
N network and business systems in general, E e-mail, T who is who, U updating and P the program, J files from
tills: one module each (S70 and on, what must not get out, stand with what they concern). Connectors add tables with a
prefix of their own. A code is never reused for something else.
"""

from __future__ import annotations

from synccenter.contract.catalogue.databases import *
from synccenter.contract.catalogue.disk import *
from synccenter.contract.catalogue.identity import *
from synccenter.contract.catalogue.journal_export import *
from synccenter.contract.catalogue.mail import *
from synccenter.contract.catalogue.network import *
from synccenter.contract.catalogue.people import *
from synccenter.contract.catalogue.posting import *
from synccenter.contract.catalogue.program import *
from synccenter.contract.catalogue.settings import *
from synccenter.contract.catalogue.sync import *
from synccenter.contract.catalogue.till import *
from synccenter.contract.catalogue.truth import *
from synccenter.contract.errors import Entry


def entries() -> tuple[Entry, ...]:
    """Every entry of this catalogue, in code order."""
    found = {value.code: value for value in globals().values() if isinstance(value, Entry)}
    return tuple(found[code] for code in sorted(found))

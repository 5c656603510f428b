"""Which organisation in Entra: its id by the domain or id that a person wrote, as Entra tells anybody who asks.

No end point lists the organisations there are for an app; for a person who has signed in, the list of environments
names that person's own (`Books.environments`).
"""

from __future__ import annotations

import re

from msgspec import Struct

from connectors.business_central.address import about_tenant
from connectors.business_central.errors import TENANT_MISSING
from connectors.business_central.options import GUID, BusinessCentralSettings
from connectors.wire.answers import strange
from connectors.wire.http import Http, Server
from connectors.wire.messages import Timeouts
from synccenter.contract.connector import Session
from synccenter.contract.errors import SyncError

_SYSTEM = "Entra"


class _Configuration(Struct):
    """OpenID Connect Discovery 1.0, 3: `issuer` has the organisation's id in it."""

    issuer: str = ""


def tenant_id(session: Session[BusinessCentralSettings]) -> str:
    """The id of the organisation in the settings. Raises BC21 when Entra knows none by that name."""
    tenant, seconds = session.settings.tenant, float(session.settings.timeout)

    def explain(status: int, _body: bytes) -> SyncError | None:
        return TENANT_MISSING.error(tenant=tenant) if status in {400, 404} else None

    address = about_tenant(session.settings)
    timeouts = Timeouts(connect=min(10.0, seconds), read=seconds, total=4 * seconds)
    http = Http(session, Server(system=_SYSTEM, base=address, explain=explain, timeouts=timeouts))
    try:
        issuer = http.get("", _Configuration).issuer
    finally:
        http.close()
    found = re.search(GUID, issuer)
    if found is None:
        raise strange(_SYSTEM, "en organisation utan id")
    return found[0].lower()

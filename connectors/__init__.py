"""One file per business system; `REGISTRY` holds one line for each. `wire/` and `formats/` are shared tools."""

from __future__ import annotations

from connectors import bokio, business_central, dynamics_nav, files, fortnox, visma_eekonomi
from synccenter.contract.connector import Registry

REGISTRY: Registry = {
    "files": files.DESCRIPTION,
    "visma_eekonomi": visma_eekonomi.DESCRIPTION,
    "fortnox": fortnox.DESCRIPTION,
    "dynamics_nav": dynamics_nav.DESCRIPTION,
    "bokio": bokio.DESCRIPTION,
    "business_central": business_central.DESCRIPTION,
}

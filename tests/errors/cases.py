"""All provoked errors, layer by layer."""

from __future__ import annotations

from tests.errors.cases_files import FILES
from tests.errors.cases_network import NETWORK
from tests.errors.cases_ours import OURS
from tests.errors.cases_system import SYSTEM
from tests.errors.cases_till import TILL

CASES = (*NETWORK, *SYSTEM, *TILL, *OURS, *FILES)

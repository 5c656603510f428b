"""Who usually puts an error right, as a person reads it."""

from __future__ import annotations

CASHIER = "Du i butiken"
OWNER = "Butikens ansvarige"
CONSULTANT = "Affärssystemets konsult"
BOOKKEEPER = "Bokföraren"
SUPPORT = "JobOffice support"

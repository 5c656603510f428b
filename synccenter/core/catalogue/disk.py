"""Codes L: log and disk."""

from __future__ import annotations

from synccenter.core.catalogue.people import CASHIER, OWNER
from synccenter.core.errors import Entry, ErrorKind

_SETTINGS = ErrorKind.FIX_IN_SETTINGS

DISK_FULL = Entry(
    "L01",
    ErrorKind.CONTACT_CONSULTANT,
    "Disken är full",
    "Det finns inte plats att skriva.",
    "töm papperskorgen eller ta bort filer som inte behövs på datorn.",
    CASHIER,
    "Nästa synkronisering försöker igen.",
)
LOG_FOLDER = Entry(
    "L02",
    _SETTINGS,
    "Loggen går inte att skriva",
    "Mappen {folder} går inte att skriva i.",
    "öppna Inställningar > Gemensamt och välj en annan mapp för loggfiler.",
    OWNER,
    "Synkroniseringen fortsätter; loggen skrivs så länge i {fallback}.",
)

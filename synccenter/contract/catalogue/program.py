"""The program itself: changing to a newer version."""

from __future__ import annotations

from synccenter.contract.catalogue.people import OWNER, SUPPORT
from synccenter.contract.errors import Entry, ErrorKind, Reach

UPDATE_REFUSED = Entry(
    "U01",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ALL,
    "Den nya versionen godtas inte",
    "{why}.",
    "hämta filen på nytt från den som levererar programmet.",
    SUPPORT,
    "Den nuvarande versionen används som förut.",
)
UPDATE_FAILED = Entry(
    "U02",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ALL,
    "Det gick inte att byta version",
    "Windows lät inte filerna byta namn.",
    "kontrollera att programmet ligger i en mapp där du får spara filer, och att ingen annan har filen öppen.",
    OWNER,
    "Den nuvarande versionen används som förut.",
)

"""Codes S70 and on: what must not be read by others."""

from __future__ import annotations

from synccenter.contract.catalogue.people import CONSULTANT, OWNER
from synccenter.contract.errors import Entry, ErrorKind, Reach

PASSWORD_IN_ADDRESS = Entry(
    "S70",
    ErrorKind.FIX_IN_SETTINGS,
    Reach.ONE,
    "Ett lösenord står kvar i inställningsfilen",
    "Lösenordet i databasens adress ska ligga i lösenordsvalvet ({names}) men gick inte att flytta dit.",
    "öppna Inställningar, kontrollera kassans databas och spara.",
    OWNER,
    "Lösenordet används så länge, och flytten görs om vid nästa start.",
)
READABLE_BY_OTHERS = Entry(
    "S71",
    ErrorKind.CONTACT_CONSULTANT,
    Reach.ONE,
    "Andra på datorn kan läsa Sync Centers filer",
    "Rättigheterna till {path} gick inte att begränsa till den som kör programmet.",
    "ta bort andras rättigheter till filen eller mappen, eller flytta den.",
    CONSULTANT,
    "Synkroniseringen påverkas inte.",
    cause=("path",),
)

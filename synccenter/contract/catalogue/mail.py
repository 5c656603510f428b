"""Codes E: e-mail."""

from __future__ import annotations

from synccenter.contract.catalogue.people import OWNER
from synccenter.contract.errors import Entry, ErrorKind, Reach

_SETTINGS = ErrorKind.FIX_IN_SETTINGS

MAIL_FAILED = Entry(
    "E01",
    _SETTINGS,
    Reach.ALL,
    "Mejlet gick inte att skicka",
    "E-postservern {server} tog inte emot mejlet.",
    "öppna Inställningar > Gemensamt > E-post och välj ”Skicka testmejl”.",
    OWNER,
    "Mejlet ligger kvar och skickas när servern svarar. Synkroniseringen påverkas inte.",
)
MAIL_INCOMPLETE = Entry(
    "E02",
    _SETTINGS,
    Reach.ALL,
    "E-posten är bara halvt inställd",
    "{missing} saknas, så ingen får mejl när något går fel.",
    "öppna Inställningar > Gemensamt > E-post och fyll i det som saknas.",
    OWNER,
    "Synkroniseringen påverkas inte.",
    cause=("missing",),
)

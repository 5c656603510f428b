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
    "öppna Inställningar > Gemensamt > E-post vid fel och välj ”Skicka testmejl”.",
    OWNER,
    "Mejlet ligger kvar och skickas när servern svarar. Synkroniseringen påverkas inte.",
)
MAIL_INCOMPLETE = Entry(
    "E02",
    _SETTINGS,
    Reach.ALL,
    "E-posten är bara halvt inställd",
    "{missing} saknas, så ingen får mejl när något går fel.",
    "öppna Inställningar > Gemensamt > E-post vid fel och fyll i det som saknas.",
    OWNER,
    "Synkroniseringen påverkas inte.",
    cause=("missing",),
)
RECEIVER_REFUSED = Entry(
    "E10",
    _SETTINGS,
    Reach.ONE,
    "E-postservern tar inte emot en mottagare",
    "Mejlet gick inte till {addresses}. Övriga mottagare får det.",
    "rätta adressen i Inställningar > Gemensamt > E-post vid fel och välj ”Skicka testmejl”.",
    OWNER,
    "Synkroniseringen påverkas inte.",
    cause=("addresses",),
)
MAIL_LATER = Entry(
    "E11",
    ErrorKind.WAIT,
    Reach.NOBODY,
    "E-postservern ber oss försöka igen senare",
    "Servern {server} tar inte emot mejlet just nu.",
    "inget – försöket görs om. Håller det i sig, fråga den som sköter e-posten.",
    OWNER,
    "Mejlet ligger kvar och skickas när servern tar emot det. Synkroniseringen påverkas inte.",
)
MAIL_UNENCRYPTED = Entry(
    "E20",
    _SETTINGS,
    Reach.ALL,
    "Lösenordet till e-posten skickas inte okrypterat",
    "Kryptering är ”Ingen” och e-postservern {server} ska få ett lösenord. Vem som helst på vägen kan läsa det.",
    "välj STARTTLS eller TLS under Inställningar > Gemensamt > E-post, eller slå på ”Lösenord utan kryptering”.",
    OWNER,
    "Mejlen ligger kvar och skickas när det är valt. Synkroniseringen påverkas inte.",
)
ADDRESS_BROKEN = Entry(
    "E12",
    _SETTINGS,
    Reach.ONE,
    "En e-postadress går inte att skicka till",
    "”{address}” är ingen e-postadress. Övriga mottagare får sina mejl.",
    "rätta adressen i Inställningar > Gemensamt > E-post vid fel.",
    OWNER,
    "Synkroniseringen påverkas inte.",
    cause=("address",),
)

"""Which error a refusal of Business Central's is. First by Microsoft's code, then by the words of its messages.

`{"error": {"code": "Internal_InvalidTableRelation", "message": "...  CorrelationId:  ..."}}`: the code tells who said
no (the page, a dialog in posting, the line), the words tell why; they come in the language of the user.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from connectors.business_central import refusals
from connectors.business_central.errors import APP_UNKNOWN, COMPANY_MISSING, CREDENTIALS_REFUSED, ENVIRONMENT_MISSING
from connectors.business_central.options import BusinessCentralSettings, online
from connectors.dynamics.refusals import Refusal, refusal_of
from connectors.wire.answers import NOT_JSON, masked, tidy
from synccenter.contract import catalogue
from synccenter.contract.errors import Entry, SyncError

_BY_WORDS: Mapping[Refusal, Entry] = {
    Refusal.CHANGED_MEANWHILE: refusals.CHANGED,
    Refusal.LOCKED: refusals.LOCKED,
    Refusal.DATE: refusals.DATE_REFUSED,
    Refusal.STOCK_CLOSED: refusals.DATE_REFUSED,
    Refusal.CUSTOMER_BLOCKED: refusals.CUSTOMER_BLOCKED,
    Refusal.ITEM_BLOCKED: refusals.ITEM_BLOCKED,
    Refusal.ACCOUNT_BLOCKED: refusals.ACCOUNT_BLOCKED,
    Refusal.NOT_DIRECT: refusals.NOT_DIRECT,
    Refusal.VAT_SETUP: refusals.VAT_SETUP,
    Refusal.POSTING_SETUP: refusals.POSTING_SETUP,
    Refusal.DIMENSION: refusals.DIMENSION,
    Refusal.RIGHTS: refusals.NO_RIGHTS,
    Refusal.EXISTS: refusals.EXISTS,
    Refusal.NUMBERS: refusals.NUMBERS,
    Refusal.NO_SERIES: refusals.NUMBERS,
    Refusal.NO_STOCK: refusals.NO_STOCK,
    Refusal.LICENCE: refusals.LICENCE,
    Refusal.UNBALANCED: refusals.UNBALANCED,
    Refusal.NOTHING: refusals.NOTHING,
    Refusal.TOO_LONG: refusals.TEXT_TOO_LONG,
    Refusal.NO_ACCOUNT: refusals.NO_ACCOUNT,
    Refusal.NO_ITEM: refusals.NO_ITEM,
    Refusal.NO_CUSTOMER: refusals.NO_CUSTOMER,
    Refusal.NO_RECORD: refusals.NO_RECORD,
    Refusal.NO_VALUE: refusals.NO_VALUE,
    Refusal.JOURNAL: refusals.NO_RECORD,
}
_BY_CODE: Mapping[str, Entry] = {
    "NoEnvironment": ENVIRONMENT_MISSING,
    "Internal_CompanyNotFound": COMPANY_MISSING,
    "Request_EntityChanged": refusals.CHANGED,
    "Application_StringExceededLength": refusals.TEXT_TOO_LONG,
    "Internal_EntityWithSameKeyExists": refusals.EXISTS,
}

_CORRELATION = re.compile(r"\s*CorrelationId:\s*[0-9a-f-]*\.?", re.IGNORECASE)


class _Error(msgspec.Struct):
    code: str = ""
    message: str = ""


class _Answer(msgspec.Struct):
    error: _Error


def explain_for(settings: BusinessCentralSettings, host: str) -> Callable[[int, bytes], SyncError | None]:
    """What makes a refusal into our words, or None when it is none of Business Central's own."""

    def explain(status: int, body: bytes) -> SyncError | None:
        said = said_by(body)
        if status == 401:
            return _not_let_in(settings, said)
        if said is None:
            return None
        code, words = said
        entry = entry_of(status, code, words)
        if entry is ENVIRONMENT_MISSING:
            return entry.error(environment=settings.environment, there="(se administrationscentret)", detail=words)
        if entry is COMPANY_MISSING:
            return entry.error(company=settings.company_id, there="se Testa anslutning", detail=words)
        if entry is None and status != 403:
            return catalogue.REFUSED_UNKNOWN.error(host=host, status=status, detail=words)
        return entry.error(detail=words, about="") if entry else None

    return explain


def entry_of(status: int, code: str, words: str) -> Entry | None:
    """The entry of a refusal. Not every 409 is a stale version: a lock is 409 with `Internal_ServerError`."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    known = refusal_of(words)
    if known and known in _BY_WORDS:
        return _BY_WORDS[known]
    if status in {409, 412}:
        return refusals.LOCKED if code == "Internal_ServerError" else refusals.CHANGED
    if "api services" in words.lower():
        return refusals.API_OFF
    return refusals.NO_RIGHTS if code.startswith("Authorization_") else None


def _not_let_in(settings: BusinessCentralSettings, said: tuple[str, str] | None) -> SyncError | None:
    """401: a person signs in again; an app or a user is put right by whoever set it up."""
    if settings.sign_in == "app":
        return APP_UNKNOWN.error(client=settings.client_id, detail=said[1] if said else "")
    return None if online(settings) else refused(settings)


def refused(settings: BusinessCentralSettings) -> SyncError:
    """The server does not take user and key."""
    return CREDENTIALS_REFUSED.error(user=settings.user or "den som är inloggad i Windows")


def said_by(body: bytes) -> tuple[str, str] | None:
    """Microsoft's code and words, tidied; None when the answer is none of Business Central's."""
    try:
        error = msgspec.json.decode(body, type=_Answer).error
    except NOT_JSON:
        return None
    return error.code, masked(tidy(_CORRELATION.sub("", error.message), 500))

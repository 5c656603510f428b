"""The watchman: after each run it mails what is wrong, and it sounds the alarm when nothing has succeeded for long.

Fulfils `service.Watch`; the command line uses it as well, so that a scripted sync mails like the icon by the clock.
Nothing here stops a sync: a dead mail server is a problem to show (E01), and its mails wait in the outbox.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from synccenter import __version__
from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.core.logs import Log
from synccenter.journal.ownership import holder_now
from synccenter.mail import letters
from synccenter.mail.addresses import sorted_out
from synccenter.mail.outbox import PATIENCE, Outbox
from synccenter.mail.settings import TIME_OUT, MailSettings
from synccenter.reports import month as monthly
from synccenter.reports.alerts import Alerts
from synccenter.run.parked import stopped
from synccenter.run.report import Outcome, each_cause
from synccenter.shop import OUTBOX_FOLDER, Shop

if TYPE_CHECKING:
    import ssl

    from synccenter.mail.mailer import Mailer

MEMORY_FILE = "mejlat.json"

BEAT_PATIENCE = 2.0
"""Seconds that a beat waits for the mail server; handing over goes on by itself meanwhile."""

RETRY_MAIL = timedelta(minutes=5)
"""How often a mail server that did not take a mail is tried again."""

_RUNS = 50
_NO_RUN = frozenset({catalogue.ALREADY_RUNNING.code, catalogue.OTHER_TILL_OWNS.code})


class Watchman:
    """One for each process. It is given the shop and its log at each call, and keeps nothing but what it was told."""

    def __init__(self, context: Callable[[], ssl.SSLContext] | None = None, *, time_out: float = TIME_OUT) -> None:
        """`context` says which mail servers to trust: by default those that the system does."""
        self._context = context
        self._time_out = time_out
        self._desk: tuple[Shop, Alerts] | None = None
        self._trouble: Problem | None = None
        self._tried: datetime | None = None

    @property
    def trouble(self) -> Problem | None:
        """Why mails wait; None when they do not."""
        return self._trouble

    def after_run(self, shop: Shop, log: Log, outcome: Outcome) -> None:
        """Mail what is new, what has gone, and who runs the sync now. The log is told when the mail is stuck."""
        alerts = self._alerts(shop, log)
        alerts.report(self._standing(shop, log, outcome.problems), complete=outcome.whole)
        if not any(problem.code in _NO_RUN for problem in outcome.problems):
            self._look(shop, log, alerts)
        before = self._trouble
        self._flush(shop, alerts, PATIENCE)
        if self._trouble and (before is None or before.cause != self._trouble.cause):
            log.error(self._trouble)

    def beat(self, shop: Shop, log: Log) -> list[Problem]:
        """Now and then, also when nothing runs: the heartbeat, the month that is over, and mails that wait."""
        alerts = self._alerts(shop, log)
        found = self._look(shop, log, alerts)
        if self._tried is None or self._trouble is None or shop.clock() - self._tried >= RETRY_MAIL:
            self._flush(shop, alerts, BEAT_PATIENCE)
        return [*found, *_broken_addresses(shop), *([self._trouble] if self._trouble else [])]

    def send_test(self, shop: Shop, log: Log) -> Problem | None:
        """*Skicka testmejl*: hand one letter over at once. None: it was taken."""
        alerts, mailer = self._alerts(shop, log), mailer_of(shop, log, self._context, self._time_out)
        letter = alerts.test_letter()
        if mailer is None or letter is None:
            return catalogue.MAIL_INCOMPLETE.problem(missing="Mottagare eller e-postserver")
        try:
            return mailer.deliver(letter)
        except SyncError as error:
            return error.problem

    def pass_on(self, shop: Shop, log: Log, problem: Problem) -> str:
        """*Skicka till bokföraren*: one error, at once, to the bookkeeper (else to whoever gets the errors); who got
        it. Raises E02 without receiver or server, and whatever the server says."""
        mail = shop.settings.mail
        to = mail.monthly or mail.to
        alerts, mailer = self._alerts(shop, log), mailer_of(shop, log, self._context, self._time_out)
        message = alerts.pass_on(problem, to) if to else None
        if mailer is None or message is None:
            raise catalogue.MAIL_INCOMPLETE.error(missing="Mottagare eller e-postserver")
        if refused := mailer.deliver(message):
            raise SyncError(refused)
        log.row(f"Felet {problem.code} är skickat till {', '.join(to)}.")
        return ", ".join(to)

    def _look(self, shop: Shop, log: Log, alerts: Alerts) -> list[Problem]:
        """What can be seen in the ledger. A ledger that cannot be read has been told of by the run itself."""
        try:
            holder = self._owner(shop, alerts)
            if holder not in {None, shop.holder}:
                return []  # that till has its own watchman
            monthly.send_when_due(shop, alerts, log)
            if shop.settings.schedule.mode == "manual":
                return []  # nobody expects a run
            overdue = alerts.heartbeat(last_good(shop), self._since(shop), shop.settings.schedule.alarm_hours)
        except SyncError as error:
            log.debug(f"Vakten: {error}")
            return []
        return [overdue] if overdue else []

    def _owner(self, shop: Shop, alerts: Alerts) -> str | None:
        """Who holds the sync at this moment; a letter when it has come here from another till."""
        owner = holder_now(shop.ledger.database, shop.company.id)
        if owner is None:
            return None
        holder, holds = owner
        latest = [str(run[3]) for run in shop.ledger.runs(_RUNS) if run[4] != "waiting"][:2]
        earlier = next((one for one in latest if one != holder), "")
        alerts.owned_by(holder, before=earlier, tell=holder == shop.holder)
        return holder if holds else None

    def _since(self, shop: Shop) -> datetime:
        """When this data folder was put to use."""
        name = "watch:since"
        known = shop.ledger.place(name)
        if known is None:
            known = str(shop.clock().timestamp())
            shop.ledger.set_place(name, known)
        return datetime.fromtimestamp(float(known), UTC)

    def _flush(self, shop: Shop, alerts: Alerts, patience: float) -> None:
        self._tried = shop.clock()
        self._trouble = alerts.flush(patience)

    def _alerts(self, shop: Shop, log: Log) -> Alerts:
        if self._desk is None or self._desk[0] is not shop:
            self._desk = (shop, self._open(shop, log))
        return self._desk[1]

    def _open(self, shop: Shop, log: Log) -> Alerts:
        settings = MailSettings.from_settings(shop.settings.mail)
        mailer = mailer_of(shop, log, self._context, self._time_out) if settings else None
        outbox = Outbox(
            shop.folder / OUTBOX_FOLDER,
            mailer.deliver if mailer else lambda _message: None,
            shop.clock,
            settings.server if settings else "",
        )
        memory = shop.folder / MEMORY_FILE
        return Alerts(settings, outbox, log, memory=memory, shop=lambda: sender(shop), clock=shop.clock)

    def _standing(self, shop: Shop, log: Log, found: Iterable[Problem]) -> list[Problem]:
        """What the run met, what is stopped in the ledger, and why the log is written elsewhere."""
        problems = list(found)
        try:
            # What is unclear is looked up by itself; the run has told of the rest.
            problems += stopped(shop.ledger)
        except SyncError as error:
            log.debug(f"Vakten: {error}")  # the run has told of it, by its cause
        if log.trouble:
            problems.append(log.trouble)
        return each_cause(problems)


def mailer_of(
    shop: Shop, log: Log, context: Callable[[], ssl.SSLContext] | None = None, time_out: float = TIME_OUT
) -> Mailer | None:
    """A mailer by the shop's settings; None when nobody is to get mail. The keychain is asked when it is needed."""
    settings = MailSettings.from_settings(shop.settings.mail)
    if settings is None:
        return None
    from synccenter.mail.mailer import Mailer  # noqa: PLC0415 - SMTP and TLS: only in the shops that want mail

    return Mailer(settings, lambda: shop.secrets.get("mail.password"), log.masker, context=context, time_out=time_out)


def _broken_addresses(shop: Shop) -> list[Problem]:
    """Addresses that nobody can write to; the others get their mail."""
    _, broken = sorted_out((*shop.settings.mail.to, *shop.settings.mail.monthly))
    return [catalogue.ADDRESS_BROKEN.problem(address=one) for one in broken]


def sender(shop: Shop) -> letters.Shop:
    """Who writes. A till that cannot be read must not stop the letter that says so."""
    try:
        company, store = shop.company.name, shop.company.store
    except SyncError:
        company, store = "Butiken", ""
    return letters.Shop(company, store, shop.holder, __version__)


def last_good(shop: Shop) -> datetime | None:
    """When a run last went through everything. One parked receipt does not make a run a failure."""
    for run in shop.ledger.runs(_RUNS):
        if run[4] == "ok" or (run[4] == "problems" and json.loads(run[5]).get("whole")):
            return datetime.fromtimestamp(run[1], UTC)
    good = shop.ledger.runs(1, "ok")
    return datetime.fromtimestamp(good[0][1], UTC) if good else None

"""The service's watch: mails problems after each run, and sounds the alarm when nothing has succeeded for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from synccenter import __version__
from synccenter.core.errors import Problem
from synccenter.core.logs import Log
from synccenter.sync import letters
from synccenter.sync.alerts import Alerts, overdue
from synccenter.sync.mailer import Mailer, MailSettings
from synccenter.sync.outbox import Outbox
from synccenter.sync.ownership import holder_now
from synccenter.sync.report import Outcome
from synccenter.sync.shop import SETTINGS_FILE, Shop

OUTBOX = "utkorg"
MEMORY = "mejlade-fel.json"
FLUSH_EVERY = timedelta(minutes=5)
"""How often a mail that could not be delivered is tried again."""

ALARM_EVERY = timedelta(hours=1)
"""How often an alarm that stands is looked at for its morning letter."""


class Mailing:
    """Fulfils `service.Watch`. For one lane."""

    def __init__(self) -> None:
        self._shop: Shop | None = None
        self._alerts: Alerts
        self._outbox: Outbox
        self._mails = False
        self._flushed: datetime | None = None
        self._alarm: Problem | None = None
        self._sounded: datetime | None = None

    def after_run(self, shop: Shop, log: Log, outcome: Outcome) -> None:
        """Tell the problems of a run, and who runs the sync; then empty the outbox."""
        self._prepare(shop, log)
        self._alerts.report(outcome.problems, complete=outcome.result in {"ok", "problems"})
        owner = holder_now(shop.ledger.database, shop.company.id)
        if owner is not None:
            self._alerts.owned_by(owner[0])
        self._flush(shop.clock())

    def beat(self, shop: Shop, log: Log) -> list[Problem]:
        """The alarm, and why mail does not leave."""
        self._prepare(shop, log)
        now = shop.clock()
        self._heartbeat(shop, now)
        if self._mails and self._outbox.waiting() and (self._flushed is None or now - self._flushed >= FLUSH_EVERY):
            self._flush(now)
        return [problem for problem in (self._alarm, self._outbox.trouble) if problem]

    def _heartbeat(self, shop: Shop, now: datetime) -> None:
        if shop.settings["schedule.mode"] == "manual":
            self._alarm = None
            return
        good = shop.ledger.runs(1, "ok")
        last = datetime.fromtimestamp(good[0][1], UTC) if good else None
        since = datetime.fromtimestamp((shop.folder / SETTINGS_FILE).stat().st_mtime, UTC)
        hours = shop.settings["schedule.alarm_hours"]
        problem = overdue(now, last, since, hours)
        changed = (problem is None) != (self._alarm is None)
        if changed or self._sounded is None or not timedelta() <= now - self._sounded < ALARM_EVERY:
            self._sounded = now
            self._alerts.heartbeat(last, since, hours)
        self._alarm = problem

    def _flush(self, now: datetime) -> None:
        self._flushed = now
        self._alerts.flush()

    def _prepare(self, shop: Shop, log: Log) -> None:
        if self._shop is shop:
            return
        self._shop, self._sounded = shop, None
        settings = MailSettings.from_settings(shop.settings.section("mail"))
        self._mails = settings is not None
        deliver = Mailer(settings, lambda: shop.secrets.get("mail.password"), log.masker).deliver if settings else None
        self._outbox = Outbox(
            shop.folder / OUTBOX,
            deliver or (lambda _message: None),
            shop.clock,
            settings.server if settings else "",
        )
        self._alerts = Alerts(
            settings,
            self._outbox,
            log,
            memory=shop.folder / MEMORY,
            shop=lambda: letters.Shop(shop.company.name, shop.company.store, shop.holder, __version__),
            clock=shop.clock,
        )

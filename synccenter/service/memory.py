"""What the service must remember between two runs and between two starts. It lies in the ledger's places."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from synccenter.contract.errors import Problem
from synccenter.core.database import Row
from synccenter.journal.ledger import State as Delivered
from synccenter.reports.watch import last_good
from synccenter.run.parked import stopped
from synccenter.run.remembered import found_before
from synccenter.run.report import Outcome
from synccenter.service.timetable import Rule, State, next_run, paused
from synccenter.shop import SETTINGS_FILE, Shop
from synccenter.truth.assessment import Assessment, standing_now

RUNS = 50
"""How far back the last run of this till is looked for."""


class Memory:
    """For one opened shop; made anew when the settings were changed."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.ready = (shop.folder / SETTINGS_FILE).exists()
        self._rule: Rule | None = None
        self._last: Outcome | None = None
        self._tried: datetime | None = None
        self._assessment: Assessment | None = None
        self._assessed_on: date | None = None
        self._known: tuple[State, datetime | None] | None = None

    @property
    def rule(self) -> Rule:
        """The timetable of the settings."""
        if self._rule is None:
            section = self.shop.settings.schedule
            self._rule = Rule.from_settings(section, org_number=self.shop.company.org_number, zone=self.shop.zone)
        return self._rule

    def state(self, shop: Shop) -> State:
        """What the timetable decides by."""
        if shop.is_empty:
            return State(last_run=self._tried)
        run = self._own_run(shop)
        last = _moment(run[0]) if run else None
        if self._tried and (last is None or self._tried > last):
            last = self._tried
        return State(
            last_run=last,
            last_everything=self._time(shop, "everything"),
            failed=_failed(run) if run else self._tried is not None,
            z_waiting=self.rule.after_z and self._z_now(shop) != self._z_then(shop),
            paused_until=self._paused(shop),
        )

    def facts(self, shop: Shop) -> dict[str, Any]:
        """What a `Status` tells of the ledger and the timetable."""
        if not self.ready:
            return {"ready": False}
        if shop.is_empty:
            return {"ready": True, "reads_files": True, "system": shop.description.title}
        counts = shop.ledger.counts()
        state = self.state(shop)
        return {
            "ready": True,
            "reads_files": shop.reads_files,
            "company": shop.company.name,
            "system": shop.description.title,
            "both_kinds": bool(shop.description.capabilities.delta),
            "waiting": counts.get(Delivered.PENDING, 0)
            + counts.get(Delivered.SENDING, 0)
            + shop.sales.untaken(shop.ledger.place, shop.settings.posting.unit),
            "remarks": self._remarks(),
            "parked": counts.get(Delivered.REJECTED, 0),
            "unknown": counts.get(Delivered.UNKNOWN, 0),
            "last_run": state.last_run.astimezone(shop.zone) if state.last_run else None,
            "last_good": good.astimezone(shop.zone) if (good := last_good(shop)) else None,
            "next_run": self._next(shop, state),
            "paused_until": state.paused_until,
        }

    def problems(self, shop: Shop) -> list[Problem]:
        """What the last run found, and what is stopped or unclear in the ledger."""
        if not self.ready or shop.is_empty:
            return []
        return [
            *self._remembered_problems(shop),
            *self._assessed(shop),
            *stopped(shop.ledger, (Delivered.REJECTED, Delivered.UNKNOWN)),
        ]

    def after_run(self, shop: Shop, outcome: Outcome, *, everything: bool) -> None:
        """Remember what a run leaves behind. A run that came to nothing leaves its cause to be tried again."""
        self._last = outcome
        self._tried = shop.clock()
        self._assessed_on = None
        if shop.is_empty:
            return
        if outcome.result in {"ok", "problems"}:
            self._set(shop, "z", self._z_now(shop))
            if everything:
                self._set(shop, "everything", str(shop.clock().timestamp()))

    def pause(self, shop: Shop, until: datetime | None) -> None:
        """Remember until when nothing runs by itself."""
        self._set(shop, "pause", str(until.timestamp()) if until else "")

    def _assessed(self, shop: Shop) -> tuple[Problem, ...]:
        """How things stand by the assessment: made at start and each new day; a run's outcome has its own.

        But a run that did not come to it (another till has the sync, the till's database was busy) makes nothing green.
        """
        if self._last is not None and self._last.assessed:
            return ()
        if self._assessed_on != shop.today():
            self._assessment, self._assessed_on = standing_now(shop), shop.today()
        return self._assessment.problems if self._assessment else ()

    def _remarks(self) -> tuple[Problem, ...]:
        """What the last run, or the look since, found to choose: yellow."""
        found = self._last if self._last and self._last.assessed else self._assessment
        return found.remarks if found else ()

    # --- within ----------------------------------------------------------------------------------------------

    def _next(self, shop: Shop, state: State) -> datetime | None:
        """The next run, worked out anew only when something has changed or its time has come."""
        now = shop.clock()
        if self._known is None or self._known[0] != state or (self._known[1] and self._known[1] <= now):
            self._known = (state, next_run(now, state, self.rule))
        return self._known[1]

    def _own_run(self, shop: Shop) -> Row | None:
        """This till's last run: what other tills tried says nothing of ours."""
        return next((run for run in shop.ledger.runs(RUNS) if run[3] == shop.holder), None)

    def _z_now(self, shop: Shop) -> str:
        return json.dumps({till.id: shop.sales.last_z(till.id) for till in shop.sales.tills()})

    def _z_then(self, shop: Shop) -> str:
        return self._get(shop, "z") or ""

    def _paused(self, shop: Shop) -> datetime | None:
        until = self._time(shop, "pause")
        return until.astimezone(shop.zone) if until and paused(shop.clock(), State(paused_until=until)) else None

    def _remembered_problems(self, shop: Shop) -> tuple[Problem, ...]:
        if self._last is not None:
            return tuple(self._last.problems)
        return found_before(shop)

    def _time(self, shop: Shop, name: str) -> datetime | None:
        text = self._get(shop, name)
        return _moment(float(text)) if text else None

    def _get(self, shop: Shop, name: str) -> str | None:
        return shop.ledger.place(f"service:{name}:{shop.holder}")

    def _set(self, shop: Shop, name: str, value: str) -> None:
        shop.ledger.set_place(f"service:{name}:{shop.holder}", value)


def _moment(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def _failed(run: Row) -> bool:
    """Whether a run came to nothing, so that it is tried again soon."""
    if run[4] == "problems":
        summary = json.loads(run[5])
        return not summary.get("sent") and not summary.get("written")
    return str(run[4]) != "ok"

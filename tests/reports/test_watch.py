"""The watchman between the runs: silence is an alarm, a move is told, the month is mailed once."""

from __future__ import annotations

from datetime import UTC, datetime
from queue import Queue

import pytest

from synccenter.contract.errors import Problem
from synccenter.reports.alerts import Alerts
from synccenter.reports.watch import BEAT_PATIENCE, Watchman
from synccenter.service.background import Event, Service
from synccenter.service.status import Ended, Situation
from tests.errors.test_errors_that_stay import subjects
from tests.worlds.fixtures import Open
from tests.worlds.mail_servers import free_port
from tests.worlds.street import Store

Capture = pytest.CaptureFixture[str]


def beat(store: Store, watchman: Watchman | None = None) -> list[Problem]:
    opened, log = store.open()
    try:
        return (watchman or Watchman()).beat(opened, log)
    finally:
        opened.close()
        log.close()


def test_no_success_for_long_is_mailed_once_and_shown_until_a_run_succeeds(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.settings("schedule.alarm_hours=24")
    store.trade()
    store.sync(capsys)
    assert beat(store) == []
    store.later(hours=23)
    assert beat(store) == []
    store.later(hours=2)
    assert [problem.code for problem in beat(store)] == ["S08"]
    assert [problem.code for problem in beat(store)] == ["S08"]
    assert subjects(store) == ["1 fel"]
    store.sync(capsys)
    assert beat(store) == []
    assert subjects(store) == ["löst – 1 fel borta"]


def test_a_shop_that_never_succeeded_is_told_of_too(shop: Open) -> None:
    store = shop()
    store.trade()
    assert beat(store) == []
    store.later(hours=100)
    assert [problem.code for problem in beat(store)] == ["S08"]
    assert subjects(store) == ["1 fel"]


def test_where_runs_are_made_by_hand_only_silence_is_no_alarm(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.settings("schedule.mode=manual")
    store.trade()
    store.sync(capsys)
    store.later(hours=500)
    assert beat(store) == []
    assert subjects(store) == []


def test_one_parked_z_report_is_no_silence(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.trade()
    store.sql("UPDATE z_report SET total=total+100")
    store.sync(capsys)
    store.later(hours=47, minutes=30)
    store.sync(capsys)
    store.mails()
    store.later(hours=20)
    assert beat(store) == []


def test_a_move_to_another_till_is_told_by_the_till_that_took_over(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.settings("general.till_id=KASSA-1")
    store.trade()
    store.sync(capsys)
    assert subjects(store) == []
    store.settings("general.till_id=KASSA-2")
    store.sync(capsys)
    told = subjects(store)
    assert len(told) == 1
    assert told[0].startswith("synkroniseringen har flyttat till KASSA-2")
    store.sync(capsys)
    assert subjects(store) == []


def test_the_till_that_lost_the_sync_keeps_silent(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.trade()
    store.sync(capsys)
    store.taken_by("KASSA-9")
    store.later(hours=100)
    assert beat(store) == []
    assert subjects(store) == []


def test_a_dead_mail_server_is_shown_by_each_beat_but_not_knocked_on_each_time(
    shop: Open, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shop(port=free_port())
    store.trade()
    store.sql("UPDATE z_report SET total=total+100")
    store.sync(capsys)
    knocks: list[float] = []
    flush = Alerts.flush

    def knock(self: Alerts, patience: float) -> Problem | None:
        knocks.append(patience)
        return flush(self, patience)

    monkeypatch.setattr(Alerts, "flush", knock)
    watchman = Watchman()
    opened, log = store.open()
    for _ in range(20):
        assert [problem.code for problem in watchman.beat(opened, log)] == ["E01"]
        store.later(seconds=30)
    assert len(knocks) == 2
    assert max(knocks) <= BEAT_PATIENCE
    opened.close()
    log.close()


def test_the_month_is_mailed_to_the_bookkeeper_once_on_one_of_the_first_days(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.settings("mail.monthly=bokforare@byran.se")
    store.trade()
    store.sync(capsys)
    beat(store)
    assert store.mails() == []
    store.clock.now = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)
    store.sync(capsys)
    beat(store)
    store.later(days=1)
    store.sync(capsys)
    mails = store.mails()
    assert [str(mail["To"]) for mail in mails] == ["bokforare@byran.se"]
    assert str(mails[0]["Subject"]).startswith("Sync Center: månadspaket november 2026")
    names = [str(part.get_filename()) for part in mails[0].iter_attachments()]
    assert names == ["Bevis 2026-11 Demobutiken AB.html", "Verifikationer 2026-11 Demobutiken AB.si"]


def test_a_month_before_the_cut_over_is_not_mailed(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.settings("mail.monthly=bokforare@byran.se")
    store.clock.now = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
    store.trade()
    store.sync(capsys)
    assert store.mails() == []


def test_nobody_gets_mail_when_none_is_set(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.settings("mail.to=", "mail.server=")
    store.trade()
    store.sql("UPDATE z_report SET total=total+100")
    assert len(store.sync(capsys).errors) == 1
    store.later(days=4)
    assert [problem.code for problem in beat(store)] == ["S08"], "shown, though nobody gets mail"
    assert not (store.folder / "utkorg").exists()


def test_the_service_mails_and_shows_like_the_command_line(shop: Open) -> None:
    store = shop()
    store.settings("schedule.mode=manual")
    store.trade()
    store.sql("UPDATE z_report SET total=total+100")
    ended: Queue[Ended] = Queue()

    def tell(event: Event) -> None:
        if isinstance(event, Ended):
            ended.put(event)

    service = Service(store.open, tell, watch=Watchman(), beat_seconds=3600)
    service.start()
    try:
        service.sync(everything=False)
        assert ended.get(timeout=20).outcome.sent == 0
        assert service.status.situation is Situation.ERROR
    finally:
        assert service.stop()
    assert subjects(store) == ["1 fel"]

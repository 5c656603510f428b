"""Nobody is flooded, nothing is forgotten, and silence is an alarm."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from filelock import FileLock

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.core.logs import Log
from synccenter.mail.letters import Shop
from synccenter.mail.mailer import Mailer
from synccenter.mail.outbox import Outbox, Refused
from synccenter.mail.settings import MailSettings
from synccenter.reports.alerts import Alerts, overdue
from tests.worlds.clock import Clock
from tests.worlds.logs import make_log
from tests.worlds.mail_servers import PASSWORD, free_port, smtp, trusting

PRESENT = catalogue.NO_PAYMENT_ACCOUNT.problem(item="Kvitto K1-7", method="PRESENT")
LOCKED = catalogue.NOT_ALLOWED.problem(system="Fortnox")
NETWORK = catalogue.NO_NETWORK.problem(host="api.fortnox.se")
SETTINGS = MailSettings("smtp.butik.se", ("agare@butik.se",), sender="kassa@butik.se")


class Desk:
    """Alerts with an outbox whose server takes everything, until it is told not to."""

    def __init__(self, folder: Path, settings: MailSettings | None = SETTINGS) -> None:
        self.folder = folder
        self.settings = settings
        self.clock = Clock("2026-11-24 10:00:00")
        self.taken: list[EmailMessage] = []
        self.dead: SyncError | None = None
        self.log: Log = make_log(folder / "Loggar", self.clock)
        self.outbox = Outbox(folder / "utkorg", self.deliver, self.clock, "smtp.butik.se")
        self.alerts = self.restart()

    def restart(self) -> Alerts:
        self.alerts = Alerts(
            self.settings,
            self.outbox,
            self.log,
            memory=self.folder / "mejlat.json",
            shop=lambda: Shop("Demobutiken AB", "Storgatan 1", "KASSA-1", "0.1.0"),
            clock=self.clock,
        )
        return self.alerts

    def deliver(self, message: EmailMessage) -> Problem | None:
        if self.dead:
            raise self.dead
        self.taken.append(message)
        return None

    def subjects(self) -> list[str]:
        """The subjects of what came since the last question."""
        self.alerts.flush()
        new, self.taken = [str(message["Subject"]) for message in self.taken], []
        return [subject.removeprefix("Sync Center: ").partition(" – Demobutiken AB")[0] for subject in new]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_new_problem_is_mailed_at_once_and_the_same_not_again(desk: Desk) -> None:
    desk.alerts.report([PRESENT])
    assert desk.subjects() == ["1 fel"]
    for _ in range(8):
        desk.clock.later(minutes=15)
        desk.alerts.report([PRESENT])
        desk.restart()
    assert desk.subjects() == []
    desk.alerts.report([PRESENT, LOCKED, NETWORK])
    assert desk.subjects() == ["2 fel"]


def test_what_still_stands_is_told_the_next_morning_at_seven(desk: Desk) -> None:
    desk.alerts.report([PRESENT])
    desk.subjects()
    desk.clock.later(hours=20, minutes=59)
    desk.alerts.report([PRESENT])
    assert desk.subjects() == []
    desk.clock.later(minutes=1)
    desk.alerts.report([PRESENT])
    desk.alerts.report([PRESENT])
    assert desk.subjects() == ["1 fel kvarstår"]
    desk.clock.later(days=1)
    desk.alerts.report([PRESENT, LOCKED])
    assert desk.subjects() == ["2 fel"]


def test_when_it_is_gone_a_letter_says_so_once(desk: Desk) -> None:
    desk.alerts.report([PRESENT, LOCKED])
    desk.subjects()
    desk.alerts.report([LOCKED])
    desk.alerts.flush()
    body = desk.taken[0].get_body(("plain",))
    assert body is not None
    assert "Kvitto K1-7: Betalsättet har inget konto (sedan 2026-11-24 10:00)" in body.get_content()
    assert desk.subjects() == ["löst – 1 fel borta"]
    desk.alerts.report([LOCKED])
    assert desk.subjects() == []
    desk.alerts.report([PRESENT, LOCKED])
    assert desk.subjects() == ["1 fel"]


def test_a_run_that_did_not_look_at_everything_solves_nothing(desk: Desk) -> None:
    desk.alerts.report([PRESENT])
    desk.subjects()
    desk.alerts.report([NETWORK], complete=False)
    assert desk.subjects() == ["1 fel"]
    desk.alerts.report([PRESENT])
    assert desk.subjects() == ["löst – 1 fel borta"]


def test_what_waits_by_itself_or_was_cancelled_is_no_news(desk: Desk) -> None:
    other = catalogue.OTHER_TILL_OWNS.problem(holder="KASSA-2", until="12:00")
    desk.alerts.report([other, catalogue.CANCELLED.problem()])
    assert desk.subjects() == []


def test_many_problems_make_one_letter_that_can_be_read(desk: Desk) -> None:
    desk.alerts.report([catalogue.NO_PAYMENT_ACCOUNT.problem(item=f"Kvitto {n}", method=f"X{n}") for n in range(300)])
    desk.alerts.flush()
    (letter,) = desk.taken
    assert len(letter.as_bytes()) < 60_000
    assert desk.subjects() == ["300 fel"]


def test_the_log_with_the_failed_section_is_attached(desk: Desk) -> None:
    with desk.log.section("Synkronisera förändringar"):
        desk.log.error(PRESENT)
    desk.alerts.report([PRESENT])
    desk.alerts.flush()
    (log,) = desk.taken[0].iter_attachments()
    assert log.get_filename() == "JobOffice Sync Center 2026-11-24.log"
    assert PRESENT.sentence() in log.get_content()


def test_without_a_log_the_letter_goes_all_the_same(desk: Desk) -> None:
    desk.alerts.report([PRESENT])
    desk.alerts.flush()
    (log,) = desk.taken[0].iter_attachments()
    assert "går inte att läsa" in log.get_content()


def test_a_broken_memory_costs_a_letter_too_many_and_no_more(desk: Desk) -> None:
    desk.alerts.report([PRESENT])
    desk.subjects()
    (desk.folder / "mejlat.json").write_text("{")
    desk.alerts.report([PRESENT])
    assert desk.subjects() == ["1 fel"]
    assert "gick inte att läsa" in desk.log.path_today().read_text(encoding="utf-8-sig")


def test_a_memory_from_a_clock_that_was_wrong_does_not_silence(desk: Desk) -> None:
    desk.clock.later(days=400)
    desk.alerts.report([PRESENT])
    desk.subjects()
    desk.clock.later(days=-400)
    desk.alerts.report([PRESENT])
    assert desk.subjects() == ["1 fel kvarstår"]


def test_nobody_to_mail_means_no_mail_and_no_memory(tmp_path: Path) -> None:
    desk = Desk(tmp_path, settings=None)
    desk.alerts.report([PRESENT])
    assert desk.alerts.flush() is None
    assert desk.alerts.test_letter() is None
    assert not (tmp_path / "mejlat.json").exists()


# --- Silence is an alarm -------------------------------------------------------------------------------------


def test_no_successful_run_for_too_long_is_an_alarm_until_one_succeeds(desk: Desk) -> None:
    start = desk.clock()
    assert desk.alerts.heartbeat(start, start, 26) is None
    desk.clock.later(hours=26, seconds=1)
    problem = desk.alerts.heartbeat(start, start, 26)
    assert problem is not None
    assert problem.code == "S08"
    assert "2026-11-24 10:00" in problem.what
    desk.alerts.heartbeat(start, start, 26)
    assert desk.subjects() == ["1 fel"]
    desk.alerts.report([])  # a run of another kind of news solves nothing here
    assert desk.subjects() == []
    desk.alerts.heartbeat(desk.clock(), start, 26)
    assert desk.subjects() == ["löst – 1 fel borta"]


def test_a_shop_that_never_had_a_run_is_alarmed_too() -> None:
    clock = Clock()
    start = clock()
    assert overdue(clock(), None, start, 1) is None
    clock.later(hours=2)
    problem = overdue(clock(), None, start, 1)
    assert problem is not None
    assert "aldrig" in problem.what


def test_a_success_in_the_future_does_not_silence_the_alarm() -> None:
    clock = Clock()
    assert overdue(clock(), clock() + timedelta(days=300), clock() - timedelta(hours=30), 26) is not None


def test_a_sync_that_moves_to_another_till_is_told_once(desk: Desk) -> None:
    desk.alerts.owned_by("KASSA-1")
    desk.alerts.owned_by("KASSA-1")
    assert desk.subjects() == []
    desk.alerts.owned_by("KASSA-2")
    desk.restart().owned_by("KASSA-2")
    assert desk.subjects() == ["synkroniseringen har flyttat till KASSA-2"]


# --- The outbox ----------------------------------------------------------------------------------------------


def test_a_dead_server_keeps_the_mail_and_is_itself_shown(desk: Desk) -> None:
    desk.dead = catalogue.MAIL_FAILED.error(server="smtp.butik.se", detail="nere")
    desk.alerts.report([PRESENT])
    problem = desk.alerts.flush()
    assert problem is not None
    assert problem.code == "E01"
    assert len(desk.outbox.waiting()) == 1
    desk.dead = None
    fresh = Outbox(desk.folder / "utkorg", desk.deliver, desk.clock, "smtp.butik.se")
    assert fresh.flush() is None
    assert desk.subjects() == ["1 fel"]
    assert fresh.waiting() == []


def test_a_server_that_never_answers_does_not_stop_a_sync(desk: Desk) -> None:
    release = threading.Event()
    outbox = Outbox(desk.folder / "utkorg", lambda _: (release.wait(20), None)[1], desk.clock, "smtp.butik.se")
    outbox.put(mail())
    start = time.monotonic()
    for _ in range(2):
        problem = outbox.flush(patience=0.2)
        assert problem is not None
        assert problem.code == "E01"
    assert time.monotonic() - start < 2
    release.set()
    assert outbox.flush() is None
    assert outbox.waiting() == []


def mail(subject: str = "x") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "a@b.se", "c@d.se"
    message.set_content("Text")
    return message


def test_a_mail_that_is_refused_does_not_stop_the_next_and_is_laid_aside_in_the_end(tmp_path: Path) -> None:
    clock, taken = Clock(), list[str]()

    def deliver(message: EmailMessage) -> None:
        if message["Subject"] == "stor":
            raise Refused(catalogue.MAIL_FAILED.problem(server="s", detail="552 för stort"))
        taken.append(str(message["Subject"]))

    outbox = Outbox(tmp_path, deliver, clock, "s")
    path = outbox.put(mail("stor"))
    outbox.put(mail("liten"))
    os.utime(path, (clock().timestamp(), clock().timestamp()))
    problem = outbox.flush()
    assert taken == ["liten"]
    assert problem is not None
    assert problem.detail == "552 för stort"
    clock.later(days=2)
    outbox.flush()
    assert outbox.waiting() == [path]
    clock.later(days=2)
    outbox.flush()
    assert outbox.waiting() == []
    assert path.with_suffix(".nekad").exists()
    assert outbox.flush() is None


def test_two_processes_do_not_send_the_same_mail_twice(tmp_path: Path) -> None:
    taken: list[EmailMessage] = []
    outbox = Outbox(tmp_path, taken.append, Clock(), "s")
    outbox.put(mail())
    with FileLock(tmp_path / ".lock"):
        other = threading.Thread(target=outbox.flush)  # the lock is held as by another process
        other.start()
        other.join()
    assert taken == []
    outbox.flush()
    assert len(taken) == 1


def test_a_full_disk_loses_no_sync(desk: Desk) -> None:
    (desk.folder / "utkorg").write_text("en fil ligger i vägen")
    desk.alerts.report([PRESENT])
    assert "FEL! Mejl: Disken är full" in desk.log.path_today().read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
def test_from_a_problem_to_the_owners_inbox(tmp_path: Path, encryption: str) -> None:
    with smtp(encryption, sign_in=encryption == "starttls") as (inbox, port):
        settings = MailSettings(
            "localhost",
            ("agare@butik.se", "bokforare@byra.se"),
            port=port,
            encryption=encryption,
            sign_in="password" if encryption == "starttls" else "none",
            user="kassa@butik.se",
            sender="kassa@butik.se",
        )
        desk = Desk(tmp_path, settings)
        mailer = Mailer(settings, lambda: PASSWORD, desk.log.masker, context=trusting)
        desk.outbox = Outbox(tmp_path / "utkorg", mailer.deliver, desk.clock, settings.server)
        alerts = desk.restart()
        with desk.log.section("Synkronisera allt"):
            desk.log.error(PRESENT)
        alerts.report([PRESENT])
        assert alerts.flush() is None
    (letter,) = inbox.mails
    assert letter["Subject"] == "Sync Center: 1 fel – Demobutiken AB, Storgatan 1"
    assert inbox.receivers == [["agare@butik.se", "bokforare@byra.se"]]
    assert PRESENT.sentence() in next(iter(letter.iter_attachments())).get_content()


def test_the_server_comes_back_and_takes_what_waited(tmp_path: Path) -> None:
    port = free_port()
    desk = Desk(tmp_path)

    def to(port: int) -> Outbox:
        settings = MailSettings("localhost", ("a@b.se",), port=port, encryption="none", sign_in="none", sender="a@b.se")
        return Outbox(tmp_path / "utkorg", Mailer(settings, lambda: None, desk.log.masker).deliver, desk.clock, "s")

    desk.outbox = to(port)
    desk.restart().report([PRESENT])
    assert desk.alerts.flush() is not None
    with smtp() as (inbox, open_port):
        assert to(open_port).flush() is None
    assert len(inbox.mails) == 1

"""The menu by the clock, as values: what it says depends only on the status."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from synccenter.locale import _
from synccenter.service.status import Status


class Act(Enum):
    """What a person can choose."""

    STATUS = "status"
    CHANGES = "changes"
    EVERYTHING = "everything"
    PAUSE_HALF_HOUR = "pause_half_hour"
    PAUSE_TWO_HOURS = "pause_two_hours"
    PAUSE_TOMORROW = "pause_tomorrow"
    GO_ON = "go_on"
    ERRORS = "errors"
    JOURNAL = "journal"
    LOG = "log"
    LOG_FOLDER = "log_folder"
    SETTINGS = "settings"
    UPDATE = "update"
    ABOUT = "about"
    QUIT = "quit"


class Entry(Struct, frozen=True):
    """A row of the menu. `default` is bold and what a left click does; no text is a line."""

    text: str = ""
    act: Act | None = None
    enabled: bool = True
    default: bool = False
    below: tuple[Entry, ...] = ()


LINE = Entry()


def entries(status: Status) -> list[Entry]:
    """The whole menu, in the wording of the product page."""
    return [
        Entry(_("Visa status"), Act.STATUS, default=True),
        LINE,
        *_syncs(status),
        *([Entry(_("Läs in journalfil…"), Act.JOURNAL)] if status.reads_files else []),
        _pause(status),
        *_errors(status),
        LINE,
        Entry(_("Öppna dagens logg"), Act.LOG),
        Entry(_("Öppna katalog för loggfiler"), Act.LOG_FOLDER),
        Entry(_("Öppna inställningar"), Act.SETTINGS),
        LINE,
        *_update(status),
        Entry(_("Om"), Act.ABOUT),
        Entry(_("Avsluta"), Act.QUIT),
    ]


def _syncs(status: Status) -> list[Entry]:
    """Two kinds of sync where they differ, otherwise one."""
    if not status.both_kinds:
        return [Entry(_("Synkronisera"), Act.EVERYTHING, enabled=status.ready)]
    return [
        Entry(_("Synkronisera förändringar"), Act.CHANGES, enabled=status.ready),
        Entry(_("Synkronisera allt"), Act.EVERYTHING, enabled=status.ready),
    ]


def _pause(status: Status) -> Entry:
    if status.paused_until is not None:
        return Entry(_("Fortsätt nu"), Act.GO_ON)
    return Entry(
        _("Pausa"),
        enabled=status.ready,
        below=(
            Entry(_("30 minuter"), Act.PAUSE_HALF_HOUR),
            Entry(_("2 timmar"), Act.PAUSE_TWO_HOURS),
            Entry(_("Till i morgon"), Act.PAUSE_TOMORROW),
        ),
    )


def _update(status: Status) -> list[Entry]:
    if not status.newer:
        return []
    return [Entry(_("Byt till version {version}").format(version=status.newer), Act.UPDATE)]


def _errors(status: Status) -> list[Entry]:
    number = len(status.errors)
    return [Entry(_("Visa fel ({n})").format(n=number), Act.ERRORS)] if number else []

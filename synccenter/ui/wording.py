"""What the tray says: pure texts from a status."""

from __future__ import annotations

from datetime import datetime

from synccenter.locale import _, counted
from synccenter.sync.report import Outcome
from synccenter.sync.status import Situation, Status

PROGRAM = "JobOffice Sync Center"
TOOLTIP_LONGEST = 127
"""Windows takes 128 with the closing zero (NOTIFYICONDATAW.szTip)."""

TOAST_LONGEST = 255
TOAST_TITLE_LONGEST = 63


def moment(when: datetime | None, now: datetime | None = None) -> str:
    """`10:15` today, `tis 24 nov 10:15` otherwise; `–` for never."""
    if when is None:
        return "–"
    now = now or datetime.now(when.tzinfo)
    if when.date() == now.date():
        return f"{when:%H:%M}"
    return f"{weekday(when.weekday())} {when.day}/{when.month} {when:%H:%M}"


def weekday(number: int) -> str:
    """The short name of a weekday, 0 is Monday."""
    return (_("mån"), _("tis"), _("ons"), _("tor"), _("fre"), _("lör"), _("sön"))[number]


def headline(status: Status) -> str:
    """How things stand, in a sentence."""
    situation = status.situation
    if not status.ready:
        return _("Inställningarna är inte gjorda än.")
    if situation is Situation.ERROR or situation is Situation.SIGN_IN:
        number = len(status.errors)
        more = counted("och {n} fel till", "och {n} fel till", number - 1).format(n=number - 1) if number > 1 else ""
        return " ".join(part for part in (_(status.errors[0].title), more) if part) + "."
    if situation is Situation.WORKING:
        return _("{what} pågår.").format(what=_(status.working))
    if situation is Situation.PAUSED:
        return _("Pausad till {until}.").format(until=moment(status.paused_until))
    if situation is Situation.OTHER_TILL:
        return _("En annan kassa sköter synkroniseringen.")
    if situation is Situation.OFFLINE:
        return _("Ingen kontakt just nu. Nytt försök görs av sig självt.")
    return _("Allt är bra.") if status.last_good else _("Ingen synkronisering är gjord än.")


def tooltip(status: Status) -> str:
    """Name, last and next run, and what is wrong: at most 127 characters."""
    lines = [PROGRAM, headline(status)]
    if status.ready:
        lines.append(
            _("Senast {last} · Nästa {next}").format(last=moment(status.last_run), next=moment(status.next_run))
        )
    return shorten("\n".join(lines), TOOLTIP_LONGEST)


def answer(outcome: Outcome) -> tuple[str, str]:
    """Title and text that answer a person who asked for a run."""
    if outcome.result == "ok" and outcome.quiet:
        return _("Inget nytt"), _("Allt är redan synkroniserat.")
    done = _("{sent} underlag skickade, {written} registerrader uppdaterade.").format(
        sent=outcome.sent, written=outcome.written
    )
    if outcome.result == "ok":
        return _("Klart"), done
    if outcome.result == "cancelled":
        return _("Avbruten"), _("Resten tas vid nästa synkronisering.")
    if outcome.problems:
        problem = outcome.problems[0]
        return problem.title, problem.what
    return _("Klart"), done


def shorten(text: str, longest: int) -> str:
    """The text, cut with an ellipsis if it is longer."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"

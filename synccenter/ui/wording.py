"""What the tray says: pure texts from a status."""

from __future__ import annotations

from datetime import datetime

from synccenter.contract.catalogue.people import CASHIER
from synccenter.contract.errors import Problem, Reach
from synccenter.locale import _, counted
from synccenter.run.report import Outcome
from synccenter.service.status import Situation, Status

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
    if not status.ready:
        return _("Inställningarna är inte gjorda än.")
    situation = status.situation
    if situation in {Situation.ERROR, Situation.SIGN_IN}:
        number = len(status.errors)
        more = counted("och {n} fel till", "och {n} fel till", number - 1).format(n=number - 1) if number > 1 else ""
        return " ".join(part for part in (_(status.errors[0].title), more) if part) + "."
    if situation is Situation.IDLE and status.waiting:
        return counted(
            "{n} underlag väntar på nästa synkronisering.",
            "{n} underlag väntar på nästa synkronisering.",
            status.waiting,
        ).format(n=status.waiting)
    if situation is Situation.OFFLINE and status.passing and status.passing.reach is not Reach.NOBODY:
        return _("{title}. Nytt försök görs av sig självt.").format(title=_(status.passing.title))
    if situation is Situation.IDLE:
        return _("Allt är bra.") if status.last_good else _("Ingen synkronisering är gjord än.")
    return {
        Situation.WORKING: _("{what} pågår.").format(what=_(status.working)),
        Situation.PAUSED: _("Pausad till {until}.").format(until=moment(status.paused_until)),
        Situation.OTHER_TILL: _("En annan kassa sköter synkroniseringen."),
        Situation.OFFLINE: _("Ingen kontakt just nu. Nytt försök görs av sig självt."),
    }[situation]


def next_run(status: Status) -> str:
    """When the next run starts by itself."""
    if status.next_run is None:
        return _("körs bara för hand") if status.paused_until is None else _("pausad")
    return _("nästa {next}").format(next=moment(status.next_run))


def tooltip(status: Status) -> str:
    """Name, last and next run, and what is wrong: at most 127 characters."""
    lines = [PROGRAM, headline(status)]
    if status.ready:
        lines.append(_("Senast {last}").format(last=moment(status.last_run)) + f" · {next_run(status)}")
    return shorten("\n".join(lines), TOOLTIP_LONGEST)


def answer(outcome: Outcome) -> tuple[str, str]:
    """Title and text that answer a person who asked for a run."""
    if outcome.result == "ok" and outcome.quiet:
        return _("Inget nytt"), _("Allt är redan synkroniserat.")
    sent = counted("{n} underlag skickat", "{n} underlag skickade", outcome.sent).format(n=outcome.sent)
    rows = counted("{n} registerrad uppdaterad", "{n} registerrader uppdaterade", outcome.written)
    done = f"{sent}, {rows.format(n=outcome.written)}."
    if outcome.result == "ok":
        return _("Klart"), done
    if outcome.result == "cancelled":
        return _("Avbruten"), _("Resten tas vid nästa synkronisering.")
    if outcome.problems:
        problem = outcome.problems[0]
        return _(problem.title), advice(problem)
    return _("Klart"), done


def advice(problem: Problem) -> str:
    """What the cashier does, for a toast: what is theirs to mend, or whom to tell while they sell on."""
    if problem.who == CASHIER:
        return f"{problem.what} {_('Gör så här:')} {problem.fix}"
    who = _(problem.who)
    told = _("Sälj som vanligt. Säg till {who}.").format(who=who[:1].lower() + who[1:])
    return f"{told} {problem.what}"


def shorten(text: str, longest: int) -> str:
    """The text, cut with an ellipsis if it is longer."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"

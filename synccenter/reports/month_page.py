"""The month's proof as one web page: no scripts, nothing fetched, readable on a phone and when printed (A4)."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct, field

from synccenter import __version__
from synccenter.contract.errors import Problem
from synccenter.contract.model import Ore, kronor
from synccenter.contract.visible import visible
from synccenter.truth.proven import Proof, ZProof

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip

_STYLE = """
:root { color-scheme: light; --ink: #1d2129; --dim: #667085; --line: #e4e7ec; --orange: #e8780c; --red: #c4261d;
  --green: #1e7f43; --paper: #fff; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 24px 48px; max-width: 800px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
h1 { margin: 0; font-size: 28px; line-height: 1.2; } h1::first-letter { text-transform: uppercase; }
h2 { margin: 36px 0 8px; font-size: 17px; }
p { margin: 4px 0; } .dim, figcaption { color: var(--dim); font-size: 13px; }
.verdict { margin: 20px 0; padding: 12px 16px; border-left: 5px solid var(--green); background: #f0f9f3;
  font-size: 17px; font-weight: 600; }
.verdict.wrong { border-color: var(--red); background: #fdf1f0; }
.verdict ul { margin: 8px 0 0; padding-left: 20px; font-size: 14px; font-weight: 400; }
.facts { display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px; margin: 16px 0; }
.facts div { padding: 10px 14px; border: 1px solid var(--line); border-radius: 8px; }
.facts b { display: block; font-size: 19px; font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: 0; } svg { width: 100%; height: auto; } svg text { font-size: 11px; fill: var(--dim); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 8px; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
th { color: var(--dim); font-weight: 600; } thead { display: table-header-group; }
.n { text-align: right; } tfoot td { border-top: 2px solid var(--ink); border-bottom: 0; font-weight: 600; }
.ok { color: var(--green); } .bad { color: var(--red); font-weight: 600; white-space: normal; }
footer { margin-top: 40px; padding-top: 8px; border-top: 1px solid var(--line); }
@media (max-width: 560px) { body { padding: 20px 16px; } .facts { grid-template-columns: repeat(2, 1fr); }
  svg text { font-size: 17px; } svg text.day { display: none; } }
@page { size: A4; margin: 16mm 14mm; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } h2 { break-after: avoid; }
  tr, figure, .facts div { break-inside: avoid; } tfoot { display: table-row-group; } .scroll { overflow: visible; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
"""


class Month(Struct):
    """What the page tells of a month. `accounts`: account -> (debit, credit) in öre, from the vouchers sent."""

    first: date
    last: date
    company: str
    org_number: str
    store: str
    system: str
    proof: Proof
    sent: int = 0
    other_documents: int = 0
    accounts: dict[int, tuple[Ore, Ore]] = field(default_factory=dict)
    not_read: Problem | None = None


def escape(text: str) -> str:
    """Text from outside in the page: on one line, and no markup."""
    return html.escape(visible(text))


def month_name(first: date) -> str:
    """`november 2026`."""
    return f"{MONTHS[first.month - 1]} {first.year}"


def page(month: Month, now: datetime) -> str:
    """The whole page."""
    name = month_name(month.first)
    head = f"Bevis {name} – {month.company}"
    parts = [
        f"<h1>{escape(name)}</h1>",
        f"<p><b>{escape(month.company)}</b> {escape(month.org_number)}</p>",
        f'<p class="dim">{escape(month.store)} · bokförs i {escape(month.system)} · {month.first} – {month.last}</p>',
        _unfinished(month, now),
        _verdict(month),
        _facts(month),
        "<h2>Dag för dag</h2>",
        _chart(month),
        "<h2>Z-rapport för Z-rapport</h2>",
        _reports(month.proof),
        _accounts(month),
        _receipts(month.proof),
        _footer(now),
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="sv"><head><meta charset="utf-8"><title>{escape(head)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head>\n<body>\n" + "\n".join(part for part in parts if part) + "\n</body></html>\n"
    )


def _unfinished(month: Month, now: datetime) -> str:
    if now.date() > month.last:
        return ""
    return f'<p class="dim">Månaden är inte slut: siffrorna gäller till och med {now:%Y-%m-%d %H:%M}.</p>'


def _footer(now: datetime) -> str:
    return (
        f'<footer class="dim">Skapad {now:%Y-%m-%d %H:%M} av JobOffice Sync Center {__version__}. Belopp i kronor.'
        " Kassan: Z-rapportens summa. Skickat: det som lämnats till bokföringen för Z-rapportens kvitton."
        " Bokfört: det som lästs tillbaka därifrån.</footer>"
    )


def _verdict(month: Month) -> str:
    remarks = _remarks(month)
    if not month.proof.reports and not remarks:
        return '<div class="verdict">Ingen försäljning den här månaden.</div>'
    if month.proof.clean:
        return f'<div class="verdict">✓ {month.proof.verdict}</div>' + _notes(month)
    rows = "".join(f"<li>{escape(remark)}</li>" for remark in remarks)
    return f'<div class="verdict wrong">Det här behöver förklaras:<ul>{rows}</ul></div>' + _notes(month)


def _notes(month: Month) -> str:
    notes = []
    if month.not_read:
        notes.append(f"Bokföringen gick inte att läsa tillbaka: {month.not_read.title}.")
    elif not month.proof.read_back:
        notes.append("Bokföringen är inte läst tillbaka; beviset är mot det som skickats.")
    notes += month.proof.not_read_back()
    if month.other_documents:
        notes.append(f"{month.other_documents} underlag skickades som annat än verifikationer och ingår inte i filen.")
    return "".join(f'<p class="dim">{escape(note)}</p>' for note in notes)


def _remarks(month: Month) -> list[str]:
    proof = month.proof
    wrong = [one for one in proof.reports if not one.right]
    remarks = [f"Z {one.number} kassa {one.till} ({one.business_date}): {_why(one)}" for one in wrong]
    remarks += [
        f"Lucka: {gap.what} {gap.first}–{gap.last} på kassa {gap.till} saknas i kassan"
        for gap in proof.gaps
        if not gap.explained
    ]
    remarks += [f"{one.reference} ({one.number}): {one.why}, {kronor(one.amount)} kr" for one in proof.books]
    for one in proof.deviations:
        what = "är felslag" if one.voided else "är ändrat"
        remarks.append(f"Kvitto {one.key} {what} i kassan efter att det skickats som {one.reference}")
    remarks += [row for explained, row in proof.more() if not explained]
    for count, single, many in (
        (proof.waiting, "väntar", "väntar"),
        (proof.parked, "är stoppat", "är stoppade"),
        (proof.unknown, "är oklart", "är oklara"),
    ):
        if count:
            remarks.append(f"{count} underlag {single if count == 1 else many}")
    return remarks


def _facts(month: Month) -> str:
    till, sent, booked = month.proof.total()
    difference = till - (sent if booked is None else booked)
    finished = sum(states.get("finished", 0) for states in month.proof.states.values())
    facts = [("Kassan", kronor(till)), ("Skickat", kronor(sent))]
    if booked is not None:
        facts.append(("Bokfört", kronor(booked)))
    facts += [
        ("Skillnad", kronor(difference)),
        ("Z-rapporter", str(len(month.proof.reports))),
        ("Kvitton", f"{finished:,}".replace(",", "\N{NO-BREAK SPACE}")),
    ]
    boxes = (
        f'<div><span class="dim">{label}</span><b{_red(label == "Skillnad" and difference != 0)}>{value}</b></div>'
        for label, value in facts
    )
    return f'<div class="facts">{"".join(boxes)}</div>'


def _red(wrong: bool) -> str:
    return ' class="bad"' if wrong else ""


# --- the chart: one bar a day, the till's total, with what is missing in the books in red on top ------------------

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 752, 220, 64, 12, 24


def _chart(month: Month) -> str:
    days = month.last.day
    totals, missing = [0] * (days + 1), [0] * (days + 1)
    for report in month.proof.reports:
        totals[report.business_date.day] += report.total
        missing[report.business_date.day] += max(0, report.difference)
    top = _round_up(max([*totals, 100]))
    room, width = _HEIGHT - _TOP - _BOTTOM, (_WIDTH - _LEFT) / days
    parts = [_grid(top, room)]
    for day in range(1, days + 1):
        x, on = _LEFT + (day - 1) * width, month.first.replace(day=day)
        weekend = on.weekday() == 6
        if totals[day] > 0:
            title = f"{on}: {kronor(totals[day])} kr"
            parts.append(_bar(x, width, totals[day] * room / top, "#e8780c", title))
        if missing[day] > 0:
            title = f"{on}: {kronor(missing[day])} kr saknas i bokföringen"
            parts.append(_bar(x, width, max(2.0, missing[day] * room / top), "#c4261d", title))
        bold = ' font-weight="700"' if weekend else ' class="day"'
        parts.append(f'<text x="{x + width / 2:.1f}" y="{_HEIGHT - 7}" text-anchor="middle"{bold}>{day}</text>')
    legend = "Kassans summa per dag i kronor (söndagar i fetstil)."
    if any(missing):
        legend += " Rött: det som saknas i bokföringen."
    return (
        f'<figure><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Kassans summa per dag">'
        + "".join(parts)
        + f"</svg><figcaption>{legend}</figcaption></figure>"
    )


def _grid(top: Ore, room: float) -> str:
    parts = []
    for step in range(5):
        y = _TOP + room * (4 - step) / 4
        amount = f"{top * step // 400:,}".replace(",", "\N{NO-BREAK SPACE}")
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e4e7ec"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{amount}</text>')
    return "".join(parts)


def _bar(x: float, width: float, height: float, colour: str, title: str) -> str:
    y = _HEIGHT - _BOTTOM - height
    return (
        f'<rect x="{x + width * 0.15:.1f}" y="{y:.1f}" width="{width * 0.7:.1f}" height="{height:.1f}" rx="2"'
        f' fill="{colour}"><title>{escape(title)}</title></rect>'
    )


def _round_up(amount: Ore) -> Ore:
    """The next amount that reads well on an axis in four steps: 4, 8, 12, 20 or 40 times a power of ten kronor."""
    power = 100
    while True:
        for step in (4, 8, 12, 20):
            if amount <= step * power:
                return step * power
        power *= 10


# --- tables -----------------------------------------------------------------------------------------------------


def _reports(proof: Proof) -> str:
    if not proof.reports:
        return '<p class="dim">Inga Z-rapporter.</p>'
    read = proof.read_back
    labels = ["Datum", "Kassa", "Z", "Kassan", "Skickat", *(["Bokfört"] if read else []), "Skillnad", ""]
    rows = [_report_row(one, read=read) for one in proof.reports]
    till, sent, booked = proof.total()
    sums = [kronor(till), kronor(sent), *([kronor(booked or 0)] if read else [])]
    last = ["Summa", "", "", *sums, kronor(till - (sent if booked is None else booked)), ""]
    return _table(labels, rows, last, numbers=range(2, len(labels) - 1))


def _report_row(one: ZProof, *, read: bool) -> list[str]:
    amounts = [kronor(one.total), kronor(one.sent), *([kronor(one.booked or 0)] if read else [])]
    verdict = '<span class="ok">✓</span>' if one.right else f'<span class="bad">{escape(_why(one))}</span>'
    return [str(one.business_date), escape(one.till), str(one.number), *amounts, kronor(one.difference), verdict]


def _why(one: ZProof) -> str:
    if one.note:
        return one.note
    if one.waiting:
        return "1 kvitto väntar" if one.waiting == 1 else f"{one.waiting} kvitton väntar"
    if one.total != one.receipts_total:
        return f"kvittona blir {kronor(one.receipts_total)} kr"
    return f"skillnad {kronor(one.difference)} kr"


def _accounts(month: Month) -> str:
    if not month.accounts:
        return ""
    rows = [
        [str(account), kronor(debit), kronor(credit), kronor(debit - credit)]
        for account, (debit, credit) in month.accounts.items()
    ]
    debit = sum(one for one, _ in month.accounts.values())
    credit = sum(one for _, one in month.accounts.values())
    last = ["Summa", kronor(debit), kronor(credit), kronor(debit - credit)]
    heading = (
        f"<h2>Konto för konto</h2><p class='dim'>{month.sent - month.other_documents} verifikationer skickade.</p>"
    )
    return heading + _table(["Konto", "Debet", "Kredit", "Netto"], rows, last, numbers=range(1, 4))


def _receipts(proof: Proof) -> str:
    names = {"finished": "Avslutade", "cancelled": "Avbrutna", "parked": "Parkerade", "voided": "Felslag"}
    tills = {till: states for till, states in proof.states.items() if states}
    if not tills:
        return ""
    rows = [[escape(till), *(str(states.get(key, 0)) for key in names)] for till, states in tills.items()]
    text = "<h2>Kvitton</h2>" + _table(["Kassa", *names.values()], rows, None, numbers=range(1, 5))
    explained = [gap for gap in proof.gaps if gap.explained]
    for gap in explained:
        what = f"Lucka {gap.what} {gap.first}–{gap.last} på kassa {gap.till}: {gap.explained}"
        text += f'<p class="dim">{escape(what)}</p>'
    return text


_RIGHT = ' class="n"'


def _table(
    labels: Sequence[str], rows: Iterable[Sequence[str]], last: Sequence[str] | None, *, numbers: Sequence[int]
) -> str:
    """A table of cells that are HTML already; the columns in `numbers` stand to the right."""

    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(f"<{tag}{_RIGHT if column in numbers else ''}>{cell}</{tag}>" for column, cell in enumerate(row))

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    foot = f"<tfoot><tr>{cells('td', last)}</tr></tfoot>" if last else ""
    return (
        f'<div class="scroll"><table><thead><tr>{cells("th", labels)}</tr></thead><tbody>{body}</tbody>{foot}'
        "</table></div>"
    )

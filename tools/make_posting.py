"""Writes docs/KONTERING.md: what each event is booked as, found out by letting the program book it. A test compares.

python -m tools.make_posting
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from synccenter.contract.model import (
    ArticleGroup,
    CashKind,
    CashMovement,
    Line,
    LineKind,
    Payment,
    PaymentKind,
    PaymentMethod,
    Posting,
    Receipt,
    ReceiptState,
    Till,
)
from synccenter.contract.options import options_of
from synccenter.posting.controls import vat_within
from synccenter.posting.rows import cash_postings, merged, receipt_postings
from synccenter.posting.rules import Rules, make_rules
from synccenter.posting.settings import AgentRule, MovementRule, ZeroRule
from synccenter.posting.settings import Posting as Section

TARGET = Path(__file__).resolve().parents[1] / "docs" / "KONTERING.md"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)

HEAD = """# Så konteras det

Tabellen är skriven av `python -m tools.make_posting`: varje händelse har bokförts av programmet självt med förvalda
konton (BAS 2026) och två kassor; ändra den inte för hand. Alla konton är inställningar (Inställningar > Konton).
Kassans sparade belopp och moms används som de är; de prövas mot momssatsen men räknas aldrig om. Debet och kredit
jämnas aldrig mot varandra. Beloppen är exempel på 100 kr inklusive moms. `jobsync demo --everything` bokför allt på en
gång, med en Z-rapport över ett månadsskifte.

| Händelse | Villkor | Konto | Debet | Kredit | Radens text | Källa |
|---|---|---|---:|---:|---|---|
"""

TAIL = """
## Att bestämma med bokföraren

- **Kassakonton.** Den första av flera kassor får 1911, nästa 1912 och så vidare; ett konto som används till något annat
  (1914, 1919) hoppas över, så den fjärde får 1915. Därefter följer kontot kassan.
- **Växel på en sedel** är ingen återbetalning: det som läggs fram och det som lämnas tillbaka på ett kvitto är en rad.
- **Enfunktionsvoucher.** Momsen som tas tillbaka är den som står för betalsättet i tabellen *Betalsätt*, annars
  varornas. Har kvittot flera momssatser och tabellen ingen väntar kvittot (B33). Såldes kortet med en annan momssats
  sägs det i varje körning (B38), när kassans tabell `gift_card` säger vilket kort det var.
- **EU och omvänd moms** förutsätter att köparens momsnummer finns på underlaget; kassan prövar det inte. 3231 heter
  byggsektorn i BAS: säljer butiken annat med omvänd moms, välj ett eget konto.
- **Provision** räknas per rad i promille av det sålda, med sin moms i. Vill huvudmannen räkna av den själv: sätt 0.
- **Efter midnatt** hör en försäljning före klockan 6 till kvällen när Z-rapporten gäller den dagen. Bokförs kvittona
  ett och ett gäller kvittots eget datum, och ett inköp ur kassan har alltid sitt eget datum.

## Tabellerna i inställningarna

Kolumnernas namn är de som `jobsync settings set` och `settings.toml` använder.

{tables}

## När kvittot blir en betald kundfaktura

Fakturans rader har samma konton och kassans moms per momssats, öre för öre. Provisionen på det som säljs för annans
räkning är två rader: av skulden, och som intäkt med sin moms. En enfunktionsvoucher är ingen betalning på fakturan utan
en rad som tar tillbaka sin försäljning, eftersom momsen redan är betald. Affärssystemet räknar momsen själv: blir
fakturans summa en annan än kassans bokförs den inte, och där systemet berättar vad det bokförde jämför beviset netto,
moms och varje betalning och visar skillnaden (T13).
"""

TIPS = "Skatteverket 131 184388-16/111 (2016-08-30)"
VOUCHERS = "ML 2023:200 2 kap. 26 § ff.; Skatteverkets rättsliga vägledning 393949 (2024.4)"
LINE_SOURCE = {
    LineKind.GOODS: "ML 2023:200 9 kap.; BAS 2026",
    LineKind.DEPOSIT: "pantamera.nu/foretag/butik/livsmedelsmoms-pa-pant (2026)",
    LineKind.GIFT_CARD: f"flerfunktionsvoucher: ingen moms när den säljs; {VOUCHERS}; BAS 2421",
    LineKind.SINGLE_PURPOSE: f"enfunktionsvoucher: moms när den säljs; {VOUCHERS}",
    LineKind.AGENT: "såld för annans räkning är ingen egen omsättning; konto väljs med bokföraren",
    LineKind.TIP: f"skuld till personalen, ingen moms; {TIPS}",
    LineKind.OWNER_TIP: f"intäkt, ingen moms; {TIPS}",
}
GROUP_SOURCE = {
    "export": "ML 2023:200 10 kap. (export); SKV 4700 ruta 36",
    "eu": "ML 2023:200 10 kap. 42–43 §§: köparens momsnummer i ett annat EU-land krävs; SKV 4700 ruta 35",
    "reverse": "ML 2023:200 16 kap., t.ex. 16 § (mobiltelefoner m.m. över 100 000 kr); SKV 4700 ruta 41",
    "lotter": "spel är undantaget, ML 2023:200 10 kap. 34 §; på provisionen utgår moms (FAR, Rätt Moms: Lotteri)",
}
"""Why a line without VAT lands where it does, by the article group that says why."""
PAYMENT_SOURCE = {
    PaymentKind.CASH: "BAS 1910–1913: ett konto per kassa",
    PaymentKind.CARD: "BAS 2026: 1686 (1580 utgick)",
    PaymentKind.SWISH: "FAR Kassaregister, bokföringstidpunkt: 1930 direkt",
    PaymentKind.GIFT_CARD: f"skulden minskar; momsen kommer med varan; {VOUCHERS}",
    PaymentKind.SINGLE_PURPOSE: f"momsen betalades vid försäljningen; {VOUCHERS}",
    PaymentKind.INVOICE: "BFL 5 kap. 7 §: vilken motpart den berör",
    PaymentKind.OTHER: "inget förval: kvittot väntar tills betalsättet har ett konto (B01)",
}
KIND = {
    LineKind.GOODS: "vara (goods)",
    LineKind.DEPOSIT: "pant (deposit)",
    LineKind.GIFT_CARD: "presentkort (gift_card)",
    LineKind.SINGLE_PURPOSE: "enfunktionsvoucher (single_purpose)",
    LineKind.AGENT: "ombudsförsäljning (agent)",
    LineKind.TIP: "dricks till personalen (tip)",
    LineKind.OWNER_TIP: "dricks till företaget (owner_tip)",
}
"""The kinds as a bookkeeper says them, with the till's code."""
CASH_SOURCE = {
    CashKind.FLOAT: "ett konstaterande, ingen kontering",
    CashKind.PAY_IN: "BFL 5 kap. 2 §",
    CashKind.PAY_OUT: "BFL 5 kap. 2 §",
    CashKind.COUNTED: "BFL 5 kap. 2 §; räknat minus förväntat; BAS har inget eget konto",
}
OWN_ACCOUNT = "BFL 5 kap. 2 §; eget underkonto till BAS 1910 Kassa (BAS 2026 har 1910–1913)"
"""1914 and 1919: BAS has no account for money on its way to the bank or in the safe, and leaves the last digit free."""
METHODS = tuple(PaymentMethod(kind.name, f"Betalsätt {kind.value}", kind) for kind in PaymentKind)


class Event(Struct, frozen=True):
    """Something that happens, and the rows that the program makes of it."""

    what: str
    when: str
    rows: Sequence[Posting]
    source: str


def rules() -> Rules:
    """The defaults, with a row in each table that is empty from the start."""
    section = Section()
    movements = (*section.cash_movements, MovementRule("Kaffe", 5460, purchase=True, vat=12))
    groups = [ArticleGroup(code, code.capitalize(), 0) for code in ("export", "eu", "reverse", "lotter")]
    zero = tuple(ZeroRule(code, code) for code in ("export", "eu", "reverse"))
    section = Section(cash_movements=movements, zero_rated=zero, agents=(AgentRule("lotter", 2890, 60, 3990, 25),))
    return make_rules(section, (Till("1", "Kassa 1"), Till("2", "Kassa 2")), METHODS, groups)


def events() -> Iterator[Event]:
    """Everything that can happen, in the order a bookkeeper asks."""
    sold = [(LineKind.GOODS, rate, "") for rate in (25, 12, 6, 0)]
    sold += [(LineKind.GOODS, 0, group) for group in ("export", "eu", "reverse", "lotter")]
    sold += [(LineKind.DEPOSIT, 25, ""), (LineKind.DEPOSIT, 6, ""), (LineKind.GIFT_CARD, 0, "")]
    sold += [(LineKind.SINGLE_PURPOSE, 6, "")]
    sold += [(kind, 0, "") for kind in (LineKind.AGENT, LineKind.TIP, LineKind.OWNER_TIP)]
    for kind, rate, group in sold:
        for sign, word in ((1, "Såld rad"), (-1, "Återlämnad rad")):
            rows = _receipt(_line(kind, rate, group, sign * 10_000), PaymentKind.CARD)
            own = [row for row in rows if row.account != rules().card or row.text.startswith("Dricks")]
            when = f"{KIND[kind]}, {rate} %" + (f", varugrupp {group}" if group else "")
            yield Event(word, when, own, GROUP_SOURCE.get(group) or LINE_SOURCE[kind])
    for payment in PaymentKind:
        if payment is PaymentKind.OTHER:
            yield Event("Betalning", payment.value, (), PAYMENT_SOURCE[payment])
            continue
        for sign, word in ((1, "Betalning"), (-1, "Återbetalning")):
            rows = _receipt(_line(LineKind.GOODS, 25, "", sign * 10_000), payment)
            own = [row for row in rows if row.purpose.value in {"payment", "gift_card"}]
            yield Event(word, payment.value, own, PAYMENT_SOURCE[payment])
    for rounding in (30, -30):
        rows = _receipt(_line(LineKind.GOODS, 25, "", 10_000), PaymentKind.CASH, rounding)
        own = [row for row in rows if row.purpose.value == "rounding"]
        yield Event("Öresavrundning", "uppåt" if rounding > 0 else "nedåt", own, "SFS 1970:1029 2 §")
    yield from _cash()


def _cash() -> Iterator[Event]:
    known = [row.reason for row in Section().cash_movements]
    for kind in (CashKind.PAY_IN, CashKind.PAY_OUT):
        for reason in [*known, "fri text"]:
            yield Event(
                "Insättning" if kind is CashKind.PAY_IN else "Uttag",
                f"orsak {reason}",
                _moved(kind, reason),
                _source(kind, reason),
            )
    bought = _moved(CashKind.PAY_OUT, "Kaffe")
    source = "BFL 5 kap. 6 §, BFNAR 2013:2: egen verifikation; ML 2023:200 13 kap. (avdrag)"
    yield Event("Inköp ur kassan", "orsak märkt inköp, egen verifikation", bought, source)
    for wrong, word in ((10_000, "för mycket"), (-10_000, "för lite")):
        yield Event("Räknad kassa", word, _moved(CashKind.COUNTED, "", wrong), CASH_SOURCE[CashKind.COUNTED])
    yield Event("Växelkassa", "", _moved(CashKind.FLOAT, ""), CASH_SOURCE[CashKind.FLOAT])


def _source(kind: CashKind, reason: str) -> str:
    row = next((one for one in Section().cash_movements if one.reason == reason), None)
    if row is None:
        return "parkerar inget; gul rad i varje körning och i kontrollen (B06)"
    return OWN_ACCOUNT if row.account in {1914, 1919} else CASH_SOURCE[kind]


def _line(kind: LineKind, rate: int, group: str, amount: int) -> Line:
    return Line(1, kind, "", "", group, 1000, amount, vat_within(amount, rate), rate)


def _receipt(line: Line, kind: PaymentKind, rounding: int = 0) -> Sequence[Posting]:
    paid = (Payment(kind.name, line.amount + rounding),)
    receipt = Receipt(
        till="1",
        number=101,
        state=ReceiptState.FINISHED,
        at=NOON,
        lines=(line,),
        payments=paid,
        rounding=rounding,
        customer="10023",
    )
    return merged(receipt_postings(receipt, rules()))


def _moved(kind: CashKind, reason: str, wrong: int = 0) -> Sequence[Posting]:
    expected = 50_000 if kind is CashKind.COUNTED else None
    amount = 50_000 + wrong if kind is CashKind.COUNTED else 10_000
    return merged(cash_postings([CashMovement("1", 1, kind, NOON, amount, reason, expected=expected)], rules()))


def tables() -> str:
    """The columns of each table of the section, for those who write them by hand."""
    rows = ["| Tabell | Kolumner |", "|---|---|"]
    for option in options_of(Section):
        if option.columns:
            columns = ", ".join(f"`{one.name}` {one.label}" for one in option.columns)
            rows.append(f"| {option.label} (`posting.{option.name}`) | {columns} |")
    return "\n".join(rows)


def text() -> str:
    """The whole file."""
    lines = [HEAD.rstrip("\n")]
    for event in events():
        if not event.rows:
            lines.append(f"| {event.what} | {event.when} | – | | | | {event.source} |")
        for row in event.rows:
            amount = f"{abs(row.amount) // 100},{abs(row.amount) % 100:02d}"
            sides = f"{amount} | " if row.amount > 0 else f" | {amount}"
            lines.append(f"| {event.what} | {event.when} | {row.account} | {sides} | {row.text} | {event.source} |")
    return "\n".join(lines) + "\n" + TAIL.replace("{tables}", tables())


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")

"""The section `posting`: which accounts the trade lands on. Defaults are BAS 2026."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Struct, field

from synccenter.contract.options import AccountNumber, Option

_WHAT = "Vad som bokförs"
_ACCOUNTS = "Konton"


class PaymentRule(Struct, frozen=True):
    """A row of *Betalsätt*. `till` "" means all, `account` 0 that of the method's kind. `vat` is the rate that an
    enfunktionsvoucher was sold at; 0: that of the goods on the receipt."""

    method: Annotated[str, Option(label="Betalsätt", suggest="methods")] = ""
    till: Annotated[str, Option(label="Kassa (tom: alla)", suggest="tills")] = ""
    account: Annotated[AccountNumber, Option(label="Konto", suggest="accounts")] = 0
    vat: Annotated[int, Option(label="Enfunktionsvoucher, moms %", least=0, most=25)] = 0


class CashRule(Struct, frozen=True):
    """A row of *Kontanter per kassa*. `name` is the till's, for the one who reads; `till` "" means all others."""

    till: Annotated[str, Option(label="Kassa", suggest="tills")] = ""
    name: Annotated[str, Option(label="Kassans namn")] = ""
    account: Annotated[AccountNumber, Option(label="Konto", suggest="accounts")] = 0


class SalesRule(Struct, frozen=True):
    """A row of *Försäljning och moms*. `rate` is whole percent, `group` "" means all, `since` None means always."""

    rate: Annotated[int, Option(label="Moms %", least=0, most=100)] = 25
    group: Annotated[str, Option(label="Varugrupp (tom: alla)", suggest="groups")] = ""
    since: Annotated[date | None, Option(label="Från och med")] = field(default=None, name="from")
    account: Annotated[AccountNumber, Option(label="Försäljning", suggest="accounts")] = 0
    vat_account: Annotated[AccountNumber, Option(label="Utgående moms", suggest="accounts")] = 0


class MovementRule(Struct, frozen=True):
    """A row of *In- och utbetalningar*. `purchase`: bought with cash; it gets a voucher of its own, and `vat` percent
    of it is input VAT."""

    reason: Annotated[str, Option(label="Orsak")] = ""
    account: Annotated[AccountNumber, Option(label="Konto", suggest="accounts")] = 0
    purchase: Annotated[bool, Option(label="Inköp, egen verifikation")] = False
    vat: Annotated[int, Option(label="Ingående moms %", least=0, most=25)] = 0
    vat_account: Annotated[AccountNumber, Option(label="Ingående moms", suggest="accounts")] = 2641


class ZeroRule(Struct, frozen=True):
    """A row of *Försäljning utan moms*: why a group has no VAT, and so which box of the VAT return. `account` 0: that
    of BAS for the reason."""

    group: Annotated[str, Option(label="Varugrupp", suggest="groups")] = ""
    reason: Annotated[
        Literal["free", "export", "eu", "reverse"],
        Option(
            label="Varför",
            choices=(
                ("free", "Momsfri (ruta 42)"),
                ("export", "Export och tax-free (ruta 36)"),
                ("eu", "Till annat EU-land (ruta 35)"),
                ("reverse", "Köparen betalar momsen (ruta 41)"),
            ),
        ),
    ] = "free"
    account: Annotated[AccountNumber, Option(label="Konto", suggest="accounts")] = 0


class AgentRule(Struct, frozen=True):
    """A row of *Ombudsförsäljning*: what is sold of a group is owed to another, but for the commission."""

    group: Annotated[str, Option(label="Varugrupp", suggest="groups")] = ""
    account: Annotated[AccountNumber, Option(label="Skuld", suggest="accounts")] = 2890
    commission: Annotated[int, Option(label="Provision i promille", least=0, most=1000)] = 0
    commission_account: Annotated[AccountNumber, Option(label="Provision", suggest="accounts")] = 3990
    vat: Annotated[int, Option(label="Moms på provisionen %", least=0, most=25)] = 0


class DimensionRule(Struct, frozen=True):
    """A row of *Kostnadsställen och projekt*. `till` and `group` "" mean all."""

    till: Annotated[str, Option(label="Kassa (tom: alla)", suggest="tills")] = ""
    group: Annotated[str, Option(label="Varugrupp (tom: alla)", suggest="groups")] = ""
    cost_centre: Annotated[str, Option(label="Kostnadsställe")] = ""
    project: Annotated[str, Option(label="Projekt")] = ""


class Posting(Struct, frozen=True, kw_only=True):
    """What is booked, as what, and where."""

    unit: Annotated[
        Literal["receipt", "z", "day"],
        Option(
            label="Bokför per",
            group=_WHAT,
            choices=(("receipt", "Kvitto"), ("z", "Z-rapport"), ("day", "Dag")),
            help="Ett underlag per kvitto, per Z-rapport eller per dag.",
        ),
    ] = "z"
    target: Annotated[
        Literal["voucher", "invoice"],
        Option(
            label="Skicka som",
            group=_WHAT,
            choices=(("voucher", "Verifikation"), ("invoice", "Betald kundfaktura")),
            help="Vad affärssystemet ska ta emot. Betald kundfaktura görs per kvitto.",
        ),
    ] = "voucher"
    split_cash: Annotated[
        bool,
        Option(
            label="Kontant och kort var för sig",
            group=_WHAT,
            advanced=True,
            help="Två verifikationer per Z-rapport eller dag: kontant och resten. Lagen daterar dem olika.",
            when=("unit", ("z", "day")),
        ),
    ] = False
    series: Annotated[
        str,
        Option(label="Verifikationsserie", group=_WHAT, suggest="series", help="Serien ska finnas och vara manuell."),
    ] = ""
    cash_customer: Annotated[
        str,
        Option(
            label="Kontantkund",
            group=_WHAT,
            help="Kundnummer för kvitton utan kund, när de skickas som kundfakturor.",
        ),
    ] = ""
    payments: Annotated[
        tuple[PaymentRule, ...],
        Option(
            label="Betalsätt",
            group=_ACCOUNTS,
            help="Konto per betalsätt. Utan rad, eller med konto 0, gäller förvalet för betalsättets sort.",
        ),
    ] = ()
    cash_tills: Annotated[
        tuple[CashRule, ...],
        Option(
            label="Kontanter",
            group=_ACCOUNTS,
            help="Kassakonto per kassa. Utan rad: 1910 för en ensam kassa, annars 1911, 1912, 1913 … (BAS 2026)."
            " Kontot följer sedan kassan.",
        ),
    ] = ()
    cash_accounts: Annotated[
        tuple[AccountNumber, ...],
        Option(
            label="Kontanter i kassornas ordning",
            group=_ACCOUNTS,
            suggest="accounts",
            advanced=True,
            help="Kassakonton för kassor utan rad ovan, i kassornas ordning, med komma emellan.",
        ),
    ] = ()
    card_account: Annotated[
        AccountNumber, Option(label="Kort", group=_ACCOUNTS, help="BAS 2026: 1686. Äldre kontoplaner: 1580.")
    ] = 1686
    swish_account: Annotated[
        AccountNumber,
        Option(label="Swish", group=_ACCOUNTS, help="1930 direkt, eller ett avräkningskonto som 1680."),
    ] = 1930
    invoice_account: Annotated[
        AccountNumber, Option(label="Faktura", group=_ACCOUNTS, help="Betalsättet ”faktura” i kassan.")
    ] = 1510
    gift_card_sold_account: Annotated[
        AccountNumber,
        Option(
            label="Presentkort, försäljning",
            group=_ACCOUNTS,
            help="Skulden när ett presentkort säljs (utan moms).",
        ),
    ] = 2421
    gift_card_used_account: Annotated[
        AccountNumber,
        Option(label="Presentkort, betalning", group=_ACCOUNTS, help="Skulden när ett presentkort används."),
    ] = 2421
    rounding_account: Annotated[
        AccountNumber, Option(label="Öresavrundning", group=_ACCOUNTS, help="Per kvitto, aldrig per dag.")
    ] = 3740
    difference_account: Annotated[
        AccountNumber,
        Option(
            label="Kassadifferens",
            group=_ACCOUNTS,
            help="Skillnaden mellan räknad och förväntad kassa. BAS har inget eget konto; välj med bokföraren.",
        ),
    ] = 3790
    deposit_account: Annotated[
        AccountNumber,
        Option(
            label="Pant",
            group=_ACCOUNTS,
            help="Momsen på pant följer varan. 0: samma försäljningskonto som varan.",
        ),
    ] = 0
    single_purpose_account: Annotated[
        AccountNumber,
        Option(
            label="Enfunktionsvoucher",
            group=_ACCOUNTS,
            advanced=True,
            help="Skulden utan moms för presentkort på en enda momssats; momsen bokförs när de säljs.",
        ),
    ] = 2429
    tip_account: Annotated[
        AccountNumber,
        Option(label="Dricks, personalens", group=_ACCOUNTS, advanced=True, help="Skulden till personalen."),
    ] = 2829
    owner_tip_account: Annotated[
        AccountNumber,
        Option(label="Dricks, företagets", group=_ACCOUNTS, advanced=True, help="Dricks som stannar i företaget."),
    ] = 3999
    agent_account: Annotated[
        AccountNumber,
        Option(
            label="Ombudsförsäljning",
            group=_ACCOUNTS,
            advanced=True,
            help="Skulden för lotter, frimärken och spel som kassan märker så. Per varugrupp: tabellen nedan.",
        ),
    ] = 2890
    suspense_account: Annotated[
        AccountNumber,
        Option(
            label="OBS-konto",
            group=_ACCOUNTS,
            advanced=True,
            help="In- och utbetalningar med en orsak som saknas i tabellen, tills någon valt konto.",
        ),
    ] = 2999
    sales: Annotated[
        tuple[SalesRule, ...],
        Option(
            label="Försäljning och moms",
            group=_ACCOUNTS,
            help="Konto per momssats, och vid behov per varugrupp och från ett datum.",
        ),
    ] = (
        SalesRule(25, account=3001, vat_account=2611),
        SalesRule(12, account=3002, vat_account=2621),
        SalesRule(6, account=3003, vat_account=2631),
        SalesRule(0, account=3004),
    )
    cash_movements: Annotated[
        tuple[MovementRule, ...],
        Option(
            label="In- och utbetalningar",
            group=_ACCOUNTS,
            help="Konto per orsak som kassan använder. 1914: på väg till banken. 1919: kassaskåp och växel, som fylls"
            " på från banken av bokföraren. En orsak utan rad går till OBS-kontot.",
        ),
    ] = (
        MovementRule("Bankinsättning", 1914),
        MovementRule("Växel", 1919),
        MovementRule("Växel från bank", 1930),
        MovementRule("Kassaskåp", 1919),
        MovementRule("Dricks", 2829),
    )
    zero_rated: Annotated[
        tuple[ZeroRule, ...],
        Option(
            label="Försäljning utan moms",
            group=_ACCOUNTS,
            help="Varför en varugrupp säljs med 0 %. Utan rad är den momsfri. Konto 0: 3004, 3105, 3108 eller 3231.",
        ),
    ] = ()
    agents: Annotated[
        tuple[AgentRule, ...],
        Option(
            label="Ombudsförsäljning per varugrupp",
            group=_ACCOUNTS,
            help="Lotter, frimärken och spel: det kunden betalar är en skuld, provisionen en intäkt för sig.",
        ),
    ] = ()
    dimensions: Annotated[
        tuple[DimensionRule, ...],
        Option(
            label="Kostnadsställen och projekt",
            group=_ACCOUNTS,
            help="Kostnadsställe och projekt per kassa eller varugrupp.",
        ),
    ] = ()

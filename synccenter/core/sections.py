"""The program's own options. Connectors declare theirs; file, command line and window are drawn from both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from synccenter.contract.connector import Registry
from synccenter.contract.model import Register
from synccenter.contract.options import Column, Kind, Option

SECTION_TITLES: Mapping[str, str] = {
    "general": "Gemensamt",
    "schedule": "Schema",
    "integration": "Integration",
    "posting": "Konton",
    "mail": "E-post",
    "safety": "Säkerhet",
}

_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)


def _clock(value: str) -> str | None:
    if value in {"", "24:00"} or _CLOCK.fullmatch(value):
        return None
    return f"Skriv klockslaget som tt:mm, inte ”{value}”."


def _time_zone(value: str) -> str | None:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        return f"”{value}” är ingen tidszon. Skriv t.ex. Europe/Stockholm."
    return None


def _accounts(value: str) -> str | None:
    bad = [part for part in re.split(r"[,\s]+", value) if part and not re.fullmatch(r"[1-9]\d{3,7}", part, re.ASCII)]
    return f"”{bad[0]}” är inget kontonummer. Skriv t.ex. 1910,1911." if bad else None


def _server(value: str) -> str | None:
    if re.fullmatch(r"[^\s/:@]*", value):
        return None
    return "Skriv bara serverns namn, t.ex. smtp.office365.com."


def _address(value: str) -> str | None:
    if not value or re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return None
    return f"”{value}” är ingen e-postadress. Skriv t.ex. butik@foretag.se."


GENERAL = (
    Option(
        name="till_database",
        label="Kassans databas",
        kind=Kind.TEXT,
        help="Filen, eller postgresql://… eller mssql://… när flera kassor delar databas.",
    ),
    Option(
        name="till_password",
        label="Databasens lösenord",
        kind=Kind.SECRET,
        advanced=True,
        help="Bara när kassans databas ligger på en server.",
    ),
    Option(name="company", label="Företag", help="Företaget i JobOffice Kassa. Tomt: det enda som finns."),
    Option(
        name="till_id",
        label="Den här kassan",
        advanced=True,
        help="Namnet på den här datorn i loggen och när flera kassor delar databas. Tomt: datorns namn.",
    ),
    Option(
        name="time_zone",
        label="Tidszon",
        default="Europe/Stockholm",
        advanced=True,
        check=_time_zone,
        help="Tidszonen som kassans klockslag gäller i.",
    ),
    Option(
        name="log_folder",
        label="Mapp för loggfiler",
        kind=Kind.FOLDER,
        help="Tomt: mappen Loggar bredvid inställningarna.",
    ),
    Option(
        name="log_days",
        label="Spara loggar i (dagar)",
        kind=Kind.NUMBER,
        default=90,
        least=1,
        most=3650,
        help="Äldre loggfiler från Sync Center tas bort. Kassans egna loggar rörs aldrig.",
    ),
    Option(
        name="autostart",
        label="Starta med Windows",
        kind=Kind.SWITCH,
        default=False,
        help="Lägger en genväg i mappen Autostart.",
    ),
    Option(
        name="language",
        label="Språk",
        kind=Kind.CHOICE,
        default="sv",
        choices=(("sv", "Svenska"), ("en", "English")),
        help="Språket i fönster och meny.",
    ),
    Option(
        name="update_folder",
        label="Mapp för nya versioner",
        kind=Kind.FOLDER,
        advanced=True,
        help="Där en ny version läggs, t.ex. en delad mapp. Mappen som programmet ligger i genomsöks alltid.",
    ),
    Option(
        name="publisher",
        label="Utgivare",
        default="",
        advanced=True,
        help="Namnet i signaturen som en ny version måste ha. Tomt: signaturen krävs inte.",
    ),
)

WEEKDAYS = (
    ("mon", "Måndag"),
    ("tue", "Tisdag"),
    ("wed", "Onsdag"),
    ("thu", "Torsdag"),
    ("fri", "Fredag"),
    ("sat", "Lördag"),
    ("sun", "Söndag"),
)


def _weekdays(value: str) -> str | None:
    known = {key for key, _ in WEEKDAYS}
    if not value.strip(" ,"):
        return "Välj minst en veckodag. Ska inget köras av sig självt, välj ”Bara för hand”."
    bad = [part for part in value.replace(" ", "").split(",") if part and part not in known]
    return f"”{bad[0]}” är ingen veckodag. Skriv t.ex. mon,tue,wed." if bad else None


SCHEDULE = (
    Option(
        name="mode",
        label="Synkronisera",
        kind=Kind.CHOICE,
        default="interval",
        choices=(("interval", "Med jämna mellanrum"), ("times", "På klockslag"), ("manual", "Bara för hand")),
        help="När Sync Center ska köra av sig självt.",
    ),
    Option(
        name="minutes",
        label="Minuter emellan",
        kind=Kind.NUMBER,
        default=15,
        least=1,
        most=1440,
        help="Till exempel 15.",
        when=("mode", ("interval",)),
    ),
    Option(
        name="times",
        label="Klockslag",
        kind=Kind.TIMES,
        default=("20:30",),
        help="Till exempel 12:00, 20:30.",
        when=("mode", ("times",)),
    ),
    Option(
        name="weekdays",
        label="Veckodagar",
        default="mon,tue,wed,thu,fri,sat,sun",
        check=_weekdays,
        help="De dagar som Sync Center ska köra.",
    ),
    Option(
        name="opens",
        label="Tidigast",
        default="00:00",
        check=_clock,
        help="Inga körningar med jämna mellanrum före detta klockslag.",
        when=("mode", ("interval",)),
    ),
    Option(
        name="closes",
        label="Senast",
        default="24:00",
        check=_clock,
        help="Inga körningar med jämna mellanrum efter detta klockslag. Före ”Tidigast”: natten räknas med.",
        when=("mode", ("interval",)),
    ),
    Option(
        name="after_z",
        label="Kör efter varje Z-rapport",
        kind=Kind.SWITCH,
        default=True,
        help="Skickar dagens försäljning så snart dagsrapporten är tagen.",
    ),
    Option(
        name="everything_at",
        label="Jämför allt",
        default="03:30",
        check=_clock,
        advanced=True,
        help="Klockslag för den dagliga fulla jämförelsen av registren. Tomt: aldrig av sig själv.",
    ),
    Option(
        name="alarm_hours",
        label="Larma efter (timmar)",
        kind=Kind.NUMBER,
        default=26,
        least=1,
        most=720,
        help="Larma när ingen synkronisering har lyckats på så här länge.",
    ),
)

POSTING = (
    Option(
        name="unit",
        label="Bokför per",
        kind=Kind.CHOICE,
        default="z",
        choices=(("receipt", "Kvitto"), ("z", "Z-rapport"), ("day", "Dag")),
        help="Ett underlag per kvitto, per Z-rapport eller per dag.",
    ),
    Option(
        name="target",
        label="Skicka som",
        kind=Kind.CHOICE,
        default="voucher",
        choices=(("voucher", "Verifikation"), ("invoice", "Betald kundfaktura")),
        help="Vad affärssystemet ska ta emot. Betald kundfaktura görs per kvitto.",
    ),
    Option(name="series", label="Verifikationsserie", default="", help="Serien ska finnas och vara manuell."),
    Option(
        name="cash_customer",
        label="Kontantkund",
        default="",
        help="Kundnummer för kvitton utan kund, när de skickas som kundfakturor.",
    ),
    Option(
        name="payments",
        label="Betalsätt",
        kind=Kind.TABLE,
        default=(),
        help="Konto per betalsätt. Utan rad gäller förvalet för betalsättets sort.",
        columns=(
            Column("method", "Betalsätt", Kind.TEXT),
            Column("till", "Kassa (tom: alla)", Kind.TEXT),
            Column("account", "Konto", Kind.ACCOUNT, 0),
        ),
    ),
    Option(
        name="cash_accounts",
        label="Kontanter",
        default="1910,1911,1912,1913",
        check=_accounts,
        help="Ett konto per kassa, i kassornas ordning (BAS 2026).",
    ),
    Option(
        name="card_account",
        label="Kort",
        kind=Kind.ACCOUNT,
        default=1686,
        help="BAS 2026: 1686. Äldre kontoplaner: 1580.",
    ),
    Option(
        name="swish_account",
        label="Swish",
        kind=Kind.ACCOUNT,
        default=1930,
        help="1930 direkt, eller ett avräkningskonto som 1680.",
    ),
    Option(
        name="invoice_account", label="Faktura", kind=Kind.ACCOUNT, default=1510, help="Betalsättet ”faktura” i kassan."
    ),
    Option(
        name="gift_card_sold_account",
        label="Presentkort, försäljning",
        kind=Kind.ACCOUNT,
        default=2421,
        help="Skulden när ett presentkort säljs (utan moms).",
    ),
    Option(
        name="gift_card_used_account",
        label="Presentkort, betalning",
        kind=Kind.ACCOUNT,
        default=2421,
        help="Skulden när ett presentkort används.",
    ),
    Option(
        name="rounding_account",
        label="Öresavrundning",
        kind=Kind.ACCOUNT,
        default=3740,
        help="Per kvitto, aldrig per dag.",
    ),
    Option(
        name="difference_account",
        label="Kassadifferens",
        kind=Kind.ACCOUNT,
        default=3790,
        help="Skillnaden mellan räknad och förväntad kassa. BAS har inget eget konto; välj med bokföraren.",
    ),
    Option(
        name="deposit_account",
        label="Pant",
        kind=Kind.ACCOUNT,
        default=0,
        help="Momsen på pant följer varan. 0: samma försäljningskonto som varan.",
    ),
    Option(
        name="sales",
        label="Försäljning och moms",
        kind=Kind.TABLE,
        help="Konto per momssats, och vid behov per varugrupp och från ett datum.",
        default=(
            {"rate": 25, "group": "", "from": None, "account": 3001, "vat_account": 2611},
            {"rate": 12, "group": "", "from": None, "account": 3002, "vat_account": 2621},
            {"rate": 6, "group": "", "from": None, "account": 3003, "vat_account": 2631},
            {"rate": 0, "group": "", "from": None, "account": 3004, "vat_account": 0},
        ),
        columns=(
            Column("rate", "Moms %", Kind.NUMBER, 25),
            Column("group", "Varugrupp (tom: alla)", Kind.TEXT),
            Column("from", "Från och med", Kind.DATE, None),
            Column("account", "Försäljning", Kind.ACCOUNT, 0),
            Column("vat_account", "Utgående moms", Kind.ACCOUNT, 0),
        ),
    ),
    Option(
        name="cash_movements",
        label="In- och utbetalningar",
        kind=Kind.TABLE,
        default=({"reason": "Bankinsättning", "account": 1914}, {"reason": "Växel", "account": 1914}),
        help="Konto per orsak som kassan använder.",
        columns=(Column("reason", "Orsak", Kind.TEXT), Column("account", "Konto", Kind.ACCOUNT, 0)),
    ),
    Option(
        name="dimensions",
        label="Kostnadsställen och projekt",
        kind=Kind.TABLE,
        default=(),
        help="Kostnadsställe och projekt per kassa eller varugrupp.",
        columns=(
            Column("till", "Kassa (tom: alla)", Kind.TEXT),
            Column("group", "Varugrupp (tom: alla)", Kind.TEXT),
            Column("cost_centre", "Kostnadsställe", Kind.TEXT),
            Column("project", "Projekt", Kind.TEXT),
        ),
    ),
)

MAIL = (
    Option(
        name="to",
        label="Skicka fel till",
        kind=Kind.ADDRESSES,
        default=(),
        help="En eller flera adresser, med komma emellan.",
    ),
    Option(name="server", label="E-postserver", default="", check=_server, help="Till exempel smtp.office365.com."),
    Option(name="port", label="Port", kind=Kind.NUMBER, default=587, least=1, most=65535, help="587, 465 eller 25."),
    Option(
        name="encryption",
        label="Kryptering",
        kind=Kind.CHOICE,
        default="starttls",
        choices=(("starttls", "STARTTLS"), ("tls", "TLS"), ("none", "Ingen")),
        help="STARTTLS på port 587, TLS på port 465.",
    ),
    Option(
        name="sign_in",
        label="Inloggning",
        kind=Kind.CHOICE,
        default="password",
        choices=(("none", "Ingen"), ("password", "Lösenord"), ("xoauth2", "OAuth2 (Exchange Online)")),
        help="Hur Sync Center loggar in på e-postservern.",
    ),
    Option(name="user", label="Användare", default="", help="Tomt: ingen inloggning."),
    Option(
        name="password",
        label="Lösenord",
        kind=Kind.SECRET,
        help="Lösenord, eller OAuth2-nyckel. Sparas i lösenordsvalvet.",
    ),
    Option(
        name="sender", label="Avsändare", default="", check=_address, help="Tomt: användaren, annars första mottagaren."
    ),
    Option(
        name="monthly",
        label="Månadspaket till",
        kind=Kind.ADDRESSES,
        default=(),
        help="Bokförarens adress. Tomt: inget månadspaket.",
    ),
)

SAFETY = (
    Option(
        name="cutover",
        label="Startdatum",
        kind=Kind.DATE,
        default=None,
        help="Första dagen som Sync Center bokför. Inget före den skickas.",
    ),
    Option(
        name="lease_seconds",
        label="En annan kassa tar över efter (sekunder)",
        kind=Kind.NUMBER,
        default=300,
        least=1,
        most=86400,
        advanced=True,
        help="Så länge får kassan som sköter synkroniseringen vara borta innan en annan tar över.",
    ),
)


def _registers(value: str) -> str | None:
    known = [register.value for register in Register]
    bad = [part for part in value.split(",") if part and part not in known]
    return f"”{bad[0]}” finns inte. Välj bland: {', '.join(known)}." if bad else None


def sections(registry: Registry) -> dict[str, tuple[Option, ...]]:
    """All sections: the program's own and one for each connector."""
    choices = tuple((name, description.title) for name, description in registry.items())
    integration = (
        Option(
            name="system",
            label="Affärssystem",
            kind=Kind.CHOICE,
            default=next(iter(registry), ""),
            choices=choices,
            help="Det affärssystem som butiken använder.",
        ),
        Option(
            name="registers",
            label="Register som hämtas",
            default="",
            check=_registers,
            advanced=True,
            help="Tomt: alla som affärssystemet har. Annars t.ex. articles,prices,customers.",
        ),
    )
    own: dict[str, tuple[Option, ...]] = {
        "general": GENERAL,
        "schedule": SCHEDULE,
        "integration": integration,
        "posting": POSTING,
        "mail": MAIL,
        "safety": SAFETY,
    }
    return own | {name: description.options for name, description in registry.items()}

"""The program's own sections. Connectors declare theirs; file, command line and window are drawn from all of them."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from synccenter.contract.connector import Registry
from synccenter.contract.model import REGISTER_NAMES, Register
from synccenter.contract.options import Clock, File, Folder, Kind, MailAddress, Option, Secret, Section, options_of
from synccenter.posting.settings import Posting

_COMPANY = "Företag"
_LOGS = "Loggar"
_PROGRAM = "Programmet"
_START = "Starta med Windows"
_TILLS = "Flera kassor"
_SCHEDULE = "Schema"
_MAIL = "E-post vid fel"
_SYSTEM = "Affärssystem"
_CUTOVER = "Startdatum"


def _time_zone(value: str) -> str | None:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        return f"”{value}” är ingen tidszon. Skriv t.ex. Europe/Stockholm."
    return None


def _server(value: str) -> str | None:
    if re.fullmatch(r"[^\s/:@]*", value):
        return None
    return "Skriv bara serverns namn, t.ex. smtp.office365.com."


def _hashes(value: tuple[str, ...]) -> str | None:
    if all(re.fullmatch(r"[0-9a-fA-F]{64}", one) for one in value):
        return None
    return "En SHA-256 är 64 siffror och bokstäver a–f."


def _some_day(value: tuple[str, ...]) -> str | None:
    if value:
        return None
    return "Välj minst en veckodag. Ska inget köras av sig självt, välj ”Bara för hand”."


class General(Struct, frozen=True, kw_only=True):
    """The shop, its till and the program on this computer."""

    till_source: Annotated[
        Literal["tables", "journal"],
        Option(
            label="Försäljningen läses ur",
            group=_COMPANY,
            choices=(("tables", "Kassans databas"), ("journal", "Journalfiler från kassan (SKVFS 2021:16)")),
            help="JobOffice Kassa har en databas. Andra kassor lämnar journalfiler, se docs/JOURNALFIL.md.",
        ),
    ] = "tables"
    journal_folder: Annotated[
        Folder,
        Option(
            label="Mapp för journalfiler",
            group=_COMPANY,
            when=("till_source", ("journal",)),
            help="Dit kassan, en person eller en mejlregel lägger filerna. Tomt: mappen journalfiler bredvid"
            " inställningarna.",
        ),
    ] = ""
    registers_folder: Annotated[
        Folder,
        Option(
            label="Mapp för artiklar till kassan",
            group=_COMPANY,
            when=("till_source", ("journal",)),
            help="Artiklarna skrivs här som artiklar.csv vid varje synkronisering. Tomt: inga artiklar lämnas.",
        ),
    ] = ""
    registers_columns: Annotated[
        str,
        Option(
            label="Kolumner i kassans artikelfil",
            group=_COMPANY,
            when=("till_source", ("journal",)),
            help="Kassans rubrik = vårt fält, med semikolon emellan. Fälten står i docs/JOURNALFIL.md.",
            advanced=True,
        ),
    ] = "Artikelnummer=number; Benämning=name; Varugrupp=group; Moms=vat_rate; Pris=price; EAN=barcode"
    till_database: Annotated[
        File,
        Option(
            label="Kassans databas",
            group=_COMPANY,
            vaulted_as="till_password",
            help="Filen, eller postgresql://… eller mssql://… när flera kassor delar databas.",
        ),
    ] = ""
    till_password: Annotated[
        Secret,
        Option(
            label="Databasens lösenord",
            group=_COMPANY,
            advanced=True,
            help="Bara när kassans databas ligger på en server.",
        ),
    ] = None
    company: Annotated[
        str,
        Option(
            label="Företag",
            group=_COMPANY,
            suggest="companies",
            help="Företaget i JobOffice Kassa. Tomt: det enda som finns.",
        ),
    ] = ""
    till_id: Annotated[
        str,
        Option(
            label="Den här kassan",
            group=_TILLS,
            advanced=True,
            help="Namnet på den här datorn i loggen och när flera kassor delar databas. Tomt: datorns namn.",
        ),
    ] = ""
    time_zone: Annotated[
        str,
        Option(
            label="Tidszon",
            group=_COMPANY,
            advanced=True,
            check=_time_zone,
            help="Tidszonen som kassans klockslag gäller i.",
        ),
    ] = "Europe/Stockholm"
    log_folder: Annotated[
        Folder,
        Option(label="Mapp för loggfiler", group=_LOGS, help="Tomt: mappen Loggar bredvid inställningarna."),
    ] = ""
    log_days: Annotated[
        int,
        Option(
            label="Spara loggar i (dagar)",
            group=_LOGS,
            least=1,
            most=3650,
            help="Äldre loggfiler från Sync Center tas bort. Kassans egna loggar rörs aldrig.",
        ),
    ] = 90
    autostart: Annotated[
        bool,
        Kind.AUTOSTART,
        Option(
            label="Starta med Windows",
            group=_START,
            help="Ikonen kommer av sig själv när du loggar in. Lägger en genväg i mappen Autostart.",
        ),
    ] = False
    language: Annotated[
        Literal["sv", "en"],
        Option(
            label="Språk",
            group=_PROGRAM,
            choices=(("sv", "Svenska"), ("en", "English")),
            help="Språket i fönster och meny.",
        ),
    ] = "sv"
    update_folder: Annotated[
        Folder,
        Option(
            label="Mapp för nya versioner",
            group=_PROGRAM,
            advanced=True,
            help="Där en ny version läggs, t.ex. en delad mapp. Mappen som programmet ligger i genomsöks alltid.",
        ),
    ] = ""
    publisher: Annotated[
        str,
        Option(
            label="Utgivare",
            group=_PROGRAM,
            advanced=True,
            help="Namnet i signaturen som en ny version måste ha. Tomt: samma som programmet som körs.",
        ),
    ] = ""
    update_hashes: Annotated[
        tuple[str, ...],
        Option(
            label="Godkända kontrollsummor",
            group=_PROGRAM,
            advanced=True,
            check=_hashes,
            help="SHA-256 för nya versioner som får installeras utan signatur. Fås av den som levererar programmet.",
        ),
    ] = ()


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Schedule(Struct, frozen=True, kw_only=True):
    """When Sync Center runs by itself."""

    mode: Annotated[
        Literal["interval", "times", "manual"],
        Option(
            label="Synkronisera",
            group=_SCHEDULE,
            choices=(("interval", "Med jämna mellanrum"), ("times", "På klockslag"), ("manual", "Bara för hand")),
            help="När Sync Center ska köra av sig självt.",
        ),
    ] = "interval"
    minutes: Annotated[
        int,
        Option(
            label="Minuter emellan",
            group=_SCHEDULE,
            least=1,
            most=1440,
            help="Till exempel 15.",
            when=("mode", ("interval",)),
        ),
    ] = 15
    times: Annotated[
        tuple[Clock, ...],
        Option(label="Klockslag", group=_SCHEDULE, help="Till exempel 12:00, 20:30.", when=("mode", ("times",))),
    ] = ("20:30",)
    weekdays: Annotated[
        tuple[Weekday, ...],
        Option(
            label="Veckodagar",
            group=_SCHEDULE,
            choices=(
                ("mon", "Måndag"),
                ("tue", "Tisdag"),
                ("wed", "Onsdag"),
                ("thu", "Torsdag"),
                ("fri", "Fredag"),
                ("sat", "Lördag"),
                ("sun", "Söndag"),
            ),
            check=_some_day,
            help="De dagar som Sync Center ska köra.",
        ),
    ] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    opens: Annotated[
        Clock,
        Option(
            label="Tidigast",
            group=_SCHEDULE,
            help="Inga körningar med jämna mellanrum före detta klockslag.",
            when=("mode", ("interval",)),
        ),
    ] = "00:00"
    closes: Annotated[
        Clock,
        Option(
            label="Senast",
            group=_SCHEDULE,
            most=24 * 60,
            help="Inga körningar med jämna mellanrum efter detta klockslag. Före ”Tidigast”: natten räknas med.",
            when=("mode", ("interval",)),
        ),
    ] = "24:00"
    after_z: Annotated[
        bool,
        Option(
            label="Kör efter varje Z-rapport",
            group=_SCHEDULE,
            help="Skickar dagens försäljning så snart dagsrapporten är tagen.",
        ),
    ] = True
    everything_at: Annotated[
        Clock,
        Option(
            label="Jämför allt",
            group=_SCHEDULE,
            advanced=True,
            help="Klockslag för den dagliga fulla jämförelsen av registren. Tomt: aldrig av sig själv.",
        ),
    ] = "03:30"
    alarm_hours: Annotated[
        int,
        Option(
            label="Larma efter (timmar)",
            group=_SCHEDULE,
            least=1,
            most=720,
            help="Larma när ingen synkronisering har lyckats på så här länge.",
        ),
    ] = 26


class Integration(Struct, frozen=True, kw_only=True):
    """Which business system, and what comes from it. The choices of `system` are those that the registry holds."""

    system: Annotated[
        str,
        Kind.CHOICE,
        Option(label="Affärssystem", group=_SYSTEM, help="Det affärssystem som butiken använder."),
    ] = ""
    registers: Annotated[
        tuple[Register, ...],
        Option(
            label="Register som hämtas",
            group=_SYSTEM,
            choices=tuple((register.value, name) for register, name in REGISTER_NAMES.items()),
            empty_is_all=True,
            advanced=True,
            help="Tomt: alla som affärssystemet har. Annars t.ex. articles, prices, customers.",
        ),
    ] = ()
    sweep_hours: Annotated[
        int,
        Option(
            label="Timmar mellan genomgångar",
            group=_SYSTEM,
            least=1,
            most=24,
            advanced=True,
            help="Så ofta jämförs hela listor där affärssystemet inte säger allt som ändrats: lagersaldo, prislistor, "
            "borttagna streckkoder och priser.",
        ),
    ] = 4


class Mail(Struct, frozen=True, kw_only=True):
    """Who gets mail and by which server."""

    to: Annotated[
        tuple[MailAddress, ...],
        Option(label="Skicka fel till", group=_MAIL, help="En eller flera adresser, med komma emellan."),
    ] = ()
    server: Annotated[
        str, Option(label="E-postserver", group=_MAIL, check=_server, help="Till exempel smtp.office365.com.")
    ] = ""
    port: Annotated[int, Option(label="Port", group=_MAIL, least=1, most=65535, help="587, 465 eller 25.")] = 587
    encryption: Annotated[
        Literal["starttls", "tls", "none"],
        Option(
            label="Kryptering",
            group=_MAIL,
            choices=(("starttls", "STARTTLS"), ("tls", "TLS"), ("none", "Ingen")),
            help="STARTTLS på port 587, TLS på port 465.",
        ),
    ] = "starttls"
    plain_password: Annotated[
        bool,
        Option(
            label="Lösenord utan kryptering",
            group=_MAIL,
            when=("encryption", ("none",)),
            help="Bara när servern står i butiken och inte kan kryptera: vem som helst på vägen kan läsa lösenordet.",
        ),
    ] = False
    sign_in: Annotated[
        Literal["none", "password", "xoauth2"],
        Option(
            label="Inloggning",
            group=_MAIL,
            choices=(("none", "Ingen"), ("password", "Lösenord"), ("xoauth2", "OAuth2 (Exchange Online)")),
            help="Hur Sync Center loggar in på e-postservern.",
        ),
    ] = "password"
    user: Annotated[str, Option(label="Användare", group=_MAIL, help="Tomt: ingen inloggning.")] = ""
    password: Annotated[
        Secret,
        Option(label="Lösenord", group=_MAIL, help="Lösenord, eller OAuth2-nyckel. Sparas i lösenordsvalvet."),
    ] = None
    sender: Annotated[
        MailAddress,
        Option(label="Avsändare", group=_MAIL, help="Tomt: användaren, annars första mottagaren."),
    ] = ""
    monthly: Annotated[
        tuple[MailAddress, ...],
        Option(label="Månadspaket till", group=_MAIL, help="Bokförarens adress. Tomt: inget månadspaket."),
    ] = ()


class Safety(Struct, frozen=True, kw_only=True):
    """From when, and who takes over."""

    cutover: Annotated[
        date | None,
        Option(
            label="Startdatum",
            group=_CUTOVER,
            help="Första dagen som Sync Center bokför. Inget före den skickas.",
        ),
    ] = None
    lease_seconds: Annotated[
        int,
        Option(
            label="En annan kassa tar över efter (sekunder)",
            group=_TILLS,
            least=1,
            most=86400,
            advanced=True,
            help="Så länge får kassan som sköter synkroniseringen vara borta innan en annan tar över.",
        ),
    ] = 300


_OWN: tuple[tuple[str, str, type[Struct]], ...] = (
    ("general", "Gemensamt", General),
    ("schedule", _SCHEDULE, Schedule),
    ("integration", "Integration", Integration),
    ("posting", "Konton", Posting),
    ("mail", "E-post", Mail),
    ("safety", "Säkerhet", Safety),
)


def sections(registry: Registry) -> dict[str, Section]:
    """All sections: the program's own and one for each connector."""
    own = {name: Section(name, title, record, options_of(record)) for name, title, record in _OWN}
    systems = tuple((name, one.title) for name, one in registry.items())
    integration = own["integration"]
    options = tuple(
        replace(one, choices=systems, default=next(iter(registry), "")) if one.name == "system" else one
        for one in integration.options
    )
    own["integration"] = replace(integration, options=options)
    return own | {
        name: Section(name, one.title, one.settings, options_of(one.settings)) for name, one in registry.items()
    }

"""The settings of Visma eEkonomi."""

from __future__ import annotations

from synccenter.contract.options import Column, Kind, Option

OPTIONS = (
    Option(
        name="environment",
        label="Miljö",
        kind=Kind.CHOICE,
        default="production",
        choices=(("production", "Skarp"), ("sandbox", "Test (sandbox)"), ("custom", "Egna adresser")),
        help="Skarp för butiken. Test är Vismas provmiljö.",
    ),
    Option(
        name="api_address",
        label="API-adress",
        kind=Kind.URL,
        help="Till exempel https://server.se/v2. Okrypterat (http) går bara mot den egna datorn.",
        when=("environment", ("custom",)),
    ),
    Option(
        name="identity_address",
        label="Inloggningsadress",
        kind=Kind.URL,
        help="Till exempel https://server.se; /connect/authorize och /connect/token läggs till.",
        when=("environment", ("custom",)),
    ),
    Option(
        name="client_id",
        label="Klient-id",
        help="Fås av JobOffice, eller av Spiris (api@spiris.se) för egen integration.",
    ),
    Option(
        name="client_secret",
        label="Klienthemlighet",
        kind=Kind.SECRET,
        help="Hör till klient-id. Sparas i lösenordsvalvet.",
    ),
    Option(
        name="redirect",
        label="Svarsadress",
        kind=Kind.URL,
        default="http://localhost:44300/callback",
        advanced=True,
        help="Ska vara exakt den som är registrerad hos Spiris för klient-id.",
    ),
    Option(
        name="rounding",
        label="Avrunda priser",
        kind=Kind.CHOICE,
        default="none",
        choices=(
            ("none", "Inte alls"),
            ("nearest", "Närmaste krona"),
            ("up", "Uppåt till hel krona"),
            ("ninety", "Uppåt till 90 öre"),
        ),
        help="Hur priser med moms avrundas på väg till kassan.",
    ),
    Option(
        name="price_customer",
        label="Priser enligt kund",
        help="Kundnummer för den kund (kontantkunden) vars prislista och rabatter gäller i kassan. "
        "Tomt: artikelns eget pris.",
    ),
    Option(
        name="price_lists",
        label="Hämta prislistor",
        kind=Kind.SWITCH,
        default=False,
        help="Kräver eEkonomi Pro.",
    ),
    Option(
        name="substitutes",
        label="Ersättningsartiklar",
        kind=Kind.TABLE,
        default=(),
        help="Artikel i eEkonomi för sådant på kvittot som saknas där, t.ex. presentkort och pant. "
        "Används när kvitton skickas som kundfakturor.",
        columns=(
            Column("account", "Konto", Kind.ACCOUNT, 0),
            Column("rate", "Moms %", Kind.NUMBER, 25),
            Column("article", "Artikelnummer", Kind.TEXT),
        ),
    ),
    Option(
        name="timeout",
        label="Vänta på svar (sekunder)",
        kind=Kind.NUMBER,
        default=30,
        least=5,
        most=300,
        advanced=True,
        help="Så länge får eEkonomi vara tyst innan försöket ges upp.",
    ),
)

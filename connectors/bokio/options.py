"""The settings of Bokio."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from msgspec import Struct

from synccenter.contract.options import AccountNumber, Option, Secret, Url

ADDRESS = "https://api.bokio.se/v1"
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def _company_id(value: str) -> str | None:
    if not value or _ID.fullmatch(value):
        return None
    return "Skriv företagets id som det står i adressfältet i Bokio, t.ex. 9b408943-7a1e-47ac-85a7-ac52b2c210d3."


class BokioSettings(Struct, frozen=True, kw_only=True):
    """The section `bokio`."""

    company_id: Annotated[
        str,
        Option(
            label="Företagets id",
            check=_company_id,
            help="Står i adressfältet när företaget är öppet i Bokio: app.bokio.se/ID/….",
        ),
    ] = ""
    token: Annotated[
        Secret,
        Option(
            label="API-token",
            help="Skapas i Bokio under Inställningar > API-tokens (privat integration). Sparas i lösenordsvalvet.",
        ),
    ] = None
    number_from: Annotated[
        Literal["id", "word"],
        Option(
            label="Artikelnummer i kassan",
            choices=(("id", "Bokios id"), ("word", "Första ordet i artikelns text")),
            help="Bokios artiklar har inget nummer. De har inte heller lagersaldo, prislistor eller streckkoder: "
            "kassans egna behålls.",
        ),
    ] = "id"
    attach_z: Annotated[
        bool,
        Option(
            label="Bifoga Z-rapporten till verifikationen",
            help="Som PDF. API-token ska då ha rättigheterna uploads:read och uploads:write.",
        ),
    ] = True
    automatic_accounts: Annotated[
        tuple[AccountNumber, ...],
        Option(
            label="Konton som Bokio väljer själv",
            help="Försäljningskonton som Bokio sätter av momsen på en fakturarad, och därför inte tar emot. "
            "Används när kvitton skickas som kundfakturor.",
            advanced=True,
        ),
    ] = (3001, 3002, 3003, 3004)
    receivables: Annotated[
        AccountNumber,
        Option(
            label="Kundfordringar",
            help="Kontot som Bokio bokför kundfakturor på. Pengar tillbaka på en kreditfaktura bokförs mot det.",
            advanced=True,
        ),
    ] = 1510
    address: Annotated[Url, Option(label="API-adress", help="Ändras bara av supporten.", advanced=True)] = ADDRESS
    timeout: Annotated[
        int,
        Option(
            label="Vänta på svar (sekunder)",
            least=5,
            most=300,
            advanced=True,
            help="Så länge får Bokio vara tyst innan försöket ges upp.",
        ),
    ] = 30

"""Who gets mail and by which server: the section `mail`, known without loading what sends it."""

from __future__ import annotations

from msgspec import Struct

from synccenter.core.sections import Mail
from synccenter.mail.addresses import ascii_host, sorted_out

TIME_OUT = 20.0
"""Seconds that the server may be silent."""

WHOLE = 90.0
"""Seconds that a whole conversation may take: a server that says a word now and then is not silent, and never done."""


class MailSettings(Struct, frozen=True):
    """The section `mail`, understood."""

    server: str
    to: tuple[str, ...]
    port: int = 587
    encryption: str = "starttls"
    plain_password: bool = False
    """A person has said that the password may go without encryption."""
    sign_in: str = "password"
    user: str = ""
    sender: str = ""
    monthly: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    """What was written as an address and is none."""

    @classmethod
    def from_settings(cls, section: Mail) -> MailSettings | None:
        """From the section `mail`; None when nobody is to get mail."""
        to, broken = sorted_out(section.to)
        monthly, broken_too = sorted_out(section.monthly)
        if not section.server or not (receivers := (*to, *monthly)):
            return None
        return cls(
            server=ascii_host(section.server),
            to=to,
            port=section.port,
            encryption=section.encryption,
            plain_password=section.plain_password,
            sign_in=section.sign_in if section.user else "none",
            user=section.user,
            sender=_sender(section, receivers[0]),
            monthly=monthly,
            broken=(*broken, *broken_too),
        )

    @property
    def exposes_password(self) -> bool:
        """Whether the password would go without encryption, and nobody has said that it may."""
        return self.encryption == "none" and self.sign_in != "none" and not self.plain_password


def _sender(section: Mail, otherwise: str) -> str:
    """Who the mail comes from: what is set, else the user, else the first receiver."""
    good, _ = sorted_out([one for one in (section.sender, section.user) if one])
    return next(iter(good), otherwise)

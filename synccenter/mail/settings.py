"""Who gets mail and by which server: the section `mail`, known without loading what sends it."""

from __future__ import annotations

from msgspec import Struct

from synccenter.core.sections import Mail

TIME_OUT = 20.0
"""Seconds that the server may be silent."""


class MailSettings(Struct, frozen=True):
    """The section `mail`, understood."""

    server: str
    to: tuple[str, ...]
    port: int = 587
    encryption: str = "starttls"
    sign_in: str = "password"
    user: str = ""
    sender: str = ""
    monthly: tuple[str, ...] = ()

    @classmethod
    def from_settings(cls, section: Mail) -> MailSettings | None:
        """From the section `mail`; None when nobody is to get mail."""
        receivers = (*section.to, *section.monthly)
        if not section.server or not receivers:
            return None
        return cls(
            server=section.server,
            to=section.to,
            port=section.port,
            encryption=section.encryption,
            sign_in=section.sign_in if section.user else "none",
            user=section.user,
            sender=section.sender or (section.user if "@" in section.user else receivers[0]),
            monthly=section.monthly,
        )

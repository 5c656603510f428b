"""Who gets mail and by which server: the section `mail`, known without loading what sends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

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
    def from_settings(cls, values: Mapping[str, Any]) -> MailSettings | None:
        """From `settings.section("mail")`; None when nobody is to get mail."""
        receivers = (*values["to"], *values["monthly"])
        if not values["server"] or not receivers:
            return None
        user = values["user"]
        sender = values["sender"] or (user if "@" in user else receivers[0])
        return cls(
            server=values["server"],
            to=values["to"],
            port=values["port"],
            encryption=values["encryption"],
            sign_in=values["sign_in"] if user else "none",
            user=user,
            sender=sender,
            monthly=values["monthly"],
        )

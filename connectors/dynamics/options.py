"""What the settings of both have in common: how prices are rounded, and the certificate of a server of one's own."""

from __future__ import annotations

import re

ROUNDING = (("krona_up", "Uppåt till hel krona"), ("krona", "Till närmaste krona"), ("none", "Inte alls"))
"""The choices of *Avrunda priser*, as `prices.price` knows them."""


def fingerprint_wrong(value: str) -> str | None:
    """What is wrong with a certificate's SHA-256 as a person writes it; None for a whole one, or for nothing."""
    if not value or re.fullmatch(r"[0-9A-Fa-f]{64}", re.sub(r"[\s:]", "", value)):
        return None
    return "Skriv certifikatets SHA-256-fingeravtryck: 64 tecken 0–9 och A–F."

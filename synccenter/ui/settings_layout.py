"""Which headings stand on which page. What stands under a heading is declared with the options themselves."""

from __future__ import annotations

from collections.abc import Mapping

from synccenter.ui.form import Group

PAGES: Mapping[str, tuple[Group, ...]] = {
    "Gemensamt": (
        Group("Företag"),
        Group("Schema"),
        Group("E-post vid fel"),
        Group("Loggar"),
        Group("Programmet"),
    ),
    "Integration": (
        Group("Affärssystem"),
        Group("Affärssystemets egna fält", system=True),
    ),
    "Konton": (
        Group("Vad som bokförs"),
        Group(
            "Konton",
            lead="Kontonamnen hämtas ur affärssystemet. Konton som saknas eller är inaktiva visas i rött.",
        ),
    ),
    "Säkerhet": (
        Group("Startdatum"),
        Group("Flera kassor", unfolded=True),
    ),
}

STEPS: Mapping[str, tuple[Group, ...]] = {
    "Kassan": (
        Group(
            "Välkommen",
            ("Företag",),
            lead="Det här görs en gång. Sync Center läser kassans försäljning men ändrar den aldrig. "
            "Ligger kassans databas i samma mapp som inställningarna behövs inget skrivas här.",
        ),
    ),
    "Affärssystem": (
        Group(
            "Affärssystem",
            lead="Vart ska försäljningen bokföras, och varifrån kommer artiklar och kunder?",
        ),
        Group("", system=True),
    ),
    "Konton": (
        Group(
            "Konton",
            ("Vad som bokförs", "Konton"),
            lead="Förslaget följer BAS och det som kassan använder. Gå igenom det med den som sköter bokföringen.",
        ),
    ),
    "Schema": (
        Group("När ska det synkroniseras?", ("Schema",)),
        Group("Vem får mejl när något är fel?", ("E-post vid fel",)),
        Group("Programmet"),
    ),
    "Startdatum": (
        Group(
            "Från vilken dag?",
            ("Startdatum",),
            lead="Inget före den här dagen bokförs av Sync Center. Välj en dag som ingen annan har bokfört än, "
            "annars blir den bokförd två gånger.",
        ),
    ),
}
"""The same form as a guide, at the first start."""

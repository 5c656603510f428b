"""Which options stand on which page. An option that is declared but named nowhere fails a test."""

from __future__ import annotations

from collections.abc import Mapping

from synccenter.ui.form import Group

PAGES: Mapping[str, tuple[Group, ...]] = {
    "Gemensamt": (
        Group("Företag", "general", ("till_database", "till_password", "company", "time_zone")),
        Group("Schema", "schedule"),
        Group("E-post vid fel", "mail"),
        Group("Loggar", "general", ("log_folder", "log_days")),
        Group("Programmet", "general", ("autostart", "language", "update_folder", "publisher")),
    ),
    "Integration": (
        Group("Affärssystem", "integration"),
        Group("Affärssystemets egna fält", "*"),
    ),
    "Konton": (
        Group(
            "Vad som bokförs",
            "posting",
            ("unit", "target", "series", "cash_customer"),
        ),
        Group(
            "Konton",
            "posting",
            but=("unit", "target", "series", "cash_customer"),
            lead="Kontonamnen hämtas ur affärssystemet. Konton som saknas eller är inaktiva visas i rött.",
        ),
    ),
    "Säkerhet": (
        Group("Startdatum", "safety", ("cutover",)),
        Group("Flera kassor", "general", ("till_id",), unfolded=True),
        Group("", "safety", but=("cutover",), unfolded=True),
    ),
}

STEPS: Mapping[str, tuple[Group, ...]] = {
    "Kassan": (
        Group(
            "Välkommen",
            "general",
            ("till_database", "till_password", "company"),
            lead="Det här görs en gång. Sync Center läser kassans försäljning men ändrar den aldrig. "
            "Ligger kassans databas i samma mapp som inställningarna behövs inget skrivas här.",
        ),
    ),
    "Affärssystem": (
        Group(
            "Affärssystem",
            "integration",
            ("system",),
            lead="Vart ska försäljningen bokföras, och varifrån kommer artiklar och kunder?",
        ),
        Group("", "*"),
    ),
    "Konton": (
        Group(
            "Konton",
            "posting",
            lead="Förslaget följer BAS och det som kassan använder. Gå igenom det med den som sköter bokföringen.",
        ),
    ),
    "Schema": (
        Group("När ska det synkroniseras?", "schedule"),
        Group("Vem får mejl när något är fel?", "mail"),
        Group("Programmet", "general", ("autostart", "language")),
    ),
    "Startdatum": (
        Group(
            "Från vilken dag?",
            "safety",
            ("cutover",),
            lead="Inget före den här dagen bokförs av Sync Center. Välj en dag som ingen annan har bokfört än, "
            "annars blir den bokförd två gånger.",
        ),
    ),
}
"""The same form as a guide, at the first start."""

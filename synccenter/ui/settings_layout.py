"""Which headings stand on which page. What stands under a heading is declared with the options themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from synccenter.ui.draft import Draft


class Group(Struct, frozen=True):
    """A heading on a page. Under it stand the options whose declared group is one of `of`, or has its title.

    `lead`: a sentence above them. `unfolded`: the advanced ones too. `system`: those of the chosen business system
    instead, under the headings that they name themselves.
    """

    title: str
    of: tuple[str, ...] = ()
    lead: str = ""
    unfolded: bool = False
    system: bool = False


PAGES: Mapping[str, tuple[Group, ...]] = {
    "Gemensamt": (
        Group("Företag"),
        Group("Schema"),
        Group("E-post vid fel"),
        Group("Loggar"),
        Group("Programmet", ("Starta med Windows", "Programmet")),
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
            "Välj kassans databas med Bläddra. Så snart den är hittad visas vad som finns i den.",
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
        Group("Ska ikonen finnas där varje dag?", ("Starta med Windows",)),
        Group("När ska det synkroniseras?", ("Schema",)),
        Group(
            "Vem får mejl när något är fel?",
            ("E-post vid fel",),
            lead="Kan fyllas i senare. Utan adress står felen bara i ikonen, statusfönstret och loggen.",
        ),
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


def filled(groups: Sequence[Group], draft: Draft) -> Iterator[tuple[Group, list[str]]]:
    """Each heading with its options."""
    for group in groups:
        if group.system:
            for title, names in draft.system_groups().items():
                yield replace(group, title=title or group.title), names
        else:
            yield group, draft.grouped(group.of or (group.title,))


def headings(page: str, draft: Draft) -> Iterator[tuple[str, list[str]]]:
    """The headings of a page of the settings, with what stands under each."""
    for group, names in filled(PAGES[page], draft):
        yield group.title, names

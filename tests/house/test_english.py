"""Every error has its headline in English, whichever business system's it is: whoever adds one writes it too."""

from __future__ import annotations

from tools import messages


def test_every_error_has_its_title_in_english() -> None:
    """The title is the headline of the status window and of the notice by the clock; the sentences are Swedish."""
    known = messages.read(messages.OURS)
    titles = {entry.title for entry in messages.entries()}
    lacking = {title for title in titles if title not in known or not known[title].string}
    assert lacking == set(), "skriv dem i synccenter/locale/en/LC_MESSAGES/jobsync.po och kör python -m tools.messages"

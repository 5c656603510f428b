"""Two languages: the catalogues are up to date, compiled, and used; argparse speaks Swedish."""

from __future__ import annotations

import gettext
import io
import string
import subprocess
import sys
from pathlib import Path

import pytest

from synccenter import locale
from synccenter.locale import _
from tests.places import PROJECT
from tools import messages


@pytest.mark.parametrize("path", [messages.OURS, messages.ARGPARSE], ids=["program", "argparse"])
def test_what_is_compiled_is_what_is_written(path: Path) -> None:
    compiled = gettext.GNUTranslations(io.BytesIO(path.with_suffix(".mo").read_bytes()))
    for one in messages.read(path):
        if one.id and all(texts(one.string)):
            keys = texts(one.id)
            if len(keys) == 1:
                assert compiled.gettext(keys[0]) == one.string, "kör python -m tools.messages"
            else:
                forms = tuple(compiled.ngettext(keys[0], keys[1], number) for number in (1, 2))
                assert forms == texts(one.string), "kör python -m tools.messages"


def test_every_text_of_the_program_has_its_english() -> None:
    known = messages.read(messages.OURS)
    lacking = []
    for message in messages.of_the_program():
        key = message if isinstance(message, str) else message[0]
        found = known.get(key)
        if found is None or not all(texts(found.string)):
            lacking.append(key)
    assert lacking == [], "översätt dem i synccenter/locale/en och kör python -m tools.messages"


def test_a_text_is_collected_from_whichever_room_it_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("synccenter/core", "synccenter/ui", "synccenter/reports", "connectors/visma"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "module.py").write_text(
            f"from synccenter.locale import _\n_('Ett ord i {folder}')\n", "utf-8"
        )
    monkeypatch.setattr(messages, "PROJECT", tmp_path)
    found = messages.of_the_program()
    assert {"Ett ord i synccenter/core", "Ett ord i synccenter/reports", "Ett ord i connectors/visma"} <= set(found)


def test_every_word_of_argparse_has_its_swedish() -> None:
    known = messages.read(messages.ARGPARSE)
    assert [str(one.id) for one in known if one.id and not all(texts(one.string))] == []


def test_a_translation_has_the_same_fields_as_its_text() -> None:
    for one in messages.read(messages.OURS):
        for text, translated in zip(texts(one.id), texts(one.string), strict=True):
            if text and translated:
                assert fields(text) == fields(translated), text


def texts(value: object) -> tuple[str, ...]:
    """One form, or two."""
    return tuple(str(part) for part in value) if isinstance(value, tuple | list) else (str(value or ""),)


def fields(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name}


def test_english_is_switched_on_and_off() -> None:
    try:
        locale.use("en")
        assert _("Avsluta") == "Quit"
        assert locale.counted("{n} stoppat", "{n} stoppade", 2) == "{n} stopped"
        assert _("Det här finns inte") == "Det här finns inte"
    finally:
        locale.use("sv")
    assert _("Avsluta") == "Avsluta"


def test_an_unknown_language_is_swedish() -> None:
    locale.use("xx")
    assert _("Avsluta") == "Avsluta"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--help"], "flaggor:"),
        (["sync", "--fel"], "okända argument: --fel"),
        (["ledger"], "det här måste anges: VAD"),
        (["fel"], "finns inte (välj bland"),
    ],
)
def test_the_command_line_is_swedish_also_where_argparse_speaks(words: list[str], said: str) -> None:
    answer = subprocess.run(
        [sys.executable, str(PROJECT / "jobsync.py"), *words], capture_output=True, text=True, cwd=PROJECT, check=False
    )
    assert said in answer.stdout + answer.stderr
    assert "användning: jobsync" in answer.stdout + answer.stderr
    assert "usage" not in answer.stdout + answer.stderr

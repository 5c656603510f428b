"""The codeunit that the guide gives the consultant: AL and C/AL say the same, and what the connector calls is there.

Neither is compiled here: Microsoft's compilers are needed for that. The AL text was read without an error by the
grammar tree-sitter-al 4.5.0, which needs Python 3.12.
"""

from __future__ import annotations

import re

from connectors.dynamics_nav.poster import FUNCTIONS
from tests.places import PROJECT

GUIDE = (PROJECT / "docs/NAV.md").read_text(encoding="utf-8")
AL = re.findall(r"```al\n(.*?)```", GUIDE, re.DOTALL)[0]
CAL = re.findall(r"```\n(OBJECT Codeunit.*?)```", GUIDE, re.DOTALL)[0]


def procedures(text: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Name -> (parameter, type), in lower case; `@1000` and `local` are C/AL's and AL's own business."""
    found = re.findall(r"procedure (\w+)(?:@\d+)?\((.*?)\)", text, re.IGNORECASE)
    parameters = re.compile(r"(\w+)(?:@\d+)?\s*:\s*([\w\[\]]+)")
    return {
        name.lower(): tuple((one.lower(), kind.lower()) for one, kind in parameters.findall(inside))
        for name, inside in found
    }


def test_both_texts_have_the_functions_that_are_called_with_the_same_parameters() -> None:
    assert procedures(AL) == procedures(CAL)
    assert {name.lower() for name in FUNCTIONS} <= procedures(AL).keys()
    assert len(procedures(AL)["postjournal"]) == 3
    assert all(kind.startswith("code[") for kinds in procedures(AL).values() for _, kind in kinds)


def test_every_block_of_the_c_al_text_is_closed() -> None:
    words = re.findall(r"\b(BEGIN|CASE|END)\b", CAL)
    assert words.count("END") == words.count("BEGIN") + words.count("CASE")
    assert CAL.count("{") == CAL.count("}")
    assert CAL.count("(") == CAL.count(")")
    assert CAL.count('"') % 2 == CAL.count("'") % 2 == 0


def test_both_texts_look_for_what_is_posted_already_before_they_post() -> None:
    for text in (AL.lower(), CAL.lower()):
        body = text[text.index("procedure postsalesinvoice") : text.index("procedure postsalescreditmemo")]
        assert body.index("postedinvoice(invoiceno)") < body.index("salespost.run")

"""Under Debian's Python: what GTK menus show, through the accessibility bus; an answer for each line asked."""

import json
import sys
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402


def items() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def walk(node: Any) -> None:
        states = node.get_state_set()
        role = node.get_role_name()
        if role in {"menu item", "menu", "check menu item"} and states.contains(Atspi.StateType.SHOWING):
            place = Atspi.Component.get_extents(node, Atspi.CoordType.SCREEN)
            found.append(
                {
                    "text": node.get_name(),
                    "enabled": states.contains(Atspi.StateType.SENSITIVE),
                    "x": place.x + place.width // 2,
                    "y": place.y + place.height // 2,
                }
            )
        for number in range(node.get_child_count()):
            child = node.get_child_at_index(number)
            if child is not None:
                walk(child)

    desktop = Atspi.get_desktop(0)
    desktop.clear_cache()
    for number in range(desktop.get_child_count()):
        application = desktop.get_child_at_index(number)
        if application is not None:
            walk(application)
    return [one for one in found if one["text"]]


def main() -> None:
    Atspi.init()
    for _line in sys.stdin:
        try:
            answer = items()
        except Exception as error:  # an application that is leaving
            answer = [{"text": repr(error), "enabled": False, "x": 0, "y": 0}]
        print(json.dumps(answer), flush=True)


main()

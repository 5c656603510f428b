"""registers: what the gate holds, before and after, and a person's answer."""

from __future__ import annotations

import argparse

from synccenter.cli.output import Exit, print_json, print_table, say, tell
from synccenter.contract.model import REGISTER_NAMES
from synccenter.core.logs import Log
from synccenter.run.approval import Approval
from synccenter.run.gatekeeper import discreetly, in_words
from synccenter.shop import Shop
from synccenter.till.gate import CAUSE_TEXT, Cause


def registers(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:
    """Dispatch `jobsync registers …`."""
    approval = Approval(shop)
    if arguments.act == "held":
        return _held(approval, as_json=arguments.json)
    chosen = approval.chosen(arguments.ids, arguments.cause)
    if not chosen:
        tell("Inget väntar på godkännande.", as_json=arguments.json, ids=[])
        return Exit.OK
    accepted = arguments.act == "accept"
    with log.section("Registerändringar godkända" if accepted else "Registerändringar avvisade"):
        if accepted:
            text = f"{approval.accept(chosen)} rader är införda i kassan."
        else:
            approval.keep(chosen)
            text = f"Kassan behåller det den har för {len(chosen)} ändringar."
        for one in chosen:
            log.row(f"{REGISTER_NAMES[one.register]}: {discreetly(one)}")
    if any(one.cause == Cause.MANY_GONE.value for one in chosen) and accepted:
        text += " Det som saknas tas ur bruk vid nästa ”jobsync sync --all”."
    tell(text, as_json=arguments.json, ids=[one.id for one in chosen])
    return Exit.OK


def _held(approval: Approval, *, as_json: bool) -> Exit:
    found = approval.waiting()
    if as_json:
        print_json([{"id": one.id, "words": in_words(one), "proposal": one} for one in found])
        return Exit.OK
    if not found:
        say("Inget väntar på godkännande.")
        return Exit.OK
    rows = [("Id", "Register", "Ändring", "Varför")]
    rows += [(one.id, REGISTER_NAMES[one.register], in_words(one), CAUSE_TEXT[Cause(one.cause)]) for one in found]
    print_table(rows)
    return Exit.DIFFERENCE

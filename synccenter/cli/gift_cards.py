"""giftcards: the list that stands beside account 2421."""

from __future__ import annotations

import argparse

from synccenter.cli.output import Exit, print_json, print_table, say
from synccenter.contract.model import kronor
from synccenter.core.logs import Log
from synccenter.shop import Shop
from synccenter.till.gift_cards import card_list


def show(shop: Shop, log: Log, arguments: argparse.Namespace) -> Exit:  # noqa: ARG001 - every command has the same
    """Each card with what is left, the sum, and what the receipts say is owed."""
    found = card_list(shop.sales)
    listed, owed = found.listed, found.owed
    if arguments.json:
        rows = [
            card._asdict() | {"left": card.left, "never_sold": card.never_sold, "overdrawn": card.overdrawn}
            for card in found.cards
        ]
        print_json({"cards": rows, "listed": listed, "owed": owed})
        return Exit.OK if listed == owed else Exit.DIFFERENCE
    heading = ("Kort", "Sålt", "Använt", "Kvar", "Senast", "")
    table = [
        (one.number, kronor(one.sold), kronor(one.used), kronor(one.left), str(one.last or ""), ", ".join(one.remarks))
        for one in found.cards
    ]
    print_table([heading, *table], right=frozenset({1, 2, 3}))
    if found.single_purpose:
        say(
            f"Kvar på enfunktionsvouchrar, med moms: {kronor(found.single_purpose)} kr. Skulden utan moms står på 2429."
        )
    say(f"Kvar på korten: {kronor(listed)} kr. Enligt kvittona (2421): {kronor(owed)} kr.")
    if listed != owed:
        why = "presentkort utan nummer i" if listed < owed else "presentkort som inte står på kvittona men i"
        say(f"Skillnad {kronor(owed - listed)} kr: {why} kassans tabell gift_card.")
    return Exit.OK if listed == owed else Exit.DIFFERENCE

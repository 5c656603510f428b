"""By hand: what the gate holds is written, or the till's own stays. Each answer stands in the history."""

from __future__ import annotations

import getpass
import socket
from collections import Counter
from collections.abc import Collection, Sequence

from synccenter.contract import catalogue
from synccenter.contract.model import Register
from synccenter.core.database import Row
from synccenter.journal.held import ACCEPTED, KEPT, WAITING, Held, Proposal
from synccenter.shop import Shop
from synccenter.till.gate import Cause


class Approval:
    """What a person may do with held changes."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._held = Held(shop.ledger)
        self._who = f"{getpass.getuser()}@{socket.gethostname()}"

    def waiting(self) -> list[Proposal]:
        """What nobody has answered."""
        return self._held.waiting()

    def chosen(self, ids: Collection[str], causes: Collection[str] = ()) -> list[Proposal]:
        """The waiting ones of these ids or causes; all when nothing is named. Raises K11 for an id that waits not.

        Where there is a choice (a barcode that two new articles claim) only an id is an answer.
        """
        waiting = self._held.waiting()
        known = {one.id for one in waiting}
        for one in ids:
            if one not in known:
                raise catalogue.NOT_HELD.error(id=one)
        choices = Counter((one.register, one.key) for one in waiting)
        several = {one.id for one in waiting if choices[one.register, one.key] > 1}
        named = [one for one in waiting if one.cause in causes or not (ids or causes)]
        return [one for one in waiting if one.id in ids or (one in named and one.id not in several)]

    def accept(self, proposals: Sequence[Proposal]) -> int:
        """Write them into the till; how many rows. Rows that are to go do so at the next full comparison."""
        rows: dict[Register, list[Row]] = {}
        for one in proposals:
            if one.cause != Cause.MANY_GONE.value:
                rows.setdefault(one.register, []).append(tuple(one.new))
        for register, some in rows.items():
            self._shop.registers.put(register, some)
        self._held.answer(proposals, ACCEPTED, self._who)
        answered = {(one.register, one.key) for one in proposals}
        self.keep([one for one in self._held.waiting() if (one.register, one.key) in answered])
        return sum(map(len, rows.values()))

    def keep(self, proposals: Sequence[Proposal]) -> None:
        """The till's own stays, and the same proposal is not told again."""
        self._held.answer(proposals, KEPT, self._who)

    def answered(self) -> list[Proposal]:
        """What was answered and still comes from the business system."""
        return [one for one in self._held.all() if one.state != WAITING]

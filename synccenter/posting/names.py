"""References: what a document is found by in the business system. One grammar, made here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from msgspec import Struct, field

from synccenter.contract.model import ReceiptKey

_GRAMMAR = re.compile(
    r"(?:(?P<mark>[a-z2-7]{3})-)?(?:(?P<day>d\d{8})(?:-\d+)?|(?P<till>.+?)-(?P<what>[zkuo]?\d\S*?))(?:-r\d+)?"
)


class Name(NamedTuple):
    """A reference taken apart, in small letters: some systems keep capitals only. All "" for what is none of ours."""

    mark: str = ""
    till: str = ""
    what: str = ""

    @classmethod
    def read(cls, text: str) -> Name:
        """From a reference, or from a text that begins with one. The parts of a day, and what was sent again, are as
        the first of them."""
        found = _GRAMMAR.fullmatch(text.partition(" ")[0].casefold())
        if found is None:
            return cls()
        return cls(found["mark"] or "", found["till"] or "", found["day"] or found["what"])


class Names(Struct, frozen=True):
    """How this shop names what it sends.

    `shop` is its mark, so that two shops with a till 1 can share a company's books; "" for a shop whose history
    began before there were marks. `tills` gives a till that has begun anew (replaced, put back from a copy) the
    name it has in references, since its numbers have been used before.
    """

    shop: str = ""
    tills: Mapping[str, str] = field(default_factory=dict)

    def till(self, till: str) -> str:
        """What a till is called in references."""
        return self.tills.get(till, till)

    def receipt(self, key: ReceiptKey) -> str:
        """What a receipt is found by: `1-4711`, with the shop's mark `K4D-1-4711`."""
        return self._marked(f"{self.till(key.till)}-{key.number}")

    def z(self, till: str, number: int) -> str:
        """What a Z report is found by: `1-Z57`."""
        return self._marked(f"{self.till(till)}-Z{number}")

    def cash(self, till: str, number: int) -> str:
        """What the cash movements of a Z report are found by, when receipts are sent one by one: `1-K57`."""
        return self._marked(f"{self.till(till)}-K{number}")

    def day(self, day: date, part: int) -> str:
        """What a day is found by; later parts hold Z reports that came after the day was sent: `D20261126-2`."""
        return self._marked(f"D{day:%Y%m%d}" + (f"-{part}" if part > 1 else ""))

    def purchase(self, till: str, number: int) -> str:
        """What a purchase with cash from the drawer is found by, by the movement's number: `1-U12`."""
        return self._marked(f"{self.till(till)}-U{number}")

    @staticmethod
    def cards(base: str) -> str:
        """What is found by that was paid without cash, when cash has a voucher of its own: `1-Z57B`."""
        return f"{base}B"

    def other_day(self, base: str, day: date) -> str:
        """What is found by that belongs to a Z report but was sold on another day: `1-Z57-1030`."""
        return f"{base}-{day:%m%d}"

    def order(self, till: str) -> str:
        """What an order's till is called in its reference; "" when that is its id."""
        name = self._marked(self.till(till))
        return "" if name == till else name

    def own(self, reference: str, tills: Iterable[str]) -> bool:
        """Whether a reference is one that this shop gives: with its mark, and of one of these tills or of a day."""
        name = Name.read(reference)
        return name.mark == self.shop.casefold() and name.till in {"", *(self.till(one).casefold() for one in tills)}

    def _marked(self, name: str) -> str:
        return f"{self.shop}-{name}" if self.shop else name

"""Rows that could not be read are not gone: what they keep in the till."""

from __future__ import annotations

from msgspec import Struct, field

from synccenter.contract.connector import BadRow
from synccenter.contract.model import Register

_OF_ARTICLES = frozenset({Register.ARTICLES, Register.BARCODES, Register.PRICES, Register.STOCK})
"""The registers whose rows belong to an article: when it is not known which one was unreadable, all of them stay."""


class Unread(Struct):
    """The rows that could not be read in a run, and what must therefore stay as it is."""

    _keys: dict[Register, set[str]] = field(default_factory=dict)
    _parts: dict[Register, set[str]] = field(default_factory=dict)
    _nameless: dict[Register, str] = field(default_factory=dict)

    def add(self, register: Register, bad: BadRow) -> None:
        """One more."""
        if bad.key:
            self._keys.setdefault(register, set()).add(bad.key)
        elif bad.article:
            self._parts.setdefault(register, set()).add(bad.article)
        else:
            self._nameless.setdefault(register, bad.where)

    def keys(self, register: Register) -> frozenset[str]:
        """The rows of a register that stay."""
        return frozenset(self._keys.get(register, ()))

    def articles(self, register: Register) -> frozenset[str]:
        """The articles whose rows in a register stay."""
        parts = (self._parts.get(one, set()) for one in (register, Register.ARTICLES))
        return self.keys(Register.ARTICLES).union(*parts)

    def keeps_all(self, register: Register) -> str:
        """Why nothing of a register may be taken out of use; "" when something may."""
        where = self._nameless.get(register)
        if where is None and register in _OF_ARTICLES:
            where = self._nameless.get(Register.ARTICLES)
        return f"vilken rad som inte gick att läsa är okänt ({where})" if where is not None else ""

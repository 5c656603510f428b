"""Posting through the published codeunit of docs/NAV.md: page services themselves cannot post."""

from __future__ import annotations

from connectors.dynamics_nav.discovery import codeunit_name
from connectors.dynamics_nav.errors import CODEUNIT_MISSING
from connectors.dynamics_nav.link import Link

FUNCTIONS = ("PostSalesInvoice", "PostSalesCreditMemo", "PostJournal")


class Poster:
    """The codeunit, over SOAP whatever wire the pages use."""

    def __init__(self, link: Link) -> None:
        self._link = link

    @property
    def _name(self) -> str:
        return codeunit_name(self._link.settings)

    def ensure(self, function: str) -> None:
        """Raise NAV10 when we are to post and the function is not there; before anything is written."""
        if not function or not self._link.posts or function in self._link.soap().functions(self._name):
            return
        self._link.look_again()  # it may have been published since
        if function not in self._link.soap().functions(self._name):
            raise CODEUNIT_MISSING.error(codeunit=self._name, function=function)

    def post(self, function: str, *arguments: str) -> str:
        """Post; the number that the document got, "" when the codeunit does not tell."""
        self.ensure(function)
        return self._link.soap().call(self._name, function, arguments)

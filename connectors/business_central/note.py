"""A note that outlives the program: which voucher came out wrong and where, so that no second one follows it."""

from __future__ import annotations

from connectors.business_central.options import BusinessCentralSettings
from synccenter.contract.connector import Session


class Note:
    """A voucher that Business Central made into something else: the number of its first ledger entry, and the accounts
    that came out wrong."""

    def __init__(self, session: Session[BusinessCentralSettings]) -> None:
        self._path = session.folder / f"business_central-{session.settings.company_id}-moms.txt"

    def read(self) -> tuple[str, str]:
        """(the entry's number, the accounts as they are told); ("", "") when all is well."""
        try:
            entry, _, accounts = self._path.read_text(encoding="ascii").strip().partition(" ")
        except FileNotFoundError:
            return "", ""
        return entry, accounts

    def write(self, entry: str, accounts: str) -> None:
        """Keep it in mind."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(f"{entry} {accounts}", encoding="ascii")

    def forget(self) -> None:
        """It is put right."""
        self._path.unlink(missing_ok=True)

"""A note that outlives the program: which voucher came out wrong, so that no second one follows it."""

from __future__ import annotations

from connectors.business_central.options import BusinessCentralSettings
from synccenter.contract.connector import Session


class Note:
    """The number of the first ledger entry of a voucher that Business Central made into something else."""

    def __init__(self, session: Session[BusinessCentralSettings]) -> None:
        self._path = session.folder / f"business_central-{session.settings.company_id}-moms.txt"

    def read(self) -> str:
        """The entry's number, "" when all is well."""
        try:
            return self._path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""

    def write(self, entry: str) -> None:
        """Keep it in mind."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(entry, encoding="ascii")

    def forget(self) -> None:
        """It is put right."""
        self._path.unlink(missing_ok=True)

"""Business Central keeps every rule of the contract, whoever is signed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import suite as conformance
from tests.connectors.business_central.rig import BusinessCentralRig, PersonRig
from tests.worlds.session import Surroundings


@pytest.mark.parametrize("case", conformance.cases(BusinessCentralRig), ids=str)
def test_conforms(case: conformance.Case, tmp_path: Path) -> None:
    case.run(BusinessCentralRig, tmp_path)


SIGNED_IN = ("abilities", "check", "access token", "new token", "renew", "revoked", "options", "BC06", "every error")


@pytest.mark.parametrize(
    "case",
    [one for one in conformance.cases(PersonRig) if any(word in one.name for word in SIGNED_IN)],
    ids=str,
)
def test_conforms_when_a_person_has_signed_in(case: conformance.Case, tmp_path: Path) -> None:
    case.run(PersonRig, tmp_path)


class PlainRig(BusinessCentralRig):
    """A company without our extension."""

    def __init__(self, world: Surroundings) -> None:
        super().__init__(world)
        self.bc.extension = False


@pytest.mark.parametrize(
    "case", [one for one in conformance.cases(PlainRig) if one.name.startswith("quiet: a run")], ids=str
)
def test_asks_little_without_the_extension(case: conformance.Case, tmp_path: Path) -> None:
    case.run(PlainRig, tmp_path)

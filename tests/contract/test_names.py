"""What people read of the values in `contract/model.py` is there for every one of them."""

from __future__ import annotations

from synccenter.contract.model import LINE_NAMES, REGISTER_NAMES, LineKind, Register


def test_every_kind_of_line_and_every_register_has_its_name() -> None:
    assert set(LINE_NAMES) == set(LineKind)
    assert set(REGISTER_NAMES) == set(Register)
    assert len(set(LINE_NAMES.values())) == len(LINE_NAMES)

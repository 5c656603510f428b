"""Lists of eEkonomi that change while they are read, filters that are refused, values that are missing, the limit."""

from __future__ import annotations

from typing import Any

import pytest

from synccenter.contract.errors import SyncError
from synccenter.contract.model import Customer, Register
from synccenter.truth.standing import look_up
from tests.connectors.visma import company
from tests.connectors.visma.rig import VismaRig
from tests.connectors.visma.test_behaviour import opened, pass_time
from tests.worlds.documents import voucher
from tests.worlds.fakes.server import FOR_GOOD, Reply, Request
from tests.worlds.fakes.visma_rules import guid


def test_a_register_that_moves_while_it_is_read_loses_nobody(rig: VismaRig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.seed(Register.CUSTOMERS, 2500)
    answer, asked = rig.visma.answer, 0

    def shifting(request: Request) -> Reply:
        """A customer goes before the second page is answered: everybody moves up a place."""
        nonlocal asked
        asked += request.path.endswith("/customers")
        if asked == 2 and request.query.get("$page") == "2" and len(rig.visma.rows["customers"]) == 2500:
            first = min(rig.visma.rows["customers"])
            del rig.visma.rows["customers"][first]
        return answer(request)

    monkeypatch.setattr(rig.visma, "answer", shifting)
    pages = list(opened(rig, price_lists=False).fetch(Register.CUSTOMERS, None))
    got = {row.number for page in pages for row in page.rows if isinstance(row, Customer)}
    assert got >= {row["CustomerNumber"] for row in rig.visma.rows["customers"].values()}
    assert pages[-1].full
    assert not any(page.full or page.cursor for page in pages[:-1])


def test_changes_are_had_although_the_filter_is_refused(rig: VismaRig) -> None:
    cursor = list(opened(rig).fetch(Register.CUSTOMERS, None))[-1].cursor
    pass_time(rig, 3600)
    company.add_customer(rig.visma, "78", "Ny kund")
    rig.visma.fail(
        Reply(400, {"ErrorCode": 2000, "DeveloperErrorMessage": "The query specified in the URI is not valid."}),
        times=FOR_GOOD,
        on=lambda one: "$filter" in one.query,
    )
    page = list(opened(rig).fetch(Register.CUSTOMERS, cursor))[-1]
    assert "78" in {row.number for row in page.rows if isinstance(row, Customer)}
    assert page.cursor
    assert not page.full


def test_a_price_that_is_missing_is_no_price_of_nought(rig: VismaRig) -> None:
    row = rig.visma.rows["articles"][guid("articles", "MUGG")]
    row |= {"NetPrice": None, "GrossPrice": None}
    page = list(opened(rig).fetch(Register.ARTICLES, None))[-1]
    assert [(one.key, one.why) for one in page.bad] == [("MUGG", "Priset saknas.")], "the till keeps what it has"
    row |= {"NetPrice": 0.0, "GrossPrice": 0.0}
    page = list(opened(rig).fetch(Register.ARTICLES, None))[-1]
    assert not page.bad, "an open price is 0 there"


def test_two_programs_within_a_minute_keep_the_limit_together(rig: VismaRig) -> None:
    for _ in range(2):
        visma = opened(rig)
        for _ in range(400):
            visma._books.http.get("/companysettings", dict[str, Any])
        visma.close()
    assert rig.visma.refused_for_pace == 0


def test_what_stands_in_a_row_that_cannot_be_read_is_never_missing(rig: VismaRig) -> None:
    """It may be what is looked for: to send it then would be to book it twice."""
    meta = {"CurrentPage": 1, "PageSize": 1000, "TotalNumberOfPages": 1, "TotalNumberOfResults": 1}
    row = {"Id": 7, "VoucherText": ["K1-Z1"]}
    rig.visma.fail(Reply(200, {"Meta": meta, "Data": [row]}), on=lambda one: one.path.endswith("/vouchers"))
    with pytest.raises(SyncError, match=r"\[N06\]"):
        look_up(opened(rig), voucher(1))

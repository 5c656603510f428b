"""Vouchers through a journal: alone there, once, as composed, and found again wherever they stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from msgspec.structs import replace

from connectors.business_central import note
from connectors.business_central.batch import MOST, Part
from connectors.business_central.documents import described
from synccenter.contract.connector import Delivered
from synccenter.contract.model import Posting
from synccenter.truth.standing import Standing, look_up
from tests.connectors.business_central.rig import BusinessCentralRig
from tests.connectors.business_central.world import refused, writes
from tests.worlds.documents import DAY, voucher
from tests.worlds.fakes.business_central_rules import Refused, Vat, guid
from tests.worlds.fakes.server import FOR_GOOD, Reply, Request

KASSA = guid("journals", "KASSA")


def by_hand(rig: BusinessCentralRig, number: str) -> None:
    """A line that a person has written into our journal."""
    row = {"accountType": "G_x002F_L_x0020_Account", "accountNumber": "1930", "postingDate": str(DAY)}
    rig.bc._add_line("journalLines", rig.bc.rows["journals"][KASSA], row | {"documentNumber": number, "amount": 5})


def batches(request: Request) -> bool:
    return request.path.endswith("$batch")


def posts(request: Request) -> bool:
    return request.path.endswith("Microsoft.NAV.post")


def test_lines_go_in_one_request_and_are_posted_in_another(rig: BusinessCentralRig) -> None:
    rig.connector().send(voucher(1))
    assert [one.path.rpartition("/")[2] for one in writes(rig)] == ["$batch", "Microsoft.NAV.post"]
    assert [one["method"] for one in writes(rig)[0].body["requests"]] == ["POST"] * 4 + ["GET"]
    assert Part("POST", "x").body is None


def test_a_voucher_of_more_lines_than_a_batch_holds_is_whole(rig: BusinessCentralRig) -> None:
    rows = tuple(Posting(1910, 100 + place) for place in range(MOST + 20))
    document = replace(voucher(1), postings=(*rows, Posting(3001, -sum(row.amount for row in rows))))
    rig.connector().send(document)
    assert rig.books(document) == 1
    assert [len(one.body["requests"]) for one in writes(rig) if batches(one)] == [MOST, 22]


def test_lines_of_others_in_our_journal_are_never_posted(rig: BusinessCentralRig) -> None:
    by_hand(rig, "BANK-7")
    with refused("BC09"):
        rig.connector().send(voucher(1))
    assert writes(rig) == []
    assert [line["documentNumber"] for line in rig.bc.lines[KASSA]] == ["BANK-7"]


def test_a_line_that_comes_while_we_write_stops_the_posting(rig: BusinessCentralRig) -> None:
    def meanwhile(request: Request) -> bool:
        if batches(request):
            by_hand(rig, "BANK-8")
        return False

    rig.bc.fail(Reply(), times=FOR_GOOD, on=meanwhile)
    with refused("BC09") as caught:
        rig.connector().send(voucher(1))
    assert not caught.value.uncertain
    assert [line["documentNumber"] for line in rig.bc.lines[KASSA]] == ["BANK-8"], "ours were taken away"
    assert rig.bc.ledger.entries == []


def test_half_done_is_finished_and_not_doubled(rig: BusinessCentralRig) -> None:
    rig.bc.fail(Reply(504, b"Gateway Timeout"), on=posts)
    with refused("N04") as caught:
        rig.connector().send(voucher(1))
    assert caught.value.uncertain
    verdict = look_up(rig.connector(), voucher(1))
    assert verdict.standing is Standing.UNFINISHED
    rig.connector().finish(voucher(1), verdict.hits[0])
    assert rig.books(voucher(1)) == 1
    assert sum(map(batches, writes(rig))) == 1, "the lines were there already"


def test_some_lines_of_ours_are_made_whole(rig: BusinessCentralRig) -> None:
    rig.bc.fail(Reply(504, b""), on=posts)
    with refused("N04"):
        rig.connector().send(voucher(1))
    del rig.bc.lines[KASSA][1]
    rig.connector().send(voucher(1))
    assert rig.books(voucher(1)) == 1
    assert [len(one.body["requests"]) for one in writes(rig) if batches(one)] == [5, 2]


def test_others_amounts_under_our_number_are_for_a_person(rig: BusinessCentralRig) -> None:
    by_hand(rig, "K1-Z1")
    with refused("BC11") as caught:
        rig.connector().send(voucher(1))
    assert caught.value.uncertain
    assert rig.bc.ledger.entries == []


def test_what_posting_refuses_leaves_nothing_behind(rig: BusinessCentralRig) -> None:
    rig.bc.rows["generalLedgerSetup"][guid("generalLedgerSetup", "1")]["allowPostingFrom"] = "2026-12-01"
    with refused("BC31") as caught:
        rig.connector().send(voucher(1))
    assert not caught.value.uncertain
    assert rig.bc.lines[KASSA] == []


@pytest.mark.parametrize(("change", "code"), [({"blocked": True}, "BC16"), ({"directPosting": False}, "BC16")])
def test_an_account_that_cannot_be_booked_on_is_told_before_anything_is_written(
    rig: BusinessCentralRig, change: dict[str, bool], code: str
) -> None:
    rig.bc.rows["accounts"][guid("accounts", "3001")].update(change)
    with refused(code):
        rig.connector().send(voucher(1))
    assert writes(rig) == []


def test_a_journal_that_takes_the_accounts_vat_is_told_by_the_extension(rig: BusinessCentralRig) -> None:
    rig.bc.setup.copies_vat.add("KASSA")
    with refused("BC19"):
        rig.connector().send(voucher(1))
    assert writes(rig) == []


def test_without_the_extension_one_voucher_shows_the_vat_trap_and_no_second_follows(rig: BusinessCentralRig) -> None:
    rig.bc.extension = False
    rig.bc.setup.copies_vat.add("KASSA")
    rig.bc.setup.account_vat["3001"] = Vat(25, "2611")
    with refused("BC10") as caught:
        rig.connector().send(voucher(1))
    assert caught.value.uncertain
    assert "2611, 3001" in str(caught.value)
    before = len(writes(rig))
    with refused("BC10") as again:
        rig.connector().send(voucher(2))
    assert not again.value.uncertain
    assert "på konto 2611, 3001:" in str(again.value), "the accounts that came right are not blamed"
    assert len(writes(rig)) == before
    assert look_up(rig.connector(), voucher(1)).standing is Standing.DIFFERENT
    _reverse(rig)
    rig.bc.setup.copies_vat.clear()
    assert look_up(rig.connector(), voucher(1)).standing is Standing.MISSING, "reversed: it is sent again"
    rig.connector().send(voucher(2))
    assert rig.books(voucher(2)) == 1


def _reverse(rig: BusinessCentralRig) -> None:
    """*Backa transaktion*: the opposite of everything, under the same number and text."""
    for one in list(rig.bc.ledger.entries):
        amount = round((one["creditAmount"] - one["debitAmount"]) * 100)
        rows = [(one["accountNumber"], amount)]
        rig.bc.ledger.book(one["postingDate"], one["documentNumber"], "_x0020_", one["description"], rows)


def test_what_is_reversed_there_is_neither_found_nor_read_back(rig: BusinessCentralRig) -> None:
    sent = rig.connector().send(voucher(1))
    _reverse(rig)
    assert rig.connector().find(voucher(1)) == []
    assert list(rig.connector().read_back([Delivered(voucher(1), sent.external_id)])) == []


@pytest.mark.parametrize("series", ["", "VER"])
def test_a_wrong_voucher_is_undone_by_its_opposite(rig: BusinessCentralRig, series: str) -> None:
    """Under the same number, or where the journal numbers what it posts under another: together they are nothing."""
    if series:
        rig.bc.setup.posting_series["KASSA"] = series
    first, *rest = voucher(1).postings
    document = replace(voucher(1), postings=(replace(first, cost_centre="HORN"), *rest))
    connector = rig.connector()
    delivered = Delivered(document, connector.send(document).external_id)
    made = connector.reverse(delivered)
    assert made.external_id != delivered.external_id
    assert writes(rig)[2].body["requests"][0]["body"]["dimensionSetLines"] == [{"code": "AVD", "valueCode": "HORN"}]
    before = len(writes(rig))
    assert rig.connector().reverse(delivered) == made
    assert len(writes(rig)) == before
    assert rig.connector().find(document) == []
    assert list(rig.connector().read_back([delivered])) == []
    assert list(rig.connector().vouchers(DAY, DAY, ())) == []


def test_a_reversal_that_was_cut_short_is_gone_on_with(rig: BusinessCentralRig) -> None:
    connector = rig.connector()
    delivered = Delivered(voucher(1), connector.send(voucher(1)).external_id)
    rig.bc.fail(Reply(504, b""), on=posts)
    with refused("N04") as caught:
        connector.reverse(delivered)
    assert caught.value.uncertain
    rig.connector().reverse(delivered)
    assert rig.connector().find(voucher(1)) == []
    assert rig.bc.lines[KASSA] == []


def test_what_a_person_has_changed_is_not_undone_from_here(rig: BusinessCentralRig) -> None:
    delivered = Delivered(voucher(1), rig.connector().send(voucher(1)).external_id)
    rig.bc.ledger.entries[0]["accountNumber"] = "1930"
    before = len(writes(rig))
    with refused("BC25"):
        rig.connector().reverse(delivered)
    assert len(writes(rig)) == before


def test_a_journal_with_a_balancing_account_is_told_before_anything_is_written(rig: BusinessCentralRig) -> None:
    """Every line would get it: the sales would stand on the balancing account too, and all would balance."""
    rig.bc.rows["journals"][KASSA]["balancingAccountNumber"] = "1930"
    with refused("BC22"):
        rig.connector().send(voucher(1))
    assert writes(rig) == []


def test_a_posting_number_series_is_no_loss(rig: BusinessCentralRig) -> None:
    rig.bc.setup.posting_series["KASSA"] = "VER"
    sent = rig.connector().send(voucher(1))
    assert sent.number == "VER00001"
    verdict = look_up(rig.connector(), voucher(1))
    assert (verdict.standing, verdict.hits[0].number) == (Standing.OURS, "VER00001")


def test_a_text_that_a_person_changed_is_found_by_its_number(rig: BusinessCentralRig) -> None:
    rig.connector().send(voucher(1))
    for one in rig.bc.ledger.entries:
        one["description"] = "Ändrad av Lena"
    assert look_up(rig.connector(), voucher(1)).standing is Standing.OURS


def test_a_document_moved_to_another_day_is_read_back_by_its_id(rig: BusinessCentralRig) -> None:
    sent = rig.connector().send(voucher(1))
    for one in rig.bc.ledger.entries:
        one["postingDate"] = "2026-11-20"
    (booked,) = rig.connector().read_back([Delivered(voucher(1), sent.external_id)])
    assert (booked.date, booked.external_id) == (date(2026, 11, 20), sent.external_id)


def test_many_are_read_back_by_pages_and_not_one_by_one(rig: BusinessCentralRig) -> None:
    connector = rig.connector()
    sent = [Delivered(voucher(number), connector.send(voucher(number)).external_id) for number in range(1, 21)]
    before = rig.bc.count("GET", "/v2.0/companies")
    booked = list(rig.connector().read_back(sent))
    assert [one.reference for one in booked] == [one.document.reference for one in sent]
    assert rig.bc.count("GET", "/v2.0/companies") - before == 3, "the ledger, the journal's name and its lines"


def test_cost_centre_and_project_follow_as_dimensions(rig: BusinessCentralRig) -> None:
    first, *rest = voucher(1).postings
    document = replace(voucher(1), postings=(replace(first, cost_centre="HORN", project="JUL"), *rest))
    rig.connector().send(document)
    assert writes(rig)[0].body["requests"][0]["body"]["dimensionSetLines"] == [
        {"code": "AVD", "valueCode": "HORN"},
        {"code": "PROJ", "valueCode": "JUL"},
    ]


def test_an_unknown_dimension_value_leaves_nothing_behind(rig: BusinessCentralRig) -> None:
    first, *rest = voucher(1).postings
    with refused("BC42") as caught:
        rig.connector().send(replace(voucher(1), postings=(*rest, replace(first, cost_centre="NOWHERE"))))
    assert not caught.value.uncertain
    assert not rig.bc.lines.get(KASSA)


@pytest.mark.parametrize("on", [batches, posts])
@pytest.mark.parametrize(
    "said",
    [
        (409, "Internal_ServerError", "The operation could not complete."),
        (409, "Request_EntityChanged", "Another user has already changed the record."),
        (400, "Application_DialogException", "Another user has modified the record for this Gen. Journal Line"),
        (400, "Application_DialogException", "The record was locked by another user."),
    ],
)
def test_a_lock_is_tried_again_by_itself(
    rig: BusinessCentralRig, on: Callable[[Request], bool], said: tuple[int, str, str]
) -> None:
    rig.bc.fail(Refused(*said).reply(), times=2, on=on)
    rig.connector().send(voucher(1))
    assert rig.books(voucher(1)) == 1


def test_a_lock_inside_a_batch_is_tried_again_by_itself(rig: BusinessCentralRig) -> None:
    inner = {"error": {"code": "Internal_ServerError", "message": "locked by another user"}}
    answer = {"responses": [{"id": "1", "status": 409, "body": inner}]}
    rig.bc.fail(Reply(200, answer), times=2, on=batches)
    rig.connector().send(voucher(1))
    assert rig.books(voucher(1)) == 1


@pytest.mark.parametrize("headers", [{"Retry-After": "7"}, {}])
def test_a_limit_inside_a_batch_is_waited_out(rig: BusinessCentralRig, headers: dict[str, str]) -> None:
    inner = {"error": {"code": "Application_TooManyRequests", "message": "Too many requests reached."}}
    answer = {"responses": [{"id": "1", "status": 429, "headers": headers, "body": inner}]}
    rig.bc.fail(Reply(200, answer), times=2, on=batches)
    rig.connector().send(voucher(1))
    assert rig.books(voucher(1)) == 1
    assert sum(rig.world.cancel.waits) >= (14 if headers else 120)


@pytest.mark.parametrize("status", [408, 503, 504])
def test_a_part_of_a_batch_that_timed_out_is_unclear(rig: BusinessCentralRig, status: int) -> None:
    inner = {"error": {"code": "Application_OperationTimeout", "message": "The operation took too long."}}
    rig.bc.fail(Reply(200, {"responses": [{"id": "1", "status": status, "body": inner}]}), on=batches)
    with refused("N04") as caught:
        rig.connector().send(voucher(1))
    assert caught.value.uncertain


def test_a_batch_that_keeps_what_it_did_before_the_error_is_cleared(rig: BusinessCentralRig) -> None:
    """Were the isolation not what Microsoft says, the lines before the bad one would stand there."""
    by_hand(rig, "K1-Z1")
    rig.bc.lines[KASSA][0] |= {"accountNumber": "1910", "amount": 400.0, "description": described("K1-Z1", "x")}
    said = {"error": {"code": "Application_DialogException", "message": "Item does not exist."}}
    rig.bc.fail(Reply(200, {"responses": [{"id": "1", "status": 400, "body": said}]}), on=batches)
    with refused("BC38") as caught:
        rig.connector().send(voucher(1))
    assert not caught.value.uncertain
    assert rig.bc.lines[KASSA] == []


def test_a_batch_that_leaves_an_answer_out_is_unclear(rig: BusinessCentralRig) -> None:
    rig.bc.fail(Reply(200, {"responses": [{"id": "1", "status": 201, "body": {}}]}), on=batches)
    with refused("N06") as caught:
        rig.connector().send(voucher(1))
    assert caught.value.uncertain


def test_a_reference_that_does_not_fit_is_not_cut_off(rig: BusinessCentralRig) -> None:
    with refused("BC12"):
        rig.connector().send(replace(voucher(1), reference="EN-MYCKET-LÅNG-KASSA-Z1"))
    assert writes(rig) == []


def test_a_journal_of_another_name_is_listed(rig: BusinessCentralRig) -> None:
    rig.options["journal"] = "KAFFE"
    with refused("BC08") as caught:
        rig.connector().send(voucher(1))
    assert "KASSA, LÖN" in str(caught.value) or "LÖN, KASSA" in str(caught.value)


def test_a_note_outlives_the_connector(rig: BusinessCentralRig) -> None:
    kept = note.Note(rig.connector()._session)
    assert kept.read() == ("", "")
    kept.write("17", "2611, 3001")
    assert note.Note(rig.connector()._session).read() == ("17", "2611, 3001")
    kept.forget()
    kept.forget()
    assert kept.read() == ("", "")

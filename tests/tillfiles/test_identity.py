"""The same file twice, a day in halves and backwards, five tills called 1: nothing is doubled and nothing is lost.

Tells of `tillfiles/importer.py` and `tillfiles/store.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.tillfiles.conftest import Counter
from tests.worlds.journal_file import DAY, JournalFile


def parts() -> tuple[JournalFile, JournalFile]:
    """A day in two files that overlap by one receipt; the Z report stands in the second."""
    first, second = JournalFile(), JournalFile()
    for number in range(1, 5):
        for file in (first,) if number < 3 else (first, second) if number == 3 else (second,):
            file.receipt(number, [("Kaffe", f"{number}00.00", 25)], [("Kort", f"{number}00.00")])
    second.event("<k:ForandraVaxelkassa><k:ForandringAvVaxelkassaISvenskaKronor>500.00"
                 "</k:ForandringAvVaxelkassaISvenskaKronor></k:ForandraVaxelkassa>")  # fmt: skip
    second.z(12, "1000.00", {25: "200.00"}, [("Kort", "1000.00")], receipts=4)
    return first, second


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 0, 1, 1), (1, 0, 1, 0)])
@pytest.mark.parametrize("at_once", [True, False])
def test_the_order_of_the_files_makes_no_difference(
    new_counter: Callable[[], Counter], order: tuple[int, ...], at_once: bool
) -> None:
    plain, other = new_counter(), new_counter()
    for file in parts():
        plain.read(file)
    plain.release()
    for place in order:
        other.read(parts()[place])
        if not at_once:
            other.release()
    other.release()
    assert other.everything() == plain.everything()
    assert len(other.everything()["receipt"]) == 4
    assert other.store.alarms() == []


def test_a_z_report_whose_receipts_have_not_all_come_waits(counter: Counter) -> None:
    counter.read(parts()[1])
    assert counter.release().count == 0
    counter.read(parts()[0])
    assert counter.release().count == 1


def test_the_same_receipt_with_other_content_is_an_alarm_and_the_first_stays(counter: Counter) -> None:
    for file in parts():
        counter.read(file)
    counter.release()
    before = counter.everything()
    changed = JournalFile()
    changed.receipt(1, [("Kaffe", "90.00", 25)], [("Kort", "90.00")])
    counter.read(changed)
    counter.read(changed)
    counter.release()
    assert [one.code for one in counter.store.alarms()] == ["J04"]
    assert counter.everything() == before
    counter.store.see_alarms()
    assert counter.store.alarms() == []


def test_a_late_receipt_and_a_z_report_with_other_figures_are_alarms(counter: Counter) -> None:
    for file in parts():
        counter.read(file)
    counter.release()
    before = counter.everything()
    late = JournalFile()
    late.receipt(5, [("Kaffe", "90.00", 25)], [("Kort", "90.00")])
    late.z(12, "1090.00", {25: "218.00"}, [("Kort", "1090.00")], receipts=5)
    counter.read(late)
    counter.release()
    assert sorted(one.code for one in counter.store.alarms()) == ["J05", "J06"]
    assert counter.everything() == before


def shop_of(place: str, serial: str, amount: str, control: str = "") -> JournalFile:
    file = JournalFile(place=place)
    file.registers = {"1": (serial, control or f"CU{serial:>015}")}
    file.receipt(1, [("Kaffe", amount, 25)], [("Kort", amount)], till="1")
    vat = {25: str(float(amount) / 5)}
    file.z(12, amount, vat, [("Kort", amount)], receipts=1, till="1")
    return file


@pytest.mark.parametrize("serials", [("A", "B", "C"), ("A", "A", "A")])
def test_shops_of_one_company_may_all_have_a_till_1(counter: Counter, serials: tuple[str, str, str]) -> None:
    for place, serial, amount in zip(("Lund", "Malmö", "Ystad"), serials, ("10.00", "20.00", "30.00"), strict=True):
        counter.read(shop_of(place, serial, amount))
    assert counter.release().count == 3
    assert counter.store.alarms() == []
    assert sorted(counter.rows("SELECT till, amount FROM receipt_payment"), key=lambda row: row[1]) == [
        ("1", 1000),
        ("1 Malmö", 2000),
        ("1 Ystad", 3000),
    ]


def test_new_hardware_under_the_old_name_begins_at_1_again(counter: Counter) -> None:
    for serial, amount in (("A", "10.00"), ("B", "20.00")):
        counter.read(shop_of("Lund", serial, amount))
    assert counter.release().count == 2
    assert counter.store.alarms() == []


def test_an_address_that_is_spelled_anew_doubles_nothing(counter: Counter) -> None:
    counter.read(shop_of("Storgatan 1, Lund", "A", "10.00"))
    counter.release()
    for place in ("STORGATAN 1  LUND", "Storgatan 1 A, Lund"):
        counter.read(shop_of(place, "A", "10.00"))
        counter.release()
    assert counter.rows("SELECT COUNT(*) FROM receipt") == [(1,)]


def test_several_shops_in_one_file(counter: Counter) -> None:
    file = JournalFile(place="Lund")
    file.registers = {"1": ("A", "CU-A"), "1/2": ("B", "CU-B")}
    file.receipt(1, [("Kaffe", "10.00", 25)], [("Kort", "10.00")], till="1", place="Lund", control="CU-A")
    file.receipt(1, [("Kaffe", "20.00", 25)], [("Kort", "20.00")], till="1", place="Malmö", control="CU-B")
    file.z(1, "10.00", {25: "2.00"}, [], receipts=1, till="1", serial="A")
    file.z(1, "20.00", {25: "4.00"}, [], receipts=1, till="1", serial="B")
    file.events = [one.replace(">12</k:LopnummerForZDagrapportPaKvitto", ">1</k:LopnummerForZDagrapportPaKvitto")
                   for one in file.events]  # fmt: skip
    counter.read(file)
    assert counter.release().count == 2
    assert counter.rows("SELECT total FROM z_report ORDER BY total") == [(1000,), (2000,)]


def test_a_gap_in_the_numbers_and_z_numbers_far_apart_stop_nothing(counter: Counter) -> None:
    file = JournalFile()
    for number, z in ((1, 7), (900_000_000_000, 4_711_000_000)):
        file.receipt(number, [("Kaffe", "10.00", 25)], [("Kort", "10.00")], z=z, at=f"{DAY}T10:00:00")
        file.z(z, "10.00", {25: "2.00"}, [], receipts=1)
    counter.read(file)
    assert counter.release().count == 2


def test_a_folder_is_read_once_and_a_file_that_grows_again(counter: Counter) -> None:
    from synccenter.tillfiles import importer

    folder = counter.folder / "in"
    folder.mkdir()
    first, second = parts()
    path = first.write(folder / "dag.XML")
    (folder / "läs mig.txt").write_text("inget för oss")
    assert [one.new for one in importer.import_folder(counter.store, folder)] == [3]
    assert list(importer.import_folder(counter.store, folder)) == []
    second.write(path)
    assert [one.new for one in importer.import_folder(counter.store, folder)] == [1]


def test_a_file_that_is_given_up_keeps_what_was_read_and_is_read_again(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """*Avbryt* while a file of a year is read."""
    from synccenter.tillfiles import importer

    monkeypatch.setattr(importer, "BATCH", 2)
    folder = counter.folder / "in"
    folder.mkdir()
    for file in parts():
        file.write(folder / f"{len(file.events)}.xml")

    class Stop(Exception):
        pass

    def stop(name: str, read: int) -> None:
        seen.append((name, read))
        raise Stop

    seen: list[tuple[str, int]] = []
    with pytest.raises(Stop):
        list(importer.import_folder(counter.store, folder, stop))
    assert seen == [("3.xml", 2)]
    assert counter.rows("SELECT COUNT(*) FROM file_receipt") == [(2,)]
    assert [one.new for one in importer.import_folder(counter.store, folder)] == [1, 1]
    assert counter.release().count == 1


def unlisted(file: JournalFile) -> bytes:
    """The same export without its list of registers, which the schema lets be empty."""
    text = file.text()
    begins = text.index("<k:KassaregistersystemLISTA>") + len("<k:KassaregistersystemLISTA>")
    return (text[:begins] + text[text.index("</k:KassaregistersystemLISTA>") :]).encode()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_file_that_does_not_list_its_registers_ties_and_doubles_nothing(
    counter: Counter, order: tuple[int, int]
) -> None:
    """Receipts say their control unit, Z reports their register: read apart or backwards, then with a list, it is the
    same till."""
    files = [shop_of("Lund", "A", "10.00"), shop_of("Malmö", "B", "20.00")]
    parts = []
    for file in files:
        receipt, report = shop_of("x", "y", "1.00"), shop_of("x", "y", "1.00")
        for one, event in ((receipt, 0), (report, 1)):
            one.place, one.registers, one.events = file.place, file.registers, [file.events[event]]
        parts.append([receipt, report])
    for part in order:
        for both in parts:
            counter.read(unlisted(both[part]))
    assert counter.release().count == 2
    for file in files:
        for again in (file, unlisted(file)):
            counter.read(again)
    assert counter.release().problems == []
    assert counter.store.alarms() == []
    assert counter.rows("SELECT till, total FROM z_report ORDER BY total") == counter.rows(
        "SELECT till, amount FROM receipt_payment ORDER BY amount"
    )
    assert counter.rows("SELECT serial FROM file_till ORDER BY serial") == [("A",), ("B",)]


def test_a_till_that_was_read_with_a_list_is_known_without_one(counter: Counter) -> None:
    counter.read(shop_of("Lund", "A", "10.00"))
    assert counter.release().count == 1
    counter.read(unlisted(shop_of("Lund", "A", "10.00")))
    assert counter.release().problems == []
    assert counter.rows("SELECT COUNT(*) FROM receipt") == [(1,)]
    assert counter.rows("SELECT COUNT(*) FROM file_till") == [(1,)]

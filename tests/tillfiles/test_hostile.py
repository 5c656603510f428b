"""Broken, foreign and hostile files: an event costs an event, a file nothing that was read before, and nothing hangs.

Tells of `tillfiles/stream.py` and `tillfiles/export_events.py`.
"""

from __future__ import annotations

import random

import pytest

from tests.tillfiles.conftest import Counter
from tests.worlds.journal_file import INSTANS, KOMPONENT, JournalFile


def day(count: int = 3) -> JournalFile:
    file = JournalFile()
    for number in range(1, count + 1):
        file.receipt(number, [("Kaffe", "125.00", 25)], [("Kort", "125.00")])
    return file


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("LopnummerForKassakvitto>2<", "LopnummerForKassakvitto>tvåa<"),
        ("LopnummerForKassakvitto>2<", "LopnummerForKassakvitto>1234567890123<"),
        ("LopnummerForKassakvitto>2<", "LopnummerForKassakvitto>٢<"),
        ("LopnummerForKassakvitto>2<", "LopnummerForKassakvitto><"),
    ],
)
def test_a_broken_event_costs_that_event_and_is_named_by_its_number(counter: Counter, good: str, bad: str) -> None:
    result = counter.read(day().text().replace(good, bad).encode())
    assert result.new == 2
    [problem] = result.problems
    assert problem.code == "J03"
    assert "Händelse 2 (rad " in problem.what
    assert "LopnummerForKassakvitto" in problem.what


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PrisPaSaldArtikel", "12,50"),
        ("PrisPaSaldArtikel", "1e3"),
        ("PrisPaSaldArtikel", "12.505"),
        ("PrisPaSaldArtikel", "999999999999999.00"),
        ("MervardesskattesatsForSaldArtikel", "12.5"),
        ("DatumOchKlockslagNarKvittoFramstalls", "2027-02-30T10:00:00"),
        ("DatumOchKlockslagNarKvittoFramstalls", "4 januari"),
        ("TypAvArtikel", "GRATIS"),
        ("LopnummerForZDagrapportPaKvitto", "-1"),
        ("OrganisationsnummerEllerPersonnummer", "SE556036079301"),
        ("Artikelnamn", "x" * 300),
    ],
)
def test_a_value_that_is_not_what_its_element_promises_costs_its_event(counter: Counter, name: str, value: str) -> None:
    file = day()
    head, tail = file.events[1].split(f"<k:{name}>", 1)
    file.events[1] = f"{head}<k:{name}>{value}{tail[tail.index('</') :]}"
    result = counter.read(file)
    assert (result.new, [one.code for one in result.problems]) == (2, ["J03"])
    assert name in result.problems[0].what


def test_a_file_that_is_cut_off_keeps_what_came_before(counter: Counter) -> None:
    whole = day().text().encode()
    result = counter.read(whole[: whole.rindex(b"<k:SaldArtikel>")])
    assert (result.new, [one.code for one in result.problems]) == (2, ["J02"])
    assert counter.read(day()).new == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "inte XML alls",
        "<Root/>",
        f'<x:ExportAvDataFranJournalminneEnligtSKVFS2021-16 xmlns:x="{KOMPONENT}"/>',
        f'<x:NagotAnnat xmlns:x="{INSTANS}"/>',
        '<?xml version="1.0" encoding="klingonska"?><a/>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>',
        '<!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a/>',
    ],
)
def test_what_is_no_journal_export_is_told_and_nothing_is_read(counter: Counter, text: str) -> None:
    result = counter.read(text.encode())
    assert (result.read, [one.code for one in result.problems]) == (0, ["J01"])


@pytest.mark.parametrize("space", [INSTANS, KOMPONENT])
def test_both_namespaces_exactly(counter: Counter, space: str) -> None:
    result = counter.read(day().text().replace(space, space.replace("/1.0", "/2.0")).encode())
    assert result.read == 0
    assert len(result.problems) == 1


@pytest.mark.parametrize(
    "event",
    [
        "<k:Kassakvitto><k:Artikelnamn>" + "x" * 3_000_000,
        "<k:Kassakvitto " + " ".join(f'a{n}="1"' for n in range(1000)) + ">",
        '<k:Kassakvitto a="' + "x" * 3_000_000 + '">',
        "<k:Kassakvitto>" + "<k:Artikelnamn>" * 10_000,
        "<k:OvrigRapport>" + "<k:Sokparameter>" * 10_000,
        "<k:Kassakvitto>" + "".join(f"<k:N{n}/>" for n in range(10_000)),
        "<k:Kassakvitto>" + "<k:Artikelnamn/>" * 2_000_000,
        "<k:" + "x" * 3_000_000,
        "<!--" + "x" * 3_000_000,
    ],
    ids=["text", "attributes", "attribute", "depth", "depth-past", "names", "elements", "name", "comment"],
)
def test_what_is_absurd_is_refused_before_it_is_whole(counter: Counter, event: str) -> None:
    head, _, tail = day().text().partition("</k:RegistreringLISTA>")
    result = counter.read(
        f"{head}<k:Handelse><k:Kassabeteckning>K1</k:Kassabeteckning>{event}".encode() + tail.encode()
    )
    assert [one.code for one in result.problems] == ["J02"]
    assert result.new == 3


def test_an_event_with_two_things_in_it_is_neither(counter: Counter) -> None:
    file = day()
    inner = file.events[1][file.events[1].index("<k:Kassakvitto>") : file.events[1].index("</k:Handelse>")]
    file.events[1] = file.events[1].replace("</k:Handelse>", f"{inner}</k:Handelse>")
    result = counter.read(file)
    assert (result.new, [one.code for one in result.problems]) == (2, ["J03"])


def test_bytes_that_are_changed_by_chance_never_escape_as_anything_but_a_problem(counter: Counter) -> None:
    whole, chance = day().text().encode(), random.Random(20)
    for _ in range(200):
        bent = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            bent[chance.randrange(len(bent))] = chance.randrange(256)
        result = counter.read(bytes(bent))
        assert result.new or result.problems or result.read <= 3
    counter.release()


def test_a_second_file_with_an_empty_header_list_and_unknown_events_is_read(counter: Counter) -> None:
    file = day(1)
    file.registers = {"K1": ("", "CU-1")}
    file.event("<k:InloggningIKassaregister>JA</k:InloggningIKassaregister>")
    file.event("<k:NagotNytt><k:MedDelar>1</k:MedDelar></k:NagotNytt>")
    result = counter.read(file)
    assert (result.new, result.problems) == (1, [])


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Kaf\u00adfe", "Kaffe"),
        ("Kaf\u200bfe\ufeff", "Kaffe"),
        ("👩\u200d🍳 Kaffe", "👩🍳 Kaffe"),
        ("Kaf\u0096fe", "Kaf�fe"),
        ("\ue000Kaffe", "�Kaffe"),
        ("\u202eeffaK", "effaK"),
    ],
)
def test_a_sign_that_cannot_be_printed_costs_itself_and_not_the_sale(counter: Counter, written: str, kept: str) -> None:
    file = JournalFile()
    file.receipt(1, [(written, "125.00", 25)], [("Kort", "125.00")])
    file.z(12, "125.00", {25: "25.00"}, [("Kort", "125.00")], receipts=1)
    assert counter.read(file).problems == []
    assert counter.release().count == 1
    assert counter.rows("SELECT text FROM receipt_line") == [(kept,)]


@pytest.mark.parametrize(
    ("good", "bad", "why"),
    [
        ("</k:Handelse>", "", "slutar med ett annat namn"),
        ("Kaffe", "Kaf\x1bfe", "ett tecken som inte får stå där"),
        ("Kaffe", "Kaf&#0;fe", "ett tecken som inte får stå där"),
        ("Kaffe", "Kaf&nbsp;fe", "entitet"),
        ("<k:Handelse>", "<q:Handelse>", "prefix"),
        ("<k:Handelse>", '<k:Handelse a="1" a="2">', "samma attribut"),
        ("<?xml", "\n<?xml", "före dess början"),
    ],
)
def test_what_the_parser_says_is_told_in_swedish(counter: Counter, good: str, bad: str, why: str) -> None:
    [problem] = counter.read(day().text().replace(good, bad, 1).encode()).problems
    assert why in problem.what


def test_a_file_of_other_letters_than_it_says_is_told_so(counter: Counter) -> None:
    [problem] = counter.read(day().text().replace("Kaffe", "Kräm").encode("latin-1")).problems
    assert "teckenkodning" in problem.what

"""Files in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from connectors.formats import outbox as sie_outbox
from synccenter.contract import disk
from tests.errors.case import Act, Case, Patch, full, nothing
from tests.worlds.street import Store


def in_file(content: bytes | None) -> Act:
    def do(store: Store, _patch: Patch) -> None:
        path = store.folder / "in" / "artiklar.csv"
        path.unlink() if content is None else path.write_bytes(content)

    return do


def good_file(store: Store, _patch: Patch) -> None:
    (store.folder / "in" / "artiklar.csv").write_text(
        "Artikelnr;Namn;Pris inkl moms\n1;Kaffe;26,00\n2;Bulle;20,00\n", "utf-8"
    )


def full_for_sie(_store: Store, patch: Patch) -> None:
    write = disk.write_atomically

    def refuse_sie(path: Path, content: bytes, **more: Any) -> None:
        if path.suffix == ".si":
            full()
        write(path, content, **more)

    patch.setattr(sie_outbox, "write_atomically", refuse_sie)


def folder_out_gone(store: Store, _patch: Patch) -> None:
    (store.folder / "ut").rename(store.folder / "undan")


def folder_out_back(store: Store, _patch: Patch) -> None:
    (store.folder / "undan").rename(store.folder / "ut")


def foreign_file(store: Store, _patch: Patch) -> None:
    first = next((store.folder / "ut").glob("*Z1.si"))
    first.with_name(first.name.replace("Z1", "Z2")).write_text("någon annans")


def foreign_file_away(store: Store, _patch: Patch) -> None:
    next((store.folder / "ut").glob("*Z2.si")).unlink()


def files(name: str, code: str, words: str, do: Act, undo: Act = nothing) -> Case:
    return Case(name, code, (words,), do, undo, system="files")


FILES = (
    files("artikelfilen är borta", "FIL02", "artik", in_file(None), good_file),
    files("artikelfilen är tom", "FIL04", "artiklar.csv", in_file(b""), good_file),
    files("rubrikraden går inte att förstå", "FIL05", "rubrik", in_file(b"a;b;c\n1;2;3\n"), good_file),
    files("disken är full för SIE-filen", "L01", "papperskorgen", full_for_sie),
    files("mappen för SIE-filer är borta", "FIL01", "ut", folder_out_gone, folder_out_back),
    files("en annan fil ligger i vägen", "FIL06", "flytta undan", foreign_file, foreign_file_away),
)

"""Collects the licences of everything in the exe into synccenter/LICENSER.txt, which *Om* shows and the exe holds.

    python -m tools.licences SITE-PACKAGES PYTHON-HOME

SITE-PACKAGES holds the packages of tools/windows/requirements.lock as installed for Windows. The file is committed,
so that the program also shows it when run from its source; a test fails when a part of the exe is missing in it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "synccenter" / "LICENSER.txt"
ONLY_FOR_THE_BUILD = {"altgraph", "pefile", "pyinstaller-hooks-contrib", "setuptools"}

LIBRARIES = (
    ("OpenSSL", "3", "Apache License 2.0", "https://openssl-library.org/source/license/"),
    ("SQLite", "3", "public domain", "https://sqlite.org/copyright.html"),
    ("libffi", "3", "MIT", "https://github.com/libffi/libffi/blob/master/LICENSE"),
    ("zlib", "1", "zlib", "https://zlib.net/zlib_license.html"),
    ("libpq (PostgreSQL)", "", "PostgreSQL License", "https://www.postgresql.org/about/licence/"),
    ("Microsoft Visual C++ Runtime", "14", "Microsoft's redistributable terms", "https://aka.ms/vs/17/terms"),
)
"""What the packages carry with them without a text of its own. Their terms ask for the notice, given by name here."""

TCL = """This software is copyrighted by the Regents of the University of California, Sun Microsystems, Inc., Scriptics
Corporation, ActiveState Corporation and other parties. The authors hereby grant permission to use, copy, modify,
distribute, and license this software and its documentation for any purpose, provided that existing copyright notices
are retained in all copies and that this notice is included verbatim in any distributions.
Full text: https://www.tcl-lang.org/software/tcltk/license.html"""


class Part(NamedTuple):
    """One part of the exe and the text of its licence."""

    name: str
    version: str
    terms: str
    text: str


def packages(site: Path) -> Iterator[Part]:
    """The packages, with every licence text that they carry."""
    for one in sorted(distributions(path=[str(site)]), key=lambda found: found.name.lower()):
        name = one.name.lower().replace("_", "-").replace(".", "-")
        if name not in ONLY_FOR_THE_BUILD:
            yield Part(name, one.version, _terms(one), _texts(one))


def _terms(one: Distribution) -> str:
    told = _field(one, "License-Expression") or _field(one, "License")
    classes = [text.rpartition(" :: ")[2] for text in one.metadata.get_all("Classifier", []) if "License" in text]
    return told.splitlines()[0].strip() if told and len(told) < 200 else ", ".join(classes) or "see its text"


def _field(one: Distribution, name: str) -> str:
    """A field of the package's metadata; empty when it is not there."""
    return str(one.metadata[name]) if name in one.metadata else ""


def _texts(one: Distribution) -> str:
    """Without the repeated full text of the GPL family, which its own address gives."""
    found = []
    for file in one.files or ():
        if re.match(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS\.LICEN)", file.name, re.IGNORECASE) and file.suffix != ".py":
            text = Path(str(file.locate())).read_text(encoding="utf-8", errors="replace").strip()
            if text not in found:
                found.append(text)
    return "\n\n".join(found) or f"Text: {_field(one, 'Home-page') or one.name}"


def document(site: Path, python: Path) -> str:
    """The whole file."""
    own = Part("JobOffice Sync Center", "", "MIT", (ROOT / "LICENSE").read_text(encoding="utf-8").strip())
    language = Part("Python", "3.13", "PSF License", (python / "LICENSE.txt").read_text(encoding="utf-8").strip())
    libraries = [Part(name, version, terms, f"Text: {address}") for name, version, terms, address in LIBRARIES]
    parts = [own, language, Part("Tcl/Tk", "8.6", "Tcl/Tk License", TCL), *libraries, *packages(site)]
    contents = "\n".join(f"  {part.name} {part.version}".rstrip() + f": {part.terms}" for part in parts)
    head = f"Licenser för allt som ingår i JobOffice Sync Center\n\n{contents}\n"
    return head + "".join(f"\n\n===== {part.name} {part.version} ({part.terms})\n\n{part.text}\n" for part in parts)


def main(words: list[str]) -> int:
    """Write the file."""
    site, python = (Path(word) for word in words)
    TARGET.write_text(document(site, python), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

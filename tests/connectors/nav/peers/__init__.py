"""Servers that others have written, from the description files of NAV and Business Central: a second opinion."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

HERE = Path(__file__).parent
Tables = Mapping[str, Sequence[Mapping[str, Any]]]


@contextmanager
def odata_server(folder: Path, edmx: str, tables: Tables, root: str = "/ODataV4") -> Iterator[str]:
    """The address of @sap-ux/fe-mockserver-core serving an EDMX under a root, with rows by entity set."""
    data = folder / "rader"
    data.mkdir(parents=True)
    for name, rows in tables.items():
        (data / f"{name}.json").write_text(json.dumps(list(rows)), encoding="utf-8")
    metadata = folder / "metadata.edmx"
    metadata.write_text(edmx, encoding="utf-8")
    with _running("odata.js", metadata, data, Path(f"/NAV{root}")) as port:
        yield f"http://127.0.0.1:{port}/NAV"


@contextmanager
def soap_server(folder: Path, wsdls: Mapping[str, str], tables: Tables) -> Iterator[str]:
    """The address of node-soap serving WSDLs by service name, with rows by service."""
    described = folder / "wsdl"
    described.mkdir(parents=True)
    for name, content in wsdls.items():
        (described / f"{name}.wsdl").write_text(content, encoding="utf-8")
    data = folder / "rader.json"
    data.write_text(json.dumps(tables), encoding="utf-8")
    with _running("soap.js", described, data) as port:
        yield f"http://127.0.0.1:{port}/NAV"


@contextmanager
def _running(script: str, *arguments: Path) -> Iterator[int]:
    node = _installed()
    command = [node, str(HERE / script), *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            if line.strip().isdigit():
                yield int(line)
                break
            said += line
        else:
            raise AssertionError(f"{script} did not start: {said}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _installed() -> str:
    """Node, with the packages of package-lock.json installed beside it, once."""
    node, npm = shutil.which("node"), shutil.which("npm")
    assert node, "node is missing: install it to run these tests (apt-get install nodejs npm)"
    assert npm, "npm is missing: install it to run these tests (apt-get install npm)"
    wanted = (HERE / "package-lock.json").read_bytes()
    with FileLock(HERE / ".install.lock"):
        stamp = HERE / "node_modules" / ".installed"
        if not stamp.exists() or stamp.read_bytes() != wanted:
            done = subprocess.run(
                [npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"npm could not install tests/nav/peers/package-lock.json: {done.stderr}"
            stamp.write_bytes(wanted)
    return node

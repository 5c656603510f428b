"""eEkonomi's own description of its API, turned into a judge of requests and answers.

Two files lie beside the project, in `shared/specs/visma-eekonomi`: the vendor's swagger of 2020-06 and a derived
description of the API of 2024-05. A request must please each file that knows its path; an answer must please
one of them. A field that neither knows, a read-only field in a request, a wrong type, a text too
long, an unknown parameter: each is a complaint.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, ValidationError
from jsonschema.exceptions import best_match

from tests.places import SHARED
from tests.worlds.fakes.server import Reply, Request

FOLDER = SHARED / "specs/visma-eekonomi"
PAGING = {"$page", "$pagesize", "$filter", "$select", "$orderby"}

Schema = dict[str, Any]


class Operation:
    """What may be asked of a path, and what it answers."""

    def __init__(self, spec: Spec, path: str, raw: Mapping[str, Any]) -> None:
        self.path = path
        self._pattern = re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path) + "$", re.IGNORECASE)
        parameters = raw.get("parameters", ())
        self.parameters = {one["name"] for one in parameters if one.get("in") == "query"}
        body = next((one["schema"] for one in parameters if one.get("in") == "body"), None)
        body = body or raw.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        answer = raw["responses"].get("200") or raw["responses"].get("201") or {}
        schema = answer.get("schema") or answer.get("content", {}).get("application/json", {}).get("schema")
        self.body = spec.validator(body, asked=True) if body else None
        self.answer = spec.validator(schema, asked=False) if schema else None
        found = re.search(r"following scopes:\s*(.*?)(?:Available|Requires|</p>|$)", _plain(raw), re.DOTALL)
        self.scopes = set(re.findall(r"ea:\w+", found[1])) if found else set()

    def fits(self, path: str) -> bool:
        """Whether a request's path is this one."""
        return self._pattern.match(path) is not None


class Spec:
    """One of the two files."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise FileNotFoundError(f"{path}: the vendor's descriptions lie in shared/, beside the project")
        raw = json.loads(path.read_text())
        self.definitions: Mapping[str, Schema] = raw.get("definitions") or raw["components"]["schemas"]
        self.operations = {
            (method.upper(), path): Operation(self, path, operation)
            for path, methods in raw["paths"].items()
            for method, operation in methods.items()
        }

    def find(self, method: str, path: str) -> Operation | None:
        """The operation of a request; a path without parameters goes before one with."""
        found = [one for (verb, _), one in self.operations.items() if verb == method and one.fits(path)]
        return min(found, key=lambda one: one.path.count("{"), default=None)

    def validator(self, schema: Schema, *, asked: bool) -> Draft7Validator:
        """The schema as a strict JSON schema: for a request without what is read-only, for an answer with nulls."""
        return Draft7Validator(self._strict(schema, asked=asked, depth=0))

    def _strict(self, schema: Schema, *, asked: bool, depth: int) -> Schema:
        if "$ref" in schema:
            schema = self.definitions[schema["$ref"].rpartition("/")[2]]
        if depth > 8:
            return {}
        kept = {key: value for key, value in schema.items() if key in _KEYWORDS}
        if isinstance(kept.get("pattern"), str) and schema.get("type") != "string":
            kept.pop("pattern")
        if "properties" in schema:
            allowed = {n: one for n, one in schema["properties"].items() if not (asked and one.get("readOnly"))}
            kept["properties"] = {n: self._strict(one, asked=asked, depth=depth + 1) for n, one in allowed.items()}
            kept["additionalProperties"] = False
            kept["required"] = [name for name in schema.get("required", ()) if name in allowed]
        if "items" in schema:
            kept["items"] = self._strict(schema["items"], asked=asked, depth=depth + 1)
        if not asked or schema.get("nullable"):
            kept = {"anyOf": [{"type": "null"}, kept]}
        return kept


_KEYWORDS = {"type", "required", "maxLength", "minLength", "minimum", "maximum", "enum", "pattern"}


def _plain(raw: Mapping[str, Any]) -> str:
    return f"{raw.get('summary', '')} {raw.get('description', '')}"


@cache
def vendor() -> Spec:
    """The vendor's own file."""
    return Spec(FOLDER / "eaccounting-v2-swagger2-2020-06.json")


@cache
def derived() -> Spec:
    """The newer, derived one."""
    return Spec(FOLDER / "mock/eaccounting-v2.mock.json")


def known(request: Request) -> list[Operation]:
    """What each file knows of a request's path."""
    found = (spec.find(request.method, request.path) for spec in (vendor(), derived()))
    return [one for one in found if one]


def scopes(request: Request) -> set[str]:
    """The scopes of which a request needs one."""
    return set().union(*(one.scopes for one in known(request)))


def about_request(request: Request) -> Iterator[str]:
    """What is wrong with a request."""
    operations = known(request)
    if not operations:
        yield f"{request.method} {request.path} is no path of the API"
        return
    allowed = PAGING.union(*(one.parameters for one in operations))
    for name in request.query.keys() - allowed:
        yield f"{request.method} {request.path} has no parameter {name}"
    for operation in operations:
        if operation.body:
            for error in operation.body.iter_errors(request.body):
                yield f"{request.method} {operation.path} {_told(error)}"


def about_answer(request: Request, reply: Reply) -> Iterator[str]:
    """What is wrong with an answer."""
    if reply.status == 204 or reply.status >= 300:
        return
    body = reply.body
    if isinstance(body, dict) and isinstance(body.get("Data"), list):  # a thousand rows are alike
        body = body | {"Data": body["Data"][:20]}
    judges = [one.answer for one in known(request) if one.answer]
    found = [list(judge.iter_errors(body)) for judge in judges]
    if all(found):
        for error in found[-1] if found else ():
            yield f"the answer to {request.method} {request.path} {_told(error)}"


def _told(error: ValidationError) -> str:
    """The innermost reason: nulls being allowed wraps everything in an either-or."""
    inner = best_match(iter([error])) or error
    return f"{inner.json_path}: {inner.message[:300]}"

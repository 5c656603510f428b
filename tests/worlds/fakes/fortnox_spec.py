"""Fortnox's own description of its API, turned into a judge of requests and answers.

The vendor's OpenAPI of February 2026 lies beside the project, in `shared/specs/fortnox`. Where it is known to be wrong
it is not followed (`field/business-systems.md` 2): `Voucher.required` names `Year`, which the server sets; the global
parameters of lists are left out; numbers in lists are texts. A field that it does not know, a wrong type, a text too
long, an unknown parameter: each is a complaint.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft7Validator, ValidationError
from jsonschema.exceptions import best_match

from tests.places import SHARED
from tests.worlds.fakes.server import Reply, Request

FILE = SHARED / "specs/fortnox/openapi-fortnox.json"
PAGING = {"limit", "page", "offset", "sortorder"}
DATED = {"fromdate", "todate", "financialyear", "financialyeardate"}
"""Global parameters, by the vendor's page *Parameters*: dates for invoices, orders and vouchers."""

CONNECTIONS = {"voucheryear", "voucherseries", "vouchernumber", "voucherdescription"}
"""What file connections are searched by: it stands in the description of their tag only."""

Schema = dict[str, Any]
_KEYWORDS = {"type", "required", "maxLength", "minLength", "minimum", "maximum", "enum", "pattern", "minItems"}
_LISTS_AFTER_ALL = {"/3/prices": "#/components/schemas/fortnox_PriceListItem_List"}
"""Described as a single object, and a list in practice (`field/business-systems.md` 9)."""

_SET_BY_SERVER = {"Year"}


class Operation:
    """What may be asked of a path, and what it answers."""

    def __init__(self, spec: Spec, path: str, raw: Mapping[str, Any]) -> None:
        self.path = path
        self._pattern = re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path) + "$")
        self.parameters = {one["name"].lower() for one in raw.get("parameters", ()) if one.get("in") == "query"}
        if any(word in path for word in ("vouchers", "invoices", "orders", "accounts", "voucherseries")):
            self.parameters |= DATED
        if "voucherfileconnections" in path:
            self.parameters |= CONNECTIONS
        bodies: list[Schema] = [one["schema"] for one in raw.get("requestBody", {}).get("content", {}).values()]
        answer = raw["responses"].get("200") or raw["responses"].get("201") or {}
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        if path in _LISTS_AFTER_ALL:
            schema = {"$ref": _LISTS_AFTER_ALL[path]}
        self.body = spec.validator(bodies[0], asked=True) if bodies else None
        self.answer = spec.validator(schema, asked=False) if schema else None

    def fits(self, path: str) -> bool:
        """Whether a request's path is this one."""
        return self._pattern.match(path) is not None


class Spec:
    """The vendor's file. An operation is read when it is first asked for."""

    def __init__(self) -> None:
        if not FILE.exists():
            raise FileNotFoundError(f"{FILE}: the vendor's descriptions lie in shared/, beside the project")
        raw = json.loads(FILE.read_text())
        self.definitions: Mapping[str, Schema] = raw["components"]["schemas"]
        self.operations = {
            (method.upper(), path): Operation(self, path, operation)
            for path, methods in raw["paths"].items()
            for method, operation in methods.items()
            if path.startswith(("/3/", "/api/warehouse/"))
        }

    def find(self, request: Request) -> Operation | None:
        """The operation of a request; a path without parameters goes before one with."""
        found = [one for (verb, _), one in self.operations.items() if verb == request.method and one.fits(request.path)]
        return min(found, key=lambda one: one.path.count("{"), default=None)

    def validator(self, schema: Schema, *, asked: bool) -> Draft7Validator:
        """The schema as a strict JSON schema; an answer may have nulls, texts for numbers, and `MetaInformation`."""
        strict = self._strict(schema, asked=asked, depth=0)
        if not asked:
            strict["anyOf"][1].setdefault("properties", {})["MetaInformation"] = {"type": "object"}
        return Draft7Validator(strict)

    def _strict(self, schema: Schema, *, asked: bool, depth: int) -> Schema:
        if "$ref" in schema:
            schema = self.definitions[schema["$ref"].rpartition("/")[2]]
        if depth > 8:
            return {}
        kept = {key: value for key, value in schema.items() if key in _KEYWORDS}
        if not asked:
            kept.pop("minLength", None)
            kept.pop("enum", None)
        if "properties" in schema:
            allowed = {n: one for n, one in schema["properties"].items() if not (asked and one.get("readOnly"))}
            kept["properties"] = {n: self._strict(one, asked=asked, depth=depth + 1) for n, one in allowed.items()}
            kept["additionalProperties"] = False
            kept["required"] = [n for n in schema.get("required", ()) if n in allowed and n not in _SET_BY_SERVER]
        if "items" in schema:
            kept["items"] = self._strict(schema["items"], asked=asked, depth=depth + 1)
        if asked:
            return kept
        if kept.get("type") in {"integer", "number"}:
            return {"anyOf": [{"type": "null"}, kept, {"type": "string", "pattern": r"^-?\d*(\.\d+)?$"}]}
        return {"anyOf": [{"type": "null"}, kept]}


@cache
def vendor() -> Spec:
    """The vendor's own file."""
    return Spec()


def about_request(request: Request) -> Iterator[str]:
    """What is wrong with a request."""
    operation = vendor().find(request)
    if operation is None:
        yield f"{request.method} {request.path} is no path of the API"
        return
    for name in request.query.keys() - operation.parameters - PAGING:
        yield f"{request.method} {request.path} has no parameter {name}"
    if operation.body and request.body is not None:
        for error in operation.body.iter_errors(request.body):
            yield f"{request.method} {operation.path} {_told(error)}"


def about_answer(request: Request, reply: Reply) -> Iterator[str]:
    """What is wrong with an answer."""
    operation = vendor().find(request)
    if reply.status >= 300 or operation is None or operation.answer is None:
        return
    body = reply.body
    if isinstance(body, dict):  # a page of rows are alike
        body = {name: one[:10] if isinstance(one, list) else one for name, one in body.items()}
    for error in operation.answer.iter_errors(body):
        yield f"the answer to {request.method} {request.path} {_told(error)}"


def _told(error: ValidationError) -> str:
    inner = best_match(iter([error])) or error
    return f"{inner.json_path}: {inner.message[:300]}"

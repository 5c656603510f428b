"""Bokio's own OpenAPI file, turned into a judge of requests and answers.

It lies beside the project, in `shared/specs/bokio`. An unknown path or parameter, a filter on a field that the list's
table does not name, a field that is unknown or read-only in a request, a wrong type: each is a complaint. Lists may
have their rows under `result`, as the vendor's notes say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
from jsonschema import Draft7Validator, FormatChecker, ValidationError
from jsonschema.exceptions import best_match

from tests.places import SHARED
from tests.worlds.fakes.server import Reply, Request

FILE = SHARED / "specs/bokio/bokio-company-api-openapi.yml"

Schema = dict[str, Any]

_FILE = "binary"
_KEPT = {"type", "enum", "format", "minLength", "maxLength", "maximum", "maxProperties"}


class Operation:
    """What may be asked of a path, and what it answers."""

    def __init__(self, spec: Spec, path: str, raw: Mapping[str, Any]) -> None:
        self.path = path
        self._pattern = re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path) + "$")
        parameters = {one["name"]: one for one in raw.get("parameters", ()) if one.get("in") == "query"}
        self.parameters = {name: one["schema"] for name, one in parameters.items()}
        self.fields = set(
            re.findall(r"^\| (\w+) +\|", parameters.get("query", {}).get("description", ""), re.MULTILINE)
        )
        self.scope = next(iter(re.findall(r"\*\*Scope:\*\* `([^`]+)`", raw.get("description", ""))), "")
        body = _json(raw.get("requestBody", {}))
        answer = _json(raw["responses"].get("200", {}))
        self.body = spec.validator(body, asked=True) if body else None
        self.answer = spec.validator(answer, asked=False) if answer else None

    def fits(self, path: str) -> bool:
        """Whether a request's path is this one."""
        return self._pattern.match(path) is not None


def _json(part: Mapping[str, Any]) -> Schema | None:
    content = part.get("content", {})
    schema: Schema | None = (content.get("application/json") or content.get("multipart/form-data") or {}).get("schema")
    return schema


class Spec:
    """The file."""

    def __init__(self) -> None:
        if not FILE.exists():
            raise FileNotFoundError(f"{FILE}: the vendor's descriptions lie in shared/, beside the project")
        raw = msgspec.yaml.decode(FILE.read_bytes())
        self._schemas: Mapping[str, Schema] = raw["components"]["schemas"]
        self._operations = [
            (method.upper(), Operation(self, path, operation))
            for path, methods in raw["paths"].items()
            for method, operation in methods.items()
            if method != "parameters"
        ]

    def find(self, method: str, path: str) -> Operation | None:
        """The operation of a request; a path with fewer parameters goes first."""
        found = [one for verb, one in self._operations if verb == method and one.fits(path)]
        return min(found, key=lambda one: one.path.count("{"), default=None)

    def validator(self, schema: Schema, *, asked: bool) -> Draft7Validator:
        """The schema as a strict JSON schema; a request has nothing in it that is read-only."""
        return Draft7Validator(self._strict(schema, asked=asked), format_checker=FormatChecker(["uuid", "date"]))

    def _strict(self, schema: Schema, *, asked: bool, depth: int = 0) -> Schema:
        schema = self._whole(schema)
        if depth > 8:
            return {}
        if schema.get("format") == _FILE:
            return {"type": "object"}  # as the fake has it: name, type and bytes
        kept: Schema = {key: value for key, value in schema.items() if key in _KEPT}
        if "oneOf" in schema:
            kept["anyOf"] = [self._strict(one, asked=asked, depth=depth + 1) for one in schema["oneOf"]]
        if "properties" in schema:
            of_it = schema["properties"]
            allowed = {n: one for n, one in of_it.items() if not (asked and self._whole(one).get("readOnly"))}
            kept["properties"] = {n: self._strict(one, asked=asked, depth=depth + 1) for n, one in allowed.items()}
            kept["additionalProperties"] = False
            kept["required"] = [name for name in schema.get("required", ()) if name in allowed]
        if "items" in schema:
            kept["items"] = self._strict(schema["items"], asked=asked, depth=depth + 1)
        return {"anyOf": [{"type": "null"}, kept]} if schema.get("nullable") else kept

    def _whole(self, schema: Schema) -> Schema:
        """Without `$ref` and `allOf`: what they stand for, put together."""
        if "$ref" in schema:
            return self._whole(self._schemas[schema["$ref"].rpartition("/")[2]])
        if "allOf" not in schema:
            return schema
        parts = [self._whole(one) for one in schema["allOf"]] + [{k: v for k, v in schema.items() if k != "allOf"}]
        whole: Schema = {}
        for part in parts:
            whole = {
                **whole,
                **part,
                "properties": {**whole.get("properties", {}), **part.get("properties", {})},
                "required": [*whole.get("required", ()), *part.get("required", ())],
            }
        return whole


@cache
def spec() -> Spec:
    """The file, read once."""
    return Spec()


def known(request: Request) -> Operation | None:
    """What the file knows of a request's path."""
    return spec().find(request.method, request.path.removeprefix("/v1"))


def about_request(request: Request) -> Iterator[str]:
    """What is wrong with a request."""
    operation = known(request)
    if operation is None:
        yield f"{request.method} {request.path} is no path of the API"
        return
    for name, value in request.query.items():
        schema = operation.parameters.get(name)
        if schema is None:
            yield f"{request.method} {operation.path} has no parameter {name}"
        elif schema["type"] == "integer" and int(value) > schema.get("maximum", int(value)):
            yield f"{request.method} {operation.path}: {name}={value} is too much"
    for condition in filter(None, request.query.get("query", "").split("&&")):
        field = re.split(r"==|~|[<>]", condition)[0]
        if field not in operation.fields:
            yield f"{request.method} {operation.path} has no filter on {field}"
    if operation.body:
        yield from (
            f"{request.method} {operation.path} {_told(one)}" for one in operation.body.iter_errors(request.body)
        )
    elif request.body:
        yield f"{request.method} {operation.path} takes no body"


def about_answer(request: Request, reply: Reply) -> Iterator[str]:
    """What is wrong with an answer."""
    operation = known(request)
    if operation is None or operation.answer is None or reply.status != 200:
        return
    body = reply.body
    if isinstance(body, dict) and "result" in body:
        body = {"items" if name == "result" else name: value for name, value in body.items()}
    if isinstance(body, dict) and isinstance(body.get("items"), list) and "totalItems" in body:
        body = body | {"items": body["items"][:20]}  # a hundred rows are alike
    yield from (
        f"the answer to {request.method} {operation.path} {_told(one)}" for one in operation.answer.iter_errors(body)
    )


def _told(error: ValidationError) -> str:
    inner = best_match(iter([error])) or error
    return f"{inner.json_path}: {inner.message[:300]}"

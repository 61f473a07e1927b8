"""The contract as people read it: chapters of operations, each with its fields, a call to copy and an answer."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ahlan.core.api.door import SCOPES
from ahlan.core.api.problems import KINDS, Words
from ahlan.core.api.rooms import rooms

DEEPEST = 2  # objects within objects, as rows of their own
PLACE = re.compile(r"{(\w+)}")
PLACES = {"number": "4127", "on": "2026-12-24"}  # in a call to copy; else 1
Schemas = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is given or got."""

    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    key: str
    method: str
    path: str
    summary: str
    about: str
    scope: str
    parameters: list[Field]
    body: list[Field]
    call: str
    status: str
    answer: str

    @property
    def words(self) -> str:
        """What a search looks through: not the scope, or whoever looks for tickets finds all that shares it with them."""
        return f"{self.method} {self.path} {self.summary} {self.about}"


@dataclass(frozen=True, slots=True)
class Chapter:
    key: str
    title: Words
    about: str
    operations: list[Operation]


def chapters(contract: dict[str, Any], address: str) -> list[Chapter]:
    """All of it, in the order of the rooms. `address`: where calls go, as in https://desk.example."""
    schemas = contract["components"]["schemas"]
    found: dict[str, list[Operation]] = {}
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            made = _operation(path, method, operation, schemas, address)
            found.setdefault(operation["tags"][0], []).append(made)
    return [Chapter(one.key, one.title, one.about, found.get(one.key, [])) for one in rooms()]


def problems() -> list[dict[str, Any]]:
    return [{"key": kind, "status": status, "title": title} for status, (kind, title) in KINDS.items()]


def scopes() -> tuple[str, ...]:
    return SCOPES


def _operation(
    path: str, method: str, operation: dict[str, Any], schemas: Schemas, address: str
) -> Operation:
    body = operation.get("requestBody", {}).get("content", {})
    status = next(key for key in operation["responses"] if key.startswith("2"))
    answer = operation["responses"][status].get("content", {}).get("application/json")
    return Operation(
        key=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        about=operation.get("description", ""),
        scope=" ".join(operation["security"][0]["token"]),
        parameters=[_parameter(one) for one in operation["parameters"] if "name" in one],
        body=[field for one in body.values() for field in _fields(one["schema"], schemas)],
        call=_call(address, path, method, operation, body),
        status=status,
        answer=_shown(answer["example"]) if answer else "",
    )


def _parameter(one: dict[str, Any]) -> Field:
    return Field(one["name"], _kind(one["schema"], {}), one["required"], one.get("description", ""))


def _fields(schema: dict[str, Any], schemas: Schemas, before: str = "", depth: int = 0) -> Iterator[Field]:
    schema = _whole(schema, schemas)
    needed = schema.get("required", [])
    for name, one in schema.get("properties", {}).items():
        whole = _whole(one, schemas)
        about = one.get("description") or whole.get("description", "")
        yield Field(before + name, _kind(one, schemas), name in needed, about)
        inner = whole.get("items", whole)
        if depth < DEEPEST - 1:
            mark = "[]." if "items" in whole else "."
            yield from _fields(inner, schemas, f"{before}{name}{mark}", depth + 1)


def _whole(schema: dict[str, Any], schemas: Schemas) -> dict[str, Any]:
    """What a reference names; of a choice with null what is not null."""
    if "$ref" in schema:
        return _whole(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    some = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    return (
        {**_whole(some[0], schemas), **{k: v for k, v in schema.items() if k != "anyOf"}}
        if len(some) == 1
        else schema
    )


def _kind(schema: dict[str, Any], schemas: Schemas) -> str:
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_kind(one, schemas) for one in schema["anyOf"]))
    if "$ref" in schema:
        return "object"
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}), schemas)}]"
    return str(schema.get("format") or schema.get("type", "any"))


def _call(address: str, path: str, method: str, operation: dict[str, Any], body: dict[str, Any]) -> str:
    path = PLACE.sub(lambda found: PLACES.get(found[1], "1"), path)
    lines = [
        f"curl{'' if method == 'get' else f' -X {method.upper()}'} {address}{path}",
        '  -H "Authorization: Bearer $TOKEN"',
    ]
    if method == "post":
        lines.append('  -H "Idempotency-Key: $(uuidgen)"')
    if "application/json" in body:
        lines += [
            '  -H "Content-Type: application/json"',
            f"  -d '{json.dumps(body['application/json']['example'], ensure_ascii=False)}'",
        ]
    elif body:
        lines.append("  -F file=@receipt.pdf")
    return " \\\n".join(lines)


def _shown(sample: Any) -> str:
    return json.dumps(sample, ensure_ascii=False, indent=2)

"""A sample of what a JSON schema describes, for the contract and the page that explains it."""

from typing import Any

DEEPEST = 6
PLAIN: dict[str, Any] = {"integer": 1, "number": 1, "boolean": True, "null": None, "object": {}}
FORMATS = {
    "date-time": "2026-11-22T10:00:00Z",
    "date": "2026-11-22",
    "time": "10:00:00",
    "email": "noa@example.org",
}


def sample_of(schema: dict[str, Any], schemas: dict[str, Any], depth: int = 0) -> Any:
    """The schema's own example where it gives one, else the plainest thing that fits."""
    if "$ref" in schema:
        return sample_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, depth)
    if schema.get("examples"):
        return schema["examples"][0]
    for key in ("const", "example"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    chosen = next((schema[key] for key in ("anyOf", "oneOf", "allOf") if key in schema), None)
    if chosen:
        return sample_of(chosen[0], schemas, depth)
    return _of_type(schema, schemas, depth)


def _of_type(schema: dict[str, Any], schemas: dict[str, Any], depth: int) -> Any:
    if "properties" in schema:
        if depth >= DEEPEST:
            return {}
        return {name: sample_of(one, schemas, depth + 1) for name, one in schema["properties"].items()}
    kind = schema.get("type")
    if kind == "array":
        return [sample_of(schema.get("items", {}), schemas, depth + 1)] if depth < DEEPEST else []
    if kind == "string":
        return FORMATS.get(schema.get("format", ""), schema.get("default", "…"))
    return schema.get("minimum", PLAIN.get(str(kind))) if kind == "integer" else PLAIN.get(str(kind))

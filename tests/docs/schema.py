"""Validates a value against a JSON schema: the words that ours use, and no others.

https://json-schema.org/draft/2020-12/json-schema-validation
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "null": lambda v: v is None,
}
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "type": lambda v, of: any(_TYPES[t](v) for t in ([of] if isinstance(of, str) else of)),
    "enum": lambda v, of: v in of,
    "pattern": lambda v, of: not isinstance(v, str) or bool(re.search(of, v)),
    "minLength": lambda v, of: not isinstance(v, str) or len(v) >= of,
    "maxLength": lambda v, of: not isinstance(v, str) or len(v) <= of,
    "minimum": lambda v, of: v >= of,
    "maximum": lambda v, of: v <= of,
    "minItems": lambda v, of: len(v) >= of,
    "maxItems": lambda v, of: len(v) <= of,
    "minProperties": lambda v, of: len(v) >= of,
    "required": lambda v, of: set(of) <= set(v),
    "dependentRequired": lambda v, of: all(set(n) <= set(v) for k, n in of.items() if k in v),
}
_SAID = ("$schema", "$defs", "title", "description", "then", "format", "default")


def wrong(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> Iterator[str]:
    """The words of the schema that the value does not keep to."""
    for word, of in schema.items():
        if word in _SAID:
            continue
        if word in _HOLDS:
            if not _HOLDS[word](value, of):
                yield f"{word}: {value!r}"
                if word == "type":
                    return  # the other words are not about such a value
        else:
            yield from _INSIDE[word](schema, value, root)


def _ref(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> Iterator[str]:
    yield from wrong(root["$defs"][schema["$ref"].rpartition("/")[2]], value, root)


def _items(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> Iterator[str]:
    for item in value:
        yield from wrong(schema["items"], item, root)


def _properties(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> Iterator[str]:
    for name, inner in schema["properties"].items():
        if name in value:
            yield from wrong(inner, value[name], root)


def _others(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> Iterator[str]:
    for name in set(value) - set(schema.get("properties", {})):
        if schema["additionalProperties"] is False:
            yield f"additionalProperties: {name}"
        else:
            yield from wrong(schema["additionalProperties"], value[name], root)


def _all(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> Iterator[str]:
    for inner in schema["allOf"]:
        yield from wrong(inner, value, root)


def _any(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> Iterator[str]:
    if all(any(wrong(inner, value, root)) for inner in schema["anyOf"]):
        yield f"anyOf: {value!r}"


def _if(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> Iterator[str]:
    if not any(wrong(schema["if"], value, root)):
        yield from wrong(schema["then"], value, root)


_INSIDE: dict[str, Callable[..., Iterator[str]]] = {
    "$ref": _ref,
    "items": _items,
    "properties": _properties,
    "additionalProperties": _others,
    "allOf": _all,
    "anyOf": _any,
    "if": _if,
}

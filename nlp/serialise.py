"""Annotations as plain JSON: what `tradewire annotate FILE` prints. Keys are documented in docs/facts.md."""

from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from db.records import Annotation, Fact


def plain(value: Any) -> Any:
    """`value` as JSON types: records become objects, empty fields are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        found = {}
        if isinstance(value, Fact):
            found["family"] = value.family
        for field in fields(value):
            item = plain(getattr(value, field.name))
            if item is not None and item != [] and item != {} and item is not False:
                found[field.name] = item
        return found
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value


def annotation_json(annotation: Annotation) -> dict[str, Any]:
    """{"facts": [...], "mentions": [...], "entities": [...]}; offsets count characters of the text given."""
    return {
        "facts": plain(annotation.facts),
        "mentions": plain(annotation.mentions),
        "entities": plain(annotation.entities),
    }

"""Annotations as JSON and back, without loss: how facts travel in a shard.

A shard may come from another machine, so nothing is taken on trust: unknown families, fields and values are errors.
"""

import json
import types
from dataclasses import fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from db.errors import InputError
from db.kinds import FAMILIES, packaged_kinds
from db.records import Annotation, Fact

MAX_ITEMS = 100_000  # mentions or facts of one text; the longest recorded one has hundreds


def annotation_to_json(annotation: Annotation) -> str:
    """`annotation` as one line; fields that have their default are left out."""
    return json.dumps(_packed(annotation), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def annotation_from_json(text: str) -> Annotation:
    """The annotation that `annotation_to_json` wrote.

    Raises:
        InputError: it is none.
    """
    try:
        found = _unpacked(json.loads(text), Annotation)
    except (ValueError, TypeError, KeyError, RecursionError, InvalidOperation, AttributeError) as error:
        raise InputError(f"no annotation: {type(error).__name__}: {error}"[:300]) from error
    assert isinstance(found, Annotation)
    if any(not 0 <= mention.entity < len(found.entities) for mention in found.mentions):
        raise InputError("no annotation: a mention of no entity")
    for fact in found.facts:
        if fact.kind not in packaged_kinds():
            raise InputError(f"no annotation: unknown kind {fact.kind!r}")
    return found


def _packed(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        found = {"family": value.family} if isinstance(value, Fact) else {}
        for field in fields(value):
            item = getattr(value, field.name)
            if item != field.default and item not in ((), {}):
                found[field.name] = _packed(item)
        return found
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (tuple, list)):
        return [_packed(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _packed(item) for key, item in value.items()}
    return value


@cache
def _hints(record: type) -> dict[str, Any]:
    return get_type_hints(record)


def _unpacked(value: Any, hint: Any) -> Any:
    """`value` as the type that `hint` names."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        (hint,) = [one for one in arguments if one is not type(None)]
        return _unpacked(value, hint)
    if origin is tuple:
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise TypeError("a list is expected")
        return tuple(_unpacked(item, arguments[0]) for item in value)
    if hint is Any:
        return value
    if is_dataclass(hint):
        if not isinstance(value, dict):
            raise TypeError("an object is expected")
        record: Any = hint
        if hint is Fact:
            value = dict(value)
            record = FAMILIES[value.pop("family")]
        hints = _hints(record)
        return record(**{str(name): _unpacked(item, hints[name]) for name, item in value.items()})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if hint is Decimal:
        return Decimal(value) if isinstance(value, str) else _refuse(value, hint)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint in (str, int, float, bool):
        return value if type(value) is hint else _refuse(value, hint)
    if not isinstance(value, dict):  # a mapping: the detail of a fact
        raise TypeError("an object is expected")
    return value


def _refuse(value: Any, hint: Any) -> Any:
    raise TypeError(f"{value!r} is no {hint.__name__}")

"""Documentation that must keep up: commands, kinds, fields, settings."""

import dataclasses
from pathlib import Path

import pytest

from db.kinds import FAMILIES, packaged_kinds
from db.records import Modality, Role, Standing

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("kind", packaged_kinds().values(), ids=lambda kind: kind.name)
def test_every_kind_stands_in_the_docs_as_the_registry_has_it(kind):
    row = f"| `{kind.name}` | `{kind.plural}` | {kind.family} | {kind.says} |"
    assert row in (DOCS / "facts.md").read_text(encoding="utf-8")


def test_every_field_of_every_record_is_explained():
    text = (DOCS / "facts.md").read_text(encoding="utf-8")
    for record in FAMILIES.values():
        for field in dataclasses.fields(record):
            assert f"`{field.name}`" in text, field.name


@pytest.mark.parametrize("value", [*Modality, *Standing, *Role])
def test_every_value_of_the_axes_and_roles_is_explained(value):
    assert f"`{value.value}`" in (DOCS / "facts.md").read_text(encoding="utf-8")

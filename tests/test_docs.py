"""Documentation that must keep up: commands, kinds, fields, settings."""

import dataclasses
import re
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from db.kinds import FAMILIES, packaged_kinds
from db.records import Modality, Role, Standing
from tradewire.cli import COMMANDS, cli
from tradewire.config import Settings

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


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_docs_and_can_be_imported(name):
    assert f"`tradewire {name}`" in (DOCS / "commands.md").read_text(encoding="utf-8")
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help or command.short_help


def _settings(model, prefix=""):
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _settings(inner, f"{name}.")
        else:
            yield prefix + name


@pytest.mark.parametrize("key", list(_settings(Settings)))
def test_every_setting_stands_in_the_docs(key):
    assert f"`{key}`" in (DOCS / "settings.md").read_text(encoding="utf-8")


def test_the_readme_shows_both_commands_and_its_links_lead_somewhere():
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert "$ make run" in text
    assert "make test" in text
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert (DOCS.parent / target).exists(), target

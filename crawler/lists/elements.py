"""Elements of an official list in XML, one after the other, from bytes that nobody vouches for.

No entity is expanded and no other file is read; a file with a document type declaration is refused, since no official
list has one and entity bombs need it. What was read is dropped, so memory holds one element, not the tree.
"""

import io
from collections.abc import Iterator
from typing import Any

import lxml.etree

from db.errors import InputError

Element = lxml.etree._Element  # lxml has no public name for it


def elements(data: bytes, tag: str, where: str, head: dict[str, str]) -> Iterator[Element]:
    """Every element `tag` of the document, whatever its namespace; empty again once the next one is asked for.

    `head` takes the root's attributes and the texts that stand outside of these elements, by local name.

    Raises:
        InputError: no XML, a document type declaration, or a document that breaks off.
    """
    events = lxml.etree.iterparse(
        io.BytesIO(data), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    inside = 0
    root: Element | None = None
    try:
        for event, element in events:
            if root is None:
                root = element
                if element.getroottree().docinfo.doctype:
                    raise InputError(f"{where}: a document type declaration; no official list has one")
                head.update((local(str(name)), str(value)) for name, value in element.attrib.items())
            ours = local(element.tag) == tag
            if event == "start":
                inside += ours
                continue
            inside -= ours
            if inside:
                continue
            if ours:
                yield element
            elif element is not root and len(element) == 0 and (element.text or "").strip():
                head.setdefault(local(element.tag), (element.text or "").strip())
            _drop(element)
    except lxml.etree.XMLSyntaxError as error:
        raise InputError(f"{where}: no XML, or it breaks off ({error})") from error


def _drop(element: Element) -> None:
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def local(name: object) -> str:
    """A tag or attribute without its namespace."""
    return str(name).rpartition("}")[2]


def texts(element: Element, path: str) -> list[str]:
    """The texts under `path` ("Names/Name6"), namespaces ignored, empty ones left out."""
    found = element.iterfind("/".join("{*}" + step for step in path.split("/")))
    return [words for node in found if (words := (node.text or "").strip())]


def text(element: Element, path: str) -> str:
    """The first text under `path`, else ""."""
    return next(iter(texts(element, path)), "")


def as_row(element: Element) -> dict[str, Any]:
    """The element as it came, as plain data: attributes and children by local name, several of one name as a list."""
    found: dict[str, Any] = {local(name): str(value) for name, value in element.attrib.items()}
    for child in element:
        name = local(child.tag)
        value: Any = as_row(child) if len(child) or child.attrib else " ".join(str(child.text or "").split())
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    words = " ".join(str(element.text or "").split())
    return found | ({"text": words} if words else {})

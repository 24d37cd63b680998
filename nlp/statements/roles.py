"""What a person is and for whom, read off the words around the name: "Jane Roe, chief executive of Acme"."""

from db.records import Mention
from nlp.statements.persons import source_words
from nlp.statements.reader import Speaker

MAX_ROLE = 90  # characters; longer appositions are descriptions, not roles


def own_body(text: str, named: Mention, bodies: list[Mention]) -> Mention | None:
    """The organisation of a person: the first one after the name, else the one before it."""
    after = [m for m in bodies if m.start >= named.end]
    before = [m for m in bodies if m.end <= named.start]
    for mention in after:
        between = text[named.end : mention.start]
        if len(between) <= MAX_ROLE + 40:
            return mention
    return before[-1] if before else None


def role_of(
    text: str, speaker: Speaker, named: Mention, body: Mention | None, bodies: list[Mention]
) -> str | None:
    """What the person is, as written: the apposition behind the name, or the words before it."""
    after = text[named.end : speaker.end]
    if after.startswith(","):
        words = after[1:].strip()
        stop = (
            body.start - (speaker.end - len(after[1:].lstrip()))
            if body is not None and body.start > named.end
            else None
        )
        if stop is not None and stop > 0:
            words = words[:stop].rstrip()
            words = _without_tail(words)
        words = words.split(",")[0].split("(")[0].strip()
        cleaned = _without_article(words)
        if cleaned and len(cleaned) <= MAX_ROLE and not cleaned[0].isdigit():
            return cleaned
    before = text[speaker.start : named.start].strip().rstrip(",").strip()
    if not before:
        return None
    before = before.replace("’s ", "'s ").rpartition("'s ")[2]
    for mention in bodies:
        if mention.end <= named.start:
            before = before.replace(mention.text, " ")
    words_list = [w for w in before.split() if w.strip(",.")]
    words_list = [w for w in words_list if w.lower() not in source_words().honorifics]
    cleaned = _without_article(" ".join(words_list).strip(" ,"))
    return cleaned if cleaned and len(cleaned) <= MAX_ROLE else None


def _without_article(words: str) -> str:
    first, _, rest = words.partition(" ")
    return rest.strip() if first.lower() in ("a", "an", "the", "its", "their") else words


def _without_tail(words: str) -> str:
    """ "spokesman for the" -> "spokesman"."""
    parts = words.split()
    while parts and parts[-1].lower() in (
        "the",
        "for",
        "of",
        "at",
        "with",
        "from",
        "in",
        "to",
        "a",
        "an",
        "and",
    ):
        parts.pop()
    return " ".join(parts)

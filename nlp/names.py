"""Company names as keys: folding, legal forms, acronyms, and which differences keep two names apart.

No spaCy here: the resolve stage, the importers of official lists and `tradewire match` use it as well.
Legal forms come from nlp/data/legal_forms.toml.
"""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DOTTED = re.compile(r"\b(?:\w\.){2,}\w?\b\.?|\b\w\.\w\b")
_POSSESSIVE = re.compile(r"(?<=\w)(?:'s|s')(?=\W|$)|(?<=\w)'(?=\s|$)")
_QUOTES = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\u00b4": "'"}
)
FEW = 24  # different letters beyond ASCII: up to here replacing them one by one is faster than a table
_WORD = re.compile(r"[^\W_]+(?:\+\+)?")
#: Words that no acronym spells and that stand for nothing in one: "Bank of China" is BOC, "X and Y" may be XY.
SMALL_WORDS = frozenset(["and", "of", "the", "for", "de", "und", "et", "la", "in", "du", "des"])


def unquoted(text: str) -> str:
    """`text` with straight quotes; same length."""
    return text.translate(_QUOTES)


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char).translate(_QUOTES).casefold()
    return folded if len(folded) == 1 else char


def fold(text: str) -> str:
    """`text` in lower case, full-width letters and quotes made plain; the same length, so offsets hold."""
    if text.isascii():
        return text.lower()
    special = [char for char in set(text) if char > "\x7f"]
    if len(special) <= FEW:
        folded = text
        for char in special:
            folded = folded.replace(char, _fold_char(char))
        folded = folded.lower()
    else:
        folded = text.translate({ord(char): _fold_char(char) for char in special}).lower()
    return folded if len(folded) == len(text) else "".join(map(_fold_char, text))


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize(
        "NFC", "".join(c for c in parts if not unicodedata.combining(c) or c in "\u3099\u309a")
    )


@lru_cache(maxsize=65536)
def key(name: str) -> str:
    """`name` for comparing: folded, without accents and punctuation, "S.M.I.C." as "smic", "&" as "and"."""
    text = unicodedata.normalize("NFKC", unquoted(name)).translate(_QUOTES).casefold()
    text = _POSSESSIVE.sub("", text)
    text = _DOTTED.sub(lambda m: m.group().replace(".", ""), text)
    text = _without_accents(text).replace("&", " and ").replace("'", "")
    return " ".join(_WORD.findall(text))


@cache
def _forms() -> tuple[frozenset[tuple[str, ...]], int, tuple[str, ...]]:
    data = tomllib.loads((files("nlp") / "data" / "legal_forms.toml").read_text(encoding="utf-8"))
    western = frozenset(tuple(form.split()) for forms in data["western"].values() for form in forms)
    glued = {unicodedata.normalize("NFKC", form) for forms in data["glued"].values() for form in forms}
    return western, max(map(len, western)), tuple(sorted(glued, key=len, reverse=True))


@cache
def legal_words() -> frozenset[str]:
    """Every word that a Western legal form may be made of."""
    return frozenset(word for form in _forms()[0] for word in form)


def is_legal_form(words: str) -> bool:
    """True when `words` is nothing but legal forms: "Co., Ltd."."""
    return bool(words) and not _strip_western(key(words).split(), keep=0)


def _strip_western(words: list[str], keep: int = 1) -> list[str]:
    western, longest, _ = _forms()
    words = list(words)
    changed = True
    while changed:
        changed = False
        for size in range(min(longest, len(words) - keep), 0, -1):
            joined = words[-size - 1 : -size] == ["and"]  # "Ohm & Co" is the name
            if tuple(words[-size:]) in western and not joined:
                del words[-size:]
                changed = True
                break
        for size in range(min(longest, len(words) - keep), 0, -1):
            # In front stand only PT, OOO, AO and their like, never "Company" or "Corporation".
            if tuple(words[:size]) in _FRONT and len(words) > size:
                del words[:size]
                changed = True
                break
    return words


_FRONT = frozenset(
    tuple(form.split())
    for form in [
        "pt", "ooo", "oao", "zao", "pao", "ao", "jsc", "pjsc", "ojsc", "cjsc", "tov", "too", "uab", "sia", "ou",
        "kabushiki kaisha", "public joint stock company", "joint stock company", "fgup", "gup", "ctcp",
    ]
)  # fmt: skip


_GROUP_IN_BRACKETS = re.compile(r"\((集团|集團|控股)\)")  # 奥万（集团）有限公司 is 奥万集团有限公司


def _strip_glued(text: str) -> str:
    glued = _forms()[2]
    changed = True
    while changed:
        changed = False
        for form in glued:
            for cut in (str.removesuffix, str.removeprefix):
                rest = cut(text, form).strip()
                if rest != text and len(rest) >= 2:  # 招商银行有限公司 keeps 招商银行; 公司 alone stays
                    text, changed = rest, True
    return text


@lru_cache(maxsize=65536)
def core(name: str) -> str:
    """`key(name)` without legal forms at either end; Group, Holdings, places and numbers stay."""
    if CJK.search(name):
        name = _strip_glued(_GROUP_IN_BRACKETS.sub(r"\1", unicodedata.normalize("NFKC", name)).strip())
    folded = key(name)
    stripped = " ".join(_strip_western(folded.split()))
    return stripped.removeprefix("the ") or folded


@lru_cache(maxsize=65536)
def without_legal_form(name: str) -> str:
    """`name` as written up to its legal form: "Tarrant Aerospace, Inc." gives "Tarrant Aerospace"."""
    wanted = len(core(name).split())
    if CJK.search(name) or wanted == len(key(name).split()):
        return name.strip()
    words = name.split()
    for end in range(1, len(words)):
        head = " ".join(words[:end]).rstrip(" ,(")
        if key(head) == core(name):
            return head
    return name.strip()


def initials(name: str) -> str:
    """First letters of the words of `name`, small words and legal forms left out, in capitals."""
    return "".join(word[0] for word in core(name).split() if word not in SMALL_WORDS).upper()


def is_acronym_of(short: str, name: str) -> bool:
    """True when the letters of `short` stand in `name` in order, each opening a word or following inside one.

    The first letters must agree, and at least half of the letters must open a word (Schwartz and Hearst's
    idea, made stricter: SMIC for "Semiconductor Manufacturing International Corp.").
    """
    letters = [c for c in key(short).replace(" ", "") if c.isalnum()]
    words = key(name).split()
    big = [word for word in words if word not in SMALL_WORDS]
    if not (2 <= len(letters) <= 10) or not big:
        return False
    # JHICC leaves out the place in front (Fujian Jinhua ...), DoD counts its small word.
    return any(_spells(letters, candidate) for candidate in (big, big[1:], words) if candidate)


def _spells(letters: list[str], words: list[str]) -> bool:
    if letters[0] != words[0][0]:
        return False
    opened, word, at = 1, 0, 1
    for letter in letters[1:]:
        following = next((w for w in range(word + 1, len(words)) if words[w][0] == letter), None)
        inside = words[word].find(letter, at)
        if following is not None and (inside < 0 or following == word + 1):
            word, at, opened = following, 1, opened + 1
        elif inside >= 0:
            at = inside + 1
        else:
            return False
    return opened * 2 >= len(letters)

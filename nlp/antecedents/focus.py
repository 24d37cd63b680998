"""Which company a text is about at a point: the one its sentences keep as their subject.

Used where no rule of grammar settles who "the company" or "it" is. A company must lead the others clearly;
otherwise nobody is meant.
Weights were chosen on development texts.
"""

from collections import defaultdict

from nlp.antecedents.index import Reading

REACH = 5  # sentences back within which a company that is not the topic can still be meant
SUBJECT_BEFORE = (3.0, 1.5, 0.75)  # subject of the last sentence, of the one before it, and so on
NAMED_BEFORE = (1.0, 0.5)
TOPIC = 2.0  # named at least half as often again as any other
LEAD = 1.0  # named first, or in the title
NAMED_HERE = 0.5
SUBJECT_HERE = 1.5
NEEDED = 3.5
MARGIN = 1.5


def in_focus(reading: Reading, number: int, before: int, barred: set[int], said: set[str]) -> int | None:
    """The company that leads all others at token `before` of sentence `number`, or None.

    `barred` cannot be meant; `said` are the words of a description, whose places must not contradict. A description
    that tells something is not about the topic by default: only the subjects of the sentences before count for it.
    """
    if reading.quoted[before]:
        return None  # who speaks may mean anybody
    scores = {
        entity: score
        for entity, score in _scores(reading, number, before, bare=not said).items()
        if entity not in barred and not contradicts(reading, said, entity)
    }
    if not scores:
        return None
    kept = {reading.topic(), *reading.titled()}
    ranked = sorted(scores, key=lambda entity: -scores[entity])
    second = scores[ranked[1]] if len(ranked) > 1 else 0.0
    best = scores[ranked[0]]
    if best < NEEDED or best - second < MARGIN:
        return None
    return ranked[0] if ranked[0] in kept or reading.named_before(ranked[0], number) > 1 else None


def contradicts(reading: Reading, said: set[str], entity: int) -> bool:
    """True when the description names a place and only other places are known of the company."""
    for words in (reading.words.places, reading.words.demonyms):  # a Shenzhen firm may well be a Chinese one
        named, known = said & words, reading.said_of[entity] & words
        if named and known and not named & known:
            return True
    return False


def _scores(reading: Reading, number: int, before: int, *, bare: bool) -> dict[int, float]:
    scores: dict[int, float] = defaultdict(float)
    here, subjects = reading.companies(number, before), reading.subjects(number)
    for entity in set(here):
        scores[entity] += SUBJECT_HERE if entity in subjects else NAMED_HERE
    for back in range(1, min(REACH, number) + 1):
        named = set(reading.companies(number - back))
        subjects = reading.subjects(number - back)
        for entity in named:
            if back <= len(NAMED_BEFORE):
                scores[entity] += NAMED_BEFORE[back - 1]
            if entity in subjects and back <= len(SUBJECT_BEFORE):
                scores[entity] += SUBJECT_BEFORE[back - 1]
            scores[entity] += 0.0  # near enough to be a candidate
    if not bare:
        return scores
    topic = reading.topic()
    if topic is not None and (topic in reading.seen or topic in scores):
        scores[topic] += TOPIC
    for entity in reading.leads():
        if entity in reading.seen or entity in scores:
            scores[entity] += LEAD
    return scores

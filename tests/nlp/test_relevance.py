"""What is ours and what only sounds like it."""

from nlp.relevance import relevance, relevant_entry

OURS = (
    "The Commerce Department added nine Chinese chipmakers to the Entity List on Friday, saying that they had helped "
    "the military. Exports to them will need a licence, which will usually be denied."
)
REVIEW = (
    "We tested the Tianhe P9 for two weeks. Battery life is superb, the camera is the best in its class, the screen is "
    "bright and charging is quick. Tianhe was put on a trade blacklist, so there are no Google apps. Verdict: four stars."
)


def test_listing_story_is_relevant_and_says_why() -> None:
    verdict = relevance("U.S. adds nine Chinese chipmakers to Entity List", OURS)
    assert verdict.relevant
    assert verdict.topics[0] == "blacklist"
    assert any(reason.startswith("entity list (core") for reason in verdict.reasons)


def test_phone_review_that_names_the_blacklist_is_not() -> None:
    verdict = relevance("Tianhe P9 review: the one to beat", REVIEW)
    assert not verdict.relevant
    assert verdict.topics == ()
    assert any("gadget_review" in reason for reason in verdict.reasons)


def test_entries_are_refused_only_when_they_look_hopeless() -> None:
    assert relevant_entry("Chip rules bite", None)
    assert relevant_entry("A quiet Tuesday", None)
    assert not relevant_entry(
        "The best garlic sauce for a cold kitchen", "A chef's recipe with butter and salt"
    )

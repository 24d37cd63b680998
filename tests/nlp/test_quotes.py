"""Quotation marks, paired paragraph by paragraph."""

import pytest

from nlp.quotes.pairing import pair_marks


def quoted(text):
    return [text[p.start : p.end] for p in pair_marks(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We will,” he said. “No.”", ["“We will,”", "“No.”"]),
        ("''It's ok,'' he said. ''Fine.''", ["''It's ok,''", "''Fine.''"]),
        ('She said "yes" and "no".', ['"yes"', '"no"']),
        ("Il dit «non» ici", ["«non»"]),
        ("他说「不」了", ["「不」"]),
        ("'Workers' pay is low,' she said of the '90s.", ["'Workers' pay is low,'"]),
        ("Firm's 'last chance' to leave list", ["'last chance'"]),
        (
            "“He said ‘don’t do it,’ and left,” she said",
            ["“He said ‘don’t do it,’ and left,”", "‘don’t do it,’"],
        ),
        ("the students' rights and the teachers' pay", []),
        ("It's John’s 90% of the firms’ rock 'n' roll", []),
    ],
)
def test_marks_are_paired(text, expected):
    assert quoted(text) == expected


def test_a_stray_closing_mark_costs_nothing():
    assert quoted("stray” mark “and quote” here") == ["“and quote”"]


def test_an_opening_mark_that_was_lost_costs_only_itself():
    assert quoted("He said “one “two” three") == ["“two”"]


def test_a_stray_mark_costs_no_other_paragraph(pipeline):
    doc = pipeline("One stray “ mark here.\n\n“We will sue,” said Jane Roe.")
    assert [doc.text[q.start : q.end] for q in doc._.quotes] == ["“We will sue,”"]


def test_a_quotation_over_paragraphs_is_marked_as_going_on(pipeline):
    doc = pipeline("“First part.\n\n“Second part,” said Jane Roe.")
    assert [(doc.text[q.start : q.end], q.continues) for q in doc._.quotes] == [
        ("“First part.", True),
        ("“Second part,”", False),
    ]


def test_the_span_group_holds_every_quotation(pipeline):
    doc = pipeline("“We will,” he said, “but later.”")
    assert [span.text for span in doc.spans["quotes"]] == ["“We will,”", "“but later.”"]

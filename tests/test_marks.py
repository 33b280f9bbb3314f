"""What stands inside quotation marks is somebody's words; titles and scare quotes are not."""

from __future__ import annotations

import pytest

from ingest.prose.marks import find_marked


def quoted(*paragraphs: str) -> list[str]:
    found = find_marked(paragraphs)
    return [m.inner.of(text) for text, marks in zip(paragraphs, found, strict=True) for m in marks]


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("“A dummy has no powder in it,” Okafor says.", ["A dummy has no powder in it,"]),
        ("She said: “Never.”", ["Never."]),
        ('"Open it first," he said. "Then look."', ["Open it first,", "Then look."]),
        ('"Open it," he said. "Never." Then he left.', ["Open it,", "Never."]),
        ("“He told me ‘it is cold’ and walked off,” she recalls.",
         ["He told me ‘it is cold’ and walked off,"]),
        ("He carried a 6\" barrel and a 4\" spare to the truck.", []),
        ("They worked on “Night Ferry” and “The Long Tide.”", []),
        ("The so-called “cold gun” was not.", []),
        ("« On ne plaisante pas avec ça », dit-elle.", ["On ne plaisante pas avec ça"]),
        ("“” was all it said.", []),
    ],
)  # fmt: skip
def test_quotations_are_found_and_titles_are_not(paragraph, expected):
    assert [words.strip() for words in quoted(paragraph)] == expected


def test_a_quotation_that_goes_on_in_the_next_paragraph_is_quoted_in_both():
    assert quoted(
        "“It began with a missing box, and nobody wrote it down.",
        "“Then nobody counted the rounds,” she said.",
    ) == [
        "It began with a missing box, and nobody wrote it down.",
        "Then nobody counted the rounds,",
    ]


def test_a_single_quoted_british_article_is_understood_with_its_apostrophes():
    assert quoted("‘I don’t hand it over until it’s clear,’ he said.") == [
        "I don’t hand it over until it’s clear,"
    ]


def test_a_mark_that_is_never_closed_quotes_to_the_end_of_its_paragraph():
    assert quoted("She went on: “Nobody asked", "The inquiry opened in May.") == ["Nobody asked"]


def test_a_block_quote_is_quoted_whole():
    paragraphs = ["He wrote:", "“We count them in. We count them out.”"]
    spans = find_marked(paragraphs, block=[False, True])
    assert [m.inner.of(paragraphs[1]) for m in spans[1]] == ["We count them in. We count them out."]


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (["‘He told me it was a “cold gun” and I believed him,’ said the armorer.",
          "‘We never had live rounds on set,’ she added."],
         ["He told me it was a “cold gun” and I believed him,",
          "We never had live rounds on set,"]),
        (["“We stopped,” she said.", "‘He told me it was a “cold gun” then,’ said Brandt."],
         ["We stopped,", "He told me it was a “cold gun” then,"]),
        (["'We never had live rounds on set,' she said. 'I don't know why.'"],
         ["We never had live rounds on set,", "I don't know why."]),
        (["She said: 'We don't hand the actors' rounds over.' Then she left."],
         ["We don't hand the actors' rounds over."]),
        (["``We count them in,'' said Brandt. ``Then we sign.''"],
         ["We count them in,", "Then we sign."]),
        (["''We count them in,'' said Brandt."], ["We count them in,"]),
        (["‘The actors’ union told us to stop,’ she said."],
         ["The actors’ union told us to stop,"]),
        (["‘We were goin’ home when it rang,’ he said. ‘Nobody’s fault.’"],
         ["We were goin’ home when it rang,", "Nobody’s fault."]),
        (['"I said "stop" twice," she recalled.'], ['I said "stop" twice,']),
        (["“I said “stop” twice,” she recalled."], ["I said “stop” twice,"]),
        (['"It had a 6" barrel," he said, "and a cap."'], ['It had a 6" barrel,', "and a cap."]),
        (['Brandt called it "a complete mess".'], ["a complete mess"]),
        (["He described the whole set as “a joke” on Friday."], ["a joke"]),
        (["She dubbed it 'a joke' on Friday."], ["a joke"]),
        (["The chief said it was “distressing” not to know."], ["distressing"]),
        (["He yelled “cold gun” and handed it over."], ["cold gun"]),
        (["‘It began with the actors’ box, and nobody wrote it down.",
          "‘Then nobody counted the rounds,’ she said."],
         ["It began with the actors’ box, and nobody wrote it down.",
          "Then nobody counted the rounds,"]),
        (["'We never had one on this set.'", "It rained."], ["We never had one on this set."]),
        (["“We count them in, she said. “Then we sign.” It rained."],
         ["We count them in, she said. “Then we sign."]),
    ],
)  # fmt: skip
def test_whichever_marks_are_outside_hold_the_speech(paragraphs, expected):
    assert quoted(*paragraphs) == expected


@pytest.mark.parametrize(
    "paragraph",
    [
        "The so-called ‘cold gun’ was not, and the crew’s list is gone.",
        "The so called 'cold gun' was not.",
        "The actors' union and the grips' union met in '99, and rock 'n' roll was played.",
        "The actors’ union met the grips’ union.",
        "They worked on ‘Night Ferry’ and ‘The Long Tide.’",
        "They worked on 'Night Ferry' and \"The Long Tide\".",
        "This is called a “third-party request” and takes a day.",
        "They called on the “interim” government to stop.",
        "They want a long-term fix for the initial “pain” of it.",
        "Some claim that you can “opt out” of it.",
        "A film she called “Night Ferry” opened in May.",
        "It was a “hot” set for the grips’ and the gaffers’ crews.",
        "He wore ’em out in the ‘90s, and she said so.",
    ],
)
def test_titles_scare_quotes_and_apostrophes_stay_with_the_byline(paragraph):
    assert quoted(paragraph) == []


def test_no_quotation_spans_paragraphs_that_do_not_reopen():
    assert quoted(
        "‘Rust’ opened in May.", "It ended, she said.", "‘We stopped it there,’ he said."
    ) == ["We stopped it there,"]

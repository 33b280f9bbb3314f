"""What stands inside quotation marks is somebody's words; titles and scare quotes are not."""

from __future__ import annotations

import pytest

from ingest.quotations import find_quotations


def quoted(*paragraphs: str) -> list[str]:
    found = find_quotations(paragraphs)
    return [span.of(text) for text, spans in zip(paragraphs, found, strict=True) for span in spans]


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
    spans = find_quotations(paragraphs, block=[False, True])
    assert [s.of(paragraphs[1]) for s in spans[1]] == ["We count them in. We count them out."]

"""Half sentences between quotations are no statements of their author."""

from __future__ import annotations

import pytest

from corpus.types import Span
from index.cues import stated
from index.passages import sentence_spans


def left(content, turn):
    start = content.index(turn)
    sentences = sentence_spans(content, Span(start, start + len(turn)))
    return [span.of(content) for span in stated(content, sentences)]


@pytest.mark.parametrize(
    ("content", "turn", "kept"),
    [
        ("“We count,” said Ana Cole, an armorer. “Twice.”", " said Ana Cole, an armorer. ", []),
        ("“We count,” Cole said. “Twice.”", " Cole said. ", []),
        ("“We count”, said Cole. “Twice.”", ", said Cole. ", []),
        ("Cole, the armorer, called the law “a start.”", "Cole, the armorer, called the law ", []),
        ("Ana Cole told the paper:\n“We count.”", "Ana Cole told the paper:", []),
        (
            "“No meeting,” the clerk testified. The state fined them $900. It was settled.",
            " the clerk testified. The state fined them $900. It was settled.",
            ["The state fined them $900.", "It was settled."],
        ),
        (
            "The set was shut. Her lawyer, Amos Vane, said “they knew.”",
            "The set was shut. Her lawyer, Amos Vane, said ",
            ["The set was shut."],
        ),
        ("“We count.” Doyle denied it. “No.”", " Doyle denied it. ", ["Doyle denied it."]),
        ("It rained. Nobody paid", "It rained. Nobody paid", ["It rained.", "Nobody paid"]),
    ],
)  # fmt: skip
def test_what_only_leads_to_a_quotation_is_left_out(content, turn, kept):
    assert left(content, turn) == kept


def test_a_long_half_of_a_sentence_says_something_of_its_own():
    said = "said the sheriff, " + "who had charged two and settled with a third " * 3 + "in May."
    assert left(f"“No,” {said}", said) == [said]

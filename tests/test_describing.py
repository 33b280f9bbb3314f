"""What an article says somebody is, beside the name."""

from __future__ import annotations

import pytest

from ingest.quotations import find_quotations


def description(paragraph):
    (found,) = find_quotations([paragraph])[0]
    return found.speaker.name, found.speaker.description


@pytest.mark.parametrize(
    ("paragraph", "name", "said"),
    [
        (
            "The armorer on the production, Cassio Doyle, said: “I was told to hurry.”",
            "Cassio Doyle",
            "The armorer on the production",
        ),
        (
            "The film's armorer at the time, Rhea Dunn, said: “I was not there.”",
            "Rhea Dunn",
            "The film's armorer at the time",
        ),
        (
            "“There were two misfires, no meeting,” the camera assistant, Perry Lund, testified.",
            "Perry Lund",
            "the camera assistant",
        ),
        (
            "A prosecution expert, Dagny Voss, a former armorer, told the court: “It is two jobs.”",
            "Dagny Voss",
            "a former armorer",
        ),
    ],
)
def test_what_stands_before_a_name_between_commas_describes_it(paragraph, name, said):
    assert description(paragraph) == (name, said)


def test_a_role_that_may_be_either_persons_is_nobodys():
    _, said = description("The widow of the armorer, Amos Reddy, said: “He did what he could.”")
    assert "armorer" not in (said or "").split()[-1:]

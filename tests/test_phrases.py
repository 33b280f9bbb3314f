"""Exact phrases: to the word, whatever the punctuation, case and line breaks."""

from __future__ import annotations

import pytest

from corpus.types import Span
from index.filters import Filters
from index.phrases import SOUGHT, find_phrase, seam_of, sought
from tests.test_search import shelf as shelf  # noqa: PLC0414 -- a fixture

BEFORE = (
    "The grips were late and the rain had come down over the yard since the early morning. " * 3
)
AFTER = "Nobody had thought of bringing a second tent to the yard that week or the week after. " * 4


@pytest.mark.parametrize(
    ("phrase", "content", "found"),
    [
        ("live rounds", "Live Rounds!", ["Live Rounds"]),
        ("live rounds", "a live-rounds box", ["live-rounds"]),
        ("live rounds", "live\nrounds and live,  rounds", ["live\nrounds", "live,  rounds"]),
        ("live rounds", "he said “live” rounds", ["live” rounds"]),
        ("live rounds", "alive rounds, live roundsman, olive rounds", []),
        ("live rounds", "rounds live", []),
        ("don't touch it", "I said: don’t touch it.", ["don’t touch it"]),
        ("don’t touch it", "I said: don't touch it.", ["don't touch it"]),
        ("half load", "a half-load and a half–load", ["half-load", "half–load"]),
        ("LIVE", "live_fire is no word", ["live"]),
        ("...", "nothing but stops ...", []),
        ("a.b*(c", "see a b c", ["a b c"]),
        ("José said", "jose\u0301 said and JOSÉ SAID", ["JOSÉ SAID"]),
    ],
)
def test_a_phrase_is_exact_to_the_word(phrase, content, found):
    assert [place.of(content) for place in find_phrase(content, phrase)] == found


def test_a_seam_holds_what_crosses_the_end_and_nothing_else():
    content = " ".join(f"w{n}" for n in range(60))
    end = content.index(" w30")
    seam = seam_of(content, Span(0, end), Span(0, len(content))).split()
    assert seam == [f"w{n}" for n in range(30 - SOUGHT + 1, 30 + SOUGHT - 1)]
    assert seam_of(content, Span(0, len(content)), Span(0, len(content))) == ""
    assert sought("“One, two!”") == "One two"
    assert len(sought("word " * 40).split()) == SOUGHT


def exact(shelf, phrase, **fields):
    hits = shelf.ask(phrase, phrases=(phrase,), **fields)
    return [(hit.passage.speaker, shelf.quote(hit)) for hit in hits]


def test_a_phrase_over_the_border_of_two_passages_is_found_and_quoted(shelf):
    said = f"{BEFORE}He looked at me and said no more. Not one round leaves this truck. {AFTER}"
    document = shelf.add(1, ("armorer", "Inés Rosa", said))
    shelf.add(2, ("armorer", "Ana Cole", "He said no more. One round does not leave this truck."))
    shelf.sync()
    cuts = [one.content for one in passages(shelf, document)]
    at = next(n for n, words in enumerate(cuts) if "Not one round" in words)
    phrase = f"{cuts[at].split()[-2]} {cuts[at].split()[-1].strip('.')} {cuts[at + 1].split()[0]}"
    (found,) = exact(shelf, phrase)
    assert (
        phrase.replace(" ", "").casefold() in found[1].replace(". ", "").replace(" ", "").casefold()
    )
    assert found[1][0].isupper()
    assert found[1].endswith(".")


def test_a_long_phrase_is_exact_to_its_last_word(shelf):
    words = [f"word{n}" for n in range(30)]
    shelf.add(1, ("armorer", "Inés Rosa", "So " + " ".join(words) + "."))
    shelf.add(2, ("armorer", "Ana Cole", "So " + " ".join(words[:-1]) + " other."))
    shelf.sync()
    assert [who for who, _ in exact(shelf, " ".join(words))] == ["Inés Rosa"]


def test_a_phrase_over_two_turns_is_nobodys(shelf):
    shelf.add(
        1, ("armorer", "Inés Rosa", "I never carry live."), ("actor", "Al Vane", "Rounds, I say.")
    )
    shelf.sync()
    assert exact(shelf, "live rounds") == []


def test_the_quote_holds_the_phrase_that_was_asked_for(shelf):
    long = f"{BEFORE} The yard was cold and wet. We keep the red tin locked. {AFTER}"
    shelf.add(1, ("armorer", "Inés Rosa", long))
    shelf.sync()
    for phrase in ("keep the red tin", "cold-and wet", "KEEP THE RED", "wet we"):
        ((_, quote),) = exact(shelf, phrase)
        assert next(find_phrase(quote, phrase))
    assert exact(shelf, "keep the red ti") == []
    assert exact(shelf, "eep the red tin") == []


def passages(shelf, document):
    everything = shelf.store.select(Filters(), 100)
    return sorted(
        (p for p in everything if p.document_id == document.id), key=lambda one: one.span.start
    )

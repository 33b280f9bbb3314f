"""Documents whose words are alike: one, two, or for a person to say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from corpus.catalogue import Catalogue
from corpus.types import (
    Attribution,
    DiscoveredItem,
    Document,
    DocumentKind,
    Manner,
    Method,
    Origin,
    Span,
    Stage,
    Text,
    Turn,
    TurnKind,
)
from ingest.likeness import compare, keys_of_words, words_of
from ingest.moves import proposed, told_of
from ingest.sameness import Candidate, Verdict, join_alike, judge
from tests.samenesscases import DAY, HEARD, OTHER, SAME, Pair, Side, misheard, talk, without

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MONTH = timedelta(days=31)


def text_of(side: Side, document_id: str = "d") -> Text:
    content, turns = "", []
    for each in side.said:
        words, sold = each if isinstance(each, tuple) else (each, False)
        span = Span(len(content), len(content) + len(words))
        content += words + "\n\n"
        turn = Turn(
            span=span,
            manner=Manner.SPOKEN,
            attribution=Attribution(method=Method.NONE, confidence=0.0),
            kind=TurnKind.ADVERTISEMENT if sold else TurnKind.SPEECH,
        )
        turns.append(turn)
    return Text(
        document_id=document_id,
        revision=0,
        content=content,
        sha256=str(hash(content)),
        turns=tuple(turns),
        timings=(),
        origin=Origin.ASR,
    )


def document_of(side: Side, name: str) -> Document:
    return Document(
        id=name,
        source_id=side.source,
        kind=side.kind,
        url=f"https://{side.source}.example/{name}",
        canonical_url=None,
        guid=name,
        title=side.title,
        show=side.source,
        published=side.published,
        language="en",
        media_url=None,
        media_type=None,
        duration=None,
        transcripts=(),
        credits=(),
        summary=None,
        capture_sha256=None,
        stage=Stage.READY,
        revision=1,
        attempts=0,
        next_attempt=None,
        last_error=None,
        discovered=NOW,
        changed=NOW,
    )


def candidate(side: Side, name: str) -> Candidate:
    return Candidate(document_of(side, name), words_of(text_of(side)), side.recurring)


@pytest.mark.parametrize("pair", HEARD, ids=lambda pair: pair.name)
def test_a_pair_is_what_it_is(pair: Pair) -> None:
    one, other = candidate(pair.one, "one"), candidate(pair.other, "other")
    verdicts = [judge(one, other)[0], judge(other, one)[0]]
    assert [each.value for each in verdicts] == [pair.truth] * 2


def test_evidence_says_what_agrees_and_what_does_not() -> None:
    pair = next(each for each in HEARD if "taken out by the publisher" in each.name)
    _, alike, evidence = judge(candidate(pair.one, "a"), candidate(pair.other, "b"))
    assert alike.own[0]
    assert evidence[0].endswith("words that only one says")
    assert evidence[1:] == ("the same title", "published 2 days apart")


def test_texts_without_words_are_nobodys_double() -> None:
    assert compare([], []).share == 0.0
    assert compare([], ["a"] * 500).share == 0.0
    assert keys_of_words([]) == []
    assert judge(candidate(Side([""]), "a"), candidate(Side([""]), "b"))[0] is Verdict.OTHER


def test_a_long_monotonous_text_takes_no_time() -> None:
    words = ["again"] * 40_000
    assert compare(words, words[:-1]).share > 0.99
    assert compare(talk("x", 20_000).split(), words).share == 0.0


def test_keys_of_an_alike_text_are_mostly_the_same() -> None:
    said = talk("keys", 1500)
    own = set(keys_of_words(said.split()))
    assert len(own & set(keys_of_words(misheard(said, 0.05).split()))) > 30
    # The invented talk is made of few phrases; people's is not.
    assert len(own & set(keys_of_words(talk("other keys", 1500).split()))) < 12


# ── in the catalogue ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def catalogue(catalogue_url: str):
    with Catalogue(catalogue_url) as opened:
        yield opened


def put(catalogue: Catalogue, side: Side, name: str, *, day: int = 0) -> Document:
    item = DiscoveredItem(
        source_id=side.source,
        kind=side.kind,
        url=f"https://{side.source}.example/{name}",
        guid=name,
        title=side.title,
        published=side.published,
        media_url=f"https://{name}.example/{name}.mp3",
    )
    moment = NOW + timedelta(days=day)
    document, is_new = catalogue.record_discovered(item, now=moment)
    assert is_new
    catalogue.save_text(text_of(side, document.id), now=moment)
    return catalogue.advance(document.id, to=Stage.READY, now=moment)


def test_what_is_newly_read_is_compared_once_and_joined(catalogue: Catalogue) -> None:
    pairs = {each.name: each for each in HEARD}
    again, spot = pairs["encoded again"], pairs["something on one side only, not found to be sold"]
    first = put(catalogue, again.one, "one")
    assert join_alike(catalogue) == ()
    second = put(catalogue, again.other, "two", day=1)
    (merge,) = join_alike(catalogue)
    assert (merge.document_id, merge.other_id, merge.state) == (first.id, second.id, "merged")
    assert merge.likeness is not None
    assert merge.likeness > 0.9
    assert [each.id for each in catalogue.documents()] == [first.id]
    assert list(catalogue.index_state()) == [first.id]
    assert join_alike(catalogue) == ()
    assert catalogue.to_be_likened() == []
    third = put(catalogue, spot.one, "three", day=2)
    (proposal,) = join_alike(catalogue)
    assert (proposal.document_id, proposal.other_id) == (first.id, third.id)
    assert proposal.state == "proposed"
    assert {each.id for each in catalogue.documents()} == {first.id, third.id}


def test_what_was_taken_apart_is_not_joined_again_when_it_is_read_anew(
    catalogue: Catalogue,
) -> None:
    first = put(catalogue, HEARD[0].one, "one")
    second = put(catalogue, HEARD[0].other, "two", day=1)
    (merge,) = join_alike(catalogue)
    catalogue.part_documents(merge.id, author="Nora Vale", reason="two takes", now=NOW)
    for document in (first, second):
        text = text_of(replace(HEARD[0].one, said=[*HEARD[0].one.said, document.id]), document.id)
        catalogue.save_text(text, now=NOW)
    assert len(catalogue.to_be_likened()) == 2
    assert join_alike(catalogue) == ()
    assert len(catalogue.documents()) == 2
    assert catalogue.merges() == []
    (told,) = catalogue.merges(undone=True)
    assert (told.state, told.undone_by, told.undo_reason) == ("apart", "Nora Vale", "two takes")


def test_a_run_tells_what_it_joined_and_what_it_proposes(catalogue: Catalogue) -> None:
    since = datetime.now(UTC)
    put(catalogue, HEARD[0].one, "one")
    put(catalogue, HEARD[0].other, "two", day=1)
    rerun = replace(HEARD[0].one, published=None, title="Best Of")
    put(catalogue, replace(rerun, said=[without(str(rerun.said[0]), 100, 60)]), "three", day=2)
    lines = told_of(catalogue, since=since)
    assert lines[0].startswith("merged: ")
    assert "“The Empty Chamber”" in lines[0]
    assert lines[-1] == "1 pair of documents may be one: onrecord merges --proposed"
    assert told_of(catalogue, since=datetime.now(UTC)) == ()


def test_comparing_can_be_put_down_and_goes_on(catalogue: Catalogue) -> None:
    put(catalogue, HEARD[0].one, "one")
    put(catalogue, HEARD[0].other, "two", day=1)
    assert join_alike(catalogue, stop=lambda: True) == ()
    assert len(catalogue.to_be_likened()) == 2
    assert len(join_alike(catalogue)) == 1


def test_who_is_killed_before_the_merge_is_kept_compares_again(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(catalogue, HEARD[0].one, "one")
    put(catalogue, HEARD[0].other, "two", day=1)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Catalogue, "join_documents", killed)
        with pytest.raises(KeyboardInterrupt):
            join_alike(catalogue)
    assert len(join_alike(catalogue)) == 1


def test_the_cases_have_enough_of_each() -> None:
    counts = Counter(each.truth for each in HEARD)
    assert min(counts.values()) >= 10
    assert len(HEARD) >= 30
    assert {SAME, OTHER} <= counts.keys()
    assert any(each.one.kind is DocumentKind.ARTICLE for each in HEARD)


def test_many_that_play_one_recording_are_proposed_once_each(catalogue: Catalogue) -> None:
    for number in range(6):
        put(catalogue, replace(HEARD[0].one, title=f"Entry {number}"), f"e{number}", day=number)
    assert len(join_alike(catalogue)) == 5
    assert len(catalogue.documents()) == 6


def move_feed(catalogue: Catalogue, count: int) -> None:
    """Record so many episodes, and each again under another name, a month later."""
    for number in range(count):
        side = Side([talk(f"move {number}", 300)], title=f"The {number} Keys")
        put(catalogue, side, f"old{number}")
        again = replace(side, said=[misheard(str(side.said[0]), 0.02)], published=DAY + MONTH)
        put(catalogue, again, f"new{number}", day=1)


def test_a_feed_that_moved_is_told_in_one_line_and_accepted_at_once(catalogue: Catalogue) -> None:
    since = datetime.now(UTC)
    move_feed(catalogue, 6)
    (line,) = told_of(catalogue, since=since)
    assert line.startswith("callsheet: looks like the feed moved: 6 proposed (onrecord merges")
    assert "onrecord same --all --source callsheet" in line
    found = proposed(catalogue, "callsheet")
    assert [each.doubt for each in found] == [None] * 6
    assert proposed(catalogue, "slate") == []
    first = found[0].merge
    for number in range(6, 9):  # under another show's name, it stays a question of its own
        side = Side([talk(f"move {number}", 300)], title="Weekly", source="slate")
        put(catalogue, side, f"old{number}")
        put(catalogue, replace(side, published=DAY + MONTH), f"new{number}", day=1)
    join_alike(catalogue)
    other = replace(first, other_id=catalogue.documents()[0].id, joined=False)
    catalogue.join_documents(other)
    doubts = {each.merge.id: each.doubt for each in proposed(catalogue)}
    assert doubts[first.id] == "one of them may be the same as a third"
    slate = [each.doubt for each in proposed(catalogue, "slate")]
    assert slate == ["their source gives several documents this title"] * 3


def test_a_few_that_came_again_are_no_move(catalogue: Catalogue) -> None:
    since = datetime.now(UTC)
    move_feed(catalogue, 4)
    (line,) = told_of(catalogue, since=since)
    assert line == "4 pairs of documents may be one: onrecord merges --proposed"

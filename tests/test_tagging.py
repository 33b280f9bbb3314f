"""Passages are tagged by what stands in them, and every tag says why."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from corpus.topics import load_subject
from index.tags.tagging import LIKE_ENOUGH, Prototypes, Tag, tag
from tests.tagging import measure, read_labelled

SUBJECT = load_subject()
SETS = ("develop", "held", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
INTERVIEW = "An armorer on guns on film sets"  # the title of what a passage stands in
# As in the archive: the title shows the beat, also around what only sounds like it.
IN_AN_INTERVIEW = [
    ("develop", 0.95, 0.94),
    ("held", 0.94, 0.92),
    ("third", 0.90, 0.86),
    ("fourth", 0.90, 0.86),
    ("fifth", 0.84, 0.90),
    ("sixth", 0.84, 0.74),  # not developed on
    ("seventh", 0.91, 0.81),
    ("eighth", 0.84, 0.63),  # not developed on
]


def tagged(content: str, kind: str = "topic", **more: object) -> set[str]:
    return {each.id for each in tag(content, SUBJECT, **more) if each.kind == kind}


# Words alone. Measured: develop 0.97 and 0.94, held 0.97 and 0.91.
@pytest.mark.parametrize(
    ("half", "precision", "recall"), [("develop", 0.96, 0.93), ("held", 0.94, 0.88)]
)
def test_passages_labelled_by_hand_get_their_topics(half, precision, recall):
    passages = read_labelled(half)
    score = measure(passages, lambda text: [(each.kind, each.id) for each in tag(text, SUBJECT)])
    assert score.precision() >= precision, score.wrong
    assert score.recall() >= recall, score.missed


@pytest.mark.parametrize(("name", "precision", "recall"), IN_AN_INTERVIEW)
def test_passages_of_an_interview_on_the_beat_get_their_topics(name, precision, recall):
    passages = read_labelled(name)
    score = measure(
        passages,
        lambda text: [(each.kind, each.id) for each in tag(text, SUBJECT, around=INTERVIEW)],
    )
    assert score.precision() >= precision, score.wrong
    assert score.recall() >= recall, score.missed


@pytest.mark.parametrize("kind", ["incident", "rule"])
def test_incidents_and_rules_are_found_by_their_names(kind):
    passages = [*read_labelled("develop"), *read_labelled("held")]
    score = measure(
        passages,
        lambda text: [(each.kind, each.id) for each in tag(text, SUBJECT)],
        kinds=frozenset({kind}),
    )
    assert score.precision() >= 0.9
    assert score.recall() >= 0.9


def test_every_label_is_in_the_vocabulary():
    known = {("topic", each) for each in SUBJECT.topics}
    known |= {("incident", each) for each in SUBJECT.incidents}
    known |= {("rule", each) for each in SUBJECT.rules}
    passages = [each for name in SETS for each in read_labelled(name)]
    assert len(passages) >= 900
    assert all(passage.labels <= known for passage in passages)
    assert len({passage.content for passage in passages}) == len(passages)
    assert known >= {label for passage in passages for label in passage.labels}
    labelled = {label for passage in passages for label in passage.labels}
    assert {("topic", each) for each in SUBJECT.topics} <= labelled


@pytest.mark.parametrize(
    "content",
    [
        "The live music stopped and he gave me a blank stare.",
        "I wrote a blank cheque on a cold day in March.",
        "The critics called the sequel a damp squib.",
        "The shooting schedule was tight and we worked late.",
        "The shotgun microphone was buried in the flowers and went live on air.",
        "We ran a crash test with a dummy in the driver's seat.",
        "Rust had eaten the hinges, and the crow flew over the barn.",
        "The hot glue gun is the most important tool in the shop.",
        "He bit the bullet and stuck to his guns about the ending.",
        "",
        " \n ",
        "🔫",
    ],
)
def test_what_only_sounds_like_the_beat_is_not_tagged(content):
    assert tag(content, SUBJECT) == ()


@pytest.mark.parametrize(
    ("content", "terms"),
    [
        ("A live round, a blank and a dummy lay on the armorer's table.",
         {"live_round", "blank", "dummy_round", "armorer"}),
        ("A squib load leaves a bullet in the barrel of the revolver.", {"squib_load"}),
        ("The squib tore the actor's coat.", {"squib"}),
        ("It was a negligent discharge, not an accidental discharge.",
         {"negligent_discharge", "accidental_discharge"}),
        ("The prop master called cold gun.", {"property_master", "cold_gun"}),
        ("The weapon is hot.", {"hot_gun"}),
        ("Weapons handlers are called armourers in Leeds.", {"armorer"}),
    ],
)  # fmt: skip
def test_terms_are_kept_apart_from_what_they_contrast_with(content, terms):
    assert tagged(content, "term") == terms


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        ("Halyna Hutchins died on the Rust set.", {"rust"}),
        ("The gun was old, and Rust is where it was used.", {"rust"}),
        ("The gun was old. Rust is what covered it.", set()),
        ("I saw “The Crow” before I ever held a gun.", {"the_crow"}),
        ("Jon-Erik Hexum fired a blank.", {"cover_up"}),
        ("Midnight Rider had no gun in it.", {"midnight_rider"}),
    ],
)
def test_incidents_are_told_from_common_words(content, ids):
    assert tagged(content, "incident") == ids


def test_rules_are_found_in_the_ways_they_are_cited():
    assert tagged("See Lab. Code § 9155 on ammunition.", "rule") == {"ca_9155"}
    assert "bulletin_1" in tagged("Safety Bulletin #1 is about blanks.", "rule")
    assert tagged("Read bulletins one and two.", "rule") == {"bulletin_1", "bulletin_2"}
    assert "nm_citation" in tagged("The fine was $136,793.", "rule")


def test_hyphens_capitals_and_spellings_make_no_difference():
    wanted = tagged("The armorer checks the blank-firing gun.")
    assert wanted == tagged("THE ARMOURER CHECKS THE BLANK FIRING GUN.")
    assert wanted == tagged("The armourer checks\nthe blank‑firing gun.")


def test_a_tag_quotes_the_words_it_stands_on():
    content = "Nobody brings\na live   round to set."
    (found,) = [each for each in tag(content, SUBJECT) if each.id == "live_ammunition"]
    assert found.why == "says “live round”"
    assert found.span is not None
    assert found.span.of(content) == "live   round"


def test_phrases_do_not_run_over_sentences_or_commas():
    assert "live_ammunition" not in tagged("The gun was live. Rounds of beer came.")
    assert "live_ammunition" not in tagged("It felt live, round and loud, with the gun drawn.")


def test_words_of_general_use_need_a_passage_or_surroundings_that_speak_of_guns():
    content = "They worked us sixteen hours straight, and everything was rushed."
    assert tagged(content) == set()
    assert tagged(content, around="An armorer on her years with guns") == {"hours"}


def test_what_is_said_of_another_walk_of_life_has_no_topic():
    war = "Our platoon had live rounds, and a rifle jammed."
    assert tag(war, SUBJECT, around=INTERVIEW) == ()
    assert "live_ammunition" in tagged(war.replace("platoon", "armorer"))
    assert tagged("A platoon of extras, and the armorer gave every actor a live round.")
    assert tagged("The hunter was an extra on the Rust set.", "incident") == {"rust"}


def test_a_trade_word_counts_only_where_guns_are_spoken_of():
    content = "You never stand near a blank."
    assert tagged(content) == set()
    assert "blanks" in tagged(content, around=INTERVIEW)


def test_what_stands_around_a_passage_is_never_evidence():
    assert (
        tagged("Then we had lunch.", around="A live round, a blank and a safety meeting.") == set()
    )


def test_words_on_two_sides_of_a_clause_are_not_together():
    apart = "The gun was old, and the cat was lying on a table."
    assert "custody" not in tagged(apart)
    assert "custody" in tagged("The old gun was lying on a table.")


def test_a_hundred_thousand_passages_are_tagged_in_minutes():
    passages = [each.content for name in SETS for each in read_labelled(name)]
    tag(passages[0], SUBJECT)
    begun = time.process_time()
    for before, content in pairwise(passages):
        tag(content, SUBJECT, around=f"{INTERVIEW}\n{before}")
    assert len(passages) / (time.process_time() - begun) > 500  # several times that when idle


def test_likeness_above_the_bar_is_evidence_where_guns_are_spoken_of():
    alike = {"training": LIKE_ENOUGH + 0.01, "unions": LIKE_ENOUGH - 0.01}
    content = "The pistol felt like a wet fish to her."
    assert tag(content, SUBJECT, likeness=alike) == (
        Tag("topic", "training", f"like “Training” {LIKE_ENOUGH + 0.01:.2f}"),
    )
    assert tag("The fish was cold.", SUBJECT, likeness=alike) == ()
    assert tagged(content, likeness=alike, bar=0.99) == set()


def test_topics_come_in_the_order_of_the_vocabulary():
    content = "Live rounds, blanks, a safety bulletin and a law on guns."
    ids = [each.id for each in tag(content, SUBJECT) if each.kind == "topic"]
    assert ids == [each for each in SUBJECT.topics if each in ids]
    assert len(ids) >= 4


@pytest.mark.parametrize(
    "piece", ["gun ", "the ", "live ", '"', "hand the gun to the actor ", "a-", "blank stare ", "𝔤"]
)
def test_hostile_text_is_read_in_linear_time(piece):
    begun = time.perf_counter()
    tag(piece * 200_000, SUBJECT)
    assert time.perf_counter() - begun < 10


@pytest.mark.slow
def test_prototypes_compare_passages_with_the_vocabulary(model_cache):
    from corpus.settings import load_settings
    from index.embed import open_embedder

    embedder = open_embedder(load_settings(cache_dir=model_cache))
    prototypes = Prototypes(SUBJECT, embedder)
    passages = ["A live round never comes to a film set.", "I like pizza."]
    near, far = prototypes.likeness(embedder.embed(passages))
    assert set(near) == set(SUBJECT.topics)
    assert max(near, key=lambda topic_id: near[topic_id]) == "live_ammunition"
    assert near["live_ammunition"] > 0.6
    assert max(far.values()) < 0.4
    assert SUBJECT.version in prototypes.name

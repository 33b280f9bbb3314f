"""The vocabulary of the subject is complete, sourced, and read strictly."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

import corpus.topics
from corpus.errors import VocabularyError
from corpus.phrases import parse_pattern
from corpus.settings import load_settings
from corpus.topics import load_subject
from index.tags.tagging import tag

FOLDER = Path(corpus.topics.__file__).with_name("vocabulary")
SUBJECT = load_subject()


def test_the_subject_is_covered():
    assert len(SUBJECT.topics) >= 25
    assert {"live_round", "blank", "dummy_round", "squib", "squib_load"} <= set(SUBJECT.terms)
    assert {"rust", "the_crow", "cover_up"} <= set(SUBJECT.incidents)
    assert {"ca_part_13", "bulletin_1", "bulletin_2", "nm_citation"} <= set(SUBJECT.rules)
    assert all(topic.definition and topic.like for topic in SUBJECT.topics.values())


def test_nothing_stands_without_its_source():
    sourced = [*SUBJECT.terms.values(), *SUBJECT.incidents.values(), *SUBJECT.rules.values()]
    assert all(entry.sources for entry in sourced)
    assert all(rule.link and rule.citation for rule in SUBJECT.rules.values())


def test_contrasts_hold_both_ways():
    for term in SUBJECT.terms.values():
        assert all(term.id in SUBJECT.terms[other].contrasts for other in term.contrasts)
    assert set(SUBJECT.terms["live_round"].contrasts) == {"blank", "dummy_round"}
    assert SUBJECT.terms["squib"].contrasts == ("squib_load",)


def test_incidents_and_rules_have_their_dates():
    assert SUBJECT.incidents["rust"].date == date(2021, 10, 21)
    assert SUBJECT.incidents["the_crow"].date == date(1993, 3, 31)
    assert SUBJECT.incidents["cover_up"].date == date(1984, 10, 12)
    assert SUBJECT.incidents["midnight_rider"].date == 2014
    assert SUBJECT.rules["ca_9153"].in_force == date(2025, 1, 1)
    told = " ".join(fact.text for fact in SUBJECT.rules["nm_citation"].history)
    assert "$136,793" in told
    assert "$100,000" in told


def test_the_version_changes_with_the_files(tmp_path):
    folder = copied(tmp_path)
    assert load_subject(folder).version == SUBJECT.version
    (folder / "terms.toml").write_text(
        (folder / "terms.toml").read_text(encoding="utf-8") + "\n", encoding="utf-8"
    )
    corpus.topics._load.cache_clear()
    assert load_subject(folder).version != SUBJECT.version


def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "vocabulary"
    shutil.copytree(FOLDER, folder)
    return folder


TOPIC = '[extra]\nname = "Extra"\ndefinition = "d"\nnames = ["something unheard"]\n'
RULE = """[extra]
name = "Extra"
kind = "statute"
citation = "c"
place = "p"
summary = "s"
link = "https://example.org/rule"
names = ["section 1"]
"""


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("topics.toml", TOPIC + "colour = 1\n", "[extra] colour: no such key"),
        ("topics.toml", TOPIC.replace("name =", "title ="), "[extra] name: is missing"),
        ("topics.toml", TOPIC + 'related = ["nowhere"]\n', "related: there is no nowhere"),
        ("topics.toml", TOPIC + 'related = ["extra"]\n', "related: names itself"),
        ("topics.toml", TOPIC + 'broader = "extra"\n', "broader: names itself"),
        ("topics.toml", TOPIC + 'broader = "more"\n' + TOPIC.replace("[extra]", "[more]").replace(
            '"Extra"', '"More"').replace("unheard", "new") + 'broader = "extra"\n', "a circle"),
        ("topics.toml", TOPIC.replace('"Extra"', '"Training"'), "[training] has the same name"),
        ("topics.toml", TOPIC.replace("something unheard", "Snap-Cap".lower()),
         "“snap cap” is a name of [dummy_rounds] too"),
        ("topics.toml", TOPIC.replace("something unheard", "a + b"), "belong in near"),
        ("topics.toml", TOPIC.replace("something unheard", "{nothing} here"), "has no nothing"),
        ("topics.toml", TOPIC.replace("something unheard", "what?! now"), "is not a word"),
        ("topics.toml", TOPIC.replace('["something unheard"]', "[]"), "no evidence"),
        ("topics.toml", TOPIC.replace('["something unheard"]', '"text"'), "must be a list"),
        ("topics.toml", TOPIC + "needs_setting = 1\n", "must be true or false"),
        ("topics.toml", "loose = 1\n" + TOPIC, "loose"),
        ("topics.toml", "[broken", "topics.toml"),
        ("rules.toml", RULE, "sources: is missing"),
        ("rules.toml", RULE + 'sources = ["somewhere"]\n', "is no web address"),
        ("rules.toml", RULE + 'sources = ["https://example.org"]\nin_force = "soon"\n',
         "is no date"),
        ("rules.toml", RULE + 'sources = ["https://example.org"]\nin_force = 2025-01-01T00:00:00\n',
         "is no date"),
        ("rules.toml", RULE.replace("statute", "rumour") + 'sources = ["https://example.org"]\n',
         "“rumour” is none of"),
        ("rules.toml", RULE + 'sources = ["https://example.org"]\ntopics = ["nowhere"]\n',
         "there is no nowhere"),
        ("rules.toml", RULE + 'sources = ["https://example.org"]\nhistory = [{ text = "t" }]\n',
         "history 1: source: is missing"),
        ("incidents.toml",
         ('[extra]\nname = "E"\ndate = "1990"\ndefinition = "d"\nnames = ["e e"]\n'
         'sources = ["https://example.org"]\n'), "is no date"),
        ("incidents.toml",
         ('[extra]\nname = "E"\ndefinition = "d"\nnames = ["e e"]\n'
         'sources = ["https://example.org"]\n'), "date: is missing"),
        ("terms.toml",
         '[extra]\nname = "E"\ndefinition = "d"\nnames = ["e e"]\n', "sources: is missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_by_name(tmp_path, file, text, told):
    folder = copied(tmp_path)
    path = folder / file
    before = path.read_text(encoding="utf-8")
    path.write_text(text + before if text[0] != "[" else before + "\n" + text, encoding="utf-8")
    with pytest.raises(VocabularyError) as refused:
        load_subject(folder)
    assert file in str(refused.value)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("topics.toml", TOPIC + "colour = 1\n", "[extra] colour"),
        ("topics.toml", TOPIC + 'broader = "more"\n' + TOPIC.replace("[extra]", "[more]").replace(
            '"Extra"', '"More"').replace("unheard", "new") + 'broader = "extra"\n',
         "[extra] broader"),
        ("topics.toml", TOPIC.replace('"Extra"', '"Training"'), "[extra] name"),
        ("topics.toml", TOPIC + 'in_surroundings = ["a - "]\n', "[extra] in_surroundings"),
        ("topics.toml", TOPIC.replace("[extra]", "[elsewhere.more]"), "[elsewhere] more"),
        ("rules.toml", RULE + 'sources = ["https://example.org"]\nhistory = [{ text = "t" }]\n',
         "[extra] history 1: source"),
        ("incidents.toml",
         ('[extra]\nname = "E"\ndate = 1990\ndefinition = "d"\nnames = ["e e"]\n'
          'sources = ["https://example.org"]\n'
          'facts = [{ text = "t", source = "https://example.org", who = "x" }]\n'),
         "[extra] facts 1: who"),
        ("terms.toml", '[extra]\nname = "E"\ndefinition = "d"\nnames = ["e e"]\n',
         "[extra] sources"),
    ],
)  # fmt: skip
def test_a_refusal_names_file_table_and_key(tmp_path, file, text, place):
    folder = copied(tmp_path)
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8") + "\n" + text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=re.escape(f"{path}: {place}")):
        load_subject(folder)


# What README.md tells a newsroom to write, for another beat.
POOL = {
    "topics.toml": """
[setting]
names = ["pool/lifeguard/swimmer", "chlorine"]
[not_a_topic]
names = ["car pool", "deep end of argument"]
[elsewhere]
names = ["billiards/snooker"]
unless = ["swimmer/swimmers"]
[spellings]
lifegard = "lifeguard"
[words]
guard = "lifeguard/attendant"
[watching]
name = "Watching the water"
definition = "Who watches swimmers, from where, and for how long."
names = ["{guard} on duty", "lifeguard chair"]
near = ["watch + water/swimmer"]
in_surroundings = ["deep end"]
related = ["drains"]
like = ["A lifeguard watches the water and does nothing else."]
[drains]
name = "Drains and suction"
definition = "What holds a swimmer under water, and the covers against it."
names = ["drain cover"]
in_setting = ["suction"]
broader = "watching"
like = ["The drain cover was missing."]
""",
    "terms.toml": """
[rescue]
name = "rescue"
definition = "Bringing out somebody in trouble."
names = ["rescue"]
contrasts = ["recovery"]
sources = ["https://example.org/words"]
[recovery]
name = "recovery"
definition = "Bringing out somebody who is dead."
names = ["recovery"]
sources = ["https://example.org/words"]
""",
    "incidents.toml": """
[lido]
name = "The Lido"
date = 1987
definition = "An invented accident."
names = ["Lido accident"]
sources = ["https://example.org/lido"]
""",
    "rules.toml": """
[pool_act]
name = "Pool Act"
kind = "statute"
citation = "Pool Act, section 4"
place = "Ruritania"
summary = "Asks for covers on drains."
link = "https://example.org/act"
names = ["Pool Act"]
topics = ["drains"]
sources = ["https://example.org/act"]
""",
}


def test_a_newsroom_can_write_its_own_vocabulary_for_another_beat(tmp_path):
    for name, text in POOL.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    beat = load_subject(load_settings(vocabulary_dir=tmp_path).vocabulary_dir)
    assert list(beat.topics) == ["watching", "drains"]
    assert beat.terms["recovery"].contrasts == ("rescue",)

    def tagged(content, around=""):
        return {each.id for each in tag(content, beat, around=around)}

    assert tagged("The lifegard on duty saw the drain cover.") == {"watching", "drains"}
    assert tagged("There was suction in the pool.") == {"drains"}
    assert tagged("There was suction in the vacuum cleaner.") == set()
    assert tagged("Nobody looked at the deep end.", around="Rules of the pool") == {"watching"}
    assert tagged("Our car pool played billiards.") == set()
    assert tagged("It was a recovery and not a rescue.") == {"rescue", "recovery"}
    assert tagged("After the Lido accident came the Pool Act.") == {"lido", "pool_act"}
    assert tagged("A live round has no place on a film set.") == set()


def test_without_a_setting_the_installed_vocabulary_is_read():
    assert load_subject(load_settings().vocabulary_dir).version == SUBJECT.version


def test_a_missing_file_or_table_is_named(tmp_path):
    folder = copied(tmp_path)
    (folder / "rules.toml").unlink()
    with pytest.raises(VocabularyError, match=r"rules\.toml"):
        load_subject(folder)
    other = copied(tmp_path / "other")
    text = (other / "topics.toml").read_text(encoding="utf-8")
    (other / "topics.toml").write_text(text.replace("[setting]", "[settings]"), encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"\[setting\]"):
        load_subject(other)


def test_a_line_stands_for_all_its_phrases():
    pattern = parse_pattern("live/real round | hot-shot number? 1", {})
    assert pattern.spellings() == {
        ("live", "round"), ("real", "round"), ("hot", "shot", "number", "1"), ("hot", "shot", "1"),
    }  # fmt: skip
    assert parse_pattern("{gun} + actor - toy", {"gun": "pistol/rifle"}).without


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "has no words"),
        ("a + ", "has no words"),
        (" ".join(["a-b/c-d/e-f"] * 9), "too many phrases"),
        ("{inner}", "cannot insert another"),
    ],
)
def test_a_line_that_means_nothing_is_refused(line, told):
    with pytest.raises(ValueError, match=told):
        parse_pattern(line, {"inner": "{gun}", "gun": "pistol"})

"""Questions as people type them, from the labelled lists: read as they are meant, or not at all."""

import re
from datetime import date
from pathlib import Path

import pytest

from corpus.topics import load_subject
from corpus.vocabulary import load_vocabulary
from index.question import understand

FOLDER = Path(__file__).parent / "questions"
TODAY = date(2026, 1, 15)
PEOPLE = (
    "Larry Zanov",
    "Bryn Carpenter",
    "Dell Harkaway",
    "Hester Quillan",
    "Jo Armorer",
    "Ana Cole",
)
SHOWS = ("Set Talk", "The Trade", "KQRX", "Fresh Paint", "Props")
KINDS = (
    *("role", "speaker", "show", "phrase", "without", "since", "until", "manner"),
    "unknown role",
    *("without role", "without speaker"),
)
KIND_OF = {
    "own": "manner",
    "unknown": "unknown role",
    "notrole": "without role",
    "notspeaker": "without speaker",
}
NOT_LOOKED_FOR = frozenset(
    re.findall(
        "[a-z]+", "the a an of on about in from for to at by is are was were be what did do does"
    )
)


def ask(question, people=PEOPLE, shows=SHOWS):
    return understand(
        question,
        load_vocabulary(),
        today=TODAY,
        people=people,
        shows=shows,
        subject=load_subject(),
    )


def read(name, marks):
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and line[0] in marks]


def asked():
    questions = []
    for line in (FOLDER / "asked.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("? "):
            questions.append((line[2:], {}))
        elif line and not line.startswith("#"):
            kind, value = line.split(" ", 1)
            kind = KIND_OF.get(kind, kind)
            value = "own words" if kind == "manner" else value
            questions[-1][1].setdefault(kind, []).append(value)
    return questions


ASKED = asked()
SPOKEN_OF = [line[2:] for line in read("named.txt", "=")]
NAMED = list(
    zip(
        (line[2:] for line in read("named.txt", "?")),
        (line[2:] for line in read("named.txt", ">")),
        strict=True,
    )
)


def words(text):
    found = re.findall(r"[\w']+", text.casefold())
    return [word for word in found if word not in NOT_LOOKED_FOR]


def parts_of(understood):
    parts = {}
    for part in understood.parts:
        if part.kind in KINDS:
            parts.setdefault(part.kind, []).append(part.value)
    return {kind: sorted(values) for kind, values in parts.items()}


def is_right(question, meant):
    understood = ask(question)
    (text,) = meant["text"]
    wanted = {kind: sorted(values) for kind, values in meant.items() if kind != "text"}
    if parts_of(understood) != wanted:
        return False
    if text.endswith("*"):  # whatever is left to look for
        return True
    return words(understood.query.text) == ([] if text == "-" else words(text))


@pytest.mark.parametrize(("question", "meant"), ASKED, ids=[question for question, _ in ASKED])
def test_nothing_is_read_that_is_not_meant(question, meant):
    for kind, values in parts_of(ask(question)).items():
        assert set(values) <= set(meant.get(kind, ())), kind


def test_questions_are_read_as_they_are_meant():
    wrong = [question for question, meant in ASKED if not is_right(question, meant)]
    assert len(ASKED) >= 140
    assert len(wrong) <= 0.02 * len(ASKED), wrong


@pytest.mark.parametrize(("question", "name"), NAMED)
def test_a_name_is_never_somebody_elses(question, name):
    assert set(ask(question, people=SPOKEN_OF).query.speakers) <= {name}


def test_names_are_known_however_spelled():
    wrong = [
        question
        for question, name in NAMED
        if ask(question, people=SPOKEN_OF).query.speakers != (() if name == "-" else (name,))
    ]
    assert len(NAMED) >= 38
    assert len(wrong) <= 1, wrong

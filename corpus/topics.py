"""The subject of the archive: its topics, terms, incidents and rules.

Read strictly from `vocabulary/*.toml` (`vocabulary/README.md` says how to write them), so that a
newsroom can write its own for another beat. Knows nothing of documents; what stands in a passage
is found by `index/tags/tagging.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.beat import vocabulary_folder
from corpus.entries import Entry, read_entries
from corpus.errors import VocabularyError
from corpus.phrases import Pattern

_FILES = ("topics.toml", "terms.toml", "incidents.toml", "rules.toml")
_SETTING, _OTHER_THINGS, _ELSEWHERE = "setting", "not_a_topic", "elsewhere"
_SPELLINGS, _WORDS = "spellings", "words"
RULE_KINDS = ("statute", "bulletin", "bill", "citation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words by which a passage shows what it is about."""

    strong: tuple[Pattern, ...]  # enough by themselves
    in_surroundings: tuple[Pattern, ...] = ()  # enough where title or neighbours speak of the beat
    in_setting: tuple[Pattern, ...] = ()  # enough in a passage that itself does
    needs_setting: bool = False  # the strong ones too need a passage or surroundings that do


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Something people talk about, with the words that show it."""

    id: str
    name: str
    definition: str  # our words: what belongs to it
    evidence: Evidence
    related: tuple[str, ...] = ()  # ids
    broader: str | None = None  # id of the topic it is a part of
    like: tuple[str, ...] = ()  # sentences of ours that a passage on it resembles


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the trade, and what it must not be mixed up with."""

    id: str
    name: str
    definition: str  # our words
    evidence: Evidence
    contrasts: tuple[str, ...]  # ids of the terms it is the opposite of, both ways
    sources: tuple[str, ...]  # URLs


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One statement and the page where it was read."""

    text: str
    source: str
    date: date | None = None  # when it came to be so; None: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that happened and is referred to by a name."""

    id: str
    name: str
    date: date | int  # the day, or only the year
    definition: str
    evidence: Evidence
    sources: tuple[str, ...]
    place: str | None = None
    facts: tuple[Fact, ...] = ()  # what followed, with outcomes
    rules: tuple[str, ...] = ()  # ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What somebody with a say requires or recommends, or found broken."""

    id: str
    name: str
    kind: str  # one of RULE_KINDS
    citation: str  # as lawyers or the trade cite it
    summary: str  # our words, never the rule's own
    link: str  # where its text can be read
    evidence: Evidence
    sources: tuple[str, ...]
    place: str
    in_force: date | None = None  # first day; None: not verified
    topics: tuple[str, ...] = ()  # ids
    history: tuple[Fact, ...] = ()  # what became of it, in order


@dataclass(frozen=True, kw_only=True, eq=False)
class Subject:
    """Everything the files say of the beat, ready to be looked up.

    `setting` are the words of a passage that speaks of the beat at all, `other_things` those in
    which nothing is evidence ("live music"). In a passage that says one of `elsewhere` ("platoon")
    and none of `all_the_same` ("actor") no word shows a topic or term. `spellings` are other
    spellings of one word.
    """

    topics: Mapping[str, Topic]
    terms: Mapping[str, Term]
    incidents: Mapping[str, Incident]
    rules: Mapping[str, Rule]
    setting: tuple[Pattern, ...]
    other_things: tuple[Pattern, ...]
    elsewhere: tuple[Pattern, ...]
    all_the_same: tuple[Pattern, ...]
    spellings: Mapping[str, str]
    version: str  # the first digits of the files' SHA-256


def load_subject(folder: Path | None = None) -> Subject:
    """Read topics, terms, incidents and rules of `folder`; None: of the one in force.

    Raises:
        VocabularyError: a file is missing or has something that cannot be understood; names the
            file, the table and the key.
    """
    return _load(folder or vocabulary_folder())


@lru_cache(maxsize=4)
def _load(folder: Path) -> Subject:
    words, tables = _read_topics(folder)
    others = {name: read_entries(folder / name, words) for name in _FILES[1:]}
    spellings = tables[_SPELLINGS].take_words()
    subject = Subject(
        topics={each.id: _topic(each) for each in tables.values() if each.id not in _RESERVED},
        terms={each.id: _term(each) for each in others["terms.toml"].values()},
        incidents={each.id: _incident(each) for each in others["incidents.toml"].values()},
        rules={each.id: _rule(each) for each in others["rules.toml"].values()},
        setting=_evidence(tables[_SETTING]).strong,
        other_things=tables[_OTHER_THINGS].take_patterns("names"),
        elsewhere=_evidence(tables[_ELSEWHERE], required=False).strong,
        all_the_same=tables[_ELSEWHERE].take_patterns("unless"),
        spellings=spellings,
        version=_version(folder),
    )
    for entry in (*tables.values(), *(each for file in others.values() for each in file.values())):
        entry.refuse_rest()
    _check(subject, folder)
    return _with_contrasts_both_ways(subject)


_RESERVED = frozenset({_SETTING, _OTHER_THINGS, _ELSEWHERE, _SPELLINGS, _WORDS})


def _read_topics(folder: Path) -> tuple[dict[str, str], dict[str, Entry]]:
    tables = read_entries(folder / _FILES[0], {})
    for name in _RESERVED:
        if name not in tables:
            raise VocabularyError(f"{folder / _FILES[0]}: [{name}]", cause="is missing")
    words = tables[_WORDS].take_words()
    for entry in tables.values():
        entry.words = words
    return words, tables


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:12]


def _evidence(entry: Entry, *, required: bool = True) -> Evidence:
    names = entry.take_patterns("names", phrases=True)
    near = entry.take_patterns("near")
    around = entry.take_patterns("in_surroundings")
    weak = entry.take_patterns("in_setting")
    if required and not (names or near or around or weak):
        entry.refuse("names", "no evidence: needs names, near, in_surroundings or in_setting")
    return Evidence(
        strong=names + near,
        in_surroundings=around,
        in_setting=weak,
        needs_setting=entry.take_flag("needs_setting"),
    )


def _topic(entry: Entry) -> Topic:
    return Topic(
        id=entry.id,
        name=entry.take_text("name"),
        definition=entry.take_text("definition"),
        evidence=_evidence(entry),
        related=entry.take_texts("related"),
        broader=entry.take_text("broader", required=False) or None,
        like=entry.take_texts("like"),
    )


def _term(entry: Entry) -> Term:
    return Term(
        id=entry.id,
        name=entry.take_text("name"),
        definition=entry.take_text("definition"),
        evidence=_evidence(entry),
        contrasts=entry.take_texts("contrasts"),
        sources=entry.take_urls("sources"),
    )


def _incident(entry: Entry) -> Incident:
    return Incident(
        id=entry.id,
        name=entry.take_text("name"),
        date=entry.take_date_or_year("date"),
        definition=entry.take_text("definition"),
        evidence=_evidence(entry),
        sources=entry.take_urls("sources"),
        place=entry.take_text("place", required=False) or None,
        facts=_facts(entry, "facts"),
        rules=entry.take_texts("rules"),
    )


def _rule(entry: Entry) -> Rule:
    kind = entry.take_text("kind")
    if kind not in RULE_KINDS:
        entry.refuse("kind", f"“{kind}” is none of {', '.join(RULE_KINDS)}")
    return Rule(
        id=entry.id,
        name=entry.take_text("name"),
        kind=kind,
        citation=entry.take_text("citation"),
        summary=entry.take_text("summary"),
        link=entry.take_url("link"),
        evidence=_evidence(entry),
        sources=entry.take_urls("sources"),
        place=entry.take_text("place"),
        in_force=entry.take_date("in_force"),
        topics=entry.take_texts("topics"),
        history=_facts(entry, "history"),
    )


def _facts(entry: Entry, key: str) -> tuple[Fact, ...]:
    facts = []
    for each in entry.take_tables(key):
        fact = Fact(
            text=each.take_text("text"), source=each.take_url("source"), date=each.take_date("date")
        )
        each.refuse_rest()
        facts.append(fact)
    return tuple(facts)


def _check(subject: Subject, folder: Path) -> None:
    """Refuse what no single table shows: unknown ids, circles, two things with one name."""
    topics, terms, incidents, rules = (folder / name for name in _FILES)
    for topic in subject.topics.values():
        _known(f"{topics}: [{topic.id}] related", topic.related, subject.topics, topic.id)
        _known(f"{topics}: [{topic.id}] broader", _one(topic.broader), subject.topics, topic.id)
        _refuse_circle(f"{topics}: [{topic.id}] broader", topic, subject.topics)
    for term in subject.terms.values():
        _known(f"{terms}: [{term.id}] contrasts", term.contrasts, subject.terms, term.id)
    for incident in subject.incidents.values():
        _known(f"{incidents}: [{incident.id}] rules", incident.rules, subject.rules)
    for rule in subject.rules.values():
        _known(f"{rules}: [{rule.id}] topics", rule.topics, subject.topics)
    _refuse_doubles(topics, subject.topics.values())
    _refuse_doubles(terms, subject.terms.values())
    _refuse_doubles(incidents, subject.incidents.values())
    _refuse_doubles(rules, subject.rules.values())


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _known(place: str, ids: Iterable[str], known: Mapping[str, Any], own: str = "") -> None:
    for each in ids:
        if each not in known:
            raise VocabularyError(place, cause=f"there is no {each}")
        if each == own:
            raise VocabularyError(place, cause="names itself")


def _refuse_circle(place: str, topic: Topic, topics: Mapping[str, Topic]) -> None:
    seen = [topic.id]
    above = topic.broader
    while above:
        if above in seen:
            raise VocabularyError(place, cause=f"a circle: {' → '.join([*seen, above])}")
        seen.append(above)
        above = topics[above].broader


def _refuse_doubles(path: Path, entries: Iterable[Topic | Term | Incident | Rule]) -> None:
    names: dict[str, str] = {}
    spelled: dict[tuple[str, ...], str] = {}
    for entry in entries:
        other = names.setdefault(entry.name.casefold(), entry.id)
        if other != entry.id:
            cause = f"[{other}] has the same name"
            raise VocabularyError(f"{path}: [{entry.id}] name", cause=cause)
        if isinstance(entry, Rule):
            continue  # one phrase may name two rules: "bulletins one and two"
        for pattern in entry.evidence.strong:
            for spelling in pattern.spellings():
                other = spelled.setdefault(spelling, entry.id)
                if other != entry.id:
                    cause = f"“{' '.join(spelling)}” is a name of [{other}] too"
                    raise VocabularyError(f"{path}: [{entry.id}] names", cause=cause)


def _with_contrasts_both_ways(subject: Subject) -> Subject:
    back: dict[str, list[str]] = {term_id: [] for term_id in subject.terms}
    for term in subject.terms.values():
        for other in term.contrasts:
            back[other].append(term.id)
    terms = {
        term.id: replace(term, contrasts=tuple(dict.fromkeys((*term.contrasts, *back[term.id]))))
        for term in subject.terms.values()
    }
    return replace(subject, terms=terms)

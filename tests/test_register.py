"""Who is who across documents; every test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import DecisionError, NotFoundError
from corpus.names import fold_name, is_full_name, is_same_name
from corpus.schema import tables
from corpus.schema.decisions import Decisions
from corpus.schema.identity import LONGEST_NAME, organisations_of
from corpus.types import (
    Attribution,
    Credit,
    DiscoveredItem,
    Document,
    DocumentKind,
    Manner,
    Method,
    Person,
    PersonEvent,
    Span,
    Text,
    Turn,
    TurnKind,
    Voiceprint,
)
from tests.conftest import new_database

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 3, 1, 3, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
BY = {"author": "rae", "reason": "listened", "now": LATER}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Catalogue]:
    with Catalogue(new_database(request, tmp_path_factory.mktemp("register"))) as catalogue:
        yield catalogue


@pytest.fixture
def catalogue(opened: Catalogue) -> Iterator[Catalogue]:
    with opened._database.writing() as connection:
        for table in reversed(tables.METADATA.sorted_tables):
            connection.execute(table.delete())
    assert opened.names() == {}  # it is kept: what a test does is still to be seen
    yield opened
    # After whatever a test did: names alone are those of the people, in their order.
    names = [(person.id, person.name) for person in opened.people()]
    assert list(opened.names().items()) == names


def met(catalogue: Catalogue, name: str, source_id: str = "show", **facts: Any) -> Person:
    """Return the person whom a credit of this name means."""
    person = catalogue.ensure_person(Credit(name=name, **facts), source_id=source_id)
    assert person.id in catalogue.names()  # and kept again
    return person


def heard(
    catalogue: Catalogue, number: int, *people: Person, source_id: str = "show", sold: int = 0
) -> Document:
    """Return a document in which each of `people` says something; the last `sold` sell."""
    item = DiscoveredItem(
        source_id=source_id,
        kind=DocumentKind.EPISODE,
        url=f"https://{source_id}.example/{number}",
        guid=f"g{number}",
        title=f"Episode {number}",
        published=NOW + timedelta(days=number),
    )
    document, _ = catalogue.record_discovered(item, now=NOW)
    content = "\n\n".join("One words." for _ in people)
    turns = tuple(
        Turn(
            span=Span(place * 12, place * 12 + 10),
            manner=Manner.SPOKEN,
            attribution=Attribution(
                method=Method.TITLE, confidence=0.9, person_id=each.id, roles=each.roles[:1]
            ),
            kind=TurnKind.ADVERTISEMENT if place >= len(people) - sold else TurnKind.SPEECH,
        )
        for place, each in enumerate(people)
    )
    sha256 = hashlib.sha256(repr(turns).encode()).hexdigest()
    text = Text(document_id=document.id, revision=0, content=content, sha256=sha256, turns=turns)
    catalogue.save_text(text, now=NOW)
    return catalogue.document(document.id)


def everything(catalogue: Catalogue, *documents: Document) -> object:
    """Return all that a reader is shown of people."""
    known = [dict(catalogue.known_as(each.id)) for each in documents]
    people = catalogue.people()
    seen = [catalogue.appearances(each.id) for each in people]
    return people, seen, known, catalogue.speaking(), catalogue.pairs_to_review()


# ── names ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Bryan W. Tolliver", "BRYAN TOLLIVER", True),
        ("John A. Smith", "John B. Smith", False),
        ("Dr. Inés Okafor", "Ines Okafor", True),
        ("Mary O'Brien", "Mary O’Brien", True),
        ("Mary O'Brien", "Mary Brien", False),
        ("\u200fשרה לוי\u200e", "שרה לוי", True),
        ("محمد علي", "مُحَمَّد علي", True),
        ("सीमा शर्मा", "सोम शर्मा", False),
        ("がん 太郎", "かん 太郎", False),
        ("Мария Петрова", "МАРИЯ ПЕТРОВА", True),
        ("می‌لاد کریمی", "میلاد کریمی", True),
    ],
)
def test_two_spellings_are_compared_in_every_script(one: str, other: str, same: bool) -> None:
    assert is_same_name(one, other) is same


def test_a_full_name_has_two_words_where_its_script_parts_words() -> None:
    assert is_full_name("Ada Smith")
    assert is_full_name("王小明")
    assert is_full_name("김철수")
    assert not is_full_name("Ada")
    assert not is_full_name("王")
    assert not is_full_name("")
    assert fold_name("😀 !!") == ""


@pytest.mark.parametrize(
    ("description", "found"),
    [
        ("Film armorer; founder of Hollow Props", ("Hollow Props",)),
        ("Film armorer; co-founder, Hollow Props, Ohio", ("Hollow Props",)),
        ("armorer, Ohio", ()),
        ("Director of Photography", ()),
        ("Head of Props at Studio Nine", ("Studio Nine",)),
        ("editor of Setlight", ("Setlight",)),
        ("Prop master at Studio Nine, Ohio", ("Studio Nine",)),
        ("reporter for the Northern Gazette and host of Quiet on Set",
         ("Northern Gazette", "Quiet on Set")),
        ("professor at the University of Southmoor.", ("University of Southmoor",)),
        ("armorer with 30 years of experience", ()),
        ("a native of New Mexico, shot at Red Rock", ()),
        ("armorer for Hollywood productions", ()),
        ("lawyer of The", ()),
        ("founder of", ()),
        (None, ()),
    ],
)  # fmt: skip
def test_an_organisation_follows_an_office(description: str | None, found: tuple[str, ...]) -> None:
    assert organisations_of(Credit(name="Bo Hale", description=description)) == found


# ── one person or two ────────────────────────────────────────────────────────────────────────


def test_a_full_name_and_a_profession_join_across_sources(catalogue: Catalogue) -> None:
    first = met(catalogue, "Bryan Tolliver", "a", roles=("armorer",), part="guest")
    again = met(catalogue, "Bryan W. Tolliver", "b", roles=("armorer", "investigator"))
    assert again.id == first.id
    assert again.name == "Bryan Tolliver"
    assert again.aliases == ("Bryan W. Tolliver",)
    assert again.roles == ("armorer", "guest", "investigator")
    assert again.sources == ("a", "b")
    assert catalogue.person(first.id) == again
    assert catalogue.people() == [again]


def test_a_full_name_and_an_organisation_join_across_sources(catalogue: Catalogue) -> None:
    first = met(catalogue, "Ines Okafor", "a", description="founder of Hollow Props")
    again = met(catalogue, "Ines Okafor", "b", description="president of hollow props")
    again = met(catalogue, "Ines Okafor", "c", description="Chief at Hollow Props, Ohio")
    assert again.id == first.id
    assert again.organisations == ("Hollow Props",)


@pytest.mark.parametrize("part", ["host", "guest", "journalist", "producer", "author", None])
def test_a_part_joins_within_one_source_only(catalogue: Catalogue, part: str | None) -> None:
    roles = (part,) if part else ()
    first = met(catalogue, "Bo Hale", "a", part=part, roles=roles)
    assert met(catalogue, "Bo Hale", "a").id == first.id
    other = met(catalogue, "Bo Hale", "b", part=part, roles=roles)
    assert other.id != first.id
    (pair,) = catalogue.pairs_to_review()
    assert {pair.one.id, pair.other.id} == {first.id, other.id}
    assert pair.why == "the same name, in different sources"


def test_another_profession_in_one_source_is_another_person(catalogue: Catalogue) -> None:
    armorer = met(catalogue, "Bo Hale", roles=("armorer",))
    lawyer = met(catalogue, "Bo Hale", roles=("lawyer",))
    assert armorer.id != lawyer.id
    assert met(catalogue, "Bo Hale", roles=("lawyer",)).id == lawyer.id
    (pair,) = catalogue.pairs_to_review()
    assert "different professions" in pair.why


def test_initials_that_differ_are_two_people_and_no_pair(catalogue: Catalogue) -> None:
    one = met(catalogue, "John A. Smith", roles=("armorer",))
    other = met(catalogue, "John B. Smith", roles=("armorer",))
    assert one.id != other.id
    assert catalogue.pairs_to_review() == []


def test_who_may_be_either_is_neither_and_stays_the_same_nobody(catalogue: Catalogue) -> None:
    one = met(catalogue, "John A. Smith", roles=("armorer",))
    other = met(catalogue, "John B. Smith", roles=("armorer",))
    neither = met(catalogue, "John Smith", roles=("armorer",))
    assert neither.id not in (one.id, other.id)
    assert met(catalogue, "John Smith", roles=("armorer",)).id == neither.id
    assert len(catalogue.people()) == 3
    assert len(catalogue.pairs_to_review()) == 2


def test_a_host_stays_the_host_when_a_namesake_comes_as_guest(catalogue: Catalogue) -> None:
    guest = met(catalogue, "Bo Hale", "b", part="guest", roles=("armorer",))
    host = met(catalogue, "Bo Hale", "a", part="host", roles=("host",))
    assert met(catalogue, "Bo Hale", "a", part="guest", roles=("armorer",)).id == guest.id
    assert met(catalogue, "Bo Hale", "a", part="host", roles=("host",)).id == host.id


def test_one_word_is_a_name_within_its_source_only(catalogue: Catalogue) -> None:
    first = met(catalogue, "Zephyrine", "a", roles=("armorer",))
    assert met(catalogue, "Zephyrine", "a").id == first.id
    assert met(catalogue, "Zephyrine", "b", roles=("armorer",)).id != first.id
    wide = met(catalogue, "王小明", "a", roles=("armorer",))
    assert met(catalogue, "王小明", "b", roles=("armorer",)).id == wide.id


@pytest.mark.parametrize("name", ["محمد الكاتب", "שרה לוי", "Мария Петрова", "सीमा शर्मा"])
def test_a_name_in_any_script_joins(catalogue: Catalogue, name: str) -> None:
    first = met(catalogue, name, "a", roles=("armorer",))
    marked = met(catalogue, f"\u202b{name}\u202c", "b", roles=("armorer",))
    assert marked.id == first.id


def test_what_is_in_capitals_gives_way(catalogue: Catalogue) -> None:
    met(catalogue, "INES OKAFOR")
    person = met(catalogue, "Ines Okafor")
    assert (person.name, person.aliases) == ("Ines Okafor", ("INES OKAFOR",))


def test_a_name_nobody_can_have_is_cut_and_joins_nothing_else(catalogue: Catalogue) -> None:
    long = met(catalogue, "Ada " * 1250, roles=("armorer",))
    assert len(long.name) == LONGEST_NAME
    assert met(catalogue, "Ada " * 1250, "b", roles=("armorer",)).id == long.id
    assert met(catalogue, "Ada " * 1249 + "Eve", "b", roles=("armorer",)).id != long.id
    marks = [met(catalogue, name).id for name in ("???", "!!!", "???")]
    assert marks[0] == marks[2] != marks[1]


def test_ids_come_out_the_same_in_another_archive(catalogue: Catalogue, tmp_path: Path) -> None:
    credits = [("Bo Hale", ("armorer",)), ("Bo Hale", ("lawyer",)), ("Bo Hale", ())]
    here = [met(catalogue, name, roles=roles).id for name, roles in credits]
    with Catalogue(f"sqlite:///{tmp_path}/c.sqlite") as other:
        assert [met(other, name, roles=roles).id for name, roles in credits] == here


def test_threads_that_meet_somebody_at_once_meet_one_person(catalogue: Catalogue) -> None:
    ids: list[str] = []
    gate = threading.Barrier(6)

    def work(thread: int) -> None:
        gate.wait()
        for number in range(5):
            roles = ("armorer", f"role {thread} {number}")
            ids.append(met(catalogue, "Bo Hale", f"s{thread}", roles=roles).id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 30
    (person,) = catalogue.people()
    assert set(ids) == {person.id}
    assert len(person.roles) == 31
    assert len(person.sources) == 6


@pytest.mark.slow
def test_processes_that_meet_somebody_at_once_meet_one_person(catalogue_url: str) -> None:
    code = (
        "import sys; from corpus.catalogue import Catalogue; from corpus.types import Credit\n"
        "with Catalogue(sys.argv[1]) as c:\n"
        "    for n in range(10):\n"
        "        c.ensure_person(Credit(name=f'Bo Hale {n}', roles=('armorer',)), "
        "source_id=sys.argv[2])"
    )
    with Catalogue(catalogue_url) as catalogue:
        command = [sys.executable, "-c", code, catalogue_url]
        started = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("a", "b")]
        assert [each.wait(60) for each in started] == [0, 0]
        people = catalogue.people()
    assert len(people) == 10
    assert {frozenset(each.sources) for each in people} == {frozenset({"a", "b"})}


# ── where people speak ───────────────────────────────────────────────────────────────────────


def test_a_text_tells_who_speaks_in_it_and_a_new_one_replaces_that(catalogue: Catalogue) -> None:
    ada, bo = met(catalogue, "Ada Smith", roles=("armorer",)), met(catalogue, "Bo Hale")
    document = heard(catalogue, 1, ada, bo, ada, ada, sold=1)
    (seen,) = catalogue.appearances(ada.id)
    assert (seen.document_id, seen.turns, seen.roles) == (document.id, 2, ("armorer",))
    assert catalogue.speaking() == {ada.id: (1, 2), bo.id: (1, 1)}
    heard(catalogue, 1, bo)
    assert catalogue.appearances(ada.id) == []
    assert catalogue.speaking() == {bo.id: (1, 1)}


def test_who_is_only_credited_appears_without_a_turn(catalogue: Catalogue) -> None:
    ada, document = met(catalogue, "Ada Smith"), heard(catalogue, 1)
    credit = Credit(name="Ada", part="guest", roles=("armorer",), person_id=ada.id)
    catalogue.save_credits(document.id, (credit,), now=NOW)
    (seen,) = catalogue.appearances(ada.id)
    assert (seen.turns, seen.roles) == (0, ("armorer", "guest"))


# ── decisions ────────────────────────────────────────────────────────────────────────────────


def two_hales(catalogue: Catalogue) -> tuple[Person, Person, Document, Document]:
    one = met(catalogue, "Bo Hale", "a", roles=("armorer",))
    other = met(catalogue, "Bo J. Hale", "b", part="host", description="founder of Hollow Props")
    return one, other, heard(catalogue, 1, one), heard(catalogue, 2, other, source_id="b")


def test_a_merge_loses_nothing_and_undone_is_as_before(catalogue: Catalogue) -> None:
    one, other, first, second = two_hales(catalogue)
    before = everything(catalogue, first, second)
    event = catalogue.merge(one.id, other.id, **BY)
    assert (event.kind, event.person_id, event.other_id) == ("merge", one.id, other.id)
    (person,) = catalogue.people()
    assert person == catalogue.person(other.id) == catalogue.person(one.id)
    assert (person.id, person.name, person.aliases) == (one.id, "Bo Hale", ("Bo J. Hale",))
    assert person.roles == ("armorer", "host")
    assert (person.sources, person.organisations) == (("a", "b"), ("Hollow Props",))
    assert catalogue.known_as(second.id) == {other.id: one.id}
    assert catalogue.known_as(first.id) == {}
    assert [each.turns for each in catalogue.appearances(other.id)] == [1, 1]
    assert catalogue.speaking() == {one.id: (2, 2)}
    assert catalogue.pairs_to_review() == []
    undone = catalogue.undo(event.id, author="kim", now=LATER)
    assert (undone.undone_by, undone.undone) == ("kim", LATER)
    assert everything(catalogue, first, second) == before
    assert catalogue.decisions() == [undone]


def test_a_merge_is_respected_by_what_comes_later(catalogue: Catalogue) -> None:
    one, other, _, _ = two_hales(catalogue)
    catalogue.merge(one.id, other.id, **BY)
    # What is known of the other one counts for both: here, the organisation.
    third = met(catalogue, "Bo Hale", "c", description="owner of Hollow Props")
    assert catalogue.person(third.id).id == one.id
    assert len(catalogue.people()) == 1
    again = met(catalogue, "Bo J. Hale", "b")
    assert catalogue.person(again.id).id == one.id


def test_what_a_merge_changes_reaches_the_index(catalogue: Catalogue) -> None:
    one, other, first, second = two_hales(catalogue)
    elsewhere = heard(catalogue, 3, met(catalogue, "Ada Smith"))
    before = catalogue.index_state()
    event = catalogue.merge(one.id, other.id, **BY)
    after = catalogue.index_state()
    assert after[second.id] != before[second.id]
    assert after[elsewhere.id] == before[elsewhere.id]
    catalogue.undo(event.id, author="rae", now=LATER + timedelta(days=1))
    assert catalogue.index_state()[second.id] != after[second.id]
    before = catalogue.index_state()
    catalogue.rename(one.id, "Robert Hale", **{**BY, "now": LATER + timedelta(days=2)})
    assert catalogue.index_state()[first.id] != before[first.id]


def test_merges_of_the_merged_go_all_the_way_and_cannot_go_in_a_circle(
    catalogue: Catalogue,
) -> None:
    a, b, c = (met(catalogue, "Bo Hale", source) for source in "abc")
    document = heard(catalogue, 1, c)
    first = catalogue.merge(b.id, c.id, **BY)
    catalogue.merge(a.id, b.id, **BY)
    assert catalogue.known_as(document.id) == {c.id: a.id}
    for keep, gone in permutations([a.id, b.id, c.id], 2):
        with pytest.raises(DecisionError, match="one person already"):
            catalogue.merge(keep, gone, **BY)
    catalogue.undo(first.id, author="rae", now=LATER)
    assert catalogue.known_as(document.id) == {}
    assert {each.id for each in catalogue.people()} == {a.id, c.id}
    catalogue.merge(c.id, a.id, **BY)
    assert [each.id for each in catalogue.people()] == [c.id]


def test_a_split_makes_somebody_new_and_undone_is_as_before(catalogue: Catalogue) -> None:
    person = met(catalogue, "Bo Hale", roles=("armorer",))
    first, second = heard(catalogue, 1, person), heard(catalogue, 2, person)
    before = everything(catalogue, first, second)
    event = catalogue.split(person.id, [second.id], **BY)
    new = catalogue.person(event.other_id or "")
    assert (new.name, new.roles, new.sources) == ("Bo Hale", ("armorer",), ("show",))
    assert catalogue.known_as(first.id) == {}
    assert catalogue.known_as(second.id) == {person.id: new.id}
    assert [each.document_id for each in catalogue.appearances(person.id)] == [first.id]
    assert [each.document_id for each in catalogue.appearances(new.id)] == [second.id]
    assert catalogue.speaking() == {person.id: (1, 1), new.id: (1, 1)}
    assert catalogue.pairs_to_review() == []  # just decided
    # A new text of the document names the old id, and is still somebody else's.
    heard(catalogue, 2, person, person)
    assert [each.turns for each in catalogue.appearances(new.id)] == [2]
    heard(catalogue, 2, person)
    catalogue.undo(event.id, author="rae", now=LATER)
    assert everything(catalogue, first, second) == before
    assert catalogue.person(new.id).id == person.id


def test_who_was_named_after_a_split_is_not_lost_when_it_is_undone(catalogue: Catalogue) -> None:
    person = met(catalogue, "Bo Hale")
    heard(catalogue, 1, person)
    second = heard(catalogue, 2, person)
    event = catalogue.split(person.id, [second.id], **BY)
    new = catalogue.person(event.other_id or "")
    third = heard(catalogue, 3, new)
    catalogue.undo(event.id, author="rae", now=LATER)
    assert catalogue.known_as(third.id) == {new.id: person.id}
    assert met(catalogue, "Bo Hale").id == person.id


def test_after_a_split_nobody_guesses_which_of_the_two_it_is(catalogue: Catalogue) -> None:
    person = met(catalogue, "Bo Hale", roles=("armorer",))
    heard(catalogue, 1, person)
    second = heard(catalogue, 2, person)
    event = catalogue.split(person.id, [second.id], **BY)
    unknown = met(catalogue, "Bo Hale", roles=("armorer",))
    assert unknown.id not in (person.id, event.other_id)
    assert met(catalogue, "Bo Hale", roles=("armorer",)) == unknown


def test_reading_a_document_again_names_whom_it_named(catalogue: Catalogue) -> None:
    person = met(catalogue, "Bo Hale", roles=("armorer",))
    first, second = heard(catalogue, 1, person), heard(catalogue, 2, person)
    split = catalogue.split(person.id, [second.id], **BY)
    other = split.other_id or ""
    credit = Credit(name="Bo Hale", roles=("armorer",), description="founder of Hollow Props")
    catalogue.ensure_person(credit, source_id="show", document_id=second.id)
    for document, now in ((first, person.id), (second, other)):
        again = catalogue.ensure_person(credit, source_id="show", document_id=document.id)
        assert catalogue.known_as(document.id).get(again.id, again.id) == now
    catalogue.save_text(replace(catalogue.text(second.id), sha256="new"), now=LATER)
    again = catalogue.ensure_person(Credit(name="Bo Hale"), source_id="show", document_id=second.id)
    assert catalogue.known_as(second.id).get(again.id, again.id) == other


def test_undoing_a_merge_leaves_the_kept_one_s_documents_as_they_are(catalogue: Catalogue) -> None:
    one, other, first, second = two_hales(catalogue)
    event = catalogue.merge(one.id, other.id, **BY)
    before = catalogue.index_state()
    catalogue.undo(event.id, author="rae", now=LATER + timedelta(days=1))
    after = catalogue.index_state()
    assert after[first.id] == before[first.id]
    assert after[second.id] != before[second.id]


def test_a_decision_that_others_rest_on_is_undone_after_them(catalogue: Catalogue) -> None:
    person, other = met(catalogue, "Bo Hale"), met(catalogue, "Bo Hale", "b")
    heard(catalogue, 1, person)
    second = heard(catalogue, 2, person)
    split = catalogue.split(person.id, [second.id], **BY)
    merge = catalogue.merge(other.id, split.other_id or "", **BY)
    with pytest.raises(DecisionError, match=f"undo {merge.id} first"):
        catalogue.undo(split.id, author="rae", now=LATER)
    catalogue.undo(merge.id, author="rae", now=LATER)
    catalogue.undo(split.id, author="rae", now=LATER)
    assert catalogue.known_as(second.id) == {}


def test_a_split_can_be_merged_back(catalogue: Catalogue) -> None:
    person = met(catalogue, "Bo Hale")
    heard(catalogue, 1, person)
    second = heard(catalogue, 2, person)
    split = catalogue.split(person.id, [second.id], **BY)
    catalogue.merge(person.id, split.other_id or "", **BY)
    assert catalogue.known_as(second.id) == {}
    assert len(catalogue.people()) == 1
    assert len(catalogue.appearances(person.id)) == 2


def test_a_new_name_keeps_the_old_one_as_alias(catalogue: Catalogue) -> None:
    person = met(catalogue, "Byran Tolliver", roles=("armorer",))
    event = catalogue.rename(person.id, " Bryan\tTolliver ", **BY)
    assert (event.before, event.after) == ("Byran Tolliver", "Bryan Tolliver")
    renamed = catalogue.person(person.id)
    assert (renamed.name, renamed.aliases) == ("Bryan Tolliver", ("Byran Tolliver",))
    for name in ("Bryan Tolliver", "Byran Tolliver"):
        assert met(catalogue, name, "b", roles=("armorer",)).id == person.id
    assert catalogue.person(person.id).name == "Bryan Tolliver"
    catalogue.rename(person.id, "B. W. Tolliver", **BY)
    renamed = catalogue.person(person.id)
    assert renamed.name == "B. W. Tolliver"
    assert {"Bryan Tolliver", "Byran Tolliver"} <= set(renamed.aliases)


def test_a_name_taken_back_is_no_alias(catalogue: Catalogue) -> None:
    person = met(catalogue, "Bo Hale")
    event = catalogue.rename(person.id, "Robert Hale", **BY)
    catalogue.undo(event.id, author="rae", now=LATER)
    assert catalogue.people() == [person]


def test_a_merge_keeps_the_name_of_who_is_kept(catalogue: Catalogue) -> None:
    one, other, _, _ = two_hales(catalogue)
    catalogue.rename(other.id, "Boniface Hale", **BY)
    catalogue.merge(one.id, other.id, **BY)
    person = catalogue.person(other.id)
    assert (person.name, person.aliases) == ("Bo Hale", ("Boniface Hale", "Bo J. Hale"))


def test_who_is_kept_apart_is_not_offered_again(catalogue: Catalogue) -> None:
    one, other, _, _ = two_hales(catalogue)
    event = catalogue.keep_apart(other.id, one.id, **BY)
    assert catalogue.pairs_to_review() == []
    assert met(catalogue, "Bo Hale", "b").id != one.id
    third = met(catalogue, "Bo Hale", "c")
    catalogue.merge(one.id, third.id, **BY)
    assert catalogue.pairs_to_review() == []
    catalogue.undo(event.id, author="rae", now=LATER)
    assert len(catalogue.pairs_to_review()) == 1


def test_what_cannot_be_decided_says_why(catalogue: Catalogue) -> None:
    person, other = met(catalogue, "Bo Hale"), met(catalogue, "Bo Hale", "b")
    document, elsewhere = heard(catalogue, 1, person), heard(catalogue, 2, other)
    event = catalogue.keep_apart(person.id, other.id, **BY)
    catalogue.undo(event.id, author="rae", now=LATER)
    refused = [
        (lambda: catalogue.split(person.id, [], **BY), "no document is named"),
        (lambda: catalogue.split(person.id, [document.id], **BY), "nobody would be left"),
        (lambda: catalogue.keep_apart(person.id, person.id, **BY), "they are one person"),
        (lambda: catalogue.rename(person.id, " \n", **BY), "1 to 200 characters"),
        (lambda: catalogue.rename(person.id, "x" * 5000, **BY), "not 5000"),
        (lambda: catalogue.rename(person.id, "Bo Hale", **BY), "their name already"),
        (lambda: catalogue.undo(event.id, author="rae", now=LATER), "undone by rae"),
        (lambda: catalogue.merge(person.id, other.id, author=" ", now=NOW), "say by whom"),
    ]
    for attempt, why in refused:
        with pytest.raises(DecisionError, match=why):
            attempt()
    absent = [
        lambda: catalogue.merge(person.id, "nobody", **BY),
        lambda: catalogue.split(person.id, [elsewhere.id], **BY),
        lambda: catalogue.undo("17", author="rae", now=NOW),
        lambda: catalogue.undo("'; --", author="rae", now=NOW),
        lambda: catalogue.appearances("nobody"),
    ]
    for attempt in absent:
        with pytest.raises(NotFoundError):
            attempt()
    assert len(catalogue.decisions()) == 1  # nothing that was refused is kept


def test_people_who_decide_at_once_do_not_cross(catalogue: Catalogue) -> None:
    people = [met(catalogue, "Bo Hale", f"s{n}") for n in range(5)]
    gate, refused = threading.Barrier(5), []

    def work(thread: int) -> None:
        gate.wait()
        for other in people:
            try:
                catalogue.merge(people[thread].id, other.id, **BY)
            except DecisionError as error:
                refused.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(catalogue.people()) == 1
    assert [each.id for each in catalogue.decisions()] == ["1", "2", "3", "4"]
    assert len(refused) == 21


def test_no_order_of_decisions_runs_in_a_circle() -> None:
    made = [("merge", "a", "b"), ("merge", "b", "a"), ("split", "a", "c"), ("merge", "a", "c")]
    for order in permutations(made):
        events = [
            PersonEvent(id=str(n), kind=kind, person_id=one, other_id=other, documents=("d",))
            for n, (kind, one, other) in enumerate(order, start=1)
        ]
        decisions = Decisions(events)
        for each in "abc":
            assert decisions.now(each) in "abc"
            assert decisions.now(each, "d") in "abc"


# ── what is offered for review ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("B. Tolliver", "Bryan Tolliver", "an initial and the same surname"),
        ("Byran Tolliver", "Bryan Tolliver", "names that are spelt or sound alike"),
        ("Petra Ivanov", "Petra Ivanoff", "names that are spelt or sound alike"),
        ("Kim Lindqvist", "Kim Lindquist", "names that are spelt or sound alike"),
        ("Tim Lee", "Kim Lee", None),
        ("B. Tolliver", "Clay Tolliver", None),
        ("Bryan Tolliver", "Bryan Masters", None),
        ("Мария Петрова", "Мария Петрава", "names that are spelt or sound alike"),
    ],
)
def test_names_that_may_be_one_are_offered(
    catalogue: Catalogue, one: str, other: str, why: str | None
) -> None:
    met(catalogue, one, "a", roles=("armorer",))
    met(catalogue, other, "b", roles=("armorer",))
    offered = [pair.why for pair in catalogue.pairs_to_review()]
    assert offered == ([f"{why}, in different sources"] if why else [])


def test_a_thousand_namesakes_are_offered_a_few_at_a_time(catalogue: Catalogue) -> None:
    import time

    people = [
        {"id": f"p{n}", "key": f"k{n}", "name": "Bo Hale", "folded": "bo hale", "aliases": ()}
        | {"roles": (), "organisations": (), "sources": (f"s{n}",)}
        for n in range(1000)
    ]
    with catalogue._database.writing() as connection:
        connection.execute(tables.people.insert(), people)
    started = time.process_time()
    assert len(catalogue.pairs_to_review(limit=50)) == 50
    assert met(catalogue, "Bo Hale", "s500").id == "p500"
    assert time.process_time() - started < 2.0


# ── voices ───────────────────────────────────────────────────────────────────────────────────


def a_voice(person: Person, document: Document, label: str = "Speaker 1") -> Voiceprint:
    return Voiceprint(
        person_id=person.id,
        document_id=document.id,
        label=label,
        vector=(0.1 + 0.2, -1e-9),
        seconds=31.5,
        made=NOW,
    )


def test_a_voice_is_kept_under_who_the_person_is_now(catalogue: Catalogue) -> None:
    one, other, first, second = two_hales(catalogue)
    for voice in (a_voice(one, first), a_voice(other, second), a_voice(one, first)):
        assert catalogue.save_voiceprint(voice)
    assert {each.person_id for each in catalogue.voiceprints()} == {one.id, other.id}
    event = catalogue.merge(one.id, other.id, **BY)
    assert {each.person_id for each in catalogue.voiceprints()} == {one.id}
    catalogue.undo(event.id, author="rae", now=LATER)
    assert a_voice(other, second) in catalogue.voiceprints()
    with pytest.raises(NotFoundError):
        catalogue.save_voiceprint(a_voice(Person(id="nobody", name="N"), first))


def test_a_voice_that_is_forgotten_is_gone_and_not_kept_again(catalogue: Catalogue) -> None:
    one, other, first, second = two_hales(catalogue)
    catalogue.merge(one.id, other.id, **BY)
    for voice in (a_voice(one, first), a_voice(other, second)):
        catalogue.save_voiceprint(voice)
    event = catalogue.forget_voice(other.id, **BY)
    assert catalogue.voiceprints() == []
    with catalogue._database.reading() as connection:
        assert connection.execute(tables.voiceprints.select()).all() == []
    assert not catalogue.save_voiceprint(a_voice(one, first))
    assert not catalogue.save_voiceprint(a_voice(other, second))
    catalogue.undo(event.id, author="rae", now=LATER)
    assert catalogue.voiceprints() == []
    assert catalogue.save_voiceprint(a_voice(one, first))


def test_a_voice_split_off_is_not_forgotten_with_the_other(catalogue: Catalogue) -> None:
    person = met(catalogue, "Bo Hale")
    first, second = heard(catalogue, 1, person), heard(catalogue, 2, person)
    for document in (first, second):
        catalogue.save_voiceprint(a_voice(person, document))
    split = catalogue.split(person.id, [second.id], **BY)
    catalogue.forget_voice(person.id, **BY)
    assert [each.person_id for each in catalogue.voiceprints()] == [split.other_id]

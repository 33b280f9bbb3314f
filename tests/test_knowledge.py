"""What is known of topics and people, over small invented archives."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from corpus.errors import NotFoundError
from corpus.topics import load_subject
from corpus.types import Certainty, Credit, DiscoveredItem, DocumentKind, Manner, TurnKind
from tests import seeded
from tests.seeded import Line, open_empty, publish
from ui.corrections import Chosen
from ui.kept.keeping import Keeping
from ui.knowledge.base import Knowledge
from ui.knowledge.statements import Statements
from ui.knowledge.values import Standpoint
from ui.register import Decider

BY = Decider(author="Reader")
LIVE = "Live rounds have no business on a set, in a truck or in a pocket, whoever asks for them."
BLANK = "A blank can kill at close range, since hot gas and wadding leave the barrel of the gun."
TRUCK = "In my truck the live ammunition of last season lay for weeks before anybody counted it."


def take(archive, lines, *, url, show="The Call Sheet", year=2024, kind=DocumentKind.EPISODE):
    """Take in a document with these turns."""
    item = DiscoveredItem(
        source_id=show.lower().replace(" ", "_"),
        kind=kind,
        url=f"https://made.example/{url}",
        guid=url,
        title=f"Title {url}",
        show=show,
        published=datetime(year, 3, 9, tzinfo=UTC) if year else None,
        language="en",
    )
    archive.settings.data_dir.mkdir(parents=True, exist_ok=True)
    document, _ = archive.catalogue.record_discovered(item, now=seeded.NOW)
    text = seeded._write(archive, document, lines, timed=kind is DocumentKind.EPISODE)
    digest = hashlib.sha256(f"{url}{text.content}".encode()).hexdigest()
    return seeded._finish(archive, document, replace(text, sha256=digest), None)


def knowledge_of(tmp_path, *documents):
    archive = open_empty(tmp_path / "data")
    for number, (lines, about) in enumerate(documents):
        take(archive, lines, **{"url": str(number), **about})
    publish(archive)
    return archive, Knowledge(archive)


def spoken(words, name="Ines Okafor", role="armorer", **more):
    return Line(words, name, role, **more)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Three documents: a talk, an older article with the same words, a column."""
    made = open_empty(tmp_path_factory.mktemp("known") / "data")
    talk = [
        Line("Are there ever live rounds on a set?", "Nora Vale", "host"),
        spoken(f"I have done this for years. {LIVE} The food was good that week, I must say."),
        Line("The Call Sheet is sold with live rounds of applause.", kind=TurnKind.ADVERTISEMENT),
        spoken(TRUCK, "Bo Hale", None),
        Line("I saw a live round once on a table of the set.", label="Speaker 4"),
        spoken(BLANK),
    ]
    piece = [
        Line(
            "There was live ammunition on the set, we report. ", "Tom Aster", None, manner=AUTHORED
        ),
        Line(f"“{LIVE}”", "Ines Okafor", "armorer", manner=Manner.QUOTED),
        Line(
            " The property master testified that live rounds were on the set that day.",
            "Ola Brandt",
            "property_master",
            manner=Manner.REPORTED,
        ),
    ]
    column = [
        spoken(
            "For thirty years I have kept live rounds away from every set I was hired for.",
            "Uma Reyes",
            "armorer",
            manner=AUTHORED,
        )
    ]
    take(made, talk, url="talk")
    take(made, piece, url="piece", show="Slate", year=2021, kind=DocumentKind.ARTICLE)
    take(made, column, url="column", show="Slate", year=2022, kind=DocumentKind.ARTICLE)
    publish(made)
    with made:
        yield made


AUTHORED = Manner.AUTHORED


@pytest.fixture(scope="module")
def view(archive):
    return Knowledge(archive).topic("live ammunition on set")


def voices(view, standpoint):
    return [each.name for each in view.by_person if each.standpoint is standpoint]


def words(view):
    return [each.quote.exact for each in view.statements]


# ── one topic ────────────────────────────────────────────────────────────────────────────────


def test_people_of_the_trade_stand_before_others_and_those_who_ask_come_last(view):
    assert set(voices(view, Standpoint.PROFESSION)) == {"Ines Okafor", "Uma Reyes", "Ola Brandt"}
    assert voices(view, Standpoint.PERSON) == ["Bo Hale"]
    assert voices(view, Standpoint.UNNAMED) == ["Speaker 4"]
    assert set(voices(view, Standpoint.ASKING)) == {"Nora Vale", "Tom Aster"}
    ranks = [list(Standpoint).index(each.standpoint) for each in view.by_person]
    assert ranks == sorted(ranks)


def test_independent_people_are_those_with_words_of_their_own(view):
    # Okafor, Reyes and Hale; Brandt is only paraphrased, Vale asks, Aster reports.
    assert view.people == 3
    assert view.counts.paraphrased == 1
    assert view.counts.unnamed == 1
    assert view.counts.complete


def test_the_same_words_in_two_documents_are_one_statement(view):
    said = [each for each in view.statements if each.quote.exact.strip("“”").startswith("Live")]
    assert len(said) == 1
    assert len(said[0].also) == 1
    places = {said[0].document.show, said[0].also[0].source}
    assert places == {"The Call Sheet", "Slate"}


def test_what_is_sold_is_nobodys_statement(view):
    assert not any("applause" in each for each in words(view))


def test_a_quote_is_the_sentences_that_show_the_topic(view):
    assert any(each.strip("“”") == LIVE for each in words(view))
    assert not any("The food was good" in each for each in words(view))


def test_the_newest_year_comes_first_and_reports_come_last(view):
    own = [each for each in view.statements if each.quote.manner is not Manner.REPORTED]
    years = [each.document.published.year for each in own]
    assert years == sorted(years, reverse=True)
    assert view.statements[-1].quote.manner is Manner.REPORTED


def test_every_statement_has_a_link_and_a_certainty(view):
    assert view.statements
    for each in view.statements:
        assert each.citation.permalink.startswith("http")
        assert isinstance(each.quote.certainty, Certainty)


def test_years_count_every_passage(view):
    assert [year for year, _ in view.years] == [2021, 2022, 2024]
    assert sum(count for _, count in view.years) == view.passages


def test_rules_and_related_topics_come_with_it(view):
    assert all("live_ammunition" in each.topics for each in view.rules)
    assert view.rules
    assert {each.id for each in view.related} == set(view.topic.related)


def test_a_limit_hears_everybody_once_before_anybody_twice(archive):
    view = Knowledge(archive).topic("live_ammunition", limit=4)
    assert len(view.statements) == 4
    assert len({each.speaker for each in view.statements}) == 4
    assert view.people == 3, "what is counted does not depend on what is shown"


def test_the_list_counts_as_the_page_does(archive):
    knowledge = Knowledge(archive)
    for each in knowledge.topics():
        view = knowledge.topic(each.topic.id)
        assert (view.passages, view.people) == (each.passages, each.people), each.topic.id


def test_the_list_has_every_topic_and_the_most_spoken_of_first(archive):
    found = Knowledge(archive).topics()
    assert {each.topic.id for each in found} == set(load_subject().topics)
    assert found[0].topic.id == "live_ammunition"
    assert [each.passages for each in found] == sorted((e.passages for e in found), reverse=True)


# ── who counts ───────────────────────────────────────────────────────────────────────────────


def test_two_named_people_with_the_same_words_stay_two(tmp_path):
    _, knowledge = knowledge_of(
        tmp_path, ([spoken(LIVE)], {}), ([spoken(LIVE, "Bo Hale", "director")], {"show": "Other"})
    )
    view = knowledge.topic("live rounds")
    assert view.people == 2
    assert len(view.statements) == 2
    assert view.sources == 1, "the words were printed before"


def test_a_host_of_the_trade_counts_but_not_with_questions(tmp_path):
    archive, knowledge = knowledge_of(
        tmp_path, ([spoken(TRUCK), Line("Who brings live rounds to a set?", "Ines Okafor")], {})
    )
    document = archive.documents()[0]
    text = archive.catalogue.text(document.id)
    turns = tuple(
        replace(turn, attribution=replace(turn.attribution, roles=("armorer", "host")))
        for turn in text.turns
    )
    archive.catalogue.save_text(replace(text, turns=turns, sha256="2"), now=seeded.NOW)
    publish(archive)
    view = knowledge.topic("live rounds")
    assert view.people == 1
    assert [each.standpoint for each in view.by_person] == [
        Standpoint.PROFESSION,
        Standpoint.ASKING,
    ]


def test_somebody_who_hosts_here_and_works_there_counts_for_there_alone(tmp_path):
    _, knowledge = knowledge_of(
        tmp_path,
        ([Line(TRUCK, "Ines Okafor", "host"), Line(LIVE, "Nora Vale", "host")], {}),
        ([spoken(LIVE + " So it is.")], {"show": "Other"}),
    )
    assert knowledge.topic("live rounds").people == 1
    matrix = knowledge.matrix()
    assert [each.name for each in matrix.people] == ["Ines Okafor"]
    assert matrix.count("live_ammunition", matrix.people[0].id) == 1


def test_an_unnamed_voice_counts_once_a_document(tmp_path):
    lines = [
        Line("I saw a live round once on a table of the set.", label="Speaker 2"),
        spoken("Not under my watch, I can tell you that much."),
        Line("And I saw live ammunition in the truck after that day.", label="Speaker 2"),
    ]
    _, knowledge = knowledge_of(tmp_path, (lines, {}))
    counts = knowledge.topic("live rounds").counts
    assert (counts.people, counts.unnamed) == (0, 1)


# ── corrections and decisions after indexing ─────────────────────────────────────────────────


def test_corrected_words_are_no_statement_until_indexed_again(tmp_path):
    archive, _ = knowledge_of(tmp_path, ([spoken(LIVE)], {}))
    document = archive.documents()[0]
    archive.corrections.correct(document.id, "Live rounds", "Five hounds", BY, chosen=Chosen())
    assert words(Knowledge(archive).topic("live rounds")) == []
    publish(archive)
    assert Knowledge(archive).topic("live rounds").passages == 0


def test_a_corrected_speaker_is_who_speaks(tmp_path):
    archive, knowledge = knowledge_of(tmp_path, ([spoken(LIVE)], {}))
    assert [each.name for each in knowledge.topic("live rounds").by_person] == ["Ines Okafor"]
    document = archive.documents()[0]
    archive.corrections.name_turn(document.id, "Live rounds", "Bo Hale", BY)
    assert [each.name for each in knowledge.topic("live rounds").by_person] == ["Bo Hale"]
    assert knowledge.person("Okafor").statements == ()


def test_two_who_were_merged_since_are_one(tmp_path):
    archive, _ = knowledge_of(
        tmp_path,
        ([spoken(LIVE), spoken(TRUCK, "I. Okafor-Lind", "armorer")], {}),
    )
    assert Knowledge(archive).topic("live rounds").people == 2
    archive.register.merge("Ines Okafor", "I. Okafor-Lind", BY)
    knowledge = Knowledge(archive)
    view = knowledge.topic("live rounds")
    assert view.people == 1
    assert [each.name for each in view.by_person] == ["Ines Okafor"]
    assert len(view.by_person[0].statements) == 2
    page = knowledge.person("Okafor-Lind")
    assert page.view.person.name == "Ines Okafor"
    assert len(page.statements) == 2
    assert "I. Okafor-Lind" in page.names


def test_a_document_that_is_gone_says_nothing(tmp_path):
    archive, knowledge = knowledge_of(tmp_path, ([spoken(LIVE)], {}))
    passage = archive.store.select(knowledge._on(load_subject().topics["live_ammunition"]), 1)[0]
    gone = replace(passage, document_id="ffffffffffff")
    assert Statements(archive, load_subject()).make(gone, ("live_ammunition",)) is None


# ── the state of the index ───────────────────────────────────────────────────────────────────


def test_an_archive_without_an_index_says_what_to_run(tmp_path):
    archive = open_empty(tmp_path / "data")
    knowledge = Knowledge(archive)
    view = knowledge.topic("blanks")
    assert (view.passages, view.people, view.statements) == (0, 0, ())
    assert view.notes == ("nothing is indexed yet: run onrecord index",)
    assert knowledge.matrix().topics == ()
    assert all(each.passages == 0 for each in knowledge.topics())


def test_an_index_of_another_vocabulary_says_what_to_run(archive):
    other = replace(load_subject(), version="other")
    notes = Knowledge(archive, other).topic("blanks").notes
    assert notes == ("the index was made with another vocabulary: run onrecord index",)


def test_a_topic_has_what_is_said_of_its_parts(archive):
    subject = load_subject()
    part = replace(subject.topics["blanks"], broader="live_ammunition")
    known = Knowledge(archive, replace(subject, topics={**subject.topics, "blanks": part}))
    view = known.topic("live_ammunition")
    assert [each.id for each in view.narrower] == ["blanks"]
    assert any("A blank can kill" in each for each in words(view))
    assert known.topic("blanks").broader.id == "live_ammunition"


# ── the matrix ───────────────────────────────────────────────────────────────────────────────


def test_the_matrix_has_the_biggest_first_and_no_hosts(archive):
    matrix = Knowledge(archive).matrix()
    assert matrix.people[0].name == "Ines Okafor"
    assert "Nora Vale" not in [each.name for each in matrix.people]
    assert matrix.topics[0].id == "live_ammunition"
    assert matrix.count("live_ammunition", matrix.people[0].id) == 2
    assert matrix.count("hearing", matrix.people[0].id) == 0


def test_a_matrix_may_be_cut(archive):
    matrix = Knowledge(archive).matrix(topics=1, people=1)
    assert (len(matrix.topics), len(matrix.people), len(matrix.counts)) == (1, 1, 1)


# ── people ───────────────────────────────────────────────────────────────────────────────────


def test_a_person_has_topics_statements_and_how_we_know(archive):
    page = Knowledge(archive).person("okafor")
    assert page.topics[0].topic.id == "live_ammunition"
    assert set(page.known) == {each.document.id for each in page.view.standings}
    assert all(each.person.name == "Ines Okafor" for each in page.statements)
    assert next(topic.id for topic, _ in page.by_topic()) == "live_ammunition"
    assert all("blanks" in each.hit.passage.topics for each in page.on_topic("blanks"))


def test_only_what_a_person_says_of_one_topic(archive):
    page = Knowledge(archive).person("okafor", topic="blanks")
    assert [each.quote.exact for each in page.statements] == [BLANK]
    assert page.topic.id == "blanks"


def test_what_is_on_no_topic_is_on_a_persons_page_too(tmp_path):
    said = "We slept in the old hotel by the river and ate well every night."
    _, knowledge = knowledge_of(tmp_path, ([spoken(said)], {}))
    page = knowledge.person("Ines Okafor")
    assert [each.quote.exact for each in page.on_nothing()] == [said]


def test_nobody_of_that_name_is_an_error(archive):
    with pytest.raises(NotFoundError):
        Knowledge(archive).person("Nobody Known")


def test_undated_documents_come_last(tmp_path):
    _, knowledge = knowledge_of(
        tmp_path, ([spoken(LIVE)], {"year": None}), ([spoken(TRUCK)], {"year": 1999})
    )
    view = knowledge.topic("live rounds")
    assert [each.quote.exact for each in view.statements] == [TRUCK, LIVE]
    assert view.years == ((1999, 1),)


# ── stances ──────────────────────────────────────────────────────────────────────────────────


def test_who_differs_is_only_what_a_person_marked(tmp_path):
    archive, knowledge = knowledge_of(
        tmp_path, ([spoken(LIVE), spoken(TRUCK, "Bo Hale", "director")], {})
    )
    assert knowledge.topic("live rounds").stances == ()
    keeping = Keeping(archive)
    document = archive.documents()[0]
    one, other = (keeping.keep(document.id, each, author="Reader") for each in (LIVE, TRUCK))
    mark = keeping.mark(one.id, "differs", other.id, author="Reader", note="where they lay")
    (seen,) = knowledge.topic("live rounds").stances
    assert (seen.one.person, seen.other.person) == ("Ines Okafor", "Bo Hale")
    assert seen.stance.kind.value == "differs"
    assert knowledge.topic("hearing").stances == ()
    keeping.unmark(mark.id, author="Reader")
    assert knowledge.topic("live rounds").stances == ()


def test_credits_alone_are_no_statements(tmp_path):
    archive, knowledge = knowledge_of(tmp_path, ([spoken(LIVE)], {}))
    person = archive.catalogue.ensure_person(Credit(name="Zed Quill"), source_id="seeded")
    page = knowledge.person(person.id)
    assert (page.statements, page.topics, page.passages) == ((), (), 0)

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import IndexOutOfDateError
from corpus.settings import load_settings
from corpus.types import DocumentKind, Manner, SearchQuery
from corpus.vocabulary import load_vocabulary
from index.embed import open_embedder
from index.engine.vectors import EdgeStore
from index.question import understand
from index.search import search
from index.sync import sync_index
from index.tags.contrasts import is_about_the_opposite
from tests.indexed import WordEmbedder, a_text, add_document

LIVE = "Live rounds have no business on a film set. I never brought live rounds to work."
DUMMY = "A dummy round rattles when you shake it. The dummy has a steel ball in the case."


class Shelf:
    """A small archive with an index of it."""

    def __init__(self, folder, embedder):
        self.catalogue = Catalogue(f"sqlite:///{folder}/catalogue.sqlite")
        self.store = EdgeStore(folder / "index")
        self.embedder = embedder

    def add(self, number, *turns, **fields):
        return add_document(self.catalogue, number, *turns, **fields)

    def sync(self):
        return sync_index(self.catalogue, self.store, self.embedder)

    def ask(self, text, **fields):
        query = SearchQuery(text=text, **fields)
        return search(query, catalogue=self.catalogue, store=self.store, embedder=self.embedder)

    def quote(self, hit):
        return hit.quote.of(self.catalogue.text(hit.passage.document_id).content)


@pytest.fixture
def shelf(tmp_path):
    made = Shelf(tmp_path, WordEmbedder())
    yield made
    made.catalogue.close()


def test_a_hit_quotes_whole_sentences_of_the_text(shelf):
    document = shelf.add(1, ("armorer", "Inés Rosa", LIVE), (None, "Speaker 2", DUMMY))
    shelf.sync()
    hits = shelf.ask("live rounds")
    assert [hit.passage.speaker for hit in hits] == ["Inés Rosa"]
    assert shelf.quote(hits[0]) == LIVE
    assert hits[0].quote in shelf.catalogue.text(document.id).turns[0].span
    assert 0 < hits[0].score <= 1
    assert "meaning" in hits[0].why


def test_of_a_long_passage_the_sentences_that_answer_are_quoted(shelf):
    before = "The lunch was late and the grips were tired of carrying dollies in the rain. " * 3
    after = " Nobody remembers the weather or the hotel that the crew had in the desert." * 3
    shelf.add(1, ("armorer", "Inés Rosa", f"{before}{LIVE}{after}"))
    shelf.sync()
    quote = shelf.quote(shelf.ask("live rounds on a film set")[0])
    assert "Live rounds have no business" in quote
    assert len(quote.split()) <= 80
    assert quote[0].isupper()
    assert quote.endswith(".")


def test_roles_dates_kinds_and_sources_filter(shelf):
    shelf.add(1, ("armorer", "Inés Rosa", LIVE), published=datetime(2020, 5, 1, tzinfo=UTC))
    shelf.add(
        2,
        ("actor", "Tom Vane", "I never brought live rounds to a shoot either, whatever they paid."),
        kind=DocumentKind.ARTICLE,
    )
    shelf.sync()

    def speakers(**fields):
        return {hit.passage.speaker for hit in shelf.ask("live rounds", **fields)}

    assert speakers() == {"Inés Rosa", "Tom Vane"}
    assert speakers(roles=("armorer",)) == {"Inés Rosa"}
    assert speakers(speakers=("vane",)) == {"Tom Vane"}
    assert speakers(kind=DocumentKind.ARTICLE) == {"Tom Vane"}
    assert speakers(until=datetime(2021, 1, 1, tzinfo=UTC)) == {"Inés Rosa"}
    assert speakers(sources=("nobody",)) == set()
    assert speakers(phrases=("never brought live",)) == {"Inés Rosa", "Tom Vane"}
    assert speakers(phrases=("brought never live",)) == set()


def test_advertisements_do_not_answer(shelf):
    shelf.add(1, (None, "Speaker 1", LIVE), advertisements=[0])
    shelf.sync()
    assert shelf.ask("live rounds") == []


def test_a_passage_whose_text_changed_since_is_left_out(shelf):
    document = shelf.add(1, ("armorer", "Inés Rosa", LIVE))
    shelf.add(2, ("armorer", "Inés Rosa", "On live rounds I say: never live rounds, never."))
    shelf.sync()
    assert len(shelf.ask("live rounds")) == 2
    changed = a_text(shelf.catalogue, document.id, [("armorer", "Inés Rosa", "Now other words.")])
    shelf.catalogue.save_text(changed, now=datetime(2026, 2, 1, tzinfo=UTC))
    assert len(shelf.ask("live rounds")) == 1


def test_one_mouth_does_not_fill_the_answer(shelf):
    long = " ".join(f"{LIVE} Point {n} of many about live rounds and sets." for n in range(60))
    shelf.add(1, ("armorer", "Inés Rosa", long))
    for number in range(2, 5):
        shelf.add(
            number,
            (
                "armorer",
                f"Other Person {number}",
                f"Of live rounds I saw {number * 7} in year {number} on a set.",
            ),
        )
    shelf.sync()
    hits = shelf.ask("live rounds")
    assert sum(hit.passage.speaker == "Inés Rosa" for hit in hits) <= 2
    assert len({hit.passage.speaker for hit in hits}) == 4
    assert all(a.score >= b.score for a, b in pairwise(hits))
    assert len(shelf.ask("live rounds", limit=2)) == 2


def test_nothing_answers_an_unrelated_question_or_an_empty_archive(shelf):
    assert shelf.ask("live rounds") == []
    shelf.add(1, ("armorer", "Inés Rosa", LIVE))
    shelf.sync()
    assert shelf.ask("who won the election in Peru") == []
    assert shelf.ask("   ") == []


def test_an_index_of_another_model_is_refused(shelf):
    shelf.add(1, ("armorer", "Inés Rosa", LIVE))
    shelf.sync()
    shelf.embedder = WordEmbedder("words@2")
    with pytest.raises(IndexOutOfDateError, match="rebuild"):
        shelf.ask("live rounds")


@pytest.mark.parametrize(
    ("asked", "said", "opposite"),
    [
        ("live rounds", DUMMY, True),
        ("live rounds", LIVE, False),
        ("live rounds", "A blank has no projectile.", True),
        ("live rounds", "A dummy is not a live round.", True),
        ("live rounds", "Bullets do not belong on a set.", False),
        ("live rounds", "He gave me a blank stare.", False),
        ("is live ammunition allowed", "Real bullets were found.", False),
        ("how do you tell a dummy from a live round", DUMMY, False),
        ("can blanks kill", "Live rounds kill.", True),
        ("can blanks kill", "Live rounds kill, and so do blank cartridges.", False),
        ("dummy rounds", "Snap caps and inert rounds are used.", False),
        ("who calls a cold gun", "The gun is hot!", True),
        ("storage of guns", "Dummies are kept in a box.", False),
    ],
)
def test_the_opposite_is_no_answer(asked, said, opposite):
    assert is_about_the_opposite(asked, said) is opposite


def test_a_question_about_live_rounds_is_not_answered_with_dummies_or_blanks(shelf):
    shelf.add(1, ("armorer", "Inés Rosa", DUMMY))
    shelf.add(2, ("armorer", "Tom Vane", "Blank rounds are loud. Blank rounds on a set are hot."))
    shelf.add(3, ("armorer", "Ana Cole", LIVE))
    shelf.sync()
    assert {hit.passage.speaker for hit in shelf.ask("live rounds")} == {"Ana Cole"}


NEVER = (
    "Live rounds have no place on a film set, none, not in the truck and not in your pocket. I "
    "worked thirty years and never once brought live ammunition to work."
)
RATTLE = (
    "A dummy round looks exactly like the real thing, because the camera sees it in the "
    "cylinder. We put a steel ball inside, so that you hear it rattle."
)
HANDS = (
    "Only the armorer hands a gun to an actor and only the armorer takes it back. The first "
    "assistant director may not, and a producer certainly may not."
)
LICENCE = (
    "There is no licence for my job in most states. You learn it as an apprentice from somebody "
    "who has done it for twenty years."
)
SAFE = (
    "We keep the weapons in a locked safe, and I carry the only key. Every one of them is signed "
    "in and out in a log."
)
BLANK = (
    "A blank has powder but no projectile. People think that makes it harmless, but at contact "
    "range the gas and the wadding will kill you."
)
SPOKEN = [
    ("armorer", NEVER),
    ("armorer", RATTLE),
    ("property_master", HANDS),
    ("armorer", LICENCE),
    ("property_master", SAFE),
    ("actor", BLANK),
]


@pytest.fixture(scope="module")
def real(tmp_path_factory, model_cache):
    folder = tmp_path_factory.mktemp("real")
    made = Shelf(folder, open_embedder(load_settings(cache_dir=model_cache)))
    for number, (role, words) in enumerate(SPOKEN):
        made.add(number, (role, f"Invented Person {number}", words))
    made.sync()
    yield made
    made.catalogue.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("what did armorers say about live rounds", 0),
        ("is real ammunition ever allowed during filming", 0),
        ("how can I recognise a dummy cartridge", 1),
        ("who may hand a gun to an actor", 2),
        ("is there a licence for the job", 3),
        ("where are the firearms stored at night", 4),
        ("can blanks be deadly", 5),
    ],
)
def test_paraphrases_find_what_was_said(real, question, best):
    query = understand(question, load_vocabulary(), today=date(2026, 1, 1)).query
    hits = search(query, catalogue=real.catalogue, store=real.store, embedder=real.embedder)
    assert hits[0].passage.speaker == f"Invented Person {best}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "question",
    [
        "what is the best pizza topping",
        "who won the election in Peru",
        "how do I train a puppy",
        "what did armorers say about interest rates",
        "how do vaccines work",
        "what is the offside rule",
    ],
)
def test_unrelated_questions_find_nothing(real, question):
    query = understand(question, load_vocabulary(), today=date(2026, 1, 1)).query
    assert search(query, catalogue=real.catalogue, store=real.store, embedder=real.embedder) == []


def test_what_a_question_leaves_out_is_left_out(shelf):
    shelf.add(1, ("armorer", "Inés Rosa", "Live rounds and blanks have no business on a set."))
    shelf.add(2, ("armorer", "Ana Cole", LIVE))
    shelf.sync()
    assert len(shelf.ask("live rounds")) == 2
    kept = shelf.ask("live rounds", without=("blank",))
    assert [hit.passage.speaker for hit in kept] == ["Ana Cole"]


def test_own_words_are_no_paraphrase(shelf):
    shelf.add(1, ("armorer", "Inés Rosa", LIVE))
    shelf.sync()
    assert shelf.ask("live rounds", manners=(Manner.SPOKEN,))
    assert shelf.ask("live rounds", manners=(Manner.REPORTED,)) == []

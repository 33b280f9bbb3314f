"""What a person adds by hand: addresses, recordings, transcripts and saved pages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.errors import CaptionsError, NotFoundError
from corpus.types import DocumentKind, Manner, MediaRole, Outcome, Stage
from ingest.adding import AddedFile, add_target
from ingest.workshop import Workshop
from tests.servers import Reply, Site, html
from tests.sounds import silence, write_wav
from tests.test_nightly import ARTICLE, open_shop

VTT = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Ana Lund>Welcome to Set Talk. My guest today is armorer Bo Reyes.

00:00:04.500 --> 00:00:09.000
<v Bo Reyes>Thank you. We never bring live rounds on a set.
"""
PAGE = (
    f"<html><head><title>The Count</title></head><body>{ARTICLE.format(title='The Count')}</body>"
)


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def speakers(shop: Workshop, outcomes: list[Outcome]) -> list[str | None]:
    people = {person.id: person.name for person in shop.catalogue.people()}
    text = shop.catalogue.text(outcomes[-1].document_id)
    return [people.get(turn.attribution.person_id or "") for turn in text.turns]


@pytest.mark.slow
def test_one_page_can_be_added_by_its_address(tmp_path):
    with Site({"/one": html(ARTICLE.format(title="The Count"))}) as site:
        with open_shop(tmp_path) as shop:
            outcomes = add_target(shop, f"{site.url}/one", allow_private=True)
            assert outcomes[-1].after is Stage.READY
            assert "count them in" in shop.catalogue.text(outcomes[-1].document_id).content


@pytest.mark.slow
def test_what_was_added_and_given_up_is_tried_again_when_added_again(tmp_path):
    routes = {"/one": html("<html><body><nav>Home</nav></body></html>")}
    with Site(routes) as site, open_shop(tmp_path) as shop:
        assert add_target(shop, f"{site.url}/one", allow_private=True)[-1].after is Stage.DEAD
        again = add_target(shop, f"{site.url}/one", allow_private=True)
        assert [outcome.before for outcome in again] == [Stage.DISCOVERED, Stage.FETCHED]


@pytest.mark.slow
def test_an_added_page_and_an_added_feed_keep_their_own_names(tmp_path):
    page = '<html><head><meta property="og:site_name" content="The Paper"></head><body>'
    feed = """<rss version="2.0"><channel><title>The Show</title><item><guid>1</guid>
    <title>A</title><link>/two</link></item></channel></rss>"""
    routes = {
        "/one": html(page + ARTICLE.format(title="one")),
        "/two": html(ARTICLE.format(title="two")),
        "/feed": Reply(feed.encode(), headers={"Content-Type": "application/rss+xml"}),
    }
    with Site(routes) as site, open_shop(tmp_path) as shop:
        for path in ("one", "feed"):
            add_target(shop, f"{site.url}/{path}", allow_private=True)
        assert {each.show for each in shop.catalogue.documents()} == {"The Paper", "The Show"}


def test_an_address_in_a_private_network_is_refused_unless_allowed(tmp_path):
    with Site({"/one": html(ARTICLE.format(title="one"))}) as site, open_shop(tmp_path) as shop:
        with pytest.raises(NotFoundError, match="private"):
            add_target(shop, f"{site.url}/one")
        assert not site.paths


def test_what_is_neither_address_nor_file_is_named(tmp_path):
    with open_shop(tmp_path) as shop, pytest.raises(NotFoundError, match=r"nowhere\.mp3"):
        add_target(shop, "nowhere.mp3")


def test_a_local_file_is_one_document_however_often_it_is_added(tmp_path):
    sound = write_wav(tmp_path / "nobody speaks.wav", silence(3))
    with open_shop(tmp_path / "data") as shop:
        first = add_target(shop, str(sound))
        again = add_target(shop, str(sound))
        stages = [(outcome.before, outcome.after) for outcome in again]
        assert (again[0].document_id, stages) == (first[-1].document_id, [(first[-1].after,) * 2])
        (document,) = shop.catalogue.documents()
        assert first[-1].document_id == document.id
        assert len(shop.catalogue.media(document.id, MediaRole.ORIGINAL)) == 1


def test_a_transcript_without_its_recording_is_an_episode_with_its_speakers(tmp_path):
    said = AddedFile(title="On blanks", show="Set Talk", published=datetime(2024, 5, 1, tzinfo=UTC))
    with open_shop(tmp_path / "data") as shop:
        outcomes = add_target(shop, write(tmp_path, "talk.vtt", VTT), said=said)
        document = shop.catalogue.document(outcomes[-1].document_id)
        text = shop.catalogue.text(document.id)
        assert document.stage is Stage.READY
        assert (document.kind, document.title, document.show) == (
            DocumentKind.EPISODE, "On blanks", "Set Talk",
        )  # fmt: skip
        assert speakers(shop, outcomes) == ["Ana Lund", "Bo Reyes"]
        assert text.turns[1].start_time == 4.5
        assert text.media_sha256 is None


def test_a_transcript_added_twice_is_one_document(tmp_path):
    path = write(tmp_path, "talk.vtt", VTT)
    with open_shop(tmp_path / "data") as shop:
        first = add_target(shop, path)
        again = add_target(shop, path)
        assert first[-1].document_id == again[-1].document_id
        assert len(shop.catalogue.documents()) == 1


def test_a_saved_page_is_an_article_under_the_title_that_is_given(tmp_path):
    with open_shop(tmp_path / "data") as shop:
        said = AddedFile(title="How they count")
        outcomes = add_target(shop, write(tmp_path, "page.html", PAGE), said=said)
        document = shop.catalogue.document(outcomes[-1].document_id)
        text = shop.catalogue.text(document.id)
        assert (document.kind, document.title) == (DocumentKind.ARTICLE, "How they count")
        assert "count them in" in text.content
        assert Manner.QUOTED in {turn.manner for turn in text.turns}


def test_who_hosts_and_who_is_heard_can_be_said(tmp_path):
    said = AddedFile(hosts=("Ana Lund",), guests=("Bo Reyes, armorer",))
    with open_shop(tmp_path / "data") as shop:
        outcomes = add_target(shop, write(tmp_path, "talk.vtt", VTT), said=said)
        credits = shop.catalogue.document(outcomes[-1].document_id).credits
        assert [(each.name, each.part, each.roles) for each in credits] == [
            ("Ana Lund", "host", ("host",)),
            ("Bo Reyes", "guest", ("armorer",)),
        ]


def test_a_file_that_is_nothing_known_is_named_and_leaves_nothing(tmp_path):
    with open_shop(tmp_path / "data") as shop:
        with pytest.raises(CaptionsError, match=r"list\.json"):
            add_target(shop, write(tmp_path, "list.json", '{"a": [1, 2]}'))
        assert shop.catalogue.documents() == []


def test_what_is_said_of_a_file_is_refused_for_an_address(tmp_path):
    with open_shop(tmp_path) as shop, pytest.raises(NotFoundError, match="speaks for itself"):
        add_target(shop, "https://example.org/one", said=AddedFile(title="Mine"))


def test_a_transcript_saved_as_a_page_is_an_episode(tmp_path):
    lines = "".join(
        f"<p><strong>{name}:</strong> {words}</p>"
        for name, words in (
            ("Ana Lund", "Welcome to Set Talk. How many rounds are in the truck?"),
            ("Bo Reyes", "None that are live, and I count the others twice."),
            ("Ana Lund", "Twice every day?"),
            ("Bo Reyes", "Twice every time the door opens."),
        )
    )
    page = f"<html><head><title>Talk</title></head><body><h1>Talk</h1>{lines}</body></html>"
    with open_shop(tmp_path / "data") as shop:
        outcomes = add_target(shop, write(tmp_path, "talk.html", page))
        document = shop.catalogue.document(outcomes[-1].document_id)
        assert document.kind is DocumentKind.EPISODE
        assert speakers(shop, outcomes) == ["Ana Lund", "Bo Reyes", "Ana Lund", "Bo Reyes"]


def test_one_name_in_two_added_files_is_one_person_only_within_a_show(tmp_path):
    def people(shop, number, show):
        words = f"ANN LUND: This is hour {number}.\n\nBO REYES: Thanks for that. Now we count."
        said = AddedFile(title=f"Hour {number}", show=show)
        add_target(shop, write(tmp_path, f"{number}.txt", words), said=said)
        return {each.name for each in shop.catalogue.people()}, len(shop.catalogue.people())

    with open_shop(tmp_path) as shop:
        assert people(shop, 1, "Alpha Hour") == ({"Ann Lund", "Bo Reyes"}, 2)
        assert people(shop, 2, "Alpha Hour")[1] == 2
        assert people(shop, 3, "Beta Hour")[1] == 4
        assert people(shop, 4, None)[1] == 6
        assert people(shop, 5, None)[1] == 8
        pairs = shop.catalogue.pairs_to_review()
        assert {pair.one.name for pair in pairs} == {"Ann Lund", "Bo Reyes"}

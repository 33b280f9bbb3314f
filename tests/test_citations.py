"""One line to print, and links that open the moment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.anchors import locate
from corpus.citations import cite, clock, one_line, permalink, publisher_link
from corpus.quotes import make_quote
from corpus.types import DocumentKind
from tests.builders import a_document, a_person, an_article_text, an_episode_text

EPISODE = an_episode_text(("Speaker 1", "Is it cold?"), ("Speaker 2", "It is cold. Look."))
LONG = "We count, and then - always - we count them again, out loud."
ARTICLE = an_article_text(["First one.", LONG])
BASE = "http://127.0.0.1:8501"


def citation_of(words, text=EPISODE, document=None, **known):
    quote = make_quote(text, locate(text.content, words))
    known = {"person": None, "standing": None, **known}
    return cite(quote, document or a_document(), base_url=BASE, **known)


def test_a_citation_is_one_line_with_person_standing_title_show_date_and_time():
    line = one_line(citation_of("It is cold.", person=a_person(), standing="armorer"))
    assert line == (
        "Ines Okafor (armorer), in “Three Rounds on a Table,” Quiet on Set, 4 March 2026, "
        "00:00:01. http://127.0.0.1:8501/document?document=0123456789ab&t=1.20"
    )


def test_an_unnamed_voice_is_cited_by_its_label():
    assert one_line(citation_of("It is cold.")).startswith("Speaker 2, in “Three")


def test_a_date_nobody_knows_is_left_out():
    line = one_line(citation_of("It is cold.", document=a_document(published=None)))
    assert "Quiet on Set, 00:00:01." in line


def test_an_article_is_cited_by_paragraph():
    citation = citation_of("First one.", ARTICLE, a_document(kind=DocumentKind.ARTICLE))
    assert citation.locator == "paragraph 1"
    assert citation.permalink.endswith("/document?document=0123456789ab&p=1")


def test_the_publishers_link_of_an_article_marks_the_words():
    document = a_document(kind=DocumentKind.ARTICLE, url="https://example.org/a#top")
    quote = make_quote(
        ARTICLE,
        locate(ARTICLE.content, LONG),
    )
    link = publisher_link(document, quote)
    assert link == (
        "https://example.org/a#:~:text=We%20count%2C%20and%20then%20%2D%20always,"
        "we%20count%20them%20again%2C%20out%20loud."
    )


def test_the_publishers_link_of_an_episode_is_its_page():
    quote = make_quote(EPISODE, EPISODE.turns[0].span)
    assert publisher_link(a_document(), quote) == "http://127.0.0.1/show/one"


def test_a_hostile_id_cannot_leave_the_query():
    assert permalink(BASE, "a&t=1#x", start_time=None) == f"{BASE}/document?document=a%26t%3D1%23x"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "00:00:00"), (59.99, "00:00:59"), (3725.4, "01:02:05"), (-1, "00:00:00")],
)
def test_a_clock_is_cut_never_rounded_up(seconds, shown):
    assert clock(seconds) == shown


def test_nobody_at_all_is_called_unattributed():
    quote = make_quote(ARTICLE, locate(ARTICLE.content, "First one."))
    bare = replace(quote.attribution, label=None)
    line = one_line(cite(replace(quote, attribution=bare), a_document(), person=None,
                         standing=None, base_url=BASE))  # fmt: skip
    assert line.startswith("Unattributed, in")


def test_a_citation_of_corrected_words_says_so():
    citation = citation_of("It is cold.")
    corrected = replace(citation, quote=replace(citation.quote, corrected=True))
    assert ", 00:00:01 [corrected]. http" in one_line(corrected)
    assert "[corrected]" not in one_line(citation)


def test_the_token_of_a_listeners_own_feed_is_in_no_citation():
    for kind in DocumentKind:
        document = a_document(kind=kind, url="https://me:pw@feeds.test/e/1?auth=s3cr3t&x=1")
        quote = make_quote(ARTICLE, locate(ARTICLE.content, "First one."))
        link = publisher_link(document, quote)
        assert "s3cr3t" not in link
        assert "pw" not in link
        assert link.startswith("https://***@feeds.test/e/1?auth=***&x=1")

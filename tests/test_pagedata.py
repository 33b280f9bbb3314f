"""Names, labels, dates and markup, read piece by piece."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import html

from ingest.page.bylines import (
    byline_names,
    clean_text,
    names_in,
    part_in_description,
    part_of_label,
    person_name,
)
from ingest.page.dates import date_of_line, read_date
from ingest.page.pagedata import PageData, read_page_data

URL = "https://radio.example/a/b"


def data(head: str = "", body: str = "") -> PageData:
    tree = html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")
    return read_page_data(tree, URL)


def ld(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


# ── names ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Kim Masters", "Kim Masters"),
        ("Bryan W. Carpenter", "Bryan W. Carpenter"),
        ("KIM MASTERS", "Kim Masters"),
        ("Dr. Jane O’Neil", "Jane O’Neil"),
        ("Ludwig van Beethoven", "Ludwig van Beethoven"),
        ("Mandalit del Barco", "Mandalit del Barco"),
        ("Sam Jones Jr.", "Sam Jones Jr."),
        ("J.K. Rowling", "J.K. Rowling"),
        ("Aleš Vávra", "Aleš Vávra"),
        ("Doris Day", "Doris Day"),
        ("محمد علي", "محمد علي"),
        ("肖春芳", "肖春芳"),
    ],
)
def test_names_of_persons_are_recognised(text: str, name: str) -> None:
    assert person_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "Staff", "KCRW", "KCRW Staff", "NPR News",
        "Associated Press", "Getty Images", "Los Angeles",
        "The Business", "Read More", "Donald Trump says", "Kim Masters’s", "Kim", "kim masters",
        "https://x.example/Ann Lee", "Ann Lee 2", "Film armorer", "A" * 100, "",
    ],
)  # fmt: skip
def test_other_words_are_not_names(text: str) -> None:
    assert person_name(text) is None


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Kim Masters • Oct 29, 2021 • 1 min read", ("Kim Masters",)),
        ("By Ann Lee, Bob Ray and Cy Young", ("Ann Lee", "Bob Ray", "Cy Young")),
        ("Words by Ann Lee", ("Ann Lee",)),
        ("BY ANN LEE", ("Ann Lee",)),
        ("By Ann Lee, CNN", ("Ann Lee",)),
        ("By Ann Lee For The Times", ("Ann Lee",)),
        ("By Ann Lee January 4, 2020", ("Ann Lee",)),
        ("By Ann Lee (AP)", ("Ann Lee",)),
        ("By Alec Baldwin standards, this was mild", ()),
        ("By Monday the set was closed", ()),
        ("Ann Lee", ()),
    ],
)
def test_bylines_give_their_names(line: str, names: tuple[str, ...]) -> None:
    assert byline_names(line) == names


def test_a_name_written_last_name_first_is_turned() -> None:
    assert names_in("Masters, Kim") == ("Kim Masters",)


def test_text_is_cleaned_of_what_cannot_be_seen_and_nothing_else() -> None:
    assert clean_text("a\u200b b\u00ad\u00a0 “c” ‘d’\ufeff\n e\x07") == "a b “c” ‘d’ e"
    assert clean_text("می\u200cخواهم") == "می\u200cخواهم"  # a joiner that Persian spells with


# ── parts ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("label", "part"),
    [
        ("Host:", "host"), ("Hosted by", "host"), ("Guests", "guest"), ("Featuring", "guest"),
        ("Executive Producer", "producer"), ("Produced by", "producer"), ("Words by", "author"),
        ("Reporter", "reporter"), ("Sound design", "engineer"), ("Guest book", None),
        ("Hostile", None),
    ],
)  # fmt: skip
def test_labels_give_a_part(label: str, part: str | None) -> None:
    assert part_of_label(label) == part


def test_a_description_gives_a_part_only_in_this_show() -> None:
    shows = ("The Business", "KXYZ")
    assert part_in_description("host of KXYZ's “The Business.”", shows) == "host"
    assert part_in_description("Producer, 'The Business'", shows) == "producer"
    assert part_in_description("host of another podcast", shows) is None
    assert part_in_description("producer of three films", shows) is None
    assert part_in_description("Producer", shows) == "producer"
    assert part_in_description("Film armorer; founder, Dark Thirty", shows) is None


# ── dates ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "when"),
    [
        ("2021-10-29", datetime(2021, 10, 29, tzinfo=UTC)),
        ("2021-10-29T23:30:00-04:00", datetime(2021, 10, 30, 3, 30, tzinfo=UTC)),
        ("20211029", datetime(2021, 10, 29, tzinfo=UTC)),
        ("Oct 29, 2021", datetime(2021, 10, 29, tzinfo=UTC)),
        ("29 October 2021", datetime(2021, 10, 29, tzinfo=UTC)),
        ("Fri, 29 Oct 2021 10:00:00 GMT", datetime(2021, 10, 29, 10, tzinfo=UTC)),
        ("03/04/2021", None),
        ("2021-13-45", None),
        ("February 30, 2021", None),
        ("October 2021", None),
    ],
)
def test_dates_are_read_in_utc_or_not_at_all(written: str, when: datetime | None) -> None:
    assert read_date(written) == when


def test_a_line_is_a_date_only_when_it_is_nothing_else() -> None:
    day = datetime(2021, 10, 29, tzinfo=UTC)
    assert date_of_line("By Kim Masters • Oct 29, 2021 • 1 min read") == day
    assert date_of_line("Published Friday, Oct. 29, 2021 at 9:00 AM PDT") == day
    assert date_of_line("The Oct. 29, 2021 hearing") is None
    assert date_of_line("Updated Oct. 29, 2021") is None


# ── markup ───────────────────────────────────────────────────────────────────────────────────


def test_a_podcast_episode_gives_series_people_and_audio() -> None:
    found = data(
        ld("""{"@graph":[{"@type":"WebSite","name":"x"},{"@type":"https://schema.org/PodcastEpisode",
        "name":"Cold gun","partOfSeries":{"@type":"PodcastSeries","name":"On Set"},
        "datePublished":"2022-01-02",
        "actor":[{"@type":"Person","name":"Jane Roe","jobTitle":"Host"},
        {"@type":"Person","name":"Sam Doe","description":"Film armorer"}],
        "producer":{"@type":"Organization","name":"Ann Lee"},"inLanguage":"en",
        "associatedMedia":{"@type":"MediaObject","contentUrl":"/a.m4a"},"transcript":"https://x.example/t"}]}""")
    )
    assert (found.headline, found.series, found.dates) == ("Cold gun", "On Set", ("2022-01-02",))
    assert found.audio == (("https://radio.example/a.m4a", "audio/mp4"),)
    assert [(each.name, each.part, each.description) for each in found.credits] == [
        ("Jane Roe", "host", "Host"),
        ("Sam Doe", None, "Film armorer"),
    ]
    assert [link.url for link in found.transcripts] == ["https://x.example/t"]


def test_broken_blocks_are_repaired_or_passed_over() -> None:
    found = data(
        ld("{broken")
        + ld('<!-- {"@type":"Article","headline":"Line\nend","author":"Ann Lee",} -->')
        + ld("")
    )
    assert found.headline == "Line end"
    assert found.byline == ("Ann Lee",)


def test_an_organisation_is_not_an_author() -> None:
    found = data(
        ld('{"@type":"NewsArticle","author":{"@type":"Organization","name":"Jane Roe"}}')
        + '<meta name="author" content="KXYZ Staff"><meta name="byl" content="By Ann Lee">'
    )
    assert found.byline == ("Ann Lee",)


def test_tags_in_descriptions_are_dropped() -> None:
    found = data('<meta name="description" content="&lt;p&gt;A &amp;amp; B&lt;/p&gt;">')
    assert found.description == "A & B"


def test_only_web_addresses_of_audio_come_out() -> None:
    found = data(
        '<meta property="og:audio" content="ftp://x.example/a.mp3">',
        '<audio src="data:audio/mp3;base64,AAAA"></audio><a href="file:///etc/x.mp3">x</a>'
        '<a href="//cdn.example/ok.mp3?x=1">ok</a><nav><audio src="/live.mp3"></audio></nav>',
    )
    assert [url for url, _ in found.audio] == ["https://cdn.example/ok.mp3?x=1"]


def test_a_list_of_many_recordings_is_nobodys_own() -> None:
    links = "".join(f'<a href="/{n}.mp3">Episode {n}</a>' for n in range(5))
    assert data(body=links).audio == ()


def test_transcripts_are_found_by_type_and_by_words() -> None:
    found = data(
        '<link rel=alternate type="text/vtt" href="/c.vtt">',
        '<a href="/read">Read the full transcript</a><a href="#t">Transcript</a>'
        '<a href="/x">All transcripts of the trial</a>'
        '<audio><track src="/c.vtt" srclang=en></audio>',
    )
    assert [(link.url, link.mime_type) for link in found.transcripts] == [
        ("https://radio.example/c.vtt", "text/vtt"),
        ("https://radio.example/read", None),
    ]

"""Citations in styles, held against the forms that the guides print."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from corpus.styles import (
    STYLES,
    csl_name,
    csl_of,
    print_ap,
    print_item,
    print_moment,
    print_note,
    print_reference,
)
from corpus.types import DocumentKind, Manner
from tests.test_exports import HOSTILE, NAMES, a_kept

EPISODE = replace(
    a_kept(0, hosts=("Nora Vale",), title="Cold Gun", url="https://callsheet.example/1"),
    person="Ines Okafor",
)
RADIO = replace(EPISODE, radio=True)
ARTICLE = replace(
    EPISODE,
    kind=DocumentKind.ARTICLE,
    hosts=(),
    authors=("Tom Aster",),
    show="Slate and Sound",
    title="Who Counted the Rounds?",
    url="https://slate.example/a#:~:text=Live%20rounds",
    locator="paragraph 5",
)

# As printed by the guides themselves: the podcast episode, radio broadcast and newspaper article
# of apastyle.apa.org (7th edition), the news article of the Chicago Manual's quick guide, the
# podcast episodes of guides after them, the online magazine of the MLA Style Center.
PRINTED = [
    (
        "apa",
        {
            "type": "song",
            "author": [{"family": "Hannah-Jones", "given": "Nikole"}],
            "genre": "Host",
            "medium": "Audio podcast episode",
            "title": "How the bad blood started",
            "number": "4",
            "container-title": "1619",
            "publisher": "The New York Times",
            "issued": {"date-parts": [[2019, 9, 13]]},
            "URL": "https://www.nytimes.com/2020/01/23/podcasts/1619-podcast.html",
        },
        (
            "Hannah-Jones, N. (Host). (2019, September 13). How the bad blood started (No. 4) "
            "[Audio podcast episode]. In 1619. The New York Times. "
            "https://www.nytimes.com/2020/01/23/podcasts/1619-podcast.html"
        ),
    ),
    (
        "apa",
        {
            "type": "broadcast",
            "author": [{"family": "Hersher", "given": "Rebecca"}],
            "medium": "Radio broadcast",
            "title": "Spring starts today all over America, which is weird",
            "container-title": "NPR",
            "issued": {"date-parts": [[2020, 3, 19]]},
            "URL": "https://www.npr.org/2020/03/19/817237429/"
            "spring-starts-today-all-over-america-which-is-weird",
        },
        (
            "Hersher, R. (2020, March 19). Spring starts today all over America, which is weird "
            "[Radio broadcast]. NPR. https://www.npr.org/2020/03/19/817237429/"
            "spring-starts-today-all-over-america-which-is-weird"
        ),
    ),
    (
        "apa",
        {
            "type": "article-newspaper",
            "author": [{"family": "Carey", "given": "Benedict"}],
            "title": "Can we get better at forgetting?",
            "container-title": "The New York Times",
            "issued": {"date-parts": [[2019, 3, 22]]},
            "URL": "https://www.nytimes.com/2019/03/22/health/memory-forgetting-psychology.html",
        },
        (
            "Carey, B. (2019, March 22). Can we get better at forgetting? The New York Times. "
            "https://www.nytimes.com/2019/03/22/health/memory-forgetting-psychology.html"
        ),
    ),
    (
        "chicago",
        {
            "type": "article-newspaper",
            "author": [{"family": "Manjoo", "given": "Farhad"}],
            "title": "Snap Makes a Bet on the Cultural Supremacy of the Camera",
            "container-title": "New York Times",
            "issued": {"date-parts": [[2017, 3, 8]]},
            "URL": "https://www.nytimes.com/2017/03/08/technology/snap-makes-a-bet.html",
        },
        (
            "Manjoo, Farhad. “Snap Makes a Bet on the Cultural Supremacy of the Camera.” New York "
            "Times, March 8, 2017. https://www.nytimes.com/2017/03/08/technology/snap-makes-a-bet.html."
        ),
    ),
    (
        "mla",
        {
            "type": "article-newspaper",
            "author": [{"family": "Deresiewicz", "given": "William"}],
            "title": "The Death of the Artist—and the Birth of the Creative Entrepreneur",
            "container-title": "The Atlantic",
            "issued": {"date-parts": [[2014, 12, 28]]},
            "URL": "https://www.theatlantic.com/magazine/archive/2015/01/383497/",
        },
        (
            "Deresiewicz, William. “The Death of the Artist—and the Birth of the Creative "
            "Entrepreneur.” The Atlantic, 28 Dec. 2014, "
            "www.theatlantic.com/magazine/archive/2015/01/383497/."
        ),
    ),
]


@pytest.mark.parametrize(("style", "item", "printed"), PRINTED)
def test_references_read_as_the_guides_print_them(style, item, printed):
    assert print_item({"id": "a"} | item, style) == printed


REFERENCES = {
    ("apa", "episode"): "Vale, N. (Host). (2024, March 9). Cold Gun [Audio podcast episode]. "
    "In The Call Sheet. https://callsheet.example/1",
    ("apa", "radio"): "Vale, N. (Host). (2024, March 9). Cold Gun [Radio broadcast]. "
    "The Call Sheet. https://callsheet.example/1",
    ("apa", "article"): "Aster, T. (2024, March 9). Who Counted the Rounds? Slate and Sound. "
    "https://slate.example/a",
    ("chicago", "episode"): "Vale, Nora. “Cold Gun.” The Call Sheet. March 9, 2024. Podcast. "
    "https://callsheet.example/1.",
    ("chicago", "radio"): "Vale, Nora. “Cold Gun.” The Call Sheet. March 9, 2024. "
    "Radio broadcast. https://callsheet.example/1.",
    ("chicago", "article"): "Aster, Tom. “Who Counted the Rounds?” Slate and Sound, "
    "March 9, 2024. https://slate.example/a.",
    ("mla", "episode"): "Vale, Nora, host. “Cold Gun.” The Call Sheet, 9 Mar. 2024, "
    "callsheet.example/1.",
    ("mla", "radio"): "Vale, Nora, host. “Cold Gun.” The Call Sheet, 9 Mar. 2024, "
    "callsheet.example/1.",
    ("mla", "article"): "Aster, Tom. “Who Counted the Rounds?” Slate and Sound, 9 Mar. 2024, "
    "slate.example/a.",
}
MOMENTS = {
    ("apa", "episode"): "(Vale, 2024, 00:12:04)",
    ("apa", "article"): "(Aster, 2024, para. 5)",
    ("chicago", "episode"): "Nora Vale, “Cold Gun,” March 9, 2024, in The Call Sheet, podcast, "
    "https://callsheet.example/1, 00:12:04.",
    ("chicago", "article"): "Tom Aster, “Who Counted the Rounds?” Slate and Sound, "
    "March 9, 2024, para. 5, https://slate.example/a.",
    ("mla", "episode"): "(Vale 00:12:04)",
    ("mla", "article"): "(Aster, par. 5)",
}
KEPT = {"episode": EPISODE, "radio": RADIO, "article": ARTICLE}


@pytest.mark.parametrize(("style", "what"), REFERENCES)
def test_a_reference_to_every_kind(style, what):
    assert print_reference(KEPT[what], style) == REFERENCES[style, what]


@pytest.mark.parametrize(("style", "what"), MOMENTS)
def test_the_moment_stands_where_the_style_wants_it(style, what):
    assert print_moment(KEPT[what], style) == MOMENTS[style, what]


# As libraries print them after the 7th edition of APA: several hosts, a time, a paragraph.
TWO_HOSTS = {
    "id": "a",
    "type": "song",
    "author": [{"family": "Jarrett", "given": "C."}, {"family": "Smith", "given": "G."}],
    "genre": "Host",
    "medium": "Audio podcast episode",
    "title": "How to be sarcastic",
    "number": "6",
    "container-title": "PsychCrunch",
    "issued": {"date-parts": [[2016, 6, 13]]},
    "URL": "https://digest.bps.org.uk/2016/06/13/episode-6-how-to-be-sarcastic/",
}


def test_two_hosts_read_as_the_guides_print_them():
    assert print_item(TWO_HOSTS, "apa") == (
        "Jarrett, C., & Smith, G. (Hosts). (2016, June 13). How to be sarcastic (No. 6) [Audio "
        "podcast episode]. In PsychCrunch. "
        "https://digest.bps.org.uk/2016/06/13/episode-6-how-to-be-sarcastic/"
    )
    assert print_item(TWO_HOSTS, "apa", locator="8:32") == "(Jarrett & Smith, 2016, 8:32)"
    one = TWO_HOSTS | {"author": TWO_HOSTS["author"][1:]}
    assert print_item(one, "apa", locator="para. 3") == "(Smith, 2016, para. 3)"
    assert print_item(TWO_HOSTS, "mla").startswith("Jarrett, C., and G. Smith, hosts. “How to be")


FOUR = ("Nora Vale", "Tom Aster", "Bo Hale", "Ana Ruiz")
MANY = {
    "apa": ("Vale, N., Aster, T., Hale, B., & Ruiz, A. (Hosts). (2024", "(Vale et al., 2024, 00:"),
    "chicago": ("Vale, Nora, Tom Aster, Bo Hale, and Ana Ruiz. “Cold", "Nora Vale et al., “Cold"),
    "mla": ("Vale, Nora, et al., hosts. “Cold Gun.”", "(Vale et al. 00:12:04)"),
}


@pytest.mark.parametrize("style", STYLES)
def test_many_hosts_are_shortened_where_the_style_does(style):
    kept = replace(EPISODE, hosts=FOUR)
    assert print_reference(kept, style).startswith(MANY[style][0])
    assert print_moment(kept, style).startswith(MANY[style][1])


INSIDE = {
    "apa": ('“Never” on the "cold" call [Audio', "(“‘Never’ on the ‘cold’ call,” 2024, 00:"),
    "chicago": ("“‘Never’ on the ‘cold’ call.” The", "“‘Never’ on the ‘cold’ call,” March"),
    "mla": ("“‘Never’ on the ‘cold’ call.” The", "(“‘Never’ on the ‘cold’ call” 00:12:04)"),
}


@pytest.mark.parametrize("style", STYLES)
def test_quotation_marks_inside_a_quoted_title_are_single(style):
    kept = replace(EPISODE, hosts=(), title='“Never” on the "cold" call')
    assert print_reference(kept, style).startswith(INSIDE[style][0])
    assert print_moment(kept, style).startswith(INSIDE[style][1])


def test_a_title_that_asks_keeps_its_mark_and_the_comma():
    kept = replace(ARTICLE, authors=())
    assert print_moment(kept, "apa") == "(“Who Counted the Rounds?,” 2024, para. 5)"


@pytest.mark.parametrize("style", STYLES)
def test_nobody_credited_and_no_date_is_still_a_reference(style):
    bare = replace(EPISODE, hosts=(), published=None)
    printed = print_reference(bare, style)
    assert printed.startswith(("Cold Gun", "“Cold Gun.”"))
    assert "n.d." in printed or style != "apa"
    assert "00:12:04" in print_moment(bare, style)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("words", [*HOSTILE, *NAMES, "", " ", "<i>A</i> & B"])
def test_no_title_name_or_show_breaks_a_style(style, words):
    kept = replace(EPISODE, title=words, show=words, hosts=(words,), person=words)
    assert print_reference(kept, style)
    assert print_moment(kept, style)
    assert print_ap(kept)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", NAMES[:-1])
def test_names_in_any_script_survive(style, name):
    family = csl_name(name)["family"]
    assert family in print_reference(replace(EPISODE, hosts=(name,)), style)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ana van der Berg", {"family": "van der Berg", "given": "Ana"}),
        ("Bo J. Hale Jr.", {"family": "Hale", "given": "Bo J.", "suffix": "Jr."}),
        ("王小明", {"family": "王小明"}),
        ("De La Soul", {"family": "La Soul", "given": "De"}),
        ("", {"family": ""}),
    ],
)
def test_names_are_parted(name, parts):
    assert csl_name(name) == parts


def test_the_line_for_reporters_names_the_speaker():
    assert print_ap(EPISODE) == (
        "Ines Okafor, armorer, on “The Call Sheet” podcast, March 9, 2024 (00:12:04)"
    )
    assert print_ap(RADIO) == "Ines Okafor, armorer, on “The Call Sheet,” March 9, 2024 (00:12:04)"
    told = replace(ARTICLE, quote=replace(ARTICLE.quote, manner=Manner.REPORTED))
    assert "paraphrased in Slate and Sound" in print_ap(told)
    assert "paraphrase" in print_note(told)
    january = replace(EPISODE, published=datetime(2024, 1, 2, tzinfo=UTC))
    assert "Jan. 2, 2024" in print_ap(january)


def test_the_csl_of_a_quote_links_the_page_without_its_fragment():
    assert csl_of(ARTICLE)["URL"] == "https://slate.example/a"
    assert csl_of(ARTICLE)["note"] == "locator: paragraph 5"


def test_an_unknown_style_is_none():
    with pytest.raises(KeyError):
        print_reference(EPISODE, "vancouver")

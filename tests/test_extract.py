"""Pages as fetched → body, title, date, people, recording."""

from __future__ import annotations

import gzip
import json
import re
import statistics
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.errors import ExtractionError
from corpus.types import DocumentKind
from ingest.extract import ExtractedPage, extract_page

SHARED = Path(__file__).resolve().parents[2] / "shared"
SEED = SHARED / "seeds" / "kcrw-the-business-rust.html"
BENCHMARK = SHARED / "data" / "pages" / "article-extraction-benchmark"
READABILITY = SHARED / "data" / "pages" / "readability"
URL = "https://radio.example/shows/on-set/cold-gun"
HEADERS = (("content-type", "text/html"), ("date", "Mon, 01 Jan 2024 00:00:00 GMT"))
SENTENCES = (
    "The armorer kept every dummy round in a locked case until the rehearsal began that morning.",
    "“Nobody points it at anyone,” she said, and the first assistant director repeated the call.",
    "Blanks and live rounds were never allowed on the same cart, in the same truck or room.",
    "After lunch the crew checked the replica again and signed for it on a sheet of paper.",
)
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def page(html: str, url: str = URL) -> ExtractedPage:
    return extract_page(html.encode(), url=url, headers=HEADERS)


def people(found: ExtractedPage) -> dict[str, tuple[str | None, str | None]]:
    return {credit.name: (credit.part, credit.description) for credit in found.credits}


def texts(found: ExtractedPage) -> list[str]:
    return [paragraph.text for paragraph in found.paragraphs]


# ── the page that started it ─────────────────────────────────────────────────────────────────


@pytest.fixture
def seed() -> ExtractedPage:
    if not SEED.exists():
        pytest.skip("the shared seed page is not on this machine")
    return extract_page(SEED.read_bytes(), url="https://www.kcrw.com/x", headers=HEADERS)


def test_of_the_seed_page_the_title_show_date_and_byline_are_read(seed: ExtractedPage) -> None:
    assert seed.title == ("Armorer analyzes ‘Rust’ red flags, hopes for changes in on-set safety")
    assert seed.show == "The Business"
    assert seed.published == datetime(2021, 10, 29, tzinfo=UTC)
    assert seed.byline == ("Kim Masters",)
    assert seed.language == "en"


def test_of_the_seed_page_the_three_people_come_with_their_exact_descriptions(
    seed: ExtractedPage,
) -> None:
    assert people(seed) == {
        "Kim Masters": (
            "host",
            "partner/writer at Puck News, host of KCRW's “The Business.”",
        ),
        "Kaitlin Parker": ("producer", "Producer, 'The Business' and 'Hollywood Breakdown'"),
        "Bryan W. Carpenter": (None, "Film armorer; founder, Dark Thirty Film Services"),
    }
    assert all(credit.evidence and credit.roles == () for credit in seed.credits)


def test_of_the_seed_page_the_body_is_the_prose_once_and_nothing_else(seed: ExtractedPage) -> None:
    body = texts(seed)
    assert body[0].startswith("It may take months")
    assert body[-1].endswith("the set of “The Crow.”")
    assert len(body) == len(set(body)) == 9
    whole = " ".join(body)
    for menu in ("Donate", "Back to", "rss", "min read", "Dark Thirty", "Kaitlin"):
        assert menu not in whole


# ── kinds of pages ───────────────────────────────────────────────────────────────────────────


def test_a_news_page_with_json_ld_and_a_download_link_is_read() -> None:
    found = page(f"""<html lang=en-US><head><title>What armorers do : NPX</title>
    <meta property="og:site_name" content="NPX">
    <meta property="og:title" content="What armorers do">
    <script type="application/ld+json">{{"@type":"NewsArticle","headline":"What armorers do",
      "datePublished":"2021-10-25T16:10:00-04:00","publisher":{{"name":"NPX"}},
      "author":{{"@type":"Person","name":["Mary Louise Kane"]}},}}</script></head>
    <body><main><article><h1>What armorers do</h1>
    <p>Heard on <a href="/programs/all-sides/">All Sides</a></p>
    <a href="https://media.example/atc/armorer.mp3?orgId=1">Download</a>
    <a href="/transcripts/104">Transcript</a><div>{BODY}
    <div class=caption>A prop gun. <b class=credit>Ann Lee/Getty Images</b></div></div>
    </article></main></body></html>""")
    assert (found.title, found.show, found.byline) == (
        "What armorers do",
        "All Sides",
        ("Mary Louise Kane",),
    )
    assert found.published == datetime(2021, 10, 25, 20, 10, tzinfo=UTC)
    assert (found.audio_url, found.audio_type) == (
        "https://media.example/atc/armorer.mp3?orgId=1",
        "audio/mpeg",
    )
    assert [link.url for link in found.transcripts] == ["https://radio.example/transcripts/104"]
    assert people(found) == {"Mary Louise Kane": ("author", None)}
    assert texts(found) == list(SENTENCES)
    assert found.language == "en-US"


def test_an_episode_page_with_cards_gives_each_person_their_own_part() -> None:
    found = page("""<html><head><title>Ep 12: Cold gun - On Set</title>
    <meta property="og:title" content="Ep 12: Cold gun">
    <meta property="og:site_name" content="On Set">
    <meta property="og:audio" content="https://cdn.example/2-cold.mp3"></head><body>
    <h1>Ep 12: Cold gun</h1><p>March 3, 2022 • Season 1 • Episode 12</p>
    <div class="episode-description">
    <p>This week an armorer explains who may call a cold gun.</p></div>
    <section><ul><li><a href="/p/1"><img src=a.jpg></a><h4>Jane Roe</h4><span>Host</span></li>
    <li><img src=b.jpg><h4>Sam Doe</h4><span>Guest</span></li></ul></section>
    <a href="/2-cold.vtt">Transcript</a></body></html>""")
    assert people(found) == {"Jane Roe": ("host", "Host"), "Sam Doe": ("guest", "Guest")}
    assert found.kind is DocumentKind.EPISODE
    assert found.show == "On Set"
    assert found.published == datetime(2022, 3, 3, tzinfo=UTC)
    assert found.transcripts[0].mime_type == "text/vtt"
    assert texts(found) == ["This week an armorer explains who may call a cold gun."]


def test_a_radio_page_gives_its_labelled_guests_host_and_producers() -> None:
    found = page(f"""<html><head><title>Guns on set | Airtime | KXYZ</title>
    <link rel=canonical href="https://kxyz.example/shows/airtime/guns-on-set"></head><body><main>
    <h1>Guns on set</h1><p>Published Nov 3, 2021 at 9:00 AM PDT</p>
    <a href="/shows/airtime">Airtime</a>
    <audio><source src="javascript:alert(1)">
    <source src="/guns.mp3" type="audio/mpeg"></audio>{BODY}
    <p><strong>Guests:</strong></p><ul>
    <li><strong>Dutch Merrill</strong>, armorer and past president</li>
    <li><b>Bryan Carson</b> - founder of Dark Film Services</li>
    <li>Ann O’Hara (cinematographer)</li></ul>
    <p>Host: Larry Mantel<br>Produced by Lindsey Wray and Matt Angel</p></main></body></html>""")
    assert people(found) == {
        "Dutch Merrill": ("guest", "armorer and past president"),
        "Bryan Carson": ("guest", "founder of Dark Film Services"),
        "Ann O’Hara": ("guest", "cinematographer"),
        "Larry Mantel": ("host", None),
        "Lindsey Wray": ("producer", None),
        "Matt Angel": ("producer", None),
    }
    assert (found.title, found.show) == ("Guns on set", "Airtime")
    assert found.published == datetime(2021, 11, 3, tzinfo=UTC)
    assert found.audio_url == "https://radio.example/guns.mp3"
    assert texts(found) == list(SENTENCES)


def test_a_blog_page_keeps_its_headings_quotes_and_lists_marked() -> None:
    found = page(f"""<html><head><title>Safety first – Props</title></head><body><article>
    <header><h1>Safety first</h1>
    <time class="entry-date published" datetime="2020-05-06T08:00:00+00:00">
    May 6, 2020</time> <span>by <a href="/author/eric">Eric Hart</a></span></header><div>{BODY}
    <blockquote><p>“Check it twice, and then once more,” said Jo Bell.</p></blockquote>
    <h2>Rules</h2><ul><li>Check the gun.</li><li>Say it aloud.</li></ul>
    </div></article></body></html>""")
    assert found.byline == ("Eric Hart",)
    assert found.published == datetime(2020, 5, 6, 8, tzinfo=UTC)
    assert [(each.kind, each.text) for each in found.paragraphs[4:]] == [
        ("quote", "“Check it twice, and then once more,” said Jo Bell."),
        ("heading", "Rules"),
        ("list", "Check the gun."),
        ("list", "Say it aloud."),
    ]


# ── words are kept as printed ────────────────────────────────────────────────────────────────


def test_words_inside_links_stay_in_their_sentence() -> None:
    sentence = (
        'He reported that <span><a href="/x">the agency will fine them</a></span> for it, '
        "and that no appeal has been filed by the producers so far."
    )
    found = page(
        f"<html><body><article><h1>Fine</h1><p>{sentence}</p>{BODY}</article></body></html>"
    )
    assert re.sub(r"<[^>]+>", "", sentence) in texts(found)


def _numbered(number: str) -> str:
    return "".join(f"<p>{sentence} {number}</p>" for sentence in SENTENCES)


def test_a_body_cut_in_pieces_is_read_whole() -> None:
    pieces = "".join(
        f'<div class="grid"><div class="item article__body">{_numbered(n)}</div></div><p>ad</p>'
        for n in ("One.", "Two.", "Three.")
    )
    found = page(f"<html><body><article><h1>Pieces</h1>{pieces}</article></body></html>")
    assert len(found.paragraphs) == 12


def test_a_standfirst_stands_once_and_a_question_asked_twice_stands_twice() -> None:
    question = "<p><b>What do you check before every single take on set?</b></p>"
    html = (
        f"<article><h1>T</h1><p>{SENTENCES[0]}</p>{BODY}{question}<p>{SENTENCES[1]} Yes.</p>"
        f"{question}<p>{SENTENCES[2]} No.</p></article>"
    )
    found = texts(page(html))
    assert found.count(SENTENCES[0]) == 1
    assert found.count("What do you check before every single take on set?") == 2


def test_invisible_characters_go_and_curly_quotes_stay() -> None:
    html = BODY.replace("armorer", "ar\u00admor\u200ber").replace(
        "dummy round", "dummy\u00a0 round"
    )
    assert texts(page(f"<article><h1>T</h1>{html}</article>")) == list(SENTENCES)


# ── nothing is guessed ───────────────────────────────────────────────────────────────────────


def test_what_a_page_does_not_say_is_none() -> None:
    found = page(f"<html><body><div>{BODY}</div><footer>© 2019 Ann Lee</footer></body></html>")
    assert (found.title, found.show, found.published, found.kind) == (None, None, None, None)
    assert (found.byline, found.credits, found.audio_url) == ((), (), None)


@pytest.mark.parametrize(
    "claimed",
    ["2099-01-01T00:00:00Z", "0", "1970-01-01T00:00:00Z", "03/04/2021", "yesterday", "9" * 5000],
)
def test_a_date_that_cannot_be_is_not_taken(claimed: str) -> None:
    head = f'<meta property="article:published_time" content="{claimed}">'
    assert page(f"<html><head>{head}</head><body>{BODY}</body></html>").published is None


def test_a_date_in_a_standfirst_is_not_the_date_of_the_page() -> None:
    html = f"<main><h1>Rust</h1><p>A timeline of the Oct. 21, 2021 shooting</p>{BODY}</main>"
    assert page(html).published is None


@pytest.mark.parametrize(
    "byline",
    ["By Staff", "By KXYZ News", "By The Associated Press", "By Monday the set was closed"],
)
def test_a_byline_that_names_no_person_gives_nobody(byline: str) -> None:
    assert page(f"<article><h1>T</h1><p>{byline}</p>{BODY}</article>").byline == ()


@pytest.mark.parametrize(
    "line",
    [
        "<p>Photo by Ann Lee</p>",
        "<figure><img><figcaption>Sam Doe, armorer. Photo: Ann Lee</figcaption></figure>",
        "<p>Host: Ann Lee, welcome to the show.</p>",
        "<p><b>Ann Lee:</b> I always check the gun myself, every time.</p>",
        "<p>Produced by Ann Lee, the film was shot in the desert in a hurry.</p>",
        "<p>Jane Roe</p><p>Host</p>",
        "<ul class=related><li><img><a>Ann Lee</a><span>Actor on trial</span></li></ul>",
    ],
)
def test_a_name_without_evidence_is_no_credit(line: str) -> None:
    assert page(f"<main><h1>T</h1>{BODY}{line}</main>").credits == ()


def test_a_transcript_in_the_page_makes_nobody_host() -> None:
    lines = "".join(f"<p>Host: Ann Lee</p><p>{sentence}</p>" for sentence in SENTENCES)
    assert page(f"<main><h1>T</h1>{lines}</main>").credits == ()


# ── bad input ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body></body></html>",
        b"<!-- nothing -->",
        b"<html><frameset><frame src=a></frameset></html>",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        bytes(range(256)) * 40,
        b"\x1f\x8b\x08" + bytes(500),
    ],
)
def test_bytes_without_text_are_an_error_that_names_the_page_and_a_remedy(body: bytes) -> None:
    with pytest.raises(ExtractionError) as caught:
        extract_page(body, url=URL)
    assert caught.value.subject == URL
    assert caught.value.cause
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        ("iso-8859-1", "utf-8"),
        ("utf-8", "cp1252"),
        ("windows-1252", "cp1252"),
        ("no-such-charset", "utf-8"),
        ("utf-8", "utf-16"),
    ],
)
def test_a_wrong_character_set_does_not_spoil_the_text(declared: str, actual: str) -> None:
    html = f'<html><head><meta charset="{declared}"></head><body><h1>T</h1>{BODY}</body></html>'
    assert texts(page_bytes(html.encode(actual))) == list(SENTENCES)


def test_the_character_set_of_the_headers_is_used() -> None:
    text = "Оружейник сказал, что пистолет был пуст и что его никому нельзя направлять на людей."
    found = extract_page(
        f"<html><body><p>{text}</p></body></html>".encode("cp1251"),
        url=URL,
        headers=[("Content-Type", "text/html; charset=windows-1251")],
    )
    assert texts(found) == [text]


def page_bytes(body: bytes) -> ExtractedPage:
    return extract_page(body, url=URL, headers=HEADERS)


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    found = page(
        f'<?xml version="1.0"?>{bomb}<html><body><h1>T</h1><p>&b;&x;</p>{BODY}</body></html>'
    )
    whole = " ".join(texts(found))
    assert "lollol" not in whole
    assert "root:" not in whole


@pytest.mark.slow
def test_five_megabytes_of_nested_boxes_take_bounded_time() -> None:
    start = time.process_time()
    deep = b"<html><body>" + b"<div>" * 480_000 + BODY.encode() + b"</div>" * 400_000
    assert texts(page_bytes(deep)) == list(SENTENCES)
    with pytest.raises(ExtractionError, match="elements"):
        page_bytes(b"<html><body>" + b"<div>a</div>" * 450_000)
    assert time.process_time() - start < 30


def test_markup_in_a_title_is_text_and_scripts_in_it_are_nothing() -> None:
    found = page(
        f"<html><body><h1>A &lt;script&gt;alert(1)&lt;/script&gt; title</h1>{BODY}</body></html>"
    )
    assert found.title == "A <script>alert(1)</script> title"
    assert page(f"<h1>Cold <script>evil()</script><b>gun</b></h1>{BODY}").title == "Cold gun"


HOSTILE = (
    '{"@type":["NewsArticle",5,null,{"a":1}],"headline":{"@value":["x"]},'
    '"author":[5,[[1]],{"name":{}}],"datePublished":["x",5],"publisher":7,"isPartOf":[[1]],'
    '"inLanguage":{"a":1},"transcript":[{"url":5}],'
    '"audio":{"@type":"AudioObject","contentUrl":["javascript:alert(1)"]}}'
)


@pytest.mark.parametrize(
    "block",
    [
        HOSTILE,
        "[" * 100_000,
        '{"@graph":' * 3000 + "1" + "}" * 3000,
        '{"@type":"PodcastEpisode","name":NaN,"author":1e999,"associatedMedia":[{"contentUrl":"data:audio/mp3;base64,AA"}]}',
        "not json at all",
        '"text"',
        '{"@type":"Article","author":{"name":"' + "A" * 500_000 + '"}}',
    ],
)
def test_hostile_json_ld_reads_as_absent(block: str) -> None:
    found = page(
        f'<html><head><script type="application/ld+json">{block}</script></head>'
        f'<body><h1>Cold gun</h1>{BODY}<a href="javascript:x.mp3">l</a></body></html>'
    )
    assert (found.title, found.byline, found.audio_url) == ("Cold gun", (), None)
    assert texts(found) == list(SENTENCES)


def test_broken_addresses_are_left_out() -> None:
    found = page(
        f'<html><head><base href="http://[bad"><link rel=canonical href="http://[::1"></head>'
        f'<body>{BODY}<audio src="http://[x/a.mp3"></audio><a href="http://[y/b.mp3">b</a></body></html>'
    )
    assert (found.canonical_url, found.audio_url) == (None, None)


def test_right_to_left_names_lose_their_marks_only() -> None:
    text = "האקדוחן אמר שהאקדח היה קר ואיש לא היה צריך לכוון אותו לעבר איש במהלך החזרה באותו יום."
    found = page(
        f'<html dir=rtl lang=he><head><meta name=author content="\u202bמשה כהן\u202c"></head>'
        f"<body><h1>כותרת</h1><p>{text}</p></body></html>"
    )
    assert found.byline == ("משה כהן",)
    assert texts(found) == [text]


# ── measured ─────────────────────────────────────────────────────────────────────────────────


def shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = re.findall(r"\w+", text)
    count = max(1, len(tokens) - 3)
    return Counter(tuple(tokens[at : at + 4]) for at in range(count) if tokens)


def measure(pairs: list[tuple[str, str]]) -> tuple[float, float, float]:
    """F1, precision, recall as the article extraction benchmark counts them."""
    precisions, recalls = [], []
    for true, predicted in pairs:
        wanted, given = shingles(true), shingles(predicted)
        both = sum((wanted & given).values())
        if given:
            precisions.append(both / sum(given.values()))
        recalls.append(both / sum(wanted.values()))
    precision, recall = statistics.mean(precisions), statistics.mean(recalls)
    return 2 * precision * recall / (precision + recall), precision, recall


@pytest.mark.slow
@pytest.mark.skipif(not BENCHMARK.exists(), reason="the shared benchmark is not on this machine")
def test_bodies_are_read_better_than_by_trafilatura_alone() -> None:
    import trafilatura

    ours, plain = [], []
    truth = json.loads((BENCHMARK / "ground-truth.json").read_text())
    for key, entry in truth.items():
        body = gzip.decompress((BENCHMARK / "html" / f"{key}.html.gz").read_bytes())
        found = extract_page(body, url=entry["url"])
        ours.append((entry["articleBody"], "\n\n".join(texts(found))))
        plain.append((entry["articleBody"], trafilatura.extract(body, url=entry["url"]) or ""))
    f1, precision, recall = measure(ours)
    assert f1 >= measure(plain)[0] + 0.015
    assert f1 >= 0.970
    assert precision >= 0.970
    assert recall >= 0.968


@pytest.mark.slow
@pytest.mark.skipif(not READABILITY.exists(), reason="the shared pages are not on this machine")
def test_titles_bylines_sites_and_dates_agree_with_what_people_noted() -> None:
    right: Counter[str] = Counter()
    for folder in sorted(READABILITY.iterdir()):
        noted = json.loads((folder / "expected-metadata.json").read_text())
        found = extract_page((folder / "source.html").read_bytes(), url="http://fakehost/page.html")
        right["title"] += plain(noted["title"]).startswith(plain(found.title) or "?")
        right["byline"] += plain(noted["byline"]) == plain(" ".join(found.byline))
        right["site"] += bool(noted.get("siteName")) and noted["siteName"] == found.show
        if noted.get("publishedTime"):
            day = datetime.fromisoformat(noted["publishedTime"][:10]).replace(tzinfo=UTC)
            right["date"] += found.published is not None and abs((found.published - day).days) <= 1
    assert right["title"] >= 20
    assert right["byline"] >= 18
    assert right["site"] >= 16
    assert right["date"] == 8


def plain(text: str | None) -> str:
    return re.sub(r"\W+", " ", text or "").strip().lower()

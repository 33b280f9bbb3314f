"""Invented pairs of documents, each with what is true of them: one, two, or for a person to say.

Written before anything was tuned on them. Shows, people and productions are made up.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from corpus.types import DiscoveredItem, DocumentKind

SAME, UNCLEAR, OTHER = "same", "unclear", "other"
DAY = datetime(2026, 2, 3, 5, 17, 4, tzinfo=UTC)
MIDNIGHT = datetime(2026, 2, 3, tzinfo=UTC)

_PEOPLE = [
    "armorer",
    "stunt-player",
    "grip",
    "director",
    "actor",
    "prop-master",
    "medic",
    "driver",
    "painter",
]
_THINGS = [
    "rubber gun",
    "locked case",
    "blank round",
    "call sheet",
    "plastic magazine",
    "safety meeting",
    "second unit",
    "empty chamber",
    "night shoot",
    "wooden rifle",
    "cleaning rod",
    "orange flag",
    "paper log",
    "spare holster",
]
_DOES = [
    "checks",
    "counts",
    "carries",
    "cleans",
    "hides",
    "shows",
    "labels",
    "loads",
    "opens",
    "returns",
    "signs",
    "tests",
]
_WHERE = [
    "before the rehearsal",
    "behind the truck",
    "in front of everybody",
    "on the first day",
    "after lunch",
    "at the gate",
    "with two witnesses",
    "under the lamp",
    "without being asked",
    "between the takes",
]
_OPENERS = "And|Well|So|Then|Honestly|Of course|Last week|In my view|Nobody asks why|Every time"
_WORDS = [
    "cedar",
    "harbor",
    "lantern",
    "gravel",
    "winter",
    "copper",
    "thunder",
    "ribbon",
    "saddle",
    "violet",
    "marble",
    "cabin",
    "pepper",
    "anchor",
    "willow",
    "barrel",
    "feather",
    "canyon",
    "mirror",
    "thistle",
    "cotton",
    "harvest",
    "pebble",
    "timber",
    "velvet",
]


def talk(seed: str, count: int) -> str:
    """Return about `count` words of talk, the same for one seed."""
    drawn = random.Random(seed)
    said: list[str] = []
    while len(said) < count:
        who, other = drawn.sample(_PEOPLE, 2)
        rare = " ".join(drawn.sample(_WORDS, drawn.randint(0, 3)))
        sentence = (
            f"{drawn.choice(_OPENERS.split('|'))} the {who} {drawn.choice(_DOES)} the"
            f" {drawn.choice(_THINGS)} {rare} {drawn.choice(_WHERE)}, and the {other}"
            f" {drawn.choice(_DOES)} the {drawn.choice(_THINGS)} {drawn.choice(_WHERE)}."
        )
        said += sentence.split()
    return " ".join(said[:count])


def misheard(said: str, share: float, seed: str = "noise") -> str:
    """Return the words with `share` of them wrong, missing or doubled: another decode."""
    drawn = random.Random(seed)
    heard: list[str] = []
    for word in said.split():
        chance = drawn.random()
        if chance > share:
            heard.append(word)
        elif chance > share * 0.4:
            heard.append(drawn.choice(_WORDS))
        elif chance > share * 0.2:
            heard += [word, word]
    return " ".join(heard)


def without(said: str, start: int, count: int) -> str:
    """Return the words with `count` of them left out."""
    words = said.split()
    return " ".join([*words[:start], *words[start + count :]])


def within(said: str, at: int, inserted: str) -> str:
    """Return the words with others put between them."""
    words = said.split()
    return " ".join([*words[:at], inserted, *words[at:]])


@dataclass(frozen=True)
class Side:
    """One document of a pair."""

    said: Sequence[str | tuple[str, bool]]  # turns; True: an advertisement, found to be one
    title: str = "The Empty Chamber"
    source: str = "callsheet"
    published: datetime | None = DAY
    kind: DocumentKind = DocumentKind.EPISODE
    recurring: bool = False  # its source gives several documents this title


@dataclass(frozen=True)
class Pair:
    """Two documents and what is true of them."""

    name: str
    one: Side
    other: Side
    truth: str


@dataclass(frozen=True)
class Announced:
    """Two sightings and what is true of them."""

    name: str
    one: DiscoveredItem
    other: DiscoveredItem
    truth: str
    also: tuple[DiscoveredItem, ...] = field(default=())


SPOT_ONE = "Gaffer and Sons makes tape for every surface. " + talk("spot one", 70)
SPOT_TWO = "Try Larkspur Mattresses for a hundred nights. " + talk("spot two", 85)
INTRO = "This is The Call Sheet with Nora Vale, recorded at Studio Nine. " * 2
OUTRO = "That was The Call Sheet. Tell a friend, and mind the marks on the floor. " * 2
LONG = talk("long", 1800)
SHORT = talk("short", 420)
ARTICLE = talk("article", 700)
HALF = len(LONG.split()) // 2
_A = DocumentKind.ARTICLE


def _at(text: str, at: int) -> tuple[str, str]:
    words = text.split()
    return " ".join(words[:at]), " ".join(words[at:])


HEAD, TAIL = _at(LONG, 600)

HEARD = [
    Pair("encoded again", Side([LONG]), Side([misheard(LONG, 0.01)]), SAME),
    Pair("another decode", Side([LONG]), Side([misheard(LONG, 0.04)]), SAME),
    Pair(
        "the publisher's transcript and a decode, in two feeds",
        Side([LONG]),
        Side([misheard(LONG, 0.09)], source="network"),
        SAME,
    ),
    Pair(
        "other advertisements, found to be such",
        Side([HEAD, (SPOT_ONE, True), TAIL]),
        Side([misheard(HEAD, 0.02), (SPOT_TWO, True), misheard(TAIL, 0.02)]),
        SAME,
    ),
    Pair(
        "other advertisements in the same break, not found to be such",
        Side([HEAD, SPOT_ONE, TAIL]),
        Side([misheard(HEAD, 0.02), SPOT_TWO, misheard(TAIL, 0.02)]),
        SAME,
    ),
    Pair(
        "one feed without advertisements",
        Side([HEAD, (SPOT_ONE, True), TAIL]),
        Side([misheard(LONG, 0.02)], source="premium"),
        SAME,
    ),
    Pair(
        "something on one side only, not found to be sold",
        Side([HEAD, SPOT_ONE, TAIL]),
        Side([misheard(LONG, 0.02)]),
        UNCLEAR,
    ),
    Pair(
        "a passage taken out by the publisher",
        Side([LONG]),
        Side([without(LONG, 900, 150)], published=DAY + timedelta(days=2)),
        UNCLEAR,
    ),
    Pair(
        "a rerun as it was, a year later",
        Side([LONG]),
        Side([misheard(LONG, 0.02)], published=DAY + timedelta(days=365)),
        UNCLEAR,
    ),
    Pair(
        "a rerun with a new introduction",
        Side([INTRO, LONG]),
        Side(
            [talk("we bring this back", 160), misheard(LONG, 0.02)],
            title="The Empty Chamber, revisited",
            published=DAY + timedelta(days=200),
        ),
        OTHER,
    ),
    Pair(
        "a rerun with a new introduction under the old title",
        Side([LONG]),
        Side(
            [talk("from the archive", 220), misheard(LONG, 0.03)],
            published=DAY + timedelta(days=90),
        ),
        OTHER,
    ),
    Pair(
        "weekly news with the same opening and ending",
        Side([INTRO, talk("week one", 500), OUTRO], title="Weekly News", recurring=True),
        Side(
            [INTRO, talk("week two", 500), OUTRO],
            title="Weekly News",
            recurring=True,
            published=DAY + timedelta(days=7),
        ),
        OTHER,
    ),
    Pair(
        "two parts of one title",
        Side([INTRO, talk("a", 900)], title="Part 2"),
        Side([INTRO, talk("b", 900)], title="Part 2", published=DAY + timedelta(days=30)),
        OTHER,
    ),
    Pair(
        "two shows that share a title and a day",
        Side([talk("c", 900)], title="Live Rounds"),
        Side([talk("d", 900)], title="Live Rounds", source="slate"),
        OTHER,
    ),
    Pair(
        "an excerpt of a longer talk",
        Side([LONG]),
        Side(
            [misheard(" ".join(LONG.split()[300:800]), 0.02)], title="The Empty Chamber (excerpt)"
        ),
        OTHER,
    ),
    Pair("a trailer", Side([LONG]), Side([" ".join(LONG.split()[40:140])]), OTHER),
    Pair(
        "the two halves of one talk",
        Side([" ".join(LONG.split()[:HALF])]),
        Side([" ".join(LONG.split()[HALF:])]),
        OTHER,
    ),
    Pair(
        "two notices of a few words",
        Side(["This episode is not available in your country. Please try again later."]),
        Side(["This episode is not available in your country. Please try again later."]),
        OTHER,
    ),
    Pair(
        "a daily count that only differs in its numbers",
        Side([SHORT + " We counted fourteen blanks and three dummies."], title="Daily Count"),
        Side(
            [SHORT + " We counted nineteen blanks and eight dummies."],
            title="Daily Count",
            published=DAY + timedelta(days=1),
        ),
        UNCLEAR,
    ),
    Pair(
        "a daily count of a show with many, on one day",
        Side([SHORT + " Fourteen blanks."], title="Daily Count", recurring=True),
        Side([SHORT + " Nineteen blanks."], title="Daily Count", recurring=True),
        UNCLEAR,
    ),
    Pair(
        "a show that answers another and plays much of it",
        Side([LONG]),
        Side(
            [
                x
                for n in range(3)
                for x in (" ".join(LONG.split()[n * 500 : n * 500 + 250]), talk(f"r{n}", 300))
            ],
            title="On The Empty Chamber",
            source="slate",
        ),
        OTHER,
    ),
    Pair("without dates", Side([LONG], published=None), Side([misheard(LONG, 0.02)]), SAME),
    Pair(
        "two feeds a day apart",
        Side([LONG]),
        Side([misheard(LONG, 0.03)], source="network", published=DAY + timedelta(hours=20)),
        SAME,
    ),
    Pair(
        "two feeds, one of which puts a number before its titles",
        Side([LONG], title="Ep. 12: The Empty Chamber"),
        Side([misheard(LONG, 0.03)], source="network"),
        SAME,
    ),
    Pair(
        "the same words under a title that has nothing in common",
        Side([LONG]),
        Side([misheard(LONG, 0.02)], source="network", title="Best of the Year"),
        UNCLEAR,
    ),
    Pair(
        "up again a month later, under the same title",
        Side([LONG]),
        Side([misheard(LONG, 0.02)], published=DAY + timedelta(days=31)),
        UNCLEAR,
    ),
    Pair(
        "an article that moved",
        Side([ARTICLE], kind=_A),
        Side([ARTICLE], kind=_A),
        SAME,
    ),
    Pair(
        "an article another publisher prints",
        Side([ARTICLE], kind=_A, source="slate"),
        Side([ARTICLE], kind=_A, source="evening"),
        UNCLEAR,
    ),
    Pair(
        "two articles from one press release",
        Side([ARTICLE[: len(ARTICLE) // 2] + talk("own one", 300)], kind=_A, source="slate"),
        Side([ARTICLE[: len(ARTICLE) // 2] + talk("own two", 300)], kind=_A, source="evening"),
        OTHER,
    ),
    Pair(
        "an article that was written anew",
        Side([ARTICLE], kind=_A),
        Side([misheard(ARTICLE, 0.13)], kind=_A),
        UNCLEAR,
    ),
    Pair(
        "a report and a longer one that begins with it",
        Side([ARTICLE], kind=_A),
        Side([ARTICLE + " " + talk("more", 500)], kind=_A),
        OTHER,
    ),
    Pair(
        "two interviews by one script",
        Side([x for n in range(8) for x in (talk(f"q{n}", 25), talk(f"one{n}", 80))]),
        Side(
            [x for n in range(8) for x in (talk(f"q{n}", 25), talk(f"two{n}", 80))],
            title="Eight Questions",
        ),
        OTHER,
    ),
    Pair(
        "a daily safety reading with other names in it",
        Side([within(SHORT, 200, talk("names one", 60))], title="Morning Reading"),
        Side(
            [within(SHORT, 200, talk("names two", 60))],
            title="Morning Reading",
            published=DAY + timedelta(days=1),
        ),
        UNCLEAR,
    ),
    # ── after the first look ──
    Pair(
        "a network that puts the show's name before its titles",
        Side([LONG]),
        Side([misheard(LONG, 0.03)], source="network", title="The Call Sheet: The Empty Chamber"),
        SAME,
    ),
    Pair(
        "a title of one word in another one",
        Side([LONG], title="Blanks"),
        Side([misheard(LONG, 0.03)], source="network", title="Best of Blanks"),
        UNCLEAR,
    ),
    Pair(
        "an undated daily count",
        Side([SHORT + " We counted fourteen blanks and three dummies today."], published=None),
        Side([SHORT + " We counted nineteen blanks and three dummies today."], published=None),
        UNCLEAR,
    ),
    Pair(
        "a transcript that writes numbers in figures",
        Side([SHORT + " We counted twenty five blanks and three dummies today."]),
        Side([SHORT + " We counted 25 blanks and 3 dummies today."], source="network"),
        SAME,
    ),
]


def feed(**facts: object) -> DiscoveredItem:
    """Return an entry of a feed."""
    values: dict[str, object] = {
        "source_id": "callsheet",
        "kind": DocumentKind.EPISODE,
        "url": "https://callsheet.example/e/12",
        "guid": "cs-12",
        "title": "Ep. 12: The Empty Chamber",
        "published": DAY,
        "media_url": "https://media.callsheet.example/audio/12.mp3",
        "duration": 2712.0,
    }
    return DiscoveredItem(**values | facts)  # type: ignore[arg-type]


E12 = feed()
BARE = feed(guid=None, media_url=None, duration=None)
SECRET = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
M12 = "media.callsheet.example/audio/12.mp3"

ANNOUNCED = [
    Announced("a new GUID", E12, feed(guid="new:5ca1ab1e"), SAME),
    Announced(
        "a new GUID and page, the same recording",
        E12,
        feed(guid="7", url="https://new.callsheet.example/the-empty-chamber"),
        SAME,
    ),
    Announced(
        "a new GUID at a new host, the very moment and length",
        E12,
        feed(guid="x", media_url="https://cdn.elsewhere.example/5/a.mp3", duration=2712.4),
        SAME,
    ),
    Announced("another token", E12, feed(media_url=f"https://{M12}?token={SECRET}"), SAME),
    Announced(
        "an address signed for a day",
        feed(media_url=f"https://{M12}?Expires=1770000000&Signature=a~b_{SECRET}&Key-Pair-Id=K2"),
        feed(media_url=f"https://{M12}?Expires=1770086400&Signature=z~y_{SECRET}&Key-Pair-Id=K2"),
        SAME,
    ),
    Announced(
        "a token in the path",
        feed(media_url=f"https://media.callsheet.example/exp=17700~hmac={SECRET}/audio/12.mp3"),
        feed(media_url=f"https://media.callsheet.example/exp=17786~hmac=0{SECRET}/audio/12.mp3"),
        SAME,
    ),
    Announced(
        "a GUID that is signed anew",
        feed(guid=f"https://{M12}?token=1{SECRET}", media_url=f"https://{M12}?token=1{SECRET}"),
        feed(guid=f"https://{M12}?token=2{SECRET}", media_url=f"https://{M12}?token=2{SECRET}"),
        SAME,
    ),
    Announced(
        "secure, www and tracking",
        BARE,
        replace(BARE, url="http://www.callsheet.example/e/12/?utm_source=x&fbclid=1#top"),
        SAME,
    ),
    Announced(
        "one counter before it",
        E12,
        feed(guid="n", media_url=f"https://dts.podtrac.com/redirect.mp3/{M12}"),
        SAME,
    ),
    Announced(
        "a chain of counters before it",
        E12,
        feed(
            guid="n",
            media_url="https://pdst.fm/e/chtbl.com/track/4C1A/op3.dev/e,pg=9b/"
            f"mgln.ai/e/33/{M12}?aw_0_1st.sessionid=44",
        ),
        SAME,
    ),
    Announced(
        "a counter with the whole address in it",
        E12,
        feed(guid="n", media_url=f"https://op3.dev/e/https://{M12}"),
        SAME,
    ),
    Announced(
        "a counter with the escaped address in it",
        E12,
        feed(
            guid="n",
            media_url="https://play.host.example/s/1/podcast/play/99/https%3A%2F%2F"
            + M12.replace("/", "%2F"),
        ),
        SAME,
    ),
    Announced(
        "another feed with the same recording",
        E12,
        feed(
            source_id="network",
            guid="net-9",
            url="https://network.example/x/9",
            media_url=f"https://verifi.podscribe.com/rss/p/{M12}",
            published=DAY + timedelta(hours=6),
        ),
        SAME,
    ),
    Announced(
        "another feed with another recording, to be heard first",
        E12,
        feed(
            source_id="network",
            guid="net-9",
            url="https://network.example/x/9",
            media_url="https://cdn.network.example/9.mp3",
        ),
        OTHER,
    ),
    Announced(
        "two of one title",
        feed(title="Part 2", duration=None),
        feed(
            guid="cs-40",
            url="https://callsheet.example/e/40",
            title="Part 2",
            published=DAY + timedelta(days=60),
            media_url="https://media.callsheet.example/audio/40.mp3",
        ),
        OTHER,
    ),
    Announced(
        "two editions of the news on one day, of one length",
        feed(title="The News", published=MIDNIGHT, duration=300.0),
        feed(
            guid="n2",
            url="https://callsheet.example/e/13",
            title="The News",
            published=MIDNIGHT,
            duration=300.0,
            media_url="https://media.callsheet.example/audio/13.mp3",
        ),
        OTHER,
    ),
    Announced(
        "two bonus episodes of one day that link to the show's page",
        feed(title="Bonus", url="https://callsheet.example/show"),
        feed(
            guid="b2",
            title="Bonus",
            url="https://callsheet.example/show",
            duration=800.0,
            media_url="https://media.callsheet.example/audio/b2.mp3",
        ),
        OTHER,
    ),
    Announced(
        "one recording for every entry",
        E12,
        feed(
            guid="cs-13",
            title="Ep. 13: The Wooden Rifle",
            url="https://callsheet.example/e/13",
            published=DAY + timedelta(days=7),
        ),
        OTHER,
    ),
    Announced(
        "one GUID for every entry",
        E12,
        feed(
            title="Ep. 13: The Wooden Rifle",
            url="https://callsheet.example/e/13",
            published=DAY + timedelta(days=7),
            media_url="https://media.callsheet.example/audio/13.mp3",
        ),
        OTHER,
    ),
    Announced(
        "addresses that differ in what names them",
        feed(
            media_url="https://callsheet.example/play.mp3?id=11",
            guid=None,
            title="Eleven",
            url="https://callsheet.example/p?id=11",
        ),
        feed(
            media_url="https://callsheet.example/play.mp3?id=12",
            guid=None,
            title="Twelve",
            url="https://callsheet.example/p?id=12",
        ),
        OTHER,
    ),
    Announced(
        "one file name in two shows",
        E12,
        feed(
            source_id="slate",
            guid="s-12",
            url="https://slate.example/12",
            media_url="https://media.slate.example/audio/12.mp3",
        ),
        OTHER,
    ),
    Announced(
        "the newest recording under one address",
        feed(media_url="https://callsheet.example/latest.mp3"),
        feed(
            guid="cs-13",
            title="Ep. 13",
            url="https://callsheet.example/e/13",
            media_url="https://callsheet.example/latest.mp3",
            published=DAY + timedelta(days=7),
        ),
        OTHER,
    ),
    Announced(
        "two entries with one page, without recordings",
        feed(media_url=None, title="Notes", kind=DocumentKind.ARTICLE),
        feed(media_url=None, title="More notes", kind=DocumentKind.ARTICLE, guid="n-2"),
        OTHER,
    ),
    Announced(
        "an article under a new GUID",
        feed(media_url=None, duration=None, kind=DocumentKind.ARTICLE),
        feed(media_url=None, duration=None, kind=DocumentKind.ARTICLE, guid="urn:2"),
        SAME,
    ),
]

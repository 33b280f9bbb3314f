"""Invented interviews (`interviews/*.toml`), rendered as every kind of transcript and as voices.

The words are the same everywhere; what a rendering tells of the speakers differs.
"""

from __future__ import annotations

import html
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from corpus.types import Credit, Origin, Segment, Text, Transcript, TurnKind, Word
from corpus.vocabulary import load_vocabulary
from ingest.captions import parse_captions
from ingest.naming import NamedVoice, merge_credits, name_voices
from ingest.texts import build_episode_text

FOLDER = Path(__file__).parent / "interviews"
SAMPLE = Path(__file__).parents[1] / "corpus" / "sample"
_AD = "AD"
_ANNOUNCER = "Announcer"
_PACE = 0.35  # seconds a word


@dataclass(frozen=True, slots=True)
class Talk:
    """One interview with what is true of it."""

    id: str
    title: str
    show: str
    hosts: tuple[str, ...]
    credits: tuple[Credit, ...]
    turns: tuple[tuple[str, str], ...]  # true name, words
    heard: dict[str, str] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()  # names that only a printed label tells
    unspelt: frozenset[str] = frozenset()  # names that only the spoken words tell
    roles: dict[str, tuple[str, ...]] | None = None  # by name; None: not written out

    @property
    def names(self) -> list[str]:
        """Everybody who speaks, in order."""
        return list(dict.fromkeys(name for name, _ in self.turns))


@dataclass(slots=True)
class Score:
    """Turns named right, wrong, and left with a label, of those that could be named."""

    right: int = 0
    wrong: int = 0
    label: int = 0
    mistakes: list[str] = field(default_factory=list)

    @property
    def turns(self) -> int:
        """All of them."""
        return self.right + self.wrong + self.label

    def __iadd__(self, other: Score) -> Score:
        """Add another score to this one."""
        self.right += other.right
        self.wrong += other.wrong
        self.label += other.label
        self.mistakes += other.mistakes
        return self

    def __str__(self) -> str:
        """Return the shares as printed."""
        whole = max(1, self.turns)
        return (
            f"right {self.right / whole:.3f}  wrong {self.wrong / whole:.3f}  "
            f"label {self.label / whole:.3f}  ({self.turns} turns)"
        )


@cache
def talks(name: str) -> tuple[Talk, ...]:
    """Return the interviews of one file ("first", "second", "third")."""
    tables = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return tuple(_talk(table) for table in tables["interview"])


@cache
def sample_talks() -> tuple[Talk, ...]:
    """Return the episodes of the sample archive: what was scripted, and the feed's credits."""
    feed = (SAMPLE / "site" / "show" / "feed.xml").read_text(encoding="utf-8")
    entries = re.findall(r"<item>(.*?)</item>", feed, re.DOTALL)
    found = []
    for path in sorted((SAMPLE / "scripts").glob("ep*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        entry = next(each for each in entries if path.stem.split("-", 1)[1] in each)
        people = re.findall(r'<podcast:person role="(\w+)"[^>]*>([^<]+)<', entry)
        turns = (
            (_ANNOUNCER if "advert" in turn["speaker"] else turn["speaker"], turn["text"])
            for turn in table["turns"]
        )
        found.append(
            Talk(
                id=path.stem,
                title=table["title"],
                show="The Honeywagon Hour",
                hosts=(),
                credits=tuple(Credit(name=name, part=part) for part, name in people),
                turns=tuple((name, " ".join(words.split())) for name, words in turns),
            )
        )
    return tuple(found)


def _talk(table: dict) -> Talk:
    cast = {**table["cast"], _AD: _ANNOUNCER}
    turns = [line.split("| ", 1) for line in table["turns"]]
    return Talk(
        id=table["id"],
        title=table["title"],
        show=table["show"],
        hosts=tuple(table.get("hosts", ())),
        credits=tuple(Credit(**credit) for credit in table["credits"]),
        turns=tuple((cast[letter], words) for letter, words in turns),
        heard=table.get("heard", {}),
        untold=frozenset(cast[letter] for letter in table.get("untold", ())),
        unspelt=frozenset(cast[letter] for letter in table.get("unspelt", ())),
        roles={cast[letter]: tuple(roles) for letter, roles in table["roles"].items()}
        if "roles" in table
        else None,
    )


# ── as voices ────────────────────────────────────────────────────────────────────────────────


def as_voices(talk: Talk, *, misheard: bool = True, flat: bool = False) -> Transcript:
    """Return the interview as a recogniser hears it: Speaker 1, 2, …, names misspelt.

    Args:
        talk: the interview.
        misheard: names as `heard` spells them.
        flat: without capitals and marks.
    """
    segments, moment = [], 0.0
    labels: dict[str, str] = {}
    for name, said in talk.turns:
        label = labels.setdefault(name, f"Speaker {len(labels) + 1}")
        words = []
        for word in _as_heard(said, talk.heard if misheard else {}, flat=flat).split():
            words.append(Word(text=word, start_time=moment, end_time=moment + _PACE, speaker=label))
            moment += _PACE
        kind = TurnKind.ADVERTISEMENT if name == _ANNOUNCER else TurnKind.SPEECH
        segments.append(
            Segment(
                words=tuple(words),
                start_time=words[0].start_time,
                end_time=moment,
                speaker=label,
                kind=kind,
            )
        )
    return Transcript(segments=tuple(segments), language="en", origin=Origin.ASR, duration=moment)


def _as_heard(said: str, heard: dict[str, str], *, flat: bool) -> str:
    for true, other in heard.items():
        said = said.replace(true, other)
    return "".join(c for c in said.lower() if c.isalnum() or c in " '-") if flat else said


# ── as publishers print it ───────────────────────────────────────────────────────────────────


def _timed(talk: Talk) -> Iterator[tuple[str, str, float, float]]:
    moment = 0.0
    for name, said in talk.turns:
        end = moment + _PACE * len(said.split())
        yield name, said, moment, end
        moment = end


def _stamp(seconds: float, dot: str = ".") -> str:
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{dot}{rest:03}"


def _short(seconds: float) -> str:
    return f"{int(seconds) // 60:02}:{int(seconds) % 60:02}"


def _vtt(talk: Talk) -> str:
    cues = (
        f"{_stamp(start)} --> {_stamp(end)}\n<v {name}>{said}\n"
        for name, said, start, end in _timed(talk)
    )
    return "WEBVTT\n\n" + "\n".join(cues)


def _srt(talk: Talk) -> str:
    return "\n".join(
        f"{number}\n{_stamp(start, ',')} --> {_stamp(end, ',')}\n{name}: {said}\n"
        for number, (name, said, start, end) in enumerate(_timed(talk), 1)
    )


def _json(talk: Talk) -> str:
    entries = [
        {"speaker": name, "startTime": start, "endTime": end, "body": said}
        for name, said, start, end in _timed(talk)
    ]
    return json.dumps({"version": "1.0.0", "segments": entries})


def _podcast_html(talk: Talk) -> str:
    lines = (
        f"<cite>{html.escape(name)}:</cite><time>{_short(start)}</time><p>{html.escape(said)}</p>"
        for name, said, start, _ in _timed(talk)
    )
    return "\n".join(lines)


def _strong_html(talk: Talk) -> str:
    lines = (
        f"<p><strong>{html.escape(name)}:</strong> {html.escape(said)}</p>"
        for name, said in talk.turns
    )
    return f"<html><body><article>{''.join(lines)}</article></body></html>"


def _npr(talk: Talk) -> str:
    """Full names in capitals the first time, then surnames where they tell people apart."""
    surnames = Counter(name.split()[-1] for name in talk.names)
    hosts = {credit.name for credit in talk.credits if credit.part == "host"} | set(talk.hosts)
    seen: set[str] = set()
    lines = []
    for name, said in talk.turns:
        label = name.upper()
        if name in seen and surnames[name.split()[-1]] == 1:
            label = label.split()[-1]
        elif name not in seen and name in hosts:
            label += ", HOST"
        elif name not in seen and "reporter" in {c.part for c in talk.credits if c.name == name}:
            label += ", BYLINE"
        seen.add(name)
        lines.append(f"{label}: {said}")
    return "\n\n".join(lines)


def _fireside(talk: Talk) -> str:
    return "\n\n".join(f"{name} {_short(start)}\n{said}" for name, said, start, _ in _timed(talk))


def _markdown(talk: Talk) -> str:
    return "\n\n".join(
        f"**{name}:** \\[{_short(start)}\\] {said}" for name, said, start, _ in _timed(talk)
    )


def _own_line(talk: Talk) -> str:
    return "\n\n".join(f"{name}:\n\n{said}" for name, said in talk.turns)


def _happy_scribe(talk: Talk) -> str:
    return "\n\n".join(
        f"[{_stamp(start).split('.')[0]}] - {name}\n{said}" for name, said, start, _ in _timed(talk)
    )


def _numbered(talk: Talk) -> dict[str, str]:
    return {name: f"Speaker {number}" for number, name in enumerate(talk.names, 1)}


def _iheart(talk: Talk) -> str:
    labels = _numbered(talk)
    return "\n\n".join(
        f"{labels[name]} ({_short(start)}):\n{said}" for name, said, start, _ in _timed(talk)
    )


NAMED: dict[str, tuple[Callable[[Talk], str], str]] = {
    "vtt": (_vtt, "text/vtt"),
    "srt": (_srt, "application/srt"),
    "json": (_json, "application/json"),
    "podcast html": (_podcast_html, "text/html"),
    "strong html": (_strong_html, "text/html"),
    "npr": (_npr, "text/plain"),
    "fireside": (_fireside, "text/plain"),
    "markdown": (_markdown, "text/markdown"),
    "own line": (_own_line, "text/plain"),
    "happy scribe": (_happy_scribe, "text/plain"),
}
NUMBERED: dict[str, tuple[Callable[[Talk], str], str]] = {"iheart": (_iheart, "text/plain")}


def as_published(talk: Talk, dialect: str) -> Transcript:
    """Return the interview as our own parser reads it from a publisher's transcript."""
    render, mime = {**NAMED, **NUMBERED}[dialect]
    return parse_captions(render(talk).encode(), mime_type=mime, url=f"http://127.0.0.1/{talk.id}")


# ── what comes out ───────────────────────────────────────────────────────────────────────────


def name_talk(
    talk: Talk, transcript: Transcript, *, publisher: bool
) -> tuple[Text, dict[str | None, NamedVoice]]:
    """Return the text of a rendering and who its labels are said to be."""
    text = build_episode_text(transcript, document_id=talk.id, media_sha256=None)
    voices = name_voices(
        text,
        merge_credits(talk.credits, load_vocabulary()),
        publisher=publisher,
        publication=talk.show,
        title=talk.title,
        hosts=talk.hosts,
    )
    return text, voices


def score(
    talk: Talk, text: Text, voices: dict[str | None, NamedVoice], *, printed: bool = False
) -> Score:
    """Return how many of the interview's turns have their person; advertisements count only wrong.

    Args:
        talk: the interview.
        text: as it was built from a rendering.
        voices: who the labels are said to be.
        printed: the rendering prints the names, so that nobody is untold.
    """
    given = _given(talk, text, voices)
    heard = text.origin is not Origin.PUBLISHER
    # A label that prints one name alone ("Gus") is nobody in particular.
    single = frozenset(name for name in talk.names if " " not in name)
    untold = single if printed else talk.untold | (talk.unspelt if heard else frozenset())
    total = Score()
    for (true, said), name in zip(talk.turns, given, strict=True):
        if name == true:
            total.right += 1
        elif name is not None:
            total.wrong += 1
            total.mistakes.append(f"{talk.id}: {true} as {name}: {said[:60]}")
        elif true != _ANNOUNCER and true not in untold:
            total.label += 1
            total.mistakes.append(f"{talk.id}: {true} stays a label: {said[:60]}")
    return total


def score_roles(talk: Talk, text: Text, voices: dict[str | None, NamedVoice]) -> Score:
    """Return how many roles of the people named right are right, invented or (label) missed.

    Parts in the programme (host, reporter) count only where the interview expects them.
    """
    total = Score()
    if talk.roles is None:
        return total
    vocabulary = load_vocabulary()
    given = dict(zip((name for name, _ in talk.turns), _given(talk, text, voices), strict=True))
    for voice in voices.values():
        if voice.credit is None or given.get(voice.credit.name) != voice.credit.name:
            continue
        name = voice.credit.name
        true = set(talk.roles.get(name, ()))
        jobs = {role for role in voice.credit.roles if not vocabulary.role(role).part}
        total.right += len(true & set(voice.credit.roles))
        total.wrong += len(jobs - true)
        total.label += len(true - set(voice.credit.roles))
        if true - set(voice.credit.roles) or jobs - true:
            total.mistakes.append(f"{talk.id}: {name} is {voice.credit.roles}, not {true}")
    return total


def _given(talk: Talk, text: Text, voices: dict[str | None, NamedVoice]) -> list[str | None]:
    """Return the name that most words of each true turn were given."""
    true = [(place, word) for place, (_, said) in enumerate(talk.turns) for word in said.split()]
    read: list[tuple[str | None, str]] = []
    for turn in text.turns:
        voice = voices.get(turn.attribution.label)
        is_ad = turn.kind is TurnKind.ADVERTISEMENT
        name = voice.credit.name if voice and voice.credit and not is_ad else None
        read += ((name, word) for word in turn.span.of(text.content).split())
    votes: list[Counter[str | None]] = [Counter() for _ in talk.turns]
    plain = [[_plain(word) for _, word in each] for each in (true, read)]
    for block in SequenceMatcher(None, *plain, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            votes[true[block.a + step][0]][read[block.b + step][0]] += 1
    return [count.most_common(1)[0][0] if count else None for count in votes]


def _plain(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())

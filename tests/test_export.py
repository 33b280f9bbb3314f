"""Documents leave as JSON, WebVTT, SRT and plain text, and keep their speakers."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from corpus.errors import TextNotFoundError
from corpus.export import (
    document_as_dict,
    export_json,
    export_srt,
    export_txt,
    export_vtt,
)
from corpus.reading import apply_corrections
from corpus.types import (
    Aside,
    AsideKind,
    Attribution,
    Correction,
    CorrectionKind,
    Evidence,
    Method,
    Reading,
    Span,
)
from ingest.captions import parse_captions
from ingest.texts import build_episode_text, with_attributions
from tests.builders import a_document, a_person, an_article_text, said

NAMED = Attribution(
    method=Method.PUBLISHER_LABEL,
    confidence=0.95,
    person_id="abcabcabcabc",
    label="Ines",
    roles=("armorer",),
)
WORDS = "Never. " + "We count the rounds in and we count the rounds out again every night. " * 3
TEXT = with_attributions(
    build_episode_text(
        said(("Ines", WORDS), ("Speaker 2", "<b>Is</b> it --> cold & dry?")),
        document_id="0123456789ab",
        media_sha256="0" * 64,
    ),
    {"Ines": NAMED},
)
READING = Reading(text=TEXT)
PEOPLE = {"abcabcabcabc": a_person()}
DOCUMENT = a_document()


def test_the_json_shape_is_the_one_that_is_kept():
    shape = document_as_dict(DOCUMENT, READING, PEOPLE)
    assert {
        "document", "kind", "title", "show", "published", "credits", "text", "turns", "words",
        "dialect", "warnings", "asides", "corrections",
    } <= set(shape)  # fmt: skip
    first = shape["turns"][0]
    assert set(first) == {
        "start", "end", "exact", "manner", "kind", "person", "label", "role", "method",
        "confidence", "start_time", "end_time", "heard", "roles", "evidence", "certainty",
        "corrected", "verified_by", "verified",
    }  # fmt: skip
    assert (first["person"], first["role"], first["label"]) == ("Ines Okafor", "armorer", "Ines")
    assert set(shape["words"][0]) == {
        "start", "end", "start_time", "end_time", "probability", "agreed", "other", "doubt",
        "estimated",
    }  # fmt: skip


def test_every_turn_and_word_of_the_json_stands_in_its_text():
    shape = json.loads(export_json(DOCUMENT, READING, PEOPLE))
    content = shape["text"]
    assert all(content[t["start"] : t["end"]] == t["exact"] for t in shape["turns"])
    assert [content[w["start"] : w["end"]] for w in shape["words"]] == content.split()


def test_a_document_without_text_has_empty_turns():
    shape = document_as_dict(DOCUMENT, None, {})
    assert (shape["text"], shape["turns"], shape["words"]) == (None, [], [])


@pytest.mark.parametrize(("write", "mime"), [(export_vtt, "text/vtt"), (export_srt, "text/srt")])
def test_captions_read_back_have_the_same_words(write, mime):
    written = write(DOCUMENT, READING, PEOPLE)
    again = parse_captions(written.encode(), mime_type=mime, url="x")
    spoken = " ".join(word.text for word in again.words)
    assert "We count the rounds in" in spoken
    if mime == "text/vtt":
        assert spoken == " ".join(TEXT.content.split())


def test_webvtt_escapes_what_would_be_markup_and_names_the_voice():
    written = export_vtt(DOCUMENT, READING, PEOPLE)
    assert "<v Ines Okafor>Never." in written
    assert "&lt;b&gt;Is&lt;/b&gt; it --&gt; cold &amp; dry?" in written


def test_cues_are_short_enough_to_read():
    cues = export_vtt(DOCUMENT, READING, PEOPLE).split("\n\n")[1:]
    assert max(len(cue.splitlines()[-1]) for cue in cues) < 120


def test_plain_text_has_time_name_and_words():
    written = export_txt(DOCUMENT, READING, PEOPLE)
    assert "[00:00:00] Ines Okafor:\nNever." in written
    assert "Speaker 2:" in written


def test_an_article_has_no_captions_and_the_message_says_what_to_do():
    with pytest.raises(TextNotFoundError, match="txt or json"):
        export_vtt(DOCUMENT, Reading(text=an_article_text(["One."])), {})


def test_what_was_corrected_is_said_and_an_author_writes_no_cue():
    text = replace(TEXT, revision=1)
    start = text.content.index("out again")
    made = Correction(
        id="c1", document_id=text.document_id, revision=1, kind=CorrectionKind.WORDS,
        author="Ana\n\n1\n00:00 --> 00:09\nBo", made=DOCUMENT.changed,
        span=Span(start, start + 9), exact="out again", words="back",
    )  # fmt: skip
    reading = apply_corrections(text, [made])
    written = export_vtt(DOCUMENT, reading, PEOPLE)
    assert "NOTE With 1 correction by Ana 1 00:00 --&gt; 00:09 Bo." in written
    assert "count the rounds back every" in " ".join(written.split())
    assert "corrected" in export_txt(DOCUMENT, reading, PEOPLE).split("Speaker 2")[0]
    shape = document_as_dict(DOCUMENT, reading, PEOPLE)
    assert [turn["corrected"] for turn in shape["turns"]] == [True, False]
    (applied,) = shape["corrections"]["applied"]
    assert shape["text"][applied["start"] : applied["end"]] == "back"


def test_the_json_tells_evidence_doubts_asides_and_dialect():
    witness = Evidence(kind="opening", quote="Never.", span=Span(0, 6), url="https://a.example/")
    turn = replace(TEXT.turns[0], attribution=replace(NAMED, evidence=(witness,), heard="Inez"))
    doubted = replace(TEXT.timings[0], agreed=False, other="Ever.", estimated=True)
    text = replace(
        TEXT,
        turns=(turn, *TEXT.turns[1:]),
        timings=(doubted, *TEXT.timings[1:]),
        asides=(Aside(position=7, kind=AsideKind.DIRECTION, text="laughter"),),
        dialect="npr",
        warnings=("cut short",),
    )
    shape = document_as_dict(DOCUMENT, Reading(text=text), PEOPLE)
    first = shape["turns"][0]
    assert first["evidence"] == [
        {"kind": "opening", "quote": "Never.", "start": 0, "end": 6, "url": "https://a.example/"}
    ]
    assert (first["heard"], first["roles"]) == ("Inez", ["armorer"])
    assert first["certainty"] == "contested words shown"
    word = shape["words"][0]
    assert (word["other"], word["doubt"], word["estimated"]) == ("Ever.", None, True)
    assert shape["asides"] == [
        {"at": 7, "kind": "direction", "text": "laughter", "start_time": None, "end_time": None}
    ]
    assert (shape["dialect"], shape["warnings"]) == ("npr", ["cut short"])


def test_the_token_of_a_listeners_own_feed_is_in_no_export():
    from corpus.types import Credit

    secret = "https://feeds.test/e/1?token=s3cr3t"
    credit = Credit(name="Ada Bell", part="guest", evidence=secret)
    document = a_document(url=secret, credits=(credit,))
    reading = apply_corrections(an_article_text(["First one."]), ())
    assert "s3cr3t" not in json.dumps(document_as_dict(document, reading, {}), default=str)
    assert "s3cr3t" not in export_txt(document, reading, {})

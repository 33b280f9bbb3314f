"""What recordings are heard with: the recipe of a transcript, and the work that it takes.

What `made_with` says of a recognised file is `labels; recipe`: whose labels its words have, then
what it was made from. Another recipe than the present one, and the recording is heard again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from corpus.types import Credit, Document, Media, Transcript
from corpus.vocabulary import load_vocabulary
from ingest.documents import Published
from ingest.hearing import Heard, HearingJob
from ingest.naming import merge_credits
from ingest.transcribe import TranscribeOptions
from ingest.workshop import Workshop

UNREADABLE = "unreadable"
PUBLISHER = "publisher labels"
DOUBT = "in doubt"
NO_VOICES = "no voices"
_VOICES = "voices"
_BY = " by "  # and what told them apart, with its version
_VOICES_AGAIN = "voices to be told apart again, after "  # in front of what words are made from
_TOLD_APART = re.compile(r"voices(?: by \S{1,40} (?P<version>\S{1,40}))?(?: in doubt)?$")
_SPEAKING_PARTS = frozenset({"host", "guest"})


def made_from(original: Media) -> str:
    """Return how a recipe begins whatever else is in it: with the recording."""
    return f"from {original.sha256}"


def recipe_of(
    original: Media, published: Published | None, shop: Workshop, *, refused: bool
) -> str:
    """Return in words what a transcript is made from: another recipe, another transcript."""
    second = shop.settings.second_model
    checked = f" checked by {second}" if second else ""
    recognised = f"{made_from(original)} with asr {shop.settings.whisper_model}{checked}"
    if published is None:
        return recognised
    if refused:
        return f"{recognised} instead of transcript {published.sha256}"
    return f"{made_from(original)} with transcript {published.sha256}{checked}"


def labels_of(heard: Heard, without: str) -> str:
    """Return whose labels the words have: voices, with what told them apart, or `without`."""
    if heard.voices is None:
        return without
    by = f"{_BY}{heard.voices.model}" if heard.voices.model else ""
    return f"{_VOICES}{by} {DOUBT}" if heard.voices.doubtful else f"{_VOICES}{by}"


def voices_again(recognised: Media) -> Media:
    """Return a recognised file as one whose words stay, and whose voices are told apart anew."""
    labels, _, recipe = (recognised.made_with or "").partition("; ")
    return replace(recognised, made_with=f"{labels}; {_VOICES_AGAIN}{recipe}")


def kept_words(recognised: Media) -> str | None:
    """Return the recipe of words that stay while voices are told apart anew; else None."""
    recipe = (recognised.made_with or "").partition("; ")[2]
    return recipe.removeprefix(_VOICES_AGAIN) if recipe.startswith(_VOICES_AGAIN) else None


def told_apart_by(recognised: Media) -> str | None:
    """Return the version of what told the voices apart, "" when it was not noted yet.

    None of words with labels of their own, or with no recording to tell voices apart in.
    """
    labels, _, recipe = (recognised.made_with or "").partition("; ")
    if not recipe.startswith("from "):
        return None
    if labels == NO_VOICES:
        return ""
    found = _TOLD_APART.match(labels)
    return (found["version"] or "") if found else None


def voices_job(
    document: Document, original: Media, words: Transcript, folder: Path, shop: Workshop
) -> HearingJob:
    """Return the work of telling apart the voices of words that are there and stay."""
    plain = [
        replace(each, speaker=None, words=tuple(replace(w, speaker=None) for w in each.words))
        for each in words.segments
    ]
    # What was said of the voices before, they have to say again.
    said = tuple(each for each in words.warnings if "voices" not in each)
    words = replace(words, segments=tuple(plain), warnings=said)
    job = hearing_job(document, original, words, folder, shop)
    return replace(job, options=None, second=None, tell_voices=True)


def hearing_job(
    document: Document,
    original: Media,
    published: Transcript | None,
    folder: Path,
    shop: Workshop,
) -> HearingJob:
    """Return the work of hearing a recording, from the publisher's words where there are some."""
    settings = shop.settings
    labelled = published is not None and any(word.speaker for word in published.words)
    options = TranscribeOptions(
        model=settings.whisper_model,
        compute_type=settings.whisper_compute_type,
        device=settings.device,
        threads=settings.threads_each,
        language=_bare_code(shop.source_of(document).language),
        hotwords=load_vocabulary().hotwords,
        cache_dir=settings.cache_dir,
    )
    second = replace(options, model=settings.second_model) if settings.second_model else None
    return HearingJob(
        files_url=settings.files,
        media_sha256=original.sha256,
        folder=str(folder),
        max_seconds=settings.media_max_seconds,
        options=None if published is not None else options,
        tell_voices=settings.voices and not labelled,
        expected_voices=_expected(document.credits),
        device=settings.device,
        cache_dir=str(settings.cache_dir),
        transcript=published,
        second=second,
        names=tuple(credit.name for credit in document.credits),
    )


def _bare_code(language: str | None) -> str | None:
    """Return the code a recogniser knows: "en" of "en-US"."""
    return language.replace("_", "-").split("-")[0].strip().lower() or None if language else None


def _expected(credits: tuple[Credit, ...]) -> int | None:
    """Return how many people the credits lead one to hear, or None when they do not say."""
    merged = merge_credits(credits, load_vocabulary())
    speaking = [credit for credit in merged if credit.part in _SPEAKING_PARTS]
    parts = {credit.part for credit in speaking}
    return len(speaking) if parts == _SPEAKING_PARTS else None

"""The steps of an episode: fetch its files, hear them, and put names to voices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from corpus.catalogue import recording_key
from corpus.errors import ExtractionError, GoneError, MediaError, PermanentError
from corpus.types import (
    Document,
    Media,
    MediaRole,
    Stage,
    Transcript,
    TranscriptPolicy,
)
from corpus.vocabulary import load_vocabulary
from ingest.advertisements import mark_advertisements
from ingest.documents import (
    Published,
    claims,
    fetch,
    fetch_transcript,
    keep,
    learn_from_page,
    misfit,
    new_media,
    published_transcript,
    read_page,
    save_credits,
    stored,
)
from ingest.hearing import Heard, hear
from ingest.laterwords import TakenOver, take_over
from ingest.naming import as_credited, credits_heard, merge_credits, name_voices
from ingest.recipes import (
    DOUBT,
    NO_VOICES,
    PUBLISHER,
    UNREADABLE,
    hearing_job,
    kept_words,
    labels_of,
    made_from,
    recipe_of,
    voices_job,
)
from ingest.texts import build_episode_text, dump_transcript, load_transcript, with_attributions
from ingest.voicekeeping import enrol_voices, keep_voices, voice_votes
from ingest.workshop import Workshop, now


@dataclass(frozen=True, slots=True)
class _Hearing:
    """What was heard of which recording, and how."""

    document: Document
    original: Media
    heard: Heard
    made_with: str
    warnings: tuple[str, ...] = ()
    same_voices: bool = False  # that were told apart before: nothing was heard now


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What was recognised in a recording before the publisher's words appeared."""

    transcript: Transcript
    playback: Media
    labels: str  # of its words, as `made_with` says


def fetch_episode(document: Document, shop: Workshop) -> Stage:
    """Read the episode's page, then fetch its transcript and audio into the store.

    Raises:
        IngestError: the audio could not be fetched; says whether to try again.
    """
    document = _learn_from_page(document, shop)
    save_credits(document, shop)
    if document.media_url is None:
        if published_transcript(document, shop) is not None:
            return Stage.FETCHED  # a transcript whose recording nobody has
        raise PermanentError(document.url, cause="neither feed nor page names an audio file")
    fetch_transcript(document, shop)
    try:
        _fetch_media(document, document.media_url, shop)
    except GoneError:
        if not document.revision:
            raise
        shop.catalogue.note_gone(document.id, now=now())  # what was heard before stays
        return Stage.READY
    return Stage.FETCHED


def hear_episode(document: Document, shop: Workshop) -> Stage:
    """Make the playback copy; transcribe and tell voices apart where that is needed.

    Raises:
        MediaError: the file is not usable audio; it is not used again.
        TransientError: the worker died.
    """
    original = _original(document, shop)
    published = published_transcript(document, shop)
    if document.media_url is None and published is not None:
        _save_unheard(document, published, shop)
        return Stage.TRANSCRIBED
    if original is None:
        raise PermanentError(document.url, cause="its audio is not in the store")
    if _is_heard(document, original, published, shop):
        return Stage.TRANSCRIBED
    if again := _words_that_stay(document, original, published, shop):
        with shop.work_folder(document, "hearing") as folder:
            _save_heard(_with_other_voices(document, original, again, folder, shop), shop)
        return Stage.TRANSCRIBED
    if published is not None and (earlier := _heard_before(document, original, shop)):
        _save_heard(_with_later_words(document, original, published, earlier, shop), shop)
        return Stage.TRANSCRIBED
    try:
        with shop.work_folder(document, "hearing") as folder:
            _save_heard(_hear(document, original, published, folder, shop), shop)
    except MediaError as error:
        # So that a retry downloads it again: what a server sent once may have been its fault.
        shop.catalogue.save_media(replace(original, made_with=UNREADABLE))
        # Nobody knows it by its place in the store.
        raise MediaError(original.url, cause=error.cause, remedy=error.remedy) from error
    return Stage.TRANSCRIBED


def name_episode(document: Document, shop: Workshop) -> Stage:
    """Put names to labels where that is certain, and save the text."""
    recognised = _newest(document, MediaRole.RECOGNISED, shop)
    playback = _newest(document, MediaRole.PLAYBACK, shop)
    if recognised is None or (playback is None and document.media_url):
        raise PermanentError(document.url, cause="its transcript is not in the store")
    labels = (recognised.made_with or "").partition("; ")[0]
    transcript = load_transcript(shop.files.read_bytes(recognised.sha256))
    transcript = mark_advertisements(transcript, publication=document.show)
    text = build_episode_text(
        transcript,
        document_id=document.id,
        media_sha256=playback.sha256 if playback else None,
    )
    credits = merge_credits(document.credits, load_vocabulary())
    voices = name_voices(
        text,
        credits,
        publication=document.show,
        publisher=labels == PUBLISHER,
        doubtful=DOUBT in labels,
        title=document.title,
        hosts=shop.source_of(document).hosts,
        voices=voice_votes(document.id, shop.settings, shop.catalogue),
    )
    # What an introduction says of a person is their standing in this document, like a credit.
    known = save_credits(replace(document, credits=credits_heard(credits, voices)), shop)
    named = claims(as_credited(voices, known), document, shop)
    text = with_attributions(text, named)
    shop.catalogue.save_text(text, now=now())
    enrol_voices(document.id, shop.settings, shop.catalogue)
    return Stage.READY


_NOT_HAD = "the publisher's transcript could not be fetched or read: recognised instead"


def _learn_from_page(document: Document, shop: Workshop) -> Document:
    if document.capture_sha256 is None:
        return document
    try:
        page, capture = read_page(document, shop)
    except ExtractionError:
        return document  # an episode is its audio; a page nobody can read loses only credits
    return learn_from_page(document, page, capture, shop)


def _fetch_media(document: Document, url: str, shop: Workshop) -> None:
    if _original(document, shop) is not None:
        return
    if url.startswith("file:"):
        raise PermanentError(url, cause="the file is damaged or no audio", remedy="add it again")
    with shop.work_folder(document, "media") as folder:
        fetched = fetch(document, url, folder / "media", shop, accept="audio")
        media = new_media(document, MediaRole.ORIGINAL, url, fetched.mime_type)
        keep(media, folder / "media", shop)
    if document.gone is not None:
        shop.catalogue.note_back(document.id, now=now())


def _original(document: Document, shop: Workshop) -> Media | None:
    """Return the recording at the document's present address, if it is stored and usable."""
    known = stored(document, MediaRole.ORIGINAL, shop)
    usable = (each for each in known if each.made_with != UNREADABLE)
    return next((each for each in usable if _is_at(each.url, document.media_url)), None)


def _is_at(url: str, media_url: str | None) -> bool:
    """Say whether a file was fetched from this address, however that is signed tonight."""
    return bool(media_url) and recording_key(url) == recording_key(media_url or "")


def _is_heard(
    document: Document, original: Media, published: Published | None, shop: Workshop
) -> bool:
    """Say whether this very file was heard before, and from the same transcript or model."""
    recognised = next(iter(stored(document, MediaRole.RECOGNISED, shop)), None)
    playback = next(iter(stored(document, MediaRole.PLAYBACK, shop)), None)
    if recognised is None or playback is None:
        return False
    recipe = (recognised.made_with or "").partition("; ")[2]
    ways = _ways(original, published, shop)
    return playback.made_with == made_from(original) and recipe in ways


def _ways(original: Media, published: Published | None, shop: Workshop) -> set[str]:
    """Return the recipes by which a recording would be heard today."""
    return {recipe_of(original, published, shop, refused=refused) for refused in (False, True)}


def _words_that_stay(
    document: Document, original: Media, published: Published | None, shop: Workshop
) -> Media | None:
    """Return the transcript whose voices somebody wants told apart anew, if its words may stay."""
    newest = next(iter(stored(document, MediaRole.RECOGNISED, shop)), None)
    recipe = kept_words(newest) if newest else None
    return newest if recipe in _ways(original, published, shop) else None


def _with_other_voices(
    document: Document, original: Media, kept: Media, folder: Path, shop: Workshop
) -> _Hearing:
    words = load_transcript(shop.files.read_bytes(kept.sha256))
    heard = shop.workers.run(
        hear,
        voices_job(document, original, words, folder, shop),
        lambda fraction, message: shop.progress(document.title, fraction, message),
    )
    made_with = f"{labels_of(heard, NO_VOICES)}; {kept_words(kept)}"
    return _Hearing(document, original, heard, made_with)


def _heard_before(document: Document, original: Media, shop: Workshop) -> _Earlier | None:
    """Return what was recognised in this very recording, if it is all there still."""
    playback = next(iter(stored(document, MediaRole.PLAYBACK, shop)), None)
    if playback is None or playback.made_with != made_from(original):
        return None
    for each in stored(document, MediaRole.RECOGNISED, shop):
        labels, _, recipe = (each.made_with or "").partition("; ")
        if recipe.startswith(f"{made_from(original)} with asr "):
            transcript = load_transcript(shop.files.read_bytes(each.sha256))
            return _Earlier(transcript, playback, labels)
    return None


def _with_later_words(
    document: Document, original: Media, published: Published, earlier: _Earlier, shop: Workshop
) -> _Hearing:
    """Take the publisher's words for a recording that was heard before they appeared."""
    length = earlier.playback.duration or earlier.transcript.duration or 0.0
    taken = TakenOver(transcript=earlier.transcript, refused=misfit(published.transcript, length))
    if taken.refused is None:
        names = tuple(credit.name for credit in document.credits)
        doubtful = DOUBT in earlier.labels
        taken = take_over(published.transcript, earlier.transcript, names, doubtful=doubtful)
    heard = Heard(
        playback_sha256=earlier.playback.sha256,
        playback_size=earlier.playback.size,
        duration=length,
        transcript=taken.transcript,
        voices=taken.voices,
        warnings=(),
    )
    labels = labels_of(heard, PUBLISHER) if taken.refused is None else earlier.labels
    recipe = recipe_of(original, published, shop, refused=taken.refused is not None)
    warnings = (_refusal(taken.refused),) if taken.refused else ()
    made_with = f"{labels}; {recipe}"
    same = bool(taken.voices or taken.refused)
    return _Hearing(document, original, heard, made_with, warnings, same_voices=same)


def _refusal(problem: str) -> str:
    return f"the publisher's transcript is not used: {problem}: recognised instead"


def _newest(document: Document, role: MediaRole, shop: Workshop) -> Media | None:
    return next(iter(shop.catalogue.media(document.id, role)), None)


def _hear(
    document: Document, original: Media, published: Published | None, folder: Path, shop: Workshop
) -> _Hearing:
    """Hear the recording; the publisher's words count if they fit its length and its words."""

    def run(transcript: Transcript | None, *, only_length: bool = False) -> Heard:
        job = hearing_job(document, original, transcript, folder, shop)
        if only_length:
            job = replace(job, tell_voices=False, second=None)
        return shop.workers.run(
            hear, job, lambda fraction, message: shop.progress(document.title, fraction, message)
        )

    wanted = shop.source_of(document).transcript is TranscriptPolicy.PREFER
    warnings = (_NOT_HAD,) if wanted and document.transcripts and published is None else ()
    if published is not None:
        # Only decoded, to know how long it is; what is decoded is kept for the next step.
        length = run(published.transcript, only_length=True).duration
        problem = misfit(published.transcript, length)
        if problem is None:
            heard = run(published.transcript)
            problem = heard.refused
        if problem is None:
            recipe = recipe_of(original, published, shop, refused=False)
            return _Hearing(document, original, heard, f"{labels_of(heard, PUBLISHER)}; {recipe}")
        warnings = (_refusal(problem),)
    heard = run(None)
    recipe = recipe_of(original, published, shop, refused=True)
    return _Hearing(document, original, heard, f"{labels_of(heard, NO_VOICES)}; {recipe}", warnings)


def _save_unheard(document: Document, published: Published, shop: Workshop) -> None:
    """Keep a publisher's transcript as it is: there is no recording to hold it against."""
    words = shop.files.put_bytes(dump_transcript(published.transcript))
    shop.catalogue.save_media(
        replace(
            new_media(document, MediaRole.RECOGNISED, document.url, "application/json"),
            sha256=words.sha256,
            size=words.size,
            made_with=f"{PUBLISHER}; without recording, from transcript {published.sha256}",
        )
    )


def _save_heard(hearing: _Hearing, shop: Workshop) -> None:
    document, original, heard = hearing.document, hearing.original, hearing.heard
    transcript = heard.transcript
    if transcript is None:
        raise PermanentError(document.url, cause="neither words nor a transcript")
    warnings = (*hearing.warnings, *transcript.warnings, *heard.warnings)
    if heard.voices is not None:
        warnings += heard.voices.warnings
    each_once = tuple(dict.fromkeys(warnings))
    words = shop.files.put_bytes(dump_transcript(replace(transcript, warnings=each_once)))
    playback = replace(
        new_media(document, MediaRole.PLAYBACK, original.url, "audio/mp4"),
        sha256=heard.playback_sha256,
        size=heard.playback_size,
        duration=heard.duration,
        made_with=made_from(original),
    )
    recognised = replace(
        new_media(document, MediaRole.RECOGNISED, original.url, "application/json"),
        sha256=words.sha256,
        size=words.size,
        duration=heard.duration,
        made_with=hearing.made_with,
    )
    if not hearing.same_voices:
        keep_voices(document.id, heard.voices, shop.settings)
    shop.catalogue.save_media(playback)
    shop.catalogue.save_media(recognised)

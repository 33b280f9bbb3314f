"""The steps of an episode: fetch its files, hear them, and put names to voices."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from corpus.errors import (
    CaptionsError,
    ExtractionError,
    IngestError,
    PermanentError,
)
from corpus.types import (
    Credit,
    Document,
    Media,
    MediaRole,
    Stage,
    Transcript,
    TranscriptLink,
    TranscriptPolicy,
)
from corpus.vocabulary import load_vocabulary
from ingest.captions import parse_captions
from ingest.documents import claims, learn_from_page, read_page, save_credits
from ingest.fetch import Fetched, fetch_file
from ingest.hearing import Heard, HearingJob, hear
from ingest.naming import merge_credits, name_voices
from ingest.texts import build_episode_text, dump_transcript, load_transcript
from ingest.transcribe import TranscribeOptions
from ingest.workshop import Workshop, now

_SPEAKING_PARTS = frozenset({"host", "guest"})
# Dialects in the order of what they keep: who spoke, then when, then words alone.
_PREFERENCE = ("vtt", "json", "srt", "html", "plain")


def fetch_episode(document: Document, shop: Workshop) -> Stage:
    """Read the episode's page, then fetch its transcript and audio into the store.

    Raises:
        IngestError: the audio could not be fetched; says whether to try again.
    """
    document = _learn_from_page(document, shop)
    save_credits(document, shop)
    if document.media_url is None:
        raise PermanentError(document.url, cause="neither feed nor page names an audio file")
    _fetch_transcript(document, shop)
    _fetch_media(document, document.media_url, shop)
    return Stage.FETCHED


def hear_episode(document: Document, shop: Workshop) -> Stage:
    """Make the playback copy; transcribe and tell voices apart where that is needed.

    Raises:
        MediaError: the file is not usable audio.
        TransientError: the worker died.
    """
    original = _newest(document, MediaRole.ORIGINAL, shop)
    if original is None:
        raise PermanentError(document.url, cause="its audio is not in the store")
    if _is_heard(document, original, shop):
        return Stage.TRANSCRIBED
    published = _published_transcript(document, shop)
    with shop.work_folder(document) as folder:
        job = _job(document, original, published, folder, shop)
        heard = shop.workers.run(
            hear, job, lambda fraction, message: shop.progress(document.title, fraction, message)
        )
        _save_heard(document, original, heard, published, shop)
    return Stage.TRANSCRIBED


def name_episode(document: Document, shop: Workshop) -> Stage:
    """Put names to labels where that is certain, and save the text."""
    recognised = _newest(document, MediaRole.RECOGNISED, shop)
    playback = _newest(document, MediaRole.PLAYBACK, shop)
    if recognised is None or playback is None:
        raise PermanentError(document.url, cause="its transcript is not in the store")
    transcript = load_transcript(shop.files.read_bytes(recognised.sha256))
    credits = save_credits(document, shop)
    voices = name_voices(
        transcript,
        credits,
        publisher=recognised.made_with == _PUBLISHER,
        doubtful=_DOUBT in (recognised.made_with or ""),
    )
    text = build_episode_text(
        transcript,
        document_id=document.id,
        attributions=claims(list(voices.values()), document, shop),
        media_sha256=playback.sha256,
    )
    shop.catalogue.save_text(text, now=now())
    return Stage.READY


_PUBLISHER = "publisher labels"
_VOICES = "voices"
_DOUBT = "in doubt"


def _learn_from_page(document: Document, shop: Workshop) -> Document:
    if document.capture_sha256 is None:
        return document
    try:
        page, capture = read_page(document, shop)
    except ExtractionError:
        return document  # an episode is its audio; a page nobody can read loses only credits
    return learn_from_page(document, page, capture, shop)


def _fetch_media(document: Document, url: str, shop: Workshop) -> None:
    if any(media.url == url for media in shop.catalogue.media(document.id, MediaRole.ORIGINAL)):
        return
    with shop.work_folder(document) as folder:
        fetched = _fetch(document, url, folder / "media", shop, accept="audio")
        _keep(document, fetched, folder / "media", MediaRole.ORIGINAL, shop, url=url)


def _fetch_transcript(document: Document, shop: Workshop) -> None:
    """Fetch the publisher's transcript where the source wants it; its want is no failure."""
    if shop.source_of(document).transcript is not TranscriptPolicy.PREFER:
        return
    kept = {media.url for media in shop.catalogue.media(document.id, MediaRole.TRANSCRIPT)}
    for link in sorted(document.transcripts, key=_rank):
        if link.url in kept:
            return
        with shop.work_folder(document) as folder:
            target = folder / "transcript"
            try:
                fetched = _fetch(document, link.url, target, shop, accept="transcript")
                mime = fetched.mime_type or link.mime_type
                parse_captions(target.read_bytes(), mime_type=mime, url=link.url)
            except IngestError as error:
                shop.progress(document.title, 0.0, f"publisher transcript left out: {error}")
                continue
            _keep(document, fetched, target, MediaRole.TRANSCRIPT, shop, url=link.url)
            return


def _rank(link: TranscriptLink) -> int:
    said = f"{link.mime_type or ''} {link.url}".casefold()
    return next((i for i, word in enumerate(_PREFERENCE) if word in said), len(_PREFERENCE))


def _fetch(document: Document, url: str, target: Path, shop: Workshop, *, accept: str) -> Fetched:
    return fetch_file(
        url,
        target,
        settings=shop.settings,
        allow_private=shop.source_of(document).allow_private,
        accept=accept,  # type: ignore[arg-type]  # the two literals above
        progress=lambda fraction, message: shop.progress(document.title, fraction, message),
    )


def _keep(
    document: Document, fetched: Fetched, path: Path, role: MediaRole, shop: Workshop, *, url: str
) -> None:
    stored = shop.files.put_file(path)
    shop.catalogue.save_media(
        Media(
            document_id=document.id,
            role=role,
            url=url,
            sha256=stored.sha256,
            size=stored.size,
            mime_type=fetched.mime_type,
            retrieved=now(),
        )
    )


def _is_heard(document: Document, original: Media, shop: Workshop) -> bool:
    """Say whether a run that was killed just afterwards had heard this very file."""
    recognised = _newest(document, MediaRole.RECOGNISED, shop)
    playback = _newest(document, MediaRole.PLAYBACK, shop)
    if recognised is None or playback is None:
        return False
    return playback.made_with == _made_from(original) and recognised.url == original.url


def _made_from(original: Media) -> str:
    return f"from {original.sha256}"


def _newest(document: Document, role: MediaRole, shop: Workshop) -> Media | None:
    return next(iter(shop.catalogue.media(document.id, role)), None)


def _published_transcript(document: Document, shop: Workshop) -> Transcript | None:
    media = _newest(document, MediaRole.TRANSCRIPT, shop)
    if media is None:
        return None
    try:
        data = shop.files.read_bytes(media.sha256)
        return parse_captions(data, mime_type=media.mime_type, url=media.url)
    except CaptionsError:
        return None


def _job(
    document: Document,
    original: Media,
    published: Transcript | None,
    folder: Path,
    shop: Workshop,
) -> HearingJob:
    settings = shop.settings
    labelled = published is not None and any(word.speaker for word in published.words)
    options = TranscribeOptions(
        model=settings.whisper_model,
        compute_type=settings.whisper_compute_type,
        device=settings.device,
        threads=settings.threads,
        language=_bare_code(shop.source_of(document).language),
        hotwords=load_vocabulary().hotwords,
        cache_dir=settings.cache_dir,
    )
    return HearingJob(
        files_url=settings.files,
        media_sha256=original.sha256,
        folder=str(folder),
        max_seconds=settings.media_max_seconds,
        options=None if published is not None else options,
        tell_voices=settings.voices and not labelled,
        expected_voices=_expected(document.credits),
        transcript=published,
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


def _save_heard(
    document: Document,
    original: Media,
    heard: Heard,
    published: Transcript | None,
    shop: Workshop,
) -> None:
    playback = Media(
        document_id=document.id,
        role=MediaRole.PLAYBACK,
        url=original.url,
        sha256=heard.playback_sha256,
        size=heard.playback_size,
        mime_type="audio/mp4",
        duration=heard.duration,
        retrieved=now(),
        made_with=_made_from(original),
    )
    transcript = heard.transcript
    if transcript is None:
        raise PermanentError(document.url, cause="neither words nor a transcript")
    warnings = (*transcript.warnings, *heard.warnings)
    if heard.voices is not None:
        warnings += heard.voices.warnings
    stored = shop.files.put_bytes(dump_transcript(replace(transcript, warnings=warnings)))
    shop.catalogue.save_media(playback)
    shop.catalogue.save_media(
        Media(
            document_id=document.id,
            role=MediaRole.RECOGNISED,
            url=original.url,
            sha256=stored.sha256,
            size=stored.size,
            mime_type="application/json",
            duration=heard.duration,
            retrieved=now(),
            made_with=_labels_from(heard, published),
        )
    )


def _labels_from(heard: Heard, published: Transcript | None) -> str:
    if heard.voices is None:
        return _PUBLISHER if published is not None else "no voices"
    return f"{_VOICES} {_DOUBT}" if heard.voices.warnings else _VOICES

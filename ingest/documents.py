"""What every kind of document needs: its page, its files, its credits and people."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import CaptionsError, FileNotStoredError, IngestError, TransientError
from corpus.names import folded_words
from corpus.types import (
    Attribution,
    Capture,
    Credit,
    DiscoveredItem,
    Document,
    Media,
    MediaRole,
    Transcript,
    TranscriptLink,
    TranscriptPolicy,
)
from corpus.vocabulary import load_vocabulary
from ingest.captions import parse_captions, parse_printed
from ingest.extract import ExtractedPage, extract_page
from ingest.fetch import Accept, Fetched, fetch_file
from ingest.naming import NamedVoice, attribution, merge_credits
from ingest.spiders import ADDED, ADDED_SHOW
from ingest.texts import dump_transcript
from ingest.workshop import Workshop, now


def capture_of(document: Document, shop: Workshop) -> Capture:
    """Return the newest capture of the document's own page.

    Raises:
        TransientError: the page could not be fetched yet.
    """
    if document.capture_sha256 is None:
        raise TransientError(
            document.url,
            cause="its page has not been fetched yet",
            remedy="the next crawl of its source asks for it again",
        )
    return shop.catalogue.capture(document.capture_sha256)


def read_page(document: Document, shop: Workshop) -> tuple[ExtractedPage, Capture]:
    """Return what the document's captured page says."""
    capture = capture_of(document, shop)
    body = shop.files.read_bytes(capture.sha256)
    return extract_page(body, url=capture.final_url, headers=capture.headers), capture


def learn_from_page(
    document: Document, page: ExtractedPage, capture: Capture, shop: Workshop
) -> Document:
    """Record what the page says about the document, beside what the feed or listing said.

    Of a page that was added as a file the person who added it said title and show, and nothing
    is fetched for it.
    """
    by_hand = document.url.startswith("file:")
    item = DiscoveredItem(
        source_id=document.source_id,
        kind=document.kind,
        url=document.url,
        guid=document.guid,
        canonical_url=page.canonical_url,
        title=None if by_hand else page.title,
        show=document.show or page.show,
        published=document.published or page.published,
        language=page.language,
        media_url=document.media_url or (None if by_hand else page.audio_url),
        media_type=document.media_type or (None if by_hand else page.audio_type),
        transcripts=page.transcripts,
        credits=page.credits,
        capture=capture,
    )
    learnt, _ = shop.catalogue.record_discovered(item, now=now())
    return learnt


def fetch(document: Document, url: str, target: Path, shop: Workshop, *, accept: Accept) -> Fetched:
    """Download a file of the document, as its source allows it."""
    return fetch_file(
        url,
        target,
        settings=shop.settings,
        allow_private=shop.source_of(document).allow_private,
        accept=accept,
        progress=lambda fraction, message: shop.progress(document.title, fraction, message),
    )


def keep(media: Media, path: Path, shop: Workshop) -> None:
    """Put the file at `path` into the store; what is known of it, into the catalogue."""
    file = shop.files.put_file(path)
    shop.catalogue.save_media(replace(media, sha256=file.sha256, size=file.size))


def stored(document: Document, role: MediaRole, shop: Workshop) -> list[Media]:
    """Return the document's files of a role that are whole in the store, last saved first."""
    return [each for each in shop.catalogue.media(document.id, role) if _is_whole(each, shop)]


def _is_whole(media: Media, shop: Workshop) -> bool:
    try:
        shop.files.check(media.sha256)
    except FileNotStoredError:  # damaged, too
        return False
    return True


def new_media(document: Document, role: MediaRole, url: str, mime_type: str) -> Media:
    """Return what is known of a file before it is stored."""
    return Media(
        document_id=document.id,
        role=role,
        url=url,
        sha256="",
        size=0,
        mime_type=mime_type,
        retrieved=now(),
    )


def save_credits(document: Document, shop: Workshop) -> tuple[Credit, ...]:
    """Join the document's credits by name, with the roles their descriptions claim."""
    credits = merge_credits(document.credits, load_vocabulary())
    known = tuple(
        replace(credit, person_id=_person_id(credit, document, shop)) for credit in credits
    )
    shop.catalogue.save_credits(document.id, known, now=now())
    return known


def claim(voice: NamedVoice, document: Document, shop: Workshop) -> Attribution:
    """Return the attribution of a voice or byline; its person enters the catalogue."""
    if voice.credit is None:
        return attribution(voice, None)
    return attribution(voice, _person_id(voice.credit, document, shop))


def claims(
    voices: Sequence[NamedVoice], document: Document, shop: Workshop
) -> dict[str | None, Attribution]:
    """Return the attribution of every label."""
    return {voice.label: claim(voice, document, shop) for voice in voices}


def _person_id(credit: Credit, document: Document, shop: Workshop) -> str:
    person = shop.catalogue.ensure_person(
        credit, source_id=_heard_in(document), document_id=document.id
    )
    return person.id


def _heard_in(document: Document) -> str:
    """Return the source that makes one name one person.

    What people add by hand has nothing in common but that: there it is the show, if one was
    given, or the document alone.
    """
    if document.source_id != ADDED:
        return document.source_id
    known = document.show if document.show != ADDED_SHOW else ""
    return f"{ADDED}/{' '.join(folded_words(known)) or document.id}"


# ── publishers' transcripts ────────────────────────────────────────────────────────────────────

_PATIENCE = 3  # failures in a row for which a publisher's transcript is worth waiting for
_OVERHANG = 5.0  # seconds that a transcript may go on after the end of its recording
_LEAST_COVERED = 0.5  # of the recording, or the transcript is of something else
_SLOWEST, _FASTEST = 0.4, 6.0  # words a second: an episode is no audiobook and no auction
_FOR = " known, fetched for "
# Dialects in the order of what they keep: who spoke, then when, then words alone.
_PREFERENCE = ("vtt", "json", "srt", "html", "plain")


@dataclass(frozen=True, slots=True)
class Published:
    """The publisher's transcript of the present recording."""

    sha256: str  # of the file as it was fetched; of what a page prints, of the transcript in it
    transcript: Transcript


def fetch_transcript(document: Document, shop: Workshop) -> None:
    """Fetch the publisher's transcript where the source wants it.

    Raises:
        TransientError: it may be there later, and was not waited for long enough.
    """
    if shop.source_of(document).transcript is not TranscriptPolicy.PREFER:
        return
    kept = {media.url for media in _transcripts(document, shop)}
    for link in sorted(_links(document, shop), key=_rank):
        if link.url in kept or _fetch_link(document, link, shop):
            return


def published_transcript(document: Document, shop: Workshop) -> Published | None:
    """Return the publisher's transcript of the present recording, if there is one to use."""
    for media in _transcripts(document, shop)[:1]:
        with contextlib.suppress(CaptionsError):
            data = shop.files.read_bytes(media.sha256)
            transcript = parse_captions(data, mime_type=media.mime_type, url=media.url)
            return Published(media.sha256, transcript)
    return _printed_transcript(document, shop)


def _printed_transcript(document: Document, shop: Workshop) -> Published | None:
    """Return the transcript printed on the episode's own page, where the source wants it."""
    wanted = shop.source_of(document).transcript is TranscriptPolicy.PREFER
    if not wanted or document.capture_sha256 is None:
        return None
    try:
        page, capture = read_page(document, shop)
    except IngestError:
        return None
    transcript = parse_printed([each.text for each in page.paragraphs], url=capture.final_url)
    if transcript is None:
        return None
    # Not the page's own: what else changes on it, as it does with every look, is not heard anew.
    return Published(hashlib.sha256(dump_transcript(transcript)).hexdigest(), transcript)


def misfit(transcript: Transcript, length: float) -> str | None:
    """Return why a transcript cannot be of a recording of `length` seconds, None if it can."""
    words = transcript.words
    if all(word.estimated for word in words):
        # Nothing in it tells the time; how fast one would have to speak does.
        rate = len(words) / max(length, 1.0)
        if _SLOWEST <= rate <= _FASTEST:
            return None
        return f"its {len(words)} words would be spoken in {length:.0f} s, {rate:.1f} a second"
    begin = min(word.start_time for word in words)
    end = max(word.end_time for word in words)
    if end > length + _OVERHANG:
        return f"it ends at {end:.0f} s and the recording at {length:.0f} s"
    if end - begin < length * _LEAST_COVERED:
        return f"it covers {end - begin:.0f} s of a recording of {length:.0f} s"
    return None


def _fetch_link(document: Document, link: TranscriptLink, shop: Workshop) -> bool:
    """Fetch and store one transcript; tell whether it can be used."""
    with shop.work_folder(document, "transcript") as folder:
        target = folder / "transcript"
        try:
            fetched = fetch(document, link.url, target, shop, accept="transcript")
            mime = fetched.mime_type or link.mime_type or ""
            parse_captions(target.read_bytes(), mime_type=mime, url=link.url)
        except IngestError as error:
            if isinstance(error, TransientError) and document.attempts < _PATIENCE:
                raise
            shop.progress(document.title, 0.0, f"publisher transcript left out: {error}")
            return False
        media = new_media(document, MediaRole.TRANSCRIPT, link.url, mime)
        keep(replace(media, made_with=file_made_for(document)), target, shop)
        return True


def file_made_for(document: Document) -> str:
    """Return which recording a transcript was fetched for, and how many links there were."""
    return f"{len(document.transcripts)} links{_FOR}{document.media_url}"


def _transcripts(document: Document, shop: Workshop) -> list[Media]:
    """Return the stored transcripts that were fetched for the present recording."""
    return [
        media
        for media in stored(document, MediaRole.TRANSCRIPT, shop)
        if (media.made_with or "").partition(_FOR)[2] == str(document.media_url)
    ]


def _links(document: Document, shop: Workshop) -> tuple[TranscriptLink, ...]:
    """Return the links that may be of the present recording.

    The catalogue keeps every link it saw, the old ones first. Those that came after the last
    transcript of an earlier recording belong to this one. When none came, the publisher still
    offers the same ones, and they are fetched again.
    """
    fetched = shop.catalogue.media(document.id, MediaRole.TRANSCRIPT)
    notes = [(media.made_with or "").partition(_FOR) for media in fetched]
    earlier = [
        int(links.split()[0]) for links, _, url in notes if url != document.media_url and url
    ]
    return document.transcripts[max(earlier, default=0) :] or document.transcripts


def _rank(link: TranscriptLink) -> int:
    said = f"{link.mime_type or ''} {link.url}".casefold()
    return next((i for i, word in enumerate(_PREFERENCE) if word in said), len(_PREFERENCE))

"""What a person adds by hand: one address, or files from their own disk.

A file is an article (a saved page), a recording, or a transcript with or without its recording.
What it is, its bytes say; a person may say otherwise. The same file is the same document.
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from corpus.errors import CaptionsError, ExtractionError, NotFoundError
from corpus.files import StoredFile
from corpus.types import (
    Capture,
    Credit,
    DiscoveredItem,
    Document,
    DocumentKind,
    Media,
    MediaRole,
    Outcome,
    Stage,
    TranscriptLink,
)
from ingest.arrivals import completed, keep_capture
from ingest.captions import parse_captions
from ingest.crawl import discover, single_page_source
from ingest.documents import file_made_for
from ingest.extract import ExtractedPage, extract_page
from ingest.pipeline import finish
from ingest.sameness import join_alike
from ingest.spiders import ADDED, ADDED_SHOW
from ingest.workshop import Workshop, now

_PAGES = frozenset({".html", ".htm", ".xhtml"})
_TRANSCRIPTS = frozenset({".vtt", ".srt", ".json", ".txt", ".md", ".markdown", ".text"})
_MOST_BYTES = 50_000_000  # a transcript of a day is 2 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFile:
    """What a person says of a file they add; None: as the file itself says."""

    media: Path | None = None  # the recording that a transcript is of
    kind: DocumentKind | None = None  # of a page or a text: article, or transcript (episode)
    title: str | None = None
    show: str | None = None
    published: datetime | None = None
    hosts: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()  # a name, or "name, description"

    @property
    def credits(self) -> tuple[Credit, ...]:
        """Hosts and guests, as credits a person gave."""
        said = [("host", each) for each in self.hosts] + [("guest", each) for each in self.guests]
        return tuple(
            Credit(
                name=line.partition(",")[0].strip(),
                part=part,
                description=line.partition(",")[2].strip() or None,
                evidence=f"given by hand: {line}",
            )
            for part, line in said
        )


def add_target(
    shop: Workshop,
    target: str,
    *,
    allow_private: bool = False,
    said: AddedFile | None = None,
) -> list[Outcome]:
    """Take in one page, feed or audio URL, or one local file, as far as it goes now.

    What cannot be finished now waits for a later run, like any document. That `allow_private`
    was given is not remembered: from a private network, add the address again.

    Args:
        shop: the tools.
        target: an http(s) URL, or the path of an audio file, a transcript or a saved page.
        allow_private: whether the URL may be in a private network.
        said: what the person says of a local file.

    Returns:
        At least one outcome for each document; `before` is `after` when nothing was to be done.

    Raises:
        NotFoundError: neither an address nor a file; or nothing usable was found there.
    """
    if target.startswith(("http://", "https://")):
        if said not in (None, AddedFile()):
            raise NotFoundError(
                target, cause="an address speaks for itself", remedy="give these for a file only"
            )
        return _add_url(shop, target, allow_private=allow_private)
    path = _existing(Path(target))
    said = said or AddedFile()
    suffix = path.suffix.lower()
    if suffix in _PAGES | _TRANSCRIPTS:
        document = _record_text(shop, path, said)
    else:
        document = _record_audio(shop, said.media or path, said)
    return _take_on(document.id, shop)


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise NotFoundError(
            str(path), cause="neither an address nor a file", remedy="give an http(s) URL or a file"
        )
    return path


def _take_on(document_id: str, shop: Workshop) -> list[Outcome]:
    """Finish a document that a person asked for, also one that was given up before."""
    document = shop.catalogue.document(document_id)
    if document.stage is Stage.DEAD:
        shop.catalogue.revive(document_id, now=now())
    nothing_to_do = Outcome(
        document_id=document_id, title=document.title, before=document.stage, after=document.stage
    )
    done = finish(document_id, shop) or [nothing_to_do]
    join_alike(shop.catalogue)
    return done


def _add_url(shop: Workshop, url: str, *, allow_private: bool) -> list[Outcome]:
    source = single_page_source(url, allow_private=allow_private)
    shop = replace(shop, sources={**shop.sources, ADDED: source})
    found: dict[str, None] = {}

    def keep_item(item: DiscoveredItem) -> None:
        document, _ = shop.catalogue.record_discovered(completed(item, shop), now=now())
        found[document.id] = None

    crawled = discover(
        [source],
        shop.settings,
        validators=lambda _: None,
        on_item=keep_item,
        on_capture=partial(keep_capture, shop),
    )
    if not found:
        reasons = [crawled[0].report.error, *crawled[0].report.warnings] if crawled else []
        cause = "; ".join(filter(None, reasons)) or "no article or episode was found there"
        raise NotFoundError(url, cause=cause)
    return [outcome for document_id in found for outcome in _take_on(document_id, shop)]


# ── files ────────────────────────────────────────────────────────────────────────────────────


def _record_audio(shop: Workshop, path: Path, said: AddedFile) -> Document:
    """Store a recording as an episode; the same bytes are the same document."""
    stored = shop.files.put_file(path)
    url = _address(stored, path)
    document = _record(
        shop,
        _item(DocumentKind.EPISODE, url, path, said, guid=stored.sha256, media=(url, _mime(path))),
    )
    _save_media(shop, document, MediaRole.ORIGINAL, stored, path)
    return document


def _record_text(shop: Workshop, path: Path, said: AddedFile) -> Document:
    """Store a transcript or a saved page, whichever it is."""
    if path.stat().st_size > _MOST_BYTES:
        raise NotFoundError(
            str(path), cause=f"larger than {_MOST_BYTES // 1_000_000} MB", remedy="give the text"
        )
    data = path.read_bytes()
    page = _page(path, data) if path.suffix.lower() in _PAGES else None
    if _is_article(path, data, page, said):
        return _record_article(shop, path, page, said)
    return _record_transcript(shop, path, page, said)


def _is_article(path: Path, data: bytes, page: ExtractedPage | None, said: AddedFile) -> bool:
    """Say whether a file is an article rather than a transcript.

    Raises:
        CaptionsError: it is neither.
    """
    if said.kind is not None:
        return said.kind is DocumentKind.ARTICLE
    if said.media is not None:
        return False
    try:
        transcript = parse_captions(data, mime_type=_mime(path), url=path.name)
    except CaptionsError:
        if page is None:
            raise
        return True
    return page is not None and not any(word.speaker for word in transcript.words)


def _page(path: Path, data: bytes) -> ExtractedPage | None:
    try:
        return extract_page(data, url=f"file:{path.name}")
    except ExtractionError:
        return None


def _record_article(
    shop: Workshop, path: Path, page: ExtractedPage | None, said: AddedFile
) -> Document:
    stored = shop.files.put_file(path)
    url = _address(stored, path)
    item = _item(DocumentKind.ARTICLE, url, path, _told_by(page, said), guid=stored.sha256)
    return _record(shop, replace(item, capture=_capture(shop, stored, url, path)))


def _record_transcript(
    shop: Workshop, path: Path, page: ExtractedPage | None, said: AddedFile
) -> Document:
    """Store a transcript as an episode; with its recording, that decides which episode it is."""
    stored = shop.files.put_file(path)
    url = _address(stored, path)
    recording = shop.files.put_file(_existing(said.media)) if said.media else None
    media = None
    if recording is not None and said.media is not None:
        media = (_address(recording, said.media), _mime(said.media))
    item = _item(
        DocumentKind.EPISODE,
        media[0] if media else url,
        path,
        _told_by(page, said),
        guid=recording.sha256 if recording else stored.sha256,
        media=media,
    )
    link = TranscriptLink(url=url, mime_type=_mime(path))
    credits = (*item.credits, *(page.credits if page else ()))
    document = _record(shop, replace(item, transcripts=(link,), credits=credits))
    if recording is not None and said.media is not None:
        _save_media(shop, document, MediaRole.ORIGINAL, recording, said.media)
    _save_media(shop, document, MediaRole.TRANSCRIPT, stored, path)
    return document


def _told_by(page: ExtractedPage | None, said: AddedFile) -> AddedFile:
    """Fill what the person does not say with what the page says."""
    if page is None:
        return said
    return replace(
        said,
        title=said.title or page.title,
        show=said.show or page.show,
        published=said.published or page.published,
    )


def _item(
    kind: DocumentKind,
    url: str,
    path: Path,
    said: AddedFile,
    *,
    guid: str,
    media: tuple[str, str] | None = None,
) -> DiscoveredItem:
    return DiscoveredItem(
        source_id=ADDED,
        kind=kind,
        url=url,
        guid=f"sha256:{guid}",
        title=said.title or path.stem,
        show=said.show or ADDED_SHOW,
        published=said.published,
        media_url=media[0] if media else None,
        media_type=media[1] if media else None,
        credits=said.credits,
    )


def _record(shop: Workshop, item: DiscoveredItem) -> Document:
    document, _ = shop.catalogue.record_discovered(item, now=now())
    return document


def _save_media(
    shop: Workshop, document: Document, role: MediaRole, stored: StoredFile, path: Path
) -> None:
    shop.catalogue.save_media(
        Media(
            document_id=document.id,
            role=role,
            url=_address(stored, path),
            sha256=stored.sha256,
            size=stored.size,
            mime_type=_mime(path),
            retrieved=now(),
            made_with=file_made_for(document) if role is MediaRole.TRANSCRIPT else None,
        )
    )


def _capture(shop: Workshop, stored: StoredFile, url: str, path: Path) -> Capture:
    capture = Capture(
        url=url,
        final_url=url,
        sha256=stored.sha256,
        size=stored.size,
        mime_type=_mime(path),
        status=200,
        headers=(),
        retrieved=now(),
    )
    shop.catalogue.save_capture(capture)
    return capture


def _address(stored: StoredFile, path: Path) -> str:
    return f"file:{stored.sha256[:12]}/{path.name}"


def _mime(path: Path) -> str:
    known = {".vtt": "text/vtt", ".srt": "application/x-subrip", ".md": "text/markdown"}
    suffix = path.suffix.lower()
    return known.get(suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"

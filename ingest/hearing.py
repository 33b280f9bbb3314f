"""Hearing: one recording from stored file to playback copy, words and voices.

This is what runs on a worker: it knows files and models, not the catalogue, so that the same
function serves one laptop and a cluster whose workers share the file store.
"""

from __future__ import annotations

import contextlib
import json
import platform
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Event

from corpus.errors import ParkedError, SettingsError
from corpus.files import FileStore
from corpus.types import Transcript, Voices
from ingest.audio import Decoded, decode_audio
from ingest.sound.secondhearing import Checked, agree, check_published, reads_english, serves
from ingest.transcribe import TranscribeOptions, release_model, transcribe
from ingest.voices import assign_voices, tell_apart

Report = Callable[[float, str], None]
_LONG = 1200.0  # seconds; beyond, words and voices together would fill a small machine
_LOOK = 2.0  # seconds between two times it is told that voices are still being told apart
_FORGOTTEN = 7 * 86_400.0  # seconds after which nobody goes on with half-done work
_DECODE, _SECOND, _TRANSCRIBE = 0.05, 0.55, 0.85  # shares of the time, for one bar over all steps


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingJob:
    """Everything a worker needs to hear one recording."""

    files_url: str
    media_sha256: str
    folder: str  # for half-done work; survives a crash
    max_seconds: float
    options: TranscribeOptions | None  # None: the publisher's words are used
    tell_voices: bool
    expected_voices: int | None
    device: str = "auto"
    cache_dir: str | None = None  # for models in a quicker form
    transcript: Transcript | None = None  # the publisher's words
    second: TranscribeOptions | None = None  # None: the words are decoded once, or not at all
    names: tuple[str, ...] = ()  # of people who may be heard


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a worker made of one recording."""

    playback_sha256: str
    playback_size: int
    duration: float  # seconds
    transcript: Transcript | None
    voices: Voices | None
    warnings: tuple[str, ...]
    refused: str | None = None  # why the publisher's transcript cannot be of this recording


def hear(job: HearingJob, report: Report) -> Heard:
    """Decode, transcribe and tell voices apart; every finished part survives a crash.

    Raises:
        MediaError: the file is not usable audio.
        StoreError: the file store cannot be read or written.
        SettingsError: this machine does not see the archive's files.
    """
    files = FileStore(job.files_url)
    if not files.exists(job.media_sha256):
        # Just now it was there; so this is another store, and no document is to blame.
        raise SettingsError(
            f"files_url {job.files_url}",
            cause=f"{platform.node()} does not find the recording there",
            remedy="name a shared folder or object storage that every worker sees",
        )
    with _work_folder(job) as folder:
        return _hear(replace(job, folder=str(folder)), files, report)


def _hear(job: HearingJob, files: FileStore, report: Report) -> Heard:
    decoded = _decode(job, files, Path(job.folder), report)
    playback = files.put_file(decoded.playback)
    with _voices_beside(job, decoded) as beside:
        checked = _words(job, decoded, report)
        transcript = None if checked is None or checked.refused else checked.transcript
        voices = None
        if job.tell_voices and transcript is not None and transcript.words:
            report(_TRANSCRIBE, "telling voices apart")
            voices = _voices(job, decoded, beside, report)
            transcript = assign_voices(transcript, voices)
    report(1.0, "heard")
    return Heard(
        playback_sha256=playback.sha256,
        playback_size=playback.size,
        duration=decoded.duration,
        transcript=transcript,
        voices=voices,
        warnings=decoded.warnings,
        refused=checked.refused if checked else None,
    )


@contextlib.contextmanager
def _work_folder(job: HearingJob) -> Iterator[Path]:
    """Lend the archive's folder for half-done work where this machine sees it, else one here.

    What lies here is found again only by a worker of this machine; it is removed when the work
    ended well, or after a week.
    """
    folder = Path(job.folder)
    if folder.is_dir() or job.cache_dir is None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    here = Path(job.cache_dir) / "work"
    folder = here / job.media_sha256
    folder.mkdir(parents=True, exist_ok=True)
    for other in here.iterdir():
        with contextlib.suppress(OSError):
            if time.time() - other.stat().st_mtime > _FORGOTTEN:
                shutil.rmtree(other)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _voices_beside(job: HearingJob, decoded: Decoded) -> Iterator[Future[Voices] | None]:
    """Tell voices apart while words are decoded, unless both together would fill the memory.

    Neither keeps all cores busy by itself.
    """
    if not job.tell_voices or decoded.duration > _LONG:
        yield None
        return
    unwanted = Event()

    def go_on(_done: float, _said: str) -> None:
        if unwanted.is_set():
            raise ParkedError("telling voices apart")

    with ThreadPoolExecutor(1, thread_name_prefix="voices") as thread:
        try:
            yield thread.submit(_tell_apart, job, decoded, go_on)
        finally:
            unwanted.set()


def _voices(
    job: HearingJob, decoded: Decoded, beside: Future[Voices] | None, report: Report
) -> Voices:
    """Return the voices, which were told apart meanwhile or are told apart now."""
    if beside is None:
        release_model()
        rest = 1 - _TRANSCRIBE
        return _tell_apart(job, decoded, lambda f, said: report(_TRANSCRIBE + f * rest, said))
    while wait([beside], _LOOK).not_done:
        report(_TRANSCRIBE, "telling voices apart")
    return beside.result()


def _tell_apart(job: HearingJob, decoded: Decoded, progress: Report) -> Voices:
    return tell_apart(
        decoded.wav,
        expected=job.expected_voices,
        device=job.device,
        cache_dir=Path(job.cache_dir) if job.cache_dir else None,
        checkpoint=Path(job.folder) / "pieces",
        progress=progress,
    )


def _words(job: HearingJob, decoded: Decoded, report: Report) -> Checked | None:
    """Return the words, decoded or the publisher's, compared with a second decode."""
    if job.options is None:
        return _checked(job, job.transcript, decoded, report) if job.transcript else None
    end = _SECOND if job.second else _TRANSCRIBE
    transcript = _transcribe(job, job.options, decoded, report, (_DECODE, end))
    if job.second is None or not transcript.words:
        return Checked(transcript)
    if not serves(job.second.model, transcript.language):
        return Checked(_decoded_once(transcript, job.second))
    if decoded.duration > _LONG:
        release_model()
    # The language is known now; the second decode must not guess another.
    options = replace(job.second, language=transcript.language)
    second = _transcribe(job, options, decoded, report, (_SECOND, _TRANSCRIBE))
    return Checked(agree(transcript, second, job.names))


def _checked(job: HearingJob, published: Transcript, decoded: Decoded, report: Report) -> Checked:
    """Compare the publisher's words with one decode."""
    if job.second is None or not published.words:
        return Checked(published)
    # The text itself says its language more surely than the page it was found on.
    if not serves(job.second.model, "en" if reads_english(published.words) else None):
        return Checked(_decoded_once(published, job.second))
    heard = _transcribe(job, job.second, decoded, report, (_DECODE, _TRANSCRIBE))
    return check_published(published, heard, job.names)


def _decoded_once(transcript: Transcript, second: TranscribeOptions) -> Transcript:
    warning = f"nothing to compare these words with: {second.model} knows no language but English"
    return replace(transcript, warnings=(*transcript.warnings, warning))


def _transcribe(
    job: HearingJob,
    options: TranscribeOptions,
    decoded: Decoded,
    report: Report,
    shares: tuple[float, float],
) -> Transcript:
    start, end = shares
    return transcribe(
        decoded.wav,
        options,
        checkpoint=Path(job.folder) / "pieces",
        progress=lambda done, message: report(start + done * (end - start), message),
    )


def _decode(job: HearingJob, files: FileStore, folder: Path, report: Report) -> Decoded:
    """Decode once; a run that was killed afterwards finds the decoded files again."""
    note = folder / f"decoded-{job.media_sha256[:16]}.json"
    kept = _read_note(note)
    if kept is not None:
        return kept
    with files.local_path(job.media_sha256) as original:
        decoded = decode_audio(
            original,
            folder,
            max_seconds=job.max_seconds,
            progress=lambda f, m: report(f * _DECODE, m),
        )
    part = note.with_suffix(".part")
    part.write_text(json.dumps(asdict(decoded), default=str), encoding="utf-8")
    part.replace(note)
    return decoded


def _read_note(note: Path) -> Decoded | None:
    """Return what an earlier run decoded, if all of it is still there and can be read."""
    try:
        fields = json.loads(note.read_text(encoding="utf-8"))
        paths = {name: Path(fields.pop(name)) for name in ("wav", "playback")}
        decoded = Decoded(**{**fields, **paths, "warnings": tuple(fields["warnings"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return decoded if all(path.exists() for path in paths.values()) else None

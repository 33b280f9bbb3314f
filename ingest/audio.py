"""One decode of a recording, into the two copies everything else works from (PyAV's door).

The *recording* is 16 kHz mono 16-bit wav, for the models. The *playback copy* is AAC in m4a,
for people. Both come from the same pass and the same clock: second 0 is the first sample that
decodes, and a second in one is the same second in the other. What the file holds at a damaged
place becomes silence of the same length, so that times after it stay right.
"""

from __future__ import annotations

import contextlib
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from corpus.errors import MediaError, StoreError

RECORDING_RATE = 16_000  # Hz; what the speech and voice models take
_PLAYBACK_RATES = (16_000, 22_050, 24_000, 32_000, 44_100, 48_000)  # Hz; every browser plays these
_PLAYBACK_BITS = {1: 64_000, 2: 96_000}  # bits per second, by channels
_JITTER = 0.1  # seconds; clocks of containers are rounded, smaller gaps are not gaps
_LONGEST_GAP = 600.0  # seconds; a larger jump of the clock is a broken clock, not silence
_PAUSE = 1.0  # seconds; some encoders send nothing while nobody speaks, but not for so long
_SHORT = 0.9  # share of the announced length under which a file counts as cut off

# Files are hostile: a playlist or a "concat" script is also a container to FFmpeg, and would make
# it open other files and addresses. Only containers that hold their own audio are let in.
_CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,flv,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp2,mp3,"
    "mpeg,mpegts,ogg,tta,w64,wav,wv"
)
# MP3 has no clock; what its reader cannot use arrives glued to the next frame, which is then larger
# than any frame can be.
_MP3_FRAME = 2881  # bytes

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The two copies of a recording; both last `duration` seconds."""

    wav: Path
    playback: Path
    duration: float
    warnings: tuple[str, ...] = ()


def decode_audio(
    source: Path, folder: Path, *, max_seconds: float, progress: Progress | None = None
) -> Decoded:
    """Decode `source` once into `folder`/recording.wav and `folder`/playback.m4a.

    Neither file is visible before both are whole. Memory does not grow with the recording.

    Args:
        source: a sound file, or a film with a sound track.
        folder: created when absent.
        max_seconds: longer recordings are refused.
        progress: told the share done (0 to 1) and a short message.

    Raises:
        MediaError: not audio, nothing of it decodes, or it is too long.
        StoreError: the copies could not be written.
    """
    wav, playback = folder / "recording.wav", folder / "playback.m4a"
    parts = (folder / "recording.wav.part", folder / "playback.m4a.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _open(source) as container:
            damage = _Damage()
            duration = _copy(container, parts, damage, _Watch(source, max_seconds, progress))
            warnings = damage.warnings(duration, _announced(container))
        for part, target in zip(parts, (wav, playback), strict=True):
            part.replace(target)
    except OSError as error:
        raise StoreError(
            str(folder), cause=str(error), remedy="make room, or check the folder's permissions"
        ) from error
    finally:  # also on KeyboardInterrupt: no half file stays
        for part in parts:
            with contextlib.suppress(OSError):
                part.unlink()
    return Decoded(wav=wav, playback=playback, duration=duration, warnings=warnings)


# ── reading ──────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def _open(source: Path) -> Iterator[Any]:
    import av

    av.logging.set_level(None)
    options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
    try:
        container = av.open(f"file:{source.absolute()}", options=options, metadata_errors="replace")
    except FileNotFoundError as error:
        raise MediaError(str(source), cause="no such file") from error
    except (av.FFmpegError, UnicodeError) as error:
        raise MediaError(str(source), cause=f"not a recording ({_why(error)})") from error
    with container:
        if not container.streams.audio:
            raise MediaError(str(source), cause="it has no audio track")
        if _sound(container).codec_context is None:
            raise MediaError(str(source), cause="nothing here decodes its audio track")
        yield container


def _sound(container: Any) -> Any:
    return container.streams.best("audio") or container.streams.audio[0]


def _why(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)


def _announced(container: Any) -> float | None:
    """Seconds the container says it lasts; often only an estimate."""
    return None if not container.duration else float(container.duration) / 1_000_000


@dataclass(slots=True)
class _Damage:
    """The stretches of a recording that did not decode, in seconds of our copies."""

    stretches: list[tuple[float, float]] = field(default_factory=list)
    failed: bool = False  # since the last packet that decoded

    def add(self, start: float, end: float) -> None:
        if self.stretches and start - self.stretches[-1][1] < 1.0:
            start, end = self.stretches[-1][0], max(end, self.stretches.pop()[1])
        self.stretches.append((start, end))

    def warnings(self, duration: float, announced: float | None) -> tuple[str, ...]:
        found = [
            f"the audio is damaged from {_clock(start)} to {_clock(end)}"
            for start, end in self.stretches[:20]
        ]
        if len(self.stretches) > 20:
            found.append(f"and at {len(self.stretches) - 20} more places")
        if announced and duration < announced * _SHORT and announced - duration > 1.0:
            found.append(
                f"the audio ends at {_clock(duration)} although {_clock(announced)} were announced"
            )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Watch:
    """Stops what is too long and reports how far the decode is."""

    source: Path
    max_seconds: float
    progress: Progress | None

    def at(self, position: float, announced: float | None) -> None:
        if position > self.max_seconds:
            raise MediaError(
                str(self.source),
                cause=f"longer than {_clock(self.max_seconds)}",
                remedy="raise media_max_seconds if this is meant",
            )
        if self.progress:
            whole = max(announced or 0.0, position)
            share = position / whole if whole else 0.0
            self.progress(share, f"decoded {_clock(position)} of {_clock(whole)}")


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _packets(container: Any, stream: Any, damage: _Damage) -> Iterator[Any]:
    """Yield packets; a place the container cannot be read at is stepped over."""
    import av

    moved = True
    while moved:
        moved = False
        try:
            for packet in container.demux(stream):
                moved = moved or packet.size > 0
                yield packet
        except av.FFmpegError:
            damage.failed = True
        else:
            return


def _frames(container: Any, damage: _Damage) -> Iterator[tuple[Any, float]]:
    """Yield each decoded frame with the seconds known to be lost just before it."""
    import av

    stream = _sound(container)
    holes = _Holes(active=container.format.name == "mp3")
    lost = 0.0
    for packet in _packets(container, stream, damage):
        lost += holes.before(packet)
        try:
            frames = stream.codec_context.decode(packet if packet.size else None)
        except av.FFmpegError:
            damage.failed = True
            continue
        for frame in frames:
            if frame.samples and frame.sample_rate:
                yield frame, lost
                lost = 0.0


@dataclass(slots=True)
class _Holes:
    """Bytes that an MP3 reader could not use, as seconds; other containers have a clock."""

    active: bool
    size: int = 0  # bytes and seconds read so far
    seconds: float = 0.0

    def before(self, packet: Any) -> float:
        """Return the seconds that are missing just before this packet's sound."""
        if not self.active or not packet.size or not packet.duration:
            return 0.0
        length: float = packet.duration * float(packet.time_base)
        if self.size and packet.size > _MP3_FRAME:
            return float(self.seconds * packet.size / self.size - length)
        self.size += packet.size
        self.seconds += length
        return 0.0


def _continuous(container: Any, damage: _Damage) -> Iterator[Any]:
    """Yield frames without gaps: what is missing is filled with silence."""
    position = 0.0  # seconds yielded
    base: float | None = None  # the clock's reading at second 0
    for frame, lost in _frames(container, damage):
        gap, clock = lost, frame.time
        if clock is not None:
            base = clock if base is None else base
            late = clock - base - position
            if not -_JITTER < late < _LONGEST_GAP:
                late = 0.0  # the clock was set back or broke: go on from here
            gap = max(lost, late)
            base = clock - position - gap if gap > late or late == 0.0 else base
        if gap > _JITTER:
            if damage.failed or lost or gap > _PAUSE:
                damage.add(position, position + gap)
            yield from _silence(frame, gap)
            position += gap
        damage.failed = False
        position += frame.samples / frame.sample_rate
        yield frame


def _silence(like: Any, seconds: float) -> Iterator[Any]:
    """Yield frames of silence in the form of `like`, at most one second each."""
    import av
    import numpy as np

    missing = round(seconds * like.sample_rate)
    while missing > 0:
        size = min(missing, like.sample_rate)
        blank = av.AudioFrame(format=like.format.name, layout=like.layout.name, samples=size)
        blank.sample_rate = like.sample_rate
        zero = 0x80 if like.format.name.startswith("u8") else 0
        for plane in blank.planes:
            plane.update(np.full(plane.buffer_size, zero, dtype=np.uint8).tobytes())
        yield blank
        missing -= size


# ── writing ──────────────────────────────────────────────────────────────────────────────────


def _copy(container: Any, parts: tuple[Path, Path], damage: _Damage, watch: _Watch) -> float:
    """Write both copies; returns their length in seconds."""
    announced = _announced(container)
    frames = _continuous(container, damage)
    first = next(frames, None)
    if first is None:
        raise MediaError(str(watch.source), cause="nothing of it can be decoded")
    with _Recording(parts[0]) as recording, _Playback(parts[1], first) as playback:
        position, told = 0.0, 0.0
        frame = first
        while frame is not None:
            position += frame.samples / frame.sample_rate
            for even in playback.write(frame):
                recording.write(even)
            if position - told > 10.0 or position > watch.max_seconds:
                watch.at(position, announced)
                told = position
            frame = next(frames, None)
        for even in playback.finish():
            recording.write(even)
        recording.finish()
    watch.at(position, position)
    return recording.samples / RECORDING_RATE


def _restamp(frame: Any, pts: int) -> Any:
    frame.pts, frame.time_base = pts, Fraction(1, frame.sample_rate)
    return frame


class _Resampler:
    """A resampler that survives a change of the input's form in mid-stream."""

    def __init__(self, **form: Any) -> None:
        self.form = form
        self.key: tuple[Any, ...] | None = None
        self.inner: Any = None
        self.fed = 0  # samples

    def push(self, frame: Any) -> Iterator[Any]:
        import av

        key = (frame.format.name, frame.layout.name, frame.sample_rate)
        if key != self.key:
            yield from self.flush()
            self.inner, self.key, self.fed = av.AudioResampler(**self.form), key, 0
        _restamp(frame, self.fed)
        self.fed += frame.samples
        yield from self.inner.resample(frame)

    def flush(self) -> Iterator[Any]:
        if self.inner is not None:
            yield from (frame for frame in self.inner.resample(None) if frame is not None)


class _Recording:
    """The wav file."""

    def __init__(self, path: Path) -> None:
        self.file = wave.open(str(path), "wb")  # noqa: SIM115 -- closed by __exit__
        self.file.setparams((1, 2, RECORDING_RATE, 0, "NONE", ""))
        self.resampler = _Resampler(format="s16", layout="mono", rate=RECORDING_RATE)
        self.samples = 0

    def __enter__(self) -> _Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def write(self, frame: Any) -> None:
        self._keep(self.resampler.push(frame))

    def finish(self) -> None:
        self._keep(self.resampler.flush())

    def _keep(self, frames: Iterator[Any]) -> None:
        for frame in frames:
            self.file.writeframesraw(frame.to_ndarray().tobytes())
            self.samples += frame.samples


class _Playback:
    """The AAC file; also brings every frame into one form, which the wav is then made from."""

    def __init__(self, path: Path, first: Any) -> None:
        import av

        channels = 1 if first.layout.nb_channels == 1 else 2
        rate = next((r for r in _PLAYBACK_RATES if r >= first.sample_rate), _PLAYBACK_RATES[-1])
        layout = "mono" if channels == 1 else "stereo"
        # faststart: the index stands before the sound, so that a player can seek at once.
        self.file = av.open(str(path), "w", format="ipod", options={"movflags": "+faststart"})
        self.stream: Any = self.file.add_stream("aac", rate=rate)
        # The default coder takes twice as long as all else here together, for no more of a voice.
        self.stream.options = {"aac_coder": "fast"}
        self.stream.layout = layout
        self.stream.bit_rate = _PLAYBACK_BITS[channels]
        self.resampler = _Resampler(format="fltp", layout=layout, rate=rate)
        self.samples = 0

    def __enter__(self) -> _Playback:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def write(self, frame: Any) -> Iterator[Any]:
        yield from self._keep(self.resampler.push(frame))

    def finish(self) -> Iterator[Any]:
        yield from self._keep(self.resampler.flush())
        self.file.mux(self.stream.encode(None))

    def _keep(self, frames: Iterator[Any]) -> Iterator[Any]:
        for frame in frames:
            _restamp(frame, self.samples)
            self.samples += frame.samples
            self.file.mux(self.stream.encode(frame))
            yield frame

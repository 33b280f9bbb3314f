"""Sounds made for tests: clicks, silence, hum, noise, music, applause; and files of them."""

from __future__ import annotations

import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
RATE = 44_100  # Hz


def silence(seconds: float, rate: int = RATE) -> Sound:
    return np.zeros(int(seconds * rate), dtype=np.float32)


def beeps(seconds: float, at: tuple[float, ...], rate: int = RATE) -> Sound:
    """Short loud tones beginning at the given seconds, silence between."""
    sound = silence(seconds, rate)
    length = int(0.05 * rate)
    tone = 0.7 * np.sin(2 * np.pi * 1000 * np.arange(length) / rate)
    for begin in at:
        first = round(begin * rate)
        sound[first : first + length] = tone[: len(sound) - first]
    return sound


def onsets(sound: Sound, rate: int) -> list[float]:
    """Seconds at which beeps begin."""
    found: list[float] = []
    last = -float(rate)
    for place in np.flatnonzero(np.abs(sound) > 0.3):
        if place - last > 0.3 * rate:
            found.append(round(float(place) / rate, 4))
        last = float(place)
    return found


def hum(seconds: float, rate: int = RATE) -> Sound:
    time = np.arange(int(seconds * rate)) / rate
    parts = (np.sin(2 * np.pi * 50 * n * time) / n for n in range(1, 6))
    return (0.1 * sum(parts)).astype(np.float32)


def noise(seconds: float, rate: int = RATE) -> Sound:
    made = np.random.default_rng(1).normal(0, 0.1, int(seconds * rate))
    return made.astype(np.float32)


def music(seconds: float, rate: int = RATE) -> Sound:
    """Chords with a melody over them and a beat below."""
    random = np.random.default_rng(2)
    sound = silence(seconds, rate)
    chords = ((220.0, 277.2, 329.6), (196.0, 246.9, 293.7), (174.6, 220.0, 261.6))
    length = int(0.5 * rate)
    time = np.arange(length) / rate
    fade = np.exp(-3 * time)
    for index, first in enumerate(range(0, len(sound) - length, length)):
        notes = [*chords[index // 4 % 3], 440 * 2 ** (random.integers(0, 12) / 12)]
        tones = sum(np.sin(2 * np.pi * note * n * time) / n for note in notes for n in (1, 2, 3))
        beat = random.normal(0, 1, length) * np.exp(-40 * time)
        sound[first : first + length] = (0.08 * tones + 0.1 * beat) * fade
    return sound


def applause(seconds: float, rate: int = RATE) -> Sound:
    """Many claps at random."""
    random = np.random.default_rng(3)
    sound = silence(seconds, rate)
    length = int(0.03 * rate)
    fade = np.exp(-np.arange(length) / (0.006 * rate))
    for first in random.integers(0, len(sound) - length, int(seconds * 120)):
        sound[first : first + length] += 0.15 * random.normal(0, 1, length) * fade
    return np.clip(sound, -1, 1).astype(np.float32)


def write_wav(path: Path, sound: Sound, rate: int = 16_000) -> Path:
    """Write 16-bit mono wav."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype(np.int16).tobytes())
    return path


def read_wav(path: Path) -> tuple[Sound, int]:
    with wave.open(str(path), "rb") as file:
        data = file.readframes(file.getnframes())
        return np.frombuffer(data, dtype=np.int16).astype(np.float32) / 32768, file.getframerate()


def read_any(path: Path) -> tuple[Sound, int]:
    """Decode the first channel of a file the way a player does."""
    import av

    with av.open(str(path)) as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
        return np.concatenate(frames).astype(np.float32), container.streams.audio[0].rate


def encode(
    path: Path,
    sound: Sound,
    *,
    codec: str,
    container: str,
    rate: int = RATE,
    layout: str = "mono",
    before: Callable[[Any], None] | None = None,
) -> Path:
    """Encode mono `sound` (at RATE) with any codec FFmpeg has; `before` may add streams."""
    import av

    with av.open(str(path), "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=rate)
        stream.layout = layout
        if before:
            before(file)
        resampler = av.AudioResampler(format=stream.format.name, layout=layout, rate=rate)
        samples = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
        for first in range(0, len(samples), 4096):
            part = np.ascontiguousarray(samples[None, first : first + 4096])
            frame = av.AudioFrame.from_ndarray(part, format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, first, Fraction(1, RATE)
            for even in resampler.resample(frame):
                file.mux(stream.encode(even))
        for even in resampler.resample(None):
            if even is not None:
                file.mux(stream.encode(even))
        file.mux(stream.encode(None))
    return path

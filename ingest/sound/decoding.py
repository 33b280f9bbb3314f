"""What a decode needs beside a model: the recording on disk, finished pieces, and the progress."""

from __future__ import annotations

import hashlib
import json
import time
import wave
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from corpus.errors import MediaError, StoreError

RATE = 16_000  # Hz
_HEARD = 0.05  # share of the work that finding speech is, for the progress
_MENDED = 0.95  # share done when what cannot be right begins to be decoded again

Progress = Callable[[float, str], None]


class Recording:
    """Reads stretches of the wav; never holds more than was asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with wave.open(str(path), "rb") as file:
                form = (file.getframerate(), file.getnchannels(), file.getsampwidth())
                self.duration = file.getnframes() / RATE
        except (OSError, wave.Error, EOFError) as error:
            raise MediaError(str(path), cause=str(error)) from error
        if form != (RATE, 1, 2):
            raise MediaError(str(path), cause="not 16 kHz mono 16-bit", remedy="use decode_audio")

    def samples(self, start: float, end: float) -> Any:
        """Return the sound from `start` to `end` seconds as float32 from -1 to 1."""
        import numpy as np

        with wave.open(str(self.path), "rb") as file:
            first = min(round(start * RATE), file.getnframes())
            file.setpos(first)
            data = file.readframes(max(0, round(end * RATE) - first))
        return np.frombuffer(data, dtype=np.int16).astype(np.float32) / 32768.0

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file."""
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


class Teller:
    """Reports the share done and the speed against real time."""

    def __init__(self, duration: float, progress: Progress | None) -> None:
        self.duration = duration or 1.0
        self.progress = progress
        self.begun = time.monotonic()
        self.decoded = 0.0  # seconds of sound in this run
        self.last: float | None = None

    def heard(self, position: float) -> None:
        """Tell that the speech detector has come to `position`."""
        if self.progress:
            self.progress(_HEARD * position / self.duration, "looking for speech")

    def started(self, position: float) -> None:
        """Tell that decoding goes on at `position`; starts the clock."""
        if self.last is None:
            self.begun = time.monotonic()
        self.last = position

    def written(self, position: float) -> None:
        """Tell that the words up to `position` are there."""
        self.decoded += max(0.0, position - (self.last or 0.0))
        self.last = position
        if self.progress:
            speed = self.decoded / max(time.monotonic() - self.begun, 0.001)
            share = _HEARD + (_MENDED - _HEARD) * min(position / self.duration, 1.0)
            self.progress(share, f"{speed:.1f}× real time")

    def mended(self, position: float) -> None:
        """Tell that what could not be right up to `position` was decoded again."""
        if self.progress:
            share = _MENDED + (1 - _MENDED) * min(position / self.duration, 1.0)
            self.progress(share, "listening again where words cannot be right")


class Checkpoint:
    """Results of pieces on disk, so that a killed run goes on where it stopped.

    Kept apart by recording and settings: results of other settings are never mixed in.
    """

    def __init__(self, folder: Path | None, recording: Recording, settings: Any) -> None:
        self.folder = folder
        if folder is not None:
            made_with = json.dumps(settings, default=str) + recording.digest
            self.folder = folder / hashlib.sha256(made_with.encode()).hexdigest()[:16]

    def get(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what is kept under `name`, or make and keep it."""
        if self.folder is None:
            return make()
        path = self.folder / f"{name}.json"
        try:
            return json.loads(path.read_bytes())
        except (OSError, ValueError):  # not there yet, or cut off by a full disk
            made = make()
        self._keep(path, made)
        return made

    def _keep(self, path: Path, made: Any) -> None:
        """Write a result so that it is there whole or not at all."""
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(made), encoding="utf-8")
            part.replace(path)
        except OSError as error:
            raise StoreError(str(path), cause=str(error), remedy="make room") from error

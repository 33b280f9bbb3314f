"""Peak memory and speed of each step on a recording of an hour.

    python -m tests.bench.hour [MINUTES]

The recording is the shared interviews over and over, each time a little louder or softer. All
steps run in one process of their own, as on a worker.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import numpy as np

from ingest.audio import decode_audio
from tests.bench.accuracy import SHARED

RATE = 16_000  # Hz


def make_recording(target: Path, minutes: float, folder: Path) -> None:
    """Write a wav of the shared interviews, looped with other gains."""
    parts = []
    for name in ("interview_a", "interview_b"):
        source = SHARED / "interview" / f"{name}.flac"
        wav = decode_audio(source, folder / name, max_seconds=3600).wav
        with wave.open(str(wav)) as file:
            parts.append(np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16))
    random = np.random.default_rng(0)
    left = int(minutes * 60 * RATE)
    with wave.open(str(target), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        while left > 0:
            part = parts[int(random.integers(2))][:left]
            out.writeframes((part * random.uniform(0.4, 1.0)).astype(np.int16).tobytes())
            left -= len(part)


def peak() -> float:
    """Return the peak memory of this process in GB."""
    found = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 / 1e9 if found else 0.0


def hear(source: Path, folder: Path) -> None:
    """Take the recording all the way in this process and print speed and memory."""
    from ingest.transcribe import TranscribeOptions, transcribe
    from ingest.voices import assign_voices, tell_apart

    begun = time.perf_counter()
    decoded = decode_audio(source, folder, max_seconds=6 * 3600)

    def told(step: str) -> None:
        nonlocal begun
        share = (time.perf_counter() - begun) / decoded.duration
        print(f"{step:<12} {share:6.3f} of real time   peak {peak():.2f} GB", flush=True)
        begun = time.perf_counter()

    told("decode")
    transcript = transcribe(decoded.wav, TranscribeOptions(), checkpoint=folder / "pieces")
    told(f"words {len(transcript.words)}")
    voices = tell_apart(decoded.wav)
    told(f"voices {len(voices.labels)}")
    assign_voices(transcript, voices)
    told("assign")


def main(minutes: float) -> None:
    """Make the recording, then hear it in a child process."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_recording(folder / "long.wav", minutes, folder)
        paths = f"Path({str(folder / 'long.wav')!r}), Path({str(folder / 'out')!r})"
        code = f"from pathlib import Path; from tests.bench.hour import hear; hear({paths})"
        subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)

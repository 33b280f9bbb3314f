"""What the pipeline costs beside the recogniser alone, and its peak memory on an hour of audio.

    python -m tests.bench.pipeline_speed [--hour]

Both sides run in one process of their own, one after the other, on the same recording with the
same model and settings. `--hour` also hears sixty minutes (about ten minutes on two cores).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import av

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data" / "audio" / "interview"
SAMPLE = ROOT / "corpus" / "sample" / "media"

# The recogniser alone: decode and transcribe with the same model and the same decoding settings.
ALONE = """
import sys, time
from pathlib import Path
begun = time.monotonic()
from faster_whisper import WhisperModel
from ingest.sound.models import find_speech_model
from ingest.transcribe import _DECODING
from corpus.settings import load_settings
settings = load_settings()
folder = find_speech_model("base", settings.cache_dir)
model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=0)
segments, _ = model.transcribe(sys.argv[1], language="en", **_DECODING)
words = sum(len(s.words or ()) for s in segments)
"""
# The pipeline: the command line's own `add`, from file to published index.
WHOLE = """
import sys
from ui.archive import open_archive
from corpus.settings import load_settings
with open_archive(load_settings()) as archive:
    outcomes = archive.add(sys.argv[1], lambda *_: None)
words = sum(o.error is None for o in outcomes)
"""
REPORT = """
import resource
both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
peak = max(resource.getrusage(who).ru_maxrss for who in both)
print(peak / 1024, words)
"""


def run(code: str, recording: Path, data: Path) -> tuple[float, float]:
    """Return wall seconds and peak MB of `code` over `recording` in a fresh process."""
    timed = "import time; _t = time.monotonic()\n" + textwrap.dedent(code)
    timed += "print(time.monotonic() - _t, end=' ')\n" + textwrap.dedent(REPORT)
    done = subprocess.run(
        [sys.executable, "-c", timed, str(recording)],
        env={**os.environ, "ONRECORD_DATA_DIR": str(data)},
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    seconds, peak, _ = done.stdout.split()
    return float(seconds), float(peak)


def lengthen(sources: list[Path], seconds: float, target: Path) -> None:
    """Write `seconds` of the recordings one after the other, as 16 kHz mono FLAC."""
    with av.open(str(target), "w", format="flac") as out:
        stream = out.add_stream("flac", rate=16_000, layout="mono")
        written = 0.0
        while written < seconds:
            for source in sources:
                resample = av.AudioResampler(format="s16", layout="mono", rate=16_000)
                with av.open(str(source)) as recording:
                    for frame in recording.decode(audio=0):
                        for piece in resample.resample(frame):
                            piece.pts = None
                            written += piece.samples / 16_000
                            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))


def main() -> None:
    """Print the ratio, and with `--hour` the peak."""
    sources = sorted(SHARED.glob("*.flac")) or sorted(SAMPLE.glob("*.mp3"))
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder) / "episode.flac"
        lengthen(sources, 400, one)
        ratios = []
        for number in range(2):
            alone, alone_mb = run(ALONE, one, Path(folder) / f"a{number}")
            whole, whole_mb = run(WHOLE, one, Path(folder) / f"w{number}")
            ratios.append(whole / alone)
            print(
                f"recogniser alone {alone:.1f} s ({alone_mb:.0f} MB), "
                f"whole pipeline {whole:.1f} s ({whole_mb:.0f} MB), ratio {whole / alone:.2f}"
            )
        print(f"pipeline ÷ recogniser alone: {min(ratios):.2f} to {max(ratios):.2f} (to reach 1.5)")
        if "--hour" in sys.argv:
            hour = Path(folder) / "hour.flac"
            lengthen(sources, 3600, hour)
            seconds, peak = run(WHOLE, hour, Path(folder) / "hour")
            print(f"one hour: {seconds:.0f} s, peak of the largest process {peak:.0f} MB")


if __name__ == "__main__":
    main()

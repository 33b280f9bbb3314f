"""Whether a voice sounds like a person heard before: matching, and the bars it must pass. Pure.

A voice is biometric data: this is used only when the setting `voice_matching` is on. A match is
one vote and says "sounds like"; it names nobody by itself. It needs enough speech, a likeness
above the bar, and a distance from the second-best person, from what strangers reach, and from
any other voice of the same recording. Measured by `tests/bench/voiceprints.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.types import Voiceprint

# Of pieces of 15 s and more, different people measured up to 0.68 and one person 0.84 and more;
# with one of the two on a telephone up to 0.69, and 0.59 and more. Two people on telephones reach
# 0.90: so a voice from a telephone is never learnt, and at most compared with one that was not.
BAR = 0.76
MARGIN = 0.10  # over the second-best person, over strangers and over other voices
ENOUGH = 30.0  # seconds of speech; below, a voice is neither kept nor compared
_HEARD = 10.0  # seconds; a shorter voice is too uncertain to be a stranger that counts

Numbers = Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One voice of a recording: its centroid, and the seconds it was made from."""

    label: str
    vector: tuple[float, ...]
    seconds: float
    narrow: bool = False  # as over a telephone


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceMatch:
    """A person whom a voice sounds like."""

    person_id: str
    score: float  # cosine of the centroids
    second: float  # what the second-best person or a stranger reaches; -1 when there is none
    document_ids: tuple[str, ...]  # where the person was heard

    def worded(self, name: str) -> str:
        """Return what is said of it: never more than "sounds like"."""
        return f"sounds like {name} ({self.score:.2f})"


def match_voice(
    vector: Numbers, enrolled: Sequence[Voiceprint], strangers: Iterable[Numbers] = ()
) -> VoiceMatch | None:
    """Return the one enrolled person whose voice this is like, or None when that is not clear.

    Args:
        vector: centroid of a voice with at least `ENOUGH` seconds of speech.
        enrolled: prints of confirmed speakers, several of one person where there are several.
        strangers: centroids of other people; whoever is as like to one of them proves nothing.
    """
    known = _by_person(enrolled)
    ranked = sorted(((_score(vector, own), who) for who, own in known.items()), reverse=True)
    if not ranked or ranked[0][0] < BAR:
        return None
    score, who = ranked[0]
    others = [each for each, _ in ranked[1:2]]
    others += [_score(stranger, known[who]) for stranger in strangers]
    others += [_score(p.vector, known[who]) for p in enrolled if p.person_id != who]
    second = max(others, default=-1.0)
    if score - second < MARGIN:
        return None
    heard_in = tuple(dict.fromkeys(each.document_id for each in known[who]))
    return VoiceMatch(person_id=who, score=score, second=second, document_ids=heard_in)


def match_voices(
    voices: Sequence[Voice], enrolled: Sequence[Voiceprint]
) -> Mapping[str, VoiceMatch]:
    """Return by label whom the voices of one recording sound like; nobody speaks in two of them.

    Two voices that are alike may be one person told apart by mistake: neither is matched.
    """
    found = {}
    long = [voice for voice in voices if voice.seconds >= ENOUGH]
    kept = [each for each in enrolled if each.seconds >= ENOUGH]
    for voice in long:
        others = [each for each in voices if each.label != voice.label]
        strangers = [each.vector for each in others if each.seconds >= _HEARD]
        match = match_voice(voice.vector, kept, strangers)
        if match is not None:
            found[voice.label] = match
    return found


def is_learnable(voice: Voice) -> bool:
    """Say whether a voice may stand for its speaker: long enough, and not from a telephone."""
    return voice.seconds >= ENOUGH and not voice.narrow


def _by_person(enrolled: Iterable[Voiceprint]) -> dict[str, list[Voiceprint]]:
    known: dict[str, list[Voiceprint]] = defaultdict(list)
    for each in enrolled:
        known[each.person_id].append(each)
    return known


def _score(vector: Numbers, prints: Sequence[Voiceprint]) -> float:
    """Return the mean likeness to the nearer half of a person's prints, and one more.

    One print that is near and others that are far speak of a wrong print.
    """
    found = sorted((likeness(vector, each.vector) for each in prints), reverse=True)
    nearest = found[: len(found) // 2 + 1]
    return sum(nearest) / len(nearest)


def likeness(one: Numbers, other: Numbers) -> float:
    """Return the cosine of two centroids; -1 where they cannot be compared."""
    import numpy as np

    a, b = (np.asarray(each, dtype=np.float64) for each in (one, other))
    if a.shape != b.shape or not (_usable(a) and _usable(b)):
        return -1.0
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def _usable(vector: Any) -> bool:
    import numpy as np

    return bool(vector.size and np.isfinite(vector).all() and np.linalg.norm(vector) > 0)

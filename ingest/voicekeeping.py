"""How voices are kept between hearing and naming, and across episodes; only when it is set.

A voice is biometric data. While `voice_matching` is on, the centroids of an episode lie in a file
of their own in the data folder (`voices/DOCUMENT.json`), readable by its owner alone: not in the
file store, which serves and never forgets. Those of confirmed speakers go into the catalogue.
With the setting off nothing is written, and what an earlier run left is removed.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.errors import NotFoundError
from corpus.settings import Settings
from corpus.types import (
    Attribution,
    Evidence,
    Method,
    PersonEvent,
    TurnKind,
    Voiceprint,
    Voices,
)
from ingest.naming import VoiceVote
from ingest.voiceprints import Voice, is_learnable, match_voices

_OWN_WORDS = frozenset({"self-introduction", "sign-off"})
_SURE = 0.9  # confidence of a name from which a voice may be learnt


def keep_voices(document_id: str, voices: Voices | None, settings: Settings) -> None:
    """Keep the centroids of a recording until its speakers are named and confirmed."""
    path = _path(document_id, settings)
    if not settings.voice_matching or voices is None or not voices.centroids:
        path.unlink(missing_ok=True)
        return
    spoken: dict[str, float] = defaultdict(float)
    for turn in voices.turns:
        spoken[turn.label] += turn.end_time - turn.start_time
    kept = [
        Voice(label=label, vector=vector, seconds=spoken[label], narrow=label in voices.narrow)
        for label, vector in voices.centroids
    ]
    _write(path, kept)


def kept_voices(document_id: str, settings: Settings) -> list[Voice]:
    """Return the voices of a recording; none when they were never kept, or cannot be read."""
    if not settings.voice_matching:
        return []
    try:
        rows = json.loads(_path(document_id, settings).read_text(encoding="utf-8"))
        return [Voice(**{**row, "vector": tuple(row["vector"])}) for row in rows]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def voice_votes(
    document_id: str, settings: Settings, catalogue: Catalogue
) -> dict[str, list[VoiceVote]]:
    """Return by label the person each voice sounds like: one vote, which names nobody alone."""
    voices = kept_voices(document_id, settings)
    if not voices:
        return {}
    confirmed = _Confirmed(catalogue)
    learnt = {(each.document_id, each.label) for each in catalogue.voiceprints()}
    for path in sorted(_folder(settings).glob("*.json")):
        # Somebody may have said since who speaks there.
        kept = [voice for voice in kept_voices(path.stem, settings) if is_learnable(voice)]
        if any((path.stem, voice.label) not in learnt for voice in kept):
            _enrol(path.stem, settings, catalogue, confirmed)
    enrolled = [
        each
        for each in catalogue.voiceprints()
        # A recording is no proof of itself; and who was learnt may have been corrected since.
        if each.document_id != document_id and confirmed.holds(each)
    ]
    votes = {}
    for label, match in match_voices(voices, enrolled).items():
        name = catalogue.person(match.person_id).name
        evidence = Evidence(kind="voice", quote=match.worded(name))
        votes[label] = [VoiceVote(name=name, weight=match.score, evidence=evidence)]
    return votes


def enrol_voices(document_id: str, settings: Settings, catalogue: Catalogue) -> list[Voiceprint]:
    """Keep the voices of this document's confirmed speakers in the catalogue; returns them.

    Call it after a text is saved. Whom a person confirms later is learnt from when the next
    recording is named.
    """
    return _enrol(document_id, settings, catalogue, _Confirmed(catalogue))


def _enrol(
    document_id: str, settings: Settings, catalogue: Catalogue, confirmed: _Confirmed
) -> list[Voiceprint]:
    voices = kept_voices(document_id, settings)
    if not voices:
        return []
    speakers = confirmed.speakers(document_id)
    enrolled, left = [], []
    for voice in voices:
        person_id = speakers.get(voice.label)
        if person_id is None or not is_learnable(voice):
            left.append(voice)
            continue
        voiceprint = Voiceprint(
            person_id=person_id,
            document_id=document_id,
            label=voice.label,
            vector=voice.vector,
            seconds=voice.seconds,
            made=datetime.now(UTC),
        )
        # Whose voice was to be forgotten is not kept here either.
        if catalogue.save_voiceprint(voiceprint):
            enrolled.append(voiceprint)
            left.append(voice)
    if len(left) < len(voices):
        _write(_path(document_id, settings), left)
    return enrolled


def forget_voice(
    person_id: str,
    *,
    settings: Settings,
    catalogue: Catalogue,
    author: str,
    reason: str | None = None,
    now: datetime,
) -> PersonEvent:
    """Forget how a person sounds, wherever it is kept, and keep it never again.

    Raises:
        NotFoundError: no such person.
    """
    event = catalogue.forget_voice(person_id, author=author, reason=reason, now=now)
    # Whole files: a label that names nobody yet may be the same person.
    for seen in catalogue.appearances(person_id):
        _path(seen.document_id, settings).unlink(missing_ok=True)
    return event


class _Confirmed:
    """Who is confirmed to speak under which label, read once for each document."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[str, Mapping[str, str]] = {}

    def holds(self, voiceprint: Voiceprint) -> bool:
        """Say whether a print is still of the person it is kept under."""
        speakers = self.speakers(voiceprint.document_id)
        return speakers.get(voiceprint.label) == voiceprint.person_id

    def speakers(self, document_id: str) -> Mapping[str, str]:
        if document_id not in self._known:
            self._known[document_id] = self._read(document_id)
        return self._known[document_id]

    def _read(self, document_id: str) -> Mapping[str, str]:
        try:
            text = self._catalogue.reading(document_id).text
        except NotFoundError:
            return {}
        said: dict[str, list[Attribution]] = defaultdict(list)
        for turn in text.turns:
            label = turn.attribution.label
            if label is not None and turn.kind is TurnKind.SPEECH:
                said[label].append(turn.attribution)
        found = {label: _confirmed(claims) for label, claims in said.items()}
        return {label: person for label, person in found.items() if person is not None}


def _confirmed(claims: Sequence[Attribution]) -> str | None:
    """Return the person all turns of a label are of, if a person or their own words say so."""
    people = {claim.person_id for claim in claims}
    if len(people) != 1:
        return None
    if any(_is_confirmed(claim) for claim in claims):
        return people.pop()
    return None


def _is_confirmed(claim: Attribution) -> bool:
    if claim.method is Method.HUMAN or claim.verified_by is not None:
        return True
    kinds = {evidence.kind for evidence in claim.evidence}
    # What a voice helped to name would only teach what was believed before.
    return claim.confidence >= _SURE and bool(kinds & _OWN_WORDS) and "voice" not in kinds


def _folder(settings: Settings) -> Path:
    return settings.data_dir.absolute() / "voices"


def _path(document_id: str, settings: Settings) -> Path:
    return _folder(settings) / f"{document_id}.json"


def _write(path: Path, voices: Sequence[Voice]) -> None:
    """Write the file whole or not at all, for its owner's eyes only."""
    if not voices:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    rows = [asdict(voice) for voice in voices]
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump(rows, file)
    part.replace(path)

"""Stage directions: what a transcript prints and nobody says. Pure.

`[laughter]` and `(SOUNDBITE OF GUNFIRE)` are directions; "the [production] was" and "(I think)"
are words. In doubt it is words: none that were spoken may be lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.transcript.stamps import BARE


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a turn: words, or a direction without its brackets."""

    text: str
    is_aside: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Heard and not said, or said and not understood: a bracket of these alone is never a word.
_HEARD = _words(
    """
    laugh laughs laughing laughed laughter chuckle chuckles chuckling giggle giggles giggling
    cackles snickers sigh sighs sighing gasp gasps groan groans grunts cough coughs coughing sniffs
    sniffles sobs sobbing crying weeping scoffs snorts whistles whistling whispers whispering
    humming hums yawns clears throat applause applauds clapping claps cheers cheering booing boos
    crosstalk overtalk inaudible unintelligible indiscernible incomprehensible unclear indistinct
    soundbite soundbites sfx bleep bleeped bleeps beep beeping beeps censored ph sic
    lacht lachen gelächter applaus musik risas risa aplausos música rires rire applaudissements
    musique risate applausi смех смеется смеётся музыка аплодисменты 笑 笑い 笑声 音楽 音乐 拍手
    ضحك موسيقى תצפיק צחוק מוזיקה
    """
)
# Nouns and verbs that a direction is made of, and ordinary talk too.
_SCENERY = _words(
    """
    music musical song theme jingle intro outro sound sounds effect effects noise noises audio video
    clip recording tape silence pause pauses static bell bells phone ringing rings dial tone door
    doors knock knocking knocks footsteps gunshot gunshots gunfire shot shots shooting explosion
    siren sirens horn engine barking barks wind rain thunder shutter clicks click crowd audience
    chatter chattering talking over speaking singing sings sung reading reads imitating mimicking
    chanting chants
    playing plays play fades fade begins ends continues stops background foreign language
    translated translation interpreter overlapping voices voice call break commercial advertisement
    archived archival montage off mic screaming screams shouting shouts yelling yells banter
    """
)
_FILLERS = _words(
    """
    a an the of in on at and or to with by from for through both all everyone group hosts host
    guests guest speaker speakers man woman men women male female unidentified unknown multiple
    several together again softly loudly quietly nervously heavily lightly slightly briefly loud
    soft light dramatic upbeat gentle tense solemn instrumental electronic distant distorted word
    words name time her his their its up down out one two he she they
    """
)
_EMBEDDING = re.compile(  # before a bracket that an editor put into a sentence
    r"(?:^|\s)(?:the|a|an|this|that|these|those|his|her|its|their|our|my|your|of|in|on|to|for|with"
    r"|at|by|from|and|or|is|was|were|are|no|some|any|said|says)$",
    re.IGNORECASE,
)
_CONTINUES = re.compile(  # after a bracket at the beginning of a sentence
    r"\s+(?:at|of|was|is|were|are|in|on|that|which|and|has|had|to|for|from|with|by|will|would|can)\b"
)
_GROUP = re.compile(r"\[[^\[\]]{1,300}\]|\([^()]{1,300}\)|[♪♫][^♪♫]*[♪♫]*")
_SIGN = re.compile(r"[\[(♪♫*]")
_MARKS = re.compile(r"[.,;:!?]*")
_STARRED = re.compile(r"(?<!\*)\*{1,2}([^*\s][^*]{0,60})\*{1,2}(?!\*)")
_AS = re.compile(
    r"as [A-Z]|reading\b|through (?:an? )?(?:interpreter|translator)|(?:speaking|singing|foreign)\b"
    r"|non-english|imitating\b|off.?(?:mic|camera|screen)|voice.?over$|v\.?o\.?$",
    re.IGNORECASE,
)
_TO = re.compile(  # (to Ada), at the beginning of what is said to her
    r"(?:[a-z]+ly )?(?:to|aside to|turning to|turns to) (?:the (?:court|jury|judge|witness|audience"
    r"|camera|crowd|crew|group|room|host)|[A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+){0,2})"
)
_PERSON = re.compile(r"\b(?:i|you|we|he|she|they|it|me|us)\b|['’](?:s|re|m|ll|ve|d|t)\b", re.I)


def part_directions(text: str) -> Iterator[Part]:
    """Yield the words and directions of one stretch of a turn, in order."""
    if _SIGN.search(text):
        text = text.replace("[[", "[").replace("]]", "]")
        yield from _parted(_STARRED.sub(_unstar, text))
    elif words := text.strip():
        yield Part(words)


def _parted(text: str) -> Iterator[Part]:
    kept = 0
    alone = not _GROUP.sub("", text).strip(" .,;:-–—\"“”'’")
    for group in _GROUP.finditer(text):
        inside = _inside(group[0])
        if inside and not _is_aside(text, group, inside, alone=alone):
            continue
        words = text[kept : group.start()].strip()
        kept = _MARKS.match(text, group.end()).end()  # type: ignore[union-attr]  # may be empty
        if words and words[-1].isalnum():  # the mark after a direction is the sentence's
            words += text[group.end() : kept]
        if words:
            yield Part(words)
        if inside:
            yield Part(inside, is_aside=True)
    if words := text[kept:].strip():
        yield Part(words)


def is_direction(inside: str, *, square: bool = True) -> bool:
    """Say whether what stands in a bracket is a direction by its words alone."""
    words = _vocabulary(inside)
    if not any(character.isalnum() for character in inside):  # "[…]", "[ __ ]"
        return True
    if not words or len(words) > 14:
        return False
    if re.search(BARE, inside):  # a transcriber's note: [unintelligible 00:12:04]
        return True
    heard = [word in _HEARD for word in words]
    known = [word in _HEARD or word in _SCENERY for word in words]
    filling = all(k or word in _FILLERS for k, word in zip(known, words, strict=True))
    if any(heard) and (filling or (square and len(words) <= 4 and not _PERSON.search(inside))):
        return True
    if inside.isupper():
        return any(known) or (heard[0] if heard else False)
    return any(known) and filling and (square or len(words) <= 4)


def _is_aside(text: str, group: re.Match[str], inside: str, *, alone: bool) -> bool:
    mark = group[0][0]
    if mark in "♪♫":
        return True
    words = _vocabulary(inside)
    if alone:
        return _is_free_standing(inside, words, square=mark == "[")
    before = text[max(0, group.start() - 40) : group.start()].rstrip()
    if not before.strip(" \"“'") and mark == "(" and _AS.match(inside):
        return len(words) <= 8  # (As a clerk) Who is next?
    if _TO.fullmatch(inside) and (not before.strip() or before[-1] in '.?!…"”'):
        return True
    if not is_direction(inside, square=mark == "["):
        return False
    # "the [music] was too loud": an editor's word; "the [inaudible] was" is none.
    is_embedded = _EMBEDDING.search(before) or _CONTINUES.match(text, group.end())
    is_inserted = is_embedded and not inside.isupper()
    return not (is_inserted and not any(word in _HEARD for word in words))


def _is_free_standing(inside: str, words: list[str], *, square: bool) -> bool:
    """Say whether a bracket with nothing around it is a direction rather than an aside spoken."""
    if is_direction(inside, square=square) or (inside.isupper() and not _PERSON.search(inside)):
        return True
    spoken = _PERSON.search(inside) or inside.rstrip().endswith(("?", "!", "…"))
    told = _AS.match(inside) or any(word in _HEARD or word in _SCENERY for word in words)
    if square:  # [The armorer enters the room]; but "[Yes]" may be an answer
        return not spoken and (bool(told) or len(words) >= 3) and len(words) <= 14
    return bool(told) and not spoken and not inside.rstrip().endswith(".")


def _inside(group: str) -> str:
    return group.strip("♪♫ ") if group[0] in "♪♫" else group[1:-1].strip()


def _vocabulary(inside: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", inside.casefold().replace("’", "").replace("'", ""))


def _unstar(found: re.Match[str]) -> str:
    """Write *laughs* as a bracket; other starred words are emphasis and are left alone."""
    words = _vocabulary(found[1])
    if words and all(word in _HEARD or word in _FILLERS for word in words):
        return f"[{found[1]}]" if any(word in _HEARD for word in words) else found[0]
    return found[0]

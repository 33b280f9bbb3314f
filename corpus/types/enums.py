"""The choices: every enum of the project."""

from __future__ import annotations

from enum import StrEnum


class SourceKind(StrEnum):
    """How a source is read."""

    FEED = "feed"
    LISTING = "listing"
    PAGE = "page"


class TranscriptPolicy(StrEnum):
    """What is done with a publisher's own transcript."""

    IGNORE = "ignore"
    PREFER = "prefer"  # used instead of speech recognition


class DocumentKind(StrEnum):
    """The two kinds of document."""

    ARTICLE = "article"
    EPISODE = "episode"


class Stage(StrEnum):
    """How far a document has come. Articles go from fetched straight to ready."""

    DISCOVERED = "discovered"
    FETCHED = "fetched"
    TRANSCRIBED = "transcribed"
    READY = "ready"
    DEAD = "dead"
    SKIPPED = "skipped"


class AddressPart(StrEnum):
    """What an address is of."""

    PAGE = "page"
    RECORDING = "recording"
    GUID = "guid"  # the name a feed gives an entry, which may be no address


class Manner(StrEnum):
    """How the words of a turn come from their speaker."""

    SPOKEN = "spoken"
    QUOTED = "quoted"
    AUTHORED = "authored"
    REPORTED = "reported"


class TurnKind(StrEnum):
    """What a turn is for: testimony, or something sold."""

    SPEECH = "speech"
    ADVERTISEMENT = "advertisement"


class Certainty(StrEnum):
    """How sure it is that these are the words, from best to least."""

    CHECKED = "checked by a person"
    AGREED = "two decodes agree"
    CONTESTED = "contested words shown"
    PUBLISHER = "publisher's text only"
    ONE_DECODE = "one decode only"  # the second was switched off, or could not be had


class AsideKind(StrEnum):
    """What stands in a transcript and is nobody's words."""

    DIRECTION = "direction"  # [laughter], (SOUNDBITE OF GUNFIRE): as the publisher prints it
    UNHEARD = "unheard"  # speech was detected, and no decode made words of it


class CorrectionKind(StrEnum):
    """What a person corrects."""

    WORDS = "words"
    SPEAKER = "speaker"  # of the turn at the anchor
    LABEL = "label"  # of every turn with this label
    ROLE = "role"  # of one person in this document
    VERIFIED = "verified"  # listened to, or compared with the page


class Method(StrEnum):
    """How we know who spoke."""

    PUBLISHER_LABEL = "publisher label"
    PAGE_CREDIT = "page credit"
    TITLE = "title"
    SELF_INTRODUCTION = "self-introduction"
    ADDRESS = "address by name"
    BYLINE = "byline"
    QUOTATION_CUE = "quotation cue"
    USUAL_HOST = "usual host"
    SIGN_OFF = "sign-off"
    VOICE = "voice"
    HUMAN = "human"
    NONE = "none"  # a label only: nobody is named


class Origin(StrEnum):
    """Where the words of a transcript or text come from."""

    PUBLISHER = "publisher"
    ASR = "asr"
    PAGE = "page"


class MediaRole(StrEnum):
    """What a stored media file is to its document."""

    ORIGINAL = "original"  # as the publisher served it
    PLAYBACK = "playback"  # our AAC copy; every word time refers to this one
    TRANSCRIPT = "transcript"  # the publisher's transcript file
    RECOGNISED = "recognised"  # our Transcript with voices, as JSON


class QuoteStatus(StrEnum):
    """What is known of a quote against its text."""

    DRAFT = "draft"
    VERIFIED = "verified"
    STALE = "stale"


class StanceKind(StrEnum):
    """How one quote stands to another, as a person marked it."""

    AGREES = "agrees"
    DIFFERS = "differs"

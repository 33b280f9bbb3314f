"""Verbs and nouns of speech: the words that tell whose a quotation is."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


# Verbs after which a clause tells what somebody said; "deny" and "doubt" tell the opposite.
REPORTING = words(
    """
    say tell testify add explain recall note warn argue insist announce claim concede remember
    state declare admit acknowledge allege assert contend maintain observe report reveal recount
    stress emphasize emphasise tweet complain confess confirm estimate reply respond write
    counter reiterate repeat swear attest caution
    """
)
QUOTING = REPORTING | words(
    """
    ask answer shout continue joke agree put post comment cry exclaim laugh mutter murmur yell
    plead promise quip reflect retort sigh snap speculate tease text urge vow whisper wonder
    predict propose suggest lament muse opine scoff deadpan email call describe dub label term
    offer begin read go recollect remark interject shrug smile grin conclude demand inquire
    enquire instruct order bark scream holler advise reason hiss stammer interrupt volunteer
    clarify elaborate deny deem characterize characterise refer praise blast slam mock apologize
    apologise radio announce brand enthuse marvel mumble object persist pronounce protest quote
    recite chant thunder yelp moan groan grumble boast brag chuckle query caption sum think
    """
)
# Verbs that need the words right beside them; in the same sentence alone they tell of nothing.
BESIDE = words(
    """
    laugh sigh shrug smile grin begin go continue offer chuckle read order refer reason object
    praise slam blast mock brand text radio email post think deny sum
    """
)
SPEECH_NOUNS = words(
    """
    answer response reply statement word message advice verdict motto comment reaction rule
    explanation order question post tweet letter email testimony warning instruction
    """
)

"""How the page words things: quotations, dates, links, who spoke and how we know. Pure."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode, urlsplit, urlunsplit

from corpus.masking import masked
from corpus.types import Attribution, Citation, Manner, Method, Origin, Quote, Stage, Timing

_MARKS = {'"': '"', "“": "”", "«": "»", "„": "“"}
_MOST_SHOWN = 120  # characters of evidence
_KNOWN = {
    Method.PUBLISHER_LABEL: "named in the publisher’s transcript",
    Method.PAGE_CREDIT: "credited on the page",
    Method.SELF_INTRODUCTION: "says their own name",
    Method.ADDRESS: "addressed by name",
    Method.TITLE: "named in the title",
    Method.USUAL_HOST: "the show’s usual host",
    Method.SIGN_OFF: "signs off by name",
    Method.BYLINE: "wrote the piece",
    Method.QUOTATION_CUE: "named beside the quotation",
    Method.VOICE: "recognised by voice",
    Method.HUMAN: "named by hand",
}

STAGES = {
    Stage.DISCOVERED: "found, not fetched yet",
    Stage.FETCHED: "fetched, not transcribed yet",
    Stage.TRANSCRIBED: "transcribed, not finished yet",
    Stage.READY: "ready",
    Stage.DEAD: "given up",
    Stage.SKIPPED: "left out",
}


def print_day(moment: datetime | None) -> str:
    """Return a date as "29 October 2021", or nothing when it is unknown."""
    return f"{moment.day} {moment:%B %Y}" if moment else ""


def web_link(url: str | None) -> str | None:
    """Return `url` when a reader may follow it: http and https only, never `javascript:`.

    What gives access is struck out: the link of whoever pays is not for every reader of the page.
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return masked(url or "") if parts.scheme in {"http", "https"} and parts.netloc else None


def inner_link(permalink: str) -> str:
    """Return a permalink without its host, so that it opens wherever the page is served."""
    parts = urlsplit(permalink)
    return urlunsplit(("", "", parts.path, parts.query, ""))


def person_link(person_id: str) -> str:
    """Return where a person's page is."""
    return f"/people?{urlencode({'person': person_id})}"


def topic_link(topic_id: str) -> str:
    """Return where a topic's page is."""
    return f"/topics?{urlencode({'topic': topic_id})}"


def set_link(set_id: str) -> str:
    """Return where a quote set is."""
    return f"/quotes?{urlencode({'set': set_id})}"


def document_link(document_id: str) -> str:
    """Return where a document is read."""
    return f"/document?{urlencode({'document': document_id})}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return "1 quotation", "8 quotations", "1,204 quotations"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def upper_first(words: str) -> str:
    """Return words with a capital first letter; the rest stays as it is."""
    return words[:1].upper() + words[1:]


def audio_link(sha256: str | None) -> str | None:
    """Return where our playback copy is heard."""
    return f"/audio/{sha256}.m4a" if sha256 else None


def is_verbatim(manner: Manner) -> bool:
    """Whether the words are the speaker's own; a report of them is never put in marks."""
    return manner is not Manner.REPORTED


def printed(exact: str, manner: Manner) -> str:
    """Return words as they may be printed: in quotation marks, or marked as a paraphrase."""
    if not is_verbatim(manner):
        return f"{exact} [paraphrase, not a quotation]"
    return f"“{unmarked(exact)}”"


def unmarked(exact: str) -> str:
    """Return a quotation without its own outer marks, which would otherwise be doubled."""
    close = _MARKS.get(exact[:1])
    pair = close and len(exact) > 1 and exact.endswith(close) and exact.count(close) <= 2
    return exact[1:-1] if pair else exact


def how_known(attribution: Attribution) -> str | None:
    """Return in words how we know who spoke, or None where nobody is named."""
    if attribution.person_id is None:
        labelled = attribution.method is Method.PUBLISHER_LABEL
        return "the publisher’s own label" if labelled else None
    if attribution.verified_by:
        known = f"confirmed by {attribution.verified_by}"
    else:
        known = _KNOWN.get(attribution.method, attribution.method.value)
    heard = f", printed “{_short(attribution.heard)}”" if attribution.heard else ""
    quoted = next((each for each in attribution.evidence if each.quote), None)
    if quoted is None:
        return known + heard
    said = _short(quoted.quote or "")
    by_hand = quoted.kind == "correction"
    return f"{known}{heard}" + (f" ({said})" if by_hand else f": “{said}”")


def why_contested(timing: Timing) -> str:
    """Return what is contested about a word."""
    if timing.doubt is not None:
        return f"doubtful: {_short(timing.doubt)}"
    if timing.other is None:
        return "two decodes have different words here"
    return f"the other decode has: {f'“{_short(timing.other)}”' if timing.other else 'nothing'}"


def how_sure(quote: Quote) -> str | None:
    """Return how sure the words of a quote are, with the contested ones."""
    if quote.certainty is None:
        return None
    sure = quote.certainty.value
    if quote.contested:
        sure = "contested: " + ", ".join(f"“{_short(word)}”" for word in quote.contested)
    return f"{sure}, corrected" if quote.corrected else sure


def shortened(words: str, most: int) -> str:
    """Return words on one line of at most `most` characters."""
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _short(words: str) -> str:
    return shortened(words, _MOST_SHOWN)


def is_unnamed_voice(attribution: Attribution) -> bool:
    """Whether a label such as "Speaker 2" stands for a voice that nobody has named."""
    return attribution.person_id is None and attribution.label is not None


def how_heard(origin: Origin) -> str | None:
    """Return the caution that goes with words a machine wrote down, or None."""
    return "machine transcript" if origin is Origin.ASR else None


def copied(citation: Citation, line: str) -> str:
    """Return quote and one-line citation, ready to paste."""
    return f"{printed(citation.quote.exact, citation.quote.manner)} — {line}"

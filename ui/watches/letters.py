"""What is sent: new quotes as text, as messages of a bounded length, and as lines of JSON. Pure.

Text that was fetched is words and nothing else wherever it arrives: a title neither calls a whole
channel nor becomes a link.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ui.hitlines import hit_as_dict, hit_lines
from ui.plainwords import one_lined, plain
from ui.watches.novelty import NewQuote

_REF = 12  # digits by which a quote is known in a file
_TITLE = 100  # characters of a question in a title
# What makes words in chats more than words: <tags>, <!calls>, @everyone, [named](links).
_MARKUP = re.compile(r"<(?=\S)|@(?=\w)|\](?=[\[(])")
_INERT = "\u200b"  # has no width


@dataclass(frozen=True, slots=True)
class Letter:
    """New quotes of one saved search, for one address."""

    watch_id: str
    question: str
    quotes: Sequence[NewQuote]
    written: datetime
    left: int = 0  # more that are due next time
    cut: int = 0  # quotes that were looked at, when more may answer

    @property
    def title(self) -> str:
        """One line on what this is."""
        count = "1 new quote" if len(self.quotes) == 1 else f"{len(self.quotes)} new quotes"
        asked = one_lined(self.question)
        asked = asked if len(asked) <= _TITLE else f"{asked[:_TITLE]}…"
        return f"{count}: {asked}"


def ref_of(watch_id: str, quote: NewQuote) -> str:
    """Return by what a quote of a saved search is known again in a file."""
    return f"{watch_id}-{quote.as_sent.key[:_REF]}"


def text_of(letter: Letter) -> str:
    """Return a letter for reading."""
    day = f"{letter.written:%Y-%m-%d %H:%M} UTC"
    blocks = [f"── {letter.title} ({day}, saved search {letter.watch_id})"]
    blocks += ["\n".join(lines) for lines in _blocks(letter, to_a_file=True)]
    return "\n\n".join([*blocks, *_notes(letter)]) + "\n\n"


def json_lines_of(letter: Letter) -> str:
    """Return a letter as JSON Lines: one object a quote."""
    lines = (
        json.dumps(
            {
                "ref": ref_of(letter.watch_id, each),
                "watch": letter.watch_id,
                "question": letter.question,
                "sent": letter.written.isoformat(),
                "sent_before_as": each.called,
                **hit_as_dict(each.hit),
            },
            ensure_ascii=True,  # no character of a title ends a line
        )
        for each in letter.quotes
    )
    return "".join(f"{line}\n" for line in lines)


def messages_of(letter: Letter, most: int) -> Iterator[tuple[str, Sequence[NewQuote]]]:
    """Yield the messages of a letter, each with the quotes that are whole in it.

    Args:
        letter: what to send.
        most: characters that a message may have; only a single quote may be longer.
    """
    notes = "\n\n".join(_notes(letter))
    held: list[str] = []
    quotes: list[NewQuote] = []
    for quote, lines in zip(letter.quotes, _blocks(letter, to_a_file=False), strict=True):
        block = inert("\n".join(lines))
        if held and sum(map(len, held)) + 2 * len(held) + len(block) > most:
            yield "\n\n".join(held), tuple(quotes)
            held, quotes = [], []
        held.append(block)
        quotes.append(quote)
    yield "\n\n".join(filter(None, (*held, notes))), tuple(quotes)


def inert(words: str) -> str:
    """Return words that no chat takes for markup or a call; they read the same."""
    return _MARKUP.sub(lambda found: found[0] + _INERT, words)


def _blocks(letter: Letter, *, to_a_file: bool) -> Iterator[list[str]]:
    for number, quote in enumerate(letter.quotes, start=1):
        lines = list(hit_lines(number, quote.hit, quote.hit.speaker, wrapped=to_a_file))
        if quote.called:
            lines.append(f"   sent before as said by: {one_lined(quote.called)}")
        if to_a_file:
            lines.append(f"   ref: {ref_of(letter.watch_id, quote)}")
        yield lines


def _notes(letter: Letter) -> Iterable[str]:
    if letter.left:
        yield f"{letter.left} more are due next time."
    if letter.cut:
        yield (
            f"More passages answer than the {letter.cut} that are looked at: "
            "ask more narrowly to miss none."
        )


def summary_of(quote: NewQuote) -> str:
    """Return a quote in a line: who, and how the words begin."""
    words = one_lined(quote.hit.quote.exact)
    words = words if len(words) <= _TITLE else f"{words[:_TITLE]}…"
    role = f" ({plain(quote.hit.role)})" if quote.hit.role else ""
    return f"{one_lined(quote.hit.speaker)}{role}: “{words}”"

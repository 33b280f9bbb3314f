"""Citations: one line a reporter can print, and links that open the moment. Pure."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote as percent
from urllib.parse import urlencode

from corpus.masking import masked
from corpus.types import Citation, Document, DocumentKind, Person, Quote

_FRAGMENT_WORDS = 6  # words at each end of a text-fragment link; enough to be unique in a page


def permalink(base_url: str, document_id: str, *, start_time: float | None = None) -> str:
    """Return our own link to a document, at the second when there is one.

    It opens the archived copy, which advertisements inserted later cannot shift.
    """
    query = {"document": document_id}
    if start_time is not None:
        query["t"] = f"{start_time:.2f}"
    return f"{base_url}/document?{urlencode(query)}"


def paragraph_link(base_url: str, document_id: str, paragraph: int) -> str:
    """Return our own link to the 1-based paragraph of an article."""
    return f"{base_url}/document?{urlencode({'document': document_id, 'p': paragraph})}"


def publisher_link(document: Document, quote: Quote) -> str:
    """Return the publisher's page; for an article, with a fragment that marks the words."""
    if document.kind is DocumentKind.EPISODE:
        return masked(document.url)
    words = quote.exact.split()
    if len(words) <= 2 * _FRAGMENT_WORDS:
        text = _fragment(words)
    else:
        text = f"{_fragment(words[:_FRAGMENT_WORDS])},{_fragment(words[-_FRAGMENT_WORDS:])}"
    return f"{masked(document.url).split('#')[0]}#:~:text={text}"


def cite(
    quote: Quote,
    document: Document,
    *,
    person: Person | None,
    standing: str | None,
    base_url: str,
    retrieved: datetime | None = None,
) -> Citation:
    """Return everything a printed reference to `quote` needs.

    Args:
        quote: the quote, already verified against its text.
        document: the document it stands in.
        person: who said it; None leaves the label.
        standing: the person's role in this document, as printed ("armorer").
        base_url: where our page is served, for the permalink.
        retrieved: when the document was fetched.
    """
    if quote.start_time is not None:
        link = permalink(base_url, document.id, start_time=quote.start_time)
    else:
        link = paragraph_link(base_url, document.id, quote.paragraph or 1)
    return Citation(
        quote=quote,
        person=person.name if person else None,
        label=quote.attribution.label,
        standing=standing,
        title=document.title,
        source=document.show,
        published=document.published,
        locator=locator(quote),
        url=publisher_link(document, quote),
        permalink=link,
        retrieved=retrieved,
        gone=document.gone,
    )


def locator(quote: Quote) -> str:
    """Return where in the document the quote stands: "00:12:04" or "paragraph 5"."""
    if quote.start_time is not None:
        return clock(quote.start_time)
    return f"paragraph {quote.paragraph or 1}"


def clock(seconds: float) -> str:
    """Return seconds as hh:mm:ss, cut rather than rounded: never after the first word."""
    whole = int(max(0.0, seconds))
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def one_line(citation: Citation) -> str:
    """Return the citation as one line.

    Words or a speaker that a person corrected are no longer what the publisher printed or the
    recogniser heard, and the line says so; so it does of what is gone at the source.

    Example: Ana Ruiz (armorer), in “Cold Gun,” On Set, 29 October 2021, 00:12:04 [corrected].
    """
    who = citation.person or citation.label or "Unattributed"
    standing = f" ({citation.standing})" if citation.standing else ""
    when = print_date(citation.published)
    where = ", ".join(part for part in (citation.source, when, citation.locator) if part)
    where += " [corrected]" if citation.quote.corrected else ""
    where += f" ({gone_note(citation.gone)})" if citation.gone else ""
    return f"{who}{standing}, in “{citation.title.rstrip('.')},” {where}. {citation.permalink}"


def gone_note(gone: datetime) -> str:
    """Return what a reader who follows the publisher's link must know.

    >>> gone_note(datetime(2026, 3, 1))
    'gone at the source since 1 March 2026'
    """
    return f"gone at the source since {print_date(gone)}"


def print_date(moment: datetime | None) -> str:
    """Return a date as "29 October 2021", or nothing when it is unknown."""
    return f"{moment.day} {moment:%B %Y}" if moment else ""


def _fragment(words: list[str]) -> str:
    # Commas, dashes and ampersands have a meaning of their own in a text fragment.
    return percent(" ".join(words), safe="").replace("-", "%2D")

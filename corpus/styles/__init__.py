"""Citations in printed styles: APA, Chicago and MLA through CSL, and a line for reporters. Pure.

The `.csl` files are ours and know three things: a podcast episode, a radio segment, an article.
A reference names who made the piece (host, author), as the guides ask; who said the words stands in
the sentence that quotes them. The moment goes into the note or the parentheses.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.citations import print_date
from corpus.names import GENERATION
from corpus.types import DocumentKind, KeptQuote

STYLES = ("apa", "chicago", "mla")
_FOLDER = Path(__file__).parent
_PARTICLES = frozenset(  # what belongs to the name after it
    "van von der den de del della di da dos du la le el al bin ibn ter ten zu zur af av".split()
)
_QUOTED = re.compile(r"\"([^\"]*)\"")
_MOST_AUTHORS = 20  # a page may credit any number
_AP_MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June",
              "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")  # fmt: skip


def csl_of(kept: KeptQuote) -> dict[str, Any]:
    """Return the CSL-JSON of what a quote stands in, with the moment of the quote in `note`."""
    article = kept.kind is DocumentKind.ARTICLE
    broadcast = "broadcast" if kept.radio else "song"  # CSL's word for an episode's recording
    made: dict[str, Any] = {
        "id": kept.id,
        "type": "article-newspaper" if article else broadcast,
        "title": kept.title,
        "container-title": kept.show,
        "URL": kept.url.split("#:~:text=")[0],
        "note": f"locator: {kept.locator}",
    }
    makers = kept.authors if article else kept.hosts
    if makers:
        made["author"] = [csl_name(each) for each in makers[:_MOST_AUTHORS]]
    if not article:
        made["medium"] = "Radio broadcast" if kept.radio else "Audio podcast episode"
        made["genre"] = "Host"
    for field, moment in (("issued", kept.published), ("accessed", kept.retrieved)):
        if moment is not None:
            made[field] = {"date-parts": [[moment.year, moment.month, moment.day]]}
    return made


def csl_name(name: str) -> dict[str, str]:
    """Return a name as CSL parts it; one that is written as one word stays whole.

    Example: "Ana van der Berg Jr." → family "van der Berg", given "Ana", suffix "Jr.".
    """
    words = name.split()
    suffix = words.pop() if len(words) > 2 and GENERATION.fullmatch(words[-1].casefold()) else ""
    if len(words) < 2:
        return {"family": name}
    first = len(words) - 1
    while first > 1 and words[first - 1].casefold() in _PARTICLES:
        first -= 1
    made = {"family": " ".join(words[first:]), "given": " ".join(words[:first])}
    return made | ({"suffix": suffix} if suffix else {})


def print_reference(kept: KeptQuote, style: str) -> str:
    """Return the entry of a list of references (works cited, bibliography)."""
    return print_item(csl_of(kept), style)


def print_moment(kept: KeptQuote, style: str) -> str:
    """Return what points from the words to the moment: APA and MLA in parentheses, a note else."""
    place = kept.locator.replace("paragraph ", "par. " if style == "mla" else "para. ")
    return print_item(csl_of(kept), style, locator=place)


def print_item(item: dict[str, Any], style: str, *, locator: str | None = None) -> str:
    """Return one CSL item in a style: its reference, or with `locator` its citation.

    Raises:
        KeyError: there is no such style.
    """
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        Locator,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON

    wanted = _printable(item, style)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fields that a style does not use
        source = CiteProcJSON([wanted])
        bibliography = CitationStylesBibliography(_style(style), source, formatter.plain)
        place = {"locator": Locator("page", locator)} if locator else {}
        citation = Citation([CitationItem(str(wanted["id"]), **place)])
        bibliography.register(citation)
        if locator:
            printed = str(bibliography.cite(citation, lambda _: None))
            return _pointed(_tidy(printed), wanted, style, locator)
        return _tidy(str(bibliography.bibliography()[0]))


def print_ap(kept: KeptQuote) -> str:
    """Return a line for reporters, who name the speaker in the sentence and the source with it.

    Example: Ines Okafor, armorer, on “The Call Sheet” podcast, March 9, 2024 (00:00:05).
    """
    who = kept.person or kept.quote.attribution.label or "an unnamed speaker"
    what = f", {kept.standing}," if kept.standing else ","
    verb = {"quoted": "quoted in", "reported": "paraphrased in", "authored": "in"}
    how = verb.get(kept.quote.manner.value, "on")
    when = kept.published
    day = f", {_AP_MONTHS[when.month - 1]} {when.day}, {when.year}" if when else ""
    if kept.kind is DocumentKind.ARTICLE:
        where = kept.show
    elif kept.radio and day:
        where, day = f"“{_inner(kept.show)},”", day[1:]  # the comma stands inside
    else:
        where = f"“{_inner(kept.show)}”" + ("" if kept.radio else " podcast")
    line = f"{who}{what} {how} {where}{day} ({kept.locator})"
    return line + (" [corrected]" if kept.quote.corrected else "")


def print_note(kept: KeptQuote) -> str:
    """Return what every style's reader must know: that words are corrected or a paraphrase."""
    notes = ["corrected"] if kept.quote.corrected else []
    notes += ["paraphrase, not a quotation"] if kept.quote.manner.value == "reported" else []
    notes += [f"retrieved {print_date(kept.retrieved)}"] if kept.retrieved else []
    return "; ".join(notes)


def _printable(item: dict[str, Any], style: str) -> dict[str, Any]:
    """Return the item as its style words it."""
    title = str(item.get("title") or "Untitled").strip()
    closed = title.rstrip(".,;: ") or title
    # Where the style puts the title in quotation marks, those inside it become single ones.
    made = item | {"id": "item", "title": closed if style == "apa" else _inner(closed)}
    if item.get("genre") and len(item.get("author", ())) > 1:
        made["genre"] = f"{item['genre']}s"
    if style == "chicago":
        made.pop("genre", None)
        made |= {
            "medium": {"Radio broadcast": "radio broadcast"}.get(item.get("medium", ""), "podcast")
        }
    if style == "mla":
        made.pop("medium", None)
        made |= {"genre": str(made["genre"]).lower()} if item.get("genre") else {}
        made |= {"URL": str(item["URL"]).split("://")[-1]} if item.get("URL") else {}
    return made


def _pointed(printed: str, item: dict[str, Any], style: str, locator: str) -> str:
    """Return a citation with the commas that depend on what stands before them."""
    if style == "mla" and locator.startswith("par. "):
        return printed.replace(f" {locator})", f", {locator})")
    if style == "apa" and not item.get("author"):
        title = str(item["title"])
        return printed.replace(f"“{title}”, ", f"“{_inner(title)},” ", 1)
    return printed


def _inner(title: str) -> str:
    """Return a title as it stands inside quotation marks."""
    return _QUOTED.sub("‘\\1’", title).replace("“", "‘").replace("”", "’")


@lru_cache(maxsize=len(STYLES))
def _style(name: str) -> Any:
    from citeproc import CitationStylesStyle

    if name not in STYLES:
        raise KeyError(name)
    return CitationStylesStyle(str(_FOLDER / f"{name}.csl"), validate=False)


def _tidy(printed: str) -> str:
    """Mend what no style can say: one mark ends a title, and none stands twice."""
    for doubled, one in (("?.”", "?”"), ("!.”", "!”"), ("?,”", "?”"), ("!,”", "!”"), (".. ", ". "),
                         ("?. ", "? "), ("!. ", "! "), ("’.”", ".’”"), ("’,”", ",’”")):  # fmt: skip
        printed = printed.replace(doubled, one)
    return printed

"""Credits a reader can see on a page: bylines, "Host: …", lists of guests with who they are.

The page is read as lines, the way a reader sees it; a name is a credit only when something on the
page makes it one: a label ("Guests"), or a list of people each followed by words that describe
them. Pure functions over an lxml tree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from corpus.types import Credit
from ingest.page.bylines import (
    byline_names,
    part_in_description,
    part_of_label,
    person_name,
    squash,
)
from ingest.page.pagelines import PageLine

MAX_DESCRIPTION = 400  # characters; longer is a biography in prose, or not about the person
MAX_LABEL = 40
TRANSCRIPT = 3  # lines that begin with one label: the label is a speaker's

_SAYS_CREDIT = re.compile(
    r"credit|guest|host|contributor|people|person|staff|author|bio\b|bios\b|speaker|team|talent|"
    r"panelist|presenter|participant|producer",
    re.IGNORECASE,
)
_NOT_CREDITS = re.compile(
    r"related|recommend|trending|popular|comment|sidebar|newsletter|promo|advert|caption|gallery|"
    r"menu|breadcrumb|more-from|read-more|most-read|cookie|share|social",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"^(?:photo(?:s|graphs?|graphy)?|image|illustration|picture|video|graphic|art(?:work)?|cover)s?"
    r"(?: credits?| courtesy)?\s*(?:by|:|/|\(|of)|^courtesy|^credit:|getty images"
    r"|shutterstock|/AP\b",
    re.IGNORECASE,
)
# A trade or office: what tells a person's description from a headline under a celebrity's name.
_OCCUPATION = re.compile(
    r"\b(?!(?:other|another|never|ever|over|under|after|her|for|their|whether|rather|either|later|"
    r"together|however|november|september|october|december|summer|winter|number|paper|letter|"
    r"father|mother|brother|sister|daughter|first|last|just|most|best|latest|against|twist|list|"
    r"exist|must|cost|ago|or|nor|per|error|color|colour|dinner|water|river|offer|order|cover|"
    r"twitter|better|bigger|newsletter|center|power|former|super|dollar|year|chapter|floor|door|"
    r"east|west|test|guest of|cast|power)\b)"
    r"[a-z]{2,}(?:er|or|ist|ian|eer|ant|yst|ress|smith|wright)s?\b|\b(?:founder|co-founder|ceo|"
    r"president|chair|head|partner|fellow|chief|attorney|judge|sheriff|nurse|cinematographer|"
    r"critic|coach|actress|secretary|deputy|expert|scholar|victim|mother|father|widow|star|"
    r"representative|member|student|armou?rer|propmaster|props?|stunts?|captain|sergeant|"
    r"officer|guard|technician|spokes\w+|superintendent|senator|congress\w+|governor|mayor)\b",
    re.IGNORECASE,
)
_GROUP = re.compile(r"(?:credits?|contributors?|speakers?|participants?|people):?", re.IGNORECASE)
_BIOGRAPHY = re.compile(r"((?:[^\W\d]\S* ){1,4}?[^\W\d]\S*) ((?:is|was|has) .{8,})")
_DATED = re.compile(
    r"^(?:[a-z]{3,9}\.? \d{1,2}\b|\d{1,2}[ /.-]|\d+ (?:min|hour|day|week|month))", re.I
)
_LABELLED = re.compile(rf"^([^:–—|]{{2,{MAX_LABEL}}}?)\s*(?::|\s[–—-]\s)\s*(\S.*)$")
_BY_LABEL = re.compile(
    r"^((?:(?:executive|co-?|lead|senior) ?)?(?:hosted|presented|moderated|produced|edited|"
    r"reported|interviewed|engineered|mixed|anchored|translated|"
    r"(?:additional )?reporting|writing|editing)(?: (?:and|&) \w+(?:ed|ing))? by)\s+(.+)$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:,|\s[–—-]+\s|[–—]|\||•|·|\(|:)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleCredits:
    """What the page shows: bylines, credits, and the lines they stand in (not part of the body)."""

    byline: tuple[str, ...] = ()
    byline_text: str | None = None
    credits: tuple[Credit, ...] = ()
    lines: tuple[str, ...] = ()


def read_credits(lines: Sequence[PageLine], shows: tuple[str, ...] = ()) -> VisibleCredits:
    """Return the bylines and credits to be seen on the page.

    Args:
        lines: the lines of the page, as a reader sees it.
        shows: names of the show and the publication, which tell "host of *this show*" from the
            host of another.
    """
    names, shown = _first_byline(lines)
    scan = _Scan(lines, shows)
    scan.run()
    drop = [*scan.used, *_all_bylines(lines)]
    return VisibleCredits(
        byline=names, byline_text=shown, credits=tuple(scan.found), lines=tuple(dict.fromkeys(drop))
    )


# ── bylines ──────────────────────────────────────────────────────────────────────────────────


def _first_byline(lines: Sequence[PageLine]) -> tuple[tuple[str, ...], str | None]:
    """Return the names of the byline nearest after the title, or of the first on the page."""
    title = next((at for at, line in enumerate(lines) if line.element.tag == "h1"), 0)
    for line in [*lines[title : title + 40], *lines[:title]]:
        if names := _names_of_byline(line):
            return names, line.text
    return (), None


def _names_of_byline(line: PageLine) -> tuple[str, ...]:
    text = line.text
    if len(text) > 200:
        return ()
    if names := byline_names(text):
        return names
    dated = re.match(r"(?:.{0,40}\b(?:19|20)\d\d|.{0,60}[•·|–—])\s*(by\s.+)$", text, re.IGNORECASE)
    if dated:
        return byline_names(dated[1])
    if re.match(r"by\b", text, re.IGNORECASE):
        return byline_names("By " + ", ".join(each for _, each in line.pieces if person_name(each)))
    return ()


def _all_bylines(lines: Sequence[PageLine]) -> Iterator[str]:
    for line in lines:
        if len(line.text) <= 120 and _names_of_byline(line):
            yield line.text


# ── credits ──────────────────────────────────────────────────────────────────────────────────


class _Scan:
    """One pass over the lines: labels set what the names after them are."""

    def __init__(self, lines: Sequence[PageLine], shows: tuple[str, ...]) -> None:
        self.lines = lines
        self.shows = shows
        self.found: list[Credit] = []
        self.used: list[str] = []
        # "Host: Welcome …" again and again is a transcript, not a credit.
        labels = (found[1] for line in lines if (found := _LABELLED.match(line.text)))
        self.speakers = Counter(squash(label) for label in labels)
        self.label: str | None = None  # the part the last heading or label gives

    def run(self) -> None:
        at = 0
        while at < len(self.lines):
            at += self._read(at)

    def _read(self, at: int) -> int:
        """Read the line at `at`; return how many lines were used up."""
        line = self.lines[at]
        if _PICTURE.search(line.text) or len(line.text) > MAX_DESCRIPTION + 100:
            self.label = None
            return 1
        if self._is_label(at) or self._inline_label(line.text):
            return 1
        used = self._person(at) or self._biography(line.text)
        if not used and (line.heading or len(line.text) > 60):
            self.label = None
        return used or 1

    def _is_label(self, at: int) -> bool:
        line = self.lines[at]
        part = part_of_label(line.text)
        if (not part and not _GROUP.fullmatch(line.text)) or line.text.lower() == "by":
            return False
        plain = not line.heading and not line.text.endswith(":")
        after_name = at > 0 and person_name(self.lines[at - 1].text) is not None
        if plain and after_name and self.label is None:
            return True  # of the name above or of the one below? Nobody can tell
        self.label = part or ""
        self.used.append(line.text)
        return True

    def _inline_label(self, text: str) -> bool:
        """Read "Host: Kim Masters | Produced by Ann Lee"."""
        done = False
        for piece in re.split(r"\s*[|•·;]\s*", text.strip("()")):
            found = _BY_LABEL.match(piece) or _LABELLED.match(piece)
            part = part_of_label(found[1]) if found else None
            if found and part and self.speakers[squash(found[1])] < TRANSCRIPT:
                done = self._labelled_names(part, found[2], piece) or done
        if done:
            self.used.append(text)
        return done

    def _labelled_names(self, part: str, words: str, evidence: str) -> bool:
        """Take the names after a label, when nothing but names, or one name described, follows."""
        words = words.strip(" .")
        names = _only_names(words)
        name, described = _name_then_words(words)
        if not names and name and _is_description(described) and _OCCUPATION.search(described):
            self._credit(name, part, described, evidence)
            return True
        for one in names:
            self._credit(one, part, None, evidence)
        return bool(names)

    def _person(self, at: int) -> int:
        """Read a person and the words about them, in one line or in two."""
        line = self.lines[at]
        name, described = person_name(line.lead), line.rest
        if not name and (self.label is not None or line.element.tag in {"li", "dt"}):
            name, described = _name_then_words(line.text)
        lines = 1
        if not name:
            name, described = person_name(line.text), ""
            follows = self.lines[at + 1] if at + 1 < len(self.lines) else None
            if name and follows and _goes_with(line, follows):
                described, lines = follows.text, 2
        if name and self._counts(line, name, described) and not _is_aside(line):
            self._credit(name, self.label or None, described, f"{name} {described}".strip())
            self.used.extend(each.text for each in self.lines[at : at + lines])
            return lines
        return 0

    def _biography(self, text: str) -> int:
        """Read "Sam Doe is a film armorer …" under "About the guest"."""
        found = _BIOGRAPHY.fullmatch(text) if self.label and len(text) <= MAX_DESCRIPTION else None
        name = person_name(found[1]) if found else None
        if found and name:
            described = re.sub(r"^(?:is|was) (?:an? |the )?", "", found[2])
            self._credit(name, self.label, described, text)
            self.used.append(text)
        return 1 if name else 0

    def _counts(self, line: PageLine, name: str, described: str) -> bool:
        """Say whether the page makes this name a credit."""
        if line.text.startswith(f"{name}:") and not self.label:
            return False  # a speaker's label in an interview
        if self.label and not described:
            return True
        if not _is_description(described):
            return False
        if self.label is not None or part_in_description(described, self.shows):
            return True
        return bool(_OCCUPATION.search(described)) and _in_a_list_of_people(line)

    def _credit(self, name: str, part: str | None, words: str | None, evidence: str) -> None:
        told = part_in_description(words, self.shows) if words else None
        credit = Credit(
            name=name, part=told or part, description=words or None, evidence=evidence[:300]
        )
        if all(each.name != name or each.description != credit.description for each in self.found):
            self.found.append(credit)


def _only_names(words: str) -> tuple[str, ...]:
    """Return the names when the words are a list of names (and firms) and no sentence."""
    pieces = [piece for piece in re.split(r"\s*(?:,? and |,? & |[,;/])\s*", words) if piece]
    names = [name for piece in pieces if (name := person_name(piece))]
    firms = re.compile(r"(?:the |of |for )?[A-Z0-9][\w.&'’-]*(?: [A-Z0-9][\w.&'’-]*){0,4}")
    known = all(person_name(piece) or firms.fullmatch(piece) for piece in pieces)
    return tuple(names) if names and known and person_name(pieces[0]) else ()


def _name_then_words(text: str) -> tuple[str | None, str]:
    """Split "Kim Masters, host of The Business" at its first separator."""
    found = _SEPARATOR.search(text)
    if not found:
        return (person_name(text) if len(text) <= 60 else None), ""
    words = text[found.end() :].strip()
    if "(" in found[0]:
        words = words.removesuffix(")")
    return person_name(text[: found.start()]), words


def _is_description(words: str) -> bool:
    letters = sum(char.isalpha() for char in words)
    return (
        letters >= 3
        and len(words) <= MAX_DESCRIPTION
        and not _DATED.match(words)
        and not re.match(r"(?:says?|said|is|was|and|told|has|had|did|will|’s|'s)\b", words, re.I)
        and not re.search(r"\b(?:he|she|they|it|we|you)\b", words, re.I)
    )


def _goes_with(line: PageLine, follows: PageLine) -> bool:
    """The next line stands in the same small box as the name."""
    parent = line.element.getparent()
    if parent is None or parent.tag in {"body", "main", "article"} or follows.heading:
        return False
    return follows.element is parent or parent in follows.element.iterancestors()


def _is_aside(line: PageLine) -> bool:
    return _NOT_CREDITS.search(_classes(line.element)) is not None


def _classes(element: HtmlElement) -> str:
    near = [element, *islice(element.iterancestors(), 4)]
    return " ".join(f"{each.get('class') or ''} {each.get('id') or ''}" for each in near)


def _in_a_list_of_people(line: PageLine) -> bool:
    """The line is an item with a picture, or in a box whose class says it holds people."""
    element = line.element
    if _SAYS_CREDIT.search(_classes(element)):
        return True
    item = element if element.tag == "li" else next(element.iterancestors("li"), None)
    if item is None:
        return False
    return next(item.iter("img"), None) is not None or len(line.lead) > 0

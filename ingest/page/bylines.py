"""Names in credit lines: what looks like a person, and which part in a programme words give them.

Pure functions over strings. A wrong name is worse than a missing one, so every check here refuses
when in doubt.
"""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 60  # characters; longer is a sentence or a list


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_INVISIBLE = re.compile(
    # What colours a terminal goes as a whole: "\x1b[31m".
    "\x1b\\[[0-?]{0,40}[ -/]{0,4}[@-~]|"
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffc\ue000-\uf8ff\U000e0000-\U000e0fff]"
    "|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)
_MARKS = re.compile(r"[\W_]+")
_PARTICLES = _words(
    """
    de da do dos das del della di du des la le les lo van von der den het ter ten te zu zum zur af
    av bin ibn bint al el y e i san st ní ni mac ap abu ben dos ul ur
    """
)
_SUFFIXES = _words(
    """
    jr sr ii iii iv md phd esq jd cpa rn
    """
)
_HONORIFIC = re.compile(r"^(?:dr|mr|mrs|ms|mx|prof|professor)\b\.?\s+(?=\S+\s+\S)", re.IGNORECASE)
# Words that organisations, desks, buttons and headlines have and people do not.
_NOT_A_PERSON = _words(
    """
    about academy admin administrator advertisement advisory agency agencies all america american
    an and anonymous api app archive archives article articles arts associated association at
    audio author authors bbc become blog board book books breaking broadcasting bureau business by
    center central centre channel city click club cnn college comment comments committee community
    company contact contributed contributor contributors cookie copyright corp corporation council
    credit credits culture customer daily department desk digital dispatches donate download
    economy editor editorial editors education enterprise entertainment environment episode
    episodes events explore facebook fact faq featured feed files film films finance follow food
    for foundation free from full gazette getty give global government group guardian guest guests
    guide health help herald home host hosts how images in inc index industries info information
    initiative inside instagram institute international internet interview introduction is it
    journal latest learn library life limited listen live llc local login ltd magazine mail main
    management market markets marketing media meet member members membership menu more movie
    movies museum music my national network networks new news newsletter newsletters newspaper
    newsroom next npr official on online opinion opinions or organisation organization our pages
    paper partners partnerships payment photo photographer photography photos pictures play player
    podcast podcasts policy politics post posts practices press previous privacy producer
    producers production productions program programme programs project public publications
    published publisher quiz radio read recent recommended recordings register related release
    report reporter reporters reports research resources reuters review reviews rss safety
    schedule school science search season section sections services service settings share shop
    show shows sign site skip society solutions south special sport sports staff standard station
    statement store stories story street studio studios subscribe subscription summary support
    system systems team tech technologies technology television terms that the this times today
    topics transcript transcripts travel trending tribune tv twitter union united university
    unknown update updates upload us user video videos view views watch weather web website weekly
    welcome what when where who why wire with world writer writers written youtube your
    """
)
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_NO_FIRST_NAME = _words(
    """
    los las san santa saint fort mount lake cape port puerto el hollywood
    """
)
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ\-‐‑.·][^\W\d_]+)*['’.]?|[^\W\d_]\.", re.UNICODE)
_CJK_NAME = re.compile(
    r"[\u3400-\u9fff]{2,4}|[\uac00-\ud7af]{2,4}|[\u3040-\u30ff\u3400-\u9fff]{2,6}"
    r"|[\u30a0-\u30ff\u3400-\u9fff]{1,8}[・·][\u30a0-\u30ff\u3400-\u9fff]{1,8}"
)
_SPLIT = re.compile(
    r"\s*(?:,?\s+(?:and|with|und|et|og|och|en)\s+|,?\s*[&;/|•·]\s*|,\s*|\s+[–—-]+\s+|\n)\s*"
)
_BY = re.compile(
    r"^(?:(?:words|story|text|article|photos?\s+and\s+words|interview|report|column|review|essay|"
    r"analysis|opinion|post|posted|published|written|reported|authored|adapted|compiled|"
    r"contributed|blog\s+post)\s+(?:(?:and|&)\s+\w+\s+)?)?(?:by|von|por|par|di|door|af|av)"
    r"(?:\s*[:.]\s*|\s+)",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"\s*(?:[|•·\n(\[<]|\s[–—-]\s|\s{_MONTH}\.?\s+\d|\d|@|\b(?:for|of|at|on|in|from|reporting|"
    r"special\s+to|staff|senior|published|updated|posted|follow|contributing|is\s+an?)\b).*$",
    re.IGNORECASE | re.DOTALL,
)
# First match wins. Compared with a whole label ("Hosted by", "Guests") or the words of a title.
_HOST = (
    r"(?:co-?|guest |show )?hosts?|(?:co-?)?hosted by|presenters?|presented by|anchors?"
    r"|anchored by|moderators?|moderated by|interviewers?|interviewed by|interview by"
)
_GUEST = (
    r"(?:special |our |today['’]s |about the |this week['’]s |the )?guests?|featured? guests?"
    r"|with guests?|featuring|interviewees?|panell?ists?|in conversation with"
)
_PRODUCER = (
    r"(?:(?:executive|senior|lead|associate|assistant|supervising|co-?|series|show|story"
    r"|digital|managing|coordinating|field|audio|podcast|segment) ?)*producers?"
    r"|(?:(?:executive|lead|co-?) ?)?produced by|producer credit"
)
_EDITOR = (
    r"(?:(?:story|senior|managing|executive|audio|digital|script) )?editors?|edit(?:ed|ing) by"
)
_ENGINEER = (
    r"(?:(?:audio|sound|recording|technical|broadcast|mix(?:ing)?) )*engineers?"
    r"|technical directors?|engineered by|mixed by|mastered by|sound design(?:er|ed)?(?: by)?"
)
_REPORTER = (
    r"(?:(?:senior|staff|field) )?(?:reporters?|correspondents?)"
    r"|reported by|(?:additional )?reporting by"
)
_AUTHOR = r"authors?|written by|writing by|words by|story by|text by|writers?|by"
_PARTS: tuple[tuple[str, str], ...] = (
    ("host", _HOST),
    ("guest", _GUEST),
    ("producer", _PRODUCER),
    ("editor", _EDITOR),
    ("engineer", _ENGINEER),
    ("reporter", _REPORTER),
    ("author", _AUTHOR),
    ("translator", r"translators?|translated by"),
)
_PART_PATTERNS = tuple((part, re.compile(words, re.IGNORECASE)) for part, words in _PARTS)


def clean_text(text: str) -> str:
    """Return `text` in one line, single spaces, nothing invisible; quotation marks as they are."""
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return " ".join(text.split())


def squash(text: str) -> str:
    """Letters and digits only: for comparing what is printed twice with other marks between."""
    return _MARKS.sub("", text.casefold())


def is_person_name(text: str) -> bool:
    """Say whether `text` looks like the full name of one person (at least two names).

    Names of organisations, single words, headlines and anything with digits or addresses are
    refused. Scripts without capitals (Arabic, Hebrew, Chinese, …) are judged by their length.
    """
    if not 2 <= len(text) <= MAX_NAME or re.search(r"[\d@:/|<>{}=_#?!“”\"()]", text):
        return False
    if _CJK_NAME.fullmatch(text):
        return True
    words = text.replace(",", " ").split()
    if not 2 <= len(words) <= 6 or not all(_WORD.fullmatch(word) for word in words):
        return False
    if words[0].lower() in _NO_FIRST_NAME or re.search(r"['’]s?$", words[-1]):
        return False
    if any(word.lower().strip(".'’") in _NOT_A_PERSON for word in words):
        return False
    return _capitals_of_a_name(words)


def _capitals_of_a_name(words: list[str]) -> bool:
    """Each word begins with a capital (particles need not); acronyms are not names."""
    letters = "".join(words)
    if not any(char.isupper() or char.islower() for char in letters):
        return len(words) <= 5  # a script without capitals
    shouted = letters.isupper()
    proper = [word for word in words if word[0].isupper()]
    if len(proper) < 2 or not words[-1][0].isupper():
        return False
    if any(
        word not in proper
        and word.lower() not in _PARTICLES
        and "-" not in word
        and not re.match(r"(?:d|l|al)['’]", word)
        for word in words
    ):
        return False
    if max(len(word.strip(".")) for word in proper) < 2:
        return False
    return shouted or not any(_is_acronym(word) for word in words)


def _is_acronym(word: str) -> bool:
    bare = word.replace(".", "").replace("-", "")
    if bare.lower() in _SUFFIXES or "." in word or "-" in word:
        return False
    return len(bare) > 2 and bare.isupper()


def person_name(text: str) -> str | None:
    """Return the name of a person that `text` is, as it should be kept, or None.

    Honorifics go, names all in capitals get ordinary ones; nothing else is changed.
    """
    if len(text) > 4 * MAX_NAME:
        return None
    name = _HONORIFIC.sub("", clean_text(text)).strip(" ,;:.–—-|•·")
    if re.search(r"\b(?:Jr|Sr)$", name) and text.rstrip().endswith("."):
        name += "."
    if not is_person_name(name):
        return None
    return _ordinary_capitals(name) if name.isupper() and " " in name else name


def _ordinary_capitals(name: str) -> str:
    return " ".join(
        word if word.lower().strip(".,") in _SUFFIXES or "." in word else word.title()
        for word in name.split()
    )


def names_in(text: str) -> tuple[str, ...]:
    """Return the names of persons in a byline or a list of names, in order, each once.

    "By Kim Masters and Ann Lee • Oct 29, 2021" gives two; a word after a name that is no name
    ("Kim Masters, senior editor, KCRW") is left out.
    """
    line = _BY.sub("", clean_text(text))
    line = re.sub(r"\s*\([^()]{0,200}\)", "", line)  # "Bruno (Henrique) Rodrigues", "(AP)"
    line = re.sub(rf"\s{_MONTH}\.?\s+\d.*$", "", line, flags=re.IGNORECASE)
    whole = person_name(line)
    if whole and not re.search(r"\s(?:and|with|und|et)\s|[,&]", line):
        return (whole,)
    turned = re.fullmatch(r"([^\W\d]+), ([^\W\d]+)", line)
    if turned and (name := person_name(f"{turned[2]} {turned[1]}")):
        return (name,)
    found: dict[str, None] = {}
    for piece in _SPLIT.split(line):
        name = person_name(_TRAILING.sub("", piece)) or person_name(piece)
        if name:
            found.setdefault(name)
    return tuple(found)


def byline_names(line: str) -> tuple[str, ...]:
    """Return the names in a visible byline ("By …", "Words by …"); nothing for another line."""
    text = clean_text(line)
    found = _BY.match(text)
    if not found or len(text) > 200:
        return ()
    names = names_in(text)
    # "By Monday, Ann Lee had left" is a sentence: a byline begins with a name.
    begins = _HONORIFIC.sub("", text[found.end() :]).casefold()
    return names if names and begins.startswith(names[0].casefold().rstrip(".")) else ()


def part_of_label(label: str) -> str | None:
    """Return the part a whole label gives ("Hosted by", "Guests:"), or None if it is no label."""
    bare = clean_text(label).strip(" :–—-|•·.")
    if not bare or len(bare) > 40:
        return None
    return next((part for part, words in _PART_PATTERNS if words.fullmatch(bare)), None)


def part_in_description(description: str, shows: tuple[str, ...] = ()) -> str | None:
    """Return the part that the words describing a person give them in *this* programme.

    "Producer" alone says it; "host of KCRW's “The Business”" says it on a page of one of `shows`.
    "Producer of three films" does not: that is what a guest may be.
    """
    whole = part_of_label(description)
    if whole:
        return whole
    lowered = description.lower()
    if not any(len(show) > 2 and show.lower() in lowered for show in shows):
        return None
    places = [
        (found.start(), part)
        for part, words in _PART_PATTERNS[:6]
        if (found := re.search(rf"\b(?:{words.pattern})\b", description, re.IGNORECASE))
    ]
    return min(places)[1] if places else None

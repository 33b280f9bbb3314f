"""How selling sounds: what one sentence says for or against being part of an advertisement. Pure.

A sentence is evidence by its formulas alone; who speaks it, and what stands around it, is
weighed in `advertisements`. Every pattern reads at most `_LONGEST` characters, without nesting.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

_LONGEST = 800  # characters of a sentence that are looked at
_SHOW = (
    r"(?:episode|show|podcast|program(?:me)?|broadcast|series|edition|hour|segment|video|"
    r"portion)"
)
_SITE = (  # spoken or printed; an address with a path is one whatever its ending
    r"(?:(?: dot |\.)(?:com|org|net|io|co|fm|tv|shop|app)"
    r"|\w\.[a-z]{2,9}(?=/\w| slash \w)| dot [a-z]{2,9}(?= slash \w))"
)
_THIS = rf"(?:(?:this|today's|tonight's|this (?:week|month|hour)'s|our|the)(?: \w+)? {_SHOW})"

# Who pays is named as such, here and now: enough by itself.
_OPENINGS = tuple(
    re.compile(pattern)
    for pattern in (
        r"^[\w' ]{1,40} is (?:also |proudly )?brought to you by\b",
        (
            rf"\b{_THIS}(?: today| this week| tonight)?(?: (?:is|was|has been|comes))?(?: also|"
            r" proudly| always)?"
            r" (?:brought to you|sponsored|supported|made possible|presented to you|"
            r"underwritten)(?: today| this week)?(?: in part)? by"
        ),
        (
            r"^(?:and |now |it's |it is |this is |also |we are |we're )*(?:brought|coming) to "
            r"you (?:today |this week |in part |also )?(?:by|courtesy of)\b"
        ),
        (
            r"\b(?:support|funding|sponsorship)(?: for|of)? (?:this|today's|our|the|[\w'&!. "
            r"-]{1,40})(?: \w+)?"
            r" (?:also )?(?:comes|is provided|is brought|is coming|and the following message "
            r"come)s?(?: to you)?(?: today| in part)? (?:from|by)\b"
        ),
        r"^(?:and )?(?:additional |major |more )?support (?:also )?comes from\b",
        rf"^(?:and )?with support from\b|\b{_THIS} comes to you (?:from|with)\b",
        (
            r"\b(?:the following|this) (?:message|spot|announcement) (?:comes|is) (?:from|"
            r"brought)\b"
        ),
        r"\bpaid (?:advertisement|promotion|announcement|partnership)\b",
        (
            r"\b(?:today's|tonight's|this week's|this episode's|the show's|our show's|this "
            r"show's)(?: \w+)? sponsors?\b(?! (?:of|for) (?!this|today|our|"
            r"the (?:show|podcast|episode|program)))"
        ),
        rf"(?<!you )(?<!they )\b(?:is|are)(?: \w+){{0,3}} sponsors? (?:of|for) {_THIS}",
        (
            r"^(?:and |so |but )?(?:we are|we're) (?:also |proudly |once again )*(?:sponsored|"
            r"supported) by\b"
        ),
        rf"^(?:the|our)(?: \w+)? sponsors? (?:of|for) {_THIS}(?: is| are|,|:)",
        rf"\bsponsor(?:ed|ing|s)? (?:today's|tonight's|this|our) (?:\w+ )?{_SHOW}",
        (
            r"\bour (?:(?:first|second|third|next|other|new|final|last|title|lead) sponsors?|"
            r"sponsors?)(?: today| tonight| this week| this month| for (?:today|this) \w+)+ "
            r"(?:is|are|comes?)\b"
        ),
        (
            r"^(?:and |now |but )?our (?:first|second|third|next|other|final|last) sponsor(?: "
            r"is| comes|,)"
        ),
        (
            r"^(?:\w+ ){0,3}we have (?:\w+ )?sponsors? (?:for )?(?:today|this (?:week|show|"
            r"episode))"
        ),
        (
            r"^(?:and |so |big |special |finally,? |also,? |as always,? |a |many |huge |our |"
            r"but first,? )*(?:thanks|thank you|shout-?out)(?: again| so much| also)? to "
            r"(?:\w+ ){0,2}sponsors?\b(?! (?:who|which|we|i)\b)"
        ),
        (
            r"\b(?:from|by) (?:our|my) (?:friends|partners) (?:at|over "
            r"at)\b.{0,80}\b(?:sponsor|dot com|\.com)"
        ),
        (
            r"\bi (?:want|wanna|wanted|need|have) (?:to )?(?:\w+ )?(?:tell you about|thank) "
            r"(?:\w+ ){0,2}(?:sponsors?|partner)\b"
        ),
        (
            r"\b(?:want|like|love) to tell you about (?:another|a new|a different) (?:great "
            r")?(?:show|podcast)\b"
        ),
        (
            r"\bhere'?s? (?:is )?a (?:preview|trailer|sneak peek) (?:of|from) (?:another|a "
            r"new|the new)\b"
        ),
    )
)
_LAWS = re.compile(  # these have sponsors who sell nothing
    r"\b(?:(?:the|this|that|a|his|her|their|our|house|senate) (?:\w+ )?bill|senat(?:e|ors?)|"
    r"legislati(?:on|ve)|legislat(?:ure|ors?)|amendment|congress(?:\w*)|parliament|lawmakers?|"
    r"co-?sponsors?)\b"
)
_NO_OPENING = re.compile(  # such words told, asked or wished for, and the sponsors of other things
    r"\b(?:say|says|said|saying|reads?|reading|hear|heard|hears|like,|goes|went|used to|if|"
    r"whether|when|imagine|remember|suppose|told|tells?(?! you)|asked?|without|stop|stopped|"
    r"refuse\w*|lost|lose|why|how|who|never|not|n't|was sponsored by the "
    r"state)\b[^.?!]{0,200}$|[\"“]\s*[^\"”]{0,200}$"
)

# An offer, in the words only an advertisement has. By name: two different ones outweigh doubt.
_OFFERS = {
    "code": (
        r"\b(?:use|enter|with|using|and|mention) (?:the |my |our |your )?(?:\w+ "
        r"){0,2}?(?:promo |offer |coupon |discount |promotional |checkout )?code,? "
        r"[\"“]?[\w-]+.{0,40}?(?:checkout|off\b|sign|free|save|to get|\bfor\b|[.!]?$)|"
        r"\b(?:promo|offer|coupon) code [\"“]?\w+"
    ),
    "checkout": r"\bat (?:the )?check ?out\b(?! (?:counter|line))",
    "terms": (
        r"\bterms (?:and|&) conditions (?:may )?apply\b|^(?:\w+ ){0,2}(?:terms|restrictions|"
        r"exclusions|conditions|limitations|fees) (?:may )?apply\b(?! to)|\bvoid where "
        r"prohibited|\bno purchase necessary|\bsee (?:\w+ ){0,3}for (?:full |more "
        r")?(?:details|terms)\b|\bmember fdic\b|\bequal housing lender\b|^rated (?:r|pg|t|"
        r"m)\b|\bplease (?:\w+ )?responsibly\b"
    ),
    "doctor": (
        r"\bside effects (?:may |can )?include\b|\b(?:ask|talk to) your doctor (?:if|about|"
        r"today)\b|\bdo not take \w+ if\b"
    ),
    "trial": (
        r"\b(?:free|risk-free|no-risk|\d+[- ]day|\w+[- ]day) (?:\d+[- ]day |\w+[- ]day "
        r")?(?:free )?trial\b|\btry (?:it|\w+(?: \w+)?) (?:for )?free\b|\b(?:free|risk-free) "
        r"for (?:\d+|\w+) (?:days|weeks|months?)\b"
    ),
    "guarantee": (
        r"\bmoney[- ]back\b|\bsatisfaction guaranteed\b|\bno (?:contracts?|commitment)s?,? "
        r"(?:no|cancel)\b|\bcancel any ?time\b|\bno strings attached\b|\brisk[- ]free\b"
    ),
    "off": (
        r"\b(?:percent|%|dollars|bucks|\$\d+) off (?:your|of your|the|any|a|all|on|everything|"
        r"select|when|today|with|at)\b|\bsave (?:up to )?(?:an? )?(?:extra |additional "
        r")?(?:\$|\d|\w+ percent|\w+ dollars)|\boff your (?:first|next|entire|whole|order|"
        r"purchase)\b|\bhalf off\b|percent off[.!]?$|\bbuy one,? get one\b"
    ),
    "free": (
        r"\b(?:free (?:shipping|delivery|quote|estimate|consultation|sample|gift|download|"
        r"returns)|(?:your )?first (?:\w+ ){1,4}(?:is|are|for|on us) ?(?:free|us)?|"
        r"first (?:\w+ ){1,3}free\b|for free "
        r"(?:today|at|when)|get (?:\w+ ){1,4}(?:absolutely )?free\b)"
    ),
    "sent": (
        r"\b(?:tell|let) (?:them|him|her|'em)(?: know)?(?: that)? [\w' ]{1,40} sent you\b|"
        r"\bso they know we sent you\b"
    ),
    "slash": rf"{_SITE}(?: slash |\s?/\s?)\w+",
    "limited": (
        r"\blimited[- ]time\b|\bwhile supplies last\b|\bact now\b|\bdon't (?:wait|miss out|"
        r"delay)\b|\boffer (?:ends|expires|valid|good)\b|\bfor a limited\b|\bthis weekend "
        r"only\b"
    ),
    "order": (
        r"\b(?:order|sign up|subscribe|download|book|start|shop|call|join|apply|enroll|"
        r"register|switch|get started|try \w+|buy|donate)(?: \w+){0,5} (?:today|now|right "
        r"now)(?: (?:at|on|by|and|to)\b|[.!,]?$)"
    ),
    "phone": (
        r"\b(?:call|dial|text|phone)\b.{0,30}?(?:\b1?[- ]?8\d\d[- ]\d{3}[- ]?\w{4}|\b\d{3}[- "
        r"]\d{3,4}|\b(?:one|1)?[- ]?(?:eight|8)[- ]?(?:hundred|oh oh|zero zero|00|eight eight|"
        r"seven seven)|\bto \d{5,6}\b)"
    ),
    "price": (
        r"\b(?:for (?:just|only|as little as|as low as|under)|(?:starting|starts) (?:at|from)|"
        r"just|only|from just|now only) (?:\$ ?\d|\d+|\w+ (?:dollars|ninety|cents)|\w+[- ]\w+ "
        r"(?:dollars|ninety|a month)).{0,24}?(?:a month|per month|a week|a day|a year|each|\$|"
        r"dollars|cents|ninety|/mo)"
    ),
    "stores": (
        r"\b(?:available|on sale|in stores|out|streaming|in (?:theaters|theatres|cinemas)|"
        r"sold)(?: \w+){0,3} (?:wherever|everywhere|at participating|in stores|nationwide)\b|"
        r"\bin (?:theaters|theatres|cinemas|stores) (?:now|everywhere|this|on)\b|\bat (?:a|"
        r"your) \w+ near you\b|\bstreaming (?:now|only|exclusively)\b|\bavailable now\b"
    ),
    "podcasts": (
        r"\b(?:wherever|anywhere) you (?:get|listen to|find|download|hear) (?:your "
        r")?(?:favou?rite )?podcasts?\b|\bnew episodes (?:\w+ ){0,2}(?:every|drop|each|weekly|"
        r"on)\b|\blisten (?:now|today|free)\b|\b(?:listen|subscribe|follow|find us) (?:\w+ "
        r"){0,6}?on (?:apple|spotify|the i ?heart|your favou?rite)"
    ),
    "site": (
        r"\b(?:go|head|visit|see (?:them|it|the)|log on|hop|learn more|find out more|get "
        r"started|sign up|get yours|shop|order|details|find \w+|find the \w+ \w+|apply|start|"
        rf"book|that's|check out|check (?:it|them) out)\b.{{0,60}}?{_SITE}\b"
    ),
    "visit": (
        r"^(?:so |and |just |now |or )?(?:visit|find out (?:more|why|how)|stop by|come (?:in|"
        r"see us|down)|swing by|learn more|ask for|get yours|download the)\b"
    ),
    "link": r"\blink (?:is )?in (?:the|our) (?:show ?notes|description|episode notes|bio)\b",
}
_OFFER_PATTERNS = {name: re.compile(pattern) for name, pattern in _OFFERS.items()}

# Those that hardly occur in a conversation; the others are weaker.
PLAIN = frozenset(_OFFERS) - {"order", "visit", "price", "off", "free", "stores", "link"}

# What advertisements do and conversations do too; counts only beside something stronger.
_TOUTING = re.compile(
    r"^(?:and |so |but )?(?:are you|do you|does your|is your|have you ever|ever|tired of|"
    r"looking for|need a|want to|imagine|introducing|meet the|say goodbye|say hello|discover|"
    r"whether you|if you(?:'re| are| want| need| love| have)|what if you could|picture this|"
    r"there's a better way|that's why|that's where|with \w+(?: \w+)?, you|at \w+(?: "
    r"\w+){0,3}, we|from the (?:makers|creators|producers|team|studio))\b|\b(?:built for|"
    r"designed (?:to|for)|handmade|handcrafted|made (?:from|with|to order)|award-winning|"
    r"trusted by|america's|the world's (?:first|best|leading)|number one|family[- ]owned|"
    r"since (?:19|20)\d\d|every (?:order|purchase|plan|box|case|bottle|pair|kit)|delivered "
    r"(?:right )?to your|right to your door|you'll (?:get|love|find|never|save|have|be able)|"
    r"your (?:first|next|home|business|team|family|door|money|life|skin|teeth|sleep|gear|"
    r"kitchen|car|truck|taxes|website|customers|budget|own)|easy to use|in (?:just )?minutes|"
    r"all[- ]in[- ]one|no more)\b"
)
_BRIEF = 8  # words; a slogan at most

_BREAKS = re.compile(
    r"\b(?:be right back|right after this[.!]?$|"
    r"be back (?:in|right|after|with|soon|shortly)|(?:back|up next|coming "
    r"up|more|continue|that)\b.{0,60}\bafter (?:(?:this|the|a|these)(?: \w+)? (?:break|"
    r"message|messages|word|words)\b|this[.!]?$)|stay (?:with us|tuned)|don't go (?:away|"
    r"anywhere)|stick around|a (?:quick |short |brief |little )?(?:word|message|note|moment) "
    r"(?:from|for) (?:our|the|one of|a|some|today's|this)\b|hear (?:a (?:word|message)|from) "
    r"(?:\w+ ){0,5}(?:sponsors?|people who)|(?:take|time for|hit|pause for|here for|taking|"
    r"hitting on|hitting|got)(?: \w+){0,4} (?:first |second |quick |short |next )*break\b|"
    r"(?:thank|pay) (?:\w+ )?(?:the|our) (?:bills|sponsors|rent)|when we (?:come|get|"
    r"return)(?: back)?\b|keep(?:s)? (?:our|the) lights on|when (?:this|the) (?:show|"
    r"programme?|hour|story) (?:returns|continues)|after (?:the|this|a)(?: \w+){0,2} break)"
)
_RETURNS = re.compile(
    r"\b(?:(?:we're|we are|and we're|i'm|alright|okay|and|now|let's get|get|so) back\b(?! "
    r"(?:then|in (?:19|20|the)|home|and forth|up|down|when|off|out))(?! to (?:work|normal|"
    r"school|basics|square|you on))|welcome back\b|back (?:to|with|into|on) (?:the|our|this|"
    r"my|today's) (?:\w+ ){0,2}(?:show|episode|program(?:me)?|conversation|interview|guest|"
    r"story|chat|discussion|podcast|hour)\b|you're (?:listening|tuned|back|hearing)\b|before "
    r"the break\b|(?:thanks|thank you) for (?:staying|sticking)|on with the show|this is [\w "
    r"]{1,40},? i'm\b|let's get (?:into|right|going|started|to it)\b|back to (?:it|my|our)\b)"
)
_RESUMES = re.compile(
    r"^(?:okay|ok|alright|all right|anyway|anyhow|well|so,|now, (?:back|my|let|on)|let's|"
    r"today (?:i|we|on)|my guest|our guest|joining|on (?:this|today's) (?:show|episode)|in "
    r"this episode|hello|hi|welcome|from [\w ]{1,40}, (?:this is|i'm)|i'm [a-z]+ [a-z]+[,.]|"
    r"this is [\w ]{1,40}[,.]|without further)"
)
_TOLD = re.compile(  # somebody's own affairs, and things that were
    r"\b(?:i|i'm|i've|i'd|i'll|my|me|mine|myself|we (?:were|had|did|used|sold|went|got|could|"
    r"started|made|paid|put|thought)|he|she|his|her|him|they|their|was|were|had|said|says|"
    r"told|asked|went|paid|sold|wrote|tried|used to|would|wouldn't|n't know)\b"
)
_LABEL = re.compile(
    r"(?:\W*)(?:ad|ads|advert|adverts|advertis(?:ement|ements|er|ing)|(?:our )?sponsors?|"
    r"sponsor(?:ship)? (?:message|read|spot|break)|promo|promotion|commercials?|commercial "
    r"break|ad (?:break|read|spot|voice)|mid-?roll|pre-?roll|post-?roll|"
    r"underwriting)(?:\W*(?:\d+|voice|speaker|announcer|break|read|spot|message)?\W*)"
)


@dataclass(frozen=True, slots=True)
class Sale:
    """What one sentence says: a formula that opens, offers by name, or a turn of the programme."""

    opening: bool = False  # says who pays for the programme
    brand: tuple[str, ...] = ()  # whom an opening names, in small letters
    offers: frozenset[str] = frozenset()
    touts: bool = False
    told: bool = False  # somebody's own story, or of others
    leaves: bool = False  # goes to a break
    returns: bool = False  # comes back from one
    resumes: bool = False  # may begin another subject
    asks: bool = False
    brief: bool = False

    @property
    def sells(self) -> bool:
        """Whether anything in it is a formula of selling."""
        return self.opening or bool(self.offers)


def read_sentence(words: list[str]) -> Sale:
    """Return what a sentence says for being sold or said."""
    printed = " ".join(words)[:_LONGEST].replace("’", "'")
    text = printed.casefold()
    opening = _opening(text)
    return Sale(
        opening=opening is not None,
        brand=_brand(printed[opening:]) if opening is not None else (),
        offers=frozenset(name for name, rule in _OFFER_PATTERNS.items() if rule.search(text)),
        touts=bool(_TOUTING.search(text)),
        told=bool(_TOLD.search(text)),
        leaves=bool(_BREAKS.search(text)),
        returns=bool(_RETURNS.search(text)),
        resumes=bool(_RESUMES.search(text)),
        asks=text.rstrip("\"'”) ").endswith("?"),
        brief=len(words) <= _BRIEF,
    )


def is_sale_label(label: str | None) -> bool:
    """Say whether a speaker's label or a stage direction says "advertisement"."""
    return label is not None and len(label) < 60 and bool(_LABEL.fullmatch(label.casefold()))


def _opening(text: str) -> int | None:
    """Return where the name of the sponsor may begin, or None when nobody is named as sponsor."""
    if _LAWS.search(text):
        return None
    for rule in _OPENINGS:
        found = rule.search(text)
        if found and not _NO_OPENING.search(text[: found.start()]):
            return found.end()
    return None


def _brand(rest: str) -> tuple[str, ...]:
    """Return the words of the first capitalised name in what follows an opening."""
    name: list[str] = []
    for word in rest.split()[:12]:
        bare = word.strip(string.punctuation)
        if bare[:1].isupper() or (name and bare[:1].isdigit()):
            name.append(bare.casefold().removesuffix("'s"))
            if word[-1] in ",.;:!?":
                break
        elif name:
            break
    return tuple(word for word in name if len(word) > 2)

"""Spellings of one address: what two of them have in common. Pure.

A host signs its addresses anew every night, a counter puts itself before them, a page is linked
with and without `www`: all that is one place. What names the thing itself (`?id=12`, `?p=12`) is
never taken away, since two documents under one address would be worse than one under two.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from corpus.schema.codecs import clean_string

_TRACKING = re.compile(
    r"(?:utm_.*|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|igshid|igsh|twclid|mc_[ce]id|mkt_tok"
    r"|_hs(?:enc|mi)|_g[al]|vero_id|oly_(?:enc|anon)_id|s_cid|cmpid|ocid|smid|spm|ref_src)",
    re.IGNORECASE,
)
# What lets somebody in, or until when, or whose session it is: never what is meant.
_TOKEN = re.compile(
    r"(?:x-amz-.*|x-goog-.*|x-oss-.*|cloudfront-.*|googleaccessid|awsaccesskeyid|ossaccesskeyid"
    r"|(?:access|auth|api|session|security|cdn|user|feed)?[-_]?token|(?:auth|api|access|private)"
    r"[-_]?key|key-pair-id|sig|signature|hmac|hdn(?:ea|ts|tl)|expir(?:es|y|ation)|jwt|jsessionid"
    r"|phpsessid|wstime|wssecret|nva|nvb|ttl|aw_0_.*)",
    re.IGNORECASE,
)
# These may name something; with a value that nobody would write by hand, they sign.
_MAYBE = re.compile(
    r"(?:e|s|t|h|st|se|ts|_t?|cb|rand|rnd|hash|md5|sid|auth|exp|policy|verify|nonce|session|"
    r"session[-_]?id|listen(?:er)?[-_]?id|time(?:stamp)?)",
    re.IGNORECASE,
)
_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_RANDOM = re.compile(
    rf"(?=[^\d]*\d)[\w%+/=~.]{{16,}}|1[5-9]\d{{8}}(?:\d{{3}})?|{_UUID}", re.ASCII | re.IGNORECASE
)
_SIGNED_PART = re.compile(
    r"(?:(?:token|exp|expires|st|hdnts|hdnea|hdntl|sig|signature|hmac|acl)=[^/]*"
    r"|eyJ[\w-]{10,}(?:\.[\w-]+)*)",
    re.IGNORECASE | re.ASCII,
)

_PORTS = {"http": 80, "https": 443}
_ESCAPED = re.compile("%[0-9a-fA-F]{2}")
_SECURE = re.compile(r"^https?://(?:www\.)?")

# A counter's address holds the real one as a part of its path.
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}", re.IGNORECASE)
_INNER = re.compile(r"https?(?::|%3a)(?:/|%2f){1,2}", re.IGNORECASE)
_ASKED = re.compile(
    r"(?:(?:url|u|uri|src|file|media|to|target|link|redirect)=)?(https?(?::|%3a)(?:/|%2f){1,2})",
    re.IGNORECASE,
)
_FILE_ENDINGS = frozenset(
    """
    mp3 m4a m4b mp4 m4v ogg oga opus wav aac flac aif aiff webm mov avi wma mka mkv ts mpeg mpg
    html htm xhtml shtml php asp aspx jsp cgi do xml rss atom json txt vtt srt pdf zip gz jpg jpeg
    png gif webp css js
    """.split()
)
_MOST_PARTS = 60  # of a path that are looked at
_LONGEST = 8000  # characters of an address that is taken apart


# Of one sighting each is asked a dozen times.
_remembered = lru_cache(maxsize=512)


@_remembered
def normalise_url(url: str) -> str:
    """Return one spelling for all spellings of a web address.

    Scheme and host in lower case, no default port, credentials, fragment, tracking parameters
    or slash at the end. What is not a web address is returned as it is.
    """
    return _spell(url, _is_tracking)


def long_hash(words: str) -> str:
    """Return the SHA-256 of `words` as they can be stored."""
    return hashlib.sha256(clean_string(words).encode()).hexdigest()


def url_key(url: str) -> str:
    """Return a hash that all spellings of a page's or file's address share."""
    return long_hash(f"url {bare_address(url)}")


def recording_key(url: str) -> str:
    """Return a hash that all spellings of a recording's address share, counters taken off."""
    return url_key(recording_address(url))


def bare_address(url: str) -> str:
    """Return what two spellings of one address have in common, also http and https."""
    return _SECURE.sub("", plain_address(url))


@_remembered
def plain_address(url: str) -> str:
    """Return the address without credentials, tracking and tokens: what may be shown and kept."""
    return _spell(url, _is_passing)


@_remembered
def recording_address(url: str) -> str:
    """Return the address of the recording itself, of one that goes through counters.

    >>> recording_address("https://dts.podtrac.com/redirect.mp3/pdst.fm/e/cdn.example/a/12.mp3?e=7")
    'https://cdn.example/a/12.mp3?e=7'
    """
    for _ in range(4):  # a counter may hold another one, escaped
        inner = _inside(url)
        if inner is None:
            break
        url = inner
    plain = plain_address(url)
    if not plain.startswith(("http://", "https://")):
        return plain
    head, _, query = plain.partition("?")
    parts = [part for part in head.split("/") if not _SIGNED_PART.fullmatch(part)]
    return "/".join(parts) + (f"?{query}" if query else "")


def same_but_for_chance(url: str, other: str) -> bool:
    """Say whether two recordings' addresses differ in parts of the path that look drawn by lot."""
    mine, theirs = (recording_address(each).split("/") for each in (url, other))
    if len(mine) != len(theirs) or mine[-1] != theirs[-1]:
        return False
    pairs = (pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1])
    return all(_RANDOM.fullmatch(one) and _RANDOM.fullmatch(two) for one, two in pairs)


def is_front_page(url: str) -> bool:
    """Say whether an address is where a whole site begins."""
    parts = urlsplit(normalise_url(url))
    return parts.path in ("", "/") and not parts.query and not parts.fragment


def host_of(url: str) -> str:
    """Return the host, without what tells a telephone's version of it."""
    host = urlsplit(normalise_url(url)).netloc
    return re.sub(r"^(?:www|m|amp)\.", "", host)


def _inside(url: str) -> str | None:
    """Return the address that a counter's address holds, or None."""
    url = url.strip()[:_LONGEST]
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme.lower() not in _PORTS:
        return None
    if asked := _ASKED.match(parts.query):
        inner = parts.query[asked.end() - len(asked[1]) :]
        escaped = "%2f" in asked[1].lower()
        return unquote(inner.partition("&")[0]) if escaped else inner
    found = list(_INNER.finditer(parts.path))
    if found:
        inner = parts.path[found[-1].start() :]
        if "%2f" in inner.lower():
            inner = unquote(inner)
        inner = re.sub(r"^(https?):/{1,2}", r"\1://", inner, flags=re.IGNORECASE)
        # What follows an escaped address may be its own query, or the counter's.
        return f"{inner}?{parts.query}" if parts.query and "?" not in inner else inner
    steps = parts.path.split("/")[:_MOST_PARTS]
    hosts = [at for at, step in enumerate(steps[:-1]) if _is_host(step)]
    if not hosts:
        return None
    rest = "/".join(parts.path.split("/")[hosts[-1] :])
    return f"{parts.scheme}://{rest}" + (f"?{parts.query}" if parts.query else "")


def _is_host(step: str) -> bool:
    if not _HOST.fullmatch(step):
        return False
    return step.rpartition(".")[2].lower() not in _FILE_ENDINGS


def _is_tracking(name: str, _value: str) -> bool:
    return bool(_TRACKING.fullmatch(name))


def _is_passing(name: str, value: str) -> bool:
    """Say whether a parameter comes and goes while the address stays the same place."""
    if _TRACKING.fullmatch(name) or _TOKEN.fullmatch(name):
        return True
    return bool(_MAYBE.fullmatch(name) and _RANDOM.fullmatch(value))


def _spell(url: str, dropped: Callable[[str, str], bool]) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    if parts.scheme not in _PORTS or not host:
        return url
    if ":" in host:
        host = f"[{host}]"
    if port not in (None, _PORTS[parts.scheme]):
        host = f"{host}:{port}"
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._", errors="replace").rstrip("/")
    path = _ESCAPED.sub(lambda found: found.group().upper(), path)
    query = "&".join(
        pair for pair in parts.query.split("&") if pair and not dropped(*pair.partition("=")[::2])
    )
    # "#!/episode/3" is how some pages address their documents; "#comments" is not.
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return urlunsplit((parts.scheme, host, path or "/", query, fragment))

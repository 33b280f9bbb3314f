"""Text that may be shown: what gives access is struck out of the addresses in it. Pure.

What a listener pays for, a database or a chat is often reached by an address that holds its own
key. Logs, reports, exports and pages show such addresses; everybody who reads them would hold it.

    https://reader:secret@feeds.example/show       https://***@feeds.example/show
    https://cdn.example/a.mp3?e=7&token=abc        https://cdn.example/a.mp3?e=7&token=***
    chatty://key-one/key-two/#desk                 chatty://***
    Authorization: Bearer abc                      Authorization: ***

What is struck out too much costs a reader nothing; so doubt strikes out.
"""

from __future__ import annotations

import re
from functools import lru_cache

STRUCK = "***"

_LONGEST_NAME = 100  # characters of a name that are looked at, its last

_WEB = frozenset({"http", "https", "ws", "wss", "ftp", "ftps", "file", "feed", "itpc", "pcast"})
# Their passwords may hold a slash; what stands behind the last @ is the place, which is no secret.
_PLACES = frozenset(
    (
        *("sqlite", "postgresql", "postgres", "mysql"),
        *("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "sftp", "ssh", "smb", "memory"),
        *("tcp", "tls", "ucx", "mailto", "mailtos"),
    )
)
_ADDRESS = re.compile(r"(?<![a-zA-Z0-9_+.-])([a-zA-Z0-9_+.-]++)(://)([^\s\"'<>]++)", re.ASCII)
_USER = re.compile(r"(://|%3A%2F%2F)(?:(?!%2F|%3F)[^\s/?#\"'<>&])*(?:@|%40)", re.IGNORECASE)
# What a messenger calls when something is posted: the path is the key.
_HOOK = re.compile(
    r"(?<=/)(?:services/T[A-Z\d]++/B|api/webhooks/\d++/|bot\d{3,20}:)[^\s\"'<>]*+",
    re.ASCII,
)
_SIGNED = re.compile(r"\beyJ[\w-]{12,}+(?:\.[\w-]++)*+", re.ASCII)  # a JSON web token
_NAMED = re.compile(
    # `name=`, `name%3D`, `"name": "`
    r"(?:(?<=%[0-9a-fA-F]{2})|(?<![\w.-])(?!(?<=%)[0-9a-fA-F]{2}))"
    r"([\w.-]++)(?:\]?=|%3D|['\"]\s?:\s?['\"])",
    re.IGNORECASE,
)
_VALUE = re.compile(r"(?:(?!%26|%23)[^\s&#\"'<>])++", re.IGNORECASE)
# Headers, told from prose by what follows: "Authorization: how it was done" stays.
_HEADER = re.compile(
    r"\b((?:"
    r"(?:proxy-)?authorization['\"]?\s?[:=]\s?['\"]?"
    r"(?=(?:bearer|basic|digest|token|negotiate|aws4-)|[^\s\d]{0,60}+\d\S{7})"
    r"|cookie['\"]?\s?:\s?['\"]?(?=[^\s=;]{1,80}+=)"
    r"|x-[a-z-]{0,30}(?:key|token)['\"]?\s?[:=]\s?['\"]?))"
    r"[^\s'\"][^\r\n]*+",
    re.IGNORECASE | re.ASCII,
)
_BEARER = re.compile(r"\b(bearer\s)(?=[^\s\d]{0,60}+\d)[\w.~+/=-]{8,}+", re.IGNORECASE | re.ASCII)

_PART = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+|\d+")
_SECRET = frozenset(
    (
        *("auth", "authorization", "credential", "credentials", "jwt"),
        *("passwd", "password", "pw", "pwd", "secret", "token", "tokens"),
        *("sessionid", "sig", "signature", "hmac"),
        *("hdnea", "hdntl", "hdnts"),  # of delivery networks
    )
)
_SECRET_ENDING = ("auth", "passwd", "password", "secret", "sessionid", "signature", "token")
# Also what a page is found by: under these names a plain number opens nothing.
_DOUBTFUL = frozenset(("key", "keys", "pass", "pat", "session", "sid", "sign"))
_PLAIN_NUMBER = re.compile(r"\d{1,10}", re.ASCII)
_AFTER = ".,:;!?)]}"  # belongs to the sentence, not to the address


def masked(text: str) -> str:
    """Return `text` without what gives access to something; masking twice changes nothing."""
    text = _ADDRESS.sub(_address, text)
    text = _USER.sub(_user, text)
    text = _HOOK.sub(STRUCK, text)
    text = _SIGNED.sub(STRUCK, text)
    text = _HEADER.sub(rf"\1{STRUCK}", text)
    text = _BEARER.sub(rf"\1{STRUCK}", text)
    return _values_struck(text)


def _address(match: re.Match[str]) -> str:
    scheme, slashes, rest = match.groups()
    kind = scheme.split("+", 1)[0].casefold()
    if kind in _WEB:
        return match[0]
    if kind in _PLACES:
        _, at, place = rest.rpartition("@")
        return f"{scheme}{slashes}{STRUCK}@{place}" if at else match[0]
    # A door to somewhere we do not know: its key can stand anywhere in it.
    return f"{scheme}{slashes}{STRUCK}{_trailing(rest)}"


def _user(match: re.Match[str]) -> str:
    at = "%40" if match[0].endswith("%40") else "@"
    return f"{match[1]}{STRUCK}{at}"


def _values_struck(text: str) -> str:
    kept: list[str] = []
    at = 0
    # Not one pattern: the value of an innocent name can be an address with a secret in it.
    for named in _NAMED.finditer(text):
        name = named[1][-_LONGEST_NAME:]
        if named.start() < at or not _may_be_secret(name):
            continue
        value = _VALUE.match(text, named.end())
        if value and _is_secret(name, value[0]):
            kept += [text[at : named.end()], STRUCK, _trailing(value[0])]
            at = value.end()
    return "".join(kept) + text[at:]


def _is_secret(name: str, value: str) -> bool:
    """Whether what goes by this name opens something: `api_key`, `authToken`; not `author`."""
    return _surely(name) or not _PLAIN_NUMBER.fullmatch(value.rstrip(_AFTER))


@lru_cache(maxsize=1024)
def _surely(name: str) -> bool:
    if name.casefold().endswith(_SECRET_ENDING):
        return True
    return any(part.casefold() in _SECRET for part in _PART.findall(name))


@lru_cache(maxsize=1024)
def _may_be_secret(name: str) -> bool:
    if _surely(name) or name.casefold().endswith("key"):
        return True
    return any(part.casefold() in _DOUBTFUL for part in _PART.findall(name))


def _trailing(value: str) -> str:
    return value[len(value.rstrip(_AFTER)) :]

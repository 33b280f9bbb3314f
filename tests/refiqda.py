"""What REFI-QDA 1.5 asks of `project.qde`, in our own words, and a check of a project against it.

Of every element: the attributes it must and may have, each with its kind, and its children in the
order prescribed, each with how often it may stand there. Elements that we never write are left out,
so that writing one is an error until its rules are added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

NAMESPACE = "urn:QDA-XML:project:1.0"
SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
KINDS = {
    "guid": re.compile(r"(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"),
    "words": re.compile(r"(?s).*"),
    "moment": re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"),
    "number": re.compile(r"[+-]?\d+"),
    "flag": re.compile(r"true|false|0|1"),
    "colour": re.compile(r"#(?:[A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})"),
}
MANY = 10**9
_MADE = {"creatingUser": "guid", "creationDateTime": "moment",
         "modifyingUser": "guid", "modifiedDateTime": "moment"}  # fmt: skip
_NOTES = ("NoteRef", 0, MANY)
_DESCRIBED = ("Description", 0, 1)
# Element → (attributes it must have, attributes it may have, children in order).
RULES: dict[str, tuple[dict[str, str], dict[str, str], list[tuple[str, int, int]]]] = {
    "Project": (
        {"name": "words"},
        {"origin": "words", "creatingUserGUID": "guid", "creationDateTime": "moment",
         "modifyingUserGUID": "guid", "modifiedDateTime": "moment", "basePath": "words",
         SCHEMA_LOCATION: "words"},
        [("Users", 0, 1), ("CodeBook", 0, 1), ("Sources", 0, 1), ("Notes", 0, 1), _DESCRIBED,
         _NOTES],
    ),
    "Users": ({}, {}, [("User", 1, MANY)]),
    "User": ({"guid": "guid"}, {"name": "words", "id": "words"}, []),
    "CodeBook": ({}, {}, [("Codes", 1, 1)]),
    "Codes": ({}, {}, [("Code", 1, MANY)]),
    "Code": (
        {"guid": "guid", "name": "words", "isCodable": "flag"},
        {"color": "colour"},
        [_DESCRIBED, _NOTES, ("Code", 0, MANY)],
    ),
    "Sources": ({}, {}, [("TextSource", 1, MANY)]),
    "TextSource": (
        {"guid": "guid"},
        {"name": "words", "richTextPath": "words", "plainTextPath": "words", **_MADE},
        [_DESCRIBED, ("PlainTextContent", 0, 1), ("PlainTextSelection", 0, MANY),
         ("Coding", 0, MANY), _NOTES],
    ),
    "PlainTextSelection": (
        {"guid": "guid", "startPosition": "number", "endPosition": "number"},
        {"name": "words", **_MADE},
        [_DESCRIBED, ("Coding", 0, MANY), _NOTES],
    ),
    "Coding": (
        {"guid": "guid"},
        {"creatingUser": "guid", "creationDateTime": "moment"},
        [("CodeRef", 1, 1), _NOTES],
    ),
    "CodeRef": ({"targetGUID": "guid"}, {}, []),
    "NoteRef": ({"targetGUID": "guid"}, {}, []),
    "Description": ({}, {}, []),
    "PlainTextContent": ({}, {}, []),
}  # fmt: skip


def faults_of(project: Any, texts: dict[str, str]) -> list[str]:
    """Return what is wrong with a project; `texts` are its plain texts by name in the zip."""
    return [*_shape(project), *_references(project, texts)]


def _shape(element: Any) -> Iterator[str]:
    name = _name(element)
    if etree.QName(element).namespace != NAMESPACE or name not in RULES:
        yield f"{element.tag} is not known"
        return
    must, may, children = RULES[name]
    yield from (f"{name} has no {each}" for each in must if each not in element.attrib)
    for each, value in element.attrib.items():
        kind = (must | may).get(each)
        if kind is None or not KINDS[kind].fullmatch(value):
            yield f"{name} has {each}={value!r}"
    if children and (element.text or "").strip():
        yield f"{name} has words of its own"
    yield from _order(name, [_name(child) for child in element], children)
    for child in element:
        yield from _shape(child)


def _order(name: str, found: list[str], children: list[tuple[str, int, int]]) -> Iterator[str]:
    left = list(found)
    for child, fewest, most in children:
        count = 0
        while left and left[0] == child:
            left.pop(0)
            count += 1
        if not fewest <= count <= most:
            yield f"{name} has {count} {child}"
    if left:
        yield f"{name} has {left[0]} out of place"


def _references(project: Any, texts: dict[str, str]) -> Iterator[str]:
    space = {"q": NAMESPACE}
    guids = project.xpath("//@guid")
    yield from (f"{each} stands twice" for each in {g for g in guids if guids.count(g) > 1})
    users = set(project.xpath("//q:User/@guid", namespaces=space))
    made = set(project.xpath("//@creatingUser | //@creatingUserGUID"))
    yield from (f"no user is {each}" for each in made - users)
    codable = set(project.xpath("//q:Code[@isCodable='true']/@guid", namespaces=space))
    named = set(project.xpath("//q:CodeRef/@targetGUID", namespaces=space))
    yield from (f"no codable code is {each}" for each in named - codable)
    read = set()
    for source in project.iterfind(".//q:TextSource", space):
        path = source.get("plainTextPath", "")
        read.add(path.replace("internal://", "sources/"))
        inline = source.find("q:PlainTextContent", space)
        if (inline is None) == (not path):
            yield f"{path or 'a source'} has its words twice, or nowhere"
        content = texts.get(path.replace("internal://", "sources/"))
        if content is None:
            yield f"{path} is not there"
            continue
        for each in source.iterfind("q:PlainTextSelection", space):
            start, end = int(each.get("startPosition")), int(each.get("endPosition"))
            if not 0 <= start < end <= len(content):
                yield f"{path} has no {start}..{end}"
    yield from (f"nothing refers to {each}" for each in set(texts) - read)


def _name(element: Any) -> str:
    return str(etree.QName(element).localname)

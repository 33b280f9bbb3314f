"""Every format of a quote set, read back by the format's own library."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from corpus.errors import QuoteSetError
from corpus.exports import FORMATS, Sheet, Source, form_of, write_export
from corpus.exports.papers import legal
from corpus.exports.qdpx import NAMESPACE
from corpus.exports.references import bibtex_key, csl_entry, ris_entry
from corpus.exports.rows import COLUMNS, row_of, worded
from corpus.exports.tables import JOINED, cell_of
from corpus.types import (
    Attribution,
    Certainty,
    DocumentKind,
    Evidence,
    KeptQuote,
    Manner,
    Method,
    Quote,
    QuoteSet,
    SearchQuery,
    SetQuote,
    Span,
)
from tests.refiqda import faults_of

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
NAMES = [
    "Inés Okafor-Żuk",
    "王小明",
    "محمد الفارس",
    "Ольга Бранд",
    "นภา ใจดี",
    "नीला वर्मा",
    "O’Hale, Jr.",
]
HOSTILE = [
    '=HYPERLINK("http://x.example","click")',
    "+1 555",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1",
    "＝1",
    " =1+1",
    "<script>alert(1)</script> & </Description>",
    "# no heading\n> no quote\n- no list | cell",
    "TY  - JOUR\nER  - \nAU  - Nobody",
    "}, author = {Nobody}, x = {\\input{/etc/passwd}} % $x$ _a_ ~ ^ #",
    "two\r\nlines\u2028and\u2029more\x85",
    "nul \x00 bell \x07 mark \u202e half \ud800 end \ufffe",
    "\ufeffmark first",
    "emoji 🎬 and 𝒜 and e\u0301",
    "quotes \" and , and ; and '",
    "x" * 5000,
]


def a_kept(number: int, exact: str = "Only the armorer.", **fields: object) -> KeptQuote:
    name = NAMES[number % len(NAMES)]
    quote = Quote(
        document_id=f"d{number % 3}",
        revision=1,
        span=Span(10, 10 + len(exact)),
        exact=exact,
        prefix="And ",
        suffix=" Nobody",
        attribution=Attribution(
            method=Method.PAGE_CREDIT,
            confidence=0.9,
            person_id=f"p{number}",
            label="Speaker 2",
            roles=("armorer",),
            evidence=(Evidence(kind="credit", quote=name, url="https://x.example/a?b=1&c=2"),),
        ),
        manner=Manner.SPOKEN,
        start_time=724.25,
        end_time=731.5,
        certainty=Certainty.CONTESTED,
        contested=("armorer", "the"),
    )
    values = {
        "id": f"{number:012x}",
        "quote": quote,
        "canonical": quote.span,
        "kind": DocumentKind.EPISODE,
        "title": f"Cold Gun & Warm Chamber: {name}",
        "show": "The Call Sheet",
        "published": datetime(2024, 3, 9, tzinfo=UTC),
        "url": "https://callsheet.example/1?a=1&b=2_3%20~x#y",
        "permalink": "https://onrecord.example/document?document=d&t=724.25",
        "locator": "00:12:04",
        "person": name,
        "standing": "armorer",
        "roles": ("armorer", "property master"),
        "hosts": ("Nora Vale", name),
        "topics": ("live_ammunition", "custody"),
        "media_sha256": "a" * 64,
        "capture_sha256": "b" * 64,
        "retrieved": NOW,
        "author": "rae",
        "kept": NOW,
    }
    return KeptQuote(**{**values, **fields})  # type: ignore[arg-type]


def a_sheet(quotes: list[SetQuote], source: Callable[[str], Source | None] | None = None) -> Sheet:
    about = QuoteSet(
        id="5e7",
        name="Rounds <& 王>",
        author="rae",
        made=NOW,
        question="what did armorers say",
        query=SearchQuery(text="live rounds", roles=("armorer",), since=NOW),
        generation="g1",
        models=("words-1",),
        vocabulary="abc",
        frozen_as="f" * 64,
        frozen=NOW,
        size=len(quotes),
    )
    return Sheet(
        about=about,
        quotes=lambda: iter(quotes),
        by_document=lambda: iter(sorted(quotes, key=lambda each: each.kept.quote.document_id)),
        source=source or (lambda document_id: None),
        topic_name=lambda topic: topic.replace("_", " ").title(),
        topic_definition=lambda topic: f"What belongs to {topic} <all> & more",
    )


@pytest.fixture(scope="module")
def quotes() -> list[SetQuote]:
    """Quotes whose words, names, titles and notes are of every script and as bad as can be."""
    made = [
        SetQuote(number=number, kept=a_kept(number, words), note=words)
        for number, words in enumerate([*HOSTILE, *NAMES], start=1)
    ]
    bad = HOSTILE[8]
    made.append(SetQuote(number=len(made) + 1, kept=a_kept(90, "Bad.", title=bad, show=bad)))
    nobody = a_kept(91, "Live rounds are locked away.")
    claim = Attribution(method=Method.NONE, confidence=0.0)
    plain = replace(nobody.quote, attribution=claim, start_time=None, end_time=None, paragraph=5,
                    manner=Manner.REPORTED, contested=(), certainty=None)  # fmt: skip
    article = replace(
        nobody, quote=plain, kind=DocumentKind.ARTICLE, person=None, standing=None, roles=(),
        hosts=(), authors=("Tom Aster",), topics=(), media_sha256=None, capture_sha256=None,
        retrieved=None, published=None, locator="paragraph 5",
    )  # fmt: skip
    made.append(SetQuote(number=len(made) + 1, kept=article))
    return made


@pytest.fixture(scope="module")
def folder(quotes, tmp_path_factory):
    target = tmp_path_factory.mktemp("export") / "out"
    write_export(a_sheet(quotes), target, list(FORMATS), now=NOW)
    return target


# ── tables ───────────────────────────────────────────────────────────────────────────────────


def test_json_lines_hold_every_value_as_it_is(folder, quotes):
    lines = (folder / "quotes.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [row_of(each) for each in quotes]
    assert list(json.loads(lines[0])) == list(COLUMNS)


def test_parquet_holds_every_value_as_it_is(folder, quotes):
    import pyarrow.parquet as pq

    table = pq.read_table(folder / "quotes.parquet")
    assert table.to_pylist() == [row_of(each) for each in quotes]
    assert str(table.schema.field("contested").type) == "list<element: string>"


def test_csv_holds_every_value_and_no_formula(folder, quotes):
    with (folder / "quotes.csv").open(encoding="utf-8-sig", newline="") as opened:
        read = list(csv.DictReader(opened))
    assert len(read) == len(quotes)
    for row, each in zip(read, quotes, strict=True):
        wanted = row_of(each)
        assert row == {name: cell_of(value) for name, value in wanted.items()}
        for name, cell in row.items():
            assert cell[:1] not in tuple("=+-@\t\r\n＝＋－＠"), name
            value = wanted[name]
            if isinstance(value, str) and "\x00" not in value:
                assert cell in (value, f"'{value}")
        assert row["contested"].split(JOINED) == (wanted["contested"] or [""])


@pytest.mark.parametrize("words", ["=1", "+1", "-1", "@a", "\t1", "\r1", "\n1", "＝1", "  =1"])
def test_what_a_spreadsheet_takes_for_a_formula_is_neutralised(words):
    assert cell_of(words) == f"'{words}"
    assert cell_of([words, "b"]).startswith("'")


def test_cells_of_nothing_numbers_and_flags():
    assert [cell_of(each) for each in (None, [], 5, -5, True, False)] == [
        "", "", "5", "-5", "true", "false",
    ]  # fmt: skip


# ── reference managers ───────────────────────────────────────────────────────────────────────


def test_ris_is_read_back_by_rispy(folder, quotes):
    import rispy

    read = rispy.loads((folder / "quotes.ris").read_text(encoding="utf-8"))
    assert len(read) == len(quotes)
    for entry, each in zip(read, quotes, strict=True):
        wanted = ris_entry(each)
        assert {name: entry.get(name) for name in wanted} == wanted
    assert read[0]["abstract"] == HOSTILE[0]


def test_bibtex_is_read_back_by_pybtex(folder, quotes):
    from pybtex.database import parse_file

    read = parse_file(str(folder / "quotes.bib"), bib_format="bibtex")
    assert list(read.entries) == [bibtex_key(each) for each in quotes]
    for each in quotes:
        entry, row = read.entries[bibtex_key(each)], row_of(each)
        names = row["hosts"] or row["authors"]
        people = [str(person).strip("{}") for person in entry.persons["author"]]
        assert people == names
        assert untexed(entry.fields["abstract"]) == one_line(worded(row))
        assert untexed(entry.fields["title"][1:-1]) == one_line(row["title"])
        assert entry.fields["url"] == row["url"]


def untexed(words: str) -> str:
    named = {"backslash": "\\", "asciicircum": "^", "asciitilde": "~",
             "braceleft": "{", "braceright": "}"}  # fmt: skip
    words = re.sub(r"\\([#$%&_])", r"\1", words)
    return re.sub(r"\\text([a-z]+)\{\}", lambda found: named[found.group(1)], words)


def one_line(words: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+", " ", words).strip()


def test_csl_json_is_read_back(folder, quotes):
    from citeproc.source.json import CiteProcJSON

    read = json.loads((folder / "quotes.csl.json").read_text(encoding="utf-8"))
    assert read == [csl_entry(each) for each in quotes]
    assert read[0]["abstract"] == HOSTILE[0]
    assert len(CiteProcJSON([{**each, "id": each["id"]} for each in read[:3]])) == 3


PARAPHRASED = "Live rounds are locked away."
MARKED = f"[paraphrase, not a quotation] {PARAPHRASED}"


def test_a_paraphrase_stands_nowhere_without_saying_so(folder):
    for ending in ("ris", "bib", "csl.json", "md"):
        written = (folder / f"quotes.{ending}").read_text(encoding="utf-8")
        plain = re.sub(r"\\([\[\]])", r"\1", written)
        assert plain.count(PARAPHRASED) == plain.count(MARKED) == 1, ending
        assert f"> {MARKED}" not in plain, ending
        assert "Unattributed (paraphrased)" in re.sub(r"\\(.)", r"\1", written), ending
    import docx

    read = docx.Document(str(folder / "quotes.docx")).paragraphs
    (words,) = [each for each in read if PARAPHRASED in each.text]
    assert (words.text, words.style.name) == (MARKED, "Normal")
    project, texts = read_qdpx(folder / "quotes.qdpx")
    described = [
        each.text or "" for each in project.iterfind(".//q:PlainTextSelection/q:Description", Q)
    ]
    assert sum(each.startswith("A paraphrase, not a quotation\n") for each in described) == 1
    for text in texts.values():
        if PARAPHRASED in text:
            assert f"a paraphrase, not a quotation:]\n{PARAPHRASED}" in text


def test_a_paraphrase_is_a_keyword_by_which_it_is_found(folder):
    import rispy

    read = rispy.loads((folder / "quotes.ris").read_text(encoding="utf-8"))
    assert [each["abstract"] for each in read if "paraphrase" in each.get("keywords", ())] == [
        MARKED
    ]


# ── papers ───────────────────────────────────────────────────────────────────────────────────


def test_docx_is_read_back_by_python_docx(folder, quotes):
    import docx

    read = docx.Document(str(folder / "quotes.docx"))
    words = [each.text for each in read.paragraphs if each.style.name == "Intense Quote"]
    # Word knows one kind of line end.
    own = [row for row in map(row_of, quotes) if row["manner"] != "reported"]
    assert words == [re.sub("\r\n?", "\n", legal(row["exact"])) for row in own]
    headings = [each.text for each in read.paragraphs if each.style.name == "Heading 2"]
    assert len(headings) == len(quotes)
    assert all(any(name in each for each in headings) for name in NAMES)
    assert read.core_properties.title == "Rounds <& 王>"


def test_no_quote_is_markup_in_markdown(folder, quotes):
    written = (folder / "quotes.md").read_text(encoding="utf-8")
    assert sum(line.startswith("## ") for line in written.splitlines()) == len(quotes)
    assert re.search(r"(?<!\\)<script", written) is None
    unescaped = re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", written)
    for each in quotes:
        for line in re.split(r"[\r\n\x85\u2028\u2029]+", legal(row_of(each)["exact"])):
            assert " ".join(line.split()) in unescaped


# ── QDPX ─────────────────────────────────────────────────────────────────────────────────────

Q = {"q": NAMESPACE}
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_qdpx(path: Path) -> tuple[etree._Element, dict[str, str]]:
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None
        project = etree.fromstring(opened.read("project.qde"))
        texts = {
            name: opened.read(name).decode("utf-8")
            for name in opened.namelist()
            if name != "project.qde"
        }
    return project, texts


def test_qdpx_is_shaped_as_the_schema_says(folder):
    project, texts = read_qdpx(folder / "quotes.qdpx")
    assert project.tag == f"{{{NAMESPACE}}}Project"
    assert project.get("name")
    children = [etree.QName(each).localname for each in project]
    assert children == ["Users", "CodeBook", "Sources", "Description"]  # the order is prescribed
    guids = project.xpath("//@guid")
    assert len(guids) == len(set(guids))
    assert all(GUID.fullmatch(each) for each in guids)
    users = set(project.xpath("q:Users/q:User/@guid", namespaces=Q))
    assert set(project.xpath("//@creatingUser | //@creatingUserGUID")) == users
    codes = set(project.xpath("//q:Code/@guid", namespaces=Q))
    assert set(project.xpath("//q:CodeRef/@targetGUID", namespaces=Q)) <= codes
    assert set(project.xpath("//q:Code/@isCodable", namespaces=Q)) == {"true", "false"}
    paths = project.xpath("//q:TextSource/@plainTextPath", namespaces=Q)
    assert {each.replace("internal://", "sources/") for each in paths} == set(texts)
    for each in project.xpath("//@creationDateTime"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", each)


def test_qdpx_keeps_every_rule_of_the_published_schema(folder):
    assert faults_of(*read_qdpx(folder / "quotes.qdpx")) == []


def test_a_fault_in_a_project_is_found(folder):
    """The check itself: every way of breaking a good project is told."""
    for change, fault in [
        (lambda p: p.append(p[0]), "Project has Users out of place"),
        (lambda p: p.attrib.pop("name"), "Project has no name"),
        (lambda p: p[0][0].set("guid", "{1}"), "User has guid='{1}'"),
        (lambda p: p.find(".//q:CodeRef", Q).set("targetGUID", "0" * 8), "CodeRef has targetGUID"),
        (lambda p: p.find(".//q:Coding", Q).clear(), "Coding has no guid"),
        (lambda p: p.find(".//q:PlainTextSelection", Q).set("endPosition", "99999999"), "has no"),
        (lambda p: p.find(".//q:TextSource", Q).set("plainTextPath", "internal://x"), "not there"),
    ]:
        project, texts = read_qdpx(folder / "quotes.qdpx")
        change(project)
        assert any(fault in each for each in faults_of(project, texts)), fault


def test_qdpx_selections_are_the_words(folder, quotes):
    project, texts = read_qdpx(folder / "quotes.qdpx")
    words = []
    for source in project.iterfind(".//q:TextSource", Q):
        content = texts[source.get("plainTextPath").replace("internal://", "sources/")]
        for each in source.iterfind("q:PlainTextSelection", Q):
            words.append(content[int(each.get("startPosition")) : int(each.get("endPosition"))])
    wanted = [legal(row_of(each)["exact"].replace("\r", "\n")) for each in quotes]
    assert sorted(words) == sorted(each.replace("\ufeff", "\u2060") for each in wanted)


def test_qdpx_has_a_codebook_of_topics_and_roles(folder, quotes):
    project, _ = read_qdpx(folder / "quotes.qdpx")
    names = {
        group.get("name"): [each.get("name") for each in group.iterfind("q:Code", Q)]
        for group in project.iterfind("q:CodeBook/q:Codes/q:Code", Q)
    }
    assert names["Topics"] == ["Custody", "Live Ammunition"]
    assert names["Roles"] == ["armorer", "property master"]
    assert names["Manners"] == ["reported (paraphrase, not a quotation)", "spoken"]
    described = project.findtext(".//q:Code[@name='Custody']/q:Description", namespaces=Q)
    assert described == "What belongs to custody <all> & more"
    custody = project.find(".//q:Code[@name='Custody']", Q).get("guid")
    coded = project.xpath(f"count(//q:CodeRef[@targetGUID='{custody}'])", namespaces=Q)
    assert coded == sum("custody" in each.kept.topics for each in quotes)


def test_qdpx_carries_the_text_and_marks_the_quote_in_it(tmp_path):
    before = "And so 🎬: "
    kept = a_kept(1, "Only the armorer.")
    kept = replace(kept, quote=replace(kept.quote, span=Span(len(before), len(before) + 17)))
    content = before + "Only the armorer. Nobody else."
    lost = a_kept(4, "These words are gone.")
    quotes = [SetQuote(number=1, kept=kept), SetQuote(number=2, kept=lost)]
    source = Source(title="t", content=content, revision=1)
    sheet = a_sheet(quotes, lambda document_id: source)
    write_export(sheet, tmp_path / "a.qdpx", ["qdpx"], now=NOW)
    project, texts = read_qdpx(tmp_path / "a.qdpx")
    (text,) = texts.values()
    assert text.startswith(content)
    first, second = project.iterfind(".//q:PlainTextSelection", Q)
    assert first.get("startPosition") == str(len(before))
    assert text[int(second.get("startPosition")) :] == "These words are gone."
    assert "[As kept on 2026-03-04:]" in text


def test_an_empty_set_is_written_in_every_format(tmp_path):
    written = write_export(a_sheet([]), tmp_path / "none", list(FORMATS), now=NOW)
    assert written.quotes == 0
    project, texts = read_qdpx(tmp_path / "none" / "quotes.qdpx")
    assert texts == {}
    assert project.find("q:Sources", Q) is None
    assert json.loads((tmp_path / "none" / "quotes.csl.json").read_text()) == []


# ── manifest and place ───────────────────────────────────────────────────────────────────────


def test_the_manifest_has_the_checksum_of_every_file_and_what_made_the_set(folder, quotes):
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {each["name"] for each in manifest["files"]} == {
        each.name for each in folder.iterdir()
    } - {"manifest.json"}
    for each in manifest["files"]:
        content = (folder / each["name"]).read_bytes()
        assert (each["bytes"], each["sha256"]) == (
            len(content), hashlib.sha256(content).hexdigest(),
        )  # fmt: skip
    assert manifest["counts"]["quotes"] == len(quotes)
    assert manifest["counts"]["manners"] == {"reported": 1, "spoken": len(quotes) - 1}
    assert manifest["query"]["roles"] == ["armorer"]
    assert (manifest["generation"], manifest["models"]) == ("g1", ["words-1"])
    assert (manifest["vocabulary"], manifest["frozen_as"]) == ("abc", "f" * 64)
    assert manifest["onrecord"]


def test_the_same_set_is_written_to_the_same_bytes(quotes, tmp_path):
    sheet, texts = a_sheet(quotes), ["csv", "jsonl", "parquet", "markdown", "ris", "bibtex"]
    for name in ("one", "two"):
        write_export(sheet, tmp_path / name, texts, now=NOW)
    sums = [
        [
            each["sha256"]
            for each in json.loads((tmp_path / name / "manifest.json").read_text())["files"]
        ]
        for name in ("one", "two")
    ]
    assert sums[0] == sums[1]


def test_a_later_export_takes_the_place_of_an_earlier_one(quotes, tmp_path):
    target = tmp_path / "out"
    write_export(a_sheet(quotes[:2]), target, ["csv", "ris"], now=NOW)
    write_export(a_sheet(quotes), target, ["csv"], now=NOW)
    assert sorted(each.name for each in target.iterdir()) == ["manifest.json", "quotes.csv"]
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_a_folder_with_other_things_is_left_alone(quotes, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(QuoteSetError, match="something else is there"):
        write_export(a_sheet(quotes), tmp_path / "mine", ["csv"], now=NOW)
    assert [each.name for each in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
    assert [each.name for each in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("place", ["absent/out", "file/out"])
def test_a_folder_that_cannot_be_written_leaves_nothing(quotes, tmp_path, place):
    (tmp_path / "file").write_text("x")
    with pytest.raises(QuoteSetError, match="choose a folder that you may write in"):
        write_export(a_sheet(quotes), tmp_path / place, ["csv"], now=NOW)
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_disk_that_fills_up_leaves_nothing_half_written(quotes, tmp_path):
    def full():
        yield from quotes[:3]
        raise OSError(28, "No space left on device")

    sheet = replace(a_sheet(quotes), quotes=full)
    for target in (tmp_path / "out", tmp_path / "out.csv"):
        with pytest.raises(QuoteSetError, match="No space left on device"):
            write_export(sheet, target, ["csv"], now=NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_that_the_disk_is_full(quotes, tmp_path, form):
    """No file may grow beyond a few bytes: the writers meet the system's own error."""
    write_export(a_sheet(quotes), tmp_path / "before", [form], now=NOW)  # its library is loaded
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
    try:
        for target in (tmp_path / "out", tmp_path / "before", tmp_path / f"one{FORMATS[form][0]}"):
            with pytest.raises(QuoteSetError, match="with room enough"):
                write_export(a_sheet(quotes), target, [form], now=NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [each.name for each in tmp_path.iterdir()] == ["before"]
    assert (tmp_path / "before" / "manifest.json").is_file()


@pytest.mark.parametrize("name", ["nul\x00", "half\ud800", "half\udc00.csv", "x" * 300])
def test_a_name_that_no_file_can_have_is_refused(quotes, tmp_path, name):
    with pytest.raises(QuoteSetError, match="choose a folder"):
        write_export(a_sheet(quotes), tmp_path / name, ["csv"], now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_export_leaves_the_earlier_one(quotes, tmp_path):
    target = tmp_path / "out.jsonl"
    write_export(a_sheet(quotes), target, ["jsonl"], now=NOW)
    before = target.read_bytes()

    def broken():
        yield quotes[0]
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        write_export(replace(a_sheet(quotes), quotes=broken), target, ["jsonl"], now=NOW)
    assert target.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


def test_unknown_formats_and_none_are_refused(quotes, tmp_path):
    with pytest.raises(QuoteSetError, match="no such format: choose of csv"):
        write_export(a_sheet(quotes), tmp_path / "out", ["xls"], now=NOW)
    with pytest.raises(QuoteSetError, match="no format"):
        write_export(a_sheet(quotes), tmp_path / "out", [], now=NOW)


def test_a_file_says_its_format_by_its_ending():
    for form, (ending, _) in FORMATS.items():
        assert form_of(Path(f"set{ending}")) == form
    assert form_of(Path("set")) is None


# ── many ─────────────────────────────────────────────────────────────────────────────────────

MANY = """
import resource, sys
from dataclasses import replace
from pathlib import Path
from corpus.exports import write_export
from corpus.types import SetQuote
from tests.test_exports import NOW, a_kept, a_sheet

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

form, count, target = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
def quotes():
    for number in range(count):
        kept = a_kept(number, f"Words number {number} of many. " * 4)
        quote = replace(kept.quote, document_id=f"d{number // 200}")
        yield SetQuote(number=number + 1, kept=replace(kept, quote=quote))
sheet = replace(a_sheet([]), quotes=quotes, by_document=quotes)
print(write_export(sheet, target / "out", [form], now=NOW).quotes, peak())
"""
FEW, MUCH = 100, 4_000


@pytest.mark.slow
def test_memory_does_not_grow_with_the_quotes(tmp_path):
    """Peak memory of 4,000 quotes beside 100, every streaming format in its own process."""
    for form in FORMATS:
        peaks = []
        for count in (FEW, MUCH):
            (tmp_path / f"{form}{count}").mkdir()
            command = [
                sys.executable,
                "-c",
                MANY,
                form,
                str(count),
                str(tmp_path / f"{form}{count}"),
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            written, peak = done.stdout.split()
            assert int(written) == count
            peaks.append(float(peak))
        assert peaks[1] - peaks[0] < 40, f"{form}: {peaks} MB"

"""The database under the catalogue, its tables, and the rules that join sightings."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue, normalise_url
from corpus.errors import StoreError
from corpus.schema import codecs, database, sightings, tables
from corpus.schema.marks import pack_marks, text_of
from corpus.types import (
    Capture,
    Credit,
    Document,
    DocumentKind,
    Media,
    Outcome,
    Person,
    Run,
    SearchQuery,
    SourceReport,
    Span,
    Stage,
    Text,
)
from tests.builders import an_episode_text

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ADA = Credit(name="Ada")

# ── addresses ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTPS://Show.Example:443/Ep/12/", "https://show.example/Ep/12"),
        ("http://show.example:80", "http://show.example/"),
        ("http://show.example:8080/", "http://show.example:8080/"),
        ("https://show.example/12?utm_source=a&id=3&UTM_Medium=b", "https://show.example/12?id=3"),
        ("https://show.example/12?fbclid=x#comments", "https://show.example/12"),
        ("https://show.example/#!/12", "https://show.example/#!/12"),
        ("https://show.example/?p=12", "https://show.example/?p=12"),
        ("https://me:secret@show.example/12", "https://show.example/12"),
        ("https://show.example./caf%c3%a9", "https://show.example/caf%C3%A9"),
        ("https://show.example/café au lait", "https://show.example/caf%C3%A9%20au%20lait"),
        ("  https://show.example/12\n", "https://show.example/12"),
        ("https://[2001:DB8::1]:443/12", "https://[2001:db8::1]/12"),
    ],
)
def test_spellings_of_an_address_become_one(url: str, normal: str) -> None:
    assert normalise_url(url) == normal
    assert normalise_url(normal) == normal


@pytest.mark.parametrize(
    "url", ["", "not a url", "file:///tmp/a.mp3", "https://", "https://[::1", "https://x:99999/"]
)
def test_what_is_no_web_address_is_left_alone(url: str) -> None:
    assert normalise_url(url) == url


@pytest.mark.parametrize("url", ["https://x/\ud800", "https://\x00/", "https://x/?" + "a&" * 5000])
def test_no_address_breaks_it(url: str) -> None:
    assert normalise_url(normalise_url(url)) == normalise_url(url)
    assert len(sightings.url_key(url)) == 64


def test_secure_and_www_spellings_share_a_key() -> None:
    assert sightings.url_key("http://www.show.example/12") == sightings.url_key(
        "https://show.example/12/?utm_source=rss"
    )
    assert sightings.url_key("https://show.example/12") != sightings.url_key(
        "https://show.example/13"
    )


# ── values and tables ────────────────────────────────────────────────────────────────────────


def test_values_round_trip_as_json() -> None:
    import json

    run = Run(
        id="1",
        started=NOW,
        outcomes=(Outcome(document_id="d", title="t", before=Stage.FETCHED, after=Stage.DEAD),),
        sources=(SourceReport(source_id="s", warnings=("\x00 \ud800",)),),
    )
    query = SearchQuery(text="q", since=NOW, roles=("armorer",))
    for value in (run, query, Span(1, 2)):
        stored = json.loads(codecs.to_json(codecs.encode(value)))
        assert codecs.decode(type(value), stored) == value


def test_fields_of_a_later_version_are_left_out() -> None:
    assert codecs.decode(Person, {"id": "p", "name": "Ada", "mood": "good"}) == Person(
        id="p", name="Ada"
    )


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (Document, tables.documents),
        (Capture, tables.captures),
        (Media, tables.media),
        (Person, tables.people),
    ],
)
def test_every_field_has_a_column(kind: type, table: object) -> None:
    assert {each.name for each in fields(kind)} <= set(table.columns.keys())  # type: ignore[attr-defined]


def test_every_field_of_a_text_has_a_place() -> None:
    names = {each.name for each in fields(Text)} - {"turns", "timings", "asides"}
    assert names <= set(tables.texts.columns.keys())


def test_the_migrations_make_the_tables(catalogue_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    opened = database.Database(catalogue_url)
    with opened.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.METADATA) == []
    opened.close()


def write_an_older_archive(url: str) -> None:
    """Make the first version's tables, with one text of two people."""
    import json
    import zlib

    import sqlalchemy as sa

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "HEAD", "0001")
        opened = database.Database(url)
    credit = {"name": "Inés W. Okafor", "roles": ["armorer"], "person_id": "a1"}
    turns = [
        {"kind": kind, "attribution": {"person_id": who, "roles": roles}}
        for kind, who, roles in [
            ("speech", "a1", ["armorer"]),
            ("speech", "b2", []),
            ("speech", "a1", ["host"]),
            ("advertisement", "b2", []),
            ("speech", None, []),
        ]
    ]
    old = sa.MetaData()
    with opened.writing() as connection:
        old.reflect(connection)
        document = {
            column.name: "x" for column in old.tables["documents"].columns if not column.nullable
        }
        document |= {"id": "d1", "source_id": "show", "credits": json.dumps([credit])}
        document |= {"sighted_credits": "[]", "transcripts": "[]", "seen": "[]", "kind": "episode"}
        document |= {"stage": "ready", "revision": 2, "attempts": 0, "discovered": NOW}
        document |= {"changed": NOW, "described": NOW}
        connection.execute(old.tables["documents"].insert().values(document))
        for revision, said in ((1, turns[:1]), (2, turns)):
            marks = zlib.compress(json.dumps({"turns": said, "timings": []}).encode())
            text = {"document_id": "d1", "revision": revision, "sha256": "s", "content": b"c"}
            text |= {"marks": marks, "origin": "asr", "warnings": "[]"}
            connection.execute(old.tables["texts"].insert().values(text))
        people = [
            {"id": "a1", "key": "ines okafor w/armorer", "name": "Inés W. Okafor", "aliases": "[]"},
            {"id": "b2", "key": "bo hale/show", "name": "Bo Hale", "aliases": "[]"},
        ]
        connection.execute(old.tables["people"].insert(), people)
    opened.close()


def test_an_older_archive_keeps_its_people_and_who_speaks_where(catalogue_url: str) -> None:
    write_an_older_archive(catalogue_url)
    with Catalogue(catalogue_url) as catalogue:
        assert catalogue.speaking() == {"a1": (1, 2), "b2": (1, 1)}
        (seen,) = catalogue.appearances("a1")
        assert seen.roles == ("armorer", "host")
        ines = Credit(name="INES OKAFOR", roles=("armorer",))
        assert catalogue.ensure_person(ines, source_id="elsewhere").id == "a1"
        assert catalogue.ensure_person(Credit(name="Bo Hale"), source_id="show").id == "b2"
        assert catalogue.ensure_person(Credit(name="Bo Hale"), source_id="other").id != "b2"


def test_the_newest_migration_is_the_head() -> None:
    folder = Path(database.__file__).parents[1] / "migrations" / "versions"
    assert sorted(folder.glob("*.py"))[-1].name.startswith(f"{database.HEAD}_")


def test_opening_an_up_to_date_database_imports_no_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/c.sqlite"
    Catalogue(url).close()
    code = (
        "import sys; from corpus.catalogue import Catalogue; Catalogue(sys.argv[1]).close();"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, url], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"


# ── databases that cannot be used ────────────────────────────────────────────────────────────


def test_sqlite_is_opened_for_many_readers_and_one_writer(tmp_path: Path) -> None:
    opened = database.Database(f"sqlite:///{tmp_path}/new/folder/c.sqlite")
    with opened.reading() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        ]
    opened.close()
    assert pragmas == ["wal", 1, 30000, 1]


def test_a_locked_database_says_that_another_process_writes(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with Catalogue(f"sqlite:///{path}?timeout=0.1") as catalogue:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            started = time.monotonic()
            with pytest.raises(StoreError, match=r"locked: another process is writing"):
                catalogue.ensure_person(ADA, source_id="show")
            assert time.monotonic() - started < 5
            assert catalogue.people() == []  # reading goes on
            other.execute("ROLLBACK")
        catalogue.ensure_person(ADA, source_id="show")


def test_a_writer_waits_for_another_one(tmp_path: Path) -> None:
    import threading

    path = tmp_path / "c.sqlite"
    with Catalogue(f"sqlite:///{path}") as catalogue:
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        with closing(other):
            other.execute("BEGIN IMMEDIATE")
            release = threading.Timer(0.3, other.execute, ["ROLLBACK"])
            release.start()
            catalogue.ensure_person(ADA, source_id="show")
            release.join()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"this is a text file, and a long one at that" * 100)
    with pytest.raises(StoreError, match=r"c\.sqlite.*not a database: restore"):
        Catalogue(f"sqlite:///{path}")


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"unable to open database file: see that"):
        Catalogue(f"sqlite:///{tmp_path}")


def test_a_place_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="set data_dir to a place that can be written"):
        Catalogue(f"sqlite:///{tmp_path}/file/c.sqlite")


def test_a_database_that_is_lost_while_open_is_a_store_error(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with Catalogue(f"sqlite:///{path}") as catalogue:
        pass
    for each in tmp_path.iterdir():
        each.unlink()
    with pytest.raises(StoreError, match="no such table"):
        catalogue.people()


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(StoreError, match="can be reached") as caught:
        Catalogue("postgresql://me:secret@127.0.0.1:1/onrecord?connect_timeout=2")
    assert "secret" not in str(caught.value)
    assert "127.0.0.1:1/onrecord" in str(caught.value)


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "sqlite+nodriver:///x.db"]
)
def test_an_unusable_url_says_what_to_write(url: str) -> None:
    with pytest.raises(StoreError, match="use sqlite:///path/to/file or postgresql://"):
        Catalogue(url)


def test_a_full_disk_says_so_and_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with Catalogue(f"sqlite:///{path}") as catalogue:
        catalogue.ensure_person(ADA, source_id="show")
        with catalogue._database.writing() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        catalogue.close()  # the limit holds for one connection: the next one is the only one
        with catalogue._database.writing() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="disk is full: free some space"):
            catalogue.ensure_person(Credit(name="Bea", part="b" * 100_000), source_id="show")
        assert [each.name for each in catalogue.people()] == ["Ada"]


def test_a_text_keeps_the_dialect_of_the_transcript_it_was_made_from():
    for dialect in ("npr", None):
        text = replace(an_episode_text(("A", "One two.")), dialect=dialect)
        row = tables.row_of(text, tables.texts, marks=pack_marks(text))
        assert text_of(row) == text


# ── quotes and sets of an older archive ──────────────────────────────────────────────────────

OLD_FIELDS = ("terms", "incidents", "rules")  # of kept quotes, as 0003 did not have them
OLD_QUERY = {"text": "live rounds", "roles": ["armorer"], "speakers": [], "sources": [],
             "kind": "episode", "since": NOW.isoformat(), "until": None, "limit": 20}  # fmt: skip


def test_quotes_and_sets_of_an_older_archive_are_read(catalogue_url: str) -> None:
    import json

    import sqlalchemy as sa

    from tests.test_exports import a_kept

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "HEAD", "0003")
        opened = database.Database(catalogue_url)
    kept = [
        replace(a_kept(n), quote=replace(a_kept(n).quote, document_id=f"d{n % 2}"))
        for n in range(4)
    ]
    old = sa.MetaData()
    with opened.writing() as connection:
        old.reflect(connection)
        for each in kept:
            packed = {k: v for k, v in codecs.encode(each).items() if k not in OLD_FIELDS}
            row = {"id": each.id, "document_id": each.quote.document_id, "kept": NOW}
            connection.execute(old.tables["quotes"].insert(), row | {"quote": json.dumps(packed)})
        made = {"id": "5e75e75e75e7", "name": "rounds", "author": "rae", "made": NOW}
        made |= {"models": "[]", "question": "what?", "query": json.dumps(OLD_QUERY)}
        connection.execute(old.tables["quote_sets"].insert(), made)
        rows = [
            {"set_id": made["id"], "quote_id": each.id, "number": number}
            for number, each in enumerate(kept, start=1)
        ]
        connection.execute(old.tables["set_quotes"].insert(), rows)
    opened.close()
    with Catalogue(catalogue_url) as catalogue:
        about = catalogue.quote_set("rounds")
        assert about.query == SearchQuery(
            text="live rounds", roles=("armorer",), kind=DocumentKind.EPISODE, since=NOW, limit=20
        )
        assert (about.filters, about.size) == (None, 4)
        assert [each.kept for each in catalogue.set_quotes(about.id)] == kept
        by_document = list(catalogue.set_quotes(about.id, by_document=True))
        assert [each.number for each in by_document] == [1, 3, 2, 4]
        catalogue.place_in_set(about.id, kept[3].id, 1)
        assert catalogue.freeze_set(about.id, now=NOW).frozen_as
        assert catalogue.stances(undone=True) == []


def test_every_field_of_a_question_is_stored_and_read() -> None:
    import json
    from typing import get_type_hints

    from corpus.types import Certainty, Manner

    samples = {
        "text": "live rounds", "kind": DocumentKind.ARTICLE, "limit": 3, "since": NOW, "until": NOW,
        "manners": (Manner.SPOKEN, Manner.QUOTED), "certainties": (Certainty.CHECKED,),
        "years": (2021, 1993),
    }  # fmt: skip
    values = {name: samples.get(name, (f"{name} 王", "b")) for name in get_type_hints(SearchQuery)}
    query = SearchQuery(**values)  # type: ignore[arg-type]
    stored = json.loads(codecs.to_json(codecs.encode(query)))
    assert codecs.decode(SearchQuery, stored) == query

"""Announced again: under another name, at another address, by another feed; one document or two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from corpus.catalogue import Catalogue
from corpus.errors import MergeError, NotFoundError
from corpus.schema import tables
from corpus.schema.addresses import (
    plain_address,
    recording_address,
    recording_key,
    same_but_for_chance,
    url_key,
)
from corpus.types import (
    PROGRAM,
    AddressPart,
    Credit,
    DiscoveredItem,
    Document,
    DocumentKind,
    Merge,
    Stage,
)
from tests.conftest import new_database
from tests.samenesscases import ANNOUNCED, BARE, DAY, E12, M12, SAME, SECRET, Announced, feed

NOW = DAY + timedelta(days=1)
LATER = NOW + timedelta(days=1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Catalogue]:
    with Catalogue(new_database(request, tmp_path_factory.mktemp("catalogue"))) as catalogue:
        yield catalogue


@pytest.fixture
def catalogue(opened: Catalogue) -> Catalogue:
    with opened._database.writing() as connection:
        for table in reversed(tables.METADATA.sorted_tables):
            connection.execute(table.delete())
    return opened


def see(catalogue: Catalogue, *items: DiscoveredItem) -> list[tuple[Document, bool]]:
    return [catalogue.record_discovered(item, now=NOW) for item in items]


def keys_kept(catalogue: Catalogue) -> int:
    with catalogue._database.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.sightings)).scalar_one()


def state(catalogue: Catalogue) -> tuple[object, ...]:
    """All but how the address of what is still to be fetched is signed."""
    documents = [replace(each, media_url=None) for each in catalogue.documents()]
    return documents, catalogue.merges(), keys_kept(catalogue)


@pytest.mark.parametrize("case", ANNOUNCED, ids=lambda case: case.name)
def test_what_is_announced_twice(catalogue: Catalogue, case: Announced) -> None:
    for first, second in ((case.one, case.other), (case.other, case.one)):
        with catalogue._database.writing() as connection:
            for table in reversed(tables.METADATA.sorted_tables):
                connection.execute(table.delete())
        (kept, _), (found, is_new) = see(catalogue, first, second)
        assert is_new is (case.truth != SAME)
        assert (found.id == kept.id) is (case.truth == SAME)
        assert len(catalogue.documents()) == (1 if case.truth == SAME else 2)
        assert len(catalogue.due(Stage.DISCOVERED, now=LATER)) == len(catalogue.documents())
        # The next night changes nothing.
        before = state(catalogue)
        assert not any(is_new for _, is_new in see(catalogue, first, second, second, first))
        assert state(catalogue) == before


# ── joined, and taken apart ──────────────────────────────────────────────────────────────────


def renamed(catalogue: Catalogue) -> tuple[Document, Merge]:
    (kept, _), _ = see(catalogue, E12, feed(guid="new:5ca1ab1e"))
    (merge,) = catalogue.merges()
    return kept, merge


def test_a_new_guid_leaves_evidence_and_both_names(catalogue: Catalogue) -> None:
    kept, merge = renamed(catalogue)
    assert (merge.id, merge.document_id, merge.author, merge.state) == (
        "m1",
        kept.id,
        PROGRAM,
        "merged",
    )
    assert merge.evidence == (
        "announced as new:5ca1ab1e by callsheet",
        "the same title, “Ep. 12: The Empty Chamber”",
        f"the same recording, https://{M12}",
        "the same date, 2026-02-03 05:17 UTC",
    )
    guids = [x.address for x in catalogue.addresses(kept.id) if x.part is AddressPart.GUID]
    assert sorted(guids) == ["cs-12", "new:5ca1ab1e"]
    other = catalogue.document(merge.other_id)
    assert other.merged_into == kept.id
    assert catalogue.merge_called(other.id) == merge
    assert sum(catalogue.counts().values()) == 1


def test_taken_apart_it_is_back_whole_and_never_joined_again(catalogue: Catalogue) -> None:
    kept, merge = renamed(catalogue)
    undone = catalogue.part_documents(merge.other_id[:6], author="Nora", reason="two", now=LATER)
    assert (undone.state, undone.undone, undone.undone_by) == ("apart", LATER, "Nora")
    assert {each.id for each in catalogue.due(Stage.DISCOVERED, now=LATER)} == {
        kept.id,
        merge.other_id,
    }
    other = catalogue.document(merge.other_id)
    assert (other.guid, other.title, other.merged_into) == ("new:5ca1ab1e", E12.title, None)
    for _ in range(2):
        assert not any(new for _, new in see(catalogue, E12, feed(guid="new:5ca1ab1e")))
    assert catalogue.merges() == []
    assert len(catalogue.documents()) == 2
    with pytest.raises(MergeError, match="Nora did so before"):
        catalogue.part_documents(merge.id, author="Bo", now=LATER)
    with pytest.raises(NotFoundError):
        catalogue.part_documents("m99", author="Bo", now=LATER)


def by_hand(kept: Document, other: Document, *, joined: bool = True, author: str = "Bo") -> Merge:
    return Merge(
        id="",
        document_id=kept.id,
        other_id=other.id,
        joined=joined,
        evidence=("said so",),
        author=author,
        made=LATER,
        reason="heard both",
    )


def three(catalogue: Catalogue) -> list[Document]:
    items = [feed(guid=f"g{n}", title=f"No. {n}", url=f"https://x.example/{n}") for n in range(3)]
    items = [replace(each, media_url=None) for each in items]
    return [document for document, _ in see(catalogue, *items)]


def test_joined_by_hand_in_a_chain_and_taken_apart_in_the_middle(catalogue: Catalogue) -> None:
    one, two, three_ = three(catalogue)
    first = catalogue.join_documents(by_hand(two, three_))
    # Each stands for all that is the same: the last is under the first now.
    second = catalogue.join_documents(by_hand(one, three_))
    assert first is not None
    assert second is not None
    assert (second.document_id, second.other_id) == (one.id, two.id)
    assert {catalogue.document(x.id).merged_into for x in (two, three_)} == {one.id}
    assert len(catalogue.merges(three_.id)) == 2
    with pytest.raises(MergeError, match="they are one document already"):
        catalogue.join_documents(by_hand(three_, one))
    catalogue.part_documents(second.id, author="Bo", now=LATER)
    assert catalogue.document(two.id).merged_into is None
    assert catalogue.document(three_.id).merged_into == two.id
    catalogue.part_documents(first.id, author="Bo", now=LATER)
    assert len(catalogue.documents()) == 3


def test_a_person_may_join_again_what_a_person_took_apart(catalogue: Catalogue) -> None:
    one, two, _ = three(catalogue)
    merge = catalogue.join_documents(by_hand(one, two))
    assert merge is not None
    catalogue.part_documents(merge.id, author="Bo", now=LATER)
    assert catalogue.join_documents(by_hand(one, two, author=PROGRAM)) is None
    assert catalogue.join_documents(by_hand(two, one, author=PROGRAM, joined=False)) is None
    again = catalogue.join_documents(by_hand(two, one))
    assert again is not None
    assert (again.id, again.document_id) == ("m2", two.id)
    assert [each.state for each in catalogue.merges(undone=True)] == ["apart", "merged"]


def test_a_proposal_joins_nothing_until_a_person_accepts_it(catalogue: Catalogue) -> None:
    one, two, _ = three(catalogue)
    proposal = catalogue.join_documents(by_hand(one, two, joined=False, author=PROGRAM))
    assert proposal is not None
    assert proposal.state == "proposed"
    assert len(catalogue.documents()) == 3
    assert catalogue.join_documents(by_hand(two, one, joined=False, author=PROGRAM)) is None
    taken = catalogue.join_documents(by_hand(two, one))
    assert taken is not None
    assert (taken.id, taken.document_id, taken.author) == (proposal.id, two.id, "Bo")
    assert taken.evidence[-1] == f"proposed on {LATER:%Y-%m-%d} by {PROGRAM}"
    assert len(catalogue.documents()) == 2


def test_an_article_is_no_episode(catalogue: Catalogue) -> None:
    one, *_ = three(catalogue)
    ((article, _),) = see(
        catalogue,
        feed(
            guid="a",
            title="A",
            kind=DocumentKind.ARTICLE,
            url="https://x.example/a",
            media_url=None,
        ),
    )
    with pytest.raises(MergeError, match="an episode, the other an article"):
        catalogue.join_documents(by_hand(one, article))
    with pytest.raises(MergeError, match="nobody decides it"):
        catalogue.join_documents(by_hand(one, article, author=" "))


# ── feeds that go on announcing ──────────────────────────────────────────────────────────────


def test_names_that_change_every_night_make_one_document_and_stop_growing(
    catalogue: Catalogue,
) -> None:
    see(catalogue, E12)
    for night in range(90):
        item = feed(guid=f"{night:032x}", url=f"https://callsheet.example/n/{night:032x}")
        assert not catalogue.record_discovered(item, now=NOW)[1]
    assert len(catalogue.documents()) == len(catalogue.merges()) == 1
    assert keys_kept(catalogue) <= 120


def test_tokens_that_change_every_night_are_no_news(catalogue: Catalogue) -> None:
    ((document, _),) = see(catalogue, E12)
    catalogue.advance(document.id, to=Stage.READY, now=NOW)
    before, state_before = keys_kept(catalogue), catalogue.document(document.id)
    for night in range(30):
        token = f"?Expires=17700{night:05d}&Signature={SECRET[night:]}a1&Key-Pair-Id=K"
        page = f"https://callsheet.example/e/12?session={night:08x}-1111-4222-8333-{night:012x}"
        item = feed(media_url=f"https://{M12}{token}", url=page)
        assert catalogue.record_discovered(item, now=LATER) == (state_before, False)
    assert keys_kept(catalogue) == before


def test_what_waits_is_fetched_with_the_newest_token(catalogue: Catalogue) -> None:
    newest = f"https://{M12}?token={SECRET}2"
    for stage in (None, Stage.DEAD):
        with catalogue._database.writing() as connection:
            for table in reversed(tables.METADATA.sorted_tables):
                connection.execute(table.delete())
        ((document, _),) = see(catalogue, feed(media_url=f"https://{M12}?token={SECRET}1"))
        if stage:
            catalogue.fail(document.id, error="403", retry_at=None, now=NOW)
        found, _ = catalogue.record_discovered(feed(media_url=newest), now=LATER)
        assert found.media_url == newest
        # A token alone brings nothing back from the dead.
        assert found.stage is (stage or Stage.DISCOVERED)


def test_an_address_drawn_by_lot_is_fetched_a_few_times_and_then_known(
    catalogue: Catalogue,
) -> None:
    ((document, _),) = see(catalogue, E12)
    fetched = 0
    for night in range(12):
        lot = f"{night:08x}-aaaa-4bbb-8ccc-{night:012x}"
        item = feed(media_url=f"https://media.callsheet.example/{lot}/12.mp3")
        catalogue.advance(document.id, to=Stage.READY, now=NOW)
        found, is_new = catalogue.record_discovered(item, now=LATER)
        assert not is_new
        fetched += found.stage is Stage.DISCOVERED
    assert fetched <= 4
    assert keys_kept(catalogue) <= 60


def test_a_feed_that_changed_its_names_goes_on_under_the_new_ones(catalogue: Catalogue) -> None:
    kept, merge = renamed(catalogue)
    catalogue.advance(kept.id, to=Stage.READY, now=NOW)
    # Both names with the same recording: nothing to do.
    see(catalogue, E12, feed(guid="new:5ca1ab1e"))
    assert catalogue.document(kept.id).stage is Stage.READY
    credits = (Credit(name="Ines Okafor", part="guest"),)
    again = feed(
        guid="new:5ca1ab1e", media_url="https://media.callsheet.example/12b.mp3", credits=credits
    )
    found, is_new = catalogue.record_discovered(again, now=LATER)
    assert not is_new
    assert (found.id, found.stage, found.media_url) == (
        kept.id,
        Stage.DISCOVERED,
        "https://media.callsheet.example/12b.mp3",
    )
    assert found.credits == credits
    assert catalogue.document(merge.other_id).stage is Stage.DISCOVERED
    assert [each.id for each in catalogue.due(Stage.DISCOVERED, now=LATER)] == [kept.id]


def test_a_recording_put_up_anew_under_one_name_is_a_new_revision(catalogue: Catalogue) -> None:
    ((document, _),) = see(catalogue, E12)
    catalogue.advance(document.id, to=Stage.READY, now=NOW)
    new = feed(media_url="https://media.callsheet.example/audio/12-corrected.mp3")
    found, is_new = catalogue.record_discovered(new, now=LATER)
    assert not is_new
    assert (found.id, found.stage) == (document.id, Stage.DISCOVERED)
    assert catalogue.merges() == []
    parts = [x.address for x in catalogue.addresses(document.id) if x.part == "recording"]
    assert len(parts) == 2


def test_an_older_archive_s_keys_are_known_though_they_were_made_otherwise(
    catalogue: Catalogue,
) -> None:
    from corpus.schema.sightings import former_keys

    counted = feed(media_url=f"https://dts.podtrac.com/redirect.mp3/{M12}?token={SECRET}")
    ((document, _),) = see(catalogue, counted)
    catalogue.advance(document.id, to=Stage.READY, now=NOW)
    with catalogue._database.writing() as connection:
        connection.execute(tables.sightings.delete())
        rows = [{"key": each, "document_id": document.id} for each in former_keys(counted)]
        connection.execute(tables.sightings.insert(), rows)
        connection.execute(tables.documents.update().values(seen=()))
    found, is_new = catalogue.record_discovered(counted, now=LATER)
    assert (found.id, found.stage, is_new) == (document.id, Stage.READY, False)
    # Now also by the newer keys, whatever signs the address.
    other = feed(media_url=f"https://{M12}")
    assert catalogue.record_discovered(other, now=LATER)[0].stage is Stage.READY


def test_a_page_that_moved_is_known_at_both_addresses(catalogue: Catalogue) -> None:
    from tests.test_catalogue import a_capture

    ((document, _),) = see(catalogue, BARE)
    moved = "https://callsheet.example/archive/the-empty-chamber"
    page = replace(BARE, capture=a_capture(BARE.url, final_url=moved), canonical_url=moved)
    see(catalogue, page, replace(BARE, url=moved))
    assert [each.id for each in catalogue.documents()] == [document.id]
    assert {each.address for each in catalogue.addresses(document.id)} == {BARE.url, moved}


# ── addresses ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (f"https://dts.podtrac.com/redirect.mp3/{M12}", f"https://{M12}"),
        (f"https://pdst.fm/e/chtbl.com/track/AB/{M12}?x=1", f"https://{M12}?x=1"),
        (f"https://op3.dev/e,pg=1/{M12}", f"https://{M12}"),
        (f"https://a.example/e/http%3A%2F%2F{M12.replace('/', '%2F')}", f"http://{M12}"),
        (f"https://a.example/x/https://{M12}", f"https://{M12}"),
        (f"https://a.example/x/https:/{M12}", f"https://{M12}"),
        (f"https://a.example/redirect.mp3?http://{M12}", f"http://{M12}"),
        (f"https://a.example/go?url=https%3A%2F%2F{M12.replace('/', '%2F')}&x=1", f"https://{M12}"),
        (f"https://{M12}?from=https://b.example/", f"https://{M12}?from=https://b.example/"),
        (f"https://{M12}", f"https://{M12}"),
        ("https://cdn.example/v1.2/season.one/12.mp3", "https://season.one/12.mp3"),
        ("https://cdn.example/v1.2/12.mp3/download", "https://cdn.example/v1.2/12.mp3/download"),
        ("https://cdn.example/12.tar.gz/x", "https://cdn.example/12.tar.gz/x"),
        ("https://cdn.example/12.mp3?id=5&token=a", "https://cdn.example/12.mp3?id=5"),
        ("file:abc/12.mp3", "file:abc/12.mp3"),
        ("", ""),
        ("https://[::1", "https://[::1"),
    ],
)
def test_the_recording_behind_counters(url: str, address: str) -> None:
    assert recording_address(url) == address
    assert recording_address(address) == address


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://x.example/a?token=1", "http://www.x.example/a", True),
        (f"https://x.example/a?e=1770000000&h={SECRET}", "https://x.example/a", True),
        ("https://x.example/a?s=blanks", "https://x.example/a", False),
        ("https://x.example/?p=12", "https://x.example/?p=13", False),
        ("https://x.example/a?id=1", "https://x.example/a?id=2", False),
        ("https://x.example/a?e=12", "https://x.example/a?e=13", False),
        ("https://x.example/a?policy=cold-sets", "https://x.example/a?policy=hot-sets", False),
    ],
)
def test_what_signs_an_address_does_not_name_it(one: str, other: str, is_same: bool) -> None:
    assert (url_key(one) == url_key(other)) is is_same
    assert (recording_key(one) == recording_key(other)) is is_same


def test_only_parts_drawn_by_lot_may_differ() -> None:
    def at(part: str, name: str = "12.mp3") -> str:
        return f"https://x.example/{part}/{name}"

    assert same_but_for_chance(at(SECRET), at(SECRET[::-1]))
    assert not same_but_for_chance(at("season-1"), at("season-2"))
    assert not same_but_for_chance(at(SECRET), at(SECRET, "13.mp3"))


@pytest.mark.parametrize(
    "url",
    ["https://a.example/" + "b.example/" * 9000, "https://" * 4000, "https://x/" + "%3a" * 9000],
)
def test_no_address_takes_long(url: str) -> None:
    assert len(recording_key(url)) == 64
    assert plain_address(plain_address(url)) == plain_address(url)


# ── what could not be fetched ────────────────────────────────────────────────────────────────

NEW_HOST = feed(guid="x", media_url="https://cdn.elsewhere.example/5/a.mp3")


def test_what_was_given_up_comes_back_when_a_new_name_has_it_elsewhere(
    catalogue: Catalogue,
) -> None:
    ((document, _),) = see(catalogue, E12)
    catalogue.fail(document.id, error="404", retry_at=None, now=NOW)
    found, is_new = catalogue.record_discovered(NEW_HOST, now=LATER)
    assert (found.id, is_new) == (document.id, False)
    assert (found.stage, found.media_url) == (Stage.DISCOVERED, NEW_HOST.media_url)
    # The two names do not take turns.
    for item in (E12, NEW_HOST, E12):
        assert catalogue.record_discovered(item, now=LATER)[0].media_url == NEW_HOST.media_url


def test_what_was_given_up_does_not_hide_what_another_feed_has(catalogue: Catalogue) -> None:
    ((document, _),) = see(catalogue, E12)
    catalogue.fail(document.id, error="403", retry_at=None, now=NOW)
    other = feed(source_id="network", guid="n", url="https://network.example/9")
    found, is_new = catalogue.record_discovered(other, now=LATER)
    assert is_new
    assert [each.id for each in catalogue.due(Stage.DISCOVERED, now=LATER)] == [found.id]
    assert not catalogue.record_discovered(other, now=LATER)[1]


def test_the_next_day_s_news_at_the_same_address_is_another(catalogue: Catalogue) -> None:
    news = feed(title="The News", media_url="https://news.example/latest.mp3")
    later = feed(
        source_id="network",
        guid="n2",
        title="The News",
        url="https://n.example/",
        media_url="https://news.example/latest.mp3",
        published=DAY + timedelta(days=1),
    )
    assert [is_new for _, is_new in see(catalogue, news, later)] == [True, True]

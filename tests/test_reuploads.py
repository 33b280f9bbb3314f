"""One episode over many nights: fetched once however it is signed, anew when it is another."""

from __future__ import annotations

import pytest

from corpus.types import DiscoveredItem, DocumentKind, MediaRole, Stage, TranscriptLink
from ingest.nightly import finish_run, run_nightly
from ingest.pipeline import finish
from ingest.workshop import now
from tests.samenesscases import talk
from tests.servers import Reply, Site, html
from tests.test_episodes import OTHER, SOURCE, captions, shop, site  # noqa: F401  (fixtures)
from tests.test_nightly import listing, magazine, open_shop


def sight(shop, site, query="", *, audio="one.mp3", guid="one", transcript=None):  # noqa: F811
    links = (TranscriptLink(url=f"{site.url}/{transcript}"),) if transcript else ()
    item = DiscoveredItem(
        source_id=SOURCE.id,
        kind=DocumentKind.EPISODE,
        url=f"{site.url}/one",
        guid=guid,
        title="The Empty Chamber",
        published=SOURCE_DAY,
        show=SOURCE.name,
        media_url=f"{site.url}/{audio}{query}",
        transcripts=links,
    )
    return shop.catalogue.record_discovered(item, now=now())


SOURCE_DAY = now().replace(minute=17, second=4, microsecond=0)


def fetched(site):  # noqa: F811
    return [path for path in site.paths if ".mp3" in path]


def test_a_feed_that_signs_anew_every_night_is_downloaded_once(shop, site):  # noqa: F811
    for night in range(5):
        document, is_new = sight(shop, site, f"?token={night:032x}a")
        assert is_new is (night == 0)
        finish(document.id, shop)
        assert shop.catalogue.document(document.id).stage is Stage.READY
    assert len(fetched(site)) == 1
    assert len(shop.workers.jobs) == 1
    assert len(shop.catalogue.media(document.id, MediaRole.ORIGINAL)) == 1


def test_a_token_that_ran_out_before_the_download_is_no_loss(shop, site):  # noqa: F811
    recording, words = site.routes["/one.mp3"], captions("the publisher's words")
    first, last = f"?token={1:032x}a", f"?token={2:032x}a"

    def signed(reply):
        def answer(asked):
            if not asked.path.endswith(last):
                return Reply(b"expired", status=403)
            return reply(asked) if callable(reply) else reply

        return answer

    site.routes |= {"/one.mp3": signed(recording), "/a.vtt": signed(words)}
    sight(shop, site, first, transcript=f"a.vtt{first}")
    document, _ = sight(shop, site, last, transcript=f"a.vtt{last}")
    assert [each.error for each in finish(document.id, shop)] == [None] * 3
    assert shop.catalogue.text(document.id).content == "the publisher's words"


def test_a_recording_put_up_anew_is_a_new_revision_and_the_old_audio_stays(
    shop,  # noqa: F811
    site,  # noqa: F811
):
    document, _ = sight(shop, site)
    finish(document.id, shop)
    site.routes["/one-corrected.mp3"] = Reply(OTHER, headers={"Content-Type": "audio/mpeg"})
    site.routes["/b.vtt"] = captions("words of the second recording")
    again, is_new = sight(shop, site, audio="one-corrected.mp3", transcript="b.vtt")
    assert (again.id, again.stage, is_new) == (document.id, Stage.DISCOVERED, False)
    finish(document.id, shop)
    assert shop.catalogue.document(document.id).revision == 2
    old, new = shop.catalogue.text(document.id, 1), shop.catalogue.text(document.id, 2)
    assert old.media_sha256 != new.media_sha256
    for media in shop.catalogue.media(document.id):
        assert shop.files.read_bytes(media.sha256)
    assert len(shop.catalogue.media(document.id, MediaRole.ORIGINAL)) == 2
    assert len(shop.catalogue.media(document.id, MediaRole.PLAYBACK)) == 2


def test_a_second_name_costs_no_download_until_it_is_taken_apart(shop, site):  # noqa: F811
    document, _ = sight(shop, site)
    finish(document.id, shop)
    again, is_new = sight(shop, site, guid="two")
    assert (again.id, again.stage, is_new) == (document.id, Stage.READY, False)
    (merge,) = shop.catalogue.merges()
    assert shop.catalogue.due(Stage.DISCOVERED, now=now()) == []
    shop.catalogue.part_documents(merge.id, author="Nora Vale", now=now())
    (other,) = shop.catalogue.due(Stage.DISCOVERED, now=now())
    assert other.id == merge.other_id
    finish(other.id, shop)
    assert shop.catalogue.document(other.id).stage is Stage.READY
    assert len(fetched(site)) == 2


@pytest.mark.slow  # crawls twice
def test_a_night_reports_an_article_that_moved_to_another_address(tmp_path):
    body = f"<article><h1>Cold Sets</h1><p>By Dana Reyes</p><p>{talk('moved', 160)}</p></article>"
    routes = {"/": listing("one"), "/one": html(body)}
    with Site(routes) as web, open_shop(tmp_path, magazine(f"{web.url}/")) as tools:
        first = finish_run(tools, run_nightly(tools))
        assert first.warnings == ()
        web.routes |= {"/": listing("archive/cold-sets"), "/archive/cold-sets": html(body)}
        again = run_nightly(tools)
        assert [each.new for each in again.sources] == [1]
        (said,) = again.warnings
        assert said.startswith("merged: ")
        assert "100% and 100% of their words in common; the same title" in said
        (document,) = tools.catalogue.documents()
        pages = [each.address for each in tools.catalogue.addresses(document.id)]
        assert pages == [f"{web.url}/one", f"{web.url}/archive/cold-sets"]

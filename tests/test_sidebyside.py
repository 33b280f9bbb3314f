"""The real steps side by side on one catalogue leave what they leave one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from corpus.catalogue import Catalogue
from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import DocumentKind, Source, SourceKind, Stage
from ingest.pipeline import drain
from ingest.workshop import Workshop
from tests.conftest import new_database
from tests.servers import Reply, Site
from tests.test_episodes import InventedWorkers, captions
from tests.test_pipeline import PAGE, discover

SEVERAL = 6
PEOPLE = ("Ines Okafor", "Marek Dvorsky", "Tove Lindqvist")
SOURCE = Source(
    id="ledger",
    name="The Invented Ledger",
    kind=SourceKind.FEED,
    url="http://127.0.0.1/",
    allow_private=True,
)


@dataclass
class Several(InventedWorkers):
    """Hear two recordings at once, in invented words."""

    at_once: int = 2


def night(folder, database, site, workers) -> dict[str, object]:
    """Run a night over articles and episodes; return what it left."""
    settings = Settings(data_dir=folder)
    with Catalogue(database) as catalogue:
        shop = Workshop(
            settings=settings,
            catalogue=catalogue,
            files=FileStore(settings.files),
            sources={SOURCE.id: SOURCE},
            workers=workers,
        )
        for number in range(SEVERAL):
            page = PAGE.replace("at five", f"at {number}")
            page = page.replace("Ines Okafor", PEOPLE[number % 3])
            discover(shop, page, name=f"story {number}")
            where = f"{site.url}/{number}.mp3"
            discover(
                shop, None, name=f"talk {number}", kind=DocumentKind.EPISODE, guid=str(number),
                media_url=where,
            )  # fmt: skip
        for _ in drain(shop):
            pass
        ready = catalogue.documents(stage=Stage.READY)
        texts = {each.url: catalogue.text(each.id) for each in ready}
        named = {each.id: each.name for each in catalogue.people()}
        return {
            "texts": {url: text.content for url, text in texts.items()},
            "speakers": {
                url: [named.get(turn.attribution.person_id or "") for turn in text.turns]
                for url, text in texts.items()
            },
            "people": sorted(named.values()),
            "failed": [each.last_error for each in catalogue.failures()],
        }


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_threads_leave_the_same_texts_people_and_speakers(engine, request, tmp_path):
    request.param = engine
    audio = {
        f"/{number}.mp3": Reply(
            b"ID3" + str(number).encode() + bytes(5_000), headers={"Content-Type": "audio/mpeg"}
        )
        for number in range(SEVERAL)
    }
    with Site({**audio, "/a.vtt": captions("we count them in")}) as site:
        left = [
            night(tmp_path / name, new_database(request, tmp_path / name), site, workers)
            for name, workers in (("alone", InventedWorkers()), ("several", Several()))
        ]
    assert left[0] == left[1]
    assert len(left[0]["texts"]) == 2 * SEVERAL
    assert left[0]["failed"] == []

"""The routes of our own and the guard, over real ASGI."""

from __future__ import annotations

import csv
import io
import json
import re
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from corpus.errors import SettingsError
from corpus.exports import FORMATS
from corpus.settings import Settings
from corpus.types import BASKET, Span
from tests.seeded import LIVE, Line, Seeded, seed_archive, seed_article, seed_episode
from ui.kept import exporting
from ui.kept.quotes import Quotes
from ui.page import serve
from ui.page.transcripts import lay_out


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    filled = seed_archive(tmp_path_factory.mktemp("archive"))
    yield filled
    filled.archive.close()


@pytest.fixture
def page(seeded: Seeded) -> TestClient:
    return client(seeded)


def client(seeded: Seeded, host: str = "127.0.0.1", **settings: str) -> TestClient:
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("open")
        await socket.close()

    chosen = seeded.archive.settings.model_copy(update=settings)
    app = Starlette(
        routes=[
            *serve._routes(seeded.archive),
            Route("/", lambda request: PlainTextResponse("page")),
            WebSocketRoute("/_stcore/stream", echo),
        ],
        middleware=[Middleware(serve.Guard, settings=chosen)],
    )
    return TestClient(app, base_url=f"http://{host}")


def audio_of(seeded: Seeded) -> tuple[str, bytes]:
    media = seeded.archive.view(seeded.episode).media
    assert media is not None
    return f"/audio/{media.sha256}.m4a", seeded.archive.files.read_bytes(media.sha256)


def test_audio_is_served_whole_and_in_pieces(page: TestClient, seeded: Seeded) -> None:
    url, data = audio_of(seeded)
    whole = page.get(url)
    assert whole.status_code == 200
    assert whole.content == data
    assert whole.headers["content-type"] == "audio/mp4"
    assert whole.headers["etag"] == f'"{url[7:-4]}"'
    part = page.get(url, headers={"range": "bytes=100-299"})
    assert part.status_code == 206
    assert part.content == data[100:300]
    assert part.headers["content-range"] == f"bytes 100-299/{len(data)}"
    tail = page.get(url, headers={"range": "bytes=-50"})
    assert tail.content == data[-50:]


def test_audio_head_tells_the_size_without_the_bytes(page: TestClient, seeded: Seeded) -> None:
    url, data = audio_of(seeded)
    head = page.head(url)
    assert head.headers["content-length"] == str(len(data))
    assert head.headers["accept-ranges"] == "bytes"
    assert head.content == b""


def test_a_range_behind_the_end_is_416(page: TestClient, seeded: Seeded) -> None:
    url, data = audio_of(seeded)
    answer = page.get(url, headers={"range": f"bytes={len(data) + 1}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(data)}"


def test_audio_already_held_is_not_sent_again(page: TestClient, seeded: Seeded) -> None:
    url, _ = audio_of(seeded)
    etag = page.head(url).headers["etag"]
    assert page.get(url, headers={"if-none-match": etag}).status_code == 304
    stale = page.get(url, headers={"range": "bytes=0-9", "if-range": '"another"'})
    assert stale.status_code == 200


def test_only_playback_copies_are_served(page: TestClient, seeded: Seeded) -> None:
    private = seeded.archive.files.put_bytes(b"the catalogue's secret")
    assert page.get(f"/audio/{private.sha256}.m4a").status_code == 404
    assert page.get(f"/audio/{'0' * 64}.m4a").status_code == 404
    for name in ("..%2f..%2fcatalogue.sqlite", "x.m4a", "%00.m4a", f"{'A' * 64}.m4a"):
        assert page.get(f"/audio/{name}").status_code == 404


def test_a_transcript_holds_every_word_at_its_place_and_second(
    page: TestClient, seeded: Seeded
) -> None:
    answer = page.get(f"/api/transcript/{seeded.episode}").json()
    text = seeded.archive.view(seeded.episode).text
    assert text is not None
    assert len(answer["words"]) == len(text.timings)
    for word in answer["words"]:
        assert text.content[word[3] : word[4]] == word[0]
        assert word[2] > word[1]
    assert [turn["speaker"] for turn in answer["turns"]][:2] == ["Nora Vale", "Ines Okafor"]
    assert [turn["voice"] for turn in answer["turns"]][-1] is True
    assert answer["turns"][4]["speaker"] == "Advertisement"
    assert answer["turns"][1]["role"] == "armorer"
    assert len(answer["blocks"]) == len(answer["turns"])


def test_an_article_is_laid_out_in_paragraphs_without_losing_a_character(
    page: TestClient, seeded: Seeded
) -> None:
    answer = page.get(f"/api/transcript/{seeded.article}").json()
    assert [block["paragraph"] for block in answer["blocks"]] == [1, 2]
    assert {turn["manner"] for turn in answer["turns"]} == {"authored", "quoted", "reported"}
    text = seeded.archive.view(seeded.article).text
    assert text is not None
    assert drawn(answer) == text.content


def test_marks_outside_turns_and_letters_outside_the_basic_plane_keep_their_places(
    seeded: Seeded,
) -> None:
    lines = (Line("😀 “Cold gun,” 𝔰he said.\n\n“No", "A"), Line("body” checked it.", "B"))
    article = seed_article(seeded.archive, lines=lines, url="https://slate.example/emoji")
    view = seeded.archive.view(article.id)
    assert view.text is not None
    laid = lay_out(view, seeded.archive.vocabulary.print_role)
    assert drawn(laid) == view.text.content
    for word in laid["words"]:
        assert view.text.content[word[3] : word[4]] == word[0]


def drawn(laid: dict) -> str:
    """What a reader sees: the text as the player puts it together."""
    words, blocks = laid["words"], laid["blocks"]
    out = []
    for number, block in enumerate(blocks):
        end = blocks[number + 1]["first"] if number + 1 < len(blocks) else len(words)
        text = block["lead"]
        for at in range(block["first"], end):
            word = words[at]
            text += word[0] + (word[7] if len(word) > 7 else " " if at + 1 < end else "")
        out.append(text)
    return "\n\n".join(out)


def test_a_transcript_already_held_is_not_sent_again(page: TestClient, seeded: Seeded) -> None:
    first = page.get(f"/api/transcript/{seeded.episode}")
    again = page.get(first.url.path, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_an_unknown_document_is_404_and_says_nothing_of_the_inside(page: TestClient) -> None:
    for path in ("/api/transcript/ffffffffffff", "/api/quote/ffffffffffff?start=0&end=4"):
        answer = page.get(path)
        assert answer.status_code == 404
        assert answer.text == "not in the archive"


def test_chosen_words_come_back_verbatim_with_their_citation(
    page: TestClient, seeded: Seeded
) -> None:
    text = seeded.archive.view(seeded.episode).text
    assert text is not None
    start = text.content.index(LIVE)
    url = f"/api/quote/{seeded.episode}?start={start}&end={start + len(LIVE)}"
    quote = page.get(url).json()
    assert quote["exact"] == LIVE
    assert quote["printed"] == f"“{LIVE}”"
    assert "Ines Okafor (armorer)" in quote["citation"]
    assert re.search(r"/document\?document=\w+&t=[\d.]+$", quote["permalink"])
    assert quote["copy"].startswith(f"“{LIVE}” — Ines Okafor")


def test_words_of_two_speakers_are_no_quote(page: TestClient, seeded: Seeded) -> None:
    for query in ("start=0&end=200", "start=5&end=5", "start=-1&end=4", "start=a", "start=9&end=2"):
        assert page.get(f"/api/quote/{seeded.episode}?{query}").status_code == 422


def test_a_paraphrase_is_never_put_in_quotation_marks(page: TestClient, seeded: Seeded) -> None:
    text = seeded.archive.view(seeded.article).text
    assert text is not None
    words = "nobody had counted the rounds"
    start = text.content.index(words)
    quote = page.get(f"/api/quote/{seeded.article}?start={start}&end={start + len(words)}").json()
    assert quote["printed"] == f"{words} [paraphrase, not a quotation]"
    assert f"“{words}" not in quote["copy"]


@pytest.fixture
def basket(seeded: Seeded) -> str:
    """A basket with one quote in it."""
    quotes, text = Quotes(seeded.archive), seeded.archive.view(seeded.episode).text
    assert text is not None
    quotes.empty_basket()
    start = text.content.index(LIVE)
    quotes.keep_in_basket(seeded.episode, Span(start, start + len(LIVE)))
    return BASKET


@pytest.mark.parametrize("form", FORMATS)
def test_a_set_is_downloaded_in_every_format(page: TestClient, basket: str, form: str) -> None:
    answer = page.get(exporting.export_link(basket, form))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    name = f'attachment; filename="basket{FORMATS[form][0]}"'
    assert answer.headers["content-disposition"] == name
    assert answer.content
    if form == "csv":
        (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert row["exact"] == LIVE


def test_everything_is_downloaded_with_its_manifest(page: TestClient, basket: str) -> None:
    answer = page.get(exporting.export_link(basket, exporting.EVERYTHING))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        manifest = json.loads(files.read("basket/manifest.json"))
        assert len(files.namelist()) == len(FORMATS) + 1
    assert {each["format"] for each in manifest["files"]} == set(FORMATS)
    assert manifest["counts"]["quotes"] == 1


def test_nothing_is_left_of_a_download(
    page: TestClient, basket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert page.get(exporting.export_link(basket, exporting.EVERYTHING)).status_code == 200
    assert list(tmp_path.iterdir()) == []


def test_every_format_can_be_chosen_on_the_page() -> None:
    assert set(exporting.FORMS) == {*FORMATS, exporting.EVERYTHING}


@pytest.mark.parametrize("path", ["nosuch/csv", "basket/exe", "..%2f..%2fetc/csv", "%00/zip"])
def test_what_is_no_set_or_no_format_is_404(page: TestClient, basket: str, path: str) -> None:
    assert page.get(f"/api/set/{path}").status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil", ""])
def test_a_foreign_host_name_is_refused(seeded: Seeded, host: str) -> None:
    answer = client(seeded).get("/", headers={"host": host})
    assert answer.status_code == 403
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501", "LOCALHOST"])
def test_this_machine_is_let_in(seeded: Seeded, host: str) -> None:
    assert client(seeded).get("/", headers={"host": host}).status_code == 200


def test_the_public_name_is_let_in_when_it_is_set(seeded: Seeded) -> None:
    page = client(seeded, public_url="https://archive.example/desk")
    assert page.get("/", headers={"host": "archive.example"}).status_code == 200
    assert page.get("/", headers={"host": "other.example"}).status_code == 403


def test_the_web_socket_is_guarded_too(seeded: Seeded) -> None:
    page = client(seeded)
    with page.websocket_connect("/_stcore/stream", headers={"host": "127.0.0.1"}) as stream:
        assert stream.receive_text() == "open"
    foreign = page.websocket_connect("/_stcore/stream", headers={"host": "evil.example"})
    with pytest.raises(WebSocketDisconnect), foreign:
        pass


def test_every_answer_carries_the_policy(page: TestClient) -> None:
    headers = page.get("/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=f"127.0.0.1:{port}.*set another port"):
            serve.serve(Settings(data_dir=tmp_path, port=port))


def test_streamlit_takes_every_option_we_set(tmp_path: Path) -> None:
    from streamlit import config

    options = serve._streamlit_config(Settings(data_dir=tmp_path))
    unknown = [key for key in options if key not in config._config_options_template]
    assert unknown == []
    assert options["server.address"] == "127.0.0.1"
    assert options["browser.gatherUsageStats"] is False


def test_a_second_episode_has_its_own_sound(seeded: Seeded) -> None:
    other = seed_episode(
        seeded.archive, lines=(Line("Hello.", "A"),), url="https://callsheet.example/2"
    )
    media = seeded.archive.view(other.id).media
    assert media is not None
    assert media.sha256 not in audio_of(seeded)[0]

"""Where new quotes go: files, feeds, and messengers, and what happens when they do not arrive."""

from __future__ import annotations

import io
import json
import logging
import os
import stat
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import feedparser
import pytest
from lxml import etree

from corpus.errors import DeliveryError
from tests.indexed import NOW
from tests.test_novelty import a_hit
from ui.watches.deliveries import Post, known_address, send, shown, try_address
from ui.watches.letters import Letter, inert, json_lines_of, messages_of, text_of
from ui.watches.novelty import SentBefore

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = 'Evening</title><script>x</script> & "so" <!channel> @everyone [pay](http://evil.example)'


class Hook:
    """A webhook on 127.0.0.1 that remembers what it got and answers as told."""

    def __init__(self):
        self.got, self.status, self.stall, self.fails_after = [], 200, threading.Event(), None
        self.stall.set()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hook.stall.wait(10)
                full = hook.fails_after is not None and len(hook.got) >= hook.fails_after
                if not full and hook.status == 200:
                    hook.got.append(body)  # before the answer: who sent it goes on at once
                self.send_response(503 if full else hook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"json://rae:s3cretpw@127.0.0.1:{self.server.server_port}/T0KEN"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self):
        self.stall.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def hook():
    opened = Hook()
    yield opened
    opened.close()


KINDS = [f"{a}{b}" for a in ("rub", "tin", "cork") for b in ("ber", "ned", "y", "al")]


def some_quotes(count=2, **more):
    said = (f"Day {n}: {kind} guns, {kind} rounds." for n, kind in enumerate(KINDS[:count]))
    hits = [a_hit(words, document=f"d{n}", **more) for n, words in enumerate(said)]
    return SentBefore([]).new_among(hits)


def a_letter(count=2, watch="w1", **more):
    facts = {key: more.pop(key) for key in ("left", "cut") if key in more}
    return Letter(watch, "live rounds", some_quotes(count, **more), NOW, **facts)


def sent(address, letter, **post):
    return [len(part) for part in send(str(address), letter, Post(**post))]


# ── addresses ────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_known_by_its_whole_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert known_address(" rounds.atom ") == str(tmp_path / "rounds.atom")
    assert known_address("-") == "-"


@pytest.mark.parametrize(
    "address",
    ["catalogue.sqlite", "no/such/folder/a.txt", "", "a\x00.txt", "bogus://x", "json://", "notes"],
)
def test_an_address_that_nothing_can_be_sent_to_is_refused(tmp_path, monkeypatch, address):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DeliveryError, match="cannot deliver"):
        known_address(address)
    assert list(tmp_path.iterdir()) == []


def test_addresses_are_shown_without_their_secrets():
    for address in (
        "tgram://123456789:AAbbccddeeffgghhiijjkkllmmnnoopp123/12315544/",
        "mailtos://rae:s3cretpw@mail.example?to=desk@news.example",
        "json://hooks.example/T0KEN?token=s3cretpw",
    ):
        assert not any(
            secret in shown(address) for secret in ("s3cretpw", "T0KEN", "AAbbcc", "123456789")
        )


# ── what is written ──────────────────────────────────────────────────────────────────────────


def test_a_letter_says_who_said_what_where_and_how_sure():
    text = text_of(a_letter(left=3, cut=500))
    assert "2 new quotes: live rounds (2026-01-15 09:30 UTC, saved search w1)" in text
    assert "1. Ines Okafor, armorer  (spoken; named by page credit)" in text
    assert "“Day 0: rubber guns, rubber rounds.”" in text
    assert "words: not asked" in text
    assert "Set Talk, “Evening”, 15 January 2026, 00:00:01" in text
    assert "http://127.0.0.1:8501/document?document=d0&t=1.00" in text
    assert "3 more are due next time." in text
    assert "More passages answer than the 500" in text


def test_a_paraphrase_and_another_name_before_are_said():
    before = SentBefore([quote.as_sent for quote in some_quotes(1, speaker="Speaker 2")])
    renamed = before.new_among([each.hit for each in some_quotes(1)])
    assert "sent before as said by: Speaker 2" in text_of(Letter("w1", "q", renamed, NOW))
    assert json.loads(json_lines_of(Letter("w1", "q", renamed, NOW)))["sent_before_as"] == (
        "Speaker 2"
    )


def test_no_title_is_markup_or_a_call():
    said = inert(HOSTILE)
    assert said.replace("\u200b", "") == HOSTILE
    assert not any(each in said for each in ("<script", "<!channel", "@everyone", "](http"))
    ((body, _),) = messages_of(a_letter(1, title=HOSTILE), 10_000)
    assert not any(each in body for each in ("<script", "<!channel", "@everyone", "](http"))


def test_messages_hold_whole_quotes_and_are_as_long_as_they_may():
    letter = a_letter(12)
    parts = list(messages_of(letter, 900))
    assert len(parts) > 2
    assert all(len(body) <= 900 for body, _ in parts)
    assert [quote for _, quotes in parts for quote in quotes] == list(letter.quotes)
    for body, quotes in parts:
        assert all(quote.hit.quote.exact in body for quote in quotes)


# ── files ────────────────────────────────────────────────────────────────────────────────────


def test_files_grow_by_what_they_do_not_have(tmp_path):
    for name, count in (("a.txt", "ref: "), ("a.jsonl", '"ref": ')):
        path = tmp_path / name
        assert sent(path, a_letter(2)) == [2]
        assert sent(path, a_letter(4)) == [4]  # ended between sending and noting
        assert path.read_text().count(count) == 4
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [line["document"] for line in lines] == ["d0", "d1", "d2", "d3"]
    assert lines[0]["quote"] == "Day 0: rubber guns, rubber rounds."
    assert lines[0]["permalink"].endswith("document=d0&t=1.00")
    assert {line["watch"] for line in lines} == {"w1"}


def test_a_line_that_a_power_cut_halved_is_made_whole_and_other_words_stay(tmp_path):
    path = tmp_path / "a.jsonl"
    sent(path, a_letter(2))
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    sent(path, a_letter(2))
    assert path.read_bytes() == whole
    path.write_bytes(b"somebody's notes")
    sent(path, a_letter(1))
    assert path.read_text().splitlines()[0] == "somebody's notes"


def test_a_full_disk_leaves_no_half_of_a_letter(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    sent(path, a_letter(1))
    before, write = path.read_bytes(), os.pwrite

    def full(file, data, at):
        if at >= len(before) + 40:
            raise OSError(28, "No space left on device")
        return write(file, data[:40], at)

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(DeliveryError, match="No space left"):
        sent(path, a_letter(3))
    assert path.read_bytes() == before


def test_what_is_no_file_is_refused_and_holds_nothing_up(tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(DeliveryError, match="not a file"):
        sent(tmp_path / "a.txt", a_letter())
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(DeliveryError, match="directory"):
        sent(tmp_path / "b.txt", a_letter())


def test_standard_output_that_nobody_reads_is_a_failure():
    closed = io.StringIO()
    assert sent("-", a_letter(), output=closed) == [2]
    assert "2 new quotes" in closed.getvalue()
    closed.close()
    with pytest.raises(DeliveryError, match="standard output"):
        sent("-", a_letter(), output=closed)


# ── feeds ────────────────────────────────────────────────────────────────────────────────────


def assert_is_atom(path):
    """Check what RFC 4287 demands of a feed and its entries (4.1.1, 4.1.2, 4.2)."""
    feed = etree.fromstring(path.read_bytes())
    assert feed.tag == f"{ATOM}feed"
    known = {f"{ATOM}{name}" for name in ("id", "title", "updated", "generator", "author", "entry")}
    assert {each.tag for each in feed} <= known
    entries = feed.findall(f"{ATOM}entry")
    for each in (feed, *entries):
        for name in ("id", "title", "updated"):
            (only,) = each.findall(f"{ATOM}{name}")
            assert only.text
        assert each.find(f"{ATOM}id").text.startswith("urn:uuid:")
        assert each.find(f"{ATOM}updated").text.endswith("Z")
        assert each.find(f"{ATOM}author/{ATOM}name").text
    for entry in entries:
        (link,) = entry.findall(f"{ATOM}link")
        assert link.get("rel") == "alternate"
        assert link.get("href")
        assert entry.find(f"{ATOM}content").get("type") == "text"
        assert all(len(each) == 0 for each in entry.find(f"{ATOM}content"))
    ids = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(set(ids)) == len(ids)
    return ids


def test_a_feed_is_atom_that_a_reader_understands(tmp_path):
    path = tmp_path / "rounds.atom"
    sent(path, a_letter(2, title=HOSTILE + "\x00\x0b\ufffe"))
    assert_is_atom(path)
    read = feedparser.parse(path.read_bytes())
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.title == "OnRecord: live rounds"
    entry = read.entries[0]
    assert entry.title == "Ines Okafor (armorer): “Day 0: rubber guns, rubber rounds.”"
    assert entry.author == "Ines Okafor"
    assert entry.link.endswith("document?document=d0&t=1.00")
    (content,) = entry.content
    assert content.type == "text/plain"
    assert HOSTILE in content.value


def test_entries_keep_their_ids_and_the_newest_come_first(tmp_path):
    path = tmp_path / "rounds.atom"
    sent(path, a_letter(2))
    first = assert_is_atom(path)
    path.chmod(0o644)  # a web server reads it
    sent(path, a_letter(3))  # ended between sending and noting: no entry twice
    again = assert_is_atom(path)
    assert again[:2] == first
    assert len(again) == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [each.name for each in tmp_path.iterdir()] == ["rounds.atom"]
    sent(path, a_letter(1, watch="w2"))
    assert len(assert_is_atom(path)) == 4


def test_a_feed_stays_short_and_loses_what_may_not_be_shown(tmp_path, monkeypatch):
    monkeypatch.setattr("ui.watches.newsfeed._MOST", 5)
    path = tmp_path / "rounds.xml"
    sent(path, a_letter(4))
    sent(path, a_letter(4, watch="w2"))
    assert len(assert_is_atom(path)) == 5
    empty = Letter("w1", "live rounds", (), NOW + timedelta(days=1))
    assert sent(path, empty, is_gone=lambda document: document == "d1") == []
    assert "rubber" in path.read_text()
    assert "Day 1" not in path.read_text()
    before = path.stat().st_mtime_ns
    sent(path, empty)
    assert path.stat().st_mtime_ns == before  # nothing new: nothing to fetch


@pytest.mark.parametrize(
    "there",
    [
        b"<html>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'><generator>Else</generator></feed>",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b"",
    ],
)
def test_a_file_that_is_not_our_feed_is_left_alone(tmp_path, there):
    path = tmp_path / "rounds.atom"
    path.write_bytes(there)
    with pytest.raises(DeliveryError, match="feed"):
        sent(path, a_letter())
    assert path.read_bytes() == there


# ── messengers ───────────────────────────────────────────────────────────────────────────────


def test_a_webhook_gets_the_quotes_and_nothing_that_is_markup(hook):
    assert sent(hook.address, a_letter(2, title=HOSTILE)) == [2]
    (got,) = hook.got
    assert got["title"] == "2 new quotes: live rounds"
    assert "“Day 1: rubned guns, rubned rounds.”" in got["message"]
    assert "named by page credit" in got["message"]
    assert "document?document=d1&t=1.00" in got["message"]
    assert "@everyone" not in got["message"]


def test_what_a_webhook_refuses_is_told_without_secrets(hook):
    hook.status = 503
    with pytest.raises(DeliveryError) as failed:
        sent(hook.address, a_letter())
    assert "503" in str(failed.value) or "error" in str(failed.value).lower()
    for secret in ("s3cretpw", "T0KEN", "rae"):
        assert secret not in str(failed.value)
    hook.close()
    with pytest.raises(DeliveryError, match="cannot deliver"):
        sent(hook.address, a_letter())


def test_a_webhook_that_hangs_is_left_in_time(hook):
    hook.stall.clear()
    with pytest.raises(DeliveryError, match="too long"):
        sent(hook.address, a_letter(), seconds=0.3)


def test_messages_that_went_through_are_told_before_the_one_that_did_not(hook, monkeypatch):
    from ui.watches.messaging import Messenger

    monkeypatch.setattr(Messenger, "longest", 700)
    hook.fails_after = 2
    letter, went = a_letter(12), []
    with pytest.raises(DeliveryError):
        went.extend(map(len, send(hook.address, letter, Post())))
    assert len(went) == 2
    assert "(1 of " in hook.got[0]["title"]


def test_an_address_can_be_tried(hook, tmp_path):
    letter = Letter("w1", "live rounds", (), NOW)
    try_address(hook.address, letter, Post())
    assert hook.got[0]["title"] == "Test: live rounds"
    try_address(str(tmp_path / "a.atom"), letter, Post())
    assert assert_is_atom(tmp_path / "a.atom") == []
    try_address(str(tmp_path / "a.txt"), letter, Post())
    assert (tmp_path / "a.txt").read_text() == ""
    hook.status = 404
    with pytest.raises(DeliveryError):
        try_address(hook.address, letter, Post())


def test_what_a_messenger_logs_reaches_no_log(hook, monkeypatch, capfd):
    logged = io.StringIO()
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.StreamHandler(logged)])
    hook.status = 500
    with pytest.raises(DeliveryError):
        sent(hook.address, a_letter())
    with pytest.raises(DeliveryError):
        known_address("bogus://s3cretpw/T0KEN")
    assert logged.getvalue() == ""
    assert capfd.readouterr() == ("", "")


def test_a_message_and_a_feed_have_the_words_in_one_piece(hook, tmp_path):
    long = " ".join(f"word{n}" for n in range(60))
    quotes = SentBefore([]).new_among([a_hit(long)])
    letter = Letter("w1", "live rounds", quotes, NOW)
    sent(hook.address, letter)
    sent(tmp_path / "a.atom", letter)
    assert f"“{long}”" in hook.got[0]["message"]
    assert f"“{long}”" in (tmp_path / "a.atom").read_text()

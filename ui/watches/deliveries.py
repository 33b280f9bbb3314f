"""Where new quotes go: standard output, a file, an Atom feed, or a messenger's address.

What went through is told in parts (`send` yields them), so that it is noted part by part: what is
cut off in the middle is sent again from there. A file or feed that has a quote already does not get
it twice; a messenger may, when everything ends between sending and noting (at least once).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import re
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO

from corpus.errors import DeliveryError
from corpus.masking import masked
from ui.watches.letters import Letter, inert, json_lines_of, messages_of, ref_of, text_of
from ui.watches.newsfeed import add_to_feed
from ui.watches.novelty import NewQuote

OUTPUT = "-"
SECONDS = 60.0  # that one address may take
_TAIL = 4 << 20  # bytes at the end of a file in which quotes are looked for
_TEXT, _LINES, _FEED = (".txt", ".log"), (".jsonl", ".ndjson"), (".atom", ".xml")
_SERVICE = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_TRY = "This is a test of a saved search of OnRecord: nothing new was found."
_OURS = b'{"ref": "'  # how a line of ours begins


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs to know beside the letter."""

    is_gone: Callable[[str], bool] = lambda _: False  # whether a document is to be shown no more
    seconds: float = SECONDS
    output: IO[str] | None = None  # for `-`; default: standard output


def known_address(address: str) -> str:
    """Return an address as it is kept: a file by its whole path, whatever folder is current.

    Raises:
        DeliveryError: nothing can be sent there.
    """
    address = address.strip()
    if address == OUTPUT:
        return address
    if _SERVICE.match(address):
        from ui.watches.messaging import Messenger

        Messenger(address)
        return address
    known = (*_TEXT, *_LINES, *_FEED)
    path = Path(address).expanduser().absolute()
    if path.suffix.lower() not in known or "\x00" in address:
        raise DeliveryError(
            masked(address)[:200],
            cause="neither - nor service://… nor a file whose ending says what to write",
            remedy=f"end it with {', '.join(known)}",
        )
    if path.is_dir() or not path.parent.is_dir():
        cause = "it is a folder" if path.is_dir() else "its folder is not there"
        raise DeliveryError(str(path), cause=cause, remedy="name a file in a folder that is there")
    return str(path)


def is_feed(address: str) -> bool:
    """Whether an address is a feed, which is kept tidy also when there is nothing new."""
    return _SERVICE.match(address) is None and address.lower().endswith(_FEED)


def has_secret(address: str) -> bool:
    """Whether who reads an address may be able to send there."""
    return _SERVICE.match(address) is not None


def shown(address: str) -> str:
    """Return an address as it may be printed."""
    return masked(address)


def send(address: str, letter: Letter, post: Post) -> Iterator[Sequence[NewQuote]]:
    """Send a letter; yield the quotes that went through, part by part.

    Raises:
        DeliveryError: what was not yielded before did not go through.
    """
    if address == OUTPUT:
        _print(text_of(letter), post.output or sys.stdout)
        yield letter.quotes
    elif _SERVICE.match(address):
        yield from _send_messages(address, letter, post.seconds)
    else:
        path = Path(address)
        write = _write_feed if is_feed(address) else _append
        _within(post.seconds, address, lambda: write(path, letter, post))
        if letter.quotes:
            yield letter.quotes


def try_address(address: str, letter: Letter, post: Post) -> None:
    """Send a word by which somebody sees that an address works; a feed is only made.

    Raises:
        DeliveryError: it does not.
    """
    if address == OUTPUT:
        _print(f"{_TRY}\n", post.output or sys.stdout)
    elif _SERVICE.match(address):
        from ui.watches.messaging import Messenger

        messenger = Messenger(address)
        title = inert(f"Test: {letter.question}")
        _within(post.seconds, address, lambda: messenger.send(title, _TRY))
    else:
        path = Path(address)
        write = _write_feed if is_feed(address) else _append
        _within(post.seconds, address, lambda: write(path, letter, post))


def _send_messages(address: str, letter: Letter, seconds: float) -> Iterator[Sequence[NewQuote]]:
    from ui.watches.messaging import Messenger

    messenger, until = Messenger(address), time.monotonic() + seconds
    messages = list(messages_of(letter, messenger.longest))
    for number, (body, quotes) in enumerate(messages, start=1):
        part = f" ({number} of {len(messages)})" if len(messages) > 1 else ""
        title = inert(f"{letter.title}{part}")
        left = until - time.monotonic()
        _within(left, address, partial(messenger.send, title, body))
        yield quotes


def _within(seconds: float, address: str, work: Callable[[], None]) -> None:
    """Do `work`, for so long at most: what hangs then hangs alone, and ends with the process."""
    failures: list[BaseException] = []

    def do() -> None:
        try:
            work()
        except BaseException as error:  # raised again below, where it is waited for
            failures.append(error)

    thread = threading.Thread(target=do, name="delivery", daemon=True)
    thread.start()
    thread.join(max(0.0, seconds))
    if thread.is_alive():
        raise DeliveryError(
            shown(address), cause="it takes too long", remedy="it is tried again next time"
        )
    if failures:
        raise failures[0]


def _print(text: str, output: IO[str]) -> None:
    try:
        output.write(text)
        output.flush()
    except (OSError, ValueError) as error:  # nobody reads any more, or it is closed
        raise DeliveryError("standard output", cause=str(error)) from error


# ── files ────────────────────────────────────────────────────────────────────────────────────


def _write_feed(path: Path, letter: Letter, post: Post) -> None:
    add_to_feed(path, letter, is_gone=post.is_gone)


def _append(path: Path, letter: Letter, _post: Post) -> None:
    """Add a letter to the end of a file, all of it or nothing."""
    form = json_lines_of if path.suffix.lower() in _LINES else text_of
    try:
        with _locked(path) as file:
            size = _end_of_whole(file, lines=form is json_lines_of)
            there = _tail(file, size)
            new = [q for q in letter.quotes if ref_of(letter.watch_id, q).encode() not in there]
            if new:
                _write_whole(file, size, form(replace(letter, quotes=new)).encode())
    except OSError as error:
        cause = error.strerror or str(error)
        raise DeliveryError(str(path), cause=cause, remedy="it is tried again next time") from error


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[int]:
    # Not blocking: a pipe that nobody reads must not hold up the night.
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK
    file = os.open(path, flags, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise DeliveryError(str(path), cause="not a file", remedy="name a file")
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _end_of_whole(file: int, *, lines: bool) -> int:
    """Return where to go on: after the last whole line; a half one is of a crash."""
    size = os.fstat(file).st_size
    tail = _tail(file, size)
    if not tail or tail.endswith(b"\n"):
        return size
    last = tail.rpartition(b"\n")[2]
    if lines and last.startswith(_OURS) and not _is_json(last):
        os.ftruncate(file, size - len(last))
        return size - len(last)
    os.pwrite(file, b"\n", size)
    return size + 1


def _tail(file: int, size: int) -> bytes:
    return os.pread(file, min(size, _TAIL), max(0, size - _TAIL))


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _write_whole(file: int, at: int, data: bytes) -> None:
    try:
        written = 0
        while written < len(data):
            count = os.pwrite(file, data[written:], at + written)
            if not count:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written += count
        os.fsync(file)
    except OSError:
        os.ftruncate(file, at)
        raise

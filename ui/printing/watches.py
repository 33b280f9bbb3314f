"""How saved searches and what they sent are printed, for reading and as JSON; secrets masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from corpus.types import Delivery, Watch, WatchAddress
from ui.plainwords import one_lined
from ui.watches.deliveries import OUTPUT, shown
from ui.watches.watching import MOST, Added

NONE = 'No searches are saved: onrecord watch "what did armorers say about live rounds"'


def watches_as_list(watches: Iterable[Watch]) -> list[dict[str, Any]]:
    """Return the shape that `onrecord watches --json` prints."""
    return [watch_as_dict(each) for each in watches]


def watch_as_dict(watch: Watch) -> dict[str, Any]:
    """Return a saved search for programs."""
    return {
        "watch": watch.id,
        "question": watch.question,
        "filters": {name: list(values) for name, values in _chosen(watch)},
        "by": watch.author,
        "made": watch.made.isoformat(),
        "addresses": [
            {
                "number": each.number,
                "address": shown(each.address),
                "added": each.added.isoformat(),
                "sent": each.sent,
                "delivered": each.delivered.isoformat() if each.delivered else None,
                "failed": each.failed,
            }
            for each in watch.addresses
        ],
    }


def watch_lines(watches: Iterable[Watch]) -> Iterator[str]:
    """Yield the saved searches for reading."""
    empty = True
    for watch in watches:
        empty = False
        yield f"{watch.id}  {one_lined(watch.question) or '(everything)'}"
        narrowed = "; ".join(f"{name}: {', '.join(values)}" for name, values in _chosen(watch))
        if narrowed:
            yield f"  only {one_lined(narrowed)}"
        yield from (f"  {_address_line(each)}" for each in watch.addresses)
        if not watch.addresses:
            yield "  sends nowhere"
    if empty:
        yield NONE


def added_as_dict(added: Added) -> dict[str, Any]:
    """Return the shape that `onrecord watch --json` prints."""
    return {
        **watch_as_dict(added.watch),
        "answering": added.answering,
        "from_now": added.from_now,
    }


def added_lines(added: Added) -> Iterator[str]:
    """Yield what was saved, and what the next run sends."""
    yield from watch_lines([added.watch])
    count = "1 quote answers" if added.answering == 1 else f"{added.answering} quotes answer"
    then = "count as sent" if added.from_now else "go out after the next run"
    yield f"{count} now" + (f"; they {then}" if added.answering else "")
    if added.readable:
        yield f"Others on this machine can read its addresses: chmod 600 {added.readable}"
    if added.answering >= MOST:
        yield f"Only {MOST} are looked at: ask more narrowly to miss none."


def deliveries_as_list(deliveries: Iterable[Delivery]) -> list[dict[str, Any]]:
    """Return deliveries for programs."""
    return [
        {
            "watch": each.watch_id,
            "question": each.question,
            "address": each.address,
            "quotes": each.quotes,
            "error": each.error,
        }
        for each in deliveries
    ]


def tried_lines(deliveries: Iterable[Delivery]) -> Iterator[str]:
    """Yield which addresses of a saved search work."""
    for each in deliveries:
        yield f"{one_lined(each.address)}: {one_lined(each.error) if each.error else 'works'}"


def _address_line(address: WatchAddress) -> str:
    place = "standard output" if address.address == OUTPUT else shown(address.address)
    last = f", last {address.delivered:%Y-%m-%d %H:%M} UTC" if address.delivered else ""
    failed = f"; failed: {one_lined(address.failed)}" if address.failed else ""
    return f"{address.number}: {one_lined(place)}  ({address.sent} sent{last}{failed})"


def _chosen(watch: Watch) -> list[tuple[str, tuple[str, ...]]]:
    return [(name, values) for name, values in watch.filters if name != "limit"]

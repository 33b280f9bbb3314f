"""What waits for which step: the queue of a run, kept lane by lane.

A lane is work that need not wait for other work: downloads wait for hosts, hearing for models,
reading for neither. The catalogue remains the queue's truth: what is taken from here is read
again there first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from corpus.errors import NotFoundError
from corpus.types import Document, DocumentKind, Outcome, Source, Stage
from ingest.hosts import Hosts, host_asked, host_of
from ingest.workshop import Workshop, now

WORKING_STAGES = (Stage.DISCOVERED, Stage.FETCHED, Stage.TRANSCRIBED)

Place = tuple[DocumentKind, Stage]  # where a document waits

DOWNLOADS: Place = (DocumentKind.EPISODE, Stage.DISCOVERED)
HEARING: Place = (DocumentKind.EPISODE, Stage.FETCHED)
_NAMING: Place = (DocumentKind.EPISODE, Stage.TRANSCRIBED)
_ARTICLES: tuple[Place, ...] = tuple(
    (DocumentKind.ARTICLE, stage) for stage in reversed(WORKING_STAGES)
)

AHEAD = 25  # recordings fetched before they are heard: a long feed must not fill the disk
_HOSTS_AT_ONCE = 4  # downloads at a time, each from another host


@dataclass(slots=True, kw_only=True)
class Lane:
    """Work that goes on beside that of other lanes."""

    places: tuple[Place, ...]  # what comes first is taken first
    size: int = 1  # documents at a time
    stays: bool = False  # at one place until nothing waits there
    in_hand: dict[str, Document] = field(default_factory=dict)
    at: Place | None = None  # where the last document came from

    @property
    def has_room(self) -> bool:
        """Whether another document can be taken in hand."""
        return len(self.in_hand) < self.size

    def order(self) -> Sequence[Place]:
        """Return the places to look at, in turn."""
        if self.stays and self.at is not None:
            return (self.at, *self.places)
        return self.places


def lanes_for(heavy: int) -> tuple[Lane, ...]:
    """Return the lanes of a run with `heavy` heavy steps at once; 0: one thing after the other.

    One after the other, articles come first, since they are quick; then what has come furthest,
    stage by stage, so that models load seldom.
    """
    if not heavy:
        return (Lane(places=(*_ARTICLES, _NAMING, HEARING, DOWNLOADS), stays=True),)
    return (
        Lane(places=(HEARING,), size=heavy),
        Lane(places=(DOWNLOADS,), size=_HOSTS_AT_ONCE),
        Lane(places=(_NAMING, *_ARTICLES)),
    )


class Waiting:
    """The documents of a run that wait; each is tried once at each stage.

    Args:
        shop: the tools.
        only: source ids to work on; None works on all.
        hosts: what is known of hosts in trouble.
        lanes: whose work waits here.
    """

    def __init__(
        self, shop: Workshop, only: Collection[str] | None, hosts: Hosts, lanes: Sequence[Lane]
    ) -> None:
        self._shop = shop
        self._only = only
        self._hosts = hosts
        self._lanes = lanes
        self._seen: set[tuple[str, Stage]] = set()
        self._turn = 0
        self._looked_at: dict[str, str] = {}  # sources whose look goes on: their hosts
        self._found: set[str] = set()  # documents of theirs of which all has been seen
        places = [place for lane in lanes for place in lane.places]
        self._queues: Mapping[Place, _Queue] = {place: _Queue() for place in places}

    def look(self) -> bool:
        """Queue what the catalogue has become due; return whether there was anything."""
        return self._look(self._only)

    def hold(self, sources: Iterable[Source]) -> None:
        """Leave new documents of `sources`, and downloads from their hosts, until told more."""
        self._looked_at = {source.id: host_of(source.url) for source in sources}

    def found(self, document: Document) -> None:
        """Queue a document of which the look at its source has seen all there is."""
        if self._only is not None and document.source_id not in self._only:
            return
        self._found.add(document.id)
        self._forget(document)  # what was learnt of it may help where it failed
        self._put(document, document.stage)

    def let_go(self, source_id: str) -> None:
        """Queue what is due of a source whose look has ended."""
        self._looked_at.pop(source_id, None)
        if self._only is None or source_id in self._only:
            self._look({source_id})

    def let_all_go(self) -> None:
        """Queue all that is due: nothing is looked at any more."""
        self._looked_at.clear()
        self._found.clear()
        self.look()

    def take(self, lane: Lane) -> Document | None:
        """Return what `lane` is to work on next, None when nothing can be begun now."""
        for place in lane.order():
            while (document := self._next(place)) is not None:
                fresh = self._still_due(document, place)
                if fresh is None or self._hosts.is_left_alone(fresh):
                    continue
                lane.in_hand[fresh.id] = fresh
                lane.at = place
                return fresh
        return None

    def done(self, lane: Lane, document: Document, outcome: Outcome | None) -> None:
        """Let a document out of hand; where its step ended well it waits for the next one."""
        del lane.in_hand[document.id]
        if outcome is None:
            self._forget(document)  # something was learnt of it meanwhile: it begins anew
        elif outcome.error is None:
            self._put(document, outcome.after)

    def _look(self, sources: Collection[str] | None) -> bool:
        before = self._turn
        for stage in WORKING_STAGES:
            for document in self._shop.catalogue.due(stage, now=now(), sources=sources):
                self._put(document, stage)
        return self._turn > before

    def _forget(self, document: Document) -> None:
        self._seen -= {(document.id, stage) for stage in WORKING_STAGES}

    def _put(self, document: Document, stage: Stage) -> None:
        queue = self._queues.get((document.kind, stage))
        if queue is None or (document.id, stage) in self._seen or self._waits(document, stage):
            return
        self._seen.add((document.id, stage))
        self._turn += 1
        if (document.kind, stage) == DOWNLOADS:
            # A feed that was read first must not have all its years fetched before others' news.
            age = -document.published.timestamp() if document.published else 0.0
            queue.put(host_asked(document), (age, self._turn), document)
        else:
            queue.put("", (0.0, self._turn), document)

    def _waits(self, document: Document, stage: Stage) -> bool:
        """Say whether the look at its source may yet tell what its first step should know."""
        if stage is not Stage.DISCOVERED or document.id in self._found:
            return False
        return document.source_id in self._looked_at

    def _next(self, place: Place) -> Document | None:
        queue = self._queues[place]
        if place != DOWNLOADS:
            return queue.take(())
        held = [each for lane in self._lanes for each in lane.in_hand.values()]
        unheard = sum((each.kind, each.stage) in (DOWNLOADS, HEARING) for each in held)
        if unheard + len(self._queues[HEARING]) >= AHEAD:
            return None
        busy = {host_asked(each) for each in held if each.stage is Stage.DISCOVERED}
        return queue.take(busy.union(self._looked_at.values()))

    def _still_due(self, document: Document, place: Place) -> Document | None:
        """Return the document as it is now, None when something else has happened to it."""
        try:
            fresh = self._shop.catalogue.document(document.id)
        except NotFoundError:
            return None
        waits = fresh.next_attempt is not None and fresh.next_attempt > now()
        if any(fresh.id in lane.in_hand for lane in self._lanes):
            self._seen.discard((fresh.id, fresh.stage))  # whose step is over queues it
            return None
        return fresh if (fresh.kind, fresh.stage) == place and not waits else None


class _Queue:
    """Documents in turn, host by host."""

    def __init__(self) -> None:
        self._of: dict[str, list[tuple[tuple[float, int], Document]]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, host: str, turn: tuple[float, int], document: Document) -> None:
        """Add one at its turn, which no other has."""
        heappush(self._of.setdefault(host, []), (turn, document))
        self._size += 1

    def take(self, busy: Collection[str]) -> Document | None:
        """Return the first whose host is not busy; none for no host is ever."""
        free = [host for host in self._of if not host or host not in busy]
        if not free:
            return None
        host = min(free, key=lambda each: self._of[each][0][0])
        _, document = heappop(self._of[host])
        self._size -= 1
        if not self._of[host]:
            del self._of[host]
        return document

"""The index against the catalogue: generations, documents, passages, words, vectors. Read-only.

The index is a cache: whatever is wrong with it, making it again mends it. One document's passages
are in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from corpus.care.faults import Fault, Mend, Progress, leftover, with_result
from corpus.care.textchecks import misfits
from corpus.catalogue import Catalogue
from corpus.errors import IndexOutOfDateError, NotFoundError, VectorIndexError
from corpus.types import Passage, Person
from index.engine.generations import Generations, Manifest
from index.engine.points import VectorStore
from index.filters import Filters
from index.passages import split_passages

_ALL = 1_000_000  # passages of one document: no bound
_MOST_NAMED = 5  # documents: after a change of how passages are cut, all differ
_AGAIN = "--repair makes the index anew, as onrecord index --rebuild does"
_SYNC = "--repair brings it up to the catalogue, as onrecord index does"


def faults_of_index(
    catalogue: Catalogue,
    store: VectorStore,
    folder: Path | None,
    *,
    quick: bool,
    progress: Progress,
) -> Iterator[Fault]:
    """Yield what is wrong with the index.

    Args:
        catalogue: the truth.
        store: the index.
        folder: where its generations lie; None when a server has them.
        quick: compare which documents it holds, not their passages.
        progress: told how far it is.
    """
    progress("index", 0.0, "reading the manifest")
    if folder is not None:
        yield from _of_generations(Generations(folder))
    try:
        manifest = store.manifest()
    except IndexOutOfDateError as error:
        yield _broken("the generation in force", error.cause)
        return
    wanted = catalogue.index_state()
    if manifest is None:
        if wanted:
            cause = f"there is none, and {len(wanted)} documents belong into it"
            yield Fault(area="index", thing="the index", cause=cause, remedy=_SYNC, mend=Mend.SYNC)
        return
    try:
        yield from _of_documents(manifest, wanted)
        yield from _of_numbers(manifest, store)
        if not quick:
            yield from _of_passages(catalogue, store, manifest, wanted, progress)
    except VectorIndexError as error:
        yield _broken(f"generation {manifest.generation}", error.cause)


def remove_leftovers(folder: Path, faults: Iterable[Fault]) -> list[Fault]:
    """Remove what `faults` name below the index's folder, as its one writer; return them mended.

    Raises:
        LockedError: another process is publishing.
    """
    generations = Generations(folder)
    with generations.writing():  # sweeps what was begun
        mended = []
        for each in faults:
            path = Path(each.path or "")
            if path.parent == folder / "generations" and path.name.isdigit():
                generations.drop(path.name)
            mended.append(with_result(each, "removed"))
        return mended


def _of_generations(generations: Generations) -> Iterator[Fault]:
    if not generations.is_written():
        for path in generations.left_over():
            cause = "a generation of the index that was begun and never published"
            yield leftover(str(path), cause)
    current = generations.current()
    for name in generations.kept():
        if current is None or name >= current:
            continue
        try:
            generations.manifest(name)
        except IndexOutOfDateError as error:
            yield leftover(
                str(generations.data(name).parent),
                error.cause,
                thing=f"generation {name} of the index",
                remedy="it is no longer in force: --repair removes it",
            )


def _of_documents(manifest: Manifest, wanted: Mapping[str, str]) -> Iterator[Fault]:
    """Yield one fault for all documents that are missing, changed or no longer wanted."""
    held = manifest.documents
    missing = sum(each not in held for each in wanted)
    changed = sum(held.get(each, mark) != mark for each, mark in wanted.items())
    surplus = sum(each not in wanted for each in held)
    if missing or changed or surplus:
        yield Fault(
            area="index",
            thing=f"generation {manifest.generation}",
            cause=f"{missing} documents are not in it yet, {changed} have changed since, "
            f"{surplus} are no longer in the catalogue",
            remedy=_SYNC,
            mend=Mend.SYNC,
        )


def _of_numbers(manifest: Manifest, store: VectorStore) -> Iterator[Fault]:
    """Yield a fault when the passages are not as many, or not of the documents, as it says."""
    count = store.count()
    if count != manifest.passages:
        cause = f"it holds {count} passages and says {manifest.passages}"
        yield _broken(f"generation {manifest.generation}", cause)
    surplus = set(store.facet("document_id")) - set(manifest.documents)
    if surplus:
        cause = f"it holds passages of {len(surplus)} documents that it does not name"
        yield _broken(f"generation {manifest.generation}", cause)


def _of_passages(
    catalogue: Catalogue,
    store: VectorStore,
    manifest: Manifest,
    wanted: Mapping[str, str],
    progress: Progress,
) -> Iterator[Fault]:
    people = {person.id: person for person in catalogue.people()}
    same = [each for each, mark in manifest.documents.items() if wanted.get(each) == mark]
    differing = 0
    for number, document_id in enumerate(same, 1):
        cause = _difference(catalogue, store, manifest, document_id, people)
        differing += cause is not None
        if cause and differing <= _MOST_NAMED:
            yield _broken(f"document {document_id} in generation {manifest.generation}", cause)
        if number % 50 == 0 or number == len(same):
            progress("index", number / len(same), f"compared {number} of {len(same)} documents")
    if differing > _MOST_NAMED:
        cause = f"{differing - _MOST_NAMED} more documents differ from what their texts make now"
        yield _broken(f"generation {manifest.generation}", cause)


def _difference(
    catalogue: Catalogue,
    store: VectorStore,
    manifest: Manifest,
    document_id: str,
    people: Mapping[str, Person],
) -> str | None:
    """Return how a document's passages differ from what its text makes of it now, or None."""
    try:
        document = catalogue.document(document_id)
        text, is_whole = catalogue.text_as_stored(document_id, document.revision)
        if not is_whole or misfits(text):
            return None  # the fault is the text's
        reading = catalogue.reading_of(text)
    except (NotFoundError, ValueError):
        return None  # gone since, or unreadable: told where texts are checked
    due = {each.id: _said(each) for each in split_passages(reading, document, people)}
    mine = Filters(documents=(document_id,), advertisements=True)
    there = {each.id: _said(each) for each in store.select(mine, _ALL)}
    if set(due) != set(there):
        return f"it has {len(there)} passages where its text makes {len(due)} others"
    wrong = sum(due[each] != there[each] for each in due)
    if wrong:
        return f"{wrong} of {len(due)} passages say something else, or of somebody else"
    vectors = store.embedded(document_id)
    bad = [v for v in vectors.values() if v.shape != (manifest.size,) or not np.isfinite(v).all()]
    if bad or {said[0] for said in due.values()} != set(vectors):
        return "its vectors are not those of its passages"
    return None


def _said(passage: Passage) -> tuple[object, ...]:
    """Return what a reader would be misled by if it were wrong."""
    return (
        passage.content,
        passage.revision,
        passage.span,
        passage.person_id,
        passage.speaker,
        passage.roles,
        passage.manner,
        passage.advertisement,
        passage.certainty,
        passage.title,
    )


def _broken(thing: str, cause: str) -> Fault:
    return Fault(area="index", thing=thing, cause=cause, remedy=_AGAIN, mend=Mend.REBUILD)

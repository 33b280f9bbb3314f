"""Quote sets as files that other programs read, with a manifest that says what made them.

`rows` are the fields of a quote; `tables`, `references`, `papers` and `qdpx` the formats; `writing`
what they are given, and how files come into their place whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from corpus.errors import QuoteSetError
from corpus.exports import papers, qdpx, references, tables
from corpus.exports.rows import COLUMNS
from corpus.exports.tally import Tally
from corpus.exports.writing import MANIFEST, Sheet, Source, in_place, manifest_beside, sha256_of
from corpus.types import QuoteSet, SearchQuery

__all__ = ["FORMATS", "Sheet", "Source", "Written", "form_of", "manifest_beside", "write_export"]

Writer = Callable[[Path, Sheet], None]
FORMATS: dict[str, tuple[str, Writer]] = {  # name → ending, writer
    "csv": (".csv", tables.write_csv),
    "jsonl": (".jsonl", tables.write_jsonl),
    "parquet": (".parquet", tables.write_parquet),
    "markdown": (".md", papers.write_markdown),
    "docx": (".docx", papers.write_docx),
    "ris": (".ris", references.write_ris),
    "bibtex": (".bib", references.write_bibtex),
    "csljson": (".csl.json", references.write_csljson),
    "qdpx": (".qdpx", qdpx.write_qdpx),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What an export wrote."""

    folder: Path
    files: tuple[str, ...]
    quotes: int
    manifest: Path


def form_of(path: Path) -> str | None:
    """Return the format that a file's ending names, or None."""
    return next((form for form, (end, _) in FORMATS.items() if path.name.endswith(end)), None)


def write_export(
    sheet: Sheet,
    target: Path,
    forms: Sequence[str],
    *,
    now: datetime,
    changes: Sequence[Mapping[str, Any]] | None = None,
    change_counts: Mapping[str, int] | None = None,
) -> Written:
    """Write a quote set to a folder, or to one file where `target` ends like its one format.

    Everything is written beside the target first and put in its place whole.

    Args:
        sheet: the set.
        target: a folder (new, empty, or an earlier export, which is replaced), or a file.
        forms: names of `FORMATS`.
        now: the moment of the export.
        changes: what has changed in the archive since, for the manifest; None: not looked.
        change_counts: how many quotes changed how; there may be more than `changes` tells.

    Raises:
        QuoteSetError: no such format, or the place cannot be written: nothing is left there.
    """
    for form in forms:
        if form not in FORMATS:
            known = ", ".join(FORMATS)
            raise QuoteSetError(form[:80], cause="no such format", remedy=f"choose of {known}")
    if not forms:
        raise QuoteSetError(str(target), cause="no format", remedy="choose one or more")
    single = len(forms) == 1 and form_of(target) == forms[0]
    with in_place(target, folder=not single) as partial:
        names = {form: target.name if single else f"quotes{FORMATS[form][0]}" for form in forms}
        tally = Tally()
        for form, name in names.items():
            FORMATS[form][1](partial / name, tally.watching(sheet))
        manifest = _manifest(sheet, now) | {"counts": tally.counts(), "changes": changes}
        manifest["change_counts"] = None if change_counts is None else dict(change_counts)
        manifest["files"] = [_file(partial / name, form) for form, name in names.items()]
        written = json.dumps(manifest, ensure_ascii=True, indent=2) + "\n"
        (partial / MANIFEST).write_text(written, encoding="utf-8")
    return Written(
        folder=target.parent if single else target,
        files=tuple(names.values()),
        quotes=manifest["counts"]["quotes"],
        manifest=manifest_beside(target) if single else target / MANIFEST,
    )


def about_set(about: QuoteSet) -> dict[str, Any]:
    """Return what made a set, as JSON; absent values are None."""
    return {
        "set": about.id,
        "name": about.name,
        "frozen_as": about.frozen_as,
        "frozen": about.frozen.isoformat() if about.frozen else None,
        "made": about.made.isoformat(),
        "author": about.author,
        "question": about.question,
        "query": _query(about.query) if about.query else None,
        "filters": None if about.filters is None else dict(about.filters),
        "generation": about.generation,
        "models": list(about.models),
        "vocabulary": about.vocabulary,
    }


def _manifest(sheet: Sheet, now: datetime) -> dict[str, Any]:
    return {
        "onrecord": metadata.version("onrecord"),
        "exported": now.isoformat(),
        **about_set(sheet.about),
        "shown": "as kept" if sheet.about.frozen_as else "as the archive has it now",
        "counts": None,
        "columns": list(COLUMNS),
    }


def _file(path: Path, form: str) -> dict[str, Any]:
    size = path.stat().st_size
    return {"name": path.name, "format": form, "bytes": size, "sha256": sha256_of(path)}


def _query(query: SearchQuery) -> dict[str, Any]:
    from dataclasses import asdict

    made = asdict(query)
    for name in ("since", "until"):
        made[name] = made[name].isoformat() if made[name] else None
    return made

"""Quote sets as downloads: one format, or all of them with the manifest in one archive.

Written to a temporary folder and sent from there in pieces, so that a set of any size needs
little memory.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote as percent

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from corpus.errors import NotFoundError
from ui.archive import Archive
from ui.kept.quotes import Quotes

EVERYTHING = "zip"
FORMS = {
    "csv": "CSV",
    "jsonl": "JSON Lines",
    "parquet": "Parquet",
    "markdown": "Markdown",
    "docx": "Word",
    "ris": "RIS",
    "bibtex": "BibTeX",
    "csljson": "CSL-JSON",
    "qdpx": "QDPX",
    EVERYTHING: "All of them, with manifest (ZIP)",
}
_NO_NAME = re.compile(r"[^\w.-]+")


def export_link(set_id: str, form: str) -> str:
    """Return where a set is downloaded as `form`."""
    return f"/api/set/{percent(set_id, safe='')}/{form}"


def export_set(archive: Archive, set_id: str, form: str) -> FileResponse:
    """Return a set as a file to send; `form` is a key of `FORMS`.

    Raises:
        NotFoundError: no such set or format.
    """
    from corpus.exports import FORMATS

    if form not in FORMS:
        raise NotFoundError(form[:80])
    quotes = Quotes(archive)
    about = quotes.view(set_id).about
    name = _NO_NAME.sub("-", about.name).strip("-.")[:60] or "quotes"
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="onrecord-")))
        if form == EVERYTHING:
            quotes.export(about.id, folder / "set", list(FORMATS))
            path, ending = _zipped(folder / "set", name), ".zip"
        else:
            ending = FORMATS[form][0]
            path = folder / f"quotes{ending}"
            quotes.export(about.id, path, [form])
        headers = {"cache-control": "no-store"}
        return HeldFile(path, held.pop_all(), headers=headers, filename=f"{name}{ending}")


def _zipped(folder: Path, name: str) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for file in sorted(folder.iterdir()):
            made.write(file, f"{name}/{file.name}")
    return path


class HeldFile(FileResponse):
    """A file, sent in pieces; what it stands in lives exactly as long as the sending."""

    def __init__(
        self,
        path: Path,
        held: ExitStack,
        *,
        headers: dict[str, str],
        media_type: str | None = None,
        filename: str | None = None,
    ) -> None:
        super().__init__(path, headers=headers, media_type=media_type, filename=filename)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        with self._held:
            await super().__call__(scope, receive, send)

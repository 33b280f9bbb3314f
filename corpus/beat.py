"""Which vocabulary is in force: the folder of the beat, chosen once when a process starts.

Words of the vocabulary decide in the middle of sentences, far from any setting; so the choice is
the process's own and not an argument of a hundred functions. `use_vocabulary` is called where a
process begins: by `ui.archive.open_archive`, by the crawl and by each heavy step.
"""

from __future__ import annotations

from pathlib import Path

INSTALLED = Path(__file__).with_name("vocabulary")

_in_force: list[Path] = [INSTALLED]


def use_vocabulary(folder: Path | None) -> None:
    """Read everything of the beat from `folder` from now on; None: from the installed one."""
    _in_force[0] = folder.expanduser().absolute() if folder else INSTALLED


def vocabulary_folder() -> Path:
    """Return the folder in force."""
    return _in_force[0]


def vocabulary_file(folder: Path, name: str) -> Path:
    """Return the file of `folder` that is called `name`, the installed one when it has none.

    Only for what suits most beats (roles, hints for the recogniser, contrasts): topics, terms,
    incidents and rules are the beat itself, and must be written.
    """
    own = folder / name
    return own if own.exists() else INSTALLED / name

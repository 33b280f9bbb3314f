"""Settings: the only reader of the environment and of the settings file.

Values come, strongest first, from `ONRECORD_…` variables, from the TOML file named by
`ONRECORD_CONFIG` (default `onrecord.toml` in the working folder) and from the defaults below.
A key nobody knows is an error that names it: a misspelt setting must not be silently ignored.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from corpus.errors import SettingsError

PREFIX = "ONRECORD_"
_CONFIG = PREFIX + "CONFIG"
_DEFAULT_CONFIG = Path("onrecord.toml")


class Settings(BaseSettings):
    """Everything that can be set. Frozen; passed down, never read again."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    # where things are
    data_dir: Path = Field(Path("data"), description="folder of catalogue, files and index")
    cache_dir: Path = Field(
        Path("~/.cache/onrecord"),
        validate_default=True,
        description="folder of unpacked models; safe to delete",
    )
    catalogue_url: str | None = Field(
        None, description="SQLAlchemy URL; default: SQLite in data_dir"
    )
    files_url: str | None = Field(None, description="fsspec URL; default: data_dir/files")
    sources_file: Path | None = Field(
        None, description="registry of sources; default: the one that is installed"
    )
    vocabulary_dir: Path | None = Field(
        None, description="folder of the beat's vocabulary; default: the one that is installed"
    )

    # crawl and fetch
    user_agent: str = Field(
        "OnRecord/0.1 (archive of interviews on set safety)", description="sent with every request"
    )
    crawl_delay: float = Field(1.0, ge=0, description="seconds between two requests to one host")
    request_timeout: float = Field(60.0, gt=0, description="seconds without an answer")
    page_max_bytes: int = Field(10_000_000, gt=0, description="larger pages are refused")
    media_max_bytes: int = Field(2_000_000_000, gt=0, description="larger media is refused")
    media_max_seconds: float = Field(
        6 * 3600.0, gt=0, description="longer recordings are refused (seconds of audio)"
    )
    media_fetch_seconds: float = Field(3600.0, gt=0, description="time limit of one download")

    # speech
    whisper_model: str = Field("base", description="faster-whisper name or folder")
    second_model: str = Field(
        "tiny.en",
        description="faster-whisper name or folder of the second decode, which checks the words "
        "of the first, or the publisher's; empty: words are decoded once",
    )
    whisper_compute_type: str = Field("int8", description="CTranslate2 compute type on CPU")
    device: str = Field("auto", description="auto, cpu or cuda")
    threads: int = Field(
        0, ge=0, description="threads of one model; 0: the cores, divided among the workers here"
    )
    voices: bool = Field(True, description="tell voices apart")
    voice_matching: bool = Field(
        False,
        description="keep how confirmed speakers sound (biometric data) and let it vote on names",
    )

    # index
    embed_model: str = Field("all-MiniLM-L6-v2", description="sentence-transformers name or folder")
    qdrant_url: str | None = Field(None, description="Qdrant server; default: embedded index")
    qdrant_api_key: str | None = Field(None, description="key of the Qdrant server", repr=False)
    qdrant_collection: str = Field("onrecord", description="collection on the Qdrant server")
    qdrant_shards: int = Field(1, ge=1, description="shards of the collection")
    qdrant_replicas: int = Field(1, ge=1, description="replicas of each shard")
    generations_kept: int = Field(3, ge=2, description="index generations kept on disk")

    # heavy work
    dask_scheduler: str | None = Field(
        None, description="address of a Dask scheduler; default: worker processes on this machine"
    )
    workers: int = Field(
        1, ge=1, description="heavy steps at once; here, each in a worker process of its own"
    )
    worker_memory: str = Field("3GB", description="memory cap of each worker on this machine")
    worker_patience: float = Field(
        1800.0, gt=0, description="seconds without progress after which a heavy step is stopped"
    )
    nightly_budget: float = Field(
        8 * 3600.0, gt=0, description="seconds after which nightly starts no more work"
    )
    metrics_file: Path | None = Field(
        None, description="file of figures for Prometheus, written after every run"
    )

    # page
    host: str = Field("127.0.0.1", description="address the page listens on")
    port: int = Field(8501, ge=0, le=65535, description="port the page listens on")
    public_url: str | None = Field(
        None, description="address readers use in permalinks; default: http://host:port"
    )

    @field_validator("data_dir", "cache_dir", "metrics_file")
    @classmethod
    def _at_home(cls, place: Path | None) -> Path | None:
        return place and place.expanduser()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take arguments, then the environment, then the file."""
        del dotenv_settings, file_secret_settings
        toml = TomlConfigSettingsSource(settings_cls, toml_file=_config_path())
        return init_settings, env_settings, toml

    @property
    def catalogue(self) -> str:
        """SQLAlchemy URL of the catalogue."""
        return self.catalogue_url or f"sqlite:///{self.data_dir.absolute()}/catalogue.sqlite"

    @property
    def files(self) -> str:
        """fsspec URL of the file store."""
        return self.files_url or str(self.data_dir.absolute() / "files")

    @property
    def index_dir(self) -> Path:
        """Folder of the embedded index's generations."""
        return self.data_dir.absolute() / "index"

    @property
    def work_dir(self) -> Path:
        """Folder of half-done downloads and decodes; safe to delete when nothing runs."""
        return self.data_dir.absolute() / "work"

    @property
    def lock_file(self) -> Path:
        """File that whoever writes into the archive holds locked."""
        return self.data_dir / "nightly.lock"

    @property
    def threads_each(self) -> int:
        """Threads of one model in one worker; 0: all cores of the machine it runs on."""
        if self.threads or self.dask_scheduler or self.workers == 1:
            return self.threads
        return max(1, (os.cpu_count() or 1) // self.workers)

    @property
    def base_url(self) -> str:
        """Address that permalinks start with, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def load_settings(**values: Any) -> Settings:
    """Return the settings in force; `values` outrank environment and file.

    Raises:
        SettingsError: a key is unknown or a value cannot be used; names the key.
    """
    _refuse_unknown_variables()
    try:
        return Settings(**values)
    except ValidationError as error:
        raise _explain(error) from error
    except (tomllib.TOMLDecodeError, OSError) as error:
        raise SettingsError(
            str(_config_path()), cause=str(error), remedy="correct the file or remove it"
        ) from error


def settings_file() -> Path | None:
    """Return the settings file in force, or None when there is none."""
    path = _config_path()
    return path.absolute() if path.is_file() else None


def variables_in_force() -> dict[str, str]:
    """Return the `ONRECORD_…` variables of this process, by name."""
    return {key: value for key, value in sorted(os.environ.items()) if key.startswith(PREFIX)}


def _config_path() -> Path:
    return Path(os.environ.get(_CONFIG, _DEFAULT_CONFIG))


def _refuse_unknown_variables() -> None:
    for name in sorted(os.environ):
        if not name.startswith(PREFIX) or name == _CONFIG:
            continue
        if name.removeprefix(PREFIX).lower() not in Settings.model_fields:
            raise SettingsError(name, cause="no such setting", remedy=_nearest(name))


def _nearest(name: str) -> str:
    key = name.removeprefix(PREFIX).lower()
    close = difflib.get_close_matches(key, Settings.model_fields, n=1)
    return f"did you mean {close[0]}?" if close else "see the README for the list of settings"


def _explain(error: ValidationError) -> SettingsError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "settings"
    if first["type"] == "extra_forbidden":
        where = f"{key} in {_config_path()}"
        return SettingsError(where, cause="no such setting", remedy=_nearest(key))
    return SettingsError(key, cause=str(first["msg"]), remedy=f"got {first['input']!r}")

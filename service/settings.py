"""The settings: environment variables named LOOKALIKE_*, with defaults that suit a checkout."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from service.errors import BadSetting

PREFIX = "LOOKALIKE_"
# Read by the data set modules, not by the service; naming them here keeps them from being refused.
ELSEWHERE = {"LOOKALIKE_FASHION_MNIST", "LOOKALIKE_CLOTHING_PHOTOS", "LOOKALIKE_OTHER_THINGS"}


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting; the properties say where things lie."""

    home: Path = field(
        default=Path("var"), metadata={"meaning": "folder of the database, pictures and snapshots"}
    )
    bundle: str = field(
        default="clothing-photos",
        metadata={"meaning": "model for a new catalogue: a shipped name or a bundle's folder"},
    )
    host: str = field(default="127.0.0.1", metadata={"meaning": "address that `serve` listens on"})
    port: int = field(default=8000, metadata={"meaning": "port that `serve` listens on"})
    threads: int = field(default=4, metadata={"meaning": "requests answered at a time"})
    queue: int = field(
        default=256, metadata={"meaning": "requests that may wait for a thread; then 503"}
    )
    deadline_s: int = field(
        default=10, metadata={"meaning": "seconds from a whole request to its answer; then 503"}
    )
    upload_s: int = field(
        default=120, metadata={"meaning": "seconds in which an upload must have come; then 408"}
    )
    buffer_mb: int = field(
        default=64, metadata={"meaning": "megabytes of uploads held at once; then 503"}
    )
    workers: int = field(default=1, metadata={"meaning": "server processes"})
    max_upload_mb: int = field(default=10, metadata={"meaning": "largest upload, in megabytes"})
    max_pixels: int = field(
        default=40_000_000, metadata={"meaning": "largest picture, in pixels (width x height)"}
    )
    per_page: int = field(default=24, metadata={"meaning": "results on a page"})
    remember_minutes: int = field(
        default=30, metadata={"meaning": "how long a search can be paged through"}
    )
    log_level: str = field(default="INFO", metadata={"meaning": "DEBUG, INFO, WARNING or ERROR"})

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "catalog.sqlite3"

    @property
    def photos(self) -> Path:
        """The folder of the stored pictures."""
        return self.home / "photos"

    @property
    def snapshots(self) -> Path:
        """The folder of the index snapshots."""
        return self.home / "index"

    @property
    def max_upload_bytes(self) -> int:
        """The largest upload in bytes."""
        return self.max_upload_mb * 1024 * 1024


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from the environment.

    Raises:
        BadSetting: a LOOKALIKE_ variable is unknown, or its value breaks its rule.
    """
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name not in ELSEWHERE
    }
    known = {each.name: each for each in fields(Settings)}
    for name in given.keys() - known.keys():
        listed = ", ".join(PREFIX + each.upper() for each in sorted(known))
        raise BadSetting(f"unknown setting {PREFIX}{name.upper()}; there are {listed}")
    values: dict[str, Any] = {
        name: _read(name, value, known[name].type) for name, value in given.items()
    }
    return Settings(**values)


def _read(name: str, value: str, kind: object) -> str | int | Path:
    variable = PREFIX + name.upper()
    if kind is Path:
        return Path(value)
    if kind is int:
        if not value.isascii() or not value.isdigit() or int(value) < 1:
            raise BadSetting(f"{variable} is a whole number of at least 1, got '{value}'")
        return int(value)
    if name == "log_level" and value not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise BadSetting(f"{variable} is DEBUG, INFO, WARNING or ERROR, got '{value}'")
    if not value:
        raise BadSetting(f"{variable} is empty; leave it out for its default")
    return value

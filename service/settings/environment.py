"""The settings: environment variables named LOOKALIKE_*, with defaults that suit a checkout."""

import difflib
import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from embeddings.limits import PhotoLimits
from service.errors import BadSetting
from service.settings import addresses, values
from service.settings.home import HomeFolders

PREFIX = "LOOKALIKE_"
# Read by the data set modules, not by the service; naming them here keeps them from being refused.
_SETS = ("FASHION_MNIST", "CLOTHING_PHOTOS", "PRODUCT_PHOTOS", "OTHER_THINGS")
ELSEWHERE = {PREFIX + each for each in _SETS}


@dataclass(frozen=True, slots=True)
class Settings(HomeFolders):
    """Every setting; the properties say where things lie."""

    home: Path = field(
        default=Path("var"), metadata={"meaning": "folder of the database, pictures and snapshots"}
    )
    bundle: str = field(
        default="garments",
        metadata={
            "meaning": "model for a new catalogue: a shipped name or a bundle's folder",
            "shape": values.bundle,
        },
    )
    host: str = field(
        default="127.0.0.1",
        metadata={"meaning": "address that `serve` listens on", "shape": addresses.host},
    )
    port: int = field(
        default=8000, metadata={"meaning": "port that `serve` listens on", "most": 65_535}
    )
    threads: int = field(
        default=4, metadata={"meaning": "requests answered at a time", "most": 256}
    )
    queue: int = field(
        default=256,
        metadata={"meaning": "requests that may wait for a thread; then 503", "most": 100_000},
    )
    deadline_s: int = field(
        default=10,
        metadata={"meaning": "seconds from a whole request to its answer; then 503", "most": 3_600},
    )
    upload_s: int = field(
        default=120,
        metadata={"meaning": "seconds in which an upload must have come; then 408", "most": 86_400},
    )
    buffer_mb: int = field(
        default=64,
        metadata={"meaning": "megabytes of uploads held at once; then 503", "most": 1_000_000},
    )
    workers: int = field(default=1, metadata={"meaning": "server processes", "most": 256})
    max_upload_mb: int = field(
        default=10, metadata={"meaning": "largest upload, in megabytes", "most": 1_000}
    )
    max_import_mb: int = field(
        default=2_048,
        metadata={"meaning": "largest file sent to import or tag, in megabytes", "most": 1_000_000},
    )
    max_pixels: int = field(
        default=50_000_000,
        metadata={
            "meaning": "largest picture, in pixels (width x height)",
            "least": 1280 * 1280,  # which every shop keeps
            "most": 1_000_000_000,
        },
    )
    decoding_mb: int = field(
        default=512,
        metadata={
            "meaning": "memory for decoding pictures, in megabytes",
            "least": 80,  # what a picture as large as a shop keeps it takes in the dearest format
            "most": 1_000_000,
        },
    )
    index: str = field(
        default="auto",
        metadata={
            "meaning": "search: exact, approximate, or auto: exact up to 300,000 photos",
            "choices": ("exact", "approximate", "auto"),
        },
    )
    per_page: int = field(default=24, metadata={"meaning": "results on a page", "most": 1_000})
    remember_minutes: int = field(
        default=30, metadata={"meaning": "how long a search can be paged through", "most": 525_600}
    )
    public_url: str | None = field(
        default=None,
        metadata={
            "meaning": "address from outside, such as https://shop.example/find; see docs/proxy.md",
            "shape": addresses.public_url,
        },
    )
    trusted_proxy: str | None = field(
        default=None,
        metadata={
            "meaning": "addresses of web servers whose X-Forwarded headers are believed",
            "shape": addresses.networks,
        },
    )
    review_below: int = field(
        default=80,
        metadata={
            "meaning": "percent: where the model is less sure of a category, the staff are asked",
            "least": 0,
            "most": 100,
        },
    )
    session_hours: int = field(
        default=12,
        metadata={"meaning": "hours without a click after which staff sign in anew", "most": 336},
    )
    rates: str = field(
        default="memory",
        metadata={
            "meaning": "where requests of API keys are counted: memory, or a Redis like redis://host",
            "shape": addresses.counting,
        },
    )
    queue_url: str | None = field(
        default=None,
        metadata={
            "meaning": "a Redis that tells workers of jobs, such as redis://host; else the home",
            "shape": addresses.redis,
        },
    )
    metrics: str = field(
        default="public",
        metadata={
            "meaning": "metrics and readiness: public, off, or at an address like 127.0.0.1:9100",
            "shape": addresses.monitoring,
        },
    )
    docs: str = field(
        default="public",
        metadata={"meaning": "the API's document: public or off", "choices": ("public", "off")},
    )
    fetch_hosts: str | None = field(
        default=None,
        metadata={
            "meaning": "hosts that pictures and feeds are fetched from, such as *.shop.example",
            "shape": addresses.fetch_hosts,
        },
    )
    fetch_private: str | None = field(
        default=None,
        metadata={
            "meaning": "likewise, at private addresses too; see docs/import.md for the danger",
            "shape": addresses.private_hosts,
        },
    )
    fetch_allowed_by: str = field(
        default="admin",
        metadata={
            "meaning": "who may allow hosts for one file that they import: nobody, admin or editor",
            "choices": ("nobody", "admin", "editor"),
        },
    )
    fetch_rate: int = field(
        default=20, metadata={"meaning": "requests a second to one such host", "most": 1_000}
    )
    feed_least: int = field(
        default=50,
        metadata={
            "meaning": "percent of its last products below which a feed is not read",
            "most": 100,
        },
    )
    log_level: str = field(
        default="INFO",
        metadata={
            "meaning": "DEBUG, INFO, WARNING or ERROR",
            "choices": ("DEBUG", "INFO", "WARNING", "ERROR"),
        },
    )
    log_format: str = field(
        default="text", metadata={"meaning": "lines of text or json", "choices": ("text", "json")}
    )
    access_log: str = field(
        default="off",
        metadata={
            "meaning": "on: a line a request, with its route but not its address",
            "choices": ("on", "off"),
        },
    )

    @property
    def buffer_bytes(self) -> int:
        """The bytes of uploads held at once; always room for two of the largest."""
        return max(self.buffer_mb * 1024 * 1024, 2 * self.max_upload_bytes + 1024 * 1024)

    @property
    def max_import_bytes(self) -> int:
        """The largest file that is sent to be imported or tagged, in bytes."""
        return self.max_import_mb * 1024 * 1024

    @property
    def max_upload_bytes(self) -> int:
        """The largest upload in bytes."""
        return self.max_upload_mb * 1024 * 1024

    @property
    def photo_limits(self) -> PhotoLimits:
        """How much of a picture is read, and what that may take."""
        memory = self.decoding_mb * 1024 * 1024
        return PhotoLimits(self.max_upload_bytes, self.max_pixels, memory)


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from the environment.

    Raises:
        BadSetting: a LOOKALIKE_ variable is unknown, or its value breaks its rule.
    """
    given = {
        name: value
        for name, value in environment.items()
        if name.startswith(PREFIX)
        if name not in ELSEWHERE
        if not values.is_of_a_cluster(name.removeprefix(PREFIX), value)
    }
    known = {PREFIX + each.name.upper(): each for each in fields(Settings)}
    for name in sorted(ELSEWHERE & environment.keys()):
        if environment[name]:  # an empty one is as if it were not there, where they are read
            values.folder(name, environment[name])
    for name in sorted(given.keys() - known.keys()):
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise BadSetting(f"unknown setting {name}; {hint}there are {', '.join(sorted(known))}")
    told: dict[str, Any] = {
        known[name].name: _read(name, value, known[name]) for name, value in given.items()
    }
    return Settings(**told)


def _read(variable: str, value: str, of: "Field[Any]") -> str | int | Path:
    if of.type is Path:
        return values.folder(variable, value)
    if of.type is int:
        return values.number(variable, value, of.metadata["most"], of.metadata.get("least", 1))
    return values.text(variable, value, of.metadata)

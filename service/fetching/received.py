"""What came of asking at an address."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a server tells whether a file is still the one that it gave before."""

    etag: str | None = None
    modified: str | None = None  # as its Last-Modified says it

    def __bool__(self) -> bool:
        return bool(self.etag or self.modified)

    @property
    def headers(self) -> dict[str, str]:
        """What a request says, so that only another file is sent."""
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in told.items() if value}


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was received whole."""

    digest: str  # hexadecimal SHA-256 of its bytes
    size: int  # in bytes
    validators: Validators


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The file is still the one that its validators tell of; nothing was sent."""


UNCHANGED = Unchanged()

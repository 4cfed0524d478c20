"""What an import reads from: rows, and the pictures that they name."""

from collections.abc import Iterator
from typing import Protocol

from service.importing.report import RowError, RowNote
from service.importing.row import Row


class Source(Protocol):
    """Rows as a stream, and the bytes of their pictures."""

    @property
    def ignored(self) -> int:
        """How many files were passed over, since they are no pictures and no table."""
        ...

    def count(self) -> int | None:
        """Return about how many rows there will be, where that is quickly known."""
        ...

    def rows(self) -> Iterator[Row | RowNote | RowError]:
        """Read row by row, with what is to be told of the source; what is no row is an error.

        Raises:
            BadSource: the source as a whole cannot be read.
        """
        ...

    def read(self, photo: str) -> bytes:
        """Read a picture that a row names. Raises: BadRow."""
        ...

    def is_elsewhere(self, photo: str, /) -> bool:
        """Say whether a picture that a row names is at an address, and not in the source."""
        ...

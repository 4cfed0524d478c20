"""Every error that this package raises on purpose.

EmbeddingsError
├── UnreadablePhoto    the bytes are not a picture we read: the sender's fault
│   └── PhotoTooLarge  more bytes or more pixels than the settings allow
├── DecodingBusy       all room for decoding pictures is taken, and stays so for too long
├── BadBundle          a model folder is incomplete or inconsistent
│   └── NoSuchBundle   a name is no shipped model's, and no folder's
├── StaleSnapshot      an index file is torn, of another model or of another catalogue
├── BadArchive         a ZIP breaks a rule for archives of strangers
├── BadTable           a CSV cannot be read as a whole: what it is, and what to do
│   └── NoHeader       it has no line that names a column which is needed
├── BadContents        a folder or a ZIP holds nothing to read, or more than one table
├── NoSuchFile         a name means no file of a folder, or more than one
├── MissingPhoto       the store has no such picture, or its bytes were changed
└── DatasetUnavailable a data set is nowhere to be had, or its bytes are not the published ones
    └── BrokenOff      less of a file came than was announced
"""

from collections.abc import Sequence


class EmbeddingsError(Exception):
    """Any error that this package raises on purpose."""


class UnreadablePhoto(EmbeddingsError):
    """The bytes are not a picture that we can open."""


class PhotoTooLarge(UnreadablePhoto):
    """The picture has more bytes or more pixels than the settings allow."""


class DecodingBusy(EmbeddingsError):
    """Others keep all processes, or all memory, for decoding pictures; later it will go."""


class BadBundle(EmbeddingsError):
    """A model folder is incomplete or inconsistent."""


class NoSuchBundle(BadBundle):
    """A name is no shipped model's, and no folder's; the message says which there are."""


class StaleSnapshot(EmbeddingsError):
    """An index file is torn, or belongs to another model or another catalogue."""


class BadArchive(EmbeddingsError):
    """A ZIP is damaged, or has what no honest archive has."""


class BadTable(EmbeddingsError):
    """A file that is to be a table is none, or does not say which its columns are."""


class NoHeader(BadTable):
    """No line names a column that is needed; `cells` are those of the line that comes nearest."""

    def __init__(self, message: str, cells: Sequence[str]) -> None:
        super().__init__(message)
        self.cells = tuple(cells)


class BadContents(EmbeddingsError):
    """A source is no folder, table or ZIP, or holds nothing to read, or more than one table."""


class NoSuchFile(EmbeddingsError):
    """A name means no file of a folder, or more than one; the message goes on from the name."""


class MissingPhoto(EmbeddingsError):
    """The store has no picture under that digest, or its bytes were changed."""


class DatasetUnavailable(EmbeddingsError):
    """A data set is nowhere to be had, or its bytes are not the published ones."""


class BrokenOff(DatasetUnavailable):
    """Less of a file came than was announced."""

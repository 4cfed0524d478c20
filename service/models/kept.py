"""Copies of the networks that a catalogue is read by, so that no update takes one away."""

import logging
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from embeddings.errors import BadBundle
from embeddings.model.bundle import Bundle, load_bundle
from embeddings.model.bundle_files import DESCRIPTION, TRAINING_ENDINGS, read_file

_ENDING = ".part"  # of a folder that nobody looks at
_ABANDONED_S = 3600  # no copy takes that long
_log = logging.getLogger(__name__)


class KeptBundles:
    """Bundles in a folder of the home, each under its fingerprint; processes share it.

    A bundle of the package is another one behind an update, and a folder may be moved or written
    over. What was read with it can only be asked by the same network, so a copy stays as long as
    its readings do.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder, which is made with the first copy."""
        self._folder = folder

    def keep(self, bundle: Bundle) -> None:
        """Copy what a bundle serves with, where no whole copy is there.

        Raises:
            OSError: it cannot be written.
            BadBundle: the bundle was changed since it was opened.
        """
        if self.find(bundle.fingerprint) is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_abandoned()
        place = self._folder / bundle.fingerprint
        with tempfile.TemporaryDirectory(suffix=_ENDING, dir=self._folder) as folder:
            beside = Path(folder) / "bundle"
            _write(bundle, beside)
            if not _is_called(load_bundle(beside), bundle.fingerprint):
                raise BadBundle(f"{bundle.path} was changed since it was opened")
            with suppress(FileNotFoundError):
                place.rename(Path(folder) / "damaged")
            try:
                beside.rename(place)
            except OSError:
                if self.find(bundle.fingerprint) is None:  # else another process was quicker
                    raise

    def find(self, fingerprint: str) -> Bundle | None:
        """Return the copy of a fingerprint; None where there is no whole one."""
        try:
            found = load_bundle(self._folder / fingerprint)
        except (BadBundle, OSError):
            return None
        return found if _is_called(found, fingerprint) else None

    def fingerprints(self) -> set[str]:
        """Return those of which there is a copy, whole or not."""
        with suppress(OSError):
            return {each.name for each in self._folder.iterdir() if each.suffix != _ENDING}
        return set()

    def drop(self, fingerprint: str) -> None:
        """Delete the copy of a fingerprint, if there is one; a kill leaves it or none."""
        try:
            with tempfile.TemporaryDirectory(suffix=_ENDING, dir=self._folder) as folder:
                (self._folder / fingerprint).rename(Path(folder) / "dropped")
        except FileNotFoundError:
            return
        except OSError as error:
            _log.warning("the copy of a network stays in %s: %s", self._folder, error)

    def _remove_abandoned(self) -> None:
        before = time.time() - _ABANDONED_S
        for each in self._folder.glob(f"*{_ENDING}"):
            with suppress(OSError):  # another process was quicker
                if each.stat().st_mtime < before:
                    shutil.rmtree(each, ignore_errors=True)


def _is_called(bundle: Bundle, fingerprint: str) -> bool:
    """Return whether a catalogue of this version or the one before knows a bundle so."""
    return fingerprint in (bundle.fingerprint, bundle.former_fingerprint)


def _write(bundle: Bundle, folder: Path) -> None:
    """Write what a bundle serves with to a new folder, and to the disk."""
    _put(folder / DESCRIPTION, (bundle.path / DESCRIPTION).read_bytes())
    for name in bundle.files:
        if not name.endswith(TRAINING_ENDINGS):
            _put(folder / name, read_file(bundle.path, bundle.files, name))


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        os.fsync(file.fileno())

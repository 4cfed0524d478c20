"""Copies of the networks that a catalogue is read by, so that no update takes one away."""

import logging
import os
import shutil
import tempfile
import time
from pathlib import Path

from embeddings.errors import BadBundle
from embeddings.model.bundle import Bundle, load_bundle
from embeddings.model.bundle_files import DESCRIPTION, TRAINING_ENDINGS

_ENDING = ".part"
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
        self._tried: set[str] = set()  # fingerprints

    def keep(self, bundle: Bundle) -> None:
        """Copy what a bundle serves with, where no copy is there; each process tries once.

        A home that is full or may not be written to serves as well, so that is only logged.
        """
        if bundle.fingerprint in self._tried:
            return
        self._tried.add(bundle.fingerprint)
        place = self._folder / bundle.fingerprint
        try:
            if not place.is_dir():
                self._copy(bundle, place)
        except (OSError, BadBundle) as error:
            _log.warning("no copy of the bundle '%s' could be kept: %s", bundle.name, error)

    def find(self, fingerprint: str) -> Bundle | None:
        """Return the copy of a fingerprint; None where there is none, or a damaged one."""
        place = self._folder / fingerprint
        try:
            found = load_bundle(place) if place.is_dir() else None
        except BadBundle as error:
            _log.warning("the copy of a bundle is damaged: %s", error)
            return None
        return found if found is not None and found.fingerprint == fingerprint else None

    def drop(self, fingerprint: str) -> None:
        """Delete the copy of a fingerprint, if there is one."""
        self._tried.discard(fingerprint)
        place = self._folder / fingerprint
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)

    def _copy(self, bundle: Bundle, place: Path) -> None:
        """Put a whole copy into its place; a kill leaves none, or a folder that is never looked at.

        Raises:
            OSError: it cannot be written.
            BadBundle: the bundle was changed since it was opened.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_abandoned()
        with tempfile.TemporaryDirectory(prefix=".", suffix=_ENDING, dir=self._folder) as folder:
            beside = Path(folder) / "bundle"
            beside.mkdir()
            for name in (DESCRIPTION, *bundle.files):
                if name.endswith(TRAINING_ENDINGS):
                    continue
                to = beside / name
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(bundle.path / name, to)
                with to.open("rb") as file:
                    os.fsync(file.fileno())
            if load_bundle(beside).fingerprint != bundle.fingerprint:
                raise BadBundle(f"{bundle.path} was changed since it was opened")
            try:
                beside.rename(place)
            except OSError:
                if not place.is_dir():  # else another process was quicker
                    raise

    def _remove_abandoned(self) -> None:
        before = time.time() - _ABANDONED_S
        for each in self._folder.glob(f".*{_ENDING}"):
            if each.stat().st_mtime < before:
                shutil.rmtree(each, ignore_errors=True)

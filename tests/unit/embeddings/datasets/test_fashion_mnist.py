"""Fashion-MNIST is found or fetched, is always checked, and a failure says where it looked."""

import gzip
import hashlib
import os
import shutil
import stat

import numpy as np
import pytest

from embeddings.datasets import fashion_mnist, fetch, idx
from embeddings.datasets.download import no_progress
from embeddings.datasets.fashion_mnist import Sources, default_sources, load_part
from embeddings.datasets.fetch import PublishedFile
from embeddings.errors import DatasetUnavailable

CONTENT = b"\0\0\x08\x01\0\0\0\x03abc"
FILE = PublishedFile("t10k-labels-idx1-ubyte.gz", 100, hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def no_apt(monkeypatch, tmp_path):
    """Let no apt-get be found."""
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))


def into(cache, *base_urls, progress=no_progress):
    return fetch.into_cache(
        FILE, cache=cache, base_urls=base_urls, package="dataset-x", progress=progress
    )


def good():
    return {f"/{FILE.name}": (200, {}, gzip.compress(CONTENT))}


def test_a_file_is_fetched_checked_and_kept(serve, tmp_path):
    told = []

    path = into(tmp_path, serve(good()), progress=lambda *step: told.append(step))

    assert gzip.decompress(path.read_bytes()) == CONTENT
    assert [p.name for p in tmp_path.iterdir()] == [FILE.name]
    size = len(gzip.compress(CONTENT))
    assert told[-1] == (FILE.name, size, size)


def test_a_file_packed_otherwise_is_the_same_data(serve, tmp_path):
    packed = gzip.compress(CONTENT, compresslevel=1, mtime=12345)

    path = into(tmp_path, serve({f"/{FILE.name}": (200, {}, packed)}))

    assert gzip.decompress(path.read_bytes()) == CONTENT


def test_the_next_address_is_tried_when_one_fails(serve, tmp_path):
    assert into(tmp_path, serve({}), serve(good())).is_file()


def test_a_redirect_is_followed(serve, tmp_path):
    end = serve(good())
    start = serve({f"/{FILE.name}": (302, {"Location": f"{end}/{FILE.name}"}, b"")})

    assert into(tmp_path, start).is_file()


@pytest.mark.usefixtures("no_apt")
def test_a_redirect_to_another_scheme_is_refused(serve, tmp_path):
    start = serve({f"/{FILE.name}": (302, {"Location": "ftp://127.0.0.1/x"}, b"")})

    with pytest.raises(DatasetUnavailable, match="redirect"):
        into(tmp_path / "cache", start)


@pytest.mark.usefixtures("no_apt")
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((404, {}, b""), "404"),
        ((200, {}, gzip.compress(b"else")), "SHA-256"),
        ((200, {}, b"no gzip at all"), "cannot be read"),
        ((200, {}, b"x" * 101), "more than 100 bytes"),
        ((200, {}, gzip.compress(b"x" * 5000)), "more than the 100 bytes"),
        ((200, {"Content-Length": "500"}, b"short"), "broke off after 5 of 500"),
    ],
)
def test_what_is_not_the_published_file_is_not_kept(serve, tmp_path, answer, reason):
    address = serve({f"/{FILE.name}": answer})
    cache = tmp_path / "cache"

    with pytest.raises(DatasetUnavailable, match=reason) as caught:
        into(cache, address)

    assert list(cache.iterdir()) == []
    assert address in str(caught.value)
    assert "dataset-x" in str(caught.value)  # every place tried is named


def put_on_path(monkeypatch, folder, apt_get):
    """Put a real shell script named apt-get, and the machine's own tools, on PATH."""
    folder.mkdir()
    script = folder / "apt-get"
    script.write_text(f'#!/bin/sh\necho "$@" >> {folder}/calls\n{apt_get}\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder / "calls"


def make_package(folder, files):
    """Build a real Debian package that holds `files` by name."""
    root = folder / "package"
    data = root / "usr/share/datasets/x"
    data.mkdir(parents=True)
    for name, content in files.items():
        (data / name).write_bytes(content)
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(
        "Package: dataset-x\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.c>\nDescription: x\n"
    )
    made = folder / "dataset-x_1_all.deb"
    fetch._run(["dpkg-deb", "--build", str(root), str(made)], folder)
    return made


needs_dpkg = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None, reason="needs dpkg-deb, of Debian and its kin"
)


@needs_dpkg
def test_the_debian_package_is_the_last_resort(monkeypatch, serve, tmp_path):
    package = make_package(tmp_path, {FILE.name: gzip.compress(CONTENT)})
    put_on_path(monkeypatch, tmp_path / "bin", f"cp {package} .")

    path = into(tmp_path / "cache", serve({}))

    assert gzip.decompress(path.read_bytes()) == CONTENT
    assert [p.name for p in (tmp_path / "cache").iterdir()] == [FILE.name]


@needs_dpkg
def test_package_lists_are_updated_where_the_package_is_unknown(monkeypatch, tmp_path):
    package = make_package(tmp_path, {FILE.name: gzip.compress(CONTENT)})
    listed = tmp_path / "listed"
    script = f'if [ "$1" = update ]; then touch {listed}; exit 0; fi\n'
    script += f"[ -e {listed} ] || exit 100\ncp {package} ."
    calls = put_on_path(monkeypatch, tmp_path / "bin", script)

    assert into(tmp_path / "cache").is_file()
    assert calls.read_text().split("\n")[:3] == [
        "download dataset-x",
        "update",
        "download dataset-x",
    ]


@needs_dpkg
def test_why_apt_failed_is_told(monkeypatch, tmp_path):
    put_on_path(monkeypatch, tmp_path / "bin", "echo 'E: no such package' >&2; exit 100")

    with pytest.raises(DatasetUnavailable, match="E: no such package"):
        into(tmp_path / "cache")


def test_a_folder_with_the_files_is_used_packed_or_not(tmp_path):
    labels = b"\0\0\x08\x01" + (3).to_bytes(4, "big") + bytes([4, 0, 9])
    images = b"\0\0\x08\x03" + b"".join(n.to_bytes(4, "big") for n in (3, 2, 2)) + bytes(range(12))
    files = {}
    for name, content in (("test-images", images), ("test-labels", labels)):
        digest = hashlib.sha256(content).hexdigest()
        files[name] = PublishedFile(f"{name}.gz", len(content), digest)
    (tmp_path / "test-images.gz").write_bytes(gzip.compress(images))
    (tmp_path / "test-labels").write_bytes(labels)

    part = load_part("test", sources=Sources((tmp_path,), tmp_path / "cache", files=files))

    assert part.images.shape == (3, 2, 2)
    assert part.images[1].tolist() == [[4, 5], [6, 7]]
    assert part.labels.tolist() == [4, 0, 9]
    assert part.labels.dtype == np.int64


def test_a_wrong_file_is_named_with_both_digests_and_every_place(tmp_path):
    empty, wrong = tmp_path / "empty", tmp_path / "wrong"
    wrong.mkdir()
    published = fashion_mnist.FILES["test-images"]
    (wrong / published.name).write_bytes(gzip.compress(b"other pictures"))

    with pytest.raises(DatasetUnavailable) as caught:
        load_part("test", sources=Sources((empty, wrong), tmp_path / "cache", ()))

    told = str(caught.value)
    assert str(wrong / published.name) in told
    assert published.sha256 in told
    assert hashlib.sha256(b"other pictures").hexdigest() in told
    assert str(empty) in told


def test_the_folder_of_the_setting_comes_first():
    sources = default_sources({"LOOKALIKE_FASHION_MNIST": "/some/where"})

    assert [str(folder) for folder in sources.folders] == [
        "/some/where",
        "/usr/share/datasets/fashion-mnist",
    ]
    assert all(url.startswith("https://") for url in sources.base_urls)


def test_only_the_two_parts_are_known():
    with pytest.raises(ValueError, match="'train' and 'test', not 'validation'"):
        load_part("validation")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not an IDX file"),
        (b"\x89PNG....", "not an IDX file"),
        (b"\0\0\x0d\x01\0\0\0\x01abcd", "not an IDX file of bytes"),
        (b"\0\0\x08\x01\0\0\0\x05abc", "must hold 5 values, this one holds 3"),
    ],
)
def test_what_is_no_idx_file_is_told(content, reason):
    with pytest.raises(DatasetUnavailable, match=reason):
        idx.parse(content)


@pytest.mark.skipif(
    not fashion_mnist.SYSTEM_FOLDER.is_dir(), reason="needs Debian's dataset-fashion-mnist"
)
def test_the_published_test_part_is_whole_and_balanced():
    part = load_part("test")

    assert part.images.shape == (10_000, 28, 28)
    assert np.bincount(part.labels).tolist() == [1000] * 10

"""The clothing photos come whole or not at all, and a stranger's archive can do no harm."""

import fcntl
import shutil
import subprocess
import zipfile

import pytest

from embeddings.datasets.clothing_photos import load_clothing_photos
from embeddings.datasets.clothing_photos_fetch import Publication, fetch_clothing_photos
from embeddings.errors import DatasetUnavailable
from tests.clothing import (
    COMMIT,
    TABLE,
    files,
    jpeg,
    packed,
    photo_name,
    publication,
    rows,
    table_of,
    write_folder,
)

COUNT = 120
PATH = f"/archive/{COMMIT}.zip"


@pytest.fixture
def target(tmp_path):
    return tmp_path / "cache" / "clothing-photos"


def fetch(target, source=None, address="http://127.0.0.1:9", **options):
    return fetch_clothing_photos(
        source, folder=target, publication=publication(COUNT, address), **options
    )


def zip_file(folder, content, **how):
    path = folder / "photos.zip"
    path.write_bytes(packed(content, **how))
    return path


def nothing_is_left(target):
    return not target.parent.exists() or list(target.parent.iterdir()) == []


def test_the_pinned_archive_is_fetched_and_only_what_its_table_names_is_kept(serve, target):
    extra = {"images/unnamed.jpg": jpeg(999), "setup.py": b"print()"}
    address = serve({PATH: (200, {}, packed(files(COUNT) | extra))})
    told = []

    got = fetch(target, address=address, progress=lambda *step: told.append(step))

    assert (got.folder, got.photos, got.left_out, got.was_there) == (target, COUNT, (), False)
    assert sorted(path.name for path in target.iterdir()) == ["images", TABLE]
    assert len(list((target / "images").iterdir())) == COUNT
    assert (target / TABLE).read_bytes() == table_of(rows(COUNT))
    assert (target / "images" / f"{photo_name(7)}.jpg").read_bytes() == jpeg(7)
    assert list(target.parent.iterdir()) == [target]
    assert {name for name, _, _ in told} == {"clothing-photos.zip", "photos"}
    assert told[-1] == ("photos", COUNT, COUNT)


def test_what_is_there_already_is_left_alone(target):
    write_folder(target, files(5))

    got = fetch(target)

    assert (got.folder, got.photos, got.was_there) == (target, 5, True)


def test_an_empty_folder_is_filled(tmp_path, target):
    target.mkdir(parents=True)

    fetch(target, zip_file(tmp_path, files(COUNT)))

    assert len(load_clothing_photos(target)) == COUNT


def test_a_folder_of_something_else_is_left_alone(tmp_path, target):
    write_folder(target, {"letters.txt": b"dear"})

    with pytest.raises(DatasetUnavailable, match="LOOKALIKE_CLOTHING_PHOTOS"):
        fetch(target, zip_file(tmp_path, files(COUNT)))

    assert [path.name for path in target.iterdir()] == ["letters.txt"]


@pytest.mark.parametrize("images", ["images", "images_compressed"])
@pytest.mark.parametrize("root", ["", "clothing-dataset-master/"])
def test_a_copy_at_hand_may_be_a_zip_or_a_folder(tmp_path, target, images, root):
    content = {f"{root}{name}": data for name, data in files(COUNT, images).items()}

    fetch(target, zip_file(tmp_path, content, root="", comment=""))
    fetch(target.with_name("other"), write_folder(tmp_path / "copy", content))

    for folder in (target, target.with_name("other")):
        assert len(load_clothing_photos(folder)) == COUNT


def test_a_copy_that_names_its_splits_keeps_them(tmp_path, target):
    described = [row | {"split": "validation"} for row in rows(COUNT)]
    content = files(COUNT) | {"photos.csv": table_of(described)}

    fetch(target, write_folder(tmp_path / "copy", content))

    assert {photo.split for photo in load_clothing_photos(target)} == {"validation"}


def test_a_damaged_photo_and_a_missing_one_lose_their_rows_and_are_told(tmp_path, target):
    count = 300
    content = files(count)
    cut, absent = (f"images/{photo_name(number)}.jpg" for number in (4, 5))
    content[cut] = content[cut][:-200]
    del content[absent]

    got = fetch_clothing_photos(
        zip_file(tmp_path, content), folder=target, publication=publication(count)
    )

    assert got.photos == count - 2
    assert "cut short" in got.left_out[0]
    assert photo_name(5) in got.left_out[1]
    assert not {photo_name(4), photo_name(5)} & {p.name for p in load_clothing_photos(target)}


def test_too_many_damaged_photos_are_another_data_set(tmp_path, target):
    content = {
        name: b"no picture" if name.endswith(".jpg") else data
        for name, data in files(COUNT).items()
    }

    with pytest.raises(DatasetUnavailable, match="more than 1% of its 120 photos"):
        fetch(target, zip_file(tmp_path, content))

    assert nothing_is_left(target)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((404, {}, b""), "404"),
        ((200, {"Content-Length": "500"}, b"short"), "broke off after 5 of 500"),
        ((200, {}, b"no ZIP at all"), "no whole ZIP"),
        ((200, {}, packed(files(COUNT), comment="2e" * 20)), f"of commit {COMMIT}, and says '2e2e"),
        ((200, {}, packed(files(COUNT - 1))), "should have 6"),
        ((200, {}, packed({"README.md": b"moved"})), r"no photos.csv or images.csv"),
        ((302, {"Location": "ftp://127.0.0.1/x"}, b""), "a redirect from http"),
    ],
)
def test_what_is_not_the_published_archive_is_told_and_not_kept(serve, target, answer, reason):
    address = serve({PATH: answer})

    with pytest.raises(DatasetUnavailable, match=reason) as caught:
        fetch(target, address=address)

    assert address in str(caught.value)
    assert nothing_is_left(target)


def test_without_a_network_the_error_says_what_else_can_be_done(target):
    with pytest.raises(DatasetUnavailable, match="--from ARCHIVE_OR_FOLDER") as caught:
        fetch(target)

    assert f"http://127.0.0.1:9{PATH}" in str(caught.value)


def test_a_table_without_the_published_test_set_is_refused(tmp_path, target):
    content = files(COUNT)
    content[TABLE] = content[TABLE].replace(photo_name(1).encode(), photo_name(9000).encode())

    with pytest.raises(DatasetUnavailable, match=f"lacks 1 of the 2 .* {photo_name(1)}"):
        fetch(target, zip_file(tmp_path, content))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"image": "../../../etc/passwd"}, "names an image that cannot be"),
        ({"image": "/etc/passwd"}, "names an image that cannot be"),
        ({"image": ""}, "names an image that cannot be"),
        ({"label": "Sock"}, "'Sock', which is no known label"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(tmp_path, target, change, reason):
    described = rows(COUNT)
    described[50] |= change
    content = files(COUNT) | {"photos.csv": table_of(described)}

    with pytest.raises(DatasetUnavailable, match=reason):
        fetch(target, zip_file(tmp_path, content))

    assert nothing_is_left(target)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("../evil.jpg", b"x", "leads out of it"),
        ("/etc/evil.jpg", b"x", "leads out of it"),
        ("images/bomb.jpg", bytes(30_000_000), "unpacks to more than 200 times"),
    ],
)
def test_an_archive_that_would_do_harm_is_refused_whole(tmp_path, target, name, data, reason):
    path = zip_file(tmp_path, files(COUNT) | {name: data}, root="")

    with pytest.raises(DatasetUnavailable, match=reason):
        fetch(target, path)

    assert nothing_is_left(target)
    assert not list(tmp_path.glob("**/evil.jpg"))


def test_a_link_in_an_archive_is_refused(tmp_path, target):
    path = zip_file(tmp_path, files(COUNT))
    link = zipfile.ZipInfo("images/link.jpg")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")

    with pytest.raises(DatasetUnavailable, match="a link or a device"):
        fetch(target, path)


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path, target):
    folder = write_folder(tmp_path / "copy", files(COUNT))
    photo = folder / "images" / f"{photo_name(3)}.jpg"
    photo.unlink()
    subprocess.run(["mkfifo", str(photo)], check=True)

    got = fetch(target, folder)

    assert photo_name(3) in got.left_out[0]


def test_what_was_interrupted_is_not_downloaded_again(serve, target):
    asked = []
    address = serve({PATH: (200, {}, packed(files(COUNT)))}, asked)

    def interrupt(name, done, total):
        if (name, done) == ("photos", 60):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(target, address=address, progress=interrupt)
    assert not target.exists()
    got = fetch(target, address=address)

    assert got.photos == COUNT
    assert asked == [PATH]
    assert list(target.parent.iterdir()) == [target]


def test_an_interrupted_download_leaves_nothing(serve, target):
    address = serve({PATH: (200, {}, packed(files(COUNT)))})

    def interrupt(*step):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(target, address=address, progress=interrupt)

    assert nothing_is_left(target)


def test_two_do_not_fetch_at_once(target):
    work = target.parent / ".clothing-photos-fetching"
    work.mkdir(parents=True)

    with (work / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(DatasetUnavailable, match="another process"):
            fetch(target)


def test_the_published_archive_is_asked_for_over_https_at_one_commit():
    published = Publication()

    assert published.url == (
        "https://github.com/alexeygrigorev/clothing-dataset/archive/"
        "08b50460cf229fd852bb6c11564e0959f52578ca.zip"
    )
    assert len(published.must_have) == 372


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_an_archive_that_git_packs_names_its_commit(tmp_path, serve, target):
    repository = write_folder(tmp_path / "repository", files(COUNT))

    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        done = subprocess.run(
            ["git", *who, *arguments], cwd=repository, check=True, capture_output=True
        )
        return done.stdout

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "All photos")
    commit = git("rev-parse", "HEAD").decode().strip()
    archive = git("archive", "--format=zip", f"--prefix=set-{commit}/", "HEAD")
    known = publication(COUNT)
    address = serve({f"/archive/{commit}.zip": (200, {}, archive)})

    got = fetch_clothing_photos(
        folder=target,
        publication=Publication(commit, address, known.table_bytes, known.must_have),
    )

    assert got.photos == COUNT

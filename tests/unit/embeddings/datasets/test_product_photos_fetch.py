"""The product photos come whole or not at all, out of the collection's own form."""

import hashlib

import pytest

from embeddings.datasets.product_photos import load_product_photos
from embeddings.datasets.product_photos_fetch import fetch_product_photos
from embeddings.errors import DatasetUnavailable
from tests.clothing import jpeg, packed, write_folder
from tests.products import HEAD, collection, number_of, styles

COUNT = 120
PATH = "/fashion.zip"


@pytest.fixture
def target(tmp_path):
    return tmp_path / "cache" / "product-photos"


def zip_file(folder, content):
    path = folder / "collection.zip"
    path.write_bytes(packed(content, root="", comment=""))
    return path


def nothing_is_left(target):
    return not target.parent.exists() or list(target.parent.iterdir()) == []


@pytest.mark.parametrize("root", ["", "myntradataset/"])
def test_a_copy_at_hand_may_be_a_zip_or_a_folder(tmp_path, target, root):
    content = collection(COUNT, root) | {f"{root}images/9.jpg": jpeg(9), "setup.py": b"print()"}

    got = fetch_product_photos(zip_file(tmp_path, content), folder=target)
    other = target.with_name("other")
    fetch_product_photos(write_folder(tmp_path / "copy", content), folder=other)

    assert (got.folder, got.photos, got.left_out, got.was_there) == (target, COUNT, (), False)
    for folder in (target, other):
        assert sorted(path.name for path in folder.iterdir()) == ["images", "styles.csv"]
        assert (folder / "styles.csv").read_bytes() == styles(COUNT)
        photos = load_product_photos(folder)
        assert [photo.name for photo in photos] == [str(number_of(n)) for n in range(COUNT)]
        assert photos[3].path.read_bytes() == jpeg(3)


def test_a_copy_that_holds_the_collection_twice_is_taken_once(tmp_path, target):
    content = collection(COUNT) | collection(COUNT, "myntradataset/")

    assert fetch_product_photos(zip_file(tmp_path, content), folder=target).photos == COUNT


def test_a_copy_that_names_its_splits_keeps_them(tmp_path, target):
    head = b"image,article_type,base_colour,gender,season,usage,split\n"
    lines = [f"{number_of(n)},Shirts,Red,Men,Fall,Casual,validation\n" for n in range(COUNT)]
    content = collection(COUNT) | {"products.csv": head + "".join(lines).encode()}

    fetch_product_photos(write_folder(tmp_path / "copy", content), folder=target)

    photos = load_product_photos(target)
    assert {photo.split for photo in photos} == {"validation"}
    assert {photo.base_colour for photo in photos} == {"Red"}


def test_a_damaged_photo_and_a_missing_one_lose_their_rows_and_are_told(tmp_path, target):
    content = collection(300)
    cut, absent = (f"images/{number_of(place)}.jpg" for place in (4, 7))
    content[cut] = content[cut][:-200]
    del content[absent]

    got = fetch_product_photos(zip_file(tmp_path, content), folder=target)

    assert got.photos == 298
    assert "cut short" in got.left_out[0]
    assert str(number_of(7)) in got.left_out[1]
    lost = {str(number_of(4)), str(number_of(7))}
    kept = [
        line
        for line in styles(300).decode().splitlines(keepends=True)
        if line.partition(",")[0] not in lost
    ]
    assert (target / "styles.csv").read_text().count("\n") == len(kept)
    assert [photo.name for photo in load_product_photos(target)] == [
        line.partition(",")[0] for line in kept[1:]
    ]


def test_too_many_damaged_photos_are_refused(tmp_path, target):
    content = collection(COUNT)
    for place in (2, 3):
        content[f"images/{number_of(place)}.jpg"] = b"no picture"

    with pytest.raises(DatasetUnavailable, match="more than 1% of its 120 photos"):
        fetch_product_photos(zip_file(tmp_path, content), folder=target)

    assert nothing_is_left(target)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (b"id,gender\n1000,Men\n", "lacks the columns articleType, baseColour"),
        (b"", "lacks the columns id, articleType"),
        (HEAD.encode(), "names no product"),
        (HEAD.encode() + b"1000,Men\n", "product 1 of .* has no cell for every column"),
        (styles(COUNT) + b"../../etc/passwd,Men,A,B,Shirts,Red,,,,x\n", "an image that cannot be"),
        (styles(COUNT) + b"\xff\xfe,Men,A,B,Shirts,Red,,,,x\n", "cannot be read"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(tmp_path, target, table, reason):
    content = collection(COUNT) | {"styles.csv": table}

    with pytest.raises(DatasetUnavailable, match=reason):
        fetch_product_photos(zip_file(tmp_path, content), folder=target)

    assert nothing_is_left(target)


def test_an_archive_without_a_table_is_another_data_set(tmp_path, target):
    with pytest.raises(DatasetUnavailable, match=r"no products.csv or styles.csv"):
        fetch_product_photos(zip_file(tmp_path, {"images/1.jpg": jpeg(1)}), folder=target)


def test_what_is_there_already_is_left_alone(target):
    write_folder(target, collection(5))

    got = fetch_product_photos(folder=target)

    assert (got.folder, got.photos, got.was_there) == (target, 5, True)


def test_with_neither_a_copy_nor_an_address_the_error_says_where_they_are_published(target):
    with pytest.raises(DatasetUnavailable, match=r"https://www.kaggle.com/.* --from") as caught:
        fetch_product_photos(folder=target)

    assert "\n" not in str(caught.value)
    assert nothing_is_left(target)


def test_an_archive_at_an_address_is_fetched_and_its_sum_checked(serve, target):
    data = packed(collection(COUNT), root="", comment="")
    address = serve({PATH: (200, {}, data)}) + PATH
    right = hashlib.sha256(data).hexdigest()
    told = []

    with pytest.raises(DatasetUnavailable, match=f"should be {'0' * 64} and is {right}"):
        fetch_product_photos(url=address, sha256="0" * 64, folder=target)
    assert nothing_is_left(target)
    got = fetch_product_photos(
        None, lambda *step: told.append(step), url=address, sha256=right.upper(), folder=target
    )

    assert got.photos == COUNT
    assert list(target.parent.iterdir()) == [target]
    assert {name for name, _, _ in told} == {"product-photos.zip", "photos"}
    assert told[-1] == ("photos", COUNT, COUNT)


def test_an_address_that_gives_nothing_says_what_else_can_be_done(serve, target):
    with pytest.raises(DatasetUnavailable, match=r"404.* --from ARCHIVE_OR_FOLDER"):
        fetch_product_photos(url=serve({}) + PATH, folder=target)

    assert nothing_is_left(target)


def test_an_archive_that_came_whole_is_not_downloaded_again(serve, target):
    asked = []
    data = packed(collection(COUNT), root="", comment="")
    address = serve({PATH: (200, {}, data), "/other.zip": (200, {}, data)}, asked)

    def interrupt(name, done, total):
        if (name, done) == ("photos", 60):
            raise KeyboardInterrupt

    for path in (PATH, "/other.zip"):
        with pytest.raises(KeyboardInterrupt):
            fetch_product_photos(None, interrupt, url=address + path, folder=target)
    assert not target.exists()
    got = fetch_product_photos(url=address + PATH, folder=target)

    assert got.photos == COUNT
    assert asked == [PATH, "/other.zip"]  # what came of one address is not taken for another's
    assert list(target.parent.iterdir()) == [target]


RANGES = {"Accept-Ranges": "bytes"}


def broken_off(serve, target, headers, asked):
    """Break a download off after its first bytes, against a server that answers so."""
    content = collection(COUNT) | {"notes.txt": bytes(range(256)) * 300}
    data = packed(content, root="", comment="")
    address = serve({PATH: (200, headers, data)}, asked) + PATH

    def interrupt(name, done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_product_photos(None, interrupt, url=address, folder=target)
    return address, data


def test_a_download_that_broke_off_goes_on_where_it_was(serve, target):
    asked = []
    address, data = broken_off(serve, target, RANGES | {"ETag": '"one"'}, asked)
    told = []

    got = fetch_product_photos(
        None,
        lambda *step: told.append(step),
        url=address,
        sha256=None,
        folder=target,
    )

    assert got.photos == COUNT
    [first] = [int(each.split()[1].partition("-")[0]) for each in asked if each.startswith("bytes")]
    assert 0 < first < len(data)
    assert [step for step in told if step[0] != "photos"][-1][1:] == (len(data), len(data))


@pytest.mark.parametrize("headers", [{}, RANGES, {"ETag": '"one"'}, RANGES | {"ETag": 'W/"one"'}])
def test_a_download_that_no_server_vouches_for_leaves_nothing(serve, target, headers):
    broken_off(serve, target, headers, [])

    assert nothing_is_left(target)


def test_a_download_of_what_has_changed_since_starts_again(serve, target):
    address, _ = broken_off(serve, target, RANGES | {"ETag": '"one"'}, [])
    [tag] = target.parent.rglob("*.tag")
    tag.write_text('"another"')

    got = fetch_product_photos(url=address, folder=target)

    assert got.photos == COUNT

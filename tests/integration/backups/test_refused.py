"""What is no whole backup of ours is refused, and the shop stays as it is."""

import hashlib
import io
import json
import random
import sqlite3
import tarfile
import zipfile
from contextlib import closing

import pytest

from catalog.schema import REVISIONS
from service.backups import back_up
from service.errors import BadBackup
from service.stock.changing import remove_products
from tests.integration.backups.conftest import contents, put_back


@pytest.fixture
def shop(shop, backup):
    """The shop, which is another one since its backup."""
    remove_products(["RED-00", "RED-01"], services=shop)
    return shop


def refused(path, shop):
    before = contents(shop)
    files = sorted(each for each in shop.settings.home.rglob("*") if "sqlite3-" not in each.name)

    with pytest.raises(BadBackup) as error:
        put_back(path, shop)

    assert contents(shop) == before
    left = sorted(each for each in shop.settings.home.rglob("*") if "sqlite3-" not in each.name)
    assert left == files
    return str(error.value)


@pytest.mark.parametrize("share", [0, 0.001, 0.1, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_short(shop, backup, share):
    data = backup.read_bytes().rstrip(b"\0")
    backup.write_bytes(data[: int(share * len(data))])

    refused(backup, shop)


def test_a_file_that_was_cut_between_two_parts(shop, backup):
    with tarfile.open(backup) as tar:
        end = tar.getmember("manifest.json").offset
    backup.write_bytes(backup.read_bytes()[:end])

    assert "its end is missing" in refused(backup, shop)


def parts_of(path):
    with tarfile.open(path) as tar:
        return {each.name: tar.extractfile(each).read() for each in tar.getmembers()}


def write_parts(path, parts):
    with tarfile.open(path, "w") as tar:
        for name, data in parts.items():
            told = tarfile.TarInfo(name)
            told.size = len(data)
            tar.addfile(told, io.BytesIO(data))


@pytest.mark.parametrize("part", ["picture", "catalog.sqlite3"])
def test_a_part_of_which_any_bit_was_changed(shop, backup, part):
    parts, chance = parts_of(backup), random.Random(3)
    name = part if part in parts else sorted(each for each in parts if "photos/" in each)[0]
    for _ in range(10):
        data = bytearray(parts[name])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        write_parts(backup, parts | {name: bytes(data)})

        assert "damaged" in refused(backup, shop)


def test_a_part_that_was_taken_out_or_put_in(shop, backup):
    parts = parts_of(backup)
    pictures = sorted(each for each in parts if "photos/" in each)
    for name in (*parts, pictures[0], pictures[-1]):
        write_parts(backup, {each: data for each, data in parts.items() if each != name})
        refused(backup, shop)
    for name in ("photos/../../evil.png", "/etc/evil", "photos/ab/evil.png", "catalog.sqlite3-wal"):
        first, *others = parts.items()
        write_parts(backup, dict([first, (name, b"evil"), *others]))
        assert "it holds" in refused(backup, shop)


def test_two_parts_that_were_exchanged(shop, backup):
    parts = parts_of(backup)
    one, two = sorted(each for each in parts if "photos/" in each)[:2]
    write_parts(backup, parts | {one: parts[two], two: parts[one]})

    assert "is not what it was" in refused(backup, shop)


def test_something_after_the_end(shop, backup):
    write_parts(backup, parts_of(backup) | {"more.txt": b"more"})

    assert "follows its end" in refused(backup, shop)


@pytest.mark.parametrize(
    "more",
    [b"x", bytes(20_000) + b"x", bytes(40_000), b"<?php ?>", None],
    ids=["a byte", "a byte far behind", "a hole", "a program", "itself"],
)
def test_bytes_behind_the_end_of_the_archive(shop, backup, more):
    data = backup.read_bytes()
    backup.write_bytes(data + (data if more is None else more))

    assert "follows its end" in refused(backup, shop)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"format": 2}, "install a newer Lookalike"),
        ({"products": "many"}, "makes no sense"),
        ({"pictures": 3}, "not those of its manifest"),
        ({"database_sha256": "0" * 64}, "not that of its manifest"),
        ({"more": 1}, "makes no sense"),
        ({"lost": None}, "makes no sense"),
        ({"lost": ["no digest"]}, "makes no sense"),
        ({"made_at": "\x1b[2Jyesterday"}, "makes no sense"),
        ({"made_by": "\ud800"}, "makes no sense"),
        ({"products": 7}, "not as many as it says"),
        ({"products": True}, "makes no sense"),
        ({"format": "\x1b[2J"}, r"\x1b"),
    ],
)
def test_a_manifest_that_is_another(shop, backup, change, complaint):
    parts = parts_of(backup)
    told = json.loads(parts["manifest.json"]) | change
    write_parts(backup, parts | {"manifest.json": json.dumps(told).encode()})

    assert complaint in refused(backup, shop)


def test_a_manifest_that_is_deeper_than_can_be_read(shop, backup):
    write_parts(backup, parts_of(backup) | {"manifest.json": b"[" * 100_000})

    assert "makes no sense" in refused(backup, shop)


def test_a_picture_of_a_kind_that_is_not_stored(shop, backup):
    parts = {
        name.replace(".png", ".html").replace(".jpg", ".html"): data
        for name, data in parts_of(backup).items()
    }
    write_parts(backup, parts)

    assert "it holds" in refused(backup, shop)


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TRIGGER mine AFTER UPDATE ON product BEGIN DELETE FROM photo; END",
        "CREATE VIEW mine AS SELECT * FROM product",
        "DROP TABLE reading",
        "ALTER TABLE product DROP COLUMN title",
        "DELETE FROM product",
        "DELETE FROM photo WHERE id = 1",
    ],
)
def test_a_database_that_is_not_a_catalogue_of_ours(shop, backup, tmp_path, change):
    parts, path = parts_of(backup), tmp_path / "changed.sqlite3"
    path.write_bytes(parts["catalog.sqlite3"])
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(change)
    data = path.read_bytes()
    told = json.loads(parts["manifest.json"]) | {
        "database_bytes": len(data),
        "database_sha256": hashlib.sha256(data).hexdigest(),
    }
    changed = {"catalog.sqlite3": data, "manifest.json": json.dumps(told).encode()}
    write_parts(backup, parts | changed)

    refused(backup, shop)


def test_a_database_of_a_newer_version(shop, tmp_path):
    with shop.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    back_up(tmp_path / "newer.tar", services=shop)
    with shop.database.writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE alembic_version SET version_num = '" + REVISIONS[-1] + "'"
        )

    assert "'9999'" in refused(tmp_path / "newer.tar", shop)


def foreign_tar(path, name="holiday.jpg"):
    write_parts(path, {name: b"a holiday"})


def foreign_zip(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("README.txt", "a holiday")


def foreign_database(path):
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE recipe (name TEXT)")


FOREIGN = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("no backup\n" * 1000),
    "zeros": lambda path: path.write_bytes(bytes(100_000)),
    "tar": foreign_tar,
    "tar of a readme": lambda path: foreign_tar(path, "README.txt"),
    "zip": foreign_zip,
    "database": foreign_database,
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_of_something_else(shop, tmp_path, kind):
    FOREIGN[kind](tmp_path / "foreign")

    refused(tmp_path / "foreign", shop)


def test_a_backup_with_a_link_or_a_folder_in_it(shop, backup):
    parts = parts_of(backup)
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):
        with tarfile.open(backup, "w") as tar:
            for name, data in parts.items():
                told = tarfile.TarInfo(name)
                told.size = len(data)
                tar.addfile(told, io.BytesIO(data))
                odd = tarfile.TarInfo("odd")
                odd.type, odd.linkname = kind, "/etc/passwd"
                tar.addfile(odd)
        refused(backup, shop)


def test_a_database_that_is_damaged_is_not_backed_up_over_a_good_one(shop, backup):
    good = backup.read_bytes()
    shop.close()
    path = shop.settings.database
    data = bytearray(path.read_bytes())
    page = data.index(b"Red shirt 5") // 4096 * 4096  # of products
    data[page : page + 64] = bytes(64)
    path.write_bytes(data)

    with pytest.raises(BadBackup, match="damaged"):
        back_up(backup, services=shop)

    assert backup.read_bytes() == good
    assert [each.name for each in backup.parent.iterdir() if ".part" in each.name] == []

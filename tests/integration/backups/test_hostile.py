"""A backup that somebody made by hand: nothing of it is believed that was not looked at."""

import hashlib
import io
import json
import sqlite3
import tarfile
from contextlib import closing

import pytest
from PIL import Image

from service.backups import back_up
from service.errors import BadBackup
from service.upkeep.verify import DisagreementKind, verify
from service.wiring import build_services
from tests.fakes import MeanColourEncoder
from tests.integration.backups.conftest import contents, put_back


def parts_of(path):
    with tarfile.open(path) as tar:
        return [(each.name, tar.extractfile(each).read()) for each in tar.getmembers()]


def header(name, size, kind=tarfile.REGTYPE):
    told = tarfile.TarInfo(name)
    told.size, told.type = size, kind
    return told


def write_parts(path, parts, before=()):
    """Write a tar, with raw headers and bodies in front of its second member."""
    with path.open("wb") as file:
        for number, (name, data) in enumerate(parts):
            if number == 1:
                file.write(b"".join(before))
            file.write(header(name, len(data)).tobuf(tarfile.GNU_FORMAT))
            file.write(data + bytes(-len(data) % 512))
        file.write(bytes(1024))


def refused(path, shop):
    before = contents(shop)
    with pytest.raises(BadBackup) as error:
        put_back(path, shop)
    assert contents(shop) == before
    assert [each.name for each in shop.settings.home.iterdir() if "restore-" in each.name] == []
    return str(error.value)


KINDS = {
    "an old sparse file": (tarfile.GNUTYPE_SPARSE, b""),
    "a PAX header": (tarfile.XHDTYPE, b"30 path=photos/../../evil.png\n"),
    "a global PAX header": (tarfile.XGLTYPE, b"20 comment=holiday!\n"),
    "a PAX header of Solaris": (tarfile.SOLARIS_XHDTYPE, b"20 comment=holiday!\n"),
    "a long name": (tarfile.GNUTYPE_LONGNAME, b"photos/" + b"a" * 200),
    "a long link": (tarfile.GNUTYPE_LONGLINK, b"/etc/passwd"),
    "a contiguous file": (tarfile.CONTTYPE, b"x"),
    "a character device": (tarfile.CHRTYPE, b""),
    "a block device": (tarfile.BLKTYPE, b""),
    "a pipe": (tarfile.FIFOTYPE, b""),
    "a symbolic link": (tarfile.SYMTYPE, b""),
    "a hard link": (tarfile.LNKTYPE, b""),
    "a folder": (tarfile.DIRTYPE, b""),
    "a kind that nobody knows": (b"Z", b""),
}


def test_what_is_no_plain_file(shop, backup):
    parts = parts_of(backup)
    for kind, (type_, body) in KINDS.items():
        odd = header("odd", len(body), type_)
        odd.linkname = "/etc/passwd"
        raw = odd.tobuf(tarfile.GNU_FORMAT) + body + bytes(-len(body) % 512)
        write_parts(backup, parts, before=[raw])

        assert (kind, "no backup" in refused(backup, shop)) == (kind, True)


def test_a_header_in_front_of_everything(shop, backup):
    parts = parts_of(backup)
    write_parts(backup, [("first", b""), *parts])
    data = backup.read_bytes()[512:]
    odd = header("odd", 20, tarfile.XGLTYPE).tobuf(tarfile.GNU_FORMAT)
    backup.write_bytes(odd + b"20 comment=holiday!\n".ljust(512, b"\0") + data)

    assert "no backup" in refused(backup, shop)


def test_a_database_that_is_a_sparse_file(shop, backup):
    """Its 8 GB would be zeros that are nowhere in the file."""
    parts = [part for part in parts_of(backup) if part[0] != "catalog.sqlite3"]
    sparse = header("catalog.sqlite3", 0, tarfile.GNUTYPE_SPARSE)
    raw = bytearray(sparse.tobuf(tarfile.GNU_FORMAT))
    raw[483:495] = b"77777777777\0"  # its real size
    raw[148:156] = b" " * 8
    raw[148:156] = b"%06o\0 " % sum(raw)
    write_parts(backup, parts, before=[bytes(raw)])

    assert "no backup" in refused(backup, shop)


def test_a_size_below_nothing(shop, backup):
    """To skip it would lead back to where one was."""
    parts = parts_of(backup)
    for size in (-512, -1, -(2**60)):
        write_parts(backup, parts, before=[header("odd", size).tobuf(tarfile.GNU_FORMAT)])

        assert "no backup" in refused(backup, shop)


def test_a_picture_larger_than_any(shop, backup):
    parts, name = parts_of(backup), f"photos/ab/ab{'0' * 62}.png"
    for size in (2**26 + 1, 2**40, 2**60):
        write_parts(backup, parts, before=[header(name, size).tobuf(tarfile.GNU_FORMAT)])

        assert f"has {size} bytes" in refused(backup, shop)


def with_manifest(parts, **changed):
    """Let a manifest tell of the parts as they are now."""
    told = json.loads(dict(parts)["manifest.json"])
    pictures = [(name, data) for name, data in parts if name.startswith("photos/")]
    database = dict(parts)["catalog.sqlite3"]
    digests = b"".join(bytes.fromhex(name[10:74]) for name, _ in pictures)
    told |= {
        "pictures": len(pictures),
        "pictures_bytes": sum(len(data) for _, data in pictures),
        "pictures_sha256": hashlib.sha256(digests).hexdigest(),
        "database_bytes": len(database),
        "database_sha256": hashlib.sha256(database).hexdigest(),
    }
    manifest = json.dumps(told | changed).encode()
    return [*(each for each in parts if each[0] != "manifest.json"), ("manifest.json", manifest)]


def test_a_part_that_is_there_twice(shop, backup):
    first, *others = parts_of(backup)
    picture = next(each for each in others if each[0].startswith("photos/"))
    database = next(each for each in others if each[0] == "catalog.sqlite3")

    for again in (first, picture, database):
        write_parts(backup, with_manifest([first, again, *others]))
        assert "changed" in refused(backup, shop)


def encoded(size, kind):
    file = io.BytesIO()
    Image.new("L", size).save(file, kind)
    return file.getvalue()


PICTURES = {
    "no picture": (b"<script>", ".png"),
    "empty": (b"", ".png"),
    "of another kind": (encoded((4, 4), "JPEG"), ".png"),
    "larger than any": (encoded((20_000, 3), "PNG"), ".png"),
    "cut short": (b"\x89PNG\r\n\x1a\n" + bytes(30), ".png"),
}


def test_a_picture_under_its_true_digest_that_no_store_has_written(shop, backup):
    first, *others = parts_of(backup)
    for kind, (data, suffix) in PICTURES.items():
        digest = hashlib.sha256(data).hexdigest()
        name = f"photos/{digest[:2]}/{digest}{suffix}"
        write_parts(backup, with_manifest([first, (name, data), *others]))

        assert (kind, "no picture of a store" in refused(backup, shop)) == (kind, True)


def changed_database(parts, path, *statements):
    path.write_bytes(dict(parts)["catalog.sqlite3"])
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for each in statements:
            database.execute(each)
    data = path.read_bytes()
    return [(name, data if name == "catalog.sqlite3" else each) for name, each in parts]


CHANGES = {
    "DELETE FROM change": "last change",
    "DELETE FROM change WHERE number = 3": "changes are missing",
    "UPDATE change SET mark = 5": "last change",
    "INSERT INTO change (kind) VALUES ('product')": "last change",
    "DELETE FROM identity": "identity",
    "UPDATE identity SET uuid = 'x'": "identity",
    "INSERT INTO identity (uuid) VALUES ('x')": "identity",
    "UPDATE alembic_version SET version_num = '0001'": "version",
    "INSERT INTO alembic_version VALUES ('0002')": "version",
    "DELETE FROM alembic_version": "version",
    "DROP TABLE change": "no such table",
    "UPDATE photo SET digest = 'no digest' WHERE id = 1": "no digest",
    "UPDATE photo SET digest = x'ff00' WHERE id = 1": "no digest",
    "UPDATE photo SET digest = CAST(x'ff00' AS TEXT) WHERE id = 1": "digest|decode",
}


def test_a_database_that_was_changed_and_a_manifest_that_tells_of_it(shop, backup, tmp_path):
    parts = parts_of(backup)
    for change, complaint in CHANGES.items():
        changed = changed_database(parts, tmp_path / "changed", change)
        write_parts(backup, with_manifest(changed))
        said = refused(backup, shop)

        assert any(each in said for each in complaint.split("|")), (change, said)


def test_a_feed_that_was_emptied_is_refused_though_the_manifest_agrees(shop, backup, tmp_path):
    """Without a change nobody could tell this past from the next that has none."""
    parts = changed_database(parts_of(backup), tmp_path / "changed", "DELETE FROM change")
    write_parts(backup, with_manifest(parts, change=0, mark=0))

    assert "changes are missing" in refused(backup, shop)


def test_a_category_that_is_not_worked_out_is_refused(shop, backup, tmp_path):
    parts = changed_database(
        parts_of(backup),
        tmp_path / "changed",
        "DROP INDEX ix_product_category_id",
        "ALTER TABLE product DROP COLUMN category",
        "ALTER TABLE product ADD COLUMN category VARCHAR(64)",
    )
    write_parts(backup, with_manifest(parts))

    assert "worked out" in refused(backup, shop)


def test_rows_changed_behind_the_feed_are_seen_by_who_has_followed_it(shop, backup):
    """A running server holds what somebody has spoilt by hand, under the number of the backup."""
    with closing(sqlite3.connect(shop.settings.database, isolation_level=None)) as database:
        [[good]] = database.execute("SELECT embedding FROM reading WHERE photo_id = 2").fetchall()
        database.execute("UPDATE reading SET embedding = ? WHERE photo_id = 1", (good,))
    running = build_services(shop.settings, MeanColourEncoder())
    running.warm_up()
    assert {each.kind for each in verify(services=running).problems} == {
        DisagreementKind.BAD_READING
    }

    put_back(backup, shop)

    assert verify(services=running).problems == ()
    running.close()


def test_a_database_that_names_no_pictures_is_not_backed_up(shop, backup):
    good = backup.read_bytes()
    with closing(sqlite3.connect(shop.settings.database, isolation_level=None)) as database:
        database.execute("UPDATE photo SET digest = 'no digest' WHERE id = 1")

    with pytest.raises(BadBackup, match="no digest"):
        back_up(backup, services=shop)

    assert backup.read_bytes() == good


def test_verify_makes_the_checks_of_a_restore(shop):
    with closing(sqlite3.connect(shop.settings.database, isolation_level=None)) as database:
        database.execute("CREATE TRIGGER a AFTER UPDATE ON photo BEGIN DELETE FROM product; END")
        database.execute("CREATE VIEW b AS SELECT * FROM product")
        database.execute("DELETE FROM change")
        whole = verify(services=shop)
        database.execute("DROP TABLE earlier_word")
        lacking = verify(services=shop)

    assert [each.kind.value for each in whole.problems] == [
        "damaged database",
        "damaged database",
        "damaged change feed",
    ]
    assert "lacks" in lacking.problems[-1].subject


def test_a_feed_that_was_emptied_is_begun_anew(shop):
    with closing(sqlite3.connect(shop.settings.database, isolation_level=None)) as database:
        database.execute("DELETE FROM change")

    report = verify(services=shop, repair=True)

    assert [each.kind for each in report.repaired] == [DisagreementKind.BROKEN_FEED]
    assert report.problems == ()

"""A form with files on its way to the disk, in pieces of every size."""

import io
import itertools
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from service.errors import BadUpload, NoSpace, NotAForm, UploadTooLarge
from service.uploads.kept import Uploads
from service.uploads.parts import Begin, End, FormParts
from service.uploads.receiving import Receiving
from tests.mounts import only_to_read, small_disk

TABLE = b"sku,title,price\r\nA-1,Shirt,9.90\r\n"
MANY = [("looks/A-1.jpg", b"\xff\xd8 one\r\n--x"), ("looks/more/B-2.jpg", b""), ("c.csv", TABLE)]


@pytest.fixture
def uploads(tmp_path):
    return Uploads(tmp_path / "home", max_bytes=4 * 2**20)


def form(files, **fields):
    """Write a form as a browser does; gives its Content-Type and its body."""
    parts = MultiDict(fields)
    for name, data in files:
        parts.add("file", FileStorage(io.BytesIO(data), name))
    boundary, body = encode_multipart(parts, boundary="----tests")
    return f"multipart/form-data; boundary={boundary}", body


def send(uploads, sent, step=65536):
    kind, body = sent
    receiving = Receiving(uploads, kind, len(body))
    for start in range(0, len(body), step):
        receiving.take(body[start : start + step])
    receiving.finish()
    return receiving


@pytest.mark.parametrize("step", [1, 2, 3, 13, 65536])
def test_one_file_comes_as_it_is_with_the_fields_beside_it(uploads, step):
    receiving = send(uploads, form([("stock.csv", TABLE)], form_token="t", of="Zoë"), step)

    upload = receiving.keep(purpose="import", by="anna")

    receiving.close()
    assert upload.name == "stock.csv"
    assert upload.path.read_bytes() == TABLE
    assert receiving.fields == {"form_token": ["t"], "of": ["Zoë"]}
    assert uploads.get(upload.token) == upload


@pytest.mark.parametrize("step", [1, 2, 3, 13, 65536])
def test_several_files_become_a_zip_with_the_folders_that_they_were_in(uploads, step):
    receiving = send(uploads, form(MANY), step)

    upload = receiving.keep(purpose="import", by="anna")

    assert upload.name == "looks.zip"
    with ZipFile(upload.path) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == dict(MANY)
    assert list(upload.path.parent.iterdir()) == [upload.path]


def test_an_empty_file_is_written_in_either_way():
    lines = ['Content-Disposition: form-data; name="f"; filename="a"', "", "", "--b--", ""]
    strict, loose = "--b\r\n" + "\r\n".join(lines), "--b\r\n" + "\r\n".join(lines[:2] + lines[3:])

    came = [list(FormParts(b"b").take(each.encode())) for each in (strict, loose)]

    assert came == [[Begin("f", "a"), End()]] * 2


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("A-1.jpg", "A-1.zip"),
        ("looks/A-1.jpg", "looks.zip"),
        ("list.xls", "list.zip"),
        ("STOCK.CSV", "STOCK.CSV"),
        ("stock.zip", "stock.zip"),
        ("feed.xml", "feed.xml"),
    ],
)
def test_a_single_file_that_is_no_source_of_its_own_is_packed(uploads, name, kept):
    upload = send(uploads, form([(name, b"bytes")])).keep(purpose="import", by="anna")

    assert upload.name == kept


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["10005.jpg", "10006.jpg", "10007.jpg"], "10005 and 2 more.zip"),
        (["looks/10005.jpg", "looks/10006.jpg"], "looks.zip"),
        (["stock.csv", "10005.jpg"], "stock and 1 more.zip"),
    ],
)
def test_several_files_are_called_by_their_folder_or_by_the_first(uploads, names, kept):
    upload = send(uploads, form([(name, b"bytes") for name in names])).keep(
        purpose="tag", by="anna"
    )

    assert upload.name == kept


def test_a_name_leads_nowhere_else(uploads):
    upload = send(uploads, form([("../../etc/stock.csv", TABLE)])).keep(purpose="import", by="anna")

    assert upload.path == uploads.folder / upload.token / "stock.csv"
    assert upload.path.read_bytes() == TABLE


@given(data=st.binary(max_size=300), cuts=st.lists(st.integers(0, 700)))
def test_however_a_network_cuts_a_form_no_byte_differs(data, cuts):
    kind, body = form([("a.zip", data + b"\r\n--"), ("b.zip", b""), ("c.zip", b"\r\n" + data)])
    parts, came = FormParts(kind.partition("=")[2].encode()), []
    edges = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})

    for start, end in itertools.pairwise(edges):
        for event in parts.take(body[start:end]):
            if isinstance(event, bytes):
                came[-1] += event
            elif isinstance(event, Begin):
                came.append(b"")

    assert parts.is_whole
    assert came == [data + b"\r\n--", b"", b"\r\n" + data]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (None, "send files as multipart/form-data"),
        ("application/zip", "send files as multipart/form-data"),
        ("multipart/form-data", "send files as multipart/form-data"),
    ],
)
def test_what_is_no_form_is_refused_before_it_is_read(uploads, kind, told):
    with pytest.raises(NotAForm, match=told):
        Receiving(uploads, kind, 10)

    assert not uploads.folder.exists()


def test_what_says_that_it_is_too_large_is_refused_before_it_is_read(uploads):
    with pytest.raises(UploadTooLarge, match="at most 4 MB"):
        Receiving(uploads, form([])[0], 4 * 2**20 + 1)


def test_what_is_too_large_and_does_not_say_so_ends_there_and_leaves_nothing(uploads):
    kind, body = form([("a.zip", b"x" * (5 * 2**20))])
    receiving = Receiving(uploads, kind, None)
    receiving.take(body[: 4 * 2**20])

    with pytest.raises(UploadTooLarge, match="at most 4 MB"):
        receiving.take(body[4 * 2**20 :])
    receiving.close()

    assert list(uploads.folder.iterdir()) == []


def test_fields_have_their_bound_too(uploads):
    kind, body = form([], much="x" * 70_000)

    with pytest.raises(UploadTooLarge, match="64 kB of fields"):
        Receiving(uploads, kind, None).take(body)


def test_names_of_fields_have_their_bound_too(uploads):
    kind, body = form([], **{f"{number}-{'n' * 9_000}": "" for number in range(8)})

    with pytest.raises(UploadTooLarge, match="64 kB of fields"):
        Receiving(uploads, kind, None).take(body)


def test_there_are_so_many_fields_and_no_more(uploads):
    kind, body = form([], **{f"{number}": "" for number in range(1_001)})

    with pytest.raises(UploadTooLarge, match="at most 1000 fields"):
        Receiving(uploads, kind, None).take(body)


def test_a_name_of_a_file_has_its_bound(uploads):
    kind, body = form([(f"{'looks/' * 200}a.jpg", b"a")])

    with pytest.raises(UploadTooLarge, match="at most 1024 letters with its folders"):
        Receiving(uploads, kind, None).take(body)


def test_the_names_of_all_files_have_their_bound_together(uploads, monkeypatch):
    monkeypatch.setattr("service.uploads.receiving._MOST_IN_NAMES", 2_500)
    kind, body = form([(f"{'looks/' * 160}{number}.jpg", b"") for number in range(3)])

    with pytest.raises(UploadTooLarge, match="all of a form"):
        Receiving(uploads, kind, None).take(body)


@pytest.mark.parametrize("cut", [10, 150, 230, 5])
def test_a_form_that_ends_early_is_none(uploads, cut):
    kind, body = form([("a.csv", TABLE)], form_token="t")
    receiving = Receiving(uploads, kind, None)
    receiving.take(body[:-cut])

    with pytest.raises(BadUpload, match="ended early"):
        receiving.finish()
    receiving.close()

    assert list(uploads.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("files", "told"),
    [([], "choose a file"), ([("", b"")], "choose a file"), ([("a.csv", b"")], "is empty")],
)
def test_a_form_without_a_file_keeps_nothing(uploads, files, told):
    receiving = send(uploads, form(files, form_token="t"))

    with pytest.raises(BadUpload, match=told):
        receiving.keep(purpose="import", by="anna")
    receiving.close()

    assert list(uploads.folder.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    with small_disk(tmp_path / "disk", kilobytes=1024) as disk:
        uploads = Uploads(disk / "home", max_bytes=2**30)
        kind, body = form([("a.zip", b"x" * (2 * 2**20))])

        with pytest.raises(NoSpace, match="make room"):
            Receiving(uploads, kind, len(body))
        receiving = Receiving(uploads, kind, None)
        with pytest.raises(NoSpace, match="the disk is full"):
            receiving.take(body)
        receiving.close()

        assert list(uploads.folder.iterdir()) == []


def test_a_home_that_may_only_be_read_is_told(tmp_path):
    (tmp_path / "home").mkdir()
    uploads = Uploads(tmp_path / "home", max_bytes=2**20)

    with only_to_read(tmp_path / "home"), pytest.raises(BadUpload, match="cannot be written"):
        Receiving(uploads, form([])[0], 10)

"""The quick way of reading a form against Werkzeug's own."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from service.web.requests.multipart import QuickFormParser, plain_parts

BOUNDARY = "x-y"
LIMITS = {
    "max_form_memory_size": 200_000,
    "max_form_parts": 4,
    "silent": False,
    "stream_factory": lambda **_: io.BytesIO(),
}
# Pieces of which forms are made, in order or not.
PIECES = st.sampled_from(
    [
        b"--x-y",
        b"\r\n",
        b"\n",
        b"\r",
        b"--",
        b"\r\n\r\n",
        b'Content-Disposition: form-data; name="a"',
        b'Content-Disposition: form-data; name="photo"; filename="p.png"',
        b'content-disposition: form-data; name=b; filename="%22"',
        b"\r\nContent-Type: image/png",
        b"\r\nContent-Type: text/plain; charset=iso-8859-1",
        b"\xff\x00 some data",
        b"x-y",
        b" ",
    ]
)


def read(parser, body):
    """Give fields and files, or the name of what was raised."""
    options = {"boundary": BOUNDARY}
    try:
        _, form, files = parser(**LIMITS).parse(
            io.BytesIO(body), "multipart/form-data", len(body), options
        )
    except (ValueError, RequestEntityTooLarge) as error:
        return type(error).__name__
    sent = [(name, file.filename, file.stream.read()) for name, file in files.items(multi=True)]
    return list(form.items(multi=True)), sent


def assert_alike(body):
    assert read(QuickFormParser, body) == read(FormDataParser, body)


@given(st.lists(PIECES, max_size=14))
def test_any_mixture_of_pieces_is_read_as_werkzeug_does(pieces):
    assert_alike(b"".join(pieces))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"a", b"picture", b"per_page"]),
            st.sampled_from([None, b"", b"p.png", b"\xc3\xbc.png", b"a%22b", b"c:\\d"]),
            st.binary(max_size=40)
            | st.sampled_from([b"\r\n", b"--x-y", b"\r\n--x-y", b"\n--x-y\n"]),
        ),
        max_size=6,
    ),
    st.sampled_from([b"--\r\n", b"--", b"", b"--\r\nepilogue", b"\r\n"]),
)
def test_any_form_is_read_as_werkzeug_does(parts, end):
    body = b""
    for name, filename, data in parts:
        body += b'--x-y\r\nContent-Disposition: form-data; name="' + name + b'"'
        body += b"" if filename is None else b'; filename="' + filename + b'"'
        body += b"\r\n\r\n" + data + b"\r\n"

    assert_alike(body + b"--x-y" + end)


@pytest.mark.parametrize("size", [0, 1, 70_000, 600_000])
def test_a_photo_takes_the_quick_way_and_is_whole(size):
    photo = bytes(range(256)) * (size // 256) + bytes(size % 256)
    body = b'--x-y\r\nContent-Disposition: form-data; name="photo"; filename="p.png"'
    body += b"\r\nContent-Type: image/png\r\n\r\n" + photo + b"\r\n--x-y--\r\n"

    parts = plain_parts(body, b"x-y", 4)

    assert parts is not None
    assert [(part.name, part.filename, part.data) for part in parts] == [("photo", "p.png", photo)]
    assert_alike(body)


@pytest.mark.parametrize("size", [0, 1, 70_000, 700_000])
@pytest.mark.parametrize(
    "head",
    [
        b'Content-Disposition: form-data; name="photo"',
        b'Content-Disposition: form-data; name="photo"\r\nContent-Type: image/jpeg',
        b"content-type: image/jpeg\r\ncontent-disposition: form-data; name=photo",
    ],
)
def test_a_photo_without_a_file_name_is_a_file_and_whole(head, size):
    photo = bytes(range(256)) * (size // 256) + bytes(size % 256)
    other = b'--x-y\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    body = other + b"--x-y\r\n" + head + b"\r\n\r\n" + photo + b"\r\n--x-y--\r\n"

    assert read(QuickFormParser, body) == ([("a", "1")], [("photo", "", photo)])


@pytest.mark.parametrize("number", [4, 5, 50])
def test_too_many_parts_are_refused(number):
    part = b'--x-y\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'

    outcome = read(QuickFormParser, part * number + b"--x-y--\r\n")

    assert (outcome == "RequestEntityTooLarge") == (number > 4)


def test_too_much_in_the_fields_is_refused():
    body = b'--x-y\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + bytes(300_000)

    assert read(QuickFormParser, body + b"\r\n--x-y--\r\n") == "RequestEntityTooLarge"

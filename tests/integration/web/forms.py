"""Sends a photo as a browser or a program does."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

BOUNDARY = "a-line-that-no-picture-holds"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def send(
    client: FlaskClient,
    picture: bytes,
    name: str = "photo.png",
    to: str = "/api/v1/search",
    **values: object,
) -> TestResponse:
    """Send a picture with other fields in one multipart form."""
    body = form([("photo", name, picture)], **values)
    return client.post(to, data=body, content_type=MULTIPART)


def form(files: list[tuple[str, str, bytes]], **values: object) -> bytes:
    """Write a form of files (field, name, bytes) and fields; a list of values is several fields.

    By hand, as the test client of Werkzeug would put a large file on the disk.
    """
    parts = [_part(f'name="{field}"; filename="{name}"', data) for field, name, data in files]
    for field, value in values.items():
        several = value if isinstance(value, list) else [value]
        parts += [_part(f'name="{field}"', str(each).encode()) for each in several]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def _part(disposition: str, data: bytes) -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + data + b"\r\n"

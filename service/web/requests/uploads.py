"""The way of a shopper's photo into the application: through memory, and no further."""

import io
import time
from dataclasses import replace
from typing import IO

from flask import Request, request
from werkzeug.datastructures import FileStorage, MultiDict

from embeddings.decoding.cropping import WHOLE, Box
from embeddings.photos.photo import open_photo
from embeddings.reading.framing import USEFUL_SIDE
from embeddings.types import Photo
from service.errors import NoPhoto, NotAForm, UploadTooLarge
from service.settings.environment import Settings
from service.timing import ms_since
from service.web.requests.multipart import PHOTO, QuickFormParser
from service.web.requests.received import received

FIELD = PHOTO
_FORM = "multipart/form-data"
_RULE = (
    f"send a form as {_FORM}, with one picture as the file '{FIELD}' or with a 'sku', "
    f"such as `curl -F {FIELD}=@picture.jpg`"
)
# Of all fields of a form that are not the photo. Werkzeug holds a part of the photo against it,
# too, and reads 64 KiB at a time, so a lower limit would refuse photos.
MAX_FIELD_BYTES = 256 * 1024
MAX_PARTS = 32
_PRODUCTS = "/api/v1/products"  # what is written has its route there
_RECEIVED = {"/staff/import", "/staff/tag", "/api/v1/imports", "/api/v1/tags"}
_MAX_WAIT_S = 5.0  # for others' large pictures; a shopper rather hears that it is busy


class InMemoryRequest(Request):
    """A request whose uploads never touch the disk; MAX_CONTENT_LENGTH bounds what they take."""

    form_data_parser_class = QuickFormParser

    def _load_form_data(self) -> None:
        takes_files = is_received(self.method, self.path) and self.mimetype == _FORM
        if "form" in self.__dict__ or not takes_files:
            super()._load_form_data()
            return
        # Of what goes to the disk only the fields are a form's; see `received`.
        empty: MultiDict[str, FileStorage] = MultiDict()
        self.__dict__ |= {"form": received(self).fields, "files": empty, "stream": io.BytesIO()}

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        # Werkzeug would write what is over 500 kB to a temporary file.
        return io.BytesIO()


def is_received(method: str, path: str) -> bool:
    """Return whether a request brings files that go to the disk as they come."""
    return method == "POST" and path in _RECEIVED


def most_body_bytes(settings: Settings) -> int:
    """Return the bytes that a body of a request may have: a photo, and the form around it."""
    return settings.max_upload_bytes + MAX_FIELD_BYTES


def sent_values() -> MultiDict[str, str]:
    """Return what was sent beside the photo: the fields of the form, and those of the address.

    Raises:
        NotAForm: the body is in another form than a multipart form.
    """
    # Nothing else is parsed: of a form in an address's manner nobody counts the fields first.
    has_body = bool(request.content_length) or "Transfer-Encoding" in request.headers
    if has_body and not _is_form(request.content_type):
        came = f"'{request.mimetype}'" if request.mimetype else "no Content-Type"
        raise NotAForm(f"{_RULE}; got {came}")
    return MultiDict([*request.args.items(multi=True), *request.form.items(multi=True)])


def is_looked_at(method: str, content_type: str | None, path: str = "") -> bool:
    """Return whether the body of a request is looked at: forms are, and writes of products.

    `path` is that of the application, without what it is public under.

    Raises:
        NotAForm: it would be, and is in another form than a multipart form.
    """
    if method in ("PUT", "PATCH"):
        return path.startswith(f"{_PRODUCTS}/")
    if method != "POST":
        return False
    if path == _PRODUCTS:
        return True
    if not _is_form(content_type):
        raise NotAForm(_RULE)  # without what came: this answer is worded once for all
    return True


def _is_form(content_type: str | None) -> bool:
    return (content_type or "").partition(";")[0].strip().lower() == _FORM


def sent_photos() -> list[FileStorage]:
    """Return the pictures that came with this request.

    A form offers a file and a camera under one name; the one left empty has no file name.
    """
    return [each for each in request.files.getlist(FIELD) if each.filename or _holds_any(each)]


def _holds_any(file: FileStorage) -> bool:
    begins = file.stream.read(1)
    file.stream.seek(0)
    return bool(begins)


def uploaded_photo(settings: Settings, box: Box = WHOLE) -> tuple[Photo, float]:
    """Decode the photo that came with this request; gives it with the milliseconds it took.

    Raises:
        NoPhoto: none came.
        UploadTooLarge: it has more bytes than the settings allow.
        UnreadablePhoto: it is not a whole picture of a format that we read.
        DecodingBusy: too many large pictures are being decoded.
    """
    sent = sent_photos()
    if not sent:
        raise NoPhoto(f"send one picture as the file '{FIELD}' of a multipart form")
    data = sent[0].stream.read()
    if len(data) > settings.max_upload_bytes:
        raise UploadTooLarge(f"a photo has at most {settings.max_upload_mb} MB, this one has more")
    started = time.perf_counter()
    limits = replace(settings.photo_limits, max_wait_s=_MAX_WAIT_S)
    photo = open_photo(data, limits, USEFUL_SIDE, box)
    return photo, ms_since(started)

"""Whatever letters a page is made of, it can be sent."""

from flask import Response


class LegibleResponse(Response):
    """An answer in UTF-8 that shows a mark in place of what was never read as a letter.

    A table in another encoding is looked at before anybody said so, and file names may be any
    bytes: what was not read of them stands in texts as lone surrogates, which UTF-8 does not have.
    """

    def set_data(self, value: bytes | str) -> None:
        """Take what is sent."""
        super().set_data(legible(value) if isinstance(value, str) else value)


def legible(text: str) -> bytes:
    """Encode a text, with U+FFFD in place of each lone surrogate."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()

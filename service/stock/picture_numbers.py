"""The numbers of a product's pictures: from 1, in the order in which they are shown."""

import re

from service.errors import BadRequestValue

MAX_PHOTOS = 20  # of one product
_NUMBER = re.compile("[1-9][0-9]?")


def number_of(text: str) -> int:
    """Read the number of a picture, from 1. Raises: BadRequestValue."""
    if not _NUMBER.fullmatch(text) or int(text) > MAX_PHOTOS:
        told = f"pictures have the numbers 1 to {MAX_PHOTOS}, got '{text[:20]}'"
        raise BadRequestValue(told, {"number": [told]})
    return int(text)

"""A small shop of real pictures, whose facts can be worked out by hand from this page."""

import hashlib
from functools import lru_cache

from catalog.labelling import Word
from catalog.stored import PhotoRecord, ProductRecord
from embeddings.types import Photo
from service.index.rows import stored_reading
from service.wiring import Services
from tests.fakes import image_bytes, plain_photo

COLOURS = ("red", "green", "blue")
SHADES = 12


def shop_records(services: Services) -> list[ProductRecord]:
    """Make 36 products: shade 0..11 of each colour, the higher the darker and the dearer.

    `RED-00` costs 10.00 EUR, `RED-11` 21.00; even shades are in stock with as many pieces as
    their number and one, odd ones are sold out.
    """
    return [
        product(
            services,
            f"{colour.upper()}-{shade:02}",
            colour_of(colour, shade),
            title=f"{colour.title()} shirt {shade}",
            price_cents=1000 + 100 * shade,
            stock=0 if shade % 2 else shade + 1,
        )
        for colour in COLOURS
        for shade in range(SHADES)
    ]


def colour_of(name: str, shade: int) -> tuple[int, int, int]:
    """Give a shade of red, green or blue; no two are alike."""
    strong, weak = 250 - 10 * shade, 10 + 7 * shade
    red, green, blue = (strong if name == each else weak for each in COLOURS)
    return red, green, blue


def product(
    services: Services,
    sku: str,
    *colours: tuple[int, int, int],
    title: str | None = None,
    price_cents: int | None = 1000,
    stock: int = 1,
    category: str | None = None,
) -> ProductRecord:
    """Make a product with a plain photo of each colour, its pictures in the store."""
    return ProductRecord(
        sku=sku,
        facts={
            "title": sku if title is None else title,
            "url": None,
            "price_cents": price_cents,
            "currency": None if price_cents is None else "EUR",
            "stock": stock,
        },
        word=None if category is None else Word(category),
        photos=tuple(photo(services, colour) for colour in colours),
    )


def photo(services: Services, colour: tuple[int, int, int]) -> PhotoRecord:
    """Store and read a plain photo of a colour."""
    picture, source = _picture_and_source(colour)
    encoder = services.encoder  # the catalogue is asked for it each time
    [reading] = encoder.read([picture])
    stored = stored_reading(reading, encoder)
    return PhotoRecord(source, services.store.put(picture), stored)


@lru_cache(maxsize=512)
def _picture_and_source(colour: tuple[int, int, int]) -> tuple[Photo, str]:
    picture = plain_photo(colour)
    return picture, hashlib.sha256(image_bytes(picture)).hexdigest()

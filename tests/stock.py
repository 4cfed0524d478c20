"""Things to sell, pictured as squares of one colour: which are alike can be read off that."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.labelling import Word
from catalog.stored import PhotoRecord, ProductRecord
from service.index.rows import stored_reading
from service.stock.record import record_batch
from service.wiring import Services
from tests.fakes import plain_photo


@dataclass(frozen=True)
class Item:
    """A product to sell."""

    sku: str
    colour: tuple[int, int, int]
    title: str = "A plain thing"
    price_cents: int | None = 1000
    stock: int = 1
    category: str | None = None
    url: str | None = None
    pictured: bool = True


def shades(count: int = 30) -> list[Item]:
    """Give reds, greens and blues in turn, each darker than the one before, and dearer."""
    items = []
    for number in range(count):
        channel = number % 3
        colour = [20, 20, 20]
        colour[channel] = 250 - 3 * number
        name = ("Red", "Green", "Blue")[channel]
        items.append(
            Item(
                sku=f"{name[0]}-{number:03}",
                colour=(colour[0], colour[1], colour[2]),
                title=f"{name} shirt no {number}",
                price_cents=1000 + 100 * number,
                stock=number % 4,
                url=f"https://shop.example/{number}" if number % 2 else None,
            )
        )
    return items


def fill(services: Services, items: Sequence[Item], side: int = 28) -> None:
    """Bring items into a catalogue."""
    records = []
    encoder = services.encoder  # the catalogue is asked for it each time
    for item in items:
        photo = plain_photo(item.colour, side)
        [reading] = encoder.read([photo])
        picture = PhotoRecord(
            source_digest=hashlib.sha256(photo.pixels.tobytes()).hexdigest(),
            photo_digest=services.store.put(photo),
            reading=stored_reading(reading, encoder),
        )
        records.append(
            ProductRecord(
                sku=item.sku,
                facts={
                    "title": item.title,
                    "url": item.url,
                    "price_cents": item.price_cents,
                    "currency": "EUR" if item.price_cents is not None else None,
                    "stock": item.stock,
                },
                word=None if item.category is None else Word(item.category),
                photos=(picture,) if item.pictured else (),
            )
        )
    record_batch(records, services=services)

"""What a model reads in a stored picture at any later time is what it read at the import."""

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import text

from embeddings.decoding.signatures import format_of
from service.importing import import_source
from service.promotion.missing_readings import read_missing
from service.settings.environment import Settings
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.pictures import encoded, exif_with_orientation, good_pictures

EQUAL = 1e-5  # a network sums in another order when it reads other pictures together


def fabric(width: int, height: int) -> Image.Image:
    """Make the hardest picture for JPEG: fine coloured threads, another in each place."""
    random = np.random.default_rng(width)
    coarse = random.integers(0, 256, (height // 50 + 1, width // 50 + 1, 3))
    ground = coarse.repeat(50, axis=0).repeat(50, axis=1)[:height, :width]
    return Image.fromarray(
        np.clip(ground + random.integers(-90, 90, ground.shape), 0, 255).astype(np.uint8)
    )


def hard_pictures() -> dict[str, bytes]:
    large, small = fabric(1700, 1300), fabric(300, 400)
    clear = small.copy()
    clear.putalpha(Image.linear_gradient("L").resize(small.size))
    deep = np.random.default_rng(1).integers(0, 65536, (300, 200)).astype(np.uint16)
    return {
        "large-jpeg.jpg": encoded(large, "JPEG", quality=95),
        "large-png.png": encoded(large, "PNG"),
        "large-webp.webp": encoded(large, "WEBP", quality=90),
        "turned.jpg": encoded(large, "JPEG", exif=exif_with_orientation(6)),
        "alpha-png.png": encoded(clear, "PNG"),
        "alpha-webp.webp": encoded(clear, "WEBP", lossless=True),
        "deep.png": encoded(Image.fromarray(deep), "PNG"),
        "just-small.png": encoded(fabric(64, 64), "PNG"),
        "just-larger.png": encoded(fabric(65, 65), "PNG"),
    }


def ending(data: bytes) -> str:
    return {"JPEG": "jpg", "HEIF": "heic"}.get(format_of(data), format_of(data).lower())


@pytest.fixture(scope="module", params=["fashion-mnist", "clothing-photos"])
def shop(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    pictures = folder / "pictures"
    pictures.mkdir()
    for name, data in hard_pictures().items():
        (pictures / name).write_bytes(data)
    for number, data in enumerate(good_pictures().values()):
        (pictures / f"format-{number}.{ending(data)}").write_bytes(data)
    services = build_services(Settings(home=folder / "home", bundle=request.param))
    report = import_source(pictures, services=services)
    assert (report.failed, report.added) == ((), len(list(pictures.iterdir())))
    yield services
    services.close()


def read(services):
    with services.database.reading() as session:
        rows = session.execute(
            text("SELECT photo_id, label, probabilities, embedding FROM reading")
        )
        return {
            row.photo_id: (
                row.label,
                np.frombuffer(row.probabilities, "<f4"),
                np.frombuffer(row.embedding, "<f4"),
            )
            for row in rows
        }


def test_a_reading_made_again_is_that_of_the_import(shop):
    imported = read(shop)
    with shop.database.writing() as session:
        session.execute(text("DELETE FROM reading"))

    read_missing(shop.model, services=shop)

    again = read(shop)
    assert again.keys() == imported.keys()
    for id_, (label, probabilities, embedding) in imported.items():
        assert again[id_][0] == label
        np.testing.assert_allclose(again[id_][1], probabilities, atol=EQUAL)
        np.testing.assert_allclose(again[id_][2], embedding, atol=EQUAL)
    assert verify(services=shop).drift == 0


def test_what_is_searched_for_and_found_is_the_very_same(shop):
    """A stored picture sent as a photo is the nearest to itself, with a cosine of 1."""
    with shop.database.reading() as session:
        pairs = session.execute(text("SELECT id, digest FROM photo")).all()
    for id_, digest in pairs:
        [reading] = shop.encoder.read([shop.store.open(digest)])

        with shop.index.searching() as (_, view):
            assert view.index.vectors(np.array([id_]))[0] @ reading.embedding > 1 - EQUAL

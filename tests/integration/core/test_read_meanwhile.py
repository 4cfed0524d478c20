"""A catalogue is put back from a copy while its photos are read: ids then mean other photos."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from sqlalchemy import text

from catalog.filters import Filters
from service.backups import back_up, checked, restore
from service.errors import NotReady
from service.finding.search import find_similar
from service.models.registry import model_of
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model
from service.stock.changing import remove_products
from service.stock.record import record_batch
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import BrightnessEncoder, MeanColourEncoder, plain_photo
from tests.shop import product

COLOURS = [(shade, 0, 0) for shade in range(200, 240, 10)]
OTHERS = [(0, 0, shade) for shade in range(0, 240, 10)]


class InterruptedReader(BrightnessEncoder):
    """Lets something else happen while it reads for the first time."""

    def __init__(self, meanwhile):
        super().__init__()
        self.meanwhile = meanwhile

    def read(self, photos):
        found = super().read(photos)
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            happens()
        return found


@pytest.fixture
def shop(settings):
    """A shop of few products, over a home whose backup has more, and others, under their ids."""
    built = build_services(settings, MeanColourEncoder(), others=[BrightnessEncoder()])
    yield built
    built.close()


def import_colours(shop, name, colours):
    items = [product(shop, f"{name}-{n}", colour) for n, colour in enumerate(colours)]
    record_batch(items, services=shop)


def by_hand(shop, change):
    """Change rows as another program does, which keeps no checksums."""
    with closing(sqlite3.connect(shop.settings.database)) as database, database:
        database.execute(change)


def put_back(shop, path):
    with checked(path, settings=shop.settings) as backup:
        restore(backup, services=shop)


def to_another_past(shop, path):
    """Make a backup of a start, and of what came after; give what leads to the second."""
    import_colours(shop, "FIRST", [(1, 2, 3)])
    back_up(path / "start.tar", services=shop)
    import_colours(shop, "OTHER", OTHERS)
    back_up(path / "other.tar", services=shop)
    put_back(shop, path / "start.tar")
    import_colours(shop, "NEW", COLOURS)
    return lambda: put_back(shop, path / "other.tar")


def test_every_photo_is_read_though_the_shop_is_put_back_meanwhile(shop, tmp_path):
    reader = InterruptedReader(to_another_past(shop, tmp_path))
    model = model_of(reader, "new")

    read_missing(model, services=shop)

    promote_model(model, services=shop)
    with shop.database.reading() as session:
        rows = session.execute(
            text(
                "SELECT digest, embedding FROM photo JOIN reading ON photo_id = photo.id"
                " WHERE fingerprint = :model"
            ),
            {"model": model.fingerprint},
        ).all()
    assert len(rows) == 1 + len(OTHERS)
    for digest, embedding in rows:
        [expected] = reader.read([shop.store.open(digest)])
        np.testing.assert_allclose(np.frombuffer(embedding, "<f4"), expected.embedding, atol=1e-6)
    found = find_similar(plain_photo((0, 0, 100)), Filters(), 1, 99, services=shop)
    assert found.total == 1 + len(OTHERS)


def test_what_the_copy_had_not_read_yet_is_read_again(shop, tmp_path):
    """Readings beside the running model leave no trace in the feed: the past looks the same."""
    import_colours(shop, "MANY", [(red, green, 0) for red in range(13) for green in range(10)])
    back_up(tmp_path / "shop.tar", services=shop)
    reader = InterruptedReader(None)

    def at_the_second_batch():
        reader.meanwhile = lambda: put_back(shop, tmp_path / "shop.tar")

    reader.meanwhile = at_the_second_batch

    read_missing(model_of(reader, "new"), services=shop)

    promote_model(model_of(reader, "new"), services=shop)
    assert verify(services=shop).drift == 0


def test_photos_that_go_while_they_are_read_end_the_reading(shop):
    import_colours(shop, "NEW", COLOURS)
    skus = [f"NEW-{number}" for number in range(len(COLOURS))]
    reader = InterruptedReader(lambda: remove_products(skus, services=shop))

    assert read_missing(model_of(reader, "new"), services=shop) == 0


def test_a_row_of_another_past_is_not_taken_for_the_one_that_was_looked_at(shop, tmp_path):
    back = to_another_past(shop, tmp_path)
    by_hand(shop, "UPDATE product SET stock = 77 WHERE id = 2")

    def put_back_once(done, total):
        if done == total and not reports:
            reports.append(done)
            back()

    reports = []
    with pytest.raises(NotReady, match="put back"):
        verify(services=shop, accept=True, progress=put_back_once)


def test_a_damaged_reading_of_a_model_that_answers_by_now_is_not_forgotten(shop):
    import_colours(shop, "NEW", COLOURS)
    other = model_of(BrightnessEncoder(), "new")
    read_missing(other, services=shop)
    by_hand(shop, f"UPDATE reading SET label = 'x' WHERE fingerprint = '{other.fingerprint}'")

    def promote_once(done, total):
        if done == total and not reports:
            reports.append(done)
            promote_model(other, services=shop)

    reports = []
    verify(services=shop, repair=True, progress=promote_once)

    with shop.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM reading")) == 2 * len(COLOURS)

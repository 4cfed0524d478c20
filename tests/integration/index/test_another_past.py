"""A catalogue put back from a copy gives its numbers and ids out once more: nobody is misled."""

import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from sqlalchemy import text

from catalog import readings
from catalog.filters import Filters
from service.finding.search import find_like_reading
from service.stock.changing import remove_products
from service.stock.record import finish_import, record_batch
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_photo
from tests.shop import product

WRONG = [(0, 0, shade) for shade in range(200, 240, 10)]
RIGHT = [(shade, 0, 0) for shade in range(200, 240, 10)]
ASKED = plain_photo((230, 0, 0))


def import_colours(services, colours):
    items = [product(services, f"NEW-{n}", colour) for n, colour in enumerate(colours)]
    record_batch(items, services=services)


def copy_of(services, path):
    with (
        closing(sqlite3.connect(services.settings.database)) as live,
        closing(sqlite3.connect(path)) as copy,
    ):
        live.backup(copy)
    return path


def put_back(services, path):
    """Do what the `.restore` of SQLite's own shell does: write the copy into the live file."""
    with (
        closing(sqlite3.connect(path)) as copy,
        closing(sqlite3.connect(services.settings.database)) as live,
    ):
        copy.backup(live)


def found_by(services):
    """Give what a search finds, and what the rows say that it must."""
    [reading] = services.encoder.read([ASKED])
    hits = find_like_reading(reading, Filters(), 1, 100, services=services).hits
    with services.database.reading() as session:
        owners = dict(session.execute(text("SELECT p.id, sku FROM photo p JOIN product ON"
                                           " product.id = product_id")).all())  # fmt: skip
        [rows] = readings.stream_embeddings(session, services.encoder.fingerprint, 1000)
    cosines = {owners[id_]: float(np.frombuffer(e, "<f4") @ reading.embedding) for id_, e in rows}
    return {hit.product.sku: pytest.approx(hit.cosine, abs=1e-6) for hit in hits}, cosines


def index_of(services):
    with services.index.searching() as (_, view):
        return view.index


@pytest.fixture
def start(filled):
    """Start parts over the same home, as another process would."""
    started = []

    def begin():
        started.append(build_services(filled.settings, MeanColourEncoder()))
        return started[-1]

    yield begin
    for each in started:
        each.close()


@pytest.mark.parametrize("more", [-1, 0, 1], ids=["fewer", "as many", "more"])
def test_the_index_of_an_undone_past_is_not_searched(filled, start, tmp_path, more):
    copy, running, idle = copy_of(filled, tmp_path / "copy"), start(), start()
    import_colours(filled, WRONG)
    finish_import(services=filled)
    for services in (running, idle):
        services.warm_up()

    put_back(filled, copy)
    import_colours(filled, RIGHT[: len(RIGHT) + more] if more < 1 else [*RIGHT, (9, 9, 9)])

    for services in (running, start(), filled):
        found, expected = found_by(services)
        assert found == expected
        assert verify(services=services).drift == 0
    assert idle.index.drift() == 0


def test_a_copy_put_back_is_followed_before_anything_else_happens(filled, start, tmp_path):
    copy, running = copy_of(filled, tmp_path / "copy"), start()
    import_colours(filled, WRONG)
    running.warm_up()

    put_back(filled, copy)

    found, expected = found_by(running)
    assert found == expected
    assert len(found) == 36


def test_a_snapshot_of_an_undone_past_is_not_started_from(filled, start, tmp_path):
    copy = copy_of(filled, tmp_path / "copy")
    import_colours(filled, WRONG)
    finish_import(services=filled)
    wrong = shutil.copytree(filled.settings.snapshots, tmp_path / "snapshots")
    put_back(filled, copy)
    import_colours(filled, RIGHT)
    shutil.copytree(wrong, filled.settings.snapshots, dirs_exist_ok=True)

    found, expected = found_by(start())

    assert found == expected


def test_an_index_of_the_shared_past_goes_on_from_where_it_was(filled, start, tmp_path):
    finish_import(services=filled)
    copy, running = copy_of(filled, tmp_path / "copy"), start()
    running.warm_up()
    kept = index_of(running)
    import_colours(filled, WRONG)

    put_back(filled, copy)
    import_colours(filled, RIGHT)
    found, expected = found_by(running)

    assert found == expected
    assert index_of(running) is kept  # four photos were put in, not all built anew


def test_a_file_put_in_place_of_the_open_one_is_noticed(filled, start, tmp_path):
    copy, running = copy_of(filled, tmp_path / "copy"), start()
    remove_products(["RED-00", "RED-01"], services=filled)
    before, _ = found_by(running)
    filled.close()
    for left in filled.settings.home.glob("catalog.sqlite3*"):
        left.unlink()
    shutil.copy(copy, filled.settings.database)

    found, expected = found_by(running)

    assert (len(before), len(found)) == (34, 36)
    assert found == expected
    import_colours(running, RIGHT)  # it is the new file that is written
    found, expected = found_by(start())
    assert len(found) == 40
    assert found == expected

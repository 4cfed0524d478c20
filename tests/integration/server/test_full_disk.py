"""A disk that is full: one line, nothing half done, and all works again once there is room."""

import os

import pytest

from catalog.filters import Filters
from service.backups import back_up, checked, restore
from service.failures import what_went_wrong
from service.finding.search import find_similar
from service.models.registry import model_of
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model
from service.settings.environment import Settings
from service.stock.changing import label_product
from service.stock.record import record_batch
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import BrightnessEncoder, MeanColourEncoder, plain_photo
from tests.integration.backups.conftest import contents
from tests.mounts import small_disk
from tests.shop import product, shop_records

OTHER = BrightnessEncoder()


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk", kilobytes=4096) as folder:
        yield folder


@pytest.fixture
def shop(disk):
    built = build_services(Settings(home=disk / "home"), MeanColourEncoder(), others=[OTHER])
    record_batch(shop_records(built), services=built)
    yield built
    built.close()


def fill_up(disk):
    """Leave no room at all."""
    with (disk / "filler").open("wb") as file:
        while True:
            try:
                os.write(file.fileno(), bytes(4096))
            except OSError:
                return


def make_room(disk):
    (disk / "filler").unlink()


def import_more(shop, _tmp_path):
    many = [product(shop, f"NEW-{n}", (n % 250, n // 250, 9), title="x" * 200) for n in range(40)]
    record_batch(many, services=shop)


def label_all(shop, _tmp_path):
    for number in range(12):
        label_product(f"RED-{number:02}", "hat", services=shop)


def promote(shop, _tmp_path):
    model = model_of(OTHER, "other")
    read_missing(model, services=shop)
    promote_model(model, services=shop)


def back_up_beside(shop, _tmp_path):
    back_up(shop.settings.home.parent / "shop.tar", services=shop)


def put_back(shop, tmp_path):
    with checked(tmp_path / "before.tar", settings=shop.settings) as backup:
        restore(backup, services=shop)


@pytest.mark.parametrize("work", [import_more, label_all, promote, back_up_beside, put_back])
def test_a_full_disk_is_told_in_a_line_and_leaves_nothing_half_done(disk, shop, tmp_path, work):
    back_up(tmp_path / "before.tar", services=shop)
    before = contents(shop)
    files = {each.name for each in disk.iterdir()}
    fill_up(disk)

    with pytest.raises(Exception) as error:  # noqa: PT011 -- which it is depends on the writer
        work(shop, tmp_path)

    said = what_went_wrong(error.value)
    assert said is not None
    assert "\n" not in said
    assert "make room" in said
    assert {each.name for each in disk.iterdir()} - {"filler"} == files
    assert contents(shop) == before
    assert find_similar(plain_photo((250, 9, 9)), Filters(), 1, 36, services=shop).total == 36
    make_room(disk)
    assert verify(services=shop, repair=True).drift == 0
    work(shop, tmp_path)
    assert verify(services=shop).drift == 0

"""The choice of the photos that travel with the service, on a small drawn copy of the data set."""

import csv
import io
from dataclasses import replace

import pytest
from PIL import Image

from embeddings.datasets.clothing_photos import load_clothing_photos
from tests.clothing import files, photo_name, write_folder
from training.data.demo_stock import colour_group, spread, write_demo_stock
from training.errors import BadData

SAMPLES = (photo_name(1)[:8],)  # of the sender of photos 0 to 2


@pytest.fixture
def photos(tmp_path):
    found = load_clothing_photos(write_folder(tmp_path / "data", files(40)))
    return [
        replace(each, split="test") if number == 8 else each for number, each in enumerate(found)
    ]


def table(folder):
    return list(csv.DictReader(io.StringIO((folder / "stock.csv").read_text())))


def test_products_and_samples_have_senders_of_their_own(photos, tmp_path):
    size = write_demo_stock(photos, tmp_path / "out", 12, SAMPLES)

    rows = table(tmp_path / "out")
    kept = {path.stem for path in (tmp_path / "out").glob("photos/*.jpg")}
    senders = {each.name[:13]: each.sender for each in photos}
    assert len(rows) == 12
    assert kept == {row["sku"] for row in rows}
    assert [path.stem for path in (tmp_path / "out").glob("samples/*")] == [photo_name(1)[:13]]
    assert senders[photo_name(1)[:13]] not in {senders[row["sku"]] for row in rows}
    assert size == sum(p.stat().st_size for p in (tmp_path / "out").rglob("*") if p.is_file())


def test_no_test_photo_no_childs_garment_and_none_that_nobody_could_tell_is_taken(photos, tmp_path):
    write_demo_stock(photos, tmp_path / "out", 1000, SAMPLES)

    known = {each.name[:13]: each for each in photos}
    taken = [known[row["sku"]] for row in table(tmp_path / "out")]
    assert taken
    assert all(each.split != "test" and not each.kids for each in taken)
    assert {row["title"].split(" no. ")[0] for row in table(tmp_path / "out")} <= {
        "T-Shirt",
        "Pants",
        "Dress",
        "Hat",
    }


def test_the_same_photos_make_the_same_files_in_whatever_order_they_are_listed(photos, tmp_path):
    write_demo_stock(photos, tmp_path / "one", 12, SAMPLES)
    write_demo_stock(photos[::-1], tmp_path / "two", 12, SAMPLES)

    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()}
        for name in ("one", "two")
    )
    assert one == two


def test_kinds_are_dealt_in_turn(photos):
    chosen = spread(photos, 6)

    assert len({each.label for each in chosen}) >= 3


@pytest.mark.parametrize(
    ("colour", "group"),
    [((10, 10, 10), "dark"), ((128, 128, 128), "grey"), ((250, 250, 250), "light")],
)
def test_what_has_no_colour_is_told_by_its_lightness(colour, group):
    assert colour_group(Image.new("RGB", (60, 80), colour)) == group


def test_red_and_blue_and_green_are_of_different_groups():
    colours = [(200, 20, 30), (30, 60, 200), (30, 150, 50)]

    assert len({colour_group(Image.new("RGB", (60, 80), each)) for each in colours}) == 3


def test_a_sample_that_is_not_there_is_refused(photos, tmp_path):
    with pytest.raises(BadData, match="'ffffffff' is 0"):
        write_demo_stock(photos, tmp_path / "out", 12, ("ffffffff",))

    assert not (tmp_path / "out").exists()

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageEnhance, ImageOps

from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import Kind
from service.duplicates.queue import open_queue
from service.duplicates.searching import backlog, find_all, find_new
from service.importing import import_source
from service.stock.changing import remove_products
from service.stock.record import record_batch
from tests.fakes import image_bytes
from tests.patterns import between, garment, image_of, pattern, photo_of
from tests.stock_of_pictures import product_of


def proposed(services, **wanted):
    queue = open_queue(PairFilter(**wanted), 1000, services=services)
    return [(each.left, each.right, each.kind) for each in queue.pairs]


def saved_anew(photo, quality=50):
    file = io.BytesIO()
    image_of(photo).save(file, "JPEG", quality=quality)
    return photo_of(Image.open(file))


def test_products_that_have_nothing_in_common_are_no_pair(shop):
    found = find_new(services=shop)

    assert (found.photos, found.proposed) == (4, 0)


def test_the_very_same_picture_under_another_sku_is_a_pair(shop, put):
    put("E", garment(1))

    find_new(services=shop)

    assert proposed(shop) == [("B", "E", Kind.SAME_PICTURE)]


@pytest.mark.parametrize(
    "change",
    [
        saved_anew,
        lambda photo: photo_of(image_of(photo).resize((160, 160))),
        lambda photo: photo_of(ImageOps.mirror(image_of(photo))),
        lambda photo: photo_of(ImageEnhance.Brightness(image_of(photo)).enhance(0.8)),
        lambda photo: photo_of(ImageOps.expand(image_of(photo), 8, (10, 10, 10))),
    ],
)
def test_a_picture_that_was_saved_anew_is_known_again(shop, put, change):
    put("E", change(garment(1)))

    find_new(services=shop)

    assert proposed(shop) == [("B", "E", Kind.SAME_PICTURE)]


def test_a_product_photographed_again_is_known_by_what_the_network_sees(shop, put):
    put("E", between(1, 1, 0, ground=50))

    find_new(services=shop)

    assert proposed(shop) == [("B", "E", Kind.SAME_PRODUCT)]


def test_the_words_of_the_shop_tell_variants_apart(shop, put):
    put("B", garment(1), shop_colour="Navy")
    put("E", between(1, 1, 0, ground=50), shop_colour="Forest")

    find_new(services=shop)

    assert proposed(shop) == [("B", "E", Kind.VARIANT)]


def test_one_picture_in_two_colours_is_a_variant_and_no_duplicate(services, put):
    put("RED", pattern(1, tint=(1, 0.3, 0.3)))
    put("BLUE", pattern(1, tint=(0.3, 0.3, 1)))

    find_new(services=services)

    assert proposed(services) == [("RED", "BLUE", Kind.VARIANT)]


def test_products_of_one_style_are_never_proposed(services, put):
    put("M", garment(1), style="Shirt")
    put("L", garment(1), style="SHIRT")
    find_new(services=services)

    assert proposed(services) == []


def test_products_that_become_one_style_leave_the_queue(shop, put):
    put("E", garment(1))
    find_new(services=shop)

    put("B", garment(1), style="x")
    put("E", garment(1), style="x")

    assert proposed(shop) == []


def test_copies_are_paired_with_the_first_and_not_with_each_other(shop, put):
    for number in range(6):
        put(f"COPY-{number}", garment(2))

    find_new(services=shop)

    assert sorted(proposed(shop)) == [("C", f"COPY-{n}", Kind.SAME_PICTURE) for n in range(6)]


def test_likeness_makes_no_chain(services, put):
    """One picture between two others: each pair stands on its own pictures."""
    for number, sku in enumerate("XYZ"):
        put(sku, between(1, 2, 15 * number, ground=50 + number))

    find_new(services=services)

    assert sorted(proposed(services)) == [
        ("X", "Y", Kind.SAME_PRODUCT),
        ("Y", "Z", Kind.SAME_PRODUCT),
    ]


def test_a_picture_is_compared_once(shop, put):
    find_new(services=shop)
    put("E", garment(1))

    found = find_new(services=shop)

    assert (found.photos, found.proposed) == (1, 1)
    assert find_new(services=shop).photos == 0


def test_a_product_that_leaves_takes_its_pairs_with_it(shop, put):
    put("E", garment(1))
    find_new(services=shop)

    remove_products(["B"], services=shop)

    assert proposed(shop) == []


def test_pictures_of_before_are_compared_when_they_are_asked_for(services):
    for sku, number in (("A", 1), ("B", 2), ("C", 1)):
        record_batch([product_of(services, sku, garment(number), hashed=False)], services=services)
    with services.database.writing() as session:  # as a catalogue of before was brought up to date
        from catalog.duplicates import photos

        state = photos.progress_of(session)
        state.newest = state.older_to = photos.newest_photo(session)

    assert backlog(services=services) == (0, 3)
    assert find_new(services=services).photos == 0
    found = find_all(services=services)

    assert (found.photos, found.proposed) == (3, 1)
    assert proposed(services) == [("A", "C", Kind.SAME_PICTURE)]
    assert backlog(services=services) == (0, 0)
    assert find_all(services=services, again=True).photos == 3


def test_a_lost_picture_is_no_obstacle(services, put):
    record_batch([product_of(services, "A", garment(1), hashed=False)], services=services)
    services.store.remove(list(services.store.digests()))
    put("B", garment(2))

    assert find_new(services=services).photos == 2


def test_an_import_proposes_what_it_brings_twice(shop, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "new.png").write_bytes(image_bytes(garment(7)))
    (folder / "known.png").write_bytes(image_bytes(garment(1)))
    find_new(services=shop)

    report = import_source(folder, services=shop)

    assert (report.added, report.possible_duplicates) == (2, 1)
    assert proposed(shop) == [("B", "known", Kind.SAME_PICTURE)]
    again = import_source(folder, services=shop)
    assert replace(again, unchanged=0, notes=()) == replace(
        report, added=0, possible_duplicates=0, notes=()
    )


def test_an_import_can_be_told_not_to_look(shop, tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "known.png").write_bytes(image_bytes(garment(1)))

    report = import_source(tmp_path / "pictures", services=shop, find_duplicates=False)

    assert report.possible_duplicates == 0
    assert backlog(services=shop) == (5, 0)


def test_pairs_are_narrowed_by_kind_product_and_score(shop, put):
    put("E", garment(1))
    put("F", saved_anew(garment(3), quality=20))
    find_new(services=shop)

    assert (
        proposed(shop, sku="E") == proposed(shop, at_least=1.0) == [("B", "E", Kind.SAME_PICTURE)]
    )
    assert proposed(shop, kind=Kind.VARIANT) == []
    assert len(proposed(shop, kind=Kind.SAME_PICTURE)) == 2

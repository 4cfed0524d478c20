"""What names pictures without a table give to products, and when nobody can tell."""

import pytest

from catalog.errors import BadSource
from service.importing.generic_names import is_camera_name, is_generic, is_view_name
from service.importing.picture_rows import PictureOptions, SkuFrom, picture_rows, products_ahead
from service.importing.report import RowError, RowNote


def rows(*pictures, sku_from=None, by_folder=False):
    return list(picture_rows(pictures, "stock", PictureOptions(sku_from, by_folder)))


def skus(*pictures, **options):
    return [row.sku for row in rows(*pictures, **options) if not isinstance(row, RowNote)]


@pytest.mark.parametrize(
    "stem",
    [
        *("IMG_0001", "img-0001", "IMG_E1234", "DSC01234", "DSCN0001", "DSCF0001", "_DSC0001"),
        *(
            "P1010001",
            "R0012345",
            "PXL_20240101_120000123",
            "20240101_120000",
            "IMG-20240101-WA0001",
        ),
        *(
            "WhatsApp Image 2024-01-01 at 12.00.00",
            "image (1)",
            "photo-1",
            "Bild 12",
            "image",
            "scan3",
        ),
        *("MVIMG_20240101_120000", "DJI_0001", "Screenshot 2024-01-01 at 12.00.00", "GOPR0001"),
    ],
)
def test_a_name_that_a_camera_gives_says_of_no_product(stem):
    assert is_camera_name(stem)
    assert is_generic(stem)


@pytest.mark.parametrize(
    "stem",
    ["front", "Back", "front-1", "1_front", "detail2", "side left", "Rückseite", "vorne", "dos"],
)
def test_a_name_of_a_side_says_of_no_product(stem):
    assert is_view_name(stem)
    assert is_generic(stem)


@pytest.mark.parametrize(
    "stem",
    [
        *("D-100", "P-100", "imgold dress", "red-dress_2", "A1234567", "frontline", "top-seller"),
        *(
            "12345",
            "4006381333931",
            "photograph",
            "back to school",
            "Größe 40",
            "S-1",
            "PIC-DRESS-1",
        ),
    ],
)
def test_a_name_of_a_product_is_one(stem):
    assert not is_generic(stem)


@pytest.mark.parametrize(
    ("pictures", "products"),
    [
        (("D-100/back.jpg", "D-100/front.jpg", "D-200/front.jpg"), 2),
        (("a.jpg", "b.jpg"), 2),
        (("monday/IMG_0001.jpg", "tuesday/IMG_0001.jpg"), 2),  # refused when they are read
    ],
)
def test_products_are_counted_before_they_are_made(pictures, products):
    assert products_ahead(pictures, "stock", PictureOptions()) == products


def test_views_that_come_again_make_each_folder_a_product_with_its_front_first():
    note, first, second = rows("D-100/back.jpg", "D-100/front.jpg", "D-200/front.jpg")

    assert "each folder is taken for one product" in note.note
    assert (first.sku, first.photos) == ("D-100", ("D-100/front.jpg", "D-100/back.jpg"))
    assert (second.sku, second.photos) == ("D-200", ("D-200/front.jpg",))
    assert first.new_facts == {"title": "D 100"}


@pytest.mark.parametrize(
    "pictures",
    [
        ("monday/IMG_0001.jpg", "tuesday/IMG_0001.jpg"),
        ("Dress/1.jpg", "Coat/1.jpg"),
        ("front.jpg", "D-100/front.jpg"),
        ("a/front.jpg", "b/front.jpg", "b/IMG_1.jpg", "c/img_1.JPG"),
    ],
)
def test_names_that_say_of_no_product_and_come_again_are_asked_about(pictures):
    with pytest.raises(BadSource, match=r"--sku-from folder if .* or --sku-from both"):
        rows(*pictures)


def test_a_products_name_that_comes_again_is_left_to_the_rows():
    assert skus("summer/D-100.jpg", "winter/D-100.jpg") == ["D-100", "D-100"]


def test_folders_are_products_when_told_so():
    found = rows("D/2.jpg", "D/10.jpg", "D/1.jpg", "x.jpg", sku_from=SkuFrom.FOLDER)

    assert [(row.sku, row.photos) for row in found] == [
        ("D", ("D/1.jpg", "D/2.jpg", "D/10.jpg")),
        ("stock", ("x.jpg",)),
    ]


def test_folder_and_file_name_a_product_when_told_so_from_wherever_they_are_imported():
    assert skus("monday/IMG_1.jpg", "tuesday/IMG_1.jpg", sku_from=SkuFrom.BOTH) == [
        "monday-IMG_1",
        "tuesday-IMG_1",
    ]
    assert skus("IMG_1.jpg", sku_from=SkuFrom.BOTH) == ["stock-IMG_1"]


def test_a_folder_of_more_photos_than_a_product_may_have_is_an_error():
    [error] = rows(*(f"D/{number}.jpg" for number in range(21)), sku_from=SkuFrom.FOLDER)

    assert isinstance(error, RowError)
    assert "at most 20 photos, this folder has 21" in error.reason


def test_a_category_is_the_folder_that_is_no_product():
    [by_file] = rows("in/Dress/D-1.jpg", by_folder=True)
    _, first, second = rows("Dress/D-1/front.jpg", "Coat/C-1/front.jpg", by_folder=True)

    assert by_file.word.category == "Dress"
    assert [(row.sku, row.word.category) for row in (first, second)] == [
        ("D-1", "Dress"),
        ("C-1", "Coat"),
    ]


def test_only_a_name_that_may_come_again_never_replaces_a_picture():
    assert [row.same_photos for row in rows("D-100.jpg", "IMG_0001.jpg")] == [False, True]
    assert not rows("IMG_0001.jpg", sku_from=SkuFrom.BOTH)[0].same_photos


def test_what_a_browser_hangs_on_to_a_name_is_no_part_of_the_sku():
    assert skus("b.jpg_large", "c.JPG ", "photo", "e.HIF") == ["b", "c", "photo", "e"]

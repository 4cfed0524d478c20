"""A product is found by its SKU however a person writes it, where only one is meant."""

import unicodedata

import pytest

from catalog.errors import UnknownProduct
from catalog.filters import Filters
from service.finding.browse import product_by_sku
from service.finding.like_product import find_like_product
from service.importing import import_source
from service.stock.changing import label_product, remove_products
from tests.fakes import plain_picture


@pytest.fixture
def shop(services, tmp_path):
    """Give a function that imports a table of lines under a header."""
    (tmp_path / "a.png").write_bytes(plain_picture())

    def stock(header, *lines):
        path = tmp_path / "stock.csv"
        path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
        return import_source(path, services=services)

    return stock


def counts(report):
    return report.added, report.updated, report.unchanged, len(report.failed)


@pytest.mark.parametrize("asked", ["Größe-40", "größe-40", "GRÖSSE-40", " Größe\u200b-40", "NFD"])
def test_a_sku_is_that_of_its_product_at_every_door(services, shop, asked):
    asked = unicodedata.normalize("NFD", "Größe-40") if asked == "NFD" else asked
    shop("sku,title,photo", "Größe-40,Dress,a.png")

    report = shop("sku,stock", f"{asked},7")
    label_product(asked, "Dress", services=services)
    found = find_like_product(asked, Filters(), 1, 10, services=services)

    product = product_by_sku(asked, services=services)
    assert counts(report) == (0, 1, 0, 0)
    assert (product.sku, product.stock, product.human_category) == ("Größe-40", 7, "Dress")
    assert found.total == 0
    assert remove_products([asked], services=services) == [asked]
    with pytest.raises(UnknownProduct):
        product_by_sku("Größe-40", services=services)


def test_twins_of_before_stay_apart_and_each_is_found_by_its_own_spelling(services, shop):
    shop("sku,title,photo", "D-100,Dress,a.png")
    with services.database.writing() as session:  # as a version before this one would have
        session.connection().exec_driver_sql(
            "INSERT INTO product (sku, title, stock, folded_sku, folded_title, created_at,"
            " updated_at) VALUES ('d-100', 'Coat', 1, 'd-100', 'coat', '2026-01-01', '2026-01-01')"
        )

    report = shop("sku,stock", "D-100,5", "d-100,6")

    assert counts(report) == (0, 2, 0, 0)
    assert product_by_sku("D-100", services=services).stock == 5
    assert product_by_sku("d-100", services=services).stock == 6


def test_a_sku_that_may_be_any_of_two_is_none_of_them(services, shop):
    shop("sku,title,photo", "AB,Dress,a.png")
    with services.database.writing() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO product (sku, title, stock, folded_sku, folded_title, created_at,"
            " updated_at) VALUES ('ab', 'Coat', 1, 'ab', 'coat', '2026-01-01', '2026-01-01')"
        )

    report = shop("sku,stock", "aB,5")

    assert "a new product needs a title" in report.failed[0].reason
    with pytest.raises(UnknownProduct):
        product_by_sku("Ab", services=services)


def test_one_file_that_writes_a_new_sku_in_two_ways_means_one_product(shop):
    report = shop("sku,title,photo", "D-100,Dress,a.png", "d-100,Dress,a.png", "D-101,Coat,a.png")

    assert counts(report) == (2, 0, 0, 1)
    assert "the sku was there before, at 2" in report.failed[0].reason


def test_marks_that_a_person_sees_tell_skus_apart(services, shop):
    shop("sku,title,photo", "été,Dress,a.png")

    assert counts(shop("sku,title,photo", "ete,Coat,a.png")) == (1, 0, 0, 0)
    assert product_by_sku("ÉTÉ", services=services).title == "Dress"

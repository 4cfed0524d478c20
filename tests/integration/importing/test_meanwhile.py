"""What others say and do while an import reads its pictures is not taken back."""

import pytest

from catalog.stored import ProductRecord
from service.finding.browse import product_by_sku
from service.importing import import_source
from service.stock.changing import label_product, remove_products
from service.stock.record import known_sources, record_batch
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import InterruptedEncoder, plain_picture

OLD, NEW = (220, 20, 20), (20, 200, 20)


@pytest.fixture
def encoder():
    return InterruptedEncoder()


@pytest.fixture
def services(settings, encoder):
    built = build_services(settings, encoder)
    yield built
    built.close()


@pytest.fixture
def shop(services, tmp_path):
    """Two products, and a folder of new pictures for them."""
    (tmp_path / "new.png").write_bytes(plain_picture(NEW))
    (tmp_path / "old.png").write_bytes(plain_picture(OLD))
    rows = ("A,Dress,old.png,10,EUR,5", "B,Coat,old.png,20,EUR,5")
    import_source(write(tmp_path, "sku,title,photo,price,currency,stock", *rows), services=services)
    return tmp_path


def write(folder, header, *lines, name="stock.csv"):
    path = folder / name
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def facts(services, sku):
    found = product_by_sku(sku, services=services)
    return found.title, found.price_cents, found.currency, found.stock, found.human_category


def test_facts_that_a_row_does_not_say_are_another_files_to_change(services, shop, encoder):
    def another_file():
        path = write(shop, "sku,price,stock,title", "A,99,0,Gown", name="prices.csv")
        import_source(path, services=services)

    encoder.meanwhile = another_file

    report = import_source(write(shop, "sku,photo", "A,new.png"), services=services)

    assert (report.updated, report.failed) == (1, ())
    assert facts(services, "A") == ("Gown", 9900, "EUR", 0, None)
    assert product_by_sku("A", services=services).category == "green"  # the new picture's


def test_a_label_given_meanwhile_stands_and_the_file_is_told(services, shop, encoder):
    encoder.meanwhile = lambda: label_product("A", "Hat", services=services)
    path = write(shop, "sku,photo,category,stock", "A,new.png,Skirt,2", "B,new.png,Skirt,2")

    report = import_source(path, services=services)

    assert report.updated == 2
    assert [(note.line, note.sku) for note in report.notes] == [(2, "A")]
    assert "'Skirt' is not taken, for a person said 'Hat'" in report.notes[0].note
    assert facts(services, "A") == ("Dress", 1000, "EUR", 2, "Hat")
    assert facts(services, "B") == ("Coat", 2000, "EUR", 2, "Skirt")


@pytest.mark.parametrize(
    ("row", "lacks"),
    [
        ("A,,,7", ["title", "photo"]),
        ("A,,new.png,", ["title"]),
        ("A,Gown,,", ["photo"]),
    ],
)
def test_a_product_removed_meanwhile_is_not_put_back_in_part(services, shop, encoder, row, lacks):
    encoder.meanwhile = lambda: remove_products(["A"], services=services)
    path = write(shop, "sku,title,photo,stock", row, "B,,new.png,")  # B lets the batch wait

    report = import_source(path, services=services)

    [refused] = report.failed
    reason = "; ".join(f"a new product needs a {column}" for column in lacks)
    assert (refused.line, refused.sku, refused.reason) == (2, "A", reason)
    assert known_sources(["A"], services=services) == {}
    assert (report.updated, report.rows) == (1, 2)
    assert verify(services=services).problems == ()


def test_a_whole_row_of_a_product_removed_meanwhile_adds_it_anew(services, shop, encoder):
    encoder.meanwhile = lambda: remove_products(["A"], services=services)
    path = write(shop, "sku,title,photo", "A,Gown,old.png|new.png")

    report = import_source(path, services=services)

    assert (report.added, report.failed) == (1, ())
    assert facts(services, "A") == ("Gown", None, None, 1, None)  # nothing of the old one
    assert len(product_by_sku("A", services=services).photos) == 2


def test_a_product_that_another_adds_meanwhile_keeps_what_it_was_given(services, shop, encoder):
    def another_file():
        path = write(shop, "sku,title,photo,stock", "C,Gown,old.png,9", name="more.csv")
        import_source(path, services=services)

    encoder.meanwhile = another_file
    folder = shop / "folder"
    folder.mkdir()
    (folder / "C.png").write_bytes(plain_picture(NEW))

    report = import_source(folder, services=services)

    assert (report.added, report.updated) == (0, 1)
    assert facts(services, "C") == ("Gown", None, None, 9, None)  # not the file's name, nor 1


def test_a_record_that_says_little_changes_little(services, shop):
    outcome = record_batch([ProductRecord("A", {"stock": 0})], services=services)

    assert outcome.updated == ("A",)
    assert facts(services, "A") == ("Dress", 1000, "EUR", 0, None)


def test_a_record_that_says_too_little_makes_no_product(services, shop):
    items = [ProductRecord("C", {"stock": 0}), ProductRecord("D", {"title": "D"})]

    outcome = record_batch(items, services=services)

    assert (outcome.added, outcome.retry) == ((), ("C", "D"))

import zipfile
from collections import Counter

import pytest

from catalog.errors import BadSource
from catalog.filters import Filters
from service.finding.browse import product_by_sku, products_page
from service.importing import SourceOptions, import_source
from service.stock.changing import label_product, remove_products
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import InterruptedEncoder, image_bytes, plain_photo, plain_picture

RED, GREEN, BLUE = (220, 20, 20), (20, 200, 20), (20, 20, 210)


@pytest.fixture
def stock(tmp_path):
    """A folder with three pictures and a table of two products."""
    folder = tmp_path / "stock"
    folder.mkdir()
    for name, colour in (("red", RED), ("green", GREEN), ("blue", BLUE)):
        (folder / f"{name}.png").write_bytes(plain_picture(colour))
    write(folder, "A,Red dress,red.png|blue.png,19.90,EUR,3", "B,Green coat,green.png,40,EUR,0")
    return folder


def write(folder, *lines, header="sku,title,photo,price,currency,stock"):
    path = folder / "stock.csv"
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def counts(report):
    return report.added, report.updated, report.unchanged, len(report.failed)


def notes(report):
    return [(note.line, note.sku, note.note) for note in report.notes]


def skus(services):
    return sorted(
        card.sku for card in products_page(Filters(), 1, 1000, services=services).products
    )


def test_products_of_a_table_can_be_found_with_all_their_facts(services, stock):
    report = import_source(stock / "stock.csv", services=services)

    product = product_by_sku("A", services=services)
    assert counts(report) == (2, 0, 0, 0)
    assert (product.title, product.price_cents, product.currency) == ("Red dress", 1990, "EUR")
    assert (product.stock, product.category, len(product.photos)) == (3, "red", 2)
    assert verify(services=services).problems == ()


class Attentive(InterruptedEncoder):
    """Reads as its parent does, and counts."""

    def __init__(self):
        super().__init__()
        self.photos_read = 0

    def read(self, photos):
        found = super().read(photos)
        self.photos_read += len(found)
        return found


@pytest.fixture
def encoder():
    return Attentive()


@pytest.fixture
def services(settings, encoder):
    built = build_services(settings, encoder)
    yield built
    built.close()


def test_the_same_again_changes_nothing_and_reads_nothing(services, stock, encoder):
    import_source(stock / "stock.csv", services=services)
    read_before = encoder.photos_read

    report = import_source(stock / "stock.csv", services=services)

    assert counts(report) == (0, 0, 2, 0)
    assert encoder.photos_read == read_before


def test_only_what_a_table_says_is_changed(services, stock):
    import_source(stock / "stock.csv", services=services)
    path = write(stock, "A,7", header="sku,stock")

    report = import_source(path, services=services)

    product = product_by_sku("A", services=services)
    assert counts(report) == (0, 1, 0, 0)
    assert (product.stock, product.title, product.price_cents) == (7, "Red dress", 1990)
    assert len(product.photos) == 2


def test_another_picture_under_the_same_name_is_read_anew(services, stock):
    import_source(stock / "stock.csv", services=services)
    (stock / "green.png").write_bytes(plain_picture(BLUE))

    report = import_source(stock / "stock.csv", services=services)

    assert counts(report) == (0, 1, 1, 0)
    assert product_by_sku("B", services=services).category == "blue"
    assert verify(services=services).problems == ()


def test_a_bad_row_is_reported_and_the_others_go_in(services, stock):
    (stock / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
    path = write(
        stock,
        "A,Red dress,red.png,1,EUR,1",
        "B,Two,blue.png|missing.png,1,EUR,1",
        "C,Three,blue.png|broken.png,1,EUR,1",
        "D,Four,blue.png,cheap,EUR,1",
        "A,Five,blue.png,1,EUR,1",
        "E,Six,,1,EUR,1",
        "F,Seven,green.png,1,EUR,1",
    )

    report = import_source(path, services=services)

    assert skus(services) == ["A", "F"]
    assert [(error.line, error.sku) for error in report.failed] == [
        (3, "B"),
        (4, "C"),
        (5, "D"),
        (6, "A"),
        (7, "E"),
    ]
    assert "'missing.png' is missing" in report.failed[0].reason
    assert "'broken.png'" in report.failed[1].reason
    assert report.failed[3].reason == "the sku was there before, at 2"
    assert report.failed[4].reason == "a new product needs a photo"
    assert verify(services=services).problems == ()  # not even a picture of no product


def test_a_sku_that_is_not_told_from_an_earlier_one_is_told_with_that(services, stock):
    path = stock / "twice.csv"
    path.write_text("sku,title,photo\nss-1,A,red.png\nß-1,B,green.png\n", encoding="utf-8")

    [refused] = import_source(path, services=services).failed

    assert refused.reason == (
        "the sku was there before, at 2, as 'ss-1', from which 'ß-1' is not told"
    )


def test_a_new_product_needs_a_title(services, stock):
    path = write(stock, "A,red.png", header="sku,photo")

    report = import_source(path, services=services)

    assert report.failed[0].reason == "a new product needs a title"


def test_a_rehearsal_tells_the_same_and_writes_nothing(services, stock, settings):
    write(stock, "A,Red,red.png,1,EUR,1", "B,Bad,stock.csv,1,EUR,1", "C,Blue,blue.png,x,EUR,1")

    rehearsed = import_source(stock / "stock.csv", services=services, dry_run=True)

    assert not settings.home.exists()
    report = import_source(stock / "stock.csv", services=services)
    assert (counts(rehearsed), rehearsed.failed) == (counts(report), report.failed)
    write(stock, "A,Red,blue.png,1,EUR,1", "D,Blue,blue.png,1,EUR,1")
    again = import_source(stock / "stock.csv", services=services, dry_run=True)
    assert counts(again) == (1, 1, 0, 0)
    assert skus(services) == ["A"]


def test_a_word_of_a_person_is_never_overruled_by_a_table(services, stock):
    header = "sku,title,photo,category"
    import_source(write(stock, "A,Red,red.png,Dress", header=header), services=services)
    assert product_by_sku("A", services=services).category == "Dress"
    label_product("A", "Gown", services=services)

    report = import_source(write(stock, "A,Red,red.png,Skirt", header=header), services=services)

    assert counts(report) == (0, 0, 0, 0)
    assert (report.kept, report.rows) == (1, 1)
    reason = "the category 'Skirt' is not taken, for a person said 'Gown': --as-person takes it"
    assert notes(report) == [(2, "A", reason)]
    assert product_by_sku("A", services=services).category == "Gown"


def test_a_folders_pictures_are_products_and_keep_the_titles_that_people_gave(services, stock):
    (stock / "stock.csv").unlink()
    import_source(stock, services=services)
    import_source(write(stock, "red,The red one", header="sku,title"), services=services)

    (stock / "stock.csv").unlink()
    report = import_source(stock, services=services)

    assert counts(report) == (0, 0, 3, 0)
    assert product_by_sku("red", services=services).title == "The red one"
    assert product_by_sku("blue", services=services).title == "blue"


def test_category_folders_are_words_of_people_if_they_are_said_to_be(services, tmp_path):
    (tmp_path / "in" / "Skirts").mkdir(parents=True)
    (tmp_path / "in" / "Skirts" / "s.png").write_bytes(plain_picture(RED))

    import_source(
        tmp_path / "in", services=services, options=SourceOptions(category_from_folder=True)
    )

    assert product_by_sku("s", services=services).human_category == "Skirts"


def test_an_archive_gives_what_its_folder_gives(services, stock, tmp_path):
    path = tmp_path / "stock.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in stock.iterdir():
            archive.write(file, f"stock/{file.name}")
    import_source(path, services=services)

    report = import_source(stock / "stock.csv", services=services)

    assert counts(report) == (0, 0, 2, 0)


def test_an_archive_that_is_refused_has_written_nothing(services, settings, tmp_path):
    path = tmp_path / "stock.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("good.png", plain_picture(RED))
        archive.writestr("../bad.png", plain_picture(RED))

    with pytest.raises(BadSource):
        import_source(path, services=services)

    assert not settings.home.exists()


def test_a_picture_that_was_lost_is_put_back_by_importing_again(services, stock):
    import_source(stock / "stock.csv", services=services)
    services.store.remove([product_by_sku("B", services=services).photos[0].digest])
    assert verify(services=services).drift == 1

    import_source(stock / "stock.csv", services=services)

    assert verify(services=services).drift == 0


def test_the_same_picture_twice_in_a_row_is_one_photo(services, stock):
    (stock / "copy.png").write_bytes((stock / "red.png").read_bytes())

    report = import_source(
        write(stock, "A,Red,red.png|copy.png|blue.png,1,EUR,1"), services=services
    )

    assert counts(report) == (1, 0, 0, 0)
    assert len(product_by_sku("A", services=services).photos) == 2


def test_products_that_a_table_does_not_name_stay(services, stock):
    import_source(stock / "stock.csv", services=services)

    import_source(write(stock, "C,Blue,blue.png,1,EUR,1"), services=services)

    assert skus(services) == ["A", "B", "C"]


def test_a_product_that_goes_while_it_is_imported_is_read_wholly_again(services, stock, encoder):
    import_source(stock / "stock.csv", services=services)
    path = write(stock, "A,Red,red.png|green.png,1,EUR,1")  # red is known, green is not
    encoder.meanwhile = lambda: remove_products(["A"], services=services)

    report = import_source(path, services=services)

    assert counts(report) == (1, 0, 0, 0)
    assert len(product_by_sku("A", services=services).photos) == 2
    assert verify(services=services).drift == 0


def test_batches_are_told_as_they_go_in(services, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(600):
        colour = (number % 250, number // 250, 99)
        (folder / f"{number}.png").write_bytes(plain_picture(colour, side=2))
    told = []

    import_source(folder, services=services, progress=lambda *each: told.append(each))

    assert told[-1] == (600, 600)
    assert len(told) >= 3
    assert told == sorted(told)
    assert Counter(total for _, total in told) == {600: len(told)}


def test_all_is_done_at_the_end_however_many_rows_were_expected(services, stock):
    table = write(
        stock,
        "A,Red,red.png,in one line",
        'B,Green,green.png,"<p>\n</p>\n"',
        header="sku,title,photo,body",
    )
    told = []

    import_source(table, services=services, progress=lambda *each: told.append(each))

    assert told[-1] == (2, 2)


def test_a_large_picture_is_kept_at_a_shops_size(services, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "large.jpg").write_bytes(image_bytes(plain_photo(RED, side=3000), "JPEG"))

    import_source(folder, services=services)

    digest = product_by_sku("large", services=services).photos[0].digest
    assert max(services.store.open(digest).pixels.shape) == services.store.longest_side

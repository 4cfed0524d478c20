"""What a file's rows say, and which cannot go in, before anything is imported."""

import csv
from dataclasses import replace
from zipfile import ZipFile

import pytest

from catalog.duplicates.moved import move_all
from service.importing import import_source, surveying
from service.importing.addressed import NotFetched
from service.importing.looking import look_at
from service.importing.opening import SourceOptions, open_source
from tests.fakes import plain_picture

HEAD = ("sku", "title", "price", "photo", "category")
GOOD = ("A-1", "Shirt", "9.90", "a.png", "Shirts")


@pytest.fixture
def source(tmp_path):
    """Write a table beside one picture."""
    (tmp_path / "a.png").write_bytes(plain_picture((200, 0, 0)))

    def write(*rows, head=HEAD):
        path = tmp_path / "stock.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows])
        return path

    return write


@pytest.fixture
def survey_of(services):
    def survey_of(path, **options):
        return look_at(path, SourceOptions(**options), services=services).survey

    return survey_of


@pytest.mark.parametrize(
    ("row", "told", "reason"),
    [
        (("A-2", "", "1", "a.png", ""), "without a title", "a new product needs a title"),
        (("A-2", "Coat", "1", "", ""), "without a picture", "a new product needs a photo"),
        (("A-2", "Coat", "dear", "a.png", ""), "whose price cannot be taken", "a price is written"),
        (("A-2", "Coat", "1", "none.png", ""), "whose picture cannot be had", "is missing"),
        (("", "Coat", "1", "a.png", ""), "whose SKU cannot be taken", "the sku is empty"),
        (("A-1", "Coat", "1", "a.png", ""), "whose SKU came before", "was there before, at 2"),
        (
            ("A-2", "Coat", "1", "https://cdn.example/x/b.png", ""),
            "whose pictures are at addresses that are not fetched",
            "not fetched from addresses",
        ),
    ],
)
def test_a_row_that_cannot_go_in_is_counted_with_its_reason(source, survey_of, row, told, reason):
    found = survey_of(source(GOOD, row))

    assert (found.rows, found.taken, found.refused) == (2, 1, 1)
    [fault] = found.faults.values()
    assert (fault.told, fault.rows) == (told, 1)
    assert (fault.first[0].line, fault.first[0].sku) == (3, row[0])
    assert reason in fault.first[0].reasons[0]
    assert found.first[1][1] == fault.first[0].reasons


def test_a_survey_says_of_each_row_what_an_import_does(source, survey_of, services):
    rows = [
        GOOD,
        ("A-2", "", "", "", ""),
        ("A-3", "Hat", "x", "no.png", ""),
        ("A-3", "Hat", "", "a.png", ""),
    ]
    path = source(*rows)
    found = survey_of(path)

    report = import_source(path, services=services)

    assert (found.taken, found.refused) == (report.added, len(report.failed))
    told = {
        row.line: "; ".join(row.reasons) for each in found.faults.values() for row in each.first
    }
    assert told == {error.line: error.reason for error in report.failed}


def test_a_row_of_a_product_that_is_known_needs_neither_title_nor_picture(
    source, survey_of, services
):
    import_source(source(GOOD), services=services)

    found = survey_of(source(("a-1", "12.50"), ("B-1", "3"), head=("sku", "price")))

    assert (found.known, found.taken, found.refused) == (1, 1, 1)
    assert set(found.faults) == {"without a title", "without a picture"}


def test_rows_of_products_that_were_merged_are_counted_apart(source, survey_of, services):
    import_source(source(GOOD), services=services)
    with services.database.writing() as session:
        move_all(session, {"OLD-1": "A-1"}, "Ada")
    rows = [GOOD, ("old-1", "Gone", "", "", ""), ("A-2", "Hat", "", "a.png", "")]
    path = source(*rows, ("OLD-1", "Again", "", "", ""))

    found = survey_of(path)
    report = import_source(path, services=services)

    assert (found.rows, found.taken, found.known) == (4, 2, 1)
    assert (found.stay_out, found.refused) == (report.kept, len(report.failed)) == (1, 1)


def test_prices_are_counted_by_their_currency(source, survey_of):
    rows = [GOOD, ("A-2", "Hat", "€ 5", "a.png", ""), ("A-3", "Hat", "", "a.png", "")]

    plain, said = survey_of(source(*rows)), survey_of(source(*rows), currency="USD")

    assert plain.currencies == {None: 1, "EUR": 1}
    assert said.currencies == {"USD": 1, "EUR": 1}


def test_the_currency_that_a_known_product_has_is_not_asked_for(source, survey_of, services):
    import_source(source(GOOD), services=services, options=SourceOptions(currency="EUR"))

    assert survey_of(source(("A-1", "8"), head=("sku", "price"))).currencies == {}


def test_pictures_at_addresses_are_counted_by_their_host(source, survey_of):
    hosts = ("https://cdn.example/1.png|https://cdn.example/2.png", "http://img.example:8080/3.png")
    rows = [(f"A-{n}", "Hat", "", photo, "") for n, photo in enumerate(hosts)]
    rows += [("A-9", "Hat", "", "https://cdn.example/a.png", "")]  # which lies beside the table

    found = survey_of(source(*rows))

    assert found.hosts == {"cdn.example": 2, "img.example:8080": 1}
    assert found.taken == 1


def test_addresses_that_may_be_asked_keep_no_row_out(source, survey_of):
    rows = [(f"A-{n}", "Hat", "", f"https://{n}.example/a9.png", "") for n in range(2)]

    found = survey_of(source(*rows), fetch_hosts=("1.example",))

    assert (found.taken, found.refused) == (1, 1)
    [lost] = found.faults.values()
    assert "cannot be had" in lost.first[0].reasons[0]


def test_words_for_categories_are_counted_with_their_pictures(source, survey_of):
    rows = [GOOD, ("A-2", "Hat", "", "a.png", "Hats"), ("A-3", "Tee", "", "a.png", "Shirts")]

    found = survey_of(source(*rows)).categories

    assert {word: (said.rows, said.pictures) for word, said in found.items()} == {
        "Shirts": (2, ["a.png", "a.png"]),
        "Hats": (1, ["a.png"]),
    }


def test_a_zip_is_gone_through_like_its_folder(tmp_path, survey_of):
    table = "\n".join(["sku,title,photo", "A-1,Hat,p/a.png", "A-2,Cap,p/b.png"])
    with ZipFile(tmp_path / "s.zip", "w") as archive:
        archive.writestr("list.csv", table)
        archive.writestr("p/a.png", plain_picture((9, 9, 9)))

    found = survey_of(tmp_path / "s.zip")

    assert (found.taken, found.refused) == (1, 1)
    assert (
        "is missing from the ZIP" in found.faults["whose picture cannot be had"].first[0].reasons[0]
    )


def test_a_file_that_takes_longer_than_a_page_waits_is_gone_through_in_part(source, services):
    path = source(*((f"A-{n}", "Hat", "", "a.png", "") for n in range(700)))
    times = iter([0.0, 0.5, 9.0])

    with open_source(path, SourceOptions(), 2**20) as opened:
        found = surveying.survey(opened, NotFetched(), services=services, clock=lambda: next(times))

    assert (found.rows, found.is_whole) == (512, False)


def test_a_file_that_ends_just_then_was_gone_through_wholly(source, services):
    path = source(*((f"A-{n}", "Hat", "", "a.png", "") for n in range(256)))
    times = iter([0.0, 9.0])

    with open_source(path, SourceOptions(), 2**20) as opened:
        found = surveying.survey(opened, NotFetched(), services=services, clock=lambda: next(times))

    assert (found.rows, found.is_whole) == (256, True)


def test_a_survey_makes_no_catalogue(source, tmp_path, services):
    empty = replace(services, settings=replace(services.settings, home=tmp_path / "none"))

    look_at(source(GOOD), SourceOptions(), services=empty)

    assert not (tmp_path / "none").exists()

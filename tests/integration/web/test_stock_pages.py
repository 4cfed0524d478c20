"""The stock as the staff see and change it on pages; everything without a script."""

import csv
import io
import re
from html import unescape

import pytest
from openpyxl import load_workbook

from catalog.labelling import Speaker, Word
from catalog.staff_changes import newest_changes
from catalog.stored import ProductRecord
from service.finding.browse import product_by_sku
from service.importing import import_source
from service.stock.changing import label_product
from service.stock.record import record_batch
from service.web.app import create_app
from service.web.staff import stock_files
from tests.doors import access_of, member, token_on
from tests.fakes import plain_picture
from tests.stock import Item, fill

SKU = "R-000"
PAGE = f"/staff/stock/of/{SKU}"


@pytest.fixture
def access(services):
    return access_of(services)


@pytest.fixture
def app(services, access):
    return create_app(services, access)


@pytest.fixture
def staff(app, access):
    """A browser of somebody who may change products."""
    client = app.test_client()
    client.set_cookie("lookalike-session", member("ada", "editor", access=access))
    return client


def send(client, page, to, **fields):
    """Send a form with the token and the hidden mark of a page."""
    shown = client.get(page).text
    mark = re.search(r'name="mark" value="([^"]+)"', shown)
    held = {"mark": unescape(mark[1])} if mark else {}
    return client.post(to, data={"form_token": token_on(shown), **held, **fields})


def fields_of(page):
    """Give what the form of a product would send, if nothing was typed."""
    found = re.findall(r'<input type="(?:text|hidden)"[^>]*?name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found} | {"category": ""}


def product(services, sku=SKU):
    return product_by_sku(sku, services=services)


def changes(services):
    with services.database.reading() as session:
        return [(each.name, each.products, each.undone) for each in newest_changes(session, 10)]


def skus_on(page):
    return re.findall(r'name="sku" value="([^"]+)"', page)


def test_the_list_is_searched_narrowed_and_sorted(staff):
    words = skus_on(staff.get("/staff/stock?text=RED+r-0&sort=price&down=0").text)
    sold_out = skus_on(staff.get("/staff/stock?stock=out&sort=sku&category=blue").text)

    assert words == [f"R-{number:03}" for number in range(0, 30, 3)]
    assert sold_out == ["B-008", "B-020"]


def test_a_files_word_is_marked_and_found_as_a_files(staff, services):
    word = Word("Coat", Speaker.FILE)
    record_batch([ProductRecord("R-003", {}, word=word)], services=services)
    label_product("R-006", "Hat", services=services)

    files, people = (
        staff.get(f"/staff/stock?decided={whose}").text for whose in ("file", "person")
    )

    assert (skus_on(files), skus_on(people)) == (["R-003"], ["R-006"])
    assert 'Coat <span class="role">file</span>' in files
    assert 'Hat <span class="role">person</span>' in people


def test_what_shows_one_picture_is_listed(staff, services):
    digest = product(services).photos[0].digest

    page = staff.get(f"/staff/stock?picture={digest}").text

    assert SKU in skus_on(page)
    assert "Those that show this very picture" in page
    assert "left out: picture" in staff.get("/staff/stock?picture=abc").text


def test_an_address_that_makes_no_sense_is_told_and_left_out(staff):
    page = staff.get("/staff/stock?since=soon&decided=me&sort=luck&at=x&stock=many&text=red")

    assert page.status_code == 200
    assert "This makes no sense and is left out: since, decided, stock, sort, page." in page.text
    assert len(skus_on(page.text)) == 10


def test_a_page_that_is_nowhere_is_the_first(staff):
    told = ["x", "W10", "WzEsMl0", "bnVsbA", "WyJcdWQ4MDAiLDEsMF0", "WzFlOTk5LDEsMF0", "A" * 900]

    found = [staff.get(f"/staff/stock?at={at}") for at in [*told, "%F0%9F"]]

    assert {page.status_code for page in found} == {200}
    assert [len(skus_on(page.text)) for page in found][:5] == [30] * 5


def test_a_product_is_changed_and_only_what_was_typed(staff, services):
    form = fields_of(staff.get(PAGE).text)

    answer = send(
        staff, PAGE, PAGE, **{**form, "brand": "Acme", "price": "12,50", "own_word": "Anorak"}
    )

    assert answer.status_code == 303
    found = product(services)
    assert (found.brand, found.price_cents, found.category) == ("Acme", 1250, "Anorak")
    assert found.title == "Red shirt no 0"
    assert changes(services) == [(f"Edited {SKU}", 1, 0)]


def test_a_value_that_breaks_its_rule_is_told_at_its_field_and_kept(staff, services):
    form = fields_of(staff.get(PAGE).text)

    answer = send(staff, PAGE, PAGE, **{**form, "price": "cheap", "brand": "Acme"})

    assert answer.status_code == 422
    assert 'id="price-fault"' in answer.text
    assert 'value="cheap"' in answer.text
    assert 'value="Acme"' in answer.text
    assert product(services).brand is None


def test_two_who_edit_at_once_hear_of_each_other(staff, services):
    page = staff.get(PAGE).text
    form = fields_of(page)
    record_batch([ProductRecord(SKU, {"price_cents": 777})], services=services)

    answer = staff.post(PAGE, data={**form, "form_token": token_on(page), "brand": "Acme"})

    assert answer.status_code == 412
    assert "price is now <strong>7.77</strong>" in answer.text
    assert 'name="brand" value="Acme"' in answer.text
    assert 'name="price" value="7.77"' in answer.text
    assert product(services).brand is None
    again = staff.post(PAGE, data={**fields_of(answer.text), "form_token": token_on(answer.text)})
    assert again.status_code == 303
    assert (product(services).brand, product(services).price_cents) == ("Acme", 777)


@pytest.mark.parametrize(
    ("typed", "status"), [({"price": "abc"}, 422), ({"category": "x" * 65}, 422)]
)
def test_a_value_that_breaks_its_rule_keeps_what_a_colleague_has_saved(
    staff, services, typed, status
):
    mine = fields_of(staff.get(PAGE).text)
    send(staff, PAGE, PAGE, **{**mine, "brand": "Theirs"})

    refused = staff.post(PAGE, data={**mine, **typed, "title": "Red evening dress"})
    again = fields_of(refused.text)
    saved = staff.post(PAGE, data={**again, "price": "12", "category": "hat"})

    assert refused.status_code == status
    assert "brand is now <strong>Theirs</strong>" in refused.text
    assert (again["brand"], again["title"]) == ("Theirs", "Red evening dress")
    assert saved.status_code == 303
    held = product(services)
    assert (held.brand, held.title, held.price_cents) == ("Theirs", "Red evening dress", 1200)


def test_pictures_are_added_moved_and_taken_away(staff, services):
    before = [each.digest for each in product(services).photos]
    picture = {"photo": (io.BytesIO(plain_picture((1, 1, 240))), "blue.png")}

    send(staff, PAGE, f"{PAGE}/pictures", **picture)
    [first, second] = [each.digest for each in product(services).photos]
    send(staff, PAGE, f"{PAGE}/pictures/arrange", do=f"first {second}")
    assert [each.digest for each in product(services).photos] == [second, first]
    assert product(services).category == "blue"
    send(staff, PAGE, f"{PAGE}/pictures/arrange", do=f"remove {second}")

    assert [each.digest for each in product(services).photos] == before == [first]
    assert len(changes(services)) == 3


def test_what_is_no_picture_is_told(staff, services):
    told = {b"": "Choose a picture first", b"no picture": "picture"}

    for photo, words in told.items():
        answer = send(staff, PAGE, f"{PAGE}/pictures", photo=(io.BytesIO(photo), "a.png"))
        assert (answer.status_code, words in answer.text) == (422, True)

    assert len(product(services).photos) == 1


def test_a_product_is_withdrawn_and_brought_back(staff, services):
    answer = send(staff, PAGE, f"{PAGE}/withdraw")
    assert staff.get(PAGE).status_code == 404

    undone = send(staff, answer.location, f"{answer.location}/undo")

    assert "1 product brought back" in undone.text
    assert staff.get(PAGE).status_code == 200


def look_first(staff, **fields):
    return send(staff, "/staff/stock", "/staff/stock/many/preview", **fields)


def go_on(staff, page):
    form = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    # The token of signing out comes first.
    fields = {name: [unescape(v) for n, v in form if n == name] for name, _ in form}
    fields["form_token"] = fields["form_token"][-1:]
    return staff.post("/staff/stock/many", data=fields)


def test_those_ticked_are_looked_at_changed_and_undone(staff, services):
    record_batch([ProductRecord("G-001", {"brand": "ACME"})], services=services)
    skus = ["G-001", "R-000", "R-003"]

    preview = look_first(staff, which="ticked", sku=skus, column="brand", value="Acme")
    done = go_on(staff, preview)
    page = staff.get(done.location).text
    assert [product(services, sku).brand for sku in skus] == ["Acme"] * 3
    address = done.location.partition("?")[0]
    undone = send(staff, address, f"{address}/undo")

    assert "Change 3 products" in preview.text
    assert "Done: 3 products changed." in page
    assert "3 products brought back" in undone.text
    assert [product(services, sku).brand for sku in skus] == ["ACME", None, None]


def test_all_that_match_are_those_that_were_looked_at(staff, services):
    asked = {"which": "all", "query": "category=red", "column": "category", "value": "Coat"}
    preview = look_first(staff, **asked)
    assert "Change 10 products" in preview.text
    label_product("R-003", "Hat", services=services)

    refused = go_on(staff, preview)
    done = go_on(staff, look_first(staff, **asked))

    assert refused.status_code == 422
    assert "look again" in refused.text
    assert done.status_code == 303
    assert product(services, "R-000").human_category == "Coat"
    assert product(services, "R-003").human_category == "Hat"
    assert changes(services) == [("Category: Coat", 9, 0)]


@pytest.mark.parametrize(
    "chosen",
    [{"which": "ticked", "sku": ["R-000", "R-003"]}, {"which": "all", "query": "text=red"}],
)
def test_a_value_for_many_that_breaks_its_rule_is_typed_again_and_nothing_else(staff, chosen):
    refused = look_first(staff, **chosen, column="price", value="cheap")
    form = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', refused.text)
    fields = {name: [unescape(v) for n, v in form if n == name] for name, _ in form}
    fields["form_token"] = fields["form_token"][-1:]
    again = staff.post(
        "/staff/stock/many/preview", data={**fields, "column": "price", "value": "9"}
    )

    assert refused.status_code == 422
    assert '<option value="price" selected>' in refused.text
    assert 'name="value" value="cheap"' in refused.text
    assert f"Set the price of {2 if 'sku' in chosen else 10} products" in again.text


def test_a_second_time_nothing_is_left_to_change(staff):
    asked = {"which": "all", "query": "text=red", "column": "stock", "value": "5"}
    go_on(staff, look_first(staff, **asked))

    again = look_first(staff, **asked)

    assert "<dt>Are so already</dt><dd>10</dd>" in again.text
    assert "Change 0" not in again.text


def test_many_are_withdrawn_and_come_back(staff, services):
    preview = look_first(staff, which="all", query="category=green", column="withdraw")
    done = go_on(staff, preview)
    address = done.location.partition("?")[0]
    left = len(skus_on(staff.get("/staff/stock").text))

    send(staff, address, f"{address}/undo")

    assert "Withdraw 10 products" in preview.text
    assert left == 20
    assert len(skus_on(staff.get("/staff/stock").text)) == 30


def test_what_cannot_be_done_is_told_before_it_is(staff, services):
    asked = [
        ({"which": "ticked", "column": "brand", "value": "A"}, "Tick some products first"),
        ({"which": "all", "column": "title", "value": "A"}, "f many products category, price"),
        ({"which": "all", "column": "price", "value": "much"}, "A price is written like 19.90"),
    ]

    for fields, told in asked:
        answer = look_first(staff, **fields)
        assert (answer.status_code, told in answer.text) == (422, True)

    assert changes(services) == []


def test_a_change_that_was_overtaken_says_what_stays(staff, services):
    done = go_on(staff, look_first(staff, which="ticked", sku=[SKU], column="size", value="M"))
    record_batch([ProductRecord(SKU, {"size": "L"})], services=services)
    address = done.location.partition("?")[0]

    undone = send(staff, address, f"{address}/undo")

    assert "Nothing was brought back" in undone.text
    assert "changed since: its size is &#39;L&#39; now" in undone.text


AWKWARD = ["=1+1", "+49", "-5", "@home", "'=quoted", "a;b,c", 'say "hi"']
FORMULAS = tuple("=+-@\t\r")


@pytest.fixture
def awkward(services):
    """Products whose names and brands a spreadsheet would run, or divide."""
    items = [
        ProductRecord(f"R-{3 * number:03}", {"title": title, "brand": title})
        for number, title in enumerate(AWKWARD)
    ]
    record_batch(items, services=services)


@pytest.mark.usefixtures("awkward")
def test_an_export_of_what_is_shown_is_read_again_without_a_loss(staff, services, tmp_path):
    answer = staff.get("/staff/stock/export.csv?text=&category=red&sort=price")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    (tmp_path / "stock.csv").write_bytes(answer.data)
    report = import_source(tmp_path / "stock.csv", services=services)

    assert len(rows) == 10
    assert not [value for row in rows for value in row.values() if value[:1] in FORMULAS]
    assert (report.unchanged, report.updated, report.failed) == (10, 0, ())


@pytest.mark.usefixtures("awkward")
def test_a_workbook_of_what_is_shown_runs_nothing_and_is_read_again_without_a_loss(
    staff, services, tmp_path
):
    path = tmp_path / "stock.xlsx"
    path.write_bytes(staff.get("/staff/stock/export.xlsx?category=red").data)
    book = load_workbook(path)
    rows = list(book["Stock"].iter_rows())
    report = import_source(path, services=services)

    assert [row[0].value for row in rows[1:]] == [f"R-{number:03}" for number in range(0, 30, 3)]
    assert [row[1].value for row in rows[1:8]] == AWKWARD
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    assert (report.unchanged, report.updated, report.failed) == (10, 0, ())


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_those_ticked_are_exported_by_whoever_may_look(app, access, role):
    client = app.test_client()
    client.set_cookie("lookalike-session", member("eve", role, access=access))
    skus = ["G-001", "R-000", "gone"]

    ticked = send(client, "/staff/stock", "/staff/stock/export", which="ticked", sku=skus)
    every = send(client, "/staff/stock", "/staff/stock/export", which="all", query="category=red")
    none = send(client, "/staff/stock", "/staff/stock/export", which="ticked", format="xlsx")

    rows = list(csv.DictReader(io.StringIO(ticked.text.removeprefix("\ufeff"))))
    assert [row["sku"] for row in rows] == ["R-000", "G-001"]
    assert every.text.count("\n") == 11
    assert none.status_code == 422
    assert "tick some products first, or choose all that match" in none.text.lower()


def test_a_workbook_of_too_many_products_is_refused_with_what_to_do(staff, monkeypatch):
    monkeypatch.setattr(stock_files, "MOST_IN_WORKBOOK", 9)

    refused = staff.get("/staff/stock/export.xlsx?category=red")

    assert refused.status_code == 422
    assert "at most 9 products: narrow the list, or take the CSV" in refused.text


def test_what_wants_a_look_is_counted_as_its_filter_finds_it(staff, services):
    record_batch(
        [
            ProductRecord("R-000", {"sale_price_cents": 1}),
            ProductRecord("BARE", {"title": "Bare"}, photos=()),
        ],
        services=services,
    )

    page = staff.get("/staff/stock").text
    chips = re.findall(
        r'<li><a class="button quiet small" href="([^"]+)">([0-9,]+) ([^<]+)</a>', page
    )

    assert {words for _, _, words in chips} >= {
        "without a category",
        "without a picture",
        "sold out",
        "on sale",
    }
    for address, number, _ in chips:
        assert len(skus_on(staff.get(unescape(address)).text)) == int(number)


def test_a_word_that_is_nearly_a_category_is_asked_about(staff):
    form = fields_of(staff.get(PAGE).text)

    saved = send(staff, PAGE, PAGE, **{**form, "own_word": "Gren"})
    preview = look_first(staff, which="all", query="", column="category", value="Blu")

    assert "nearly &#39;green&#39;" in saved.text
    assert "is new, and nearly blue. If it is meant, change them." in preview.text


def test_an_admin_lets_a_change_be_forgotten_with_its_pictures(app, access, services):
    client = app.test_client()
    client.set_cookie("lookalike-session", member("eva", "admin", access=access))
    [picture] = product(services).photos
    done = send(client, PAGE, f"{PAGE}/withdraw").location
    assert client.get(f"/photos/{picture.digest}").status_code == 200

    send(client, done, f"{done}/forget")

    assert client.get(f"/photos/{picture.digest}").status_code == 404
    assert client.get(done).status_code == 404
    assert changes(services) == []


def test_a_viewer_looks_and_changes_nothing(app, access):
    client = app.test_client()
    client.set_cookie("lookalike-session", member("eve", "viewer", access=access))

    page = client.get("/staff/stock").text

    assert client.get(PAGE).status_code == 200
    assert client.get("/staff/changes").status_code == 200
    assert "Change many" not in page
    assert send(client, "/staff/stock", f"{PAGE}/withdraw").status_code == 403


def test_an_empty_shop_says_so(empty_services):
    access = access_of(empty_services)
    client = create_app(empty_services, access).test_client()
    client.set_cookie("lookalike-session", member("ada", "editor", access=access))

    assert "There are no products yet" in client.get("/staff/stock").text
    assert "Nothing was changed yet" in client.get("/staff/changes").text


def test_the_overview_says_what_each_count_of_pictures_counts(staff, services):
    fill(services, [Item("TWIN", (250, 20, 20))])  # R-000 shows this picture, too

    page = staff.get("/staff").text
    figures = dict(re.findall(r"<dt>([^<]+)</dt><dd>([0-9,]+)", page))

    assert figures["Products"] == figures["Pictures of products"] == "31"
    assert figures["Found by searches"] == "31"
    assert "30 different ones: some products show the same" in page

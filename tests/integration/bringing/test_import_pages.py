"""Files that the staff bring in on the pages: sent, looked at, mapped, handed to a job."""

import io
import os
import re
import shutil
from zipfile import ZipFile

import pytest

from catalog import vocabulary
from catalog.access.terms import Role
from service.jobs import keeping
from service.jobs.files import folder_of, new_folder
from service.stock.changing import remove_products
from service.stock.record import record_batch
from service.worker.worker import Worker
from tests.doors import send, token_on
from tests.pictures import encoded, scene
from tests.shop import product

PAGE = "/staff/import"
OWN = "Artikelnummer;Bezeichnung;Preis\nA-1;Hemd <b>;19,90\nA-2;Hose;teuer\n"
LOOKS = {"theirs": ["artikelnummer", "bezeichnung", "preis"], "ours": ["sku", "title", "price"]}


def bring(client, name, data, **more):
    data = data if isinstance(data, bytes) else data.encode()
    token = token_on(client.get(PAGE).text)
    files = [(io.BytesIO(data), name)]
    return client.post(PAGE, data={"form_token": token, "file": files, **more})


def mapped(client, address, then="look", **more):
    return send(client, address, address, **(LOOKS | {"then": then} | more))


def test_a_file_is_sent_and_shown_with_its_columns_and_what_they_may_be(editor, uploads):
    answer = bring(editor, "liste.csv", OWN)

    page = editor.get(answer.location).text
    [upload] = uploads.every("import")
    assert answer.location == f"{PAGE}/{upload.token}"
    assert upload.sent_by == "the-editor"
    assert "Say below which column is the SKU" in page
    assert re.findall(r'<option value="(\w+)" selected>', page) == ["sku", "title", "price"]


def test_columns_that_are_mapped_show_the_first_products_and_their_faults(editor):
    address = bring(editor, "liste.csv", OWN).location

    answer = mapped(editor, address)

    page = editor.get(answer.location).text
    assert "Hemd &lt;b&gt;" in page
    assert "19.90" in page
    assert "Would be refused" in page
    assert "Say below" not in page


def test_a_further_picture_is_offered_once_and_what_is_none_of_ours_is_left_out(editor):
    table = "Artikelnummer;Bezeichnung;Bild;Bild 3;Farbton\nA-1;Hemd;a.png;b.png;rot\n"

    page = editor.get(bring(editor, "liste.csv", table).location).text

    lists = [re.findall(r"<option[^>]*>([^<]+)", each) for each in page.split("<select")[1:]]
    of_columns = [each for each in lists if "sku" in each]
    assert len(of_columns) == 5
    for each in of_columns:
        assert each[0] == "leave it out"
        assert len([words for words in each if words.startswith(("photo", "image"))]) == 9
    assert 'value="image_3" selected>image 3' in page


def test_a_mapping_is_remembered_under_a_name_and_taken_for_the_next_file(editor, services):
    first = bring(editor, "liste.csv", OWN).location
    mapped(editor, first, save_map="Lieferant Nord")

    second = bring(editor, "liste-2.csv", OWN).location
    taken = {"theirs": LOOKS["theirs"], "ours": ["", "", ""], "map_from": "Lieferant Nord"}
    send(editor, second, second, then="look", **taken)

    assert "Hemd" in editor.get(second).text
    assert "Lieferant Nord" in editor.get(PAGE).text
    send(editor, PAGE, f"{PAGE}/maps/remove", name="Lieferant Nord")
    assert "Lieferant Nord" not in editor.get(PAGE).text


@pytest.fixture
def remembered(editor):
    """A map of the columns of OWN."""
    mapped(editor, bring(editor, "liste.csv", OWN).location, save_map="Nord")
    yield "Nord"
    send(editor, PAGE, f"{PAGE}/maps/remove", name="Nord")


def test_remembered_columns_are_taken_for_the_next_file_that_has_them_all(editor, remembered):
    page = editor.get(bring(editor, "liste-2.csv", OWN.replace("Preis", "Preis;Neu")).location).text

    assert "as you remembered them under <strong>Nord</strong>" in page
    assert "Hemd &lt;b&gt;" in page


def test_a_file_that_lacks_one_of_the_remembered_columns_is_not_read_by_them(editor, remembered):
    page = editor.get(bring(editor, "x.csv", OWN.replace("Preis", "Kosten")).location).text

    assert "remembered them" not in page
    assert "Say below which column is the SKU" in page


def test_remembered_columns_that_were_taken_can_be_left_again(editor, remembered):
    address = bring(editor, "liste-2.csv", OWN).location

    answer = mapped(editor, address, map_before="Nord", map_from="", ours=["sku", "title", ""])

    assert "Say below which column is the SKU" in editor.get(answer.location).text


def test_the_rows_that_cannot_be_taken_are_counted_and_shown(editor):
    rows = "sku;title;price\nA-1;;\nA-2;Hose;teuer\n;Rock;1\n"

    page = editor.get(bring(editor, "liste.csv", rows).location).text

    assert "0 of 3 rows can be taken" in page
    assert "<strong>3 rows</strong> without a picture" not in page  # one has no SKU to be new under
    assert "<strong>2 rows</strong> without a picture" in page
    assert "<strong>1 row</strong> without a title" in page
    assert "a price is written like 19.90" in page


@pytest.fixture
def a_product(services):
    record_batch([product(services, "HAT-1")], services=services)
    yield "HAT-1"
    remove_products(["HAT-1"], services=services)


def test_products_that_come_again_without_pictures_are_told_to_keep_theirs(editor, a_product):
    again = f"sku;title\n{a_product};Hemd\nNEW-1;Hose\n"

    page = editor.get(bring(editor, "again.csv", again).location).text

    assert page.count('<td data-name="Pictures">stay</td>') == 1
    assert page.count('<td data-name="Pictures">0</td>') == 1  # it is new, and would be refused
    assert '<td data-name="Category">stays</td>' in page


def test_new_products_without_a_price_are_told_before_they_come_in(editor):
    pages = []
    for price in ("19,90", ""):
        archive = io.BytesIO()
        with ZipFile(archive, "w") as files:
            files.writestr("stock.csv", f"sku;title;price;photo\nP-1;Hemd;{price};1.png\n")
            files.writestr("1.png", encoded(scene(), "PNG"))
        pages.append(editor.get(bring(editor, "priced.zip", archive.getvalue()).location).text)

    assert ["says a price: it comes in without one" in page for page in pages] == [False, True]


def test_what_holds_of_a_whole_file_is_told_before_what_holds_of_its_rows(editor):
    oversold = [f"coat-{n},Coat {n},C-{n},9.90,-{n},active,{n}.jpg" for n in range(1, 20)]
    head = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty,Status,Image Src"
    table = "\n".join([head, *oversold, "gown,Gown,G-1,9.90,1,draft,\n"])
    with ZipFile(file := io.BytesIO(), "w") as archive:
        archive.writestr("products.csv", table)
        for n in range(1, 20):
            archive.writestr(f"{n}.jpg", encoded(scene(n), "JPEG"))

    page = editor.get(bring(editor, "shop.zip", file.getvalue()).location).text

    assert "not for sale (draft)" in page
    assert "-1 is taken as 0" in page
    assert "more of the kind" in page


def test_prices_of_a_file_are_shown_as_money_and_their_currency_is_said(editor):
    rows = "sku;title;price;sale_price\nA-1;Hemd;19,90;15,50\nA-2;Hose;9 USD;\n"
    address = bring(editor, "liste.csv", rows).location
    plain = editor.get(address).text

    send(editor, address, address, then="look", currency="eur")

    said = editor.get(address).text
    assert "on sale 15.50" in plain
    assert "1 price says no currency and comes in without one" in plain
    assert "sale price cents" not in plain
    assert "on sale €15.50" in said
    assert "1 price is in EUR, as the file says, or as is assumed where it says none" in said


def meanings_of(services):
    with services.database.reading() as session:
        return {each.word: each.category for each in vocabulary.meanings(session)}


@pytest.fixture
def forgotten(services):
    """Forget what words mean at the end."""
    yield
    with services.database.writing() as session:
        for each in vocabulary.meanings(session):
            vocabulary.forget(session, each.word)


WORDS = "sku;title;photo;category\nA-1;Hemd;a.png;Reds\nA-2;Hut;a.png;Caps\n"


def test_a_new_word_that_is_nearly_a_category_is_that_unless_somebody_says_otherwise(
    editor, services, forgotten
):
    address = bring(editor, "liste.csv", WORDS).location
    page = editor.get(address).text

    send(editor, address, address, then="look", word=["Reds", "Caps"], means=["red", ""])
    before = meanings_of(services)
    send(editor, address, f"{address}/begin")

    assert '<option value="red" selected>the same as red</option>' in page
    assert '<option value="" selected>a category of its own</option>' in page
    assert before == {}  # nothing is learned before it is imported
    assert meanings_of(services) == {"Reds": "red"}


def test_a_word_that_is_said_to_be_its_own_category_is_not_asked_about_again(
    editor, services, forgotten
):
    address = bring(editor, "liste.csv", WORDS).location

    send(editor, address, address, then="import", word="Reds", means="Reds")

    assert meanings_of(services) == {"Reds": "Reds"}
    again = editor.get(bring(editor, "liste-2.csv", WORDS).location).text
    assert 'name="word" value="Caps"' in again
    assert 'name="word" value="Reds"' not in again


def test_a_check_remembers_no_word(editor, services, forgotten):
    address = bring(editor, "liste.csv", WORDS).location

    send(editor, address, address, then="check", word="Reds", means="red")

    assert meanings_of(services) == {}


def test_a_check_takes_words_for_what_was_answered_and_asks_no_more(editor, services, forgotten):
    address = bring(editor, "liste.csv", WORDS).location
    answers = {"word": ["Reds", "Caps"], "means": ["red", "Caps"]}

    job = send(editor, address, address, then="check", **answers).location

    Worker(services).run_until_idle()
    assert "nearly" not in editor.get(job).text


def test_answers_that_contradict_each_other_are_refused_and_nothing_begins(
    editor, services, forgotten
):
    with services.database.writing() as session:
        vocabulary.keep_meaning(session, "Rote", "red")
    address = bring(editor, "liste.csv", WORDS).location

    answer = send(editor, address, address, then="import", word="Reds", means="Rote")

    assert answer.status_code == 422
    assert "stands for &#39;red&#39; itself" in answer.text
    assert keeping.newest(5, services=services) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"ours": ["sku", "sku", ""]}, "Two columns are mapped to &#39;sku&#39;"),
        ({"currency": "EURO"}, "A currency is three letters"),
        ({"encoding": "no such"}, "there is no encoding"),
        ({"map_from": "nothing"}, "There is no map &#39;nothing&#39;"),
        ({"save_map": "x" * 70}, "at most 64 characters"),
    ],
)
def test_what_breaks_a_rule_is_said_and_nothing_is_begun(editor, services, said, told):
    address = bring(editor, "liste.csv", OWN).location

    answer = mapped(editor, address, "import", **said)

    page = editor.get(address).text if answer.status_code == 303 else answer.text
    assert told in page
    assert keeping.newest(5, services=services) == []


def test_a_field_that_breaks_its_rule_loses_no_other(editor):
    address = bring(editor, "liste.csv", OWN).location

    answer = mapped(editor, address, currency="EURO", encoding="cp1252", as_person="1")

    assert "A currency is three letters" in answer.text
    assert re.findall(r'<option value="(\w+)" selected>', answer.text)[:3] == LOOKS["ours"]
    assert '<option value="cp1252" selected>' in answer.text
    assert re.search(r'name="as_person" value="1" checked', answer.text)


@pytest.mark.parametrize(("then", "dry_run"), [("check", True), ("import", False)])
def test_a_file_is_handed_to_a_job(editor, services, uploads, then, dry_run):
    address = bring(editor, "liste.csv", OWN).location

    answer = mapped(editor, address, then, currency="chf")

    [job] = keeping.newest(5, services=services)
    assert answer.location == f"/staff/jobs/{job.number}"
    assert (job.kind, job.title, job.by.name) == ("import", "liste.csv", "the-editor")
    assert job.parameters["dry_run"] is dry_run
    assert job.parameters["currency"] == "CHF"
    assert job.parameters["map"]["artikelnummer"] == "sku"
    assert (folder_of(job.folder, services.settings) / "liste.csv").read_text() == OWN
    assert len(uploads.every("import")) == int(dry_run)
    assert "liste.csv" in editor.get(answer.location).text


def test_a_button_that_is_pressed_twice_begins_one_job(editor, services, uploads):
    address = bring(editor, "liste.csv", OWN).location
    page = editor.get(address).text
    form = {"form_token": token_on(page), **LOOKS, "then": "check"}

    answers = [editor.post(address, data=form) for _ in range(2)]

    assert len({answer.location for answer in answers}) == 1
    assert len(keeping.newest(5, services=services)) == 1
    assert len(list(services.settings.jobs.iterdir())) == 1


def test_a_file_that_was_imported_meanwhile_is_not_here_any_more(editor):
    address = bring(editor, "liste.csv", OWN).location
    token = token_on(editor.get(address).text)
    mapped(editor, address, "import")

    late = editor.post(address, data={"form_token": token, **LOOKS, "then": "import"})

    assert late.status_code == 404
    assert "not here any more" in late.text


def test_pictures_that_are_sent_together_are_products_of_their_names(editor):
    token = token_on(editor.get(PAGE).text)
    files = [(io.BytesIO(encoded(scene(), "JPEG")), f"new/{name}.jpg") for name in ("A-1", "A-2")]

    answer = editor.post(PAGE, data={"form_token": token, "file": files})

    page = editor.get(answer.location).text
    assert "pictures, and no table" in page
    assert "A-1" in page
    assert "new.zip" in page


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.csv", b"", "is empty"),
        ("", b"", "Choose a file first"),
    ],
)
def test_a_form_without_a_file_says_so(editor, name, data, told):
    answer = bring(editor, name, data)

    assert answer.status_code == 422
    assert told in answer.text


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.zip", b"PK\x03\x04 torn", "no whole ZIP"),
        ("<script>.pdf", b"%PDF-1.7", "holds no table and no picture"),
    ],
)
def test_what_cannot_be_imported_is_shown_with_the_reason(editor, name, data, told):
    page = editor.get(bring(editor, name, data).location).text

    assert told in page
    assert "<script>.pdf" not in page
    assert 'value="import"' not in page


def test_a_zip_that_leads_out_of_itself_is_shown_with_the_reason(editor):
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("../../evil.csv", "sku,title\n")

    page = editor.get(bring(editor, "a.zip", packed.getvalue()).location).text

    assert "cannot be imported as it stands" in page


def test_a_viewer_looks_and_changes_nothing(editor, come_in, uploads):
    address = bring(editor, "liste.csv", OWN).location
    viewer = come_in(Role.VIEWER)
    page = viewer.get(address)
    token = token_on(page.text)

    answers = [
        viewer.post(path, data={"form_token": token, **LOOKS})
        for path in (PAGE, address, f"{address}/begin", f"{address}/remove")
    ]

    assert "liste.csv" in page.text
    assert '<fieldset class="bare" disabled>' in page.text
    assert {answer.status_code for answer in answers} == {403}
    assert len(uploads.every("import")) == 1


def test_a_file_is_removed_and_never_served(editor, uploads):
    address = bring(editor, "liste.csv", OWN).location
    [upload] = uploads.every("import")
    served = [
        editor.get(f"{address}/liste.csv").status_code,
        editor.get(f"/static/../uploads/{upload.token}/liste.csv").status_code,
    ]

    send(editor, address, f"{address}/remove")

    assert served == [404, 404]
    assert uploads.every("import") == []
    assert editor.get(address).status_code == 404


def test_a_kill_before_the_job_is_written_down_leaves_the_file_to_be_imported(
    editor, services, uploads
):
    address = bring(editor, "liste.csv", OWN).location
    [upload] = uploads.every("import")
    left = folder_of(new_folder(services.settings), services.settings)
    os.link(upload.path, left / upload.name)  # as far as a process came that was killed then

    answer = mapped(editor, address, "import")

    [job] = keeping.newest(5, services=services)
    assert answer.location == f"/staff/jobs/{job.number}"
    assert folder_of(job.folder, services.settings) != left
    assert uploads.every("import") == []


def test_a_kill_before_the_file_is_removed_brings_nothing_in_twice(editor, services, uploads):
    address = bring(editor, "liste.csv", OWN).location
    [upload] = uploads.every("import")
    options = {"mapped": [f"{a}={b}" for a, b in zip(*LOOKS.values(), strict=True)]}
    upload = uploads.set_options(upload.token, options)
    kept = upload.path.parent.with_name("kept")
    shutil.copytree(upload.path.parent, kept)
    about = (uploads.folder / f"{upload.token}.json").read_text()
    first = send(editor, address, f"{address}/begin").location

    kept.rename(upload.path.parent)  # as a process leaves it that was killed before the end
    (uploads.folder / f"{upload.token}.json").write_text(about)
    second = send(editor, address, f"{address}/begin").location

    assert first == second
    assert len(keeping.newest(5, services=services)) == 1
    assert uploads.every("import") == []

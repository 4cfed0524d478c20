"""Categories on their page: one is made the same as another, and undone; without a script."""

import pytest

from catalog import vocabulary
from catalog.access.terms import Role
from catalog.labelling import Word
from catalog.staff_changes import newest_changes
from catalog.stored import ProductRecord
from service.access.actor import at_the_machine
from service.finding.browse import product_by_sku
from service.jobs.claiming import claim
from service.jobs.kinds.changing_many import ask_to_rename_within
from service.jobs.kinds.known import KINDS
from service.stock.changing import label_product
from service.stock.meanings import map_category
from service.stock.record import record_batch
from service.stock.undoing import undo
from service.stockroom.categories import begin_join
from service.web.app import create_app
from service.web.staff import categories
from service.web.staff.categories import PER_PAGE
from service.worker.doing import do
from tests.doors import access_of, member, send

PAGE = "/staff/categories"
ME = at_the_machine()


@pytest.fixture
def access(filled):
    return access_of(filled)


@pytest.fixture
def come_in(filled, access):
    app = create_app(filled, access)

    def come_in(role):
        client = app.test_client()
        client.set_cookie("lookalike-session", member(f"a-{role}", role, access=access))
        return client

    return come_in


@pytest.fixture
def staff(come_in):
    return come_in(Role.EDITOR)


@pytest.fixture
def hats(filled):
    """Three products called Hats and one called Hat."""
    for sku in ("RED-00", "RED-01", "RED-02"):
        label_product(sku, "Hats", services=filled)
    label_product("GREEN-00", "Hat", services=filled)
    return filled


def join(client, word, category):
    return send(client, PAGE, f"{PAGE}/join", word=word, category=category)


def called(services, *skus):
    return [product_by_sku(sku, services=services).category for sku in skus]


def meanings_of(services):
    with services.database.reading() as session:
        return {each.word: each.category for each in vocabulary.meanings(session)}


def changes(services):
    with services.database.reading() as session:
        return [(each.id, each.name, each.products) for each in newest_changes(session, 9)]


def test_categories_that_seem_to_be_one_stand_first(staff, hats):
    page = staff.get(PAGE).text

    assert "2 categories seem to be another one" in page  # each may be the other
    assert page.index("<bdi>Hats</bdi>") < page.index("<bdi>blue</bdi>")
    assert "Move 3 products" in page


def test_a_category_is_made_the_same_as_another_and_its_products_move(staff, hats):
    answer = join(staff, "Hats", "Hat")

    assert called(hats, "RED-00", "RED-01", "RED-02", "GREEN-00") == ["Hat"] * 4
    assert meanings_of(hats) == {"Hats": "Hat"}
    [(number, name, products)] = changes(hats)
    assert (name, products) == ("Hats is the same as Hat", 3)
    assert answer.location == f"{PAGE}?done={number}"
    page = staff.get(answer.location).text
    assert "Undo" in page
    assert "<bdi>Hats</bdi></a>" not in page
    assert "<bdi>Hats</bdi>" in page  # as a word for it


def test_an_import_takes_the_word_for_the_other_from_then_on(staff, hats):
    join(staff, "Hats", "Hat")

    record_batch([ProductRecord("BLUE-00", word=Word("hats"))], services=hats)

    assert called(hats, "BLUE-00") == ["Hat"]


def test_one_undo_brings_all_of_it_back_and_the_word_too(staff, hats):
    join(staff, "Hats", "Hat")
    [(number, _, _)] = changes(hats)

    send(staff, PAGE, f"/staff/changes/{number}/undo")

    assert called(hats, "RED-00", "RED-01", "RED-02") == ["Hats"] * 3
    assert meanings_of(hats) == {}


def test_what_somebody_has_said_since_stays_when_it_is_undone(staff, hats):
    join(staff, "Hats", "Hat")
    label_product("RED-02", "Cap", services=hats)
    [(number, _, _)] = changes(hats)

    send(staff, PAGE, f"/staff/changes/{number}/undo")

    assert called(hats, "RED-00", "RED-01", "RED-02") == ["Hats", "Hats", "Cap"]


def test_whose_word_it_was_stays_and_nobody_is_said_to_have_looked(staff, filled):
    records = [ProductRecord(f"BLUE-0{n}", word=Word(w)) for n, w in enumerate(("Cap", "Caps"))]
    record_batch(records, services=filled)
    label_product("RED-00", "Caps", services=filled)
    before = [product_by_sku(sku, services=filled).labelled_by for sku in ("BLUE-01", "RED-00")]

    join(staff, "Caps", "Cap")

    after = [product_by_sku(sku, services=filled) for sku in ("BLUE-01", "RED-00")]
    assert [each.category for each in after] == ["Cap", "Cap"]
    assert [each.labelled_by for each in after] == before
    assert len(set(before)) == 2


def test_words_that_stood_for_it_stand_for_the_other_then(staff, hats):
    map_category("Hüte", "Hats", by=at_the_machine(), services=hats)

    join(staff, "Hats", "Hat")
    joined = meanings_of(hats)
    (number, _, _), _ = changes(hats)
    send(staff, PAGE, f"/staff/changes/{number}/undo")

    assert joined == {"Hats": "Hat", "Hüte": "Hat"}
    assert meanings_of(hats) == {"Hüte": "Hats"}


def test_many_products_move_in_a_job_that_is_part_of_the_same_change(staff, hats, monkeypatch):
    monkeypatch.setattr(categories, "MOST_AT_ONCE", 1)

    answer = join(staff, "Hats", "Hat")
    before = sorted(called(hats, "RED-00", "RED-01", "RED-02"))
    do(*claim("me", services=hats), kinds=KINDS, services=hats)

    assert answer.location.startswith("/staff/jobs/")
    assert before == ["Hat", "Hats", "Hats"]
    assert called(hats, "RED-00", "RED-01", "RED-02") == ["Hat"] * 3
    [(_, _, products)] = changes(hats)
    assert products == 3


def test_a_category_whose_products_cannot_follow_is_not_moved_in_part(hats):
    def follow(session, begun):
        ask_to_rename_within(session, begun.ids, "Hats", "Hat", number=begun.number, by=ME)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        begin_join("Hats", "Hat", by=ME, services=hats, follow=follow)

    assert called(hats, "RED-00", "RED-01", "RED-02") == ["Hats"] * 3
    assert (meanings_of(hats), changes(hats)) == ({}, [])
    assert claim("me", services=hats) is None


def test_products_that_wait_to_move_go_where_the_word_leads_when_it_is_their_turn(
    staff, hats, monkeypatch
):
    label_product("GREEN-01", "Headwear", services=hats)
    monkeypatch.setattr(categories, "MOST_AT_ONCE", 1)
    join(staff, "Hats", "Hat")
    join(staff, "Hat", "Headwear")

    do(*claim("me", services=hats), kinds=KINDS, services=hats)

    assert called(hats, "RED-00", "RED-01", "RED-02", "GREEN-00") == ["Headwear"] * 4


def test_products_that_wait_to_move_stay_once_that_is_undone(staff, hats, monkeypatch):
    monkeypatch.setattr(categories, "MOST_AT_ONCE", 1)
    join(staff, "Hats", "Hat")
    [(number, _, _)] = changes(hats)
    # The page refuses it until the job is ended; somebody's undo may have begun just before.
    undo(number, by=at_the_machine(), services=hats)

    do(*claim("me", services=hats), kinds=KINDS, services=hats)

    assert called(hats, "RED-00", "RED-01", "RED-02") == ["Hats"] * 3


def test_very_many_categories_take_several_pages_and_share_one_list(staff, filled):
    categories = [f"Kind {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(PER_PAGE + 5)]
    with filled.database.writing() as session:
        for category in categories:
            vocabulary.keep_meaning(session, f"word of {category}", category)

    pages = [staff.get(f"{PAGE}?page={number}").text for number in (1, 2, 99)]

    assert "1 of 2" in pages[0]
    assert "2 of 2" in pages[1]
    assert "2 of 2" in pages[2]  # the last there is
    assert sum(page.count('<th scope="row">') for page in pages[:2]) == PER_PAGE + 5 + 3
    assert pages[0].count("<option") <= len(categories) + 3


@pytest.mark.parametrize(
    ("word", "category", "told"),
    [
        ("red", "Hat", "The model itself names products &#39;red&#39;"),
        ("Hats", "hats", "is &#39;Hats&#39; already"),
        ("Nothing", "Hat", "No category is called &#39;Nothing&#39;"),
        ("Hats", "Nothing", "No category is called &#39;Nothing&#39;"),
    ],
)
def test_what_cannot_be_made_the_same_says_why_and_changes_nothing(
    staff, hats, word, category, told
):
    answer = join(staff, word, category)

    assert answer.status_code == 422
    assert told in answer.text
    assert (changes(hats), meanings_of(hats)) == ([], {})


def test_a_word_is_forgotten_and_products_stay(staff, hats):
    join(staff, "Hats", "Hat")

    send(staff, PAGE, f"{PAGE}/forget", word="Hats")

    assert meanings_of(hats) == {}
    assert called(hats, "RED-00") == ["Hat"]


def test_a_viewer_looks_and_moves_nothing(come_in, hats):
    viewer = come_in(Role.VIEWER)

    page = viewer.get(PAGE).text

    assert ">Hats<" in page
    assert "Move" not in page
    assert viewer.post(f"{PAGE}/join", data={"word": "Hats", "category": "Hat"}).status_code == 403

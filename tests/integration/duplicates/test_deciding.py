import pytest

from catalog.access.terms import ActorKind, Role
from catalog.duplicates.moved import free, stays_as
from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import Kind
from catalog.errors import ConditionFailed, Contradiction
from catalog.exported import products_by_sku
from embeddings.files import names
from service.access.actor import Actor
from service.access.log import latest_of
from service.duplicates.deciding import decide, mark_of_pair
from service.duplicates.decision import Decision, Verdict
from service.duplicates.queue import open_queue
from service.duplicates.searching import find_all, find_new
from service.errors import BadRequestValue, UnknownPair
from service.importing import import_source
from service.stock.changing import label_product, remove_products
from service.stock.record import record_batch
from service.stock.undoing import undo
from service.upkeep.verify import verify
from tests.patterns import between, garment, image_of, pattern, photo_of
from tests.stock_of_pictures import product_of

ANNA = Actor(ActorKind.ACCOUNT, "anna", 1, Role.EDITOR)
BEN = Actor(ActorKind.ACCOUNT, "ben", 2, Role.EDITOR)


def queue(services, **wanted):
    return open_queue(PairFilter(**wanted), 1000, services=services).pairs


def product(services, sku):
    with services.database.reading() as session:
        return products_by_sku(session, [sku]).get(sku)


def decide_it(services, verdict, stays=None, by=ANNA, seen=None):
    [pair] = queue(services)
    return decide(Decision(pair.number, verdict, stays, seen), by=by, services=services)


def state(services):
    """Everything that an undo is to bring back."""
    with services.database.reading() as session:
        return products_by_sku(session, "ABCDE"), {
            (each.left, each.right, each.kind, each.state) for each in queue(services)
        }


@pytest.fixture
def twice(shop, put):
    """The shop with B once more, as E: with a brand, a price and a second picture."""
    put(
        "E",
        garment(1),
        garment(8),
        brand="Acme",
        price_cents=1990,
        currency="EUR",
        url="https://x.y",
    )
    find_new(services=shop)
    return shop


def test_a_merger_brings_over_what_the_one_that_stays_lacks(twice):
    label_product("E", "hat", services=twice)
    before = product(twice, "B"), product(twice, "E")

    decide_it(twice, Verdict.MERGE, "B")

    merged = product(twice, "B")
    assert product(twice, "E") is None
    assert merged.digests == (*before[0].digests, before[1].digests[1])
    assert (merged.brand, merged.price_cents, merged.currency) == ("Acme", 1990, "EUR")
    assert (merged.title, merged.url) == ("Product B", None)
    assert merged.human_category == "hat"
    assert queue(twice) == ()
    assert verify(services=twice).drift == 0
    assert [each.subject for each in latest_of("duplicate.merge", 2, database=twice.database)] == [
        "B E"
    ]


def test_a_merger_changes_nothing_that_the_one_that_stays_has(twice, put):
    put("B", garment(1), brand="Own", price_cents=500)
    label_product("B", "coat", services=twice)
    label_product("E", "hat", services=twice)

    decide_it(twice, Verdict.MERGE, "B")

    merged = product(twice, "B")
    assert (merged.brand, merged.price_cents, merged.currency) == ("Own", 500, None)
    assert merged.human_category == "coat"


@pytest.mark.parametrize(
    ("verdict", "stays"),
    [(Verdict.MERGE, "B"), (Verdict.MERGE, "E"), (Verdict.LINK, None), (Verdict.DISMISS, None)],
)
def test_every_decision_can_be_undone_and_done_again(twice, put, verdict, stays):
    put("F", garment(8))  # pairs with E by its other picture: it goes and comes back with E
    find_new(services=twice)
    before = state(twice)
    [pair] = queue(twice, sku="B")

    decided = decide(Decision(pair.number, verdict, stays), by=ANNA, services=twice)
    after = state(twice)
    undone = undo(decided.change, by=BEN, services=twice)

    assert undone.refused == []
    assert state(twice) == before != after
    assert verify(services=twice).drift == 0
    assert undo(undone.number, by=BEN, services=twice).refused == []
    assert state(twice) == after


def test_an_undo_takes_back_no_later_change(twice, put):
    decided = decide_it(twice, Verdict.MERGE, "B")
    put("B", garment(1), title="Another title", brand="Other")

    undone = undo(decided.change, by=BEN, services=twice)

    assert undone.products == 0
    assert product(twice, "E") is None
    assert "'Other'" in undone.refused[0].reason or "brand" in undone.refused[0].reason


def test_linked_products_are_of_one_style_and_no_pair_any_more(twice):
    decide_it(twice, Verdict.LINK)

    assert product(twice, "B").style == product(twice, "E").style == "B"
    assert queue(twice) == ()
    assert find_all(services=twice, again=True).proposed == 0


def test_a_link_takes_the_style_that_is_there_and_no_name_of_another(twice, put):
    put("A", garment(0), style="b")
    decide_it(twice, Verdict.LINK)

    assert product(twice, "B").style == "B-2"
    put("G", pattern(5, tint=(1, 0.3, 0.3)), style="Robe")
    put("H", pattern(5, tint=(0.3, 0.3, 1)))
    find_new(services=twice)
    decide_it(twice, Verdict.LINK)
    assert product(twice, "H").style == "Robe"


def test_products_of_two_styles_are_not_linked(twice, put):
    put("B", garment(1), style="one")
    put("E", garment(1), style="two")

    with pytest.raises(Contradiction, match=r"'one'.*'two'"):
        decide_it(twice, Verdict.LINK)

    assert len(queue(twice)) == 1


def test_a_dismissed_pair_never_returns_but_for_another_picture(twice, put):
    decide_it(twice, Verdict.DISMISS)

    assert find_all(services=twice, again=True).proposed == 0
    put("E", photo_of(image_of(garment(1)).resize((140, 140))))  # the same picture, saved anew
    assert find_new(services=twice).proposed == 0
    remove_products(["E"], services=twice)
    put("E", garment(1))
    assert find_new(services=twice).proposed == 0
    put("E", between(1, 1, 0, ground=60))  # another picture of the same
    assert find_new(services=twice).proposed == 1
    assert [(each.left, each.right, each.kind) for each in queue(twice)] == [
        ("B", "E", Kind.SAME_PRODUCT)
    ]


def test_the_second_to_decide_is_told_who_was_first(twice):
    [pair] = queue(twice)
    decide(Decision(pair.number, Verdict.DISMISS), by=ANNA, services=twice)

    with pytest.raises(Contradiction, match="dismissed already, by anna"):
        decide(Decision(pair.number, Verdict.MERGE, "B"), by=BEN, services=twice)


def test_who_looked_at_something_else_is_asked_to_look_again(twice, put):
    with twice.database.reading() as session:
        seen = mark_of_pair(session, "B", "E")
    put("E", garment(1), title="Changed")

    with pytest.raises(ConditionFailed, match="look again"):
        decide_it(twice, Verdict.MERGE, "B", seen=seen)

    assert product(twice, "E").title == "Changed"


def test_a_pair_that_is_not_there_and_a_product_that_is_not_of_it_are_refused(twice):
    with pytest.raises(UnknownPair):
        decide(Decision(999, Verdict.DISMISS), by=ANNA, services=twice)
    with pytest.raises(BadRequestValue, match="'B' or 'E', got 'A'"):
        decide_it(twice, Verdict.MERGE, "A")


def test_an_import_does_not_bring_a_merged_product_back(twice, tmp_path):
    decide_it(twice, Verdict.MERGE, "B")
    table = tmp_path / "feed.csv"
    table.write_text("sku,title,stock\nE,Again,5\nB,Bee,7\n", encoding="utf-8")

    report = import_source(table, services=twice)

    assert (report.updated, report.kept, report.failed) == (1, 1, ())
    assert product(twice, "E") is None
    assert product(twice, "B").stock == 7


def test_a_merged_sku_leads_to_what_stayed_until_it_is_freed(twice, put):
    decide_it(twice, Verdict.MERGE, "B")
    [outcome] = [record_batch([product_of(twice, "E", garment(9))], services=twice)]

    assert outcome.kept == ("E",)
    assert "merged into 'B' by anna" in outcome.notes[0][1]
    with twice.database.writing() as session:
        assert stays_as(session, "e ", names.key) == "B"
        assert free(session, "e", names.key) == "E"
    put("E", garment(9))
    assert product(twice, "E") is not None


@pytest.mark.parametrize("spelled", ["e-é", "E-E\u0301", "E-É\u200b", " e-É"])
def test_a_merged_sku_stays_out_however_it_is_spelled(shop, put, spelled):
    put("E-É", garment(1))
    find_new(services=shop)
    decide_it(shop, Verdict.MERGE, "B")
    records = [product_of(shop, sku, garment(9)) for sku in (spelled, "E-E")]

    outcome = record_batch(records, services=shop)

    assert (outcome.kept, outcome.added) == ((spelled,), ("E-E",))  # an accent is another SKU
    assert "'E-É' was merged into 'B'" in outcome.notes[0][1]

"""Two people at once, a word that is final, and what is taken back."""

from contextlib import closing
from datetime import timedelta

import pytest

from catalog import changes
from catalog.access.audit import Asked
from catalog.errors import ConditionFailed, Contradiction, UnknownProduct
from catalog.labelling import Speaker, Word
from catalog.models import now
from catalog.review_claims import HELD
from catalog.review_queue import ReviewItem
from catalog.staff_changes import newest_changes
from service.access import log
from service.errors import BadRequestValue
from service.finding.browse import product_by_sku
from service.review.asking import holder_of, next_question
from service.review.deciding import decide, skip
from service.review.figures import count_left, listed, today
from service.review.looking import look_at_all
from service.review.question import NOT_A_GARMENT
from service.review.taking_back import take_back
from service.stock.changing import label_product, remove_products
from service.stock.forgetting import forget_change
from service.stock.record import ProductRecord, record_batch
from service.stock.undoing import undo
from service.wiring import build_services
from tests.fakes import MeanColourEncoder
from tests.integration.review.conftest import UNSURE
from tests.shop import photo, product


def ask(services, who):
    found = next_question(by=who, services=services)
    assert found is not None
    return found


def answer(services, question, category, who):
    return decide(question.product.sku, category, question.seen, by=who, services=services)


def category_of(services, sku):
    return product_by_sku(sku, services=services).category


def test_a_question_tells_what_is_needed_to_answer_it(shop, ada):
    label_product("RED-1", "hat", services=shop)

    question = ask(shop, ada)

    assert question.product.sku in UNSURE
    assert question.guesses[0].label == "red"
    assert 1 / 3 < question.guesses[0].confidence < 0.8
    assert question.opinion.reasons[0] == "unsure"
    assert [(each.product.sku, each.category) for each in question.neighbours] == [("RED-1", "hat")]
    assert question.choices == ("red", "hat", "green", "blue")
    assert {"hat", "green", NOT_A_GARMENT} <= set(question.categories)
    assert question.left == 3
    assert question.next_digest not in (None, question.digest)
    assert now() < question.held_until <= now() + HELD


def test_whoever_asks_again_gets_the_same_and_another_person_another(shop, ada, bob):
    first = ask(shop, ada)

    assert ask(shop, ada).product.sku == first.product.sku
    assert ask(shop, bob).product.sku != first.product.sku


def test_when_everything_is_in_somebodys_hand_nothing_is_left_for_others(shop, ada, bob):
    remove_products(["MUD-1", "MUD-2"], services=shop)
    ask(shop, ada)

    assert next_question(by=bob, services=shop) is None
    with pytest.raises(Contradiction, match="ada has 'MUD-3' in hand"):
        decide("MUD-3", "red", None, by=bob, services=shop)
    with pytest.raises(Contradiction, match="ada has 'MUD-3' in hand"):
        skip("MUD-3", None, by=bob, services=shop)
    assert category_of(shop, "MUD-3") == "red"
    assert count_left(services=shop) == 1


def test_what_somebody_left_lying_goes_to_another_and_their_late_word_does_not_count(
    shop, ada, bob
):
    mine = ask(shop, ada)
    with shop.database.writing() as session:  # as if the time had passed
        item = session.get(ReviewItem, mine.product.id)
        item.held_until = now() - timedelta(seconds=1)
    theirs = ask(shop, bob)
    assert theirs.product.sku == mine.product.sku

    with pytest.raises(Contradiction, match="bob has"):
        answer(shop, mine, "blue", ada)
    answer(shop, theirs, "green", bob)
    with pytest.raises(ConditionFailed, match="somebody has said 'green' meanwhile"):
        answer(shop, mine, "blue", ada)

    assert category_of(shop, mine.product.sku) == "green"


def test_a_late_word_counts_where_nobody_else_has_come(shop, ada):
    mine = ask(shop, ada)
    with shop.database.writing() as session:
        session.get(ReviewItem, mine.product.id).held_until = now() - timedelta(hours=1)

    answer(shop, mine, "blue", ada)

    assert category_of(shop, mine.product.sku) == "blue"


def test_a_word_is_final_for_imports_and_leaves_the_queue(shop, ada):
    question = ask(shop, ada)
    sku = question.product.sku

    decided = answer(shop, question, "Kaftan", ada)
    item = product(shop, sku, UNSURE[sku], category="hat")
    outcome = record_batch([item], services=shop)

    assert (decided.category, decided.agrees) == ("Kaftan", False)
    assert outcome.kept == (sku,)
    assert category_of(shop, sku) == "Kaftan"
    assert sku not in [each.sku for each in listed(10, services=shop)]
    assert ask(shop, ada).product.sku != sku


def test_a_picture_that_came_meanwhile_is_looked_at_first(shop, ada):
    question = ask(shop, ada)
    other = photo(shop, (119, 110, 101))
    record_batch([ProductRecord(question.product.sku, photos=(other,))], services=shop)

    with pytest.raises(ConditionFailed, match="is another by now"):
        answer(shop, question, "blue", ada)

    again = ask(shop, ada)
    assert again.product.sku == question.product.sku
    answer(shop, again, "blue", ada)
    assert category_of(shop, again.product.sku) == "blue"


def test_facts_that_come_meanwhile_are_no_hindrance(shop, ada):
    question = ask(shop, ada)
    sku = question.product.sku
    record_batch([ProductRecord(sku, {"title": "Mud coat", "stock": 9})], services=shop)

    answer(shop, question, "blue", ada)

    held = product_by_sku(sku, services=shop)
    assert (held.category, held.title, held.stock) == ("blue", "Mud coat", 9)


def test_a_word_of_a_person_elsewhere_is_not_overruled(shop, ada):
    question = ask(shop, ada)
    word = Word("hat", Speaker.PERSON)
    record_batch([ProductRecord(question.product.sku, word=word)], services=shop)

    with pytest.raises(ConditionFailed, match="'hat'"):
        answer(shop, question, "blue", ada)

    assert category_of(shop, question.product.sku) == "hat"


def test_what_is_skipped_comes_last_and_in_its_turn(shop, ada):
    first = ask(shop, ada)
    skip(first.product.sku, first.seen, by=ada, services=shop)
    second = ask(shop, ada)
    skip(second.product.sku, second.seen, by=ada, services=shop)
    third = ask(shop, ada)
    answer(shop, third, "red", ada)

    assert len({each.product.sku for each in (first, second, third)}) == 3
    assert [each.sku for each in listed(9, services=shop)] == [
        first.product.sku,
        second.product.sku,
    ]
    assert ask(shop, ada).product.sku == first.product.sku
    assert today(by=ada, services=shop).mine.decided == 1


def test_a_word_is_taken_back_and_the_same_product_is_asked_again(shop, ada):
    first = ask(shop, ada)
    answer(shop, first, "blue", ada)
    ask(shop, ada)

    back = take_back(by=ada, services=shop)

    assert (back.sku, back.category) == (first.product.sku, "blue")
    again = ask(shop, ada)
    assert again.product.sku == first.product.sku
    assert again.seen == first.seen
    assert product_by_sku(first.product.sku, services=shop).human_category is None
    assert today(by=ada, services=shop).mine.decided == 0
    look_at_all(services=shop)  # those near it, which its word had brought into the queue
    assert count_left(services=shop) == 3


def test_a_skip_is_taken_back_as_well(shop, ada):
    first = ask(shop, ada)
    skip(first.product.sku, first.seen, by=ada, services=shop)
    second = ask(shop, ada)
    skip(second.product.sku, second.seen, by=ada, services=shop)

    assert take_back(by=ada, services=shop).sku == second.product.sku
    assert ask(shop, ada).product.sku == second.product.sku
    assert take_back(by=ada, services=shop).sku == first.product.sku
    assert ask(shop, ada).product.sku == first.product.sku
    assert listed(9, services=shop)[0].worth is not None


def test_nobody_takes_back_what_others_said_or_what_was_said_since(shop, ada, bob):
    first = ask(shop, ada)
    answer(shop, first, "blue", ada)
    with pytest.raises(Contradiction, match="nothing of yours"):
        take_back(by=bob, services=shop)

    label_product(first.product.sku, "hat", services=shop)
    with pytest.raises(Contradiction, match="somebody has said 'hat' since"):
        take_back(by=ada, services=shop)
    assert category_of(shop, first.product.sku) == "hat"


def test_what_cannot_be_taken_back_is_told_once_and_then_it_is_the_turn_of_the_one_before(
    shop, ada, bob
):
    first = ask(shop, ada)
    answer(shop, first, "blue", ada)
    second = ask(shop, ada)
    answer(shop, second, "green", ada)
    third = ask(shop, ada)
    skip(third.product.sku, third.seen, by=ada, services=shop)
    with shop.database.writing() as session:  # as if it was bob's turn
        item = session.get(ReviewItem, third.product.id)
        item.holder, item.held_until = holder_of(bob), now() + HELD
    remove_products([second.product.sku], services=shop)

    with pytest.raises(Contradiction, match="somebody else has"):
        take_back(by=ada, services=shop)
    with pytest.raises(Contradiction, match="is gone"):
        take_back(by=ada, services=shop)
    back = take_back(by=ada, services=shop)

    assert (back.sku, back.category) == (first.product.sku, "blue")
    with pytest.raises(Contradiction, match="nothing of yours"):
        take_back(by=ada, services=shop)


def test_a_skip_of_what_somebody_has_named_since_is_past(shop, ada, bob):
    first = ask(shop, ada)
    skip(first.product.sku, first.seen, by=ada, services=shop)
    label_product(first.product.sku, "hat", services=shop)
    left = count_left(services=shop)

    with pytest.raises(Contradiction, match="somebody has said 'hat' since"):
        take_back(by=ada, services=shop)

    assert count_left(services=shop) == left
    assert ask(shop, ada).product.sku != first.product.sku
    assert ask(shop, bob).product.sku != first.product.sku
    assert category_of(shop, first.product.sku) == "hat"


def test_a_word_on_what_lost_its_picture_is_taken_back_as_well(shop, ada):
    first = ask(shop, ada)
    answer(shop, first, "blue", ada)
    record_batch([ProductRecord(first.product.sku, photos=())], services=shop)

    assert take_back(by=ada, services=shop).sku == first.product.sku
    assert product_by_sku(first.product.sku, services=shop).human_category is None


def test_figures_count_what_stands_after_its_change_was_forgotten(shop, ada):
    answer(shop, ask(shop, ada), "blue", ada)
    answer(shop, ask(shop, ada), "green", ada)
    with shop.database.reading() as session:
        newest, before = (each.id for each in newest_changes(session, 2))
    undo(newest, by=ada, services=shop)

    for number in (newest, before):
        forget_change(number, by=ada, services=shop)

    assert today(by=ada, services=shop).mine.decided == 1
    assert take_back(by=ada, services=shop).category == "blue"
    assert today(by=ada, services=shop).mine.decided == 0


def test_a_word_is_undone_among_other_changes_of_the_staff_as_well(shop, ada):
    first = ask(shop, ada)
    answer(shop, first, "blue", ada)
    second = ask(shop, ada)
    answer(shop, second, "green", ada)
    with shop.database.reading() as session:
        newest, before = newest_changes(session, 2)

    undone = undo(newest.id, by=ada, services=shop)
    assert (newest.name, undone.products) == ("green, in the review", 1)
    assert second.product.sku in [each.sku for each in listed(9, services=shop)]
    assert take_back(by=ada, services=shop).sku == first.product.sku  # the last one that holds

    again = undo(before.id, by=ada, services=shop)
    assert again.products == 0
    assert today(by=ada, services=shop).mine.decided == 0


def test_no_garment_is_a_word_like_any_other(shop, ada):
    question = ask(shop, ada)
    answer(shop, question, NOT_A_GARMENT, ada)

    held = product_by_sku(question.product.sku, services=shop)

    assert (held.category, held.stock) == (NOT_A_GARMENT, 1)  # for sale as before


@pytest.mark.parametrize(
    ("category", "rule"),
    [("", "is empty"), ("x" * 65, "at most 64"), ("a\x00b", "category")],
)
def test_a_word_that_is_none_is_refused_with_its_rule(shop, ada, category, rule):
    question = ask(shop, ada)

    with pytest.raises(BadRequestValue, match=rule) as refused:
        answer(shop, question, category, ada)

    assert "category" in refused.value.fields
    assert count_left(services=shop) == 3


def test_a_slip_of_the_hand_is_asked_about_unless_it_is_meant(shop, ada):
    question = ask(shop, ada)
    sku, seen = question.product.sku, question.seen

    with pytest.raises(BadRequestValue, match="'gren', but 'green' is nearly that"):
        decide(sku, "gren", seen, by=ada, services=shop, is_new=False)
    decide(sku, "gren", seen, by=ada, services=shop)

    assert category_of(shop, sku) == "gren"


def test_a_product_that_there_is_not_is_refused(shop, ada):
    with pytest.raises(UnknownProduct):
        decide("NO-SUCH", "red", None, by=ada, services=shop)


def test_figures_count_what_stands_and_how_often_the_model_was_right(shop, ada, bob):
    answer(shop, ask(shop, ada), "red", ada)
    answer(shop, ask(shop, bob), "blue", bob)
    answer(shop, ask(shop, ada), "blue", ada)
    take_back(by=ada, services=shop)

    told = today(by=ada, services=shop)

    assert (told.mine.decided, told.mine.right) == (1, 1)
    assert (told.everybody.decided, told.everybody.right) == (2, 1)


def test_every_word_is_in_the_log_with_who_said_it(shop, ada):
    question = ask(shop, ada)
    answer(shop, question, "blue", ada)
    take_back(by=ada, services=shop)

    entries = list(log.entries(Asked(actor="ada"), database=shop.database))

    assert [(each["action"], each["subject"]) for each in entries] == [
        ("review.take_back", question.product.sku),
        ("review.decide", question.product.sku),
    ]
    assert entries[1]["detail"] == "blue; the model said red"


def test_a_copy_put_back_asks_as_it_did_then(shop, ada):
    """The feed's marks differ, so the queue is made anew from the rows."""
    question = ask(shop, ada)
    with shop.database.writing() as session:
        changes.mark_anew(session)

    with closing(build_services(shop.settings, MeanColourEncoder())) as beside:
        assert ask(beside, ada).product.sku == question.product.sku
        assert count_left(services=beside) == 3

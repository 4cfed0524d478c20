"""What shows one picture, or is of one style, is one question: asked once, of one person."""

from dataclasses import replace

import pytest

from catalog.staff_changes import newest_changes
from service.finding.browse import product_by_sku
from service.review.asking import next_question
from service.review.deciding import decide, skip
from service.review.figures import count_left, listed, today
from service.review.looking import look_at_all
from service.review.taking_back import take_back
from service.stock.changing import label_product
from service.stock.record import record_batch
from service.stock.undoing import undo
from service.upkeep.verify import verify
from tests.shop import product

MUD, CLAY = (120, 110, 100), (125, 100, 90)
MOSS = (100, 150, 110)  # of which the model is almost sure enough, so it is asked last


def bring(services, sku, colour, style=None, category=None):
    item = product(services, sku, colour, category=category)
    record_batch([replace(item, facts={**item.facts, "style": style})], services=services)


@pytest.fixture
def eight(services):
    """Eight SKUs, one picture."""
    for number in range(8):
        bring(services, f"MUD-{number}", MUD)
    return services


def ask(services, who):
    found = next_question(by=who, services=services)
    assert found is not None
    return found


def skus_of(question):
    return {question.product.sku, *(each.sku for each in question.fellows)}


def answer(services, question, category, who, among=None):
    also = [each.sku for each in question.fellows] if among is None else among
    sku, seen = question.product.sku, question.seen
    return decide(sku, category, seen, by=who, services=services, also=also)


def said(services):
    every = listed_skus(services)
    return {sku: product_by_sku(sku, services=services).human_category for sku in every}


def listed_skus(services):
    return [f"MUD-{number}" for number in range(8)]


def test_eight_of_one_picture_are_asked_once_and_taken_back_at_once(eight, ada):
    question = ask(eight, ada)
    assert skus_of(question) == set(listed_skus(eight))
    assert all(each.same_picture for each in question.fellows)

    done = answer(eight, question, "hat", ada)

    assert {done.sku, *done.also} == skus_of(question)
    assert set(said(eight).values()) == {"hat"}
    assert count_left(services=eight) == 0
    assert today(by=ada, services=eight).mine.decided == 1
    back = take_back(by=ada, services=eight)
    assert {back.sku, *back.also} == skus_of(question)
    assert set(said(eight).values()) == {None}
    assert ask(eight, ada).product.sku == question.product.sku
    assert count_left(services=eight) == 8
    assert verify(services=eight).drift == 0


def test_a_word_for_many_is_one_change_of_the_staff(eight, ada):
    answer(eight, ask(eight, ada), "hat", ada)
    with eight.database.reading() as session:
        [change] = newest_changes(session, 5)

    assert change.products == 8
    assert undo(change.id, by=ada, services=eight).products == 8
    assert set(said(eight).values()) == {None}
    assert today(by=ada, services=eight).mine.decided == 0


def test_nobody_else_is_asked_about_the_same_picture(eight, ada, bob):
    question = ask(eight, ada)

    assert ask(eight, ada).product.sku == question.product.sku
    assert next_question(by=bob, services=eight) is None


def test_no_picture_is_in_two_hands_where_styles_and_pictures_cross(services, ada, bob):
    bring(services, "A", MUD, "s")
    bring(services, "B", CLAY, "s")
    bring(services, "C", CLAY)  # of no style, and the picture of B
    bring(services, "D", MOSS)
    first = ask(services, ada)

    other = ask(services, bob)

    assert "B" in skus_of(first)
    assert skus_of(other) == {"D"}


def test_the_colours_of_a_style_are_one_question(services, ada):
    bring(services, "S-MUD", MUD, "shirt")
    bring(services, "S-CLAY", CLAY, "Shirt")
    bring(services, "MOSS", MOSS)

    question = ask(services, ada)

    assert skus_of(question) == {"S-MUD", "S-CLAY"}
    assert [each.same_picture for each in question.fellows] == [False]


def test_a_word_holds_for_those_alone_that_were_told(eight, ada):
    question = ask(eight, ada)
    told = [each.sku for each in question.fellows][:3]
    label_product(told[0], "coat", services=eight)

    done = answer(eight, question, "hat", ada, among=[*told, "NO-SUCH"])

    assert set(done.also) == set(told[1:])
    held = said(eight)
    assert held[told[0]] == "coat"
    assert sorted(map(str, held.values())) == ["None"] * 4 + ["coat"] + ["hat"] * 3
    following = ask(eight, ada)  # what was not told comes next
    assert held[following.product.sku] is None


def test_what_a_file_calls_otherwise_is_asked_by_itself(services, ada):
    bring(services, "A", MUD, "s")
    bring(services, "B", MUD, "s", category="robe")
    bring(services, "C", MUD, "s")

    assert skus_of(ask(services, ada)) == {"A", "C"}


def test_of_those_spoken_for_since_only_the_others_go_back(eight, ada):
    question = ask(eight, ada)
    answer(eight, question, "hat", ada)
    one = question.fellows[0].sku
    label_product(one, "coat", services=eight)

    back = take_back(by=ada, services=eight)

    assert one not in {back.sku, *back.also}
    assert said(eight)[one] == "coat"
    assert list(said(eight).values()).count(None) == 7


def test_where_the_one_shown_has_a_later_word_the_others_go_back_all_the_same(eight, ada):
    question = ask(eight, ada)
    answer(eight, question, "hat", ada)
    label_product(question.product.sku, "coat", services=eight)

    back = take_back(by=ada, services=eight)

    assert len({back.sku, *back.also} - {question.product.sku}) == 7
    assert said(eight)[question.product.sku] == "coat"


def test_they_are_skipped_and_come_back_together(eight, ada):
    bring(eight, "MOSS", MOSS)
    question = ask(eight, ada)
    also = [each.sku for each in question.fellows]
    skip(question.product.sku, question.seen, by=ada, services=eight, also=also)

    assert ask(eight, ada).product.sku == "MOSS"
    take_back(by=ada, services=eight)

    worths = {each.sku: each.worth for each in listed(20, services=eight)}
    assert all(worths[sku] is not None for sku in listed_skus(eight))
    assert skus_of(ask(eight, ada)) == set(listed_skus(eight))


def test_one_look_is_one_witness_however_many_it_was_for(services):
    for number in range(4):
        bring(services, f"ONE-{number}", (250, 10, 10))
    bring(services, "RED", (240, 12, 10))
    for number in range(4):
        label_product(f"ONE-{number}", "hat", services=services)
    look_at_all(services=services)
    assert listed(9, services=services) == []

    bring(services, "TWO", (245, 11, 10), category=None)
    label_product("TWO", "hat", services=services)
    look_at_all(services=services)

    assert [(each.sku, each.reasons) for each in listed(9, services=services)] == [
        ("RED", ("neighbours",))
    ]

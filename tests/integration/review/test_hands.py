"""Who has what in hand where products become alike meanwhile, a crowd is, or a clock was wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.errors import Contradiction
from catalog.models import now
from catalog.review_claims import HELD
from catalog.review_fellows import CROWD, MOST
from catalog.review_queue import ReviewItem
from service.review.asking import holder_of, next_question
from service.review.deciding import decide, skip
from service.review.figures import listed
from service.review.looking import look_at_all
from service.review.taking_back import take_back
from service.stock.record import record_batch
from tests.shop import product

MUD, CLAY, LOAM = (120, 110, 100), (125, 100, 90), (118, 112, 104)
MOSS = (100, 150, 110)  # of which the model is almost sure enough, so it is asked last
_MANY = MOST + 5


def bring(services, sku, colour, style=None):
    item = product(services, sku, colour)
    record_batch([replace(item, facts={**item.facts, "style": style})], services=services)


def ask(services, who):
    found = next_question(by=who, services=services)
    assert found is not None
    return found


@pytest.fixture
def crowd(services):
    """More products than one answer is for, all of one picture, and one of another."""
    one = product(services, "SAME-000", MUD)
    some = [replace(one, sku=f"SAME-{number:03}") for number in range(_MANY)]
    record_batch([*some, product(services, "MOSS", MOSS)], services=services)
    return services


def test_what_has_become_one_with_anothers_is_theirs_and_the_rest_is_asked(services, ada, bob):
    for sku, colour in {"A": MUD, "B": CLAY, "C": LOAM}.items():
        bring(services, sku, colour)
    hers, his = ask(services, ada).product.sku, ask(services, bob).product.sku
    bring(services, hers, {"A": MUD, "B": CLAY, "C": LOAM}[hers], "s")
    bring(services, his, {"A": MUD, "B": CLAY, "C": LOAM}[his], "s")

    then = ask(services, ada)

    assert {then.product.sku} == {"A", "B", "C"} - {hers, his}
    mine = ask(services, bob)
    assert {mine.product.sku, *(each.sku for each in mine.fellows)} == {hers, his}


def test_a_decision_sent_twice_tells_twice_for_whom_it_was(services, ada):
    for number in range(3):
        bring(services, f"MUD-{number}", MUD)
    question = ask(services, ada)
    also = [each.sku for each in question.fellows]
    sku, seen = question.product.sku, question.seen

    first, again = (
        decide(sku, "hat", seen, by=ada, services=services, also=also) for _ in range(2)
    )

    assert len(first.also) == 2
    assert again == first


def test_a_skip_sent_twice_is_one_skip(services, ada):
    for number in range(3):
        bring(services, f"MUD-{number}", MUD)
    question = ask(services, ada)
    also = [each.sku for each in question.fellows]
    sku, seen = question.product.sku, question.seen
    first, again = (skip(sku, seen, by=ada, services=services, also=also) for _ in range(2))

    assert again == first
    take_back(by=ada, services=services)
    with pytest.raises(Contradiction, match="nothing of yours"):
        take_back(by=ada, services=services)


def test_each_has_its_own_worth_again_when_a_skip_is_taken_back(services, ada):
    for sku, colour in {"S-1": MUD, "S-2": MOSS}.items():
        bring(services, sku, colour, "s")
    look_at_all(services=services)
    before = {each.sku: each.worth for each in listed(9, services=services)}
    assert len(set(before.values())) == 2
    question = ask(services, ada)
    also = [each.sku for each in question.fellows]
    skip(question.product.sku, question.seen, by=ada, services=services, also=also)

    take_back(by=ada, services=services)
    look_at_all(services=services)

    assert {each.sku: each.worth for each in listed(9, services=services)} == before


@pytest.mark.parametrize("ahead", [timedelta(seconds=5), timedelta(hours=5)])
def test_what_a_clock_that_was_ahead_gave_is_held_no_longer_than_any(services, ada, bob, ahead):
    bring(services, "MUD", MUD)
    ask(services, bob)
    with services.database.writing() as session:
        [item] = session.query(ReviewItem)
        assert item.holder == holder_of(bob)
        item.held_until = now() + HELD + ahead

    question = ask(services, ada)

    assert question.product.sku == "MUD"
    assert question.held_until <= now() + HELD


def test_one_hand_holds_no_more_of_a_crowd_than_it_answers_for_and_nobody_gets_the_rest(
    crowd, ada, bob
):
    question = ask(crowd, ada)
    assert question.is_of_crowd
    assert question.shown_by == _MANY
    assert len(question.fellows) == MOST

    his = ask(crowd, bob)

    assert his.product.sku == "MOSS"
    with crowd.database.reading() as session:
        held = session.query(ReviewItem).filter(ReviewItem.holder == holder_of(ada)).count()
    assert held == MOST + 1


def test_one_skip_is_for_a_whole_crowd_and_so_is_its_undo(crowd, ada):
    assert _MANY > CROWD
    question = ask(crowd, ada)

    done = skip(question.product.sku, question.seen, by=ada, services=crowd)

    assert len(done.also) == _MANY - 1
    assert ask(crowd, ada).product.sku == "MOSS"
    back = take_back(by=ada, services=crowd)
    assert sorted(back.also) == sorted(done.also)
    assert ask(crowd, ada).product.sku == question.product.sku
    assert all(each.worth is not None for each in listed(_MANY + 1, services=crowd))

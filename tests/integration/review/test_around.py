"""What else touches the queue: another model meanwhile, damage on the disk, a terminal."""

import json
import sqlite3
from contextlib import closing

from click.testing import CliRunner

from service.access.actor import at_the_machine
from service.cli.group import lookalike
from service.finding.browse import product_by_sku
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model
from service.review.asking import next_question
from service.review.deciding import decide, skip
from service.review.figures import count_left, count_unseen, listed, today
from service.review.looking import look_at_all
from service.upkeep.verify import DisagreementKind, verify
from service.wiring import build_services
from tests.fakes import MeanColourEncoder
from tests.integration.review.conftest import UNSURE
from tests.integration.review.test_queue import Surer


def test_a_promotion_between_question_and_word_changes_neither(shop, ada, bob):
    question = next_question(by=ada, services=shop)
    surer = Surer()
    with closing(build_services(shop.settings, MeanColourEncoder(), others=[surer])) as beside:
        model = beside.models.of(surer.fingerprint, "surer")
        read_missing(model, services=beside)
        promote_model(model, services=beside)

        said = decide(question.product.sku, "blue", question.seen, by=ada, services=beside)

        held = product_by_sku(question.product.sku, services=beside)
        assert (said.category, held.category) == ("blue", "blue")
        assert next_question(by=bob, services=beside) is None  # the other model is sure
        assert verify(services=beside).drift == 0


def test_a_damaged_queue_is_found_and_made_anew(shop, ada):
    look_at_all(services=shop)
    next_question(by=ada, services=shop)
    with closing(sqlite3.connect(shop.settings.database)) as other:
        other.execute("UPDATE review_item SET worth = 'x', state = 'y' WHERE confidence < 0.5")
        other.execute("UPDATE review_state SET number = 1")
        other.commit()

    found = verify(services=shop)
    repaired = verify(services=shop, repair=True)

    assert {each.kind for each in found.problems} == {DisagreementKind.BROKEN_QUEUE}
    assert repaired.problems == ()
    assert sorted(each.sku for each in listed(9, services=shop)) == sorted(UNSURE)
    assert next_question(by=ada, services=shop) is not None


def test_the_terminal_lists_what_is_asked_and_why(shop, ada, monkeypatch):
    first = next_question(by=ada, services=shop).product.sku
    skipped = next(each.sku for each in listed(9, services=shop) if each.sku != first)
    skip(skipped, None, by=at_the_machine(), services=shop)
    monkeypatch.setenv("LOOKALIKE_HOME", str(shop.settings.home))
    shop.index.save_snapshot()

    told = listed(9, services=shop)
    run = CliRunner().invoke(lookalike, ["review", "list", "--json", "--most", "2"])
    table = CliRunner().invoke(lookalike, ["review", "list"])

    assert run.exit_code == 0, run.output
    record = json.loads(run.stdout)
    assert record["left"] == 3
    assert [each["sku"] for each in record["products"]] == [each.sku for each in told[:2]]
    assert record["products"][0]["held_by"] == "ada"
    lines = [line.split("\t") for line in table.stdout.splitlines()]
    assert lines[0] == ["sku", "why", "sure", "worth", "in hand of"]
    assert (lines[1][0], lines[1][4]) == (first, "ada")
    assert (lines[3][0], lines[3][3]) == (skipped, "skipped")
    assert "3 products want a look" in table.stderr


def test_everything_is_looked_at_once_and_no_more(shop, ada):
    seen = []

    look_at_all(services=shop, progress=lambda done, total: seen.append((done, total)))

    assert seen[-1] == (6, 6)
    assert count_unseen(services=shop) == 0
    question = next_question(by=ada, services=shop)
    decide(question.product.sku, "blue", question.seen, by=ada, services=shop)
    assert count_unseen(services=shop) > 0  # those near it, and itself, which is to tell them
    look_at_all(services=shop)
    assert count_unseen(services=shop) == 0
    assert count_left(services=shop) == 2
    assert today(by=ada, services=shop).everybody.decided == 1

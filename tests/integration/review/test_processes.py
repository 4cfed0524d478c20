"""Several people in processes of their own, an import meanwhile, and a kill at any moment."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from catalog.access.terms import ActorKind, Role
from service.access.actor import Actor
from service.finding.browse import product_by_sku
from service.review.asking import next_question
from service.review.deciding import decide
from service.review.figures import count_left, listed
from service.stock.record import record_batch
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import MeanColourEncoder
from tests.shop import product

ROOT = Path(__file__).parents[3]
PRODUCTS = 24
# Decides everything that it gets, and tells each word once it is written.
PERSON = """
import sys
from pathlib import Path
from catalog.access.terms import ActorKind, Role
from service.access.actor import Actor
from service.review.asking import next_question
from service.review.deciding import decide, skip
from service.review.taking_back import take_back
from service.settings.environment import Settings
from service.wiring import build_services
from tests.fakes import MeanColourEncoder

services = build_services(Settings(home=Path(sys.argv[1])), MeanColourEncoder())
me = Actor(ActorKind.ACCOUNT, sys.argv[2], int(sys.argv[3]), Role.EDITOR)
question = next_question(by=me, services=services)  # so each has one, however slow the other
print("ready", flush=True)
sys.stdin.readline()
turn = 0
while question:
    turn += 1
    print("asked", question.product.sku, flush=True)
    decide(question.product.sku, me.name, question.seen, by=me, services=services)
    if turn % 5 == 0:
        take_back(by=me, services=services)
        question = next_question(by=me, services=services)
        decide(question.product.sku, me.name, question.seen, by=me, services=services)
    print("decided", question.product.sku, flush=True)
    question = next_question(by=me, services=services)
"""


@contextmanager
def person(home, name, number):
    with subprocess.Popen(
        [sys.executable, "-c", PERSON, str(home), name, str(number)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def begin(*people):
    for each in people:
        assert each.stdout.readline() == "ready\n"
    for each in people:
        each.stdin.write("go\n")
        each.stdin.flush()


def told(text, verb):
    return [line.split()[1] for line in text.splitlines() if line.startswith(f"{verb} ")]


def fill(services):
    greys = [(120 + n, 118 - n, 100) for n in range(PRODUCTS)]
    items = [product(services, f"P-{n:02}", colour) for n, colour in enumerate(greys)]
    record_batch(items, services=services)
    assert count_left(services=services) == PRODUCTS
    return items


def test_two_people_and_an_import_at_once_never_decide_the_same_twice(services):
    items = fill(services)
    home = services.settings.home
    with person(home, "ada", 1) as ada, person(home, "bob", 2) as bob:
        begin(ada, bob)

        for price in range(8):  # the same products come again and again meanwhile
            some = items[price % 4 :: 4]
            again = [replace(each, facts={**each.facts, "price_cents": price}) for each in some]
            record_batch(again, services=services)
        lines = {"ada": ada.stdout.read(), "bob": bob.stdout.read()}

    assert (ada.wait(), bob.wait()) == (0, 0)
    decided = {name: told(text, "decided") for name, text in lines.items()}
    assert sorted(decided["ada"] + decided["bob"]) == [each.sku for each in items]
    assert all(decided.values())
    for name, skus in decided.items():
        for sku in skus:
            assert product_by_sku(sku, services=services).human_category == name
    assert count_left(services=services) == 0
    assert verify(services=services).drift == 0


def test_a_killed_one_loses_no_word_and_keeps_nothing_from_the_others(services):
    every = {each.sku for each in fill(services)}
    lines = ""
    for wait_s in (0.0, 0.03):
        with person(services.settings.home, "ada", 1) as ada:
            begin(ada)
            lines += "".join(ada.stdout.readline() for _ in range(3))
            time.sleep(wait_s)
            ada.send_signal(signal.SIGKILL)
            lines += ada.stdout.read()

    with closing(build_services(services.settings, MeanColourEncoder())) as after:
        spoken = {sku for sku in every if product_by_sku(sku, services=after).human_category}
        assert set(told(lines, "decided")) <= spoken
        assert {each.sku for each in listed(100, services=after)} == every - spoken
        ada = Actor(ActorKind.ACCOUNT, "ada", 1, Role.EDITOR)  # what she had in hand is hers again
        rest = set()
        while question := next_question(by=ada, services=after):
            rest.add(question.product.sku)
            decide(question.product.sku, "ada", question.seen, by=ada, services=after)
        assert rest == every - spoken
        assert verify(services=after).drift == 0

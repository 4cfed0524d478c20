"""A search goes on though another process promotes a model between its two requests."""

from typing import Any

import pytest

from catalog.filters import Filters
from service.errors import ExpiredSearch
from service.finding.search import find_like_reading, find_remembered
from service.models.registry import model_of
from service.promotion.forgetting import forget_model
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model, roll_back_model
from service.settings.environment import Settings
from service.stock.changing import remove_products
from service.stock.record import record_batch
from service.web.app import create_app
from service.wiring import build_services
from tests.fakes import BrightnessEncoder, MeanColourEncoder, plain_photo, plain_picture
from tests.integration.web.forms import send
from tests.integration.web.test_pages import products_on
from tests.shop import product
from tests.stock import fill, shades
from tests.waiting import until

OLD, NEW = MeanColourEncoder(), BrightnessEncoder()
RED = (250, 20, 20)


@pytest.fixture
def staff(tmp_path):
    """The process that promotes and rolls back."""
    parts = build_services(Settings(home=tmp_path / "home", per_page=6), OLD, others=[NEW])
    fill(parts, shades(12))
    read_missing(model_of(NEW, "new"), services=parts)
    yield parts
    parts.close()


@pytest.fixture
def start(staff):
    """Start another process of the server; give its parts and a browser."""
    started = []

    def begin():
        parts = build_services(staff.settings, OLD, others=[NEW])
        started.append(parts)
        return parts, create_app(parts).test_client()

    yield begin
    for parts in started:
        parts.close()


def search(client):
    return send(client, plain_picture(RED), to="/search").location


def promote_new(staff):
    promote_model(model_of(NEW, "new"), services=staff)


def test_results_are_shown_though_a_model_was_promoted_after_the_photo_was_sent(staff, start):
    processes = [start() for _ in range(3)]
    (warm, client), (_, other), _ = processes
    warm.warm_up()
    address = search(client)
    before = client.get(address)
    promote_new(staff)

    for each in (client, other, start()[1]):
        after = each.get(address)
        assert after.status_code == 200
        assert products_on(after) == products_on(before)
        assert "<h1>red</h1>" in after.text
    assert f"<h1>{NEW.labels[1]}</h1>" in client.get(search(client)).text


def test_a_search_of_before_is_narrowed_and_paged_like_any_other(staff, start):
    _, client = start()
    address = search(client)
    whole = [products_on(client.get(f"{address}?page={page}")) for page in (1, 2)]
    narrow = products_on(client.get(f"{address}?in_stock=1&category=blue"))
    promote_new(staff)

    assert [products_on(client.get(f"{address}?page={page}")) for page in (1, 2)] == whole
    assert client.get(f"{address}?weight=look").status_code == 200
    assert client.get(f"{address}?category=blue").status_code == 200
    roll_back_model(services=staff)
    assert products_on(client.get(f"{address}?in_stock=1&category=blue")) == narrow


def test_a_search_of_before_sees_what_has_changed_since(staff, start):
    _, client = start()
    address = search(client)
    first, second, *_ = products_on(client.get(address))
    promote_new(staff)
    client.get(address)

    remove_products([first], services=staff)
    record_batch([product(staff, "NEW", RED)], services=staff)

    shown = products_on(client.get(address))
    assert shown[0] == second
    assert "NEW" not in shown  # the former model has not read it


def test_the_index_of_a_former_model_is_let_go_of_when_its_searches_have_expired(staff):
    [reading] = OLD.read([plain_photo(RED)])
    shortly: Any = 0.05  # of a minute; a setting has whole ones
    parts = build_services(
        Settings(home=staff.settings.home, remember_minutes=shortly), OLD, others=[NEW]
    )
    promote_new(staff)
    find_remembered(reading, Filters(), 1, 6, services=parts, fingerprint=OLD.fingerprint)
    held = parts.former.held

    until(lambda: parts.former.held is None)

    assert held == OLD.fingerprint
    found = find_remembered(reading, Filters(), 1, 6, services=parts, fingerprint=OLD.fingerprint)
    assert found.fingerprint == OLD.fingerprint
    parts.close()


def test_a_search_whose_model_is_gone_for_good_has_expired_and_says_what_to_do(staff, start):
    _, client = start()
    address = search(client)
    promote_new(staff)
    forget_model(OLD.fingerprint, services=staff)

    answer = client.get(address)

    assert answer.status_code == 410
    assert "Search by photo" in answer.text


def test_an_answer_by_machine_is_always_the_model_that_answers_now(staff, start):
    parts, client = start()
    [reading] = OLD.read([plain_photo(RED)])
    promote_new(staff)

    answer = send(client, plain_picture(RED)).get_json()

    assert answer["model"]["fingerprint"] == NEW.fingerprint
    with pytest.raises(ExpiredSearch):
        find_like_reading(reading, Filters(), 1, 6, services=parts, fingerprint=OLD.fingerprint)

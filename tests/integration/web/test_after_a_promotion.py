"""What shoppers get from a server when another process has exchanged the model."""

import pytest

from service.models.registry import model_of
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model, roll_back_model
from service.settings.environment import Settings
from service.web.app import create_app
from service.wiring import build_services
from tests.fakes import BrightnessEncoder, MeanColourEncoder, plain_picture
from tests.integration.web.forms import send
from tests.stock import fill, shades

OLD, NEW = MeanColourEncoder(), BrightnessEncoder()


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home", per_page=6)


@pytest.fixture
def staff(settings):
    """The process that promotes and rolls back."""
    parts = build_services(settings, OLD, others=[NEW])
    fill(parts, shades(12))
    yield parts
    parts.close()


@pytest.fixture
def client(staff):
    """A browser of the server, whose index already holds the old model's readings."""
    parts = build_services(staff.settings, OLD, others=[NEW])
    parts.warm_up()
    yield create_app(parts).test_client()
    parts.close()


def promote_new(staff):
    read_missing(model_of(NEW, "new"), services=staff)
    promote_model(model_of(NEW, "new"), services=staff)


def test_the_first_page_search_after_a_promotion_succeeds(client, staff):
    promote_new(staff)

    results = client.get(send(client, plain_picture(), to="/search").location)

    assert results.status_code == 200
    assert any(f"<h1>{label}</h1>" in results.text for label in NEW.labels)


def test_the_first_page_search_after_a_rollback_succeeds(client, staff):
    promote_new(staff)
    client.get(send(client, plain_picture(), to="/search").location)
    roll_back_model(services=staff)

    results = client.get(send(client, plain_picture(), to="/search").location)

    assert results.status_code == 200
    assert "<h1>red</h1>" in results.text


def test_an_answer_names_the_model_that_made_it(client, staff):
    before = send(client, plain_picture()).get_json()
    promote_new(staff)

    after = send(client, plain_picture()).get_json()

    assert before["category"]["label"] in OLD.labels
    assert before["model"]["fingerprint"] == OLD.fingerprint
    assert after["category"]["label"] in NEW.labels
    assert after["model"]["fingerprint"] == NEW.fingerprint


def test_a_page_search_counts_every_stage(client):
    client.get(send(client, plain_picture(), to="/search").location)

    text = client.get("/metrics").text

    for stage in ("decode", "encode", "search", "load"):
        assert f'lookalike_stage_seconds_count{{stage="{stage}"}} 1.0' in text

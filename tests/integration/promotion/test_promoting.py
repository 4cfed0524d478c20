"""Another model beside the running one, promoted and taken back."""

import shutil
from dataclasses import replace

import pytest

from catalog import readings
from catalog.filters import Filters
from embeddings.errors import BadBundle
from embeddings.model.bundle import load_bundle, write_bundle_json
from service.errors import NotReady
from service.finding.browse import product_by_sku
from service.finding.search import find_similar, read_photo
from service.models.registry import model_of
from service.promotion.forgetting import forget_model
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model, roll_back_model
from service.stock.changing import label_product
from service.stock.record import record_batch
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import BrightnessEncoder, MeanColourEncoder, plain_photo
from tests.shop import product, shop_records
from tests.tiny_bundle import COLOUR, COLOUR_LABELS, make_bundle

OLD, NEW = MeanColourEncoder(), BrightnessEncoder()
RED = plain_photo((250, 10, 10))


@pytest.fixture
def shop(settings):
    built = build_services(settings, OLD, others=[NEW])
    record_batch(shop_records(built), services=built)
    yield built
    built.close()


@pytest.fixture
def beside(shop):
    built = build_services(shop.settings, OLD, others=[NEW])
    yield built
    built.close()


def test_a_model_that_has_not_read_everything_is_not_promoted(shop):
    with pytest.raises(NotReady, match="36 photos"):
        promote_model(model_of(NEW, "new"), services=shop)

    assert shop.encoder is OLD
    assert verify(services=shop).drift == 0


def test_reading_beside_changes_no_answer(shop):
    before = find_similar(RED, Filters(), 1, 36, services=shop)
    seen = []

    read = read_missing(
        model_of(NEW, "new"), services=shop, progress=lambda *done: seen.append(done)
    )

    after = find_similar(RED, Filters(), 1, 36, services=shop)
    assert (read, seen[-1]) == (36, (36, 36))
    assert set(seen[:-1]) == {(0, 36)}  # it tells within the step that it goes on
    assert after.hits == before.hits
    assert read_missing(model_of(NEW, "new"), services=shop) == 0
    assert verify(services=shop).drift == 0


def test_a_promoted_model_answers_in_every_process_at_once(shop, beside):
    find_similar(RED, Filters(), 1, 1, services=beside)
    label_product("RED-00", "hat", services=shop)
    read_missing(model_of(NEW, "new"), services=shop)

    promote_model(model_of(NEW, "new"), services=shop)

    for services in (shop, beside):
        found = find_similar(RED, Filters(), 1, 36, services=services)
        assert found.fingerprint == NEW.fingerprint
        assert found.category.label in NEW.labels
        assert {hit.product.category for hit in found.hits} == {"dark", "hat"}
        assert found.total == 36
        assert services.encoder is NEW
        assert verify(services=services).drift == 0
    assert product_by_sku("RED-00", services=shop).human_category == "hat"


def test_rolling_back_brings_the_old_answers_back(shop, beside):
    before = find_similar(RED, Filters(category="red"), 1, 36, services=beside)
    read_missing(model_of(NEW, "new"), services=shop)
    promote_model(model_of(NEW, "new"), services=shop)
    find_similar(RED, Filters(category="red"), 1, 36, services=beside)

    model = roll_back_model(services=shop)

    assert model.encoder is OLD
    assert find_similar(RED, Filters(category="red"), 1, 36, services=beside).hits == before.hits
    assert verify(services=shop).drift == 0


def test_what_came_since_must_be_read_before_rolling_back(shop):
    read_missing(model_of(NEW, "new"), services=shop)
    promote_model(model_of(NEW, "new"), services=shop)
    record_batch([product(shop, "LATE", (1, 2, 3))], services=shop)

    with pytest.raises(NotReady, match="1 photo "):
        roll_back_model(services=shop)
    read_missing(model_of(OLD, "old"), services=shop)
    roll_back_model(services=shop)

    assert shop.encoder is OLD
    assert find_similar(RED, Filters(), 1, 36, services=shop).total == 37


def test_there_is_nothing_to_go_back_to_at_first(shop):
    with pytest.raises(NotReady, match="no other model"):
        roll_back_model(services=shop)


def test_promoting_the_running_model_changes_nothing(shop):
    before = shop.index.model

    promote_model(before, services=shop)

    assert shop.index.model is before


def test_a_bundle_is_found_again_by_where_it_was(shop, tmp_path):
    folder = make_bundle(tmp_path / "tiny", seed=3).path
    model = shop.models.open(str(folder))
    read_missing(model, services=shop)
    promote_model(model, services=shop)
    later = build_services(shop.settings, OLD)

    found = find_similar(RED, Filters(), 1, 5, services=later)

    assert (later.model.name, found.fingerprint) == ("tiny", model.fingerprint)
    assert found.total == 36
    later.close()


def test_the_first_photo_read_after_a_promotion_elsewhere_is_the_new_models(shop, beside):
    find_similar(RED, Filters(), 1, 1, services=beside)  # its index holds the old model's readings
    read_missing(model_of(NEW, "new"), services=shop)
    promote_model(model_of(NEW, "new"), services=shop)

    read = read_photo(RED, services=beside)

    assert read.fingerprint == NEW.fingerprint


class BrokenEncoder(BrightnessEncoder):
    """Stands for a model whose network cannot be used any more."""

    def _read(self, photo):
        raise BadBundle("the network gives no finite logits")


def test_a_rollback_from_a_model_that_cannot_read_answers_at_once(shop):
    broken = BrokenEncoder()
    read_missing(model_of(NEW, "new"), services=shop)  # under the fingerprint of both
    beside = build_services(shop.settings, OLD, others=[broken])
    promote_model(model_of(broken, "broken"), services=beside)
    with pytest.raises(BadBundle):
        find_similar(RED, Filters(), 1, 1, services=beside)

    roll_back_model(services=shop)
    found = find_similar(RED, Filters(), 1, 1, services=beside)

    assert found.fingerprint == OLD.fingerprint
    beside.close()


def relabelled(bundle, folder):
    """Copy a bundle whose network is the same and whose labels are exchanged."""
    shutil.copytree(bundle.path, folder)
    labels = (bundle.labels[1], bundle.labels[0], *bundle.labels[2:])
    write_bundle_json(replace(bundle, path=folder, labels=labels))
    return load_bundle(folder)


def test_the_same_network_under_other_labels_is_another_model(shop, beside, tmp_path):
    bundle = make_bundle(tmp_path / "one", spec=COLOUR, labels=COLOUR_LABELS)
    other = relabelled(bundle, tmp_path / "other")
    for folder in (bundle.path, other.path):
        model = shop.models.open(str(folder))
        read = read_missing(model, services=shop)
        promote_model(model, services=shop)
    found = find_similar(RED, Filters(), 1, 36, services=beside)

    assert read == 36
    assert found.fingerprint == other.fingerprint
    [reading] = beside.encoder.read([RED])
    assert found.category.label == other.labels[int(reading.probabilities.argmax())]
    assert verify(services=beside).drift == 0


def test_running_processes_follow_a_folder_whose_bundle_was_exchanged(shop, beside, tmp_path):
    for seed in (3, 4):
        folder = make_bundle(tmp_path / "tiny", seed=seed).path
        model = shop.models.open(str(folder))
        read_missing(model, services=shop)
        promote_model(model, services=shop)
        found = find_similar(RED, Filters(), 1, 1, services=beside)

        assert found.fingerprint == model.fingerprint == load_bundle(folder).fingerprint


@pytest.mark.parametrize("wrong", [{"labels": ("a", "b")}, {"embedding_dim": 15}])
def test_a_model_that_cannot_answer_is_refused_though_nothing_is_left_to_read(
    settings, tmp_path, wrong
):
    empty = build_services(settings, OLD)
    bundle = make_bundle(tmp_path / "tiny")
    write_bundle_json(replace(bundle, **wrong))
    model = empty.models.open(str(bundle.path))

    with pytest.raises(BadBundle, match="cannot be used"):
        promote_model(model, services=empty)

    assert find_similar(RED, Filters(), 1, 1, services=empty).fingerprint == OLD.fingerprint
    empty.close()


def test_a_lost_picture_hinders_a_promotion_until_somebody_says_otherwise(shop):
    digest, *_ = sorted(shop.store.digests())
    shop.store.remove([digest])
    other = model_of(NEW, "new")
    read_missing(other, services=shop)

    with pytest.raises(NotReady, match=r"has 1 photo yet to read.*lookalike verify.*--leave-lost"):
        promote_model(other, services=shop)
    promote_model(other, services=shop, leave_lost=True)

    assert shop.model.fingerprint == other.fingerprint
    assert find_similar(plain_photo((250, 10, 10)), Filters(), 1, 99, services=shop).total == 35


def test_a_picture_that_can_be_read_is_never_left_out(shop):
    other = model_of(NEW, "new")

    with pytest.raises(NotReady, match="36 photos"):
        promote_model(other, services=shop, leave_lost=True)


def test_what_a_rejected_model_has_read_can_be_dropped(shop):
    other = model_of(NEW, "new")
    read_missing(other, services=shop)

    assert forget_model(other.fingerprint[:8], services=shop).readings == 36

    for name in (shop.model.fingerprint[:8], "nobody"):
        with pytest.raises(NotReady):
            forget_model(name, services=shop)
    with shop.database.reading() as session:
        assert readings.count_without(session, other.fingerprint) == 36
        assert readings.count_without(session, shop.model.fingerprint) == 0

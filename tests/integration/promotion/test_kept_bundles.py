"""A catalogue goes on with the network that it was read by, whatever becomes of its bundle."""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest
from click.testing import CliRunner

from catalog import promotions, readings
from catalog.filters import Filters
from embeddings.model.bundle import load_bundle, write_bundle_json
from service.cli.group import lookalike
from service.errors import NotReady
from service.finding.search import find_similar
from service.models.kept import KeptBundles
from service.models.registry import Models
from service.promotion.forgetting import forget_model
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model, roll_back_model
from service.stock.record import record_batch
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_photo
from tests.shop import shop_records
from tests.tiny_bundle import make_bundle

OLD = MeanColourEncoder()
RED = plain_photo((250, 10, 10))


@pytest.fixture
def shop(settings):
    with closing(build_services(settings, OLD)) as built:
        record_batch(shop_records(built), services=built)
        yield built


@pytest.fixture
def folder(tmp_path):
    return make_bundle(tmp_path / "tiny", seed=3).path


@pytest.fixture
def model(shop, folder):
    """The model of `folder`, which answers."""
    found = shop.models.open(str(folder))
    read_missing(found, services=shop)
    promote_model(found, services=shop)
    return found


@pytest.fixture
def later(shop, model):
    """A process that starts when the model has been promoted."""
    with closing(build_services(shop.settings, OLD)) as built:
        yield built


def copies(services):
    return sorted(path.name for path in services.settings.models.iterdir())


def searched(services):
    return find_similar(RED, Filters(), 1, 5, services=services)


def as_an_update_does(folder):
    """Put another network under the same name."""
    shutil.rmtree(folder)
    make_bundle(folder, seed=4)


@pytest.mark.parametrize("goes", [as_an_update_does, shutil.rmtree], ids=["another", "none"])
def test_the_copy_answers_where_the_bundle_is_another_by_now(later, model, folder, goes):
    goes(folder)

    found = searched(later)

    assert (found.fingerprint, found.total) == (model.fingerprint, 36)


def test_the_new_network_is_promoted_beside_it_and_taken_back(later, model, folder):
    as_an_update_does(folder)
    new = later.models.open(str(folder))

    read_missing(new, services=later)
    assert searched(later).fingerprint == model.fingerprint
    promote_model(new, services=later)
    assert searched(later).fingerprint == new.fingerprint
    roll_back_model(services=later)

    assert searched(later).fingerprint == model.fingerprint
    assert copies(later) == sorted([model.fingerprint, new.fingerprint])


def test_the_list_of_models_says_that_there_is_another_by_now(later, model, folder, monkeypatch):
    monkeypatch.setenv("LOOKALIKE_HOME", str(later.settings.home))
    before = CliRunner().invoke(lookalike, ["model", "list"]).output
    as_an_update_does(folder)

    told = CliRunner().invoke(lookalike, ["model", "list"]).output

    assert "holds another network" not in before
    assert f"'{folder}' holds another network than the one that answers" in told
    assert f"lookalike model compare {folder}" in told


def test_without_a_copy_nobody_answers_by_another_network(later, model, folder):
    shutil.rmtree(later.settings.models)
    as_an_update_does(folder)

    with pytest.raises(NotReady, match="put the old bundle back"):
        searched(later)


@pytest.mark.parametrize("damage", [b"", b"something else"])
def test_a_damaged_copy_is_none_and_made_again_while_the_bundle_is_there(
    later, model, folder, damage
):
    network = later.settings.models / model.fingerprint / "model.onnx"
    network.write_bytes(damage)
    network.with_name("bundle.json").touch()

    assert searched(later).fingerprint == model.fingerprint

    assert network.read_bytes() == (folder / "model.onnx").read_bytes()
    assert copies(later) == [model.fingerprint]


def test_nobody_answers_by_a_damaged_copy(later, model, folder):
    (later.settings.models / model.fingerprint / "model.onnx").write_bytes(b"something else")
    as_an_update_does(folder)

    with pytest.raises(NotReady, match="put the old bundle back"):
        searched(later)


def test_a_copy_of_another_network_is_not_taken(later, model, folder, tmp_path):
    place = later.settings.models / model.fingerprint
    shutil.rmtree(place)
    make_bundle(place, seed=5)
    as_an_update_does(folder)

    with pytest.raises(NotReady, match="put the old bundle back"):
        searched(later)


def test_without_a_copy_a_bundle_that_was_moved_is_promoted_from_where_it_is(
    later, model, folder, tmp_path
):
    shutil.rmtree(later.settings.models)
    folder.rename(tmp_path / "moved")
    make_bundle(folder, seed=4)
    moved = later.models.open(str(tmp_path / "moved"))

    assert read_missing(moved, services=later) == 0
    promote_model(moved, services=later)

    with closing(build_services(later.settings, OLD)) as last:
        assert searched(last).fingerprint == model.fingerprint
        with last.database.reading() as session:
            assert promotions.current(session).source == str(tmp_path / "moved")


def test_a_catalogue_of_an_earlier_version_gets_its_copy_when_it_is_opened(later, model):
    shutil.rmtree(later.settings.models)

    searched(later)

    assert copies(later) == [model.fingerprint]


def test_the_first_network_of_a_catalogue_is_copied_too(settings, folder):
    with closing(build_services(replace(settings, bundle=str(folder)))) as built:
        record_batch(shop_records(built), services=built)

        assert copies(built) == [load_bundle(folder).fingerprint]


def test_a_copy_goes_with_the_last_of_its_readings(later, model, tmp_path):
    new = promoted(later, make_bundle(tmp_path / "new", seed=4).path)

    assert forget_model(model.fingerprint, services=later).only_copies == ()

    assert copies(later) == [new.fingerprint]


def test_the_only_copy_of_a_network_stays_and_is_named(later, model, folder, monkeypatch):
    as_an_update_does(folder)
    new = promoted(later, folder)
    monkeypatch.setenv("LOOKALIKE_HOME", str(later.settings.home))

    told = CliRunner().invoke(lookalike, ["model", "forget", model.fingerprint]).output

    assert "36 readings were dropped" in told
    assert str(later.settings.models / model.fingerprint) in told
    assert copies(later) == sorted([model.fingerprint, new.fingerprint])


def test_a_copy_that_was_promoted_from_its_own_folder_is_the_only_one(
    later, model, folder, tmp_path
):
    place = later.settings.models / model.fingerprint
    shutil.rmtree(folder)
    promoted(later, place)
    promoted(later, make_bundle(tmp_path / "new", seed=4).path)

    found = forget_model(model.fingerprint, services=later)

    assert found.only_copies == (model.fingerprint,)
    assert place.is_dir()


def promoted(services, folder):
    """Let the bundle of a folder answer, and give its model."""
    found = services.models.open(str(folder))
    read_missing(found, services=services)
    promote_model(found, services=services)
    return found


def test_what_a_network_is_trained_on_from_is_not_copied(tmp_path, folder):
    (folder / "model.weights.h5").write_bytes(b"weights")
    write_bundle_json(load_bundle(folder))
    bundle = load_bundle(folder)
    assert "model.weights.h5" in bundle.files

    KeptBundles(tmp_path / "models").keep(bundle)

    kept = tmp_path / "models" / bundle.fingerprint
    assert sorted(path.name for path in kept.iterdir()) == ["bundle.json", "model.onnx"]


def test_a_copy_that_a_kill_tore_is_cleared_away_and_made_again(tmp_path, folder):
    bundle = load_bundle(folder)
    models = tmp_path / "models"
    for name in ("torn.part", "at-work.part"):
        (models / name).mkdir(parents=True)
    long_ago = time.time() - 7200
    os.utime(models / "torn.part", (long_ago, long_ago))

    KeptBundles(models).keep(bundle)

    assert KeptBundles(models).find(bundle.fingerprint).labels == bundle.labels
    assert sorted(path.name for path in models.iterdir()) == sorted(
        ["at-work.part", bundle.fingerprint]
    )


def test_where_no_copy_can_be_written_the_shop_answers_all_the_same(later, model, caplog):
    shutil.rmtree(later.settings.models)
    later.settings.models.write_text("a file where the folder should be")

    assert [searched(later).total for _ in range(3)] == [36] * 3

    assert caplog.text.count("no copy of the network 'tiny' could be kept") == 1


def test_processes_that_keep_at_once_leave_one_whole_copy(tmp_path, folder):
    bundle = load_bundle(folder)
    models = tmp_path / "models"
    for number in range(20):
        torn = models / f"{number}.part"
        torn.mkdir(parents=True)
        os.utime(torn, (0, 0))

    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(KeptBundles(models).keep, [bundle] * 8):
            pass

    assert [path.name for path in models.iterdir()] == [bundle.fingerprint]
    assert KeptBundles(models).find(bundle.fingerprint) is not None


def test_a_copy_is_kept_where_the_readings_could_not_be_dropped(later, model, folder, monkeypatch):
    as_an_update_does(folder)
    new = later.models.open(str(folder))
    read_missing(new, services=later)
    promote_model(new, services=later)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(readings, "forget_model", full)
    with pytest.raises(OSError, match="No space left"):
        forget_model(model.fingerprint, services=later)

    assert copies(later) == sorted([model.fingerprint, new.fingerprint])


def test_a_copy_that_nothing_was_read_with_is_forgotten_by_its_fingerprint(later, model, tmp_path):
    other = make_bundle(tmp_path / "other", seed=9)
    KeptBundles(later.settings.models).keep(other)

    assert forget_model(other.fingerprint[:12], services=later).readings == 0

    assert copies(later) == [model.fingerprint]


def test_after_an_update_the_name_means_the_network_that_does_not_answer(later, model, folder):
    as_an_update_does(folder)
    new = later.models.open(str(folder))
    read_missing(new, services=later)
    promote_model(new, services=later)

    assert forget_model("tiny", services=later).readings == 36

    assert searched(later).fingerprint == new.fingerprint
    assert forget_model("tiny", services=later).readings == 0
    assert searched(later).fingerprint == new.fingerprint


def test_what_a_catalogue_knows_by_its_former_fingerprint_is_kept_as_well(tmp_path, folder):
    bundle = load_bundle(folder)
    known = replace(bundle, fingerprint=bundle.former_fingerprint)

    KeptBundles(tmp_path / "models").keep(known)

    found = Models(str(folder), (), KeptBundles(tmp_path / "models"))
    shutil.rmtree(folder)
    assert found.of(bundle.former_fingerprint, str(folder)).fingerprint == known.fingerprint


def test_pictures_of_a_copy_are_no_stock(later, model):
    assert later.settings.models in later.settings.own_folders

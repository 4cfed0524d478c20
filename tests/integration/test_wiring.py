import pytest

from catalog.filters import Filters
from embeddings.errors import BadBundle
from service.errors import NotReady
from service.finding.search import find_similar
from service.settings.environment import Settings
from service.stock.record import record_batch
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_photo
from tests.shop import shop_records
from tests.tiny_bundle import COLOUR, COLOUR_LABELS, make_bundle


@pytest.fixture
def bundle(tmp_path):
    return make_bundle(tmp_path / "tiny", labels=COLOUR_LABELS, spec=COLOUR)


@pytest.fixture
def served(tmp_path, bundle):
    built = build_services(Settings(home=tmp_path / "home", bundle=str(bundle.path)))
    yield built
    built.close()


def test_building_touches_nothing(tmp_path):
    build_services(Settings(home=tmp_path / "home", bundle="no such bundle"))

    assert list(tmp_path.iterdir()) == []


def test_a_bundle_that_is_not_there_is_named_at_first_use(tmp_path):
    services = build_services(Settings(home=tmp_path / "home", bundle="no such bundle"))

    with pytest.raises(BadBundle, match="no such bundle"):
        services.warm_up()
    services.close()


def test_a_bundle_serves_from_import_to_answer(served, bundle):
    record_batch(shop_records(served), services=served)
    served.warm_up()

    found = find_similar(plain_photo((250, 10, 10)), Filters(), 1, 36, services=served)

    assert found.fingerprint == served.encoder.fingerprint == bundle.fingerprint
    assert served.model.name == "tiny"
    assert found.total == len(found.hits) == 36
    assert found.hits[0].product.sku == "RED-00"
    assert verify(services=served).drift == 0


def test_the_catalogue_keeps_its_model_whatever_the_settings_say(served, bundle, tmp_path):
    record_batch(shop_records(served), services=served)
    other = make_bundle(tmp_path / "other", labels=COLOUR_LABELS, spec=COLOUR, seed=1)

    later = build_services(Settings(home=tmp_path / "home", bundle=str(other.path)))

    assert later.encoder.fingerprint == bundle.fingerprint
    later.close()


def test_a_model_that_is_gone_is_asked_for(filled):
    stranger = build_services(filled.settings, MeanColourEncoder("another"))

    with pytest.raises(NotReady, match="model"):
        find_similar(plain_photo(), Filters(), 1, 5, services=stranger)
    stranger.close()

"""A catalogue of the version before is opened, known by the new fingerprints, and answers."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from catalog.filters import Filters
from service.backups import Manifest, checked, restore
from service.backups.archive import writing_backup
from service.errors import NotReady
from service.finding.browse import products_page
from service.finding.search import find_similar
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model
from service.settings.environment import Settings
from service.upkeep.verify import DisagreementKind, verify
from service.wiring import build_services
from tests.fakes import plain_photo
from tests.former import restore_former
from tests.tiny_bundle import make_bundle

RED = plain_photo((250, 10, 10))


@pytest.fixture
def bundle(tmp_path):
    return make_bundle(tmp_path / "tiny")


@pytest.fixture
def services(tmp_path, bundle):
    settings = Settings(home=tmp_path / "home")
    restore_former(settings.database, bundle)
    built = build_services(settings)
    yield built
    built.close()


def stored(services):
    """Give every reading as the file has it."""
    with closing(sqlite3.connect(services.settings.database)) as connection:
        query = "SELECT photo_id, fingerprint, label, embedding FROM reading ORDER BY photo_id"
        return connection.execute(query).fetchall()


def test_it_answers_as_before_and_nothing_is_read_again(services, bundle):
    before = stored(services)

    found = find_similar(RED, Filters(), 1, 10, services=services)

    assert found.hits[0].product.sku == "RED"
    assert found.hits[0].cosine == pytest.approx(1, abs=1e-4)
    assert (found.total, found.fingerprint) == (3, bundle.fingerprint)
    assert stored(services) == [(id_, bundle.fingerprint, *rest) for id_, _, *rest in before]
    assert services.index.drift() == 0


def test_its_backup_is_brought_up_to_date_just_so(services, bundle, tmp_path):
    """Made by hand of the file as it was: the former version had no backups."""
    with writing_backup(tmp_path / "former.tar") as archive:
        size, sha = archive.add_database(services.settings.database)
        told = Manifest(
            made_at="",
            made_by="",
            schema="0001",
            catalogue=identity_in(services.settings.database),
            change=last_change_in(services.settings.database),
            mark=0,
            products=3,
            pictures=0,
            pictures_bytes=0,
            pictures_sha256=archive.pictures_sha256,
            database_bytes=size,
            database_sha256=sha,
            lost=digests_in(services.settings.database),
        )
        archive.add_manifest(told.to_json())
    elsewhere = build_services(replace(services.settings, home=tmp_path / "elsewhere"))

    with checked(tmp_path / "former.tar", settings=elsewhere.settings) as backup:
        restore(backup, services=elsewhere)

    found = find_similar(RED, Filters(), 1, 10, services=elsewhere)
    assert (found.total, found.fingerprint) == (3, bundle.fingerprint)
    elsewhere.close()


def identity_in(path):
    with closing(sqlite3.connect(path)) as connection:
        [(told,)] = connection.execute("SELECT uuid FROM identity").fetchall()
    return told


def last_change_in(path):
    with closing(sqlite3.connect(path)) as connection:
        [(told,)] = connection.execute("SELECT max(number) FROM change").fetchall()
    return told


def digests_in(path):
    with closing(sqlite3.connect(path)) as connection:
        return tuple(row[0] for row in connection.execute("SELECT DISTINCT digest FROM photo"))


def test_its_rows_count_as_they_were_written(services):
    kinds = {problem.kind for problem in verify(services=services).problems}

    assert kinds == {DisagreementKind.MISSING_PICTURE}  # the copy came without them


def test_its_products_are_found_by_words_however_they_are_written(services):
    for asked in ("ETE", "e\u0301te\u0301", "sé", "SE"):
        found: Sequence[Any] = products_page(Filters(text=asked), 1, 5, services=services).products
        assert [each.title for each in found] == ["Été bleu"]


def test_its_model_counts_as_the_one_that_answers(services, bundle):
    model = services.models.open(str(bundle.path))

    assert read_missing(model, services=services) == 0
    promote_model(model, services=services)

    assert services.model is model


def test_a_bundle_that_was_away_meanwhile_is_known_when_it_is_back(services, bundle, tmp_path):
    bundle.path.rename(tmp_path / "away")
    with pytest.raises(NotReady, match="cannot be opened"):
        find_similar(RED, Filters(), 1, 10, services=services)

    (tmp_path / "away").rename(bundle.path)
    found = find_similar(RED, Filters(), 1, 10, services=services)

    assert found.hits[0].product.sku == "RED"
    assert found.fingerprint == bundle.former_fingerprint


def test_another_network_in_its_place_is_not_taken_for_it(services, bundle):
    make_bundle(bundle.path, seed=1)

    with pytest.raises(NotReady, match="put the old bundle back"):
        find_similar(RED, Filters(), 1, 10, services=services)

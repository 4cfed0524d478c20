"""The shop that travels with the service, filled by an import like any other."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from catalog.filters import Filters
from service.access.log import latest_of
from service.cli.entry import run
from service.database.sessions import Database
from service.demo import shipped
from service.errors import OwnCatalogue
from service.finding.browse import products_page
from service.stock.filling import FILE_NAME, filling, is_filling
from service.stock.record import record_batch
from service.upkeep.verify import verify
from service.web.app import create_app
from service.web.requests.samples import sample_names
from tests.shop import product
from tests.tiny_bundle import make_bundle

MOST_BYTES = 8 * 1024 * 1024


def count(services):
    return products_page(Filters(), 1, 1, services=services).total


def test_its_first_products_come_in_with_their_photos_and_samples_beside(services):
    report = shipped.fill(12, services=services)

    made: Sequence[Any] = products_page(Filters(), 1, 100, services=services).products
    assert (report.added, report.failed, len(made)) == (12, (), 12)
    assert all(each.digest and each.title and each.price_cents for each in made)
    assert len(sample_names(services.settings.samples)) == 12
    assert verify(services=services).drift == 0


def test_more_products_are_added_and_a_second_run_adds_nothing(services):
    shipped.fill(5, services=services)
    assert not shipped.is_filled(8, services=services)

    more, again = (shipped.fill(8, services=services) for _ in range(2))

    assert (more.added, again.added, again.unchanged) == (3, 0, 8)
    assert shipped.is_filled(8, services=services)


def test_a_shops_own_catalogue_is_left_alone(services):
    record_batch([product(services, "OWN-1", title="A shirt of ours")], services=services)

    with pytest.raises(OwnCatalogue, match="--home"):
        shipped.fill(5, services=services)

    assert count(services) == 1
    assert sample_names(services.settings.samples) == []


def test_it_is_whole_small_and_its_samples_are_no_products():
    files = [path for path in shipped.STOCK.rglob("*") if path.is_file()]
    pictures = {path.stem for path in shipped.STOCK.glob("photos/*.jpg")}
    samples = {path.stem for path in shipped.STOCK.glob("samples/*.jpg")}

    assert sum(path.stat().st_size for path in files) <= MOST_BYTES
    assert pictures == set(shipped.skus())
    assert len(shipped.skus()) >= 300
    assert samples.isdisjoint(pictures)


def test_it_is_what_the_command_shows_unless_told_otherwise(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("LOOKALIKE_HOME", raising=False)
    monkeypatch.setenv("LOOKALIKE_BUNDLE", str(make_bundle(tmp_path / "bundle").path))
    monkeypatch.chdir(tmp_path)

    codes = [run(["demo", "--no-serve", "--items", "6"]) for _ in range(2)]

    assert codes == [0, 0]
    assert capsys.readouterr().err.splitlines() == ["6 photos added to var"]
    database = Database(Path("var") / "catalog.sqlite3")
    [brought_in] = latest_of("import", 5, database=database)
    database.close()
    assert (brought_in.subject, brought_in.detail) == ("the demonstration", "6 photos added")


def test_a_sample_is_searched_by_with_one_click(services):
    shipped.fill(8, services=services)
    client = create_app(services).test_client()

    page = client.get("/")
    actions = re.findall(r'action="(/samples/[^"]+)"', page.text)
    found = client.post(actions[0])

    assert len(actions) == 12
    assert client.get(actions[0]).mimetype == "image/jpeg"
    assert found.status_code == 303
    assert client.get(found.headers["Location"]).text.count('class="cover"') == 8


@pytest.mark.parametrize("name", ["none.jpg", "..%2Fcatalog.sqlite3", "A.jpg", "x.png"])
def test_nothing_but_a_sample_is_given_out(services, name):
    shipped.fill(1, services=services)
    client = create_app(services).test_client()

    assert client.get(f"/samples/{name}").status_code == 404
    assert client.post(f"/samples/{name}").status_code == 404


def test_a_shop_without_samples_offers_its_products(services):
    shipped.fill(8, services=services)
    for sample in services.settings.samples.iterdir():
        sample.unlink()

    page = create_app(services).test_client().get("/")

    assert "/samples/" not in page.text
    assert "Start from one of these" in page.text


def test_counts_that_grow_say_so(services):
    client = create_app(services).test_client()
    shipped.fill(3, services=services)
    said = []

    with filling(services.settings.home, lambda done, total: said.append((done, total))) as tell:
        tell(1, 2)
        during = [client.get("/").text, client.get("/browse").text]
    after = [client.get("/").text, client.get("/browse").text]

    assert said == [(1, 2)]
    assert all("3 products so far (more are coming in)" in page for page in during)
    assert not any("so far" in page for page in after)


def test_an_import_says_that_it_is_at_work_and_a_killed_one_does_not_for_ever(services):
    seen = []

    shipped.fill(
        3, services=services, progress=lambda *_: seen.append(is_filling(services.settings.home))
    )
    (services.settings.home / FILE_NAME).touch()
    os.utime(services.settings.home / FILE_NAME, (1, 1))

    assert seen
    assert all(seen)
    assert not is_filling(services.settings.home)

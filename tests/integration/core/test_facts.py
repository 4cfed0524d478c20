"""Facts of a shop that products are narrowed by: found however they are written, as of now."""

import json
import re

import pytest

from catalog.checksums import damaged
from catalog.facts import FILTERS, OFFERED
from catalog.filters import Filters
from service.cli.entry import run
from service.finding.browse import product_by_sku, products_page
from service.finding.offered import asked_facts
from service.finding.search import find_similar
from service.importing import import_source
from service.index.category_counts import FactCounts
from service.settings.environment import Settings
from service.stock.record import ProductRecord, record_batch
from service.upkeep.verify import verify
from service.web.app import create_app
from service.wiring import build_services
from tests.fakes import image_bytes, plain_photo, plain_picture
from tests.former import restore_former
from tests.shop import product
from tests.tiny_bundle import make_bundle

RED = plain_photo((250, 10, 10))
SPELLINGS = {"A": "Été-Line", "B": "ETE-LINE", "C": "e\u0301te\u0301-line", "D": "Winter"}


def shop_of(services, fact):
    """Bring in four products, three of which have one value in three spellings."""
    for shade, (sku, value) in enumerate(SPELLINGS.items()):
        item = product(services, sku, (250 - shade, 10, 10))
        item.facts[fact.name] = value
        record_batch([item], services=services)
    record_batch([product(services, "E", (9, 9, 9))], services=services)


def wanting(fact, *values):
    return Filters(facts=asked_facts({fact.column: list(values)}))


def skus(services, wanted):
    """Give what a list and a search narrow to; both are one."""
    page = products_page(wanted, 1, 500, services=services)
    found = find_similar(RED, wanted, 1, 500, services=services)
    assert (page.total, found.total) == (len(page.products), len(found.hits))
    assert {hit.product.sku for hit in found.hits} == {each.sku for each in page.products}
    return {each.sku for each in page.products}


@pytest.mark.parametrize("fact", FILTERS, ids=lambda fact: fact.name)
def test_a_value_is_found_however_it_is_written(services, fact):
    shop_of(services, fact)

    assert skus(services, wanting(fact, " ete-Line\u200b")) == {"A", "B", "C"}
    assert skus(services, wanting(fact, "winter", "ÉTÉ-LINE")) == {"A", "B", "C", "D"}
    assert skus(services, wanting(fact, "ete")) == set()
    assert skus(services, Filters()) == {"A", "B", "C", "D", "E"}


@pytest.mark.parametrize("fact", FILTERS, ids=lambda fact: fact.name)
def test_what_is_remembered_of_a_filter_follows_a_change(services, fact):
    shop_of(services, fact)
    wanted = wanting(fact, "winter")
    assert skus(services, wanted) == {"D"}

    record_batch([ProductRecord("A", {fact.name: "WINTER"})], services=services)
    record_batch([ProductRecord("D", {fact.name: None})], services=services)

    assert skus(services, wanted) == {"A"}
    distinct = {name: counted.distinct for name, counted in services.facts.current().items()}
    assert distinct.get(fact.name) == (2 if fact in OFFERED else None)
    assert verify(services=services).problems == ()


def test_facts_and_other_filters_must_all_hold(services):
    first, *others = FILTERS
    item = product(services, "A", (250, 10, 10), price_cents=500)
    item.facts[first.name] = "x"
    record_batch([item], services=services)
    told = {first.column: ["x"]} | {each.column: ["y"] for each in others}

    assert skus(services, Filters(max_price_cents=500, facts=asked_facts(told))) == (
        set() if others else {"A"}
    )
    assert skus(services, Filters(max_price_cents=499, facts=asked_facts(told))) == set()


def test_a_table_brings_changes_and_takes_away_a_fact(services, tmp_path):
    columns = [fact.column for fact in FILTERS]
    (tmp_path / "a.png").write_bytes(image_bytes(RED))
    table = tmp_path / "stock.csv"

    def bring(header, row):
        table.write_text(f"{header}\n{row}\n", encoding="utf-8")
        report = import_source(table, services=services)
        assert report.failed == ()
        return report.updated

    def held():
        found = product_by_sku("A", services=services)
        return [getattr(found, fact.name) for fact in FILTERS]

    words = [f"Ku\u0308rz\u200b \u00a0{number}" for number in range(len(FILTERS))]
    bring(",".join(["sku", "title", "photo", *columns]), ",".join(["A", "Dress", "a.png", *words]))
    first = held()
    unspoken = bring("sku,stock", "A,3"), held()
    emptied = bring(",".join(["sku", *columns]), "A" + "," * len(columns)), held()

    assert first == [f"K\u00fcrz {number}" for number in range(len(FILTERS))]
    assert unspoken == (1, first)
    assert emptied == (1, [None] * len(FILTERS))


@pytest.mark.parametrize("fact", FILTERS, ids=lambda fact: fact.name)
def test_a_cell_that_is_too_long_costs_its_row_and_says_so(services, tmp_path, fact):
    (tmp_path / "a.png").write_bytes(image_bytes(RED))
    table = tmp_path / "stock.csv"
    long, fine = "x" * (fact.longest + 1), "x" * fact.longest
    table.write_text(f"sku,title,photo,{fact.column}\nA,a,a.png,{long}\nB,b,a.png,{fine}\n")

    report = import_source(table, services=services)

    [error] = report.failed
    assert f"the {fact.column} has at most {fact.longest} characters" in error.reason
    assert report.added == 1


def test_values_without_end_make_no_page_endless(services):
    [fact, *_] = FILTERS
    items = []
    for number in range(130):
        item = product(services, f"S-{number}", (number, 10, 10))
        item.facts[fact.name] = f"Value {number:03}"
        items.append(item)
    items[129].facts[fact.name] = "value 128"
    record_batch(items, services=services)
    client = create_app(services).test_client()

    facet = client.get("/api/v1/facets").get_json()["facts"][fact.column]
    page = client.get("/browse", query_string={fact.column: "VALUE 127"}).text

    assert facet["distinct"] == 129
    assert len(facet["values"]) == FactCounts.MOST
    assert facet["values"][0] == {"label": "Value 128", "products": 2}
    offered = re.findall(rf'name="{fact.column}" value="([^"]+)"', page)
    assert len(offered) == 25
    assert re.findall(rf'name="{fact.column}" value="([^"]+)" checked', page) == ["VALUE 127"]
    assert page.count('class="cover"') == 1


def test_a_small_catalogue_is_counted_after_every_change_however_long_it_takes(services):
    [fact, *_] = FILTERS
    counts = FactCounts(services.database, small=2, long_s=0.0)

    def distinct(number):
        item = product(services, f"S-{number}", (number, 10, 10))
        item.facts[fact.name] = f"Value {number}"
        record_batch([item], services=services)
        return counts.current()[fact.name].distinct

    assert [distinct(1), distinct(2)] == [1, 2]


@pytest.mark.parametrize("fact", FILTERS, ids=lambda fact: fact.name)
def test_pages_and_api_narrow_by_a_fact(services, fact):
    shop_of(services, fact)
    client = create_app(services).test_client()

    told = client.get("/api/v1/products", query_string={fact.column: ["ete-line", "x"]}).get_json()
    like = client.get(f"/api/v1/products/A/similar?{fact.column}=winter").get_json()
    shown = client.get("/products/B").text
    refused = client.get("/api/v1/products", query_string={fact.column: "x" * 101})

    assert {each[fact.column] for each in told["products"]} == set(SPELLINGS.values()) - {"Winter"}
    assert [hit["sku"] for hit in like["hits"]] == ["D"]
    assert f'<a href="/browse?{fact.column}=ETE-LINE"><bdi>ETE-LINE</bdi></a>' in shown
    assert refused.status_code == 422
    assert list(refused.get_json()["errors"]) == [fact.column]


def test_a_search_in_a_terminal_narrows_by_facts(tmp_path, monkeypatch, capsys):
    make_bundle(tmp_path / "bundle")
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKALIKE_BUNDLE", str(tmp_path / "bundle"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.png").write_bytes(plain_picture((200, 0, 0)))
    columns = [fact.column for fact in FILTERS]
    lines = ["A", *("\u00c9t\u00e9" for _ in columns)], ["B", *("x" for _ in columns)]
    rows = [",".join([sku, sku, "a.png", *values]) for sku, *values in lines]
    text = "\n".join([",".join(["sku", "title", "photo", *columns]), *rows])
    (tmp_path / "stock.csv").write_text(text, encoding="utf-8")
    assert run(["import", "stock.csv"]) == 0
    capsys.readouterr()

    found = {}
    for fact in FILTERS:
        option = "--" + fact.column.replace("_", "-")
        assert run(["search", "a.png", option, "ETE", option, "z", "--json"]) == 0
        [hit] = json.loads(capsys.readouterr().out)["hits"]
        found[fact.column] = hit["sku"], hit[fact.column]

    assert found == dict.fromkeys(columns, ("A", "\u00c9t\u00e9"))


def test_a_catalogue_of_the_first_release_gets_facts(tmp_path):
    bundle = make_bundle(tmp_path / "bundle")
    settings = Settings(home=tmp_path / "home", bundle=str(bundle.path))
    restore_former(settings.database, bundle)
    services = build_services(settings)
    [fact, *_] = FILTERS
    before = services.facts.current()[fact.name]

    record_batch([ProductRecord("RED", {fact.name: "Acme"})], services=services)

    page = products_page(wanting(fact, "ACME"), 1, 10, services=services)
    with services.database.reading() as session:
        wrong = list(damaged(session))
    assert before.distinct == 0
    assert [each.sku for each in page.products] == ["RED"]
    assert wrong == []
    services.close()

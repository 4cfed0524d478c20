"""The declaration of facts, held against the tables and against whoever writes them."""

from pathlib import Path

import pytest
from sqlalchemy import Integer

from catalog.facts import FACTS, Kind
from catalog.models import Product
from catalog.stored import ProductRecord
from service.importing.columns import meant_by
from service.importing.values import READ

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_a_fact_is_a_column_of_its_kind(fact):
    column = Product.__table__.c[fact.name]

    kept_as = getattr(column.type, "impl_instance", column.type)
    assert isinstance(kept_as, Integer) is (fact.kind in (Kind.PRICE, Kind.COUNT))
    assert column.nullable is fact.may_lack
    if fact.kind in (Kind.TEXT, Kind.NAME, Kind.ADDRESS):
        assert kept_as.length == fact.longest


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_only_names_are_filters_and_a_filter_has_a_label(fact):
    assert not fact.filtered or (fact.kind is Kind.NAME and fact.label)


def test_every_kind_of_fact_can_be_read():
    assert READ.keys() == set(Kind)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_what_others_call_a_fact_is_understood(fact):
    words = fact.synonyms.split()

    assert words
    assert {meant_by(word.title()) for word in words} == {fact.column}


def test_a_fact_that_nobody_declared_is_refused():
    with pytest.raises(ValueError, match=r"facts are title, .*; got prize_cents"):
        ProductRecord("A", {"title": "Dress", "prize_cents": 100})


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_the_documentation_says_each_fact(fact):
    columns = (DOCS / "import.md").read_text(encoding="utf-8")
    api = (DOCS / "api.md").read_text(encoding="utf-8")

    assert f"| `{fact.column}` |" in columns
    assert f"`{fact.column}`" in columns.partition("## Out again")[2]
    assert f'"{fact.column}":' in api
    assert not fact.filtered or f"`{fact.column}`" in api

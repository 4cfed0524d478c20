"""The declaration of facts, held against the tables and against whoever writes them."""

import pytest
from sqlalchemy import Integer

from catalog.facts import FACTS, Kind
from catalog.models import Product
from catalog.stored import ProductRecord
from service.importing.values import READ


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_a_fact_is_a_column_of_its_kind(fact):
    column = Product.__table__.c[fact.name]

    counted = fact.kind in (Kind.PRICE, Kind.COUNT)
    assert isinstance(column.type, Integer) is counted
    assert column.nullable is fact.may_lack
    if fact.kind in (Kind.TEXT, Kind.NAME, Kind.ADDRESS):
        assert column.type.length == fact.longest


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_only_names_are_filters_and_a_filter_has_a_label(fact):
    assert not fact.filtered or (fact.kind is Kind.NAME and fact.label)


def test_every_kind_of_fact_can_be_read():
    assert READ.keys() == set(Kind)


def test_a_fact_that_nobody_declared_is_refused():
    with pytest.raises(ValueError, match=r"facts are title, .*; got prize_cents"):
        ProductRecord("A", {"title": "Dress", "prize_cents": 100})

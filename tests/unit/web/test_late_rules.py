"""Routes whose functions come late give the addresses of any others."""

from typing import Any

import pytest
from werkzeug.routing import BuildError, Map, Rule

from service.web.requests.late_rules import LateRule

RULES: dict[str, tuple[str, dict[str, Any]]] = {
    "start": ("/", {}),
    "product": ("/products/<sku>", {}),
    "photo": ("/photos/<int:number>/<path:name>", {}),
    "page": ("/browse/<int:page>", {"defaults": {"page": 1}}),
    "self": ("/of/<rule>/<self>", {}),
    "host": ("/there", {"subdomain": "<shop>"}),
}
ASKED = [
    ("start", {}),
    ("start", {"q": "a b&c", "many": ["1", "2"]}),
    ("product", {"sku": "a/b \u00e9?"}),
    ("product", {"sku": "A", "colour": "red"}),
    ("photo", {"number": 7, "name": "a/b c.png"}),
    ("page", {}),
    ("page", {"page": 1, "q": "x"}),
    ("self", {"rule": "R", "self": "S"}),
    ("host", {"shop": "north", "q": "x"}),
]


def adapter(kind):
    rules = [kind(path, endpoint=name, **more) for name, (path, more) in RULES.items()]
    return Map(rules).bind("shop.example", subdomain="www")


@pytest.mark.parametrize(("name", "values"), ASKED)
def test_an_address_is_the_one_that_any_route_gives(name, values):
    late, usual = adapter(LateRule), adapter(Rule)

    written = [
        (each.build(name, values), each.build(name, values, append_unknown=False))
        for each in (late, usual, late)
    ]

    assert written[0] == written[1] == written[2]


def test_an_address_that_lacks_a_part_is_refused_as_by_any_route():
    late = adapter(LateRule)

    for _ in range(2):
        with pytest.raises(BuildError):
            late.build("product", {})


def test_nothing_is_compiled_before_an_address_is_asked_for():
    late = adapter(LateRule)

    def compiled():
        return {
            rule.endpoint
            for rule in late.map.iter_rules()
            if rule._build_unknown.__code__.co_filename == "<werkzeug routing>"
        }

    before = compiled()
    late.build("product", {"sku": "A"})

    assert (before, compiled()) == (set(), {"product"})

"""Every route, asked as everybody: what comes is what the table of permissions says."""

import pytest
from flask import Flask

from catalog.access.terms import Role, Scope
from service.access.actor import at_the_machine
from service.access.keys import KeyWish, create_key
from service.access.permissions import RULES
from service.settings.environment import Settings
from service.web.app import create_app
from service.web.guard.guarding import guard
from service.wiring import build_services
from tests.doors import access_of, member, token_on
from tests.fakes import MeanColourEncoder

NOBODY = "nobody"
ROLES = [each.value for each in Role]
KEYS = [f"key for {scope}" for scope in Scope]
SAMPLES = {
    "sku": "RED-00",
    "digest": "0" * 64,
    "kind": "csv",
    "filename": "base.css",
    "rest": "a/b",
    "number": 1,
    "job": 1,
    "feed": 1,
    "at": 1,
}
REACHED = "the route was reached"


class Shop:
    """An application whose routes only tell that they were reached, and everybody who asks."""

    def __init__(self, services):
        access = access_of(services)
        self.app = create_app(services, access)
        self.sessions = {role: member(role, role, access=access) for role in ROLES}
        self.keys = {
            f"key for {scope}": create_key(
                KeyWish(scope, (scope,)), by=at_the_machine(), access=access
            ).key
            for scope in Scope
        }
        self.pages = {who: self._page(who) for who in (NOBODY, *ROLES)}
        for endpoint in self.app.view_functions:
            self.app.view_functions[endpoint] = lambda **_: REACHED

    def client(self, who):
        client = self.app.test_client()
        if who in self.sessions:
            client.set_cookie("lookalike-session", self.sessions[who])
        return client

    def _page(self, who):
        """Give a page with a form for each of them, and what their browser keeps of it."""
        client = self.client(who)
        page = client.get("/staff/sign-in" if who == NOBODY else "/staff")
        visitor = client.get_cookie("lookalike-visitor")
        return token_on(page.text), visitor and visitor.value

    def ask(self, who, rule, method, token=True):
        with self.app.test_request_context():
            adapter = self.app.url_map.bind("localhost")
            values = {name: SAMPLES.get(name, "x") for name in rule.arguments}
            path = adapter.build(rule.endpoint, values, method)
        headers, data = {}, {}
        client = self.client(who)
        if who in self.keys:
            headers["Authorization"] = f"Bearer {self.keys[who]}"
        elif token:
            data["form_token"], visitor = self.pages[who]
            if RULES[rule.endpoint].public:
                data["form_token"], visitor = self.pages[NOBODY]
            if visitor:
                client.set_cookie("lookalike-visitor", visitor)
        kind = "multipart/form-data" if data else None  # which routes for files insist on
        return client.open(path, method=method, headers=headers, data=data, content_type=kind)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    services = build_services(Settings(home=tmp_path_factory.mktemp("home")), MeanColourEncoder())
    yield Shop(services)
    services.close()


def routes(app):
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


def may(who, rule):
    """Say what the table says, in other words than the application has."""
    if who in KEYS:
        scope = who.removeprefix("key for ")
        # A key is looked at where the row has a scope; elsewhere it is nobody who asks.
        return rule.public if rule.scope is None else rule.scope == scope
    if rule.public:
        return True
    return rule.role is not None and who in ROLES[ROLES.index(rule.role) :]


def is_reached(answer):
    return answer.status_code == 200 and answer.text == REACHED


@pytest.mark.parametrize("who", [NOBODY, *ROLES, *KEYS])
def test_each_route_answers_those_whom_its_row_names_and_no_others(shop, who):
    asked = routes(shop.app)

    found = {
        (rule.endpoint, method): is_reached(shop.ask(who, rule, method))
        for rule, method in asked
        if not (who in KEYS and RULES[rule.endpoint].csrf and RULES[rule.endpoint].public)
    }

    assert len(found) > 40
    wrong = {
        asked: reached for asked, reached in found.items() if reached != may(who, RULES[asked[0]])
    }
    assert wrong == {}


@pytest.mark.parametrize("who", [NOBODY, *ROLES])
def test_a_form_without_its_token_changes_nothing(shop, who):
    forms = [each for each in routes(shop.app) if RULES[each[0].endpoint].csrf]

    answers = {rule.endpoint: shop.ask(who, rule, method, token=False) for rule, method in forms}

    assert len(answers) > 8
    assert [name for name, answer in answers.items() if is_reached(answer)] == []


def test_each_route_that_changes_something_for_a_browser_wants_a_token(shop):
    changing = {rule.endpoint for rule, method in routes(shop.app) if method not in ("GET",)}

    bare = {name for name in changing if not RULES[name].csrf and RULES[name].role is not None}

    assert bare == set()
    # These change nothing: they read a photo, and remember what was read for a while.
    public = {name for name in changing if RULES[name].public and not RULES[name].csrf}
    assert public == {"search.search", "samples.search", "api_search.search"}


def test_the_table_has_a_row_for_each_route_and_no_other(shop):
    assert {rule.endpoint for rule in shop.app.url_map.iter_rules()} == RULES.keys()


def test_an_application_with_a_route_that_has_no_row_does_not_start(services):
    app = Flask("bare")
    app.add_url_rule("/somewhere", "somewhere", lambda: "")

    with pytest.raises(LookupError, match="no row for somewhere"):
        guard(app, access_of(services))


def test_who_is_not_signed_in_is_led_to_the_door_and_back(shop):
    answer = shop.app.test_client().get("/staff/audit?actor=ada")

    assert answer.status_code == 303
    assert answer.location == "/staff/sign-in?next=/staff/audit?actor%3Dada"


def test_a_role_that_does_not_reach_is_told_so(shop):
    answer = shop.client("viewer").get("/staff/users")

    assert answer.status_code == 403
    assert (
        "this is not for viewer: it needs an account that is at least admin" in answer.text.lower()
    )


def test_who_may_not_is_led_back_to_the_staffs_pages(client, access):
    client.set_cookie("lookalike-session", member("vi", "viewer", access=access))

    page = client.get("/staff/users")

    assert page.status_code == 403
    assert '<a class="button" href="/staff">' in page.text
    assert "This is not for vi: it needs an account that is at least admin" in page.text

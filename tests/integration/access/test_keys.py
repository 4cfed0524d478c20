"""API keys: what they open, where from, how often and until when."""

from typing import cast

import pytest

from catalog.access.tables import ApiKey
from service.access.actor import at_the_machine
from service.access.keys import KeyWish, create_key, listed_keys, revoke_key
from service.access.parts import Access
from service.errors import BadAccess
from service.web.app import create_app
from tests.doors import member, send

BY = at_the_machine()
SHOP = "https://shop.example"
LIST = "/api/v1/products"
MANY = tuple(f"https://a{number}.example" for number in range(21))


@pytest.fixture
def draw(access):
    def draw(*scopes, **wish):
        return create_key(KeyWish("stock system", scopes, **wish), by=BY, access=access)

    return draw


def ask(client, key, path=LIST, **headers):
    return client.get(path, headers={"Authorization": f"Bearer {key}", **headers})


def test_a_key_opens_what_its_scopes_say(client, draw):
    reading, searching = draw("read"), draw("search")

    assert ask(client, reading.key).status_code == 200
    refused = ask(client, searching.key)
    assert refused.status_code == 403
    assert "it needs a key for read" in refused.get_json()["detail"]


def test_without_a_key_the_shop_is_as_open_as_ever(client):
    assert client.get(LIST).status_code == 200
    assert client.get(LIST, headers={"Authorization": "Basic eDp5"}).status_code == 200


@pytest.mark.parametrize("shown", ["", "lk_", "lk_x1y2z3a4_" + "A" * 43, "\u00e4", "x" * 5_000])
def test_what_is_no_key_is_told_so(client, shown):
    answer = ask(client, shown)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Lookalike"'
    assert answer.get_json()["type"].endswith("#bad-key")


def test_a_key_with_another_ending_opens_nothing(client, draw):
    key = draw("read").key

    assert ask(client, key[:-1] + ("A" if key[-1] != "A" else "B")).status_code == 401


def test_guessing_is_slowed_down_by_address_and_hurts_no_true_key(client, draw):
    key = draw("read").key
    guesses = [f"lk_x1y2z3a4_{number:043}" for number in range(31)]

    found = [ask(client, guess).status_code for guess in guesses]

    assert found == [401] * 30 + [429]
    assert ask(client, key).status_code == 200


def test_a_revoked_key_opens_nothing_from_the_next_request_on(client, access, draw):
    drawn = draw("read")
    ask(client, drawn.key)

    revoke_key(drawn.prefix, by=BY, access=access)

    assert ask(client, drawn.key).status_code == 401


def test_a_key_ends(client, clock, draw):
    drawn = draw("read", days=2)
    clock.goes_on(days=1)
    before = ask(client, drawn.key).status_code
    clock.goes_on(days=1)

    assert before == 200
    assert ask(client, drawn.key).status_code == 401


def test_a_key_may_ask_so_often_and_no_more(client, draw):
    key, other = draw("read", per_minute=3).key, draw("read", per_minute=3).key

    found = [ask(client, key) for _ in range(4)]

    assert [each.status_code for each in found] == [200, 200, 200, 429]
    assert 0 < int(found[-1].headers["Retry-After"]) <= 60
    assert ask(client, other).status_code == 200


def test_only_a_digest_is_kept(access, draw):
    drawn = draw("read")

    with access.database.reading() as session:
        [row] = session.query(ApiKey)
        held = " ".join(str(getattr(row, column.name)) for column in ApiKey.__table__.columns)
    assert drawn.key not in held
    assert drawn.key.removeprefix(f"{drawn.prefix}_") not in held


def test_its_last_use_is_noted_now_and_then(client, access, clock, draw):
    key = draw("read").key
    uses = []

    for _ in range(3):
        ask(client, key)
        access.uses.wait()
        uses.append(listed_keys(access=access)[0].used_at)
        clock.goes_on(minutes=3)

    assert uses[0] == uses[1]
    assert (uses[2] - uses[0]).total_seconds() == 360


def test_a_public_key_answers_the_pages_of_its_origins(client, draw):
    key = draw("read", origins=(SHOP,)).key

    answer = ask(client, key, Origin=SHOP)

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "http://shop.example", "null", None])
def test_it_answers_no_others(client, draw, origin):
    key = draw("read", origins=(SHOP,)).key

    answer = ask(client, key, **({} if origin is None else {"Origin": origin}))

    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_secret_key_lets_no_page_read_its_answers(client, draw):
    draw("read", origins=(SHOP,))
    secret = draw("read").key

    answer = ask(client, secret, Origin=SHOP)

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_page_may_read_why_its_key_is_refused(client, draw, access):
    drawn = draw("read", origins=(SHOP,))
    draw("search", origins=(SHOP,))
    revoke_key(drawn.prefix, by=BY, access=access)

    answer = ask(client, drawn.key, Origin=SHOP)

    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP


def preflight(client, origin, path=LIST, method="GET"):
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    return client.options(path, headers=headers)


def test_a_browser_that_asks_beforehand_is_told_whose_pages_may(client, draw, access):
    drawn = draw("search", origins=(SHOP,))

    allowed = preflight(client, SHOP, "/api/v1/search", "POST")

    assert allowed.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Authorization" in allowed.headers["Access-Control-Allow-Headers"]
    for refused in (
        preflight(client, "https://evil.example"),
        preflight(client, SHOP, "/staff", "GET"),
        preflight(client, SHOP, "/browse", "GET"),
        preflight(client, SHOP, "/api/v1/nowhere", "GET"),
        preflight(client, SHOP, LIST, "DELETE"),
        preflight(client, SHOP, f"{LIST}/R-000", "DELETE"),  # which no public key may
    ):
        assert "Access-Control-Allow-Origin" not in refused.headers
    revoke_key(drawn.prefix, by=BY, access=access)
    assert "Access-Control-Allow-Origin" not in preflight(client, SHOP).headers


def test_without_a_public_key_no_origin_is_told_anything(client):
    answer = client.get(LIST, headers={"Origin": SHOP})

    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (KeyWish("", ("read",)), "a key's name is one line"),
        (KeyWish("x\ny", ("read",)), "a key's name is one line"),
        (KeyWish("x", ()), "scopes are some of search, read, write, admin; got none"),
        (KeyWish("x", ("all",)), "scopes are some of search, read, write, admin; got all"),
        (KeyWish("x", ("write",), (SHOP,)), "a key with origins is public"),
        (KeyWish("x", ("read",), ("*",)), "an origin is like https://shop.example"),
        (KeyWish("x", ("read",), ("null",)), "an origin is like https://shop.example"),
        (KeyWish("x", ("read",), (f"{SHOP}/path",)), "an origin is like https://shop.example"),
        (KeyWish("x", ("read",), ("https://a:b@shop.example",)), "an origin is like"),
        (KeyWish("x", ("read",), ("https://shop.example:x",)), "an origin is like"),
        (KeyWish("x", ("read",), MANY), "at most 20"),
        (KeyWish("x", ("read",), days=0), "a key lasts 1 to 3650 days; got 0"),
        (KeyWish("x", ("read",), per_minute=0), "a key may ask 1 to 100000 times; got 0"),
    ],
)
def test_what_no_key_can_be_is_refused_with_the_rule(access, wish, told):
    with pytest.raises(BadAccess) as refused:
        create_key(wish, by=BY, access=access)

    assert told in str(refused.value)
    assert listed_keys(access=access) == []


def test_an_origin_is_kept_as_browsers_write_it(access, draw):
    draw("read", origins=("https://Shop.Example:443", "http://127.0.0.1:8080", SHOP))

    assert set(listed_keys(access=access)[0].origins) == {SHOP, "http://127.0.0.1:8080"}


def test_the_page_shows_a_key_once(client, access):
    client.set_cookie("lookalike-session", member("ada", "admin", access=access))

    page = send(
        client, "/staff/keys", "/staff/keys", name="till", scopes=["read", "write"], days="30"
    )

    [listed] = listed_keys(access=access)
    assert f'value="{listed.prefix}_' in page.text
    assert (listed.scopes, listed.created_by, listed.per_minute) == (("read", "write"), "ada", 600)
    assert page.headers["Cache-Control"] == "no-store"
    assert f'value="{listed.prefix}_' not in client.get("/staff/keys").text
    send(client, "/staff/keys", f"/staff/keys/{listed.prefix}/revoke")
    assert not listed_keys(access=access)[0].opens


def test_a_wish_that_cannot_be_keeps_what_was_typed(client, access):
    client.set_cookie("lookalike-session", member("ada", "admin", access=access))

    page = send(client, "/staff/keys", "/staff/keys", name="till", scopes="read", days="soon")

    assert page.status_code == 422
    assert "days is a whole number, got" in page.text
    assert 'value="till"' in page.text
    assert listed_keys(access=access) == []


def test_a_public_request_asks_the_accounts_nothing(services):
    class Untouched:
        """Stands where accounts and keys are; whoever touches it fails."""

        def __getattr__(self, name):
            raise AssertionError(f"a public request asked for {name}")

    client = create_app(services, cast(Access, Untouched())).test_client()
    client.set_cookie("lookalike-session", "anything")

    found = [client.get(path).status_code for path in ("/", "/browse", LIST)]

    assert found == [200] * 3

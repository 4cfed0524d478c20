"""Who is shut out while their request is under way changes nothing any more."""

import pytest

from service.access import accounts
from service.access.actor import at_the_machine
from service.access.keys import KeyWish, create_key, listed_keys, revoke_key
from service.access.sessions import sign_out, sign_out_everywhere, who_has
from service.errors import NotAllowed, NotSignedIn
from service.settings.environment import Settings
from service.web.app import create_app
from service.wiring import build_services
from tests.doors import member
from tests.fakes import InterruptedEncoder, plain_picture
from tests.stock import fill, shades

BY = at_the_machine()
AT = "/api/v1/products/R-000"


@pytest.fixture
def encoder():
    return InterruptedEncoder()


@pytest.fixture
def services(tmp_path, encoder):
    parts = build_services(Settings(home=tmp_path / "home"), encoder)
    fill(parts, shades(3))
    yield parts
    parts.close()


@pytest.fixture
def ada(access):
    """An admin as her request has come in."""
    return who_has(member("ada", "admin", access=access), access=access)


CHANGES = {
    "removed": lambda access, _ada: accounts.remove_account("ada", by=BY, access=access),
    "reset": lambda access, _ada: accounts.reset_account("ada", 1, by=BY, access=access),
    "demoted": lambda access, _ada: accounts.change_role("ada", "viewer", by=BY, access=access),
    "signed out": lambda access, ada: sign_out(ada, access=access),
    "signed out everywhere": lambda access, ada: sign_out_everywhere(ada, access=access),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_admin_who_is_none_any_more_lets_nobody_in(access, ada, change):
    change(access, ada)

    with pytest.raises((NotSignedIn, NotAllowed), match="meanwhile: nothing was changed"):
        accounts.add_account("eve", "admin", 1, by=ada, access=access)
    with pytest.raises((NotSignedIn, NotAllowed)):
        create_key(KeyWish("back door", ("write",)), by=ada, access=access)

    assert "eve" not in {each.name for each in accounts.members(access=access)}
    assert listed_keys(access=access) == []


def test_one_may_remove_oneself_where_another_is_an_admin(access, ada):
    member("bob", "admin", access=access)

    accounts.change_role("ada", "editor", by=ada, access=access)
    again = who_has(member("cy", "admin", access=access), access=access)
    accounts.remove_account("cy", by=again, access=access)

    assert [(each.name, each.role) for each in accounts.members(access=access)] == [
        ("ada", "editor"),
        ("bob", "admin"),
    ]


def test_who_was_demoted_meanwhile_demotes_nobody_in_return(access, ada):
    bob = who_has(member("bob", "admin", access=access), access=access)
    member("cy", "admin", access=access)

    accounts.change_role("bob", "viewer", by=ada, access=access)
    with pytest.raises(NotAllowed):
        accounts.change_role("ada", "viewer", by=bob, access=access)

    roles = {each.name: each.role for each in accounts.members(access=access)}
    assert roles == {"ada": "admin", "bob": "viewer", "cy": "admin"}


def test_a_key_that_is_revoked_while_its_picture_is_read_writes_nothing(access, services, encoder):
    drawn = create_key(KeyWish("till", ("read", "write")), by=BY, access=access)
    client = create_app(services, access).test_client()
    shows = {"Authorization": f"Bearer {drawn.key}"}
    stored = set(services.store.digests())
    before = client.get(AT).headers["ETag"]
    encoder.meanwhile = lambda: revoke_key(drawn.prefix, by=BY, access=access)

    answer = client.put(
        f"{AT}/photos/1", data=plain_picture((1, 2, 3)), content_type="image/png", headers=shows
    )

    assert answer.status_code == 401
    assert "revoked meanwhile" in answer.get_json()["detail"]
    assert client.get(AT).headers["ETag"] == before
    assert set(services.store.digests()) == stored


def test_the_number_of_a_removed_account_opens_no_answer_of_before(access, services):
    app = create_app(services, access)

    def post(token, title):
        client = app.test_client()
        client.set_cookie("lookalike-session", token)
        form = client.get("/staff").text.partition('name="form_token" value="')[2]
        return client.post(
            "/api/v1/products",
            data=f'{{"sku": "N-1", "title": "{title}"}}',
            content_type="application/x-ndjson",
            headers={"Idempotency-Key": "a", "X-Form-Token": form.partition('"')[0]},
        )

    first = post(member("ada", "editor", access=access), "Hat")
    accounts.remove_account("ada", by=BY, access=access)
    other = post(member("bob", "editor", access=access), "Cap")

    assert (first.status_code, other.status_code) == (200, 200)
    assert '"outcome":"changed"' in other.text

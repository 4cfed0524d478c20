"""Numbers in addresses and in what is sent: the largest, and those that no row can have."""

import pytest

from service.settings.environment import Settings
from service.web.app import create_app
from service.web.requests.addresses import MAX_NUMBER, NumberConverter
from service.wiring import build_services
from tests.doors import access_of, member, sign_in, token_on
from tests.fakes import MeanColourEncoder
from tests.stock import fill, shades


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """An admin's browser, and a token for forms."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    parts = build_services(settings, encoder=MeanColourEncoder())
    fill(parts, shades(2))
    access = access_of(parts)
    member("anna", "admin", access=access)
    client = create_app(parts, access).test_client()
    sign_in(client, "anna")
    yield client, token_on(client.get("/staff/stock").text)
    parts.close()


@pytest.mark.parametrize(
    "number", [str(MAX_NUMBER), str(MAX_NUMBER + 1), "9" * 400, "9" * 5000, "\u0663"]
)
def test_a_number_that_no_row_has_is_told_of_at_every_address(browser, number):
    client, token = browser
    statuses = {}
    for rule in client.application.url_map.iter_rules():
        if any(isinstance(each, NumberConverter) for each in rule._converters.values()):
            path = "/".join(number if "<int:" in each else each for each in rule.rule.split("/"))
            path = path.replace("<sku:sku>", "NONE")
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                answer = client.open(path, method=method, data={"form_token": token})
                statuses[method, rule.rule] = answer.status_code
                answer.close()

    assert len(statuses) > 20
    assert {key: status for key, status in statuses.items() if not 400 <= status < 500} == {}

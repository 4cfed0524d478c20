"""A home that nobody may write to: what only reads goes on, what must write says so in a line."""

import shutil

import pytest

from service.cli.entry import run
from service.settings.environment import Settings
from service.web.app import create_app
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_picture
from tests.integration.web.forms import send
from tests.mounts import only_to_read
from tests.stock import fill, shades
from tests.tiny_bundle import make_bundle

PAGES = ("/", "/browse", "/products/R-000", "/products/R-000/similar", "/readyz", "/metrics")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A shop read by a tiny network, and a command line over it."""
    bundle = str(make_bundle(tmp_path / "bundle").path)
    settings = Settings(home=tmp_path / "home", bundle=bundle)
    monkeypatch.setenv("LOOKALIKE_HOME", str(settings.home))
    monkeypatch.setenv("LOOKALIKE_BUNDLE", bundle)
    monkeypatch.chdir(tmp_path)
    parts = build_services(settings)
    fill(parts, shades(12))
    (tmp_path / "red.png").write_bytes(plain_picture((250, 20, 20)))
    parts.close()
    assert run(["backup", "before.tar"]) == 0
    return settings


READING = (
    ["search", "red.png"],
    ["export", "stock.csv"],
    ["verify"],
    ["model", "list"],
    ["user", "list"],
    ["key", "list"],
    ["tag", "red.png", "--output", "tags.csv"],
    ["backup", "shop.tar"],
    ["restore", "--check", "before.tar"],
)
WRITING = (
    ["import", "stock.csv"],
    ["label", "R-000", "hat", "--new"],
    ["remove", "R-000"],
    ["user", "add", "ada"],
    ["key", "create", "till", "--scope", "read"],
    ["restore", "--yes", "before.tar"],
)


def test_reading_commands_work_and_writing_ones_say_why_they_do_not(shop, capsys):
    with only_to_read(shop.home):
        for arguments in READING:
            assert (arguments, run(arguments)) == (arguments, 0)
            assert "Traceback" not in capsys.readouterr().err
        for arguments in WRITING:
            code = run(arguments)
            said = capsys.readouterr().err.strip().splitlines()[-1]

            assert (arguments, code) == (arguments, 1)
            assert said.startswith("lookalike: ")
            assert "readonly" in said or "Read-only" in said or "cannot be written" in said

    assert run(["label", "R-000", "hat", "--new"]) == 0


def test_a_shop_is_served_from_where_nothing_can_be_written(shop):
    """Without its snapshots, too, so that they would be written."""
    shutil.rmtree(shop.snapshots, ignore_errors=True)
    with only_to_read(shop.home):
        parts = build_services(shop)
        parts.warm_up()
        client = create_app(parts).test_client()

        statuses = {page: client.get(page).status_code for page in PAGES}
        sent = send(client, plain_picture((250, 20, 20)), to="/search")
        found = client.get(sent.location)

        assert set(statuses.values()) == {200}, statuses
        assert (sent.status_code, found.status_code) == (303, 200)
        parts.close()


def test_what_is_changed_from_elsewhere_is_seen(tmp_path):
    """A folder that is read here and written there, as two containers share one."""
    there, here = tmp_path / "there", tmp_path / "here"
    here.mkdir()
    writer = build_services(Settings(home=there), MeanColourEncoder())
    fill(writer, shades(3))
    writer.close()
    with only_to_read(here, of=there):
        reader = build_services(Settings(home=here), MeanColourEncoder())
        counts = [len(reader.index)]
        for number in (6, 9):
            fill(writer, shades(number))
            counts.append(len(reader.index))  # while a log lies there
            writer.close()  # moves the log into the file
            counts.append(len(reader.index))
        reader.close()

    assert counts == [3, 6, 6, 9, 9]


def test_nobody_can_sign_in_there_and_is_told_so(shop, caplog):
    with only_to_read(shop.home):
        services = build_services(shop)
        client = create_app(services).test_client()

        answers = [client.get(path).status_code for path in ("/staff", "/staff/sign-in")]

        services.close()
    assert answers == [303, 503]
    assert "nobody can sign in where LOOKALIKE_HOME is only read" in caplog.text

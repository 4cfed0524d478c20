"""How rooms and arrows are read from import statements, on small houses made up for it."""

import pytest

from tests.architecture.arrows import arrows_between, circle, floors
from tests.architecture.table import rows, stated


@pytest.fixture
def build(tmp_path):
    """Write a wing `service` of these files, and give the checkout."""

    def build(**files):
        for name, text in files.items():
            path = tmp_path / "service" / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            (path.parent / "__init__.py").write_text(f'"""The room {path.parent.name}."""\n')
            path.write_text(text)
        (tmp_path / "service" / "__init__.py").touch()
        return tmp_path

    return build


def test_a_module_in_no_folder_is_a_room_of_its_own(build):
    root = build(errors="", web__app="from service.errors import Wrong")

    arrows = arrows_between(root, "service")

    assert arrows == {"service.errors": frozenset(), "service.web": {"service.errors"}}


@pytest.mark.parametrize(
    "text",
    [
        "from service.stock.pictures import drop",
        "from service.stock import pictures",
        "import service.stock.pictures",
        "def late():\n    from service.stock.pictures import drop",
        "if TYPE_CHECKING:\n    from service.stock import pictures",
    ],
)
def test_an_import_of_any_form_is_an_arrow(build, text):
    root = build(stock__pictures="drop = 1", finding__search=text)

    arrows = arrows_between(root, "service")

    assert arrows["service.finding"] == {"service.stock"}


def test_imports_within_a_room_are_no_arrows(build):
    root = build(stock__record="from service.stock.pictures import drop", stock__pictures="")

    assert arrows_between(root, "service") == {"service.stock": frozenset()}


def test_a_room_stands_above_those_that_it_imports_from(build):
    root = build(
        errors="", stock__record="import service.errors", cli__entry="import service.stock.record"
    )

    laid = floors(arrows_between(root, "service"))

    assert laid == [["service.errors"], ["service.stock"], ["service.cli"]]


def test_a_circle_is_found_though_no_two_modules_import_each_other(build):
    root = build(
        web__app="import service.server.logs",
        server__serve="import service.web.app",
        server__logs="",
    )

    found = circle(arrows_between(root, "service"))

    assert set(found) == {"service.web", "service.server"}


def test_the_page_is_read_as_the_command_writes_it(build):
    root = build(errors='"""Wrongs."""', web__app="import service.errors")
    page = root / "docs" / "architecture.md"
    page.parent.mkdir()
    page.write_text("\n".join(rows(root, "service")))

    assert page.read_text().splitlines() == [
        "| `service/errors` | Wrongs | nothing |",
        "| `service/web` | The room web | `errors` |",
    ]
    assert stated(root, "service") == arrows_between(root, "service")

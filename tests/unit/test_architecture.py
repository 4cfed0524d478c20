"""The walls between the packages, held over the import statements."""

import ast
import re
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.architecture.arrows import WINGS, arrows_between, circle, imports_of
from tests.architecture.drawing import drawn, file_of
from tests.architecture.table import rows, stated

ROOT = Path(__file__).parents[2]
PACKAGES = ("service", "embeddings", "training", "catalog")
MAY_IMPORT = {
    "service": {"catalog", "embeddings"},
    "training": {"embeddings"},
    "embeddings": set(),
    "catalog": set(),
}
YARDSTICK = "service/bench/bare.py"  # what the libraries do alone, to compare with
ONLY_IN: dict[str, str | tuple[str, ...]] = {
    "flask": ("service/web/", "service/server/"),
    "tensorflow": "training/",
    "keras": "training/",
    "faiss": ("embeddings/indexes/library.py", YARDSTICK),
    "onnxruntime": ("embeddings/", YARDSTICK),
    "granian": "service/server/serving.py",
    "orjson": "service/",
}
# What stands behind a port is named where the parts are put together, and nowhere else.
BEHIND_PORTS = ("embeddings.indexes", "embeddings.photos.store")
MAX_LINES = 250


def sources() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """Name every module that a file imports, also inside functions."""
    whole, parts = imports_of(path)
    return set(whole) | {module for module, _ in parts}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def packages_in(path: Path) -> set[str]:
    """Name every package that a file imports from."""
    return {name.split(".")[0] for name in imported(path)}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_those_below_it(package):
    above = set(PACKAGES) - {package} - MAY_IMPORT[package]
    files = sorted((ROOT / package).rglob("*.py"))

    found = {relative(path): packages_in(path) & above for path in files}

    assert files
    assert {path: foreign for path, foreign in found.items() if foreign} == {}


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_behind_its_wall(library):
    users = [relative(path) for path in sources() if library in packages_in(path)]

    assert [path for path in users if not path.startswith(ONLY_IN[library])] == []


# Of SQLite alone, or of its driver; whoever needs one of them asks for it by what it means.
DIALECT = re.compile(
    r"PRAGMA|\btypeof\b|json_each|json_extract|json_group|\bgroup_concat|\binstr\b|\browid|\bsqlite_|sqlite_master"
    r"|INSERT OR|ON CONFLICT|TEMP TRIGGER|BEGIN IMMEDIATE|BEGIN DEFERRED|\bGLOB\b|\bstrftime\('"
    r"|\bexec_driver_sql|\bdbapi_connection|\bdriver_connection|^sqlite3$"
)
SPEAKS_IT = "catalog/dialect/"
# Written once and for good; a file of its own, no catalogue; what libraries do alone.
MAY_SPEAK_IT = (
    "catalog/migrations/",
    "web/searches/file.py",
    "jobs/queue.py",
    "bench/bare.py",
)


def words_of(path: Path) -> set[str]:
    """Give every name and every text of a file, but for its comments and docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    explained = set()
    words = imported(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                explained.add(first.value)
        if isinstance(node, ast.Name):
            words.add(node.id)
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
        elif isinstance(node, ast.keyword) and node.arg:
            words.add(node.arg)
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in explained
        ):
            words.add(node.value)
    return words


def test_the_dialect_is_spoken_in_one_place():
    spoken = {
        relative(path): found
        for path in sources()
        if not relative(path).startswith(SPEAKS_IT)
        if not any(each in relative(path) for each in MAY_SPEAK_IT)
        if (found := sorted(word for word in words_of(path) if DIALECT.search(word)))
    }

    assert spoken == {}


def test_the_dialect_has_no_word_that_is_not_noticed():
    files = sorted((ROOT / SPEAKS_IT).glob("*.py"))

    silent = [path.name for path in files if not any(map(DIALECT.search, words_of(path)))]

    assert silent == ["__init__.py"]


def is_behind_a_port(module: str) -> bool:
    return any(module == port or module.startswith(port + ".") for port in BEHIND_PORTS)


def test_the_service_is_written_against_its_ports():
    outside = [path for path in sources() if not relative(path).startswith("embeddings/")]

    naming = [path for path in outside if any(is_behind_a_port(each) for each in imported(path))]

    assert [path.name for path in naming] == ["wiring.py"]


def test_faiss_is_called_by_the_indexes_alone():
    library = "embeddings.indexes.library"

    callers = [relative(path) for path in sources() if library in imported(path)]

    assert callers
    assert [path for path in callers if not path.startswith("embeddings/indexes/")] == []


def test_a_file_holds_one_idea():
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}

    assert {relative(path): count for path, count in lines.items() if count > MAX_LINES} == {}
    assert {path.name for path in lines} & {"utils.py", "helpers.py", "misc.py"} == set()


def test_sessions_are_opened_only_by_the_service():
    opener = re.compile(r"\b(Session|sessionmaker|create_engine)\(|\.commit\(")

    found = [
        relative(path)
        for path in sources()
        if not relative(path).startswith("service/")
        if opener.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def statuses_in(path: Path) -> list[int]:
    """Give the numbers of a file that are statuses of HTTP, other than of success."""
    numbers = {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and type(node.value) is int
    }
    return sorted(numbers & {each.value for each in HTTPStatus if each >= 300})


def test_a_status_code_is_decided_in_one_place():
    answering = []
    for room in ("web", "server/front"):
        answering += sorted((ROOT / "service" / room).rglob("*.py"))

    found = {relative(path): statuses_in(path) for path in answering}
    blame = {path: told for path, told in found.items() if told}
    aborting = [relative(path) for path in sources() if "abort(" in path.read_text("utf-8")]

    assert blame == {}
    assert aborting == []


@pytest.mark.parametrize("wing", WINGS)
def test_a_room_imports_from_the_rooms_that_the_page_names_and_from_no_other(wing):
    allowed = stated(ROOT, wing)

    found = arrows_between(ROOT, wing)

    told = {room: found.get(room) for room in allowed.keys() | found.keys()}
    assert told == {room: allowed.get(room) for room in told}  # see tests.architecture --table


@pytest.mark.parametrize("wing", WINGS)
def test_the_page_says_of_each_room_what_the_room_says_of_itself(wing):
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    missing = [row for row in rows(ROOT, wing) if row not in page]

    assert missing == []


@pytest.mark.parametrize("wing", WINGS)
def test_the_picture_shows_the_rooms_as_they_are(wing):
    picture = (ROOT / file_of(wing)).read_text(encoding="utf-8")

    assert picture == drawn(ROOT, wing)  # `make architecture` draws it anew


def test_the_page_names_no_file_that_is_not_there():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    above_the_rooms = page.partition("\n## Every room")[0]

    named = set(re.findall(r"`([a-z_]+/[\w/.]*)`", above_the_rooms))

    inside = ("", "tests")  # where the page speaks of the suite
    assert len(named) > 50
    assert [n for n in named if not any((ROOT / base / n).exists() for base in inside)] == []


@pytest.mark.parametrize("wing", WINGS)
def test_rooms_never_go_in_a_circle(wing):
    assert circle(arrows_between(ROOT, wing)) == []


def test_below_the_recipes_nothing_knows_the_plan_for_a_data_set():
    above = ("training.recipes", "training.commands", "training.cli")
    arrows = arrows_between(ROOT, "training")

    below = {room: others for room, others in arrows.items() if not room.startswith(above)}

    assert below
    assert not [room for others in below.values() for room in others if room.startswith(above)]


def test_below_the_web_nothing_knows_how_it_is_asked():
    asking = ("service.web", "service.server", "service.cli", "service.__main__")
    arrows = arrows_between(ROOT, "service")

    below = {room: others for room, others in arrows.items() if not room.startswith(asking)}

    assert below
    assert not [room for others in below.values() for room in others if room.startswith(asking)]

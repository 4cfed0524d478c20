"""Everything that a user can name is described in the documents."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from catalog.facts import FACTS, FILTERS
from service.cli.group import COMMANDS
from service.importing.columns import MORE_PHOTOS
from service.jobs.kinds.known import KINDS
from service.settings.environment import ELSEWHERE, Settings
from service.stock import exporting
from service.tagging import tag
from service.web.app import create_app
from service.web.monitoring.metrics import Metrics
from training.cli import cli as training

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS_PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
DOCS = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def commands(command: click.Command, *words: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, *words, name)
    else:
        yield " ".join(words), command


def of_the_service() -> Iterator[tuple[str, click.Command]]:
    for name, (module, _) in COMMANDS.items():
        command = importlib.import_module(f"service.cli.{module}").command
        yield from commands(command, "lookalike", name)


def options_of(command: click.Command) -> dict[str, click.Option]:
    options = [each for each in command.params if isinstance(each, click.Option)]
    return {max(each.opts, key=len): each for each in options if not each.hidden}


EVERY = [*of_the_service(), *commands(training, "lookalike-train")]


@pytest.mark.parametrize(("name", "command"), EVERY, ids=[name for name, _ in EVERY])
def test_a_section_tells_each_option_of_a_command_as_its_help_does_and_no_other(name, command):
    sections = [part for part in COMMANDS_PAGE.split("\n## ") if part.startswith(f"`{name}`\n")]

    told = [
        row
        for each in sections
        for row in re.findall(r"^\| `(--[\w-]+)`.* \| (.+) \|$", each, re.M)
    ]

    assert len(sections) == 1
    helped = {
        name: " ".join((option.help or "").split()) for name, option in options_of(command).items()
    }
    assert dict(told) == {name: text.removesuffix(".") for name, text in helped.items()}


@pytest.mark.parametrize(("name", "command"), EVERY, ids=[name for name, _ in EVERY])
def test_help_says_of_every_option_what_it_does(name, command):
    options = options_of(command)

    silent = [option for option, each in options.items() if len((each.help or "").split()) < 2]

    assert silent == []
    assert command.get_short_help_str()


@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_each_folder_of_a_data_set_is_described(name):
    assert f"`{name}`" in DOCS


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return create_app(Settings(home=tmp_path_factory.mktemp("home")))


def test_each_route_is_described(app):
    routes = {rule.rule for rule in app.url_map.iter_rules()} - {"/static/<path:filename>"}

    written = {re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", route) for route in routes}

    assert sorted(route for route in written if f"`{route}`" not in DOCS) == []


def test_each_column_of_an_import_is_described():
    page = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")

    columns = [fact.column for fact in FACTS]
    assert [name for name in columns if f"`{name}`" not in page] == []
    assert f"| `{MORE_PHOTOS[1]}` to `{MORE_PHOTOS[-1]}` " in page


def test_facts_stand_in_the_order_of_their_declaration_wherever_they_are_listed():
    page = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    table, _, out = page.partition("## Out again")
    declared = [fact.column for fact in FACTS]

    asked = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    exported = re.findall(r"`(\w+)`", out.partition("Parquet needs")[0])

    assert [name for name in asked if name in declared] == declared
    assert [name for name in exported if name in declared] == declared
    assert [name for name in exporting.COLUMNS if name in declared] == declared


@pytest.mark.parametrize("columns", [exporting.COLUMNS, tag.COLUMNS], ids=["export", "tag"])
def test_the_columns_of_an_output_are_told_in_their_order(columns):
    told = ", ".join(f"`{name}`" for name in columns)

    assert f"\nColumns: {told}.\n" in COMMANDS_PAGE


def test_each_kind_of_job_is_described():
    page = (ROOT / "docs" / "jobs.md").read_text(encoding="utf-8")

    told = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", page.partition("| state |")[0], re.M))
    assert list(told) == list(KINDS)
    words = {name: re.sub(r"\[(.+?)\]\(.+?\)", r"\1", text) for name, text in told.items()}
    assert words == {name: kind.says for name, kind in KINDS.items()}


def test_each_filter_of_the_api_is_described():
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")

    assert [fact.column for fact in FILTERS if f"`{fact.column}`" not in page] == []


def test_each_metric_is_described():
    kept = Metrics().registry.collect()

    names = [f"{m.name}_total" if m.type == "counter" else m.name for m in kept]

    assert len(names) > 4
    assert [name for name in names if f"`{name}`" not in DOCS] == []


def test_each_link_leads_to_a_file_that_is_there():
    pages = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
    links = [
        (page.name, page.parent / link)
        for page in pages
        for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if "://" not in link
    ]

    assert len(links) > 50
    assert [(name, str(to)) for name, to in links if not to.exists()] == []


def test_the_index_of_decisions_says_what_each_says_of_itself():
    folder = ROOT / "docs" / "decisions"
    written = []
    for page in sorted(folder.glob("0*.md")):
        text = page.read_text(encoding="utf-8")
        title = re.match(rf"# {int(page.name[:4])}\. (.+)", text)
        date = re.search(r"^Date: (\d{4}-\d\d-\d\d)$", text, re.M)
        status = re.search(r"^Status: (.+)$", text, re.M)
        assert None not in (title, date, status), f"{page.name}: number, title, date and status"
        written.append(f"| {page.name[:4]} | [{title[1]}]({page.name}) | {date[1]} | {status[1]} |")

    index = (folder / "README.md").read_text(encoding="utf-8").splitlines()

    assert len(written) > 60
    assert [line for line in index if line.startswith("| 0")] == written


def test_the_index_of_lab_notes_lists_each_with_its_date():
    folder = ROOT / "docs" / "lab"
    index = (folder / "README.md").read_text(encoding="utf-8")

    notes = sorted(folder.glob("2*.md"))

    assert len(notes) > 5
    for note in notes:
        text = note.read_text(encoding="utf-8")
        title, date = text.splitlines()[0].removeprefix("# "), note.name[:10]
        assert f"\nDate: {date}\n" in text
        assert "\n## What was learnt\n" in text
        assert f"| {date} | [{title}]({note.name}) |" in index

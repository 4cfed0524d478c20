"""What the README says of names and figures, held against the code and the shipped bundle."""

import dataclasses
import re
from pathlib import Path

import pytest

from embeddings.model.bundle import load_bundle, resolve_bundle
from service.cli.group import COMMANDS
from service.settings.environment import ELSEWHERE, PREFIX, Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BUNDLE = load_bundle(resolve_bundle("fashion-mnist"))


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda field: field.name)
def test_a_setting_is_in_the_table_with_its_default_and_meaning(field):
    row = next(line for line in README.splitlines() if f"`LOOKALIKE_{field.name.upper()}`" in line)

    default, meaning = (cell.strip() for cell in row.strip("|").split("|")[1:])
    assert default == ("none" if field.default is None else f"`{field.default}`")
    assert meaning == field.metadata["meaning"]


def test_no_setting_is_named_that_there_is_not():
    named = set(re.findall(r"LOOKALIKE_([A-Z_]+)", README))

    known = {field.name.upper() for field in dataclasses.fields(Settings)}
    assert named <= known | {name.removeprefix(PREFIX) for name in ELSEWHERE}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_told_of(command):
    assert f"`lookalike {command}" in README


def test_every_linked_file_is_there():
    links = re.findall(r"\]\(([^)#]+)", README)

    missing = [link for link in links if "://" not in link and not (ROOT / link).exists()]
    assert missing == []


def percent(value: float) -> str:
    return f"{100 * value:.2f}"


def test_the_networks_figures_are_those_of_the_bundle():
    facts = BUNDLE.facts
    seeds = [percent(seed["accuracy"]) for seed in facts["seeds"]]

    assert f"{percent(facts['mean_test_accuracy'])} % ({seeds[0]}, {seeds[1]} and" in README
    for figure in (facts["mean_test_accuracy"], *(seed["accuracy"] for seed in facts["seeds"])):
        assert percent(figure) in README


def test_the_garment_networks_figures_are_those_of_its_bundle():
    told = load_bundle(resolve_bundle("garments")).facts["metrics"]["figures"]

    for figure in told.values():
        row = next(
            line for line in README.splitlines() if line.startswith(f"| {figure['title']} |")
        )
        if figure["unit"] == "share":
            assert f"{figure['value'] * 100:.2f} %" in row
            assert f"n = {figure['count']:,}" in row

"""Numbers in sentences."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest

from service.wording import counted, was_or_were


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 pictures"), (1, "1 picture"), (2, "2 pictures"), (20_000, "20,000 pictures")],
)
def test_a_number_has_its_noun_in_the_form_that_goes_with_it(number, words):
    assert counted(number, "picture") == words


def test_a_plural_of_its_own_is_taken():
    assert [counted(number, "copy", "copies") for number in (1, 3)] == ["1 copy", "3 copies"]


def test_one_was_and_all_else_were():
    assert [was_or_were(number) for number in (0, 1, 2)] == ["were", "was", "were"]


SERVICE = Path(__file__).parents[2] / "service"
NOUNS = re.compile(
    r" (pictures|photos|products|rows|files|styles|variants|accounts|keys|jobs|words|articles"
    r"|disagreements|groups|pairs|readings)\b"
)


def numbers_before_plurals(path):
    """Name the values that an f-string of a file writes before a plural, but for constants."""
    for text in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(text, ast.JoinedStr):
            continue
        for value, after in pairwise(text.values):
            if isinstance(value, ast.FormattedValue) and isinstance(after, ast.Constant):
                number = ast.unparse(value.value)
                if NOUNS.match(str(after.value)) and not number.split(".")[-1].isupper():
                    yield f"{path.name}: {number}{after.value!s}"


def test_no_number_stands_before_a_plural_that_may_be_one():
    found = [each for path in SERVICE.rglob("*.py") for each in numbers_before_plurals(path)]

    assert found == []


def test_a_number_before_a_plural_is_noticed(tmp_path):
    source = tmp_path / "told.py"
    source.write_text('print(f"{len(found)} pictures; at most {MOST} rows, {counted(n)}")')

    assert list(numbers_before_plurals(source)) == ["told.py: len(found) pictures; at most "]

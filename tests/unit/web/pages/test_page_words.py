"""Messages on pages: none names an option, a setting or a command of the command line."""

import ast
import re
from pathlib import Path

import pytest

from service.web.pages.page_words import in_page_words

ROOT = Path(__file__).parents[4]
OF_COMMANDS = re.compile(r"(?<![\w-])--[a-z]{2}|LOOKALIKE_[A-Z]|\blookalike [a-z]+ ")
# Whose messages pages show: those of jobs, and of what was typed or sent there.
ROOMS = (
    *("service/importing", "service/feeds", "service/fetching/policy.py", "service/uploads"),
    *("service/stock", "service/stockroom", "service/duplicates", "service/jobs/kinds"),
    *("service/review", "service/writing", "service/upkeep", "service/tables"),
    *("embeddings/files", "embeddings/tables", "embeddings/decoding", "catalog/duplicates"),
    *("catalog/differences.py", "catalog/labelling.py", "catalog/errors.py"),
)
# Said to whoever is at the machine, or no message.
OF_THE_MACHINE = {
    "--fetch-pictures",
    "LOOKALIKE_FETCH_ALLOWED_BY",
    "LOOKALIKE_FETCH_HOSTS",
    "others write: %d pictures are left for lookalike verify --repair",
}


def messages(path):
    """Give the texts of a file but for docstrings; what is filled in is an `x`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    pieces = {
        id(piece)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for piece in node.values
    }
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(piece.value) if isinstance(piece, ast.Constant) else "x"
                for piece in node.values
            )
        elif isinstance(node, ast.Constant) and id(node) not in pieces | docstrings:
            yield node.value if isinstance(node.value, str) else ""


def files():
    for room in ROOMS:
        path = ROOT / room
        yield from [path] if path.is_file() else path.rglob("*.py")


def test_every_message_that_names_an_option_has_words_of_pages():
    told = {text for path in files() for text in messages(path) if OF_COMMANDS.search(text)}
    left = {text for text in told if OF_COMMANDS.search(in_page_words(text))}

    assert len(told) > 15
    assert left == OF_THE_MACHINE


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            "'x.example' is not among the hosts of LOOKALIKE_FETCH_HOSTS",
            "'x.example' is not among the hosts that may be asked",
        ),
        (
            "pictures are not fetched from addresses such as 'https://x/1.jpg' and 2 more: "
            "download them, and put '1.jpg' beside the table or name its folder by --photos, "
            "or allow its host: on the import page, by LOOKALIKE_FETCH_HOSTS or --fetch-pictures",
            "pictures are not fetched from addresses such as 'https://x/1.jpg' and 2 more",
        ),
        ("the price is like 19.90, got '--photos'", "the price is like 19.90, got '--photos'"),
        (
            "so it stays out; undo the merge, or let the SKU be used again with: "
            "lookalike duplicates free 'A 1'\"'\"'b' and more",
            "so it stays out; undo the merge under Changes to have it back and more",
        ),
        ("--repair builds the index anew", "a repair at the server builds the index anew"),
    ],
)
def test_messages_are_told_in_words_of_pages_and_what_a_file_says_stays(message, words):
    assert in_page_words(message) == words

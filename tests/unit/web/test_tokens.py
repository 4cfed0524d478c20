import sqlite3

import numpy as np
import pytest

from service.errors import ExpiredSearch
from service.tokens import FILE_NAME, RememberedSearches
from tests.fakes import COLOURS, MeanColourEncoder, plain_photo

MODEL = "a" * 64


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def searches(tmp_path, clock):
    return RememberedSearches(tmp_path, minutes=30, clock=clock)


def reading(colour=(200, 30, 30)):
    [read] = MeanColourEncoder().read([plain_photo(colour)])
    return read


def test_a_token_recalls_what_was_read(searches):
    kept = reading()

    recalled, fingerprint = searches.recall(searches.remember(kept, MODEL))

    assert fingerprint == MODEL
    np.testing.assert_array_equal(recalled.embedding, kept.embedding)
    np.testing.assert_array_equal(recalled.logits, kept.logits)
    np.testing.assert_array_equal(recalled.probabilities, kept.probabilities)


def test_the_colour_is_recalled_too(searches):
    [kept] = MeanColourEncoder(colours=COLOURS).read([plain_photo()])

    recalled, _ = searches.recall(searches.remember(kept, MODEL))
    without, _ = searches.recall(searches.remember(reading(), MODEL))

    np.testing.assert_array_equal(recalled.colours, kept.colours)
    assert without.colours is None


def test_a_file_of_the_first_release_goes_on(searches, tmp_path, clock):
    token = searches.remember(reading(), MODEL)
    with sqlite3.connect(tmp_path / FILE_NAME) as file:
        file.execute("ALTER TABLE search DROP COLUMN colours")
    file.close()

    later = RememberedSearches(tmp_path, minutes=30, clock=clock)

    assert later.recall(token)[0].colours is None
    [coloured] = MeanColourEncoder(colours=COLOURS).read([plain_photo()])
    assert later.recall(later.remember(coloured, MODEL))[0].colours is not None


def test_another_process_recalls_it_too(searches, tmp_path, clock):
    token = searches.remember(reading(), MODEL)

    other = RememberedSearches(tmp_path, minutes=30, clock=clock)

    assert other.recall(token)[1] == MODEL


def test_no_two_searches_share_a_token(searches):
    tokens = {searches.remember(reading(), MODEL) for _ in range(50)}

    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 32


def test_a_token_expires(searches, clock):
    token = searches.remember(reading(), MODEL)

    clock.now += 30 * 60

    with pytest.raises(ExpiredSearch, match="30 minutes"):
        searches.recall(token)


@pytest.mark.parametrize("token", ["", "x", "'; DROP TABLE search; --", "\x00", "ü" * 400])
def test_a_made_up_token_recalls_nothing(searches, token):
    searches.remember(reading(), MODEL)

    with pytest.raises(ExpiredSearch):
        searches.recall(token)


def test_expired_searches_leave_the_file(searches, tmp_path, clock):
    for _ in range(5):
        searches.remember(reading(), MODEL)

    clock.now += 31 * 60
    searches.remember(reading(), MODEL)

    assert rows(tmp_path) == 1


def test_the_oldest_go_first_when_there_are_too_many(tmp_path, clock):
    searches = RememberedSearches(tmp_path, minutes=30, most=3, clock=clock)

    tokens = [searches.remember(reading(), MODEL) for _ in range(5)]

    assert rows(tmp_path) == 3
    assert searches.recall(tokens[-1]) is not None
    with pytest.raises(ExpiredSearch):
        searches.recall(tokens[0])


def test_the_file_holds_no_token_and_is_the_owners_alone(searches, tmp_path):
    token = searches.remember(reading(), MODEL)

    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert token.encode() not in stored
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}


def test_a_deleted_file_costs_only_the_searches_in_it(tmp_path, clock):
    token = RememberedSearches(tmp_path, minutes=30, clock=clock).remember(reading(), MODEL)
    for path in tmp_path.iterdir():
        path.unlink()

    fresh = RememberedSearches(tmp_path, minutes=30, clock=clock)

    with pytest.raises(ExpiredSearch):
        fresh.recall(token)
    assert fresh.recall(fresh.remember(reading(), MODEL)) is not None


def rows(folder):
    connection = sqlite3.connect(folder / FILE_NAME)
    try:
        return connection.execute("SELECT count(*) FROM search").fetchone()[0]
    finally:
        connection.close()

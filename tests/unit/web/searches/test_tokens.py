import resource
import shutil
import sqlite3
from contextlib import closing, contextmanager

import numpy as np
import pytest

from service.errors import ExpiredSearch, ServerBusy
from service.web.searches.tokens import FILE_NAME, RememberedSearches
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


OF_THE_FIRST_RELEASE = """
CREATE TABLE search (number INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL, expires REAL NOT NULL, logits BLOB NOT NULL,
    probabilities BLOB NOT NULL, embedding BLOB NOT NULL);
"""


def test_what_the_first_release_kept_open_is_put_away_at_the_first_sweep(tmp_path, searches):
    secret = np.arange(64, dtype="<f4").tobytes()
    old = sqlite3.connect(tmp_path / FILE_NAME)
    old.execute("PRAGMA journal_mode = WAL")
    old.executescript(OF_THE_FIRST_RELEASE)
    row = (b"k", MODEL, 9e9, b"", b"", secret)
    old.execute("INSERT INTO search VALUES (1, ?, ?, ?, ?, ?, ?)", row)
    old.commit()
    shutil.copy(tmp_path / f"{FILE_NAME}-wal", tmp_path / "kept")
    old.close()
    shutil.move(tmp_path / "kept", tmp_path / f"{FILE_NAME}-wal")  # as a killed server leaves it

    searches.sweep()

    assert secret not in everything_in(tmp_path)
    assert searches.recall(searches.remember(reading(), MODEL))[1] == MODEL


def everything_in(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


def test_what_is_kept_cannot_be_read_without_its_token(searches, tmp_path):
    kept = reading()

    searches.remember(kept, MODEL)

    left = everything_in(tmp_path)
    for vector in (kept.logits, kept.probabilities, kept.embedding):
        assert vector.astype("<f4").tobytes() not in left
    assert MODEL.encode() not in left


def test_a_sweep_leaves_nothing_of_what_expired_on_the_disk(tmp_path, clock):
    first = RememberedSearches(tmp_path, minutes=30, clock=clock)
    first.remember(reading(), MODEL)
    [sealed] = sealed_in(tmp_path)
    assert sealed in everything_in(tmp_path)

    clock.now += 31 * 60
    RememberedSearches(tmp_path, minutes=30, clock=clock).sweep()

    assert sealed not in everything_in(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def sealed_in(folder):
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        return [row[0] for row in file.execute("SELECT sealed FROM search")]


def test_a_row_that_somebody_changed_recalls_nothing(tmp_path, clock):
    token = RememberedSearches(tmp_path, minutes=30, clock=clock).remember(reading(), MODEL)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file, file:
        file.execute("UPDATE search SET sealed = zeroblob(length(sealed))")

    with pytest.raises(ExpiredSearch):
        RememberedSearches(tmp_path, minutes=30, clock=clock).recall(token)


def make_garbage(path):
    path.write_bytes(b"no database, whatever it was before " * 400)


def make_empty(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("spoil", [make_garbage, make_empty])
@pytest.mark.parametrize("begun", [False, True])
def test_a_spoilt_file_costs_nobody_a_search_and_is_made_anew(spoil, begun, tmp_path, clock):
    searches = RememberedSearches(tmp_path, minutes=30, clock=clock)
    if begun:
        searches.remember(reading(), MODEL)
    spoil(tmp_path / FILE_NAME)

    token = searches.remember(reading(), MODEL)

    assert searches.recall(token)[1] == MODEL
    assert RememberedSearches(tmp_path, minutes=30, clock=clock).recall(token)[1] == MODEL


def test_a_folder_in_its_place_costs_nobody_a_search(tmp_path, searches):
    (tmp_path / FILE_NAME).mkdir()

    token = searches.remember(reading(), MODEL)

    assert searches.recall(token)[1] == MODEL


def test_a_locked_file_costs_nobody_a_search_and_little_time(tmp_path, clock):
    searches = RememberedSearches(tmp_path, minutes=30, clock=clock)
    earlier = RememberedSearches(tmp_path, minutes=30, clock=clock).remember(reading(), MODEL)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as other:
        other.execute("BEGIN EXCLUSIVE")

        tokens = [searches.remember(reading(), MODEL) for _ in range(3)]

        assert [searches.recall(token)[1] for token in tokens] == [MODEL] * 3
        with pytest.raises(ServerBusy):  # not expired: it may be there
            searches.recall(earlier)


@contextmanager
def full_disk():
    """Let no file grow beyond 8 kB, as on a disk that has no more to give.

    Within a test's own steps only: the report of the tests may be a file, and a longer one.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_costs_nobody_a_search(searches):
    with full_disk():
        tokens = [searches.remember(reading(), MODEL) for _ in range(30)]
        recalled = {searches.recall(token)[1] for token in tokens}

    assert recalled == {MODEL}


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

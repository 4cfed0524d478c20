"""What jobs are called: no name of a program reaches a page."""

from types import SimpleNamespace
from typing import cast

import pytest

from catalog.jobs import JobState, Wish
from service.jobs.job import Job
from service.jobs.kinds.known import KINDS
from service.web.staff.job_words import KINDS as WORDS
from service.web.staff.job_words import counts_in_words, kind_in_words, state_in_words


def test_every_kind_of_job_has_words_and_one_of_another_version_its_name():
    assert set(WORDS) == set(KINDS)
    assert kind_in_words("import") == "Import"
    assert kind_in_words("re-shelve") == "Re shelve"


@pytest.mark.parametrize("state", list(JobState))
def test_every_state_has_words_that_begin_as_words_do(state):
    assert state_in_words(state)[0].isupper()


def test_what_was_asked_of_a_job_is_told_before_it_is_heeded():
    job = cast(Job, SimpleNamespace(state=JobState.RUNNING, wish=Wish.CANCEL))

    assert state_in_words(job) == "Ending"


@pytest.mark.parametrize(
    ("kind", "counts", "told"),
    [
        ("import", {"refused": 1, "added": 2}, [("New", 2), ("Refused", 1)]),
        ("withdraw-missing", {"changed": 5}, [("Withdrawn", 5)]),
        ("decide-duplicates", {"fell_away": 1, "decided": 0}, [("Decided", 0), ("Fell away", 1)]),
        ("feed", {"of_my_own": 4, "missing": 5}, [("Not in the file", 5), ("Of my own", 4)]),
    ],
)
def test_counts_are_told_in_words_and_in_one_order(kind, counts, told):
    job = cast(Job, SimpleNamespace(kind=kind, counts=counts))

    assert counts_in_words(job) == told

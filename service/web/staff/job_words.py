"""What jobs are called on the staff's pages: their kinds, their states and what they count."""

from flask import Flask

from catalog.jobs import JobState
from service.jobs.job import Job

KINDS = {
    "change-many": "Change of many products",
    "decide-duplicates": "Decision on duplicates",
    "duplicates": "Search for duplicates",
    "feed": "Feed",
    "import": "Import",
    "review": "Look at the review",
    "tag": "Tagging",
    "undo": "Undo",
    "verify": "Check",
    "withdraw-missing": "Withdrawal",
}
_ASKED = {"pause": "Pausing", "cancel": "Ending"}
_STATES = {
    JobState.QUEUED: "Waiting",
    JobState.RUNNING: "Running",
    JobState.PAUSED: "Paused",
    JobState.CANCELLED: "Ended",
    JobState.FAILED: "Failed",
    JobState.DONE: "Done",
}
# What counts say, in the order in which they are told.
_COUNTED = {
    "added": "New",
    "updated": "Changed",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "kept": "Kept as said before",
    "back": "Brought back",
    "decided": "Decided",
    "fell_away": "Fell away",
    "tagged": "Tagged",
    "refused": "Refused",
    "failed": "Not read",
    "possible_duplicates": "Possible duplicates",
    "near_duplicates": "Shown before",
    "passed_over": "Files passed over",
    "missing": "Not in the file",
    "photos": "Pictures compared",
    "proposed": "Pairs proposed",
    "left": "Want a look",
    "drift": "Differ from the index",
    "repaired": "Repaired",
}
_WITHDRAWN = {"changed": "Withdrawn", "unchanged": "Not missing any more"}


def register(app: Flask) -> None:
    """Give an application's templates these words."""
    app.jinja_env.filters.update(kind_in_words=kind_in_words, state_in_words=state_in_words)


def kind_in_words(kind: str) -> str:
    """Return what a kind of job is called; one of another version by its name."""
    return KINDS.get(kind) or _capital(kind)


def state_in_words(of: Job | JobState) -> str:
    """Return how a job stands, or what a state is called."""
    if isinstance(of, JobState):
        return _STATES[of]
    return _ASKED.get(of.wish or "", _STATES[of.state])


def counts_in_words(job: Job) -> list[tuple[str, int]]:
    """Return what a job has counted, each number with its words."""
    called = _COUNTED | (_WITHDRAWN if job.kind == "withdraw-missing" else {})
    known = [(words, job.counts[name]) for name, words in called.items() if name in job.counts]
    others = [(_capital(name), n) for name, n in job.counts.items() if name not in called]
    return [*known, *others]


def _capital(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ")
    return f"{words[:1].upper()}{words[1:]}"

"""A look at a source before it is imported: what it is, its columns, what its rows say."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from catalog.errors import BadSource
from catalog.vocabulary import Vocabulary
from catalog.words import fold
from embeddings.files.names import OTHER_ENCODING, legible
from service.importing.addressed import addressed
from service.importing.category_looks import Seen, see_some
from service.importing.category_questions import MOST_ASKED, Question, new_words, questions
from service.importing.opening import Opened, SourceOptions, open_source
from service.importing.raw.patience import looking
from service.importing.surveying import PATIENCE_S, Survey, survey
from service.importing.table_columns import Columns
from service.wiring import Services

_SAMPLES = 3  # cells of a column
_OFFERED = 300  # categories that a word may be said to be the same as: each word has the list


@dataclass(frozen=True, slots=True)
class Looked:
    """What a source seems to be."""

    columns: Columns | None = None  # None: pictures alone, or nothing that can be read
    survey: Survey | None = None  # None: nothing of it can be read as it stands
    count: int | None = None  # about how many rows or pictures
    ignored: int = 0  # files that are passed over
    questions: Sequence[Question] = ()  # words for categories that are new, those of most rows
    unasked: int = 0  # other words that are new
    seen: Seen = field(default_factory=dict)  # what the network called their pictures
    categories: Sequence[str] = ()  # that are known, as many as a list can offer
    means: Mapping[str, str] = field(default_factory=dict)  # which category a word is
    fault: str | None = None  # why nothing of it can be imported as it stands

    @property
    def is_in_other_letters(self) -> bool:
        """Whether letters were found in names or cells that are not in its encoding."""
        if self.columns is not None and self.columns.has_undecoded:
            return True
        faults = self.survey.faults.values() if self.survey else ()
        reasons = (reason for each in faults for row in each.first for reason in row.reasons)
        return any(OTHER_ENCODING in reason for reason in reasons)


def look_at(
    path: Path,
    options: SourceOptions,
    seen: Seen | None = None,
    *,
    services: Services,
    clock: Callable[[], float] = time.monotonic,
) -> Looked:
    """Look at a source; nothing is written.

    Pictures are decoded of words for categories that are new: some, beside those `seen` before.
    """
    columns: Columns | None = None
    end = clock() + PATIENCE_S
    try:
        with (
            open_source(path, options, services.settings.max_upload_bytes) as source,
            looking(lambda: clock() > end),
            addressed(path, options, services=services, dry_run=True) as pictures,
        ):
            if source.table:
                columns = source.table.columns(_SAMPLES)
            found = survey(source, pictures, services=services, clock=clock)
            looked = Looked(columns, found, source.count(), source.ignored)
            if found.categories:
                looked = _asked(looked, source, seen or {}, services, clock)
            return looked
    except BadSource as error:
        return Looked(columns, fault=legible(_named(path, error)))


def _asked(
    looked: Looked, source: Opened, seen: Seen, services: Services, clock: Callable[[], float]
) -> Looked:
    """Ask what a source's words for categories mean."""
    assert looked.survey is not None
    said = looked.survey.categories
    known = _vocabulary(services)
    categories = sorted(known.categories[:_OFFERED], key=fold)  # those of most products
    means = {word: known.meaning(word) for word in said}
    every = new_words(said, known)
    new = dict(islice(every.items(), MOST_ASKED))
    seen = see_some(source, new, seen, services=services, clock=clock) if new else {}
    asked = questions(new, known, seen)
    unasked = len(every) - len(new)
    return replace(
        looked, questions=asked, unasked=unasked, seen=seen, categories=categories, means=means
    )


def _vocabulary(services: Services) -> Vocabulary:
    """Return the categories that the shop knows."""
    if not services.settings.database.exists():  # opening it would make it
        return Vocabulary(services.models.first().labels)
    with services.database.reading() as session:
        return Vocabulary.of(session, services.model.labels)


def why_not_read(path: Path, options: SourceOptions, *, services: Services) -> str | None:
    """Return why nothing of a source can be imported as it stands; None where something can."""
    try:
        with (
            open_source(path, options, services.settings.max_upload_bytes) as source,
            looking(_patience()),
        ):
            list(islice(source.rows(), 1))
    except BadSource as error:
        return _named(path, error)
    return None


def _patience() -> Callable[[], bool]:
    end = time.monotonic() + PATIENCE_S
    return lambda: time.monotonic() > end


def _named(path: Path, error: BadSource) -> str:
    """Say what is wrong with a source, and not where on the machine it lies."""
    return str(error).replace(f"{path.parent}{os.sep}", "")

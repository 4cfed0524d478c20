"""Proves that database, pictures and index agree, and repairs what can be repaired."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog import changes, readings
from catalog.models import ChangeKind
from service.checks import Problem, ProblemKind, problems_of
from service.missing_readings import read_missing
from service.pictures import remove_unreferenced
from service.progress import Progress
from service.wiring import Services

__all__ = ["Problem", "ProblemKind", "VerifyReport", "verify"]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What is wrong, and what no longer is."""

    problems: tuple[Problem, ...]  # that there are, after any repair
    repaired: tuple[Problem, ...] = ()

    @property
    def drift(self) -> int:
        """How many disagreements there are by which an answer can be wrong; 0 is agreement."""
        return sum(problem.spoils_answers for problem in self.problems)


def verify(
    *, services: Services, repair: bool = False, progress: Progress | None = None
) -> VerifyReport:
    """Compare all rows with all pictures and with the index; `progress` counts pictures.

    With `repair` pictures are read again where a reading is missing or damaged, the index is
    built anew where it disagrees, categories are taken from the readings, and pictures of no
    product and unfinished files are deleted. A lost picture stays lost until its product is
    imported again.
    """
    found = tuple(problems_of(services, progress))
    if not repair or not found:
        return VerifyReport(found)
    _repair(found, services, progress)
    left = tuple(problems_of(services, progress))
    return VerifyReport(left, tuple(each for each in found if each not in set(left)))


def _repair(found: Sequence[Problem], services: Services, progress: Progress | None) -> None:
    def subjects(kind: ProblemKind) -> list[str]:
        return [each.subject for each in found if each.kind is kind]

    services.store.remove(subjects(ProblemKind.CHANGED_PICTURE))
    unsound = (ProblemKind.BAD_READING, ProblemKind.NO_COLOUR)
    damaged = sorted({int(id_) for kind in unsound for id_ in subjects(kind)})
    with services.database.writing() as session:
        fingerprint = services.model.fingerprint
        readings.forget(session, damaged, fingerprint)
        changes.append(session, ChangeKind.UPSERT, damaged)
        if subjects(ProblemKind.BROKEN_FEED):
            changes.start_anew(session)
    if damaged or subjects(ProblemKind.UNREAD_PHOTO):
        read_missing(services.model, services=services, progress=progress)
    with services.database.writing() as session:
        if readings.wrong_categories(session, fingerprint):
            readings.name_categories(session, fingerprint)
            changes.append_plain(session, ChangeKind.PRODUCT)
    if subjects(ProblemKind.WRONG_VECTOR):
        services.index.forget()
    services.index.save_snapshot()
    remove_unreferenced(subjects(ProblemKind.ORPHAN_PICTURE), services=services)
    for path in subjects(ProblemKind.ABANDONED_FILE):
        Path(path).unlink(missing_ok=True)

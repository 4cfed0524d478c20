"""Proves that database, pictures and index agree, and repairs what can be repaired."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog import changes, checksums, promotions, readings, review_queue, search_queries
from catalog.models import ChangeKind
from catalog.search_queries import Latest
from service.errors import NotReady
from service.progress import Progress
from service.promotion.missing_readings import read_again, read_missing
from service.stock.pictures import set_aside_damaged, set_aside_unreferenced
from service.upkeep.checks import Disagreement, DisagreementKind, disagreements
from service.wiring import Services

__all__ = ["Disagreement", "DisagreementKind", "VerifyReport", "verify"]


_OTHER = DisagreementKind.OTHER_READING
_SET_ASIDE = (DisagreementKind.CHANGED_PICTURE, DisagreementKind.ORPHAN_PICTURE)


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What is wrong, and what no longer is."""

    problems: tuple[Disagreement, ...]  # that there are, after any repair
    repaired: tuple[Disagreement, ...] = ()

    @property
    def drift(self) -> int:
        """How many disagreements there are by which an answer can be wrong; 0 is agreement."""
        return sum(problem.spoils_answers for problem in self.problems)

    @property
    def set_aside(self) -> int:
        """How many pictures are in the quarantine now that were not before."""
        return sum(problem.kind in _SET_ASIDE for problem in self.repaired)


def verify(
    *,
    services: Services,
    repair: bool = False,
    accept: bool = False,
    progress: Progress | None = None,
) -> VerifyReport:
    """Compare all rows with all pictures and with the index; `progress` counts pictures.

    With `repair` pictures are read again where a reading is missing or damaged, the index is
    built anew where it disagrees, categories are taken from the readings, and unfinished files
    are deleted. Pictures that are damaged or of no product are moved to the quarantine, never
    deleted: each may be the only copy. A lost picture stays lost until its product is imported
    again. With `accept` rows that are not as they were written count as right as they are now.

    Raises:
        NotReady: with `accept`: the shop was put back from a backup since the rows were found.
    """
    with services.database.read_view() as look:
        begun = search_queries.latest(look.driver)
    found = tuple(disagreements(services, progress))
    if not found or not (repair or accept):
        return VerifyReport(found)
    if accept:
        _accept(found, begun, services)
    if repair:
        _repair(found, services, progress)
    left = tuple(disagreements(services, progress))
    return VerifyReport(left, tuple(each for each in found if each not in set(left)))


def _accept(found: Sequence[Disagreement], begun: Latest, services: Services) -> None:
    accepted = [
        each.row for each in found if each.row and each.kind is DisagreementKind.DAMAGED_ROW
    ]
    with services.database.writing() as session:
        if begun.number and not changes.holds(session, begun.number, begun.mark):
            raise NotReady(
                "the shop was put back from a backup meanwhile, so the rows that were found may be "
                "others now: run the same command again"
            )
        checksums.seal(session, accepted)


def _repair(found: Sequence[Disagreement], services: Services, progress: Progress | None) -> None:
    def subjects(kind: DisagreementKind) -> list[str]:
        return [each.subject for each in found if each.kind is kind]

    others = [each.row for each in found if each.row and each.kind is _OTHER]
    if others:
        with services.database.writing() as session:
            # What their numbers mean now, and which model answers now, may not be as it was found.
            still = [row.number for row in checksums.damaged(session, others)]
            now = promotions.current(session)
            if now is not None:
                still = list(readings.rows_of_others(session, now.fingerprint, still))
            readings.forget_rows(session, still)
    set_aside_damaged(subjects(DisagreementKind.CHANGED_PICTURE), services=services)
    unsound = (DisagreementKind.BAD_READING, DisagreementKind.NO_COLOUR)
    damaged = sorted({int(id_) for kind in unsound for id_ in subjects(kind)})
    fingerprint = services.model.fingerprint
    if subjects(DisagreementKind.BROKEN_FEED):
        with services.database.writing() as session:
            changes.start_anew(session)
    if subjects(DisagreementKind.BROKEN_QUEUE):
        with services.database.writing() as session:
            review_queue.forget(session)  # it is made anew of the products when it is asked next
    # In place of what is there, and only where the picture can be read: it is the only copy.
    read_again(damaged, services.model, services=services, progress=progress)
    if subjects(DisagreementKind.UNREAD_PHOTO):
        read_missing(services.model, services=services, progress=progress)
    with services.database.writing() as session:
        if readings.wrong_categories(session, fingerprint):
            readings.name_categories(session, fingerprint)
            changes.append_plain(session, ChangeKind.PRODUCT)
    if subjects(DisagreementKind.WRONG_VECTOR):
        services.index.forget()
    services.index.save_snapshot()
    set_aside_unreferenced(subjects(DisagreementKind.ORPHAN_PICTURE), services=services)
    services.store.discard(subjects(DisagreementKind.ABANDONED_FILE))

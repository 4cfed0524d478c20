"""Which jobs have files: what they were sent, and what they made of it."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.jobs import SETTLED, Job, JobState


def count_by_actor(
    session: Session, kinds: Collection[str], states: Collection[JobState]
) -> dict[tuple[str, int | None], int]:
    """Count jobs of some kinds and states by the kind and id of who asked for them."""
    query = select(Job.actor_kind, Job.actor_id, func.count()).group_by(
        Job.actor_kind, Job.actor_id
    )
    query = query.where(Job.kind.in_(kinds), Job.state.in_([each.value for each in states]))
    return {(kind, number): count for kind, number, count in session.execute(query)}


def settled_folders(session: Session) -> list[tuple[str, str | None]]:
    """Name the folder, and the file made in it, of each job that is done or cancelled."""
    query = select(Job.folder, Job.result).where(
        Job.state.in_([each.value for each in SETTLED]), Job.folder.is_not(None)
    )
    return [(str(folder), result) for folder, result in session.execute(query)]


def folders(session: Session) -> set[str]:
    """Name the folders that jobs have."""
    return set(session.scalars(select(Job.folder).where(Job.folder.is_not(None))))

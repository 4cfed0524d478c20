"""Brings readings of the version before under the fingerprint that their model has now."""

from sqlalchemy.orm import Session

from catalog import promotions
from embeddings.errors import BadBundle
from service.models.registry import Models, former_fingerprint


def carry_over(session: Session, models: Models) -> None:
    """Rename what a catalogue knows by the SHA-256 of a network alone; nothing is read again.

    That is done once, when the tables are brought up to date. A bundle that is not where it was
    then is still known by its former fingerprint when it is put back; see `Models.of`.
    """
    for former, source in promotions.sources(session):
        try:
            model = models.open(source)
        except BadBundle:
            continue
        if former_fingerprint(model) == former != model.fingerprint:
            promotions.rename(session, former, model.fingerprint)

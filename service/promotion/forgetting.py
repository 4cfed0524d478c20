"""Drops what a model has read that does not answer any more, or never did."""

from catalog import promotions, readings
from embeddings.errors import BadBundle
from service.errors import NotReady
from service.wiring import Services

_SHORTEST = 6  # digits of a fingerprint that still mean one


def forget_model(named: str, *, services: Services) -> int:
    """Delete the readings of the model of that name, bundle or beginning of a fingerprint.

    Gives how many there were.

    Raises:
        NotReady: it is the model that answers, or nothing was read by a model called so.
    """
    with services.database.reading() as session:
        read = readings.models(session)
        called = {each.fingerprint for each in promotions.history(session) if each.name == named}
    there = read.keys() | services.models.kept()
    if len(named) >= _SHORTEST:
        called |= {fingerprint for fingerprint in there if fingerprint.startswith(named)}
    found = called & there or ({_of_bundle(named, services)} & there)
    if not found:
        known = ", ".join(fingerprint[:12] for fingerprint in sorted(read))
        raise NotReady(f"no model called '{named}' has read photos here; these have: {known}")
    with services.database.writing() as session:
        # Looked at here: another process may have promoted one of them meanwhile.
        current = promotions.current(session)
        if current is not None and current.fingerprint in found:
            found -= {current.fingerprint}  # an update brought another of the same name
            if not found:
                raise NotReady(f"the model '{named}' answers now: promote another one first")
        for fingerprint in found:
            readings.forget_model(session, fingerprint)
    _drop_copies(found, services)
    return sum(read.get(fingerprint, 0) for fingerprint in found)


def _drop_copies(found: set[str], services: Services) -> None:
    """Drop the copies, once it is sure that what they have read is gone, and that none answers."""
    with services.database.writing() as session:  # so that nobody promotes one meanwhile
        current = promotions.current(session)
        for fingerprint in found:
            answers = current is not None and current.fingerprint == fingerprint
            if not answers and readings.count(session, fingerprint) == 0:
                services.models.forget(fingerprint)


def _of_bundle(named: str, services: Services) -> str:
    try:
        return services.models.open(named).fingerprint
    except BadBundle:
        return ""

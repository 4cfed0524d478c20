"""Drops what a model has read that does not answer any more, or never did."""

from dataclasses import dataclass
from pathlib import Path

from catalog import promotions, readings
from embeddings.errors import BadBundle
from service.errors import NotReady
from service.wiring import Services

_SHORTEST = 6  # digits of a fingerprint that still mean one


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a model left, and what stays of it."""

    readings: int  # how many were dropped
    only_copies: tuple[str, ...]  # fingerprints of networks that are in the home alone by now


def forget_model(named: str, *, services: Services) -> Forgotten:
    """Delete the readings of the model of that name, bundle or beginning of a fingerprint.

    The copies of its network go with them, where its bundle still is where it was promoted from.

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
    stay = _drop_copies(found, services)
    return Forgotten(sum(read.get(fingerprint, 0) for fingerprint in found), stay)


def _drop_copies(found: set[str], services: Services) -> tuple[str, ...]:
    """Drop the copies, once it is sure that what they have read is gone, and that none answers.

    Gives those that stay, since nobody could tell where else their networks are.
    """
    stay = []
    with services.database.writing() as session:  # so that nobody promotes one meanwhile
        current = promotions.current(session)
        for fingerprint in sorted(found & services.models.kept()):
            answers = current is not None and current.fingerprint == fingerprint
            if answers or readings.count(session, fingerprint):
                continue
            source = promotions.source_of(session, fingerprint)
            if source is None or _is_elsewhere(source, fingerprint, services):
                services.models.forget(fingerprint)
            else:
                stay.append(fingerprint)
    return tuple(stay)


def _is_elsewhere(source: str, fingerprint: str, services: Services) -> bool:
    """Return whether a network is where it was promoted from, and that is not the copy itself."""
    if Path(source).is_relative_to(services.settings.models.resolve()):
        return False
    return _of_bundle(source, services) == fingerprint


def _of_bundle(named: str, services: Services) -> str:
    try:
        return services.models.open(named).fingerprint
    except BadBundle:
        return ""

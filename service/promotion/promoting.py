"""Puts another model into service in one transaction, and takes it back."""

from sqlalchemy.orm import Session

from catalog import promotions, readings
from catalog.models import Promotion
from service.errors import NotReady
from service.models.registry import Model
from service.promotion.missing_readings import open_stored
from service.promotion.trying_out import try_model
from service.wiring import Services
from service.wording import counted

_MOST_LOST = 1_000  # beyond it somebody should look before another model answers


def promote_model(model: Model, *, services: Services, leave_lost: bool = False) -> None:
    """Let a model answer, its categories become the products'; human labels stay.

    Every process changes over before its next search. With `leave_lost` photos whose pictures
    are lost or damaged do not hinder it: they are found again once they were imported again.

    Raises:
        NotReady: it has not read all photos yet (see `read_missing`); nothing was changed.
        BadBundle: it cannot answer; nothing was changed.
    """
    try_model(model, services=services)
    services.models.keep(model)
    with services.database.writing() as session:
        _promote(session, model, services, leave_lost=leave_lost)


def _promote(session: Session, model: Model, services: Services, *, leave_lost: bool) -> None:
    """Look at all that a promotion depends on, and make it, as the only one who writes."""
    current = promotions.current(session)
    if current is not None and current.fingerprint == model.fingerprint:
        current.source = model.source  # where it is found from now on
        return
    unread = readings.count_without(session, model.fingerprint)
    if unread and not (leave_lost and _all_are_lost(session, model, services)):
        photos = counted(unread, "photo")
        raise NotReady(
            f"the model '{model.name}' has {photos} yet to read before it can answer: "
            "`lookalike model promote` reads them; those whose pictures are lost `lookalike "
            "verify` names: import their products again or remove them, or promote with "
            "--leave-lost"
        )
    promotions.promote(session, model.fingerprint, model.name, model.source)


def _all_are_lost(session: Session, model: Model, services: Services) -> bool:
    photos = readings.photos_without(session, model.fingerprint, -1, _MOST_LOST)
    if len(photos) == _MOST_LOST:
        return False
    return all(open_stored(photo.digest, services) is None for photo in photos)


def roll_back_model(*, services: Services) -> Model:
    """Let the model that answered before answer again; give it.

    Raises:
        NotReady: there was none before, it cannot be opened, or photos have come since that it
            has not read; nothing was changed.
        BadBundle: it cannot answer any more; nothing was changed.
    """
    while True:
        with services.database.reading() as session:
            before = _before(session)
        model = services.models.of(before.fingerprint, before.source)
        try_model(model, services=services)
        with services.database.writing() as session:
            # Trying took a while: which model answered before is what holds in this transaction.
            if _before(session).id == before.id:
                _promote(session, model, services, leave_lost=False)
                return model


def _before(session: Session) -> Promotion:
    before = promotions.previous(session)
    if before is None:
        raise NotReady("no other model has answered before, so there is none to go back to")
    return before

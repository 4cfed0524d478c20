"""Puts another model into service in one transaction, and takes it back."""

from catalog import promotions, readings
from service.errors import NotReady
from service.models import Model
from service.trying_out import try_model
from service.wiring import Services


def promote_model(model: Model, *, services: Services) -> None:
    """Let a model answer, its categories become the products'; human labels stay.

    Every process changes over before its next search.

    Raises:
        NotReady: it has not read all photos yet (see `read_missing`); nothing was changed.
        BadBundle: it cannot answer; nothing was changed.
    """
    try_model(model, services=services)
    with services.database.writing() as session:
        current = promotions.current(session)
        if current is not None and current.fingerprint == model.fingerprint:
            return
        unread = readings.count_without(session, model.fingerprint)
        if unread:
            raise NotReady(
                f"the model '{model.name}' has {unread} photos yet to read before it can answer"
            )
        promotions.promote(session, model.fingerprint, model.name, model.source)


def roll_back_model(*, services: Services) -> Model:
    """Let the model that answered before answer again; give it.

    Raises:
        NotReady: there was none before, it cannot be opened, or photos have come since that it
            has not read; nothing was changed.
        BadBundle: it cannot answer any more; nothing was changed.
    """
    with services.database.reading() as session:
        before = promotions.previous(session)
        if before is None:
            raise NotReady("no other model has answered before, so there is none to go back to")
        model = services.models.of(before.fingerprint, before.source)
    promote_model(model, services=services)
    return model

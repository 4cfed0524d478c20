"""Tries a model out before it reads a catalogue: one that cannot answer must not be promoted."""

from catalog import products, promotions
from embeddings.errors import MissingPhoto, UnreadablePhoto
from embeddings.model.bundle import SHIPPED
from embeddings.reading.encoder import OnnxEncoder
from embeddings.reading.trial import SECONDS, try_out
from embeddings.types import Photo
from service.models.registry import Model
from service.wiring import Services

_PHOTOS = 4  # of the catalogue's own


def try_model(model: Model, *, services: Services, seconds: float = SECONDS) -> None:
    """Let a model of a strange folder read a few photos, once, where it can do no harm.

    Raises:
        BadBundle: it cannot read them, not within the time, or not in the same way twice.
    """
    encoder = model.encoder
    if not isinstance(encoder, OnnxEncoder) or encoder.bundle.path.is_relative_to(SHIPPED):
        return  # what ships has been tried
    if not services.models.was_tried(model):
        try_out(encoder.bundle, _some_photos(services), seconds=seconds)
        services.models.note_tried(model)


def try_first_model(services: Services) -> None:
    """Try the model of the settings out, where it is about to read the first photos of a catalogue.

    Raises:
        BadBundle: it cannot be opened, or cannot read.
    """
    with services.database.reading() as session:
        known = promotions.current(session)
    if known is None:
        try_model(services.models.first(), services=services)


def _some_photos(services: Services) -> list[Photo]:
    with services.database.reading() as session:
        digests = next(iter(products.stream_digests(session, _PHOTOS)), ())
    found = []
    for digest in digests:
        try:
            found.append(services.store.open(digest))
        except (MissingPhoto, UnreadablePhoto):
            continue
    return found

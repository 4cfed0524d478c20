"""How the shop stands: what there is, and whether it can be searched."""

from dataclasses import dataclass

from catalog import products, readings
from embeddings.errors import EmbeddingsError
from service.errors import NotReady
from service.wiring import Services


@dataclass(frozen=True, slots=True)
class ShopState:
    """Counts of one moment; what could not be found out is None."""

    products: int
    photos: int  # pictures of products; one that several products show counts for each
    pictures: int  # different ones
    model: str | None = None
    indexed: int | None = None  # photos that searches look through
    unread: int | None = None  # photos that the model has not read
    trouble: str | None = None  # why searches cannot be answered


def shop_state(*, services: Services) -> ShopState:
    """Count what there is; a model that cannot be opened is told, not raised."""
    with services.database.reading() as session:
        here = products.count(session)
        photos = products.count_photos(session)
        pictures = products.count_pictures(session)
    try:
        model = services.model
        with services.database.reading() as session:
            unread = readings.count_without(session, model.fingerprint)
        return ShopState(here, photos, pictures, model.name, len(services.index), unread)
    except (NotReady, EmbeddingsError) as error:
        return ShopState(here, photos, pictures, trouble=str(error))

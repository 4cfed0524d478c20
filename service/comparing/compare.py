"""Compares another model with the one that answers, on the shop's own catalogue."""

import random
import statistics
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from itertools import islice

import numpy as np

from catalog import search_queries
from catalog.compared import ComparedPhoto, photos_of_both
from embeddings.model.label_tree import Tree, is_within
from embeddings.types import Photo
from service.comparing.comparison import Change, Comparison, Neighbours, Side
from service.comparing.nearest import Nearest, nearest_products
from service.errors import NotReady
from service.index.view import rebuild, removal_of
from service.models.registry import Model
from service.progress import Progress, no_progress
from service.promotion.missing_readings import open_stored, read_missing
from service.timing import took_ms
from service.wiring import Services

_TIMED = 32  # photos
_EXAMPLES = 6  # of each change, and of neighbours
_SEED = 0  # the same catalogue gives the same figures


def compare_model(
    model: Model, queries: int, *, services: Services, progress: Progress = no_progress
) -> Comparison:
    """Read every photo with `model`, and compare it with the one that answers.

    What it reads is kept, so that promoting it afterwards is quick. `queries` photos, drawn at
    random and always the same ones, say how much the nearest products would change.

    Raises:
        NotReady: there is no photo, or the model is the one that answers.
    """
    present = services.model
    if present.fingerprint == model.fingerprint:
        raise NotReady(f"'{model.name}' is the model that answers now: compare it with another")
    read_missing(model, services=services, progress=progress)
    with services.database.read_view() as look:
        photos = photos_of_both(look.session, present.fingerprint, model.fingerprint)
        if not photos:
            raise NotReady("there is no photo to compare models by: import products first")
        latest = search_queries.latest(look.driver)
        views = [
            rebuild(look.session, each, latest, services.fitting, services.index_kind)
            for each in (present, model)
        ]
        # Neither side finds what the other cannot: a picture or a reading may be damaged.
        common = np.intersect1d(views[0].index.ids(), views[1].index.ids())
        views = [
            view.updated(removal_of(np.setdiff1d(view.index.ids(), common), view.model.dim), latest)
            for view in views
        ]
        held = set(common.tolist())
        asked = _draw([photo for photo in photos if photo.id in held], queries)
        families = _photos_by_product(photos)
        now, then = (nearest_products(look, view, asked, families) for view in views)
    labelled = _labelled(photos)
    trees = (present.tree, model.tree)  # not one: together they may lead in a circle
    changes, finer = _changes(photos, trees)
    neighbours = _side_by_side(asked, now, then, photos)
    pictures = _open_some(photos, services)
    return Comparison(
        before=_side(
            present, model, now, [_is_right(p, p.before, trees) for p in labelled], pictures
        ),
        after=_side(
            model, present, then, [_is_right(p, p.after, trees) for p in labelled], pictures
        ),
        photos=len(photos),
        same_category=sum(photo.before == photo.after for photo in photos),
        same_in_part=sum(each.photos for each in finer),
        changes=changes,
        finer=finer,
        labelled=len(labelled),
        queries=len(asked),
        with_siblings=sum(len(families[photo.product_id]) > 1 for photo in asked),
        shared=statistics.fmean(each.shared for each in neighbours) if neighbours else 1.0,
        furthest=tuple(sorted(neighbours, key=lambda each: each.shared)[:_EXAMPLES]),
    )


def _side(
    model: Model,
    other: Model,
    nearest: Sequence[Nearest],
    right: Sequence[bool],
    pictures: Sequence[Photo],
) -> Side:
    return Side(
        name=model.name,
        fingerprint=model.fingerprint,
        right=sum(right),
        first=sum(each.sibling_first for each in nearest),
        in_ten=sum(each.sibling_found for each in nearest),
        ms_per_photo=_ms_per_photo(model, pictures),
        own_categories=tuple(name for name in model.labels if name not in other.labels),
    )


def _draw(photos: Sequence[ComparedPhoto], most: int) -> list[ComparedPhoto]:
    if len(photos) <= most:
        return list(photos)
    return random.Random(_SEED).sample(photos, most)


def _photos_by_product(photos: Sequence[ComparedPhoto]) -> dict[int, list[int]]:
    families: dict[int, list[int]] = defaultdict(list)
    for photo in photos:
        families[photo.product_id].append(photo.id)
    return families


def _labelled(photos: Sequence[ComparedPhoto]) -> list[ComparedPhoto]:
    """Return the first photo of each product that a person named: a product is what that shows."""
    firsts: dict[int, ComparedPhoto] = {}
    for photo in photos:
        firsts.setdefault(photo.product_id, photo)
    return [photo for photo in firsts.values() if photo.human_category is not None]


def _is_right(photo: ComparedPhoto, label: str, trees: Sequence[Tree]) -> bool:
    """Return whether a model says what a person decided, be it by a finer name."""
    said = photo.human_category
    return said is not None and any(is_within(tree, label, said) for tree in trees)


def _changes(
    photos: Sequence[ComparedPhoto], trees: Sequence[Tree]
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Return changes of category, and apart from them those to a finer or a wider name."""
    moved: dict[tuple[str, str], list[ComparedPhoto]] = defaultdict(list)
    for photo in photos:
        if photo.before != photo.after:
            moved[photo.before, photo.after].append(photo)
    every = [
        Change(before, after, len(those), _examples(those))
        for (before, after), those in sorted(moved.items(), key=lambda item: -len(item[1]))
    ]
    finer = [
        each
        for each in every
        if any(
            is_within(tree, each.after, each.before) or is_within(tree, each.before, each.after)
            for tree in trees
        )
    ]
    return tuple(each for each in every if each not in finer), tuple(finer)


def _examples(photos: Sequence[ComparedPhoto]) -> tuple[ComparedPhoto, ...]:
    """Return the first photos, each of another product."""
    firsts = {photo.product_id: photo for photo in reversed(photos)}
    return tuple(islice(reversed(firsts.values()), _EXAMPLES))


def _side_by_side(
    asked: Sequence[ComparedPhoto],
    now: Sequence[Nearest],
    then: Sequence[Nearest],
    photos: Sequence[ComparedPhoto],
) -> list[Neighbours]:
    by_id = {photo.id: photo for photo in photos}
    pairs = []
    for photo, one, other in zip(asked, now, then, strict=True):
        before = [by_id[each] for each in one.photos]
        after = [by_id[each] for each in other.photos]
        both = {each.product_id for each in before} & {each.product_id for each in after}
        most = max(len(before), len(after))
        pairs.append(
            Neighbours(
                photo=photo,
                before=tuple(each.digest for each in before),
                after=tuple(each.digest for each in after),
                shared=len(both) / most if most else 1.0,
            )
        )
    return pairs


def _open_some(photos: Sequence[ComparedPhoto], services: Services) -> list[Photo]:
    opened = (open_stored(photo.digest, services) for photo in _draw(photos, _TIMED))
    return [photo for photo in opened if photo is not None]


def _ms_per_photo(model: Model, pictures: Sequence[Photo]) -> float | None:
    times = [took_ms(partial(model.encoder.read, [picture])) for picture in pictures]
    return statistics.median(times) if times else None

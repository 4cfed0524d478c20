"""What a comparison of two models on one catalogue says."""

from dataclasses import dataclass

from catalog.compared import ComparedPhoto


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two models does with this catalogue."""

    name: str
    fingerprint: str
    right: int  # of the labelled products: it says what a person decided, or a part of it
    first: int  # of the queries with siblings: the nearest other photo is of the same product
    in_ten: int  # or one of the ten nearest is
    ms_per_photo: float | None  # to read one, decoding aside; None where none can be opened
    own_categories: tuple[str, ...]  # that the other one does not know


@dataclass(frozen=True, slots=True)
class Change:
    """Photos that the present model calls one thing, and the other one another."""

    before: str
    after: str
    photos: int
    examples: tuple[ComparedPhoto, ...]  # of different products


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A photo, and the pictures of the products that each model finds nearest to it."""

    photo: ComparedPhoto
    before: tuple[str, ...]  # digests, the nearest first
    after: tuple[str, ...]
    shared: float  # share of them that both have, 0..1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models side by side; comparing promotes neither."""

    before: Side
    after: Side
    photos: int  # that both have read
    same_category: int  # of these
    same_in_part: int  # of the others: one name belongs to the other, as Sneaker to Shoes
    changes: tuple[Change, ...]  # of category, the commonest first
    finer: tuple[Change, ...]  # of name alone, likewise
    labelled: int  # products whose category a person decided
    queries: int  # photos whose nearest products were looked up
    with_siblings: int  # of these: the product has other photos too
    shared: float  # mean share of the nearest products that both models find, 0..1
    furthest: tuple[Neighbours, ...]  # the queries that share the least
